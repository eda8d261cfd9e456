"""Lines of delimited text, before they are split into cells.

What belongs here: marks where files were joined, line ends other than the ordinary ones. What does not: cells, quotes.
"""

from __future__ import annotations

import io
import re
from functools import cache

# What mainframes, web pages and records of old programs put where others put CR and LF.
_OTHER_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_AT_OTHER_END = re.compile(f"[{_OTHER_ENDS}]")
# `copy a.csv+b.csv` leaves the byte order mark of the second file in the middle, and Ctrl-Z at the end.
BYTE_ORDER_MARK, _END_OF_FILE = "\ufeff", "\x1a"
_MARK_AT_START = re.compile(f'(?:\\A|(?<=[\r\n"]))[{BYTE_ORDER_MARK}{_END_OF_FILE}]+')


def without_marks(text: str) -> str:
    """Return text without the marks that joining files leaves at the beginning of a line and at the end."""
    if BYTE_ORDER_MARK in text or _END_OF_FILE in text:
        return _MARK_AT_START.sub("", text).rstrip(_END_OF_FILE)
    return text


def physical_lines(text: str) -> list[str]:
    """Return the lines with their ends, as the csv reader counts them."""
    return list(io.StringIO(text, newline=""))


def is_whole(line: str, delimiter: str, width: int) -> bool:
    """Return whether a line can have the cells of a record, each of its quotes taken for one or not."""
    most = line.count(delimiter) + 1
    return most == width or (most > width and ('"' in line or _cells_in(line, delimiter) >= width))


def has_other_ends(text: str) -> bool:
    """Return whether a line could end otherwise than with CR or LF."""
    return any(end in text for end in _OTHER_ENDS)


def at_other_ends(text: str) -> str:
    """Return text in which every other line end is an ordinary one."""
    return _AT_OTHER_END.sub("\n", text)


def with_ordinary_ends(text: str, delimiter: str, width: int) -> str:
    """Return text in which records that other line ends divide stand on lines of their own.

    Args:
        text: with other line ends in it, which may as well stand inside of cells.
        delimiter: between the cells.
        width: how many cells the header has.
    """
    lines = physical_lines(text)
    return "".join(at_other_ends(line) if _is_several(line, delimiter, width, len(lines)) else line for line in lines)


def _is_several(line: str, delimiter: str, width: int, lines: int) -> bool:
    """Return whether a line is several records: wider than the header, and whole records between the other line ends."""
    if not has_other_ends(line) or _cells_in(line, delimiter) <= width:
        return False
    whole = [piece for piece in _AT_OTHER_END.split(line) if is_whole(piece, delimiter, width)]
    return len(whole) > 1 or (lines == 1 and len(whole) == 1)


def _cells_in(line: str, delimiter: str) -> int:
    """Return how many cells a line has when nothing but whole cells stands between quotes."""
    if '"' in line:
        line = _between_quotes(delimiter).sub("", line.rstrip("\r\n"))
    return line.count(delimiter) + 1


@cache
def _between_quotes(delimiter: str) -> re.Pattern[str]:
    between = re.escape(delimiter)
    return re.compile(f'(?:^|(?<={between}))"(?:[^"]|"")*"(?={between}|$)')
