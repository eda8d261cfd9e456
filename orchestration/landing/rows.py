"""Rows: from the grid of one file to canonical columns, with an account of every row.

What belongs here: which rows are data, blank, notes or rejected, and the problems of cells.
What does not: reading files, Parquet.
Work is done column by column on the distinct values, because a column has few of them and a delivery many rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import compress, pairwise, zip_longest
from typing import Literal

from orchestration.contracts import Column, ExtractContract
from orchestration.landing.amounts import has_decimal_comma, may_be_grouped_by_points
from orchestration.landing.cells import (
    Cell,
    Converter,
    Flaw,
    Truth,
    UnreadableError,
    converter,
    fold,
    fold_tight,
    is_blank,
    normalizer,
    says_nothing,
    since_1904,
)
from orchestration.landing.columns import ReadColumn
from orchestration.landing.grid import Grid
from orchestration.landing.header import Header, Headers
from orchestration.landing.lost_digits import MEND, losses
from orchestration.landing.octobers import settle
from orchestration.landing.parts import Part, parts_of
from orchestration.landing.problems import Problem, of_file, rows_named
from orchestration.landing.remarks import (
    cell_remarks,
    header_remarks,
    hidden_remarks,
    october_remarks,
    total_remarks,
    unknown_columns,
    zero_remarks,
)
from orchestration.landing.scales import Scales
from orchestration.landing.unit_notes import notes_in
from orchestration.landing.units import YUAN
from orchestration.landing.widths import Body, Widths

_NOTE_WORDS = (
    "合计|总计|小计|本页计|备注|注:|说明|填报人|填表人|填报单位|填报日期|填报时间"
    "|审核人|复核人|制表|经办人|单位负责人|负责人|联系人"
)
_NOTE = re.compile(rf"(?:{_NOTE_WORDS})")
# The word alone or before a colon, a bracket or a number: strict, for a cell in a column that every row must fill.
_NOTE_ALONE = re.compile(rf"(?:{_NOTE_WORDS})(?:[:(0-9].*)?", re.DOTALL)
_NUMBER = re.compile(r"[0-9.]+")
_FEWEST_CELLS_OF_A_LINE = 2
# A document, date or amount is no note; most cells are one, and this is asked of each.
_PLAIN = re.compile(r"[0-9.,:/ Xx*+-]*")
# What a person writes who means the same as in the row above; most texts have nothing of it.
_LONGEST_DITTO = 10
_HAS_DITTO = re.compile("[\"＂'“”〃〞〟″′同如上dD]")
_DITTO = re.compile(
    r"[-—─…·.(]*(?:[\"“”〃〞〟″]{1,2}|''|′′|[同如](?:上|前|上行|上栏|上一行)|ditto|do\.)[-—─…·.)]*", re.IGNORECASE
)

_EXPECTED = {
    "date": "日期，如 2023-07-05",
    "month": "年月，如 2023-07",
    "money": "金额（元），如 1200.50",
    "integer": "整数，如 8",
    "flag": "“是”或“否”",
}
_WRONG = {
    "missing_required": "必须填写但为空",
    "ambiguous_month": "小数点后只有一位，分不清 1 月还是 10 月",
    "out_of_range": "超出合理范围",
    "digits_lost": "是科学记数法或超过 15 位的数字格式，末几位数字已经丢失",
    "error_cell": "是公式的错误值（如 #N/A、#REF!）",
    "formula_not_calculated": "是没有计算结果的公式",
    "ditto_mark": "是“同上”一类的记号，不能确定指哪一行的内容",
    "date_in_identifier": "是日期格式，不能读作编号、号码或姓名",
}
_MENDED_BY = {
    "missing_required": "请补填后重新报送。",
    "digits_lost": MEND,
    "error_cell": "请改正公式或直接填写数值后重新报送。",
    "formula_not_calculated": "请用 WPS 或 Excel 打开文件、保存后重新报送。",
    "ditto_mark": "请逐行填写完整后重新报送。",
    "date_in_identifier": "请把该列设为文本格式，重新录入后报送。",
}


@dataclass
class ReadRows:
    """The rows of one file.

    Attributes:
        columns: canonical text of each landed column, accepted rows only.
        row_numbers: of the accepted rows.
        unused: positions in the grid of the rows that were not accepted.
    """

    columns: dict[str, list[str | None]]
    row_numbers: list[int]
    problems: list[Problem]
    delivered: int = 0
    rejected: int = 0
    blank: int = 0
    note: int = 0
    unused: list[int] = field(default_factory=list)

    def add(self, other: ReadRows) -> None:
        """Append the rows of another part of the same file."""
        for name, texts in other.columns.items():
            self.columns[name] = [*self.columns[name], *texts]
        self.row_numbers += other.row_numbers
        self.problems += other.problems
        self.delivered += other.delivered
        self.rejected += other.rejected
        self.blank += other.blank
        self.note += other.note
        self.unused += other.unused


class RowReader:
    """Reads the rows of one grid by a contract."""

    def __init__(
        self, contract: ExtractContract, headers: Headers, spellings: Mapping[str, Mapping[str, str]], where: str = ""
    ) -> None:
        self._contract = contract
        self._headers = headers
        self._spellings = spellings
        # names the sheet in messages, where the file has several
        self._where = where

    def read(self, grid: Grid, header: Header, scales: Scales | None = None) -> ReadRows:
        """Return the accepted rows, the problems and the account of all rows below the header; amounts by ``scales``."""
        body = _without_empty_tail(grid.rows[header.index + 1 :])
        cells = list(zip_longest(*body, fillvalue=""))
        positions = (header.positions.get(column.name) for column in self._contract.required_columns)
        required = [cells[position] for position in positions if position is not None and position < len(cells)]
        parts = parts_of(grid, header, self._headers, required, header.index + 1 + len(body))
        if len(parts) == 1:
            result = self._read_part(grid, parts[0], scales or {}, header.flaw(self._contract), cells)
        else:
            del cells
            result = self._read_parts(grid, parts, scales or {})
        result.problems = [*header_remarks(self._where, grid, header), *result.problems]
        result.problems += hidden_remarks(grid, result.row_numbers)
        if header.above is not None:
            above, number = grid.row_numbers[header.above], grid.row_numbers[header.index]
            message = f"{self._where}第 {above} 行也像是表头，但列不全；采用的是第 {number} 行的表头，"
            message += f"第 {number} 行以上没有读入。上面若有数据，请按同一个表头整理后重新报送。"
            result.problems.append(of_file("rows_above_header", message, row_number=above))
        result.problems.sort(key=lambda problem: problem.row_number)
        return result

    def _read_parts(self, grid: Grid, parts: Sequence[Part], scales: Scales) -> ReadRows:
        """Return the rows of several parts, each read by the header above it."""
        result = self._read_part(grid, parts[0], scales, parts[0].header.flaw(self._contract))
        for before, part in pairwise(parts):
            headers = part.begin - before.end
            flaw = part.header.flaw(self._contract)
            if flaw is None and part.header.units != parts[0].header.units:
                flaw = "注明的金额单位与上面的不同"
            result.unused += range(before.end, part.begin)
            result.add(self._read_part(grid, part, scales, flaw))
            result.delivered += headers
            result.note += headers
            number, first = grid.row_numbers[part.header.index], grid.row_numbers[parts[0].header.index]
            message = f"{self._where}第 {number} 行起换了一个表头（列名或列的次序与第 {first} 行的不同），"
            if flaw:
                message += f"这个表头{flaw}，以下各行未读入。请按第 {first} 行的表头整理后重新报送。"
            else:
                message += "以下各行已按这个表头读入。请核对；建议全表用同一个表头。"
            result.problems.append(of_file("other_header", message, "warned" if flaw else "mended", number))
        return result

    def _read_part(
        self, grid: Grid, part: Part, scales: Scales, flaw: str | None, cells: list[tuple[Cell, ...]] | None = None
    ) -> ReadRows:
        """Return the rows below one header, none of which is used where that has a flaw.

        ``cells`` are those of its columns where they are known already.
        """
        header = part.header
        rows = grid.rows[part.begin : part.end]
        numbers = grid.row_numbers[part.begin : part.end]
        transposed = list(zip_longest(*rows, fillvalue="")) if cells is None else cells
        result = ReadRows({}, [], [], delivered=len(rows))
        self._fill_down(result, grid, header, transposed, numbers)
        if grid.since_1904:
            self._count_days_as_usual(header, transposed)
        columns = [self._read_column(column, header, transposed, len(rows), scales) for column in self._contract.columns]
        octobers = self._settle_octobers(columns, is_text=grid.sheet is None)
        body = Body(self._where, header, rows, numbers, transposed, grid.delimiter, grid.broken)
        again = {index - part.begin for index in part.again}
        kept, data = self._sort_out(result, body, columns, again, flaw)
        self._report_lost_digits(result, numbers, columns, data, kept)
        result.unused = [] if all(kept) else [part.begin + index for index, keep in enumerate(kept) if not keep]
        self._report_blanked(result, numbers, columns, kept)
        result.problems += cell_remarks(self._where, columns, numbers, kept, scales)
        result.problems += october_remarks(self._where, octobers, numbers, kept)
        result.problems += zero_remarks(self._where, grid, columns, numbers, kept)
        result.problems += unknown_columns(self._where, header, grid.row_numbers[header.named_at])
        if result.note:
            result.problems += total_remarks(self._where, rows, numbers, columns, data)
        result.row_numbers = list(compress(numbers, kept))
        for column in columns:
            texts = column.texts if all(kept) else list(compress(column.texts, kept))
            result.columns[column.column.name] = texts
            if column.column.has_normalized_form:
                normalize = normalizer(column.column)
                memo = {text: normalize(text) if text is not None else None for text in set(texts)}
                result.columns[f"{column.column.name}_normalized"] = [memo[text] for text in texts]
        return result

    def _fill_down(
        self, result: ReadRows, grid: Grid, header: Header, transposed: list[tuple[Cell, ...]], numbers: Sequence[int]
    ) -> None:
        """Repeat the value of a merged cell in the rows it spans, in columns declared so; tell of other merged cells."""
        begin = header.index + 1
        for column in self._contract.columns:
            position = header.positions.get(column.name)
            if position is None or position >= len(transposed):
                continue
            spans = [
                (top - begin, min(bottom - begin, len(numbers) - 1))
                for top, left, bottom, right in grid.merged
                if left <= position <= right and top >= begin and bottom > top and top - begin < len(numbers)
            ]
            rows = [index for top, bottom in spans for index in range(top + 1, bottom + 1) if transposed[position][index] == ""]
            if not rows:
                continue
            place = ReadColumn(column, position, header.texts[column.name], (), [])
            filled = [numbers[index] for index in rows]
            if column.fill_down:
                raw = list(transposed[position])
                for top, bottom in spans:
                    raw[top + 1 : bottom + 1] = [raw[top]] * (bottom - top)
                transposed[position] = tuple(raw)
                found, mend = "与上一行合并，已按合并的值逐行补上", "不必处理；建议取消合并、逐行填写。"
                remark = place.remark(self._where, filled, "mended", "merged_cells_filled", found=found, mend=mend)
            else:
                found, mend = "与上一行合并，只有第一行有值，其余按空白处理", "请取消合并、逐行填写后重新报送。"
                remark = place.remark(self._where, filled, "warned", "merged_cells", found=found, mend=mend)
            result.problems += [remark] if remark else []

    def _count_days_as_usual(self, header: Header, transposed: list[tuple[Cell, ...]]) -> None:
        """Put numbers that stand for days, and are counted from 1904-01-01, in the count that converters know."""
        for column in self._contract.columns:
            position = header.positions.get(column.name, len(transposed))
            if column.type in ("date", "month") and position < len(transposed):
                moved = {value: since_1904(value) for value in set(transposed[position])}
                transposed[position] = tuple(moved[value] for value in transposed[position])

    def _settle_octobers(self, columns: list[ReadColumn], *, is_text: bool) -> list[tuple[ReadColumn, list[int]]]:
        """Decide months that could be January or October; return the positions of restored Octobers of each column."""
        keys = [column for column in columns if column.column.key]
        found = []
        for column in columns:
            if column.column.type == "month" and column.position is not None:
                others = [key for key in keys if key is not column] if column.column.key else []
                found.append((column, settle(column, others, self._headers.month, is_text=is_text)))
        return found

    def _read_column(
        self, column: Column, header: Header, transposed: list[tuple[Cell, ...]], rows: int, scales: Scales
    ) -> ReadColumn:
        position = header.positions.get(column.name)
        title = header.texts.get(column.name, column.header)
        if position is None or position >= len(transposed):
            return ReadColumn(column, position, title, [""] * rows, [None] * rows)
        unit = scales[column.name].unit if column.name in scales else YUAN
        convert = converter(column, self._spellings.get(column.code_list or "", {}), unit)
        raw = transposed[position]
        memo: dict[Cell, str | None] = {}
        failures: dict[Cell, str] = {}
        for value in set(raw):
            try:
                memo[value] = _convert(convert, value)
            except UnreadableError as error:
                memo[value] = None
                failures[value] = error.problem
        if column.type == "money" and failures:
            _doubt_points(memo, failures)
        return ReadColumn(column, position, title, raw, [memo[value] for value in raw], failures, memo.keys())

    def _sort_out(
        self, result: ReadRows, body: Body, columns: list[ReadColumn], again: set[int], flaw: str | None
    ) -> tuple[bytearray, list[int]]:
        """Count blank, note and rejected rows; return 1 for each row that is kept, and the rows that hold data."""
        required = [column for column in columns if column.column.required]
        suspects = self._suspects(required, columns)
        no_data = self._without_data(result, body, columns, suspects, again)
        data = [index for index in range(len(body.rows)) if index not in no_data]
        widths = Widths(body, columns, data, self._spellings)
        kept = bytearray(b"\x01") * len(body.rows)
        for index in no_data:
            kept[index] = 0
        for index in data if flaw else sorted(widths.misfits.keys() | suspects - no_data):
            missing = [column for column in columns if column.rejects(index)]
            if misfit := widths.misfits.get(index):
                result.problems.append(misfit)
            elif flaw:
                message = f"{self._where}第 {body.numbers[index]} 行上面的表头{flaw}，本行未读入。请改正表头后重新报送。"
                result.problems.append(of_file("other_header", message, "row_rejected", body.numbers[index]))
            elif self._is_added(body.rows[index], columns, index):
                result.problems.append(self._added(columns, body.numbers[index]))
            elif missing:
                result.problems += [
                    _problem(self._where, column, body.numbers[index], index, "row_rejected") for column in missing
                ]
            else:
                continue
            result.rejected += 1
            kept[index] = 0
        result.problems += widths.remarks(kept)
        return kept, data

    def _without_data(
        self, result: ReadRows, body: Body, columns: list[ReadColumn], suspects: set[int], again: set[int]
    ) -> set[int]:
        """Count blank and note rows; return them."""
        required = [column for column in columns if column.column.required]
        no_data = set(again)
        result.note += len(again)
        for index in sorted(suspects - again):
            row = body.rows[index]
            if all(map(says_nothing, row)) or self._is_running_number_alone(row, columns, index):
                result.blank += 1
            elif _is_note(row, required, index):
                result.note += 1
            elif self._is_unanswered(row, columns, index):
                result.blank += 1
            else:
                continue
            no_data.add(index)
        if again:
            headers = [body.numbers[index] for index in sorted(again)]
            times = f"{len(headers)} 次（{rows_named(headers)}）"
            message = f"{self._where}表头在数据中间又出现了 {times}，已跳过。不必处理；建议删除。"
            result.problems.append(of_file("repeated_header", message, "mended", headers[0]))
        return no_data

    def _suspects(self, required: list[ReadColumn], columns: list[ReadColumn]) -> set[int]:
        """Return the rows that may be no data, or not used.

        A required cell says nothing, holds the words of a note, or a key has lost digits.
        """
        cut = [column for column in columns if column.failures and column.column.key]
        suspects = {index for column in cut for index in range(len(column.texts)) if column.rejects(index)}
        for column in required:
            words = {
                value
                for value in set(column.raw)
                if isinstance(value, str) and not _PLAIN.fullmatch(value) and _NOTE_ALONE.fullmatch(fold_tight(value))
            }
            suspects.update(index for index, text in enumerate(column.texts) if text is None)
            if words:
                suspects.update(index for index, value in enumerate(column.raw) if value in words)
        return suspects

    def _is_running_number_alone(self, row: Sequence[Cell], columns: list[ReadColumn], index: int) -> bool:
        """Return whether a prepared line was not filled in: no column of the contract says anything, the rest are numbers."""
        if any(not says_nothing(column.raw[index]) for column in columns):
            return False
        return all(is_blank(cell) or not isinstance(cell, str) or _NUMBER.fullmatch(fold_tight(cell)) for cell in row)

    def _is_unanswered(self, row: Sequence[Cell], columns: list[ReadColumn], index: int) -> bool:
        """Return whether a line that was handed out came back without an answer."""
        answers = self._contract.unanswered_when_blank
        is_blank_in = (is_blank(column.raw[index]) for column in columns if column.column.name in answers)
        return bool(answers) and all(is_blank_in) and not self._is_added(row, columns, index)

    def _is_added(self, row: Sequence[Cell], columns: list[ReadColumn], index: int) -> bool:
        """Return whether a line was not handed out: of those that were, each has the number by which it is known.

        A cell alone is a remark below the list.
        """
        answers = self._contract.unanswered_when_blank
        if not (answers and self._contract.every_sheet) or sum(not is_blank(cell) for cell in row) < _FEWEST_CELLS_OF_A_LINE:
            return False
        numbers = (one for one in columns if one.column.key and one.column.required and one.column.name not in answers)
        return any(one.position is not None and is_blank(one.raw[index]) for one in numbers)

    def _added(self, columns: list[ReadColumn], row_number: int) -> Problem:
        """Return the problem of a line that somebody has added to a list handed out."""
        key = next(one for one in columns if one.column.required and one.column.key)
        message = (
            f"{self._where}第 {row_number} 行没有{key.title}，是清单以外添加的行，本行未读入。"
            "新发现的户和变化请填在“新发现线索”工作表；是答复已下发线索的，请填在那条线索原来的行里。"
        )
        return key.problem(row_number, "row_rejected", "added_row", message)

    def _report_lost_digits(
        self, result: ReadRows, numbers: Sequence[int], columns: list[ReadColumn], data: Sequence[int], kept: bytearray
    ) -> None:
        """Set aside rows that lost digits have made alike, and tell of the columns that lost digits."""
        for loss in list(losses(self._contract, columns, data, kept)):
            rejections = list(loss.rejections(self._where, numbers, kept))
            result.problems += rejections
            result.rejected += len(rejections)
            for index in loss.indistinct:
                kept[index] = 0
            result.problems += loss.remarks(self._where, numbers, kept)
            if of_column := loss.column_remark(self._where, data):
                result.problems.append(of_column)

    def _report_blanked(self, result: ReadRows, numbers: Sequence[int], columns: list[ReadColumn], kept: bytearray) -> None:
        for column in columns:
            if column.failures and not column.column.required:
                unreadable = (
                    index
                    for index, value in enumerate(column.raw)
                    if value in column.failures and kept[index] and column.texts[index] is None
                )
                result.problems += [
                    _problem(self._where, column, numbers[index], index, "cell_blanked") for index in unreadable
                ]


def _without_empty_tail(rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Cell]]:
    """Drop rows after the last that holds anything: a formatted tail reaches down to row 1,048,576 and is nobody's row."""
    last = len(rows)
    while last and all(cell == "" for cell in rows[last - 1]):
        last -= 1
    return rows[:last]


