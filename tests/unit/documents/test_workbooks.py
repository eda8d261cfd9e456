from __future__ import annotations

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_county, load_extracts, load_fields, load_marts
from orchestration.contracts.value_labels import load_value_labels
from orchestration.documents import workbooks
from orchestration.documents.layouts import ANSWER_COLUMNS, ANSWER_EXTRACT, ANSWER_KEY, LAYOUTS
from orchestration.foundation.months import Month
from orchestration.foundation.paths import REPOSITORY, Installation
from orchestration.landing import land_extract
from orchestration.publications import Publication
from tests.unit.publishing_samples import (
    EXPLANATION,
    OTHER_TOWN,
    TOWN,
    UNKNOWN_TOWN,
    bytes_of,
    finding,
    gap,
    header_of,
    household,
    sheets,
    texts,
    worker,
)

Publish = Callable[..., Publication]

PAYLOADS = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "http://example.invalid",
    "007",
    "\t=1",
    "<b>&\u0007",
]


def workbook(published: Publication, title: str, place: str) -> Path:
    return published.folder / "workbooks" / f"{title}_{place}.xlsx"


def test_there_is_one_for_the_county_and_one_per_town(published: Publication) -> None:
    names = {path.stem for path in (published.folder / "workbooks").iterdir() if not path.stem.startswith(("回执_", "疑似"))}
    places = [town.name for town in load_county().towns] + ["全县"]
    assert names == {f"{title}_{place}" for title in ("预警名单", "就业台账", "数据逻辑问题清单") for place in places}


def test_towns_see_their_own_households_only(publish: Publish) -> None:
    published = publish(
        {
            "warning_list": [household(1), household(2, OTHER_TOWN), household(3, UNKNOWN_TOWN)],
            "employment_ledger": [worker(4), worker(5, OTHER_TOWN), worker(6, None)],
        }
    )
    seen = {
        place: {text for title in ("预警名单", "就业台账") for text in texts(workbook(published, title, place))}
        for place in (TOWN, OTHER_TOWN, "全县")
    }
    everybody = {"户主1", "户主2", "户主3", "劳力4", "劳力5", "劳力6"}
    assert seen[TOWN] & everybody == {"户主1", "劳力4"}
    assert seen[OTHER_TOWN] & everybody == {"户主2", "劳力5"}
    assert seen["全县"] & everybody == everybody


def test_the_county_is_told_of_rows_that_no_town_sees(publish: Publish) -> None:
    published = publish({"warning_list": [household(1), household(2, UNKNOWN_TOWN), household(3, UNKNOWN_TOWN)]})
    warnings = [text for text in texts(workbook(published, "预警名单", "全县")) if text.startswith("注意：")]
    assert len(warnings) == 1
    assert f"{UNKNOWN_TOWN}2户" in warnings[0]
    summary = sheets(workbook(published, "预警名单", "全县"))[1]
    assert summary.title == "汇总"
    assert [cell.value for cell in summary[summary.max_row]] == ["全县", 3, 0, 3, 0]


def test_who_could_not_be_judged_is_said_where_somebody_would_take_them_for_cleared(publish: Publish) -> None:
    gaps = [gap(5), gap(6), gap(7, OTHER_TOWN)]
    published = publish({"warning_list": [], "employment_ledger": [worker(1)], "income_gaps": gaps})
    told = {
        place: [text for text in texts(workbook(published, "预警名单", place)) if text.startswith("注意：")]
        for place in (TOWN, OTHER_TOWN, "全县")
    }
    assert [words[:7] for (words,) in told.values()] == ["注意：另有2户", "注意：另有1户", "注意：另有3户"]
    assert all("收入缺录清单" in words and "不表示没有困难" in words for (words,) in told.values())
    summary = sheets(workbook(published, "预警名单", "全县"))[1]
    assert [cell.value for cell in summary[3]][-2:] == ["合计", "收入缺录"]
    assert [cell.value for cell in summary[summary.max_row]] == ["全县", 0, 0, 0, 3]
    assert not [text for text in texts(workbook(published, "就业台账", TOWN)) if text.startswith("注意：")]


