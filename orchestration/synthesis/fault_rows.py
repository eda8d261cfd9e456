"""Which rows of an extract can have a fault: students only, monitored households only, the dead.

What is asked of a row as it stands is read from its columns; what registers cannot know of each other is read from the county.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from orchestration.synthesis import people
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.columns import codes, household_positions
from orchestration.synthesis.county import County, first_day
from orchestration.synthesis.people import NO_ASSISTANCE, age_on, school_day
from orchestration.synthesis.tables import Table, join


@dataclass
class Sheet:
    """An extract while faults are put into it, beside the county that it is about."""

    county: County
    table: Table

    @property
    def columns(self) -> dict[str, Array]:
        """Values by column name."""
        return self.table.columns

    @cached_property
    def household(self) -> Array:
        """Position of the household of each row, -1 for none."""
        if "household_id" in self.columns:
            return household_positions(self.county, self.columns["household_id"])
        if "item_code" in self.columns:
            entities = [code.rpartition("/")[2] for code in self.columns["item_code"].tolist()]
            return household_positions(self.county, np.array(entities, dtype=object))
        return np.where(self.table.person >= 0, self.county.people.household[self.table.person], -1)

    @property
    def is_on_roster(self) -> Array:
        """Whether a row is about a member or household of the roster, as checks look at."""
        homes, persons = self.county.households, self.county.people
        household, person = self.household, self.table.person
        is_here = (person < 0) | persons.is_active[person] | ~np.isnat(persons.died_on[person])
        return (household >= 0) & homes.is_on_roster[household] & is_here

    @property
    def is_held(self) -> Array:
        """Whether a row is about a household that is held at an income line."""
        household = self.household
        return (household >= 0) & (self.county.households.pin[household] >= 0)

    def add(self, more: Table) -> None:
        """Add rows at the end."""
        self._become(join([self.table, more]))

    def drop(self, rows: Array) -> None:
        """Leave rows out."""
        self._become(self.table.take(np.setdiff1d(np.arange(len(self.table)), rows)))

    def _become(self, other: Table) -> None:
        table = self.table
        table.columns, table.person, table.town, table.error = other.columns, other.person, other.town, other.error
        self.__dict__.pop("household", None)  # it was that of other rows


WELL_ABOVE = 18_000  # yuan per head and year
WELL_OFF = 22_000

Among = Callable[[Sheet], Array]
HouseholdTest = Callable[[County], Array]
PersonTest = Callable[[County], Array]


# ---------------------------------------------------------------------------------------------------------------------
# Building blocks


def anybody(sheet: Sheet) -> Array:
    """Every row."""
    return np.ones(len(sheet.table), dtype=bool)


def both(*conditions: Among) -> Among:
    """Rows that every condition holds for."""
    return lambda sheet: np.logical_and.reduce([condition(sheet) for condition in conditions])


def holds(column: str, *values: object) -> Among:
    """Rows with one of these values."""
    return lambda sheet: np.isin(sheet.columns[column], np.array(values, dtype=sheet.columns[column].dtype))


def without(column: str, *values: object) -> Among:
    """Rows with none of these values."""
    return lambda sheet: ~holds(column, *values)(sheet)


def contains(column: str, text: str) -> Among:
    """Rows with a text somewhere in a column."""
    return lambda sheet: np.array([text in value for value in sheet.columns[column].tolist()], dtype=bool)


def filled_day(column: str, is_filled: bool = True) -> Among:
    """Rows with (or without) a date or month."""
    return lambda sheet: np.isnat(sheet.columns[column]) != is_filled


def above(column: str, amount: int) -> Among:
    """Rows with a number above this one; blanks are not."""
    return lambda sheet: sheet.columns[column] > amount


def of_households(test: HouseholdTest) -> Among:
    """Rows about a household that the test holds for."""
    return lambda sheet: (sheet.household >= 0) & test(sheet.county)[sheet.household]


def of_people(test: PersonTest) -> Among:
    """Rows about a person whom the test holds for."""
    return lambda sheet: (sheet.table.person >= 0) & test(sheet.county)[sheet.table.person]


def aged(low: int, high: int) -> Among:
    """Rows about a person of this age in full years, both included."""

    def test(county: County) -> Array:
        age = age_on(county.people.birth, county.day)
        return (age >= low) & (age <= high)

    return of_people(test)


def of_school_age(low: int, high: int) -> Among:
    """Rows about a person of this age on the last day before the school year, both included."""

    def test(county: County) -> Array:
        age = age_on(county.people.birth, school_day(county.day))
        return (age >= low) & (age <= high)

    return of_people(test)


# ---------------------------------------------------------------------------------------------------------------------
# Members of the roster

present = holds("member_status", "正常")
heads = both(present, holds("relationship", "户主"))
spouses = both(present, holds("relationship", "配偶"))
at_school = both(present, without("student_status", "", "学龄前儿童", "学前教育"))


def beside_a_spouse(sheet: Sheet) -> Array:
    """Members other than head and spouse of households with a spouse."""
    ids = sheet.columns["household_id"].astype(str)
    others = present(sheet) & without("relationship", "户主", "配偶")(sheet)
    return others & np.isin(ids, ids[spouses(sheet)])


def of_the_heads_generation(sheet: Sheet) -> Array:
    """Members born within fourteen years of their head: neither child nor parent can be."""
    persons, homes = sheet.county.people, sheet.county.households
    head = homes.head[sheet.household]
    years = persons.birth.astype("datetime64[Y]").astype(int)
    near = np.abs(years[sheet.table.person] - years[head]) < 15
    return present(sheet) & (sheet.table.person != head) & near


def dead(sheet: Sheet) -> Array:
    """Those who left because of death, but for heads: somebody else is head by now."""
    return holds("change_reason", "死亡")(sheet) & without("relationship", "户主")(sheet)


def too_young_if_begun_earlier(days: int) -> Among:
    """Spells that would begin before the sixteenth birthday if they began so many days earlier."""

    def test(sheet: Sheet) -> Array:
        age = (sheet.columns["started_on"] - sheet.county.people.birth[sheet.table.person]).astype(int)
        return age - days < 16 * 365

    return test


# ---------------------------------------------------------------------------------------------------------------------
# What is true of people


def member(county: County) -> Array:
    """Who is an active member of a household of the roster."""
    return county.people.is_active & county.households.is_on_roster[county.people.household]


def dead_member(county: County) -> Array:
    """Who died as a member of a household of the roster."""
    return ~np.isnat(county.people.died_on) & county.households.is_on_roster[county.people.household]


def member_of_seventy(county: County) -> Array:
    """Members too old for a public post."""
    return member(county) & (age_on(county.people.birth, county.day) >= 70)


def uninsured(county: County) -> Array:
    """Members without insurance against illness."""
    return member(county) & (county.people.medical == people.NOT_INSURED)


def schooled(county: County) -> Array:
    """Members at primary school or above."""
    return member(county) & (people.student_status(county.people, county.day) >= people.PRIMARY)


def grown_student(county: County) -> Array:
    """Members at school who were old enough to work a year ago."""
    return member(county) & county.is_student & (age_on(county.people.birth, county.day) >= 17)


def on_assistance(county: County) -> Array:
    """Members on social assistance that is paid."""
    persons = county.people
    is_on = (persons.assistance != NO_ASSISTANCE) & np.isnat(persons.assistance_stopped)
    return member(county) & is_on & (persons.assistance_amount > 0)


def on_dibao(county: County) -> Array:
    """Members on 低保."""
    return on_assistance(county) & (county.people.assistance <= 1)


def at_work_lately(county: County) -> Array:
    """Members with a spell of employment or a public post in the last twelve months."""
    since = first_day(county.month - 11)
    found = np.zeros(len(county.people), dtype=bool)
    for kind in (county.spells, county.posts):
        found[kind.person[kind.is_open | (kind.ended >= since)]] = True
    return member(county) & found


def at_work(county: County) -> Array:
    """Members with a spell of employment that goes on."""
    return member(county) & _has_spell(county, county.spells.is_open)


def at_work_all_month(county: County) -> Array:
    """Members whose spell went on during all of the month."""
    return member(county) & _has_spell(county, county.spells.is_open & (county.spells.started < first_day(county.month)))


def at_work_elsewhere(county: County) -> Array:
    """Members at work outside the county."""
    return member(county) & _has_spell(county, county.spells.is_open & (county.spells.place != 0))


def _has_spell(county: County, spells: Array) -> Array:
    found = np.zeros(len(county.people), dtype=bool)
    found[county.spells.person[spells]] = True
    return found


def certified(county: County) -> Array:
    """Members with a certificate of disability in force."""
    return member(county) & (county.people.disability_grade > 0) & (county.people.certificate_status == 0)


def severely_disabled(county: County) -> Array:
    """Members with a certificate of grade one or two."""
    return certified(county) & (county.people.disability_grade <= 2)


def lightly_disabled(county: County) -> Array:
    """Members with a certificate of grade three or four."""
    return certified(county) & (county.people.disability_grade >= 3)


def without_certificate(county: County) -> Array:
    """Members without any certificate of disability."""
    return member(county) & (county.people.disability_grade == 0)


def ill(county: County) -> Array:
    """Members with a chronic or serious illness."""
    return member(county) & (county.people.is_chronic | county.people.is_serious)


# ---------------------------------------------------------------------------------------------------------------------
# What is true of households


def has(test: PersonTest) -> HouseholdTest:
    """Households with a person whom the test holds for."""
    return lambda county: np.bincount(county.people.household[test(county)], minlength=len(county.households)) > 0


def has_no(test: PersonTest) -> HouseholdTest:
    """Households with nobody whom the test holds for."""
    return lambda county: ~has(test)(county)


def in_scope(county: County) -> Array:
    """Households of a population that policy looks after."""
    return county.households.is_in_scope


def monitored(county: County) -> Array:
    """Households with a monitoring category, cleared or not."""
    return county.households.is_monitored


def active(county: County) -> Array:
    """Households under monitoring whose risk is not cleared."""
    return county.households.is_monitored & np.isnat(county.households.cleared)


def cleared(county: County) -> Array:
    """Households whose risk is cleared."""
    return county.households.is_monitored & ~np.isnat(county.households.cleared)


def unmonitored(county: County) -> Array:
    """Households in scope that are not under monitoring."""
    return county.households.is_in_scope & ~county.households.is_monitored


def well_off(county: County) -> Array:
    """Households of good order, not under monitoring, that nobody would identify."""
    return kept_in_order(county) & ~county.households.is_monitored & (county.households.target > WELL_OFF)


def cleared_too_early(county: County) -> Array:
    """Households whose risk somebody clears while a child is out of school and nobody is insured."""
    return few(lambda county: well_above(county) & has(pupil)(county), "cleared too early", 0.001)(county)


def ill_without_bills(county: County) -> Array:
    """Households registered for an illness that has cost nothing."""
    return few(well_above, "ill without bills", 0.001)(county)


def well_above(county: County) -> Array:
    """Households of good order that are not under monitoring."""
    return kept_in_order(county) & ~county.households.is_monitored & (county.households.pin < 0)


def pupil(county: County) -> Array:
    """Members who must go to school."""
    school_age = age_on(county.people.birth, school_day(county.day))
    return member(county) & (school_age >= 7) & (school_age <= 13)


def few(test: HouseholdTest, label: str, share: float) -> HouseholdTest:
    """A share of the households that a test holds for, one at least: the same in every extract, for faults of several."""

    def chosen(county: County) -> Array:
        able = np.flatnonzero(test(county))
        number = uniform(county.seed, label, able)
        found = np.zeros(len(county.households), dtype=bool)
        found[able[(number < share) | (number == number.min(initial=1.0))]] = True
        return found

    return chosen


def below_a_line(county: County) -> Array:
    """Households below an income line, as the next run finds them."""
    return ~np.isnat(county.listed_since)


def still_below_unmonitored(county: County) -> Array:
    """Households not under monitoring that two runs in a row find below a line."""
    return below_a_line(county) & ~np.isnat(county.listed_before) & ~active(county)


def active_above_lines(county: County) -> Array:
    """Households under monitoring and above the lines: those below may be cleared by mistake (C21)."""
    return active(county) & ~below_a_line(county)


def unstable_in_work(county: County) -> Array:
    """Households with the risk 因务工就业不稳."""
    return (county.households.risks == codes("risk").tolist().index("因务工就业不稳")).any(axis=1)


def kept_in_order(county: County) -> Array:
    """Households in scope and well above the lines whose every month is entered: one wrong entry puts them on no list."""
    homes = county.households
    return homes.is_in_scope & (homes.discipline == 0) & (homes.target > WELL_ABOVE)
