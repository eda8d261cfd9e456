"""Parquet: the schemas of landed files and of the account of intake, and writing them.

What belongs here: types, order of columns, atomic and repeatable writing. What does not: what goes into them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import ExtractContract
from orchestration.foundation.atomic_files import write_whole
from orchestration.landing.problems import Problem
from orchestration.landing.result import FileSummary
from orchestration.landing.rows import ReadRows

INTAKE_FILES = pa.schema(
    [
        ("delivery_month", pa.date32()),
        ("extract", pa.string()),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("format", pa.string()),
        ("encoding", pa.string()),
        ("sheet", pa.string()),
        ("header_row", pa.int64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("rows_delivered", pa.int64()),
        ("rows_loaded", pa.int64()),
        ("rows_rejected", pa.int64()),
        ("rows_blank", pa.int64()),
        ("rows_note", pa.int64()),
        ("unknown_columns", pa.string()),
        ("missing_columns", pa.string()),
    ]
)
INTAKE_PROBLEMS = pa.schema(
    [
        ("delivery_month", pa.date32()),
        ("extract", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row_number", pa.int64()),
        ("column_name", pa.string()),
        ("column_letter", pa.string()),
        ("header", pa.string()),
        ("outcome", pa.string()),
        ("problem", pa.string()),
        ("message", pa.string()),
    ]
)


def landed_schema(contract: ExtractContract) -> pa.Schema:
    """Return the schema of the landed rows of an extract."""
    kinds = {"delivery_month": pa.date32(), "row_number": pa.int64()}
    names = (*contract.place_columns, *contract.landed_columns)
    return pa.schema([(name, kinds.get(name, pa.string())) for name in names])


def landed_rows(
    contract: ExtractContract, delivery_month: date, file: str, rows: ReadRows, sheet: str | None = None
) -> pa.Table:
    """Return the accepted rows of one sheet of a file; delimited text has one without a name."""
    schema, count = landed_schema(contract), len(rows.row_numbers)
    places = {
        "delivery_month": [delivery_month] * count,
        "file": [file] * count,
        "sheet": [sheet or ""] * count,
        "row_number": rows.row_numbers,
    }
    values = {**rows.columns, **{name: places[name] for name in contract.place_columns}}
    return pa.Table.from_arrays([pa.array(values[column.name], column.type) for column in schema], schema=schema)


def intake_files(delivery_month: date, extract: str | None, files: Iterable[FileSummary]) -> pa.Table:
    """Return what became of the files of an extract, or (None) of those that belong to none."""
    records = [{"delivery_month": delivery_month, "extract": extract, **dataclasses.asdict(summary)} for summary in files]
    return pa.Table.from_pylist(records, schema=INTAKE_FILES)


def intake_problems(delivery_month: date, extract: str, problems: Iterable[tuple[str, Problem]]) -> pa.Table:
    """Return the problems of an extract, each with its file."""
    records = [
        {"delivery_month": delivery_month, "extract": extract, "file": file, **vars(problem)} for file, problem in problems
    ]
    return pa.Table.from_pylist(records, schema=INTAKE_PROBLEMS)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table as a whole or not at all; the same rows give the same bytes."""
    write_whole(path, lambda unfinished: pq.write_table(table.combine_chunks(), unfinished, compression="zstd"))
