"""Tables, comments and Chinese views of a database that people open: the same in the bureau's and in the analysts'."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import duckdb

from orchestration.contracts import Field, MartContract
from orchestration.contracts.database_table import TABLE_TYPES, DatabaseTable, TableColumn
from orchestration.contracts.value_labels import ValueLabels
from orchestration.foundation.access import SEALED_MODE
from orchestration.foundation.atomic_files import WrittenFile, clear_place, force_to_disk
from orchestration.foundation.databases import writable
from orchestration.publications.mart_tables import literal, quoted
from orchestration.publications.storage import remove_leftovers

# The oldest format that holds everything used here, so that DuckDB clients from 1.0 on open the file.
STORAGE_VERSION = "v1.0.0"
VIEW_SCHEMA = "清单"

Columns = Mapping[str, Field] | Mapping[str, TableColumn]


def replace_database(target: Path, build: Callable[[Path], None]) -> WrittenFile:
    """Let ``build`` make a database beside its place and put it there in one step; return what vouches for it.

    Who has the old one open keeps reading the old one; a kill leaves it. The caller is the only writer of the folder.
    """
    remove_leftovers(target.parent, f".{target.name}-*.tmp*")
    temporary = target.with_name(f".{target.name}-{os.getpid()}.tmp")
    try:
        with writable(temporary) as place:
            build(place)
        temporary.chmod(SEALED_MODE)
        force_to_disk(temporary)
        # A log that somebody left beside the old file would be replayed into the new one.
        log = target.with_name(f"{target.name}.wal")
        for place in (log, target):
            clear_place(place)
        log.unlink(missing_ok=True)
        temporary.replace(target)
        force_to_disk(target.parent)
        return WrittenFile.of(target, target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def name_of(table: MartContract | DatabaseTable) -> str:
    """Return a table with its schema, as it is written in SQL."""
    place, name = (table.place, table.table) if isinstance(table, DatabaseTable) else ("marts", table.mart)
    return f"{place}.{quoted(name)}"


def create_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas of a database that is still empty."""
    for schema in ("marts", "meta", VIEW_SCHEMA):
        connection.execute(f"CREATE SCHEMA {quoted(schema)}")


def create_table(
    connection: duckdb.DuckDBPyConnection,
    table: MartContract | DatabaseTable,
    columns: Columns,
    required: Collection[str] = (),
) -> None:
    """Create a table.

    Args:
        connection: to the database.
        table: what it is.
        columns: its columns, in their order.
        required: which of them are never blank. A key is not declared as one: of 15,000 households the indexes take 4 processor
            seconds and 176 MB beside 69 MB of rows. It stands in ``meta.table_keys``.
    """
    written = ", ".join(
        f"{quoted(name)} {TABLE_TYPES[column.type]}{' NOT NULL' if name in required else ''}"
        for name, column in columns.items()
    )
    connection.execute(f"CREATE TABLE {name_of(table)} ({written})")


def describe_table(
    connection: duckdb.DuckDBPyConnection, table: MartContract | DatabaseTable, columns: Columns, labels: ValueLabels
) -> None:
    """Explain a table in Chinese, with each of its columns, and create its Chinese view, explained likewise.

    The view is for who does not know the codes; its columns are called by their labels, so what a column of it says is its
    meaning and its name in SQL.
    """
    name, view = name_of(table), f"{quoted(VIEW_SCHEMA)}.{quoted(table.title)}"
    shown = [f"{_in_chinese(column, field, labels)} AS {quoted(field.label)}" for column, field in columns.items()]
    statements = [
        f"CREATE VIEW {view} AS SELECT {', '.join(shown)} FROM {name}",
        _comment("TABLE", name, f"{table.title}：{table.description}（依据：{table.source}）"),
        _comment("VIEW", view, f"{table.description}（依据：{table.source}；{name.replace(chr(34), '')}）"),
    ]
    for column, field in columns.items():
        statements.append(_comment("COLUMN", f"{name}.{quoted(column)}", f"{field.label}：{field.description}"))
        statements.append(_comment("COLUMN", f"{view}.{quoted(field.label)}", f"{field.description}（{column}）"))
    connection.execute(";\n".join(statements))


def _comment(kind: str, name: str, text: str) -> str:
    return f"COMMENT ON {kind} {name} IS {literal(text)}"


def _in_chinese(name: str, field: Field | TableColumn, labels: ValueLabels) -> str:
    """Return the SQL that shows a column to an officer. Plain SQL only: every client version has to understand it."""
    column = quoted(name)
    if field.type == "boolean":
        yes, no = literal(labels.boolean(True)), literal(labels.boolean(False))
        return f"CASE WHEN {column} THEN {yes} WHEN NOT {column} THEN {no} END"
    coded = labels.of(name) if field.type == "text" else {}
    if not coded:
        return column
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(label.label)}" for code, label in coded.items())
    return f"CASE {column} {cases} ELSE {column} END"
