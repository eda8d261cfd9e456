"""Widths: rows that do not fit the header above them, so that nobody knows which cell belongs to which column.

What belongs here: rows with more or fewer cells than the header, cells below no header. What does not: the cells that do fit.
A row is set aside where its cells may have moved: an amount read from the wrong column is worse than none. It is read where
nothing lacks but what programs leave out at the end of a line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.landing.cells import Cell, is_blank, says_nothing
from orchestration.landing.columns import ReadColumn
from orchestration.landing.grid import column_letter
from orchestration.landing.header import Header
from orchestration.landing.problems import Problem, of_file, rows_named
from orchestration.landing.shapes import TYPES_WITH_A_SHAPE, Shape, have_moved

# Where fewer rows than one in so many are short, leaving out blank cells is not the habit of the program that wrote the file.
# Of amounts and dates, which most rows have and whose neighbours look alike, it takes more short rows to make it one.
_SHORT_IS_ODD, _SHORT_OF_AMOUNTS_IS_ODD = 20, 4
# An amount that a delimiter has parted, its cells one per line.
_THOUSANDS = re.compile(r"^[-+]?[0-9]{1,3}\n[0-9]{3}(?:\.[0-9]+)?$", re.MULTILINE)
_DELIMITERS = {
    ",": "逗号",
    "\t": "制表符",
    ";": "分号",
    "|": "竖线",
    "，": "全角逗号",
    "；": "全角分号",
}


@dataclass(frozen=True)
class Body:
    """The rows below a header.

    Attributes:
        where: names the sheet in messages, where the file has several.
        rows: cells row by row.
        numbers: of the rows.
        columns: cells column by column.
        delimiter: between the cells; None in a sheet.
        broken: numbers of rows whose cells cannot be told apart for a stray quotation mark.
    """

    where: str
    header: Header
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    columns: Sequence[Sequence[Cell]]
    delimiter: str | None
    broken: frozenset[int]


class Widths:
    """Compares the rows of a body that hold data with its header.

    Attributes:
        misfits: the problem of each row that is to be set aside, by its position.
    """

    def __init__(
        self,
        body: Body,
        columns: Sequence[ReadColumn],
        data: Sequence[int],
        spellings: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._body = body
        self._spellings = spellings
        self._columns = columns
        self._data = data
        self._short: list[int] = []
        self._dense: dict[int, bool] = {}
        self._unnamed = self._find_unnamed()
        self.misfits: dict[int, Problem] = {}
        if body.delimiter is not None:
            self._compare_lengths()
        self._find_moved_cells()

    def remarks(self, kept: Sequence[int]) -> Iterator[Problem]:
        """Tell of kept rows that are short, and of their cells below no header."""
        short = [self._body.numbers[index] for index in self._short if kept[index]]
        if short:
            message = (
                f"{self._body.where}有 {len(short)} 行（{rows_named(short)}）比表头少几格，行尾缺少的按空白处理。"
                "请核对这些行有没有漏掉分隔符或被换行截断；行尾本来是空白的不必处理。"
            )
            yield of_file("fewer_cells_than_header", message, row_number=short[0])
        for position, rows in self._unnamed:
            found = [self._body.numbers[index] for index in rows if kept[index]]
            if found:
                letter = column_letter(position)
                message = (
                    f"{self._body.where}{letter} 列没有列名，却有 {len(found)} 个单元格有内容（{rows_named(found)}），"
                    "没有采用。"
                    "需要采用的请补上列名，各格有错位的请改正，重新报送；写在表外的备注不必处理。"
                )
                yield Problem(found[0], "", letter, "", "warned", "unnamed_column", message)

    def _compare_lengths(self) -> None:
        rows, header = self._body.rows, self._body.header
        for index in self._data if self._body.broken else ():
            if self._body.numbers[index] in self._body.broken:
                mend = "请补齐或删除多余的双引号后重新报送。"
                self._set_aside([index], "unpaired_quotes", "的双引号不成对，各格无法分开", mend)
        if set(map(len, rows)) <= {header.cells}:
            return
        usual = Counter(len(rows[index]) for index in self._data).most_common(1)
        widest = max([header.cells, *(length for length, _ in usual)])
        odd = [index for index in self._data if len(rows[index]) != header.cells and index not in self.misfits]
        self._set_wide_aside([index for index in odd if len(rows[index]) > header.cells], widest)
        self._short = [index for index in odd if len(rows[index]) < header.width]
        if self._short:
            self._set_short_aside(widest)

    def _set_wide_aside(self, wide: Iterable[int], widest: int) -> None:
        """Set rows aside that have more cells than the header, unless these are blank and can be nothing but an addition."""
        header = self._body.header
        for index in wide:
            row = self._body.rows[index]
            is_addition = len(row) <= widest or (
                self._is_dense(header.width - 1, widest) and not _THOUSANDS.search("\n".join(map(str, row)))
            )
            if is_addition and all(map(is_blank, row[header.cells :])):
                continue
            self._set_aside(
                [index],
                "more_cells_than_header",
                f"有 {len(row)} 格，表头只有 {header.width} 格，各格与表头对不上",
                self._why_wide(),
            )

    def _why_wide(self) -> str:
        if self._body.delimiter == ",":
            return (
                "多半是 1,200 这样的金额或地址里的逗号没有加双引号；"
                "请去掉金额里的逗号、给含逗号的单元格加双引号，或另存为 xlsx 后重新报送。"
            )
        name = _DELIMITERS.get(self._body.delimiter or "", "分隔符")
        return f"多半是单元格里含有{name}又没有加双引号；请改正，或另存为 xlsx 后重新报送。"

    def _set_short_aside(self, widest: int) -> None:
        rows, header = self._body.rows, self._body.header
        for run in self._torn_records():
            if self._is_odd(_SHORT_IS_ODD) or any(self._is_unreadable(index) for index in run[1:]):
                self._set_aside(
                    run,
                    "record_split",
                    f"像是一条记录被单元格里的换行分成了 {len(run)} 行",
                    "请删除单元格里的换行，或给该单元格加双引号后重新报送。",
                )
        for index in self._short:
            if index in self.misfits:
                continue
            length = len(rows[index])
            is_moved = not self._lacks_required(index) and (
                self._lacks_what_others_have(length, widest) or self._is_unreadable(index)
            )
            if length == 1 or is_moved:
                found = f"只有 {length} 格，表头有 {header.width} 格，从哪一格起错位无法判断"
                self._set_aside([index], "fewer_cells_than_header", found, self._why_short(rows[index]))

    def _is_odd(self, one_in: int) -> bool:
        """Return whether so few rows are short that it is no habit of the program that wrote the file."""
        return one_in * len(self._short) <= len(self._data)

    def _lacks_what_others_have(self, length: int, widest: int) -> bool:
        """Return whether a row of so many cells lacks only what every whole row has, in a file with few short rows."""
        lacking = [position for position in self._body.header.filled if position >= length]
        with_shape = {column.position for column in self._columns if column.column.type in TYPES_WITH_A_SHAPE}
        one_in = _SHORT_OF_AMOUNTS_IS_ODD if with_shape & set(lacking) else _SHORT_IS_ODD
        return self._is_odd(one_in) and all(self._is_dense(position, widest) for position in lacking)

    def _why_short(self, row: Sequence[Cell]) -> str:
        for other, name in _DELIMITERS.items():
            cells = sum(str(cell).count(other) for cell in row) + 1
            if other != self._body.delimiter and cells >= self._body.header.width:
                return f"本行像是用{name}分隔，与表头不同；请统一分隔符，或另存为 xlsx 后重新报送。"
        return "多半是漏了分隔符，或单元格里有换行又没有加双引号；请对照原件补齐，或另存为 xlsx 后重新报送。"

    def _torn_records(self) -> Iterator[list[int]]:
        """Give runs of short rows that are together as wide as the header."""
        rows, whole = self._body.rows, {self._body.header.width, self._body.header.cells}
        short, run, taken = set(self._short), list[int](), 0
        for index in self._data:
            if index not in short:
                run, taken = [], 0
                continue
            taken += len(rows[index]) - bool(run)
            run.append(index)
            if taken in whole and len(run) > 1:
                yield run
            if taken >= max(whole):
                run, taken = [], 0

    def _lacks_required(self, index: int) -> bool:
        return any(column.column.required and column.texts[index] is None for column in self._columns)

    def _is_unreadable(self, index: int) -> bool:
        return self._lacks_required(index) or any(column.raw[index] in column.failures for column in self._columns)

    def _is_dense(self, position: int, widest: int) -> bool:
        """Return whether every row that is as wide as the header has something in a column."""
        if position not in self._dense:
            whole = (
                row for row in map(self._body.rows.__getitem__, self._data) if self._body.header.width <= len(row) <= widest
            )
            self._dense[position] = not any(is_blank(row[position]) for row in whole)
        return self._dense[position]

    def _find_moved_cells(self) -> None:
        """Set rows aside in which a cell right of the last header shows that the cells before it have moved."""
        width = self._body.header.width
        rows = next((rows for position, rows in self._unnamed if position == width), [])
        if not rows:
            return
        others = sorted(set(self._data).difference(rows))
        shapes = {
            column.position: Shape(column, self._spellings.get(column.column.code_list or "", {}), others)
            for column in self._columns
            if column.position is not None
        }
        last = shapes.get(width - 1)
        # what nearly every row has is a column that lacks its header
        is_column = 2 * len(rows) > len(self._data)
        for index in rows:
            row = self._body.rows[index]
            suits_last = last and last.is_strict and not is_blank(row[width - 1]) and last.suits(row[width])
            if index not in self.misfits and (have_moved(shapes, row, width) or (suits_last and not is_column)):
                found = f"比表头多出一格（{column_letter(width)} 列没有列名），各格像是向右错了一格"
                mend = "请对照原件改正错位的单元格，或给该列补上列名后重新报送。"
                self._set_aside([index], "more_cells_than_header", found, mend)

    def _find_unnamed(self) -> list[tuple[int, list[int]]]:
        """Return the positions without a header below which something stands, and the rows in which it does."""
        body, found = self._body, []
        end = len(body.columns) if body.delimiter is None else min(body.header.cells, len(body.columns))
        for position in sorted(set(range(end)) - body.header.filled):
            values = {value for value in set(body.columns[position]) if not says_nothing(value)}
            if values and not self._is_running_number(position, values):
                found.append((position, [index for index in self._data if body.columns[position][index] in values]))
        return found

    def _is_running_number(self, position: int, values: set[Cell]) -> bool:
        """Return whether whole numbers stand in front of the first column, as programs put them there."""
        is_in_front = position < min(self._body.header.filled)
        return is_in_front and all(isinstance(value, int | float) or str(value).strip().isdecimal() for value in values)

    def _set_aside(self, run: Sequence[int], code: str, found: str, mend: str) -> None:
        numbers = [self._body.numbers[index] for index in run]
        which = f"第 {'、'.join(map(str, numbers))} 行"
        for index, number in zip(run, numbers, strict=True):
            message = f"{self._body.where}{which}{found}，{'本行' if len(run) == 1 else '这几行'}未读入。{mend}"
            self.misfits[index] = of_file(code, message, "row_rejected", number)
