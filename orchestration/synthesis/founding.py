"""How a county begins: villages, households, people and their work, on the day before the first month is lived.

What belongs here: putting together what the other modules draw, in an order that never changes, as the random stream is one.
What does not: the months that follow (``life``).
"""

from __future__ import annotations

import numpy as np

from orchestration.contracts import load_county
from orchestration.synthesis import likeness, names, work
from orchestration.synthesis.assistance import give_assistance
from orchestration.synthesis.chance import Array, choose, stream
from orchestration.synthesis.county import HISTORY, County, first_day
from orchestration.synthesis.families import skeletons
from orchestration.synthesis.households import Households, Settlement, labour_households, make_villages
from orchestration.synthesis.identity_numbers import Documents
from orchestration.synthesis.incomes import pinned_amounts
from orchestration.synthesis.monitoring import monitor_from_the_start
from orchestration.synthesis.people import BELOW_SCHOOL, NO_ASSISTANCE, People, student_status
from orchestration.synthesis.tables import NO_DAY, NO_MONTH
from orchestration.synthesis.traits import birth_days, give_pensions, make_people


def found(households: int, others: int, first: np.datetime64, seed: int, is_clean: bool, *, errors: str = "") -> County:
    """Return a county as it is when the twelve months before the first delivery begin.

    With a scenario of identity ``errors`` its people are also hard to tell apart; they are the same in every scenario.
    """
    facts = load_county()
    start = first - HISTORY
    rng = stream(seed, "founding")
    villages = make_villages(rng, [town.code for town in facts.towns])
    homes, persons, documents = settle(rng, households, others, villages, start, are_alike=bool(errors))
    day = first_day(start) - 1
    student = student_status(persons, day) > BELOW_SCHOOL
    able = np.flatnonzero(work.can_work(persons, student, day) & (persons.assistance < 2))
    holds_post = rng.random(len(able)) < np.where(homes.is_in_scope[persons.household[able]], 0.07, 0.005)
    known = homes.is_on_roster[persons.household[able]] | (rng.random(len(able)) < 0.68)
    spells = work.first_spells(rng, persons, able[~holds_post & known], day)
    posts = work.first_posts(rng, persons, able[holds_post], day)
    _pin(rng, homes, persons)
    return County(
        seed,
        first,
        is_clean,
        facts,
        villages,
        homes,
        persons,
        documents,
        spells,
        posts,
        work.first_loans(rng, homes, persons, day),
        month=start - 1,
        is_student=student,
        dividends=np.zeros(len(homes), dtype=np.int64),
        errors=errors,
        listed_since=np.full(len(homes), NO_MONTH),
    )


def settle(
    rng: np.random.Generator,
    on_roster: int,
    others: int,
    villages: list[Settlement],
    start: np.datetime64,
    *,
    are_alike: bool = False,
) -> tuple[Households, People, Documents]:
    """Return the county as it is on the first day of ``start``: ``on_roster`` households of the register and ``others``.

    ``are_alike`` makes people hard to tell apart (``likeness``).
    """
    count = on_roster + others
    day = start.astype("datetime64[D]")
    village_of = rng.integers(0, len(villages), count)
    town_of = np.array([village.town for village in villages])[village_of]
    households = _households(rng, count, on_roster, village_of=village_of, town_of=town_of, start=start)
    skeleton = skeletons(rng, count, int(str(start)[:4]))
    documents = Documents(are_alike)
    if are_alike:
        people = _people_alike(rng, skeleton, village_of, documents, day)
    else:
        clans = names.surnames(rng, len(villages) * 3).reshape(len(villages), 3)
        full_names = _full_names(rng, skeleton, village_of, clans)
        people = make_people(rng, skeleton, full_names, documents=documents, day=day)
    heads = np.flatnonzero(people.sequence == 1)
    households.head[people.household[heads]] = heads
    give_pensions(rng, people, day)
    give_assistance(rng, households, people, day)
    monitor_from_the_start(rng, households, people, start)
    return households, people, documents


