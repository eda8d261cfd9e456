"""What a workbook says, before anything is drawn: titles, columns, texts of cells, explanations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
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
from orchestration.contracts.value_labels import ValueLabel, ValueLabels, load_value_labels
from orchestration.documents.edition import Edition
from orchestration.documents.layouts import ANSWER_EXTRACT, ANSWER_KEY, ANSWER_RESULT, Layout

PRIVACY = "含个人信息，仅限工作使用"

_LINE_WORDS = {"<=": "人均年纯收入{amount}元以下（含本数）", "<": "人均年纯收入低于{amount}元"}
_LONGEST_TEXT = 32_767  # what a cell can hold


@dataclass(frozen=True)
class Facts:
    """The facts of ``config/`` that every workbook needs, read once."""

    county: County
    labels: ValueLabels
    marts: Mapping[str, MartContract]
    fields: Mapping[str, Field]
    answer: ExtractContract
    answer_results: tuple[str, ...]

    @classmethod
    def load(cls, marts: Mapping[str, MartContract]) -> Facts:
        """Read the others; the marts are at hand where workbooks are made."""
        extracts = load_extracts()
        answer = extracts[ANSWER_EXTRACT]
        code_list = next(column.code_list for column in answer.columns if column.name == ANSWER_RESULT)
        results = tuple(code.value for code in load_code_lists()[code_list].values) if code_list else ()
        return cls(load_county(), load_value_labels(extracts, marts), marts, load_fields(), answer, results)

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
        return next(column.header for column in self.answer.columns if column.name == name)

    def answer_type(self, name: str) -> str:
        """Return the type that the contract of the answers gives a column, as ``date``."""
        return next(column.type for column in self.answer.columns if column.name == name)


@dataclass(frozen=True)
class ListContent:
    """One workbook's content.

    Attributes:
        facts: of ``config/``.
        mart: what the list is.
        layout: what is shown of it.
        edition: which publication it is part of.
        town: whose copy it is; None for the county's.
        rows: the rows of that copy in their order.
        lines: rows of ``lines_in_force``.
        explanation: why the list is not applicable; None when it is.
        undecided: number of households that could not be judged, by town.
    """

    facts: Facts
    mart: MartContract
    layout: Layout
    edition: Edition
    town: str | None
    rows: Sequence[Mapping[str, Any]]
    lines: Sequence[Mapping[str, Any]]
    explanation: str | None
    undecided: Counter[str | None]

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Type, label and meaning of every column of the mart, those that are not shown as well."""
        return mart_fields(self.mart, dict(self.facts.fields))

    @property
    def columns(self) -> list[str]:
        """The columns of the mart that are shown; a town's copy does not repeat the town."""
        return [name for name in self.layout.columns if name != "town" or self.town is None]

    @property
    def has_answers(self) -> bool:
        """Whether the list has columns for answers."""
        return self.layout.item_code is not None

    @property
    def place(self) -> str:
        """The town, or the county's word for all of it."""
        return self.town or self.facts.county.whole_county_label

    @property
    def title(self) -> str:
        """The heading: county, town or the whole county, month, title of the mart."""
        county = self.facts.county.name
        if self.town:
            return f"{county}{self.town}{self.edition.month_words}{self.mart.title}"
        return f"{county}{self.edition.month_words}{self.mart.title}（{self.place}）"

    @property
    def page_name(self) -> str:
        """The foot of each page: title of the mart, place, month, version."""
        return f"{self.mart.title}（{self.place}）{self.edition.month_words} 第{self.edition.version}版"

    @property
    def basis(self) -> str:
        """The lines with document and article, or the document that the list rests on."""
        if not self.layout.shows_lines:
            return f"依据：{self.mart.source}"
        return "当月标准　" + "；".join(self.line_words(line) for line in self.lines)

    @property
    def state(self) -> str:
        """State of the data, version, count, unit and maker."""
        return f"{self.edition.data_words}　{self._count}　金额单位：元　编制单位：{self.facts.bureau}"

    @property
    def _count(self) -> str:
        if self.explanation is not None:
            return "本月不适用"
        unit, by = self.layout.unit, self.layout.counted_by
        counts = Counter(row[by] for row in self.rows)
        parts = [f"{label.label}{counts[code]}{unit}" for code, label in self.labels(by).items() if counts[code]]
        return f"共{len(self.rows)}{unit}" + (f"（{'、'.join(parts)}）" if parts else "")

    @property
    def astray(self) -> str | None:
        """A warning about rows that no town's copy holds, as their town is not one of the county."""
        towns = set(self.facts.towns)
        counts = Counter(row["town"] or "未填" for row in self.rows if row["town"] not in towns)
        if not counts:
            return None
        names = "、".join(f"{name}{count}{self.layout.unit}" for name, count in sorted(counts.items()))
        return f"注意：{names}，登记的乡镇不在本县乡镇名录，未列入任何乡镇的名单；请先更正户信息中的乡镇名称。"

    @property
    def undecided_words(self) -> str | None:
        """A warning about households that could not be judged: who is not on the list is not cleared by that."""
        count = self.undecided[self.town] if self.town else sum(self.undecided.values())
        if not count or not self.mart.undecided or self.explanation is not None:
            return None
        return f"注意：另有{undecided_households(self.facts.marts[self.mart.undecided], count)}，不表示没有困难；请补录、核实。"

    def labels(self, column: str) -> Mapping[str, ValueLabel]:
        """Return the Chinese of a column's values by code; empty where they are Chinese already."""
        return self.facts.labels.of(column)

    def line_words(self, line: Mapping[str, Any]) -> str:
        """Return an income line with its document and article, or that it is not in force."""
        label = self.facts.labels.label("parameter", line["parameter"])
        if line["amount"] is None:
            return f"{label}：本月未生效"
        words = _LINE_WORDS[line["comparator"]].format(amount=_amount(line["amount"]))
        return f"{label}：{words}（{line['document']}{line['article']}）"

    def text(self, name: str, value: Any) -> str:
        """Return a value as it is seen in its cell, by the column's type; empty for None."""
        kind = self.fields[name].type
        if value is None:
            return ""
        if kind == "boolean":
            return self.facts.labels.boolean(value)
        if kind == "money":
            return f"{value:,.2f}"
        if kind == "figure":
            return f"{value.normalize():,f}"
        if kind == "text":
            return self.facts.labels.label(name, value)[:_LONGEST_TEXT]
        return str(value)

    @property
    def identifier_header(self) -> str:
        """The header over the identifiers: as answers bring it where the list has answers, else as the mart has it."""
        return self.facts.answer_header(ANSWER_KEY) if self.has_answers else self.fields[self.layout.identifier].label

    def identifier(self, row: Mapping[str, Any]) -> str:
        """Return by what a row is recognised when it comes back: the code of an item of work, else the key."""
        if self.layout.item_code:
            return str(row[self.layout.item_code])
        return str(row[self.layout.identifier])

    def explained(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the sections of the sheet that explains the list, each of pairs of a name and a text."""
        sections = [("这份名单", self._about())]
        if self.has_answers:
            sections.append(("怎样填写", self._how_to_answer()))
        sections.append(("各列含义", [(self.fields[name].label, self._meaning(name)) for name in self.columns]))
        for name in self.columns:
            described = [(label.label, label.description or "") for label in self.labels(name).values()]
            if any(text for _, text in described):
                sections.append((self.fields[name].label, described))
        return sections

    def _about(self) -> list[tuple[str, str]]:
        lines = [("当月标准", self.line_words(line)) for line in self.lines] if self.layout.shows_lines else []
        return [
            ("名单", self.mart.description),
            ("依据", self.mart.source),
            *lines,
            ("数据", self.edition.data_words),
            ("使用范围", f"{PRIVACY}；不得张贴或转给无关人员。"),
        ]

    def _how_to_answer(self) -> list[tuple[str, str]]:
        facts = self.facts
        key, result, until = (facts.answer_header(name) for name in (ANSWER_KEY, ANSWER_RESULT, "waived_until"))
        return [
            ("填哪里", f"核实后填写浅黄色各列；“{result}”从下拉框选择，可选值见本页末尾。"),
            (until, f"“{result}”选豁免的，写明豁免到哪个月为止，如 {self.edition.month[:4]}-12；其余不填。"),
            (key, "在表格右侧，用来认出每一条，不打印；请不要改动或删除。"),
            ("怎样报回", f"填好后另存，作为“{facts.answer.title}”随下次报送交回；尚未核实的留空，下次再报。"),
        ]

    def _meaning(self, name: str) -> str:
        """Return the meaning of a column without the codes, which officers do not see."""
        codes = "|".join(re.escape(code) for code in self.labels(name))
        return re.sub(rf"\b({codes}) ", "", self.fields[name].description) if codes else self.fields[name].description


def undecided_households(mart: MartContract, count: int) -> str:
    """Return in Chinese that so many households could not be judged, and on which list they stand."""
    return f"{count}户算不出，未列入本表（见“{mart.title}”）"


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}".removesuffix(".00")
