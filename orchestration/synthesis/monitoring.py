"""Monitoring of households: who is identified, for which risks, and whose risk is cleared.

What belongs here: monitoring at the start and what becomes of it month by month, with households new on the roster. What does
not: whether a household is below a line (``incomes``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis.chance import Array
from orchestration.synthesis.county import County, first_day
from orchestration.synthesis.households import Households, labour_households
from orchestration.synthesis.people import BELOW_SCHOOL, People, age_on, student_status
from orchestration.synthesis.tables import NO_MONTH


def start_monitoring(rng: np.random.Generator, households: Households, people: People, rows: Array, since: Array) -> None:
    """Identify households, with a category that fits the household type and risks that fit the members."""
    sudden = rng.random(len(rows)) < 0.2
    households.monitoring[rows] = np.where(sudden, 2, np.where(households.is_alleviated[rows], 0, 1))
    households.identified[rows] = since
    households.cleared[rows] = NO_MONTH
    households.clearance[rows] = -1
    day = np.max(since).astype("datetime64[D]") if len(rows) else np.datetime64("2020-01-01")
    in_school = student_status(people, day) > BELOW_SCHOOL
    able = (people.labour <= 2) & (age_on(people.birth, day) >= 18)
    certified = (people.disability_grade > 0) & (people.certificate_status == 0)
    for household in rows.tolist():
        at_home = np.flatnonzero((people.household == household) & people.is_active)
        fitting = [10, 7]  # 其他, 缺劳动力
        fitting += [0] * 3 if (people.is_chronic | people.is_serious)[at_home].any() else []
        fitting += [1] * 2 if in_school[at_home].any() else []
        fitting += [2] * 3 if certified[at_home].any() else []
        fitting += [6] * 2 if able[at_home].any() else []
        drawn = list(dict.fromkeys(rng.permutation(fitting).tolist()))[: int(rng.integers(1, 4))]
        households.risks[household] = drawn + [-1] * (5 - len(drawn))


def clear_risk(rng: np.random.Generator, households: Households, rows: Array, month: np.datetime64) -> None:
    """Mark the risk of households as cleared, at least seven months after they were identified."""
    earliest = households.identified[rows] + 7
    households.cleared[rows] = np.maximum(earliest, month - rng.integers(0, 12, len(rows)))
    households.clearance[rows] = np.where(rng.random(len(rows)) < 0.85, 0, 1)


def monitor_from_the_start(rng: np.random.Generator, households: Households, people: People, start: np.datetime64) -> None:
    """Make some roster households objects of monitoring, more of those with little income; cleared ones stay listed."""
    low = households.target < 13_500
    rows = np.flatnonzero(households.is_on_roster & (rng.random(len(households)) < np.where(low, 0.22, 0.028)))
    start_monitoring(rng, households, people, rows, start - rng.integers(2, 30, len(rows)))
    months = (start - households.identified[rows]).astype(np.int64)
    labour = labour_households(households, people)[rows]
    may_clear = (months >= 8) & labour & (households.target[rows] > 13_000) & ~households.is_unsafe[rows]
    cleared = rows[may_clear & households.is_water_safe[rows] & (rng.random(len(rows)) < 0.75)]
    clear_risk(rng, households, cleared, start - 1)


def change_monitoring(county: County, rng: np.random.Generator) -> None:
    """Identify households, clear the risk of others, and bring new households onto the roster once deliveries have begun."""
    homes, persons = county.households, county.people
    new = homes.is_on_roster & ~homes.is_monitored & (homes.pin < 0) & (rng.random(len(homes)) < 0.0008)
    if county.month >= county.first:
        entering = np.flatnonzero(~homes.is_on_roster & (rng.random(len(homes)) < 0.0009))
        homes.is_on_roster[entering] = True
        homes.is_alleviated[entering] = False
        members = np.isin(persons.household, entering) & persons.is_active
        persons.joined_on[members] = first_day(county.month) + 9
        persons.join_reason[members] = "其他"
        new[entering] = True
    rows = np.flatnonzero(new)
    start_monitoring(rng, homes, persons, rows, np.full(len(rows), county.month))
    able = labour_households(homes, persons) & ~homes.is_unsafe & homes.is_water_safe & (homes.target > 13_000)
    active = homes.is_monitored & np.isnat(homes.cleared) & (county.month - homes.identified >= np.timedelta64(8, "M"))
    clear_risk(rng, homes, rows := np.flatnonzero(active & able & (rng.random(len(homes)) < 0.04)), county.month)
    homes.cleared[rows] = county.month
    shocked = np.flatnonzero((homes.pin < 0) & (rng.random(len(homes)) < 0.004))
    homes.shock_until[shocked] = county.month + rng.integers(3, 9, len(shocked))
