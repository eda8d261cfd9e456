"""The lock of an installation: one run at a time, whoever starts it, and who holds it.

The operating system holds the lock and gives it up when its process ends, however it ends. Beside it stands who took it, for
messages and for ``fangfanpin doctor``; a note without a lock is what a killed run leaves.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import filelock

from orchestration.contracts import load_county
from orchestration.foundation.atomic_files import clear_place, read_json, write_json
from orchestration.foundation.paths import Installation

# A run that was started a moment after another looked at the lock need not fail.
_PATIENCE_SECONDS = 1.0
_held_here: set[Path] = set()


class RunLockedError(Exception):
    """Somebody else works on the installation. The message is Chinese: who, since when, what to do."""


@dataclass(frozen=True)
class Holder:
    """Who took the lock.

    Attributes:
        purpose: Chinese, what the process does.
        process: its number on ``machine``.
        machine: host name.
        since: when, ``YYYY-MM-DD HH:MM:SS`` in the county's time.
    """

    purpose: str
    process: int
    machine: str
    since: str

    def __str__(self) -> str:
        return f"{self.purpose}，{self.machine} 上的进程 {self.process}，自 {self.since} 起"


@contextmanager
def hold_run_lock(
    installation: Installation, purpose: str, wait_seconds: float = _PATIENCE_SECONDS, *, is_part_of_holder: bool = False
) -> Iterator[None]:
    """Hold the installation against other runs, backups and tidying.

    Args:
        installation: to be held.
        purpose: Chinese, what for; told to whoever finds the lock taken.
        wait_seconds: how long to wait for another to finish.
        is_part_of_holder: the caller works for whoever holds the lock in this process, if anybody does.

    Raises:
        RunLockedError: another holds it.
        OSError: the lock file cannot be written.
    """
    path = installation.run_lock
    if is_part_of_holder and path in _held_here:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_place(path)
    lock = filelock.FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=0.2)
    except filelock.Timeout:
        holder = noted_holder(installation)
        who = f"（{holder}）" if holder else ""
        raise RunLockedError(f"另一个运行正在使用 {installation.marts}{who}；请等它结束后再运行") from None
    note = installation.run_holder
    try:
        _held_here.add(path)
        now = dt.datetime.now(ZoneInfo(load_county().time_zone)).strftime("%Y-%m-%d %H:%M:%S")
        write_json(note, asdict(Holder(purpose, os.getpid(), socket.gethostname(), now)))
        yield
    finally:
        _held_here.discard(path)
        note.unlink(missing_ok=True)
        lock.release()


def noted_holder(installation: Installation) -> Holder | None:
    """Return who noted that it took the lock and has not given it back; it may be dead (see ``is_locked``)."""
    content: Any = read_json(installation.run_holder)
    try:
        return Holder(**content)
    except TypeError:
        return None


def is_locked(installation: Installation) -> bool:
    """Return whether somebody holds the lock at this moment; who may only read is told by the note.

    Nothing is made where nobody ever held it.
    """
    if not installation.run_lock.exists():
        return False
    try:
        with filelock.FileLock(installation.run_lock, timeout=0):
            return False
    except filelock.Timeout:
        return True
    except OSError:  # no right to write, a read-only disk
        return noted_holder(installation) is not None
