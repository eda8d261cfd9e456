"""A run's stages on the screen: bars on a terminal, a line for each elsewhere (a log file, a pipe, CI).

What belongs here: how they are drawn. What does not: what is counted (``foundation.progress``).
Dagster sends what steps print into files of its own, by the stream's number; so everything is written to a copy of the stream.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from orchestration.command_line.arguments import padded
from orchestration.foundation.progress import Stage, watched_by

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_NAME_WIDTH, _COUNT_WIDTH = 14, 20


@contextmanager
def progress_shown() -> Iterator[None]:
    """Show how far the run in the block is on standard output; how long all of it took at the end."""
    began = time.monotonic()
    with _copy_of_output() as stream:
        if _is_terminal(stream):
            with _bars(stream) as bars, watched_by(_Bars(bars)):
                yield
        else:
            with watched_by(_Lines(stream)):
                yield
        print(f"  {padded('共', _NAME_WIDTH + _COUNT_WIDTH)}{_seconds(time.monotonic() - began)}", file=stream, flush=True)


@contextmanager
def _copy_of_output() -> Iterator[IO[str]]:
    sys.stdout.flush()
    try:
        number = os.dup(sys.stdout.fileno())
    except (OSError, ValueError):  # no stream of the operating system: a test's, a notebook's
        yield sys.stdout
        return
    with os.fdopen(number, "w", encoding="utf-8", errors="replace") as stream:
        yield stream


def _is_terminal(stream: IO[str]) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb" and "CI" not in os.environ


class _Lines:
    """A line for each stage when it is finished."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def changed(self, stage: Stage) -> None:
        """Say nothing of what is not finished: a log keeps every line."""

    def finished(self, stage: Stage) -> None:
        count = f"{stage.done} {stage.unit}" if stage.unit else ""
        line = f"  {padded(stage.name, _NAME_WIDTH)}{padded(count, _COUNT_WIDTH)}{_seconds(stage.seconds)}"
        print(line, file=self._stream, flush=True)


class _Bars:
    """A bar for each stage, which stays when it is finished."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[int, tuple[Stage, TaskID]] = {}

    def changed(self, stage: Stage) -> None:
        if id(stage) not in self._tasks:
            self._tasks[id(stage)] = stage, self._bars.add_task(stage.name, total=stage.total, stage=stage)
        self._bars.update(self._tasks[id(stage)][1], completed=stage.done, total=stage.total)

    def finished(self, stage: Stage) -> None:
        done = max(stage.done, 1)
        self._bars.update(self._tasks[id(stage)][1], completed=done, total=done)


def _bars(stream: IO[str]) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task
    from rich.text import Text

    class Count(ProgressColumn):
        """How many of how many."""

        def render(self, task: Task) -> Text:
            stage: Stage = task.fields["stage"]
            of = f"/{stage.total}" if stage.total is not None and stage.done < stage.total else ""
            return Text(f"{stage.done}{of} {stage.unit}" if stage.unit else "")

    class Taken(ProgressColumn):
        """How long the stage has taken, which Rich would count from its first part to its last."""

        def render(self, task: Task) -> Text:
            return Text(_seconds(task.fields["stage"].seconds), justify="right")

    # what goes to standard output is not taken over: Dagster does that with it
    return Progress(
        "  {task.description}",
        BarColumn(30),
        Count(),
        Taken(),
        console=Console(file=stream),
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _seconds(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} 分 {rest:.0f} 秒" if minutes else f"{rest:.1f} 秒"
