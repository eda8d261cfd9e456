from __future__ import annotations

import json
import logging
import random
import subprocess
import sys
from typing import Any

import duckdb
import pytest
from landed_example import CONTRACT, Land, clean_rows, landed_schema

from expectations.intake import IntakeCheckResult, check_landed_extract, result_path
from expectations.session import ValidationSession
from expectations.suite import MAY_LIE_AHEAD, columns_check, row_checks
from orchestration.contracts import ExtractContract, load_code_lists, load_extracts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import REPOSITORY, Installation

MONTH = Month("2024-12")


def failed(result: IntakeCheckResult) -> dict[str, int]:
    return {outcome.key: outcome.unexpected_count for outcome in result.outcomes if not outcome.success}


def test_clean_rows_succeed_and_every_check_is_reported(
    installation: Installation, land: Land, session: ValidationSession
) -> None:
    land(clean_rows())
    result = check_landed_extract(installation, CONTRACT, [MONTH], session)
    assert failed(result) == {}
    assert result.success
    assert not result.is_blocking_failure
    checks = [columns_check(CONTRACT), *row_checks(CONTRACT, load_code_lists())]
    assert [outcome.key for outcome in result.outcomes] == [check.key for check in checks]
    assert {outcome.element_count for outcome in result.outcomes[1:]} == {20}
    blanks = {outcome.key: outcome.unexpected_count for outcome in result.outcomes if outcome.key.startswith("blank.")}
    assert set(blanks.values()) == {1}
    assert len(blanks) == 7


@pytest.mark.parametrize(
    ("change", "key", "severity"),
    [
        ({"delivery_month": None}, "required.delivery_month", "critical"),
        ({"file": None}, "required.file", "critical"),
        ({"row_number": None}, "required.row_number", "critical"),
        ({"name": None}, "required.name", "critical"),
        ({"id_number": None, "id_number_normalized": None}, "required.id_number", "critical"),
        ({"paid_on": None}, "required.paid_on", "critical"),
        ({"paid_on": "2024-02-30"}, "canonical.paid_on", "critical"),
        ({"paid_on": "2024-2-3"}, "canonical.paid_on", "critical"),
        ({"paid_on": "2024-02-03 00:00:00"}, "canonical.paid_on", "critical"),
        ({"valid_until": "2024/02/03"}, "canonical.valid_until", "critical"),
        ({"income_month": "2024-12-02"}, "canonical.income_month", "critical"),
        ({"income_month": "2024-12"}, "canonical.income_month", "critical"),
        ({"amount": "1234.5"}, "canonical.amount", "critical"),
        ({"amount": "1,234.50"}, "canonical.amount", "critical"),
        ({"amount": "1234.50\n"}, "canonical.amount", "critical"),
        ({"work_months": "3.0"}, "canonical.work_months", "critical"),
        ({"work_months": ""}, "canonical.work_months", "critical"),
        ({"is_safe": "是"}, "canonical.is_safe", "critical"),
        ({"town": "别处"}, "code.town", "warning"),
        ({"paid_on": "2025-01-01"}, "not_ahead.paid_on", "warning"),
        ({"income_month": "2025-01-01"}, "not_ahead.income_month", "warning"),
        ({"amount": "-0.01"}, "not_negative.amount", "warning"),
        ({"id_number_normalized": "44023219800101123"}, "length.id_number_normalized", "warning"),
    ],
)
def test_a_violation_is_exactly_one_outcome(  # noqa: PLR0917
    change: dict[str, Any], key: str, severity: str, installation: Installation, land: Land, session: ValidationSession
) -> None:
    rows = clean_rows()
    rows[7] |= change
    land(rows)
    result = check_landed_extract(installation, CONTRACT, [MONTH], session)
    assert failed(result) == {key: 1}
    assert not result.success
    assert result.is_blocking_failure == (severity == "critical")
    assert next(outcome for outcome in result.outcomes if outcome.key == key).severity == severity


def test_a_place_may_occur_once_in_a_delivery(installation: Installation, land: Land, session: ValidationSession) -> None:
    rows = clean_rows()
    rows[7]["row_number"] = rows[8]["row_number"]
    land(rows)
    assert failed(check_landed_extract(installation, CONTRACT, [MONTH], session)) == {"unique.row": 2}


