"""Workbooks for officers: the county's and each town's copy of a list, in Chinese, ready to print and to be filled in.

The rows are those of the published Parquet; what is shown of them is in ``layouts``. Every cell of text is written as text, so
nothing that a department delivered can become a formula. The bytes depend on the publication alone.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.documents.companion_sheets import EXPLAINED, SUMMARY, write_explained, write_summary
from orchestration.documents.edition import Edition
from orchestration.documents.layouts import LAYOUTS, Layout
from orchestration.documents.list_content import Facts, ListContent
from orchestration.documents.list_sheet import write_list
from orchestration.documents.stationery import Stationery, new_book

LINES = "lines_in_force"

# From how many rows on the towns' copies are written by a second process: starting one takes a second. It then stays, so that
# the months of a backfill, small as each may be, share it.
ROWS_FOR_TWO_PROCESSES = 8_000


# Of each month written so far, how many rows it has.
_rows_of_this_process: list[int] = []


def write_workbooks(
    folder: Path,
    edition: Edition,
    facts: Facts,
    tables: Mapping[str, pa.Table],
    explanations: Mapping[str, str],
) -> dict[str, int]:
    """Write the lists of a publication.

    Args:
        folder: where they go.
        edition: what they are part of.
        facts: of ``config/``.
        tables: the month's rows of the marts that have a layout, of their undecided households, and ``lines_in_force``.
        explanations: why, by mart that is not applicable.

    Returns:
        By list, how many rows no town's copy holds, as their town is not one of the county.
    """
    lines = tables[LINES].to_pylist()
    outside = {}
    copies: list[tuple[Path, ListContent]] = []
    for name, layout in LAYOUTS.items():
        shown = [row for row in tables[name].to_pylist() if layout.is_shown is None or layout.is_shown(row)]
        rows = _ordered(shown, layout, facts.towns)
        without = facts.marts[name].undecided
        undecided = Counter(tables[without]["town"].to_pylist()) if without else Counter()
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
                undecided=undecided,
            )
            copies.append((folder / f"{content.mart.title}_{content.place}.xlsx", content))
        outside[name] = sum(row["town"] not in facts.towns for row in rows)
    _write_copies(copies)
    return outside


def _write_copies(copies: Sequence[tuple[Path, ListContent]]) -> None:
    """Write the copies; the towns' together have as many rows as the county's, so two processes share the work evenly."""
    of_county = [copy for copy in copies if copy[1].town is None]
    of_towns = [copy for copy in copies if copy[1].town is not None]
    _rows_of_this_process.append(sum(len(content.rows) for _, content in of_county))
    if sum(_rows_of_this_process) < ROWS_FOR_TWO_PROCESSES:
        for path, content in copies:
            _write_workbook(path, content)
        return
    written = [_second_process().submit(_write_workbook, path, content) for path, content in of_towns]
    for path, content in of_county:
        _write_workbook(path, content)
    for copy in written:
        copy.result()


@cache
def _second_process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _end_with_the_first)


def _end_with_the_first() -> None:
    """End this process when the one that it helps is killed; it would wait for ever for more to do."""

    def wait() -> None:
        if first := multiprocessing.parent_process():
            first.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _ordered(rows: list[dict[str, Any]], layout: Layout, towns: list[str]) -> list[dict[str, Any]]:
    """Return the rows as they are read: by town as the county counts them, then by the bytes of village and key."""
    position = {town: number for number, town in enumerate(towns)}

    def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
        texts = tuple((row[column] or "").encode() for column in ("town", "village", *layout.ordered_by))
        return position.get(row["town"], len(position)), *texts

    return sorted(rows, key=place)


def _write_workbook(path: Path, content: ListContent) -> None:
    facts, edition = content.facts, content.edition
    with new_book(path, content.title, edition.data_words, facts.bureau, edition.month.first_day) as book:
        stationery = Stationery(book, content.page_name)
        sheet = book.add_worksheet(content.mart.title)
        if content.town is None and content.explanation is None:
            write_summary(book.add_worksheet(SUMMARY), content, stationery)
        results = write_explained(book.add_worksheet(EXPLAINED), content, stationery)
        write_list(sheet, content, stationery, results)
