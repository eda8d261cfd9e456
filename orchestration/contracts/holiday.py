"""Public holidays and make-up working days, a dated list with its notices."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from orchestration.contracts.yaml_file import Model, parse, read_yaml, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import CONFIG

_SATURDAY = 5


class Holiday(Model):
    """One holiday of a notice: its days off, both ends included, and the weekend days that are worked instead."""

    name: str
    from_day: dt.date = Field(alias="from")
    to_day: dt.date = Field(alias="to")
    work: tuple[dt.date, ...] = ()

    @property
    def days_off(self) -> tuple[dt.date, ...]:
        """Every day off, in order."""
        return tuple(self.from_day + dt.timedelta(days=number) for number in range((self.to_day - self.from_day).days + 1))

    @model_validator(mode="after")
    def _check(self) -> Holiday:
        if self.to_day < self.from_day:
            raise ValueError(f"{self.name}: ends before it begins")
        weekdays = [f"{day}" for day in self.work if day.weekday() < _SATURDAY]
        if weekdays:
            raise ValueError(f"{self.name}: a make-up working day is a Saturday or Sunday, {', '.join(weekdays)} is not")
        return self


class HolidayYear(Model):
    """The holidays of one year's notice. The first may begin on the last days of the year before."""

    year: int
    document: str
    holidays: tuple[Holiday, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> HolidayYear:
        first, last = dt.date(self.year - 1, 12, 1), dt.date(self.year, 12, 31)
        days = [day for holiday in self.holidays for day in (*holiday.days_off, *holiday.work)]
        strange = [f"{day}" for day in days if not first <= day <= last]
        if strange:
            raise ValueError(f"not of the notice for {self.year}: {', '.join(strange)}")
        return self


@cache
def load_holidays(path: Path = CONFIG / "holidays.yml") -> tuple[HolidayYear, ...]:
    """Return the notices by year; raise ``ConfigError`` where a day is written twice or a year comes twice."""
    years = tuple(parse(HolidayYear, content, path) for content in read_yaml(path))
    days = [f"{day}" for year in years for holiday in year.holidays for day in (*holiday.days_off, *holiday.work)]
    numbers = [f"{year.year}" for year in years]
    twice = sorted({text for texts in (days, numbers) for text in texts if texts.count(text) > 1})
    if twice:
        raise ConfigError(f"{shown(path)}: written twice: {', '.join(twice)}")
    return years
