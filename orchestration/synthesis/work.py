"""Work: spells of employment, public posts and loans, and how they start and end."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from orchestration.synthesis import names
from orchestration.synthesis.chance import Array, choose
from orchestration.synthesis.households import Households
from orchestration.synthesis.people import People, age_on
from orchestration.synthesis.tables import NO_DAY

HOME = 0  # position in ``names.work_places()`` of the county itself


@dataclass
class Spells:
    """Spells of employment, ended ones too."""

    person: Array
    place: Array
    employer: Array
    industry: Array
    job: Array
    channel: Array
    started: Array
    ended: Array
    wage: Array

    def __len__(self) -> int:
        return len(self.person)

    @property
    def is_open(self) -> Array:
        """Which spells have no end yet."""
        return np.isnat(self.ended)

    def append(self, more: Spells) -> None:
        """Add spells at the end."""
        for column in fields(self):
            setattr(self, column.name, np.concatenate([getattr(self, column.name), getattr(more, column.name)]))


@dataclass
class Posts:
    """Public posts."""

    person: Array
    post: Array
    keeper: Array
    started: Array
    ended: Array
    pay: Array

    @property
    def is_open(self) -> Array:
        """Which posts are still held."""
        return np.isnat(self.ended)


@dataclass
class Loans:
    """Small loans to households."""

    person: Array
    number: Array
    bank: Array
    principal: Array
    lent: Array
    due: Array
    is_overdue: Array


def can_work(people: People, is_student: Array, day: np.datetime64) -> Array:
    """Return who may be on a work place on a day: of working age, able, at home in the county's books and not in school."""
    age = age_on(people.birth, day)
    return people.is_active & np.isnat(people.died_on) & (age >= 16) & (age < 60) & (people.labour <= 2) & ~is_student


def make_spells(
    rng: np.random.Generator, people: People, rows: Array, *, started: Array, ended: Array, is_weak: Array
) -> Spells:
    """Return spells of people at places, firms and wages drawn by chance; weak labour stays near."""
    size = len(rows)
    places = names.work_places()
    place = choose(rng, range(len(places)), size, [share for *_, share in places])
    place = np.where(is_weak & (rng.random(size) < 0.85), HOME, place)
    industry = rng.integers(0, len(names.INDUSTRIES), size)
    trades, jobs = rng.integers(0, 12, size).tolist(), rng.integers(0, 12, size).tolist()
    firms = choose(rng, names.FIRM_NAMES, size).tolist()
    employers, job_names = [], []
    for where, kind, trade, job, firm in zip(place.tolist(), industry.tolist(), trades, jobs, firms, strict=True):
        _, kinds, possible = names.INDUSTRIES[kind]
        employers.append(f"{places[where][1][:2]}{firm}{kinds[trade % len(kinds)]}有限公司")
        job_names.append(possible[job % len(possible)])
    return Spells(
        person=rows,
        place=place,
        employer=np.array(employers, dtype=object),
        industry=industry,
        job=np.array(job_names, dtype=object),
        channel=choose(rng, range(6), size, (50, 28, 8, 6, 3, 5)),
        started=started,
        ended=ended,
        wage=np.where(is_weak, rng.integers(9, 20, size), rng.integers(22, 62, size)) * 10_000,
    )


def first_spells(rng: np.random.Generator, people: People, rows: Array, day: np.datetime64) -> Spells:
    """Return the spells of these people up to a day: most are at work, some were before, some have stopped lately."""
    size = len(rows)
    at_work = rng.random(size) < 0.74
    begun = day - rng.integers(20, 1600, size)
    stopped = day - rng.integers(5, 700, size)
    weak = people.labour[rows] == 2
    sixteen = (people.birth[rows] + 365 * 16 + 60).astype("datetime64[D]")
    now = np.flatnonzero(at_work & (begun > sixteen))
    over = np.flatnonzero(~at_work & (rng.random(size) < 0.5) & (stopped - 150 > sixteen))
    earlier = np.flatnonzero(at_work & (rng.random(size) < 0.18) & (begun - 700 > sixteen))
    spells = make_spells(rng, people, rows[now], started=begun[now], ended=np.full(len(now), NO_DAY), is_weak=weak[now])
    before = stopped[over] - rng.integers(60, 150, len(over))
    spells.append(make_spells(rng, people, rows[over], started=before, ended=stopped[over], is_weak=weak[over]))
    gap = rng.integers(15, 200, len(earlier))
    ended = begun[earlier] - gap
    started = np.maximum(ended - rng.integers(120, 480, len(earlier)), sixteen[earlier])
    spells.append(make_spells(rng, people, rows[earlier], started=started, ended=ended, is_weak=weak[earlier]))
    return spells


def first_posts(rng: np.random.Generator, people: People, rows: Array, day: np.datetime64) -> Posts:
    """Return public posts of these people, a few of them given up already."""
    size = len(rows)
    post = rng.integers(0, len(names.POSTS), size)
    started = day - rng.integers(40, 900, size)
    over = rng.random(size) < 0.08
    return Posts(
        person=rows,
        post=np.array(names.POSTS, dtype=object)[post],
        keeper=np.array(names.POST_KEEPERS, dtype=object)[post],
        started=started,
        ended=np.where(over, started + 30, NO_DAY),
        pay=rng.integers(8, 19, size) * 10_000,
    )


def first_loans(rng: np.random.Generator, households: Households, people: People, day: np.datetime64) -> Loans:
    """Return small loans of households in scope whose head is neither too young nor too old."""
    age = age_on(people.birth[households.head], day)
    rows = np.flatnonzero(households.is_in_scope & (age >= 22) & (age <= 62) & (rng.random(len(households)) < 0.09))
    lent = day - rng.integers(10, 1300, len(rows))
    years = rng.integers(1, 4, len(rows))
    return Loans(
        person=households.head[rows],
        number=np.arange(1, len(rows) + 1),
        bank=choose(rng, names.BANKS, len(rows)),
        principal=rng.integers(1, 11, len(rows)) * 500_000,
        lent=lent,
        due=lent + years * 365 - 1,
        is_overdue=rng.random(len(rows)) < 0.015,
    )
