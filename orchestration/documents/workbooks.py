"""Workbooks for officers: one per town and department with what it has to do, and the county's own book.

The rows are those of the published Parquet; ``config/sheets.yml`` says what is shown of them and to whom. Every cell of text is
written as text, so nothing that was delivered can become a formula. The bytes depend on the publication and the password alone;
a workbook that would say what it said in the version that is replaced is that of this version (``unchanged_books``).
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.contracts import load_extracts
from orchestration.contracts.sheet import TOWN, SheetPlan, load_sheets
from orchestration.documents.allotment import DONE, FOLLOW_UP, WORKLIST, Allotment
from orchestration.documents.book_content import EVERY_LIST, BookContent
from orchestration.documents.bureau_sheets import BUREAU_MARTS, BureauSheets
from orchestration.documents.comparison import Comparison
from orchestration.documents.county_book import county_content, write_county_book
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.front_page import write_front_page
from orchestration.documents.letter_content import LETTER_MARTS, LetterContent
from orchestration.documents.letter_sheets import LetterSheets
from orchestration.documents.letters import letter_of
from orchestration.documents.list_sheet import ListSheet
from orchestration.documents.plain_sheets import REPORT_EXTRACT, write_explained, write_leads, write_receipts
from orchestration.documents.recipients import Recipient, book_name, recipients
from orchestration.documents.stationery import Stationery, new_book, tab
from orchestration.documents.todo_sheet import write_todo
from orchestration.documents.unchanged_books import EarlierBook, content_digest, take_over
from orchestration.foundation.handed_out import (
    DELIVERY_RECEIPT,
    EXPLAINED,
    FRONT,
    LEADS,
    RECEIPTS,
    RETURNED,
    TO_CHECK,
    TODO,
)

LINES, CLOSURE, ANSWERS = "lines_in_force", "closure_rates", "answer_receipts"
# What workbooks are made of.
BOOK_MARTS = frozenset(
    {*(plan.mart for plan in load_sheets()), FOLLOW_UP, WORKLIST, LINES, CLOSURE, ANSWERS, *LETTER_MARTS, *BUREAU_MARTS}
)

# From how many rows on the books are shared with a second process: starting one takes a second. It then stays, so that the
# months of a backfill, small as each may be, share it.
ROWS_FOR_TWO_PROCESSES = 8_000

_TAB_COLOURS = {FRONT: "#C00000", TODO: "#C00000", LEADS: "#ED7D31", RECEIPTS: "#7F7F7F", EXPLAINED: "#7F7F7F"}
_GROUP_COLOURS = {"work": "#FFC000", "ledger": "#5B9BD5", "figures": "#70AD47"}

Row = Mapping[str, Any]

# Of each month written so far, how many rows it has.
_rows_of_this_process: list[int] = []


@dataclass(frozen=True)
class Book:
    """A workbook to be written.

    Attributes:
        content: what it says.
        bureau: the further sheets of the bureau's own book; None of others.
        password: that protects what is not to be filled in; blank where anybody may lift the protection.
    """

    content: BookContent
    bureau: BureauSheets | None
    password: str

    @property
    def rows(self) -> int:
        """How many rows it has, by which the work is shared."""
        return sum(one.rows.num_rows for one in self.content.sheets)


@dataclass(frozen=True)
class Issue:
    """What the workbooks of one publication have in common.

    Attributes:
        edition: what they are part of.
        facts: of ``config/``.
        tables: the month's rows of ``BOOK_MARTS`` and of the lists of undecided households.
        explanations: why, by mart that is not applicable.
        comparison: with the version that this one replaces; None where it replaces none.
        password: that protects what is not to be filled in.
        earlier: workbooks of that version, by the digest of what they say.
    """

    edition: Edition
    facts: Facts
    tables: Mapping[str, pa.Table]
    explanations: Mapping[str, str]
    comparison: Comparison | None = None
    password: str = ""
    earlier: Mapping[str, EarlierBook] = field(default_factory=dict)

    @cached_property
    def allotment(self) -> Allotment:
        """The lists, divided."""
        county = self.facts.county
        owners = {county.title(department): department.code for department in county.departments}
        return Allotment(self.facts.sheets, self.tables, self.facts.towns, owners)

    def rows_of(self, mart: str, recipient: Recipient) -> list[Row]:
        """Return the rows of a mart that are about a recipient."""
        return self._by_recipient[mart].get(recipient.code, [])

    @cached_property
    def _by_recipient(self) -> Mapping[str, Mapping[str, list[Row]]]:
        return {name: _grouped(self.tables[name]) for name in (FOLLOW_UP, ANSWERS, CLOSURE)}

    @cached_property
    def due_on(self) -> dt.date | None:
        """By when what is handed out this month is to be answered; None where nothing is, or the calendar does not say."""
        month = self.edition.month.first_day
        rows = self.tables[FOLLOW_UP].select(["handed_out_month", "due_on"]).to_pylist()
        return next((row["due_on"] for row in rows if row["handed_out_month"] == month), None)

    @cached_property
    def undecided(self) -> Counter[str | None]:
        """How many households could not be judged, by town."""
        lists = {mart.undecided for mart in self.facts.marts.values() if mart.undecided}
        return Counter(town for name in lists for town in self.tables[name]["town"].to_pylist())


@dataclass(frozen=True)
class Written:
    """What became of the workbooks of a publication.

    Attributes:
        outside: by list of work, how many rows no town's workbook holds, as their town is not one of the county.
        digests: of what each says, by file name; without the bureau's own, which tells of each version.
        taken_over: names of the files that are those of the version that is replaced.
    """

    outside: Mapping[str, int]
    digests: Mapping[str, str]
    taken_over: Sequence[str]


def write_workbooks(folder: Path, issue: Issue) -> Written:
    """Write the workbooks of a publication into a folder, but for those that are taken over unchanged."""
    contents = [_content(issue, one) for one in recipients(issue.facts.county)]
    books = [
        Book(one, _bureau_sheets(issue, contents) if one.recipient.is_bureau else None, issue.password) for one in contents
    ]
    county = county_content(issue.edition, issue.facts, issue.allotment, issue.explanations, contents)
    digests = {
        book_name(one.recipient): content_digest(one, issue.password)
        for one in (*contents, county)
        if not one.recipient.is_bureau
    }
    taken_over = {
        name for name, digest in digests.items() if digest in issue.earlier and take_over(issue.earlier[digest], folder / name)
    }
    told = [book.content.figures for book in books]
    books = [book for book in books if book_name(book.content.recipient) not in taken_over]
    _write_all(folder, books, None if book_name(county.recipient) in taken_over else county, told)
    return Written(_outside(issue), digests, sorted(taken_over))


def _content(issue: Issue, recipient: Recipient) -> BookContent:
    facts, undecided = issue.facts, issue.undecided
    concerned = {plan.mart for plan in facts.sheets if _concerns(plan, recipient)}
    closure = (row for row in issue.rows_of(CLOSURE, recipient) if row["list"] == EVERY_LIST)
    return BookContent(
        facts=facts,
        edition=issue.edition,
        recipient=recipient,
        sheets=list(issue.allotment.sheets_of(recipient)),
        lines=issue.allotment.lines[recipient.code],
        items=[row for row in issue.rows_of(FOLLOW_UP, recipient) if row["state"] not in DONE],
        receipts=issue.rows_of(ANSWERS, recipient),
        closure=next(closure, None),
        not_applicable=[(facts.marts[mart].title, why) for mart, why in issue.explanations.items() if mart in concerned],
        undecided=undecided[recipient.code] if recipient.is_town else sum(undecided.values()),
        income_lines=issue.tables[LINES].to_pylist(),
        letter=_letter(issue, recipient),
    )


def _letter(issue: Issue, recipient: Recipient) -> LetterContent | None:
    if recipient.department is None:
        return None
    return letter_of(recipient.department, issue.edition, issue.facts, issue.tables, issue.due_on)


def _bureau_sheets(issue: Issue, contents: Sequence[BookContent]) -> BureauSheets:
    return BureauSheets.of(issue.edition, issue.facts, issue.tables, contents, issue.comparison)


def _concerns(plan: SheetPlan, recipient: Recipient) -> bool:
    """Return whether a list can have rows for a recipient; of a list of work only those who may be handed items know."""
    return (TOWN if recipient.is_town else recipient.code) in plan.to or (plan.items is not None and recipient.is_town)


def _grouped(table: pa.Table) -> Mapping[str, list[Row]]:
    rows = defaultdict(list)
    for row in table.to_pylist():
        rows[row["recipient"]].append(row)
    return rows


def _outside(issue: Issue) -> dict[str, int]:
    """Return, by list of work, the rows of households that are in no town of the county."""
    outside, towns = {}, issue.facts.towns
    for plan in issue.facts.sheets:
        table = issue.allotment.rows_of(plan).rows
        if plan.items and "town" in table.column_names:
            outside[plan.mart] = sum(town not in towns for town in table["town"].to_pylist())
    return {mart: count for mart, count in outside.items() if count}


def _write_all(
    folder: Path, books: Sequence[Book], county: BookContent | None, told: Sequence[tuple[str, int, int, int, int]]
) -> None:
    """Write the books; two processes share the work where there is enough of it."""
    _rows_of_this_process.append(sum(book.rows for book in books))
    if sum(_rows_of_this_process) < ROWS_FOR_TWO_PROCESSES:
        for book in books:
            _write_book(folder, book)
        _write_county(folder, county, told)
        return
    # the largest first, so that neither waits long for the other
    ordered = sorted(books, key=lambda book: -book.rows)
    given: list[Book] = []
    kept: list[Book] = []
    weights = [0, sum(one.rows.num_rows for one in county.sheets) if county else 0]
    for book in ordered:
        lighter = 0 if weights[0] <= weights[1] else 1
        (given, kept)[lighter].append(book)
        weights[lighter] += book.rows
    written = [_second_process().submit(_write_book, folder, book) for book in given]
    _write_county(folder, county, told)
    for book in kept:
        _write_book(folder, book)
    for one in written:
        one.result()


def _write_county(folder: Path, county: BookContent | None, told: Sequence[tuple[str, int, int, int, int]]) -> None:
    if county:
        write_county_book(folder / book_name(county.recipient), county, told)


@cache
def _second_process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _end_with_the_first)


def _end_with_the_first() -> None:
    """End this process when the one that it helps is killed; it would wait for ever for more to do."""

    def wait() -> None:
        if first := multiprocessing.parent_process():
            first.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _write_book(folder: Path, book: Book) -> None:
    content, facts, edition = book.content, book.content.facts, book.content.edition
    path = folder / book_name(content.recipient)
    with new_book(path, content.title, edition.data_words, facts.bureau, edition.month.first_day) as file:
        look = Stationery(file, content.page_name)
        tabs = {facts.marts[one.plan.mart].title: tab(facts.marts[one.plan.mart].title) for one in content.sheets}
        own = [name for name, is_there in _own_sheets(book) if is_there]
        front = file.add_worksheet(FRONT)
        made = {name: file.add_worksheet(name) for name in own}
        lists = [file.add_worksheet(tabs[facts.marts[one.plan.mart].title]) for one in content.sheets]
        explained = file.add_worksheet(EXPLAINED)
        for name, sheet in ((FRONT, front), (EXPLAINED, explained), *made.items()):
            sheet.set_tab_color(_TAB_COLOURS.get(name, "#7F7F7F"))
        # what may be chosen stands on the last sheet, so that is written first
        results = write_explained(explained, content, look, book.bureau.review.explained() if book.bureau else ())
        write_front_page(front, content, look, {name: name for name in own} | tabs)
        if TODO in made:
            write_todo(made[TODO], content, look, results, book.password)
        if LEADS in made:
            write_leads(made[LEADS], content, look, load_extracts()[REPORT_EXTRACT], book.password)
        if RECEIPTS in made:
            write_receipts(made[RECEIPTS], content, look)
        if content.letter:
            letter = LetterSheets(content.letter, look)
            letter.write_receipt(made[DELIVERY_RECEIPT])
            letter.write_returned(made[RETURNED])
            if TO_CHECK in made:
                letter.write_checks(made[TO_CHECK])
        if book.bureau:
            book.bureau.write(made, look)
        for rows, sheet in zip(content.sheets, lists, strict=True):
            sheet.set_tab_color(_GROUP_COLOURS[rows.plan.group])
            ListSheet(sheet, content, rows, look).write(results, book.password)


def _own_sheets(book: Book) -> list[tuple[str, bool]]:
    """Return the sheets that are no list, in their order, and whether the book has them."""
    content, letter = book.content, book.content.letter
    return [
        (TODO, bool(content.lines)),
        (LEADS, content.recipient.is_town),
        *((name, True) for name in (book.bureau.names if book.bureau else ())),
        (RECEIPTS, bool(content.receipts)),
        (DELIVERY_RECEIPT, letter is not None),
        (RETURNED, letter is not None),
        (TO_CHECK, letter is not None and not content.recipient.is_bureau),
    ]
