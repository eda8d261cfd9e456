"""The sheet with the list itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.documents.layouts import ANSWER_COLUMNS, ANSWER_RESULT
from orchestration.documents.list_content import ListContent
from orchestration.documents.stationery import (
    ANSWER_COLOUR,
    ANSWER_HEADER_COLOUR,
    FAINT_COLOUR,
    HEADER_COLOUR,
    WARNING_COLOUR,
    Stationery,
    display_width,
    lines_of,
)

NOTHING_THIS_MONTH = "本月无"

_ORDINAL = "序号"
_GAP = "　" * 10
_SIGNATURE = _GAP.join(("填报单位（盖章）：", "负责人：", "填报人：", "填报日期：　　　　年　　月　　日"))
_LEVEL_COLOURS = {"red": ("#FFC7CE", "#9C0006"), "yellow": ("#FFEB9C", "#7F6000")}
_NUMBER_FORMATS = {
    "text": "@",
    "integer": "0",
    "money": "#,##0.00",
    "ratio": "0.00%",
    "figure": "#,##0.####",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm",
}
_NUMBERS, _DAYS, _RIGHT = ("integer", "money", "ratio", "figure"), ("date", "month"), ("money", "ratio", "figure")
# Short coded words read best centred; sentences start at the left.
_SENTENCES = ("employer", "industry", "job", "measure", "reason")
_ANSWER_WIDTHS = {
    "result": 12.0,
    "verified_income": 9.5,
    "measure": 14.0,
    "reason": 12.0,
    "waived_until": 7.5,
    "answered_by": 7.5,
    "answered_on": 10.0,
}
_NARROWEST, _WIDEST = 4.5, 12.0
# Not broken into lines: a number that is looked up, and the names of villages.
_UNBROKEN = ("household_id", "village")
_ROW_HEIGHT, _LINE_HEIGHT = 24, 13


@dataclass(frozen=True)
class _Shown:
    """A printed column."""

    name: str
    header: str
    kind: str
    width: float
    is_answer: bool = False


def write_list(sheet: Worksheet, content: ListContent, stationery: Stationery, results: str) -> None:
    """Write the list; ``results`` are the cells with the possible results of an answer, for the drop-down."""
    _ListSheet(sheet, content, stationery).write(results)


class _ListSheet:
    def __init__(self, sheet: Worksheet, content: ListContent, stationery: Stationery) -> None:
        self._sheet = sheet
        self._content = content
        self._look = stationery
        self._columns = [_Shown("", _ORDINAL, "integer", _NARROWEST)]
        self._columns += [self._fact(name) for name in content.columns]
        if content.has_answers:
            facts = content.facts
            self._columns += [
                _Shown(name, facts.answer_header(name), facts.answer_type(name), _ANSWER_WIDTHS[name], is_answer=True)
                for name in ANSWER_COLUMNS
            ]
        self._last = len(self._columns) - 1
        self._styles: dict[tuple[int, Any], Format] = {}

    def _fact(self, name: str) -> _Shown:
        """Return a column as wide as its content, up to a limit beyond which text is broken into lines."""
        field = self._content.fields[name]
        texts = (self._content.text(name, value) for value in {row[name] for row in self._content.rows})
        needed = max((display_width(text) for text in texts), default=0) + (2.4 if field.type in _RIGHT else 1.6)
        widest = needed if name in _UNBROKEN or field.type != "text" else _WIDEST
        header = math.ceil(display_width(field.label) / 4) * 2 + 1.2
        return _Shown(name, field.label, field.type, max(_NARROWEST, header, min(needed, widest)))

    def write(self, results: str) -> None:
        sheet, content = self._sheet, self._content
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, column.width)
        self._look.set_page(sheet)
        header_row = self._write_heading()
        if content.explanation is not None:
            self._write_not_applicable(header_row)
            return
        self._write_headers(header_row)
        first = header_row + 1
        for ordinal, row in enumerate(content.rows, start=1):
            self._write_row(header_row + ordinal, ordinal, row)
        final = header_row + max(1, len(content.rows))
        if content.rows:
            sheet.autofilter(header_row, 0, final, self._last)
            self._write_identifiers(header_row)
            if content.has_answers:
                self._validate_answers(first, final, results)
        else:
            sheet.set_row(final, 28)
            style = self._look.format(font_size=12, align="center", border=1)
            sheet.merge_range(final, 0, final, self._last, NOTHING_THIS_MONTH, style)
        if content.has_answers and content.town is not None and content.rows:
            final += 2
            sheet.set_row(final, 26)
            sheet.write_string(final, 0, _SIGNATURE, self._look.format(font_size=11))
        sheet.print_area(0, 0, final, self._last)

    def _write_heading(self) -> int:
        """Write title, what the list rests on and the state of the data; return the row below."""
        content = self._content
        width = sum(column.width for column in self._columns)
        self._sheet.set_row(0, 38)
        self._sheet.merge_range(0, 0, 0, self._last, content.title, self._look.title(20))
        plain = self._look.format(font_size=11, text_wrap=True, align="left")
        red = self._look.format(font_size=11, text_wrap=True, align="left", bold=True, font_color=WARNING_COLOUR)
        texts = [(content.basis, plain), (content.state, plain)]
        texts += [(warning, red) for warning in (content.undecided_words, content.astray) if warning]
        for number, (text, style) in enumerate(texts, start=1):
            self._sheet.set_row(number, 15 * lines_of(text, width * 0.9) + 4)
            self._sheet.merge_range(number, 0, number, self._last, text, style)
        return len(texts) + 1

    def _write_not_applicable(self, row: int) -> None:
        unit, reason = self._content.layout.unit, (self._content.explanation or "").rstrip("。")
        text = f"本月不适用：{reason}。\n本表没有内容，不表示没有符合条件的{unit}。"
        style = self._look.format(font_size=12, text_wrap=True, align="left", border=1, indent=1)
        self._sheet.merge_range(row, 0, row + 3, self._last, text, style)
        self._sheet.print_area(0, 0, row + 3, self._last)

    def _write_headers(self, row: int) -> None:
        height = max(lines_of(column.header, column.width) for column in self._columns) * _LINE_HEIGHT + 10
        self._sheet.set_row(row, max(36, height))
        for number, column in enumerate(self._columns):
            colour = ANSWER_HEADER_COLOUR if column.is_answer else HEADER_COLOUR
            self._sheet.write_string(row, number, column.header, self._look.header(colour))
        self._sheet.repeat_rows(row)
        names = [column.name for column in self._columns]
        name = next(name for name in ("head_name", "name") if name in names)
        self._sheet.freeze_panes(row + 1, names.index(name) + 1)

    def _write_row(self, number: int, ordinal: int, row: Mapping[str, Any]) -> None:
        lines = 1
        for position, column in enumerate(self._columns):
            value = ordinal if position == 0 else None if column.is_answer else row[column.name]
            style = self._style(position, column, value)
            if value is None:
                self._sheet.write_blank(number, position, None, style)
            elif column.kind in _NUMBERS:
                self._sheet.write_number(number, position, float(value), style)
            elif column.kind in _DAYS:
                self._sheet.write_datetime(number, position, value, style)
            else:
                text = self._content.text(column.name, value)
                self._sheet.write_string(number, position, text, style)
                lines = max(lines, lines_of(text, column.width))
        self._sheet.set_row(number, max(_ROW_HEIGHT, _LINE_HEIGHT * lines + 4))

    def _style(self, position: int, column: _Shown, value: Any) -> Format:
        """Return the format of a cell; that of a level depends on the level."""
        known = position, value if column.name == "level" else None
        if known not in self._styles:
            self._styles[known] = self._look.format(**self._cell_properties(column, value))
        return self._styles[known]

    def _cell_properties(self, column: _Shown, value: Any) -> dict[str, Any]:
        kind = column.kind if column.kind in _NUMBER_FORMATS else "text"
        align = "right" if kind in _RIGHT else "left" if column.name in _SENTENCES else "center"
        properties = {"num_format": _NUMBER_FORMATS[kind], "align": align, "border": 1, "text_wrap": kind == "text"}
        if align == "right":
            properties["indent"] = 1
        if column.is_answer:
            return properties | {"bg_color": ANSWER_COLOUR}
        if column.name == "level" and value in _LEVEL_COLOURS:
            background, colour = _LEVEL_COLOURS[value]
            return properties | {"bg_color": background, "font_color": colour}
        return properties

    def _write_identifiers(self, header_row: int) -> None:
        """Write, right of what is printed, by what a returned row is recognised."""
        column, content = self._last + 2, self._content
        texts = [content.identifier(row) for row in content.rows]
        style = self._look.format(num_format="@", font_color=FAINT_COLOUR, font_size=9)
        self._sheet.set_column(column - 1, column - 1, 2)
        self._sheet.set_column(column, column, max(display_width(text) for text in (content.identifier_header, *texts)) + 1)
        self._sheet.write_string(header_row, column, content.identifier_header, self._look.header())
        for offset, text in enumerate(texts, start=1):
            self._sheet.write_string(header_row + offset, column, text, style)

    def _validate_answers(self, first: int, final: int, results: str) -> None:
        earliest = self._content.edition.month.first_day
        rules: dict[str, dict[str, Any]] = {
            ANSWER_RESULT: {
                "validate": "list",
                "source": results,
                "error_message": "请从下拉框中选择，可选值见“说明”。",
            },
            "verified_income": {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -100_000_000,
                "maximum": 100_000_000,
                "error_message": "请只填数字，单位为元。",
            },
            "answered_on": {
                "validate": "date",
                "criteria": ">=",
                "value": earliest,
                "error_message": f"请填 {earliest:%Y-%m-%d} 以后的日期，写成 {earliest:%Y-%m}-15 的样子。",
            },
        }
        for number, column in enumerate(self._columns):
            if column.is_answer and column.name in rules:
                rule = rules[column.name] | {"error_title": column.header}
                self._sheet.data_validation(first, number, final, number, rule)
