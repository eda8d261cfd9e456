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
from returned_workbooks import ANSWERS, CODE, OF_LISTS, RESULT, Sheet, answered, item, through_libreoffice, workbook

from orchestration.contracts import load_extracts
from orchestration.foundation.paths import Installation

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
