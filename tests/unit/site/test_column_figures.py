"""What is told of the values of a list: columns about nobody, declared words, no count from which somebody could be told."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from orchestration.contracts import Field, load_extracts, load_marts
from orchestration.contracts.value_labels import load_value_labels
from orchestration.site.column_figures import ColumnFigures, counted_columns, table_figures

NOBODY = {"privacy": "none", "analysts": "keep"}


def column(kind: str, **tags: Any) -> Field:
    return Field.model_validate({"type": kind, "label": "列", "description": "列", **NOBODY, **tags})


def figures(field: Field, values: list[Any], least: int = 0) -> ColumnFigures:
    labels = load_value_labels(load_extracts(), load_marts())
    return table_figures(pa.table({"one": values}), {"one": field}, labels, least).columns["one"]


@pytest.mark.parametrize("privacy", ["personal", "quasi", "sensitive"])
def test_what_is_about_a_person_is_not_counted(privacy: str) -> None:
    columns = {"one": column("integer"), "two": column("text", privacy=privacy, analysts="drop"), "month": column("month")}
    assert counted_columns(columns) == ["one"]
    rows = pa.table({"one": [1], "two": ["某人"], "month": ["2023-07-01"]})
    assert list(table_figures(rows, columns, load_value_labels(load_extracts(), load_marts())).columns) == ["one"]


def test_the_most_frequent_come_first_and_equal_ones_in_their_order() -> None:
    found = figures(column("integer"), [7, 3, 3, None, 9, 1, 5, 4, 9])
    assert found == ColumnFigures(1, ((3, 2), (9, 2), (1, 1), (4, 1), (5, 1)), has_more=True)
    assert figures(column("boolean"), [True, None, False, True]) == ColumnFigures(1, ((True, 2), (False, 1)))
    assert figures(column("integer"), []) == ColumnFigures(0)


def test_of_delivered_texts_only_declared_words_are_told() -> None:
    declared = column("text", analysts="coded", values=["甲"])
    assert figures(declared, ["甲", "某人 13800138000", "乙", None, ""]).values == (("其他写法", 2), ("", 1), ("甲", 1))
    assert figures(column("text", analysts="drop"), ["某人", None]) == ColumnFigures(1)
    assert figures(column("text"), ["K07", "K07"]).values == (("K07", 2),)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        # a small count, and one more so that it does not follow from the sum
        ([1] * 9 + [2] * 7 + [3] * 3, ColumnFigures(0, ((1, 9),), has_more=True)),
        # a single row without a value is not told; with it the least of the others
        ([1] * 9 + [2] * 7 + [None], ColumnFigures(None, ((1, 9),), has_more=True)),
        ([1] * 9 + [2] * 7, ColumnFigures(0, ((1, 9), (2, 7)))),
        ([1] * 9, ColumnFigures(0, ((1, 9),))),
        # of many values that few have each none is named
        (list(range(30)), ColumnFigures(0, (), has_more=True)),
    ],
)
def test_small_counts_cannot_be_worked_out(values: list[int | None], told: ColumnFigures) -> None:
    assert figures(column("integer"), values, least=5) == told


def test_a_list_of_few_rows_does_not_say_how_many() -> None:
    labels = load_value_labels(load_extracts(), load_marts())
    few = table_figures(pa.table({"one": [1, 1, 1]}), {"one": column("integer")}, labels, least=5)
    assert (few.rows, few.columns["one"].values) == (None, ())
    for count, told in ((0, 0), (1, None), (4, None), (5, 5)):
        rows = pa.table({"one": pa.array([1] * count, pa.int64())})
        assert table_figures(rows, {"one": column("integer")}, labels, least=5).rows == told


def test_few_blanks_are_not_told_where_values_are_not_either() -> None:
    dropped = column("text", analysts="drop")
    assert figures(dropped, ["某人"] * 9 + [None] * 2, least=5) == ColumnFigures(None)
    assert figures(dropped, ["某人"] * 9 + [None] * 6, least=5) == ColumnFigures(6)
    assert figures(column("text_list"), [["甲"], None]) == ColumnFigures(1)


def test_words_are_those_that_are_declared_for_the_column() -> None:
    field = column("text", analysts="coded")
    labels = load_value_labels(load_extracts(), load_marts())
    found = table_figures(pa.table({"sex": ["男", "某人"]}), {"sex": field}, labels)
    assert found.columns["sex"].values == (("其他写法", 1), ("男", 1))
