"""What the bureau's workbook for decisions says: whom a department's rows may be about, one line per candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from orchestration.contracts import ExtractContract, load_code_lists
from orchestration.documents.edition import Edition
from orchestration.documents.facts import PRIVACY, Facts
from orchestration.documents.letter_content import file_name

QUEUE, CANDIDATES = "match_review", "match_candidates"
DECISION_EXTRACT = "rural_revitalization__match_decision"

Row = Mapping[str, Any]

_FILES_SHOWN, _ROWS_SHOWN = 3, 3


@dataclass(frozen=True)
class Line:
    """One candidate of one queued identity.

    Attributes:
        ordinal: of the identity in the queue; its candidates share it.
        senders: departments and the titles of their extracts, a line of text each.
        places: files and rows, the first few.
        name: as delivered.
        document: as delivered.
        candidate: the row of ``match_candidates``.
        doubt: why it is not certain.
    """

    ordinal: int
    senders: str
    places: str
    name: str
    document: str
    candidate: Row
    doubt: str

    @property
    def has_other_name(self) -> bool:
        """Whether the roster has another name than the department."""
        return bool((self.candidate["name"] or "") != self.name)

    @property
    def has_other_document(self) -> bool:
        """Whether the roster has another document than the department."""
        return bool((self.candidate["document_number"] or "") != self.document)


@dataclass(frozen=True)
class ReviewContent:
    """The content of the workbook.

    Attributes:
        facts: of ``config/``.
        edition: which publication it is part of.
        extracts: contracts by extract.
        queue: rows of ``match_review``.
        candidates: rows of ``match_candidates``.
    """

    facts: Facts
    edition: Edition
    extracts: Mapping[str, ExtractContract]
    queue: Sequence[Row]
    candidates: Sequence[Row]

    @property
    def contract(self) -> ExtractContract:
        """The contract of the extract as which the workbook comes back, filled in."""
        return self.extracts[DECISION_EXTRACT]

    def header(self, name: str) -> str:
        """Return the header under which the decisions bring a column."""
        return self.contract.column(name).header

    @property
    def decisions(self) -> list[str]:
        """The values of the column ``decision``: 同一人 and 不是同一人, in the order of the code list."""
        return [code.value for code in load_code_lists()[self.contract.column("decision").code_list or ""].values]

    @property
    def title(self) -> str:
        """The heading: county, month, title of the decisions' extract."""
        return f"{self.facts.county.name}{self.edition.month_words}{self.contract.title}"

    @property
    def state(self) -> str:
        """State of the data, count and maker."""
        reviews = len({line.candidate["review_id"] for line in self.lines})
        count = f"待判定{reviews}项，候选人{len(self.lines)}行，涉及部门名册{len(self.queue)}行"
        return f"{self.edition.data_words}　{count}　编制单位：{self.facts.bureau}"

    @cached_property
    def lines(self) -> list[Line]:
        """The lines, in the order of the queue; one decision settles every row of its identity."""
        rows_of: dict[str, list[Row]] = {}
        for row in sorted(self.queue, key=lambda row: row["review_rank"] or 0):
            rows_of.setdefault(row["review_id"], []).append(row)
        candidates_of: dict[str, list[Row]] = {}
        for candidate in sorted(self.candidates, key=lambda row: (row["review_id"], row["person_id"].encode())):
            candidates_of.setdefault(candidate["review_id"], []).append(candidate)
        queued = [review for review in rows_of if review in candidates_of]
        return [
            Line(
                ordinal=ordinal,
                senders=self._senders(rows_of[review]),
                places=_places(rows_of[review]),
                name=rows_of[review][0]["name"] or "",
                document=rows_of[review][0]["document_number"] or "",
                candidate=candidate,
                doubt=self.facts.labels.label("reason", candidate["reason"]),
            )
            for ordinal, review in enumerate(queued, start=1)
            for candidate in candidates_of[review]
        ]

    def _senders(self, rows: Sequence[Row]) -> str:
        titles: dict[str, list[str]] = {}
        for extract in dict.fromkeys(row["extract"] for row in rows):
            contract = self.extracts[extract]
            titles.setdefault(self.facts.county.department(contract.department).name, []).append(contract.title)
        return "\n".join(f"{department}：{'、'.join(of_it)}" for department, of_it in titles.items())

    @property
    def note(self) -> str:
        """How the list is filled in, in a sentence or two."""
        same, other = self.decisions
        return (
            f"一项占一行或几行，每行是一个可能的在册人员（候选人）。是同一人的，在那一行选“{same}”，本项其余各行留空；"
            f"不是的，在那一行选“{other}”；没有查清的留空，下月再问。标红的是在册内容与部门登记不同的地方。"
        )

    def explained(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the sections of the sheet that explains the list, each of pairs of a name and a text."""
        same, other = self.decisions
        names = ("review_id", "person_id", "decision", "reason", "decided_on", "decided_by")
        review, person, decision, reason, day, officer = map(self.header, names)
        labels = self.facts.labels.of("reason")
        used = self.facts.marts[CANDIDATES].fields["reason"].description
        doubts = [(label.label, label.description or "") for code, label in labels.items() if code in used]
        about = [
            ("名单", self.facts.marts[QUEUE].description.split("；")[0]),
            ("使用范围", f"{PRIVACY}；有完整的证件号码，只供局内判定，不发部门和乡镇。"),
        ]
        how = [
            (f"选“{same}”", f"登记的就是这一行的在册人员。一项至多一行；选了几行的，以{day}最晚的一行为准。"),
            (f"选“{other}”", "登记的不是这一行的在册人员，以后不再就这个人询问；几个候选人都不是的，逐行选。"),
            (decision, "留空的行视为没有判定，不作退回，下月仍在表上。"),
            (reason, "写明根据什么，如“户口簿”“电话核实本人”。"),
            (f"{day}、{officer}", f"选了{decision}的行都要填，缺了整行退回；日期写成 {self.edition.month}-15 的样子。"),
            (f"{review}、{person}", f"用来认出每一行，请不要改动或删除；{review}在表格右侧，不打印。"),
        ]
        back = [
            (
                "交到哪里",
                "保存本工作簿，和收到的其他文件放在一起，运行 fangfanpin collect 收取；不用另存、改名，不用删去其他页。",
            ),
            ("以后", f"判定从下次运行起采用，管到该{review}的所有行，以后各月不再询问。判定有误的，把更正的一行再报一次。"),
        ]
        title = self.contract.title
        sections = (("这份名单", about), ("怎样判定", how), ("怎样报回", back), ("疑点", doubts))
        return [(f"{title}：{name}", entries) for name, entries in sections]


def _places(rows: Sequence[Row]) -> str:
    """Return where the rows stand: the first rows of the first files."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(file_name(row), []).append(row["row_number"])
    shown = [f"{file} 第{_numbers(sorted(of_file))}行" for file, of_file in list(numbers.items())[:_FILES_SHOWN]]
    more = f"等{len(numbers)}个文件，共{len(rows)}行" if len(numbers) > _FILES_SHOWN else ""
    return "\n".join([*shown, more] if more else shown)


def _numbers(rows: Sequence[int]) -> str:
    words = "、".join(map(str, rows[:_ROWS_SHOWN]))
    return f"{words}等{len(rows)}" if len(rows) > _ROWS_SHOWN else words
