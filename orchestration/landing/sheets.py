"""Sheets of a workbook beside the one that is read.

What belongs here: remarks on sheets that hold something, and which extract a foreign file might be. What does not: reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestration.contracts import ExtractContract, load_extracts
from orchestration.contracts.extract import normalize_header
from orchestration.foundation.months import Month
from orchestration.landing.grid import HEADER_WITHIN, Grid
from orchestration.landing.header import Headers
from orchestration.landing.problems import Problem, of_file

# A page of notes or a list of values for drop-downs is smaller or narrower than a table of data.
_FEWEST_ROWS, _FEWEST_COLUMNS = 10, 4


def unused_sheets(grids: Sequence[Grid], used: Sequence[Grid], headers: Headers) -> Iterator[Problem]:
    """Tell of other sheets that look like data."""
    for grid in grids:
        if any(grid is one for one in used):
            continue
        rows = [row for row in grid.rows if sum(cell != "" for cell in row) >= _FEWEST_COLUMNS]
        if headers.find(grid) or len(rows) >= _FEWEST_ROWS:
            message = f"工作表“{grid.sheet}”里像是也有数据（{len(rows)} 行），没有采用。"
            message += f"需要报送的请并入工作表“{used[0].sheet}”，否则请删除。"
            yield of_file("sheet_unused", message)


def looks_like(grids: Sequence[Grid], contract: ExtractContract, month: Month) -> str:
    """Return a sentence that says of which other extract a refused file has every required column; blank when of none."""
    cells = (cell for grid in grids for row in grid.rows[:HEADER_WITHIN] for cell in row)
    texts = {normalize_header(cell) for cell in cells if isinstance(cell, str)}
    for other in load_extracts().values():
        headers = Headers(other, month)
        if other.extract == contract.extract or not headers.may_be_among(texts):
            continue
        if any((header := headers.find(grid)) and not header.missing(other) for grid in grids):
            return f"这份文件更像《{other.title}》；如是放错，请改名为 {other.short_name} 并放到 {other.department} 文件夹。"
    return ""
