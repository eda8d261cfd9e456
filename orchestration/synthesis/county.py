"""What happens in the county month by month: births, deaths, marriages, work, assistance, monitoring, incomes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from orchestration.contracts import County as CountyFacts
from orchestration.contracts import PolicyParameter, load_county, load_parameters
from orchestration.foundation.months import Month
from orchestration.synthesis import names, work
from orchestration.synthesis import people as population
from orchestration.synthesis.chance import Array, choose, stream
from orchestration.synthesis.people import FEMALE, MALE, NO_ASSISTANCE, People, age_on
from orchestration.synthesis.tables import NO_DAY, NO_MONTH, texts

HISTORY = 12  # months whose flows the first delivery brings


def first_day(month: np.datetime64) -> np.datetime64:
    """Return the first day of a month."""
    return month.astype("datetime64[D]")


def last_day(month: np.datetime64) -> np.datetime64:
    """Return the last day of a month."""
    return (month + 1).astype("datetime64[D]") - 1


@dataclass
class IncomeMonth:
    """Incomes of one month: one array per component, in cents, by household."""

    month: np.datetime64
    wage: Array
    post_wage: Array
    business: Array
    expense: Array
    assets: Array
    dividend: Array
    rent: Array
    transfer: Array
    dibao: Array
    tekun: Array
    pension: Array
    other: Array

    @property
    def net(self) -> Array:
        """Net income of the month."""
        return self.wage + self.business - self.expense + self.assets + self.transfer


@dataclass
class County:
    """The whole county and its way through the months.

    Attributes:
        seed: every random stream starts from it.
        first: month of the first delivery; history before it is lived through without deliveries.
        month: the month just lived.
        errors: scenario of identity errors (``identity_errors.SCENARIOS``), "" for the usual slips.
        dividends: what each household got from common assets in the month, in cents.
        incomes: the last twelve months.
        entered: whether the household's incomes of each of these months are known to the register.
        listed_since: month since which a household is below a line without a break, as the next run finds it.
        listed_before: the same as the run of the month just lived found it.
    """

    seed: int
    first: np.datetime64
    is_clean: bool
    facts: CountyFacts
    villages: list[population.Settlement]
    households: population.Households
    people: People
    documents: population.Documents
    spells: work.Spells
    posts: work.Posts
    loans: work.Loans
    month: np.datetime64
    is_student: Array
    dividends: Array
    errors: str = ""
    incomes: list[IncomeMonth] = field(default_factory=list)
    entered: list[Array] = field(default_factory=list)
    listed_since: Array = field(default_factory=lambda: np.empty(0))
    listed_before: Array = field(default_factory=lambda: np.empty(0))

    @property
    def day(self) -> np.datetime64:
        """The last day lived, the cut-off of the next delivery."""
        return last_day(self.month)

    def rng(self, label: str) -> np.random.Generator:
        """Return the random stream of a purpose in the current month."""
        return stream(self.seed, label, self.month)

    @property
    def headcount(self) -> Array:
        """Active members of every household."""
        return np.bincount(self.people.household[self.people.is_active], minlength=len(self.households))

    def live(self) -> None:
        """Live through the next month."""
        self.month = self.month + 1
        self.is_student = population.student_status(self.people, self.day) > population.BELOW_SCHOOL
        rng = self.rng("life")
        _deaths(self, rng)
        _departures(self, rng)
        _newcomers(self, rng)
        _give_up_work(self, rng)
        _take_up_work(self, rng)
        _assistance(self, rng)
        _monitoring(self, rng)
        self.dividends = _dividends(self)
        _earn(self)
        _update_listing(self)


def found(households: int, others: int, first: np.datetime64, seed: int, is_clean: bool, *, errors: str = "") -> County:
    """Return a county as it is when the twelve months before the first delivery begin.

    With a scenario of identity ``errors`` its people are also hard to tell apart; they are the same in every scenario.
    """
    facts = load_county()
    start = first - HISTORY
    rng = stream(seed, "founding")
    villages = population.make_villages(rng, [town.code for town in facts.towns])
    homes, persons, documents = population.settle(rng, households, others, villages, start, are_alike=bool(errors))
    day = first_day(start) - 1
    student = population.student_status(persons, day) > population.BELOW_SCHOOL
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


def pinned_amounts() -> list[tuple[int, int]]:
    """Return the incomes at which some households are held: every line, a cent below it and a cent above."""
    return [(line, cents) for line in income_lines() for cents in (0, -1, 1)]


def _pin(rng: np.random.Generator, homes: population.Households, persons: People) -> None:
    """Hold a few households exactly at the lines: that is where a comparator or a rounding would be wrong unnoticed."""
    able = population.labour_households(homes, persons)
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


def _deaths(county: County, rng: np.random.Generator) -> None:
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


def _departures(county: County, rng: np.random.Generator) -> None:
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


def _newcomers(county: County, rng: np.random.Generator) -> None:
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
    years = population.day_numbers(births) // 10000
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
    new = population.make_people(rng, skeleton, full, documents=county.documents, day=county.day)
    new.joined_on, new.join_reason = days, texts([reason] * len(kin))
    if is_birth:
        new.is_chronic[:], new.is_serious[:], new.disability_grade[:], new.disability_class[:] = False, False, 0, 0
    population.give_pensions(rng, new, county.day)
    persons.append(new)
    county.is_student = population.student_status(persons, county.day) > population.BELOW_SCHOOL


def _relation_of_newcomer(mothers: Array, sex: Array) -> Array:
    of_head = mothers == "配偶"
    return np.where(sex == MALE, np.where(of_head, "之子", "之孙子"), np.where(of_head, "之女", "之孙女")).astype(object)


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


def busy(county: County) -> Array:
    """Return who has an open spell or post."""
    taken = np.zeros(len(county.people), dtype=bool)
    taken[county.spells.person[county.spells.is_open]] = True
    taken[county.posts.person[county.posts.is_open]] = True
    return taken


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


def _assistance(county: County, rng: np.random.Generator) -> None:
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
    population.start_assistance(
        rng,
        persons,
        rows,
        np.zeros(len(rows), dtype=np.int64),
        np.full(len(rows), first_day(county.month), dtype="datetime64[D]"),
    )


def _monitoring(county: County, rng: np.random.Generator) -> None:
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
    population.start_monitoring(rng, homes, persons, rows, np.full(len(rows), county.month))
    able = population.labour_households(homes, persons) & ~homes.is_unsafe & homes.is_water_safe & (homes.target > 13_000)
    active = homes.is_monitored & np.isnat(homes.cleared) & (county.month - homes.identified >= np.timedelta64(8, "M"))
    population.clear_risk(rng, homes, rows := np.flatnonzero(active & able & (rng.random(len(homes)) < 0.04)), county.month)
    homes.cleared[rows] = county.month
    shocked = np.flatnonzero((homes.pin < 0) & (rng.random(len(homes)) < 0.004))
    homes.shock_until[shocked] = county.month + rng.integers(3, 9, len(shocked))


def _dividends(county: County) -> Array:
    """Return what households get from common assets: once a year, most of it in December, the rest in June."""
    homes = county.households
    calendar = int(county.month.astype(int)) % 12 + 1
    share = {12: 0.55, 6: 0.15}.get(calendar, 0.0)
    rng = county.rng("dividends")
    gets = homes.is_in_scope & (rng.random(len(homes)) < share)
    return np.where(gets, rng.integers(8, 60, len(homes)) * 1000, 0)


def _earn(county: County) -> None:
    """Work out every household's incomes of the month from the amount that it is to live on."""
    homes, persons = county.households, county.people
    rng = county.rng("income")
    count = len(homes)

    def sums(weights: Array, rows: Array) -> Array:
        total = np.bincount(persons.household[rows], weights=weights[rows].astype(float), minlength=count)
        return np.rint(total).astype(np.int64)

    here = persons.is_active
    on = here & (persons.assistance != NO_ASSISTANCE) & np.isnat(persons.assistance_stopped)
    dibao = sums(persons.assistance_amount, on & (persons.assistance <= 1))
    tekun = sums(persons.assistance_amount, on & (persons.assistance >= 2) & (persons.assistance <= 3))
    children = sums(persons.assistance_amount, on & (persons.assistance >= 4))
    pension = sums(persons.pension_amount, here & (persons.pension >= 3))
    works = np.bincount(persons.household[busy(county) & here], minlength=count) > 0
    headcount = county.headcount
    shocked = homes.shock_until >= county.month
    aim = homes.target * headcount / 12 * np.exp(rng.normal(0, 0.12, count)) * np.where(shocked, 0.4, 1.0) * 100
    held = homes.pin >= 0
    aim[held] = (homes.target * headcount / 12 * 100)[held] * rng.uniform(0.97, 1.03, int(held.sum()))
    other = children + rng.integers(0, 6, count) * 1000 * headcount
    rest = np.maximum(np.rint(aim).astype(np.int64) - dibao - tekun - pension - other, 0)
    rent = np.where(rng.random(count) < 0.3, rng.integers(2, 15, count) * 1000, 0)
    post_wage = np.bincount(
        persons.household[county.posts.person[county.posts.is_open]],
        weights=county.posts.pay[county.posts.is_open],
        minlength=count,
    )
    wage_share = np.where(works, rng.uniform(0.7, 0.95, count), 0.0)
    wage = np.maximum((rest * wage_share).astype(np.int64) // 100 * 100, np.where(works, 30_000, 0))
    wage = np.maximum(wage, post_wage.astype(np.int64))
    profit = np.maximum(rest - wage, 0)
    expense = (profit * rng.uniform(0.1, 0.6, count)).astype(np.int64)
    business = profit + expense
    income = IncomeMonth(
        county.month,
        wage,
        post_wage.astype(np.int64),
        business,
        expense,
        rent + county.dividends,
        county.dividends,
        rent,
        dibao + tekun + pension + other,
        dibao,
        tekun,
        pension,
        other,
    )
    _hold_at_line(county, income)
    county.incomes = [*county.incomes[-11:], income]
    county.entered = [*county.entered[-11:], _entered(county)]


def _hold_at_line(county: County, income: IncomeMonth) -> None:
    """Set the wage of pinned households so that twelve months make exactly the amount at which they are held."""
    homes = county.households
    rows = np.flatnonzero((homes.pin >= 0) & homes.is_on_roster)
    before = county.incomes[-11:]
    if len(before) < 11 or not len(rows):
        return
    amounts = pinned_amounts()
    line = np.array([amount for amount, _ in amounts])[homes.pin[rows]]
    cents = np.array([cents for _, cents in amounts])[homes.pin[rows]]
    total = line * 100 * county.headcount[rows] + cents
    missing = total - sum((month.net[rows] for month in before), np.zeros(len(rows), dtype=np.int64)) - income.net[rows]
    wage = income.wage[rows] + missing
    income.wage[rows] = np.where(wage >= income.post_wage[rows], wage, income.wage[rows])


def _entered(county: County) -> Array:
    """Return whose incomes of the month a village enters: nearly everybody's, some with gaps, a few hardly ever."""
    skips = np.array([0.0, 0.08, 0.35, 0.8])[county.households.discipline]
    return county.rng("entry").random(len(county.households)) >= skips


def _lines() -> dict[str, PolicyParameter]:
    return {name: parameter for name, parameter in load_parameters().items() if parameter.is_line}


def income_lines() -> list[int]:
    """Return every amount that an income line ever has, in yuan per head and year."""
    return sorted({int(value.value) for line in _lines().values() for value in line.values if value.value is not None})


def _update_listing(county: County) -> None:
    """Keep since when a household is below a line, as the next run would find it; answers of towns refer to that month."""
    homes, run = county.households, county.month + 1
    below = np.zeros(len(homes), dtype=bool)
    if len(county.incomes) == HISTORY:
        complete = homes.is_on_roster & np.all(county.entered, axis=0) & (county.headcount > 0)
        total = sum((month.net for month in county.incomes), np.zeros(len(homes), dtype=np.int64))
        for parameter in _lines().values():
            value = parameter.in_force(Month(str(run)))
            if value is not None and value.value is not None:
                bar = int(float(value.value) * 100) * county.headcount
                below |= complete & homes.is_in_scope & (total <= bar if parameter.comparator == "<=" else total < bar)
    county.listed_before = county.listed_since
    county.listed_since = np.where(below, np.where(np.isnat(county.listed_since), run, county.listed_since), NO_MONTH)
