"""What goes wrong in registers: slips in numbers and names. Facts that contradict each other are in ``faults``.

Whose row has which slip depends on the seed, the register and the person alone, so that it stays for months, as in real
registers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from orchestration.contracts import ExtractContract
from orchestration.synthesis import names
from orchestration.synthesis.chance import uniform
from orchestration.synthesis.county import County
from orchestration.synthesis.tables import Table

# Share of rows with each slip in departments' registers; together with those that fit nobody 5 to 8 %.
DEPARTMENT_SLIPS = {
    "one_digit": 0.020, "transposition": 0.009, "fifteen_digits": 0.012, "certificate_number": 0.05, "lost_digits": 0.003,
    "number_of_head": 0.004, "homophone": 0.013, "other_name": 0.001, "blank_number": 0.001,
}  # fmt: skip
ROSTER_SLIPS = {
    "one_digit": 0.007, "transposition": 0.003, "fifteen_digits": 0.004, "certificate_number": 0.04, "lost_digits": 0.001,
    "homophone": 0.004, "other_name": 0.0005, "blank_number": 0.006,
}  # fmt: skip
# Ways of writing that are no slip: what is written is right.
FORMATS = {"lower_case_x": 0.25, "full_width": 0.004, "apostrophe": 0.006, "spaced_number": 0.004, "spaced_name": 0.006}

NAME_SLIPS = ("homophone", "other_name")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
SOUNDS = {character: group.replace(character, "") for group in names.SAME_SOUND.split() for character in group}


@dataclass(frozen=True)
class Bearer:
    """Whom a row is about, as far as slips need it."""

    name: str
    number: str
    certificate: str
    number_of_head: str


def add_slips(county: County, table: Table, contract: ExtractContract) -> None:
    """Put slips into the documents and names of an extract, in place, and note their class in ``table.error``."""
    subject = contract.subject
    if subject is None or not len(table):
        return
    is_roster = contract.department == county.facts.departments[0].code
    document = contract.column(subject.documents[0])
    slips = dict(ROSTER_SLIPS if is_roster else DEPARTMENT_SLIPS)
    if document.required:
        slips["blank_number"] = 0.0003  # such a row is rejected
    _write_slips(county, table, contract, slips)
    _write_formats(county, table, subject.name, document.name, contract.extract)


def _write_slips(county: County, table: Table, contract: ExtractContract, slips: dict[str, float]) -> None:
    subject = contract.subject
    assert subject is not None  # noqa: S101  checked by the only caller
    document = subject.documents[0]
    draw = uniform(county.seed, f"slip {contract.extract}", table.person)
    where = uniform(county.seed, f"place {contract.extract}", table.person)
    limits = np.cumsum(list(slips.values()))
    kinds = np.searchsorted(limits, draw, side="right")
    is_sound = (table.person >= 0) & (table.error == "")  # a number that a fault has spoilt can have no slip besides
    for row in np.flatnonzero((draw < limits[-1]) & is_sound).tolist():
        slip = list(slips)[kinds[row]]
        bearer = _bearer(
            county, int(table.person[row]), str(table.columns[subject.name][row]), str(table.columns[document][row])
        )
        column = subject.name if slip in NAME_SLIPS else document
        spoilt = SLIPS[slip](bearer, float(where[row]))
        if spoilt is not None and spoilt != table.columns[column][row]:
            table.columns[column][row] = spoilt
            table.error[row] = slip


def _bearer(county: County, person: int, name: str, number: str) -> Bearer:
    persons = county.people
    grade = int(persons.disability_grade[person])
    head = int(county.households.head[persons.household[person]])
    certificate = f"{number}{persons.disability_class[person]}{grade}" if grade and len(number) == 18 else ""
    return Bearer(name, number, certificate, persons.id_number[head])


def _one_digit(bearer: Bearer, where: float) -> str | None:
    place = 6 + int(where * 11)
    other = str((int(bearer.number[place]) + 1 + int(where * 1000) % 9) % 10)
    return bearer.number[:place] + other + bearer.number[place + 1 :]


def _transposition(bearer: Bearer, where: float) -> str | None:
    number = bearer.number
    places = [place for place in range(6, 16) if number[place] != number[place + 1]]
    place = places[int(where * len(places))]
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _fifteen_digits(bearer: Bearer, where: float) -> str | None:
    return bearer.number[:6] + bearer.number[8:17] if bearer.number[6:8] == "19" else None


def _lost_digits(bearer: Bearer, where: float) -> str | None:
    return f"{int(bearer.number[:17] + '0'):.14E}" if bearer.number[:17].isdigit() else None


def _homophone(bearer: Bearer, where: float) -> str | None:
    places = [place for place, character in enumerate(bearer.name) if SOUNDS.get(character)]
    if not places:
        return None
    place = places[int(where * len(places))]
    others = SOUNDS[bearer.name[place]]
    return bearer.name[:place] + others[int(where * 1000) % len(others)] + bearer.name[place + 1 :]


def _other_name(bearer: Bearer, where: float) -> str | None:
    return bearer.name[0] + ("亚" if where < 0.5 else "阿") + bearer.name[-1]


SLIPS: dict[str, Callable[[Bearer, float], str | None]] = {
    "one_digit": _one_digit,
    "transposition": _transposition,
    "fifteen_digits": _fifteen_digits,
    "certificate_number": lambda bearer, where: bearer.certificate or None,
    "lost_digits": _lost_digits,
    "number_of_head": lambda bearer, where: bearer.number_of_head,
    "homophone": _homophone,
    "other_name": _other_name,
    "blank_number": lambda bearer, where: "",
}


def _write_formats(county: County, table: Table, name: str, document: str, extract: str) -> None:
    numbers, persons = table.columns[document], table.columns[name]
    for kind, share in FORMATS.items():
        column = persons if kind == "spaced_name" else numbers
        for row in np.flatnonzero(uniform(county.seed, f"{kind} {extract}", table.person) < share).tolist():
            written = _formatted(kind, column[row])
            if written != column[row]:
                column[row] = written
                table.error[row] = table.error[row] or f"format_{kind}"


def _formatted(kind: str, text: str) -> str:
    if kind == "lower_case_x":
        return text.lower() if text.endswith("X") else text
    if kind == "full_width":
        return text.translate(FULL_WIDTH)
    if kind == "apostrophe":
        return f"'{text}" if text else text
    if kind == "spaced_number":
        return f"{text[:6]} {text[6:14]} {text[14:]}" if len(text) == 18 else text
    return f"{text[0]}　{text[1]}" if len(text) == 2 else text.replace("·", "•")
