"""Workbooks: bytes of xlsx, xls and their kin to grids.

What belongs here: the call of the parser of xlsx, and what the guard adds to its answer. What does not: what the cells mean.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from orchestration.landing.cells import Flaw, Truth
from orchestration.landing.formulas import Place, doubtful_zeros
from orchestration.landing.grid import FileRefusedError, Grid
from orchestration.landing.kinds import LOCKED, Kind
from orchestration.landing.package import Package, open_package
from orchestration.landing.problems import Problem, of_file
from orchestration.landing.records import read_xls
from orchestration.landing.sheet_xml import SheetScan

# Cells that hold nothing are taken off the end of a row so many at a time.
_BLOCK = 256
_EMPTY = [""] * _BLOCK


def read_workbook(data: bytes, kind: Kind) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """Return one grid per sheet, hidden ones too, and remarks on the file.

    Args:
        data: of the file.
        kind: ``xlsx`` or ``xls``, as the file begins.

    Raises:
        FileRefusedError: where the file cannot be opened, or not safely.
    """
    if kind == "xls":
        return read_xls(data), ()
    package = open_package(data)
    return _parse(package), tuple(_remarks(package.parts))


def _parse(package: Package) -> tuple[Grid, ...]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(package.data))
        # a sheet that is a chart has no cells
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return tuple(
            _grid(workbook.get_sheet_by_name(sheet.name), sheet.visible != SheetVisibleEnum.Visible, scan, package)
            for sheet, scan in zip(sheets, package.sheets, strict=True)
        )
    except PasswordError:
        raise FileRefusedError(LOCKED) from None
    except BaseException as error:  # the parser's panics are no Exceptions
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise FileRefusedError(
            "文件已损坏或不是表格文件，打不开；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。"
        ) from None


def _grid(sheet: CalamineSheet, is_hidden: bool, scan: SheetScan, package: Package) -> Grid:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    for row in rows:
        _drop_empty_end(row)
        if bool in set(map(type, row)):
            row[:] = [Truth.TRUE if cell is True else Truth.FALSE if cell is False else cell for cell in row]
    _put(rows, scan.errors, Flaw.ERROR)
    void = _void_results(scan, package)
    _put(rows, void, Flaw.NOT_CALCULATED)
    merged = tuple((*start, *end) for start, end in sheet.merged_cell_ranges or ())
    zeros = doubtful_zeros(scan.formulas, void, rows, was_calculated=package.was_calculated)
    return Grid(
        sheet.name,
        rows,
        range(1, len(rows) + 1),
        is_hidden,
        frozenset(scan.hidden_rows),
        merged,
        package.since_1904,
        zeros,
    )


def _drop_empty_end(row: list[Any]) -> None:
    """Drop what holds nothing at the end of a row: a format, or one value in some row, reaches out to column 16,384."""
    while row[-_BLOCK:] == _EMPTY:
        del row[-_BLOCK:]
    while row and row[-1] == "":
        row.pop()


def _void_results(scan: SheetScan, package: Package) -> set[Place]:
    """Return the formulas whose results are none: what is missing, and any placeholder where the book says so."""
    return scan.formulas.placeholders if package.asks_to_calculate else scan.formulas.missing


def _put(rows: list[list[Any]], places: Iterable[Place], flaw: Flaw) -> None:
    """Put the mark of a flaw where the parser gave a blank or a placeholder; it may lie outside of the parser's rectangle."""
    for row_index, position in places:
        rows.extend([] for _ in range(row_index + 1 - len(rows)))
        row = rows[row_index]
        row.extend([""] * (position + 1 - len(row)))
        row[position] = flaw


def _remarks(parts: Iterable[str]) -> Iterable[Problem]:
    if any(part.endswith("vbaproject.bin") for part in parts):
        yield of_file("macros_ignored", "文件带有宏，宏没有运行，只读取单元格的值。请另存为不带宏的 xlsx 再报送。")
    if any("externallinks/" in part for part in parts):
        message = "文件引用了其他工作簿，只读取了保存时的值，可能不是最新。请把引用粘贴为数值后再报送。"
        yield of_file("external_links", message)