def test_repeated_business_keys_inform_and_blanks_in_a_key_are_equal(
    installation: Installation, land: Land, session: ValidationSession
) -> None:
    rows = clean_rows()
    rows[7] |= {"id_number": "甲", "id_number_normalized": rows[8]["id_number_normalized"]}
    rows[7]["scheme"] = rows[8]["scheme"] = None
    land(rows)
    result = check_landed_extract(installation, CONTRACT, [MONTH], session)
    assert failed(result) == {"unique.business_key": 2}
    assert result.success
    assert not result.is_blocking_failure


def test_amounts_of_a_flow_may_be_reversed(installation: Installation, land: Land, session: ValidationSession) -> None:
    flow = ExtractContract.model_validate(CONTRACT.model_dump() | {"kind": "flow", "dated_by": ["paid_on"]})
    rows = clean_rows()
    rows[7]["amount"] = "-5.00"
    land(rows, contract=flow)
    result = check_landed_extract(installation, flow, [MONTH], session)
    assert failed(result) == {"not_negative.amount": 1}
    assert result.success


COLUMNS = landed_schema(CONTRACT).names


@pytest.mark.parametrize(
    "columns",
    [COLUMNS[:-1], [*COLUMNS, "surplus"], [*COLUMNS[:-2], COLUMNS[-1], COLUMNS[-2]], [*COLUMNS[:-1], "is_unsafe"]],
    ids=["missing", "surplus", "order", "name"],
)
def test_other_columns_block_and_nothing_else_is_checked(
    columns: list[str], installation: Installation, land: Land, session: ValidationSession
) -> None:
    land(clean_rows(), "2024-11")
    land(clean_rows(), columns=columns)
    result = check_landed_extract(installation, CONTRACT, [Month("2024-11"), MONTH], session)
    assert [(outcome.key, outcome.unexpected_count, outcome.element_count) for outcome in result.outcomes] == [
        ("columns", 1, 2)
    ]
    assert result.is_blocking_failure


def test_months_are_checked_together_each_as_a_delivery_of_its_own(
    installation: Installation, land: Land, session: ValidationSession
) -> None:
    rows = clean_rows(month="2024-11")
    rows[3]["paid_on"] = "2024-12-01"
    land(rows, "2024-11")
    land(clean_rows())
    result = check_landed_extract(installation, CONTRACT, [MONTH, Month("2024-11")], session)
    assert result.months == ("2024-11", "2024-12")
    assert failed(result) == {"not_ahead.paid_on": 1}
    assert {outcome.element_count for outcome in result.outcomes[1:]} == {40}
    assert result_path(installation, CONTRACT.extract, result.months).name == "2024-11__2024-12.json"


def test_every_contract_has_a_suite_that_runs_on_an_empty_delivery(
    installation: Installation, land: Land, session: ValidationSession
) -> None:
    for contract in load_extracts().values():
        land([], contract=contract)
        result = check_landed_extract(installation, contract, [MONTH], session)
        assert result.outcomes
        assert all(outcome.success for outcome in result.outcomes), contract.extract
        assert len({outcome.key for outcome in result.outcomes}) == len(result.outcomes)


def test_names_of_dates_that_may_lie_ahead_are_columns() -> None:
    dates = {c.name for contract in load_extracts().values() for c in contract.columns if c.type in ("date", "month")}
    assert dates >= MAY_LIE_AHEAD