def test_nothing_delivered_becomes_a_formula_or_a_link(publish: Publish) -> None:
    listed = [household(number, head_name=text, village=text) for number, text in enumerate(PAYLOADS)]
    ledger = [worker(number, employer=text) for number, text in enumerate(PAYLOADS)]
    published = publish({"warning_list": listed, "employment_ledger": ledger})
    for title, header in (("预警名单", "户主姓名"), ("就业台账", "单位")):
        path = workbook(published, title, TOWN)
        sheet = sheets(path)[0]
        columns = header_of(sheet)
        cells = [sheet.cell(columns[""] + number, columns[header]) for number in range(1, len(PAYLOADS) + 1)]
        assert {str(cell.value).replace("_x0007_", "\u0007") for cell in cells} == set(PAYLOADS)
        for cell in cells:
            assert (cell.data_type, cell.number_format, cell.hyperlink) == ("s", "@", None)
        with zipfile.ZipFile(path) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/"))


def test_values_are_in_chinese_and_of_their_type(published: Publication) -> None:
    sheet = sheets(workbook(published, "预警名单", TOWN))[0]
    columns = header_of(sheet)
    row = {header: sheet.cell(columns[""] + 1, number) for header, number in columns.items() if header}
    assert (row["级别"].value, row["触发原因"].value) == ("红色", "标准提高")
    assert (row["近12个月纯收入"].value, row["近12个月纯收入"].number_format) == (30000, "#,##0.00")
    assert row["近12个月纯收入"].alignment.horizontal == "right"
    ledger = sheets(workbook(published, "就业台账", TOWN))[0]
    columns = header_of(ledger)
    row = {header: ledger.cell(columns[""] + 1, number) for header, number in columns.items() if header}
    assert (row["就业状态"].value, row["有培训需求"].value) == ("在业", "否")
    assert (row["开始日期"].value, row["开始日期"].number_format) == (dt.datetime(2023, 2, 3), "yyyy-mm-dd")


def test_the_heading_says_month_lines_state_and_version(publish: Publish) -> None:
    published = publish()
    heading = "\n".join(texts(workbook(published, "预警名单", TOWN))[:3])
    for expected in (
        f"新丰县{TOWN}2023年7月预警名单",
        "纳入线：人均年纯收入10,420元以下（含本数）（新农组办〔2023〕3号第2条）",
        "预警线：本月未生效",
        "数据截至 2023年6月30日（按2023年7月报送）",
        "第1版",
        "共1户（红色1户）",
    ):
        assert expected in heading
    restated = publish(knowledge="2023-09")
    assert "按截至2023年9月的报送重算）　第2版" in "\n".join(texts(workbook(restated, "预警名单", TOWN))[:3])


def test_a_list_that_is_not_applicable_says_so_in_words(publish: Publish) -> None:
    published = publish({"employment_ledger": []}, not_applicable={"employment_ledger": EXPLANATION})
    for place in (TOWN, "全县"):
        path = workbook(published, "就业台账", place)
        shown = texts(path)
        assert any(f"本月不适用：{EXPLANATION}。" in text for text in shown)
        assert "序号" not in shown
        assert "本月无" not in shown


def test_a_list_without_rows_says_so(published: Publication) -> None:
    assert "本月无" in texts(workbook(published, "预警名单", OTHER_TOWN))


def test_no_workbook_shows_technical_columns_or_documents(published: Publication) -> None:
    shown = {column for layout in LAYOUTS.values() for column in (*layout.columns, layout.identifier)}
    assert not shown & {"person_key", "month"}
    for path in (published.folder / "workbooks").glob("[!回疑]*"):
        assert not re.search(r"身份证|身份识别码|[0-9]{17}[0-9X]", "\n".join(texts(path)))


def test_towns_get_the_findings_that_are_theirs_to_mend_each_with_its_code(publish: Publish) -> None:
    file = {"household_id": None, "person_id": None, "name": None, "head_name": None, "check_code": "K03", "town": None}
    published = publish(
        {
            "data_logic_issues": [
                finding(1),
                finding(2, OTHER_TOWN),
                finding(3, severity="I"),
                finding(4, status="waived"),
                finding(5, **file),
            ]
        }
    )
    of_town = texts(workbook(published, "数据逻辑问题清单", TOWN))
    of_county = texts(workbook(published, "数据逻辑问题清单", "全县"))
    assert "A05/2023-05/440233100000001" in of_town
    assert {text for text in of_county if text.startswith("成员")} == {"成员1", "成员2"}
    assert {text for text in of_town if text.startswith("成员")} == {"成员1"}
    assert published.outside_towns["data_logic_issues"] == 0
    assert any("必须更正" in text for text in of_town)


