"""What a return letter says: what became of a department's delivery, what goes back, what it should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from orchestration.contracts import ExtractContract
from orchestration.contracts.county import Department
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts

FILES, PROBLEMS, COMPARISON, CHANGES, CHECKS, REVIEWS = (
    "intake_files",
    "intake_problems",
    "department_comparison",
    "intake_changes",
    "rows_to_check",
    "match_review",
)
LETTER_MARTS = (FILES, PROBLEMS, COMPARISON, CHANGES, CHECKS, REVIEWS)

Row = Mapping[str, Any]

# What goes back stands before what was used all the same.
_UNRECOGNIZED = "unrecognized"
_GRAVITY = ("refused", _UNRECOGNIZED, "row_rejected", "cell_blanked", "warned", "mended")
_GONE_BACK = _GRAVITY[:3]
_GOOD_DOCUMENTS = ("valid", "upgraded_15", "from_certificate")
_CORRECT_AND_SEND = "请按本人证件核对；有误的，改正本单位登记后随下次报送"


@dataclass(frozen=True)
class Account:
    """What became of one extract; numbers that are not known are None."""

    contract: ExtractContract
    status: str
    files: int
    received: int
    rejected: int
    comparison: Row
    changes: int

    def number(self, name: str) -> int | None:
        """Return a column of ``department_comparison`` for the extract; None where it was not compared."""
        return self.comparison.get(name)

    @property
    def used(self) -> int | None:
        """How many rows were neither sent back nor replaced by a later row; None where it was not compared."""
        replaced = self.number("rows_replaced")
        return None if replaced is None else self.received - self.rejected - replaced


@dataclass(frozen=True)
class LetterProblem:
    """Something that goes back or could not be read; a place is blank where the problem concerns more than it."""

    title: str
    file: str
    row: int | None
    letter: str
    header: str
    outcome: str
    message: str
    has_gone_back: bool


@dataclass(frozen=True)
class DoubtfulRow:
    """A row of which it is in doubt who it is about; the department should check it."""

    title: str
    file: str
    row: int
    name: str
    document: str
    doubt: str
    remedy: str


@dataclass(frozen=True)
class LetterContent:
    """One letter's content.

    Attributes:
        facts: of ``config/``.
        edition: which publication it is part of.
        department: to whom it goes.
        contracts: of the extracts that the department sends.
        rows: rows of ``LETTER_MARTS`` of these extracts, by mart.
        due_words: by when corrections are to be sent.
        strangers: rows of ``intake_files`` in the department's folder that belong to no extract.
    """

    facts: Facts
    edition: Edition
    department: Department
    contracts: Sequence[ExtractContract]
    rows: Mapping[str, Sequence[Row]]
    due_words: str
    strangers: Sequence[Row] = ()

    @cached_property
    def accounts(self) -> list[Account]:
        """What became of each extract that the department sends, received or not, in the order of the contracts."""
        compared = {row["extract"]: row for row in self.rows[COMPARISON]}
        changes = Counter(row["extract"] for row in self.rows[CHANGES])
        there = {row["extract"] for row in self.rows[FILES]}
        accounts = []
        for contract in self.contracts:
            files = [row for row in self.rows[FILES] if row["extract"] == contract.extract]
            if not files and (not contract.is_expected or contract.comes_with in there):
                continue
            accepted = any(row["outcome"] == "accepted" for row in files)
            rejected = sum(row["rows_rejected"] or 0 for row in files)
            accounts.append(
                Account(
                    contract=contract,
                    status="compared" if accepted else "rejected" if files else "not_received",
                    files=len(files),
                    received=rejected + sum(row["rows_loaded"] or 0 for row in files),
                    rejected=rejected,
                    comparison=compared.get(contract.extract, {}),
                    changes=changes[contract.extract],
                )
            )
        return accounts

    @cached_property
    def problems(self) -> list[LetterProblem]:
        """What goes back, then what could not be read, then remarks; each by extract, file and place."""
        unused = [
            row | {"row_number": None, "column_letter": None, "header": None, "message": row["explanation"]}
            for row in map(dict, self.files)
            if row["outcome"] != "accepted"
        ]
        rows = [*unused, *self.rows[PROBLEMS]]

        def place(row: Row) -> tuple[Any, ...]:
            return (*self._place(row), len(row["column_letter"] or ""), row["column_letter"] or "")

        gravity = {outcome: number for number, outcome in enumerate(_GRAVITY)}
        return [
            LetterProblem(
                title=self.extract_title(row),
                file=file_name(row),
                row=row["row_number"] or None,
                letter=row["column_letter"] or "",
                header=row["header"] or "",
                outcome=self.label("outcome", row["outcome"]),
                message=row["message"] or "",
                has_gone_back=row["outcome"] in _GONE_BACK,
            )
            for row in sorted(rows, key=lambda row: (gravity.get(row["outcome"], len(gravity)), place(row)))
        ]

    @cached_property
    def doubtful_rows(self) -> list[DoubtfulRow]:
        """Rows whose person should be checked, those that nobody could be found for first."""
        reasons = {_key(row): row["reason"] for row in self.rows[REVIEWS]}
        rows = sorted(self.rows[CHECKS], key=lambda row: (row["match_method"] is not None, self._place(row)))
        return [
            DoubtfulRow(
                title=self.extract_title(row),
                file=file_name(row),
                row=row["row_number"],
                name=row["name"] or "",
                document=row["masked_document"] or "",
                doubt="；".join(self._doubts(row, reasons.get(_key(row)))),
                remedy=_CORRECT_AND_SEND
                if row["match_method"] is None
                else "已按其他内容认出是在册人员；请更正本单位登记的证件号码",
            )
            for row in rows
        ]

    def _doubts(self, row: Row, reason: str | None) -> Iterator[str]:
        if row["match_method"] is None:
            yield f"与在册人员比对{self.label('reason', reason)}，不能确定是否同一人" if reason else "不能确定是否在册人员"
        if row["id_status"] not in _GOOD_DOCUMENTS:
            yield f"证件号码{self.label('id_status', row['id_status'])}"

    @cached_property
    def changes(self) -> list[tuple[str, str, str]]:
        """Extract, column (or what is counted) and message of each change since the previous delivery."""
        rows = sorted(self.rows[CHANGES], key=lambda row: (self._order[row["extract"]], row["field"]))
        return [(self.extract_title(row), row["field_header"] or "行数", row["message"]) for row in rows]

    @cached_property
    def files(self) -> list[Row]:
        """A row of ``intake_files`` per file in the department's folder, also of no extract, by extract and name."""
        return sorted([*self.rows[FILES], *self.strangers], key=self._place)

    @property
    def requests(self) -> list[str]:
        """What the department is asked to do."""
        statuses = {account.status for account in self.accounts}
        requests = []
        if self.strangers:
            requests.append(
                "“退回与未读”中认不出的文件和文件夹没有读入：请按“问题与改法”一栏改名、换位置或另存，随下次报送补报。"
            )
        if sum(problem.has_gone_back for problem in self.problems) > len(self.strangers):
            requests.append("“退回与未读”中退回的文件和行没有采用：请按“问题与改法”一栏更正，随下次报送补报。")
        if any(not problem.has_gone_back for problem in self.problems):
            requests.append("“退回与未读”中其余各条所在的行已经采用：请核对，有误的更正后随下次报送补报。")
        if self.doubtful_rows:
            requests.append("“请核对人员”中的证件号码有误，或与在册人员对不上：请按本人证件核对，改正本单位登记后随下次报送。")
        if self.changes:
            requests.append("“回执”列出与上次报送相差较大的内容：属实的不用处理，有漏报、重报、错列的请补报。")
        if "not_received" in statuses:
            requests.append(
                "没有收到的名册请补报；当月确实没有数据的，也请报送只有表头的文件，以便与漏报区分。"
                "在收到以前，依据这些名册的清单不能计算或不完整。"
            )
        requests = requests or ["本次报送没有需要更正或核对的内容。"]
        return [*requests, f"更正、补报的截止日：{self.due_words}；表样和文件命名见各名册的填表模板。"]

    def label(self, column: str, value: str) -> str:
        """Return the Chinese of a coded value of a column; the value itself where there is none."""
        return self.facts.labels.label(column, value)

    def extract_title(self, row: Row) -> str:
        """Return the title of a row's extract; a file may belong to none."""
        return self.label("extract", row["extract"]) if row["extract"] else self.label("outcome", _UNRECOGNIZED)

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {contract.extract: number for number, contract in enumerate(self.contracts)}

    def _place(self, row: Row) -> tuple[int, bytes, int]:
        return self._order.get(row["extract"], len(self._order)), row["file"].encode(), row.get("row_number") or 0


def file_name(row: Row) -> str:
    """Return a file's name as the department knows it, without the folder; where the folder may be the fault, with it."""
    return PurePosixPath(row["file"]).name if row["extract"] else row["file"]


def _key(row: Row) -> tuple[str, str, int]:
    return row["extract"], row["file"], row["row_number"]
