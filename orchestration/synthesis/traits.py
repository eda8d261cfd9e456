"""What a person brings along when they appear: number, health, disability, schooling to come, labour, insurance, pension.

What belongs here: what is drawn once, for those of the start, newborns and brides alike. What does not: who they are
(``families``, ``moves``), social assistance (``assistance``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis import names
from orchestration.synthesis.chance import Array, choose
from orchestration.synthesis.identity_numbers import Documents
from orchestration.synthesis.people import EMPLOYEE, NO_ASSISTANCE, People, age_on
from orchestration.synthesis.tables import NO_DAY, repeated

MARRIED_IN = ("配偶", "之儿媳", "之母", "之父")


def birth_days(rng: np.random.Generator, years: Array, latest: np.datetime64) -> Array:
    """Return a day in each year of birth, before ``latest`` at all events."""
    first = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return np.minimum(first + rng.integers(0, 365, len(years)), latest - rng.integers(1, 90, len(years)))


def make_people(
    rng: np.random.Generator, skeleton: dict[str, Array], full_names: Array, *, documents: Documents, day: np.datetime64
) -> People:
    """Return people with everything that is true of them on a day, before households give them anything."""
    size = len(full_names)
    births = birth_days(rng, skeleton["born"], day) if "birth" not in skeleton else skeleton["birth"]
    married_in = np.isin(skeleton["relationship"], MARRIED_IN)
    age = age_on(births, day)
    disabled = rng.random(size) < np.select([age < 16, age < 60], [0.012, 0.045], 0.12)
    grade = np.where(disabled, choose(rng, (1, 2, 3, 4), size, (15, 30, 30, 25)), 0)
    severe = (grade == 1) | (grade == 2)
    return People(
        household=skeleton["household"],
        sequence=skeleton["sequence"],
        sex=skeleton["sex"],
        birth=births,
        name=full_names,
        id_number=documents.issue(rng, births, skeleton["sex"], married_in & (rng.random(size) < 0.35)),
        relationship=skeleton["relationship"],
        track=choose(rng, range(5), size, (3, 20, 26, 15, 36)),
        is_dropout=(age < 16) & (rng.random(size) < 0.006),
        is_taught_at_home=severe & (age < 16) & (rng.random(size) < 0.3),
        is_on_leave=rng.random(size) < 0.004,
        labour=_labour(rng, age, severe),
        education=_education(rng, skeleton["born"]),
        is_chronic=rng.random(size) < np.select([age < 40, age < 60], [0.008, 0.08], 0.28),
        is_serious=rng.random(size) < np.select([age < 40, age < 60], [0.003, 0.012], 0.03),
        disability_class=np.where(disabled, choose(rng, range(1, 8), size, (16, 18, 3, 42, 9, 9, 3)), 0),
        disability_grade=grade,
        certificate_status=np.where(rng.random(size) < 0.96, 0, choose(rng, (1, 2, 3), size)),
        certified_on=day - rng.integers(200, 3000, size),
        is_willing=rng.random(size) < 0.8,
        wants_training=rng.random(size) < 0.14,
        medical=choose(rng, range(5), size, (1.2, 80, 3, 5, 10.8)),
        pension=choose(rng, range(5), size, (2, 62, 4, 22, 10)),
        pension_amount=np.zeros(size, dtype=np.int64),
        phone=names.phones(rng, size),
        assistance=np.full(size, NO_ASSISTANCE),
        assistance_since=np.full(size, NO_DAY),
        assistance_amount=np.zeros(size, dtype=np.int64),
        assistance_stopped=np.full(size, NO_DAY),
        assistance_stop_reason=repeated("", size),
        joined_on=np.full(size, NO_DAY),
        join_reason=repeated("", size),
        died_on=np.full(size, NO_DAY),
        left_on=np.full(size, NO_DAY),
        left_reason=repeated("", size),
    )


def _labour(rng: np.random.Generator, age: Array, severe: Array) -> Array:
    """Return positions in labour_skill; children get the one that they will have when grown up."""
    grown = choose(rng, range(5), len(age), (77, 15, 8, 0, 0))
    old = choose(rng, range(5), len(age), (0, 0, 45, 15, 40))
    return np.where(severe, choose(rng, (3, 4), len(age)), np.where(age >= 60, old, grown))


def _education(rng: np.random.Generator, born: Array) -> Array:
    """Return positions in education_level by generation, for the time after school."""
    weights = (
        (1950, (35, 50, 12, 3, 0, 0)),
        (1975, (5, 45, 40, 9, 1, 0)),
        (1995, (1, 14, 55, 20, 7, 3)),
        (2100, (0, 0, 12, 40, 33, 15)),
    )
    level, since = np.zeros(len(born), dtype=np.int64), 0
    for until, weight in weights:
        rows = (born >= since) & (born < until)
        level[rows] = choose(rng, range(6), int(rows.sum()), weight)
        since = until
    return level


def give_pensions(rng: np.random.Generator, people: People, day: np.datetime64) -> None:
    """Make pension kinds fit ages: 0 none, 1 and 2 residents and employees who pay, 3 and 4 those who receive."""
    old = age_on(people.birth, day) >= 60
    employee = people.medical == EMPLOYEE
    none = people.pension == 0
    people.pension = np.where(none, 0, np.where(old, np.where(employee, 4, 3), np.where(employee, 2, 1)))
    amounts = np.where(people.pension == 4, rng.integers(1500, 3600, len(people)), rng.integers(190, 260, len(people)))
    people.pension_amount = np.where(people.pension >= 3, amounts * 100, 0)
