"""Running the examples of ``expectations/examples``: a rule's own SQL over a few invented rows, typed as in the warehouse."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from expectations import rule_queries
from expectations.catalogue import Rule
from expectations.rule_examples import Example, Row
from orchestration.contracts import load_parameters
from orchestration.foundation.months import Month

SCHEMAS = ("intermediate", "staging", "marts", "reference", "checked")


@dataclass
class ExampleTables:
    """Empty tables with the columns of the warehouse, filled for one example after the other."""

    connection: duckdb.DuckDBPyConnection
    columns: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, warehouse: str) -> ExampleTables:
        connection = duckdb.connect()
        connection.execute(f"attach '{warehouse}' as w (read_only)")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        return cls(connection)

    def findings(self, rule: Rule, example: Example) -> list[tuple[Any, ...]]:
        """Return the entity key, found and expected of every row that a rule finds among an example's rows."""
        month = example.month
        for name in self.columns:
            self.connection.execute(f"delete from {name}")
        self._fill("intermediate.int_parameters", [_parameters(month)], {})
        for name, rows in example.rows.items():
            self._fill(_relation(name), rows, example.given.get(name, {}), _defaults(month))
        relation = f"({rule.looks_at_rows})" if rule.looks_at_rows else f"intermediate.{rule.looks_at}"
        failing = rule_queries.failing(rule, relation)
        for name in re.findall(rf"\b(?:{'|'.join(SCHEMAS)})\.\w+", failing):
            self._make(name)
        columns = [name for name, *_ in self.connection.execute(f"describe {failing}").fetchall()]
        query = rule_queries.findings(rule, relation, columns)
        return self.connection.execute(
            f"select entity_key, found, expected from ({query}) where month = ? order by all", [month]
        ).fetchall()

    def _make(self, relation: str) -> list[str]:
        if relation not in self.columns:
            self.connection.execute(f"create table {relation} as from w.{relation} limit 0")
            self.columns[relation] = [name for name, *_ in self.connection.execute(f"describe {relation}").fetchall()]
        return self.columns[relation]

    def _fill(self, relation: str, rows: Sequence[Row], shared: Row, defaults: Row | None = None) -> None:
        columns = self._make(relation)
        for number, row in enumerate(rows, start=2):
            usual = {**(defaults or {}), "row_number": number} if defaults else {}
            values = {name: value for name, value in usual.items() if name in columns} | dict(shared) | dict(row)
            self.connection.execute(
                f"insert into {relation} ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values())
            )


def _relation(name: str) -> str:
    if name == "findings":
        return "checked.findings"
    return f"{'staging' if name.startswith('stg_') else 'intermediate' if name.startswith('int_') else 'marts'}.{name}"


def _parameters(month: dt.date) -> dict[str, Any]:
    in_force = {
        parameter.column: parameter.in_force(Month.of(month))
        for parameter in load_parameters().values()
        if not (parameter.is_line or parameter.has_entries)
    }
    return {"month": month} | {column: value.value for column, value in in_force.items() if value}


def _defaults(month: dt.date) -> dict[str, Any]:
    cut_off = month - dt.timedelta(days=1)
    return {
        "month": month,
        "delivery_month": month,
        "knowledge_month": month,
        "previous_month": cut_off.replace(day=1),
        "window_start": month.replace(year=month.year - 1),
        "cut_off": cut_off,
        "cut_off_year": cut_off.year,
        "household_id": "H1",
        "person_id": "P1",
        "file": "a/b.xlsx",
        "town": "马头镇",
        "village": "石角村",
        "is_counted": True,
    }
