"""Villages and households of an invented county, and what is true of a household.

What belongs here: the columns of ``Households`` and what is read from them. What does not: how they are drawn (``founding``),
who lives in them (``people``), the help that they get (``assistance``, ``monitoring``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthesis import names
from orchestration.synthesis.chance import Array
from orchestration.synthesis.people import People


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


def labour_households(households: Households, people: People) -> Array:
    """Return whether a household has somebody who can work, now or as a grown-up child."""
    able = people.is_active & (people.labour <= 2)
    return np.bincount(people.household[able], minlength=len(households)) > 0


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
