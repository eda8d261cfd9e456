"""Shapes: whether a cell looks like those of its column, to recognise rows whose cells have moved.

What belongs here: what the cells of a column have in common. What does not: what becomes of a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from orchestration.landing.cells import (
    Cell,
    Converter,
    Flaw,
    UnreadableError,
    any_text,
    code,
    converter,
    fold_tight,
    normalize_id,
    says_nothing,
)
from orchestration.landing.columns import ReadColumn

TYPES_WITH_A_SHAPE = frozenset({"date", "month", "money", "integer", "flag"})

_DOCUMENT = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X](?:[0-9]{2}[A-Z]?)?")
_NUMBER = re.compile(r"[0-9.,:/%+-]+")


class Shape:
    """What a cell of one column has to look like.

    Dates, amounts and flags can be read or not. Of other columns it is known only from the other rows: where all of them hold
    documents, codes of the list or words, a cell that does not is odd.
    """

    def __init__(self, column: ReadColumn, spellings: Mapping[str, str], others: Sequence[int]) -> None:
        self._column = column
        self._spellings = spellings
        self._others = others
        self._convert: Converter = converter(column.column, spellings)

    def is_odd(self, cell: Cell) -> bool:
        """Return whether a cell holds something that does not belong into the column."""
        return not says_nothing(cell) and not self.suits(cell) and (self.is_strict or self._is_uniform)

    @property
    def is_strict(self) -> bool:
        """Whether only some texts can be read at all."""
        return self._column.column.type in TYPES_WITH_A_SHAPE

    def suits(self, cell: Cell) -> bool:
        """Return whether a cell holds what the column is for."""
        match self._column.column.type:
            case "code":
                return code(cell, self._spellings) in self._values
            case "id":
                return bool(_DOCUMENT.fullmatch(normalize_id(any_text(cell))))
            case "text" | "person_name":
                return not _NUMBER.fullmatch(fold_tight(any_text(cell)))
            case _:
                return self._can_be_read(cell)

    @cached_property
    def _values(self) -> frozenset[str]:
        return frozenset(self._spellings.values())

    @cached_property
    def _is_uniform(self) -> bool:
        others = {self._column.raw[index] for index in self._others}
        return bool(others) and all(says_nothing(cell) or self.suits(cell) for cell in others)

    def _can_be_read(self, cell: Cell) -> bool:
        if isinstance(cell, Flaw):
            return True
        try:
            return self._convert(cell) is not None
        except UnreadableError:
            return False


def have_moved(shapes: Mapping[int, Shape], row: Sequence[Cell], width: int) -> bool:
    """Return whether the cells of a row suit their columns better when two of them are one and the rest moves to the left.

    Args:
        shapes: of the columns, by position.
        row: with a cell more than the header.
        width: of the header.
    """
    own = [position in shapes and shapes[position].is_odd(row[position]) for position in range(width)]
    left = [position in shapes and shapes[position].is_odd(row[position + 1]) for position in range(width)]
    return min(sum(own[:torn]) + sum(left[torn + 1 :]) for torn in range(width)) < sum(own)
