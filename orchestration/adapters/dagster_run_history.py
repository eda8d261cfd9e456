"""Dagster's run history in SQLite, with connections that stay open while a process uses them.

Dagster opens and closes a connection for every event. Closing the last one makes SQLite copy its log back and wait for the
disk, which was more than half of a month's time. Here a connection is kept, and the log is not forced to disk with every
event: a killed process loses nothing, a power failure at most the last lines of the history, never a publication.

A database that is damaged is set aside, which is told, and begun anew: nothing rests on it but what the page shows.

Named in ``config/dagster.sqlite.yaml``; files and tables are Dagster's own, so its stock storage reads them as well.

Dagster 1.13 lets ``storage: custom`` name a class of ours and has no public one to start from. Private are:

- ``DagsterSqliteStorage``, ``SqliteRunStorage``, ``SqliteEventLogStorage``, ``SqliteScheduleStorage``, ``INDEX_SHARD_NAME``
  (``dagster._core.storage``), ``ConfigurableClassData`` (``dagster._serdes``), ``dagster._check``;
- read of them ``_conn_string``, ``_db_lock``, ``_initialized_dbs``, ``_initdb``, ``conn_string_for_shard``; overridden
  ``connect``, ``_connect``, ``has_table``, ``store_event_batch``; set ``_run_storage``, ``_event_log_storage``,
  ``_schedule_storage``;
- the variable ``DAGSTER_EVENT_BATCH_SIZE`` (``dagster/_core/instance/utils.py``), without which events come one by one.

When they change: the methods of these names in ``dagster/_core/storage/event_log/sqlite/sqlite_event_log.py``,
``runs/sqlite/sqlite_run_storage.py`` and ``sqlite_storage.py``. Until they are read, the section ``storage`` of
``config/dagster.sqlite.yaml`` may be left out: the stock storage reads the same files and is slower.
"""

import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster._check as check
from dagster import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

import orchestration.adapters.dagster_folders  # noqa: F401  a folder of any name
from orchestration.foundation.atomic_files import clear_place, unfinished_beside
from orchestration.foundation.databases import what_is_wrong

# Every run has a file of its own; the page reads those of many runs.
_MOST_OPEN = 8
_BUSY_TIMEOUT_SECONDS = 60
# Dagster hands on the events of a range of months, and those that a run intends, together where this is set.
BATCH_VARIABLE, BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE", "10000"


def set_damaged_aside(path: Path) -> None:
    """Give a database that is damaged another name, under which ``fangfanpin tidy`` finds it, so that it is begun anew."""
    if path.is_dir():
        clear_place(path)
    if not path.exists() or what_is_wrong(path, _BUSY_TIMEOUT_SECONDS) is None:
        return
    print(f"运行历史 {path} 已损坏，已移开，重新开始记录；发布的清单不受影响", file=sys.stderr)
    path.rename(unfinished_beside(path))
    for log in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        log.unlink(missing_ok=True)


class _Engines:
    """Engines by address, the least recently used ones closed."""

    def __init__(self) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._process = os.getpid()

    def get(self, address: str) -> Engine:
        """Return the engine of a database; its connection stays open."""
        if self._process != os.getpid():  # a connection must not be carried over into a forked process
            self._engines, self._process = OrderedDict(), os.getpid()
        engine = self._engines.pop(address, None) or _new_engine(address)
        self._engines[address] = engine
        while len(self._engines) > _MOST_OPEN:
            _, oldest = self._engines.popitem(last=False)
            oldest.dispose()
        return engine

    def dispose(self) -> None:
        """Close every connection."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def _new_engine(address: str) -> Engine:
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=1,
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
        # with SQLite's write-ahead log this can lose the last commits in a power failure but never breaks the file
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


@dataclass
class _Batch:
    """The transactions in which a thread stores many events."""

    thread: int
    transactions: ExitStack
    connections: dict[str, Connection] = field(default_factory=dict)


class EventHistory(SqliteEventLogStorage):
    """Events of runs and assets."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = _Engines()
        self._batch: _Batch | None = None
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)
        # Dagster does so only where there is no index; an empty one may be what a power failure left
        self.reindex_events()
        self.reindex_assets()

    def has_table(self, table_name: str) -> bool:
        """Return whether the index has a table. Dagster asks before every event; a table that is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def get_all_run_ids(self) -> Sequence[str]:
        """Return the runs that have a file; Dagster takes the name of the folder for a pattern when it looks for them."""
        return [path.stem for path in Path(self._base_dir).glob("*.db") if path.stem != INDEX_SHARD_NAME]

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of a range of months, or all that a run intends, in one transaction of each file."""
        with self._db_lock, ExitStack() as transactions:
            self._batch = _Batch(threading.get_ident(), transactions)
            try:
                super().store_event_batch(events)
            finally:
                self._batch = None

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        check.str_param(shard, "shard")
        batch = self._batch
        if batch is not None and batch.thread == threading.get_ident():
            if shard not in batch.connections:
                batch.connections[shard] = batch.transactions.enter_context(self._transaction(shard))
            yield batch.connections[shard]
            return
        with self._db_lock, self._transaction(shard) as connection:
            yield connection

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[Connection]:
        if shard not in self._initialized_dbs:
            set_damaged_aside(Path(self.path_for_shard(shard)))
        engine = self._engines.get(self.conn_string_for_shard(shard))
        if shard not in self._initialized_dbs:
            self._initdb(engine, for_index_shard=shard == INDEX_SHARD_NAME)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        self._engines.dispose()


class RunHistory(SqliteRunStorage):
    """Runs and their tags."""

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = _Engines()
        super().__init__(conn_string, inst_data)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give out a connection within a transaction."""
        with self._engines.get(self._conn_string).connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Close the file."""
        super().dispose()
        self._engines.dispose()


class History(DagsterSqliteStorage):
    """Dagster's storage of one installation: the same files as the stock one, fewer waits for the disk."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        for name in ("history/runs.db", "history/runs/index.db", "schedules/schedules.db"):
            set_damaged_aside(Path(base_dir) / name)
        super().__init__(base_dir, inst_data)
        self._run_storage = RunHistory.from_local(os.path.join(base_dir, "history", ""))  # noqa: PTH118  Dagster takes text
        self._event_log_storage = EventHistory(os.path.join(base_dir, "history", "runs", ""))  # noqa: PTH118
        self._schedule_storage = SqliteScheduleStorage.from_local(os.path.join(base_dir, "schedules"))  # noqa: PTH118

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "History":
        """Return the storage that ``dagster.yaml`` names."""
        return cls.from_local(inst_data=inst_data, **config_value)
