"""Rows: from the grid of one file to canonical columns, with an account of every row.

What belongs here: which rows are data, blank, notes or rejected, and the problems of cells.
What does not: reading files, Parquet.
Work is done column by column on the distinct values, because a column has few of them and a delivery many rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, zip_longest
from typing import Literal

from orchestration.contracts import Column, ExtractContract
from orchestration.contracts.extract import normalize_header
from orchestration.landing.cells import Cell, UnreadableError, converter, fold_tight, is_blank, normalizer
from orchestration.landing.grid import Grid, column_letter
from orchestration.landing.header import Header, Headers

_NOTE_WORDS = (
    "合计|总计|小计|本页计|备注|注:|说明|填报人|填表人|填报单位|填报日期|填报时间"
    "|审核人|复核人|制表|经办人|单位负责人|负责人|联系人"
)
_NOTE = re.compile(rf"(?:{_NOTE_WORDS})")
# The word alone or before a colon, a bracket or a number: strict, for a cell in a column that every row must fill.
_NOTE_ALONE = re.compile(rf"(?:{_NOTE_WORDS})(?:[:(0-9].*)?", re.DOTALL)
_NUMBER = re.compile(r"[0-9.]+")

_EXPECTED = {
    "date": "日期，如 2023-07-05",
    "month": "年月，如 2023-07",
    "money": "金额（元），如 1200.50",
    "integer": "整数，如 8",
    "flag": "“是”或“否”",
}


@dataclass(frozen=True)
class Problem:
    """A rejected row's offending cell or an unreadable cell; a row of ``intake_problems``."""

    row_number: int
    column_name: str
    column_letter: str
    header: str
    outcome: Literal["row_rejected", "cell_blanked"]
    problem: str
    message: str


@dataclass
class ReadRows:
    """The rows of one file.

    Attributes:
        columns: canonical text of each landed column, accepted rows only.
        row_numbers: of the accepted rows.
    """

    columns: dict[str, list[str | None]]
    row_numbers: list[int]
    problems: list[Problem]
    delivered: int = 0
    rejected: int = 0
    blank: int = 0
    note: int = 0


@dataclass
class _ReadColumn:
    """One column before rows are sorted out; ``failures`` holds the problem of each unreadable raw value."""

    column: Column
    position: int | None
    raw: Sequence[Cell]
    texts: list[str | None]
    failures: Mapping[Cell, str] = field(default_factory=dict)


