"""The facts of ``config/`` that workbooks need, and how a published value is written in a cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.contracts import (
    County,
    ExtractContract,
    Field,
    MartContract,
    load_code_lists,
    load_county,
    load_extracts,
    load_fields,
    mart_fields,
)
from orchestration.contracts.sheet import SheetPlan, load_sheets
from orchestration.contracts.value_labels import ValueLabels, load_value_labels

PRIVACY = "含个人信息，仅限工作使用"
# The extract that a workbook is when it comes back, and the columns of it that a person fills in, in that order.
ANSWER_EXTRACT = "rural_revitalization__feedback"
ANSWER_KEY, ANSWER_RESULT, WAIVED_UNTIL = "item_code", "result", "waived_until"
ANSWER_COLUMNS = (ANSWER_RESULT, "verified_income", "measure", "reason", WAIVED_UNTIL, "answered_by", "answered_on")
LONGEST_TEXT = 32_767  # what a cell can hold

_LINE_WORDS = {"<=": "人均年纯收入{amount}元以下（含本数）", "<": "人均年纯收入低于{amount}元"}


@dataclass(frozen=True)
class Facts:
    """The facts of ``config/`` that every workbook needs, read once."""

    county: County
    labels: ValueLabels
    marts: Mapping[str, MartContract]
    fields: Mapping[str, Field]
    answer: ExtractContract
    answer_results: tuple[str, ...]
    sheets: tuple[SheetPlan, ...]

    @classmethod
    def load(cls, marts: Mapping[str, MartContract]) -> Facts:
        """Read the others; the marts are at hand where workbooks are made."""
        extracts = load_extracts()
        answer = extracts[ANSWER_EXTRACT]
        code_list = answer.column(ANSWER_RESULT).code_list
        results = tuple(code.value for code in load_code_lists()[code_list].values) if code_list else ()
        return cls(load_county(), load_value_labels(extracts, marts), marts, load_fields(), answer, results, load_sheets())

    @property
    def towns(self) -> list[str]:
        """The Chinese names of the county's towns, in the order of ``county.yml``."""
        return [town.name for town in self.county.towns]

    @property
    def bureau(self) -> str:
        """Who makes the lists: the keeper of the register."""
        return self.county.bureau_in_full

    def answer_header(self, name: str) -> str:
        """Return the header under which the answers' extract brings a column, so that a filled workbook is such an extract."""
        return self.answer.column(name).header

    def answer_type(self, name: str) -> str:
        """Return the type that the contract of the answers gives a column, as ``date``."""
        return self.answer.column(name).type

    def fields_of(self, mart: str) -> dict[str, Field]:
        """Return what every column of a mart means."""
        return mart_fields(self.marts[mart], dict(self.fields))

    def text(self, name: str, kind: str, value: Any) -> str:
        """Return a value of a column as it is seen in its cell, by the column's type; empty for None."""
        if value is None:
            return ""
        said: dict[str, Callable[[Any], str]] = {
            "boolean": self.labels.boolean,
            "money": money,
            "figure": lambda figure: f"{figure.normalize():,f}",
            "text_list": lambda texts: "、".join(map(str, texts))[:LONGEST_TEXT],
            "text": lambda text: self.labels.label(name, text)[:LONGEST_TEXT],
        }
        return str(said.get(kind, str)(value))

    def line_words(self, line: Mapping[str, Any]) -> str:
        """Return an income line with its document and article, or that it is not in force."""
        label = self.labels.label("parameter", line["parameter"])
        if line["amount"] is None:
            return f"{label}：本月未生效"
        words = _LINE_WORDS[line["comparator"]].format(amount=money(line["amount"]).removesuffix(".00"))
        return f"{label}：{words}（{line['document']}{line['article']}）"


def money(value: Decimal) -> str:
    """Return an amount of yuan with two places."""
    return f"{value:,.2f}"


def day_in_words(day: dt.date | None) -> str:
    """Return a day as officers write it, 2023年9月28日; that it is not fixed where there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "未定（该年的节假日安排还没有录入）"
