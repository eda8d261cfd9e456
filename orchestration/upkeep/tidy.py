"""``fangfanpin tidy``: takes away what nobody needs any more. Publications, landed rows and the archive are never touched.

Removed: old runs of Dagster's history with their logs, databases of it that are damaged, what dead runs left unfinished, and
parsed forms of older versions of the dbt project. dbt itself writes no log files here. What schedules and sensors did is
removed by the daemon (``retention`` in ``config/dagster.yaml``).
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from orchestration.adapters.dagster_names import IN_PROGRESS_RUN_STATUSES
from orchestration.adapters.dagster_run_history import set_damaged_aside
from orchestration.contracts.upkeep import load_upkeep
from orchestration.defs.postgres import postgres_address
from orchestration.foundation.atomic_files import is_unfinished_file
from orchestration.foundation.paths import Installation
from orchestration.upkeep.damage import leftovers
from orchestration.upkeep.files import size_below
from orchestration.warehouse.dbt_runner import parsed_folder
from orchestration.warehouse.run_lock import hold_run_lock

_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_BATCH = 500


@dataclass(frozen=True)
class Tidied:
    """What was taken away.

    Attributes:
        runs: ended runs removed from the history.
        kept: runs as old that stay, because a month's state in Dagster rests on them.
        dead: runs that nobody executed any more, marked as failed.
        leftovers: unfinished files and folders removed.
        parsed: parsed forms of older versions of the dbt project removed.
        freed: bytes.
    """

    runs: int
    kept: int
    dead: int
    leftovers: int
    parsed: int
    freed: int


def tidy(installation: Installation, instance: dg.DagsterInstance, now: dt.datetime, months: int | None = None) -> Tidied:
    """Take away what is old.

    Args:
        installation: whose state is tidied; nobody may run meanwhile.
        instance: its Dagster instance.
        now: the present, with a time zone.
        months: how long ended runs are kept; by default ``config/upkeep.yml``.

    Raises:
        RunLockedError: somebody runs.
    """
    settings = load_upkeep()
    folders = (installation.marts, installation.state, parsed_folder().parent)
    before = sum(size_below(folder) for folder in folders)
    with hold_run_lock(installation, "清理"):
        for events in (installation.dagster_home / "history" / "runs").glob("*.db"):  # those in use were looked at when opened
            set_damaged_aside(events)
        dead = _end_dead_runs(instance, now - dt.timedelta(hours=settings.dead_run_hours))
        keep_from = months_before(now, settings.run_history_months if months is None else months)
        old = [record.dagster_run.run_id for record in _old_runs(instance, keep_from)]
        needed = _runs_of_latest_materializations(instance) if old else set()
        removed = [run for run in old if run not in needed]
        for run in removed:
            instance.delete_run(run)
            _remove_files_of(installation, run)
        if removed and not postgres_address():
            _compact(installation)
        unfinished = _remove_leftovers(installation)
    parsed = _remove_old_parsed()
    after = sum(size_below(folder) for folder in folders)
    return Tidied(len(removed), len(old) - len(removed), dead, unfinished, parsed, max(0, before - after))


def months_before(now: dt.datetime, months: int) -> dt.datetime:
    """Return the first moment of the month that lies so many months before that of ``now``."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def _old_runs(instance: dg.DagsterInstance, keep_from: dt.datetime) -> Iterator[dg.RunRecord]:
    for record in instance.get_run_records(dg.RunsFilter(statuses=_FINISHED, created_before=keep_from)):
        if record.end_time is None or record.end_time < keep_from.timestamp():
            yield record


def _end_dead_runs(instance: dg.DagsterInstance, started_before: dt.datetime) -> int:
    """Mark runs as failed that the history says go on, though nobody holds the lock (the caller does)."""
    dead = instance.get_run_records(dg.RunsFilter(statuses=IN_PROGRESS_RUN_STATUSES, updated_before=started_before))
    for record in dead:
        instance.report_run_failed(record.dagster_run, "运行已中断（进程不在了），由 fangfanpin tidy 标记为失败")
    return len(dead)


def _runs_of_latest_materializations(instance: dg.DagsterInstance) -> set[str]:
    """Return the runs whose removal would make Dagster believe that a month was never computed."""
    runs = set()
    for key in instance.all_asset_keys():
        latest = instance.event_log_storage.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION)
        ids = sorted(latest.values())
        for start in range(0, len(ids), _BATCH):
            wanted = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids[start : start + _BATCH])
            found = instance.fetch_materializations(wanted, limit=_BATCH)
            runs |= {record.run_id for record in found.records}
    return runs


def _remove_files_of(installation: Installation, run: str) -> None:
    """Remove the event file and the logs of a removed run; Dagster empties the one and leaves the other."""
    for path in (installation.dagster_home / "history" / "runs").glob(f"{run}.db*"):
        path.unlink()
    shutil.rmtree(installation.dagster_home / "storage" / run, ignore_errors=True)


def _compact(installation: Installation) -> None:
    history = installation.dagster_home / "history"
    for path in (history / "runs.db", history / "runs" / "index.db"):
        if path.exists():
            with closing(sqlite3.connect(path, timeout=60)) as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove_leftovers(installation: Installation) -> int:
    removed = set()
    for path in leftovers(installation):
        whole = next(part for part in (*reversed(path.parents), path) if is_unfinished_file(part))
        if whole not in removed:
            _remove(whole)
            removed.add(whole)
    return len(removed)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_old_parsed() -> int:
    """Remove the parsed forms of other versions of the dbt project where this user may; each is made anew when it is needed."""
    current = parsed_folder()
    if not current.parent.is_dir() or not os.access(current.parent, os.W_OK):
        return 0
    old = [folder for folder in current.parent.iterdir() if folder != current and not folder.name.startswith(".")]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
