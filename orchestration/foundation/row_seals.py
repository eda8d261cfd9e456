"""Seals of rows: by which it shows that a row that went out in a workbook came back with other words in it.

What belongs here: what of a row is sealed and how. What does not: writing workbooks, reading them. A seal keeps no secret and
stops nobody; it only lets what a person typed over our own words be told instead of being lost.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

SEAL_COLUMN = "row_seal"

_PLACES = 4
_LENGTH = 10
_BETWEEN = "\x1f"


def seal_of(cells: Iterable[Any]) -> str:
    """Return the seal of a row: the same for the same cells after any program has saved them.

    Args:
        cells: texts, numbers, days or nothing, in the order of their columns. Blanks at the edges, full width, and how a number
            or a day is shown make no difference; nor does an empty text, or an empty cell at the end.
    """
    said = _BETWEEN.join(map(_said, cells)).rstrip(_BETWEEN)
    return hashlib.sha256(said.encode()).hexdigest()[:_LENGTH]


# The same names, states and days stand in row after row. Not one for True and 1.
@lru_cache(1 << 16, typed=True)
def _said(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (int, float, Decimal)):
        return f"{float(cell) + 0.0:.{_PLACES}f}"  # -0 is 0
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "".join(unicodedata.normalize("NFKC", str(cell)).split())
