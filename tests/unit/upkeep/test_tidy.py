"""Tidying takes old runs and leftovers, and nothing that anybody rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from small_installation import make_installation

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.upkeep import tidy as module
from orchestration.upkeep.tidy import months_before, tidy
from orchestration.warehouse.run_lock import RunLockedError, hold_run_lock

MONTHS = dg.StaticPartitionsDefinition([Month("2023-07"), Month("2023-08")])
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dg.asset(partitions_def=MONTHS)
def published() -> None:
    """Stand for a month's publication."""


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.delenv(POSTGRES_VARIABLE, raising=False)
    monkeypatch.setattr(module, "_remove_old_parsed", lambda: 0)
    made = make_installation(tmp_path)
    (made.dagster_home / "history" / "runs.db").unlink()
    return made


@pytest.fixture
def instance(installation: Installation) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(installation.dagster_home)) as instance:
        yield instance


def run(instance: dg.DagsterInstance, month: str) -> str:
    return dg.materialize([published], instance=instance, partition_key=month, run_config=QUIET).run_id


def runs(instance: dg.DagsterInstance) -> set[str]:
    return {found.run_id for found in instance.get_runs()}


def later(months: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=31 * months)


def test_superseded_runs_go_when_they_are_old(installation: Installation, instance: dg.DagsterInstance) -> None:
    first, second, other = run(instance, "2023-07"), run(instance, "2023-07"), run(instance, "2023-08")
    assert tidy(installation, instance, later(1), months=12).runs == 0
    assert (installation.dagster_home / "history" / "runs" / f"{first}.db").exists()
    done = tidy(installation, instance, later(15), months=12)
    assert (done.runs, done.kept) == (1, 2)
    assert runs(instance) == {second, other}
    assert not list(installation.dagster_home.rglob(f"{first}*"))
    assert instance.get_materialized_partitions(dg.AssetKey("published")) == {"2023-07", "2023-08"}


def test_a_run_that_nobody_executes_is_ended(installation: Installation, instance: dg.DagsterInstance) -> None:
    job = dg.Definitions(assets=[published]).resolve_implicit_global_asset_job_def()
    dead = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    assert tidy(installation, instance, dt.datetime.now(dt.UTC)).dead == 0  # it may have been started just now
    assert tidy(installation, instance, dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).dead == 1
    ended = instance.get_run_by_id(dead.run_id)
    assert ended and ended.status is dg.DagsterRunStatus.FAILURE


def test_leftovers_go_and_publications_stay(installation: Installation, instance: dg.DagsterInstance) -> None:
    kept = {path: path.read_bytes() for path in installation.marts.rglob("*") if path.is_file() and "dagster" not in path.parts}
    unfinished = installation.marts / "2023-08" / ".v02-1.tmp" / "workbooks"
    unfinished.mkdir(parents=True)
    (unfinished / "a.xlsx").touch()
    (installation.landed / ".x.parquet.1.tmp").touch()
    assert tidy(installation, instance, later(100), months=1).leftovers == 2
    assert not unfinished.parent.exists()
    assert {path: path.read_bytes() for path in kept} == kept


def test_no_tidying_while_somebody_runs(installation: Installation, instance: dg.DagsterInstance) -> None:
    with hold_run_lock(installation, "试验"), pytest.raises(RunLockedError):
        tidy(installation, instance, later(100))


def test_months_are_counted_across_years() -> None:
    now = dt.datetime(2024, 2, 29, 13, tzinfo=dt.UTC)
    assert [months_before(now, months).strftime("%Y-%m-%d %H") for months in (0, 2, 24)] == [
        "2024-02-01 00",
        "2023-12-01 00",
        "2022-02-01 00",
    ]
