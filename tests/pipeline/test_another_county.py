"""Another county and next year's line, end to end, without a change of the program: an overlay is all that is given."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from orchestration.foundation.months import Month
from tests.another_county import FILES, TOWNS, write_overlay
from tests.pipeline.conftest import Outcome, Run, command, rows

MONTH = Month("2024-01")
SENT, READ = "东江", "东江镇"
LINE = "parameters/income/warning_line.yml"
ROLL, HOUSEHOLDS = "civil_affairs", "rural_revitalization/household_roster.xlsx"

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_overlay(tmp_path_factory.mktemp("overlay"))


def run(raw: Path, marts: Path, overlay: Path) -> Outcome:
    return command("run", "--month", MONTH, "--raw", raw, "--marts", marts, "--config", overlay)


def change_cells(path: Path, change: Callable[[object], object]) -> int:
    """Change cells of a workbook; return how many are other ones now."""
    book, changed = openpyxl.load_workbook(path), 0
    for line in book.active.iter_rows():
        for cell in line:
            new = change(cell.value)
            changed += new != cell.value
            cell.value = new
    book.save(path)
    return changed


@pytest.fixture(scope="module")
def published(overlay: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A tidy county's month as its departments deliver it: under their own names of folders, files, columns and towns."""
    folder = tmp_path_factory.mktemp("county")
    raw, marts = folder / "raw", folder / "marts"
    invented = ("--households", 40, "--from", "2023-12", "--to", MONTH, "--seed", 3, "--clean")
    assert command("synthesize", "--out", raw, *invented, "--config", overlay).status == 0
    assert change_cells(raw / MONTH / HOUSEHOLDS, lambda value: SENT if value == READ else value) > 3
    roll = raw / MONTH / ROLL / "assistance_roll.xlsx"
    assert change_cells(roll, lambda value: "救助金" if value == "月救助金额" else value) == 1
    roll.rename(roll.with_name("低保特困名册.xlsx"))
    roll.parent.rename(raw / MONTH / "民政局")
    return Run(raw, marts, run(raw, marts, overlay))


def test_its_lists_are_of_its_towns_its_departments_and_its_line(published: Run) -> None:
    assert published.outcome.status == 0, published.outcome.err
    marts = published.marts
    # the code of a town that was delivered under another name too; the county's own word stands for the whole county
    codes = dict(zip(TOWNS, ("360899001", "360899100", "360899101"), strict=True))
    towns = rows(marts, "select town, town_code, is_total from marts.employment_summary")
    assert set(towns) == {*((town, code, False) for town, code in codes.items()), ("全区", None, True)}
    assert set(rows(marts, "select town, town_code from marts.household_month")) == set(codes.items())
    assert {place for (place,) in rows(marts, "select recipient from marts.closure_rates where is_total")} == {"全区"}
    line = rows(marts, "select amount, document from marts.lines_in_force where parameter = 'income.warning_line'")
    assert [(int(str(amount).split(".")[0]), document) for amount, document in line] == [(11600, "云农组发〔2024〕1号")]
    (warned,) = rows(marts, "select count(*) from marts.warning_list")
    assert warned != (0,)
    names = {path.name for path in (marts / MONTH / "v01" / "workbooks").iterdir()}
    departments = ("区教体局", "区乡村振兴局", "县水利局")
    assert {"总簿_全区.xlsx", *(f"办理工作簿_{name}.xlsx" for name in (*TOWNS, *departments))} <= names
    owners = {owner for (owner,) in rows(marts, "select distinct owner from marts.check_results")}
    assert "教体局" in owners and "教育局" not in owners


def test_its_own_names_of_folders_files_columns_and_towns_are_read(published: Run) -> None:
    marts = published.marts
    files = rows(marts, f"select file, rows_loaded from marts.intake_files where extract = '{ROLL}__assistance_roll'")
    assert [file for file, _ in files] == ["民政局/低保特困名册.xlsx"] and files[0][1]
    assert rows(marts, "from marts.intake_problems where file like '民政局/%' or file like '%household_roster%'") == []
    assert rows(marts, "from marts.data_logic_issues where check_code = 'K05'") == []


def test_the_manifest_says_what_was_in_force(published: Run) -> None:
    manifest = json.loads((published.marts / MONTH / "v01" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["configuration"]["county"] == {"code": "360899", "name": "云溪区"}
    assert set(manifest["configuration"]["overlay"]) == set(FILES)
    assert re.search(r"[+.]cfg[0-9a-f]{8}$", manifest["code_version"])


def test_a_month_is_computed_again_when_the_overlay_says_something_else_and_not_otherwise(
    published: Run, tmp_path: Path
) -> None:
    marts = Path(shutil.copytree(published.marts, tmp_path / "marts"))
    noted = {name: f"# {name}\n{content}" for name, content in FILES.items()} | {"README.md": "note"}
    outcome = run(published.raw, marts, write_overlay(tmp_path / "noted", noted))
    assert outcome.status == 0 and "内容没有变化，没有重新计算" in outcome.out
    raised = {**FILES, LINE: FILES[LINE].replace("11600", "90000")}
    outcome = run(published.raw, marts, write_overlay(tmp_path / "raised", raised))
    assert outcome.status == 0 and f"{MONTH}（第2版）" in outcome.out
    causes = {cause for (cause,) in rows(marts, "select distinct cause from marts.restatement_differences")}
    assert causes == {"parameter"}
