"""A published month computed again with what came later, and taken back: what is published, shown and said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from orchestration.foundation.months import Month
from tests.pipeline.conftest import Run, command, files_below, rows
from tests.unit.publishing_samples import book_of

pytestmark = pytest.mark.pipeline

MONTH, LATER = Month("2023-06"), Month("2023-07")
DIFFERENCES = "restatement_differences.parquet"
IN_FORCE = f"select version, strftime(knowledge_month, '%Y-%m'), restates from marts.publications where month = '{MONTH}-01'"


@pytest.fixture(scope="module")
def restated(county_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """June again, as the county knows it in July; the knowledge month is left to the command."""
    marts = tmp_path_factory.mktemp("restated") / "marts"
    shutil.copytree(county_run.marts, marts)
    return Run(county_run.raw, marts, command("restate", "--month", MONTH, "--raw", county_run.raw, "--marts", marts))


def test_a_new_version_stands_beside_the_first_and_says_what_differs_and_why(county_run: Run, restated: Run) -> None:
    assert restated.outcome.status == 0, restated.outcome.err
    assert f"截至 {LATER} 的报送" in restated.outcome.out and "取代第1版" in restated.outcome.out
    month = restated.marts / MONTH
    first = {path.relative_to(month): path.read_bytes() for path in (month / "v01").rglob("*") if path.is_file()}
    assert first == {
        path.relative_to(county_run.marts / MONTH): path.read_bytes()
        for path in (county_run.marts / MONTH / "v01").rglob("*")
        if path.is_file()
    }
    manifest = json.loads((month / "v02" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["knowledge_month"] == LATER
    assert (manifest["restates"]["version"], manifest["restates"]["knowledge_month"]) == (1, MONTH)
    assert rows(restated.marts, IN_FORCE) == [(2, LATER, 1)]
    told = rows(
        restated.marts, f"select cause, count(*) from marts.restatement_differences where month = '{MONTH}-01' group by 1"
    )
    # the county has late rows and corrections, and every difference is traced to one
    assert {cause for cause, _ in told} <= {"correction", "late_row"}
    assert sum(int(str(count)) for _, count in told) == manifest["restates"]["differences"] > 0
    bureau = openpyxl.load_workbook(book_of(month / "v02", "县乡村振兴局"), read_only=True)
    assert {"重算差异（预警名单）", "重算差异（其他）", "重算差异汇总"} <= set(bureau.sheetnames)
    assert "与第1版的差异" in (month / "v02" / "site" / "数据质量报告.html").read_text(encoding="utf-8")


def test_as_known_then_is_the_same_bytes_before_and_after_later_deliveries(
    county_run: Run, early_june: Run, restated: Run
) -> None:
    # first published when nothing later had come
    first = files_below(early_june.marts / MONTH / "v01")
    # computed when the later delivery, with its corrections, was there
    assert files_below(county_run.marts / MONTH / "v01") == first
    changed = files_below(restated.marts / MONTH / "v02")
    assert changed["household_month.parquet"] != first["household_month.parquet"]


def test_a_month_is_rolled_back_version_by_version_and_does_not_come_back_by_itself(restated: Run, tmp_path: Path) -> None:
    marts = Path(shutil.copytree(restated.marts, tmp_path / "marts"))
    folders = ("--raw", restated.raw, "--marts", marts)
    before = files_below(marts / MONTH)
    back = command("rollback", "--month", MONTH, "--reason", "更正有误", *folders)
    assert back.status == 0, back.err
    assert "已撤回 2023-06 第2版" in back.out and "现在显示该月第1版" in back.out
    assert rows(marts, IN_FORCE) == [(1, MONTH, None)]
    last = command("rollback", "--month", MONTH, "--reason", "全部作废", *folders)
    assert last.status == 0 and "不再出现在" in last.out
    assert rows(marts, IN_FORCE) == []
    assert command("rollback", "--month", MONTH, "--reason", "再撤", *folders).status == 1

    # as known then, with everything later landed and a restatement made, is byte by byte the first version: it is withheld
    again = command("restate", "--month", MONTH, "--knowledge", MONTH, *folders)
    assert again.status == 1
    assert "与已撤回的第1版相同" in again.err and "全部作废" in again.err and "--undo" in again.err
    assert rows(marts, IN_FORCE) == []

    undone = command("rollback", "--month", MONTH, "--undo", "--reason", "核实无误", *folders)
    assert undone.status == 0 and "已恢复 2023-06 第1版" in undone.out
    assert rows(marts, IN_FORCE) == [(1, MONTH, None)]
    assert files_below(marts / MONTH) == before
    withdrawn = json.loads((marts / MONTH / "withdrawn.json").read_text(encoding="utf-8"))
    assert [(entry["version"], entry["reason"], entry["undone_reason"]) for entry in withdrawn] == [
        (2, "更正有误", None),
        (1, "全部作废", "核实无误"),
    ]


def test_knowledge_that_cannot_be_is_refused(restated: Run) -> None:
    folders = ("--raw", restated.raw, "--marts", restated.marts)
    before = files_below(restated.marts / MONTH)
    too_late = command("restate", "--month", MONTH, "--knowledge", "2024-01", *folders)
    assert too_late.status == 1 and "没有 2024-01 的报送" in too_late.err
    assert files_below(restated.marts / MONTH) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["restate", "--month", "2023-07", "--knowledge", "2023-06"],
        ["restate"],
        ["rollback", "--month", "2023-07"],
        ["rollback", "--month", "2023-07", "--reason", " "],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert command(*arguments).status == 2
