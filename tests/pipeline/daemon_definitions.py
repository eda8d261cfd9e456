"""Definitions for real daemons in a test: the month's schedule ticks every minute, the sensor looks every other second."""

import dagster as dg

from orchestration.definitions import build_definitions
from orchestration.jobs import landing_job, monthly_job, monthly_schedule
from orchestration.paths import Installation
from orchestration.sensors import arriving_files_sensor


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions(
        Installation.from_environment(),
        schedules=[monthly_schedule(monthly_job(), "* * * * *")],
        sensors=[arriving_files_sensor(landing_job(), 2, dg.DefaultSensorStatus.STOPPED)],
    )
