"""A work database made from the mart contracts, with synthetic rows."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.contracts import (
    SQL_TYPES,
    Field,
    MartContract,
    load_extracts,
    load_fields,
    load_marts,
    load_traces,
    mart_fields,
)
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

MONTH = Month("2023-07")
TOWN, OTHER_TOWN, UNKNOWN_TOWN = "丰城街道", "梅坑镇", "马头"
EXPLANATION = "就业名册未报送"

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def household(number: int, town: str | None = TOWN, **values: Any) -> dict[str, Any]:
    return {
        "household_id": f"4402331000{number:04d}",
        "town": town,
        "village": "上潭村",
        "head_name": f"户主{number}",
        "household_type": "脱贫户",
        "headcount": 3,
        "income_12m": Decimal("30000.00"),
        "income_per_capita": Decimal("10000.00"),
        "inclusion_line": Decimal("10420.00"),
        "warning_line": Decimal("10600.00"),
        "is_below_inclusion": True,
        "is_below_warning": True,
        "level": "red",
        "shortfall": Decimal("1800.00"),
        "trigger_reason": "line_change",
        "first_listed_month": dt.date(2023, 6, 1),
        "consecutive_months": 2,
        "item_code": f"warning_list/2023-06/4402331000{number:04d}",
        **values,
    }


def gap(number: int, town: str | None = TOWN) -> dict[str, Any]:
    return {
        "household_id": f"4402331000{number:04d}",
        "town": town,
        "head_name": f"户主{number}",
        "months_observed": 3,
        "income_status": "insufficient",
    }


def worker(number: int, town: str | None = TOWN, **values: Any) -> dict[str, Any]:
    return {
        "person_id": f"44023310000{number:04d}",
        "household_id": f"4402331000{number:04d}",
        "town": town,
        "village": "上潭村",
        "name": f"劳力{number}",
        "sex": "女",
        "age": 40,
        "labour_skill": "普通劳动力",
        "needs_training": False,
        "employment_status": "employed",
        "employer": "新丰宏泰电子有限公司",
        "started_on": dt.date(2023, 2, 3),
        "monthly_wage": Decimal("3600.00"),
        "offers_in_year": 0,
        "subsidies_in_year": Decimal("0.00"),
        **values,
    }


def finding(number: int, town: str | None = TOWN, **values: Any) -> dict[str, Any]:
    person = f"44023310000{number:04d}"
    return {
        "check_code": "A05",
        "entity_key": person,
        "check_title": "出生日期与证件不符",
        "severity": "E",
        "owner": "乡村振兴局",
        "town": town,
        "village": "上潭村",
        "household_id": f"4402331000{number:04d}",
        "person_id": person,
        "head_name": f"户主{number}",
        "name": f"成员{number}",
        "field_header": "出生日期",
        "found": "1980-01-03",
        "expected": "应为 1980-01-02",
        "advice": "核对户口簿和身份证原件",
        "first_seen": dt.date(2023, 5, 1),
        "consecutive_months": 3,
        "is_recurring": False,
        "status": "open",
        "item_code": f"A05/2023-05/{person}",
        **values,
    }


def item(row: Mapping[str, Any], recipient: str | None = None, **values: Any) -> dict[str, Any]:
    """Return the item of work that a row of a list with ``item_code`` is: of its town, or of the bureau where that is none."""
    of_list, month, entity = row["item_code"].split("/", 2)
    town = recipient or (row["town"] if row["town"] in (TOWN, OTHER_TOWN) else "rural_revitalization")
    return {
        "item_code": row["item_code"],
        "list": of_list,
        "kind": entity.partition(":")[0] if ":" in entity else None,
        "entity_key": entity,
        "household_id": row["household_id"],
        "person_id": row.get("person_id"),
        "town": row["town"],
        "village": row["village"],
        "recipient": town,
        "recipient_kind": "town" if town in (TOWN, OTHER_TOWN) else "department",
        "handed_out_month": dt.date.fromisoformat(f"{month}-01"),
        "handed_out_on": dt.date.fromisoformat(f"{month}-21"),
        "due_on": dt.date.fromisoformat(f"{month}-28"),
        "state": "open",
        "is_to_verify": False,
        **values,
    }


def line(row: Mapping[str, Any], number: int = 1, recipient: str | None = None, **values: Any) -> dict[str, Any]:
    """Return a line of 待办 with the one item of a row."""
    of_it = item(row, recipient)
    person = of_it["person_id"] if of_it["recipient"] not in (TOWN, OTHER_TOWN, "rural_revitalization") else ""
    return {
        "recipient": of_it["recipient"],
        "recipient_kind": of_it["recipient_kind"],
        "household_id": row["household_id"],
        "person_id": person or "",
        "line_no": number,
        "town": row["town"],
        "village": row["village"],
        "head_name": row["head_name"],
        "name": row.get("name") if person else None,
        "phone": "13900000000",
        "level": row.get("level"),
        "shortfall": row.get("shortfall"),
        "is_overdue": False,
        "items": 1,
        "overdue_items": 0,
        "new_items": 1,
        "recurring_items": 0,
        "due_on": of_it["due_on"],
        "change": "new",
        "reasons": "预警名单：红色",
        "item_codes": row["item_code"],
        **values,
    }


def with_work(rows: Rows) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return rows of lists with the items and the lines of 待办 that their codes stand for; what is given stays."""
    of_lists = (row for name in ("warning_list", "data_logic_issues") for row in rows.get(name, ()))
    coded = sorted((row for row in of_lists if row.get("item_code")), key=lambda row: str(row["item_code"]))
    numbers: Counter[str] = Counter()
    lines = []
    for row in coded:
        recipient = item(row)["recipient"]
        numbers[recipient] += 1
        lines.append(line(row, numbers[recipient]))
    return {"worklist_follow_up": [item(row) for row in coded], "worklist": lines} | dict(rows)


