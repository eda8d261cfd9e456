from __future__ import annotations

import dataclasses
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
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.contracts import load_county, load_extracts, load_fields, load_marts
from orchestration.contracts.sheet import load_sheets
from orchestration.contracts.value_labels import ValueLabel, ValueLabels, load_value_labels
from orchestration.documents import workbooks
from orchestration.documents.facts import ANSWER_COLUMNS, ANSWER_EXTRACT, ANSWER_KEY, Facts
from orchestration.documents.stationery import RED, YELLOW
from orchestration.documents.todo_sheet import colours_of
from orchestration.foundation.months import Month
from orchestration.foundation.paths import REPOSITORY, Installation
from orchestration.foundation.row_seals import SEAL_COLUMN
from orchestration.landing import land_extract
from orchestration.publications import Publication
from tests.unit.publishing_samples import (
    EXPLANATION,
    OTHER_TOWN,
    TOWN,
    UNKNOWN_TOWN,
    book_of,
    bytes_of,
    finding,
    gap,
    header_of,
    household,
    item,
    line,
    texts,
    worker,
)

Publish = Callable[..., Publication]

BUREAU = "县乡村振兴局"
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


def sheet_of(published: Publication, recipient: str, name: str) -> Worksheet:
    sheet: Worksheet = openpyxl.load_workbook(book_of(published.folder, recipient))[name]
    return sheet


def names_of(published: Publication, recipient: str) -> list[str]:
    return openpyxl.load_workbook(book_of(published.folder, recipient), read_only=True).sheetnames


def words(sheet: Worksheet) -> list[str]:
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    columns = header_of(sheet)
    return [
        {header: sheet.cell(row, column).value for header, column in columns.items() if header}
        for row in range(columns[""] + 1, sheet.max_row + 1)
    ]


def test_every_town_and_department_has_one_and_the_county_a_book_of_its_own(published: Publication) -> None:
    county = load_county()
    names = {path.name for path in (published.folder / "workbooks").iterdir()}
    everybody = [one.name for one in (*county.towns, *county.departments)]
    assert names == {*(f"办理工作簿_{name}.xlsx" for name in everybody), "总簿_全县.xlsx"}


def test_towns_see_their_own_households_only_and_strangers_go_to_the_bureau(publish: Publish) -> None:
    published = publish(
        {
            "warning_list": [household(1), household(2, OTHER_TOWN), household(3, UNKNOWN_TOWN)],
            "employment_ledger": [worker(4), worker(5, OTHER_TOWN), worker(6, None)],
        }
    )
    everybody = {"户主1", "户主2", "户主3", "劳力4", "劳力5", "劳力6"}
    seen = {
        name: {*texts(book_of(published.folder, name))} & everybody for name in (TOWN, OTHER_TOWN, BUREAU, "全县", "县人社局")
    }
    assert seen[TOWN] == {"户主1", "劳力4"}
    assert seen[OTHER_TOWN] == {"户主2", "劳力5"}
    assert seen[BUREAU] == {"户主3"}
    assert seen["县人社局"] == {"劳力4", "劳力5", "劳力6"}
    assert seen["全县"] == {"户主1", "户主2", "户主3"}  # ledgers stand whole in the workbooks of their departments
    told = words(sheet_of(published, "全县", "汇总"))
    assert any("预警名单：1 行的乡镇不在本县乡镇名录" in text for text in told)


