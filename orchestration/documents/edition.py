"""Which publication something belongs to, in the words that officers use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orchestration.foundation.months import Month


def in_words(day: dt.date) -> str:
    """Return the month of a day as officers write it: 2023年7月."""
    return f"{day.year}年{day.month}月"


@dataclass(frozen=True)
class Edition:
    """A version of a month; months are ``YYYY-MM``."""

    month: Month
    knowledge_month: Month
    version: int

    @property
    def month_words(self) -> str:
        """The month in words."""
        return in_words(self.month.first_day)

    @property
    def data_words(self) -> str:
        """Up to when the data go, on which deliveries they rest, and the version."""
        cut_off = self.month.previous.last_day
        known = in_words(self.knowledge_month.first_day)
        how = f"按{known}报送" if self.knowledge_month == self.month else f"按截至{known}的报送重算"
        return f"数据截至 {in_words(cut_off)}{cut_off.day}日（{how}）　第{self.version}版"
