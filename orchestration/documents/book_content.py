"""What one workbook says, before anything is drawn."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from orchestration.documents.allotment import ASKED, SheetRows, line_places
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts, day_in_words
from orchestration.documents.letter_content import LetterContent
from orchestration.documents.recipients import Recipient
from orchestration.foundation.handed_out import BOOK, LEADS, TODO

EVERY_LIST = "全部"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Listed:
    """A line of the overview on the first page."""

    title: str
    rows: int
    answerable: int
    note: str = ""


@dataclass(frozen=True)
class BookContent:
    """One workbook's content.

    Attributes:
        facts: of ``config/``.
        edition: which publication it is part of.
        recipient: whose it is.
        sheets: its lists, those with rows.
        lines: its lines of 待办, in their order.
        items: every item of work handed to it that is not done.
        receipts: what became of the answers that came back from it with this delivery.
        closure: its row of ``closure_rates`` over every list; None where it has none.
        not_applicable: title and reason of the lists that cannot be computed this month.
        undecided: a list and how many of the recipient's households could not be judged for another.
        income_lines: rows of ``lines_in_force``.
        letter: of a department, what became of its delivery.
    """

    facts: Facts
    edition: Edition
    recipient: Recipient
    sheets: Sequence[SheetRows]
    lines: Sequence[Row]
    items: Sequence[Row]
    receipts: Sequence[Row]
    closure: Row | None
    not_applicable: Sequence[tuple[str, str]]
    undecided: int
    income_lines: Sequence[Row]
    letter: LetterContent | None = None

    @property
    def figures(self) -> tuple[str, int, int, int, int]:
        """Name of the recipient, its lines, those on red and yellow, its overdue items."""
        levels = Counter(line["level"] for line in self.lines)
        overdue = sum(item["state"] == "overdue" for item in self.items)
        return self.recipient.name, len(self.lines), levels["red"], levels["yellow"], overdue

    @property
    def title(self) -> str:
        """The heading of the first page."""
        return f"{self.facts.county.name}{self.edition.month_words}防返贫{BOOK}"

    @property
    def page_name(self) -> str:
        """The foot of each page."""
        return f"{BOOK}（{self.recipient.name}）{self.edition.month_words} 第{self.edition.version}版"

    @cached_property
    def due_on(self) -> dt.date | None:
        """By when the work of this month is to be answered: of the items handed out this month, else the next that is due."""
        month = self.edition.month.first_day
        new = [item["due_on"] for item in self.items if item["handed_out_month"] == month and item["state"] in ASKED]
        days = new or [item["due_on"] for item in self.items if item["state"] in ASKED]
        return max((day for day in days if day), default=None)

    @property
    def due_words(self) -> str:
        """The day in words."""
        return day_in_words(self.due_on)

    @cached_property
    def not_accepted(self) -> int:
        """How many answers that came back had no effect."""
        return sum(row["has_effect"] is False for row in self.receipts)

    @property
    def numbers(self) -> list[tuple[str, int]]:
        """The numbers on the first page with their names; all of them ask for work."""
        _, lines, red, yellow, overdue = self.figures
        numbers = [(f"待办（{self._line_unit}）", lines)]
        if self.recipient.is_town:
            numbers += [("红色预警（户）", red), ("黄色预警（户）", yellow)]
        else:
            numbers += [("待办事项（条）", sum(line["items"] for line in self.lines))]
        return [*numbers, ("逾期（条）", overdue), ("退回重填（条）", self.not_accepted)]

    @property
    def _line_unit(self) -> str:
        return "户" if self.recipient.is_town or self.recipient.is_bureau else "人、户"

    @property
    def opening(self) -> str:
        """What is asked, in a sentence."""
        if not self.lines:
            asked = "本月没有要贵单位答复的事项"
            return f"{asked}；名单、台账供工作中使用。"
        items, how = sum(line["items"] for line in self.lines), "入户核实" if self.recipient.is_town else "查证核实"
        return f"请对“{TODO}”中的 {len(self.lines)} 行、{items} 条线索逐一{how}，填写后交回本工作簿。"

    @property
    def requests(self) -> list[str]:
        """What the recipient is asked to do, step by step."""
        results = "、".join(self.facts.answer_results)
        steps = []
        if self.lines:
            steps = [
                f"打开“{TODO}”，从上往下办：先办逾期的，再办红色预警（距线差额大的在前），然后是必须更正的问题。",
                f"只填浅黄色各列。“{self.facts.answer_header('result')}”从下拉框选：{results}。一行的答复对该行列出的全部事项有效；"
                "各事项结果不同的，到各清单页分别填写，以清单页为准。",
                "豁免按事项填写：在该事项所在的清单页选“豁免”，写明豁免到哪个月和理由。",
            ]
        if self.recipient.is_town:
            steps.append(f"走访中新发现的困难户、家庭变化，填在“{LEADS}”。")
        if self.letter:
            steps += self.letter.requests
        return steps or ["没有要办理的事项，留存备查。"]

    @property
    def return_words(self) -> list[tuple[str, str]]:
        """Where the workbook goes back, with whom to speak."""
        county = self.facts.county
        return [
            ("反馈截止日", self.due_words if self.lines else "本月没有要答复的"),
            ("交到哪里", county.return_place or county.bureau_in_full),
            ("联系人", county.return_contact or "未登记"),
            ("电话", county.return_phone or "未登记"),
        ]

    @property
    def closure_words(self) -> str:
        """How much of what was handed out before this month is closed."""
        row = self.closure
        if row is None or not row["items"]:
            return "上期办结率：以前没有下发过要办结的线索。"
        if row["closure_rate"] is None:
            return f"上期办结率：应办结 {row['items']} 条；本月没有收到反馈，没有计算。"
        rates = f"上期办结率 {row['closure_rate']:.1%}：应办结 {row['items']} 条，已办结 {row['closed']} 条"
        on_time = f"，按期反馈 {row['in_time']} 条" if row["in_time"] is not None else ""
        parts = f"已消除 {row['mended']}、已反馈 {row['answered']}、豁免 {row['waived']}"
        return f"{rates}（{parts}），复现 {row['recurring']} 条，逾期 {row['overdue']} 条{on_time}。"

    @property
    def overview(self) -> list[Listed]:
        """A line per list of the workbook, then per list that cannot be computed."""
        lists = [
            Listed(self.facts.marts[one.plan.mart].title, one.rows.num_rows, one.answerable, self._undecided_note(one))
            for one in self.sheets
        ]
        return lists + [Listed(title, 0, 0, f"本月不适用：{reason.rstrip('。')}") for title, reason in self.not_applicable]

    def _undecided_note(self, sheet: SheetRows) -> str:
        mart = self.facts.marts[sheet.plan.mart]
        return self.undecided_words if mart.undecided and self.undecided else ""

    @property
    def undecided_words(self) -> str:
        """That some households could not be judged: who is not on the list is not cleared by that."""
        return f"另有 {self.undecided} 户收入没有录全，算不出，不表示没有困难；请先补录"

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """The numbers of the lines of 待办 by household and person."""
        return line_places(self.lines)

    @property
    def state(self) -> str:
        """State of the data and maker."""
        return f"{self.edition.data_words}　金额单位：元　编制单位：{self.facts.bureau}"
