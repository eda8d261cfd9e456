"""Sheets of a workbook beside those that are read.

What belongs here: remarks on sheets that hold something, which sheets are of an extract that comes with another, and which
extract a foreign file might be. What does not: reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestration.contracts import ExtractContract, fold_name, load_extracts, load_marts
from orchestration.contracts.extract import normalize_header
from orchestration.foundation.handed_out import READ_ONLY
from orchestration.foundation.months import Month
from orchestration.landing.batches import has_batch_code
from orchestration.landing.grid import HEADER_WITHIN, Grid
from orchestration.landing.header import Headers
from orchestration.landing.problems import Problem, of_file

# A page of notes or a list of values for drop-downs is smaller or narrower than a table of data.
_FEWEST_ROWS, _FEWEST_COLUMNS = 10, 4


def unused_sheets(grids: Sequence[Grid], used: Sequence[Grid], headers: Headers) -> Iterator[Problem]:
    """Tell of other sheets that look like data, and of any that was handed out to be filled in and has lost its header."""
    is_ours = any(map(has_batch_code, grids))
    for grid in grids:
        if any(grid is one for one in used) or (is_ours and grid.own_name in READ_ONLY):
            continue
        if has_batch_code(grid):
            message = f"工作表“{grid.sheet}”是下发的清单，但表头认不出了，填写的内容没有采用。"
            yield of_file("sheet_unused", f"{message}请照下发的工作簿恢复表头那一行（包括隐藏的列）后重新交回。")
            continue
        if is_ours and _is_published(grid):
            continue
        rows = [row for row in grid.rows if sum(cell != "" for cell in row) >= _FEWEST_COLUMNS]
        if headers.find(grid) or len(rows) >= _FEWEST_ROWS:
            message = f"工作表“{grid.sheet}”里像是也有数据（{len(rows)} 行），没有采用。"
            message += f"需要报送的请并入工作表“{used[0].sheet}”，否则请删除。"
            yield of_file("sheet_unused", message)


def _is_published(grid: Grid) -> bool:
    """Return whether a sheet bears the title of a published list."""
    return fold_name(grid.own_name) in {fold_name(mart.title) for mart in load_marts().values()}


def sheets_of(grids: Sequence[Grid], contract: ExtractContract, headers: Headers) -> list[Grid]:
    """Return the sheets of an extract that comes in the files of another: by their name, or by the whole of its header.

    A part of a header proves nothing there: lists of households have many columns in common.
    """
    names = set(map(fold_name, (contract.title, *contract.file_aliases)))
    return [
        grid
        for grid in grids
        if (fold_name(grid.own_name) in names and any(map(any, grid.rows)))
        or (not _is_published(grid) and (header := headers.find(grid)) and not header.missing(contract))
    ]


def holds_more(grids: Sequence[Grid], known: Sequence[Grid]) -> bool:
    """Return whether other sheets than the known ones hold a line of a table; pages that explain a workbook do not count."""
    others = [grid for grid in grids if grid.own_name not in READ_ONLY and not any(grid is one for one in known)]
    return any(has_batch_code(grid) for grid in others) or any(
        sum(cell != "" for cell in row) >= _FEWEST_COLUMNS for grid in others for row in grid.rows
    )


def was_to_be_filled_in(grids: Sequence[Grid]) -> bool:
    """Return whether a workbook that we hand out has any other sheet to be filled in than those that explain it."""
    return any(has_batch_code(grid) for grid in grids if grid.own_name not in READ_ONLY)


def companions_of(contract: ExtractContract, month: Month) -> list[tuple[ExtractContract, Headers]]:
    """Return the extracts that come with one, with their headers."""
    others = (other for other in load_extracts().values() if other.comes_with == contract.extract)
    return [(other, Headers(other, month)) for other in others]


def looks_like(grids: Sequence[Grid], contract: ExtractContract, month: Month) -> str:
    """Return a sentence that says of which other extract a refused file has every required column; blank when of none."""
    cells = (cell for grid in grids for row in grid.rows[:HEADER_WITHIN] for cell in row)
    texts = {normalize_header(cell) for cell in cells if isinstance(cell, str)}
    for other in load_extracts().values():
        headers = Headers(other, month)
        is_together = contract.extract in (other.extract, other.comes_with)
        if is_together or not headers.may_be_among(texts):
            continue
        if any((header := headers.find(grid)) and not header.missing(other) for grid in grids):
            return f"这份文件更像《{other.title}》；如是放错，请改名为 {other.short_name} 并放到 {other.department} 文件夹。"
    return ""
