"""Families that hang together: who lives in a household, of which sex, born in which year.

What belongs here: kinds of families and how often they are. What does not: names and everything else that is true of a member
(``founding``, ``traits``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.synthesis.chance import Array, choose
from orchestration.synthesis.people import FEMALE, MALE
from orchestration.synthesis.tables import texts


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


def skeletons(rng: np.random.Generator, households: int, year: int) -> dict[str, Array]:
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
