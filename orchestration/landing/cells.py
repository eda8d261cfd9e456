"""Cells: one converter per column type, from what a spreadsheet or csv holds to canonical text.

What belongs here: spellings of dates, months, amounts, flags, blanks. What does not: rows, headers, files.
A converter returns canonical text, or None for a blank cell, or raises ``UnreadableError`` with a problem code.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from orchestration.contracts import Column
from orchestration.foundation.characters import WHITE, as_identifier, folded, mended
from orchestration.landing.amounts import Amount, amount_in, whole_number_in
from orchestration.landing.units import YUAN, Unit


class Truth(enum.Enum):
    """A logical cell. Python's own booleans equal 1 and 0 and would share a memo entry with numbers."""

    TRUE = "true"
    FALSE = "false"


class Flaw(enum.Enum):
    """A cell that shows something a person cannot have meant; the value is the code of the problem."""

    ERROR = "error_cell"
    NOT_CALCULATED = "formula_not_calculated"


Cell = str | int | float | date | datetime | time | timedelta | Truth | Flaw
Converter = Callable[[Cell], str | None]

BLANKS = frozenset({"", "-", "/", "无", "\\", "NULL", "#N/A"})
# In a flag 无 is the answer "no", not a blank.
FLAG_BLANKS = BLANKS - {"无"}
FLAGS = {
    **dict.fromkeys(("是", "有", "y", "1", "1.0", "true", "√"), "true"),
    **dict.fromkeys(("否", "无", "n", "0", "0.0", "false"), "false"),
}

# The code of numbers that are not whole any more; where they are documents they are told of, elsewhere not used.
DIGITS_LOST = "digits_lost"
# From here on a number cell no longer holds all digits of what was typed (a spreadsheet keeps 15).
FIRST_INEXACT = 10**15
# Numbers below are a year or a slip of the keyboard, never the day 1900-01-01 + n; everybody alive was born later.
FIRST_SERIAL, LAST_SERIAL = 2101, 80000
EPOCH = date(1899, 12, 30)
# From there to 1904-01-01, where workbooks of Excel for Mac and of some programs begin to count.
DAYS_UNTIL_1904 = 1462
LARGEST_MONEY = Decimal("999999999999.99")
LARGEST_INTEGER = 999_999_999

_DROP_WHITE = str.maketrans("", "", WHITE)
_DROP_NAME_SEPARATORS = str.maketrans("", "", WHITE + "·•・.")
_DROP_ID_MARKS = str.maketrans("", "", WHITE + "'\"=")

