"""What the pages of a site are made of: one published version, read where its rows lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.documents.comparison import Comparison
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.site.places import Places

Row = dict[str, Any]


@dataclass(frozen=True)
class SiteContent:
    """One version of a month, of which a site is made.

    Attributes:
        edition: which.
        facts: of ``config/``.
        folder: the version's own folder, with a Parquet file per mart.
        warehouse: the work database of the run, for what is not published: which delivered row gave what.
        parameters: by name, value, document and article in force, as the manifest says.
        not_applicable: why, by mart that could not be computed.
        comparison: with the version that this one replaces; None where it replaces none.
    """

    edition: Edition
    facts: Facts
    folder: Path
    warehouse: Path
    parameters: Mapping[str, Mapping[str, str | None]]
    not_applicable: Mapping[str, str]
    comparison: Comparison | None = None

    @contextmanager
    def rows(self) -> Iterator[Rows]:
        """Give the version's rows to be asked for, and close them again."""
        with duckdb.connect() as connection:
            yield Rows(connection, self.folder)

    def columns(self, mart: str, names: Sequence[str]) -> pa.Table | None:
        """Return the rows of a list with those of some columns that the version has; None of a list that it does not have."""
        path = self.folder / f"{mart}.parquet"
        if not path.exists():
            return None
        with pq.ParquetFile(path) as file:
            return file.read(columns=[name for name in names if name in file.schema_arrow.names])

    @cached_property
    def places(self) -> Places:
        """Where every household of the month has its page."""
        with self.rows() as rows:
            households = rows.ask("select household_id, town, village from household_month")
        return Places.of(self.facts.towns, households)


@dataclass(frozen=True)
class Rows:
    """The rows of a version, by SQL over the names of marts."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def __post_init__(self) -> None:
        for path in sorted(self.folder.glob("*.parquet")):
            self.connection.read_parquet(str(path)).create_view(path.stem)

    def ask(self, query: str, values: list[Any] | None = None) -> list[Row]:
        """Return the rows of a query, by column."""
        found = self.connection.execute(query, values or [])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
