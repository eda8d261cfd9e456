"""Units of money: every name under which one comes, and how many yuan it is.

What belongs here: names and factors. What does not: where a unit is found (``unit_notes``), what it is applied to (``scales``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_MULTIPLES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "k": 1000,
    "万": 10**4,
    "w": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
}
_YUAN = ("元", "块钱", "块", "人民币", "rmb", "cny", "yuan")
_PARTS = {"角": Decimal("0.1"), "分": Decimal("0.01")}
# What one of them is in yuan changes by the day; an amount in them is never converted.
_FOREIGN = (
    "美元",
    "美金",
    "港元",
    "港币",
    "澳门元",
    "澳门币",
    "台币",
    "欧元",
    "日元",
    "英镑",
    "韩元",
    "外币",
    "usd",
    "hkd",
    "eur",
    "$",
)
# One character for another, so that a place in the text stays the place.
_ALIKE = str.maketrans("萬億圓圆單幣貨額計數據為拾佰仟壹錢塊臺", "万亿元元单币货额计数据为十百千一钱块台")


@dataclass(frozen=True)
class Unit:
    """A unit of money.

    Attributes:
        name: as it is told to people.
        factor: how many yuan it is; None where that cannot be said.
    """

    name: str
    factor: Decimal | None

    @property
    def is_yuan(self) -> bool:
        """Whether amounts in it stay as they are written."""
        return self.factor == 1


YUAN = Unit("元", Decimal(1))


def alike(text: str) -> str:
    """Return folded text with one character for each that is written in several ways, in lower case."""
    return text.translate(_ALIKE).lower()


def _named() -> dict[str, Unit]:
    units = {
        f"{multiple}{yuan}": Unit(f"{multiple.replace('w', '万').replace('k', '千')}元", Decimal(factor))
        for multiple, factor in _MULTIPLES.items()
        for yuan in _YUAN
    }
    units |= {f"{name}元": unit for name, unit in units.items() if name.endswith(("人民币", "rmb", "cny"))}
    units |= {f"{name}{yuan}": unit for name, unit in units.items() for yuan in ("人民币", "rmb", "cny") if name.endswith("元")}
    units |= {f"{yuan}{name}": unit for name, unit in units.items() for yuan in ("人民币", "rmb", "cny") if yuan not in name}
    units |= {name: Unit(name, factor) for name, factor in _PARTS.items()}
    units |= {f"{multiple}{name}": Unit(name, None) for name in _FOREIGN for multiple in _MULTIPLES}
    return units


UNITS = _named()
# In an amount 1.2万 says what it is; as the name of a column's unit it only does beside a name for money.
SHORT = {multiple: Unit(f"{multiple}元", Decimal(factor)) for multiple, factor in _MULTIPLES.items() if multiple > "z"}

CURRENCY = "人民币|rmb|cny"
NAMES = "|".join(map(re.escape, sorted(UNITS, key=len, reverse=True)))
_COUNTED = re.compile(rf"(?P<count>10*|一)(?P<name>{NAMES})")


def unit_named(name: str) -> Unit | None:
    """Return the unit of a name, which may begin with a count (10000元); None where it is none."""
    found = alike(name)
    if unit := UNITS.get(found):
        return unit
    counted = _COUNTED.fullmatch(found)
    if not counted:
        return None
    unit, count = UNITS[counted["name"]], counted["count"].replace("一", "1")
    return Unit(f"{count}{unit.name}" if count != "1" else unit.name, unit.factor and unit.factor * int(count))
