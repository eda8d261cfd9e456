"""Records of delimited text whose quotation marks do not pair.

What belongs here: how each line is read when the quotes of a file cannot be trusted. What does not: files whose quotes hold.
A quotation mark that somebody typed opens a cell which swallows every line down to the next one. No reading may make lines
disappear: a record spans lines only where they are no records of their own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from orchestration.landing.text_lines import is_whole, physical_lines

# A note typed into a cell has a few lines; a search without end would make a file of stray quotes take hours.
_LONGEST_RECORD = 50


@dataclass
class Records:
    """Records and what is doubtful about them.

    Attributes:
        numbers: of the lines on which the records start.
        spanning: positions of the records that span lines.
        mended: lines with text outside of its quotes, or with a backslash before one; read without these.
        literal: lines with a quote too many, read as one record that is as wide as the header.
        broken: lines with a quote too many that are not as wide as the header.
    """

    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    spanning: list[int] = field(default_factory=list)
    mended: list[int] = field(default_factory=list)
    literal: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)

    def may_swallow(self, text: str, delimiter: str, width: int) -> bool:
        """Return whether a record may have swallowed others although every quote has its pair, as two ditto marks have."""
        if any(_is_torn(row, delimiter) for row in self.rows if len(row) < width):
            return True
        lines = physical_lines(text) if self.spanning else []
        ends = [*self.numbers[1:], len(lines) + 1]
        return any(
            sum(is_whole(line, delimiter, width) for line in lines[self.numbers[index] - 1 : ends[index] - 1]) > 1
            for index in self.spanning
        )


def records_by_line(text: str, delimiter: str, width: int) -> Records:
    """Return the records of text whose quotes do not pair, each line read by itself where it can be.

    Args:
        text: with ordinary line ends.
        delimiter: between the cells.
        width: how many cells the header has.
    """
    lines, found = physical_lines(text), Records()
    index = 0
    while index < len(lines):
        row, taken = _record(lines, index, delimiter, width, found)
        found.spanning += [len(found.rows)] if taken > 1 else []
        found.rows.append(row)
        found.numbers.append(index + 1)
        index += taken
    return found


def _record(lines: Sequence[str], index: int, delimiter: str, width: int, found: Records) -> tuple[list[str], int]:
    """Return the record that starts on a line and how many lines it takes; note what is doubtful about it."""
    line, number = lines[index], index + 1
    if '"' not in line:
        content = line.rstrip("\r\n")
        return content.split(delimiter) if content else [], 1
    if whole := _whole(lines, index, delimiter, width):
        row, taken = whole
        if taken > 1 or line.count('"') % 2 == 0:
            return row, taken
        # a quote inside of a cell is part of it; one at its end was opened on a line before, or nowhere
        without = [_without_lone_quote(cell) for cell in row]
        found.literal += [number] if without != row else []
        return without, 1
    for read, noted in ((_escaped, found.mended), (_lenient, found.mended), (_tolerant, found.literal)):
        if (cells := read(line, delimiter)) and _fits(cells, width):
            noted.append(number)
            return cells, 1
    row = _literal(line, delimiter)
    (found.literal if _fits(row, width) else found.broken).append(number)
    return row, 1


def _whole(lines: Sequence[str], index: int, delimiter: str, width: int) -> tuple[list[str], int] | None:
    """Return the record that starts on a line when its quotes pair without swallowing others, and how many lines it takes."""
    records = 0
    for last in range(index, min(index + _LONGEST_RECORD, len(lines))):
        records += is_whole(lines[last], delimiter, width)
        if last > index and records > 1:
            return None
        if '"' not in lines[last]:
            continue
        try:
            (row,) = csv.reader(lines[index : last + 1], delimiter=delimiter, strict=True)
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            return None
        return None if len(row) < width and _is_torn(row, delimiter) else (row, last + 1 - index)
    return None


def _is_torn(row: Sequence[str], delimiter: str) -> bool:
    """Return whether a cell is what lies between two cells of one line that hold a quotation mark and nothing else."""
    return any(
        delimiter in cell and cell.lstrip(" ").startswith(delimiter) and cell.rstrip(" ").endswith(delimiter) for cell in row
    )


def _fits(row: Sequence[str], width: int) -> bool:
    return len(row) >= width and not any(row[width:])


def _escaped(line: str, delimiter: str) -> list[str] | None:
    """Read a line in which a quote inside of a cell has a backslash before it."""
    return _read(csv.reader([line], delimiter=delimiter, strict=True, doublequote=False, escapechar="\\"), '\\"' in line)


def _lenient(line: str, delimiter: str) -> list[str] | None:
    """Read a line in which text follows a closing quote, as in ``"北京"路``."""
    return _read(csv.reader([line], delimiter=delimiter), line.count('"') % 2 == 0)


def _read(reader: Iterable[list[str]], is_likely: bool) -> list[str] | None:
    try:
        return next(iter(reader)) if is_likely else None
    except csv.Error:
        return None


def _tolerant(line: str, delimiter: str) -> list[str]:
    """Read a line in which cells between quotes stand beside cells that have one quote only."""
    cell = f'"(?:[^"]|"")*"(?={re.escape(delimiter)}|$)|[^{re.escape(delimiter)}]*'
    return [_without_lone_quote(found) for found in _cells(re.compile(cell), line.rstrip("\r\n"))]


def _literal(line: str, delimiter: str) -> list[str]:
    return [_without_lone_quote(cell) for cell in line.rstrip("\r\n").split(delimiter)]


def _cells(pattern: re.Pattern[str], line: str) -> Iterator[str]:
    position = 0
    while position <= len(line):
        found = pattern.match(line, position)
        assert found  # noqa: S101  the pattern matches nothing as well
        yield found[0]
        position = found.end() + 1


def _without_lone_quote(cell: str) -> str:
    """Take off the quotes around a cell, or the one at its beginning or end; a ditto mark stays."""
    found = cell.strip(" ")
    if len(found) > 1 and found[0] == found[-1] == '"':
        return found[1:-1].replace('""', '"')
    if len(found) > 1 and found.count('"') == 1:
        return found.strip('"')
    return cell
