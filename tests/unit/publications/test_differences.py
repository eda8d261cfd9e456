"""What a version says otherwise than the one before, and what is told of the cause."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchestration.contracts import ConfigError, load_marts, load_traces
from orchestration.documents.comparison import Comparison
from orchestration.documents.differences_book import write_differences_sheets
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.quality_report import ReportContent, render
from orchestration.documents.stationery import Stationery, new_book
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications.differences import Side, find_differences
from orchestration.publications.mart_tables import arrow_schema, published_marts, write_parquet
from tests.unit.publishing_samples import MONTH, Rows, build_warehouse, household, texts

INCOME, SETTLEMENT = "rural_revitalization__income_expense", "medical_insurance__settlement"
HOUSEHOLD = household(1)["household_id"]
PERSON = f"{HOUSEHOLD}01"
FILE = {INCOME: "rural_revitalization/income_expense.csv", SETTLEMENT: "medical_insurance/settlement.csv"}
LINE = {"income.warning_line": {"value": "10600", "document": "新农组办〔2023〕3号", "article": "第3条"}}


def day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


def facts_of_household(**values: Any) -> dict[str, Any]:
    """Return a row of household_month."""
    own = {name: household(1)[name] for name in ("household_id", "town", "village", "head_name", "headcount")}
    return {**own, "income_status": "complete", "income_12m": Decimal("33000.00"), "medical_12m": Decimal("0.00"), **values}


def flow_row(delivery: str, number: int, *, replaced: str | None = None, **values: Any) -> dict[str, Any]:
    """Return a row of a flow's staging model; ``replaced``: the delivery that brought the same fact again."""
    return {
        "delivery_month": day(delivery),
        "row_number": number,
        "dated_on": "2023-06-01",
        "business_key": "k",
        "is_counted": True,
        "superseded_in": day(replaced) if replaced else None,
        **values,
    }


def income(delivery: str, number: int, wage: str = "100.00", **values: Any) -> dict[str, Any]:
    return flow_row(delivery, number, **{"file": FILE[INCOME], "household_id": HOUSEHOLD, "wage_income": wage, **values})


def inputs(**digests: str) -> list[dict[str, str]]:
    """Return inputs of a manifest: digests of the income file by delivery, ``d07="x"`` for that of 2023-07."""
    return [
        {"delivery_month": f"2023-{name[1:]}", "extract": INCOME, "file": FILE[INCOME], "sha256": digest, "outcome": "accepted"}
        for name, digest in digests.items()
    ]