def test_the_first_page_says_what_by_when_and_where_to(publish: Publish) -> None:
    one, two = household(1), household(2, level="yellow")
    published = publish(
        {
            "warning_list": [one, two],
            "worklist_follow_up": [item(one, state="overdue"), item({**two, "item_code": "warning_list/2023-07/x"})],
            "worklist": [line(one, 1, is_overdue=True, overdue_items=1), line(two, 2)],
            "closure_rates": [
                {"recipient": TOWN, "list": "全部", "items": 8, "closed": 2, "mended": 1, "answered": 1, "waived": 0,
                 "recurring": 1, "overdue": 1, "closure_rate": "0.2500", "in_time": 1},
            ],
            "income_gaps": [gap(5), gap(6), gap(7, OTHER_TOWN)],
        }
    )  # fmt: skip
    shown = words(sheet_of(published, TOWN, "首页"))
    assert shown[0] == "新丰县2023年7月防返贫办理工作簿"
    assert shown[shown.index("反馈截止日") + 1] == "2023年7月28日"  # of what is handed out this month, not of what is overdue
    start = shown.index("待办（户）")
    assert shown[start : start + 10] == [
        *("待办（户）", "红色预警（户）", "黄色预警（户）", "逾期（条）", "退回重填（条）"),
        *("2", "1", "1", "1", "0"),
    ]
    assert any(text.startswith("上期办结率 25.0%：应办结 8 条，已办结 2 条") for text in shown)
    assert load_county().return_place in shown
    assert any("另有 2 户收入没有录全，算不出，不表示没有困难" in text for text in shown)
    assert "fangfanpin/2023-07/v01/丰城街道" in shown


def test_who_has_nothing_to_do_is_told_that(publish: Publish) -> None:
    shown = words(sheet_of(publish(), OTHER_TOWN, "首页"))
    assert any(text.startswith("　　本月没有要贵单位答复的事项") for text in shown)
    assert shown[shown.index("反馈截止日") + 1] == "本月没有要答复的"
    assert "待办" not in names_of(publish(), OTHER_TOWN)


def test_lines_stand_in_their_order_with_what_is_needed_in_sight(publish: Publish) -> None:
    one, two = household(1), household(2)
    published = publish(
        {
            "warning_list": [one, two],
            "worklist": [
                line(two, 2, last_result="属实-已有帮扶", last_answered_by="张三", last_answered_on=dt.date(2023, 6, 25)),
                line(one, 1, change="overdue", item_codes=f"{one['item_code']};A05/2023-05/1", items=2),
            ],
        }
    )
    sheet = sheet_of(published, TOWN, "待办")
    first, second = rows_of(sheet)
    assert (first["户主"], first["本月变化"], second["户主"]) == ("户主1", "逾期", "户主2")
    assert second["上次答复"] == "属实-已有帮扶（张三，2023-06-25）"
    assert first["线索编号"] == f"{one['item_code']};A05/2023-05/1"
    columns = header_of(sheet)
    facts = ("户主", "村", "电话", "事由", "距线差额", "本月变化", "上次答复")
    assert [columns[name] for name in facts] == sorted(columns[name] for name in facts)
    assert columns["上次答复"] + 1 == columns["核实结果"]
    # 7 pixels a character and 5 beside it, at 85 %: the first columns to fill are in sight at 1366
    letters = [get_column_letter(number) for number in range(1, columns["核实收入"] + 1)]
    width = sum(7 * sheet.column_dimensions[letter].width + 5 for letter in letters)
    assert sheet.sheet_view.zoomScale * width / 100 + 30 <= 1366


def test_each_row_of_a_list_leads_to_its_line_and_bears_its_code(publish: Publish) -> None:
    one, two = household(1), household(2)
    published = publish(
        {
            "warning_list": [one, two],
            "worklist_follow_up": [item(one), item(two, state="waived", due_on=dt.date(2023, 6, 28))],
            "worklist": [line(one, 1)],
        }
    )
    sheet = sheet_of(published, TOWN, "预警名单")
    first, second = rows_of(sheet)
    assert (first["户主姓名"], first["待办行"], first["办理状态"]) == ("户主1", "1", "办理中")
    assert (second["户主姓名"], second["待办行"], second["办理状态"]) == ("户主2", None, "豁免")
    assert [first["线索编号"], second["线索编号"]] == [one["item_code"], two["item_code"]]
    columns = header_of(sheet)
    link = sheet.cell(columns[""] + 1, columns["待办行"]).hyperlink
    todo = sheet_of(published, TOWN, "待办")
    assert link and link.location == f"'待办'!A{header_of(todo)[''] + 1}"


def test_what_a_delivery_has_not_yet_shown_to_be_mended_is_to_be_verified(publish: Publish) -> None:
    one = household(1)
    published = publish({"warning_list": [one], "worklist_follow_up": [item(one, state="answered", is_to_verify=True)]})
    assert rows_of(sheet_of(published, TOWN, "预警名单"))[0]["办理状态"] == "待验证"


