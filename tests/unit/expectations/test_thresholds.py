"""How what a rule found stands: beside its threshold and beside what was found before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest

from expectations import thresholds
from expectations.thresholds import FAILING_SHARE, WORSENING, is_alarming, judge, threshold_of
from orchestration.contracts.parameter import PolicyParameter
from orchestration.foundation.months import Month

MAY, JUNE, JULY = Month("2023-05"), Month("2023-06"), Month("2023-07")


@dataclass(frozen=True)
class Count:
    failures: int
    denominator: int


def parameter(name: str, *values: tuple[str, str, str]) -> PolicyParameter:
    dated = [
        {"from": first, "to": last, "value": Decimal(value), "document": "文", "article": "条"} for first, last, value in values
    ]
    return PolicyParameter.model_validate({"parameter": name, "description": "数", "unit": "ratio", "values": dated})


@pytest.fixture(autouse=True)
def parameters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, PolicyParameter]]:
    found = {
        FAILING_SHARE: parameter(FAILING_SHARE, ("2023-01", "open", "0.05")),
        WORSENING: parameter(WORSENING, ("2023-01", "open", "0.1")),
        "thresholds.g16": parameter("thresholds.g16", ("2023-06", "2023-06", "0.02"), ("2023-07", "open", "0")),
    }
    monkeypatch.setattr(thresholds, "load_parameters", lambda: found)
    yield found


def test_a_rule_has_its_own_threshold_in_the_months_that_it_says_else_that_of_all() -> None:
    assert [threshold_of("G16", month) for month in (MAY, JUNE, JULY)] == [Decimal("0.05"), Decimal("0.02"), Decimal(0)]
    assert threshold_of("A01", JULY) == Decimal("0.05")


@pytest.mark.parametrize(("failures", "is_over"), [(49, False), (50, False), (51, True)])
def test_a_share_is_over_the_threshold_only_above_it(failures: int, is_over: bool) -> None:
    assert judge("A01", JULY, Count(failures, 1000), {}).is_over_threshold is is_over


def test_a_threshold_of_zero_lets_nothing_pass() -> None:
    assert judge("G16", JULY, Count(1, 100_000), {}).is_over_threshold
    assert not judge("G16", JULY, Count(0, 100_000), {}).is_over_threshold


@pytest.mark.parametrize(
    ("now", "before", "standing"),
    [
        (Count(0, 100), Count(9, 100), "none"),
        (Count(0, 0), None, "none"),
        (Count(1, 100), Count(0, 100), "new"),
        # at least a tenth more of a share, and more findings
        (Count(109, 1000), Count(100, 1000), "over"),
        (Count(110, 1000), Count(100, 1000), "worse"),
        (Count(111, 1000), Count(100, 1000), "worse"),
        (Count(10, 500), Count(10, 1000), "within"),
        (Count(20, 4000), Count(10, 1000), "within"),
        (Count(40, 1000), Count(40, 1000), "within"),
        (Count(60, 1000), Count(90, 1000), "over"),
        # nobody knows how it was
        (Count(50, 1000), None, "within"),
        (Count(51, 1000), None, "new"),
    ],
)
def test_findings_are_new_worse_over_or_within(now: Count, before: Count | None, standing: str) -> None:
    earlier = {JUNE: before} if before else {}
    judged = judge("A01", JULY, now, earlier)
    assert judged.standing == standing
    assert is_alarming([judged.standing]) == (standing in ("new", "worse"))


def test_compared_is_the_latest_month_before_in_which_the_rule_could_be_applied() -> None:
    earlier = {MAY: Count(5, 100), JULY: Count(0, 100), Month("2023-08"): Count(0, 100)}
    judged = judge("A01", JULY, Count(5, 100), earlier)
    assert (judged.compared_month, judged.compared_failures, judged.compared_denominator) == (MAY, 5, 100)
    assert judged.standing == "within"
