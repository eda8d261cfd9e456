"""Sheets of workbooks: what each shows of its mart and in whose workbook it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from orchestration.contracts.county import load_county
from orchestration.contracts.mart import load_marts
from orchestration.contracts.yaml_file import Model, describe, read_yaml, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import CONFIG

FILE = "sheets.yml"
TOWN, RECIPIENT, TARGET = "town", "recipient", "target_department"
# What machines need of a mart and nobody reads; what a row came from stands last.
_UNSEEN = ("month", "town_code", "suggested_town_code", "is_total", "person_id", "item_code", "figure_no", "line_no")
_SOURCES = ("delivery", "file", "row_number")


class SheetItems(Model):
    """How a row of a list is found among the items of work (ledgers.md section 7).

    Attributes:
        list: the column that names the list; None where all rows are of the mart's own.
        kind: the column before the colon of an entity_key; None where it has none.
        entity: columns of which the first that is not blank is (the rest of) the entity_key.
        answers: what can be filled in, in that order; by default every column of an answer.
    """

    list: str | None = None
    kind: str | None = None
    entity: tuple[str, ...]
    answers: tuple[str, ...] = ()


class SheetPlan(Model):
    """One sheet of the workbooks, of one mart.

    Attributes:
        group: work to be answered, a ledger, or figures.
        unit: what one row is, in Chinese.
        to: whose workbook it stands in beside those that its items are handed to: ``town``, ``recipient``,
            ``target_department``, or the code of a department, which sees every row.
        items: how its rows are found among the items of work; None where nothing is to be answered.
        columns: what is shown, in order; by default every column that a person reads.
        where: values by column that a row must all have to be shown.
        where_any: values by column of which a row must have one; ``*`` is any value.
        is_of_worklist: whether only households of the recipient's worklist are shown.
    """

    mart: str
    group: Literal["work", "ledger", "figures"]
    unit: str
    to: tuple[str, ...] = ()
    items: SheetItems | None = None
    columns: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    where_any: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    is_of_worklist: bool = False

    @model_validator(mode="after")
    def _check(self) -> SheetPlan:
        mart = load_marts().get(self.mart)
        if mart is None:
            raise ValueError(f"no mart {self.mart}")
        items = self.items
        named = [*self.columns, *self.where, *self.where_any]
        if items:
            named += [name for name in (items.list, items.kind, *items.entity) if name]
        named += [name for name in self.to if name in (TOWN, RECIPIENT, TARGET)]
        departments = {department.code for department in load_county().departments}
        problems = [f"{self.mart} has no column {name}" for name in named if name not in mart.columns]
        problems += [
            f"{self.mart}: no department {name}" for name in self.to if name not in {TOWN, RECIPIENT, TARGET, *departments}
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are shown, in order."""
        if self.columns:
            return self.columns
        columns = load_marts()[self.mart].columns
        seen = [name for name in columns if name not in (*_UNSEEN, *_SOURCES)]
        return (*seen, *(name for name in _SOURCES if name in columns))


@cache
def load_sheets(path: Path = CONFIG / FILE) -> tuple[SheetPlan, ...]:
    """Return the sheets in their order; ``ConfigError`` for a mart, column or department that nothing defines."""
    try:
        plans = TypeAdapter(tuple[SheetPlan, ...]).validate_python(read_yaml(path))
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error
    marts = [plan.mart for plan in plans]
    if twice := sorted({mart for mart in marts if marts.count(mart) > 1}):
        raise ConfigError("\n".join(f"{shown(path)}: {mart} stands there twice" for mart in twice))
    return plans
