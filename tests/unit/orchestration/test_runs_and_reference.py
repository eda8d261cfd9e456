"""Months, parameters in force, error texts: the pure parts of a run."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.contracts import ConfigError, load_parameters
from orchestration.defs.runs import RunError, months_between, only_run, streams_given_back
from orchestration.foundation.error_texts import without_values
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.dbt_runner import NodeResult, WarehouseError, raise_for
from orchestration.warehouse.reference import REFERENCE_TABLES, missing_parameters, write_reference
from orchestration.warehouse.run_request import RunRequest


def test_months_between_cross_the_year() -> None:
    assert months_between(Month("2022-11"), Month("2023-02")) == ["2022-11", "2022-12", "2023-01", "2023-02"]


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


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Runtime Error in model stg_x (models/x.sql)\n  Conversion Error: Could not convert '440233198807301239' to DATE",
            "Runtime Error in model stg_x (models/x.sql)",
        ),
        (
            'Runtime Error in model x\n  Binder Error: Referenced column "y" not found',
            'Binder Error: Referenced column "y" not found',
        ),
        ("Conversion Error: '13800138000'", "Conversion Error"),
        (None, ""),
    ],
)
def test_what_dbt_says_is_told_without_the_values_it_quotes(message: str | None, shown: str) -> None:
    assert without_values(message) == shown


def test_failed_nodes_are_told_together() -> None:
    good = NodeResult("model.fangfanpin.a", "success", 0.1, None, None)
    bad = [NodeResult(f"model.fangfanpin.{name}", "error", 0.1, None, "Binder Error: x") for name in "bc"]
    raise_for([good])
    with pytest.raises(WarehouseError) as failed:
        raise_for([good, *bad])
    assert "model.fangfanpin.b" in str(failed.value) and "model.fangfanpin.c" in str(failed.value)


def test_two_runs_of_one_installation_exclude_each_other(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    installation.state.mkdir(parents=True)
    with only_run(installation), pytest.raises(RunError, match="另一个运行"), only_run(installation):
        pass
    with only_run(installation):
        pass


def test_standard_error_is_given_back_whatever_became_of_it(tmp_path: Path) -> None:
    before = os.fstat(2)
    with (tmp_path / "captured").open("wb") as file, streams_given_back():
        os.dup2(file.fileno(), 2)
        assert os.fstat(2).st_ino != before.st_ino
    assert (os.fstat(2).st_dev, os.fstat(2).st_ino) == (before.st_dev, before.st_ino)
