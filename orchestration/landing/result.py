"""What landing reports of an extract: counts and reasons, never a value of a cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from orchestration.foundation.months import Month


@dataclass(frozen=True)
class FileSummary:
    """What became of one delivered file; a row of ``intake_files``.

    Attributes:
        file: path below the month's folder.
        outcome: ``unrecognized`` is a file that belongs to no extract; ``elsewhere`` one that holds only another extract, in
            whose account it is.
        reason: Chinese, why it was not used and how to mend it; None when accepted.
        rows_delivered: rows below the header down to the last that is not empty; the sum of the other four.
        unknown_columns: headers that the contract does not know, separated by ``、``.
        missing_columns: usual headers of required columns that are not there, separated by ``、``; all of them where no header
            was found, None where the file could not be read at all.
    """

    file: str
    sha256: str | None
    bytes: int | None
    outcome: Literal["accepted", "refused", "unrecognized", "elsewhere"]
    reason: str | None = None
    format: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    rows_delivered: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_blank: int = 0
    rows_note: int = 0
    unknown_columns: str | None = None
    missing_columns: str | None = None


@dataclass(frozen=True)
class LandingResult:
    """What became of one extract of one delivery.

    Attributes:
        status: ``not_received`` (no file), ``rejected`` (every file refused) or ``received``.
        problems: rows of ``intake_problems``.
        levels: of each column of amounts the median of those other than zero, and how many there are.
        was_unchanged: the delivery had been landed before and nothing was written.
    """

    extract: str
    month: Month
    status: Literal["received", "not_received", "rejected"]
    files: tuple[FileSummary, ...] = ()
    rows_delivered: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_blank: int = 0
    rows_note: int = 0
    problems: int = 0
    levels: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    was_unchanged: bool = field(default=False, compare=False)

    @classmethod
    def of(
        cls,
        extract: str,
        month: Month,
        files: tuple[FileSummary, ...],
        problems: int,
        levels: Mapping[str, tuple[float, int]],
    ) -> LandingResult:
        """Return the result of an extract from those of its files."""
        accepted = any(summary.outcome == "accepted" for summary in files)
        is_there = any(summary.outcome != "elsewhere" for summary in files)
        return cls(
            extract,
            month,
            "received" if accepted else "rejected" if is_there else "not_received",
            files,
            sum(summary.rows_delivered for summary in files),
            sum(summary.rows_loaded for summary in files),
            sum(summary.rows_rejected for summary in files),
            sum(summary.rows_blank for summary in files),
            sum(summary.rows_note for summary in files),
            problems,
            levels,
        )

    @property
    def own_files(self) -> tuple[FileSummary, ...]:
        """The files that hold the extract, or were to."""
        return tuple(summary for summary in self.files if summary.outcome != "elsewhere")

    def as_record(self) -> dict[str, Any]:
        """Return the result as plain values, for a sidecar."""
        return dataclasses.asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> LandingResult:
        """Return a result written by ``as_record``."""
        files = tuple(FileSummary(**summary) for summary in record["files"])
        levels = {name: (median, count) for name, (median, count) in record["levels"].items()}
        return cls(**{**record, "files": files, "levels": levels})