def _is_note(row: Sequence[Cell], required: list[ReadColumn], index: int) -> bool:
    """Return whether the row begins with a sum, a remark or a signature, and a required cell is blank."""
    position, cell = next((position, cell) for position, cell in enumerate(row) if not is_blank(cell))
    if not isinstance(cell, str):
        return False
    found = fold_tight(cell)
    if not _NOTE.match(found) and not (notes_in(cell) and all(is_blank(other) for other in row[position + 1 :])):
        return False
    if any(column.texts[index] is None for column in required if column.position != position):
        return True
    return any(column.position == position for column in required) and bool(_NOTE_ALONE.fullmatch(found))


def _doubt_points(memo: dict[Cell, str | None], failures: dict[Cell, str]) -> None:
    """Give up 1.200 in a column that also has 1.200,50: there the point may stand between thousands."""
    if any(isinstance(value, str) and has_decimal_comma(fold(value)) for value in failures):
        for value in memo:
            if isinstance(value, str) and may_be_grouped_by_points(fold(value)):
                memo[value], failures[value] = None, "unreadable_money"


def _convert(convert: Converter, value: Cell) -> str | None:
    if isinstance(value, Flaw):
        raise UnreadableError(value.value)
    if (
        isinstance(value, str)
        and len(value) < _LONGEST_DITTO
        and _HAS_DITTO.search(value)
        and _DITTO.fullmatch(fold_tight(value))
    ):
        raise UnreadableError("ditto_mark")
    return convert(value)


def _problem(
    where: str, column: ReadColumn, row_number: int, index: int, outcome: Literal["row_rejected", "cell_blanked"]
) -> Problem:
    raw = column.raw[index]
    code = column.failures.get(raw, "missing_required")
    consequence = "本行未读入" if outcome == "row_rejected" else "该单元格按空白处理"
    place = f"{where}第 {row_number} 行 {column.letter} 列“{column.title}”"
    message = f"{place}{_what_is_wrong(code, column.column, raw)}，{consequence}。{_how_to_mend(code, column.column)}"
    return column.problem(row_number, outcome, code, message)


def _what_is_wrong(code: str, column: Column, raw: Cell) -> str:
    return _WRONG.get(code) or f"是{_kind(raw)}，不能读作{_EXPECTED[column.type].split('，')[0]}"


def _how_to_mend(code: str, column: Column) -> str:
    return _MENDED_BY.get(code) or f"请改为{_EXPECTED[column.type]}，重新报送。"


def _kind(raw: Cell) -> str:
    match raw:
        case str():
            return "文字"
        case Truth():
            return "逻辑值"
        case date():
            return "日期格式"
        case time() | timedelta():
            return "时间格式"
        case _:
            return "数字格式"
