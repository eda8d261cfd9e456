"""The roll-up of docs/scaling.md on two invented counties."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from orchestration.contracts import load_fields, load_marts, mart_fields
from orchestration.foundation.paths import REPOSITORY

FIGURES = [
    # town, is_total, figure, unit, value in one county and in the other
    ("全县", True, "red_households", "户", 3, 4),
    ("甲镇", False, "red_households", "户", 2, 4),
    ("全县", True, "persons", "人", 7, None),
    ("全县", True, "premium_rate", "%", 90, 80),
    ("全县", True, "income_per_head", "元", 12000, 9000),
]


def county(path: Path, place: int) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.briefing_figures (month date, town varchar, town_code varchar, is_total boolean,"
            " figure varchar, figure_no bigint, unit varchar, value decimal(18, 4), previous_value decimal(18, 4),"
            " quarter_ago_value decimal(18, 4))"
        )
        for number, (town, is_total, figure, unit, *values) in enumerate(FIGURES):
            connection.execute(
                "insert into marts.briefing_figures values ('2023-07-01', ?, null, ?, ?, ?, ?, ?, null, null)",
                [town, is_total, figure, number, unit, values[place]],
            )


def test_counts_of_counties_add_up_and_nothing_else_goes_up(tmp_path: Path) -> None:
    (sql,) = re.findall(r"```sql\n(.*?)```", (REPOSITORY / "docs" / "scaling.md").read_text(encoding="utf-8"), re.DOTALL)
    for place, name in enumerate(("county_a", "county_b")):
        county(tmp_path / f"{name}.duckdb", place)
        sql = sql.replace(f"/srv/{name}/marts/current.duckdb", str(tmp_path / f"{name}.duckdb"))
    with duckdb.connect() as connection:
        rows = connection.execute(sql).fetchall()
    assert [row[1:] for row in rows] == [("persons", "人", 7, 1), ("red_households", "户", 7, 2)]


def test_it_has_the_columns_that_the_list_has() -> None:
    columns = set(mart_fields(load_marts()["briefing_figures"], load_fields()))
    assert columns == {
        *("month", "town", "town_code", "is_total", "figure"),
        *("figure_no", "unit", "value", "previous_value", "quarter_ago_value"),
    }
