"""Who has returned the workbook that a month handed out, who has not, and who is late."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_county
from orchestration.deliveries.collection import Collection
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications.returned_workbooks import awaited_lines, returns

HANDED_OUT, DELIVERY = Month("2023-07"), Month("2023-08")
ONE, OTHER = (town.name for town in load_county().towns[:2])
DEPARTMENT = load_county().department("civil_affairs")
DUE = dt.date(2023, 7, 28)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    (tmp_path / "raw").mkdir()
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


def publish(installation: Installation, due: dt.date | None) -> Path:
    """Write a version of a month that handed out a workbook to two towns and a department."""
    folder = installation.marts / HANDED_OUT / "v01"
    folder.mkdir(parents=True)
    books = [f"办理工作簿_{name}" for name in (OTHER, ONE, DEPARTMENT.name)]
    manifest = {
        **{"month": HANDED_OUT, "knowledge_month": HANDED_OUT, "version": 1, "code_version": "1", "marts": {}, "inputs": []},
        **{"published_at": "2023-07-21T08:00:00+08:00", "outside_towns": {}, "parameters": {}, "restates": None},
        "workbooks": {f"workbooks/{name}.xlsx": "" for name in (*books, "总簿_全县")},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    rows = [(recipient, HANDED_OUT.first_day, due) for recipient in (ONE, OTHER, DEPARTMENT.code)]
    rows.append((OTHER, HANDED_OUT.previous.first_day, dt.date(2023, 6, 29)))
    schema = pa.schema([("recipient", pa.string()), ("handed_out_month", pa.date32()), ("due_on", pa.date32())])
    table = pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)
    pq.write_table(table, folder / "worklist_follow_up.parquet")
    return folder


@pytest.mark.parametrize(
    ("due", "today", "is_overdue"),
    [(DUE, DUE, False), (DUE, DUE + dt.timedelta(days=1), True), (None, dt.date(2023, 12, 31), False)],
)
def test_who_has_not_returned_a_workbook(
    due: dt.date | None, today: dt.date, is_overdue: bool, installation: Installation
) -> None:
    publish(installation, due)
    found = returns(installation, DELIVERY, {ONE}, today)
    assert found
    waiting = (OTHER, DEPARTMENT.name)
    assert found.returned == (ONE,)
    assert (found.overdue, found.missing) == ((waiting, ()) if is_overdue else ((), waiting))
    words = "\n".join(found.lines())
    assert "2023-07 下发的办理工作簿（3 个单位）" in words
    assert f"已交回（1 个）：{ONE}" in words
    assert ("逾期未交（2 个，应于 2023-07-28 前交回）" in words) == is_overdue


def test_a_delivery_brings_back_what_was_handed_out_before_it(installation: Installation) -> None:
    publish(installation, DUE)
    assert returns(installation, HANDED_OUT.previous, (), DUE) is None
    at_once = returns(installation, HANDED_OUT, (), DUE)
    assert at_once and at_once.month == HANDED_OUT
    much_later = returns(installation, Month("2023-12"), (), DUE)
    assert much_later and much_later.month == HANDED_OUT


def test_where_due_days_or_the_publication_cannot_be_read(installation: Installation) -> None:
    folder = publish(installation, DUE)
    (folder / "worklist_follow_up.parquet").unlink()
    found = returns(installation, DELIVERY, (), dt.date(2023, 12, 31))
    assert found and (found.overdue, len(found.missing)) == ((), 3)
    nothing = Collection(installation.raw, DELIVERY, ())
    assert any("还没有交回（3 个）" in line for line in awaited_lines(installation, nothing))
    (folder / "manifest.json").write_text("{")
    (line,) = awaited_lines(installation, nothing)
    assert line.startswith("看不出")


def test_of_whom_nothing_is_asked_nothing_is_awaited(installation: Installation) -> None:
    folder = publish(installation, DUE)
    pq.write_table(pa.table({"recipient": [ONE, ONE]}), folder / "worklist.parquet")
    found = returns(installation, DELIVERY, {OTHER}, DUE)
    assert found
    assert (found.returned, found.missing, found.overdue) == ((OTHER,), (ONE,), ())
