"""Quarters: when one is due, and that its lists are copies of what its last month published."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications.quarters import (
    QuarterError,
    collect_quarter,
    due_quarter,
    town_ledger_quarter,
    version_to_collect,
)
from tests.unit.published_months import publish


@pytest.fixture()
def installation(tmp_path: Path) -> Installation:
    found = Installation.at(tmp_path / "raw", tmp_path / "marts")
    found.raw.mkdir()
    found.marts.mkdir()
    return found


@pytest.mark.parametrize(
    ("month", "due"),
    [("2023-01", "2022-12"), ("2023-02", None), ("2023-03", "2023-03"), ("2023-04", "2023-03"), ("2023-12", "2023-12")],
)
def test_a_quarter_is_due_in_its_last_month_and_the_month_after(month: str, due: str | None) -> None:
    assert due_quarter(Month(month)) == due


def test_the_town_ledgers_of_a_quarter_are_due_in_the_next() -> None:
    assert town_ledger_quarter(Month("2023-10")) == "2023-09"


def test_the_lists_of_a_quarter_are_copies_of_its_last_month(installation: Installation) -> None:
    with pytest.raises(QuarterError, match="还没有发布"):
        collect_quarter(installation, Month("2023-09"))
    with pytest.raises(QuarterError, match="不是季度末月"):
        collect_quarter(installation, Month("2023-08"))
    assert version_to_collect(installation, Month("2023-09")) is None
    publish(installation.marts, "2023-09")
    assert version_to_collect(installation, Month("2023-09")) == 1
    first = collect_quarter(installation, Month("2023-09"))
    assert (first.folder, first.is_new) == (installation.quarters / "2023Q3" / "v01", True)
    names = {path.name for path in first.folder.iterdir()}
    assert {"就业汇总.parquet", "重点群体汇总.parquet", "办理工作簿_马头镇.xlsx", "contents.json"} <= names
    assert not collect_quarter(installation, Month("2023-09")).is_new
    assert version_to_collect(installation, Month("2023-09")) is None
    publish(installation.marts, "2023-09", version=2)
    assert version_to_collect(installation, Month("2023-09")) == 2
    second = collect_quarter(installation, Month("2023-09"))
    assert second.is_new and second.version == 2 and first.folder.is_dir()
