"""Incomes of households month by month, and whether these are below a line.

What belongs here: what is earned, what of it villages enter, households held exactly at a line. What does not: how the rows of
the extract are written (``events``).
"""

from __future__ import annotations

import numpy as np

from orchestration.contracts import PolicyParameter, load_parameters
from orchestration.foundation.months import Month
from orchestration.synthesis.chance import Array
from orchestration.synthesis.county import HISTORY, County, IncomeMonth, busy
from orchestration.synthesis.people import NO_ASSISTANCE
from orchestration.synthesis.tables import NO_MONTH


def dividends_of_month(county: County) -> Array:
    """Return what households get from common assets: once a year, most of it in December, the rest in June."""
    homes = county.households
    calendar = int(county.month.astype(int)) % 12 + 1
    share = {12: 0.55, 6: 0.15}.get(calendar, 0.0)
    rng = county.rng("dividends")
    gets = homes.is_in_scope & (rng.random(len(homes)) < share)
    return np.where(gets, rng.integers(8, 60, len(homes)) * 1000, 0)


def earn(county: County) -> None:
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


def pinned_amounts() -> list[tuple[int, int]]:
    """Return the incomes at which some households are held: every line, a cent below it and a cent above."""
    return [(line, cents) for line in income_lines() for cents in (0, -1, 1)]


def income_lines() -> list[int]:
    """Return every amount that an income line ever has, in yuan per head and year."""
    return sorted({int(value.value) for line in _lines().values() for value in line.values if value.value is not None})


def _lines() -> dict[str, PolicyParameter]:
    return {name: parameter for name, parameter in load_parameters().items() if parameter.is_line}


def update_listing(county: County) -> None:
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
