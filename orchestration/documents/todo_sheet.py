"""待办: one line per household, in a department's workbook per person, with everything that is asked about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchestration.adapters.xlsxwriter_rows import BlockWorksheet
from orchestration.documents.answers import AnswerSheet, answer_columns
from orchestration.documents.book_content import BookContent
from orchestration.documents.facts import Facts
from orchestration.documents.stationery import RED, WARNING_COLOUR, YELLOW, Stationery, lines_of
from orchestration.documents.tables import TableColumn, write_headers
from orchestration.foundation.handed_out import CHANGE, HEAD, HELPER, LAST_ANSWER, PHONE, PLACE, VILLAGE

# By column and code.
_URGENT = {"overdue": RED, "recurring": RED}
_COLOURS = {
    "level": {"red": RED, "yellow": YELLOW},
    "medical_level": {"red": RED},
    "change": {**_URGENT, "worse": YELLOW},
    "state": _URGENT,
}
# Row of the headers: title, what to do, headers.
HEADER_ROW = 2


def line_row(line_no: int) -> int:
    """Return the row of a line as a person counts it; lines are numbered from 1."""
    return HEADER_ROW + 1 + line_no


def write_todo(sheet: BlockWorksheet, content: BookContent, look: Stationery, results: str, password: str) -> None:
    """Write the lines; ``results`` are the cells with the possible results of an answer."""
    lines = content.lines
    facts = _facts(content)
    columns = [*facts, *answer_columns(content.facts, [True] * len(lines)), *_behind(content)]
    last = len(columns) - 1
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
    look.set_page(sheet)
    sheet.set_row(0, 30)
    title = f"{content.recipient.name}{content.edition.month_words}待办（反馈截止日：{content.due_words}）"
    # in sight without scrolling
    seen = len(facts) - 1
    look.write_across(sheet, 0, (0, seen), title, look.title(16))
    text = (
        "从上往下办：逾期在前，其次红色预警（差额大的在前）、黄色预警、必须更正的问题。只填浅黄色各列；一行的答复对该行全部事项有效，"
        "各事项结果不同的（包括豁免）到各清单页分别填写。办不完的留空，下次再报。"
    )
    note = look.format(font_size=10, text_wrap=True, align="left", font_color=WARNING_COLOUR)
    sheet.set_row(1, 15 * lines_of(text, sum(column.width for column in facts) * 0.92) + 4)
    look.write_across(sheet, 1, (0, seen), text, note)
    write_headers(sheet, look, HEADER_ROW, columns)
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.set_zoom(85)
    final = HEADER_ROW + len(lines)
    sheet.autofilter(HEADER_ROW, 0, final, last)
    own = AnswerSheet(sheet, look, content.facts, content.edition, content.recipient)
    own.validate(HEADER_ROW + 1, final, columns, results)
    own.write_rows(HEADER_ROW, columns, [line["item_codes"] for line in lines])
    own.protect(password)
    sheet.print_area(0, 0, final, last)


def colours_of(facts: Facts, name: str) -> dict[str, tuple[str, str]]:
    """Return the colours of a column by what stands in its cells; none for most columns."""
    return {facts.labels.label(name, code): colours for code, colours in _COLOURS.get(name, {}).items()}


def last_answer(facts: Any, row: Any) -> str:
    """Return the last answer to something in a few words: result, by whom, when."""
    if not row["last_result"]:
        return ""
    day = row["last_answered_on"]
    by = "，".join(part for part in (row["last_answered_by"] or "", f"{day:%Y-%m-%d}" if day else "") if part)
    return f"{row['last_result']}（{by}）" if by else str(row["last_result"])


def _facts(content: BookContent) -> list[TableColumn]:
    facts, lines, is_town = content.facts, content.lines, content.recipient.is_town

    def texts(name: str) -> list[str]:
        return [facts.text(name, "text", line[name]) for line in lines]

    names = texts("head_name") if is_town else [line["name"] or line["head_name"] or "" for line in lines]
    places = texts("village") if is_town else [f"{line['town'] or ''}{line['village'] or ''}" for line in lines]
    levels = texts("level")
    amounts: list[TableColumn] = []
    if any(line["shortfall"] is not None for line in lines):
        amounts = [TableColumn("距线差额", "money", 10.5, [line["shortfall"] for line in lines])]
    return [
        TableColumn("序号", "integer", 4.5, [line["line_no"] for line in lines]),
        TableColumn(HEAD if is_town else "姓名", "text", 7.5, names),
        TableColumn(VILLAGE if is_town else PLACE, "text", 7.5 if is_town else 12.5, places),
        TableColumn(PHONE, "text", 11.8, texts("phone")),
        *([TableColumn("级别", "text", 5.5, levels, colours=colours_of(content.facts, "level"))] if any(levels) else []),
        TableColumn("事由", "text", 28.0, texts("reasons"), is_left=True),
        *amounts,
        TableColumn(CHANGE, "text", 7.0, texts("change"), colours=colours_of(content.facts, "change")),
        TableColumn(LAST_ANSWER, "text", 11.5, [last_answer(facts, line) for line in lines], is_left=True),
    ]


def _behind(content: BookContent) -> Sequence[TableColumn]:
    """What helps, behind the columns to be filled in."""
    lines = content.lines
    return [
        TableColumn("应反馈日期", "date", 10.5, [line["due_on"] for line in lines]),
        TableColumn(HELPER, "text", 8.0, [line["helper_name"] or "" for line in lines]),
        TableColumn("户编号", "text", 15.5, [line["household_id"] or "" for line in lines]),
    ]
