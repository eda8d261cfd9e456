"""What differences between two versions of a month are traced by: which extracts decide which column and which list."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from orchestration.contracts.extract import load_extracts
from orchestration.contracts.mart import load_marts
from orchestration.contracts.yaml_file import Model, parse, read_yaml, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import CONFIG

EVERY_ITEM = "all"


class TracedList(Model):
    """A list whose rows are compared.

    Attributes:
        item: the column that tells its items apart; None when a household or person stands on it once.
        rests_on: the extracts that decide a row, by item; those under ``all`` decide every item.
    """

    item: str | None = None
    rests_on: dict[str, tuple[str, ...]]


class Traces(Model):
    """Where to look for the cause of a difference.

    Attributes:
        columns: by list and extract, the columns that it can change; the lists whose columns are compared.
        also_of_month_before: columns that rest on the window of the month before too.
        lists: the lists whose rows are compared.
        without: lists that need no comparison of their own, and why.
    """

    columns: dict[str, dict[str, tuple[str, ...]]]
    also_of_month_before: tuple[str, ...]
    lists: dict[str, TracedList]
    without: dict[str, str] = Field(default_factory=dict)

    @property
    def extracts(self) -> list[str]:
        """Every extract that can be a cause, in the order of the contracts."""
        named = {extract for columns in self.columns.values() for extract in columns}
        named |= {extract for one in self.lists.values() for extracts in one.rests_on.values() for extract in extracts}
        return [extract for extract in load_extracts() if extract in named]


@cache
def load_traces(path: Path = CONFIG / "restatement.yml") -> Traces:
    """Return where causes are looked for.

    Raises:
        ConfigError: a list, a column or an extract that nothing defines.
    """
    traces = parse(Traces, read_yaml(path), path)
    marts, extracts = load_marts(), load_extracts()
    named_lists = (*traces.columns, *traces.lists, *traces.without)
    problems = [f"list {name} has no contract" for name in named_lists if name not in marts]
    if not problems:
        problems += [
            f"{name} has no column {column}"
            for name, by_extract in traces.columns.items()
            for columns in by_extract.values()
            for column in columns
            if column not in marts[name].columns
        ]
        problems += [
            f"{name} has no column {one.item}"
            for name, one in traces.lists.items()
            if one.item and one.item not in marts[name].columns
        ]
    named = {extract for columns in traces.columns.values() for extract in columns}
    named |= {extract for one in traces.lists.values() for of in one.rests_on.values() for extract in of}
    problems += [f"extract {extract} has no contract" for extract in sorted(named - set(extracts))]
    if problems:
        raise ConfigError("\n".join(f"{shown(path)}: {problem}" for problem in problems))
    return traces
