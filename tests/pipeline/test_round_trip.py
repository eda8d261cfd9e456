"""Nothing that a town types ends without effect and without a word: nine edits of a workbook, through the next month."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.contracts import load_extracts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import land_extract
from tests.pipeline.conftest import Run, command, rows
from tests.unit.publishing_samples import book_of, header_of

pytestmark = pytest.mark.pipeline

MONTH, NEXT = "2023-06", "2023-07"
BROUGHT_BACK = ("rural_revitalization__feedback", "rural_revitalization__town_report")
ANSWERED = dt.date(2023, 6, 26)
# An item of the month before was due before this month's workbook went out.
TAKEN = ("accepted", "late")
OFFICE = shutil.which("soffice")


@dataclass(frozen=True)
class Line:
    """A row that came back: of which file and sheet, and the first of its codes."""

    town: str
    sheet: str
    row: int
    code: str


@dataclass(frozen=True)
class Returned:
    """What the towns sent back, and the run of the month after."""

    run: Run
    lines: dict[str, Line]
    collected: str

    def receipts(self, name: str) -> list[tuple[str, bool, str]]:
        """Return fate, effect and explanation of every item that a row answers."""
        line = self.lines[name]
        found = rows(
            self.run.marts,
            "select fate, has_effect, explanation from marts.answer_receipts "
            f"where month = '{NEXT}-01' and file like '%{line.town}.xlsx' and sheet = '{line.sheet}' "
            f"and row_number = {line.row} order by all",
        )
        return [(str(fate), bool(has_effect), str(text)) for fate, has_effect, text in found]


def fill(sheet: Worksheet, row: int, **answers: Any) -> None:
    columns = header_of(sheet)
    for header, value in answers.items():
        sheet.cell(row, columns[header]).value = value


def edited(sources: list[Path], out: Path) -> dict[str, Line]:
    """Fill the towns' workbooks in, rightly and wrongly; return where each edit stands."""
    books = {path.stem.removeprefix("办理工作簿_"): openpyxl.load_workbook(path) for path in sources}
    todo = [
        Line(town, "待办", row, str(book["待办"].cell(row, header_of(book["待办"])["线索编号"]).value))
        for town, book in books.items()
        if "待办" in book.sheetnames
        for row in range(header_of(book["待办"])[""] + 1, book["待办"].max_row + 1)
    ]
    good = {"核实结果": "属实-已有帮扶", "反馈日期": ANSWERED, "核实人": "李干部"}
    titles = {"warning_list": "预警名单", "expenditure_burden": "刚性支出负担清单", "income_gaps": "收入缺录清单"}
    single = [line for line in todo if ";" not in line.code]
    listed = [line for line in single if line.code.split("/")[0] in titles]
    lines = {"whole": next(line for line in todo if ";" in line.code)}
    for name in ("waived", "waived_no_month"):
        line = listed.pop()
        single.remove(line)
        sheet = books[line.town][titles[line.code.split("/")[0]]]
        lines[name] = Line(line.town, sheet.title, _row_of(sheet, line.code), line.code)
    names = ("right", "no_day", "bad_day", "bad_result", "changed", "twice", "touched")
    lines |= dict(zip(names, single, strict=False))
    assert set(names) <= set(lines)
    answers: dict[str, dict[str, Any]] = {
        "no_day": {"反馈日期": None},
        "bad_day": {"反馈日期": "六月底"},
        "bad_result": {"核实结果": "已改好了"},
        "touched": {"户主": "改过的名"},
        "changed": {"线索编号": _one_digit_changed(lines["changed"].code)},
        "waived": {"核实结果": "豁免", "豁免至": "2023-12", "说明": "在外就医，年底再核"},
        "waived_no_month": {"核实结果": "豁免", "说明": "在外就医"},
    }
    for name, line in lines.items():
        fill(books[line.town][line.sheet], line.row, **good | answers.get(name, {}))
    town = lines["right"].town
    added = books[town]["待办"].max_row + 1
    fill(books[town]["待办"], added, 户主="新来的户", 事由="生病", **good)
    lines["added"] = Line(town, "待办", added, "")
    report = books[town]["新发现线索"]
    header = {str(cell.value): cell.column for cell in report[3] if cell.value}
    for name, value in {"行政村": "上潭村", "户主姓名": "新来的户", "情况说明": "突发重病", "发现日期": ANSWERED}.items():
        report.cell(4, header[name]).value = value
    for number, book in enumerate(books.values()):
        book.save(out / f"收到的{number}.xlsx")
    return lines


