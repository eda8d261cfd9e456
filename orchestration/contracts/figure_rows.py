"""Which rows each figure of the briefing counts, so that a reader is led from the figure to them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError, model_validator

from orchestration.contracts.mart import load_marts
from orchestration.contracts.yaml_file import Model, describe, read_yaml
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import CONFIG

_MODEL = "int_"


class FigureRows(Model):
    """The rows of a figure.

    Attributes:
        rows: a published list, or a model of the work database; None where there are none to be shown.
        where: which of them count, in SQL; all by default.
        one_per: a column of which each value counts once.
        counts: a column that is added up; None where each row is one.
        area: the column that says the town.
        why: what is said in Chinese where there are no rows to be shown.
    """

    rows: str | None = None
    where: str = "true"
    one_per: str | None = None
    counts: str | None = None
    area: str = "town"
    why: str = ""

    @property
    def is_published(self) -> bool:
        """Whether the rows are those of a published list."""
        return self.rows is not None and not self.rows.startswith(_MODEL)

    @model_validator(mode="after")
    def _check(self) -> FigureRows:
        if (self.rows is None) != bool(self.why):
            raise ValueError("either rows or why")
        mart = load_marts().get(self.rows) if self.is_published and self.rows else None
        if self.is_published and mart is None:
            raise ValueError(f"no mart {self.rows}")
        named = [name for name in (self.one_per, self.counts, self.area) if name]
        if mart and (unknown := [name for name in named if name not in mart.columns]):
            raise ValueError(f"{self.rows} has no column {'、'.join(unknown)}")
        return self


@cache
def load_figure_rows(path: Path = CONFIG / "figure_rows.yml") -> dict[str, FigureRows]:
    """Return the rows by figure; ``ConfigError`` for a mart or column that nothing defines."""
    try:
        return TypeAdapter(dict[str, FigureRows]).validate_python(read_yaml(path))
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error
