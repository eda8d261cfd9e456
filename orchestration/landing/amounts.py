"""Amounts: the spellings of a number of yuan in a text.

What belongs here: signs, marks of thousands, currencies and units around a number. What does not: rounding, limits, cells.
A spelling that could be meant in two ways is none: 1.200,50, 1,2000, 12%, 1.2E+03, 200-300.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from orchestration.landing.units import CURRENCY, SHORT, UNITS, Unit, alike

# Every dash that NFKC leaves: hyphens, figure, en and em dash, horizontal bar, the mathematical minus.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58", "-"))
_HAS_SPACE = re.compile(r"\s")
_SPACE_OUTSIDE_DIGITS = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_WRAPPED = re.compile(r'="(.*)"|\'(.*)', re.DOTALL)
# Few, because every amount is tried with them. An amount of fen is written with a point; 5分 is a mark at school.
_CELL_UNITS = {name: UNITS[name] for name in ("元", "块", "块钱", "yuan", "角")} | SHORT
_CELL_UNITS |= {f"{short}{yuan}": unit for short, unit in SHORT.items() for yuan in ("元", "块", "块钱")}
_DIGITS = r"[0-9]{1,3}(?P<mark>[,' \u2019])[0-9]{3}(?:(?P=mark)[0-9]{3})*|[0-9]+"
_NUMBER = rf"(?P<number>(?:{_DIGITS})(?:\.[0-9]*)?|\.[0-9]+)"
_AMOUNT = re.compile(
    rf"(?P<sign>[-+]|负|負|红字)?\(?(?P<inner>[-+])?(?:{CURRENCY})?¥?(?P<after>[-+])?\(?"
    rf"{_NUMBER}"
    rf"\)?(?P<unit>{'|'.join(sorted(_CELL_UNITS, key=len, reverse=True))})?(?:{CURRENCY})?[整正]?\)?(?P<trailing>-)?"
)
_WHOLE = re.compile(rf"(?P<sign>[-+])?(?P<number>{_DIGITS})(?:\.0*)?")
_DECIMAL_COMMA = re.compile(r"[-+]?¥?[0-9]{1,3}(?:\.?[0-9]{3})*,[0-9]{1,2}(?:元|€)?")
_GROUPED_BY_POINTS = re.compile(r"[-+]?¥?[0-9]{1,3}(?:\.[0-9]{3})+(?:元)?")


class Amount(NamedTuple):
    """An amount as it is written.

    Attributes:
        value: the number, in the unit.
        unit: what the text itself names; None where it is a number alone.
    """

    value: Decimal
    unit: Unit | None


def amount_in(text: str) -> Amount | None:
    """Return the amount that a folded text spells, None where it spells none or not beyond doubt."""
    parts = _AMOUNT.fullmatch(_plain(text))
    if not parts or parts[0].count("(") != parts[0].count(")"):
        return None
    signs = [sign for name in ("sign", "inner", "after", "trailing") if (sign := parts[name])]
    brackets = parts[0].count("(")
    if len(signs) + brackets > 1 or (brackets and _is_footnote(parts)):
        return None
    if parts["trailing"] and text[-1] not in "-\u2212":
        # a longer dash leaves a range unfinished
        return None
    value = _decimal(parts)
    unit = _CELL_UNITS[parts["unit"]] if parts["unit"] else None
    return Amount(-value if brackets or (signs and signs != ["+"]) else value, unit)


def whole_number_in(text: str) -> int | None:
    """Return the whole number that a folded text spells; brackets number a footnote there and are no sign."""
    parts = _WHOLE.fullmatch(_plain(text))
    return int(_decimal(parts)) * (-1 if parts["sign"] == "-" else 1) if parts else None


def has_decimal_comma(text: str) -> bool:
    """Return whether a folded text spells an amount in the European way: 1.200,50 or 12,5."""
    return bool(_DECIMAL_COMMA.fullmatch(_plain(text)))


def may_be_grouped_by_points(text: str) -> bool:
    """Return whether a folded text would be a thousand times as much where points mark thousands: 1.200."""
    return bool(_GROUPED_BY_POINTS.fullmatch(_plain(text)))


def _plain(text: str) -> str:
    """Return a folded text without the marks by which spreadsheets keep a number as text, with one kind of minus."""
    if text[:1] in ("=", "'") and (wrapped := _WRAPPED.fullmatch(text)):
        text = wrapped[1] or wrapped[2] or ""
    if not _HAS_SPACE.search(text):
        return alike(text.translate(_DASHES))
    return alike(_SPACE_OUTSIDE_DIGITS.sub("", text).translate(_DASHES))


def _decimal(parts: re.Match[str]) -> Decimal:
    mark = parts["mark"]
    return Decimal(parts["number"].replace(mark, "") if mark else parts["number"])


def _is_footnote(parts: re.Match[str]) -> bool:
    """Return whether a number in brackets may be that of a footnote: (1) is, (200), (5.00) and (￥5) are not."""
    return len(parts[0]) <= len("(99)") and parts["number"].isdigit()