def _households(
    rng: np.random.Generator, count: int, on_roster: int, *, village_of: Array, town_of: Array, start: np.datetime64
) -> Households:
    day = start.astype("datetime64[D]")
    grade = choose(rng, range(4), count, (60, 36, 3, 1))
    renovated = (grade >= 2) & (rng.random(count) < 0.82)
    alleviated = rng.random(count) < 0.9
    marginal = ~alleviated & (rng.random(count) < 0.22)
    return Households(
        number=np.arange(1, count + 1),
        is_on_roster=np.arange(count) < on_roster,
        village=village_of,
        town=town_of,
        is_alleviated=alleviated,
        is_marginal=marginal,
        monitoring=np.full(count, -1),
        identified=np.full(count, NO_MONTH),
        cleared=np.full(count, NO_MONTH),
        clearance=np.full(count, -1),
        risks=np.full((count, 5), -1),
        phone=names.phones(rng, count),
        helper=names.surnames(rng, count) + choose(rng, ["建平", "志明", "文静", "晓东", "丽华", "永强"], count),
        head=np.full(count, -1),
        dwelling=grade,
        assessed_on=day - rng.integers(60, 900, count),
        renovated_on=np.where(renovated, day - rng.integers(10, 700, count), NO_DAY),
        renovation_subsidy=np.where(renovated, rng.integers(20, 45, count) * 100_000, 0),
        is_water_safe=rng.random(count) > 0.008,
        target=rng.lognormal(np.log(19_400), 0.32, count),
        shock_until=np.full(count, NO_MONTH),
        discipline=choose(rng, range(4), count, (93, 3.5, 2, 1.5)),
        pin=np.full(count, -1),
    )


def _full_names(rng: np.random.Generator, skeleton: dict[str, Array], village_of: Array, clans: Array) -> Array:
    """Return names: the family's surname for those born into it, most often one of the village's clans; others keep theirs."""
    households = len(village_of)
    clan = clans[village_of, rng.integers(0, clans.shape[1], households)]
    family = np.where(rng.random(households) < 0.5, clan, names.surnames(rng, households))
    relationship = skeleton["relationship"]
    own = np.isin(relationship, ("配偶", "之儿媳", "之母", "其他"))
    surname = np.where(own, names.surnames(rng, len(own)), family[skeleton["household"]])
    siblings = skeleton["household"] * 7919 + np.isin(relationship, ("之子", "之孙子")) * 104729
    given = names.given_names(rng, skeleton["born"], skeleton["sex"], siblings)
    full = surname + given
    # A few who married in have a name with a separator.
    rare = own & (rng.random(len(own)) < 0.002)
    full[rare] = np.where(rng.random(int(rare.sum())) < 0.5, "阿依·古丽", "扎西·卓玛")
    return full


def _people_alike(
    rng: np.random.Generator, skeleton: dict[str, Array], village_of: Array, documents: Documents, day: np.datetime64
) -> People:
    skeleton["birth"] = birth_days(rng, skeleton["born"], day)
    twin_of = likeness.make_twins(rng, skeleton)
    full_names = likeness.full_names(rng, skeleton, village_of, twin_of)
    people = make_people(rng, skeleton, full_names, documents=documents, day=day)
    twins = np.flatnonzero(twin_of >= 0)
    elder = twin_of[twins]
    people.id_number[twins] = documents.issue_next(people.id_number[elder], people.sex[twins] == people.sex[elder])
    return people


def _pin(rng: np.random.Generator, homes: Households, persons: People) -> None:
    """Hold a few households exactly at the lines: that is where a comparator or a rounding would be wrong unnoticed."""
    able = labour_households(homes, persons)
    size = np.bincount(persons.household, minlength=len(homes))
    helped = np.bincount(persons.household[persons.assistance != NO_ASSISTANCE], minlength=len(homes)) > 0
    old = np.bincount(persons.household[persons.pension >= 3], minlength=len(homes)) > 0
    fitting = np.flatnonzero(homes.is_in_scope & ~homes.is_monitored & able & ~helped & ~old & (size >= 2) & (size <= 6))
    on_roster = int(homes.is_on_roster.sum())
    count = min(len(fitting), max(min(9, on_roster // 4), round(on_roster * 0.003)))
    rows = rng.permutation(fitting)[:count]
    if not (amounts := pinned_amounts()):
        return
    homes.pin[rows] = np.arange(count) % len(amounts)
    homes.target[rows] = np.array([amount for amount, _ in amounts])[homes.pin[rows]]
    homes.discipline[rows] = 0
