"""Workbooks: bytes of xlsx, xls and their kin to grids.

What belongs here: the call of the parser, and what the guard adds to its answer. What does not: what the cells mean.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any
from xml.sax.saxutils import unescape

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum, WorksheetNotFound

from orchestration.landing.cells import Flaw, Truth
from orchestration.landing.grid import FileRefusedError, Grid
from orchestration.landing.guard import Scan, SheetScan, scan_archive
from orchestration.landing.problems import Problem, of_file

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOCKED = "文件设有打开密码，读不了；请取消密码后另存并重新报送。"
_SHEET_TAG = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATIONSHIP_TAG = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def is_workbook(data: bytes) -> bool:
    """Return whether bytes begin as a workbook does, whatever the file is called."""
    return data.startswith((ZIP_MAGIC, OLE_MAGIC))


def read_workbook(data: bytes) -> tuple[str, tuple[Grid, ...], tuple[Problem, ...]]:
    """Return the format, one grid per sheet, hidden ones too, and remarks on the file.

    Raises:
        FileRefusedError: where the file cannot be opened, or not safely.
    """
    if data.startswith(ZIP_MAGIC):
        scan = scan_archive(data)
        return "xlsx", _parse(data, _by_name(data, scan)), tuple(_remarks(scan))
    if _ENCRYPTED in data:
        raise FileRefusedError(_LOCKED)
    return "xls", _parse(data, {}), ()


def _parse(data: bytes, scans: dict[str, SheetScan]) -> tuple[Grid, ...]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        hidden = {sheet.name for sheet in workbook.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible}
        grids = []
        for name in workbook.sheet_names:
            try:
                sheet = workbook.get_sheet_by_name(name)
            except WorksheetNotFound:
                # a sheet that is a chart has no cells
                continue
            grids.append(_grid(sheet, name in hidden, scans.get(name, SheetScan())))
        return tuple(grids)
    except PasswordError:
        raise FileRefusedError(_LOCKED) from None
    except BaseException as error:  # the parser's panics are no Exceptions
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise FileRefusedError(
            "文件已损坏或不是表格文件，打不开；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。"
        ) from None


def _grid(sheet: CalamineSheet, is_hidden: bool, scan: SheetScan) -> Grid:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    for row in rows:
        if bool in set(map(type, row)):
            row[:] = [Truth.TRUE if cell is True else Truth.FALSE if cell is False else cell for cell in row]
    for (row_index, position), flaw in scan.flaws.items():
        _put(rows, row_index, position, flaw)
    merged = tuple((*start, *end) for start, end in sheet.merged_cell_ranges or ())
    return Grid(sheet.name, rows, range(1, len(rows) + 1), is_hidden, frozenset(scan.hidden_rows), merged)


def _put(rows: list[list[Any]], row_index: int, position: int, flaw: Flaw) -> None:
    """Put the mark of a flaw where the parser gave a blank; it may lie outside of the parser's rectangle."""
    rows.extend([] for _ in range(row_index + 1 - len(rows)))
    row = rows[row_index]
    row.extend([""] * (position + 1 - len(row)))
    if row[position] == "":
        row[position] = flaw


def _by_name(data: bytes, scan: Scan) -> dict[str, SheetScan]:
    """Return what the guard saw, by the name of the sheet; only where there is something to say."""
    if not any(sheet.flaws or sheet.hidden_rows for sheet in scan.sheets.values()):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            book, links = (archive.read(part).decode() for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
        except (KeyError, UnicodeDecodeError):
            return {}
    targets = {link.get("Id", ""): link.get("Target", "") for link in map(_attributes, _RELATIONSHIP_TAG.findall(links))}
    found = {}
    for sheet in map(_attributes, _SHEET_TAG.findall(book)):
        target = targets.get(next((value for key, value in sheet.items() if key.endswith(":id")), ""), "")
        path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
        if path in scan.sheets:
            found[sheet.get("name", "")] = scan.sheets[path]
    return found


def _attributes(tag: str) -> dict[str, str]:
    return {key: unescape(one or other, {"&quot;": '"', "&apos;": "'"}) for key, one, other in _ATTRIBUTE.findall(tag)}


def _remarks(scan: Scan) -> list[Problem]:
    remarks = []
    if any(part.lower().endswith("vbaproject.bin") for part in scan.parts):
        remarks.append(of_file("macros_ignored", "文件带有宏，宏没有运行，只读取单元格的值。请另存为不带宏的 xlsx 再报送。"))
    if any("externallinks/" in part.lower() for part in scan.parts):
        message = "文件引用了其他工作簿，只读取了保存时的值，可能不是最新。请把引用粘贴为数值后再报送。"
        remarks.append(of_file("external_links", message))
    return remarks
