"""What a town's own edition of the database leaves out (``config/town_edition.yml``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from orchestration.contracts.mart import load_fields
from orchestration.contracts.yaml_file import Model, parse, raise_all, read_yaml, shown
from orchestration.foundation.paths import CONFIG


class _TownEdition(Model):
    leave_out: tuple[str, ...]


@cache
def left_out_of_town_edition(path: Path = CONFIG / "town_edition.yml") -> frozenset[str]:
    """Return the columns that it has of no list; ``ConfigError`` for one that nothing publishes."""
    names = parse(_TownEdition, read_yaml(path), path).leave_out
    raise_all(f"{shown(path)}: column {name} is not in config/fields.yml" for name in names if name not in load_fields())
    return frozenset(names)
