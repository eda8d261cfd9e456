from __future__ import annotations

import logging
import os

import pytest

from expectations.session import CheckNotRunError, ValidationSession
from expectations.suite import SuiteCheck


def by_query(query: str, key: str = "rule") -> SuiteCheck:
    return SuiteCheck(key, "expect_no_unexpected_rows", {"unexpected_rows_query": query}, "warning", "规则")


def by_condition(condition: str, key: str = "condition", column: str = "x") -> SuiteCheck:
    arguments = {"column": column, "condition": condition}
    return SuiteCheck(key, "expect_column_values_to_satisfy", arguments, "warning", "条件", column)


@pytest.fixture
def numbers(session: ValidationSession) -> str:
    session.define_view("numbers", "select range::integer as x, 'canary' || range as name from range(5000)")
    return "numbers"


def test_all_rows_found_are_captured_in_one_execution(session: ValidationSession, numbers: str) -> None:
    session.duckdb.execute("create or replace sequence executions")
    query = "select x, name, nextval('executions') as execution from {batch} where x >= 4000"
    (verdict,) = session.validate(numbers, [by_query(query)])
    assert (verdict.success, verdict.unexpected_count, verdict.element_count) == (False, 1000, 5000)
    captured = f"select count(distinct x), min(x), max(x), max(execution) from {verdict.captured}"
    assert session.duckdb.execute(captured).fetchall() == [(1000, 4000, 4999, 1000)]
    assert session.duckdb.execute("select nextval('executions')").fetchall() == [(1001,)]


def test_a_query_that_finds_nothing_holds(session: ValidationSession, numbers: str) -> None:
    (verdict,) = session.validate(numbers, [by_query("select x from {batch} where x < 0")])
    assert (verdict.success, verdict.unexpected_count, verdict.element_count) == (True, 0, 5000)


def test_queries_may_join_use_cte_braces_colons_and_percent_signs(session: ValidationSession, numbers: str) -> None:
    query = r"""
        with found as (
            select * from {batch} where regexp_full_match(name, 'canary[0-9]{2}') and name like '%1%' and name <> ':x'
        )
        select found.x from found join {batch} as other on found.x = other.x::integer"""
    (verdict,) = session.validate(numbers, [by_query(query)])
    assert verdict.unexpected_count == 18


def test_the_same_query_is_captured_again_when_the_view_was_replaced(session: ValidationSession, numbers: str) -> None:
    check = by_query("select x from {batch} where x >= 4000")
    (before,) = session.validate(numbers, [check])
    session.define_view("numbers", "select range as x, 'n' as name from range(4010)")
    (after,) = session.validate(numbers, [check])
    assert (before.unexpected_count, after.unexpected_count, after.element_count) == (1000, 10, 4010)
    tables = session.duckdb.execute("select table_name from duckdb_tables() where temporary").fetchall()
    assert tables == [(after.captured,)]
    session.forget_captured()
    assert session.duckdb.execute("select count(*) from duckdb_tables() where temporary").fetchall() == [(0,)]


def test_stock_unexpected_rows_are_captured_too_and_not_fetched(session: ValidationSession, numbers: str) -> None:
    arguments = {"unexpected_rows_query": "select * from {batch} where x >= 4000"}
    (verdict,) = session.validate(numbers, [SuiteCheck("stock", "unexpected_rows_expectation", arguments, "warning", "规则")])
    assert not verdict.success
    assert session.duckdb.execute(f"select count(*) from {verdict.captured}").fetchall() == [(1000,)]


def test_conditions_hold_where_true_and_ignore_blanks(session: ValidationSession) -> None:
    session.define_view("conditions", "select * from (values (1, 'a'), (2, null), (3, 'c'), (null, 'd')) as t(x, other)")
    checks = [
        by_condition("x < 3 or other = 'z'", "or"),
        by_condition("other <> 'c'", "null"),
        by_condition("x % 2 = 1", "percent"),
    ]
    verdicts = session.validate("conditions", checks)
    assert [(v.check.key, v.unexpected_count, v.element_count) for v in verdicts] == [
        ("or", 1, 4),
        ("null", 2, 4),
        ("percent", 1, 4),
    ]


def test_any_column_name_can_be_checked(session: ValidationSession) -> None:
    session.define_view("names", """select 1 as "select", 2 as "姓名", 3 as "Mixed Case", 4 as "qualify" """)
    names = ["select", "姓名", "Mixed Case", "qualify"]
    checks = [by_condition(f'"{name}" > 2', name, name) for name in names]
    columns = SuiteCheck("columns", "expect_table_columns_to_match_ordered_list", {"column_list": names}, "critical", "列")
    assert [verdict.success for verdict in session.validate("names", [*checks, columns])] == [False, False, True, True, True]


@pytest.mark.parametrize(
    "check",
    [
        by_query("select missing from {batch}"),
        by_query("select from where {batch}"),
        by_query("select * from no_such_table"),
        by_condition("missing > 1"),
        by_condition("x > > 1"),
        SuiteCheck("regex", "expect_column_values_to_match_regex", {"column": "missing", "regex": "a"}, "warning", "列"),
    ],
)
def test_a_check_that_cannot_run_raises(check: SuiteCheck, session: ValidationSession, numbers: str) -> None:
    with pytest.raises(CheckNotRunError, match=check.key):
        session.validate(numbers, [by_condition("x >= 0", "sound"), check])
    assert [verdict.success for verdict in session.validate(numbers, [by_condition("x >= 0")])] == [True]


def test_an_error_names_its_cause_where_that_is_ours(session: ValidationSession, numbers: str) -> None:
    with pytest.raises(CheckNotRunError, match=r'rule: Binder Error: .*"missing" not found'):
        session.validate(numbers, [by_query("select missing from {batch}")])


@pytest.mark.parametrize("check", [by_query("select name::integer from {batch}"), by_condition("name::integer > 1")])
def test_an_error_never_quotes_a_value(
    check: SuiteCheck,
    session: ValidationSession,
    numbers: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(CheckNotRunError, match=r"Conversion Error$") as raised:
        session.validate(numbers, [check])
    shown = capsys.readouterr()
    for text in (str(raised.value), caplog.text, shown.out, shown.err):
        assert "canary0" not in text
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_nothing_is_reported_to_anybody(session: ValidationSession) -> None:
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
