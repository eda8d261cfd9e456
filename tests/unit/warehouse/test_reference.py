"""Reference tables, parameters in force, what a run computes, failed models."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.contracts import ConfigError, load_parameters
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.dbt_runner import NodeResult, WarehouseError, raise_for
from orchestration.warehouse.reference import REFERENCE_TABLES, missing_parameters, write_reference
from orchestration.warehouse.run_request import RunRequest


def test_reference_tables_are_written_with_their_columns(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    rows = write_reference(installation, RunRequest({Month("2023-08"): Month("2023-08"), Month("2023-07"): Month("2023-09")}))
    for table, (_, columns) in REFERENCE_TABLES.items():
        written = pq.read_table(installation.reference / f"{table}.parquet")
        assert tuple(written.column_names) == columns
        assert written.num_rows == rows[table] > 0


def test_the_steps_of_a_run_find_what_it_computes(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    request = RunRequest({Month("2023-08"): Month("2023-08"), Month("2023-07"): Month("2023-09")}, (Month("2023-06"),))
    request.keep(installation)
    assert RunRequest.of(installation) == request
    assert list(request.knowledge.items()) == [("2023-06", "2023-06"), ("2023-07", "2023-09"), ("2023-08", "2023-08")]


def test_a_month_before_every_parameter_is_refused_with_all_of_them(tmp_path: Path) -> None:
    required = [name for name, parameter in load_parameters().items() if parameter.outside == "error"]
    assert len(missing_parameters([Month("2019-12")])) == len(required)
    assert missing_parameters([Month("2023-01"), Month("2024-01")]) == []
    with pytest.raises(ConfigError, match=r"2019-12"):
        write_reference(Installation.at(tmp_path, tmp_path), RunRequest({Month("2019-12"): Month("2019-12")}))


def test_failed_nodes_are_told_together() -> None:
    good = NodeResult("model.fangfanpin.a", "success", 0.1, None, None)
    bad = [NodeResult(f"model.fangfanpin.{name}", "error", 0.1, None, "Binder Error: x") for name in "bc"]
    raise_for([good])
    with pytest.raises(WarehouseError) as failed:
        raise_for([good, *bad])
    assert "model.fangfanpin.b" in str(failed.value) and "model.fangfanpin.c" in str(failed.value)
