"""Small counts of the analysts' edition: which values are merged into others, which counts of a summary are hidden.

What belongs here: pure functions over counts. What does not: SQL, which list is what (``config/analyst_edition.yml``).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from orchestration.documents import suppression
from orchestration.documents.suppression import sums_to

Value = TypeVar("Value", bound=Hashable)
# A count of a table: its row and its column.
Cell = tuple[Hashable, str]


def merged(counts: Mapping[Value, int], least: int) -> set[Value]:
    """Return the values that are too rare to be shown, and so many of the next rare ones that those merged are enough together.

    Args:
        counts: how many households (persons) have each value.
        least: how many are enough.
    """
    rare: set[Value] = set()
    for value, count in sorted(counts.items(), key=lambda entry: (entry[1], str(entry[0]))):
        if count >= least and (not rare or sum(counts[one] for one in rare) >= least):
            break
        rare.add(value)
    return rare


def cap(counts: Mapping[int, int], least: int) -> int | None:
    """Return the greatest number that enough have or exceed; None where not even the smallest does."""
    reached = 0
    for number, count in sorted(counts.items(), reverse=True):
        reached += count
        if reached >= least:
            return number
    return None


@dataclass(frozen=True)
class Table:
    """A table of counts and what anybody knows of it.

    Attributes:
        counts: by cell; a cell that is not there is known to be nought.
        sums: a cell, and the cells that add up to it.
        parts: a cell, and one that it is a part of.
        together: cells of which all are hidden when one is.
    """

    counts: Mapping[Cell, int]
    sums: Sequence[tuple[Cell, Sequence[Cell]]]
    parts: Sequence[tuple[Cell, Cell]] = ()
    together: Sequence[Collection[Cell]] = field(default=())


def hidden_cells(table: Table, least: int) -> frozenset[Cell]:
    """Return the counts that are hidden: those from 1 to ``least`` − 1, and others by which they could be worked out.

    What follows from sums is the meeting's rule (``documents.suppression``). A small difference between a count and one that it
    is a part of is a small count too: those who are in the one and not in the other.
    """
    counts: dict[Hashable, int | None] = {cell: table.counts[cell] for cell in table.counts}
    relations: list[dict[Hashable, int]] = [
        {**sums_to(whole, [part for part in parts if part in counts])} for whole, parts in table.sums
    ]
    for part, whole in table.parts:
        if part in counts and whole in counts:
            others = ("others", part, whole)
            counts[others] = table.counts[whole] - table.counts[part]
            relations.append({part: 1, others: 1, whole: -1})
    hidden: frozenset[Hashable] = frozenset()
    while True:
        hidden = suppression.hidden_cells(counts, relations, least, also=hidden)
        with_them = {cell for group in table.together if not hidden.isdisjoint(group) for cell in group if cell in counts}
        if with_them <= hidden:
            return frozenset(cell for cell in table.counts if cell in hidden)
        hidden |= with_them
