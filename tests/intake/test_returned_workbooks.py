"""A workbook that was handed out comes back with several lists: every sheet is read, every row arrives once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bad_files import MONTH, Door
from hypothesis import given, settings
from hypothesis import strategies as st
from returned_workbooks import ANSWERS, CODE, DAY, OF_LISTS, RESULT, Sheet, answered, item, through_libreoffice, workbook

from orchestration.contracts import load_extracts
from orchestration.foundation.paths import Installation
from orchestration.foundation.row_seals import seal_of

FEEDBACK = load_extracts()["rural_revitalization__feedback"]


@pytest.fixture
def answers(tmp_path: Path) -> Door:
    return Door(Installation.at(tmp_path / "raw", tmp_path / "marts"), FEEDBACK)


def places(door: Door) -> list[tuple[str, int, str]]:
    return [(row["sheet"], row["row_number"], row["item_code"]) for row in door.table()]


def told(door: Door) -> list[tuple[str, int, str, str]]:
    return [
        (one["sheet"], one["row_number"], one["outcome"], one["problem"])
        for one in door.table("intake_problems")
        if one["outcome"] != "mended"
    ]


def test_case_102_every_sheet_with_answers_is_read(answers: Door) -> None:
    together = "warning_list/2023-07/44023310000135;checks/2023-07/B04:44023310000135"
    result = answers.land(
        "feedback__x.xlsx",
        workbook(
            Sheet("首页", [], headers=("本月办理事项",)),
            Sheet("待办", [item("warning_list/2023-07/1"), answered(together)]),
            Sheet("预警名单", [answered("warning_list/2023-07/1"), item("warning_list/2023-07/2")]),
            Sheet("数据问题", [item("checks/2023-07/B04:1")]),
        ),
    )
    assert places(answers) == [("待办", 5, together), ("预警名单", 4, "warning_list/2023-07/1")]
    assert told(answers) == []
    (file,) = result.files
    assert (file.sheet, file.rows_delivered, file.rows_loaded, file.rows_blank) == ("待办、预警名单、数据问题", 5, 2, 3)


def test_case_103_a_sheet_with_a_flaw_is_told_and_the_others_count(answers: Door) -> None:
    lists = [
        Sheet("预警名单", [answered("a"), item("b")], headers=(*OF_LISTS, *ANSWERS, CODE, "核实结果")),
        Sheet("数据问题", [answered("c"), item("d")], changed={CODE: "编号"}),
        Sheet("应享未享", [answered("e")]),
    ]
    result = answers.land("feedback.xlsx", workbook(*lists))
    assert places(answers) == [("应享未享", 4, "e")]
    assert told(answers) == [
        ("预警名单", 3, "warned", "sheet_refused"),
        ("数据问题", 3, "warned", "sheet_refused"),
        ("预警名单", 4, "row_rejected", "other_header"),
        ("数据问题", 4, "row_rejected", "other_header"),
    ]
    (file,) = result.files
    assert (file.rows_delivered, file.rows_loaded, file.rows_rejected, file.rows_blank) == (5, 1, 2, 2)
    assert "“核实结果”在" in answers.messages()
    assert "缺少必须有的列：线索编号" in answers.messages()


def test_where_no_sheet_can_be_read_the_file_goes_back(answers: Door) -> None:
    twice = (*OF_LISTS, *ANSWERS, CODE, "核实结果")
    reason = answers.refusal(
        "feedback.xlsx", workbook(*(Sheet(name, [answered("a")], headers=twice) for name in ("待办", "预警名单")))
    )
    assert "表头重复" in reason


def test_case_104_rows_added_to_a_list_are_told(answers: Door) -> None:
    """Whoever adds a household below a list has no code for it; there is a sheet for that."""
    added: dict[str, Any] = {"户主姓名": "某丙", "行政村": "新屋村"}
    answers.land(
        "feedback.xlsx",
        workbook(Sheet("待办", [answered("a"), added, {**added, "核实结果": RESULT}, {"户编号": "填表人：某"}])),
    )
    assert places(answers) == [("待办", 4, "a")]
    assert told(answers) == [("待办", 5, "row_rejected", "added_row"), ("待办", 6, "row_rejected", "added_row")]
    assert answers.messages().count("“新发现线索”工作表") == 2
    assert "某丙" not in answers.messages()


def test_case_105_what_nobody_sees_is_read_and_told(answers: Door) -> None:
    """Codes stand in a hidden column; a filter hides rows, a person a sheet."""
    answers.land(
        "feedback.xlsx",
        workbook(
            Sheet("待办", [answered("a"), answered("b")], hidden_rows=[5]),
            Sheet("预警名单", [answered("c")], is_hidden=True),
            Sheet("数据问题", [item("d"), item("e")], hidden_rows=[4, 5], is_hidden=True),
        ),
    )
    assert [code for _, _, code in places(answers)] == ["a", "b", "c"]
    assert set(told(answers)) == {
        ("待办", 5, "warned", "hidden_rows"),
        ("预警名单", 0, "warned", "hidden_sheet"),
    }


def test_case_106_what_cannot_be_read_is_told_with_its_sheet(answers: Door) -> None:
    bad = [answered("a", 反馈日期="七月底"), answered("b", 反馈日期=None), answered("c", 核实收入="三万")]
    answers.land("feedback.xlsx", workbook(Sheet("待办", bad[:1]), Sheet("预警名单", bad)))
    assert places(answers) == [("预警名单", 6, "c")]
    assert sorted(told(answers)) == [
        ("待办", 4, "row_rejected", "unreadable_date"),
        ("预警名单", 4, "row_rejected", "unreadable_date"),
        ("预警名单", 5, "row_rejected", "missing_required"),
        ("预警名单", 6, "cell_blanked", "unreadable_money"),
    ]


def test_case_107_sheets_renamed_moved_and_saved_by_another_program(answers: Door, tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    batch = "fangfanpin/2023-07/v01/黄磜镇"
    lists = [
        Sheet("某丁的表", [answered("a;b")], batch=batch),
        Sheet("待办", [item("c"), answered("d")], batch=batch, hidden_rows=[5]),
    ]
    data = through_libreoffice(workbook(*lists), tmp_path / "office")
    answers.land("feedback.xlsx", data)
    assert places(answers) == [("第1张", 4, "a;b"), ("待办", 5, "d")]
    assert told(answers) == [("待办", 5, "warned", "hidden_rows")]


def test_case_111_words_written_over_ours_are_told(answers: Door, tmp_path: Path) -> None:
    first, second = answered("warning_list/2023-07/1", 距线差额=24135.75), answered("warning_list/2023-07/2", 距线差额=1.5)
    for line in (first, second):
        line["行校验代码"] = seal_of(line.get(header) for header in OF_LISTS)
    second["户主姓名"] = "另一人"
    headers = (*OF_LISTS, *ANSWERS, CODE, "行校验代码")
    data = workbook(Sheet("待办", [first, second], headers=headers))
    answers.land("feedback__x.xlsx", data)
    assert [code for _, _, code in places(answers)] == ["warning_list/2023-07/1", "warning_list/2023-07/2"]
    assert told(answers) == [("待办", 5, "warned", "altered_row")]
    if shutil.which("soffice"):
        answers.land("feedback__x.xlsx", through_libreoffice(data, tmp_path / "office"))
        assert told(answers) == [("待办", 5, "warned", "altered_row")]


def test_a_workbook_with_nothing_filled_in_has_arrived_with_no_answer(answers: Door) -> None:
    result = answers.land("feedback.xlsx", workbook(Sheet("待办", [item("a"), item("b")]), Sheet("预警名单", [item("a")])))
    assert (result.status, result.rows_delivered, result.rows_blank, result.rows_loaded) == ("received", 3, 3, 0)
    assert told(answers) == []


def test_columns_of_lists_are_no_news_and_those_of_people_are(answers: Door) -> None:
    headers = ("镇街", "帮扶责任人", "责任部门", "疑似原因", *ANSWERS, CODE, "备注")
    result = answers.land("feedback.xlsx", workbook(Sheet("待办", [answered("a")], headers=headers)))
    assert result.files[0].unknown_columns == "疑似原因、备注"


MAKERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "answered": answered,
    "item": item,
    "blank": lambda code: {},
    "added": lambda code: {"户主姓名": "某", "行政村": "新屋村"},
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(list(MAKERS)), max_size=6), min_size=1, max_size=5))
def test_rows_on_any_number_of_sheets_arrive_once_each(kinds: list[list[str]]) -> None:
    """Each answered row arrives with its sheet and number; the account has every row, of each kind as many as there are."""
    sheets, wanted = [], []
    for number, of_sheet in enumerate(kinds, start=1):
        name = f"表格{number}"
        codes = [f"warning_list/2023-07/{number}-{row}" for row in range(len(of_sheet))]
        lines = list(zip(of_sheet, codes, strict=True))
        sheets.append(Sheet(name, [MAKERS[kind](code) for kind, code in lines]))
        wanted += [(name, row, code) for row, (kind, code) in enumerate(lines, start=4) if kind == "answered"]
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Installation.at(Path(folder) / "raw", Path(folder) / "marts"), FEEDBACK)
        result = door.land("feedback.xlsx", workbook(*sheets), MONTH)
        assert places(door) == wanted
        added = sum(of_sheet.count("added") for of_sheet in kinds)
        assert (result.rows_loaded, result.rows_rejected) == (len(wanted), added)


# --- what a town reports of its own accord


REPORT = load_extracts()["rural_revitalization__town_report"]
REPORT_HEADERS = tuple(column.header for column in REPORT.columns)
BATCH = "fangfanpin/2023-07/v01/黄磜镇"


@pytest.fixture
def reports(answers: Door) -> Door:
    """The door of reports beside that of answers: one delivery."""
    return Door(answers.installation, REPORT)


def report(**cells: Any) -> dict[str, Any]:
    """Return a line of the sheet; the town is filled in when it goes out."""
    return {"乡镇": "黄磜镇", **cells}


def reported(**cells: Any) -> dict[str, Any]:
    return report(**{"行政村": "新屋村", "户主姓名": "某戊", "情况说明": "主要劳动力住院", "发现日期": DAY, **cells})


def sheet_of(*lines: dict[str, Any], **changes: Any) -> Sheet:
    return Sheet(**{"name": "新发现线索", "rows": lines, "headers": REPORT_HEADERS, "batch": BATCH, **changes})


def test_case_108_reports_come_with_answers(answers: Door, reports: Door) -> None:
    full = reported(
        线索类型="新发现困难户", 户主证件号码="440233196812265002", 联系电话="13800138000", 人均年收入估计=6000, 报告人="某"
    )
    data = workbook(
        Sheet("首页", [], headers=("本月办理事项",), batch=BATCH),
        Sheet("待办", [answered("a"), item("b")], batch=BATCH),
        sheet_of(full, reported(户主姓名="某己"), report(), report()),
    )
    found = answers.land("feedback__黄磜镇.xlsx", data)
    with_them = reports.land()
    assert (found.rows_loaded, found.rows_blank, told(answers)) == (1, 1, [])
    assert (with_them.status, with_them.rows_loaded, with_them.rows_blank, told(reports)) == ("received", 2, 2, [])
    first, second = reports.table()
    assert (first["sheet"], first["row_number"], first["town"], first["income_per_capita"]) == (
        "新发现线索",
        4,
        "黄磜镇",
        "6000.00",
    )
    assert (second["row_number"], second["household_id"], second["reported_on"]) == (5, None, "2023-07-25")
    (file,) = reports.table("intake_files")
    assert (file["file"], file["rows_delivered"]) == ("rural_revitalization/feedback__黄磜镇.xlsx", 4)


def test_case_109_answers_without_a_report_are_nothing_to_tell(answers: Door, reports: Door) -> None:
    """Nobody has to report; lists of households have villages and heads too; what cannot be opened is told once."""
    headers = ("行政村", "户主姓名", *ANSWERS, CODE)
    for name, data in {
        "feedback__1.xlsx": workbook(Sheet("待办", [answered("a")], headers=headers)),
        "feedback__2.csv": f"{','.join(headers)}\n".encode(),
        "feedback__3.xlsx": b"no workbook",
    }.items():
        answers.deliver(name, data)
    result = reports.land()
    assert (result.status, len(result.files), result.own_files) == ("not_received", 3, ())
    assert reports.table("intake_files") == reports.table("intake_problems") == []
    assert [file.outcome for file in answers.land().files] == ["accepted", "accepted", "refused"]
    assert reports.land().was_unchanged


def test_case_110_reports_that_cannot_be_read_are_told(answers: Door, reports: Door) -> None:
    lines = [reported(发现日期="前几天"), report(户主姓名="某庚"), reported()]
    data = workbook(Sheet("待办", [answered("a")]), sheet_of(*lines))
    result = reports.land("feedback.xlsx", data)
    assert (result.rows_loaded, result.rows_rejected) == (1, 2)
    assert ("新发现线索", 4, "row_rejected", "unreadable_date") in told(reports)
    assert "某庚" not in reports.messages()
    answers.land()
    assert told(answers) == []


def test_a_report_whose_header_is_gone_is_told(answers: Door, reports: Door) -> None:
    lost = dict.fromkeys(REPORT_HEADERS, "")
    data = workbook(Sheet("待办", [answered("a")]), sheet_of(reported(), changed=lost))
    (file,) = reports.land("feedback.xlsx", data).files
    assert file.outcome == "refused"
    assert file.reason and "《新发现线索报告》的表头" in file.reason
    assert answers.land().rows_loaded == 1


def test_a_workbook_of_which_only_the_reports_are_left_goes_back_for_nothing(answers: Door, reports: Door) -> None:
    data = workbook(Sheet("首页", [], headers=("本月办理事项",), batch=BATCH), sheet_of(reported()))
    (file,) = answers.land("feedback.xlsx", data).files
    assert (file.outcome, answers.table("intake_files")) == ("elsewhere", [])
    assert reports.land().rows_loaded == 1
    lost = dict.fromkeys((*OF_LISTS, *ANSWERS, CODE), "")
    data = workbook(Sheet("待办", [answered("a")], changed=lost, batch=BATCH), sheet_of(reported()))
    assert "没有找到《核实整改反馈》的表头" in answers.refusal("feedback.xlsx", data)


def test_a_list_that_has_lost_its_header_is_told_beside_the_others(answers: Door) -> None:
    lost = dict.fromkeys((*OF_LISTS, *ANSWERS, CODE), "")
    lists = [Sheet("待办", [answered("a")], batch=BATCH), Sheet("预警名单", [answered("b")], changed=lost, batch=BATCH)]
    answers.land("feedback.xlsx", workbook(*lists))
    assert places(answers) == [("待办", 4, "a")]
    assert told(answers) == [("", 0, "warned", "sheet_unused")]
    assert "“预警名单”是下发的清单，但表头认不出了" in answers.messages()


def test_reports_in_a_file_of_their_own(answers: Door, reports: Door) -> None:
    data = workbook(sheet_of(reported(), report()), sheet_of(reported(户主姓名="某辛"), name="某壬报"))
    result = reports.land("新发现线索__黄磜镇.xlsx", data)
    assert (result.rows_loaded, result.rows_blank, told(reports)) == (2, 1, [])
    assert [row["sheet"] for row in reports.table()] == ["新发现线索", "第2张"]
    assert answers.land().status == "not_received"


# --- decisions on doubtful matches


def test_decisions_come_back_in_the_workbook_of_the_bureau(answers: Door) -> None:
    contract = load_extracts()["rural_revitalization__match_decision"]
    decisions = Door(answers.installation, contract)
    headers = (*contract.list_headers, *(column.header for column in contract.columns))
    line = {"部门和名册": "县教育局", "登记姓名": "某", "疑似编号": "abc", "判定": "同一人", "判定日期": DAY, "判定人": "某"}
    lists = [
        Sheet("待办", [answered("a")], batch=BATCH),
        Sheet("镇街新发现线索", [reported()], headers=REPORT_HEADERS),
        Sheet(contract.title, [line, {"部门和名册": "县教育局", "疑似编号": "abd"}], headers=headers),
    ]
    answers.land("feedback__县乡村振兴局.xlsx", workbook(*lists))
    assert (len(places(answers)), told(answers)) == (1, [])
    result = decisions.land()
    assert (result.rows_loaded, result.rows_blank, decisions.table("intake_problems")) == (1, 1, [])
    assert decisions.table()[0]["review_id"] == "abc"
    # what towns had reported stands there to be read
    assert Door(answers.installation, REPORT).land().status == "not_received"
