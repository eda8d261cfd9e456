"""What is relied on of SQLAlchemy (``orchestration/adapters/duckdb_dialect.py``). Run first after an upgrade."""

from __future__ import annotations

import sqlalchemy as sa

import orchestration.adapters.duckdb_dialect  # noqa: F401  makes duckdb:// known
from tests.internals.advice import advice

DIALECT = "orchestration/adapters/duckdb_dialect.py"


def test_every_name_is_quoted() -> None:
    table = sa.table("qualify", sa.column("plain"), sa.column("Mixed Case"))
    written = str(sa.select(table).compile(dialect=sa.create_engine("duckdb://").dialect)).replace("\n", "")
    changed = "override what IdentifierPreparer.quote asks now; names that DuckDB reserves break every check of their table."
    assert written == 'SELECT "qualify"."plain", "qualify"."Mixed Case" FROM "qualify"', advice("sqlalchemy", DIALECT, changed)


def test_a_database_in_memory_outlives_a_connection_without_a_transaction() -> None:
    engine = sa.create_engine("duckdb://")
    with engine.begin() as connection:
        connection.exec_driver_sql("create table kept as select 1 as x, 'a' as y")
    with engine.connect() as connection:
        found = connection.execute(sa.text("select x from kept where y = :y"), {"y": "a"}).scalar_one()
        columns = [(column["name"], type(column["type"])) for column in sa.inspect(connection).get_columns("kept")]
    changed = "see which method of a dialect the engine calls now for pool, transaction, parameters or columns."
    assert (found, columns) == (1, [("x", sa.INTEGER), ("y", sa.VARCHAR)]), advice("sqlalchemy", DIALECT, changed)
