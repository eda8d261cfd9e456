"""A sheet with one list: its rows, and for those that are work the cells to be filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orchestration.adapters.xlsxwriter_rows import BlockWorksheet
from orchestration.documents.allotment import SheetRows, line_of
from orchestration.documents.answers import AnswerSheet, answer_columns
from orchestration.documents.book_content import BookContent
from orchestration.documents.facts import ANSWER_COLUMNS
from orchestration.documents.stationery import WARNING_COLOUR, Stationery, lines_of
from orchestration.documents.tables import TableColumn, fitting_width, write_headers, write_rows
from orchestration.documents.todo_sheet import colours_of, last_answer, line_row
from orchestration.foundation.handed_out import LAST_ANSWER, LINE, STATE, TODO

# Sentences start at the left and may be wide.
_SENTENCES = {
    **dict.fromkeys(("found", "expected", "check_title"), 16.0),
    **dict.fromkeys(("employer", "last_employer", "policy", "measure_name", "file", "entity", "asset"), 16.0),
    **{"advice": 36.0, "missing_months": 24.0, "detail": 24.0, "figure": 22.0, "list": 22.0},
    **{"course": 14.0, "post": 12.0, "job": 10.0},
}
# Not broken into lines: a number that is looked up, and the names of villages.
_UNBROKEN = ("household_id", "village", "check_code", "loan_number")
_TO_VERIFY = "待验证"
_ORDERED = ("money", "integer", "date", "month")
_SOURCES = ("file", "row_number")


class ListSheet:
    """Writes one list into its sheet."""

    def __init__(self, sheet: BlockWorksheet, content: BookContent, rows: SheetRows, look: Stationery) -> None:
        """Begin with an empty sheet of the recipient's workbook."""
        self._sheet = sheet
        self._content = content
        self._rows = rows
        self._look = look
        self._mart = content.facts.marts[rows.plan.mart]
        self._fields = content.facts.fields_of(rows.plan.mart)
        self._places = content.places

    def write(self, results: str, password: str) -> None:
        """Write heading and rows; ``results`` are the cells with the possible results of an answer."""
        rows, sheet, look = self._rows, self._sheet, self._look
        count = rows.rows.num_rows
        columns = [TableColumn("序号", "integer", 5.0, range(1, count + 1))]
        columns += [column for column in map(self._column, self._shown) if not column.is_empty]
        if rows.has_items:
            columns += self._of_work()
        if rows.answerable:
            answerable = [item is not None for item in rows.items]
            columns += answer_columns(self._content.facts, answerable, _answers(rows) or ANSWER_COLUMNS)
        for position, column in enumerate(columns):
            sheet.set_column(position, position, column.width)
        look.set_page(sheet)
        header_row = self._write_heading(columns)
        write_headers(sheet, look, header_row, columns)
        final = header_row + count
        sheet.autofilter(header_row, 0, final, len(columns) - 1)
        sheet.freeze_panes(header_row + 1, self._frozen(columns))
        if rows.answerable:
            own = AnswerSheet(sheet, look, self._content.facts, self._content.edition, self._content.recipient)
            own.validate(header_row + 1, final, columns, results)
            own.write_rows(header_row, columns, [item["item_code"] if item else None for item in rows.items])
            own.protect(password)
        else:
            write_rows(sheet, look, header_row + 1, columns)
        sheet.print_area(0, 0, final, len(columns) - 1)

    @property
    def _shown(self) -> list[str]:
        """The columns of the mart; a town's workbook does not repeat the town."""
        is_town = self._content.recipient.is_town
        return [name for name in self._rows.plan.shown if not (is_town and name in ("town", "recipient"))]

    def _column(self, name: str) -> TableColumn:
        kind, header = self._fields[name].type, self._fields[name].label
        values, is_text = self._values(name), kind in ("text", "boolean", "text_list")
        said = {value: self._content.facts.text(name, kind, value) for value in _distinct(kind, values)}
        shown: Sequence[Any] = [said[value] for value in values] if is_text else values
        texts = [text for value, text in said.items() if value is not None]
        unlimited = name in _UNBROKEN
        widest = max(map(len, texts), default=0) * 2 + 2 if unlimited else _SENTENCES.get(name, 12.0)
        return TableColumn(
            header=header,
            kind="text" if is_text else kind,
            width=fitting_width(header, kind, texts, widest),
            values=shown,
            is_left=name in _SENTENCES,
            colours=colours_of(self._content.facts, name) if name in ("level", "medical_level") else {},
        )

    def _values(self, name: str) -> list[Any]:
        """Return the values of a column; where a row came from is of use where nobody is named."""
        values: list[Any] = self._rows.rows[name].to_pylist()
        if name in _SOURCES and self._rows.has_items:
            return [None if item else value for value, item in zip(values, self._rows.items, strict=True)]
        return [tuple(value) if value else None for value in values] if self._fields[name].type == "text_list" else values

    def _of_work(self) -> list[TableColumn]:
        """Return what is known of each row's item: its line in 待办, state, by when, the last answer."""
        facts, items = self._content.facts, self._rows.items
        states = [self._state(item) if item else "" for item in items]
        if not self._rows.is_answered_here:
            names = [facts.text("recipient", "text", item["recipient"]) if item else "" for item in items]
            first = TableColumn("办理单位", "text", 12.0, names)
        else:
            lines = [line_of(item, self._places) if item else None for item in items]
            first = TableColumn(
                LINE,
                "text",
                6.0,
                [str(line or "") for line in lines],
                links=[f"internal:'{TODO}'!A{line_row(line)}" if line else None for line in lines],
            )
        columns = [
            first,
            TableColumn(STATE, "text", 7.5, states, colours=colours_of(facts, "state")),
            TableColumn("应反馈日期", "date", 10.5, [item["due_on"] if item else None for item in items]),
        ]
        last = [last_answer(facts, item) if item else "" for item in items]
        return [*columns, TableColumn(LAST_ANSWER, "text", 14.0, last, is_left=True)] if any(last) else columns

    def _state(self, item: Mapping[str, Any]) -> str:
        return _TO_VERIFY if item["is_to_verify"] else self._content.facts.labels.label("state", item["state"])

    def _write_heading(self, columns: Sequence[TableColumn]) -> int:
        """Write title, what the list rests on, what is asked; return the row of the headers."""
        content, sheet, look = self._content, self._sheet, self._look
        last, width = len(columns) - 1, sum(column.width for column in columns)
        unit, count = self._rows.plan.unit, self._rows.rows.num_rows
        sheet.set_row(0, 30)
        title = f"{content.recipient.name}{content.edition.month_words}{self._mart.title}（{count}{unit}）"
        look.write_across(sheet, 0, (0, last), title, look.title(18))
        plain = look.format(font_size=10, text_wrap=True, align="left")
        red = look.format(font_size=10, text_wrap=True, align="left", bold=True, font_color=WARNING_COLOUR)
        texts = [(f"{self._mart.description}。依据：{self._basis}。{content.state}", plain)]
        if self._rows.answerable:
            asked = f"浅黄色各列由{content.recipient.name}填写，反馈截止日见“应反馈日期”"
            texts.append((f"{asked}；填了的以本页为准，没填的以“{TODO}”该行的答复为准。", red))
        elif self._rows.plan.items:
            texts.append(("知会：由清单所列部门办理，不用答复。", plain))
        if self._mart.undecided and content.undecided:
            texts.append((f"注意：{content.undecided_words}。", red))
        for number, (text, style) in enumerate(texts, start=1):
            sheet.set_row(number, 14 * lines_of(text, width * 0.95) + 4)
            look.write_across(sheet, number, (0, last), text, style)
        return len(texts) + 1

    @property
    def _basis(self) -> str:
        lines = "；".join(self._content.facts.line_words(line) for line in self._content.income_lines)
        return f"当月标准　{lines}" if self._mart.needs_line else self._mart.source

    def _frozen(self, columns: Sequence[TableColumn]) -> int:
        """Return how many columns stay in sight: up to the name, where that is near."""
        name = next((self._fields[name].label for name in ("name", "head_name") if name in self._shown), None)
        near = [position for position, column in enumerate(columns[:9], start=1) if column.header == name]
        return near[0] if near else 2


def _distinct(kind: str, values: Sequence[Any]) -> Collection[Any]:
    """Return the values of which one is the widest: of amounts, counts and days it is the least or the greatest."""
    if kind not in _ORDERED:
        return set(values)
    present = [value for value in values if value is not None]
    return {min(present), max(present)} if present else ()


def _answers(rows: SheetRows) -> Sequence[str]:
    return rows.plan.items.answers if rows.plan.items else ()
