"""The guard: looks through a zipped workbook before the parser does, within bounded memory.

What belongs here: what makes a file unsafe to parse, and what the parser is silent about (error values, formulas without a
result, hidden rows). What does not: parsing, contracts.
A parser lays out a sheet as a full rectangle; a few kilobytes can describe one of 17 billion cells, and the process then ends
instead of raising. The limits are some ten times a large county's largest extract.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestration.landing.cells import Flaw
from orchestration.landing.grid import FileRefusedError

LARGEST_INFLATED = 1024**3
LARGEST_EXTENT = 40_000_000
# Tables repeat themselves and pack well; a small file of zeros harms nobody, so the ratio counts from a size on.
LARGEST_RATIO, RATIO_COUNTS_FROM = 200, 64 * 1024**2

_CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<26xHH")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_REFERENCE = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})\"")
_EVERY_REFERENCE = re.compile(rb'\br="([A-Z]{0,3})([0-9]{1,7})"')
_CELL_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_PREFIX = re.compile(rb"<(/?)\w+:")
_ERROR_CELL = re.compile(rb'<c ([^>]*\bt="e"[^>]*)>')
_FORMULA_CELL = re.compile(rb"<c ([^>]*)><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(<v>[^<]+</v>)?")
_HIDDEN_ROW = re.compile(rb'<row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]+)"')
_TEXT_RESULT = re.compile(rb'\bt="str"')

BROKEN = "文件已损坏（可能没有传完），打不开；请重新导出或另存后再报送。"
_TOO_LARGE = "文件解开后过大，不予读取；请删除与报表无关的内容后另存，重新报送。"
_ODD_EXTENT = "工作表的使用范围异常（远处的单元格有内容或格式）；请把数据复制到新的工作簿后另存，重新报送。"
_ENTITIES = "文件里有外部实体声明（DOCTYPE），不是正常的表格，不予读取；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。"


@dataclass
class SheetScan:
    """What is known of a sheet before it is parsed.

    Attributes:
        rows: number of the lowest row that is spoken of.
        columns: number of the rightmost column.
        flaws: cells that the parser would give as blank, by position counted from 0.
        hidden_rows: numbers of rows that a person does not see.
    """

    rows: int = 1
    columns: int = 1
    flaws: dict[tuple[int, int], Flaw] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Scan:
    """What is known of a workbook before it is parsed: its sheets by their path, and the names of all its parts."""

    sheets: dict[str, SheetScan]
    parts: tuple[str, ...]


def scan_archive(data: bytes) -> Scan:
    """Look through a zipped workbook; raise ``FileRefusedError`` where it is not safe to parse."""
    try:
        return _scan(data)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError, zlib.error):
        raise FileRefusedError(BROKEN) from None


def column_number(letters: bytes) -> int:
    """Return the number of a column, counted from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _scan(data: bytes) -> Scan:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > LARGEST_INFLATED:
        raise FileRefusedError(_TOO_LARGE)
    sheets: dict[str, SheetScan] = {}
    inflated = 0
    for entry in entries:
        sheet = SheetScan() if _SHEET.fullmatch(entry.filename) else None
        carried = b""
        for chunk in _inflate(data, entry):
            inflated += len(chunk)
            if inflated > LARGEST_INFLATED or (inflated > RATIO_COUNTS_FROM and inflated > LARGEST_RATIO * len(data)):
                raise FileRefusedError(_TOO_LARGE)
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise FileRefusedError(_ENTITIES)
            if sheet:
                carried = _look_at(sheet, carried + chunk)
        if sheet:
            _look_at(sheet, carried + b"</row>")
            if sheet.rows * sheet.columns > LARGEST_EXTENT:
                raise FileRefusedError(_ODD_EXTENT)
            sheets[entry.filename] = sheet
    return Scan(sheets, tuple(entry.filename for entry in entries))


def _inflate(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the content of an entry piece by piece, however much more it is than the entry says."""
    if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    name, extra = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
    start = entry.header_offset + _LOCAL_HEADER.size + name + extra
    packed = memoryview(data)[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise zipfile.BadZipFile
    checksum = 0
    for chunk in _stored(packed) if entry.compress_type == zipfile.ZIP_STORED else _deflated(packed):
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if checksum != entry.CRC:
        raise zipfile.BadZipFile


def _stored(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), _CHUNK):
        yield bytes(packed[start : start + _CHUNK])


def _deflated(packed: memoryview) -> Iterator[bytes]:
    inflater, rest = zlib.decompressobj(-zlib.MAX_WBITS), bytes(packed)
    while rest or not inflater.eof:
        chunk = inflater.decompress(rest, _CHUNK)
        rest = inflater.unconsumed_tail
        if chunk:
            yield chunk
        elif not inflater.eof and not rest:
            raise zipfile.BadZipFile
        if inflater.eof:
            return


def _look_at(sheet: SheetScan, piece: bytes) -> bytes:
    """Take note of the whole rows of a piece of a sheet; return what is left of it."""
    if b"<row" not in piece and b":row" in piece:
        piece = _PREFIX.sub(rb"<\1", piece)
    end = piece.rfind(b"</row>")
    if end < 0:
        # no row ends here: one row longer than a piece, or rows without cells
        _extend(sheet, _EVERY_REFERENCE.findall(piece))
        if len(piece) < 2 * _CHUNK:
            return piece
        return piece[-_CHUNK:]
    rows, carried = piece[: end + 6], piece[end + 6 :]
    references = []
    for row in rows.split(b"</row>"):
        # the cells of a row stand in order: the last one tells how far it reaches
        if found := _REFERENCE.match(row, row.rfind(b'r="') + 3):
            references.append(found.groups())
    _extend(sheet, references)
    _find_flaws(sheet, rows)
    if b' hidden="' in rows:
        sheet.hidden_rows.update(int(number) for number in _HIDDEN_ROW.findall(rows))
    return carried


def _extend(sheet: SheetScan, references: list[tuple[bytes, ...]]) -> None:
    if references:
        sheet.rows = max(sheet.rows, *(int(row) for _, row in references))
        sheet.columns = max(sheet.columns, *map(column_number, {letters for letters, _ in references}))


def _find_flaws(sheet: SheetScan, rows: bytes) -> None:
    if b"<f" in rows:
        for attributes, result in _FORMULA_CELL.findall(rows):
            # a formula whose result is an empty text has a result
            if not result and not _TEXT_RESULT.search(attributes):
                _note_flaw(sheet, attributes, Flaw.NOT_CALCULATED)
    if b't="e"' in rows:
        for attributes in _ERROR_CELL.findall(rows):
            _note_flaw(sheet, attributes, Flaw.ERROR)


def _note_flaw(sheet: SheetScan, attributes: bytes, flaw: Flaw) -> None:
    if place := _CELL_REFERENCE.search(attributes):
        sheet.flaws[int(place[2]) - 1, column_number(place[1]) - 1] = flaw
