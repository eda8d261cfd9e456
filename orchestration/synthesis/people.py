"""The people of an invented county: households with families that hang together.

What belongs here: who there is at the start, and what is true of a person at a given day (age, school year, health in words).
What does not: what happens to them month by month (``county``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from orchestration.synthesis import likeness, names
from orchestration.synthesis.chance import Array, choose
from orchestration.synthesis.tables import NO_DAY, NO_MONTH, repeated, texts

MALE, FEMALE = 0, 1
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_CHARACTERS = np.array(list("10X98765432"), dtype=object)

# Position in the code list student_status of the first year at a school, and the years that it takes.
NOT_IN_SCHOOL, BELOW_SCHOOL, KINDERGARTEN, PRIMARY, JUNIOR, HIGH, VOCATIONAL, COLLEGE, UNIVERSITY = -1, 0, 1, 2, 3, 6, 9, 12, 15
LEAVES_EARLY, ONLY_HIGH, TO_UNIVERSITY, ONLY_VOCATIONAL, TO_COLLEGE = range(5)

NOT_INSURED, FULLY_PAID_FOR, PARTLY_PAID_FOR, PAYS_ALONE, EMPLOYEE = range(5)
NO_ASSISTANCE = -1


@dataclass
class People:
    """Everybody of the county, on the roster or not; one position per person in every array."""

    household: Array
    sequence: Array
    sex: Array
    birth: Array
    name: Array
    id_number: Array
    relationship: Array
    track: Array
    is_dropout: Array
    is_taught_at_home: Array
    is_on_leave: Array
    labour: Array
    education: Array
    is_chronic: Array
    is_serious: Array
    disability_class: Array
    disability_grade: Array
    certificate_status: Array
    certified_on: Array
    is_willing: Array
    wants_training: Array
    medical: Array
    pension: Array
    pension_amount: Array
    phone: Array
    assistance: Array
    assistance_since: Array
    assistance_amount: Array
    assistance_stopped: Array
    assistance_stop_reason: Array
    joined_on: Array
    join_reason: Array
    died_on: Array
    left_on: Array
    left_reason: Array

    def __len__(self) -> int:
        return len(self.household)

    def append(self, newcomers: People) -> None:
        """Add people at the end; the positions of the others stay as they are."""
        for column in fields(self):
            setattr(self, column.name, np.concatenate([getattr(self, column.name), getattr(newcomers, column.name)]))

    @property
    def is_active(self) -> Array:
        """Who lives in the household: neither dead nor gone."""
        return np.isnat(self.left_on)


@dataclass
class Households:
    """Households of the county, on the roster or not."""

    number: Array
    is_on_roster: Array
    village: Array
    town: Array
    is_alleviated: Array
    is_marginal: Array
    monitoring: Array
    identified: Array
    cleared: Array
    clearance: Array
    risks: Array
    phone: Array
    helper: Array
    head: Array
    dwelling: Array
    assessed_on: Array
    renovated_on: Array
    renovation_subsidy: Array
    is_water_safe: Array
    target: Array
    shock_until: Array
    discipline: Array
    pin: Array

    def __len__(self) -> int:
        return len(self.number)

    @property
    def is_monitored(self) -> Array:
        """Whether a monitoring category is filled, cleared or not."""
        return self.monitoring >= 0

    @property
    def is_in_scope(self) -> Array:
        """Whether the household is of a population that policy looks after."""
        return self.is_on_roster & (self.is_alleviated | self.is_marginal | self.is_monitored)

    @property
    def is_unsafe(self) -> Array:
        """Whether the dwelling is of grade C or D and was not renovated."""
        return (self.dwelling >= 2) & np.isnat(self.renovated_on)


class Dice:
    """Uniform numbers one at a time, drawn in large lots because families are built one by one."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._lot: Iterator[float] = iter(())

    def roll(self) -> float:
        """Return a number in [0, 1)."""
        value = next(self._lot, None)
        if value is None:
            self._lot = iter(self._rng.random(20_000).tolist())
            value = next(self._lot)
        return value

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))


