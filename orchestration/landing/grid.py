"""What reading a file yields, whatever its format: grids of cells, or the reason why it is refused.

What belongs here: the types that the readers share. What does not: reading itself, headers, contracts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.landing.cells import Cell
from orchestration.landing.problems import Problem

# Rows in which a header is looked for: banner rows above it are three at most; the rest is room for a pasted letter.
HEADER_WITHIN = 20


class FileRefusedError(Exception):
    """A file cannot be used. The message is Chinese, for the person who sent it, and holds no value of a cell."""


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, or of one delimited file.

    Attributes:
        sheet: name of the sheet; None for a delimited file.
        rows: cells row by row; rows may differ in length.
        row_numbers: for each row, its number as a person sees it on opening the file.
        is_hidden: whether a person does not see the sheet.
        hidden_rows: numbers of rows that a person does not see.
        merged: merged cells as first row, first column, last row, last column, counted from 0; only the first holds a value.
        since_1904: whether numbers that stand for days are counted from 1904-01-01.
        doubtful_zeros: positions of columns whose formulas all have the result 0 and were perhaps never calculated, each with
            the numbers of those rows.
        own_name: name of the sheet as it stands in the file: to be understood, never to be repeated (``sheet`` may be).
        delimiter: between the cells of a delimited file; None for a sheet, which has its cells side by side for certain.
        broken: numbers of rows whose cells cannot be told apart for a stray quotation mark.
        remarks: on how the file was made out.
    """

    sheet: str | None
    rows: Sequence[Sequence[Cell]]
    row_numbers: Sequence[int]
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    since_1904: bool = False
    doubtful_zeros: Mapping[int, Collection[int]] = field(default_factory=dict)
    own_name: str = ""
    delimiter: str | None = None
    broken: frozenset[int] = frozenset()
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Content:
    """What a file holds.

    Attributes:
        format: ``xlsx``, ``xls`` or ``csv``, by content and not by name.
        encoding: of delimited text; None for workbooks.
        grids: one per sheet.
        remarks: on the file as a whole.
    """

    format: str
    encoding: str | None
    grids: tuple[Grid, ...]
    remarks: tuple[Problem, ...] = ()


def column_letter(index: int) -> str:
    """Return the letter above a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
