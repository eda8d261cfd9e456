"""The county's book: every list of work and of figures whole, with who has to answer and how far that is.

Nothing is filled in there. Ledgers stand whole in the workbooks of their departments.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.adapters.xlsxwriter_rows import BlockWorksheet
from orchestration.documents.allotment import Allotment
from orchestration.documents.book_content import BookContent
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.list_sheet import ListSheet
from orchestration.documents.plain_sheets import write_explained, write_listing
from orchestration.documents.recipients import Recipient
from orchestration.documents.stationery import Stationery, new_book, tab
from orchestration.documents.tables import TableColumn
from orchestration.foundation.handed_out import COUNTY_BOOK, EXPLAINED

SUMMARY = "汇总"


def county_content(
    edition: Edition, facts: Facts, allotment: Allotment, explanations: Mapping[str, str], books: Sequence[BookContent]
) -> BookContent:
    """Return the lists of work and of figures whole; ``books`` are the workbooks of every recipient."""
    whole = (allotment.rows_of(plan) for plan in facts.sheets if plan.group != "ledger")
    return BookContent(
        facts=facts,
        edition=edition,
        recipient=Recipient(facts.county.whole_county_label, facts.county.whole_county_label, is_county=True),
        sheets=[dataclasses.replace(one, is_answered_here=False) for one in whole if one.rows.num_rows],
        lines=[line for book in books for line in book.lines],
        items=[item for book in books for item in book.items],
        receipts=[],
        closure=None,
        not_applicable=[(facts.marts[mart].title, why) for mart, why in explanations.items() if mart in facts.marts],
        undecided=next((book.undecided for book in books if book.recipient.is_bureau), 0),
        income_lines=books[0].income_lines,
    )


def write_county_book(path: Path, content: BookContent, books: Sequence[tuple[str, int, int, int, int]]) -> None:
    """Write the book; ``books`` are name, lines, red, yellow and overdue of every recipient."""
    facts, edition = content.facts, content.edition
    with new_book(path, content.title, edition.data_words, facts.bureau, edition.month.first_day) as file:
        look = Stationery(file, content.page_name)
        summary = file.add_worksheet(SUMMARY)
        sheets = [file.add_worksheet(tab(facts.marts[one.plan.mart].title)) for one in content.sheets]
        write_explained(file.add_worksheet(EXPLAINED), content, look)
        _write_summary(summary, content, look, books)
        for rows, sheet in zip(content.sheets, sheets, strict=True):
            ListSheet(sheet, content, rows, look).write("", "")


def _write_summary(
    sheet: BlockWorksheet, content: BookContent, look: Stationery, books: Sequence[tuple[str, int, int, int, int]]
) -> None:
    rows = [*books, (content.recipient.name, *(sum(column) for column in list(zip(*books, strict=True))[1:]))]
    columns = [
        TableColumn("办理单位", "text", 22.0, [row[0] for row in rows]),
        *(
            TableColumn(header, "integer", 13.0, [row[position] for row in rows])
            for position, header in enumerate(("待办（行）", "红色预警（户）", "黄色预警（户）", "逾期（条）"), start=1)
        ),
    ]
    title = f"{content.facts.county.name}{content.edition.month_words}防返贫{COUNTY_BOOK}{SUMMARY}"
    said = [content.state]
    if content.undecided:
        said.append(f"注意：{content.undecided_words}。")
    said += [f"{title_of}：本月不适用（{why.rstrip('。')}）" for title_of, why in content.not_applicable]
    outside = Counter(
        content.facts.marts[one.plan.mart].title
        for one in content.sheets
        if one.plan.group == "work" and "town" in one.rows.column_names
        for town in one.rows["town"].to_pylist()
        if town not in content.facts.towns
    )
    said += [
        f"{name}：{count} 行的乡镇不在本县乡镇名录，由乡村振兴局办理；请先更正户信息中的乡镇名称"
        for name, count in outside.items()
    ]
    write_listing(sheet, look, title, "\n".join(said), columns)
