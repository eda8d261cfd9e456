"""What a restatement of a month may know: which knowledge month is meant, and whether everything up to it has been landed.

What belongs here: choosing and judging the knowledge month. What does not: computing (dbt), differences (``publications``),
Dagster.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.deliveries.rosters import missing_rosters
from orchestration.deliveries.settled import settled_deliveries, unsettled_until
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.paths import Installation
from orchestration.landing import delivery_months

# What stands in the configuration of a run for the newest month with both rosters.
NEWEST = "最新"


class RestatementError(Exception):
    """A month cannot be restated so. The message is Chinese: what is wrong, what to do."""


def newest_delivery(installation: Installation, months: Sequence[Month]) -> Month | None:
    """Return the last of the months that can be run of which there is a delivery; None when there is none."""
    return max(set(delivery_months(installation.raw)) & set(months), default=None)


def knowledge_of(installation: Installation, month: Month, asked: str) -> Month:
    """Return the knowledge month of a computation.

    Args:
        installation: whose deliveries are known.
        month: that is computed, ``YYYY-MM``.
        asked: a month; ``NEWEST``; or nothing, which means as known then.

    Raises:
        RestatementError: no month, one before ``month``, one without a delivery, or one up to which something is not landed.
    """
    if asked in ("", month):
        return month
    if asked != NEWEST and not is_month(asked):
        raise RestatementError(f"知晓月份应写成 2023-09 的样子，收到的是 {asked!r}")
    knowledge = _newest_with_rosters(installation, month) if asked == NEWEST else Month(asked)
    if knowledge < month:
        raise RestatementError(f"{month} 至少要知道当月的报送，知晓月份不能是 {knowledge}")
    settled = settled_deliveries(installation)
    if knowledge not in {*settled, *delivery_months(installation.raw)}:
        raise RestatementError(
            f"没有 {knowledge} 的报送；最近的报送是 {max(settled, default='（没有）')}，知晓月份不能晚于它，"
            "否则同样的重算以后会得到别的结果"
        )
    # the month's own delivery is landed by the run itself
    if unsettled := [delivery for delivery in unsettled_until(installation, knowledge) if delivery != month]:
        raise RestatementError(
            f"报送 {'、'.join(unsettled)} 还没有读入或有更新，本次计算要用到；"
            "请先对它们运行作业 landing，或改用命令 fangfanpin restate"
        )
    return knowledge


def _newest_with_rosters(installation: Installation, month: Month) -> Month:
    later = [delivery for delivery in settled_deliveries(installation) if delivery >= month]
    missing = missing_rosters(installation, later)
    return max((delivery for delivery in later if delivery not in missing), default=month)
