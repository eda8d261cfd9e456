"""Batch codes: of which month a workbook is that was handed out, and whose it is, whatever it is called when it comes back.

What belongs here: reading the code. What does not: writing it (``documents``), where the file goes (``deliveries``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.contracts import load_county
from orchestration.foundation.handed_out import BATCH
from orchestration.foundation.months import Month
from orchestration.landing.grid import Grid

_WITHIN = 15


@dataclass(frozen=True)
class Batch:
    """What a batch code says.

    Attributes:
        month: that was handed out.
        version: of that month.
        recipient: name of a town or code of a department, as it was written.
    """

    month: Month
    version: int
    recipient: str

    @property
    def name(self) -> str:
        """The recipient's name in Chinese; blank where the county has none of it."""
        county = load_county()
        towns = (town.name for town in county.towns if self.recipient in (town.name, town.code, *town.aliases))
        departments = (one.name for one in county.departments if self.recipient in (one.code, one.name))
        return next(iter((*towns, *departments)), "")


def batch_codes(grids: Sequence[Grid]) -> list[Batch]:
    """Return the batches that the sheets of a workbook name, each once."""
    found = (batch for grid in grids for batch in _of_sheet(grid))
    return list(dict.fromkeys(found))


def has_batch_code(grid: Grid) -> bool:
    """Return whether a sheet was handed out."""
    return bool(_of_sheet(grid))


def _of_sheet(grid: Grid) -> list[Batch]:
    cells = (cell for row in grid.rows[:_WITHIN] for cell in row if isinstance(cell, str) and "fangfanpin" in cell)
    codes = (BATCH.fullmatch(unicodedata.normalize("NFKC", cell).strip()) for cell in cells)
    return [Batch(Month(code[1]), int(code[2]), code[3]) for code in codes if code]
