"""The checks of a landed extract, derived from its contract.

``critical``: our own reading is broken, nothing may be computed from the file. ``warning``: the department's data are worth a
look. ``info``: a number to compare from month to month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from orchestration.contracts import CodeList, Column, ExtractContract

Severity = Literal["critical", "warning", "info"]

_PLACE_LABELS = {"delivery_month": "交付月份", "file": "文件", "sheet": "工作表", "row_number": "行号"}
DOCUMENT_LENGTHS = (15, 18, 20, 22)

# Dates that are agreed in advance; any other date tells what has happened.
MAY_LIE_AHEAD = frozenset({"due_on", "ended_on", "valid_from", "valid_until", "waived_until"})

_CANONICAL_PATTERNS = {
    "month": r"^[0-9]{4}-(0[1-9]|1[0-2])-01$",
    "money": r"^-?[0-9]+\.[0-9]{2}$",
    "integer": r"^-?[0-9]+$",
}


@dataclass(frozen=True)
class SuiteCheck:
    """One check of a suite, as Great Expectations is told of it.

    Attributes:
        key: unique in the suite, ``required.id_number``.
        expectation: type of the Great Expectations expectation.
        arguments: its arguments.
        description: Chinese: what is expected.
        column: the landed column it is about, if it is about one.
    """

    key: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: Severity
    description: str
    column: str | None = None


def columns_check(contract: ExtractContract) -> SuiteCheck:
    """Return the check that a landed file has the columns of its contract, in order; without them no other check can run."""
    columns = [*contract.place_columns, *contract.landed_columns]
    return SuiteCheck(
        "columns",
        "expect_table_columns_to_match_ordered_list",
        {"column_list": columns},
        "critical",
        "列名及列序与数据契约一致",
    )


def row_checks(contract: ExtractContract, code_lists: Mapping[str, CodeList]) -> tuple[SuiteCheck, ...]:
    """Return the checks of the rows of an extract, in the order of its columns."""
    by_column = (check for column in contract.columns for check in _column_checks(contract, column, code_lists))
    return (*_place_checks(contract), *by_column, _business_key_check(contract))


def _place_checks(contract: ExtractContract) -> Iterator[SuiteCheck]:
    """Yield that every row says where it comes from, once."""
    for name in contract.place_columns:
        yield _filled(f"required.{name}", name, "critical", f"{_PLACE_LABELS[name]}不得为空")
    arguments = {"column_list": list(contract.place_columns)}
    yield SuiteCheck(
        "unique.row", "expect_compound_columns_to_be_unique", arguments, "critical", "同一交付月份内文件与行号不得重复"
    )


def _column_checks(contract: ExtractContract, column: Column, code_lists: Mapping[str, CodeList]) -> Iterator[SuiteCheck]:
    name, label = column.name, column.header
    if column.required:
        yield _filled(f"required.{name}", name, "critical", f"{label}：必填，不得为空")
    else:
        yield _filled(f"blank.{name}", name, "info", f"{label}：选填，统计空白行数", mostly=0.0)
    canonical = f"{label}：应为规范文本（{column.type}）"
    if column.type == "date":
        condition = f"cast(try_cast({_quoted(name)} as date) as varchar) = {_quoted(name)} and length({_quoted(name)}) = 10"
        yield _satisfies(f"canonical.{name}", name, condition, "critical", canonical)
    elif column.type == "flag":
        yield _in_set(f"canonical.{name}", name, ["true", "false"], "critical", canonical)
    elif pattern := _CANONICAL_PATTERNS.get(column.type):
        arguments = {"column": name, "regex": pattern}
        yield SuiteCheck(f"canonical.{name}", "expect_column_values_to_match_regex", arguments, "critical", canonical, name)
    if column.code_list:
        values = [code.value for code in code_lists[column.code_list].values]
        yield _in_set(f"code.{name}", name, values, "warning", f"{label}：应是代码表中的取值")
    if column.type in ("date", "month") and name not in MAY_LIE_AHEAD:
        condition = f"coalesce(try_cast({_quoted(name)} as date) <= last_day(delivery_month), true)"
        yield _satisfies(f"not_ahead.{name}", name, condition, "warning", f"{label}：不得晚于交付月份月末")
    if column.type == "money":
        # Settlements and payments are reversed by a negative row; in a register an amount is not negative.
        severity: Severity = "info" if contract.kind == "flow" else "warning"
        yield _satisfies(f"not_negative.{name}", name, f"not starts_with({_quoted(name)}, '-')", severity, f"{label}：不为负数")
    if column.type == "id":
        normalized = f"{name}_normalized"
        condition = f"length({_quoted(normalized)}) in {DOCUMENT_LENGTHS}"
        yield _satisfies(f"length.{normalized}", normalized, condition, "warning", f"{label}：规范化后应为15、18、20或22位")


def _business_key_check(contract: ExtractContract) -> SuiteCheck:
    """Return how many rows share their business key with another row of the delivery; two blanks are equal, as in staging."""
    names = [f"{c.name}_normalized" if c.has_normalized_form else c.name for c in contract.key_columns]
    key = ", ".join(["delivery_month", *map(_quoted, names)])
    query = f"select {', '.join(contract.place_columns)} from {{batch}} qualify count(*) over (partition by {key}) > 1"
    labels = "、".join(column.header for column in contract.key_columns)
    return SuiteCheck(
        "unique.business_key",
        "expect_no_unexpected_rows",
        {"unexpected_rows_query": query},
        "info",
        f"业务主键（{labels}）在一次交付内重复的行",
    )


def _filled(key: str, column: str, severity: Severity, description: str, **options: Any) -> SuiteCheck:
    return SuiteCheck(key, "expect_column_values_to_not_be_null", {"column": column, **options}, severity, description, column)


def _in_set(key: str, column: str, values: list[str], severity: Severity, description: str) -> SuiteCheck:
    return SuiteCheck(
        key, "expect_column_values_to_be_in_set", {"column": column, "value_set": values}, severity, description, column
    )


def _satisfies(key: str, column: str, condition: str, severity: Severity, description: str) -> SuiteCheck:
    arguments = {"column": column, "condition": condition}
    return SuiteCheck(key, "expect_column_values_to_satisfy", arguments, severity, description, column)


def _quoted(name: str) -> str:
    return f'"{name}"'
