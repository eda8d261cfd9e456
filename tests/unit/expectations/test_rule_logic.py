"""The catalogue run over a small warehouse: outcomes, what is counted, and that no rule can vanish."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import logic
from expectations.catalogue import Rule
from expectations.logic import FINDING_SCHEMA, RESULT_SCHEMA, Checked, audit_record, check_months
from expectations.result_rows import result_table
from orchestration.foundation.months import Month

MONTHS = {Month("2023-07"): Month("2023-07"), Month("2023-08"): Month("2023-09")}
CANARY = "金丝雀440233198807301239"


def rule(code: str, **changes: Any) -> Rule:
    content: dict[str, Any] = {
        "code": code,
        "title": "题",
        "question": "问？",
        "severity": "E",
        "owner": "乡村振兴局",
        "entity": "person",
        "looks_at": "int_people",
        "failing": "age < 0",
        "field": "birth_date",
        "found": "cast(age as varchar)",
        "expected": "'不小于零'",
        "advice": "改",
        "source": "第四条",
    }
    return Rule(**{name: value for name, value in (content | changes).items() if value is not None})


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema intermediate; create schema checked; create schema landed")
        connection.execute("create view checked.findings as select 1 as left_by_the_run_before")
        connection.execute(
            """
            create table intermediate.int_deliveries as
            select * from (values
                (date '2023-07-01', 'education__enrolment', 'compared'),
                (date '2023-08-01', 'education__enrolment', 'rejected'),
                (date '2023-07-01', 'water__drinking_water', 'not_received'),
                (date '2023-06-01', 'rural_revitalization__member_roster', 'not_received'),
                (date '2023-07-01', 'rural_revitalization__member_roster', 'compared')
            ) as t(delivery_month, extract, status);
            create table intermediate.int_lines as
            select date '2023-08-01' as month, 'income.inclusion_line' as parameter;
            create table intermediate.int_parameters as
            select * from (values (date '2023-07-01', 10), (date '2023-08-01', 20)) as t(month, checks_least);
            """
        )
        connection.execute(
            """
            create table intermediate.int_people as
            select *, 'civil_affairs__assistance_roll' as extract from (values
                (date '2023-07-01', 'P1', 'H1', -1, 'b.xlsx', 2, ?),
                (date '2023-07-01', 'P1', 'H1', -1, 'a.xlsx', 9, ?),
                (date '2023-07-01', 'P2', 'H1', 30, 'a.xlsx', 3, ?),
                (date '2023-08-01', 'P1', 'H1', 15, 'a.xlsx', 2, ?),
                (date '2023-08-01', 'P2', null, null, 'a.xlsx', 3, ?),
                (date '2022-01-01', 'P9', 'H9', -1, 'a.xlsx', 3, ?)
            ) as t(month, person_id, household_id, age, file, row_number, name)
            """,
            [CANARY] * 6,
        )
    return path


@pytest.fixture
def run(warehouse: Path) -> Callable[..., Checked]:
    return lambda *rules, **options: check_months(warehouse, {one.code: one for one in rules}, MONTHS, **options)


def outcomes(checked: Checked) -> dict[tuple[str, str], tuple[str, int, int]]:
    return {(result.code, result.month): (result.outcome, result.denominator, result.failures) for result in checked.results}


def test_findings_are_one_row_per_month_check_and_entity_with_what_the_run_knew(run: Callable[..., Checked]) -> None:
    checked = run(rule("A01"))
    assert checked.findings.schema == FINDING_SCHEMA
    (finding,) = checked.findings.to_pylist()
    assert (f"{finding['month']:%Y-%m}", f"{finding['knowledge_month']:%Y-%m}") == ("2023-07", "2023-07")
    assert (finding["entity_key"], finding["household_id"], finding["person_id"]) == ("P1", "H1", "P1")
    # of two rows the one that comes first by file
    assert (finding["file"], finding["row_number"], finding["found"], finding["expected"]) == ("a.xlsx", 9, "-1", "不小于零")
    assert (finding["field"], finding["field_header"]) == ("birth_date", "出生日期")
    assert outcomes(checked) == {("A01", "2023-07"): ("fail", 2, 1), ("A01", "2023-08"): ("pass", 2, 0)}


def test_a_blank_is_not_a_finding_and_parameters_are_those_of_the_month(run: Callable[..., Checked]) -> None:
    checked = run(rule("A01", failing="age < checks_least", parameters=["checks_least"], found="cast(checks_least as varchar)"))
    assert [(row["entity_key"], row["found"]) for row in checked.findings.to_pylist()] == [("P1", "10"), ("P1", "20")]


def test_among_narrows_the_denominator_and_a_query_may_give_it(run: Callable[..., Checked]) -> None:
    checked = run(
        rule("A01", among="age is not null"),
        rule("A02", denominator_rows="select month, 7 from intermediate.int_people group by month"),
        rule("A03", failing=None, failing_rows="select b.* from {batch} as b where b.age > 20"),
    )
    assert outcomes(checked)["A01", "2023-08"] == ("pass", 1, 0)
    assert outcomes(checked)["A02", "2023-08"] == ("pass", 7, 0)
    assert outcomes(checked)["A03", "2023-07"] == ("fail", 2, 1)


def test_rows_name_their_place_and_their_department(run: Callable[..., Checked]) -> None:
    checked = run(rule("A11", entity="row", owner="源部门", found="file"), rule("K02", entity="extract", owner="源部门"))
    by_code = {row["check_code"]: row for row in checked.findings.to_pylist()}
    assert {row["entity_key"] for row in checked.findings.to_pylist() if row["check_code"] == "A11"} == {"a.xlsx:9", "b.xlsx:2"}
    assert (by_code["A11"]["owner"], by_code["A11"]["extract"]) == ("民政局", "civil_affairs__assistance_roll")
    assert (by_code["K02"]["owner"], by_code["K02"]["entity_key"]) == ("民政局", "civil_affairs__assistance_roll")
    assert (by_code["K02"]["household_id"], by_code["K02"]["person_id"], by_code["K02"]["file"]) == (None, None, None)


def test_what_is_not_applicable_counts_nothing_and_says_why(run: Callable[..., Checked]) -> None:
    checked = run(
        rule("A01", needs=["education__enrolment"]),
        rule("A02", needs=["water__drinking_water"]),
        rule("A03", needs_previous=["rural_revitalization__member_roster"]),
        rule("A04", needs_line="inclusion"),
    )
    assert outcomes(checked) == {
        ("A01", "2023-07"): ("fail", 2, 1),
        ("A01", "2023-08"): ("not_applicable", 0, 0),
        ("A02", "2023-07"): ("not_applicable", 0, 0),
        ("A02", "2023-08"): ("not_applicable", 0, 0),
        ("A03", "2023-07"): ("not_applicable", 0, 0),
        ("A03", "2023-08"): ("pass", 2, 0),
        ("A04", "2023-07"): ("not_applicable", 0, 0),
        ("A04", "2023-08"): ("pass", 2, 0),
    }
    reasons = {(result.code, result.month): result.reason or "" for result in checked.results}
    assert "退回" in reasons["A01", Month("2023-08")] and "学籍" in reasons["A01", Month("2023-08")]
    assert "没有报送" in reasons["A02", Month("2023-07")] and "水利" in reasons["A02", Month("2023-07")]
    assert Month("2023-06") in reasons["A03", Month("2023-07")]
    assert "纳入线" in reasons["A04", Month("2023-07")]
    assert [row["check_code"] for row in checked.findings.to_pylist()] == ["A01"]


BROKEN = {
    "a column that is not there": {"failing": "no_such_column = 1"},
    "no SQL": {"failing": "age < < 1"},
    "a model that is not there": {"looks_at": "int_nothing"},
    "a value that cannot be read": {"failing": "cast(name as integer) = 1"},
    "a text that cannot be made": {"found": "cast(name as integer)"},
    "no key": {"key": "household_id", "failing": "age is null"},
    "rows without a month": {
        "failing": None,
        "failing_rows": "select cast(null as date) as month, * exclude (month) from {batch}",
    },
    "a denominator that cannot be counted": {"denominator_rows": "select month, name from intermediate.int_people"},
    "rows that cannot be had": {"looks_at": None, "looks_at_rows": "select * from nowhere"},
    "what no stage has left": {"failing": None, "failing_rows": "select * from checked.nothing"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_an_error_and_the_others_run(
    run: Callable[..., Checked],
    change: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    checked = run(rule("A01"), rule("A02", **change), rule("A03"))
    assert outcomes(checked) == {
        ("A01", "2023-07"): ("fail", 2, 1),
        ("A01", "2023-08"): ("pass", 2, 0),
        ("A02", "2023-07"): ("error", 0, 0),
        ("A02", "2023-08"): ("error", 0, 0),
        ("A03", "2023-07"): ("fail", 2, 1),
        ("A03", "2023-08"): ("pass", 2, 0),
    }
    assert set(checked.errors) == {"A02"}
    assert {row["check_code"] for row in checked.findings.to_pylist()} == {"A01", "A03"}
    shown = capfd.readouterr()
    for text in (str(checked.errors), caplog.text, shown.out, shown.err):
        assert "金丝雀" not in text


def test_where_a_rule_is_not_applicable_it_is_no_error(run: Callable[..., Checked]) -> None:
    checked = run(rule("A01", failing="nothing", needs=["education__enrolment"]))
    assert [outcome for outcome, _, _ in outcomes(checked).values()] == ["error", "not_applicable"]


def test_no_rule_vanishes(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is not run, and whatever Great Expectations does not answer, is an error, never a rule that found nothing."""
    judge = logic.ValidationSession.judge
    monkeypatch.setattr(logic.ValidationSession, "judge", lambda *arguments: judge(*arguments)[:1])
    checked = check_months(warehouse, {code: rule(code) for code in ("A01", "A02")}, MONTHS)
    assert {outcome for (code, _), (outcome, _, _) in outcomes(checked).items() if code == "A02"} == {"error"}
    monkeypatch.setattr("expectations.logic._Run.look_at_all", lambda *_: None)
    checked = check_months(warehouse, {code: rule(code) for code in ("A01", "A02")}, MONTHS)
    assert len(checked.results) == 4
    assert set(checked.errors) == {"A01", "A02"}


