"""Small counts cannot be worked out from what a meeting's edition prints."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.documents.suppression import hidden_cells, sums_to

SMALLEST = 5
Grid = list[list[int]]


def two_way(grid: Grid) -> tuple[dict[str, int], list[dict[str, int]]]:
    """Cells of a table with totals of rows, of columns and of all, and what adds up to what."""
    rows, columns = range(len(grid)), range(len(grid[0]))
    cells = {f"{row},{column}": grid[row][column] for row, column in product(rows, columns)}
    cells |= {f"{row},all": sum(grid[row]) for row in rows}
    cells |= {f"all,{column}": sum(line[column] for line in grid) for column in columns}
    cells["all,all"] = sum(map(sum, grid))
    relations = [sums_to(f"{row},all", [f"{row},{column}" for column in columns]) for row in [*rows, "all"]]
    relations += [sums_to(f"all,{column}", [f"{row},{column}" for row in rows]) for column in [*columns, "all"]]
    return cells, relations


def follows(cell: str, hidden: frozenset[str], relations: list[dict[str, int]]) -> bool:
    """Whether a cell is a combination of relations once the printed cells are known: the rank tells, not our elimination."""
    unknown = sorted(hidden)
    matrix = np.array([[relation.get(one, 0) for one in unknown] for relation in relations], dtype=float)
    asked = np.array([[float(one == cell) for one in unknown]])
    return np.linalg.matrix_rank(np.vstack([matrix, asked])) == np.linalg.matrix_rank(matrix)


grids = st.integers(1, 5).flatmap(
    lambda columns: st.lists(
        st.lists(st.one_of(st.integers(0, 7), st.integers(0, 60)), min_size=columns, max_size=columns), min_size=1, max_size=6
    )
)


@settings(max_examples=150, deadline=None)
@given(grids)
def test_no_small_count_follows_from_the_printed_ones_by_adding_and_subtracting(grid: Grid) -> None:
    cells, relations = two_way(grid)
    hidden = hidden_cells(cells, relations, SMALLEST)
    small = {cell for cell, count in cells.items() if 0 < count < SMALLEST}
    assert small <= hidden
    assert not [cell for cell in small if follows(cell, hidden, relations)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_the_hidden_parts_of_a_printed_total_may_each_be_anything_small(parts: list[int]) -> None:
    cells = {str(number): count for number, count in enumerate(parts)}
    cells["total"] = sum(parts)
    hidden = hidden_cells(cells, [sums_to("total", [str(number) for number in range(len(parts))])], SMALLEST)
    if "total" not in hidden and hidden:
        assert sum(cells[cell] for cell in hidden) - (len(hidden) - 1) >= SMALLEST


def test_nothing_small_nothing_hidden() -> None:
    cells, relations = two_way([[7, 0], [9, 30]])
    assert hidden_cells(cells, relations, SMALLEST) == frozenset()


def test_a_small_count_takes_the_next_larger_one_with_it_and_the_total_stays() -> None:
    cells = {"甲镇": 2, "乙镇": 9, "丙镇": 30, "全县": 41}
    assert hidden_cells(cells, [sums_to("全县", ["甲镇", "乙镇", "丙镇"])], SMALLEST) == {"甲镇", "乙镇"}


def test_what_is_not_known_is_neither_small_nor_a_way_to_it() -> None:
    cells = {"甲镇": 2, "乙镇": None, "全县": 41}
    assert hidden_cells(cells, [sums_to("全县", ["甲镇", "乙镇"])], SMALLEST) == {"甲镇"}
    assert hidden_cells({"甲镇": None}, [], SMALLEST) == frozenset()


def test_a_chain_of_sums_is_closed_to_its_end() -> None:
    cells = {"红": 3, "黄": 20, "合计": 23, "新进": 8, "持续": 15}
    hidden = hidden_cells(cells, [sums_to("合计", ["红", "黄"]), sums_to("合计", ["新进", "持续"])], SMALLEST)
    assert {"红", "黄"} <= hidden
    assert "合计" not in hidden


def test_one_small_count_of_a_large_table_takes_three_others_with_it_and_no_total() -> None:
    grid = [[40 + row + 7 * column for column in range(5)] for row in range(6)]
    grid[2][3] = 1
    hidden = hidden_cells(*two_way(grid), SMALLEST)
    assert len(hidden) == 4
    assert not any("all" in cell for cell in hidden)


def test_what_was_seen_before_is_hidden_last_and_what_is_to_be_hidden_first_is_though_it_be_zero() -> None:
    cells, moved = {"then": 60, "new": 3, "left": 0, "now": 63}, {"then": 1, "new": 1, "left": -1, "now": -1}
    assert hidden_cells(cells, [moved], SMALLEST, later={"then"}) == {"new", "now"}
    assert hidden_cells(cells, [moved], SMALLEST, sooner={"new", "left"}, later={"then"}) == {"new", "left"}
    assert hidden_cells({"a": 3, "b": 9, "sum": 12}, [sums_to("sum", ["a", "b"])], SMALLEST, later={"b", "sum"}) == {"a", "b"}


def test_the_least_count_that_is_printed_is_printed() -> None:
    cells = {"a": SMALLEST, "b": SMALLEST - 1, "c": 0, "d": None}
    assert hidden_cells(cells, [], SMALLEST) == {"b"}


def test_a_small_count_that_follows_from_two_sums_together_is_not_told() -> None:
    # x and y are hidden for another reason; z would be the difference of both totals
    cells = {"x": 20, "y": 30, "z": 2, "some": 50, "all": 52}
    sums = [sums_to("some", ["x", "y"]), sums_to("all", ["x", "y", "z"])]
    assert hidden_cells(cells, sums, SMALLEST, also={"x", "y"}) & {"some", "all"}


def test_hidden_counts_of_a_sum_leave_room_for_each_to_be_anything_small() -> None:
    # 1 + 5 may be 2 + 4; 1 + 4 could only be known to be small together with one more
    for other, is_more_hidden in ((SMALLEST, False), (SMALLEST - 1, True)):
        cells = {"a": 1, "b": other, "c": 40, "all": 41 + other}
        hidden = hidden_cells(cells, [sums_to("all", ["a", "b", "c"])], SMALLEST, also={"b"})
        assert (hidden > {"a", "b"}) is is_more_hidden, other
