"""The connection that dbt keeps to DuckDB (dbt-duckdb 1.11). Importing this module imports parts of dbt.

``DuckDBConnectionManager.close_all_connections`` (``dbt.adapters.duckdb.connections``): dbt-duckdb holds the database open
until the process ends, where it closes it by this function; ``dbtRunner`` has no end of its own. While it is open nobody can
read the file, not even this process.

When it changes: what ``dbt/adapters/duckdb/connections.py`` registers with ``atexit``.
"""

from dbt.adapters.duckdb.connections import DuckDBConnectionManager


def close_connections() -> None:
    """Close every connection that dbt keeps; the next invocation opens its own."""
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
