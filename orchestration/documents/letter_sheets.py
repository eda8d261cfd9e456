"""The sheets of a return letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.documents.letter_content import Account, LetterContent, file_name
from orchestration.documents.stationery import (
    ANSWER_HEADER_COLOUR,
    HEAD_FONT,
    WARNING_COLOUR,
    Stationery,
    lines_of,
)
from orchestration.foundation.handed_out import RETURNED, TO_CHECK

NOTHING = "本月无"

_LINE = 14
_INDENT = 1.5
_RECEIPT_WIDTHS = (24, 9, 7, 9, 8, 8, 9, 9, 9, 9, 8, 9, 9, 9, 8)
_PARTS = ("matched_by_id", "matched_by_repair", "matched_by_evidence", "to_review", "not_in_roster", "persons")
_RECEIPT_HEADERS = (
    *("名册", "状态", "文件数", "收到行数", "退回行数", "被替代行数", "采用行数"),
    *("证件匹配", "纠错匹配", "佐证匹配", "待核实", "不在册", "涉及人数", "上月收到行数", "变化提示"),
)
_RECEIPT_NOTES = (
    "收到行数＝退回行数＋被替代行数＋采用行数；采用行数＝证件匹配＋纠错匹配＋佐证匹配＋待核实＋不在册。",
    "被替代：同一业务主键另有应当采用的行。纠错匹配：证件差一处而姓名一致。佐证匹配：凭证件以外的内容认出。不在册：本县其他人员，不是差错。",
)
# Headers of the table of files, each with the columns of the sheet that it takes.
_FILE_HEADERS = (
    ("文件", 0, 1), ("结果", 2, 3), ("工作表", 4, 5), ("表头所在行", 6, 6), ("表头下行数", 7, 7), ("读入行数", 8, 8),
    ("退回行数", 9, 9), ("空行", 10, 10), ("备注行", 11, 11), ("未识别的列", 12, 14),
)  # fmt: skip
_CHANGE_HEADERS = (("名册", 0, 0), ("内容", 1, 3), ("变化", 4, 14))


@dataclass(frozen=True)
class _Column:
    """A column of a listing."""

    header: str
    width: float
    is_sentence: bool = False


_PROBLEM_COLUMNS = (
    _Column("序号", 5), _Column("名册", 20, True), _Column("文件", 24, True), _Column("行", 7), _Column("列", 5),
    _Column("列名", 14), _Column("处理", 12), _Column("问题与改法", 58, True),
)  # fmt: skip
_CHECK_COLUMNS = (
    _Column("序号", 5), _Column("名册", 22, True), _Column("文件", 26, True), _Column("行", 7), _Column("姓名", 11),
    _Column("证件号码（部分）", 21), _Column("请核对什么", 28, True), _Column("怎样处理", 28, True),
)  # fmt: skip


class LetterSheets:
    """Writes the sheets of one letter."""

    def __init__(self, content: LetterContent, stationery: Stationery) -> None:
        self._content = content
        self._look = stationery

    def write_receipt(self, sheet: Worksheet) -> None:
        """Write the account of each extract and file, and what changed since the previous delivery."""
        content, last = self._content, len(_RECEIPT_WIDTHS) - 1
        self._begin(sheet, _RECEIPT_WIDTHS)
        sheet.set_row(0, 34)
        self._look.write_across(sheet, 0, (0, last), f"{content.department.name}{content.edition.month_words}回执", self._title)
        row = self._write_heading(sheet, 1, "一、各名册", last)
        sheet.set_row(row, 32)
        for position, header in enumerate(_RECEIPT_HEADERS):
            sheet.write_string(row, position, header, self._look.header())
        for account in content.accounts:
            row += 1
            sheet.set_row(row, max(22, _LINE * lines_of(account.contract.title, _RECEIPT_WIDTHS[0] - _INDENT) + 6))
            self._write_account(sheet, row, account)
        row += 1
        if not content.department.is_register_keeper:
            note = self._look.format(font_size=9, text_wrap=True, align="left")
            for text in _RECEIPT_NOTES:
                sheet.set_row(row, 18)
                self._look.write_across(sheet, row, (0, last), text, note)
                row += 1
        row = self._write_heading(sheet, row + 1, "二、与上次报送相比变化较大的（属实的不用处理）", last)
        row = self._write_table(sheet, row, _CHANGE_HEADERS, content.changes)
        row = self._write_heading(sheet, row + 1, "三、各文件", last)
        row = self._write_table(sheet, row, _FILE_HEADERS, [self._file_cells(file) for file in content.files])
        sheet.print_area(0, 0, row - 1, last)

    def write_returned(self, sheet: Worksheet) -> None:
        """Write a line per cell, row or file that goes back or could not be read; what goes back is red."""
        rows = [
            (item.title, item.file, item.row, item.letter, item.header, item.outcome, item.message)
            for item in self._content.problems
        ]
        marked = [item.has_gone_back for item in self._content.problems]
        note = "标红的没有采用；其余所在的行已经采用。行号、列号是打开文件所见的；没有行号的，是就整个文件或整列说的。"
        self._write_listing(sheet, RETURNED, note, _PROBLEM_COLUMNS, rows=rows, marked=marked)

    def write_checks(self, sheet: Worksheet) -> None:
        """Write a line per row of the department of which it is in doubt who it is about, documents masked."""
        rows = [
            (item.title, item.file, item.row, item.name, item.document, item.doubt, item.remedy)
            for item in self._content.doubtful_rows
        ]
        note = "姓名、证件号码是贵单位文件中的；证件号码只显示前6位和后4位，不足15位的不显示。按文件和行号可以找到原记录。"
        self._write_listing(sheet, TO_CHECK, note, _CHECK_COLUMNS, rows=rows, marked=[False] * len(rows))

    @property
    def _title(self) -> Format:
        return self._look.title(18)

    def _begin(self, sheet: Worksheet, widths: Sequence[float], *, is_landscape: bool = True) -> None:
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        self._look.set_page(sheet, is_landscape)

    def _write_heading(self, sheet: Worksheet, row: int, text: str, last: int) -> int:
        sheet.set_row(row, 26)
        self._look.write_across(sheet, row, (0, last), text, self._look.format(font_name=HEAD_FONT, font_size=12))
        return row + 1

    def _write_account(self, sheet: Worksheet, row: int, account: Account) -> None:
        sheet.write_string(row, 0, account.contract.title, self._text(align="left"))
        self._write(sheet, row, 1, self._content.label("status", account.status), is_marked=account.status != "compared")
        missing = account.status == "not_received"
        compared: list[int | None] = [account.number("rows_replaced"), account.used, *map(account.number, _PARTS)]
        numbers = [account.files, account.received, account.rejected, *compared]
        shown = [*([None] * len(numbers) if missing else numbers), account.number("rows_previous_month")]
        for position, number in enumerate(shown, start=2):
            self._write(sheet, row, position, number)
        changes = f"{account.changes}项" if account.changes else ""
        self._write(sheet, row, len(_RECEIPT_WIDTHS) - 1, changes, is_marked=bool(changes))

    def _file_cells(self, file: Any) -> tuple[Any, ...]:
        names = ("header_row", "rows_delivered", "rows_loaded", "rows_rejected", "rows_blank", "rows_note")
        numbers = (file[name] if file["extract"] else None for name in names)
        outcome = self._content.label("outcome", file["outcome"])
        outcome += f"，见“{RETURNED}”" if file["outcome"] != "accepted" else ""
        return (file_name(file), outcome, file["sheet"] or "", *numbers, file["unknown_columns"] or "")

    def _write_table(
        self, sheet: Worksheet, row: int, headers: Sequence[tuple[str, int, int]], lines: Sequence[Sequence[Any]]
    ) -> int:
        """Write a table of which a column takes several of the sheet's; return the row below."""
        last = headers[-1][2]
        if not lines:
            sheet.set_row(row, 22)
            self._look.write_across(sheet, row, (0, last), NOTHING, self._text())
            return row + 1
        sheet.set_row(row, 32)
        for header, first, final in headers:
            self._look.write_across(sheet, row, (first, final), header, self._look.header())
        for line in lines:
            row += 1
            height = 1
            for (_, first, final), value in zip(headers, line, strict=True):
                if isinstance(value, str):
                    is_long = first == 0 or final - first > 1
                    self._look.write_across(
                        sheet, row, (first, final), value, self._text(align="left" if is_long else "center")
                    )
                    height = max(height, lines_of(value, sum(_RECEIPT_WIDTHS[first : final + 1]) - _INDENT))
                else:
                    self._write(sheet, row, first, value)
            sheet.set_row(row, max(22, _LINE * height + 6))
        return row + 1

    def _write_listing(
        self,
        sheet: Worksheet,
        title: str,
        note: str,
        columns: Sequence[_Column],
        *,
        rows: Sequence[Sequence[Any]],
        marked: Sequence[bool],
    ) -> None:
        """Write a list with a title above, ready to be filtered and printed."""
        content, last = self._content, len(columns) - 1
        self._begin(sheet, [column.width for column in columns])
        sheet.set_row(0, 34)
        heading = f"{content.department.name}{content.edition.month_words}{title}（{len(rows)}条）"
        self._look.write_across(sheet, 0, (0, last), heading, self._title)
        sheet.set_row(1, 20)
        self._look.write_across(sheet, 1, (0, last), note, self._look.format(align="left"))
        sheet.set_row(2, 28)
        for position, column in enumerate(columns):
            sheet.write_string(2, position, column.header, self._look.header())
        sheet.repeat_rows(2)
        sheet.freeze_panes(3, 0)
        if not rows:
            sheet.set_row(3, 28)
            self._look.write_across(sheet, 3, (0, last), NOTHING, self._text(font_size=12))
            return
        for ordinal, (values, is_marked) in enumerate(zip(rows, marked, strict=True), start=1):
            number, height = ordinal + 2, 1
            for position, (column, value) in enumerate(zip(columns, (ordinal, *values), strict=True)):
                is_outcome = is_marked and column.header == "处理"
                self._write(
                    sheet, number, position, value, is_marked=is_outcome, align="left" if column.is_sentence else "center"
                )
                if isinstance(value, str):
                    height = max(height, lines_of(value, column.width - _INDENT))
            sheet.set_row(number, max(22, _LINE * height + 6))
        sheet.autofilter(2, 0, len(rows) + 2, last)

    def _text(self, **properties: Any) -> Format:
        wanted = {"border": 1, "align": "center", "text_wrap": True, "num_format": "@"} | properties
        return self._look.format(**wanted, **({"indent": 1} if wanted["align"] == "left" else {}))

    def _write(
        self, sheet: Worksheet, row: int, position: int, value: Any, *, is_marked: bool = False, align: str = "center"
    ) -> None:
        """Write a number, a text, or a dash where there is nothing to say."""
        if isinstance(value, int):
            sheet.write_number(row, position, value, self._look.format(border=1, align="center", num_format="0"))
        elif is_marked:
            style = self._text(align=align, bg_color=ANSWER_HEADER_COLOUR, font_color=WARNING_COLOUR)
            sheet.write_string(row, position, value, style)
        else:
            sheet.write_string(row, position, "—" if value is None else value, self._text(align=align))
