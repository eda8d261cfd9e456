"""Whether a rule can be applied in a month at all, decided before anything is counted (rules.md §10, §11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.catalogue import Rule
from orchestration.contracts import ExtractContract, load_county
from orchestration.foundation.months import Month


@dataclass(frozen=True)
class MonthFacts:
    """What is there for a month.

    Attributes:
        month: ``YYYY-MM``.
        previous_month: the month before.
        statuses: ``compared``, ``rejected`` or ``not_received`` by extract, of its delivery.
        previous_statuses: the same of the delivery before; empty where there was none.
        lines: the income lines in force.
    """

    month: Month
    previous_month: Month
    statuses: Mapping[str, str]
    previous_statuses: Mapping[str, str]
    lines: frozenset[str]


def why_not_applicable(rule: Rule, facts: MonthFacts, extracts: Mapping[str, ExtractContract]) -> str | None:
    """Return in Chinese why a rule cannot be applied in a month; None where it can."""
    reasons = [
        f"本月没有报送{_named(extracts[name])}" if facts.statuses.get(name) != "rejected"
        else f"本月报送的{_named(extracts[name])}全部退回"
        for name in rule.needs
        if facts.statuses.get(name) != "compared"
    ]  # fmt: skip
    reasons += [
        f"上月（{facts.previous_month}）没有可用的{_named(extracts[name])}，不能与上月对照"
        for name in rule.needs_previous
        if facts.previous_statuses.get(name) != "compared"
    ]
    if rule.line and rule.line not in facts.lines:
        reasons.append("本月没有生效的" + ("纳入线" if rule.needs_line == "inclusion" else "预警线"))
    return "；".join(reasons) or None


def _named(contract: ExtractContract) -> str:
    return f"《{contract.title}》（{load_county().department(contract.department).name}）"
