"""Levels: how large the amounts of a column usually are, and whether they are likely to be in yuan.

What belongs here: medians, and comparing them with those of the delivery before, of the other files, and with bounds.
What does not: notes of a unit (``scales``), the judgement of single amounts (rules I02 to I07).
Zeros are left out: in most columns most households have none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts import ExtractContract, load_parameters
from orchestration.foundation.months import Month
from orchestration.landing.grid import FileRefusedError, column_letter
from orchestration.landing.header import Header
from orchestration.landing.problems import Problem, of_file
from orchestration.landing.scales import Said, Scales

_FACTORS = (100, 1000, 10000)
PARAMETERS = tuple(f"intake.amount_{name}" for name in ("scale_fewest", "scale_tolerance", "median_least", "median_most"))
_MEND = "请核对金额的单位是否为元；不是的请换算成元后重新报送。"
# One amount so much above the bound and above its column's median was written in yuan among others that were not.
_ABOVE_BOUND, _ABOVE_MEDIAN = 10, 500


@dataclass(frozen=True)
class Level:
    """How large the amounts of one column are.

    Attributes:
        median: of the amounts other than zero, without their signs.
        count: how many of them there are.
        largest: of them.
    """

    median: float
    count: int
    largest: float


Levels = Mapping[str, Level]


@dataclass(frozen=True)
class Limits:
    """The parameters of a month; see ``config/parameters/intake``."""

    fewest: float
    tolerance: float
    least: float
    most: float

    @classmethod
    def of(cls, month: Month) -> Limits:
        """Return what is in force in a month; where not everything is, limits that nothing exceeds."""
        found = [load_parameters()[name].in_force(month) for name in PARAMETERS]
        values = [float(one.value) for one in found if one and one.value is not None]
        return cls(*values) if len(values) == len(PARAMETERS) else cls(math.inf, 1, 0, math.inf)

    def compared(self, levels: Levels) -> Levels:
        """Return the levels that rest on enough amounts to be compared."""
        return {name: level for name, level in levels.items() if level.count >= self.fewest}


def levels_of(contract: ExtractContract, rows: pa.Table) -> dict[str, Level]:
    """Return the level of each column of amounts that has any."""
    return {
        column.name: level for column in contract.columns if column.type == "money" and (level := _level(rows[column.name]))
    }


def _level(texts: pa.ChunkedArray) -> Level | None:
    amounts = pc.abs(pc.cast(pc.drop_null(texts), pa.float64()))
    amounts = pc.filter(amounts, pc.greater(amounts, 0))
    if not len(amounts):
        return None
    return Level(pc.quantile(amounts, 0.5)[0].as_py(), len(amounts), pc.max(amounts).as_py())


def refuse_unlikely(scales: Scales, levels: Levels, header: Header, limits: Limits) -> None:
    """Refuse a file whose amounts speak against the unit that a note names."""
    for name, said in scales.items():
        level, factor = levels.get(name), said.unit.factor or 1
        if level and (_is_too_large(level, limits) if factor > 1 else level.median < limits.least):
            place = f"{column_letter(header.positions[name])} 列“{header.texts[name]}”"
            size = "过大" if factor > 1 else "过小"
            raise FileRefusedError(
                f"{said.place}注明金额单位是{said.unit.name}，但 {place}按此换算成元后{size}，像是本来就以元填写；"
                "请核对后统一换算成元、改正说明和列名，重新报送。"
            )


def _is_too_large(level: Level, limits: Limits) -> bool:
    is_stray = level.largest > max(_ABOVE_BOUND * limits.most, _ABOVE_MEDIAN * level.median)
    return level.median > limits.most or is_stray


def refuse_unclear(said: Sequence[Said], scales: Scales, levels: Levels, limits: Limits) -> None:
    """Refuse a file that mentions a unit nobody can be sure of, when its amounts are too small for yuan."""
    vague = next((one for one in said if one.note.kind == "vague"), None)
    if vague and not scales and _are_too_small(limits.compared(levels), limits):
        raise FileRefusedError(
            f"{vague.place}出现“{vague.unit.name}”，各列金额也都很小，像是不以元填写；请统一换算成元、改正说明后重新报送。"
        )


def _are_too_small(levels: Levels, limits: Limits) -> bool:
    return bool(levels) and all(level.median < limits.least for level in levels.values())


class LevelRemarks:
    """Remarks on the levels of one file."""

    def __init__(self, levels: Levels, header: Header, limits: Limits) -> None:
        self._header = header
        self._limits = limits
        self._levels = limits.compared(levels)

    def unlikely(self) -> Iterator[Problem]:
        """Tell of amounts that are too small or too large for yuan."""
        if _are_too_small(self._levels, self._limits):
            found = f"各列金额都很小（中位数不到 {self._limits.least:g} 元），已照常读入。"
            yield of_file("amounts_of_other_scale", f"{found}{_MEND}")
        for name, level in self._levels.items():
            if level.median > self._limits.most:
                yield self._problem(name, f"一半以上超过 {self._limits.most:,.0f} 元")

    def beside(self, others: Levels, whose: str) -> Iterator[Problem]:
        """Tell of columns that differ from others by a factor that units differ by; ``whose`` says where those are."""
        for name, level in self._levels.items():
            other = others.get(name)
            if other and other.count >= self._limits.fewest and (factor := self._factor(level.median / other.median)):
                times = f"约为 {factor:,} 倍" if level.median > other.median else f"约为 {factor:,} 分之一"
                yield self._problem(name, f"与{whose}相比，中位数{times}")

    def _factor(self, ratio: float) -> int | None:
        larger = max(ratio, 1 / ratio)
        tolerance = self._limits.tolerance
        return next((factor for factor in _FACTORS if 1 / tolerance <= larger / factor <= tolerance), None)

    def _problem(self, name: str, found: str) -> Problem:
        letter, title = column_letter(self._header.positions[name]), self._header.texts[name]
        message = f"{letter} 列“{title}”的金额{found}，已照常读入。{_MEND}"
        return Problem(0, name, letter, title, "warned", "amounts_of_other_scale", message)


def of_others(levels: Sequence[Levels], own: int) -> dict[str, Level]:
    """Return the levels of all files but one, each column's as that of a file in the middle."""
    found: dict[str, list[Level]] = {}
    for position, of_file_ in enumerate(levels):
        for name, level in of_file_.items() if position != own else ():
            found.setdefault(name, []).append(level)
    return {
        name: Level(median(level.median for level in some), sum(level.count for level in some), 0.0)
        for name, some in found.items()
    }
