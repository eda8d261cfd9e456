"""Workbooks for officers: the county's and each town's copy of a list, in Chinese, ready to print and to be filled in.

The rows are those of the published Parquet; what is shown of them is in ``layouts``. Every cell of text is written as text, so
nothing that a department delivered can become a formula. The bytes depend on the publication alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from orchestration.contracts import MartContract
from orchestration.publishing.companion_sheets import EXPLAINED, SUMMARY, write_explained, write_summary
from orchestration.publishing.edition import Edition
from orchestration.publishing.layouts import LAYOUTS, Layout
from orchestration.publishing.list_content import Facts, ListContent
from orchestration.publishing.list_sheet import write_list
from orchestration.publishing.stationery import Stationery
from orchestration.publishing.storage import first_day

LINES = "lines_in_force"

_NOTHING_IS_GUESSED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbooks(
    folder: Path,
    edition: Edition,
    marts: Mapping[str, MartContract],
    tables: Mapping[str, pa.Table],
    explanations: Mapping[str, str],
) -> dict[str, int]:
    """Write every workbook of a publication.

    Args:
        folder: where they go.
        edition: what they are part of.
        marts: every mart.
        tables: the month's rows of the marts that have a layout, and of ``lines_in_force``.
        explanations: why, by mart that is not applicable.

    Returns:
        By list, how many rows no town's copy holds, as their town is not one of the county.
    """
    facts = Facts.load(marts)
    lines = tables[LINES].to_pylist()
    outside = {}
    for name, layout in LAYOUTS.items():
        rows = _ordered(tables[name].to_pylist(), layout, facts.towns)
        for town in (None, *facts.towns):
            content = ListContent(
                facts=facts,
                mart=facts.marts[name],
                layout=layout,
                edition=edition,
                town=town,
                rows=rows if town is None else [row for row in rows if row["town"] == town],
                lines=lines,
                explanation=explanations.get(name),
            )
            _write_workbook(folder / f"{content.mart.title}_{content.place}.xlsx", content)
        outside[name] = sum(row["town"] not in facts.towns for row in rows)
    return outside


def _ordered(rows: list[dict[str, Any]], layout: Layout, towns: list[str]) -> list[dict[str, Any]]:
    """Return the rows as they are read: by town as the county counts them, then by the bytes of village and key."""
    position = {town: number for number, town in enumerate(towns)}

    def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
        texts = tuple((row[column] or "").encode() for column in ("town", "village", *layout.ordered_by))
        return position.get(row["town"], len(position)), *texts

    return sorted(rows, key=place)


def _write_workbook(path: Path, content: ListContent) -> None:
    with xlsxwriter.Workbook(str(path), _NOTHING_IS_GUESSED) as book:
        book.set_properties(
            {
                "title": content.title,
                "subject": content.edition.data_words,
                "author": content.facts.bureau,
                "company": content.facts.bureau,
                "created": dt.datetime.combine(first_day(content.edition.month), dt.time()),
            }
        )
        stationery = Stationery(book, content)
        sheet = book.add_worksheet(content.mart.title)
        if content.town is None and content.explanation is None:
            write_summary(book.add_worksheet(SUMMARY), content, stationery)
        results = write_explained(book.add_worksheet(EXPLAINED), content, stationery)
        write_list(sheet, content, stationery, results)
