"""Quarters: which month closes one, and its lists as a folder of copies of what that month published.

What belongs here: the notice's quarterly products (articles 4 and 6). They are lists of the quarter's last month, so nothing is
computed: the county summaries go out at the quarter's end, the town ledgers in the first month of the next quarter.
What does not: the months' publication (``publishing``), Dagster.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import load_marts
from orchestration.paths import Installation
from orchestration.publishing import Publication, latest_publications
from orchestration.whole_files import unfinished_beside

# Marts whose rows go out for a quarter: article 4 (key groups), article 6 (summary, ledger, returned workers).
QUARTERLY_MARTS = ("key_groups", "employment_summary", "employment_ledger", "returnee_ledger")
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

    month: str
    version: int
    folder: Path
    files: int
    is_new: bool


def closes_quarter(month: str) -> bool:
    """Return whether a month (``YYYY-MM``) is the last of its quarter."""
    return int(month[5:]) % 3 == 0


def quarter_name(month: str) -> str:
    """Return the quarter of a month, as ``2023Q3``."""
    return f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"


def town_ledger_quarter(month: str) -> str | None:
    """Return the last month of the quarter before, when a month is the first of a quarter; else None."""
    year, number = int(month[:4]), int(month[5:])
    if number % 3 != 1:
        return None
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def due_quarter(month: str) -> str | None:
    """Return the month whose lists are to be out in this month: itself at a quarter's end, the one before at a beginning."""
    return month if closes_quarter(month) else town_ledger_quarter(month)


def version_to_collect(installation: Installation, month: str) -> int | None:
    """Return the version of a quarter's last month that is published and not collected; None where nothing is to be done."""
    publication = latest_publications(installation.marts).get(month)
    if publication is None or _folder(installation, publication).is_dir():
        return None
    return publication.version


def collected_folder(installation: Installation, publication: Publication) -> Path | None:
    """Return the folder in which a publication's lists were collected for a quarter; None where they were not."""
    folder = _folder(installation, publication)
    return folder if closes_quarter(publication.month) and folder.is_dir() else None


def collect_quarter(installation: Installation, month: str) -> QuarterLists:
    """Put the lists of a quarter together from the newest publication of its last month; nothing is done when they are there.

    Raises:
        QuarterError: the month closes no quarter, or is not published.
    """
    if not closes_quarter(month):
        raise QuarterError(f"{month} 不是季度末月；季度清单按 3、6、9、12 月的发布汇集")
    publication = latest_publications(installation.marts).get(month)
    if publication is None:
        quarter = quarter_name(month)
        raise QuarterError(f"{month} 还没有发布，{quarter} 的季度清单汇集不了；请先运行 fangfanpin run --month {month}")
    folder = _folder(installation, publication)
    if folder.is_dir():
        return QuarterLists(month, publication.version, folder, _count(folder), is_new=False)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = unfinished_beside(folder)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    marts = load_marts()
    for mart in QUARTERLY_MARTS:
        # named as officers know the list
        shutil.copy(publication.folder / f"{mart}.parquet", unfinished / f"{marts[mart].title}.parquet")
        for workbook in sorted((publication.folder / "workbooks").glob(f"{marts[mart].title}_*.xlsx")):
            shutil.copy(workbook, unfinished / workbook.name)
    (unfinished / _CONTENTS).write_text(_contents(publication), encoding="utf-8")
    unfinished.rename(folder)
    return QuarterLists(month, publication.version, folder, _count(folder), is_new=True)


def _folder(installation: Installation, publication: Publication) -> Path:
    return installation.quarters / quarter_name(publication.month) / f"v{publication.version:02d}"


def _contents(publication: Publication) -> str:
    record = {
        "quarter": quarter_name(publication.month),
        "month": publication.month,
        "version": publication.version,
        "knowledge_month": publication.knowledge_month,
        "rows": {mart: publication.row_counts[mart] for mart in QUARTERLY_MARTS},
        "not_applicable": {mart: why for mart, why in publication.not_applicable.items() if mart in QUARTERLY_MARTS},
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _count(folder: Path) -> int:
    return sum(path.is_file() for path in folder.iterdir())
