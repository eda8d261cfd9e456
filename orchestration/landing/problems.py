"""Problems: what is told about a row, a cell, a column or a file, and how it is put into words.

What belongs here: the record, its wording, merging. What does not: finding problems.
A message describes what was found by its kind (text, number, error value), never by its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Outcome = Literal["row_rejected", "cell_blanked", "warned", "mended"]

# The first is the heaviest; of two problems in one place it stands for both.
_BY_WEIGHT: tuple[Outcome, ...] = ("row_rejected", "cell_blanked", "warned", "mended")
_ROWS_NAMED = 10


@dataclass(frozen=True)
class Problem:
    """A row of ``intake_problems``.

    Attributes:
        row_number: as a person sees it; of the first cell when many of a column have the problem, 0 when it is the file's.
        column_letter: blank when it is the row's or the file's.
        outcome: ``row_rejected``, ``cell_blanked``, ``warned`` (read, but somebody should look) or ``mended`` (read otherwise
            than written, no doubt about it).
        sheet: that the row is on, of an extract of which every sheet is read; blank otherwise.
    """

    row_number: int
    column_name: str
    column_letter: str
    header: str
    outcome: Outcome
    problem: str
    message: str
    sheet: str = ""


def of_file(problem: str, message: str, outcome: Outcome = "warned", row_number: int = 0) -> Problem:
    """Return a problem of a file as a whole, or of a row as a whole."""
    return Problem(row_number, "", "", "", outcome, problem, message)


def rows_named(row_numbers: Sequence[int]) -> str:
    """Return the numbers of the first few rows, as a person would say them."""
    named = "、".join(map(str, row_numbers[:_ROWS_NAMED]))
    return f"第 {named} 行{'等' if len(row_numbers) > _ROWS_NAMED else ''}"


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in the order of their rows, one per place."""
    places: dict[tuple[str, int, str], Problem] = {}
    for problem in problems:
        place = (problem.sheet, problem.row_number, problem.column_letter)
        other = places.get(place)
        places[place] = _both(other, problem) if other else problem
    return sorted(places.values(), key=lambda problem: problem.row_number)


def printable(name: str) -> str:
    """Return a file's name as it can be written anywhere: no two alike; what cannot be seen or encoded is spelled out."""
    return "".join(
        character
        if character.isprintable() and character != "\\" and not 0xD800 <= ord(character) <= 0xDFFF
        else f"\\u{ord(character):04x}"
        for character in name
    )


def _both(one: Problem, other: Problem) -> Problem:
    heavier = min(one, other, key=lambda problem: _BY_WEIGHT.index(problem.outcome))
    return replace(heavier, message=f"{one.message}另：{other.message}")
