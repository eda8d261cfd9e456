"""How the county's sheets look: fonts, borders, colours, page and footer."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.adapters.xlsxwriter_rows import BlockWorksheet
from orchestration.documents.facts import PRIVACY

HEADER_COLOUR, ANSWER_HEADER_COLOUR, ANSWER_COLOUR = "#DCE6F1", "#FFF2CC", "#FFFDF3"
WARNING_COLOUR, FAINT_COLOUR = "#C00000", "#808080"
LINK_COLOUR = "#1F4E9E"
# Background and font of what is urgent, and of what is less so.
RED, YELLOW = ("#FFC7CE", "#9C0006"), ("#FFEB9C", "#7F6000")
HEAD_FONT = "黑体"
_LONGEST_TAB = 31

_TITLE_FONT, _BODY_FONT = "方正小标宋简体", "宋体"
_BORDER_COLOUR = "#7F7F7F"
_A4 = 9
# Half a Chinese character of 10 points, in units of column width.
_CHARACTER = 0.96
_NOTHING_IS_GUESSED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def new_book(path: Path, title: str, subject: str, author: str, created: dt.date) -> xlsxwriter.Workbook:
    """Return a workbook to be written at the path: nothing in it is taken for more than text, nothing depends on the clock."""
    book = xlsxwriter.Workbook(str(path), _NOTHING_IS_GUESSED)
    book.worksheet_class = BlockWorksheet
    book.set_properties(
        {
            "title": title,
            "subject": subject,
            "author": author,
            "company": author,
            "created": dt.datetime.combine(created, dt.time()),
        }
    )
    return book


class _Widths(dict[str, int]):
    """The width of each character that was met."""

    def __missing__(self, character: str) -> int:
        self[character] = width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        return width


_WIDTHS = _Widths()


def display_width(text: str) -> int:
    """Return how many half-width characters a text takes."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of this width."""
    if "\n" in text:
        return sum(lines_of(line, width) for line in text.split("\n"))
    return max(1, math.ceil(display_width(text) * _CHARACTER / width))


def tab(title: str) -> str:
    """Return a title as the name of a sheet, which may have 31 characters."""
    return title[:_LONGEST_TAB]


class Stationery:
    """The formats of one workbook and the look of its pages."""

    def __init__(self, book: xlsxwriter.Workbook, page_name: str, privacy: str = PRIVACY) -> None:
        """Begin without formats; ``page_name`` and ``privacy`` stand at the foot of every page."""
        self._book = book
        self._page_name = page_name
        self._privacy = privacy
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """Return a cell format, the same object for the same properties."""
        wanted = {"font_name": _BODY_FONT, "font_size": 10, "valign": "vcenter"} | properties
        if "border" in wanted:
            wanted["border_color"] = _BORDER_COLOUR
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def title(self, size: int) -> Format:
        """Return the format of a heading of this font size, centred."""
        return self.format(font_name=_TITLE_FONT, font_size=size, align="center")

    def header(self, colour: str = HEADER_COLOUR) -> Format:
        """Return the format of a column header on this colour, framed and wrapped."""
        return self.format(font_name=HEAD_FONT, bg_color=colour, border=1, align="center", text_wrap=True)

    def link(self) -> Format:
        """Return the format of a cell that leads to another."""
        return self.format(border=1, align="center", num_format="@", font_color=LINK_COLOUR, underline=1)

    def faint(self) -> Format:
        """Return the format of what is not for the eye."""
        return self.format(num_format="@", font_color=FAINT_COLOUR, font_size=9)

    def set_page(self, sheet: Worksheet, is_landscape: bool = True) -> None:
        """Print on A4, as wide as the page, with what it is, the page number and how to treat it below."""
        if is_landscape:
            sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        name = self._page_name.replace("&", "&&")
        sheet.set_footer(f"&L&9{name}&C&9第 &P 页，共 &N 页&R&9{self._privacy}")

    def write_across(self, sheet: Worksheet, row: int, columns: tuple[int, int], text: str, style: Format) -> None:
        """Write a text from one column of a row to another, as text whatever it is."""
        first, last = columns
        if last > first:
            sheet.merge_range(row, first, row, last, "", style)
        sheet.write_string(row, first, text, style)
