"""A block of a table's rows on a sheet, many times as fast as cell by cell (xlsxwriter 3.3).

Xlsxwriter keeps an object for each cell and draws each cell's element anew. Here xlsxwriter draws one cell of each column and
format; the others are joined from what it drew and from what they hold: the number of a text, a number in its sixteen digits.
What a cell is (how a text is escaped or cut, what a date's number is) is xlsxwriter's; ours is only where it stands.

Private is: cells are kept in ``Worksheet.table`` and heights in ``row_info``, ``row_sizes`` until ``_write_rows`` draws the
rows from ``dim_rowmin`` to ``dim_rowmax``; ``_write_cell`` and ``_write_row`` draw one into ``fh``, beginning with the place; a
text is numbered and counted in ``str_table``; with ``ignore_write_string`` a link is noted without its cell. The attribute
``spans`` of a row, a hint that a file may leave out, stands at no row of a block. When one of them changes: ``_write_rows`` in
``xlsxwriter/worksheet.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO
from itertools import islice, repeat
from math import isfinite
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_TYPES: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, float, Decimal), "date": (dt.date,), "blank": ()}
_ROW, _END_OF_ROW = '<row r="', "</row>"
# Of so many rows the text is held at once.
_AT_ONCE = 1024


@dataclass(frozen=True)
class BlockColumn:
    """One column of a block of rows.

    Attributes:
        position: of the column on the sheet, 0 for A.
        kind: what its cells are; a text is a text whatever it says, a date becomes the number that Excel counts days with.
        format: how its cells look.
        values: one for each row, None for an empty cell; left out where ``kind`` is ``blank``.
        formats: how cells with certain values look instead; ``None`` is the value of an empty cell.
        links: of a column of texts, where each cell leads (``internal:'待办'!A4``), None where nowhere; empty where none does.
    """

    position: int
    kind: Literal["text", "number", "date", "blank"]
    format: Format
    values: Sequence[Any] = ()
    formats: Mapping[Any, Format] = field(default_factory=dict)
    links: Sequence[str | None] = ()

    def format_of(self, value: Any) -> Format:
        """Return how a cell with this value looks."""
        return self.formats.get(value, self.format)


class BlockWorksheet(Worksheet):
    """A sheet that takes blocks of rows; all else is written above, below and beside a block as on any sheet.

    A cell or a row's height that is written by itself, before or after, stands in place of the block's. What xlsxwriter reckons
    from written cells (``autofit``, values remembered in a chart) does not see a block.
    """

    fh: Any
    dim_rowmin: Any
    dim_rowmax: Any

    def __init__(self) -> None:
        """Begin without a block."""
        super().__init__()
        self._blocks: list[_Block] = []

    def write_block(self, first_row: int, columns: Sequence[BlockColumn], heights: Sequence[float] | None = None) -> None:
        """Write rows from ``first_row`` on.

        Args:
            first_row: where the first row stands on the sheet, 0 for the topmost.
            columns: what the rows hold, in any order; all have equally many values.
            heights: of each row in points; None for the height that rows have by themselves.

        Raises:
            TypeError: a value is not what its column is to hold.
            ValueError: columns of different lengths, one twice, no column, rows of another block, more than a sheet holds.
        """
        columns = sorted(columns, key=lambda column: column.position)
        counts = {len(column.values) for column in columns if column.kind != "blank"}
        counts |= {len(column.links) for column in columns if column.links}
        if heights is not None:
            counts.add(len(heights))
        if not columns or len(counts) != 1 or len({column.position for column in columns}) < len(columns):
            raise ValueError(f"Rows of a block from row {first_row + 1}: columns are missing, doubled or of different lengths.")
        rows = range(first_row, first_row + counts.pop())
        if not rows:
            return
        place = f"Rows {rows.start + 1} to {rows.stop}"
        if self.constant_memory or any(rows.start < block.rows.stop and block.rows.start < rows.stop for block in self._blocks):
            raise ValueError(f"{place} were written already: a block stands on rows that hold no other block.")
        for column in columns:
            if self._check_dimensions(rows.start, column.position) or self._check_dimensions(rows.stop - 1, column.position):
                raise ValueError(f"{place}, column {column.position + 1}: beyond what a sheet holds.")
        cells = [self._cells(first_row, column) for column in columns]
        for column in columns:
            self._note_links(first_row, column)
        self._blocks.append(_Block(rows, columns, cells, *self._heights(rows, heights)))

    def _cells(self, row: int, column: BlockColumn) -> _Cells:
        """Return what the cells of a column hold, and one cell of each look."""
        contents, count_of_texts = self._contents(row, column), self.str_table.count
        looks: dict[tuple[bool, Any], tuple[Any, str]] = {}
        for value, content in contents.items() if column.formats else _first_of_each(contents):
            look = (value is None, column.format_of(value))
            if look not in looks:
                looks[look] = self._kept(row, column, value), content
        self.str_table.count = count_of_texts
        return _Cells(contents, looks)

    def _contents(self, row: int, column: BlockColumn) -> dict[Any, str]:
        """Return what cells hold between the tags, by value; nothing for an empty one."""
        if column.kind == "blank":
            return {None: ""}
        for kind in set(map(type, column.values)) - {type(None)}:
            if kind is bool or not issubclass(kind, _TYPES[column.kind]):
                raise TypeError(f"Column {column.position + 1} holds {kind.__name__}; its kind is {column.kind}.")
        values = dict.fromkeys(column.values)
        has_empty = values.pop(None, values) is None
        contents: dict[Any, str] = {None: ""} if has_empty else {}
        if column.kind == "text":
            count_of_texts = self.str_table.count
            number_of, longest = self.str_table._get_shared_string_index, self.xls_strmax // 2
            contents |= {
                text: str(number_of(text) if len(text) <= longest else self._kept(row, column, text).string) for text in values
            }
            self.str_table.count = count_of_texts + len(column.values) - (column.values.count(None) if has_empty else 0)
        elif column.kind == "number":
            contents |= {
                value: f"{number:.16G}" if isfinite(number := float(value) + 0.0) else self._kept(row, column, value)
                for value in values
            }
        else:
            contents |= {value: f"{self._kept(row, column, value).number:.16G}" for value in values}
        return contents

    def _note_links(self, first_row: int, column: BlockColumn) -> None:
        """Note where cells lead; their texts stand in the block."""
        self.ignore_write_string = True
        for row, link in enumerate(column.links, start=first_row):
            if link:
                self._write_url(row, column.position, link, column.format, column.values[row - first_row])
        self.ignore_write_string = False

    def _kept(self, row: int, column: BlockColumn, value: Any) -> Any:
        """Return what xlsxwriter keeps of a cell: written into a row, and taken out of it."""
        position, style = column.position, column.format_of(value)
        kept = self.table[row].pop(position, None)
        if value is None:
            self._write_blank(row, position, None, style)
        elif column.kind == "text":
            self._write_string(row, position, value, style)
        elif column.kind == "number":
            self._write_number(row, position, float(value) + 0.0, style)  # -0 is 0
        else:
            self._write_datetime(row, position, value, style)
        cell = self.table[row].pop(position)
        if kept is not None:
            self.table[row][position] = kept
        return cell

    def _heights(self, rows: range, heights: Sequence[float] | None) -> tuple[Sequence[float | None], dict[float | None, Any]]:
        """Return the height of each row and what xlsxwriter keeps of a row by height, as ``_cells`` does."""
        if heights is None:
            return [None] * len(rows), {None: None}
        kept, kept_size = self.row_info.pop(rows.start, None), self.row_sizes.get(rows.start)
        known: dict[float | None, Any] = {}
        sizes = {}
        for height in dict.fromkeys(heights):
            self.set_row(rows.start, height)
            known[height] = self.row_info.pop(rows.start)
            sizes[height] = self.row_sizes[rows.start]
        own = {row: self.row_sizes[row] for row in rows if row in self.row_info}
        self.row_sizes.update(zip(rows, map(sizes.__getitem__, heights), strict=True))
        self.row_sizes.update(own)
        if kept is not None:
            self.row_info[rows.start], self.row_sizes[rows.start] = kept, kept_size
        return heights, known

    def _write_rows(self) -> None:
        """Draw the rows of the blocks, and those before, between and behind as xlsxwriter does."""
        first, last = self.dim_rowmin, self.dim_rowmax
        following = first
        for block in sorted(self._blocks, key=lambda block: block.rows.start):
            self._write_plain_rows(following, block.rows.start - 1)
            self._write_block(block)
            following = block.rows.stop
        self._write_plain_rows(following, last)
        self.dim_rowmin, self.dim_rowmax = first, last

    def _write_plain_rows(self, first: int, last: int) -> None:
        if first <= last:
            self.dim_rowmin, self.dim_rowmax = first, last
            super()._write_rows()

    def _write_block(self, block: _Block) -> None:
        """Draw a block: between two of a row's pieces stands its number."""
        drawn = _Drawn(self, block)
        waiting: list[str] = []
        for row, pieces in zip(block.rows, drawn.rows(), strict=True):
            if self.table.get(row) or row in self.row_info:
                self.fh.write("".join(waiting))
                waiting.clear()
                self._write_mixed_row(row, block, drawn.cells(pieces))
            else:
                waiting.append(str(row + 1).join(pieces))
                if len(waiting) == _AT_ONCE:
                    self.fh.write("".join(waiting))
                    waiting.clear()
        self.fh.write("".join(waiting))

    def _write_mixed_row(self, row: int, block: _Block, cells: Iterable[str]) -> None:
        """Draw a row in which something was written by itself."""
        height = block.heights[row - block.rows.start]
        self._write_row(row, None, self.row_info.get(row) or block.row_infos[height])
        alone = self.table.get(row) or {}
        of_block = dict(zip((column.position for column in block.columns), cells, strict=True))
        for position in sorted({*alone, *of_block}):
            if position in alone:
                self._write_cell(row, position, alone[position])
            else:
                self.fh.write(f"{_cell(position)}{row + 1}{of_block[position]}")
        self._xml_end_tag("row")

    def drawn(self, draw: Callable[[], None]) -> str:
        """Return what a method of the sheet writes, without it being written."""
        file, self.fh = self.fh, StringIO()
        try:
            draw()
            return str(self.fh.getvalue())
        finally:
            self.fh = file

    def drawn_cell(self, position: int, cell: Any, content: str) -> tuple[str, str]:
        """Return what stands before and behind the content of a cell, from behind the number of its row."""
        element = self.drawn(lambda: self._write_cell(0, position, cell)).removeprefix(f"{_cell(position)}1")
        if not content:
            return element, ""
        before, _, behind = element.rpartition(f">{content}<")
        return f"{before}>", f"<{behind}"

    def drawn_row(self, row_info: Any) -> str:
        """Return the element of a row as it is opened, without its beginning up to the number of the row."""
        return self.drawn(lambda: self._write_row(0, None, row_info)).removeprefix(f"{_ROW}1")


