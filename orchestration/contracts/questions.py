"""What is asked of the databases, with the SQL that answers it, and what is to be known before their numbers are used.

``config/example_queries.yml`` and ``config/reading_notes.yml``; they stand in the schema ``meta`` of the databases.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError, field_validator

from orchestration.contracts.database_table import load_database_tables
from orchestration.contracts.yaml_file import Model, describe, read_yaml
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.months import Month
from orchestration.foundation.paths import CONFIG

EditionName = Literal["bureau", "analysts", "town"]
# What each is called where officials read it.
EDITION_WORDS: dict[EditionName, str] = {"bureau": "业务版", "analysts": "分析版", "town": "镇街版"}
_MONTH, _NEWEST = "{month}", "(select max(month) from marts.publications)"
_TABLE = re.compile(r"\bmarts\.([a-z_]+)")
T = TypeVar("T")


class ExampleQuery(Model):
    """A question and its answer.

    Attributes:
        topic: Chinese, which kind of question it is.
        question: as it is asked.
        sql: what answers it; ``{month}`` stands for the month asked for.
        reading: Chinese, with what the answer is to be read.
        editions: in which databases it runs.
    """

    topic: str
    question: str
    sql: str
    reading: str | None = None
    editions: tuple[EditionName, ...] = ("bureau", "analysts", "town")

    @field_validator("sql")
    @classmethod
    def _one_statement(cls, sql: str) -> str:
        if ";" in sql:
            raise ValueError("one statement, without a semicolon")
        return sql.strip()

    @property
    def lists(self) -> frozenset[str]:
        """The published lists that it asks, dimensions and what a database says of itself left out."""
        return frozenset(_TABLE.findall(self.sql)) - set(load_database_tables())

    def sql_of(self, month: Month | None = None) -> str:
        """Return the SQL for a month, the newest in the database where none is named."""
        return self.sql.replace(_MONTH, f"date '{month.first_day}'" if month else _NEWEST)


class ReadingNote(Model):
    """What is always to be known: ``topic`` in a few words, ``warning``, the tables or columns it ``concerns``, all Chinese."""

    topic: str
    warning: str
    concerns: str
    editions: tuple[EditionName, ...] = ("bureau", "analysts", "town")


@cache
def load_example_queries(path: Path = CONFIG / "example_queries.yml") -> tuple[ExampleQuery, ...]:
    """Return the questions in their order; the first has number 1. ``ConfigError`` where the file is wrong."""
    return _read(path, tuple[ExampleQuery, ...])


@cache
def load_reading_notes(path: Path = CONFIG / "reading_notes.yml") -> tuple[ReadingNote, ...]:
    """Return the notes in their order; ``ConfigError`` where the file is wrong."""
    return _read(path, tuple[ReadingNote, ...])


def _read(path: Path, kind: type[T]) -> T:
    try:
        return TypeAdapter(kind).validate_python(read_yaml(path))
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error
