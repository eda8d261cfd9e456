"""Document numbers as keys of persons, as rules.md section 2 and the SQL macro ``judge_document`` have them.

The SQL computes them; here they serve to find the rows of a person again where the work database is no longer the month's.
"""

from __future__ import annotations

import datetime as dt
import re

from orchestration.foundation.months import Month

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EARLIEST = dt.date(1900, 1, 1)


def person_key(number: str | None, delivery_month: Month) -> str | None:
    """Return the resident number that a normalised document number stands for.

    Args:
        number: as landed (``<column>_normalized``).
        delivery_month: a birth date after it is not real.

    Returns:
        18 characters; None unless the number is usable.
    """
    if not number or number.startswith("999999") or number == number[0] * len(number):
        return None
    first = number[:17] if len(number) in (18, 20, 22) else f"{number[:6]}19{number[6:]}" if len(number) == 15 else ""
    if not re.fullmatch(r"[0-9]{17}", first) or not _is_real_birth_date(first[6:14], delivery_month.last_day):
        return None
    check = _CHECK[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]
    return first + check if len(number) == 15 or number[17] == check else None


def _is_real_birth_date(digits: str, last_day: dt.date) -> bool:
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _EARLIEST <= born <= last_day


def short_number(key: str) -> str:
    """Return the 15 digits under which somebody of this resident number may still be written."""
    return key[:6] + key[8:17]
