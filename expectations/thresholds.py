"""Whether what a rule found is more than it may be, and more than a month ago.

Most rules find something every month; a finding alone says little. What belongs here: the comparison, exact, with the dated
parameters and with the result of an earlier month. What does not: finding (``logic``) and showing (marts, report, Dagster).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol

from orchestration.contracts import load_parameters
from orchestration.foundation.months import Month

# none: nothing found. new: found, and not when last looked. worse: clearly more than when last looked. over: as before, and
# more than the threshold. within: as before.
Standing = Literal["none", "new", "worse", "over", "within"]
ALARMING: frozenset[Standing] = frozenset({"new", "worse"})

FAILING_SHARE, WORSENING = "thresholds.failing_share", "thresholds.worsening"


class Counted(Protocol):
    """What one rule counted in one month in which it could be applied."""

    @property
    def denominator(self) -> int:
        """Entities looked at."""

    @property
    def failures(self) -> int:
        """Of these, found."""


@dataclass(frozen=True)
class Judged:
    """How what a rule found in a month stands.

    Attributes:
        threshold: the share of failing entities that is not alarming.
        is_over_threshold: whether the share exceeds it.
        compared_month: the latest earlier month, as known then, in which the rule could be applied; None where there is none.
        compared_denominator: entities looked at in that month.
        compared_failures: of these, found.
        standing: see ``Standing``.
    """

    threshold: Decimal
    is_over_threshold: bool
    compared_month: Month | None
    compared_denominator: int | None
    compared_failures: int | None
    standing: Standing


def threshold_of(code: str, month: Month) -> Decimal:
    """Return the share in force in a month: the rule's own, ``thresholds.<code>``, else that of all rules."""
    return next(
        Decimal(value.value)
        for name in (f"thresholds.{code.lower()}", FAILING_SHARE)
        if name in load_parameters() and (value := load_parameters()[name].in_force(month)) and value.value is not None
    )


def judge(code: str, month: Month, now: Counted, earlier: Mapping[Month, Counted]) -> Judged:
    """Judge what a rule found in a month.

    Args:
        code: of the rule.
        month: in which it could be applied.
        now: what it counted.
        earlier: what it counted in earlier months in which it could be applied, each as known then.
    """
    threshold = threshold_of(code, month)
    is_over = now.failures > threshold * now.denominator
    compared_month = max((other for other in earlier if other < month), default=None)
    compared = earlier[compared_month] if compared_month else None
    standing: Standing
    if not now.failures:
        standing = "none"
    elif compared is None:
        # nobody knows how it was: what is more than it may be is told
        standing = "new" if is_over else "within"
    elif not compared.failures:
        standing = "new"
    elif now.failures > compared.failures and _share(now) >= _share(compared) * (1 + _worsening(month)):
        standing = "worse"
    else:
        standing = "over" if is_over else "within"
    return Judged(
        threshold,
        is_over,
        compared_month,
        compared.denominator if compared else None,
        compared.failures if compared else None,
        standing,
    )


def is_alarming(standings: Iterable[Standing | None]) -> bool:
    """Whether somebody must be told: something is new or worse."""
    return any(standing in ALARMING for standing in standings)


def _share(counted: Counted) -> Fraction:
    return Fraction(counted.failures, counted.denominator or 1)


def _worsening(month: Month) -> Fraction:
    value = load_parameters()[WORSENING].in_force(month)
    return Fraction(str(value.value)) if value else Fraction(0)
