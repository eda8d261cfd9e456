"""The one partition definition: monitoring months."""

import dagster as dg

from orchestration.contracts import load_county
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import delivery_months, landed_months


def monitoring_months(first: Month | None = None) -> dg.MonthlyPartitionsDefinition:
    """Return the months that can be run; month M is there from its first day, when the departments begin to send.

    Args:
        first: the month to begin with, by default the county's first delivery.
    """
    county = load_county()
    return dg.MonthlyPartitionsDefinition(
        start_date=first or county.first_delivery, fmt="%Y-%m", timezone=county.time_zone, end_offset=1
    )


def first_month(installation: Installation, asked: Month | None = None) -> Month | None:
    """Return the first month of which the installation has anything, of those that can be run; None where it has nothing.

    That is the first delivery on disk, or an earlier one that was landed or published before it was taken away, so that no
    month of the run history is lost from the page.

    Args:
        installation: whose folders are looked at.
        asked: a month that is about to be run.
    """
    published = {path.parent.name for path in installation.marts.glob("*/v*") if path.is_dir()}
    known = {*delivery_months(installation.raw), *landed_months(installation), *published, *([asked] if asked else [])}
    return next((month for month in runnable_months() if month in known), None)


def runnable_months() -> list[Month]:
    """Return the months that can be run now, in order; none where the machine's clock is before the first delivery."""
    return [Month(key) for key in monitoring_months().get_partition_keys()]


def months_of(context: dg.AssetExecutionContext) -> list[Month]:
    """Return the months that a step is asked to work on, in order."""
    return [Month(key) for key in context.partition_keys]
