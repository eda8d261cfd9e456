"""Formulas: which of the results saved with them are results.

What belongs here: what a program saves that does not calculate, and how it is told from a result.
What does not: reading files.
A program that writes a formula without calculating it saves something in place of the result: nothing, 0 or an empty text.
Whoever opens the file in an office program sees the result; whoever reads it finds the placeholder.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice

from orchestration.landing.cells import Cell

Place = tuple[int, int]

# One formula with a result of 0 is nothing to wonder at.
_FEWEST_ZEROS = 2
# A column has one formula, drawn down; a few are enough to see what it reckons with.
_FORMULAS_LOOKED_AT, _CELLS_LOOKED_AT = 20, 10_000
_REFERENCE = re.compile(
    r"(?<![\w!'\].$])\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?(?![\w(!])", re.ASCII | re.IGNORECASE
)
_NUMBER = re.compile(r"[1-9]")


@dataclass
class Formulas:
    """The results of the formulas of one sheet that may be none; places are row and column, counted from 0.

    Attributes:
        missing: without any result.
        zeros: with the result 0, and the text of the formula where it is known.
        empties: with an empty text as result.
        answered: columns in which a formula has another result.
    """

    missing: set[Place] = field(default_factory=set)
    zeros: dict[Place, str] = field(default_factory=dict)
    empties: set[Place] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)

    @property
    def placeholders(self) -> set[Place]:
        """Every result that a program could have put there without calculating."""
        return self.missing | self.zeros.keys() | self.empties

    def zero_columns(self, void: Set[Place]) -> dict[int, frozenset[int]]:
        """Return the columns in which no formula has another result than 0, each with the numbers of those rows.

        Formulas in ``void`` are left out: it is known that they have no result.
        """
        rows: dict[int, set[int]] = defaultdict(set)
        for row, column in self.zeros.keys() - void:
            if column not in self.answered:
                rows[column].add(row + 1)
        return {column: frozenset(found) for column, found in rows.items() if len(found) >= _FEWEST_ZEROS}

    def reckons_with_numbers(self, column: int, rows: Sequence[Sequence[Cell]]) -> bool:
        """Return whether a formula of a column, whose result is 0, has a number other than 0 to reckon with."""
        texts = (text for (_, position), text in self.zeros.items() if position == column and text)
        return any(_has_number(text, rows) for text in islice(texts, _FORMULAS_LOOKED_AT))


def column_number(letters: str) -> int:
    """Return the number of a column, counted from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def doubtful_zeros(
    formulas: Formulas, void: Set[Place], rows: Sequence[Sequence[Cell]], *, was_calculated: bool
) -> Mapping[int, Collection[int]]:
    """Return the columns all of whose formulas have the result 0, although nothing says that they were calculated.

    Args:
        formulas: of a sheet.
        void: those of which it is known that they have no result.
        rows: the cells of the sheet.
        was_calculated: whether the file bears the mark of a program that calculates; such a column is then doubtful only
            where its formulas reckon with other numbers than 0, as when a program fills in a form that was empty.
    """
    columns = formulas.zero_columns(void)
    if not was_calculated:
        return columns
    return {column: found for column, found in columns.items() if formulas.reckons_with_numbers(column, rows)}


def _has_number(text: str, rows: Sequence[Sequence[Cell]]) -> bool:
    references = _REFERENCE.findall(text)
    if not references:
        return bool(_NUMBER.search(text))
    return any(_is_number(cell) for reference in references for cell in _cells(reference, rows))


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and cell != 0


def _cells(reference: tuple[str, ...], rows: Sequence[Sequence[Cell]]) -> list[Cell]:
    """Return the cells that a reference names, of a large area the first ones."""
    left, top, right, bottom = reference
    columns = slice(column_number(left) - 1, column_number(right or left))
    lines = rows[int(top) - 1 : int(bottom or top)]
    return [cell for line in islice(lines, _CELLS_LOOKED_AT) for cell in line[columns]]
