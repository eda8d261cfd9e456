"""A few models on Spark, one with a contract, one with runs, where Java and PySpark are (``requirements/spark.txt``).

All of them are compared by ``python -m tests.engines.compare``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.foundation.paths import Installation
from orchestration.warehouse import dbt_runner, spark_warehouse
from tests.engines.compare import compare_tables
from tests.pipeline.conftest import Run

# before anything is run for it
pytest.importorskip("pyspark", reason="PySpark is not installed (requirements/spark.txt)")
pytest.importorskip("dbt.adapters.spark", reason="dbt-spark is not installed (requirements/spark.txt)")
pytestmark = [pytest.mark.pipeline, pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java")]
SLICE = ["+lines_in_force", "+int_roster_members", "+int_roster_spans"]


@pytest.fixture
def on_spark(county_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    state = county_run.marts / ".state"
    copy = Installation.at(county_run.raw, tmp_path / "marts")
    for folder in ("landed", "reference", "checks"):
        shutil.copytree(state / folder, copy.state / folder)
    monkeypatch.setenv("FANGFANPIN_ENGINE", "spark")
    monkeypatch.setenv("FANGFANPIN_SPARK_PARTITIONS", "2")
    return copy


def test_a_slice_has_the_same_rows_and_types(on_spark: Installation, county_run: Run) -> None:
    dbt_runner.raise_for(dbt_runner.build(on_spark, select=SLICE, command="run"))
    compared = compare_tables(county_run.marts / ".state" / "warehouse.duckdb", on_spark.warehouse)
    there = [one for one in compared if one.differences != ("only on duckdb",)]
    assert {one.name for one in there} >= {"marts.lines_in_force", "intermediate.int_roster_spans"}
    assert len(there) >= 15
    assert sum(one.rows for one in there) > 100
    assert [one for one in there if one.differences] == []
    rows = spark_warehouse.SparkRows(on_spark)
    assert rows.rows("select cast(1 as varchar) as one").to_pylist() == [{"one": "1"}]
    with pytest.raises(Exception, match="CAST_INVALID_INPUT") as refused:
        rows.rows("select cast(name as integer) from (select 'x' as name)")
    assert rows.is_of_query(refused.value)
    assert rows.said(refused.value) == "Spark: CAST_INVALID_INPUT"
