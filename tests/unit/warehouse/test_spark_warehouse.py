"""What can be told of Spark without Spark: that it is not there, the rules' texts for it, and how its files are shown."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.rows_elsewhere import RowsElsewhere
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import Installation
from orchestration.warehouse import spark_warehouse


def columns(**kinds: str) -> Any:
    fields = [
        SimpleNamespace(name=name, dataType=SimpleNamespace(simpleString=lambda kind=kind: kind))
        for name, kind in kinds.items()
    ]
    return SimpleNamespace(fields=fields)


def test_without_spark_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(ConfigError, match=r"requirements/spark\.txt.*Java 17.*--engine"):
        spark_warehouse.session(Installation.at(tmp_path / "raw", tmp_path / "marts"))


def test_nothing_of_spark_is_imported_by_the_module() -> None:
    assert "from pyspark" not in "".join(
        line for line in Path(spark_warehouse.__file__).read_text(encoding="utf-8").splitlines() if not line.startswith(" ")
    )


def test_a_table_parted_by_month_is_shown_in_its_types(tmp_path: Path) -> None:
    part = tmp_path / "marts.db" / "towns" / "month=2023-07-01"
    part.mkdir(parents=True)
    pq.write_table(pa.table({"town": ["甲镇"], "households": pa.array([3], pa.int32())}), part / "part-0.parquet")
    query = spark_warehouse._query(columns(town="string", households="int", month="date"), [part / "part-0.parquet"])
    with duckdb.connect() as connection:
        described = [row[:2] for row in connection.execute(f"describe {query}").fetchall()]
        rows = connection.execute(query).fetchall()
    assert described == [("town", "VARCHAR"), ("households", "INTEGER"), ("month", "DATE")]
    assert [(town, households, str(month)) for town, households, month in rows] == [("甲镇", 3, "2023-07-01")]


def test_a_table_without_files_is_shown_empty() -> None:
    query = spark_warehouse._query(columns(towns="array<string>", share="decimal(18,4)"), [])
    with duckdb.connect() as connection:
        described = [row[:2] for row in connection.execute(f"describe {query}").fetchall()]
        assert connection.execute(query).fetchall() == []
    assert described == [("towns", "VARCHAR[]"), ("share", "DECIMAL(18,4)")]


def test_it_runs_the_queries_of_rules() -> None:
    assert {name for name in vars(RowsElsewhere) if not name.startswith("_")} <= set(vars(spark_warehouse.SparkRows))
    assert spark_warehouse._in_spark("cast(a as varchar) || cast(b as varchar)") == "cast(a as string) || cast(b as string)"
