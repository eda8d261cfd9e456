"""The committed file of column lineage: of every model the columns that each of its columns comes from, one step back.

What belongs here: gathering what dbt compiles, what is kept of earlier months and what rules read, and writing it down. What
does not: reading SQL (``query_lineage``), following the steps back to the extracts (``explanations.lineage``).

It depends on code alone, so a month's run reads the file and computes nothing. It rests on generated files of the dbt project
and is therefore made after them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from graphlib import TopologicalSorter

from expectations import rule_queries
from expectations.catalogue import Rule, load_rules
from orchestration.explanations.lineage import UNKNOWN
from orchestration.generate.query_lineage import ROWS, KnownTables, Source, UnknownLineageError, query_lineage
from orchestration.warehouse.dbt_runner import CompiledModel, SourceTable, compiled_project
from orchestration.warehouse.kept_months import KEPT_TABLES

_INTERMEDIATE = "intermediate"
_NO_SQL = "用 Python 计算，dbt 的说明里没有写明这一列来自哪里"
# Sources by the table they are of, as they stand in the file.
Steps = dict[str, str]


def lineage_file() -> str:
    """Return the content of the file as what is in the dbt project now says it."""
    return lineage_text(*compiled_project(), load_rules())


def lineage_text(models: Sequence[CompiledModel], tables: Sequence[SourceTable], rules: Mapping[str, Rule]) -> str:
    """Return the content of the file: models with their columns, what models read besides each other, what rules read.

    Args:
        models: of the dbt project.
        tables: what they read that is no model.
        rules: of the catalogue.
    """
    known = KnownTables()
    names = {(table.schema, table.name): f"{table.schema}.{table.name}" for table in tables}
    for table in tables:
        known.add(table.schema, table.name, table.columns)
    by_name = {model.name: model for model in models}
    steps: dict[str, dict[str, Steps]] = {}
    for name in TopologicalSorter({model.name: model.reads for model in models}).static_order():
        model = by_name[name]
        names[model.schema, name] = name
        steps[name] = _steps(model, known, names)
        known.add(model.schema, name, [column for column in steps[name] if column != ROWS])
    for name, kept in KEPT_TABLES.items():
        steps[f"kept.{name}"] = {column: {kept.model: column} for column in (*kept.schema.names, ROWS)}
    reading = {code: _read_by(rule, known, names) for code, rule in sorted(rules.items())}
    return _written(dict(sorted(steps.items())), {names[one.schema, one.name]: one.description for one in tables}, reading)


def _steps(model: CompiledModel, known: KnownTables, names: Mapping[tuple[str, str], str]) -> dict[str, Steps]:
    if model.query is None:
        declared = {name: meta.get("comes_from") for name, meta in model.columns.items()}
        declared[ROWS] = model.meta.get("rows_from")
        return {name: _declared(said) for name, said in declared.items()}
    try:
        found = query_lineage(model.query, known)
    except UnknownLineageError as error:
        columns = model.columns or [ROWS]
        return {name: {UNKNOWN: str(error).splitlines()[0]} for name in (*columns, ROWS)}
    return {name: _grouped(sources, names) for name, sources in found.items()}


def _declared(said: Sequence[str] | None) -> Steps:
    if said is None:
        return {UNKNOWN: _NO_SQL}
    steps: dict[str, list[str]] = {}
    for one in sorted(said):
        table, _, column = (one, "", ROWS) if "/" in one else one.rpartition(".")
        steps.setdefault(table, []).append(column)
    return {table: " ".join(columns) for table, columns in steps.items()}


def _grouped(sources: Collection[Source], names: Mapping[tuple[str, str], str]) -> Steps:
    steps: dict[str, list[str]] = {}
    for schema, table, column in sorted(sources):
        steps.setdefault(names[schema, table], []).append(column)
    return {table: " ".join(columns) for table, columns in sorted(steps.items())}


def _read_by(rule: Rule, known: KnownTables, names: Mapping[tuple[str, str], str]) -> Steps:
    """Return what a rule reads: what it decides by and what its findings say."""
    relation = f"({rule.looks_at_rows})" if rule.looks_at_rows else f"{_INTERMEDIATE}.{rule.relation}"
    try:
        failing = [name for name in query_lineage(rule_queries.failing(rule, relation), known) if name != ROWS]
        found = query_lineage(rule_queries.findings(rule, relation, failing), known)
    except UnknownLineageError as error:
        return {UNKNOWN: str(error).splitlines()[0]}
    said = ("found", "expected", ROWS)
    return _grouped({one for name in said for one in found[name] if one[2] != ROWS}, names)


def _written(steps: Mapping[str, Mapping[str, Steps]], tables: Mapping[str, str], rules: Mapping[str, Steps]) -> str:
    """Return the file: one line for each column, so that changes of two branches meet in few lines."""

    def lines(entries: Mapping[str, object], indent: str) -> str:
        return ",\n".join(
            f"{indent}{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in entries.items()
        )

    models = ",\n".join(f"  {json.dumps(name)}: {{\n{lines(columns, '   ')}\n  }}" for name, columns in steps.items())
    return (
        '{"generated": "from dbt_project/ and expectations/ by python -m orchestration.generate; do not edit",\n'
        f'"columns": {{\n{models}\n}},\n"tables": {{\n{lines(tables, "  ")}\n}},\n"rules": {{\n{lines(rules, "  ")}\n}}}}\n'
    )
