"""Workbooks written by hand, as programs write them that we do not have."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlwt
from xlwt.CompoundDoc import XlsDoc

from orchestration.landing.grid import column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def sheet_xml(rows: str, namespace: str = MAIN) -> str:
    return f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'


def package(
    sheet: str | bytes,
    *,
    path: str = "xl/worksheets/sheet1.xml",
    target: str = "",
    settings: str = "",
    after_sheets: str = "",
    formats: Sequence[str] = ("General",),
    book: str = "xl/workbook.xml",
    namespaces: tuple[str, str] = (MAIN, OFFICE),
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return a workbook with one sheet; cell format ``n`` (``s="n"``) is the number format ``formats[n]``."""
    main, office = namespaces
    number_formats = "".join(
        f'<numFmt numFmtId="{176 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>' for n, code in enumerate(formats)
    )
    cell_formats = "".join(f'<xf numFmtId="{176 + n}" applyNumberFormat="1"/>' for n in range(len(formats)))
    folder, name = book.rsplit("/", 1) if "/" in book else ("", book)
    links = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _links([("rId1", f"{office}/officeDocument", book)]),
        book: f'<workbook xmlns="{main}" xmlns:r="{office}">{settings}<sheets><sheet name="数据" sheetId="1" r:id="rId1"/>'
        f"</sheets>{after_sheets}</workbook>",
        links: _links(
            [("rId1", f"{office}/worksheet", target or f"/{path}"), ("rId2", f"{office}/styles", "/xl/styles.xml")],
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><numFmts>{number_formats}</numFmts><cellXfs>{cell_formats}</cellXfs>'
        "</styleSheet>",
        path: sheet,
        **(more or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return stream.getvalue()


def _links(links: Iterable[tuple[str, str, str]]) -> str:
    entries = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in links)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def rows_xml(rows: Sequence[Sequence[Any]]) -> str:
    """Return rows of texts, numbers, and cells that are XML from ``{address}`` on where they are dictionaries."""
    written = []
    for number, cells in enumerate(rows, start=1):
        row = "".join(_cell(f"{column_letter(position)}{number}", cell) for position, cell in enumerate(cells))
        written.append(f'<row r="{number}">{row}</row>')
    return "".join(written)


def _cell(address: str, cell: Any) -> str:
    if isinstance(cell, dict):
        return f'<c r="{address}" {cell.get("attributes", "")}>{cell["content"]}</c>'
    if isinstance(cell, int | float):
        return f'<c r="{address}"><v>{cell}</v></c>'
    return f'<c r="{address}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' if cell else ""


def formula(saved: str, text: str = "H2+I2", attributes: str = "") -> dict[str, str]:
    return {"attributes": attributes, "content": f"<f>{text}</f>{saved}"}


# --- records

ZERO, EMPTY_TEXT, SEVEN = bytes(8), b"\x03\0\0\0\0\0\xff\xff", struct.pack("<d", 7)


def xls_with_formulas(rows: Sequence[Sequence[Any]], saved: Sequence[tuple[bytes, int]]) -> bytes:
    """Return an xls of Excel 97; a cell ``None`` is a formula, with the next of the saved results and its flags."""
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("数据")
    for index, cells in enumerate(rows):
        for position, cell in enumerate(cells):
            sheet.write(index, position, xlwt.Formula("600+600") if cell is None else cell)
    book.save(stream)
    pieces = stream.getvalue().split(EMPTY_TEXT + b"\0\0")
    assert len(pieces) == len(saved) + 1
    results = (result + struct.pack("<H", flags) for result, flags in saved)
    return b"".join(part for pair in zip(pieces, [*results, b""], strict=True) for part in pair)


def xls_with_gaps(rows: Sequence[Sequence[Any]], gaps: Collection[tuple[int, int]], dress: Callable[[Any], object]) -> bytes:
    """Return an xls of Excel 97 without some cells, which ``dress`` writes."""
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("数据")
    for index, cells in enumerate(rows):
        for position, cell in enumerate(cells):
            if (index, position) not in gaps:
                sheet.write(index, position, cell)
    dress(sheet)
    book.save(stream)
    return stream.getvalue()


def record(code: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(body)) + body


def excel_95(
    rows: Sequence[Sequence[Any]], code_page: int | None = 936, encoding: str = "gb18030", *, more: bytes = b"", days: int = 0
) -> bytes:
    """Return an xls of Excel 5.0 or 95; ``more`` are records at the end of the sheet, ``days`` is 1 to count from 1904."""
    code_page_record = record(0x42, struct.pack("<H", code_page)) if code_page is not None else b""
    settings = (
        record(0x809, struct.pack("<4H", 0x500, 5, 0x1000, 1995)) + code_page_record + record(0x22, struct.pack("<H", days))
    )
    name = "数据".encode(encoding)
    start = len(settings) + 4 + 7 + len(name) + 4
    place = record(0x85, struct.pack("<iBBB", start, 0, 0, len(name)) + name)
    sheet = record(0x809, struct.pack("<4H", 0x500, 0x10, 0x1000, 1995)) + _cells(rows, encoding) + more + record(0x0A)
    return contained(settings + place + record(0x0A) + sheet)


def contained(records: bytes) -> bytes:
    stream = io.BytesIO()
    XlsDoc().save(stream, records)
    return stream.getvalue()


def _cells(rows: Sequence[Sequence[Any]], encoding: str) -> bytes:
    written = b""
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<3H", row, column, 0)
            if isinstance(cell, int | float):
                written += record(0x203, place + struct.pack("<d", cell))
            elif cell:
                text = cell.encode(encoding)
                written += record(0x204, place + struct.pack("<H", len(text)) + text)
    return written


def excel_3_or_4(rows: Sequence[Sequence[Any]], version: int) -> bytes:
    begin = record({3: 0x209, 4: 0x409}[version], struct.pack("<3H", version * 0x100, 0x10, 0))
    return begin + _cells(rows, "gb18030") + record(0x0A)


def excel_2(rows: Sequence[Sequence[Any]]) -> bytes:
    written = record(0x009, struct.pack("<2H", 2, 0x10))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<2H3x", row, column)
            if isinstance(cell, int | float):
                written += record(0x003, place + struct.pack("<d", cell))
            elif cell:
                text = cell.encode("gb18030")
                written += record(0x004, place + struct.pack("<B", len(text)) + text)
    return written + record(0x0A)


def formula_record(row: int, column: int, result: bytes, flags: int = 0) -> bytes:
    """Return a formula of Excel 5 to 2003 (``=1``) with a saved result of eight bytes."""
    return record(0x06, struct.pack("<3H", row, column, 0) + result + struct.pack("<HIH", flags, 0, 3) + b"\x1e\x01\x00")
