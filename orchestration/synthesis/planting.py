"""Plants faults: whom they hit, and for how long.

What belongs here: choosing rows and people for the faults of ``faults`` and ``extra_rows``. What does not: what the faults are.

Half of the faults stay, the others last about a quarter of a year; fresh ones are gone a month later. A small county has every
kind of fault too, at least once, or nobody would see what a rule finds; there they spread over different people and households,
so that one does not cover the other.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np

from orchestration.contracts import ExtractContract
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.columns import person_columns, table_of
from orchestration.synthesis.county import County
from orchestration.synthesis.extra_rows import EXTRA_ROWS, ExtraRow
from orchestration.synthesis.fault_kinds import blank_of, drop
from orchestration.synthesis.fault_rows import Sheet
from orchestration.synthesis.faults import FAULTS
from orchestration.synthesis.tables import Table

# Households held at an income line keep their incomes and members.
LEAVES_HELD = tuple(f"rural_revitalization__{name}" for name in ("household_roster", "member_roster", "income_expense"))
OFF_ROSTER = 1000.0  # the weight of rows that are chosen only where there is none on the roster


@dataclass
class _Hit:
    """Who has a fault in this extract already: in a small county the next one goes to somebody else."""

    county: County
    people: Array = field(init=False)
    households: Array = field(init=False)

    def __post_init__(self) -> None:
        self.people = np.zeros(len(self.county.people), dtype=bool)
        self.households = np.zeros(len(self.county.households), dtype=np.int64)

    def note(self, people: Array, households: Array, is_of_household: bool = False) -> None:
        """Remember people and households (-1 for none), all members where it concerns them all."""
        households = households[households >= 0]
        self.people[people[people >= 0]] = True
        np.add.at(self.households, households, 1)
        if is_of_household:
            self.people |= np.isin(self.county.people.household, households)

    def burden(self, people: Array, households: Array, is_fresh: bool = False) -> Array:
        """Return how little these should be chosen: hit people least, then those of households that are hit often.

        Where other people are to be chosen every month their households do not count: those of the least are few.
        """
        members = np.where(people >= 0, self.people[people], False)
        times = np.where((households >= 0) & ~((people >= 0) & is_fresh), self.households[households], 0)
        return members * 100.0 + times


def add_faults(county: County, table: Table, contract: ExtractContract) -> None:
    """Put faults of the logic into an extract, in place."""
    extract, hit, sheet = contract.extract, _Hit(county), Sheet(county, table)
    for fault in FAULTS.get(extract, ()):
        if not len(table) or not _is_due(county, fault.is_fresh) or (fault.is_of_identity and county.errors):
            continue
        among = fault.among(sheet)
        if extract in LEAVES_HELD:
            among &= ~sheet.is_held
        household = sheet.household
        rows = _chosen(
            county,
            f"{extract} {fault.name}" + (f" {county.month}" if fault.is_fresh else ""),
            fault.share,
            keys=fault_keys(table),
            candidates=np.flatnonzero(among),
            weight=hit.burden(table.person, household, fault.is_fresh) + np.where(sheet.is_on_roster, 0.0, OFF_ROSTER),
        )
        if rows.size and fault.spoil is not drop:
            hit.note(table.person[rows], household[rows], fault.is_of_household)
        if rows.size:
            fault.spoil(sheet, rows)
    for extra in EXTRA_ROWS.get(extract, ()):
        if _is_due(county, extra.is_fresh):
            _add_extra_rows(sheet, contract, extra, hit)


def _is_due(county: County, is_fresh: bool) -> bool:
    return not is_fresh or bool(county.month >= county.first - 1)


def _chosen(county: County, label: str, share: float, *, keys: Array, candidates: Array, weight: Array) -> Array:
    """Return the candidates that have a fault: half of them always the same, the others changing every three months.

    One on the roster stays at least: of those with the least weight the one that chance would choose first.
    """
    if not candidates.size:
        return candidates
    season = int((county.month - county.first).astype(int)) // 3
    lasting = uniform(county.seed, f"fault {label}", keys[candidates])
    passing = uniform(county.seed, f"fault {label} {season}", keys[candidates])
    stays = lasting < share / 2
    if not (weight[candidates[stays]] < OFF_ROSTER).any():
        stays[np.argmin(weight[candidates] + lasting)] = True
    return candidates[stays | (passing < share / 2)]


def fault_keys(table: Table) -> Array:
    """Return a number per row that is the same month after month: the person, else the household."""
    if "household_id" not in table.columns or (table.person >= 0).any():
        return table.person
    return np.array([zlib.crc32(household.encode()) for household in table.columns["household_id"].tolist()], dtype=np.int64)


def _add_extra_rows(sheet: Sheet, contract: ExtractContract, extra: ExtraRow, hit: _Hit) -> None:
    county = sheet.county
    everybody, household = np.arange(len(county.people)), county.people.household
    people = _chosen(
        county,
        f"{contract.extract} extra {extra.name}" + (f" {county.month}" if extra.is_fresh else ""),
        extra.share,
        keys=everybody,
        candidates=np.flatnonzero(extra.whom(county)),
        weight=hit.burden(everybody, household),
    )
    if not people.size or contract.subject is None:
        return
    hit.note(people, household[people])
    given = person_columns(county, people, contract.subject.name, contract.subject.documents[0])
    given |= extra.columns(county, people)
    more = {column: np.full(len(people), blank_of(values), dtype=values.dtype) for column, values in sheet.columns.items()}
    for column, values in given.items():
        more[column][:] = values
    sheet.add(table_of(county, people, more))
