"""Public holidays and make-up working days, a dated list with its notices."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import Field, RootModel, model_validator

from orchestration.contracts.yaml_file import Model, own_place, parse, raise_all, read_own, read_yaml, shown
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FILE = "holidays.yml"
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
            raise ValueError(f"{self.name}：to 早于 from")
        weekdays = [f"{day}" for day in self.work if day.weekday() < _SATURDAY]
        if weekdays:
            raise ValueError(f"{self.name}：调休上班日应是周六或周日，{'、'.join(weekdays)} 不是")
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
            raise ValueError(f"不属于 {self.year} 年的通知：{'、'.join(strange)}")
        return self


class _Notices(RootModel[tuple[HolidayYear, ...]]):
    """Notices of several years."""


@kept_by_overlay
def load_holidays(path: Path = CONFIG / FILE) -> tuple[HolidayYear, ...]:
    """Return the notices by year; what an overlay says of a year is all that holds of it.

    Raises:
        ConfigError: a day is written twice or a year comes twice.
    """
    years = _notices(read_yaml(path), path)
    place = own_place(FILE)
    if place and (content := read_own(FILE)) is not None:
        own = _notices(content, place)
        written = {year.year for year in own}
        years = tuple(sorted((*(year for year in years if year.year not in written), *own), key=lambda year: year.year))
    _refuse_twice([f"{day}" for year in years for one in year.holidays for day in (*one.days_off, *one.work)], place or path)
    return years


def _notices(content: object, path: Path) -> tuple[HolidayYear, ...]:
    years = parse(_Notices, content, path).root
    _refuse_twice([f"{year.year}" for year in years], path)
    return years


def _refuse_twice(texts: list[str], path: Path) -> None:
    twice = sorted({text for text in texts if texts.count(text) > 1})
    raise_all([f"{shown(path)}: 写了两次：{'、'.join(twice)}"] if twice else [])
