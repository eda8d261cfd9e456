"""``tests.engines.compare`` sees what differs: rows, types, tables, bytes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.engines.compare import compare_files, compare_tables


def database(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for statement in statements:
            connection.execute(statement)
    return path


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("select 1 as a, 'x' as b union all select 1, 'x'", ()),
        ("select 1 as a, 'x' as b", ("1 rows only on duckdb",)),
        ("select 1 as a, 'x' as b union all select 1, 'y'", ("1 rows only on duckdb (b)", "1 rows only on spark (b)")),
        (
            "select cast(1 as bigint) as a, 'x' as b union all select 1, 'x'",
            ("a: INTEGER on DuckDB, BIGINT on Spark",),
        ),
    ],
)
def test_a_difference_is_named(tmp_path: Path, other: str, said: tuple[str, ...]) -> None:
    duck = database(tmp_path / "duck.duckdb", "create table marts.t as select 1 as a, 'x' as b union all select 1, 'x'")
    spark = database(tmp_path / "spark.duckdb", f"create view marts.t as {other}")
    (compared,) = compare_tables(duck, spark)
    assert (compared.name, compared.rows, compared.differences) == ("marts.t", 2, said)


def test_a_table_that_one_engine_lacks_is_a_difference(tmp_path: Path) -> None:
    duck = database(tmp_path / "duck.duckdb", "create table marts.t as select 1 as a")
    (compared,) = compare_tables(duck, database(tmp_path / "spark.duckdb"))
    assert compared.differences == ("only on duckdb",)


def test_files_are_compared_to_the_byte(tmp_path: Path) -> None:
    for folder, number in (("one", 1), ("other", 2)):
        (tmp_path / folder).mkdir()
        with duckdb.connect() as connection:
            connection.execute(f"copy (select 1 as a) to '{tmp_path / folder}/same.parquet'")
            connection.execute(f"copy (select {number} as a) to '{tmp_path / folder}/different.parquet'")
    found = {one.name: one.differences for one in compare_files(tmp_path / "one", tmp_path / "other", "*.parquet")}
    assert found == {"same.parquet": (), "different.parquet": ("bytes",)}
