"""Columns that extracts have in common: codes, names and documents, numbers of households, towns and villages.

What belongs here: how a register writes what it knows, and whom it knows. What does not: what is in one extract alone
(``rosters``, ``registers``, ``events``).
"""

from __future__ import annotations

import numpy as np

from orchestration.contracts import load_code_lists
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.county import County
from orchestration.synthesis.people import age_on
from orchestration.synthesis.tables import Table, texts


@kept_by_overlay
def codes(name: str) -> Array:
    """Return the values of a code list, in order."""
    return texts([code.value for code in load_code_lists()[name].values])


def coded(name: str, positions: Array) -> Array:
    """Return values of a code list by position; a position below 0 is blank."""
    return np.append(codes(name), "")[np.where(positions < 0, -1, positions)]


def listed(county: County, label: str, share: float, missing: float = 0.0) -> Array:
    """Return who is known to a register: roster people but for a few, and a share of the others. It stays so month by month."""
    persons = county.people
    on_roster = county.households.is_on_roster[persons.household]
    number = uniform(county.seed, label, np.arange(len(persons)))
    return np.where(on_roster, number >= missing, number < share)


def table_of(county: County, rows: Array, columns: dict[str, Array]) -> Table:
    """Return a table about people."""
    return Table(columns, rows, county.households.town[county.people.household[rows]])


def person_columns(county: County, rows: Array, name: str = "name", document: str = "id_number") -> dict[str, Array]:
    """Return name and document of people."""
    return {name: county.people.name[rows], document: county.people.id_number[rows]}


def household_ids(county: County, rows: Array) -> Array:
    """Return the numbers of households as the register writes them."""
    villages = texts([village.code[-7:] for village in county.villages])
    numbers = county.households.number[rows].tolist()
    return villages[county.households.village[rows]] + texts([f"{number:06d}" for number in numbers])


def household_positions(county: County, ids: Array) -> Array:
    """Return the positions of households by the numbers that the register writes, -1 for a number of none."""
    known = household_ids(county, np.arange(len(county.households))).tolist()
    positions = {household: position for position, household in enumerate(known)}
    return np.array([positions.get(household, -1) for household in ids.tolist()], dtype=np.int64)


def village_names(county: County, households: Array) -> Array:
    """Return the village of each household."""
    return texts([village.name for village in county.villages])[county.households.village[households]]


def town_names(county: County, households: Array) -> Array:
    """Return the town of each household."""
    return texts([town.name for town in county.facts.towns])[county.households.town[households]]


def year_of(county: County) -> int:
    """Return the year of the cut-off."""
    return int(str(county.month)[:4])


def pension_kind(county: County, rows: Array) -> Array:
    """Return kinds of pension, -1 for those too young or in school."""
    persons = county.people
    open_to = (age_on(persons.birth[rows], county.day) >= 16) & ~county.is_student[rows]
    return np.where(open_to, persons.pension[rows], -1)
