"""Social assistance: who is on it at the start, who comes onto it and who leaves it month by month.

What belongs here: kinds, amounts and days of assistance. What does not: the roll of civil affairs (``registers``), incomes that
hold the amounts (``incomes``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis.chance import Array, choose
from orchestration.synthesis.county import County, first_day
from orchestration.synthesis.households import Households
from orchestration.synthesis.people import NO_ASSISTANCE, People, age_on
from orchestration.synthesis.tables import NO_DAY


def start_assistance(rng: np.random.Generator, people: People, rows: Array, kinds: Array, since: Array) -> None:
    """Put people on social assistance of a kind with its monthly amount."""
    amounts = np.select(
        [kinds <= 1, kinds <= 3, kinds >= 6],
        [rng.integers(26, 54, len(rows)) * 10, 1176, rng.integers(119, 131, len(rows)) * 10],
        0,
    )
    people.assistance[rows] = kinds
    people.assistance_since[rows] = since
    people.assistance_amount[rows] = amounts * 100
    people.assistance_stopped[rows] = NO_DAY
    people.assistance_stop_reason[rows] = ""


def give_assistance(rng: np.random.Generator, households: Households, people: People, day: np.datetime64) -> None:
    """Put households on social assistance: low incomes on 低保, old people alone on 特困, a few on other kinds."""
    weight = np.where(households.is_on_roster, 1.0, 0.35)
    poor = households.target < np.where(households.is_on_roster, 13_600, 11_500)
    dibao = rng.random(len(households)) < np.where(poor, 0.55, 0.045) * weight
    size = np.bincount(people.household, minlength=len(households))
    helpless = (people.labour >= 3) & (size[people.household] == 1)
    tekun = helpless & (rng.random(len(people)) < 0.35 * weight[people.household])
    other = rng.random(len(households)) < 0.02 * weight
    kind = np.full(len(people), NO_ASSISTANCE)
    grandchildren = np.isin(people.relationship, ("之孙子", "之孙女")) & (size[people.household] <= 3)
    kind[grandchildren & (rng.random(len(people)) < 0.3) & (age_on(people.birth, day) < 16)] = 7
    kind[other[people.household]] = choose(rng, (4, 5), len(people), (75, 25))[other[people.household]]
    rows = dibao[people.household] & (rng.random(len(people)) < 0.9)
    kind[rows] = np.where(rng.random(int(rows.sum())) < 0.97, 0, 1)
    kind[tekun] = 2
    start_assistance(
        rng, people, np.flatnonzero(kind >= 0), kind[kind >= 0], day - rng.integers(40, 1500, int((kind >= 0).sum()))
    )


def change_assistance(county: County, rng: np.random.Generator) -> None:
    """Stop assistance of some households and start it for others."""
    persons, homes = county.people, county.households
    on = persons.is_active & (persons.assistance != NO_ASSISTANCE) & np.isnat(persons.assistance_stopped)
    stops = rng.random(len(homes)) < 0.006
    rows = np.flatnonzero(on & stops[persons.household])
    persons.assistance_stopped[rows] = county.day - 3
    persons.assistance_stop_reason[rows] = "收入超过标准"
    helped = np.bincount(persons.household[persons.assistance != NO_ASSISTANCE], minlength=len(homes)) > 0
    poor = (
        homes.is_on_roster
        & ~helped
        & (homes.pin < 0)
        & (rng.random(len(homes)) < np.where(homes.target < 13_000, 0.02, 0.0004))
    )
    rows = np.flatnonzero(persons.is_active & poor[persons.household])
    start_assistance(
        rng,
        persons,
        rows,
        np.zeros(len(rows), dtype=np.int64),
        np.full(len(rows), first_day(county.month), dtype="datetime64[D]"),
    )