_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_NUMBER_AS_TEXT = re.compile(r"'?([0-9]{5,})(\.0+)?")
_DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
_TIME_OF_DAY = re.compile(r"[\sT]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_DAY_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\.0+)?")
_SERIAL = re.compile(r"([0-9]{1,5})(?:\.[0-9]+)?")
_MONTH = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:月份?)?")
_MONTH_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})(?:\.0+)?")
# A long number as programs write it that keep it as a floating-point number: spreadsheets and databases (4.40233E+17, 2E+17,
# 440.233E+15; the sign is always there), Java (4.4E17; the point is always there), all of them with decimal places or thousands
# separators. A code such as 2023E10, 12E4 or 3E-12 has neither point nor plus and is none of these.
_ROUNDED = re.compile(
    r"""
    [-+]?[0-9]{1,3} (?: [.,][0-9]+E[-+]? | E[+] ) [0-9]{1,3}
    | (?:9[0-9]{15}|[0-9]{17,})[.,]0+
    | [0-9]{1,3}(?:,[0-9]{3}){5,}(?:[.]0+)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WITH_PLACES = re.compile(r"([0-9]+)[.,]0+")
# Superscript and subscript, circled and bracketed digits, fractions.
_FOOTNOTE_DIGITS = re.compile(
    "[\xb2\xb3\xb9\xbc-\xbe\u2070-\u2089\u2150-\u215f\u2189\u2460-\u249b\u24ea-\u24ff\u2776-\u2793"
    "\u3220-\u3229\u3248-\u324f\u3251-\u325f\u3280-\u3289\u32b1-\u32bf\U0001f100-\U0001f10c]"
)
_SPACED_DIGITS = re.compile("[0-9０-９][ \u3000][0-9０-９]")
# Nearly all amounts; the general pattern and decimal arithmetic take five times as long.
_PLAIN_MONEY = re.compile(r"(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?")


class UnreadableError(Exception):
    """A cell does not hold what its column is for. Carries a problem code, never the value."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def fold(text: str) -> str:
    """Return text as it is compared, without surrounding white space."""
    return folded(text).strip(WHITE)


def fold_tight(text: str) -> str:
    """Return text as it is compared where white space inside means nothing either."""
    return folded(text).translate(_DROP_WHITE)


def is_blank(cell: Cell) -> bool:
    """Return whether a cell says nothing: empty, white space or one of the signs that stand for it."""
    return isinstance(cell, str) and (not cell or fold(cell) in BLANKS)


def says_nothing(cell: Cell) -> bool:
    """Return whether a cell is blank or an error value, as formulas drawn down below the last row give."""
    return cell is Flaw.ERROR or is_blank(cell)


def has_lost_digits(cell: Cell) -> bool:
    """Return whether a number that should identify something is not whole any more: a spreadsheet keeps 15 digits of it."""
    if isinstance(cell, str):
        return not (cell.isascii() and cell.isalnum()) and bool(_ROUNDED.fullmatch(folded(cell).translate(_DROP_ID_MARKS)))
    return isinstance(cell, int | float) and bool(_ROUNDED.fullmatch(number_text(cell)))


def normalize_id(text: str) -> str:
    """Return a document number as rules compare it."""
    return folded(text).translate(_DROP_ID_MARKS).upper()


def normalize_name(text: str) -> str:
    """Return a person's name as rules compare it."""
    return folded(text).translate(_DROP_NAME_SEPARATORS)


def number_text(number: int | float) -> str:
    """Return a number cell as text: digits when it is whole, scientific notation when its last digits are lost."""
    if not math.isfinite(number):
        return repr(number)
    if abs(number) >= FIRST_INEXACT:
        return _scientific(repr(number))
    return str(int(number)) if number == int(number) else repr(number)


def any_text(cell: Cell) -> str:
    """Return any cell as the text that a person sees in it, without surrounding white space."""
    match cell:
        case str():
            return mended(cell).strip(WHITE)
        case Truth():
            return "是" if cell is Truth.TRUE else "否"
        case int() | float():
            return number_text(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ", "seconds")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def text(cell: Cell) -> str | None:
    """Read a text cell; marks by which spreadsheets keep a number as text (``="…"``, ``'``, trailing ``.0``) are taken off."""
    found = any_text(cell)
    if wrapped := _FORMULA_TEXT.fullmatch(found):
        found = wrapped[1].strip(WHITE)
    elif digits := _NUMBER_AS_TEXT.fullmatch(found):
        found = digits[1]
    return None if fold(found) in BLANKS else found


def identifier(cell: Cell) -> str | None:
    """Read a number or code that names something, in the one spelling by which rows are joined."""
    if not isinstance(cell, str):
        return key_text(cell)
    found = as_identifier(cell)
    return found if found.isdigit() and found.isascii() else key_text(found)


def key_text(cell: Cell) -> str | None:
    """Read a text cell by which rows are told apart; what is left of a number names many things."""
    if has_lost_digits(cell):
        raise UnreadableError(DIGITS_LOST)
    return text(cell)


def person_name(cell: Cell) -> str | None:
    """Read a person's name; one without any character of a name is blank."""
    found = any_text(cell)
    return None if fold(found) in BLANKS or not normalize_name(found) else found


def identity(cell: Cell) -> str | None:
    """Read a document number as it was delivered; ``="-"`` is as blank as ``-``.

    What is left of a number stays, because matching may find the person by it, but never as digits that look like a document.
    """
    found = any_text(cell)
    normalized = normalize_id(found)
    if normalized in BLANKS:
        return None
    if has_lost_digits(cell) and (whole := _WITH_PLACES.fullmatch(normalized)):
        return _scientific(whole[1])
    return found


def code(cell: Cell, spellings: Mapping[str, str]) -> str | None:
    """Read a coded cell: an accepted spelling becomes its value, anything else stays text."""
    found = text(cell)
    return found if found is None else spellings.get(found) or spellings.get(fold_tight(found)) or found


def flag(cell: Cell) -> str | None:
    """Read a yes/no cell."""
    if isinstance(cell, Truth):
        return cell.value
    found = _typed_text(cell, "unreadable_flag")
    if found in FLAG_BLANKS:
        return None
    try:
        return FLAGS[found.lower()]
    except KeyError:
        raise UnreadableError("unreadable_flag") from None


def day(cell: Cell) -> str | None:
    """Read a date."""
    if isinstance(cell, datetime):
        return _checked_year(cell.date()).isoformat()
    if isinstance(cell, date):
        return _checked_year(cell).isoformat()
    found = _typed_text(_without_time_of_day(cell), "unreadable_date")
    return None if found in BLANKS else _day(found).isoformat()


def month(cell: Cell) -> str | None:
    """Read a month as its first day; a date stands for its month."""
    if isinstance(cell, date):
        return _checked_year(cell).strftime("%Y-%m-01")
    found = _typed_text(_without_time_of_day(cell), "unreadable_month")
    if found in BLANKS:
        return None
    if not isinstance(cell, str) and re.fullmatch(r"[0-9]{4}\.1", found):
        # A number cell shows October (2023.10) and January (2023.1) alike; to guess would move income by nine months.
        raise UnreadableError("ambiguous_month")
    if parts := _MONTH.fullmatch(found) or _MONTH_DIGITS.fullmatch(found):
        return _calendar_day(int(parts[1]), int(parts[2]), 1, "unreadable_month").isoformat()
    try:
        return _day(found).strftime("%Y-%m-01")
    except UnreadableError as error:
        raise UnreadableError("unreadable_month" if error.problem == "unreadable_date" else error.problem) from None


def money(cell: Cell, unit: Unit = YUAN) -> str | None:
    """Read an amount as yuan, rounded half away from zero to two places.

    Args:
        cell: what the column holds.
        unit: in which the column is written; a cell that names one itself is in that one.
    """
    if isinstance(cell, str) and unit is YUAN and (plain := _PLAIN_MONEY.fullmatch(cell)):
        return f"{plain[1]}.{plain[2] or '':0<2}"
    written = _written_amount(cell)
    if not written:
        if _typed_text(cell, "unreadable_money") in BLANKS:
            return None
        raise UnreadableError("unreadable_money")
    amount = written.value * ((written.unit or unit).factor or 0)
    if not amount.is_finite() or abs(amount) > LARGEST_MONEY:
        raise UnreadableError("out_of_range")
    rounded = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(rounded if rounded else abs(rounded))


def names_its_unit(cell: Cell) -> bool:
    """Return whether an amount says in the cell itself in which unit it is."""
    written = _written_amount(cell)
    return bool(written and written.unit)


def is_spaced_amount(cell: Cell) -> bool:
    """Return whether ordinary blanks mark the thousands of an amount; a narrow one is set on purpose, this may be a slip."""
    if not isinstance(cell, str) or (" " not in cell and "\u3000" not in cell):
        return False
    return bool(_SPACED_DIGITS.search(cell)) and _written_amount(cell) is not None


def integer(cell: Cell) -> str | None:
    """Read a whole number."""
    found = _typed_text(cell, "unreadable_integer")
    if found in BLANKS:
        return None
    number = whole_number_in(_inner(cell) if isinstance(cell, str) else found)
    if number is None:
        raise UnreadableError("unreadable_integer")
    if abs(number) > LARGEST_INTEGER:
        raise UnreadableError("out_of_range")
    return str(number)


def since_1904(cell: Cell) -> Cell:
    """Return a cell of a workbook that counts days from 1904-01-01, with a number that stands for a day as others count it."""
    digits = cell if isinstance(cell, int | float) else _serial(cell) if isinstance(cell, str) else None
    if digits is None or not FIRST_SERIAL <= digits <= LAST_SERIAL - DAYS_UNTIL_1904:
        return cell
    return digits + DAYS_UNTIL_1904


def is_shown_as_date(cell: Cell) -> bool:
    """Return whether a number has been given the format of a date or time."""
    return isinstance(cell, date | time | timedelta)


def converter(column: Column, spellings: Mapping[str, str], unit: Unit = YUAN) -> Converter:
    """Return the converter of a column; ``spellings`` are those of its code list, ``unit`` that of its amounts."""
    convert = _plain_converter(column, spellings, unit)
    if column.may_lose_digits or column.type == "person_name":
        return lambda cell: _never_a_date(cell, convert)
    return convert


def _plain_converter(column: Column, spellings: Mapping[str, str], unit: Unit) -> Converter:
    if column.type == "money" and not unit.is_yuan:
        return lambda cell: money(cell, unit)
    if column.type == "code":
        return lambda cell: code(cell, spellings)
    if column.type == "text":
        return identifier if column.identifier else key_text if column.key else text
    return _CONVERTERS[column.type]


def _never_a_date(cell: Cell, convert: Converter) -> str | None:
    """Read a cell of a column that holds no dates: 21333 shown as 1958-05-28 would be another household."""
    if is_shown_as_date(cell):
        raise UnreadableError("date_in_identifier")
    return convert(cell)


def _serial(text: str) -> float | None:
    found = _SERIAL.fullmatch(fold_tight(text))
    return float(found[0]) if found else None


def normalizer(column: Column) -> Callable[[str], str]:
    """Return what makes the normalised form of a column that has one."""
    if column.compared:
        return fold_tight
    return normalize_id if column.type == "id" else normalize_name


_CONVERTERS: dict[str, Converter] = {
    "person_name": person_name,
    "id": identity,
    "date": day,
    "month": month,
    "money": money,
    "integer": integer,
    "flag": flag,
}


def _scientific(number: str) -> str:
    return f"{Decimal(number):.15E}"


def _typed_text(cell: Cell, problem: str) -> str:
    """Return the text of a cell in a column that holds dates, numbers or flags; white space inside means nothing there."""
    if isinstance(cell, str):
        if _has_footnote(cell):
            raise UnreadableError(problem)
        return fold_tight(cell)
    if isinstance(cell, int | float):
        return number_text(cell)
    raise UnreadableError(problem)


def _written_amount(cell: Cell) -> Amount | None:
    if isinstance(cell, str):
        return None if _has_footnote(cell) else amount_in(_inner(cell))
    return Amount(Decimal(number_text(cell)), None) if isinstance(cell, int | float) else None


def _has_footnote(cell: str) -> bool:
    """Return whether a text would fold to a digit more, as 1200² and 1200① do."""
    return not cell.isascii() and bool(_FOOTNOTE_DIGITS.search(cell))


def _inner(cell: str) -> str:
    """Return a text whose white space between digits still matters: 1200 300 are two amounts, 1 200 is one."""
    return mended(fold(cell))


def _without_time_of_day(cell: Cell) -> Cell:
    """Take off the time while white space still tells it from the day: 2023-7-5 10:00 is not the 51st."""
    return _TIME_OF_DAY.sub("", fold(cell)) if isinstance(cell, str) and ":" in fold(cell) else cell


def _day(found: str) -> date:
    if parts := _DAY.fullmatch(found) or _DAY_DIGITS.fullmatch(found):
        return _calendar_day(int(parts[1]), int(parts[2]), int(parts[3]), "unreadable_date")
    serial = _SERIAL.fullmatch(found)
    if serial and FIRST_SERIAL <= int(serial[1]) <= LAST_SERIAL:
        return EPOCH + timedelta(days=int(serial[1]))
    raise UnreadableError("unreadable_date")


def _calendar_day(year: int, month_number: int, day_number: int, problem: str) -> date:
    try:
        return _checked_year(date(year, month_number, day_number))
    except ValueError:
        raise UnreadableError(problem) from None


def _checked_year(found: date) -> date:
    if found.year < 1900:
        raise UnreadableError("out_of_range")
    return found