def test_a_result_is_compared_with_the_month_before_as_known_then(run: Callable[..., Checked]) -> None:
    """July is compared with June, which is kept; August, computed with what September knows, with July."""
    kept = {"month": dt.date(2023, 6, 1), "knowledge_month": dt.date(2023, 6, 1), "check_code": "A01", "outcome": "pass"}
    june = pa.Table.from_pylist([kept | {"denominator": 2, "failures": 0}], schema=RESULT_SCHEMA)
    checked = run(rule("A01"), earlier_results=june)
    july, august = result_table(checked, MONTHS).to_pylist()
    assert (july["standing"], july["compared_month"], july["compared_failures"]) == ("new", dt.date(2023, 6, 1), 0)
    assert (august["standing"], august["compared_month"], august["compared_failures"]) == ("none", dt.date(2023, 7, 1), 1)


def test_a_rule_that_was_not_applied_is_not_judged(run: Callable[..., Checked]) -> None:
    checked = run(rule("A01", needs=["water__drinking_water"]))
    table = result_table(checked, MONTHS)
    assert table["standing"].null_count == table["threshold"].null_count == 2


def test_rules_of_the_second_stage_read_what_the_others_found_in_all_months(warehouse: Path, tmp_path: Path) -> None:
    """What the first stage found, and what is kept of it, lies in the warehouse by then; nothing of the second is there."""
    first = check_months(warehouse, {"A01": rule("A01")}, MONTHS)
    kept = first.findings.set_column(0, "month", [[dt.date(2023, 6, 1)]])
    pq.write_table(pa.concat_tables([kept, first.findings]), tmp_path / "findings.parquet")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists checked")
        connection.execute("drop view if exists checked.findings")
        connection.execute(f"create view checked.findings as from read_parquet('{tmp_path / 'findings.parquet'}')")
    repeated = rule(
        "K09",
        stage=2,
        entity="item",
        looks_at=None,
        looks_at_rows="""
            select
                date '2023-08-01' as month, check_code || '/' || entity_key as item_code, household_id,
                month as seen
            from checked.findings""",
        failing="seen < month",
        found="cast(seen as varchar)",
    )
    checked = check_months(warehouse, {"K09": repeated}, MONTHS)
    assert [(row["entity_key"], row["household_id"]) for row in checked.findings.to_pylist()] == [("A01/P1", "H1")]
    assert outcomes(checked)["K09", "2023-08"] == ("fail", 1, 1)
    assert outcomes(checked)["K09", "2023-07"] == ("pass", 0, 0)


