"""From which columns of which extracts a published column comes, step by step or as a whole.

What belongs here: reading the committed lineage (``generate.lineage_file``) and following it back. What does not: making it;
how it is shown, on a page (``site.dictionary``) or by Dagster.

It is known from the SQL of the models alone. Where a column ends is an extract, a fact of ``config/`` or the findings of rules;
a policy number ends at itself. A column without any end is made of nothing but constants.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

from orchestration.contracts import load_extracts, load_parameters

LINEAGE_FILE = Path(__file__).with_name("column_lineage.json")
UNKNOWN, ROWS, CHECKED = "?", "*", "checked"
_PARAMETERS = "int_parameters"

Kind = Literal["extract", "parameter", "fact", "account", "finding", "file", "unknown"]


class Place(NamedTuple):
    """A column of a table; ``*`` is its rows.

    Attributes:
        table: a model by its name, what is none with its schema: ``landed.rural_revitalization__household_roster``.
        column: of it.
    """

    table: str
    column: str


@dataclass(frozen=True, order=True)
class Origin:
    """Where a column ends.

    Attributes:
        kind: a column of an extract; a policy number; another fact of ``config/`` (holidays, code lists …); what reading a
            file noted of it; what rules found; a file of ``config/``; not known.
        table: extract, parameter (``income.warning_line``), table or file; of what is not known, the place.
        column: of it, as it is called in the extract; blank of a parameter and a file; of what is not known, the reason.
    """

    kind: Kind
    table: str
    column: str


@dataclass(frozen=True)
class Lineage:
    """The committed lineage.

    Attributes:
        columns: by table and column, what it comes from one step back.
        tables: Chinese descriptions of what is no model.
        rules: by code, what a rule reads.
    """

    columns: Mapping[str, Mapping[str, Mapping[str, str]]]
    tables: Mapping[str, str]
    rules: Mapping[str, Mapping[str, str]]
    _known: dict[Place, frozenset[Origin]] = field(default_factory=dict, compare=False, repr=False)

    def step(self, place: Place) -> list[Place]:
        """Return what a column comes from, one step back; nothing of a constant and of what is no model's.

        Raises:
            KeyError: there is no such column.
        """
        return _places(self.columns[place.table][place.column]) if place.table in self.columns else []

    def origins(self, table: str, column: str) -> frozenset[Origin]:
        """Return where a column ends, through all steps; nothing where it is made of constants alone."""
        place = Place(table, column)
        if place not in self._known:
            self._known[place] = self._ends((place,))
        return self._known[place]

    def read_by(self, code: str) -> frozenset[Origin]:
        """Return where all that a rule reads ends."""
        return self._ends(tuple(_places(self.rules[code])))

    @cached_property
    def _parameters(self) -> Mapping[str, str]:
        return {one.column: name for name, one in load_parameters().items() if not one.is_line and not one.has_entries}

    @cached_property
    def _extracts(self) -> frozenset[str]:
        return frozenset(load_extracts())

    def _ends(self, begin: tuple[Place, ...]) -> frozenset[Origin]:
        seen, waiting = set(begin), list(begin)
        ends: set[Origin] = set()
        while waiting:  # what is kept of earlier months leads in a circle
            place = waiting.pop()
            if place in self._known:
                ends |= self._known[place]
            elif end := self._end(place):
                ends.add(end)
            else:
                new = set(self.step(place)) - seen
                seen |= new
                waiting += new
        return frozenset(ends)

    def _end(self, place: Place) -> Origin | None:
        table, column = place
        if table == UNKNOWN:
            return Origin("unknown", "", column)
        if table == _PARAMETERS and column in self._parameters:
            return Origin("parameter", self._parameters[column], "")
        if table in self.columns:
            return None
        schema, _, name = table.rpartition(".")
        if not schema or "/" in table:
            return Origin("file", table, "")
        if name in self._extracts and schema == "landed":
            return Origin("extract", name, column.removesuffix("_normalized"))
        kinds: dict[str, Kind] = {"landed": "account", "reference": "fact", CHECKED: "finding"}
        return Origin(kinds[schema], name, column)


def _places(steps: Mapping[str, str]) -> list[Place]:
    if UNKNOWN in steps:
        return [Place(UNKNOWN, steps[UNKNOWN])]
    return [Place(table, column) for table, columns in steps.items() for column in columns.split(" ")]


@cache
def load_lineage() -> Lineage:
    """Return the committed lineage."""
    content: dict[str, Any] = json.loads(LINEAGE_FILE.read_text(encoding="utf-8"))
    return Lineage(content["columns"], content["tables"], content["rules"])