class Documents:
    """Issues resident identity numbers, none of them twice.

    Args:
        are_alike: order numbers are small and near each other, and old people registered late have the new county code.
    """

    def __init__(self, are_alike: bool = False) -> None:
        self._issued: set[int] = set()
        self._are_alike = are_alike

    def issue(self, rng: np.random.Generator, births: Array, sexes: Array, is_from_elsewhere: Array) -> Array:
        """Return valid numbers: old county code before the county was renumbered, other counties for many who married in."""
        days = day_numbers(births)
        code, code_before, until = names.area_codes()
        is_old = days // 10000 < until
        if self._are_alike:
            is_old &= rng.random(len(births)) >= likeness.REGISTERED_LATE
        areas = np.where(is_old, code_before, code)
        elsewhere = rng.choice(np.array(names.OTHER_COUNTIES), len(births))
        areas = np.where(is_from_elsewhere, elsewhere, areas)
        halves = likeness.order_numbers(rng, len(births)) if self._are_alike else rng.integers(0, 180, len(births))
        orders = halves * 2 + np.where(sexes == MALE, 1, 2)
        bases = (areas * 10**8 + days) * 1000 + orders
        free = [self._next_free(base) for base in bases.tolist()]
        return with_check_character(np.array(free, dtype=np.int64))

    def issue_next(self, numbers: Array, is_same_sex: Array) -> Array:
        """Return valid numbers issued right after others, as for twins."""
        bases = [int(number[:17]) + (2 if same else 1) for number, same in zip(numbers.tolist(), is_same_sex, strict=True)]
        return with_check_character(np.array([self._next_free(base) for base in bases], dtype=np.int64))

    def _next_free(self, base: int) -> int:
        while base in self._issued:
            base += 2
        self._issued.add(base)
        return base


