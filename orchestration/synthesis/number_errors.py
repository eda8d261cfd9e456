"""Identity numbers that are written wrongly, or rightly in another way.

What belongs here: what becomes of one number. Each function takes it and a number in [0, 1) for how; it returns None where this
number cannot have the error. What does not: how often, and in whose row (``identity_errors``).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from orchestration.synthesis import defects
from orchestration.synthesis.chance import Array

SHAMS = ("0", "000000000000000000", "111111111111111111", "待补", "不详", "无身份证", "未上户")
X_LOOK_ALIKES = ("×", "Х", "х", "ⅹ", "*", "✕")  # none of them is the letter
INVISIBLE = ("\u200b", "\ufeff", "\xa0", "\u200e", "\t")
OLD_LENGTH, DOCUMENT_LENGTH = 15, 18


def are_numbers(texts: Array) -> Array:
    """Return which texts are long enough to be written in another way."""
    return np.array([len(text) >= OLD_LENGTH for text in texts.tolist()], dtype=bool)


def _digit(how: float, other_than: str) -> str:
    """Return another digit than the one that is there."""
    digits = [digit for digit in "0123456789" if digit != other_than]
    return digits[int(how * 9973) % len(digits)]


def _replaced(number: str, place: int, how: float) -> str:
    return number[:place] + _digit(how, number[place]) + number[place + 1 :]


def one_digit(number: str, how: float) -> str:
    """Return a number with one digit of the first seventeen replaced; a shorter one stays as it is."""
    return _replaced(number, int(how * 17), how) if len(number) >= 17 else number


def _two_digits(number: str, how: float) -> str | None:
    if len(number) < 17:
        return None
    first = int(how * 17)
    second = (first + 1 + int(how * 7919) % 16) % 17
    return _replaced(_replaced(number, first, how), second, how * 0.61)


def _transposition(number: str, how: float) -> str | None:
    places = [place for place in range(4, 17) if place + 1 < len(number) and number[place] != number[place + 1]]
    if not places:
        return None
    place = places[int(how * len(places))]
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _wrong_check(number: str, how: float) -> str | None:
    if len(number) < DOCUMENT_LENGTH:
        return None
    others = "".join(character for character in "0123456789X" if character != number[17])
    return number[:17] + others[int(how * len(others))] + number[18:]


def _fifteen_digits(number: str, how: float) -> str | None:
    return number[:6] + number[8:17] if len(number) == DOCUMENT_LENGTH and number[6:8] == "19" else None


def _dropped(number: str, how: float) -> str | None:
    place = int(how * len(number))
    return number[:place] + number[place + 1 :]


def _doubled(number: str, how: float) -> str | None:
    place = int(how * len(number))
    return number[:place] + number[place] + number[place:]


def _excel(number: str, how: float) -> str | None:
    """Return what a spreadsheet keeps of a long number: fifteen digits; one with a letter stays text."""
    if not number.isdigit():
        return None
    return number[:15] + "0" * (len(number) - 15)


def _scientific(number: str, how: float) -> str | None:
    if not number.isdigit():
        return None
    power = len(number) - 1
    return f"{number[0]}.{number[1:6]}E+{power}" if how < 0.35 else f"{number[0]}.{number[1:15]}E+{power}"


def _masked(number: str, how: float) -> str | None:
    if len(number) < DOCUMENT_LENGTH:
        return None
    first, last = ((6, 14), (10, 14), (14, 18), (3, 14))[int(how * 4)]
    return number[:first] + "*" * (last - first) + number[last:]


def _sham(number: str, how: float) -> str | None:
    if how < 0.3:  # the register's own number for who has none
        return f"999999{number[6:14]}{int(how * 9973) % 10000:04d}"
    return SHAMS[int((how - 0.3) / 0.7 * len(SHAMS))]


NUMBERS: dict[str, Callable[[str, float], str | None]] = {
    "one_digit": one_digit,
    "two_digits": _two_digits,
    "transposition": _transposition,
    "wrong_check": _wrong_check,
    "fifteen_digits": _fifteen_digits,
    "dropped_digit": _dropped,
    "doubled_digit": _doubled,
    "excel_000": _excel,
    "scientific": _scientific,
    "masked": _masked,
    "placeholder": _sham,
    "blank_number": lambda number, how: "" if how < 0.6 else "无",
}


def _hyphens(number: str, how: float) -> str:
    return "-".join(part for part in (number[:6], number[6:14], number[14:]) if part)


def _blanks(number: str, how: float) -> str:
    if how < 0.5:
        return " ".join(part for part in (number[:6], number[6:14], number[14:]) if part)
    return f" {number}" if how < 0.7 else f"{number}　"


def _invisible(number: str, how: float) -> str:
    character = INVISIBLE[int(how * len(INVISIBLE))]
    return character + number if how * 9973 % 1 < 0.5 else number[:6] + character + number[6:]


SPELLINGS: dict[str, Callable[[str, float], str]] = {
    "format_full_width": lambda number, how: number.translate(defects.FULL_WIDTH),
    "format_blank": _blanks,
    "format_invisible": _invisible,
    "format_apostrophe": lambda number, how: f"'{number}" if how < 0.7 else f"`{number}",
    "format_hyphen": _hyphens,
    "format_lower_case_x": lambda number, how: number[:-1] + "x",
    "format_x_look_alike": lambda number, how: number[:-1] + X_LOOK_ALIKES[int(how * len(X_LOOK_ALIKES))],
}
