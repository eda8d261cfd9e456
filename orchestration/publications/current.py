"""``current.duckdb``: the version in force of every published month in one file for analysts, replaced in one step.

It is made from the publications alone, so it can be rebuilt at any time, and never from the work database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from orchestration.contracts import SQL_TYPES, Field, MartContract, load_extracts
from orchestration.contracts.value_labels import ValueLabels, load_value_labels
from orchestration.foundation.atomic_files import WrittenFile, clear_place, force_to_disk, make_folder, read_json, write_json
from orchestration.foundation.databases import writable
from orchestration.foundation.paths import Installation
from orchestration.publications.mart_tables import (
    arrow_schema,
    literal,
    publication_lists,
    published_marts,
    quoted,
    read_parquet,
)
from orchestration.publications.publication import Publication, whole_publications
from orchestration.publications.storage import only_writer, remove_leftovers

# The oldest format that holds everything used here, so that DuckDB clients from 1.0 on open the file.
STORAGE_VERSION = "v1.0.0"
VIEW_SCHEMA = "清单"

_PUBLICATION_COLUMNS = {
    "month": ("date", "监测月份", "监测月份的第一天"),
    "version": ("integer", "版本", "该月的第几版；本库收录未撤回的、知晓月份最晚的一版"),
    "knowledge_month": ("date", "知晓月份", "所用报送截止的月份，其第一天；晚于监测月份的是重算"),
    "restates": ("integer", "取代的版本", "这一版取代的是第几版；该月第一版为空"),
    "published_at": ("timestamp", "发布时间", "北京时间"),
    "code_version": ("varchar", "程序版本", "发布所用程序的版本"),
}
# DuckDB would look for files that fit.
_PATTERN = re.compile(r"[*?\[{]")
_PUBLICATION_TITLE, _PUBLICATION_DESCRIPTION = "发布版本", "本库收录的每个月份一行：版本、知晓月份、发布时间"


def refresh_current(installation: Installation) -> Path:
    """Rebuild ``current.duckdb`` and put it in place in one step; who has the old one open keeps reading the old one.

    Returns:
        The path of the database.

    Raises:
        PublishingError: a list of a publication in force is gone or damaged.
    """
    target = installation.current
    make_folder(target.parent)
    with only_writer(target.parent):
        remove_leftovers(target.parent, f".{target.name}-*.tmp*")
        temporary = target.with_name(f".{target.name}-{os.getpid()}.tmp")
        try:
            with writable(temporary) as place:
                _build(place, whole_publications(installation.marts))
            temporary.chmod(0o444)
            force_to_disk(temporary)
            # A log that somebody left beside the old file would be replayed into the new one.
            log = target.with_name(f"{target.name}.wal")
            for place in (log, target):
                clear_place(place)
            log.unlink(missing_ok=True)
            temporary.replace(target)
            force_to_disk(target.parent)
            write_json(installation.current_record, vars(WrittenFile.of(target, target.parent)))
        finally:
            temporary.unlink(missing_ok=True)
    return target


def is_current_whole(installation: Installation) -> bool:
    """Return whether ``current.duckdb`` is the file that was made last, and nobody left a log beside it."""
    record: Any = read_json(installation.current_record)
    try:
        is_as_made = WrittenFile(**record).as_found(installation.current.parent) is not None
    except TypeError:
        return False
    return is_as_made and not installation.current.with_name(f"{installation.current.name}.wal").exists()


def _build(path: Path, publications: Mapping[str, Publication]) -> None:
    marts = published_marts() | publication_lists()
    labels = load_value_labels(load_extracts(), {name: mart for name, (mart, _) in marts.items()})
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {literal(str(path))} AS current (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        connection.execute("SET threads = 1")  # rows keep their order: a second one would mostly wait
        connection.execute("USE current")
        connection.execute("BEGIN")  # a thousand statements are written once
        connection.execute("CREATE SCHEMA marts")
        connection.execute(f"CREATE SCHEMA {quoted(VIEW_SCHEMA)}")
        for mart, columns in marts.values():
            _create_table(connection, mart.mart, {name: SQL_TYPES[field.type] for name, field in columns.items()})
            for publication in publications.values():
                source = publication.folder / f"{mart.mart}.parquet"
                if source.exists():  # a list may be younger than the publication; what belongs to it is there, as was checked
                    _insert(connection, mart.mart, source, columns)
            _comment(
                connection, "TABLE", f"marts.{quoted(mart.mart)}", f"{mart.title}：{mart.description}（依据：{mart.source}）"
            )
            for name, field in columns.items():
                comment = f"{field.label}：{field.description}"
                _comment(connection, "COLUMN", f"marts.{quoted(mart.mart)}.{quoted(name)}", comment)
            _create_view(connection, mart, columns, labels)
        _create_publications(connection, publications)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT current")
        connection.execute("USE memory")
        connection.execute("DETACH current")


def _create_table(connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str]) -> None:
    columns = ", ".join(f"{quoted(column)} {kind}" for column, kind in types.items())
    connection.execute(f"CREATE TABLE marts.{quoted(name)} ({columns})")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, source: Path, columns: Mapping[str, Field]) -> None:
    """Insert a published list; one with today's columns is read by DuckDB itself, which is cheaper."""
    insert = f"INSERT INTO marts.{quoted(name)} SELECT * FROM"
    if pq.read_schema(source) == arrow_schema(columns) and not _PATTERN.search(str(source)):
        connection.execute(f"{insert} read_parquet({literal(str(source))})")
        return
    connection.register("published_rows", read_parquet(source, columns))
    connection.execute(f"{insert} published_rows")
    connection.unregister("published_rows")


