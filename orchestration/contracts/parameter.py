"""Policy parameters: numbers and lists that policy can change, each with its months, document and article.

One file each under ``config/parameters/``. Nothing falls back to an earlier or later value: a month is covered by a
value, covered by ``value: null`` (the document says there is none), or outside.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from orchestration.contracts.yaml_file import Model, load_each, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.months import LAST_MONTH, Month
from orchestration.foundation.paths import CONFIG

Population = Literal["poverty_alleviated", "marginal_2019", "monitored", "monitored_active", "in_scope"]


class DatedValue(Model):
    """A value and the monitoring months in which it is in force, both included; ``to: open`` says that no end is known.

    ``value`` is a number or a text; a list has ``entries`` instead, a table a list of entries for each item. The order is kept.
    """

    from_month: Month = Field(alias="from")
    to_month: Month | Literal["open"] = Field(alias="to")
    value: Decimal | str | None = None
    entries: tuple[str, ...] | dict[str, tuple[str, ...]] = ()
    document: str
    article: str

    @property
    def last_month(self) -> Month:
        """The last month in force, ``LAST_MONTH`` where it is open."""
        return LAST_MONTH if self.to_month == "open" else Month(self.to_month)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The item and the text of each entry, in order; an entry of a list is its own item."""
        if isinstance(self.entries, dict):
            return tuple((item, entry) for item, entries in self.entries.items() for entry in entries)
        return tuple((entry, entry) for entry in self.entries)

    @property
    def kind(self) -> Literal["nothing", "value", "list", "table"]:
        """What stands there; nothing where the document says that there is none."""
        if self.entries:
            return "table" if isinstance(self.entries, dict) else "list"
        return "nothing" if self.value is None else "value"

    @property
    def text(self) -> str:
        """The value, or the entries, as people read it."""
        if isinstance(self.entries, dict):
            return "；".join(f"{item}：{'、'.join(entries)}" for item, entries in self.entries.items())
        return "、".join(self.entries) if self.entries else str(self.value)

    @model_validator(mode="after")
    def _check(self) -> DatedValue:
        if ("value" in self.model_fields_set) == ("entries" in self.model_fields_set):
            raise ValueError("write one of value (null: there is none) and entries")
        return self


class PolicyParameter(Model):
    """One policy number.

    Attributes:
        parameter: ``<group>.<name>``, the path of its file.
        unit: what one is, e.g. ``yuan_per_person_year``; ``text``; ``list``; ``table``.
        comparator: how a fact is compared with it, for a line.
        population: whom a line is for.
        outside: ``error`` (a month without a value stops the run) or ``not_in_force`` (what rests on it is not applicable).
        values: by month, without overlap or gap.
    """

    parameter: str = Field(pattern=r"^[a-z_0-9]+\.[a-z_0-9]+$")
    description: str
    unit: str
    comparator: Literal["<", "<="] | None = None
    population: tuple[Population, ...] = ()
    outside: Literal["error", "not_in_force"] = "error"
    values: tuple[DatedValue, ...] = Field(min_length=1)

    @property
    def is_line(self) -> bool:
        """Whether it is an income line of rules.md §5: compared with a population, in force only where it says so."""
        return self.comparator is not None

    @property
    def has_entries(self) -> bool:
        """Whether it is a list or a table: rows of ``int_parameter_entries``, no column of ``int_parameters``."""
        return self.unit in ("list", "table")

    @property
    def column(self) -> str:
        """Its column in ``int_parameters``."""
        return self.parameter.replace(".", "_")

    def in_force(self, month: str) -> DatedValue | None:
        """Return the value in force in a month (``YYYY-MM``), or None where there is none."""
        found = next((value for value in self.values if value.from_month <= month <= value.last_month), None)
        return found if found and (found.value is not None or found.entries) else None

    @model_validator(mode="after")
    def _check(self) -> PolicyParameter:
        problems = [
            f"{value.from_month}: ends before it begins" for value in self.values if value.last_month < value.from_month
        ]
        for earlier, later in zip(self.values, self.values[1:], strict=False):
            expected = earlier.last_month if earlier.to_month == "open" else earlier.last_month.next
            if later.from_month < expected:
                problems.append(f"{later.from_month} overlaps the value from {earlier.from_month} to {earlier.to_month}")
            elif later.from_month > expected:
                problems.append(
                    f"no value from {expected} until {later.from_month}; write one, or value: null with its document"
                )
        problems += [
            f"{value.from_month}: a {value.kind} is not what unit {self.unit} says"
            for value in self.values
            if value.kind not in (self.unit if self.has_entries else "value", "nothing")
        ]
        if bool(self.comparator) != bool(self.population):
            problems.append("a line has a comparator and a population; any other number has neither")
        if problems:
            raise ValueError("; ".join(problems))
        return self


@cache
def load_parameters(folder: Path = CONFIG / "parameters") -> dict[str, PolicyParameter]:
    """Return the parameters by name; report every slip of every file at once."""
    parameters, problems = {}, []
    for path, parameter in load_each(PolicyParameter, folder):
        expected = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
        if parameter.parameter != expected:
            problems.append(f"{shown(path)}: parameter is {parameter.parameter}, the file says {expected}")
        parameters[parameter.parameter] = parameter
    if problems:
        raise ConfigError("\n".join(problems))
    return parameters


def calendar_day(name: str, month: str) -> int:
    """Return the day, or number of days, that a parameter of ``calendar`` sets in a month; 0 where it sets none."""
    value = load_parameters()[f"calendar.{name}"].in_force(month)
    return int(value.value or 0) if value else 0


def calendar_days(name: str, since: str) -> list[int]:
    """Return every day that a parameter of ``calendar`` sets in some month from ``since`` on, in order."""
    values = load_parameters()[f"calendar.{name}"].values
    return sorted({int(value.value) for value in values if value.value is not None and value.last_month >= since})
