"""The one partition definition: monitoring months."""

import dagster as dg

from orchestration.contracts import load_county


def monitoring_months() -> dg.MonthlyPartitionsDefinition:
    """Return the months that can be run; month M is there from its first day, when the departments begin to send."""
    county = load_county()
    return dg.MonthlyPartitionsDefinition(
        start_date=county.first_delivery, fmt="%Y-%m", timezone=county.time_zone, end_offset=1
    )
