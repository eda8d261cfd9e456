"""Small counts that a meeting may not see, and what else must be left out so that they cannot be worked out by subtraction.

What belongs here: which cells are hidden, as a pure function of counts and of what adds up to what. What does not: what a page
says in their place. Source: ``config/parameters/meeting/smallest_count.yml``.

A reader knows every cell that is printed, that counts are whole and not negative, and every relation (rows and columns that add
up to totals). Two things are prevented: that a small count follows from printed ones by adding and subtracting any relations,
and that the hidden cells of one sum are so few together that each can only be one (1 + 1 = 2). What is not: bounds that follow
only from several sums together, and what somebody knows from elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeVar

Cell = TypeVar("Cell", bound=Hashable)
Relation = Mapping[Cell, int]


class Few:
    """What stands in the place of a count that is hidden; neither zero nor missing."""

    def __str__(self) -> str:
        """As it is printed."""
        return "＊"


FEW: Final = Few()


def sums_to(total: Cell, parts: Collection[Cell]) -> dict[Cell, int]:
    """Return the relation that parts add up to a total."""
    return {**dict.fromkeys(parts, 1), total: -1}


def hidden_cells(cells: Mapping[Cell, int | None], relations: Sequence[Relation[Cell]], smallest: int) -> frozenset[Cell]:
    """Return the cells that are not printed.

    Args:
        cells: counts by cell; None is not known, so nothing follows from it. Of cells that would do as well, the first is
            hidden.
        relations: what a reader knows to be true: of each the counts times their factors add up to 0. One that does not hold,
            or has a cell that is not known or not printed at all, tells nothing.
        smallest: the least count, 0 excepted, that is printed.
    """
    known = {cell: count for cell, count in cells.items() if count is not None}
    place = {cell: number for number, cell in enumerate(cells)}
    holding = [one for one in relations if _holds(one, known)]
    small = {cell for cell, count in known.items() if 0 < count < smallest}
    hidden = set(small)
    while open_cells := _open_cells(hidden, small, holding, known, smallest):
        touched = [one for one in holding if open_cells & one.keys()]
        printed = {cell for one in touched for cell in one} - hidden
        filled = {cell for cell in printed if known[cell]}
        if filled:
            hidden.add(min(filled, key=lambda cell: (known[cell], place[cell])))
        elif printed:  # zeros: the sum is told by them
            hidden |= printed
        else:
            hidden |= {cell for one in holding for cell in one}  # nothing is left to subtract from
    return frozenset(hidden)


def _holds(relation: Relation[Cell], known: Mapping[Cell, int]) -> bool:
    return relation.keys() <= known.keys() and sum(factor * known[cell] for cell, factor in relation.items()) == 0


def _open_cells(
    hidden: Collection[Cell],
    small: Collection[Cell],
    relations: Sequence[Relation[Cell]],
    known: Mapping[Cell, int],
    smallest: int,
) -> set[Cell]:
    """Return hidden small cells that can be worked out, of the first relation or combination by which one can."""
    for relation in relations:
        unknown = [cell for cell in relation if cell in hidden]
        if not unknown or not any(cell in small for cell in unknown) or len({relation[cell] for cell in unknown}) > 1:
            continue
        # together they must leave room for each to be 1 … smallest
        if sum(known[cell] for cell in unknown) < smallest + len(unknown) - 1 and len(unknown) < len(relation):
            return {cell for cell in unknown if cell in small}
    return {cell for cell in _solvable(hidden, relations) if cell in small}


def _solvable(hidden: Collection[Cell], relations: Sequence[Relation[Cell]]) -> list[Cell]:
    """Return the hidden cells that follow from the printed ones: unit rows of the reduced row echelon form."""
    columns = list(hidden)
    rows = [
        {cell: Fraction(relation[cell]) for cell in columns if relation.get(cell)}
        for relation in relations
        if any(cell in relation for cell in columns)
    ]
    reduced: list[tuple[Cell, dict[Cell, Fraction]]] = []
    for row in rows:
        for pivot, other in reduced:
            _subtract(row, other, row.get(pivot, Fraction(0)))
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        unit = {cell: value / factor for cell, value in row.items()}
        for _, other in reduced:
            _subtract(other, unit, other.get(pivot, Fraction(0)))
        reduced.append((pivot, unit))
    return [pivot for pivot, row in reduced if len(row) == 1]


def _subtract(row: dict[Cell, Fraction], other: Mapping[Cell, Fraction], times: Fraction) -> None:
    if not times:
        return
    for cell, value in other.items():
        left = row.get(cell, Fraction(0)) - times * value
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
