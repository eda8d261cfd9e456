"""Policy parameters: numbers and lists that policy can change, each with its months, document and article.

One file each under ``config/parameters/``. Nothing falls back to an earlier or later value: a month is covered by a
value, covered by ``value: null`` (the document says there is none), or outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

from pydantic import Field, model_validator

from orchestration.contracts.yaml_file import Model, load_each, own_place, parse, raise_all, read_own, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.months import LAST_MONTH, Month
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FOLDER = "parameters"
# As wide as SQL holds them.
LARGEST, DECIMALS = Decimal(10) ** 14, 4

Population = Literal["poverty_alleviated", "marginal_2019", "monitored", "monitored_active", "in_scope"]


_KINDS = {"value": "一个 value", "list": "一列 entries", "table": "按项目分的 entries"}


class DatedValue(Model):
    """A value and the monitoring months in which it is in force, both included; ``to: open`` says that no end is known.

    ``value`` is a number or a text; a list has ``entries`` instead, a table a list of entries for each item. The order is kept.
    """

    from_month: Month = Field(alias="from")
    to_month: Month | Literal["open"] = Field(alias="to")
    value: Decimal | str | None = None
    entries: tuple[str, ...] | dict[str, tuple[str, ...]] = ()
    document: str = Field(min_length=1)
    article: str = Field(min_length=1)

    @property
    def last_month(self) -> Month:
        """The last month in force; ``LAST_MONTH`` where no end is known."""
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
        """The value, or the entries, as people read it: ``甲：一、二；乙：三``."""
        if isinstance(self.entries, dict):
            return "；".join(f"{item}：{'、'.join(entries)}" for item, entries in self.entries.items())
        return "、".join(self.entries) if self.entries else str(self.value)

    @model_validator(mode="after")
    def _check(self) -> DatedValue:
        if self.last_month < self.from_month:
            raise ValueError(f"to 早于 from（{self.from_month}）")
        if ("value" in self.model_fields_set) == ("entries" in self.model_fields_set):
            raise ValueError("value（没有标准的写 null）和 entries 要写其中一个")
        return self

    def without(self, months: DatedValue) -> Iterator[DatedValue]:
        """Return what is left of it, in time order, where another value takes its place in that one's months."""
        if months.from_month > self.last_month or months.last_month < self.from_month:
            yield self
            return
        if self.from_month < months.from_month:
            yield self.model_copy(update={"to_month": months.from_month.previous})
        if months.last_month < self.last_month:
            yield self.model_copy(update={"from_month": months.last_month.next})


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
    def kind(self) -> Literal["value", "list", "table"]:
        """Whether its values are single ones, lists of entries, or tables of entries by item."""
        return cast("Literal['list', 'table']", self.unit) if self.has_entries else "value"

    @property
    def has_entries(self) -> bool:
        """Whether it is a list or a table: rows of ``int_parameter_entries``, no column of ``int_parameters``."""
        return self.unit in ("list", "table")

    @property
    def column(self) -> str:
        """Its column in ``int_parameters``: ``burden_heavy_ratio`` for ``burden.heavy_ratio``."""
        return self.parameter.replace(".", "_")

    def in_force(self, month: Month) -> DatedValue | None:
        """Return the value in force in a month (``YYYY-MM``), or None where there is none."""
        found = next((value for value in self.values if value.from_month <= month <= value.last_month), None)
        return found if found and (found.value is not None or found.entries) else None

    def _slip(self, value: Decimal | str | None) -> str | None:
        if value is None or isinstance(value, str):
            return "应是数字，不加引号和单位" if isinstance(value, str) and self.unit != "text" else None
        if self.unit == "text":
            return "应是文字"
        fits = 0 <= value < LARGEST and value == round(value, DECIMALS)
        return None if fits else f"应是不小于 0、至多 {DECIMALS} 位小数的数字"

    @model_validator(mode="after")
    def _check(self) -> PolicyParameter:
        problems = [f"{value.from_month} 起的取值{slip}" for value in self.values if (slip := self._slip(value.value))]
        for earlier, later in zip(self.values, self.values[1:], strict=False):
            expected = earlier.last_month if earlier.last_month == LAST_MONTH else earlier.last_month.next
            if later.from_month < expected:
                problems.append(f"{later.from_month} 起的取值与 {earlier.from_month} 至 {earlier.to_month} 的重叠")
            elif later.from_month > expected:
                problems.append(
                    f"{expected} 至 {later.from_month.previous} 没有取值；请补上，没有标准的写 value: null 和依据的文件"
                )
        problems += [
            f"{value.from_month} 起的取值应是{_KINDS[self.kind]}"
            for value in self.values
            if value.kind not in (self.kind, "nothing")
        ]
        if bool(self.comparator) != bool(self.population):
            problems.append("收入标准有 comparator 和 population，其他数都没有")
        if problems:
            raise ValueError("；".join(problems))
        return self


class ParameterChanges(Model):
    """An overlay's file of a parameter: values of its own.

    Attributes:
        parameter: and the other attributes: as in ``config/``, for those who begin with a copy; they cannot be changed.
        replace_all: nothing that ``config/`` says is in force, in whatever month.
        values: each in force in its months, whatever ``config/`` says of them.
    """

    parameter: str | None = None
    description: str | None = None
    unit: str | None = None
    comparator: str | None = None
    population: tuple[str, ...] | None = None
    outside: str | None = None
    replace_all: bool = False
    values: tuple[DatedValue, ...] = Field(min_length=1)


@kept_by_overlay
def load_parameters(folder: Path = CONFIG / FOLDER) -> dict[str, PolicyParameter]:
    """Return the parameters by name; report every slip of every file at once."""
    parameters, problems = {}, []
    for path, parameter in load_each(PolicyParameter, folder):
        expected = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
        if parameter.parameter != expected:
            problems.append(f"{shown(path)}: parameter 是 {parameter.parameter}，按文件名应是 {expected}")
        try:
            parameters[parameter.parameter] = _with_own_values(parameter)
        except ConfigError as error:
            problems.append(str(error))
    raise_all(problems)
    return parameters


def _with_own_values(parameter: PolicyParameter) -> PolicyParameter:
    name = f"{FOLDER}/{parameter.parameter.replace('.', '/')}.yml"
    place = own_place(name)
    if place is None or (content := read_own(name)) is None:
        return parameter
    changes = parse(ParameterChanges, content, place)
    said = changes.model_dump(exclude={"values", "replace_all"}, exclude_unset=True)
    raise_all(
        f"{shown(place)}: {key} 不能改（程序按“{getattr(parameter, key)}”计算），请删去这一行；只能写 values"
        for key, value in said.items()
        if value != getattr(parameter, key)
    )
    kept = () if changes.replace_all else parameter.values
    for own in changes.values:
        kept = tuple(left for value in kept for left in value.without(own))
    values = sorted((*kept, *changes.values), key=lambda value: value.from_month)
    written = {"values": [value.model_dump(by_alias=True, exclude_unset=True) for value in values]}
    return parse(PolicyParameter, {**parameter.model_dump(), **written}, place)


def calendar_day(name: str, month: Month) -> int:
    """Return the day, or number of days, that a parameter of ``calendar`` sets in a month; 0 where it sets none."""
    value = load_parameters()[f"calendar.{name}"].in_force(month)
    return int(value.value or 0) if value else 0


def calendar_days(name: str, since: str) -> list[int]:
    """Return every day that a parameter of ``calendar`` sets in some month from ``since`` on, in order."""
    values = load_parameters()[f"calendar.{name}"].values
    return sorted({int(value.value) for value in values if value.value is not None and value.last_month >= since})
