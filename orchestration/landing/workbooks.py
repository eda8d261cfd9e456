"""Workbooks: bytes of xlsx, xls and their kin to grids.

What belongs here: the call of the parser, and what has to be looked at before it. What does not: what the cells mean.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError

from orchestration.landing.cells import Truth
from orchestration.landing.grid import FileRefusedError, Grid

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# The parser lays out a sheet as a full rectangle; a few kilobytes can describe one of 17 billion cells, and it then ends the
# process instead of raising. These limits are some ten times a large county's largest extract.
LARGEST_INFLATED = 2 * 1024**3
LARGEST_EXTENT = 60_000_000

_CHUNK = 1 << 20
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CELL_COLUMN = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})[0-9]')
_ROW_NUMBER = re.compile(rb'\br="[A-Z]{0,3}([0-9]+)"')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_workbook(data: bytes) -> bool:
    """Return whether bytes begin as a workbook does, whatever the file is called."""
    return data.startswith((ZIP_MAGIC, OLE_MAGIC))


def read_workbook(data: bytes) -> tuple[str, tuple[Grid, ...]]:
    """Return the format and one grid per sheet, hidden ones too; raise ``FileRefusedError`` where the file cannot be opened."""
    if data.startswith(ZIP_MAGIC):
        _refuse_oversized(data)
    elif _ENCRYPTED in data:
        raise FileRefusedError("文件设有打开密码，读不了；请取消密码后另存并重新报送。")
    return ("xlsx" if data.startswith(ZIP_MAGIC) else "xls"), _parse(data)


def _parse(data: bytes) -> tuple[Grid, ...]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names]
    except PasswordError:
        raise FileRefusedError("文件设有打开密码，读不了；请取消密码后另存并重新报送。") from None
    except BaseException as error:  # the parser's panics are no Exceptions
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise FileRefusedError(
            "文件已损坏或不是表格文件，打不开；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。"
        ) from None
    return tuple(_grid(name, rows) for name, rows in sheets)


def _grid(name: str, rows: list[list[Any]]) -> Grid:
    for row in rows:
        if bool in set(map(type, row)):
            row[:] = [Truth.TRUE if cell is True else Truth.FALSE if cell is False else cell for cell in row]
    return Grid(name, rows, range(1, len(rows) + 1))


def _refuse_oversized(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_INFLATED:
                raise FileRefusedError("文件解开后过大，不予读取；请删除与报表无关的内容后另存，重新报送。")
            for entry in archive.infolist():
                if _SHEET.fullmatch(entry.filename) and _extent(archive, entry) > LARGEST_EXTENT:
                    raise FileRefusedError(
                        "工作表的使用范围异常（远处的单元格有内容或格式）；请把数据复制到新的工作簿后另存，重新报送。"
                    )
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        raise FileRefusedError("文件已损坏（可能没有传完），打不开；请重新导出或另存后再报送。") from None


def _extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Return rows times columns of the rectangle that holds every cell of a sheet, without parsing it."""
    rows, columns, carried = set[bytes](), set[bytes](), b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            piece = carried + chunk
            rows.update(_ROW_NUMBER.findall(piece))
            columns.update(_CELL_COLUMN.findall(piece))
            carried = piece[-200:]
    return max(map(int, rows), default=1) * max(map(_column_number, columns), default=1)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
