"""Periods: whether a file speaks of the months that its delivery is about.

What belongs here: months in the lines above the header, dates of a flow's rows. What does not: reading dates.
A flow brings late rows of earlier months too, so only a file without any row of the delivery's months is remarked on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.landing.cells import fold_tight
from orchestration.landing.grid import Grid
from orchestration.landing.header import Header
from orchestration.landing.problems import Problem, of_file
from orchestration.landing.rows import ReadRows

# One stray row says nothing about a file.
_FEWEST_ROWS = 5
_MONTH = re.compile(r"(?<![0-9])(20[0-9]{2})(?:年|-|/|\.)(1[0-2]|0?[1-9])(?:月|$|(?![0-9]))")


def period_remarks(
    contract: ExtractContract, month: Month, sheets: Sequence[tuple[Grid, Header]], rows: ReadRows
) -> list[Problem]:
    """Return what is odd about the months of a file in the delivery of ``month``; of sheets with one banner it is told once."""
    own = {month, month.previous}
    banners = (_of_banner(month, own, grid, header) for grid, header in sheets)
    found = [next((problem for problem in banners if problem), None), _of_rows(contract, month, own, rows)]
    return [problem for problem in found if problem]


def _of_banner(month: Month, own: set[Month], grid: Grid, header: Header) -> Problem | None:
    for row_number, named in months_above(grid, header):
        if not named & own:
            message = (
                f"第 {row_number} 行标题写的是 {'、'.join(sorted(named))}，文件却放在 {month} 的文件夹里，已按 {month} 读入。"
                "请核对期别；放错的请移到对应月份。"
            )
            return of_file("banner_of_other_month", message, row_number=row_number)
    return None


def months_above(grid: Grid, header: Header) -> Iterator[tuple[int, set[str]]]:
    """Give each row above the header that names months, by its number, with the months."""
    for row, row_number in zip(grid.rows[: header.index], grid.row_numbers, strict=False):
        if named := {f"{year}-{int(number):02d}" for cell in row if isinstance(cell, str) for year, number in _months_in(cell)}:
            yield row_number, named


def _months_in(cell: str) -> list[tuple[str, str]]:
    return _MONTH.findall(fold_tight(cell))


def _of_rows(contract: ExtractContract, month: Month, own: set[Month], rows: ReadRows) -> Problem | None:
    if contract.kind != "flow" or len(rows.row_numbers) < _FEWEST_ROWS:
        return None
    dated = _dates(contract, rows)
    if not dated or set(dated) & own:
        return None
    titles = "、".join(contract.column(name).header for name in contract.dated_by)
    message = (
        f"各行的“{titles}”都在 {min(dated)} 至 {max(dated)} 之间，没有一行属于 {month} 报送的月份，已照常读入。"
        "请核对期别；放错的请移到对应月份，确属补报的不必处理。"
    )
    return of_file("rows_of_other_months", message)


def _dates(contract: ExtractContract, rows: ReadRows) -> Sequence[str]:
    columns = [rows.columns[name] for name in contract.dated_by]
    first_filled = (next((value for value in values if value), None) for values in zip(*columns, strict=True))
    return [value[:7] for value in first_filled if value]