def day_numbers(days: Array) -> Array:
    """Return dates as whole numbers such as 19870423."""
    months = days.astype("datetime64[M]").astype(np.int64)
    day = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    return (months // 12 + 1970) * 10000 + (months % 12 + 1) * 100 + day


def with_check_character(bases: Array) -> Array:
    """Return 17-digit numbers with the check character of GB 11643-1999 behind."""
    rest = bases.copy()
    total = np.zeros(len(bases), dtype=np.int64)
    for weight in WEIGHTS[::-1]:
        total += rest % 10 * weight
        rest //= 10
    return texts([str(base) for base in bases.tolist()]) + CHECK_CHARACTERS[total % 11]


def age_on(births: Array, day: np.datetime64) -> Array:
    """Return ages in full years on a day."""
    return (day_numbers(np.array([day]))[0] - day_numbers(births)) // 10000


def school_day(day: np.datetime64) -> np.datetime64:
    """Return the 31 August on which school age is taken, for the school year to which the day belongs."""
    months = int(day.astype("datetime64[M]").astype(int))
    year = months // 12 + 1970 - (months % 12 < 8)
    return np.datetime64(f"{year}-08-31")


def student_status(people: People, day: np.datetime64) -> Array:
    """Return positions in the code list student_status, -1 for who is not in school."""
    age = age_on(people.birth, school_day(day))
    status = np.full(len(people), NOT_IN_SCHOOL)
    status[age < 3] = BELOW_SCHOOL
    status[(age >= 3) & (age <= 5)] = KINDERGARTEN
    status[(age >= 6) & (age <= 11)] = PRIMARY
    compulsory = (age >= 12) & (age <= 14)
    status[compulsory] = JUNIOR + age[compulsory] - 12
    status[(age == 15) & (people.track == LEAVES_EARLY)] = JUNIOR + 2
    for tracks, first, since, years in (
        ((ONLY_HIGH, TO_UNIVERSITY), HIGH, 15, 3),
        ((ONLY_VOCATIONAL, TO_COLLEGE), VOCATIONAL, 15, 3),
        ((TO_COLLEGE,), COLLEGE, 18, 3),
        ((TO_UNIVERSITY,), UNIVERSITY, 18, 4),
    ):
        rows = np.isin(people.track, tracks) & (age >= since) & (age < since + years)
        status[rows] = first + age[rows] - since
    status[people.is_dropout & (age >= 6)] = NOT_IN_SCHOOL
    return status


def _children(dice: Dice, mother_birth: int, year: int, relations: tuple[str, str]) -> list[tuple[str, int, int]]:
    """Return children born while their mother was 20 to 39, some of them grown up."""
    born = mother_birth + dice.between(20, 28)
    children = []
    for _ in range(dice.between(1, 3)):
        if born > year or born > mother_birth + 39:
            break
        sex = MALE if dice.roll() < 0.52 else FEMALE
        children.append((relations[sex], sex, born))
        born += dice.between(2, 5)
    return children


def _at_home(children: list[tuple[str, int, int]], year: int, dice: Dice) -> list[tuple[str, int, int]]:
    """Return the children without most of the daughters and some of the sons past 27, who have households of their own."""
    return [child for child in children if year - child[2] < 27 or dice.roll() < (0.55 if child[1] == MALE else 0.12)]


def _couple(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    born = year - dice.between(28, 58)
    wife = born + dice.between(-2, 5)
    children = _at_home(_children(dice, wife, year, ("之子", "之女")), year, dice)
    return [("户主", MALE, born), ("配偶", FEMALE, wife), *children]


def _with_parents(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    family = _couple(dice, year)
    mother = family[0][2] - dice.between(20, 30)
    if dice.roll() < 0.55:
        family.append(("之父", MALE, mother - dice.between(0, 5)))
    return [*family, ("之母", FEMALE, mother)]


def _three_generations(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    born = year - dice.between(54, 78)
    wife = born + dice.between(-1, 5)
    son = wife + dice.between(20, 28)
    wife_of_son = son + dice.between(-2, 4)
    grandchildren = _children(dice, wife_of_son, year, ("之孙子", "之孙女"))
    grandchildren = [child for child in grandchildren if year - child[2] < 24]
    family = [("户主", MALE, born)]
    family += [("配偶", FEMALE, wife)] if dice.roll() < 0.75 else []
    family += [("之子", MALE, son)]
    if grandchildren or dice.roll() < 0.5:
        family += [("之儿媳", FEMALE, wife_of_son)] if dice.roll() < 0.9 else []
        family += grandchildren
    return family


def _alone(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    return [("户主", MALE if dice.roll() < 0.6 else FEMALE, year - dice.between(48, 88))]


def _old_couple(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    born = year - dice.between(58, 86)
    return [("户主", MALE, born), ("配偶", FEMALE, born + dice.between(-1, 6))]


def _single_parent(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    born = year - dice.between(29, 52)
    sex = FEMALE if dice.roll() < 0.6 else MALE
    return [("户主", sex, born), *_at_home(_children(dice, born, year, ("之子", "之女")), year, dice)]


def _grandparents(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    born = year - dice.between(60, 76)
    family = [("户主", FEMALE, born)]
    for _ in range(dice.between(1, 2)):
        sex = MALE if dice.roll() < 0.5 else FEMALE
        family.append(("之孙子" if sex == MALE else "之孙女", sex, year - dice.between(4, 16)))
    return family


def _siblings(dice: Dice, year: int) -> list[tuple[str, int, int]]:
    born = year - dice.between(38, 66)
    return [("户主", MALE, born), ("之兄弟姐妹", MALE if dice.roll() < 0.6 else FEMALE, born + dice.between(-6, 6))]


FAMILIES = (
    (_couple, 0.36),
    (_with_parents, 0.26),
    (_three_generations, 0.19),
    (_alone, 0.06),
    (_old_couple, 0.05),
    (_single_parent, 0.05),
    (_grandparents, 0.015),
    (_siblings, 0.015),
)
MARRIED_IN = ("配偶", "之儿媳", "之母", "之父")


def _skeletons(rng: np.random.Generator, households: int, year: int) -> dict[str, Array]:
    """Return household, sequence, relationship, sex and year of birth of everybody."""
    dice = Dice(rng)
    kinds = choose(rng, range(len(FAMILIES)), households, [share for _, share in FAMILIES]).tolist()
    rows: list[tuple[int, int, str, int, int]] = []
    for household, kind in enumerate(kinds):
        family = FAMILIES[kind][0](dice, year)
        rows += [(household, place, *member) for place, member in enumerate(family, start=1)]
    homes, sequence, relationship, sex, born = zip(*rows, strict=True)
    return {
        "household": np.array(homes),
        "sequence": np.array(sequence),
        "relationship": texts(relationship),
        "sex": np.array(sex),
        "born": np.minimum(np.array(born), year),
    }


def _birth_days(rng: np.random.Generator, years: Array, latest: np.datetime64) -> Array:
    first = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return np.minimum(first + rng.integers(0, 365, len(years)), latest - rng.integers(1, 90, len(years)))


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


def make_people(
    rng: np.random.Generator, skeleton: dict[str, Array], full_names: Array, *, documents: Documents, day: np.datetime64
) -> People:
    """Return people with everything that is true of them on a day, before households give them anything."""
    size = len(full_names)
    births = _birth_days(rng, skeleton["born"], day) if "birth" not in skeleton else skeleton["birth"]
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


@dataclass(frozen=True)
class Settlement:
    """A village of the county."""

    town: int
    name: str
    code: str


def make_villages(rng: np.random.Generator, town_codes: list[str], per_town: int = 20) -> list[Settlement]:
    """Return the villages of every town."""
    drawn = iter(names.village_names(rng, per_town * len(town_codes)))
    return [
        Settlement(town, next(drawn), f"{code}{200 + place}")
        for town, code in enumerate(town_codes)
        for place in range(per_town)
    ]


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
    skeleton = _skeletons(rng, count, int(str(start)[:4]))
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
    _give_assistance(rng, households, people, day)
    _monitor(rng, households, people, start)
    return households, people, documents


def _people_alike(
    rng: np.random.Generator, skeleton: dict[str, Array], village_of: Array, documents: Documents, day: np.datetime64
) -> People:
    skeleton["birth"] = _birth_days(rng, skeleton["born"], day)
    twin_of = likeness.make_twins(rng, skeleton)
    full_names = likeness.full_names(rng, skeleton, village_of, twin_of)
    people = make_people(rng, skeleton, full_names, documents=documents, day=day)
    twins = np.flatnonzero(twin_of >= 0)
    elder = twin_of[twins]
    people.id_number[twins] = documents.issue_next(people.id_number[elder], people.sex[twins] == people.sex[elder])
    return people


def give_pensions(rng: np.random.Generator, people: People, day: np.datetime64) -> None:
    """Make pension kinds fit ages: 0 none, 1 and 2 residents and employees who pay, 3 and 4 those who receive."""
    old = age_on(people.birth, day) >= 60
    employee = people.medical == EMPLOYEE
    none = people.pension == 0
    people.pension = np.where(none, 0, np.where(old, np.where(employee, 4, 3), np.where(employee, 2, 1)))
    amounts = np.where(people.pension == 4, rng.integers(1500, 3600, len(people)), rng.integers(190, 260, len(people)))
    people.pension_amount = np.where(people.pension >= 3, amounts * 100, 0)


def _give_assistance(rng: np.random.Generator, households: Households, people: People, day: np.datetime64) -> None:
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


def _monitor(rng: np.random.Generator, households: Households, people: People, start: np.datetime64) -> None:
    """Make some roster households objects of monitoring, more of those with little income; cleared ones stay listed."""
    low = households.target < 13_500
    rows = np.flatnonzero(households.is_on_roster & (rng.random(len(households)) < np.where(low, 0.22, 0.028)))
    start_monitoring(rng, households, people, rows, start - rng.integers(2, 30, len(rows)))
    months = (start - households.identified[rows]).astype(np.int64)
    labour = labour_households(households, people)[rows]
    may_clear = (months >= 8) & labour & (households.target[rows] > 13_000) & ~households.is_unsafe[rows]
    cleared = rows[may_clear & households.is_water_safe[rows] & (rng.random(len(rows)) < 0.75)]
    clear_risk(rng, households, cleared, start - 1)


def labour_households(households: Households, people: People) -> Array:
    """Return whether a household has somebody who can work, now or as a grown-up child."""
    able = people.is_active & (people.labour <= 2)
    return np.bincount(people.household[able], minlength=len(households)) > 0


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


def health(people: People, rows: Array) -> Array:
    """Return health in words, several with a comma; 残疾 for who holds a certificate in force."""
    certified = (people.disability_grade[rows] > 0) & (people.certificate_status[rows] == 0)
    words = np.where(people.is_chronic[rows], ",长期慢性病", "").astype(object)
    words = (
        words
        + np.where(people.is_serious[rows], ",患有大病", "").astype(object)
        + np.where(certified, ",残疾", "").astype(object)
    )
    return texts([word[1:] or "健康" for word in words.tolist()])
