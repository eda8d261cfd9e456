"""Dagster's history with connections that stay open: the same files, read by the stock storage."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from orchestration.adapters.dagster_names import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from orchestration.adapters.dagster_run_history import BATCH_SIZE, BATCH_VARIABLE, EventHistory
from orchestration.foundation.months import Month
from orchestration.foundation.paths import CONFIG

MONTHS = dg.MonthlyPartitionsDefinition(start_date=Month("2023-01"), fmt="%Y-%m")
# What a run of four months intends, their check included; stored when the run is made.
PLANNED = 5
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dg.asset(
    partitions_def=MONTHS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    check_specs=[dg.AssetCheckSpec("sound", asset="counted")],
)
def counted() -> dg.MaterializeResult:  # type: ignore[type-arg]
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name="sound", passed=True)])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv(BATCH_VARIABLE, BATCH_SIZE)
    settings = (CONFIG / "dagster.sqlite.yaml").read_text(encoding="utf-8")
    (tmp_path / "dagster.yaml").write_text(f"telemetry: {{enabled: false}}\n{settings}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.get() as made:
        yield made


def run(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = dg.Definitions(assets=[counted], jobs=[dg.define_asset_job("all")]).resolve_job_def("all")
    tags = {ASSET_PARTITION_RANGE_START_TAG: "2023-01", ASSET_PARTITION_RANGE_END_TAG: "2023-04"}
    return job.execute_in_process(instance=instance, tags=tags, run_config=QUIET)


def test_the_stock_storage_reads_what_was_kept(home: Path, instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.event_log_storage, EventHistory)
    result = run(instance)
    instance.dispose()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    with dg.DagsterInstance.get() as stock:
        assert not isinstance(stock.event_log_storage, EventHistory)
        assert stock.get_materialized_partitions(dg.AssetKey("counted")) == {"2023-01", "2023-02", "2023-03", "2023-04"}
        assert [one.run_id for one in stock.get_runs()] == [result.run_id]
        assert len(stock.all_logs(result.run_id)) == len(result.all_events) + PLANNED


def test_a_range_is_stored_in_one_transaction(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    transaction = EventHistory._transaction

    def counting(storage: EventHistory, shard: str) -> object:
        opened.append(shard)
        return transaction(storage, shard)

    monkeypatch.setattr(EventHistory, "_transaction", counting)
    monkeypatch.setenv(BATCH_VARIABLE, "0")
    run(instance)
    one_by_one = len(opened)
    opened.clear()
    monkeypatch.setenv(BATCH_VARIABLE, BATCH_SIZE)
    run(instance)
    # four months planned and four materialized, each in two files
    assert one_by_one - len(opened) >= 12


def test_what_fails_within_a_batch_is_undone_and_stored_one_by_one(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store, failures = EventHistory.store_event, [True]

    def failing_once(storage: EventHistory, event: dg.EventLogEntry) -> None:
        store(storage, event)
        if storage._batch is not None and failures:
            failures.pop()
            raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(EventHistory, "store_event", failing_once)
    result = run(instance)
    assert failures == [] and "Falling back" in capsys.readouterr().err
    assert len(instance.all_logs(result.run_id)) == len(result.all_events) + PLANNED


def test_another_program_reads_while_the_connection_is_open(home: Path, instance: dg.DagsterInstance) -> None:
    result = run(instance)
    with closing(sqlite3.connect(home / "history" / "runs" / f"{result.run_id}.db")) as connection:
        (count,) = connection.execute("select count(*) from event_logs").fetchone()
    assert count == len(result.all_events) + PLANNED
