"""Marts: what is published, and every published column described once.

``config/fields.yml`` holds each column (type, Chinese label and meaning); ``config/marts/<mart>.yml`` says which of them a mart
has, its grain and key and the extracts it rests on. dbt's model contracts, column comments, the data dictionary and the headers
of workbooks derive from both.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field as PydanticField
from pydantic import model_validator

from orchestration.contracts.code_list import load_code_lists
from orchestration.contracts.extract import load_extracts
from orchestration.contracts.privacy import Privacy, Shown, wrong_tags
from orchestration.contracts.yaml_file import Model, load_each, parse, read_yaml, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import CONFIG

SQL_TYPES = {
    "text": "varchar",
    "boolean": "boolean",
    "integer": "bigint",
    "money": "decimal(14,2)",
    "ratio": "decimal(18,4)",
    "figure": "decimal(18,4)",
    "date": "date",
    "month": "date",
    "text_list": "varchar[]",
}


class Field(Model):
    """A published column: same quantity, same name, same type everywhere.

    Attributes:
        type: key of ``SQL_TYPES``.
        label: Chinese header in workbooks.
        description: Chinese sentence: what it means, unit, when it is blank.
        privacy: what it says about a person; None only in a mart that says otherwise of a column, which then has its tags.
        analysts: how the analysts' edition shows it.
        code_lists: whose words it may show there, beside its value labels; that of its own name where none is given.
        values: words that it may show there as well.
    """

    type: Literal["text", "boolean", "integer", "money", "ratio", "figure", "date", "month", "text_list"]
    label: str
    description: str
    privacy: Privacy | None = None
    analysts: Shown | None = None
    code_lists: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def personal(self) -> bool:
        """Whether it identifies a person by itself."""
        return self.privacy == "personal"

    @model_validator(mode="after")
    def _check(self) -> Field:
        if (self.privacy is None) != (self.analysts is None):
            raise ValueError("privacy and analysts are given together")
        has_words = bool(self.code_lists or self.values)
        if self.privacy and self.analysts and (problem := wrong_tags(self.type, self.privacy, self.analysts, has_words)):
            raise ValueError(problem)
        return self


class MartContract(Model):
    """One published list.

    Attributes:
        title: Chinese title.
        description: Chinese: what it is for and who is on it.
        source: where the rule comes from (document and article, or section of the rules).
        analysts: what of it the analysts' edition has: its ``rows`` masked, a ``summary`` whose small counts are hidden,
            ``facts`` about nobody as they are, or ``none``.
        key: columns that identify a row within a month; Parquet files are sorted by them.
        columns: every column, in order; ``month`` first.
        needs: extracts without any of which the list is not applicable; an entry ``a|b`` means one of them is enough.
        needs_line: the income line that must be in force, or ``any``.
        undecided: the list of the households that could not be judged for this one; they are not on it, and not cleared either.
        parameters: groups of ``config/parameters`` that decide it, beside those of income and of the household.
        fields: columns that mean something else here than in ``fields.yml``.
    """

    mart: str
    title: str
    description: str
    source: str
    analysts: Literal["rows", "summary", "facts", "none"]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    needs: tuple[str, ...] = ()
    needs_line: str | None = None
    undecided: str | None = None
    parameters: tuple[str, ...] = ()
    fields: dict[str, Field] = PydanticField(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> MartContract:
        problems = [f"key column {name} is not among the columns" for name in self.key if name not in self.columns]
        if self.columns[0] != "month":
            problems.append("the first column is month")
        if len(set(self.columns)) != len(self.columns):
            problems.append("a column is named twice")
        if problems:
            raise ValueError("; ".join(problems))
        return self


def mart_fields(mart: MartContract, fields: dict[str, Field]) -> dict[str, Field]:
    """Return what the columns of a mart mean, in their order; what the mart says of one goes before ``config/fields.yml``."""
    return {name: _tagged(mart.fields[name], fields[name]) if name in mart.fields else fields[name] for name in mart.columns}


def _tagged(own: Field, general: Field) -> Field:
    """Return a mart's own description of a column with the general tags, unless it has tags itself."""
    if own.privacy:
        return own
    tags = {name: getattr(general, name) for name in ("privacy", "analysts", "code_lists", "values")}
    return own.model_copy(update=tags)


@cache
def load_fields(path: Path = CONFIG / "fields.yml") -> dict[str, Field]:
    """Return what ``config/fields.yml`` says of published columns, by name; a mart may say otherwise (``mart_fields``).

    Raises:
        ConfigError: a column does not say what it is about a person, or names a code list that there is not.
    """
    fields = {name: parse(Field, content, path) for name, content in read_yaml(path).items()}
    untagged = [
        f"{shown(path)}: column {name} does not say what it is about a person: privacy and analysts are missing"
        for name, field in fields.items()
        if field.privacy is None
    ]
    unknown = [
        f"{shown(path)}: column {name}: there is no code list {listed}"
        for name, field in fields.items()
        for listed in field.code_lists
        if listed not in load_code_lists()
    ]
    if problems := untagged + unknown:
        raise ConfigError("\n".join(problems))
    return fields


@cache
def load_marts(folder: Path = CONFIG / "marts") -> dict[str, MartContract]:
    """Return the marts by name; raise ``ConfigError`` for columns, extracts, groups of parameters that nothing defines."""
    fields, extracts = load_fields(), load_extracts()
    groups = {path.name for path in (CONFIG / "parameters").iterdir()}
    marts, problems = {}, []
    for path, mart in load_each(MartContract, folder):
        if path.stem != mart.mart:
            problems.append(f"{shown(path)}: mart is {mart.mart}, the file says {path.stem}")
        problems += [f"{shown(path)}: column {name} is not in config/fields.yml" for name in mart.columns if name not in fields]
        needed = [extract for need in mart.needs for extract in need.split("|")]
        problems += [f"{shown(path)}: extract {extract} has no contract" for extract in needed if extract not in extracts]
        problems += [
            f"{shown(path)}: {group} is no group of config/parameters" for group in mart.parameters if group not in groups
        ]
        problems += [
            f"{shown(path)}: column {name} has another type than in config/fields.yml: it needs its own privacy and analysts"
            for name, own in mart.fields.items()
            if name in fields and own.type != fields[name].type and own.privacy is None
        ]
        marts[mart.mart] = mart
    problems += [
        f"{shown(folder / name)}.yml: undecided {mart.undecided} is no mart of households"
        for name, mart in marts.items()
        if mart.undecided and (mart.undecided not in marts or marts[mart.undecided].key != ("household_id",))
    ]
    if problems:
        raise ConfigError("\n".join(problems))
    return marts


@cache
def list_labels() -> frozenset[str]:
    """Return the Chinese headers of all published columns: those that a list handed out may have."""
    of_marts = (field for mart in load_marts().values() for field in mart.fields.values())
    return frozenset(field.label for field in (*load_fields().values(), *of_marts))


def load_publication_lists() -> dict[str, MartContract]:
    """Return the lists that publishing itself makes, of publications; no dbt model computes them."""
    return load_marts(CONFIG / "publication_lists")
