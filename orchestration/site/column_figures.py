"""How full a list's columns are, and what stands in them most often.

What belongs here: counting, as a pure function of rows. What does not: what columns mean, how it is laid out (``dictionary``).

Only columns that say nothing about a person are counted (``privacy: none``), and of text only words that are declared: a
delivered text may hold anything. Source: docs/security.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts import Field
from orchestration.contracts.value_labels import ValueLabels, declared_words
from orchestration.documents.suppression import hidden_cells, sums_to

MOST_VALUES = 5
_OTHER_TEXT = "其他写法"
# the same in all rows
_MONTH = "month"


@dataclass(frozen=True)
class ColumnFigures:
    """What is in a column of one month; None is hidden, as too few rows have it.

    Attributes:
        blank: rows without a value.
        values: the most frequent values, as they are, and in how many rows they stand, the most frequent first.
        has_more: whether there are others.
    """

    blank: int | None
    values: tuple[tuple[Any, int | None], ...] = ()
    has_more: bool = False


@dataclass(frozen=True)
class TableFigures:
    """What is in a list in one month.

    Attributes:
        rows: how many; None is hidden.
        columns: by name, those that are counted.
    """

    rows: int | None
    columns: Mapping[str, ColumnFigures]


def is_counted(field: Field) -> bool:
    """Return whether a column is counted: one that says nothing about a person."""
    return field.privacy == "none"


def counted_columns(columns: Mapping[str, Field]) -> list[str]:
    """Return the columns of a list that are counted: no others need to be read."""
    return [name for name, field in columns.items() if name != _MONTH and is_counted(field)]


def table_figures(rows: pa.Table, columns: Mapping[str, Field], labels: ValueLabels, least: int = 0) -> TableFigures:
    """Count the rows of one month.

    Args:
        rows: with the ``counted_columns`` at least; one that is missing is not counted.
        columns: of the list, as readers are told of them.
        labels: of coded values.
        least: the smallest count, 0 excepted, that is told; those from which a smaller one could be worked out are hidden too.
    """
    total = rows.num_rows
    counted = {
        name: _figures(rows[name], columns[name], _words(name, columns[name], labels), least)
        for name in counted_columns(columns)
        if name in rows.column_names
    }
    return TableFigures(None if 0 < total < least else total, counted)


def _words(name: str, field: Field, labels: ValueLabels) -> frozenset[str] | None:
    """Return the words of a column that are told; None where all values are."""
    return declared_words(name, field, labels) | {""} if field.type == "text" and field.analysts != "keep" else None


def _figures(column: pa.ChunkedArray, field: Field, words: frozenset[str] | None, least: int) -> ColumnFigures:
    rows, blank = len(column), column.null_count
    if field.type == "text_list" or field.analysts == "drop":
        return ColumnFigures(_told({"blank": blank, "filled": rows - blank}, rows, least)["blank"])
    first, different = _most_frequent(column.drop_null(), words)
    rest = rows - blank - sum(count for _, count in first)
    counts: dict[Any, int] = {"blank": blank, **{number: count for number, (_, count) in enumerate(first)}, "rest": rest}
    told = _told(counts, rows, least)
    # a value that too few have is not named either
    kept = tuple((value, told[number]) for number, (value, _) in enumerate(first) if told[number] is not None)
    return ColumnFigures(told["blank"], kept, has_more=different > len(kept))


def _most_frequent(column: pa.ChunkedArray, words: frozenset[str] | None) -> tuple[list[tuple[Any, int]], int]:
    """Return the most frequent values with their counts, of equal ones the smaller first, and how many values there are."""
    counted = pc.value_counts(column)
    values, counts = counted.field("values"), counted.field("counts")
    if words is not None:
        by_word: Counter[str] = Counter()
        for value, count in zip(values.to_pylist(), counts.to_pylist(), strict=True):
            by_word[value if value in words else _OTHER_TEXT] += count
        return sorted(by_word.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_VALUES], len(by_word)
    order = "value", "count"
    if pa.types.is_boolean(values.type):
        found = sorted(zip(values.to_pylist(), counts.to_pylist(), strict=True), key=lambda entry: (-entry[1], entry[0]))
        return found, len(found)
    table = pa.table([values, counts], names=list(order))
    chosen = pc.select_k_unstable(table, MOST_VALUES, [("count", "descending"), ("value", "ascending")])
    return list(zip(*(table.take(chosen)[name].to_pylist() for name in order), strict=True)), len(values)


def _told(counts: Mapping[Any, int], rows: int, least: int) -> dict[Any, int | None]:
    cells = {**counts, "rows": rows}
    hidden = hidden_cells(cells, [sums_to("rows", counts)], least, later={"rows"}) if least else frozenset()
    return {cell: None if cell in hidden else count for cell, count in counts.items()}
