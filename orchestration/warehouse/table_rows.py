"""How many rows the tables of the work database have, for whoever looks at a run."""

from __future__ import annotations

import duckdb

from orchestration.foundation.paths import Installation


def table_rows(installation: Installation, schemas: tuple[str, ...] = ("intermediate", "marts")) -> dict[str, int]:
    """Return the number of rows of every table of these schemas, by name; views are left out, counting them computes them."""
    with duckdb.connect(str(installation.warehouse), read_only=True) as warehouse:
        tables = warehouse.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_type = 'BASE TABLE' and list_contains(?, table_schema) order by all",
            [list(schemas)],
        ).fetchall()
        counts = [f'select \'{name}\', count(*) from "{schema}"."{name}"' for schema, name in tables]
        return dict(warehouse.execute(" union all ".join(counts)).fetchall()) if counts else {}
