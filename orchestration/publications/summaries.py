"""Lists of counts as analysts may pass them on: towns that are not shown together in one row, small counts blank.

What belongs here: from rows of a list to a table of counts and back. What does not: what is hidden (``small_counts``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

from orchestration.contracts.privacy import Summary
from orchestration.publications.small_counts import Cell, Table, hidden_cells

OTHER_TOWN = "其他镇"
Row = dict[str, Any]


def hidden_summary(rows: Sequence[Row], summary: Summary, towns: frozenset[str], least: int) -> list[Row]:
    """Return the rows with towns that are not shown put together and counts blanked that are too small or would tell of such.

    Args:
        rows: of a list with ``month``, ``town``, ``town_code``, ``is_total``.
        summary: which counts add up to which.
        towns: that are shown.
        least: counts from 1 to below it are hidden.
    """
    by_month: dict[Any, list[Row]] = defaultdict(list)
    for row in _together(rows, summary, towns):
        by_month[row["month"]].append(row)
    return [row for inside in by_month.values() for row in _hidden(inside, summary, least)]


def _together(rows: Sequence[Row], summary: Summary, towns: frozenset[str]) -> list[Row]:
    """Return the rows, those of towns that are not shown as one row of each table of the list."""
    kept: list[Row] = []
    others: dict[tuple[Hashable, ...], Row] = {}
    for row in rows:
        if row["is_total"] or row["town"] in towns:
            kept.append(dict(row))
            continue
        place = (row["month"], *(row[name] for name in summary.within))
        if place not in others:
            blank = dict.fromkeys((*summary.cells, *summary.blank_with))
            others[place] = {**row, **blank, "town": OTHER_TOWN, "town_code": None}
        for name in summary.cells:
            if row[name] is not None:
                others[place][name] = (others[place][name] or 0) + row[name]
    return kept + list(others.values())


def _hidden(rows: Sequence[Row], summary: Summary, least: int) -> list[Row]:
    """Return the rows of one month with what is hidden of them blank."""
    places = [(row["town"], *(row[name] for name in summary.within)) for row in rows]
    counts: dict[Cell, int] = {
        (place, name): int(row[name])
        for place, row in zip(places, rows, strict=True)
        for name in summary.cells
        if row[name] is not None
    }
    hidden = hidden_cells(Table(counts, _sums(rows, places, summary), _parts(places, summary), _groups(places, summary)), least)
    result = []
    for place, row in zip(places, rows, strict=True):
        blank = {name for name in summary.cells if (place, name) in hidden}
        blank |= {name for name, with_them in summary.blank_with.items() if blank & set(with_them)}
        result.append({name: None if name in blank else value for name, value in row.items()})
    return result


def _sums(rows: Sequence[Row], places: Sequence[tuple[Hashable, ...]], summary: Summary) -> list[tuple[Cell, Sequence[Cell]]]:
    sums: list[tuple[Cell, Sequence[Cell]]] = []
    tables: dict[tuple[Hashable, ...], tuple[list[Hashable], list[Hashable]]] = defaultdict(lambda: ([], []))
    for place, row in zip(places, rows, strict=True):
        tables[place[1:]][0 if row["is_total"] else 1].append(place)
    for wholes, parts in tables.values():
        sums += [((whole, name), [(part, name) for part in parts]) for whole in wholes for name in summary.cells]
    for place in places:
        sums += [((place, whole), [(place, part) for part in parts]) for whole, parts in summary.sums.items()]
    return sums


def _parts(places: Sequence[tuple[Hashable, ...]], summary: Summary) -> list[tuple[Cell, Cell]]:
    parts: list[tuple[Cell, Cell]] = [
        ((place, part), (place, whole)) for place in places for part, whole in summary.part_of.items()
    ]
    for town, *values in places:
        for part, whole in summary.rows_part_of.items():
            if part in values:
                other = (town, *(whole if value == part else value for value in values))
                parts += [(((town, *values), name), (other, name)) for name in summary.cells]
    return parts


def _groups(places: Sequence[tuple[Hashable, ...]], summary: Summary) -> list[list[Cell]]:
    return [[(place, name) for name in summary.cells] for place in places] if summary.together else []
