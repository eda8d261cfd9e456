"""The month's run starts on the day that is in force in its month, not on the last one that somebody wrote down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from orchestration.contracts import load_county, parameter
from orchestration.contracts.parameter import DatedValue, PolicyParameter, calendar_day, calendar_days
from orchestration.defs.jobs import monthly_job, monthly_schedule
from orchestration.foundation.months import Month

NEXT_YEAR = dt.date.today().year + 1


def value(day: int, first: str, last: str) -> DatedValue:
    return DatedValue.model_validate({"from": first, "to": last, "value": Decimal(day), "document": "x", "article": "y"})


@pytest.fixture
def changed_next_year(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    values = (value(21, "2020-01", Month(f"{NEXT_YEAR - 1}-12")), value(25, Month(f"{NEXT_YEAR}-01"), "open"))
    run_day = PolicyParameter(parameter="calendar.run_day", description="x", unit="day_of_month", values=values)
    loaded = parameter.load_parameters() | {"calendar.run_day": run_day}
    monkeypatch.setattr(parameter, "load_parameters", lambda: loaded)
    yield


def test_a_later_day_moves_nothing_before_its_month(changed_next_year: None) -> None:
    assert calendar_day("run_day", Month(f"{NEXT_YEAR - 1}-12")) == 21
    assert calendar_day("run_day", Month(f"{NEXT_YEAR}-01")) == 25
    assert calendar_days("run_day", Month(f"{NEXT_YEAR - 1}-12")) == [21, 25]
    assert calendar_days("run_day", Month(f"{NEXT_YEAR}-01")) == [25]


@pytest.mark.parametrize(
    ("month", "day", "runs"),
    [
        (Month(f"{NEXT_YEAR - 1}-12"), 21, True),
        (Month(f"{NEXT_YEAR - 1}-12"), 25, False),
        (Month(f"{NEXT_YEAR}-01"), 21, False),
        (Month(f"{NEXT_YEAR}-01"), 25, True),
    ],
)
def test_the_schedule_runs_on_the_day_in_force(changed_next_year: None, month: str, day: int, runs: bool) -> None:
    schedule = monthly_schedule(monthly_job())
    assert str(schedule.cron_schedule).split()[2] == "21,25"
    county = load_county()
    tick = dt.datetime.fromisoformat(f"{month}-{day:02d}").replace(hour=county.run_hour, tzinfo=ZoneInfo(county.time_zone))
    answer = schedule(dg.build_schedule_context(scheduled_execution_time=tick))
    assert isinstance(answer, dg.RunRequest) is runs
    assert answer.partition_key == month if runs else "21" in str(answer.skip_message) or "25" in str(answer.skip_message)
