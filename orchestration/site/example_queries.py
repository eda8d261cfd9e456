"""A query to begin with for every list, for those who open the database for the first time."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.contracts import Field, MartContract

_MOST_COLUMNS = 6
_RESERVED = frozenset({"group"})


def example_query(mart: MartContract, columns: Mapping[str, Field]) -> str:
    """Return SQL for the last month of a list: its rows by town, or, of a list that is by town itself, its first rows.

    Args:
        mart: the list.
        columns: those of it that the database has.
    """
    table = f"marts.{mart.mart}"
    last = f"WHERE month = (SELECT max(month) FROM {table})"
    if "town" in columns and "town" not in mart.key:
        label = columns["town"].label
        return f'SELECT town AS "{label}", count(*) AS "行数"\nFROM {table}\n{last}\nGROUP BY town\nORDER BY count(*) DESC;'
    first = [
        name for name in (*mart.key, *(one for one in columns if one not in mart.key and one != "month")) if name in columns
    ]
    named = ", ".join(f'{_quoted(name)} AS "{columns[name].label}"' for name in first[:_MOST_COLUMNS])
    return f"SELECT {named}\nFROM {table}\n{last}\nLIMIT 20;"


def _quoted(name: str) -> str:
    return f'"{name}"' if name in _RESERVED else name
