"""The part of a SQLAlchemy dialect that Great Expectations needs to reach DuckDB: ``duckdb://`` is a new database in memory.

DuckDB's Python module is a DB-API driver already. Each statement runs on a cursor of its own, so a result outlives the
connection, which Great Expectations closes before it fetches. A cursor sees the tables and views of the database, no temporary
ones.

SQLAlchemy 2.1 documents dialects for those who write them; private is only
``IdentifierPreparer._requires_quotes``, for which the public ``quote`` would have to be written anew. When it changes:
``IdentifierPreparer.quote`` in ``sqlalchemy/sql/compiler.py``.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import duckdb
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import DBAPIConnection, ReflectedColumn
from sqlalchemy.pool import Pool, StaticPool
from sqlalchemy.sql.compiler import IdentifierPreparer

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "VARCHAR": sa.VARCHAR,
    "BOOLEAN": sa.BOOLEAN,
    "INTEGER": sa.INTEGER,
    "BIGINT": sa.BIGINT,
    "DECIMAL": sa.DECIMAL,
    "DOUBLE": sa.DOUBLE,
    "DATE": sa.DATE,
    "TIMESTAMP": sa.TIMESTAMP,
}


class _QuoteEverything(IdentifierPreparer):
    """Quotes every name; the words DuckDB reserves are then no special case."""

    def _requires_quotes(self, value: str) -> bool:
        return True


class DuckDBDialect(DefaultDialect):
    """DuckDB as SQLAlchemy sees it: one connection, every statement committed at once."""

    name = driver = "duckdb"
    preparer = _QuoteEverything
    supports_statement_cache = True
    supports_native_boolean = True
    supports_native_decimal = True

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """Return the driver."""
        return duckdb

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[Pool]:
        """Return the pool: one connection for the life of the engine, since the database is gone with it."""
        return StaticPool

    def create_connect_args(self, url: sa.URL) -> tuple[list[str], dict[str, Any]]:
        """Return the arguments of ``duckdb.connect``."""
        return [url.database or ":memory:"], {}

    def initialize(self, connection: sa.Connection) -> None:
        """Ask the database nothing on the first connection."""
        self.default_schema_name = "main"

    def do_rollback(self, dbapi_connection: DBAPIConnection) -> None:
        """Do nothing; DuckDB refuses to roll back where no transaction was begun."""

    def do_commit(self, dbapi_connection: DBAPIConnection) -> None:
        """Do nothing, as for a rollback."""

    def get_columns(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **options: Any
    ) -> list[ReflectedColumn]:
        """Return the columns of a table or view in order; never cached, since views are replaced."""
        found = connection.exec_driver_sql(
            "select column_name, data_type, is_nullable from duckdb_columns()"
            " where table_name = ? and schema_name = ? and database_name = current_database() order by column_index",
            (str(table_name), schema or self.default_schema_name),
        ).all()
        if not found:
            raise sa.exc.NoSuchTableError(str(table_name))
        return [
            {
                "name": column.column_name,
                "type": _TYPES.get(column.data_type.split("(")[0], sa.types.NullType)(),
                "nullable": column.is_nullable,
                "default": None,
            }
            for column in found
        ]

    def get_pk_constraint(  # type: ignore[override]
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """Return that there is no primary key; what is checked are views."""
        return {"constrained_columns": [], "name": None}


registry.register("duckdb", __name__, DuckDBDialect.__name__)