def test_what_is_kept_is_what_is_returned_and_the_same_each_time(
    installation: Installation, land: Land, session: ValidationSession
) -> None:
    land(clean_rows())
    result = check_landed_extract(installation, CONTRACT, [MONTH], session)
    path = result_path(installation, CONTRACT.extract, [MONTH])
    assert path == installation.state / "expectations" / CONTRACT.extract / "2024-12.json"
    kept = path.read_bytes()
    content = json.loads(kept)
    assert (content["extract"], content["months"], content["success"]) == (CONTRACT.extract, [MONTH], True)
    assert content["outcomes"][1] == {
        "key": "required.delivery_month",
        "expectation": "expect_column_values_to_not_be_null",
        "column": "delivery_month",
        "description": "交付月份不得为空",
        "severity": "critical",
        "success": True,
        "unexpected_count": 0,
        "element_count": 20,
    }
    assert len(content["outcomes"]) == len(result.outcomes)
    check_landed_extract(installation, CONTRACT, [MONTH], session)
    assert path.read_bytes() == kept
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_no_value_is_returned_kept_or_logged(
    installation: Installation,
    land: Land,
    session: ValidationSession,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "canary金丝雀"
    rows = clean_rows()
    for row in rows[1:]:
        row.update(dict.fromkeys(CONTRACT.landed_columns, canary))
    land(rows)
    result = check_landed_extract(installation, CONTRACT, [MONTH], session)
    assert len(failed(result)) >= 8
    shown = capsys.readouterr()
    kept = result_path(installation, CONTRACT.extract, [MONTH]).read_text(encoding="utf-8")
    for text in (repr(result), kept, caplog.text, shown.out, shown.err):
        assert canary not in text
        assert "example.xlsx" not in kept


def repeated(key: str) -> str:
    numbered = f"select rowid from landed qualify count(*) over (partition by {key}) > 1"
    return f"rowid in ({numbered})"


def test_counts_are_those_of_plain_sql(installation: Installation, land: Land, session: ValidationSession) -> None:
    pick = random.Random(7).choice  # noqa: S311
    rows = clean_rows(500)
    for row in rows:
        changed = {
            "name": pick(["张三", None]),
            "id_number_normalized": pick(["1" * 18, "1" * 17, "1" * 15, None]),
            "scheme": pick(["甲", "乙", None]),
            "town": pick(["黄磜镇", "别处", "丰城街道", None]),
            "paid_on": pick(["2024-12-31", "2025-01-01", "2024-02-30", "x", None]),
            "income_month": pick(["2024-12-01", "2025-01-01", "2024-13-01", None]),
            "amount": pick(["1.00", "-1.00", "1", "", None]),
            "work_months": pick(["1", "-1", "1.0", None]),
            "is_safe": pick(["true", "false", "True", None]),
            "row_number": pick(range(1000)),
        }
        row.update(changed)
    path = land(rows)
    result = check_landed_extract(installation, CONTRACT, [MONTH], session)
    towns = ", ".join(f"'{code.value}'" for code in load_code_lists()["town"].values)
    conditions = {
        "required.name": "name is null",
        "blank.town": "town is null",
        "length.id_number_normalized": "length(id_number_normalized) = 17",
        "code.town": f"town not in ({towns})",
        "canonical.paid_on": "paid_on in ('2024-02-30', 'x')",
        "not_ahead.paid_on": "paid_on = '2025-01-01'",
        "canonical.income_month": "income_month = '2024-13-01'",
        "not_ahead.income_month": "income_month = '2025-01-01'",
        "canonical.amount": "amount in ('1', '')",
        "not_negative.amount": "amount = '-1.00'",
        "canonical.work_months": "work_months = '1.0'",
        "canonical.is_safe": "is_safe = 'True'",
        "unique.row": repeated("delivery_month, file, row_number"),
        "unique.business_key": repeated("delivery_month, id_number_normalized, scheme"),
    }
    connection = duckdb.connect()
    connection.execute(f"create table landed as from '{path}'")
    counts = {outcome.key: outcome.unexpected_count for outcome in result.outcomes}
    for check, condition in conditions.items():
        expected = connection.execute(f"select count(*) from landed where {condition}").fetchall()[0][0]
        assert expected > 0, check
        assert counts[check] == expected, check


def test_months_that_were_not_landed_are_refused(installation: Installation, session: ValidationSession) -> None:
    with pytest.raises(FileNotFoundError, match="2024-12"):
        check_landed_extract(installation, CONTRACT, [MONTH], session)
    with pytest.raises(ValueError, match="at least one month"):
        check_landed_extract(installation, CONTRACT, [], session)


def test_great_expectations_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, expectations.intake; sys.exit('great_expectations' in sys.modules or 'sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0
