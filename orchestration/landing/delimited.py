"""Delimited text: bytes of a csv to a grid.

What belongs here: encodings, delimiters, records that span lines. What does not: what the cells mean.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from orchestration.landing.grid import FileRefusedError, Grid

DELIMITERS = (",", "\t", ";")
HEADER_WITHIN = 20
# as many as a worksheet holds
LARGEST_ROWS = 1_048_576

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A record between quotes may be long, but not as long as the rest of a file whose quotes do not pair.
csv.field_size_limit(1 << 20)


def read_delimited(data: bytes, score: Callable[[Sequence[Sequence[str]]], int]) -> tuple[str, Grid]:
    """Return the encoding and the grid; of the delimiters the one whose first records ``score`` highest is taken.

    Raises:
        FileRefusedError: where the bytes are no text, or the quotes in it do not pair.
    """
    encoding, text = _decode(data)
    if "\0" in text:
        raise FileRefusedError("文件不是表格，也不是文本，读不了；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。")
    delimiter = max(DELIMITERS, key=lambda candidate: score(_beginning(text, candidate)))
    rows, row_numbers = _records(text, delimiter)
    return encoding, Grid(None, rows, row_numbers)


def _decode(data: bytes) -> tuple[str, str]:
    """Decode strictly: a guess would turn a damaged name into another name."""
    candidates = ("utf-8-sig",) if data.startswith(codecs.BOM_UTF8) else ("utf-8", "gb18030")
    if data.startswith(_UTF_16):
        candidates = ("utf-16",)
    furthest = 0
    for encoding in candidates:
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    line = data.count(b"\n", 0, furthest) + 1
    raise FileRefusedError(
        f"第 {line} 行有无法识别的文字编码（既不是 UTF-8 也不是 GB18030，字节 {furthest}）；请另存为 xlsx 后重新报送。"
    )


def _reader(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _beginning(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(islice(_reader(text, delimiter, strict=False), HEADER_WITHIN))
    except csv.Error:
        return []


def _records(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return records and the lines on which they start."""
    try:
        return _numbered(_reader(text, delimiter, strict=True))
    except csv.Error as error:
        line = getattr(error, "line", None)
        if "unexpected end" in str(error) or "field larger" in str(error):
            where = f"从第 {line} 行起" if line else ""
            raise FileRefusedError(f"{where}双引号不成对，后面的行无法分开；请补齐或删除多余的双引号后重新报送。") from None
    # Text after a closing quote ("北京"路) is harmless; only the strict reader minds it.
    try:
        return _numbered(_reader(text, delimiter, strict=False))
    except csv.Error:
        raise FileRefusedError("文件内容无法按行列分开；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。") from None


def _numbered(reader: Iterator[list[str]]) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    row_numbers: list[int] = []
    line = 1
    try:
        for row in reader:
            rows.append(row)
            row_numbers.append(line)
            if len(rows) > LARGEST_ROWS:
                raise FileRefusedError(f"文件超过 {LARGEST_ROWS} 行，不予读取；请删除无关的内容，或拆成几个文件后重新报送。")
            line = reader.line_num + 1  # type: ignore[attr-defined]  # typeshed keeps the reader's class private
    except csv.Error as error:
        error.line = line  # type: ignore[attr-defined]
        raise
    return rows, row_numbers
