"""What a run did, for whoever started it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from orchestration.foundation.months import Month
from orchestration.publications.publication import Publication


@dataclass(frozen=True)
class MonthOutcome:
    """Which version says what was computed of a month, and whether this run wrote it."""

    version: int
    is_new: bool


@dataclass(frozen=True)
class RunOutcome:
    """What became of each month that a run computed."""

    months: Mapping[Month, MonthOutcome]

    @classmethod
    def of(cls, publications: Iterable[Publication]) -> RunOutcome:
        """Return the outcome of a run that ended with these publications, one a month, new or kept."""
        return cls({one.month: MonthOutcome(one.version, one.is_new) for one in publications})

    def as_record(self) -> dict[str, dict[str, Any]]:
        """Return the outcome as plain values, for the run's history."""
        return {month: asdict(outcome) for month, outcome in self.months.items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Mapping[str, Any]]) -> RunOutcome:
        """Return an outcome written by ``as_record``."""
        return cls({Month(month): MonthOutcome(**outcome) for month, outcome in record.items()})
