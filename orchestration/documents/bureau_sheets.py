"""The further sheets of the bureau's own workbook: who has answered, what ends, whom rows are about, what towns found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from orchestration.adapters.xlsxwriter_rows import BlockWorksheet
from orchestration.contracts import load_extracts
from orchestration.documents.allotment import FOLLOW_UP
from orchestration.documents.book_content import BookContent
from orchestration.documents.comparison import Comparison
from orchestration.documents.differences_book import write_differences_sheets
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.plain_sheets import write_listing
from orchestration.documents.review_book import ReviewSheet
from orchestration.documents.review_content import CANDIDATES, QUEUE, ReviewContent
from orchestration.documents.stationery import RED, Stationery
from orchestration.documents.tables import TableColumn
from orchestration.foundation.handed_out import DIFFERENCES, PROGRESS, REPORTS, WAIVERS

TOWN_REPORTS = "town_reports"
BUREAU_MARTS = frozenset({TOWN_REPORTS, FOLLOW_UP, QUEUE, CANDIDATES})

REVIEW = load_extracts()["rural_revitalization__match_decision"].title

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Progress:
    """How far one recipient is."""

    name: str
    lines: int
    overdue: int
    answered: int
    not_accepted: int
    closure: Row | None

    @property
    def has_not_answered(self) -> bool:
        """Whether something of an earlier month waits for its answer and nothing has come."""
        return bool(self.closure and self.closure["items"] and not self.answered)


@dataclass(frozen=True)
class BureauSheets:
    """What the further sheets say.

    Attributes:
        facts: of ``config/``.
        edition: which publication they are part of.
        progress: of every recipient, in the order of the county.
        reports: rows of ``town_reports`` that came with the month's delivery first.
        waivers: items whose waiver ends this month or the next.
        review: whom rows of departments may be about.
        comparison: with the version that this one replaces; None where it replaces none.
    """

    facts: Facts
    edition: Edition
    progress: Sequence[Progress]
    reports: Sequence[Row]
    waivers: Sequence[Row]
    review: ReviewContent
    comparison: Comparison | None

    @classmethod
    def of(
        cls,
        edition: Edition,
        facts: Facts,
        tables: Mapping[str, pa.Table],
        books: Sequence[BookContent],
        comparison: Comparison | None,
    ) -> BureauSheets:
        """Return the sheets of a publication; ``books`` are the workbooks of every recipient."""
        waivers = [
            row
            for row in tables[FOLLOW_UP].to_pylist()
            if row["state"] == "waived" and row["waived_until"] and row["waived_until"] <= edition.month.next.first_day
        ]
        reports = sorted(tables[TOWN_REPORTS].to_pylist(), key=lambda row: (row["delivery"], row["file"]), reverse=True)
        review = ReviewContent(
            facts=facts,
            edition=edition,
            extracts=load_extracts(),
            queue=tables[QUEUE].to_pylist(),
            candidates=tables[CANDIDATES].to_pylist(),
        )
        return cls(facts, edition, [_progress(book) for book in books], reports, waivers, review, comparison)

    @property
    def names(self) -> list[str]:
        """The names of the sheets, in their order."""
        names = [PROGRESS, REPORTS, REVIEW, WAIVERS]
        return [*names, *DIFFERENCES] if self.comparison else names

    def write(self, sheets: Mapping[str, BlockWorksheet], look: Stationery) -> None:
        """Write every sheet."""
        self._write_progress(sheets[PROGRESS], look)
        self._write_reports(sheets[REPORTS], look)
        ReviewSheet(sheets[REVIEW], self.review, look).write()
        self._write_waivers(sheets[WAIVERS], look)
        if self.comparison:
            write_differences_sheets(
                [sheets[name] for name in DIFFERENCES],
                self.edition, self.facts, self.comparison, look,
            )  # fmt: skip

    def _write_progress(self, sheet: BlockWorksheet, look: Stationery) -> None:
        rows = self.progress

        def rates(name: str) -> list[Any]:
            return [row.closure[name] if row.closure else None for row in rows]

        marks = ["没有反馈" if row.has_not_answered else "" for row in rows]
        columns = [
            TableColumn("序号", "integer", 5.0, range(1, len(rows) + 1)),
            TableColumn("办理单位", "text", 18.0, [row.name for row in rows]),
            TableColumn("没有反馈", "text", 9.0, marks, colours={"没有反馈": RED}),
            TableColumn("本月待办", "integer", 9.0, [row.lines for row in rows]),
            TableColumn("逾期（条）", "integer", 9.0, [row.overdue for row in rows]),
            TableColumn("本月交回答复", "integer", 9.0, [row.answered for row in rows]),
            TableColumn("其中没有采用", "integer", 9.0, [row.not_accepted for row in rows]),
            TableColumn("上期应办结", "integer", 9.0, rates("items")),
            TableColumn("已办结", "integer", 9.0, rates("closed")),
            TableColumn("复现", "integer", 9.0, rates("recurring")),
            TableColumn("办结率", "ratio", 9.0, rates("closure_rate")),
            TableColumn("按期反馈", "integer", 9.0, rates("in_time")),
            TableColumn("按期率", "ratio", 9.0, rates("in_time_rate")),
        ]
        missing = sum(row.has_not_answered for row in rows)
        title = f"{self.edition.month_words}{PROGRESS}（{missing}个单位没有反馈）"
        note = "“没有反馈”：以前下发的线索应办结的不为 0，本月没有交回任何答复；请催办。"
        note += "办结率、按期率空着的，是本月没有收到任何反馈文件。"
        write_listing(sheet, look, title, note, columns)

    def _write_reports(self, sheet: BlockWorksheet, look: Stationery) -> None:
        names = [
            name
            for name in self.facts.marts[TOWN_REPORTS].columns
            if name not in ("month", "town_code", "sheet", "row_number", "file")
        ]
        columns = self._columns(TOWN_REPORTS, names, self.reports, {"situation": 34.0, "next_step": 30.0})
        title = f"{self.edition.month_words}{REPORTS}（{len(self.reports)}条）"
        note = "镇街在办理工作簿“新发现线索”中填报的户和变化；请逐条核实："
        note += "不在册的，符合条件的按程序纳入；在册的，更正登记或重新判断。"
        write_listing(sheet, look, title, note, columns)

    def _write_waivers(self, sheet: BlockWorksheet, look: Stationery) -> None:
        names = ["recipient", "list", "household_id", "town", "village", "waived_until", "last_reason", "last_answered_by"]
        columns = self._columns(FOLLOW_UP, names, self.waivers, {"list": 20.0, "last_reason": 30.0, "recipient": 14.0})
        title = f"{self.edition.month_words}{WAIVERS}（{len(self.waivers)}条）"
        write_listing(sheet, look, title, "豁免到本月或下月为止的线索；到期后仍在清单上的，会重新下发。", columns)

    def _columns(self, mart: str, names: Sequence[str], rows: Sequence[Row], widths: Mapping[str, float]) -> list[TableColumn]:
        fields = self.facts.fields_of(mart)
        columns = [TableColumn("序号", "integer", 5.0, range(1, len(rows) + 1))]
        for name in names:
            kind = fields[name].type
            is_text = kind in ("text", "boolean", "text_list")
            values = [self.facts.text(name, kind, row[name]) if is_text else row[name] for row in rows]
            width = widths.get(name, 15.5 if name == "household_id" else 11.0)
            columns.append(TableColumn(fields[name].label, "text" if is_text else kind, width, values, is_left=name in widths))
        return columns


def _progress(book: BookContent) -> Progress:
    name, lines, _, _, overdue = book.figures
    return Progress(
        name=name,
        lines=lines,
        overdue=overdue,
        answered=len(book.receipts),
        not_accepted=book.not_accepted,
        closure=book.closure,
    )