def _one_digit_changed(code: str) -> str:
    return code[:-1] + ("1" if code[-1] != "1" else "2")


def _row_of(sheet: Worksheet, code: str) -> int:
    column = header_of(sheet)["线索编号"]
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, column).value == code)


def saved_again(path: Path) -> None:
    """Save a workbook by LibreOffice, as a town does that has no other program."""
    out = path.parents[1] / "saved"
    profile = f"-env:UserInstallation=file://{path.parents[1] / 'office'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)],
        check=True,
        capture_output=True,
    )
    (out / path.name).replace(path)


def send_back(county_run: Run, folder: Path, *, by_office: bool = False) -> tuple[Path, dict[str, Line], str]:
    """Collect the towns' workbooks, filled in, for the month after: its deliveries, where each edit stands, what was said."""
    raw, back = folder / "raw", folder / "back"
    shutil.copytree(county_run.raw, raw)
    for path in (raw / NEXT).rglob("feedback*"):
        path.unlink()
    back.mkdir()
    sources = sorted((county_run.marts / MONTH / "v01" / "workbooks").glob("办理工作簿_*[镇道].xlsx"))
    lines = edited(sources, back)
    # the town sends a second file, in which one line has another answer
    line = lines["twice"]
    second = openpyxl.load_workbook(next(path for path in sources if path.stem.endswith(line.town)))
    fill(second["待办"], line.row, 核实结果="属实-自主应对", 反馈日期=dt.date(2023, 6, 27), 核实人="王干部")
    second.save(back / "第二份.xlsx")
    if by_office:
        for path in sorted(back.glob("收到的*.xlsx")):
            saved_again(path)
    # Parquet and workbooks of the month before are where the towns are known from
    collected = command("collect", back, "--month", NEXT, "--raw", raw, "--yes")
    assert collected.status == 0, collected.out + collected.err
    return raw, lines, collected.out


@pytest.fixture(scope="module")
def returned(county_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Returned:
    folder = tmp_path_factory.mktemp("round_trip")
    raw, lines, collected = send_back(county_run, folder)
    outcome = command("run", "--month", NEXT, "--raw", raw, "--marts", folder / "marts")
    assert outcome.status == 0, outcome.err
    return Returned(Run(raw, folder / "marts", outcome), lines, collected)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: no workbook is saved by it")
def test_what_libreoffice_saved_is_read_as_the_same_rows(county_run: Run, returned: Returned, tmp_path: Path) -> None:
    """All that follows is computed from what landed and from what was refused of it, and so is the same."""
    raw, lines, _ = send_back(county_run, tmp_path, by_office=True)
    assert lines == returned.lines
    saved, sent = Installation.at(raw, tmp_path / "marts"), Installation.at(returned.run.raw, returned.run.marts)
    for extract in BROUGHT_BACK:
        land_extract(saved, load_extracts()[extract], Month(NEXT))
        assert landed(saved, extract) == landed(sent, extract)
    answers, refused, _ = landed(sent, BROUGHT_BACK[0])
    assert answers and refused and landed(sent, BROUGHT_BACK[1])[0]


def landed(installation: Installation, extract: str) -> list[list[dict[str, Any]]]:
    """Return the rows of what came back, the problems in it, and the account of its files but for their bytes."""
    accounts = [installation.landed_account(table, extract, Month(NEXT)) for table in ("intake_problems", "intake_files")]
    tables = [pq.read_table(path).to_pylist() for path in (installation.landed_extract(extract, Month(NEXT)), *accounts)]
    return [
        [{name: value for name, value in row.items() if name not in ("sha256", "bytes")} for row in table] for table in tables
    ]


def test_what_is_answered_rightly_is_accepted(returned: Returned) -> None:
    ((fate, has_effect, _),) = returned.receipts("right")
    assert fate in TAKEN and has_effect
    assert {has_effect for _, has_effect, _ in returned.receipts("whole")} == {True}
    assert len(returned.receipts("whole")) > 1
    state = f"select state, answered_by from marts.worklist_follow_up where month = '{NEXT}-01' and item_code = '{{}}'"
    ((answered, by),) = rows(returned.run.marts, state.format(returned.lines["right"].code))
    assert answered in ("answered", "mended", "gone") and by == "李干部"


def test_a_waiver_takes_effect_and_one_without_month_is_told(returned: Returned) -> None:
    ((fate, has_effect, _),) = returned.receipts("waived")
    assert fate in TAKEN and has_effect
    ((fate, has_effect, text),) = returned.receipts("waived_no_month")
    assert (fate, has_effect) == ("waiver_without_month", False)
    assert "豁免至" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [("no_day", "反馈日期"), ("bad_day", "反馈日期"), ("bad_result", "核实结果"), ("changed", "编号"), ("added", "新发现线索")],
)
def test_what_has_no_effect_is_told_with_what_to_do(returned: Returned, name: str, said: str) -> None:
    receipts = returned.receipts(name)
    assert receipts
    for _, has_effect, text in receipts:
        assert not has_effect
        assert said in text and "请" in text


