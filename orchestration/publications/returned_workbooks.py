"""Workbooks that were handed out with a month: whose have come back, whose are awaited, whose are overdue.

What belongs here: comparing what went out with a publication with what a delivery has. What does not: collecting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import load_county
from orchestration.deliveries.collection import Collection, returned_recipients
from orchestration.foundation.handed_out import BOOK
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications.publication import Publication, latest_publications, published_workbooks
from orchestration.publications.storage import PublishingError

FOLLOW_UP, WORKLIST = "worklist_follow_up", "worklist"


@dataclass(frozen=True)
class Returns:
    """What became of the workbooks that one publication handed out with something to answer, by the names of the recipients.

    Attributes:
        month: that handed them out.
        due: by recipient, the day by which answers were asked for; without those of whom it is not known.
        overdue: not returned though the day has passed.
        missing: not returned, and not (or not known to be) due.
    """

    month: Month
    due: Mapping[str, dt.date]
    returned: tuple[str, ...]
    overdue: tuple[str, ...]
    missing: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return it in words."""
        count = len(self.returned) + len(self.overdue) + len(self.missing)
        lines = [f"{self.month} 下发的办理工作簿（{count} 个单位）："]
        for words, names in (("已交回", self.returned), ("逾期未交", self.overdue), ("还没有交回", self.missing)):
            if names:
                due = sorted({self.due[name] for name in names if name in self.due}) if names is not self.returned else []
                when = f"，应于 {'、'.join(map(str, due))} 前交回" if due else ""
                lines.append(f"  {words}（{len(names)} 个{when}）：{'、'.join(names)}")
        return lines


def awaited_lines(installation: Installation, collection: Collection) -> list[str]:
    """Return in words how the workbooks stand that a delivery brings back; nothing where none was handed out."""
    today = dt.datetime.now(ZoneInfo(load_county().time_zone)).date()
    try:
        found = returns(installation, collection.month, returned_recipients(installation, collection), today)
    except PublishingError as error:
        return [f"看不出哪些单位的办理工作簿还没有交回：{error}"]
    return found.lines() if found else []


def returns(installation: Installation, month: Month, returned: Container[str], today: dt.date) -> Returns | None:
    """Return how the workbooks stand that a delivery brings back.

    Args:
        installation: whose publications are looked at.
        month: of the delivery; it brings back what the last month published before it handed out, else what it did itself.
        returned: the recipients whose workbooks are there, by name.
        today: in the county.

    Returns:
        None where no workbook was handed out.
    """
    publication = _publication_before(installation, month)
    if publication is None:
        return None
    asked = _asked(publication)
    names = [name for name in _recipients(publication) if asked is None or name in asked or name in returned]
    if not names:
        return None
    due = _due(publication)
    awaited = [name for name in names if name not in returned]
    overdue = tuple(name for name in awaited if name in due and due[name] < today)
    return Returns(
        publication.month,
        due,
        tuple(name for name in names if name in returned),
        overdue,
        tuple(name for name in awaited if name not in overdue),
    )


def _publication_before(installation: Installation, month: Month) -> Publication | None:
    published = latest_publications(installation.marts)
    before = [name for name in published if name < month]
    return published[max(before)] if before else published.get(month)


def _recipients(publication: Publication) -> list[str]:
    """Return to whom workbooks went, towns and departments in the order of the county."""
    books = {
        PurePosixPath(name).stem.removeprefix(f"{BOOK}_") for name in published_workbooks(publication) if f"{BOOK}_" in name
    }
    county = load_county()
    names = [*(town.name for town in county.towns), *(department.name for department in county.departments)]
    return [*(name for name in names if name in books), *sorted(books - set(names))]


def _asked(publication: Publication) -> set[str] | None:
    """Return of whom something is asked, by name; None where that cannot be read: then everybody is awaited."""
    try:
        found = pq.read_table(publication.folder / f"{WORKLIST}.parquet", columns=["recipient"])["recipient"].to_pylist()
    except (OSError, pa.ArrowException):
        return None
    names = {department.code: department.name for department in load_county().departments}
    return {names.get(recipient, recipient) for recipient in found}


def _due(publication: Publication) -> dict[str, dt.date]:
    """Return the day by which each recipient was to answer what the publication handed out; none where it cannot be read."""
    try:
        rows = pq.read_table(
            publication.folder / f"{FOLLOW_UP}.parquet", columns=["recipient", "handed_out_month", "due_on"]
        ).to_pylist()
    except (OSError, pa.ArrowException):
        return {}
    county = load_county()
    names = {department.code: department.name for department in county.departments}
    due: dict[str, dt.date] = {}
    for row in rows:
        if row["due_on"] and Month.of(row["handed_out_month"]) == publication.month:
            name = names.get(row["recipient"], row["recipient"])
            due[name] = min(due.get(name, row["due_on"]), row["due_on"])
    return due
