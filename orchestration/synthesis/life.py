"""A month of the county's life, from births and deaths to what is earned.

What belongs here: the order in which things happen, as the random stream of a month is one; how people take up work and give it
up. What does not: comings and goings (``moves``), help (``assistance``, ``monitoring``), incomes (``incomes``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis import work
from orchestration.synthesis.assistance import change_assistance
from orchestration.synthesis.county import County, busy, first_day
from orchestration.synthesis.incomes import dividends_of_month, earn, update_listing
from orchestration.synthesis.monitoring import change_monitoring
from orchestration.synthesis.moves import let_arrive, let_die, let_leave
from orchestration.synthesis.people import BELOW_SCHOOL, age_on, student_status
from orchestration.synthesis.tables import NO_DAY


def live(county: County) -> None:
    """Live through the next month."""
    county.month = county.month + 1
    county.is_student = student_status(county.people, county.day) > BELOW_SCHOOL
    rng = county.rng("life")
    let_die(county, rng)
    let_leave(county, rng)
    let_arrive(county, rng)
    _give_up_work(county, rng)
    _take_up_work(county, rng)
    change_assistance(county, rng)
    change_monitoring(county, rng)
    county.dividends = dividends_of_month(county)
    earn(county)
    update_listing(county)


def _give_up_work(county: County, rng: np.random.Generator) -> None:
    spells, persons = county.spells, county.people
    day = first_day(county.month) + rng.integers(0, 28, len(spells))
    may = work.can_work(persons, county.is_student, county.day)[spells.person]
    ending = spells.is_open & (spells.started < day) & ((rng.random(len(spells)) < 0.022) | ~may)
    spells.ended[ending] = day[ending]
    posts = county.posts
    day = first_day(county.month) + rng.integers(0, 28, len(posts.person))
    old = age_on(persons.birth[posts.person], county.day) >= 69
    ending = posts.is_open & (posts.started < day) & ((rng.random(len(posts.person)) < 0.006) | old)
    posts.ended[ending] = day[ending]


def _take_up_work(county: County, rng: np.random.Generator) -> None:
    """Let people without work who want it find some; not in the month in which they stopped."""
    persons, spells = county.people, county.spells
    able = work.can_work(persons, county.is_student, county.day) & (persons.assistance < 2) & ~busy(county)
    recent = np.zeros(len(persons), dtype=bool)
    recent[spells.person[spells.ended >= first_day(county.month)]] = True
    recent[county.posts.person[county.posts.ended >= first_day(county.month)]] = True
    chance = np.where(persons.is_willing, 0.07, 0.01) * np.where(county.households.is_on_roster[persons.household], 1.0, 0.6)
    rows = np.flatnonzero(able & ~recent & (rng.random(len(persons)) < chance))
    started = first_day(county.month) + rng.integers(0, 28, len(rows))
    spells.append(
        work.make_spells(
            rng, persons, rows, started=started, ended=np.full(len(rows), NO_DAY), is_weak=persons.labour[rows] == 2
        )
    )
