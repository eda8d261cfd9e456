"""Everybody with a list has a recipient: what is handed out stands, to be answered, in exactly one workbook."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_county, load_marts
from orchestration.contracts.sheet import TOWN, load_sheets
from tests.pipeline.conftest import Run

pytestmark = pytest.mark.pipeline

MONTHS = ("2023-06", "2023-07")
ASKED = ("open", "overdue", "recurring")


@dataclass(frozen=True)
class Shown:
    """What one workbook holds."""

    codes: Counter[str]
    lines: Counter[str]
    texts: frozenset[str]
    rows: dict[str, int]


@cache
def read(path: Path) -> Shown:
    codes: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    texts: set[str] = set()
    rows: dict[str, int] = {}
    for sheet in openpyxl.load_workbook(path, read_only=True).worksheets:
        table = list(sheet.iter_rows(values_only=True))
        texts |= {str(cell) for row in table for cell in row if cell is not None}
        header = next((number for number, row in enumerate(table) if row and row[0] == "序号"), None)
        if header is None:
            continue
        below = [row for row in table[header + 1 :] if any(cell is not None for cell in row)]
        rows[sheet.title] = len(below)
        if "线索编号" in table[header]:
            at = table[header].index("线索编号")
            found = [str(row[at]) for row in below if len(row) > at and row[at]]
            (lines if sheet.title == "待办" else codes).update(code for cell in found for code in cell.split(";"))
    return Shown(codes, lines, frozenset(texts), rows)


def books(folder: Path) -> Iterator[tuple[str, Shown]]:
    """Return every recipient's workbook by the name under which items are handed out."""
    county = load_county()
    names = {town.name: town.name for town in county.towns} | {one.name: one.code for one in county.departments}
    for path in sorted((folder / "workbooks").glob("办理工作簿_*.xlsx")):
        yield names[path.stem.removeprefix("办理工作簿_")], read(path)


def follow_up(folder: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = pq.read_table(folder / "worklist_follow_up.parquet").to_pylist()
    return rows


@pytest.mark.parametrize("month", MONTHS)
def test_each_item_is_asked_of_its_recipient_and_of_nobody_else(county_run: Run, month: str) -> None:
    folder = county_run.marts / month / "v01"
    asked = {row["item_code"]: row["recipient"] for row in follow_up(folder) if row["state"] in ASKED}
    assert len(asked) > 100
    found = [(code, recipient, count) for recipient, book in books(folder) for code, count in book.lines.items()]
    assert sorted(found) == sorted((code, recipient, 1) for code, recipient in asked.items())


@pytest.mark.parametrize("month", MONTHS)
def test_each_row_of_a_list_of_work_can_be_answered_in_one_workbook(county_run: Run, month: str) -> None:
    folder = county_run.marts / month / "v01"
    items = {row["item_code"]: row for row in follow_up(folder) if row["state"] not in ("mended", "gone")}
    held = Counter(code for _, book in books(folder) for code in book.codes)
    assert set(held.values()) == {1}
    wrong = [code for recipient, book in books(folder) for code in book.codes if items[code]["recipient"] != recipient]
    assert wrong == []
    # an item that its list does not hold this month, as what it rests on is missing, stands in 待办 alone
    without_row = set(items) - set(held)
    assert {items[code]["state"] for code in without_row} <= {"open", "overdue", "waived", "answered"}
    assert len(without_row) < len(items) / 10


@pytest.mark.parametrize("month", MONTHS)
def test_a_town_sees_no_household_of_another(county_run: Run, month: str) -> None:
    folder = county_run.marts / month / "v01"
    households: dict[str, set[str]] = defaultdict(set)
    for row in pq.read_table(folder / "household_month.parquet", columns=["household_id", "town"]).to_pylist():
        households[row["town"]].add(row["household_id"])
    for recipient, book in books(folder):
        if recipient in households:
            strangers = {one for town, ids in households.items() if town != recipient for one in ids}
            assert not strangers & book.texts, recipient


@pytest.mark.parametrize("month", MONTHS)
def test_every_red_household_is_somebodys(county_run: Run, month: str) -> None:
    folder = county_run.marts / month / "v01"
    warned = pq.read_table(folder / "warning_list.parquet").to_pylist()
    red = {row["household_id"] for row in warned if row["level"] == "red"}
    assert red
    items = {row["household_id"]: row for row in follow_up(folder) if row["list"] == "warning_list"}
    by_recipient = dict(books(folder))
    for household in red:
        assert household in by_recipient[items[household]["recipient"]].texts


@pytest.mark.parametrize("month", MONTHS)
def test_rows_of_ledgers_are_rows_in_workbooks(county_run: Run, month: str) -> None:
    folder = county_run.marts / month / "v01"
    towns = {town.name for town in load_county().towns}
    by_recipient = dict(books(folder))
    for plan in load_sheets():
        if plan.group != "ledger" or plan.where_any or plan.is_of_worklist:
            continue
        title, table = load_marts()[plan.mart].title, pq.read_table(folder / f"{plan.mart}.parquet")
        if TOWN in plan.to:
            rows = Counter(town for town in table["town"].to_pylist() if town in towns)
            assert {town: by_recipient[town].rows.get(title, 0) for town in towns} == {town: rows[town] for town in towns}
        for department in set(plan.to) - {TOWN}:
            assert by_recipient[department].rows.get(title, 0) == table.num_rows, (plan.mart, department)