def password_mark(password: str) -> str:
    """Return what a protected sheet keeps of its password: 16 bits, which many passwords share; blank for none."""
    return str(Worksheet()._encode_password(password)) if password else ""


def _cell(position: int) -> str:
    return f'<c r="{xl_col_to_name(position)}'


@dataclass(frozen=True)
class _Cells:
    """The cells of a column.

    Attributes:
        contents: what a cell holds, by value.
        looks: by look (is it empty, its format) one cell as xlsxwriter keeps it, and what it holds.
    """

    contents: Mapping[Any, str]
    looks: Mapping[tuple[bool, Any], tuple[Any, str]]


@dataclass(frozen=True)
class _Block:
    """Rows as they were handed over: columns from left to right, for each its cells; heights likewise."""

    rows: range
    columns: Sequence[BlockColumn]
    cells: Sequence[_Cells]
    heights: Sequence[float | None]
    row_infos: Mapping[float | None, Any]


class _Drawn:
    """The pieces of which the rows of a block are joined; each holds what stands between two numbers of the row."""

    def __init__(self, sheet: BlockWorksheet, block: _Block) -> None:
        columns = block.columns
        self._block = block
        begins = [_cell(column.position) for column in columns]
        self._ends = [*begins[1:], _END_OF_ROW]
        self._begin = begins[0]
        self._row_pieces = {height: sheet.drawn_row(info) + begins[0] for height, info in block.row_infos.items()}
        self._pieces = [
            _pieces(sheet, column, cells, end) for column, cells, end in zip(columns, block.cells, self._ends, strict=True)
        ]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the pieces of each row."""
        columns = [
            repeat(pieces[None]) if column.kind == "blank" else map(pieces.__getitem__, column.values)
            for column, pieces in zip(self._block.columns, self._pieces, strict=True)
        ]
        return zip(repeat(_ROW), map(self._row_pieces.__getitem__, self._block.heights), *columns, strict=False)

    def cells(self, pieces: Sequence[str]) -> list[str]:
        """Return of a row's pieces what belongs to each cell alone, behind its place."""
        return [piece.removesuffix(end) for piece, end in zip(pieces[2:], self._ends, strict=True)]


def _first_of_each(contents: Mapping[Any, str]) -> Iterator[tuple[Any, str]]:
    """Return an empty cell and a full one, where there are such."""
    if None in contents:
        yield None, contents[None]
    yield from islice(((value, content) for value, content in contents.items() if value is not None), 1)


def _pieces(sheet: BlockWorksheet, column: BlockColumn, cells: _Cells, end: str) -> dict[Any, str]:
    """Return the element of every cell of a column by value, from behind its row's number, with what follows in its row."""
    drawn = {}
    for look, (cell, content) in cells.looks.items():
        before, behind = sheet.drawn_cell(column.position, cell, content)
        drawn[look] = before, behind + end
    pieces = {}
    plain = None if column.formats else column.format
    for value, content in cells.contents.items():
        before, behind = drawn[value is None, plain or column.format_of(value)]
        pieces[value] = f"{before}{content}{behind}"
    return pieces