LINES = [
    {
        "parameter": "income.inclusion_line",
        "amount": Decimal("10420.00"),
        "comparator": "<=",
        "population": "poverty_alleviated,marginal_2019",
        "document": "新农组办〔2023〕3号",
        "article": "第2条",
        "status": "in_force",
    },
    {"parameter": "income.warning_line", "status": "not_in_force"},
]


@functools.cache
def _contracts() -> tuple[dict[str, MartContract], dict[str, dict[str, Field]]]:
    marts, fields = load_marts(), load_fields()
    return marts, {name: mart_fields(mart, fields) for name, mart in marts.items()}


def build_warehouse(
    installation: Installation,
    rows: Rows,
    month: Month = MONTH,
    not_applicable: Mapping[str, str] | None = None,
    inputs: Rows | None = None,
) -> None:
    """Write a work database with every mart; ``rows`` by mart, without the month, ``inputs`` by extract or model."""
    explanations = not_applicable or {}
    marts, columns_of = _contracts()
    statuses = [
        {
            "mart": name,
            "title": mart.title,
            "status": "not_applicable" if name in explanations else "computed",
            "explanation": explanations.get(name),
        }
        for name, mart in marts.items()
    ]
    content = {"lines_in_force": LINES, "list_status": statuses, **with_work(rows)}
    installation.state.mkdir(parents=True, exist_ok=True)
    installation.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(installation.warehouse)) as connection:
        connection.execute("CREATE SCHEMA marts")
        for name in marts:
            types = {column: SQL_TYPES[field.type] for column, field in columns_of[name].items()}
            columns = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
            connection.execute(f'CREATE TABLE marts."{name}" ({columns})')
            for row in content.get(name, ()):
                values = {"month": dt.date.fromisoformat(f"{month}-01")} | dict(row)
                names = ", ".join(f'"{column}"' for column in values)
                marks = ", ".join("?" for _ in values)
                connection.execute(f'INSERT INTO marts."{name}" ({names}) VALUES ({marks})', list(values.values()))
        _add_what_differences_are_traced_by(connection, month, inputs or {})


def _add_what_differences_are_traced_by(connection: duckdb.DuckDBPyConnection, month: str, inputs: Rows) -> None:
    """Add the models that tell where a row came from; ``inputs``: rows of the staging models and of those below, by name."""
    columns = {
        "int_calendar": "month date, window_start date",
        "int_roster_members": "month date, person_id varchar, household_id varchar",
        "int_identity_matches": "month date, identity_id varchar, person_id varchar",
        "int_match_decisions": "month date, identity_id varchar, person_id varchar, decision varchar, delivery_month date, "
        "file varchar, row_number bigint",
        "int_department_rows": "extract varchar, identity_id varchar, is_counted boolean, delivery_month date, file varchar, "
        "row_number bigint",
        # what the site says of households beside the marts
        "int_household_sources": "month date, household_id varchar, person_id varchar, extract varchar, delivery_month date, "
        "file varchar, sheet varchar, row_number bigint",
        "int_income_months": "month date, knowledge_month date, household_id varchar, income_month date, "
        "net_income decimal(14, 2)",
        "int_household_months": "month date, household_id varchar, town varchar, village varchar, head_name varchar, "
        "is_monitored boolean, identified_month date, cleared_month date",
        "int_left_households": "month date, household_id varchar, town varchar, village varchar, head_name varchar",
        "int_key_group_members": "month date, town varchar, key_group varchar, household_id varchar, person_id varchar",
    }
    first = dt.date.fromisoformat(f"{month}-01")
    rows = {"int_calendar": [{"month": first, "window_start": first.replace(year=first.year - 1)}], **inputs}
    connection.execute("CREATE SCHEMA intermediate; CREATE SCHEMA staging")
    for name, kinds in columns.items():
        connection.execute(f"CREATE TABLE intermediate.{name} ({kinds})")
        _insert(connection, f"intermediate.{name}", rows.get(name, ()))
    for extract in load_traces().extracts:
        own = ", ".join(
            f"{column.name} {'decimal(14, 2)' if column.type == 'money' else 'date' if column.type == 'month' else 'varchar'}"
            for column in load_extracts()[extract].columns
        )
        connection.execute(
            f"CREATE TABLE staging.stg_{extract} (delivery_month date, file varchar, row_number bigint, {own}, "
            "dated_on varchar, business_key varchar, identity_id varchar, is_counted boolean, superseded_in date)"
        )
        _insert(connection, f"staging.stg_{extract}", rows.get(extract, ()))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        marks = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def bytes_of(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.glob(pattern))}


def sheets(path: Path) -> list[Worksheet]:
    return openpyxl.load_workbook(path).worksheets


def texts(path: Path) -> list[str]:
    return [str(cell.value) for sheet in sheets(path) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def book_of(folder: Path, recipient: str) -> Path:
    """Return the workbook of a town or department in a publication's folder, or the county's."""
    kind = "总簿" if recipient == "全县" else "办理工作簿"
    return folder / "workbooks" / f"{kind}_{recipient}.xlsx"


def header_of(sheet: Worksheet) -> dict[str, int]:
    """Return column numbers by header, and the header's row under ''."""
    for row in sheet.iter_rows():
        if row[0].value == "序号":
            return {str(cell.value): cell.column for cell in row if cell.value} | {"": row[0].row}
    raise AssertionError("no header")
