"""Small counts: which values are merged into others, which counts of a summary are hidden so that nobody works them out.

What belongs here: pure functions over counts. What does not: SQL, which list is what (``config/analyst_edition.yml``).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

Value = TypeVar("Value", bound=Hashable)
# A count of a table: its row and its column.
Cell = tuple[Hashable, str]
_NOTHING = 1e-9


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


def hidden_cells(table: Table, least: int) -> set[Cell]:
    """Return the counts that are hidden: those from 1 to ``least`` − 1, and others by which they could be worked out.

    Of every sum with a hidden part at least two parts are hidden that are ``least`` together, or the sum is hidden too;
    no hidden count follows from what is shown by any combination of sums.
    """
    counts = table.counts
    hidden = {cell for cell, count in counts.items() if 0 < count < least}
    for part, whole in table.parts:
        if part in counts and whole in counts and 0 < counts[whole] - counts[part] < least:
            hidden.add(part)
    sums = [(whole, [part for part in parts if part in counts]) for whole, parts in table.sums if whole in counts]
    while more := _more(counts, sums, table.together, hidden, least):
        hidden |= more
    return hidden


def _more(
    counts: Mapping[Cell, int],
    sums: Sequence[tuple[Cell, Sequence[Cell]]],
    together: Sequence[Collection[Cell]],
    hidden: set[Cell],
    least: int,
) -> set[Cell]:
    """Return what has to be hidden next; nothing where nothing can be worked out."""
    for group in together:
        if (shown := {cell for cell in group if cell in counts} - hidden) and len(shown) < sum(
            cell in counts for cell in group
        ):
            return shown
    for whole, parts in sums:
        if weak := _weak(counts, whole, parts, hidden, least):
            return {weak}
    for cell in sorted(_determined(sums, hidden), key=str):
        for whole, parts in sums:
            if cell == whole or cell in parts:
                left = [one for one in (*parts, whole) if one not in hidden]
                if left:
                    return {min(left, key=lambda one: (one == whole, counts[one] == 0, counts[one], str(one)))}
    return set()


def _weak(counts: Mapping[Cell, int], whole: Cell, parts: Sequence[Cell], hidden: set[Cell], least: int) -> Cell | None:
    """Return what to hide of a sum whose hidden parts follow from it, or nearly so; None where they do not."""
    inside = [cell for cell in parts if cell in hidden]
    if whole in hidden:
        # with all parts shown it is their sum
        alone = not inside
    else:
        alone = bool(inside) and (len(inside) == 1 or sum(counts[cell] for cell in inside) < least)
    if not alone:
        return None
    shown = [cell for cell in parts if cell not in hidden and counts[cell]] or [cell for cell in parts if cell not in hidden]
    if shown:
        return min(shown, key=lambda cell: (counts[cell], str(cell)))
    return None if whole in hidden else whole


def _determined(sums: Sequence[tuple[Cell, Sequence[Cell]]], hidden: set[Cell]) -> set[Cell]:
    """Return the hidden cells that follow exactly from the sums and from what is shown: a question of linear algebra."""
    cells = sorted(hidden, key=str)
    if not cells or not sums:
        return set()
    place = {cell: number for number, cell in enumerate(cells)}
    matrix = np.zeros((len(sums), len(cells)))
    for row, (whole, parts) in enumerate(sums):
        for cell in parts:
            if cell in place:
                matrix[row, place[cell]] += 1
        if whole in place:
            matrix[row, place[whole]] -= 1
    # a cell is known when its unit vector lies in the row space: the projection leaves it as it is
    certain = np.diag(np.linalg.pinv(matrix) @ matrix)
    return {cell for cell in cells if certain[place[cell]] > 1 - _NOTHING}
