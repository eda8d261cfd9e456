"""What a meeting sees of the county's figures: nothing small, and nothing from which something small could be worked out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.documents.suppression import FEW
from orchestration.foundation.months import Month
from orchestration.foundation.paths import DBT_PROJECT
from orchestration.site.county_page import missing
from orchestration.site.figures import OTHERS, RATES, WARNED, CountyFigures, Incomes, Missing, for_meeting

MONTH, WHOLE, TOWNS = Month("2023-07"), "全县", ("甲镇", "乙镇", "丙镇")
Name = tuple[str, str]


def figures(cells: Mapping[Name, int | None], rates: Mapping[Name, str] | None = None) -> CountyFigures:
    known: Any = {(MONTH, area, figure): None if value is None else Decimal(value) for (area, figure), value in cells.items()}
    known |= {(MONTH, area, figure): Decimal(value) for (area, figure), value in (rates or {}).items()}
    incomes = {WARNED: Incomes(Decimal(9000), {"工资性": Decimal(1)}), OTHERS: Incomes(Decimal(16000), {"工资性": Decimal(1)})}
    return CountyFigures(
        MONTH, WHOLE, TOWNS, known, [MONTH], [], [], incomes, Missing([], [("某人的文件.xlsx", "原因")], 1, [])
    )


def county(red: list[int], yellow: list[int], gaps: list[int]) -> tuple[dict[Name, int | None], list[dict[Name, int]]]:
    """Cells of three towns and the county, and what a reader of the page knows to add up, told apart from the program."""
    cells: dict[Name, int | None] = {}
    relations = []
    for town, one, two, three in zip(TOWNS, red, yellow, gaps, strict=True):
        cells |= {(town, "warning_red"): one, (town, "warning_yellow"): two, (town, "income_gaps"): three}
        cells[town, "warning_households"] = one + two
    shown = ("warning_red", "warning_yellow", "warning_households", "income_gaps")
    for figure in shown:
        cells[WHOLE, figure] = sum(cells[town, figure] or 0 for town in TOWNS)
        relations.append({**{(town, figure): 1 for town in TOWNS}, (WHOLE, figure): -1})
    for area in (*TOWNS, WHOLE):
        relations.append({(area, "warning_red"): 1, (area, "warning_yellow"): 1, (area, "warning_households"): -1})
    return cells, relations


counts = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 80)), min_size=3, max_size=3)


@settings(max_examples=80, deadline=None)
@given(counts, counts, counts)
def test_no_small_count_can_be_solved_for(red: list[int], yellow: list[int], gaps: list[int]) -> None:
    cells, relations = county(red, yellow, gaps)
    seen = for_meeting(figures(cells))
    hidden = [cell for cell in cells if seen.at(cell[1], "" if cell[0] == WHOLE else cell[0]) is FEW]
    small = [cell for cell, count in cells.items() if count and count < 5]
    assert set(small) <= set(hidden)
    matrix = np.array([[relation.get(cell, 0) for cell in hidden] for relation in relations], dtype=float)
    for cell in small:
        asked = np.array([[float(one == cell) for one in hidden]])
        assert np.linalg.matrix_rank(np.vstack([matrix, asked])) > np.linalg.matrix_rank(matrix)


def test_what_is_not_known_stays_unknown_and_zero_is_seen() -> None:
    seen = for_meeting(figures({(WHOLE, "warning_red"): None, (WHOLE, "income_gaps"): 0, (WHOLE, "gaps"): 5}))
    assert (seen.at("warning_red"), seen.at("income_gaps"), seen.at("gaps")) == (None, Decimal(0), Decimal(5))


def test_a_rate_of_what_may_not_be_seen_is_not_seen() -> None:
    cells = {(WHOLE, "households_to_enter"): 300, (WHOLE, "households_entered"): 298, (WHOLE, "not_entered"): 2}
    cells |= {(WHOLE, "employed"): 60, (WHOLE, "workers"): 80, (WHOLE, "not_employed"): 20}
    cells |= {(WHOLE, "items"): 80, (WHOLE, "items_closed"): 77}
    rates = {(WHOLE, "entry_rate"): "0.9933", (WHOLE, "employment_rate"): "0.75", (WHOLE, "closure_rate"): "0.9625"}
    seen = for_meeting(figures(cells, rates))
    assert seen.at("entry_rate") is FEW
    assert seen.at("closure_rate") is FEW  # 3 of 80 are not closed
    assert seen.at("employment_rate") == Decimal("0.75")


def test_averages_of_a_few_and_names_of_files_are_left_out() -> None:
    few = for_meeting(figures({(WHOLE, "warning_households"): 3, (WHOLE, "income_complete"): 80}))
    assert set(few.incomes.values()) == {FEW}
    many = for_meeting(figures({(WHOLE, "warning_households"): 30, (WHOLE, "income_complete"): 80}))
    assert FEW not in many.incomes.values()
    assert (many.missing.files, many.missing.unread) == ((), 1)


def test_places_that_are_none_of_the_county_s_are_not_there_at_all() -> None:
    cells = {(MONTH, "张三13800138000", "warning_red"): Decimal(9), (MONTH, "甲镇", "village_x"): Decimal(9)}
    seen = for_meeting(CountyFigures(MONTH, WHOLE, TOWNS, cells, [MONTH], [], [], {}, Missing([], [], 0, [])))
    assert not [cell for cell in seen.cells if cell[1] == "张三13800138000"]


def test_names_of_files_are_text_on_the_bureau_s_page_and_not_on_the_meeting_s() -> None:
    files = Missing([], [("<img src=x>张三.xlsx", "<b>原因</b>")], 1, [])
    shown = missing(files)
    assert "<img" not in shown and "&lt;img src=x&gt;张三.xlsx" in shown and "&lt;b&gt;原因" in shown
    seen = for_meeting(CountyFigures(MONTH, WHOLE, TOWNS, {}, [MONTH], [], [], {}, files))
    assert "张三" not in missing(seen.missing) and "没有采用的文件1个" in missing(seen.missing)


def test_who_came_is_not_told_by_what_last_month_s_page_has_shown() -> None:
    before = MONTH.previous
    cells: Any = {
        (before, WHOLE, "warning_households"): Decimal(60),
        (before, WHOLE, "warning_red"): Decimal(30),
        (before, WHOLE, "warning_yellow"): Decimal(30),
        (MONTH, WHOLE, "warning_households"): Decimal(63),
        (MONTH, WHOLE, "warning_new"): Decimal(3),
        (MONTH, WHOLE, "warning_left"): Decimal(0),
    }
    seen = for_meeting(CountyFigures(MONTH, WHOLE, TOWNS, cells, [before, MONTH], [], [], {}, Missing([], [], 0, [])))
    assert {cell[2] for cell, value in seen.cells.items() if value is FEW} == {"warning_new", "warning_left"}


def test_the_rates_that_a_meeting_sees_are_divided_as_the_briefing_divides_them() -> None:
    macro = (DBT_PROJECT / "macros" / "briefing.sql").read_text(encoding="utf-8")
    declared = re.findall(r"'figure': '([a-z_]+_rate)'[^}]*'rate': \('([a-z_]+)', '([a-z_]+)'\)", macro)
    # the page calls what is to be entered by that
    named = {"households": "households_to_enter"}
    assert {rate: (named.get(part, part), named.get(whole, whole)) for rate, part, whole in declared} == RATES


def test_a_rate_of_which_nothing_is_known_is_hidden() -> None:
    cells: Any = {(MONTH, WHOLE, "unheard_of_rate"): Decimal("0.5"), (MONTH, WHOLE, "claims_amount"): Decimal(120)}
    seen = for_meeting(CountyFigures(MONTH, WHOLE, TOWNS, cells, [MONTH], [], [], {}, Missing([], [], 0, [])))
    assert seen.at("unheard_of_rate") is FEW and seen.at("claims_amount") == Decimal(120)
