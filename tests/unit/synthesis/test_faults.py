"""Faults: each hits only rows that can have it, one at least, and leaves alone what others measure by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from orchestration.contracts import load_code_lists, load_extracts
from orchestration.synthesis import fault_kinds, fault_rows, planting
from orchestration.synthesis.columns import household_ids, household_positions
from orchestration.synthesis.county import County
from orchestration.synthesis.deliveries import Backlog, roll
from orchestration.synthesis.events import FLOWS
from orchestration.synthesis.extra_rows import EXTRA_ROWS
from orchestration.synthesis.fault_rows import Sheet
from orchestration.synthesis.faults import FAULTS, Fault
from orchestration.synthesis.founding import found
from orchestration.synthesis.life import live
from orchestration.synthesis.registers import ROLLS
from orchestration.synthesis.tables import Table, conform

CONTRACTS, CODE_LISTS = load_extracts(), load_code_lists()
MEMBERS, HOUSEHOLDS, ROLL = (
    "rural_revitalization__member_roster", "rural_revitalization__household_roster", "civil_affairs__assistance_roll",
)  # fmt: skip


@pytest.fixture(scope="module")
def living() -> County:
    """A county of forty households after its first delivery."""
    county = found(40, 40, np.datetime64("2023-05"), 11, False)
    for _ in range(14):
        live(county)
    return county


def true_table(county: County, extract: str) -> Table:
    return conform({**ROLLS, **FLOWS}[extract](county), CONTRACTS[extract], CODE_LISTS, county.month)


def spoilt(county: County, extract: str) -> Table:
    table = true_table(county, extract)
    planting.add_faults(county, table, CONTRACTS[extract])
    return table


@pytest.mark.parametrize(
    ("extract", "fault"),
    [pytest.param(extract, fault, id=f"{extract} {fault.name}") for extract in FAULTS for fault in FAULTS[extract]],
)
def test_a_fault_changes_a_row_that_can_have_it(
    living: County, monkeypatch: pytest.MonkeyPatch, extract: str, fault: Fault
) -> None:
    before, after = true_table(living, extract), true_table(living, extract)
    able = np.flatnonzero(fault.among(Sheet(living, before)))
    if not able.size:
        pytest.skip("nobody in this county can have it")
    monkeypatch.setitem(FAULTS, extract, (fault,))
    monkeypatch.setattr(planting, "EXTRA_ROWS", {})
    planting.add_faults(living, after, CONTRACTS[extract])
    assert rows_of(after) != rows_of(before)
    if len(after) == len(before) and not fault.is_of_household:
        changed = [place for place, rows in enumerate(zip(rows_of(before), rows_of(after), strict=True)) if rows[0] != rows[1]]
        assert set(changed) <= set(able.tolist())


def rows_of(table: Table) -> list[tuple[str, ...]]:
    return list(zip(*(values.astype(str).tolist() for values in table.columns.values()), strict=True))


def test_most_faults_are_possible_in_so_small_a_county(living: County) -> None:
    impossible = [
        (extract, fault.name)
        for extract in FAULTS
        for fault in FAULTS[extract]
        if not fault.among(Sheet(living, true_table(living, extract))).any()
    ]
    # nobody got help this month, who is ill in name only had no bill; nobody on assistance has died (an extra row stands in)
    measures, bills = "rural_revitalization__assistance_measure", "medical_insurance__settlement"
    assert impossible == [(measures, "C15"), (measures, "F37"), (ROLL, "G16"), (bills, "G23")]


@pytest.mark.parametrize("extract", planting.LEAVES_HELD)
def test_households_held_at_a_line_keep_their_rows(living: County, extract: str) -> None:
    def held(table: Table) -> list[tuple[str, ...]]:
        return sorted(row for row, is_held in zip(rows_of(table), Sheet(living, table).is_held, strict=True) if is_held)

    assert held(true_table(living, extract))
    assert held(spoilt(living, extract)) == held(true_table(living, extract))


def test_the_persons_of_rows_stay(living: County) -> None:
    for extract in FAULTS:
        table = spoilt(living, extract)
        subject = CONTRACTS[extract].subject
        if subject is None or subject.is_household_head or extract == MEMBERS:
            continue
        known = table.person >= 0
        assert (table.columns[subject.documents[0]][known] == living.people.id_number[table.person[known]]).all()


def test_extra_rows_are_about_people_who_can_have_them(living: County) -> None:
    for extract, extras in EXTRA_ROWS.items():
        before, after = true_table(living, extract), true_table(living, extract)
        whom = np.logical_or.reduce([extra.whom(living) for extra in extras])
        planting.add_faults(living, after, CONTRACTS[extract])
        added = after.person[len(before) - missing(extract, after, before) :]
        assert len(added) >= len([extra for extra in extras if extra.whom(living).any()])
        assert whom[added[-1]]


def missing(extract: str, after: Table, before: Table) -> int:
    """How many rows faults have left out before any were added."""
    return len(before) if any(fault.spoil is fault_kinds.drop for fault in FAULTS.get(extract, ())) else 0


def test_faults_are_the_same_again(living: County) -> None:
    for extract in (MEMBERS, HOUSEHOLDS, ROLL):
        assert rows_of(spoilt(living, extract)) == rows_of(spoilt(living, extract))


def test_a_tidy_county_has_none(living: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "is_clean", True)
    backlog = Backlog()
    backlog.post(living, CONTRACTS, CODE_LISTS)
    for extract, contract in CONTRACTS.items():
        if extract in ROLLS:
            assert rows_of(roll(living, contract, CODE_LISTS)) == rows_of(true_table(living, extract))
        elif extract in FLOWS:
            assert rows_of(backlog.collect(living, contract)) == rows_of(true_table(living, extract))


def test_a_scenario_of_identity_errors_says_alone_who_members_are(living: County, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = living.people.id_number
    usual = spoilt(living, MEMBERS)
    assert (usual.columns["id_number"] != numbers[usual.person]).any()
    monkeypatch.setattr(living, "errors", "base")
    table = spoilt(living, MEMBERS)
    assert (table.columns["id_number"] == numbers[table.person]).all()
    assert set(true_table(living, MEMBERS).person.tolist()) == set(table.person.tolist())


def test_shares_are_small_in_a_county_of_some_size() -> None:
    """One of every kind spreads over forty households; in a large county faults are as rare as their shares say."""
    county = found(2_000, 200, np.datetime64("2023-05"), 3, False)
    live(county)
    for extract, where in ((MEMBERS, fault_rows.present), (HOUSEHOLDS, fault_rows.anybody)):
        before, after = true_table(county, extract), spoilt(county, extract)
        same = set(rows_of(before)) & set(rows_of(after))
        written_otherwise = sum("," in text for text in before.columns.get("health_status", np.empty(0)).tolist())
        assert len(before) - len(same) < 0.15 * where(Sheet(county, before)).sum() + written_otherwise


def test_positions_of_households_are_found_by_their_numbers(living: County) -> None:
    ids = household_ids(living, np.array([3, 0, 7]))
    assert household_positions(living, np.append(ids, "9999999000001")).tolist() == [3, 0, 7, -1]


@pytest.mark.parametrize(
    ("condition", "is_so"),
    [
        (fault_rows.spouses, lambda county, table, row: table.columns["relationship"][row] == "配偶"),
        (fault_rows.aged(0, 15), lambda county, table, row: str(table.columns["birth_date"][row]) > "2007-06-30"),
        (
            fault_rows.of_households(fault_rows.cleared),
            lambda county, table, row: not np.isnat(county.households.cleared[county.people.household[table.person[row]]]),
        ),
    ],
)
def test_conditions(living: County, condition: fault_rows.Among, is_so: Callable[[County, Table, int], bool]) -> None:
    table = true_table(living, MEMBERS)
    found = condition(Sheet(living, table))
    assert found.any() and not found.all()
    assert [bool(is_so(living, table, row)) for row in range(len(table))] == found.tolist()
