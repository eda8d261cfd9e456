"""A kept publication: its manifest and the rows of its lists, read from Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import load_fields, load_marts, load_parameters, load_publication_lists, mart_fields
from orchestration.contracts.value_labels import ValueLabels
from orchestration.explanations.content import Cell, Edition, ListEntry, ParameterUsed
from orchestration.explanations.words import in_words
from orchestration.foundation.atomic_files import read_json
from orchestration.foundation.months import Month

MANIFEST = "manifest.json"
# What every row of a list about a household says again; the household's own facts say it once.
_SAID_ONCE = frozenset(
    [
        "month",
        "household_id",
        "town",
        "town_code",
        "village",
        "head_name",
        "household_type",
        "monitoring_category",
        "is_marginal_2019",
        "monitoring_status",
    ]
)


class ExplanationError(Exception):
    """Something cannot be explained. The message says in Chinese what is not there and what to do."""


@dataclass(frozen=True)
class Kept:
    """A version of a month as it was published.

    Attributes:
        folder: ``<marts>/<YYYY-MM>/v<NN>``.
        manifest: what it says of itself.
        connection: a database of its own in memory, for reading Parquet.
        known_columns: those of lists that were looked at before; a publication never changes.
    """

    folder: Path
    manifest: Mapping[str, Any]
    labels: ValueLabels
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    known_columns: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path, labels: ValueLabels) -> Kept:
        """Return the publication in a folder.

        Raises:
            ExplanationError: its manifest is gone or cannot be read.
        """
        manifest = read_json(folder / MANIFEST)
        if not isinstance(manifest, dict):
            raise ExplanationError(f"{folder / MANIFEST} 不见了或已损坏，看不出这一版依据什么；请从备份恢复文件夹 {folder}")
        return cls(folder, manifest, labels)

    @property
    def edition(self) -> Edition:
        """Which version it is."""
        said = self.manifest
        return Edition(
            Month(said["month"]), said["version"], Month(said["knowledge_month"]), said["published_at"], said["code_version"]
        )

    @property
    def month(self) -> Month:
        """The monitoring month."""
        return Month(self.manifest["month"])

    @property
    def knowledge_month(self) -> Month:
        """The last delivery that it knows."""
        return Month(self.manifest["knowledge_month"])

    def columns(self, mart: str) -> tuple[str, ...]:
        """Return the columns that the list has in this version; none where the version does not have the list."""
        path = self.folder / f"{mart}.parquet"
        if path not in self.known_columns:
            found = self.connection.execute("describe from read_parquet(?)", [str(path)]).fetchall() if path.exists() else []
            self.known_columns[path] = tuple(row[0] for row in found)
        return self.known_columns[path]

    def rows(self, mart: str, **among: Sequence[Any]) -> list[dict[str, Any]]:
        """Return the rows of a list whose columns have one of the values given for them; none where a column is not there.

        Args:
            mart: the list.
            among: values by column.
        """
        columns = self.columns(mart)
        if not columns or not set(among) <= set(columns):
            return []
        # names of columns are ours; values are handed over beside the text
        wanted = " and ".join(f"list_contains(?, {name})" for name in among) or "true"
        found = self.connection.execute(
            f"select * from read_parquet(?) where {wanted}",
            [str(self.folder / f"{mart}.parquet"), *(list(values) for values in among.values())],
        )
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    def entry(self, mart: str, row: Mapping[str, Any], *, whole: bool = False) -> ListEntry:
        """Return a row of a list with headers and values in words.

        Args:
            mart: the list.
            row: of it.
            whole: also the columns that every list has of its households.
        """
        contract = (load_marts() | load_publication_lists()).get(mart)
        if contract is None:  # a list that is no more
            return ListEntry(mart, mart, "", "", (), row)
        fields = mart_fields(contract, load_fields())
        cells = tuple(
            Cell(name, one.label, in_words(self.labels, name, one.type, row[name]), one.type, one.personal)
            for name, one in fields.items()
            if name in row and (whole or name not in _SAID_ONCE) and row[name] not in (None, "")
        )
        return ListEntry(mart, contract.title, contract.source, contract.description, cells, row)

    def entries(self, mart: str, *, whole: bool = False, **among: Sequence[Any]) -> tuple[ListEntry, ...]:
        """Return ``rows`` as entries."""
        return tuple(self.entry(mart, row, whole=whole) for row in self.rows(mart, **among))

    def parameters(self, prefixes: Sequence[str]) -> tuple[ParameterUsed, ...]:
        """Return the parameters of these groups, or of these names, as they were in force for this version."""
        known = load_parameters()
        return tuple(
            ParameterUsed(
                name, known[name].description if name in known else "", said["value"], said["document"], said["article"]
            )
            for name, said in self.manifest["parameters"].items()
            if name in prefixes or name.split(".")[0] in prefixes
        )
