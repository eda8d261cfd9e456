"""People who are hard to tell apart: clans, generation characters, twins, namesakes next door.

What belongs here: whom a register may take for whom. What does not: what registers then get wrong (``identity_errors``).
Counties with identity errors of a scenario are peopled so; others are not, so that their deliveries stay what they were.
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis import names
from orchestration.synthesis.chance import Array, choose

TWIN_BIRTHS, TWINS_OF_ONE_SEX, TWINS_NAMED_ALIKE = 0.012, 0.65, 0.7
CLAN_SHARE, CLAN_WEIGHTS = 0.75, (0.6, 0.25, 0.15)
BROTHERS_SHARE, CLAN_CHARACTER_SHARE, ONE_CHARACTER_SHARE = 0.5, 0.25, 0.14
NAMESAKES = 0.05  # of pairs of neighbours of one surname, sex and age
REGISTERED_LATE = 0.25  # share of those born before the county was renumbered who have the new county code
CHILDREN = ("之子", "之女", "之孙子", "之孙女")
SONS = ("之子", "之孙子")


def make_twins(rng: np.random.Generator, skeleton: dict[str, Array]) -> Array:
    """Make some siblings twins, in place (``birth``, ``born``, often ``sex``); return the elder twin of each person or -1."""
    relationship, household = skeleton["relationship"], skeleton["household"]
    is_child = np.isin(relationship, CHILDREN)
    is_grandchild = np.char.startswith(relationship.astype(str), "之孙")
    second = np.flatnonzero(is_child[1:] & is_child[:-1] & (household[1:] == household[:-1])) + 1
    second = second[is_grandchild[second] == is_grandchild[second - 1]]
    if not len(second):
        return np.full(len(household), -1)
    wanted = TWIN_BIRTHS * is_child.sum() / len(second)
    second = second[rng.random(len(second)) < wanted]
    second = second[~np.isin(second - 1, second)]
    twin_of = np.full(len(household), -1)
    twin_of[second] = second - 1
    skeleton["birth"][second], skeleton["born"][second] = skeleton["birth"][second - 1], skeleton["born"][second - 1]
    alike = second[rng.random(len(second)) < TWINS_OF_ONE_SEX]
    skeleton["sex"][alike], relationship[alike] = skeleton["sex"][alike - 1], relationship[alike - 1]
    return twin_of


def full_names(rng: np.random.Generator, skeleton: dict[str, Array], village_of: Array, twin_of: Array) -> Array:
    """Return names: villages of few clans, brothers and cousins of one generation character, twins and namesakes."""
    households, size = len(village_of), len(skeleton["household"])
    clans = names.surnames(rng, (int(village_of.max()) + 1) * len(CLAN_WEIGHTS)).reshape(-1, len(CLAN_WEIGHTS))
    clan = clans[village_of, choose(rng, range(len(CLAN_WEIGHTS)), households, CLAN_WEIGHTS)]
    family = np.where(rng.random(households) < CLAN_SHARE, clan, names.surnames(rng, households))
    relationship = skeleton["relationship"]
    is_of_elsewhere = np.isin(relationship, ("配偶", "之儿媳", "之母", "其他"))
    surname = np.where(is_of_elsewhere, names.surnames(rng, size), family[skeleton["household"]])
    village = village_of[skeleton["household"]]
    given = _given_names(rng, skeleton, surname, village)
    _name_twins(rng, given, skeleton, twin_of)
    full = surname + given
    _make_namesakes(rng, full, surname, village, skeleton)
    rare = is_of_elsewhere & (rng.random(size) < 0.002)
    full[rare] = np.where(rng.random(int(rare.sum())) < 0.5, "阿依·古丽", "扎西·卓玛")
    return full


def _given_names(rng: np.random.Generator, skeleton: dict[str, Array], surname: Array, village: Array) -> Array:
    given = np.full(len(surname), "", dtype=object)
    born, sex, household = skeleton["born"], skeleton["sex"], skeleton["household"]
    _, clan = np.unique(
        [f"{one}{place}" for one, place in zip(surname.tolist(), village.tolist(), strict=True)], return_inverse=True
    )
    since = 0
    for until, *by_sex in names.GIVEN_NAMES:
        for which, (first, second) in enumerate(by_sex):
            rows = np.flatnonzero((born >= since) & (born < until) & (sex == which))
            draw = rng.random(len(rows))
            of_brothers = np.isin(skeleton["relationship"][rows], SONS) & (draw < BROTHERS_SHARE)
            of_clan = ~of_brothers & (draw < BROTHERS_SHARE + CLAN_CHARACTER_SHARE)
            shared = np.where(of_brothers, household[rows] * 7919 + 3, clan[rows] * 104_729 + until)
            place = np.where(of_brothers | of_clan, shared % len(first), rng.integers(0, len(first), len(rows)))
            last = choose(rng, list(second), len(rows))
            both = np.array(list(first), dtype=object)[place] + last
            given[rows] = np.where(rng.random(len(rows)) < ONE_CHARACTER_SHARE, last, both)
        since = until
    return given


def _name_twins(rng: np.random.Generator, given: Array, skeleton: dict[str, Array], twin_of: Array) -> None:
    """Let twins share the first character and differ in the last."""
    for row in np.flatnonzero(twin_of >= 0).tolist():
        elder = given[twin_of[row]]
        second = next(by_sex[skeleton["sex"][row]][1] for until, *by_sex in names.GIVEN_NAMES if skeleton["born"][row] < until)
        if len(elder) == 2 and rng.random() < TWINS_NAMED_ALIKE:
            given[row] = elder[0] + second[int(rng.integers(0, len(second)))]
        if given[row] == elder:
            given[row] = elder[0] + next(character for character in second if character != elder[-1])


def _make_namesakes(rng: np.random.Generator, full: Array, surname: Array, village: Array, skeleton: dict[str, Array]) -> None:
    """Give some people the whole name of a neighbour of their surname, sex and age."""
    born, sex, household = skeleton["born"], skeleton["sex"], skeleton["household"]
    _, family = np.unique(surname.astype(str), return_inverse=True)
    order = np.lexsort((born, sex, family, village))
    one, other = order[:-1], order[1:]
    is_near = (village[one] == village[other]) & (family[one] == family[other]) & (sex[one] == sex[other])
    is_near &= (np.abs(born[one] - born[other]) <= 3) & (household[one] != household[other])
    chosen = np.flatnonzero(is_near & (rng.random(len(one)) < NAMESAKES))
    full[other[chosen]] = full[one[chosen]]


def order_numbers(rng: np.random.Generator, size: int) -> Array:
    """Return small order numbers within a birth date, as registers issue them, halved."""
    return np.minimum(rng.geometric(0.12, size) - 1, 400)
