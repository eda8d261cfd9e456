"""Tables in a sheet: headers, rows of published values, cells to be filled in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from xlsxwriter.format import Format

from orchestration.adapters.xlsxwriter_rows import BlockColumn, BlockWorksheet
from orchestration.documents.stationery import (
    ANSWER_COLOUR,
    ANSWER_HEADER_COLOUR,
    HEADER_COLOUR,
    Stationery,
    display_width,
    lines_of,
)

NUMBER_FORMATS = {
    "text": "@",
    "integer": "0",
    "money": "#,##0.00",
    "ratio": "0.00%",
    "figure": "#,##0.####",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm",
}
_NUMBERS, _DAYS, _RIGHT = ("integer", "money", "ratio", "figure"), ("date", "month"), ("money", "ratio", "figure")
NARROWEST, WIDEST = 4.5, 12.0
ROW_HEIGHT, LINE_HEIGHT = 22, 13


@dataclass(frozen=True)
class TableColumn:
    """A column of a table with its cells.

    Attributes:
        header: above it.
        kind: as ``Field.type``; what is none of numbers and days is text, already as it is read.
        width: of the column, in half-width characters.
        values: one per row; None is an empty cell.
        is_left: whether texts start at the left; short words read best centred.
        colours: background and font by value.
        answers: of a column to be filled in, the rows in which it can be; None of other columns.
        links: where each cell leads, None where nowhere; empty where none of the column does.
    """

    header: str
    kind: str
    width: float
    values: Sequence[Any]
    is_left: bool = False
    colours: Mapping[Any, tuple[str, str]] = field(default_factory=dict)
    answers: Sequence[bool] | None = None
    links: Sequence[str | None] = ()

    @property
    def is_answer(self) -> bool:
        """Whether a person fills it in."""
        return self.answers is not None

    @property
    def is_empty(self) -> bool:
        """Whether no cell says anything."""
        return all(value is None or value == "" for value in self.values)

    @property
    def is_text(self) -> bool:
        """Whether its cells are texts."""
        return self.kind not in (*_NUMBERS, *_DAYS)


def fitting_width(header: str, kind: str, texts: Sequence[str], widest: float = WIDEST) -> float:
    """Return how wide a column is: as its content, up to a limit beyond which text is broken into lines.

    Args:
        header: above it, in two lines.
        kind: as ``Field.type``; numbers and days are not broken.
        texts: its distinct values as they are seen.
        widest: the limit for texts.
    """
    needed = max(map(display_width, texts), default=0) + (2.4 if kind in _RIGHT else 1.6)
    is_broken = kind not in (*_NUMBERS, *_DAYS)
    of_header = math.ceil(display_width(header) / 4) * 2 + 1.2
    return max(NARROWEST, of_header, min(needed, widest) if is_broken else needed)


def write_headers(sheet: BlockWorksheet, look: Stationery, row: int, columns: Sequence[TableColumn]) -> None:
    """Write the headers of a table, which is repeated on every printed page."""
    height = max(lines_of(column.header, column.width) for column in columns) * LINE_HEIGHT + 10
    sheet.set_row(row, max(32, height))
    for position, column in enumerate(columns):
        colour = ANSWER_HEADER_COLOUR if column.is_answer else HEADER_COLOUR
        sheet.write_string(row, position, column.header, look.header(colour))
    sheet.repeat_rows(row)


def write_rows(
    sheet: BlockWorksheet,
    look: Stationery,
    first: int,
    columns: Sequence[TableColumn],
    beside: Mapping[int, Sequence[str | None]] = MappingProxyType({}),
) -> None:
    """Write the rows of a table, each as high as its longest text needs.

    Args:
        sheet: to write to.
        look: of the workbook.
        first: row of the sheet, 0 for the topmost.
        columns: of the table, from the left edge on.
        beside: texts right of the table that are not for the eye, by position; they make no row higher.
    """
    heights = _heights(columns)
    answers = next((column.answers for column in columns if column.answers is not None), None)
    for start, after in _runs(answers) if answers is not None else [(0, len(heights))]:
        if start < after:
            block = [_block(look, position, column, start, after) for position, column in enumerate(columns)]
            said = ((position, texts[start:after]) for position, texts in beside.items())
            block += [BlockColumn(position, "text", look.faint(), texts) for position, texts in said if any(texts)]
            sheet.write_block(first + start, block, heights[start:after])


def _runs(answers: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Return from where to where rows follow each other that all can be answered, or all cannot."""
    start = 0
    for row in range(1, len(answers) + 1):
        if row == len(answers) or answers[row] != answers[start]:
            yield start, row
            start = row


def _heights(columns: Sequence[TableColumn]) -> list[float]:
    lines = [1] * len(columns[0].values)
    for column in columns:
        if not column.is_text:
            continue
        taken = {value: lines_of(value, column.width) for value in set(column.values) if value}
        if max(taken.values(), default=1) > 1:
            lines = [max(most, taken.get(value, 1)) for most, value in zip(lines, column.values, strict=True)]
    return [max(ROW_HEIGHT, LINE_HEIGHT * most + 4) for most in lines]


def _block(look: Stationery, position: int, column: TableColumn, start: int, after: int) -> BlockColumn:
    if column.answers is not None:
        return BlockColumn(position, "blank", _format(look, column, is_open=column.answers[start]))
    values = column.values[start:after]
    kind: Literal["text", "number", "date"] = (
        "number" if column.kind in _NUMBERS else "date" if column.kind in _DAYS else "text"
    )
    formats = {value: _format(look, column, colours=colours) for value, colours in column.colours.items()}
    if kind == "text":
        values = [value or None for value in values]
        formats |= {value: look.link() for value, link in zip(values, column.links[start:after], strict=False) if link}
    return BlockColumn(position, kind, _format(look, column), values, formats, column.links[start:after])


def _format(look: Stationery, column: TableColumn, *, is_open: bool = False, colours: tuple[str, str] | None = None) -> Format:
    kind = column.kind if column.kind in NUMBER_FORMATS else "text"
    align = "right" if kind in _RIGHT else "left" if column.is_left else "center"
    properties = {"num_format": NUMBER_FORMATS[kind], "align": align, "border": 1, "text_wrap": kind == "text"}
    if align == "right":
        properties["indent"] = 1
    if is_open:
        properties |= {"bg_color": ANSWER_COLOUR, "locked": False}
    if colours:
        properties |= {"bg_color": colours[0], "font_color": colours[1]}
    return look.format(**properties)
