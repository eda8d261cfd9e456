"""The examples of the rules: small tables of rows that must fail and rows that must not, ``expectations/examples/*.yml``.

What belongs here: reading them. What does not: running them (``tests/rules``) and laying them out (``orchestration.generate``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.contracts import ConfigError
from orchestration.contracts.yaml_file import read_yaml, shown
from orchestration.foundation.paths import REPOSITORY

EXAMPLES = REPOSITORY / "expectations" / "examples"
USUAL_MONTH = dt.date(2023, 8, 1)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One example of a rule.

    Attributes:
        case: in Chinese, what it is about.
        failing: how many findings the rule must have.
        month: the month that is checked.
        given: by relation, values that all examples of the rule share.
        rows: by relation, the rows of this example; a value replaces a shared one.
    """

    case: str
    failing: int
    month: dt.date
    given: Mapping[str, Row]
    rows: Mapping[str, tuple[Row, ...]]


@cache
def load_examples(folder: Path = EXAMPLES) -> dict[str, tuple[Example, ...]]:
    """Return the examples by code of the rule.

    Raises:
        ConfigError: a file is not of this form, or two files have examples of one rule.
    """
    examples: dict[str, tuple[Example, ...]] = {}
    for path in sorted(folder.glob("*.yml")):
        for code, entry in (read_yaml(path) or {}).items():
            if code in examples:
                raise ConfigError(f"{shown(path)}: {code} has examples in another file")
            try:
                examples[code] = tuple(_example(example, entry) for example in entry["examples"])
            except (KeyError, TypeError, AttributeError) as error:
                raise ConfigError(
                    f"{shown(path)}: {code}: an example has case, fails and rows by relation ({error!r})"
                ) from error
    return examples


def _example(example: Mapping[str, Any], entry: Mapping[str, Any]) -> Example:
    given = entry.get("given", {})
    own = {name: value for name, value in example.items() if name not in ("case", "fails", "month")}
    rows = {
        name: tuple(value) if isinstance(value, list) else (value,)
        for name, value in ({name: {} for name in given} | own).items()
    }
    month = dt.date.fromisoformat(str(example.get("month", entry.get("month", USUAL_MONTH))))
    return Example(str(example["case"]), int(example["fails"]), month, given, rows)
