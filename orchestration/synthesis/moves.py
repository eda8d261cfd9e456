"""Who leaves the households and who comes to them: deaths, marriages, births, moves.

What belongs here: comings and goings of a month, and what they change in a household (head, relationships). What does not:
households that come onto the roster (``monitoring``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis import names
from orchestration.synthesis.chance import Array, choose
from orchestration.synthesis.county import County, first_day
from orchestration.synthesis.people import BELOW_SCHOOL, FEMALE, MALE, NO_ASSISTANCE, age_on, day_numbers, student_status
from orchestration.synthesis.tables import texts
from orchestration.synthesis.traits import give_pensions, make_people


def let_die(county: County, rng: np.random.Generator) -> None:
    """Let some people die, old ones most of all, and make somebody else the head where the head died."""
    persons, homes = county.people, county.households
    age = age_on(persons.birth, county.day)
    risk = np.select([age >= 85, age >= 75, age >= 65, age >= 50], [0.011, 0.0045, 0.0016, 0.0004], 0.00005)
    dead = np.flatnonzero(persons.is_active & np.isnat(persons.died_on) & (rng.random(len(persons)) < risk))
    # The last member does not die: an empty household has no income to speak of and no head.
    dead = dead[county.headcount[persons.household[dead]] > 1]
    dead = dead[np.unique(persons.household[dead], return_index=True)[1]]
    persons.died_on[dead] = first_day(county.month) + rng.integers(0, 28, len(dead))
    _leave(county, dead, "死亡", persons.died_on[dead])
    for household in persons.household[dead[homes.head[persons.household[dead]] == dead]].tolist():
        _promote_head(county, household)


def let_leave(county: County, rng: np.random.Generator) -> None:
    """Let daughters marry out and a few others move away, be lost from sight or go to prison."""
    persons = county.people
    age = age_on(persons.birth, county.day)
    free = persons.is_active & np.isnat(persons.died_on) & (persons.relationship != "户主")
    daughters = np.flatnonzero(
        free & (persons.relationship == "之女") & (age >= 21) & (age <= 32) & (rng.random(len(persons)) < 0.006)
    )
    days = first_day(county.month) + rng.integers(0, 28, len(daughters))
    _leave(county, daughters, "婚出", days)
    others = np.flatnonzero(free & persons.is_active & (age >= 18) & (rng.random(len(persons)) < 0.0002))
    reasons = choose(rng, ("迁出", "失联", "服刑", "分户"), len(others), (6, 1, 1, 2))
    for row, reason in zip(others.tolist(), reasons.tolist(), strict=True):
        _leave(county, np.array([row]), reason, first_day(county.month) + rng.integers(0, 28, 1))


def let_arrive(county: County, rng: np.random.Generator) -> None:
    """Add the newborn and the daughters-in-law of the month."""
    persons = county.people
    age = age_on(persons.birth, county.day)
    here = persons.is_active
    mothers = np.flatnonzero(
        here
        & np.isin(persons.relationship, ("配偶", "之儿媳"))
        & (age >= 21)
        & (age <= 38)
        & (rng.random(len(persons)) < 0.006)
    )
    sons = here & (persons.relationship == "之子") & (age >= 23) & (age <= 34) & (rng.random(len(persons)) < 0.004)
    has_bride = np.bincount(persons.household[here & (persons.relationship == "之儿媳")], minlength=len(county.households)) > 0
    grooms = np.flatnonzero(sons & ~has_bride[persons.household])
    grooms = grooms[np.unique(persons.household[grooms], return_index=True)[1]]
    _arrive(county, rng, mothers, "出生")
    _arrive(county, rng, grooms, "婚入")


def _leave(county: County, rows: Array, reason: str, days: Array) -> None:
    """Take people out of their households, with all that they had."""
    persons = county.people
    persons.left_on[rows] = days
    persons.left_reason[rows] = reason
    helped = rows[(persons.assistance[rows] != NO_ASSISTANCE) & np.isnat(persons.assistance_stopped[rows])]
    persons.assistance_stopped[helped] = persons.left_on[helped]
    persons.assistance_stop_reason[helped] = reason
    for kind in (county.spells, county.posts):
        ending = np.isin(kind.person, rows) & kind.is_open
        kind.ended[ending] = persons.left_on[kind.person[ending]]


AFTER_SPOUSE = {MALE: {"之父": "之岳父", "之母": "之岳母"}, FEMALE: {"之父": "之公公", "之母": "之婆婆"}}
AFTER_SON = {
    "之儿媳": "配偶",
    "之孙子": "之子",
    "之孙女": "之女",
    "之子": "之兄弟姐妹",
    "之女": "之兄弟姐妹",
    "之父": "之祖父",
    "之母": "之祖母",
    "配偶": "之母",
}


def _promote_head(county: County, household: int) -> None:
    """Make somebody else the head: the spouse, else the eldest grown-up son or daughter, else the oldest of all."""
    persons, homes = county.people, county.households
    left = np.flatnonzero((persons.household == household) & persons.is_active)
    by_relation = {relation: left[persons.relationship[left] == relation] for relation in ("配偶", "之子", "之女")}
    if len(by_relation["配偶"]):
        new = int(by_relation["配偶"][0])
        changes = AFTER_SPOUSE[int(persons.sex[new])]
    elif len(by_relation["之子"]) and county.month - persons.birth[by_relation["之子"]].min().astype("datetime64[M]") > 16 * 12:
        new = int(by_relation["之子"][np.argmin(persons.birth[by_relation["之子"]])])
        changes = AFTER_SON
    else:
        new = int(left[np.argmin(persons.birth[left])])
        changes = dict.fromkeys(persons.relationship[left].tolist(), "其他")
    for member in left.tolist():
        persons.relationship[member] = changes.get(persons.relationship[member], persons.relationship[member])
    persons.relationship[new] = "户主"
    homes.head[household] = new


def _arrive(county: County, rng: np.random.Generator, kin: Array, reason: str) -> None:
    """Add one person to the household of each of ``kin``: a child of a mother, a wife of a son."""
    if not len(kin):
        return
    persons = county.people
    is_birth = reason == "出生"
    days = first_day(county.month) + rng.integers(0, 28, len(kin))
    sex = rng.integers(0, 2, len(kin)) if is_birth else np.full(len(kin), FEMALE)
    births = days if is_birth else persons.birth[kin] + rng.integers(-700, 900, len(kin))
    relationship = _relation_of_newcomer(persons.relationship[kin], sex) if is_birth else texts(["之儿媳"] * len(kin))
    last = np.zeros(len(county.households), dtype=np.int64)
    np.maximum.at(last, persons.household, persons.sequence)
    order = np.arange(len(kin)) - np.searchsorted(np.sort(persons.household[kin]), np.sort(persons.household[kin]))
    by_household = np.argsort(persons.household[kin], kind="stable")
    sequence = np.empty(len(kin), dtype=np.int64)
    sequence[by_household] = last[persons.household[kin]][by_household] + order + 1
    years = day_numbers(births) // 10000
    skeleton = {
        "household": persons.household[kin],
        "sequence": sequence,
        "relationship": relationship,
        "sex": sex,
        "born": years,
        "birth": births,
    }
    family = texts([names.surname_of(name) for name in persons.name[county.households.head[persons.household[kin]]]])
    surname = family if is_birth else names.surnames(rng, len(kin))
    full = surname + names.given_names(rng, years, sex, rng.integers(0, 10**6, len(kin)))
    new = make_people(rng, skeleton, full, documents=county.documents, day=county.day)
    new.joined_on, new.join_reason = days, texts([reason] * len(kin))
    if is_birth:
        new.is_chronic[:], new.is_serious[:], new.disability_grade[:], new.disability_class[:] = False, False, 0, 0
    give_pensions(rng, new, county.day)
    persons.append(new)
    county.is_student = student_status(persons, county.day) > BELOW_SCHOOL


def _relation_of_newcomer(mothers: Array, sex: Array) -> Array:
    of_head = mothers == "配偶"
    return np.where(sex == MALE, np.where(of_head, "之子", "之孙子"), np.where(of_head, "之女", "之孙女")).astype(object)
