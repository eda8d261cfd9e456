"""The cells of a sheet that a person fills in and by which a row is recognised when it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchestration.adapters.xlsxwriter_rows import BlockWorksheet
from orchestration.documents.edition import Edition
from orchestration.documents.facts import ANSWER_COLUMNS, ANSWER_KEY, ANSWER_RESULT, Facts
from orchestration.documents.recipients import Recipient
from orchestration.documents.stationery import Stationery
from orchestration.documents.tables import TableColumn, write_rows
from orchestration.foundation import handed_out
from orchestration.foundation.row_seals import SEAL_COLUMN, seal_of

_WIDTHS = {
    ANSWER_RESULT: 14.0,
    "verified_income": 9.0,
    "measure": 11.5,
    "reason": 12.5,
    "waived_until": 7.5,
    "answered_by": 7.5,
    "answered_on": 10.5,
}
# Who looks for a row may filter; what is written stays as it went out.
_ALLOWED = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "sort": True,
}


def answer_columns(facts: Facts, answerable: Sequence[bool], names: Sequence[str] = ANSWER_COLUMNS) -> list[TableColumn]:
    """Return the columns that are filled in; ``answerable`` says in which rows they can be."""
    return [
        TableColumn(
            header=facts.answer_header(name),
            kind=facts.answer_type(name),
            width=_WIDTHS[name],
            values=[None] * len(answerable),
            is_left=name in ("measure", "reason"),
            answers=answerable,
        )
        for name in names
    ]


def batch_code(edition: Edition, recipient: Recipient) -> str:
    """Return by what a returned workbook is recognised, whatever it is called: month, version, to whom it went."""
    return handed_out.batch_code(edition.month, edition.version, recipient.code)


class AnswerSheet:
    """What a sheet with answers has beside its table: codes out of sight, rules for what is filled in, protection."""

    def __init__(self, sheet: BlockWorksheet, look: Stationery, facts: Facts, edition: Edition, recipient: Recipient) -> None:
        """Begin with a sheet of a recipient's workbook."""
        self._sheet = sheet
        self._look = look
        self._facts = facts
        self._edition = edition
        self._recipient = recipient

    def write_rows(self, header_row: int, columns: Sequence[TableColumn], codes: Sequence[str | None]) -> None:
        """Write the rows and, beside them and out of sight, by what each is recognised and its seal; above them the batch."""
        first = len(columns) + 1
        self._sheet.set_column(first, first + 1, 40, None, {"hidden": True})
        self._sheet.write_string(0, first, batch_code(self._edition, self._recipient), self._look.faint())
        for position, name in enumerate((ANSWER_KEY, SEAL_COLUMN), start=first):
            self._sheet.write_string(header_row, position, self._facts.answer_header(name), self._look.header())
        sealed = zip(*(column.values for column in columns if not column.is_answer), strict=True)
        seals = [seal_of(cells) if code else None for cells, code in zip(sealed, codes, strict=True)]
        write_rows(self._sheet, self._look, header_row + 1, columns, {first: codes, first + 1: seals})

    def validate(self, first: int, final: int, columns: Sequence[TableColumn], results: str) -> None:
        """Say what may be filled in; ``results`` are the cells with the possible results."""
        earliest = self._edition.month.first_day
        rules: dict[str, dict[str, Any]] = {
            ANSWER_RESULT: {
                "validate": "list",
                "source": results,
                "error_message": "请从下拉框中选择，可选值见“说明”。",
            },
            "verified_income": {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -100_000_000,
                "maximum": 100_000_000,
                "error_message": "请只填数字，单位为元。",
            },
            "answered_on": {
                "validate": "date",
                "criteria": ">=",
                "value": earliest,
                "error_message": f"请填 {earliest:%Y-%m-%d} 以后的日期，写成 {earliest:%Y-%m}-25 的样子。",
            },
        }
        by_header = {self._facts.answer_header(name): rule for name, rule in rules.items()}
        for position, column in enumerate(columns):
            if column.is_answer and column.header in by_header:
                rule = by_header[column.header] | {"error_title": column.header}
                self._sheet.data_validation(first, position, final, position, rule)

    def protect(self, password: str) -> None:
        """Let nothing be changed but the cells to be filled in; without a password anybody can lift it."""
        self._sheet.protect(password, _ALLOWED)
