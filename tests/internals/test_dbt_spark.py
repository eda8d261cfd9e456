"""What is relied on of dbt-spark's internals (``orchestration/adapters/dbt_spark.py``), where it is installed."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pyspark", reason="PySpark is not installed (requirements/spark.txt)")
pytest.importorskip("dbt.adapters.spark", reason="dbt-spark is not installed (requirements/spark.txt)")

from dbt.adapters.spark.connections import SparkConnectionMethod, SparkCredentials
from dbt.adapters.spark.impl import SparkAdapter

from orchestration.adapters import dbt_spark
from tests.internals.advice import advice

PLACE = "orchestration/adapters/dbt_spark.py"
ANSI = advice("dbt-spark", PLACE, "have the profile's ANSI setting hold again.")
DRIVER = advice("dbt-spark", PLACE, "have Python models run in the driver again.")


def credentials() -> Any:
    return SparkCredentials(method=SparkConnectionMethod.SESSION, host="localhost", schema="main", database=None)


def test_it_turns_ansi_off_and_we_turn_it_on() -> None:
    dbt_spark.in_this_process()
    after = credentials().server_side_parameters
    assert after["spark.sql.ansi.enabled"] == "true", ANSI


def test_python_models_run_where_we_say() -> None:
    assert isinstance(SparkAdapter.python_submission_helpers, property), DRIVER
    dbt_spark.in_this_process()
    adapter = object.__new__(SparkAdapter)
    assert set(adapter.python_submission_helpers) == {adapter.default_python_submission_method}
