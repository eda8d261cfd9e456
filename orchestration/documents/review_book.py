"""The bureau's sheet on which an officer decides who a department's rows are about.

Filled in, it is a delivery of decisions as it stands: its answer columns have the headers of that extract.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from orchestration.documents.plain_sheets import NOTHING_THIS_MONTH
from orchestration.documents.review_content import Line, ReviewContent
from orchestration.documents.stationery import (
    ANSWER_COLOUR,
    ANSWER_HEADER_COLOUR,
    FAINT_COLOUR,
    HEADER_COLOUR,
    WARNING_COLOUR,
    Stationery,
    lines_of,
)

_EVERY_OTHER_COLOUR = "#F5F7FA"
_LINE, _LOWEST = 13, 28
_IDENTIFIER_WIDTH = 36
_LONGEST_TEXT = 32_767  # what a cell can hold


@dataclass(frozen=True)
class _Shown:
    """A printed column; ``answer`` is the column of the decisions that is filled in there."""

    header: str
    width: float
    answer: str = ""
    is_left: bool = False


# What is shown before the answers; 人员编号 is itself a column of the decisions.
_FACTS = (
    _Shown("序号", 5), _Shown("部门和名册", 21, is_left=True), _Shown("所在文件和行", 25, is_left=True), _Shown("登记姓名", 10),
    _Shown("登记证件号码", 20), _Shown("疑点", 12), _Shown("", 16.5, "person_id"), _Shown("在册姓名", 10),
    _Shown("在册证件号码", 20), _Shown("户编号", 15.5), _Shown("乡镇", 9), _Shown("行政村", 9),
)  # fmt: skip
_ANSWERS = (("decision", 11), ("reason", 16), ("decided_on", 11), ("decided_by", 9))


class ReviewSheet:
    """Writes the candidates of every doubtful row, one line each, with the cells for the decision."""

    def __init__(self, sheet: Worksheet, content: ReviewContent, look: Stationery) -> None:
        self._sheet = sheet
        self._content = content
        self._look = look
        self._columns = [
            _Shown(content.header(column.answer), column.width, column.answer) if column.answer else column for column in _FACTS
        ]
        self._first_answer = len(self._columns)
        self._columns += [_Shown(content.header(name), width, name) for name, width in _ANSWERS]
        self._last = len(self._columns) - 1

    def write(self) -> None:
        """Write heading, lines and rules for the answers."""
        sheet, lines = self._sheet, self._content.lines
        for position, column in enumerate(self._columns):
            sheet.set_column(position, position, column.width)
        self._look.set_page(sheet)
        header_row = self._write_heading()
        final = header_row + max(1, len(lines))
        for number, line in enumerate(lines, start=header_row + 1):
            self._write_line(number, line)
        if lines:
            sheet.autofilter(header_row, 0, final, self._last)
            self._validate(header_row + 1, final)
        else:
            sheet.set_row(final, 28)
            style = self._look.format(font_size=12, align="center", border=1)
            self._look.write_across(sheet, final, (0, self._last), NOTHING_THIS_MONTH, style)
        sheet.print_area(0, 0, final, self._last)

    def _write_heading(self) -> int:
        """Write title, state, how to fill it in and the headers; return the row of the headers."""
        sheet, content = self._sheet, self._content
        width = sum(column.width for column in self._columns)
        sheet.set_row(0, 38)
        self._look.write_across(sheet, 0, (0, self._last), content.title, self._look.title(20))
        plain = self._look.format(font_size=11, text_wrap=True, align="left")
        for row, text in enumerate((content.state, content.note), start=1):
            sheet.set_row(row, 16 * lines_of(text, width * 0.85) + 4)
            self._look.write_across(sheet, row, (0, self._last), text, plain)
        header_row = 3
        sheet.set_row(header_row, 32)
        for position, column in enumerate(self._columns):
            colour = ANSWER_HEADER_COLOUR if position >= self._first_answer else HEADER_COLOUR
            sheet.write_string(header_row, position, column.header, self._look.header(colour))
        sheet.set_column(self._last + 1, self._last + 1, 2)
        sheet.set_column(self._last + 2, self._last + 2, _IDENTIFIER_WIDTH)
        sheet.write_string(header_row, self._last + 2, content.header("review_id"), self._look.header())
        sheet.repeat_rows(header_row)
        sheet.freeze_panes(header_row + 1, 0)
        return header_row

    def _write_line(self, row: int, line: Line) -> None:
        sheet, candidate = self._sheet, line.candidate
        facts = (
            line.ordinal, line.senders, line.places, line.name, line.document, line.doubt, candidate["person_id"],
            candidate["name"], candidate["document_number"], candidate["household_id"], candidate["town"], candidate["village"],
        )  # fmt: skip
        marked = {"在册姓名": line.has_other_name, "在册证件号码": line.has_other_document}
        shade = {} if line.ordinal % 2 else {"bg_color": _EVERY_OTHER_COLOUR}
        height = 1
        for position, (column, value) in enumerate(zip(self._columns, facts, strict=False)):
            properties: dict[str, Any] = {"align": "left", "indent": 1} if column.is_left else {"align": "center"}
            properties |= shade | ({"font_color": WARNING_COLOUR} if marked.get(column.header) else {})
            if isinstance(value, int):
                sheet.write_number(row, position, value, self._look.format(border=1, num_format="0", **properties))
                continue
            text = str(value or "")[:_LONGEST_TEXT]
            style = self._look.format(border=1, num_format="@", text_wrap=True, **properties)
            sheet.write_string(row, position, text, style)
            height = max(height, lines_of(text, column.width - (3 if column.is_left else 1)))
        for position in range(self._first_answer, self._last + 1):
            sheet.write_blank(row, position, None, self._answer_format(self._columns[position].answer))
        faint = self._look.format(num_format="@", font_color=FAINT_COLOUR, font_size=9)
        sheet.write_string(row, self._last + 2, candidate["review_id"], faint)
        sheet.set_row(row, max(_LOWEST, _LINE * height + 6))

    def _answer_format(self, answer: str) -> Any:
        number_format = "yyyy-mm-dd" if self._content.contract.column(answer).type == "date" else "@"
        return self._look.format(border=1, align="center", text_wrap=True, bg_color=ANSWER_COLOUR, num_format=number_format)

    def _validate(self, first: int, final: int) -> None:
        earliest = self._content.edition.month.first_day
        rules: dict[str, dict[str, Any]] = {
            "decision": {
                "validate": "list",
                "source": self._content.decisions,
                "error_message": "请从下拉框中选择；没有查清的留空。",
            },
            "decided_on": {
                "validate": "date",
                "criteria": ">=",
                "value": earliest,
                "error_message": f"请填 {earliest:%Y-%m-%d} 以后的日期，写成 {earliest:%Y-%m}-15 的样子。",
            },
        }
        for position, column in enumerate(self._columns):
            if column.answer in rules:
                rule = rules[column.answer] | {"error_title": column.header}
                self._sheet.data_validation(first, position, final, position, rule)
