"""Delimited text: bytes of a csv to a grid.

What belongs here: encodings, delimiters, records that span lines. What does not: what the cells mean.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from orchestration.landing.grid import HEADER_WITHIN, FileRefusedError, Grid
from orchestration.landing.problems import Problem, of_file, rows_named
from orchestration.landing.stray_quotes import Records, records_by_line
from orchestration.landing.text_lines import (
    BYTE_ORDER_MARK,
    at_other_ends,
    has_other_ends,
    with_ordinary_ends,
    without_marks,
)

DELIMITERS = (",", "\t", ";", "|", "，", "；", "\x1f", "\x01")
# as many as a worksheet holds
LARGEST_ROWS = 1_048_576

_BEGINNING = 1 << 18
# Spreadsheet programs read the delimiter from such a first line.
_TOLD_DELIMITER = re.compile(r'"?sep=([^"\r\n])"?[\r\n]', re.IGNORECASE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A record between quotes may be long, but not as long as the rest of a file whose quotes do not pair.
csv.field_size_limit(1 << 20)

Score = Callable[[Sequence[Sequence[str]]], int]


@dataclass(frozen=True)
class _Layout:
    """How the header is written: the delimiter, and the texts of its cells down to the last that is not blank."""

    delimiter: str
    header: list[str]

    @property
    def width(self) -> int:
        return len(self.header)


def read_delimited(data: bytes, score: Score) -> tuple[str, Grid]:
    """Return the encoding and the grid; of the delimiters the one whose first records ``score`` highest is taken.

    Raises:
        FileRefusedError: where the bytes are no text.
    """
    encoding, text = _decode(data)
    if "\0" in text:
        raise FileRefusedError("文件不是表格，也不是文本，读不了；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。")
    text = without_marks(text)
    layout = _layout(text, score)
    ordinary = with_ordinary_ends(text, layout.delimiter, layout.width) if has_other_ends(text) else text
    found = _records(ordinary, layout)
    if len(found.rows) > LARGEST_ROWS:
        raise FileRefusedError(f"文件超过 {LARGEST_ROWS} 行，不予读取；请删除无关的内容，或拆成几个文件后重新报送。")
    remarks = [*_remarks_on_line_ends(text, ordinary), *_remarks_on_quotes(found, layout)]
    _take_headers_apart(found, layout, score)
    broken = frozenset(found.broken)
    return encoding, Grid(None, found.rows, found.numbers, delimiter=layout.delimiter, broken=broken, remarks=tuple(remarks))


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
        f"第 {line} 行有无法识别的文字编码（既不是 UTF-8 也不是 GB18030，字节 {furthest}）；"
        "可能是传输中损坏，或拼接了编码不同的文件。请另存为 xlsx 后重新报送。"
    )


def _layout(text: str, score: Score) -> _Layout:
    beginning = at_other_ends(text[:_BEGINNING]) if has_other_ends(text[:_BEGINNING]) else text[:_BEGINNING]
    told = _TOLD_DELIMITER.match(beginning)
    best, layout = 0, _Layout(DELIMITERS[0], [])
    for delimiter in dict.fromkeys([*(told.groups() if told else ()), *DELIMITERS]):
        for rows in _beginnings(beginning, delimiter) if delimiter in beginning else ():
            scores = [score([row]) for row in rows]
            if (highest := max(scores, default=0)) > best:
                # a part further down may have a richer header than the first one
                first = next(row for row, found in zip(rows, scores, strict=True) if 2 * found > highest)
                best, layout = highest, _Layout(delimiter, _without_blank_end(first))
    return layout


def _beginnings(text: str, delimiter: str) -> Iterator[list[list[str]]]:
    """Give the first records, read with quotes and then, as one of them may swallow the others, without."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE) if '"' in text else (csv.QUOTE_NONE,):
        with suppress(csv.Error):
            yield list(islice(_reader(text, delimiter, quoting=quoting), HEADER_WITHIN))


def _without_blank_end(row: list[str]) -> list[str]:
    filled = [position for position, cell in enumerate(row) if cell.strip()]
    return [cell.strip() for cell in row[: filled[-1] + 1]]


def _reader(
    text: str, delimiter: str, *, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL, strict: bool = False
) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=strict)


