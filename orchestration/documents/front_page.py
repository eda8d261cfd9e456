"""首页: what is asked of the recipient, by when, and where it comes back."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from orchestration.documents.answers import batch_code
from orchestration.documents.book_content import BookContent
from orchestration.documents.stationery import (
    ANSWER_HEADER_COLOUR,
    FAINT_COLOUR,
    HEAD_FONT,
    HEADER_COLOUR,
    LINK_COLOUR,
    WARNING_COLOUR,
    Stationery,
    lines_of,
)
from orchestration.foundation.handed_out import LEADS, RECEIPTS, TODO

_WIDTHS = (9.5,) * 10
_WIDTH, _LAST = sum(_WIDTHS), len(_WIDTHS) - 1
_LINE = 17
_OVERVIEW = (("清单", 0, 3), ("条数", 4, 4), ("要答复", 5, 5), ("说明", 6, 9))


def write_front_page(sheet: Worksheet, content: BookContent, look: Stationery, tabs: dict[str, str]) -> None:
    """Write the first page; ``tabs`` are the names of the sheets of the lists by their titles."""
    _FrontPage(sheet, content, look, tabs).write()


class _FrontPage:
    def __init__(self, sheet: Worksheet, content: BookContent, look: Stationery, tabs: dict[str, str]) -> None:
        self._sheet = sheet
        self._content = content
        self._look = look
        self._tabs = tabs

    def write(self) -> None:
        sheet, content, look = self._sheet, self._content, self._look
        for position, width in enumerate(_WIDTHS):
            sheet.set_column(position, position, width)
        look.set_page(sheet, is_landscape=False)
        sheet.set_row(0, 40)
        look.write_across(sheet, 0, (0, _LAST), content.title, look.title(20))
        sheet.set_row(1, 18)
        look.write_across(sheet, 1, (0, _LAST), content.state, look.format(align="center", font_size=9))
        sheet.set_row(2, 26)
        look.write_across(sheet, 2, (0, _LAST), f"{content.recipient.name}：", look.format(font_name=HEAD_FONT, font_size=14))
        row = self._paragraph(3, f"　　{content.opening}")
        row = self._write_return(row)
        row = self._write_numbers(row + 1)
        row = self._paragraph(row + 1, content.closure_words, size=10)
        row = self._heading(row, "怎样办")
        for number, request in enumerate(content.requests, start=1):
            row = self._paragraph(row, f"{number}．{request}", size=11)
        row = self._write_overview(self._heading(row, "本工作簿里有什么（点名称可跳转）"))
        sheet.set_row(row, 20)
        faint = look.format(font_size=8, font_color=FAINT_COLOUR)
        look.write_across(sheet, row, (0, _LAST), batch_code(content.edition, content.recipient), faint)
        # by which any program that reads the workbook finds whose it is
        sheet.set_column(_LAST + 2, _LAST + 2, 40, None, {"hidden": True})
        sheet.write_string(0, _LAST + 2, batch_code(content.edition, content.recipient), faint)
        sheet.print_area(0, 0, row, _LAST)

    def _heading(self, row: int, text: str) -> int:
        self._sheet.set_row(row, 24)
        self._look.write_across(self._sheet, row, (0, _LAST), text, self._look.format(font_name=HEAD_FONT, font_size=12))
        return row + 1

    def _paragraph(self, row: int, text: str, size: int = 12) -> int:
        style = self._look.format(font_size=size, text_wrap=True, align="left")
        self._sheet.set_row(row, (size + 5) * lines_of(text, _WIDTH * 10 / size * 1.05) + 4)
        self._look.write_across(self._sheet, row, (0, _LAST), text, style)
        return row + 1

    def _write_return(self, row: int) -> int:
        """Write by when and where to, the day larger than all else."""
        words = dict(self._content.return_words)
        name = self._look.header(ANSWER_HEADER_COLOUR)
        is_asked = bool(self._content.lines)
        day_size = 16 if len(words["反馈截止日"]) <= 11 else 10
        day = self._look.format(
            font_name=HEAD_FONT, font_size=day_size, align="center", border=1, text_wrap=True,
            **({"font_color": WARNING_COLOUR} if is_asked else {}),
        )  # fmt: skip
        text = self._look.format(font_size=11, align="left", border=1, text_wrap=True, indent=1, num_format="@")
        width = sum(_WIDTHS[6:]) * 0.9
        self._sheet.set_row(row, max(22, 15 * lines_of(words["交到哪里"], width) + 4))
        self._sheet.set_row(row + 1, 22)
        self._sheet.merge_range(row, 0, row + 1, 1, "反馈截止日", name)
        self._sheet.merge_range(row, 2, row + 1, 4, "", day)
        self._sheet.write_string(row, 2, words["反馈截止日"], day)
        for below, (title, said) in enumerate(
            (("交到哪里", words["交到哪里"]), ("联系", f"{words['联系人']}　{words['电话']}"))
        ):
            self._sheet.write_string(row + below, 5, title, name)
            self._look.write_across(self._sheet, row + below, (6, _LAST), said, text)
        return row + 2

    def _write_numbers(self, row: int) -> int:
        """Write the numbers, each in a box; what asks for work is red."""
        self._sheet.set_row(row, 20)
        self._sheet.set_row(row + 1, 38)
        numbers = self._content.numbers
        edges = [round(position * len(_WIDTHS) / len(numbers)) for position in range(len(numbers) + 1)]
        for (name, number), first, after in zip(numbers, edges, edges[1:], strict=False):
            self._look.write_across(self._sheet, row, (first, after - 1), name, self._look.header(HEADER_COLOUR))
            colour = {"font_color": WARNING_COLOUR} if number else {}
            style = self._look.format(font_name=HEAD_FONT, font_size=22, align="center", border=1, num_format="#,##0", **colour)
            self._sheet.merge_range(row + 1, first, row + 1, after - 1, "", style)
            self._sheet.write_number(row + 1, first, number, style)
        return row + 2

    def _write_overview(self, row: int) -> int:
        sheet, look, content = self._sheet, self._look, self._content
        sheet.set_row(row, 20)
        for header, first, last in _OVERVIEW:
            look.write_across(sheet, row, (first, last), header, look.header())
        own = (
            [(TODO, len(content.lines), sum(line["items"] for line in content.lines), "从这里开始办")] if content.lines else []
        )
        if content.recipient.is_town:
            own.append((LEADS, 0, 0, "新发现的困难户、家庭变化填在这里"))
        if content.receipts:
            own.append(
                (RECEIPTS, len(content.receipts), content.not_accepted, "上次交回的答复逐条的处理结果；没有采用的请重填")
            )
        listed = [(one.title, one.rows, one.answerable, one.note) for one in content.overview]
        for title, rows, answerable, note in (*own, *listed):
            row += 1
            is_missing = title not in self._tabs
            sheet.set_row(row, max(19, 13 * lines_of(note, sum(_WIDTHS[6:]) * 0.95) + 6))
            left = look.format(border=1, align="left", indent=1, text_wrap=True, num_format="@")
            red = look.format(border=1, align="left", indent=1, text_wrap=True, num_format="@", font_color=WARNING_COLOUR)
            number = look.format(border=1, align="center", num_format="#,##0;-#,##0;—")
            look.write_across(sheet, row, (0, 3), title, red if is_missing else left)
            if not is_missing:
                link = look.format(border=1, align="left", indent=1, num_format="@", font_color=LINK_COLOUR, underline=1)
                sheet.write_url(row, 0, f"internal:'{self._tabs[title]}'!A1", link, title)
            sheet.write_number(row, 4, rows, number)
            sheet.write_number(row, 5, answerable, number)
            look.write_across(sheet, row, (6, 9), note, red if is_missing or "算不出" in note else left)
        return row + 1
