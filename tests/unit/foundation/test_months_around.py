"""Months before a month, and the quarter in which it lies."""

from __future__ import annotations

import pytest

from orchestration.foundation.months import Month


@pytest.mark.parametrize(
    ("month", "count", "before"),
    [("2023-09", 0, "2023-09"), ("2023-09", 3, "2023-06"), ("2023-01", 1, "2022-12"), ("2024-02", 14, "2022-12")],
)
def test_months_before(month: str, count: int, before: str) -> None:
    assert Month(month).back(count) == before


@pytest.mark.parametrize(
    ("month", "quarter", "closes"),
    [("2023-01", "2023Q1", False), ("2023-03", "2023Q1", True), ("2023-04", "2023Q2", False), ("2023-12", "2023Q4", True)],
)
def test_a_quarter_closes_with_its_third_month(month: str, quarter: str, closes: bool) -> None:
    assert (Month(month).quarter, Month(month).closes_quarter) == (quarter, closes)
