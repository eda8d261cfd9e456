"""Tables that stand in a database beside the published lists: what it is, its versions, dimensions, how to use it.

``config/database_tables/<table>.yml`` says what each and its columns mean; comments, Chinese views and the data dictionary
derive from it. What they hold follows from publications (``publications.star``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field as PydanticField
from pydantic import model_validator

from orchestration.contracts.mart import SQL_TYPES
from orchestration.contracts.yaml_file import Model, load_each, raise_all, shown
from orchestration.foundation.paths import CONFIG

FOLDER = "database_tables"
TABLE_TYPES = {**SQL_TYPES, "time": "timestamp"}


class TableColumn(Model):
    """A column of such a table; ``time`` is the county's local time, the other types are those of published columns."""

    type: Literal["text", "boolean", "integer", "money", "date", "month", "time"]
    label: str
    description: str


class DatabaseTable(Model):
    """A table of a database that is no published list.

    Attributes:
        title: Chinese title, that of its Chinese view.
        description: Chinese: what a row is, what it is for.
        source: where what it says comes from.
        key: columns that identify a row.
        place: schema in which it is.
        joins: how other tables are joined with it: its column → their column, each alternative apart.
        analysts: ``same``: theirs is the bureau's; ``anew``: it is made of what their edition shows.
    """

    table: str
    title: str
    description: str
    source: str
    key: tuple[str, ...]
    place: Literal["marts", "meta"] = PydanticField(default="marts", alias="schema")
    joins: tuple[dict[str, str], ...] = ()
    analysts: Literal["same", "anew"] = "same"
    columns: dict[str, TableColumn]

    @model_validator(mode="after")
    def _check(self) -> DatabaseTable:
        named = [*self.key, *(own for join in self.joins for own in join)]
        if unknown := [name for name in named if name not in self.columns]:
            raise ValueError(f"{'、'.join(unknown)} is not among the columns")
        return self

    @property
    def full_name(self) -> str:
        """The table with its schema, as it is written in SQL."""
        return f"{self.place}.{self.table}"


@cache
def load_database_tables(folder: Path = CONFIG / FOLDER) -> dict[str, DatabaseTable]:
    """Return the tables by name; ``ConfigError`` where a file is wrong."""
    found = load_each(DatabaseTable, folder)
    raise_all(f"{shown(path)}: table is {one.table}" for path, one in found if path.stem != one.table)
    return {one.table: one for _, one in found}
