"""Another engine than DuckDB that runs the queries of rules, as ``expectations.logic`` knows it."""

from __future__ import annotations

from typing import Protocol

import pyarrow as pa


class RowsElsewhere(Protocol):
    """Where the rows are that rules look at, when it is not DuckDB that computed them: it runs the rules' queries."""

    def define(self, name: str, query: str) -> None:
        """Give the rows of a query a name for later queries."""

    def columns(self, query: str) -> list[str]:
        """Return the names of the columns of a query."""

    def rows(self, query: str) -> pa.Table:
        """Return the rows of a query."""

    def is_of_query(self, error: Exception) -> bool:
        """Return whether an error is one of a query."""

    def said(self, error: Exception) -> str:
        """Return what an error is about, without a value."""