def _records(text: str, layout: _Layout) -> Records:
    """Return the records; the quotes between which a record swallows others are not taken for quotes."""
    delimiter, width = layout.delimiter, layout.width
    if '"' not in text:
        rows = _without_quotes(text, delimiter)
        return Records(rows, list(range(1, len(rows) + 1)))
    try:
        found = _strictly(text, delimiter)
    except csv.Error:
        return records_by_line(text, delimiter, width)
    is_odd = text.count('"') % 2 == 1
    return records_by_line(text, delimiter, width) if is_odd or found.may_swallow(text, delimiter, width) else found


def _without_quotes(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(islice(_reader(text, delimiter, quoting=csv.QUOTE_NONE), LARGEST_ROWS + 1))
    except csv.Error:
        raise FileRefusedError("文件内容无法按行列分开；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。") from None


def _strictly(text: str, delimiter: str) -> Records:
    """Return records and the lines on which they start; raise ``csv.Error`` where quotes do not pair."""
    found, reader, line = Records(), _reader(text, delimiter, strict=True), 1
    for row in islice(reader, LARGEST_ROWS + 1):
        found.rows.append(row)
        found.numbers.append(line)
        last = reader.line_num  # type: ignore[attr-defined]  # typeshed keeps the reader's class private
        if last > line:
            found.spanning.append(len(found.rows) - 1)
        line = last + 1
    return found


def _take_headers_apart(found: Records, layout: _Layout, score: Score) -> None:
    """Part the header of a joined file from the record in front of it, where no line end stood between them."""
    if not layout.header:
        return
    names = set(layout.header)
    wide = [index for index, row in enumerate(found.rows) if len(row) > layout.width]
    for index in reversed(wide):
        row, number = found.rows[index], found.numbers[index]
        if names.isdisjoint(row) and not any(BYTE_ORDER_MARK in cell for cell in row):
            continue
        named = [position for position, cell in enumerate(row) if score([[cell]])]
        if len(named) > 1 and named[0] > 0 and 2 * len(named) >= len(row) - named[0]:
            joint = named[0] - (named[0] >= layout.width)
            found.rows[index : index + 1] = _apart(row, joint, score, number)
            found.numbers.insert(index, number)


def _apart(row: list[str], joint: int, score: Score, number: int) -> tuple[list[str], list[str]]:
    """Return a record and the header behind it; the cell at ``joint`` is the end of the one and the beginning of the other."""
    cell = row[joint].replace('"', "")
    start = next((start for start in range(len(cell)) if score([[cell[start:]]])), None)
    if start is None:
        raise FileRefusedError(f"第 {number} 行像是两个文件接在一起的地方，中间没有换行；请把各部分分开，分别报送。")
    return [*row[:joint], cell[:start].strip(BYTE_ORDER_MARK)], [cell[start:], *row[joint + 1 :]]


def _remarks_on_line_ends(text: str, ordinary: str) -> Iterator[Problem]:
    if text != ordinary:
        message = "行与行之间不是普通的换行符（可能出自大型机或网页），已按换行读入。不必处理；建议另存为 xlsx 再报送。"
        yield of_file("other_line_ends", message, "mended")


def _remarks_on_quotes(found: Records, layout: _Layout) -> Iterator[Problem]:
    if found.mended:
        message = f"有 {len(found.mended)} 行（{rows_named(found.mended)}）双引号内外都有文字，已去掉双引号读入。不必处理。"
        yield of_file("stray_quotes", message, "mended", found.mended[0])
    if found.literal:
        message = (
            f"有 {len(found.literal)} 行（{rows_named(found.literal)}）双引号不成对，已按一行一条记录读入。"
            "请核对这些行，补齐或删除多余的双引号后重新报送。"
        )
        yield of_file("unpaired_quotes", message, row_number=found.literal[0])
    for index in found.spanning:
        if any(_looks_like_rows(cell, layout) for cell in found.rows[index]):
            message = (
                f"第 {found.numbers[index]} 行起，一对双引号之间有好几行带分隔符的文字，已当作一个单元格读入，"
                "可能吞掉了后面的行。请核对双引号是否成对，改正后重新报送。"
            )
            yield of_file("rows_swallowed", message, row_number=found.numbers[index])


def _looks_like_rows(cell: str, layout: _Layout) -> bool:
    """Return whether a cell has line breaks, and delimiters on several of its lines or on one those of half a record."""
    delimiters = [line.count(layout.delimiter) for line in cell.splitlines()]
    return len(delimiters) > 1 and (sum(count > 1 for count in delimiters) > 1 or 2 * max(delimiters) >= layout.width)
