"""Resident identity numbers as they are issued, valid and none of them twice.

What belongs here: area code, birth date, order number and check character. What does not: numbers that registers get wrong
(``number_errors``, ``defects``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis import likeness, names
from orchestration.synthesis.chance import Array
from orchestration.synthesis.people import MALE, day_numbers
from orchestration.synthesis.tables import texts

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_CHARACTERS = np.array(list("10X98765432"), dtype=object)


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


def with_check_character(bases: Array) -> Array:
    """Return 17-digit numbers with the check character of GB 11643-1999 behind."""
    rest = bases.copy()
    total = np.zeros(len(bases), dtype=np.int64)
    for weight in WEIGHTS[::-1]:
        total += rest % 10 * weight
        rest //= 10
    return texts([str(base) for base in bases.tolist()]) + CHECK_CHARACTERS[total % 11]
