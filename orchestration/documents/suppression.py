"""Small counts that others may not see, and what else must be left out so that they cannot be worked out by subtraction.

What belongs here: which cells are hidden, as a pure function of counts and of what adds up to what. What does not: what a page
says in their place. Source: ``config/parameters/meeting/smallest_count.yml``, for analysts ``config/analyst_edition.yml``.

A reader knows every cell that is printed, that counts are whole and not negative, and every relation (rows and columns that add
up to totals). Two things are prevented: that a small count follows from printed ones by adding and subtracting any relations,
and that the hidden cells of one sum are so few together that each can only be one (1 + 1 = 2). What is not: bounds that follow
only from several sums together, and what somebody knows from elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from typing import Final, TypeVar

from orchestration.contracts import load_parameters
from orchestration.foundation.months import Month

Cell = TypeVar("Cell", bound=Hashable)
Relation = Mapping[Cell, int]


class Few:
    """What stands in the place of a count that is hidden; neither zero nor missing."""

    def __str__(self) -> str:
        """As it is printed."""
        return "＊"


FEW: Final = Few()


def smallest_count(month: Month) -> int:
    """Return the least count, 0 excepted, that a meeting sees in a month (``meeting.smallest_count``).

    Raises:
        LookupError: the parameter has no value for the month: nothing may be printed then, as nobody says what is small.
    """
    in_force = load_parameters()["meeting.smallest_count"].in_force(month)
    if in_force is None or in_force.value is None:
        raise LookupError(f"参数 meeting.smallest_count 在 {month} 没有值，会议版不能印数；请补入 config/parameters/meeting/")
    return int(str(in_force.value))


def sums_to(total: Cell, parts: Collection[Cell]) -> dict[Cell, int]:
    """Return the relation that parts add up to a total."""
    return {**dict.fromkeys(parts, 1), total: -1}


def hidden_cells(
    cells: Mapping[Cell, int | None],
    relations: Sequence[Relation[Cell]],
    smallest: int,
    *,
    sooner: Set[Cell] = frozenset(),
    later: Set[Cell] = frozenset(),
    also: Set[Cell] = frozenset(),
) -> frozenset[Cell]:
    """Return the cells that are not printed.

    Args:
        cells: counts by cell; None is not known, so nothing follows from it. Of cells that would do as well, the first is
            hidden.
        relations: what a reader knows to be true: of each the counts times their factors add up to 0. One that does not hold,
            or has a cell that is not known or not printed at all, tells nothing.
        smallest: the least count, 0 excepted, that is printed.
        sooner: cells that are hidden before others where a small one would be told, be they 0.
        later: cells of which that would help little, as readers have seen them before; only where nothing else is left.
        also: cells that are hidden for another reason, whatever their counts.
    """
    known = {cell: count for cell, count in cells.items() if count is not None}
    place = {cell: number for number, cell in enumerate(cells)}
    holding = [one for one in relations if _holds(one, known)]
    small = {cell for cell, count in known.items() if 0 < count < smallest}
    hidden = small | also
    while found := list(_telling(hidden, small, holding, known, smallest)):
        added: set[Cell] = set()
        for telling in found:
            printed = {cell for relation in telling for cell in relation} - hidden
            if printed & added:  # what was added may do for these as well: the next round sees
                continue
            filled = {cell for cell in printed if known[cell]}
            # zeros tell a sum as well: at last all of them
            choice = next((some for some in (printed & sooner, filled - later, filled) if some), set())
            added |= {min(choice, key=lambda cell: (known[cell], place[cell]))} if choice else printed
        hidden |= added
    return frozenset(hidden)


def _holds(relation: Relation[Cell], known: Mapping[Cell, int]) -> bool:
    return relation.keys() <= known.keys() and sum(factor * known[cell] for cell, factor in relation.items()) == 0


def _telling(
    hidden: Collection[Cell],
    small: Set[Cell],
    relations: Sequence[Relation[Cell]],
    known: Mapping[Cell, int],
    smallest: int,
) -> Iterator[list[Relation[Cell]]]:
    """Yield relations by which a small cell can be worked out: single sums, or else combinations.

    Some cell of them is printed: were all hidden, nothing could follow.
    """
    is_any = False
    for relation in relations:
        unknown = [cell for cell in relation if cell in hidden]
        if len(unknown) == len(relation) or len({relation[cell] for cell in unknown}) != 1 or small.isdisjoint(unknown):
            continue
        if sum(known[cell] for cell in unknown) < smallest + len(unknown) - 1:  # no room for each to be 1 … smallest
            is_any = True
            yield [relation]
    if not is_any:  # costs more, so it is looked for when no single sum tells
        yield from (told_by for cell, told_by in _solved(hidden, relations) if cell in small)


def _solved(hidden: Collection[Cell], relations: Sequence[Relation[Cell]]) -> Iterator[tuple[Cell, list[Relation[Cell]]]]:
    """Yield hidden cells that follow from printed ones, with the relations by which: unit rows of the reduced echelon form."""
    reduced: dict[Cell, tuple[dict[Cell, Fraction], set[int]]] = {}
    for number, relation in enumerate(relations):
        row, used = {cell: Fraction(factor) for cell, factor in relation.items() if cell in hidden}, {number}
        for pivot, (other, others_used) in reduced.items():
            if _subtract(row, other, row.get(pivot, Fraction(0))):
                used |= others_used
        if not row:
            continue
        first, factor = next(iter(row.items()))
        unit = {cell: value / factor for cell, value in row.items()}
        for other, others_used in reduced.values():
            if _subtract(other, unit, other.get(first, Fraction(0))):
                others_used.update(used)
        reduced[first] = (unit, used)
    for pivot, (row, used) in reduced.items():
        if len(row) == 1:
            yield pivot, [relations[number] for number in sorted(used)]


def _subtract(row: dict[Cell, Fraction], other: Mapping[Cell, Fraction], times: Fraction) -> bool:
    """Take another row from a row, so many times; return whether that was any."""
    if not times:
        return False
    for cell, value in other.items():
        left = row.get(cell, Fraction(0)) - times * value
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
    return True