class Versions:
    """Two versions of a month: what each published, and what the work database holds."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._installation, self._folder = installation, folder

    def compare(self, old: Rows, new: Rows, staged: Rows | None = None, **options: Any) -> list[dict[str, Any]]:
        """Return what ``table`` finds, as rows."""
        return self.table(old, new, staged, **options).to_pylist()

    def table(self, old: Rows, new: Rows, staged: Rows | None = None, **options: Any) -> pa.Table:
        """Compare what was published; ``options``: ``knowledge``, and for both ``files``, ``parameters``, ``programs``."""
        build_warehouse(self._installation, {}, inputs=staged)
        settings = {"knowledge": Month("2023-09"), "files": ((), ()), "parameters": ({}, {}), "programs": ("a", "a")} | options
        sides = [
            Side(self._publish(name, rows), known, files, parameters, program)
            for name, rows, known, files, parameters, program in zip(
                ("old", "new"),
                (old, new),
                (MONTH, settings["knowledge"]),
                settings["files"],
                settings["parameters"],
                settings["programs"],
                strict=True,
            )
        ]
        return find_differences(self._installation, MONTH, *sides)

    def _publish(self, name: str, rows: Rows) -> Path:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        marts = published_marts()
        for mart in {*load_traces().columns, *load_traces().lists, "person_match"}:
            lines = [{"month": day(MONTH)} | dict(row) for row in rows.get(mart, ())]
            write_parquet(pa.Table.from_pylist(lines, schema=arrow_schema(marts[mart][1])), folder / f"{mart}.parquet")
        return folder


@pytest.fixture
def versions(installation: Installation, tmp_path: Path) -> Versions:
    return Versions(installation, tmp_path)


OLD: Rows = {"household_month": [facts_of_household()]}
NEW: Rows = {
    "household_month": [facts_of_household(income_12m=Decimal("31500.00"))],
    "warning_list": [household(1)],
}


def test_a_correction_is_told_with_both_rows_and_what_it_corrected(versions: Versions) -> None:
    rows = [income("2023-07", 5, "100.00", replaced="2023-09"), income("2023-09", 8, "90.00")]
    added, changed = sorted(versions.compare(OLD, NEW, {INCOME: rows}), key=lambda row: str(row["column_name"]))
    assert (added["mart"], added["change"], added["cause"], added["causes"]) == ("warning_list", "added", "correction", 1)
    assert added["explanation"] == (
        "近12个月纯收入 33000.00 → 31500.00。县乡村振兴局《家庭收入支出登记》2023-09 报送 "
        f"{FILE[INCOME]} 第8行更正了 2023-07 报送 {FILE[INCOME]} 第5行的工资性收入（所属 2023-06）"
    )
    assert (added["extract"], added["delivery_month"], added["file"], added["row_number"]) == (
        INCOME, day("2023-09"), FILE[INCOME], 8,
    )  # fmt: skip
    assert (changed["column_name"], changed["value_before"], changed["value_after"]) == ("income_12m", "33000.00", "31500.00")
    assert changed["town"] == household(1)["town"]


def test_a_row_that_came_late_is_told_and_one_delivered_again_unchanged_is_no_cause(versions: Versions) -> None:
    same_again = [
        income("2023-07", 5, replaced="2023-08"),
        income("2023-08", 6, entered_on="2023-08-02"),
        income("2023-08", 7, business_key="late", dated_on="2023-05-01"),
    ]
    (removed, _) = sorted(versions.compare(NEW, OLD, {INCOME: same_again}), key=lambda row: str(row["column_name"]))
    assert (removed["change"], removed["cause"], removed["causes"], removed["row_number"]) == ("removed", "late_row", 1, 7)


@pytest.mark.parametrize(
    "row",
    [
        income("2023-10", 5),  # after what is known
        income("2023-09", 5, dated_on="2023-07-01"),  # not before the month
        income("2023-09", 5, dated_on="2022-06-01"),  # before the window
        income("2023-09", 5, household_id="another"),
    ],
)
def test_rows_that_do_not_count_for_the_household_are_no_cause(versions: Versions, row: dict[str, Any]) -> None:
    assert {found["cause"] for found in versions.compare(OLD, NEW, {INCOME: [row]})} == {"unknown"}


def test_the_day_before_the_window_counts_for_what_the_month_before_decides(versions: Versions) -> None:
    old = {"warning_list": [household(1, trigger_reason="income_drop")]}
    new = {"warning_list": [household(1, trigger_reason="correction")]}
    (found,) = versions.compare(old, new, {INCOME: [income("2023-09", 5, dated_on="2022-06-01")]})
    assert (found["column_name"], found["cause"]) == ("trigger_reason", "late_row")


def test_a_department_row_leads_to_the_household_of_its_member(versions: Versions) -> None:
    staged = {
        SETTLEMENT: [flow_row("2023-08", 3, file=FILE[SETTLEMENT], identity_id="i", personal_pay="9")],
        "int_identity_matches": [{"month": day(MONTH), "identity_id": "i", "person_id": PERSON}],
        "int_roster_members": [{"month": day(MONTH), "person_id": PERSON, "household_id": HOUSEHOLD}],
    }
    new = {"household_month": [facts_of_household(medical_12m=Decimal("9.00"))]}
    (found,) = versions.compare(OLD, new, staged)
    assert (found["cause"], found["extract"], found["row_number"]) == ("late_row", SETTLEMENT, 3)


def test_a_decision_that_came_later_is_told(versions: Versions) -> None:
    staged = {
        "int_match_decisions": [
            {"month": day(MONTH), "identity_id": "i", "person_id": PERSON, "decision": "同一人",
             "delivery_month": day("2023-08"), "file": "rural_revitalization/match_decision.xlsx", "row_number": 4},
        ],
        "int_department_rows": [
            {"extract": SETTLEMENT, "identity_id": "i", "is_counted": True, "delivery_month": day("2023-06"),
             "file": FILE[SETTLEMENT], "row_number": 11},
        ],
        "int_roster_members": [{"month": day(MONTH), "person_id": PERSON, "household_id": HOUSEHOLD}],
    }  # fmt: skip
    new = {"household_month": [facts_of_household(medical_12m=Decimal("9.00"))]}
    (found,) = versions.compare(OLD, new, staged)
    assert (found["cause"], found["row_number"]) == ("decision", 4)
    assert "同一人" in found["explanation"] and "第11行" in found["explanation"]


def test_a_row_that_is_now_about_somebody_else_is_told(versions: Versions) -> None:
    match = {"extract": SETTLEMENT, "file": FILE[SETTLEMENT], "row_number": 3, "person_id": PERSON, "match_method": "evidence"}
    staged = {"int_roster_members": [{"month": day(MONTH), "person_id": PERSON, "household_id": HOUSEHOLD}]}
    new = {"household_month": [facts_of_household(medical_12m=Decimal("9.00"))], "person_match": [match]}
    (found,) = versions.compare(OLD, new, staged)
    assert (found["cause"], found["row_number"]) == ("rematched", 3)
    assert found["explanation"].endswith("现比对为本户成员")


@pytest.mark.parametrize(
    ("files", "staged", "cause", "words"),
    [
        ((inputs(d07="a"), inputs(d07="b")), {INCOME: [income("2023-07", 5)]}, "replaced_file", "发布后更换（现第5行）"),
        ((inputs(), inputs(d07="b")), {INCOME: [income("2023-07", 5)]}, "replaced_file", "发布后补交（现第5行）"),
        ((inputs(d07="a"), inputs()), {}, "related_input", "2023-07 报送 " + FILE[INCOME] + " 已撤回"),
        ((inputs(d07="a"), inputs(d07="a", d08="b")), {}, "related_input", "2023-08 报送 " + FILE[INCOME] + " 为新收到"),
    ],
)
def test_files_that_were_replaced_added_or_taken_back_are_told(
    versions: Versions, files: tuple[list[dict[str, str]], ...], staged: Rows, cause: str, words: str
) -> None:
    found = versions.compare(OLD, NEW, staged, files=files)
    assert {row["cause"] for row in found} == {cause}
    assert all(words in row["explanation"] for row in found)


def test_a_line_is_a_cause_beside_a_row_and_the_program_only_where_nothing_else_is(versions: Versions) -> None:
    raised = {"income.warning_line": LINE["income.warning_line"] | {"value": "10800"}}
    found = versions.compare(OLD, NEW, {INCOME: [income("2023-08", 5)]}, parameters=(LINE, raised), programs=("a", "b"))
    listed = next(row for row in found if row["mart"] == "warning_list")
    assert (listed["cause"], listed["causes"]) == ("late_row", 2)
    assert "由 10600 改为 10800（新农组办〔2023〕3号第3条）" in listed["explanation"]
    assert all("程序" not in row["explanation"] for row in found)
    assert {row["cause"] for row in versions.compare(OLD, NEW, programs=("a", "b"))} == {"program"}


def test_nothing_is_unknown_but_where_no_input_differs(versions: Versions) -> None:
    assert {row["explanation"].split("。")[-1] for row in versions.compare(OLD, NEW)} == {
        "原因未能确定：报送、标准、程序都没有变化"
    }
    assert versions.compare(OLD, OLD, {INCOME: [income("2023-08", 5)]}) == []


def test_items_of_a_list_are_told_apart(versions: Versions) -> None:
    new = {"guarantee_shortfalls": [{"household_id": HOUSEHOLD, "shortfall": "uninsured", "person_id": PERSON}], **OLD}
    (found,) = versions.compare(OLD, new, {INCOME: [income("2023-08", 5)]})
    # a late income row is no cause of a missing premium
    assert (found["item"], found["person_id"], found["change"], found["cause"]) == ("uninsured", PERSON, "added", "unknown")


def test_a_list_that_the_older_version_did_not_have_is_not_compared(versions: Versions, tmp_path: Path) -> None:
    rows = {"household_month": [facts_of_household()], "income_gaps": [{"household_id": HOUSEHOLD}]}
    versions.compare(OLD, rows)
    (tmp_path / "old" / "income_gaps.parquet").unlink()
    build_new = Side(tmp_path / "new", Month("2023-09"), (), {}, "a")
    table = find_differences(versions._installation, MONTH, Side(tmp_path / "old", MONTH, (), {}, "a"), build_new)
    assert table.num_rows == 0


def test_workbook_and_report_are_in_chinese_and_the_meeting_sees_no_household(versions: Versions, tmp_path: Path) -> None:
    comparison = Comparison(1, versions.table(OLD, NEW, {INCOME: [income("2023-08", 5)]}))
    facts = Facts.load({name: mart for name, (mart, _) in published_marts().items()})
    edition = Edition(MONTH, Month("2023-09"), 2)
    out = tmp_path / "out"
    out.mkdir()
    with new_book(out / "book.xlsx", "差异", "", facts.bureau, MONTH.first_day) as book:
        first, others, summary = (book.add_worksheet(name) for name in ("一", "二", "三"))
        write_differences_sheets((first, others, summary), edition, facts, comparison, Stationery(book, "差异"))
    shown = texts(out / "book.xlsx")
    for word in ("预警名单", "增加", "后来补报", "近12个月纯收入", "33000.00", HOUSEHOLD):
        assert word in shown
    assert not {"added", "late_row", "income_12m", "warning_list"} & set(shown)
    changes = {"differences": comparison.rows.to_pylist(), "replaced": comparison.replaced}
    full, meeting = (render(ReportContent(facts, edition, [], [], [], kind, **changes)) for kind in (False, True))
    assert "与第1版的差异" in full and "与第1版的差异" in meeting
    assert "后来补报 1" in full and "后来补报" in meeting
    assert HOUSEHOLD in full and HOUSEHOLD not in meeting
    assert "的差异" not in render(ReportContent(facts, edition, [], [], [], is_for_meeting=False))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("columns: {nothing: {}}\nalso_of_month_before: []\nlists: {}\n", "nothing"),
        ("columns: {household_month: {x__y: [nowhere]}}\nalso_of_month_before: []\nlists: {}\n", "nowhere"),
        ("columns: {}\nalso_of_month_before: []\nlists: {referrals: {rests_on: {all: [no__extract]}}}\n", "no__extract"),
    ],
)
def test_what_differences_are_traced_by_names_real_lists_columns_and_extracts(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "restatement.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        load_traces(tmp_path / "restatement.yml")


def test_every_list_that_is_published_is_compared_or_said_to_need_none() -> None:
    traces = load_traces()
    compared = {*traces.columns, *traces.lists}
    assert compared.isdisjoint(traces.without)
    assert compared | set(traces.without) == set(load_marts())
    keyed = {name for name in traces.lists if "household_id" in load_marts()[name].columns}
    assert keyed == set(traces.lists), "a difference is one of a household"


def test_every_figure_of_a_household_can_be_traced() -> None:
    columns = {column for group in load_traces().columns["household_month"].values() for column in group}
    mart, _ = published_marts()["household_month"]
    assert columns == set(mart.columns) - {"month", "household_id"}