def test_only_cells_to_be_filled_in_can_be_changed(publish: Publish, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("s3cret\n", encoding="utf-8")
    published = publish()
    for name in ("待办", "预警名单", "新发现线索"):
        sheet = sheet_of(published, TOWN, name)
        assert sheet.protection.sheet
        assert not sheet.protection.password
        open_cells = {cell.column for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
        header = next(row for row in sheet.iter_rows() if any(cell.column in open_cells and cell.value for cell in row))
        named = {str(cell.value) for cell in header if cell.column in open_cells}
        contract = load_extracts()["rural_revitalization__town_report" if name == "新发现线索" else ANSWER_EXTRACT]
        assert named == {column.header for column in contract.columns} - {"线索编号", "行校验代码", "乡镇"}
    monkeypatch.setenv("FANGFANPIN_SHEET_PASSWORD_FILE", str(password))
    sheet = sheet_of(publish({"warning_list": [household(2)]}), TOWN, "待办")
    assert sheet.protection.password
    assert b"s3cret" not in book_of(published.folder, TOWN).read_bytes()


def test_nothing_delivered_becomes_a_formula_or_a_link(publish: Publish) -> None:
    listed = [household(number, head_name=text, village=text) for number, text in enumerate(PAYLOADS)]
    ledger = [worker(number, employer=text) for number, text in enumerate(PAYLOADS)]
    published = publish({"warning_list": listed, "employment_ledger": ledger})
    for name, header in (("预警名单", "户主姓名"), ("待办", "户主"), ("就业台账", "单位")):
        sheet = sheet_of(published, TOWN, name)
        columns = header_of(sheet)
        cells = [sheet.cell(columns[""] + number, columns[header]) for number in range(1, len(PAYLOADS) + 1)]
        assert {str(cell.value).replace("_x0007_", "\u0007") for cell in cells} == set(PAYLOADS)
        for cell in cells:
            assert (cell.data_type, cell.number_format, cell.hyperlink) == ("s", "@", None)
    with zipfile.ZipFile(book_of(published.folder, TOWN)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/"))
        assert not any(b"http" in archive.read(name) for name in archive.namelist() if name.endswith("sheet2.xml.rels"))


def test_values_are_in_chinese_and_of_their_type(published: Publication) -> None:
    sheet = sheet_of(published, TOWN, "预警名单")
    columns = header_of(sheet)
    row = {header: sheet.cell(columns[""] + 1, number) for header, number in columns.items() if header}
    assert (row["级别"].value, row["触发原因"].value) == ("红色", "标准提高")
    assert (row["近12个月纯收入"].value, row["近12个月纯收入"].number_format) == (30000, "#,##0.00")
    assert row["近12个月纯收入"].alignment.horizontal == "right"
    assert row["级别"].fill.fgColor.rgb == "FFFFC7CE"
    ledger = sheet_of(published, TOWN, "就业台账")
    columns = header_of(ledger)
    row = {header: ledger.cell(columns[""] + 1, number) for header, number in columns.items() if header}
    assert (row["就业状态"].value, row["有培训需求"].value) == ("在业", "否")
    assert (row["开始日期"].value, row["开始日期"].number_format) == (dt.datetime(2023, 2, 3), "yyyy-mm-dd")


def test_the_heading_says_month_lines_state_and_version(publish: Publish) -> None:
    heading = "\n".join(words(sheet_of(publish(), TOWN, "预警名单"))[:3])
    for expected in (
        f"{TOWN}2023年7月预警名单（1户）",
        "纳入线：人均年纯收入10,420元以下（含本数）（新农组办〔2023〕3号第2条）",
        "预警线：本月未生效",
        "数据截至 2023年6月30日（按2023年7月报送）",
        "第1版",
    ):
        assert expected in heading
    restated = publish(knowledge="2023-09")
    assert "按截至2023年9月的报送重算）　第2版" in "\n".join(words(sheet_of(restated, TOWN, "预警名单"))[:3])


def test_a_list_that_is_not_applicable_says_so_in_words(publish: Publish) -> None:
    published = publish({"employment_ledger": []}, not_applicable={"employment_ledger": EXPLANATION})
    for name in (TOWN, "县人社局"):
        shown = words(sheet_of(published, name, "首页"))
        assert shown[shown.index("就业台账") + 3] == f"本月不适用：{EXPLANATION}"
    assert not any(EXPLANATION in text for text in words(sheet_of(published, "县民政局", "首页")))
    assert any(EXPLANATION in text for text in words(sheet_of(published, "全县", "汇总")))


def test_no_workbook_shows_technical_columns(published: Publication) -> None:
    shown = {name for plan in load_sheets() for name in plan.shown}
    assert not shown & {"person_key", "month", "town_code", "is_total", "item_code"}
    for path in (published.folder / "workbooks").iterdir():
        assert not re.search(r"身份证|身份识别码|[0-9]{17}[0-9X]", "\n".join(texts(path)).replace("户主证件号码", ""))


def test_findings_go_to_whom_they_were_handed_out_and_to_nobody_else(publish: Publish) -> None:
    file = {"household_id": None, "person_id": None, "name": None, "head_name": None, "town": None, "item_code": None}
    of_education = finding(6, owner="教育局")
    rows = [
        finding(1),
        finding(2, OTHER_TOWN),
        finding(3, severity="I"),
        finding(4, status="waived"),
        of_education,
        finding(5, check_code="F07", owner="人社局", file="human_resources/employment.xlsx", row_number=7, **file),
    ]
    items = [item(rows[0]), item(rows[1]), item(of_education, "education")]
    published = publish({"data_logic_issues": rows, "worklist_follow_up": items, "worklist": [line(rows[0])]})
    shown = {name: rows_of(sheet_of(published, name, "数据逻辑问题清单")) for name in (TOWN, "县教育局", "县人社局", "全县")}
    assert [row["姓名"] for row in shown[TOWN]] == ["成员1"]
    assert [row["姓名"] for row in shown["县教育局"]] == ["成员6"]
    assert [(row["规则编号"], row["文件"], row["行号"]) for row in shown["县人社局"]] == [
        ("F07", "human_resources/employment.xlsx", 7)
    ]
    assert len(shown["全县"]) == 4  # hints and what is waived are in the published Parquet
    assert shown[TOWN][0]["级别"] == "必须更正"
    assert "核实收入" not in shown[TOWN][0]


def test_answers_that_came_back_are_told_one_by_one(publish: Publish) -> None:
    named = {"file": "rural_revitalization/feedback__丰城街道.xlsx", "recipient": TOWN, "list": "warning_list"}
    refused = {"head_name": "户主1", "result": "豁免", "has_effect": False, "explanation": "没有写明豁免到哪个月。"}
    taken = {"head_name": "户主2", "result": "已整改", "has_effect": True, "explanation": "已采用。"}
    receipts = [
        {"row_number": 4, "item_code": "x", **named, **refused},
        {"row_number": 5, "item_code": "y", **named, **taken},
    ]
    published = publish({"answer_receipts": receipts})
    first, second = rows_of(sheet_of(published, TOWN, "上次答复结果"))
    assert (first["结果"], first["户主"], first["清单"], first["行"]) == ("没有采用", "户主1", "预警名单", 4)
    assert first["处理结果和怎样重填"] == "没有写明豁免到哪个月。"
    assert (second["结果"], second["你单位的答复"]) == ("已采用", "已整改")
    shown = words(sheet_of(published, TOWN, "首页"))
    assert shown[shown.index("退回重填（条）") + 5] == "1"
    assert "上次答复结果" not in names_of(published, OTHER_TOWN)
    progress = {row["办理单位"]: row for row in rows_of(sheet_of(published, BUREAU, "各单位办理情况"))}
    assert (progress[TOWN]["本月交回答复"], progress[TOWN]["其中没有采用"]) == (2, 1)


def test_the_bureau_sees_who_has_not_answered_and_what_ends(publish: Publish) -> None:
    rows = [household(1), household(2), household(3)]
    until = (dt.date(2023, 7, 1), dt.date(2023, 8, 1), dt.date(2023, 9, 1))
    waived = [item(row, state="waived", waived_until=day) for row, day in zip(rows, until, strict=True)]
    closure = {"list": "全部", "items": 3, "closed": 0, "recurring": 0, "in_time": 0}
    published = publish(
        {
            "warning_list": rows,
            "worklist_follow_up": waived,
            "worklist": [],
            "closure_rates": [{"recipient": TOWN, **closure}, {"recipient": OTHER_TOWN, **closure, "items": 0}],
        }
    )
    progress = {row["办理单位"]: row["没有反馈"] for row in rows_of(sheet_of(published, BUREAU, "各单位办理情况"))}
    assert {name for name, mark in progress.items() if mark} == {TOWN}
    ending = [row["豁免至"] for row in rows_of(sheet_of(published, BUREAU, "豁免将到期"))]
    assert ending == [dt.datetime(2023, 7, 1), dt.datetime(2023, 8, 1)]


def test_pages_are_ready_to_print(published: Publication) -> None:
    sheet = sheet_of(published, TOWN, "预警名单")
    row = header_of(sheet)[""]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == f"${row}:${row}"
    assert sheet.auto_filter.ref.startswith(f"A{row}:")
    assert "办理工作簿（丰城街道）2023年7月 第1版" in sheet.oddFooter.left.text
    front = sheet_of(published, TOWN, "首页")
    assert (front.page_setup.orientation, front.page_setup.paperSize) == ("portrait", 9)


def test_a_filled_workbook_is_a_delivery_of_answers(installation: Installation, publish: Publish) -> None:
    published = publish({"warning_list": [household(1), household(2)]})
    book = openpyxl.load_workbook(book_of(published.folder, TOWN))
    todo, listed = book["待办"], book["预警名单"]
    columns = header_of(todo)
    validations = {str(validation.sqref): validation for validation in todo.data_validations.dataValidation}
    result = todo.cell(columns[""] + 1, columns["核实结果"])
    assert any(validation.type == "list" and result.coordinate in area for area, validation in validations.items())
    result.value = "属实-已有帮扶"
    todo.cell(result.row, columns["核实收入"]).value = 31000
    todo.cell(result.row, columns["反馈日期"]).value = dt.date(2023, 7, 20)
    columns = header_of(listed)
    listed.cell(columns[""] + 2, columns["核实结果"]).value = "豁免"
    listed.cell(columns[""] + 2, columns["豁免至"]).value = "2023-12"
    listed.cell(columns[""] + 2, columns["反馈日期"]).value = dt.date(2023, 7, 21)
    folder = installation.raw / "2023-08" / "rural_revitalization"
    folder.mkdir(parents=True)
    book.save(folder / "feedback.xlsx")
    landed = land_extract(installation, load_extracts()[ANSWER_EXTRACT], Month("2023-08"))
    assert (landed.rows_loaded, landed.rows_rejected) == (2, 0)  # the other rows are open items, no slips
    assert not any(file.unknown_columns for file in landed.files)  # the lists' own columns are no news to their maker
    first, second = sorted(
        pq.read_table(installation.landed_extract(ANSWER_EXTRACT, Month("2023-08"))).to_pylist(), key=lambda row: row["result"]
    )
    assert (first["item_code"], first["result"]) == (household(1)["item_code"], "属实-已有帮扶")
    assert first["verified_income"] == "31000.00"
    assert (second["item_code"], second["result"], second["waived_until"]) == (household(2)["item_code"], "豁免", "2023-12-01")


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
    assert {*ANSWER_COLUMNS, ANSWER_KEY, SEAL_COLUMN} == {column.name for column in load_extracts()[ANSWER_EXTRACT].columns}


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


def test_colours_go_by_the_code_whatever_it_is_called() -> None:
    facts = Facts.load(load_marts())
    renamed = ValueLabels({"level": {"red": ValueLabel(label="一级"), "yellow": ValueLabel(label="二级")}})
    assert colours_of(dataclasses.replace(facts, labels=renamed), "level") == {"一级": RED, "二级": YELLOW}
    assert colours_of(facts, "level") == {"红色": RED, "黄色": YELLOW}
    assert colours_of(facts, "village") == {}
