"""The sheets beside a list: the county's counts by town, and what the list and its columns mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from orchestration.documents.layouts import ANSWER_RESULT
from orchestration.documents.list_content import ListContent
from orchestration.documents.stationery import HEAD_FONT, TOTAL_COLOUR, Stationery, lines_of

SUMMARY, EXPLAINED = "汇总", "说明"

_NAME_WIDTH, _TEXT_WIDTH = 22, 78


def write_summary(sheet: Worksheet, content: ListContent, stationery: Stationery) -> None:
    """Write how many rows each town has, by the column that the layout counts by."""
    by = content.layout.counted_by
    labels = content.labels(by)
    headers = ["乡镇", *(label.label for label in labels.values()), "合计"]
    if content.mart.undecided:
        headers.append(content.facts.marts[content.mart.undecided].title.removesuffix("清单"))
    last = len(headers) - 1
    counts = Counter((row["town"], row[by]) for row in content.rows)
    known = content.facts.towns
    named = {town for town, _ in counts} | set(content.undecided)
    towns = [*known, *sorted(named - set(known), key=str)]
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, last, 12)
    stationery.set_page(sheet)
    sheet.set_row(0, 34)
    heading = f"{content.facts.county.name}{content.edition.month_words}{content.mart.title}{SUMMARY}"
    sheet.merge_range(0, 0, 0, last, heading, stationery.title(16))
    note = stationery.format(font_size=11, text_wrap=True, align="left")
    sheet.set_row(1, 34)
    sheet.merge_range(1, 0, 1, last, f"{content.edition.data_words}　单位：{content.layout.unit}", note)
    sheet.set_row(2, 28)
    for position, header in enumerate(headers):
        sheet.write_string(2, position, header, stationery.header())
    look = {"border": 1, "align": "center"}
    total = look | {"font_name": HEAD_FONT, "bg_color": TOTAL_COLOUR}
    for row, town in enumerate((*towns, None), start=3):
        is_total = row == len(towns) + 3
        style = total if is_total else look
        name = content.place if is_total else town if town in known else f"{town or '未填'}（不在名录）"
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, name or "", stationery.format(num_format="@", **style))
        here = towns if is_total else [town]
        figures = [sum(counts[counted, code] for counted in here) for code in labels]
        figures.append(sum(figures))
        if content.mart.undecided:
            figures.append(sum(content.undecided[counted] for counted in here))
        for position, figure in enumerate(figures, start=1):
            sheet.write_number(row, position, figure, stationery.format(num_format="0", **style))


def write_explained(sheet: Worksheet, content: ListContent, stationery: Stationery) -> str:
    """Write what the list means; return the cells that hold the possible results of an answer, empty when it has none."""
    row = write_sections(sheet, stationery, content.mart.title, content.explained())
    if not content.has_answers:
        return ""
    values = content.facts.answer_results
    heading = f"{content.facts.answer_header(ANSWER_RESULT)}可选值"
    below = _write_section(sheet, row, stationery, heading, [(value, "") for value in values])
    return f"={EXPLAINED}!{xl_range_abs(below - len(values), 0, below - 1, 0)}"


def write_sections(
    sheet: Worksheet, stationery: Stationery, title: str, sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]
) -> int:
    """Write the sheet that explains something, section by section; return the row below."""
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    stationery.set_page(sheet, is_landscape=False)
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, 1, f"{title}{EXPLAINED}", stationery.title(16))
    row = 1
    for heading, entries in sections:
        row = _write_section(sheet, row, stationery, heading, entries)
    return row


def _write_section(sheet: Worksheet, row: int, stationery: Stationery, heading: str, entries: Sequence[tuple[str, str]]) -> int:
    """Write a heading and its table; return the row below."""
    sheet.set_row(row, 28)
    sheet.write_string(row, 0, heading, stationery.format(font_name=HEAD_FONT, font_size=12))
    style = stationery.format(border=1, text_wrap=True, num_format="@", align="left", indent=1)
    for number, (name, text) in enumerate(entries, start=row + 1):
        sheet.set_row(number, max(20, 14 * max(lines_of(text, _TEXT_WIDTH - 3), lines_of(name, _NAME_WIDTH - 3)) + 6))
        sheet.write_string(number, 0, name, style)
        sheet.write_string(number, 1, text, style)
    return row + len(entries) + 1