def test_the_audit_trail_counts_and_names_nobody(run: Callable[..., Checked]) -> None:
    rules = [rule("A01", found="name"), rule("A02", severity="W", failing="age > 1000")]
    checked = run(*rules)
    assert any(CANARY in row["found"] for row in checked.findings.to_pylist())
    record = audit_record(checked, {one.code: one for one in rules}, Month("2023-07"), Month("2023-07"))
    assert CANARY not in str(record)
    counts = [(entry["key"], entry["unexpected_count"], entry["element_count"]) for entry in record["results"]]  # type: ignore[attr-defined,index]
    assert counts == [("A01", 1, 2), ("A02", 0, 2)]
    assert record["success"] is False
    assert result_table(checked, MONTHS).num_rows == 4


def test_the_warehouse_is_let_go(warehouse: Path, run: Callable[..., Checked]) -> None:
    run(rule("A01"))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table written_afterwards as select 1")


class AnotherEngine:
    """The rows of the warehouse in a database of its own, whose errors quote what they met."""

    def __init__(self, warehouse: Path) -> None:
        self._connection = duckdb.connect(str(warehouse), read_only=True)
        self.queries: list[str] = []

    def define(self, name: str, query: str) -> None:
        self._connection.execute(f"create or replace temporary view {name} as {query}")

    def columns(self, query: str) -> list[str]:
        return [name for name, *_ in self._connection.execute(f"describe {query}").fetchall()]

    def rows(self, query: str) -> pa.Table:
        self.queries.append(query)
        if "'broken'" in query:
            raise ArithmeticError(CANARY)
        return self._connection.sql(query).to_arrow_table()

    def is_of_query(self, error: Exception) -> bool:
        return isinstance(error, ArithmeticError)

    def said(self, error: Exception) -> str:
        return type(error).__name__


def test_another_engine_runs_the_queries_and_the_same_is_found(run: Callable[..., Checked], warehouse: Path) -> None:
    rules = (
        rule("A01", parameters=["checks_least"], failing="age < checks_least"),
        rule("A02", failing=None, failing_rows="select b.* from {batch} as b where b.age > 20"),
        rule("A03", looks_at=None, looks_at_rows="select * from intermediate.int_people where age is not null"),
    )
    elsewhere = AnotherEngine(warehouse)
    here, there = run(*rules), run(*rules, elsewhere=elsewhere)
    assert there.findings.equals(here.findings)
    assert there.results == here.results
    # each rule's findings and, of each relation, how many are looked at
    assert len(elsewhere.queries) == 3 + 3


def test_a_query_that_another_engine_cannot_run_is_an_error_without_its_values(
    run: Callable[..., Checked], warehouse: Path
) -> None:
    checked = run(rule("A01", found="'broken'"), rule("A02"), elsewhere=AnotherEngine(warehouse))
    assert outcomes(checked)["A01", "2023-07"][0] == "error"
    assert outcomes(checked)["A02", "2023-07"] == ("fail", 2, 1)
    assert "ArithmeticError" in checked.errors["A01"]
    assert CANARY not in str(checked.errors)
