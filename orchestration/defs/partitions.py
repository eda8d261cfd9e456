"""The one partition definition: monitoring months."""

import dagster as dg

from orchestration.contracts import load_county
from orchestration.foundation.months import Month


def monitoring_months() -> dg.MonthlyPartitionsDefinition:
    """Return the months that can be run; month M is there from its first day, when the departments begin to send."""
    county = load_county()
    return dg.MonthlyPartitionsDefinition(
        start_date=county.first_delivery, fmt="%Y-%m", timezone=county.time_zone, end_offset=1
    )


def runnable_months() -> list[Month]:
    """Return the months that can be run now, in order; none where the machine's clock is before the first delivery."""
    return [Month(key) for key in monitoring_months().get_partition_keys()]


def months_of(context: dg.AssetExecutionContext) -> list[Month]:
    """Return the months that a step is asked to work on, in order."""
    return [Month(key) for key in context.partition_keys]
