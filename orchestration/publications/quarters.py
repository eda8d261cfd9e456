"""Quarters: which month closes one, and its lists as a folder of copies of what that month published.

What belongs here: the notice's quarterly products (articles 4 and 6). They are lists of the quarter's last month, so nothing is
computed: the county summaries go out at the quarter's end, the town ledgers in the first month of the next quarter.
What does not: the months' publication (``publication``), Dagster.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import load_county, load_marts
from orchestration.contracts.sheet import TOWN, load_sheets
from orchestration.documents.recipients import book_name, recipients
from orchestration.foundation.atomic_files import (
    force_all_to_disk,
    force_to_disk,
    make_folder,
    read_json,
    sha256_of,
    unfinished_beside,
)
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import Publication, PublishingError, damaged_files, latest_publications, month_versions
from orchestration.publications.audit import note_edition

# Marts whose rows go out for a quarter: article 4 (key groups), article 6 (summary, ledger, returned workers).
QUARTERLY_MARTS = ("key_groups", "employment_summary", "employment_quarter", "employment_ledger", "returnee_ledger")
_CONTENTS = "contents.json"


class QuarterError(Exception):
    """The lists of a quarter cannot be put together. The message is Chinese: what is missing, what to do."""


@dataclass(frozen=True)
class QuarterLists:
    """The lists of one quarter.

    Attributes:
        month: last month of the quarter, ``YYYY-MM``.
        version: of the month's publication that they are copies of.
        folder: ``<marts>/quarters/<YYYY>Q<n>/v<NN>``.
        files: how many files are in it.
        is_new: whether this call put them together.
    """

    month: Month
    version: int
    folder: Path
    files: int
    is_new: bool


def town_ledger_quarter(month: Month) -> Month | None:
    """Return the last month of the quarter before, when a month is the first of a quarter; else None."""
    before = month.previous
    return before if before.closes_quarter else None


def due_quarter(month: Month) -> Month | None:
    """Return the month whose lists are to be out in this month: itself at a quarter's end, the one before at a beginning."""
    return month if month.closes_quarter else town_ledger_quarter(month)


def version_to_collect(installation: Installation, month: Month) -> int | None:
    """Return the version of a quarter's last month that is published and not collected; None where nothing is to be done."""
    publication = latest_publications(installation.marts).get(month)
    if publication is None or _folder(installation, publication).is_dir():
        return None
    return publication.version


def collected_folder(installation: Installation, publication: Publication) -> Path | None:
    """Return the folder in which a publication's lists were collected for a quarter; None where they were not."""
    folder = _folder(installation, publication)
    return folder if publication.month.closes_quarter and folder.is_dir() else None


def collect_quarter(installation: Installation, month: Month) -> QuarterLists:
    """Put the lists of a quarter together from the newest publication of its last month; nothing is done when they are there.

    Raises:
        QuarterError: the month closes no quarter, or is not published.
    """
    if not month.closes_quarter:
        raise QuarterError(f"{month} 不是季度末月；季度清单按 3、6、9、12 月的发布汇集")
    publication = latest_publications(installation.marts).get(month)
    if publication is None:
        quarter = month.quarter
        raise QuarterError(f"{month} 还没有发布，{quarter} 的季度清单汇集不了；请先运行 fangfanpin run --month {month}")
    folder = _folder(installation, publication)
    if folder.is_dir():
        return QuarterLists(month, publication.version, folder, _count(folder), is_new=False)
    if damaged := damaged_files(publication):
        raise QuarterError(f"{publication.folder} 有 {len(damaged)} 个文件不见了或已损坏，如 {damaged[0]}；请从备份恢复")
    make_folder(folder.parent)
    unfinished = unfinished_beside(folder)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name, source in _copies(publication).items():
        shutil.copy(source, unfinished / name)
    (unfinished / _CONTENTS).write_text(_contents(publication), encoding="utf-8")
    force_all_to_disk(unfinished)
    unfinished.rename(folder)
    force_to_disk(folder.parent)
    digest = sha256_of(folder / _CONTENTS) or ""
    note_edition(installation, folder.relative_to(installation.marts).as_posix(), digest, f"{month.quarter} 季度清单")
    return QuarterLists(month, publication.version, folder, _count(folder), is_new=True)


def damaged_quarters(installation: Installation) -> list[Path]:
    """Return the folders of collected lists that are not copies of their publication; none of one that cannot be read."""
    damaged = []
    for folder in sorted(installation.quarters.glob("[0-9]*Q[1-4]/v[0-9]*")):
        month = Month(f"{folder.parent.name[:4]}-{int(folder.parent.name[-1]) * 3:02d}")
        try:
            versions = month_versions(installation.marts, month)
        except PublishingError:
            continue
        source = next((one for one in versions if _folder(installation, one) == folder), None)
        if source and not _is_copy(folder, source):
            damaged.append(folder)
    return damaged


def _is_copy(folder: Path, publication: Publication) -> bool:
    copies = all(sha256_of(folder / name) == sha256_of(source) for name, source in _copies(publication).items())
    return copies and read_json(folder / _CONTENTS) == json.loads(_contents(publication))


def _copies(publication: Publication) -> dict[str, Path]:
    """Return the files that are copied, by the name of the copy: the list as officers know it."""
    lists = {f"{load_marts()[mart].title}.parquet": publication.folder / f"{mart}.parquet" for mart in QUARTERLY_MARTS}
    books = {path.name: path for path in (publication.folder / "workbooks" / name for name in _books()) if path.exists()}
    return lists | books


def _books() -> list[str]:
    """Return the names of the workbooks in which a list of the quarter stands."""
    to = {name for plan in load_sheets() if plan.mart in QUARTERLY_MARTS for name in plan.to}
    return [book_name(one) for one in recipients(load_county()) if (TOWN if one.is_town else one.code) in to]


def _folder(installation: Installation, publication: Publication) -> Path:
    return installation.quarters / publication.month.quarter / f"v{publication.version:02d}"


def _contents(publication: Publication) -> str:
    record = {
        "quarter": publication.month.quarter,
        "month": publication.month,
        "version": publication.version,
        "knowledge_month": publication.knowledge_month,
        "rows": {mart: publication.row_counts[mart] for mart in QUARTERLY_MARTS},
        "not_applicable": {mart: why for mart, why in publication.not_applicable.items() if mart in QUARTERLY_MARTS},
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _count(folder: Path) -> int:
    return sum(path.is_file() for path in folder.iterdir())