def test_pages_are_ready_to_print(published: Publication) -> None:
    sheet = sheets(workbook(published, "预警名单", TOWN))[0]
    row = header_of(sheet)[""]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == f"${row}:${row}"
    assert sheet.freeze_panes == f"E{row + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{row}:")
    assert "预警名单（丰城街道）2023年7月 第1版" in sheet.oddFooter.left.text


def test_a_filled_workbook_is_a_delivery_of_answers(installation: Installation, publish: Publish) -> None:
    published = publish({"warning_list": [household(1), household(2)]})
    book = openpyxl.load_workbook(workbook(published, "预警名单", TOWN))
    sheet = book.worksheets[0]
    columns = header_of(sheet)
    validations = {str(validation.sqref): validation for validation in sheet.data_validations.dataValidation}
    result = sheet.cell(columns[""] + 1, columns["核实结果"])
    assert any(validation.type == "list" and result.coordinate in area for area, validation in validations.items())
    result.value = "属实-已有帮扶"
    sheet.cell(result.row, columns["核实收入"]).value = 31000
    sheet.cell(result.row, columns["反馈日期"]).value = dt.date(2023, 7, 20)
    folder = installation.raw / "2023-08" / "rural_revitalization"
    folder.mkdir(parents=True)
    book.save(folder / "feedback.xlsx")
    landed = land_extract(installation, load_extracts()[ANSWER_EXTRACT], Month("2023-08"))
    assert (landed.rows_loaded, landed.rows_rejected) == (1, 0)  # the other row is an open item, not a slip
    assert landed.files[0].unknown_columns is None  # the list's own columns are no news to its maker
    (answer,) = pq.read_table(installation.landed_extract(ANSWER_EXTRACT, Month("2023-08"))).to_pylist()
    assert answer["item_code"] == f"warning_list/2023-06/{household(1)['household_id']}"
    assert (answer["result"], answer["verified_income"]) == ("属实-已有帮扶", "31000.00")


def test_two_processes_write_the_same_bytes(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish().folder
    kept = first.rename(first.with_name("kept"))
    monkeypatch.setattr(workbooks, "ROWS_FOR_TWO_PROCESSES", 1)
    assert bytes_of(publish().folder, "workbooks/*.xlsx") == bytes_of(kept, "workbooks/*.xlsx")


def test_the_second_process_ends_when_the_first_is_killed() -> None:
    script = "import os, time; from orchestration.documents.workbooks import _second_process as second; "
    script += "print(second().submit(os.getpid).result(), flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        second = int(first.stdout.readline())
        os.kill(second, 0)
        first.kill()
    for _ in range(100):
        if not Path(f"/proc/{second}").exists() or "\nState:\tZ" in Path(f"/proc/{second}/status").read_text():
            return
        time.sleep(0.1)
    os.kill(second, signal.SIGKILL)
    pytest.fail("it waits for ever")


def test_columns_for_answers_are_those_of_the_answers_extract() -> None:
    assert {*ANSWER_COLUMNS, ANSWER_KEY} == {column.name for column in load_extracts()[ANSWER_EXTRACT].columns}


def test_every_shown_column_is_one_of_the_mart() -> None:
    marts = load_marts()
    for name, layout in LAYOUTS.items():
        named = {*layout.columns, layout.counted_by, layout.identifier, *layout.ordered_by}
        assert named <= set(marts[name].columns)


def test_every_code_in_a_meaning_has_a_chinese_label() -> None:
    labels = load_value_labels(load_extracts(), load_marts())
    columns = [*load_fields().items()]
    for mart in load_marts().values():
        columns += mart.fields.items()
    for name, field in columns:
        if field.type != "text":
            continue
        for code in re.findall(r"(?<![A-Za-z])([a-z][a-z_0-9]+) (?=[\u4e00-\u9fff0-9])", field.description):
            assert code in labels.of(name), f"{name}: {code}"