def _comment(connection: duckdb.DuckDBPyConnection, kind: str, name: str, text: str) -> None:
    connection.execute(f"COMMENT ON {kind} {name} IS {literal(text)}")


def _create_view(
    connection: duckdb.DuckDBPyConnection, mart: MartContract, columns: Mapping[str, Field], labels: ValueLabels
) -> None:
    shown = [f"{_in_chinese(name, field, labels)} AS {quoted(field.label)}" for name, field in columns.items()]
    view = f"{quoted(VIEW_SCHEMA)}.{quoted(mart.title)}"
    connection.execute(f"CREATE VIEW {view} AS SELECT {', '.join(shown)} FROM marts.{quoted(mart.mart)}")
    _comment(connection, "VIEW", view, f"{mart.description}（依据：{mart.source}）")


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


def _create_publications(connection: duckdb.DuckDBPyConnection, publications: Mapping[str, Publication]) -> None:
    _create_table(connection, "publications", {name: kind for name, (kind, _, _) in _PUBLICATION_COLUMNS.items()})
    for publication in publications.values():
        connection.execute(
            "INSERT INTO marts.publications VALUES (?, ?, ?, ?, ?, ?)",
            [
                publication.month.first_day,
                publication.version,
                publication.knowledge_month.first_day,
                publication.restates,
                publication.published_at.replace(tzinfo=None),
                publication.code_version,
            ],
        )
    _comment(connection, "TABLE", "marts.publications", f"{_PUBLICATION_TITLE}：{_PUBLICATION_DESCRIPTION}")
    for name, (_, label, description) in _PUBLICATION_COLUMNS.items():
        _comment(connection, "COLUMN", f"marts.publications.{quoted(name)}", f"{label}：{description}")
    view = f"{quoted(VIEW_SCHEMA)}.{quoted(_PUBLICATION_TITLE)}"
    shown = ", ".join(f"{quoted(name)} AS {quoted(label)}" for name, (_, label, _) in _PUBLICATION_COLUMNS.items())
    connection.execute(f"CREATE VIEW {view} AS SELECT {shown} FROM marts.publications")
    _comment(connection, "VIEW", view, _PUBLICATION_DESCRIPTION)
