"""Rows of a list that went out and came back with other words in it than we had written.

What belongs here: which rows, and what is told of them. What does not: the seal itself (``foundation/row_seals``).
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.foundation.row_seals import SEAL_COLUMN, seal_of
from orchestration.landing.grid import Grid
from orchestration.landing.header import Header
from orchestration.landing.problems import Problem, of_file
from orchestration.landing.rows import ReadRows


def altered_rows(grid: Grid, header: Header, rows: ReadRows, where: str) -> Iterator[Problem]:
    """Tell of answered rows of which another cell than those to be filled in was changed.

    Args:
        grid: the sheet.
        header: its header; one without seals has nothing to tell.
        rows: those that were read.
        where: which sheet, where the file has several.
    """
    if SEAL_COLUMN not in header.positions:
        return
    last = min(header.positions[SEAL_COLUMN], header.width)
    ours = [place for place in range(last) if place not in header.positions.values()]
    cells_of = dict(zip(grid.row_numbers, grid.rows, strict=True))
    for number, seal in zip(rows.row_numbers, rows.columns[SEAL_COLUMN], strict=True):
        cells = cells_of[number]
        if seal and seal != seal_of(cells[place] if place < len(cells) else None for place in ours):
            message = f"{where}第 {number} 行里不用填写的格有改动，改动没有采用，答复照常读入。"
            message += "登记的内容有误的，请写在“说明”里，家庭变化填在“新发现线索”，由登记的单位更正。"
            yield of_file("altered_row", message, row_number=number)
