"""Counts that are too small are hidden, and cannot be worked out from what is shown."""

from __future__ import annotations

import itertools
import random

import pytest

from orchestration.publications.small_counts import Table, cap, hidden_cells, merged


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"甲": 9, "乙": 5}, set()),
        ({"甲": 9, "乙": 2, "丙": 3, "丁": 8}, {"乙", "丙"}),  # five together
        ({"甲": 9, "乙": 2, "丁": 8}, {"乙", "丁"}),  # two alone would be found by subtraction
        ({"甲": 3}, {"甲"}),
        ({}, set()),
    ],
)
def test_rare_values_are_merged_until_they_are_enough_together(counts: dict[str, int], expected: set[str]) -> None:
    assert merged(counts, 5) == expected


def test_large_numbers_are_cut_where_enough_reach_them() -> None:
    assert cap({1: 40, 2: 20, 7: 3, 8: 1, 11: 1}, 5) == 7
    assert cap({1: 2}, 5) is None


def rows(*counts: int) -> Table:
    cells = {(str(number), "n"): count for number, count in enumerate(counts)}
    return Table({("sum", "n"): sum(counts), **cells}, [(("sum", "n"), list(cells))])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (rows(9, 8, 7), set()),
        (rows(9, 2, 7), {"1", "2"}),  # the next smallest as well
        (rows(9, 1, 1), {"1", "2", "0"}),  # two that are two together are one each
        (rows(9, 0, 2, 3), {"0", "2", "3"}),  # five of two leave none of them room
        (rows(2, 0), {"0", "sum"}),
    ],
)
def test_what_could_be_subtracted_is_hidden_too(table: Table, expected: set[str]) -> None:
    assert {row for row, _ in hidden_cells(table, 5)} == expected


def test_a_part_that_is_nearly_the_whole_is_hidden() -> None:
    table = Table({("a", "disabled"): 13, ("a", "severely"): 12}, [], [(("a", "severely"), ("a", "disabled"))])
    assert hidden_cells(table, 5) == {("a", "severely")}


def possible(table: Table, hidden: frozenset, most: int) -> dict:
    """Try every value of the hidden counts that fits what is shown: what an attacker can learn of each."""
    cells = sorted(hidden, key=str)
    found: dict = {cell: set() for cell in cells}
    for values in itertools.product(range(most + 1), repeat=len(cells)):
        tried = {**table.counts, **dict(zip(cells, values, strict=True))}
        if all(tried[whole] == sum(tried[part] for part in parts) for whole, parts in table.sums):
            for cell, value in zip(cells, values, strict=True):
                found[cell].add(value)
    return found


def test_no_hidden_count_can_be_worked_out_from_a_table_with_sums_both_ways() -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    tried = 0
    for _ in range(60):
        counts = {(row, column): chance.choice([0, 1, 2, 3, 4]) for row in "ab" for column in "xy"}
        counts |= {(row, "xy"): counts[row, "x"] + counts[row, "y"] for row in "ab"}
        counts |= {("all", column): sum(counts[row, column] for row in "ab") for column in ("x", "y", "xy")}
        sums = [((row, "xy"), [(row, "x"), (row, "y")]) for row in ("a", "b", "all")]
        sums += [(("all", column), [(row, column) for row in "ab"]) for column in ("x", "y", "xy")]
        table = Table(counts, sums)
        hidden = hidden_cells(table, 3)
        assert {cell for cell, count in counts.items() if 0 < count < 3} <= hidden
        if 0 < len(hidden) <= 4 and tried < 12:
            tried += 1
            for cell, values in possible(table, hidden, 8).items():
                assert counts[cell] >= 3 or len(values) > 1, (counts, cell)
    assert tried > 5
