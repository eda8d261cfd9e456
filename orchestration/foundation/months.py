"""Months: the one type of what keys deliveries, partitions and publications.

What belongs here: a month as text, its days, the months around it. What does not: how people write months (``landing``).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class MonthError(ValueError):
    """A text is no month. The message is Chinese: what was received, how a month is written."""


def is_month(text: str) -> bool:
    """Return whether a text is a month written ``YYYY-MM``."""
    return _MONTH.fullmatch(text) is not None


class Month(str):
    """A calendar month written ``YYYY-MM``: text in names of folders, in JSON and in SQL, in the order of time.

    Args:
        text: refused unless it is a month, as months become names of folders.

    Raises:
        MonthError: it is not.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Month:  # noqa: D102  the class says it
        if not is_month(text):
            raise MonthError(f"月份应写成 2023-07 的样子，收到的是 {text!r}")
        return super().__new__(cls, text)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: Any) -> CoreSchema:
        """Let a file of ``config/`` hold a month."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Return the month in which a day lies."""
        return cls(f"{day:%Y-%m}")

    @property
    def first_day(self) -> dt.date:
        """The day by which the month stands in tables."""
        return dt.date.fromisoformat(f"{self}-01")

    @property
    def last_day(self) -> dt.date:
        """The last day of the month."""
        return self.next.first_day - dt.timedelta(days=1)

    @property
    def next(self) -> Month:
        """The month after."""
        return Month.of(self.first_day + dt.timedelta(days=31))

    @property
    def previous(self) -> Month:
        """The month before; its last day is the cut-off of this one (rules.md §1)."""
        return Month.of(self.first_day - dt.timedelta(days=1))

    def back(self, count: int) -> Month:
        """Return the month so many months before."""
        months = self.first_day.year * 12 + self.first_day.month - 1 - count
        return Month(f"{months // 12:04d}-{months % 12 + 1:02d}")

    @property
    def closes_quarter(self) -> bool:
        """Whether the month is the last of a quarter."""
        return self.first_day.month % 3 == 0

    @property
    def quarter(self) -> str:
        """The quarter in which the month lies, ``2023Q3``: as the folder of its lists is called."""
        return f"{self.first_day.year}Q{(self.first_day.month + 2) // 3}"


# stands for "no end is known"
LAST_MONTH = Month("9999-12")
