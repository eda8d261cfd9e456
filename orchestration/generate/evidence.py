"""What extracts say about whom a row is about besides its own document and name: ``config/evidence.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from orchestration.contracts import ConfigError, load_extracts
from orchestration.contracts.yaml_file import Model, parse, read_yaml, shown
from orchestration.foundation.paths import CONFIG


class Evidence(Model):
    """Columns of an extract that help to find the person, where it has them.

    Attributes:
        household_document: number of somebody in the same household, as a guardian or the head.
        register_number: number under which the register keeps the same person from month to month.
        town: where the person lives.
        village: where the person lives, within the town.
    """

    household_document: str | None = None
    register_number: str | None = None
    town: str | None = None
    village: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are named."""
        named = (self.household_document, self.register_number, self.town, self.village)
        return tuple(column for column in named if column)


@cache
def load_evidence(path: Path = CONFIG / "evidence.yml") -> dict[str, Evidence]:
    """Return the evidence by extract; raise ``ConfigError`` for extracts or columns that no contract has."""
    extracts = load_extracts()
    evidence = {extract: parse(Evidence, content, path) for extract, content in read_yaml(path).items()}
    problems = []
    for extract, named in evidence.items():
        if extract not in extracts:
            problems.append(f"{shown(path)}: extract {extract} has no contract")
            continue
        columns = {column.name: column.type for column in extracts[extract].columns}
        problems += [f"{shown(path)}: {extract} has no column {name}" for name in named.columns if name not in columns]
        if named.household_document and columns.get(named.household_document) not in (None, "id"):
            problems.append(f"{shown(path)}: {extract}: {named.household_document} is no document number")
    if problems:
        raise ConfigError("\n".join(problems))
    return evidence
