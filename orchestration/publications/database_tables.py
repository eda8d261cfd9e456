"""Tables, comments and Chinese views of a database that people open: the same in the bureau's and in the analysts'."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from orchestration.contracts import Field, MartContract
from orchestration.contracts.value_labels import ValueLabels
from orchestration.foundation.access import SEALED_MODE
from orchestration.foundation.atomic_files import WrittenFile, clear_place, force_to_disk
from orchestration.foundation.databases import writable
from orchestration.publications.mart_tables import literal, quoted
from orchestration.publications.storage import remove_leftovers

# The oldest format that holds everything used here, so that DuckDB clients from 1.0 on open the file.
STORAGE_VERSION = "v1.0.0"
VIEW_SCHEMA = "清单"


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


def create_table(connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str]) -> None:
    """Create a table of schema ``marts`` with columns of these SQL types."""
    columns = ", ".join(f"{quoted(column)} {kind}" for column, kind in types.items())
    connection.execute(f"CREATE TABLE marts.{quoted(name)} ({columns})")


def comment(connection: duckdb.DuckDBPyConnection, kind: str, name: str, text: str) -> None:
    """Say what a ``TABLE``, ``VIEW`` or ``COLUMN`` is."""
    connection.execute(f"COMMENT ON {kind} {name} IS {literal(text)}")


def describe_table(connection: duckdb.DuckDBPyConnection, mart: MartContract, columns: Mapping[str, Field]) -> None:
    """Comment a table and each of its columns in Chinese."""
    comment(connection, "TABLE", f"marts.{quoted(mart.mart)}", f"{mart.title}：{mart.description}（依据：{mart.source}）")
    for name, field in columns.items():
        comment(connection, "COLUMN", f"marts.{quoted(mart.mart)}.{quoted(name)}", f"{field.label}：{field.description}")


def create_view(
    connection: duckdb.DuckDBPyConnection, mart: MartContract, columns: Mapping[str, Field], labels: ValueLabels
) -> None:
    """Create the view of a table in Chinese words for who does not know the codes."""
    shown = [f"{_in_chinese(name, field, labels)} AS {quoted(field.label)}" for name, field in columns.items()]
    view = f"{quoted(VIEW_SCHEMA)}.{quoted(mart.title)}"
    connection.execute(f"CREATE VIEW {view} AS SELECT {', '.join(shown)} FROM marts.{quoted(mart.mart)}")
    comment(connection, "VIEW", view, f"{mart.description}（依据：{mart.source}）")


def _in_chinese(name: str, field: Field, labels: ValueLabels) -> str:
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
