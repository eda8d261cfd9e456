"""Parts of a grid: where a header stands again below the first one, as in files that were put together from several.

What belongs here: which header counts for which rows. What does not: reading the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.landing.cells import Cell
from orchestration.landing.grid import Grid
from orchestration.landing.header import Header, Headers


@dataclass
class Part:
    """Rows of a grid and the header above them.

    Attributes:
        end: position of the row after the last one.
        again: positions of rows in which the same header stands again.
    """

    header: Header
    end: int
    again: set[int]

    @property
    def begin(self) -> int:
        """Position of the first row below the header."""
        return self.header.index + 1


def parts_of(grid: Grid, header: Header, headers: Headers, columns: Sequence[Sequence[Cell]], end: int) -> list[Part]:
    """Return the parts of a grid.

    Args:
        grid: with the header in it.
        header: the first one.
        headers: under which columns come.
        columns: the cells below the first header of the columns in which every row, a header too, has something.
        end: position of the row after the last one.
    """
    begin = header.index + 1
    parts = [Part(header, end, set())]
    for index in _rows_with_names(columns, headers):
        other = headers.below(header, grid.rows, begin + index)
        if other is None or other.index < parts[-1].begin:
            continue
        first = other.index - other.rows + 1
        if _is_same(parts[-1].header, other, grid.rows[other.index]):
            parts[-1].again.update(range(first, other.index + 1))
        else:
            parts.append(Part(other, parts[-1].end, set()))
            parts[-2].end = first
    return parts


def _rows_with_names(columns: Sequence[Sequence[Cell]], headers: Headers) -> list[int]:
    found: set[int] = set()
    for cells in columns:
        texts = (cell for cell in set(cells) if isinstance(cell, str))
        # numbers and codes, as nearly all cells are, need no further look
        likely = texts if headers.has_ascii_names else (text for text in texts if not text.isascii())
        if names := set(filter(headers.is_name, likely)):
            found.update(index for index, cell in enumerate(cells) if cell in names)
    return sorted(found)


def _is_same(header: Header, other: Header, row: Sequence[Cell]) -> bool:
    """Return whether a header has every column where the one above has it, or nothing there."""
    if (
        other.units != header.units
        or other.repeated
        or any(header.positions.get(name) != position for name, position in other.positions.items())
    ):
        return False
    lacking = [position for name, position in header.positions.items() if name not in other.positions]
    return all(position >= len(row) or row[position] == "" for position in lacking)