class RowReader:
    """Reads the rows of one grid by a contract."""

    def __init__(self, contract: ExtractContract, headers: Headers, spellings: Mapping[str, Mapping[str, str]]) -> None:
        self._contract = contract
        self._headers = headers
        self._spellings = spellings

    def read(self, grid: Grid, header: Header) -> ReadRows:
        """Return the accepted rows, the problems and the account of all rows below the header."""
        body = _without_empty_tail(grid.rows[header.index + 1 :])
        numbers = grid.row_numbers[header.index + 1 : header.index + 1 + len(body)]
        transposed = list(zip_longest(*body, fillvalue=""))
        columns = [self._read_column(column, header, transposed, len(body)) for column in self._contract.columns]
        result = ReadRows({}, [], [], delivered=len(body))
        kept = self._sort_out(result, body, numbers, header, columns)
        self._report_blanked(result, numbers, header, columns, kept)
        result.problems.sort(key=lambda problem: problem.row_number)
        result.row_numbers = list(compress(numbers, kept))
        for column in columns:
            texts = column.texts if all(kept) else list(compress(column.texts, kept))
            result.columns[column.column.name] = texts
            if column.column.has_normalized_form:
                normalize = normalizer(column.column)
                memo = {text: normalize(text) if text is not None else None for text in set(texts)}
                result.columns[f"{column.column.name}_normalized"] = [memo[text] for text in texts]
        return result

    def _read_column(self, column: Column, header: Header, transposed: list[tuple[Cell, ...]], rows: int) -> _ReadColumn:
        position = header.positions.get(column.name)
        if position is None or position >= len(transposed):
            return _ReadColumn(column, position, [""] * rows, [None] * rows)
        convert = converter(column, self._spellings.get(column.code_list or "", {}))
        raw = transposed[position]
        memo: dict[Cell, str | None] = {}
        failures: dict[Cell, str] = {}
        for value in set(raw):
            try:
                memo[value] = convert(value)
            except UnreadableError as error:
                memo[value] = None
                failures[value] = error.problem
        return _ReadColumn(column, position, raw, [memo[value] for value in raw], failures)

    def _sort_out(
        self,
        result: ReadRows,
        body: Sequence[Sequence[Cell]],
        numbers: Sequence[int],
        header: Header,
        columns: list[_ReadColumn],
    ) -> bytearray:
        """Count blank, note and rejected rows; return 1 for each row that is kept."""
        kept = bytearray(b"\x01") * len(body)
        required = [column for column in columns if column.column.required]
        for index in self._suspects(required):
            row = body[index]
            if all(map(is_blank, row)) or self._is_running_number_alone(row, columns, index):
                result.blank += 1
            elif self._is_repeated_header(row, required) or _is_note(row, required, index):
                result.note += 1
            elif missing := [column for column in required if column.texts[index] is None]:
                result.rejected += 1
                result.problems += [_problem(column, header, numbers[index], index, "row_rejected") for column in missing]
            else:
                continue
            kept[index] = 0
        return kept

    def _suspects(self, required: list[_ReadColumn]) -> list[int]:
        """Return the rows that may be no data: a required cell says nothing, or holds the words of a note or of a header."""
        suspects: set[int] = set()
        for column in required:
            accepted = self._headers.accepted(column.column)
            words = {
                value
                for value in set(column.raw)
                if isinstance(value, str) and (_NOTE_ALONE.fullmatch(fold_tight(value)) or normalize_header(value) in accepted)
            }
            suspects.update(index for index, text in enumerate(column.texts) if text is None)
            if words:
                suspects.update(index for index, value in enumerate(column.raw) if value in words)
        return sorted(suspects)

    def _is_repeated_header(self, row: Sequence[Cell], required: list[_ReadColumn]) -> bool:
        cells = [
            row[column.position] if column.position is not None and column.position < len(row) else "" for column in required
        ]
        return all(
            isinstance(cell, str) and normalize_header(cell) in self._headers.accepted(column.column)
            for cell, column in zip(cells, required, strict=True)
        )

    def _is_running_number_alone(self, row: Sequence[Cell], columns: list[_ReadColumn], index: int) -> bool:
        """Return whether a prepared line was not filled in: no column of the contract says anything, the rest are numbers."""
        if any(not is_blank(column.raw[index]) for column in columns):
            return False
        return all(is_blank(cell) or not isinstance(cell, str) or _NUMBER.fullmatch(fold_tight(cell)) for cell in row)

    def _report_blanked(
        self, result: ReadRows, numbers: Sequence[int], header: Header, columns: list[_ReadColumn], kept: bytearray
    ) -> None:
        for column in columns:
            if column.failures and not column.column.required:
                unreadable = (index for index, value in enumerate(column.raw) if value in column.failures and kept[index])
                result.problems += [_problem(column, header, numbers[index], index, "cell_blanked") for index in unreadable]


def _without_empty_tail(rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Cell]]:
    """Drop rows after the last that holds anything: a formatted tail reaches down to row 1,048,576 and is nobody's row."""
    last = len(rows)
    while last and all(cell == "" for cell in rows[last - 1]):
        last -= 1
    return rows[:last]


def _is_note(row: Sequence[Cell], required: list[_ReadColumn], index: int) -> bool:
    """Return whether the row begins with a sum, a remark or a signature, and a required cell is blank."""
    position, cell = next((position, cell) for position, cell in enumerate(row) if not is_blank(cell))
    if not isinstance(cell, str):
        return False
    found = fold_tight(cell)
    if not _NOTE.match(found):
        return False
    if any(column.texts[index] is None for column in required if column.position != position):
        return True
    return any(column.position == position for column in required) and bool(_NOTE_ALONE.fullmatch(found))


def _problem(
    column: _ReadColumn, header: Header, row_number: int, index: int, outcome: Literal["row_rejected", "cell_blanked"]
) -> Problem:
    code = column.failures.get(column.raw[index], "missing_required")
    letter = column_letter(column.position or 0)
    title = header.texts.get(column.column.name, column.column.header)
    consequence = "本行未读入" if outcome == "row_rejected" else "该单元格按空白处理"
    place = f"第 {row_number} 行 {letter} 列“{title}”"
    message = f"{place}{_what_is_wrong(code, column.column)}，{consequence}。{_how_to_mend(code, column.column)}"
    return Problem(row_number, column.column.name, letter, title, outcome, code, message)


def _what_is_wrong(code: str, column: Column) -> str:
    match code:
        case "missing_required":
            return "必须填写但为空"
        case "ambiguous_month":
            return "是数字格式，分不清 1 月还是 10 月"
        case "out_of_range":
            return "超出合理范围"
        case _:
            return f"不能读作{_EXPECTED[column.type].split('，')[0]}"


def _how_to_mend(code: str, column: Column) -> str:
    if code == "missing_required":
        return "请补填后重新报送。"
    return f"请改为{_EXPECTED[column.type]}，重新报送。"