def test_of_two_answers_the_later_counts_and_both_are_told(returned: Returned) -> None:
    ((fate, _, text),) = returned.receipts("twice")
    assert fate == "answered_twice_differently" and text
    code = returned.lines["twice"].code
    found = rows(
        returned.run.marts, f"select result from marts.worklist_follow_up where month = '{NEXT}-01' and item_code = '{code}'"
    )
    assert found == [("属实-自主应对",)]


def test_words_written_over_ours_are_told_and_the_answer_counts(returned: Returned) -> None:
    ((fate, has_effect, text),) = returned.receipts("touched")
    assert fate in TAKEN and has_effect
    assert "不用填写的格有改动" in text
    assert not any("不用填写的格有改动" in told for _, _, told in returned.receipts("right"))


def test_a_household_that_a_town_found_is_on_the_bureaus_list(returned: Returned) -> None:
    found = rows(returned.run.marts, f"select head_name, is_on_roster from marts.town_reports where month = '{NEXT}-01'")
    assert ("新来的户", False) in found
    book = openpyxl.load_workbook(book_of(returned.run.marts / NEXT / "v01", "县乡村振兴局"), read_only=True)
    shown = {str(cell) for row in book["镇街新发现线索"].iter_rows(values_only=True) for cell in row if cell is not None}
    assert {"新来的户", "突发重病"} <= shown


def test_the_next_workbook_tells_every_answer_that_came_back(returned: Returned) -> None:
    told = rows(
        returned.run.marts,
        "select recipient, count(*), count(*) filter (not has_effect) from marts.answer_receipts "
        f"where month = '{NEXT}-01' group by 1",
    )
    assert sum(int(str(count)) for _, count, _ in told) >= len(returned.lines)
    for recipient, count, without in told:
        path = book_of(
            returned.run.marts / NEXT / "v01", "县乡村振兴局" if recipient == "rural_revitalization" else str(recipient)
        )
        sheet = openpyxl.load_workbook(path, read_only=True)["上次答复结果"]
        shown = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0] is not None]
        assert len(shown) == count
        assert sum(row[1] == "没有采用" for row in shown) == without


def test_answers_delivered_are_answers_accounted_for(returned: Returned) -> None:
    extract = f"month = '{NEXT}-01' and extract = 'rural_revitalization__feedback'"
    ((delivered,),) = rows(
        returned.run.marts, f"select sum(rows_loaded + rows_rejected) from marts.intake_files where {extract}"
    )
    ((told,),) = rows(
        returned.run.marts,
        f"select count(distinct (file, sheet, row_number)) from marts.answer_receipts where month = '{NEXT}-01'",
    )
    ((reported,),) = rows(
        returned.run.marts, f"select count(*) from marts.town_reports where month = '{NEXT}-01' and delivery = month"
    )
    # a workbook that brings both stands once in the account
    assert int(str(told)) + int(str(reported)) == int(str(delivered))
    assert int(str(delivered)) >= len(returned.lines) + 1  # and the second answer to one line
