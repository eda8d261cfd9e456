"""The whole county at a moment of its life: households, people, work, incomes.

What belongs here: its state and what is read from it. What does not: how it begins (``founding``), what a month changes
(``life``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from orchestration.contracts import County as CountyFacts
from orchestration.synthesis import work
from orchestration.synthesis.chance import Array, stream
from orchestration.synthesis.households import Households, Settlement
from orchestration.synthesis.identity_numbers import Documents
from orchestration.synthesis.people import People

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
    villages: list[Settlement]
    households: Households
    people: People
    documents: Documents
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


def busy(county: County) -> Array:
    """Return who has an open spell or post."""
    taken = np.zeros(len(county.people), dtype=bool)
    taken[county.spells.person[county.spells.is_open]] = True
    taken[county.posts.person[county.posts.is_open]] = True
    return taken
