"""How far a run is: its stages, how long each has taken, how much of it is done. Told to whoever watches, if anybody does.

What belongs here: counting and timing. What does not: how it is shown (``command_line``), names of stages (who runs them).
A stage is one stretch (``stage``) or the sum of many parts between which other stages have theirs (``part_of``). Counts are
told, never what is counted. Without a watcher, as in Dagster's daemon, nothing happens.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass
class Stage:
    """One stage of a run.

    Attributes:
        name: Chinese.
        unit: measure word and what is counted (``个名册``); empty where nothing is.
        done: how many are done.
        total: of how many, None while that is not known.
        spent: seconds of the parts that have ended.
        since: when the present part began (``time.monotonic``), None between parts.
    """

    name: str
    unit: str = ""
    done: int = 0
    total: int | None = None
    spent: float = 0.0
    since: float | None = None

    @property
    def seconds(self) -> float:
        """How long the stage has taken until now."""
        return self.spent + (time.monotonic() - self.since if self.since is not None else 0.0)

    def count(self, done: int, total: int | None = None) -> None:
        """Say how many are done, and of how many if that is known now."""
        self.done, self.total = done, self.total if total is None else total
        _tell_changed(self)


class Watcher(Protocol):
    """Is told how far a run is; from any thread."""

    def changed(self, stage: Stage) -> None:
        """A stage has begun, gone on or paused."""

    def finished(self, stage: Stage) -> None:
        """A stage is done."""


_watchers: list[Watcher] = []
_open: dict[str, Stage] = {}


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Tell a watcher of all stages of this process until the end of the block."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)
        _open.clear()


@contextmanager
def stage(name: str, unit: str = "", total: int | None = None) -> Iterator[Stage]:
    """Run one stage; it is finished at the end of the block unless that fails."""
    running = Stage(name, unit, total=total, since=time.monotonic())
    _tell_changed(running)
    yield running
    running.spent, running.since = running.seconds, None
    _tell_finished(running)


@contextmanager
def part_of(name: str, unit: str, total: int) -> Iterator[None]:
    """Run one part of a stage that has ``total`` of them; the stage is finished with its last part."""
    running = _open.setdefault(name, Stage(name, unit, total=total))
    running.since = time.monotonic()
    _tell_changed(running)
    yield
    running.spent, running.since = running.seconds, None
    running.count(running.done + 1)
    if running.done >= total:
        del _open[name]
        _tell_finished(running)


def _tell_changed(stage: Stage) -> None:
    for watcher in _watchers:
        watcher.changed(stage)


def _tell_finished(stage: Stage) -> None:
    for watcher in _watchers:
        watcher.finished(stage)
