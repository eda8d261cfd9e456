"""A published month in a few numbers: who is on the warning list, and what waits for the bureau.

What belongs here: reading a publication's own lists. What does not: words for them (``command_line``), making the lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.publications.publication import SITE, WORKBOOKS, Publication
from orchestration.site.places import COUNTY_PAGE, QUALITY

_FIGURES = "briefing_figures"
# Where versions from before the site have the report.
_EARLIER_REPORTS = "reports"


@dataclass(frozen=True)
class MonthSummary:
    """What a published month comes to. A number is None where the month does not tell it: missing is not zero.

    Attributes:
        red: households on the warning list that are below the line of inclusion.
        yellow: the others on it.
        new: households on it that were not on it the month before.
        left: households that were on it then and no longer are.
        undecided: households whose income is not complete, so that they could not be judged.
        candidates: households that should perhaps be monitored and are not.
        matches: rows of departments that wait for a person's decision.
        refused: files that were refused, of the month's delivery.
        unrecognized: files that belong to no extract.
        not_applicable: lists that could not be computed.
        outside_towns: by list, rows whose town is none of the county's.
        workbooks: how many workbooks there are.
        page: to be opened first: the county in one page, of earlier versions the report on the data; None where neither is.
    """

    red: int | None
    yellow: int | None
    new: int | None
    left: int | None
    undecided: int | None
    candidates: int | None
    matches: int | None
    refused: int | None
    unrecognized: int | None
    not_applicable: tuple[str, ...]
    outside_towns: Mapping[str, int]
    workbooks: int
    page: Path | None


def summarize(publication: Publication) -> MonthSummary:
    """Return the summary of a publication; a version from before a list was made does not tell what that list would say."""
    figures = _figures_of_the_county(publication)
    outcomes = _counts(publication, "intake_files", "outcome")
    decisions = _counts(publication, "match_review", "decision")
    workbooks = publication.folder / WORKBOOKS
    first = (f"{SITE}/{COUNTY_PAGE}", f"{_EARLIER_REPORTS}/{QUALITY}")
    return MonthSummary(
        red=figures.get("warning_red"),
        yellow=figures.get("warning_yellow"),
        new=figures.get("warning_new"),
        left=figures.get("warning_left"),
        undecided=figures.get("income_gaps"),
        candidates=figures.get("inclusion_candidates"),
        matches=None if decisions is None else decisions.get(None, 0),
        refused=None if outcomes is None else outcomes.get("refused", 0),
        unrecognized=None if outcomes is None else outcomes.get("unrecognized", 0),
        not_applicable=tuple(sorted(publication.not_applicable)),
        outside_towns={name: rows for name, rows in publication.outside_towns.items() if rows},
        workbooks=len(list(workbooks.glob("*.xlsx"))),
        page=next((path for name in first if (path := publication.folder / name).exists()), None),
    )


def _figures_of_the_county(publication: Publication) -> dict[str, int | None]:
    table = _read(publication, _FIGURES, ["figure", "is_total", "value"])
    if table is None:
        return {}
    of_county = table.filter(table["is_total"])
    values = zip(of_county["figure"].to_pylist(), of_county["value"].to_pylist(), strict=True)
    return {figure: None if value is None else int(value) for figure, value in values}


def _counts(publication: Publication, mart: str, column: str) -> dict[str | None, int] | None:
    """Return how many rows of a list have each value of a column; None where the list was not computed."""
    table = _read(publication, mart, [column])
    if table is None or mart in publication.not_applicable:
        return None
    return {entry["values"]: entry["counts"] for entry in pc.value_counts(table[column]).to_pylist()}


def _read(publication: Publication, mart: str, columns: list[str]) -> pa.Table | None:
    path = publication.folder / f"{mart}.parquet"
    return pq.ParquetFile(path).read(columns=columns) if path.exists() else None
