"""How many rows the tables of the work database have, for whoever looks at a run."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation


def table_rows(installation: Installation, months: Iterable[Month]) -> dict[str, int]:
    """Return the number of rows of every intermediate table, and of these months of every mart, by name.

    Views are left out: to count them is to compute them.
    """
    listed = ", ".join(f"date '{month}-01'" for month in months)
    with duckdb.connect(str(installation.warehouse), read_only=True) as warehouse:
        tables = warehouse.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_type = 'BASE TABLE' and table_schema in ('intermediate', 'marts') order by all"
        ).fetchall()
        of_months = {"marts": f"where month in ({listed})"}
        counts = [f"select '{name}', count(*) from {schema}.{name} {of_months.get(schema, '')}" for schema, name in tables]
        return dict(warehouse.execute(" union all ".join(counts)).fetchall()) if counts else {}
