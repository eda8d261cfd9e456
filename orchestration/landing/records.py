"""The records of an xls: its cells, and what is known of its formulas.

What belongs here: Excel 2 to 2003. What does not: containers (``compound``), what cells mean.
xlrd reads the cells: it knows code pages, number formats that a file defines itself, error values. What it does not tell, rows
that are hidden, merged cells and how sure results of formulas are, is looked up in the records themselves.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import xlrd
from xlrd.sheet import Sheet

from orchestration.landing.cells import Cell, Flaw, Truth
from orchestration.landing.compound import SIGNATURE, workbook_stream
from orchestration.landing.formulas import Formulas, Place, doubtful_zeros
from orchestration.landing.grid import FileRefusedError, Grid
from orchestration.landing.kinds import LOCKED

_UNREADABLE = "文件已损坏或不是表格文件，打不开；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。"
_CODE_PAGE = "文件是 Excel 95 或更早的格式，其中的文字编码无法识别；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。"
_WORKBOOK_OF_EXCEL_4 = "文件是 Excel 4.0 的多表工作簿（xlw），读不了；请用 WPS 或 Excel 打开后另存为 xlsx，重新报送。"

_RECORD = struct.Struct("<HH")
_BEGIN, _END = (0x0009, 0x0209, 0x0409, 0x0809), 0x000A
_PASSWORD, _SHEET_OF_BOOK, _CODE_PAGE_RECORD = 0x002F, 0x0085, 0x0042
_ROW, _MERGED, _NOT_CALCULATED, _CALCULATED_BY = 0x0208, 0x00E5, 0x005E, 0x01C1
_FORMULA = (0x0006, 0x0206, 0x0406)
_ROW_IS_HIDDEN, _CALCULATE_ON_LOAD, _EMPTY_TEXT = 0x20, 0x02, 3
_UNICODE_VERSION, _MANY_SHEETS_OF_EXCEL_4 = b"\x00\x06", 45
_TOLD = frozenset((_PASSWORD, _SHEET_OF_BOOK, _CODE_PAGE_RECORD, _ROW, _MERGED, _NOT_CALCULATED, _CALCULATED_BY, *_FORMULA))
# Western code pages cannot hold a Chinese header: what names one, or none, was written by a program that does not care.
_ENCODINGS = dict.fromkeys((None, 367, 437, 850, 936, 1200, 1252, 10000, 32768, 32769, 54936), "gb18030") | {65001: "utf-8"}


@dataclass
class _SheetRecords:
    """What the records of one sheet say beside its cells.

    Attributes:
        on_load: formulas that ask to be calculated when the file is opened.
        asks_to_calculate: whether the sheet says that its formulas were not calculated before it was saved.
        result_at: where the result stands in a formula's record.
    """

    hidden_rows: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: Formulas = field(default_factory=Formulas)
    on_load: set[Place] = field(default_factory=set)
    asks_to_calculate: bool = False
    result_at: int = 6


@dataclass
class _BookRecords:
    sheets: list[_SheetRecords] = field(default_factory=list)
    code_page: int | None = None
    was_calculated: bool = False


def read_xls(data: bytes) -> tuple[Grid, ...]:
    """Return one grid per sheet of an xls, hidden ones too; raise ``FileRefusedError`` where it cannot be read."""
    stream = b""
    try:
        stream = workbook_stream(data) if data.startswith(SIGNATURE) else data
        return _read(stream)
    except (FileRefusedError, MemoryError):
        raise
    except Exception as error:  # a damaged record makes xlrd stumble anywhere
        is_encoding = isinstance(error, UnicodeError) or type(error) is LookupError
        raise FileRefusedError(_CODE_PAGE if is_encoding and _has_code_page(stream) else _UNREADABLE) from None


def _has_code_page(stream: bytes) -> bool:
    """Return whether the texts of a workbook are in a code page, as before Excel 97, not in Unicode."""
    return stream[4:6] != _UNICODE_VERSION


def _read(stream: bytes) -> tuple[Grid, ...]:
    records = _look_through(stream)
    encoding = _ENCODINGS.get(records.code_page) if _has_code_page(stream) else None
    book = xlrd.open_workbook(file_contents=stream, logfile=io.StringIO(), ragged_rows=True, encoding_override=encoding)
    if book.biff_version == _MANY_SHEETS_OF_EXCEL_4:
        raise FileRefusedError(_WORKBOOK_OF_EXCEL_4)
    sheets = zip(book.sheets(), records.sheets, strict=True)
    return tuple(_grid(sheet, found, records.was_calculated) for sheet, found in sheets)


def _grid(sheet: Sheet, records: _SheetRecords, was_calculated: bool) -> Grid:
    rows = [_cells(sheet, index) for index in range(sheet.nrows)]
    void = _void_results(records, was_calculated)
    for row, column in void:
        rows[row][column] = Flaw.NOT_CALCULATED
    zeros = doubtful_zeros(records.formulas, void, rows, was_calculated=was_calculated)
    return Grid(
        sheet.name,
        rows,
        range(1, len(rows) + 1),
        is_hidden=sheet.visibility != 0,
        hidden_rows=frozenset(records.hidden_rows),
        merged=tuple(records.merged),
        since_1904=bool(sheet.book.datemode),
        doubtful_zeros=zeros,
    )


def _void_results(records: _SheetRecords, was_calculated: bool) -> set[Place]:
    """Return the formulas whose results are none.

    Some programs that do calculate mark every formula as to be calculated on loading, too. Only where not one formula of the
    sheet has a result of its own is that mark, or an empty text in every one, the sign of a program that does not.
    """
    formulas = records.formulas
    if records.asks_to_calculate:
        return formulas.placeholders
    if formulas.answered:
        return set()
    if not was_calculated and not formulas.zeros:
        return formulas.empties
    return formulas.placeholders & records.on_load


def _cells(sheet: Sheet, index: int) -> list[Cell]:
    values: list[Any] = sheet.row_values(index)
    kinds = sheet.row_types(index)
    if max(kinds, default=0) > xlrd.XL_CELL_NUMBER:
        for position, kind in enumerate(kinds):
            if kind == xlrd.XL_CELL_DATE:
                values[position] = _moment(values[position], sheet.book.datemode)
            elif kind == xlrd.XL_CELL_BOOLEAN:
                values[position] = Truth.TRUE if values[position] else Truth.FALSE
            elif kind == xlrd.XL_CELL_ERROR:
                values[position] = Flaw.ERROR
    return values


def _moment(serial: float, date_mode: int) -> date | time | float:
    """Return a number shown as a date: a day, with its time where it has one; the number where no calendar has such a day."""
    try:
        found: datetime = xlrd.xldate_as_datetime(serial, date_mode)
    except (ValueError, OverflowError):
        return serial
    if 0 <= serial < 1:
        return found.time()
    return found.date() if found.time() == time.min else found


def _look_through(stream: bytes) -> _BookRecords:
    """Go through all records once; raise ``FileRefusedError`` where they are encrypted."""
    book = _BookRecords()
    starts: list[int] = []
    sheet: _SheetRecords | None = None
    depth = position = 0
    while position + _RECORD.size <= len(stream):
        code, length = _RECORD.unpack_from(stream, position)
        if code in _BEGIN:
            depth += 1
            if depth == 1:
                sheet = _begun(book, starts, position, stream)
        elif code == _END:
            depth -= 1
        elif depth == 1 and code in _TOLD:
            body = stream[position + _RECORD.size : position + _RECORD.size + length]
            if sheet:
                _note_in_sheet(sheet, code, body)
            _note_in_book(book, starts, code, body)
        elif not code and not length:
            break  # what fills up the last sector
        position += _RECORD.size + length
    return book


def _begun(book: _BookRecords, starts: list[int], position: int, stream: bytes) -> _SheetRecords | None:
    """Return the sheet that begins at a position; None where the settings of the book do, or a chart."""
    if position == 0 and stream[6:8] != b"\x05\0":
        # before Excel 5 the sheet is all there is
        book.sheets.append(_SheetRecords(result_at=7 if stream[1] == 0 else 6))
        return book.sheets[0]
    return book.sheets[starts.index(position)] if position in starts else None


def _note_in_book(book: _BookRecords, starts: list[int], code: int, body: bytes) -> None:
    if code == _PASSWORD:
        raise FileRefusedError(LOCKED)
    if code == _CODE_PAGE_RECORD and book.code_page is None:
        book.code_page = int.from_bytes(body[:2], "little")
    elif code == _CALCULATED_BY:
        book.was_calculated = True
    elif code == _SHEET_OF_BOOK and body[5:6] == b"\0":
        starts.append(int.from_bytes(body[:4], "little"))
        book.sheets.append(_SheetRecords())


def _note_in_sheet(sheet: _SheetRecords, code: int, body: bytes) -> None:
    if code in _FORMULA:
        _note_formula(sheet, body)
    elif code == _ROW:
        if body[12] & _ROW_IS_HIDDEN:
            sheet.hidden_rows.add(int.from_bytes(body[:2], "little") + 1)
    elif code == _MERGED:
        numbers = struct.unpack_from(f"<{(len(body) - 2) // 2}H", body, 2)
        areas = zip(*[iter(numbers)] * 4, strict=False)
        sheet.merged += [(top, left, bottom, right) for top, bottom, left, right in areas]
    elif code == _NOT_CALCULATED:
        sheet.asks_to_calculate = True


def _note_formula(sheet: _SheetRecords, body: bytes) -> None:
    place = _, column = struct.unpack_from("<HH", body)
    result = body[sheet.result_at : sheet.result_at + 8]
    if body[sheet.result_at + 8] & _CALCULATE_ON_LOAD:
        sheet.on_load.add(place)
    if result[6:] == b"\xff\xff" and result[0] == _EMPTY_TEXT:
        sheet.formulas.empties.add(place)
    elif result[6:] == b"\xff\xff" or struct.unpack("<d", result)[0]:
        sheet.formulas.answered.add(column)
    else:
        sheet.formulas.zeros[place] = ""
