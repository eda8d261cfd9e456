"""Definitions for real daemons in a test: schedules tick each minute in one month, the sensor looks every other second."""

import os

import dagster as dg

from orchestration.defs.definitions import build_definitions
from orchestration.defs.jobs import Calendar, landing_job, monthly_job, monthly_schedule, quarter_job, quarter_schedules
from orchestration.defs.sensors import arriving_files_sensor, reminders_sensor
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

MONTH_VARIABLE = "FANGFANPIN_TEST_MONTH"


@dg.definitions
def defs() -> dg.Definitions:
    calendar = Calendar("* * * * *", Month(os.environ[MONTH_VARIABLE]))
    return build_definitions(
        Installation.from_environment(),
        schedules=[monthly_schedule(monthly_job(), calendar), *quarter_schedules(quarter_job(), calendar)],
        sensors=[
            arriving_files_sensor(landing_job(), 2, dg.DefaultSensorStatus.STOPPED),
            reminders_sensor(dg.DefaultSensorStatus.STOPPED),
        ],
    )
