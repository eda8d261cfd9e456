"""The answer to a question as a workbook for those who know Excel alone; for whom and what for stands on every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.documents.facts import PRIVACY
from orchestration.documents.plain_sheets import write_listing
from orchestration.documents.stationery import Stationery, new_book
from orchestration.documents.tables import TableColumn, fitting_width

_YES, _NO = "是", "否"
_WIDEST, _TEXT_WIDTH = 40.0, 100.0
_ANSWER, _READING = "答案", "说明"


@dataclass(frozen=True)
class AnswerBook:
    """What is written.

    Attributes:
        question: as it was asked.
        headers: of the answer.
        rows: of the answer, in its order.
        edition: Chinese, of which database it is.
        recipient: Chinese, who gets it.
        purpose: Chinese, what for.
        author: Chinese, who hands it out.
        made_on: the day.
        notes: Chinese, topic and text: how it is to be read, and the SQL.
    """

    question: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    edition: str
    recipient: str
    purpose: str
    author: str
    made_on: dt.date
    notes: Sequence[tuple[str, str]]


def write_answer_book(path: Path, content: AnswerBook) -> None:
    """Write it at the path."""
    given = f"{content.edition}，提供给{content.recipient}，用途：{content.purpose}"
    with new_book(path, content.question, given, content.author, content.made_on) as book:
        look = Stationery(book, given, PRIVACY)
        note = f"{given}。{content.made_on:%Y-%m-%d} 写出，{len(content.rows)} 行；空白是不知道或不显示，不是零。不得转给别人。"
        write_listing(book.add_worksheet(_ANSWER), look, content.question, note, list(_columns(content)))
        topics, texts = zip(*content.notes, strict=True)
        columns = [
            TableColumn("事项", "text", 24.0, topics, is_left=True),
            TableColumn("说明", "text", _TEXT_WIDTH, texts, is_left=True),
        ]
        write_listing(book.add_worksheet(_READING), look, "怎么看", given, columns)


def _columns(content: AnswerBook) -> Iterator[TableColumn]:
    for position, header in enumerate(content.headers):
        values = [row[position] for row in content.rows]
        kind = _kind(values)
        cells = values if kind != "text" else [_text(value) for value in values]
        yield TableColumn(header, kind, fitting_width(header, kind, [_text(value) for value in values], _WIDEST), cells)


def _kind(values: Sequence[Any]) -> str:
    """Return what the cells of a column are, by its first value that is there."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, (bool, str, dt.datetime)):
        return "text"
    if isinstance(first, int):
        return "integer"
    if isinstance(first, (float, Decimal)):
        return "figure"
    return "date" if isinstance(first, dt.date) else "text"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES if value else _NO
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
