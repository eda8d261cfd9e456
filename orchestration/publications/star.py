"""What stands in a database beside the published lists: what it is, dimensions to join with, how to ask, what to beware of.

What belongs here: filling these tables, in the order in which one rests on the other. What does not: what they and their
columns mean (``config/database_tables``), questions (``config/example_queries.yml``), notes (``config/reading_notes.yml``), the
SQL of the dimensions (``dimensions/``). All of it follows from the publications in the same database; in an edition that shows
places otherwise the dimensions of places are made of what it shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import Field, MartContract, load_code_lists
from orchestration.contracts.database_table import DatabaseTable, load_database_tables
from orchestration.contracts.questions import EDITION_WORDS, EditionName, load_example_queries, load_reading_notes
from orchestration.contracts.value_labels import ValueLabels
from orchestration.publications.database_tables import create_table, describe_table, name_of
from orchestration.publications.publication import Publication, version_counts

_DIMENSIONS = Path(__file__).parent / "dimensions"
# One rests on those before it.
_ORDER = (
    "publications",
    "edition",
    "dim_code",
    "dim_department",
    "dim_town",
    "dim_village",
    "dim_month",
    "table_keys",
    "warnings",
    "example_queries",
)
_BUREAU = "bureau"
# Ways of showing a column that leave apart what was apart.
_APART = frozenset({"keep", "person", "household"})

Row = Sequence[Any]
ShownMarts = Mapping[str, tuple[MartContract, Mapping[str, Field]]]


@dataclass(frozen=True)
class Made:
    """What a database says of itself, ``marts.edition``.

    Attributes:
        kind: whose questions and notes it has.
        edition: Chinese, what it is.
        recipient: Chinese, for whom.
        purpose: Chinese, what for; None where every month's run makes it.
        series: of its tokens, None where it has none; ``series_made_on``: when that began.
        smallest_group: how many are enough to be shown; None where all are.
    """

    kind: EditionName
    edition: str
    recipient: str
    purpose: str | None = None
    series: int | None = None
    series_made_on: dt.date | None = None
    smallest_group: int | None = None


def add_tables_beside(
    connection: duckdb.DuckDBPyConnection,
    made: Made,
    marts: ShownMarts,
    labels: ValueLabels,
    publications: Mapping[str, Publication] | None = None,
) -> None:
    """Create and fill the tables.

    Args:
        connection: to the database, which holds the lists and is the one in use.
        made: what it says of itself.
        marts: the lists that it holds, with their columns as it shows them.
        labels: the Chinese of codes.
        publications: of which it is made; None where it is made of the bureau's database, which is attached as ``bureau``.
    """
    tables = load_database_tables()
    rows: dict[str, Iterable[Row]] = {
        "edition": [
            (made.edition, made.recipient, made.purpose, made.series, made.series_made_on, made.smallest_group),
        ],
        "table_keys": _keys(made, marts, labels),
        "example_queries": _questions(made.kind, marts),
    }
    if publications is not None:
        rows["publications"] = _versions(publications)
    for name in _ORDER:
        table = tables[name]
        create_table(connection, table, table.columns, table.key)
        if name in rows:
            _insert_rows(connection, table, rows[name])
        elif publications is None and table.analysts == "same":
            connection.execute(f"INSERT INTO {name_of(table)} SELECT * FROM {_BUREAU}.{name_of(table)}")
        elif name == "warnings":
            _insert_warnings(connection, table, made.kind)
        else:
            connection.execute(f"INSERT INTO {name_of(table)} {_sql(name)}")
        describe_table(connection, table, table.columns, labels)


def _sql(name: str) -> str:
    return (_DIMENSIONS / f"{name}.sql").read_text(encoding="utf-8")


def _insert_rows(connection: duckdb.DuckDBPyConnection, table: DatabaseTable, rows: Iterable[Row]) -> None:
    """Insert rows by one statement: one a row would cost as much as the rest of the table."""
    given = list(rows)
    if given:
        marks = ", ".join(f"({', '.join('?' for _ in table.columns)})" for _ in given)
        connection.execute(f"INSERT INTO {name_of(table)} VALUES {marks}", [value for row in given for value in row])


def _versions(publications: Mapping[str, Publication]) -> Iterator[Row]:
    for one in publications.values():
        yield (
            one.month.first_day,
            one.version,
            one.knowledge_month.first_day,
            one.restates,
            one.published_at.replace(tzinfo=None),
            one.code_version,
            *version_counts(one.folder.parent),
        )


def _insert_warnings(connection: duckdb.DuckDBPyConnection, table: DatabaseTable, kind: EditionName) -> None:
    notes = [note for note in load_reading_notes() if kind in note.editions]
    _insert_rows(
        connection,
        table,
        ((number, None, note.topic, note.warning, note.concerns) for number, note in enumerate(notes, 1)),
    )
    connection.execute(
        f"INSERT INTO {name_of(table)} SELECT {len(notes)} + row_number() OVER (ORDER BY month, topic), * "
        f"FROM ({_sql('warnings')})"
    )


def _questions(kind: EditionName, marts: ShownMarts) -> Iterator[Row]:
    for number, query in enumerate(load_example_queries(), 1):
        if kind in query.editions and query.lists <= set(marts):
            words = "、".join(EDITION_WORDS[one] for one in query.editions)
            yield number, query.topic, query.question, query.sql_of(), query.reading, words


def _keys(made: Made, marts: ShownMarts, labels: ValueLabels) -> Iterator[Row]:
    """Return by what a row of each table is known, and how it is joined with the dimensions."""
    tables = load_database_tables()
    for mart, columns in marts.values():
        name = f"marts.{mart.mart}"
        if made.kind != "analysts" or _is_apart(mart, columns, labels):
            yield name, "主键", ", ".join(dict.fromkeys(("month", *mart.key))), "", ""
        yield from _joins(name, columns, tables.values())
        for column, field in columns.items():
            for domain in _domains(column, field, labels):
                condition = f"dim_code.domain = '{domain}' and dim_code.code = {mart.mart}.{column}"
                yield name, "连接", column, "marts.dim_code", condition
    for table in tables.values():
        yield table.full_name, "主键", ", ".join(table.key), "", ""
        yield from _joins(table.full_name, table.columns, (one for one in tables.values() if one != table))


def _is_apart(mart: MartContract, columns: Mapping[str, Field], labels: ValueLabels) -> bool:
    """Return whether the key of a list still tells its rows apart as analysts see them."""
    if mart.analysts != "rows":
        return True
    return all(
        key in columns and (columns[key].analysts in _APART or (columns[key].analysts == "coded" and labels.of(key)))
        for key in mart.key
    )


def _joins(name: str, columns: Iterable[str], dimensions: Iterable[DatabaseTable]) -> Iterator[Row]:
    present, own = set(columns), name.partition(".")[2]
    for dimension in dimensions:
        for join in dimension.joins:
            if present.issuperset(join.values()):
                condition = " and ".join(f"{dimension.table}.{theirs} = {own}.{ours}" for theirs, ours in join.items())
                yield name, "连接", ", ".join(join.values()), dimension.full_name, condition


def _domains(column: str, field: Field, labels: ValueLabels) -> list[str]:
    """Return the codes of a column as ``dim_code`` calls them (``code_values.sql``)."""
    if field.type != "text":
        return []
    listed = [f"{one}_list" if labels.of(one) else one for one in field.code_lists]
    if labels.of(column):
        return [column, *listed]
    return listed or [one for one in (column,) if one in load_code_lists()]
