"""The stages of a run: counted and timed, as bars on a terminal and as lines elsewhere."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from orchestration.command_line.progress import progress_shown
from orchestration.foundation import progress
from orchestration.foundation.progress import Stage, part_of, stage, watched_by
from tests.conftest import REPOSITORY


class Watching:
    def __init__(self) -> None:
        self.finished_stages: list[tuple[str, int, int | None]] = []
        self.seen: list[tuple[str, int]] = []

    def changed(self, stage: Stage) -> None:
        self.seen.append((stage.name, stage.done))

    def finished(self, stage: Stage) -> None:
        self.finished_stages.append((stage.name, stage.done, stage.total))


@contextmanager
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [0.0]
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.foundation.progress.time.monotonic", lambda: now[0])
        yield now


def test_a_stage_of_parts_is_the_sum_of_them_whatever_lies_between(monkeypatch: pytest.MonkeyPatch) -> None:
    watching = Watching()
    with clock(monkeypatch) as now, watched_by(watching):
        for _ in range(2):
            with part_of("读取报送", "个名册", 2):
                now[0] += 3
            with part_of("校验", "个名册", 2):
                now[0] += 1
    assert watching.finished_stages == [("读取报送", 2, 2), ("校验", 2, 2)]
    assert ("读取报送", 1) in watching.seen


def test_seconds_do_not_count_what_other_stages_take(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock(monkeypatch) as now:
        told = Stage("读取报送", spent=5.0, since=None)
        now[0] += 100
        assert told.seconds == 5.0
        told.since = now[0]
        now[0] += 2
        assert told.seconds == 7.0


def test_a_stage_that_fails_is_not_finished_and_one_of_the_next_run_begins_anew() -> None:
    watching = Watching()
    with pytest.raises(ValueError), watched_by(watching), part_of("读取报送", "个名册", 1):
        raise ValueError
    with pytest.raises(ValueError), watched_by(watching), stage("计算"):
        raise ValueError
    assert watching.finished_stages == []
    with watched_by(watching), part_of("读取报送", "个名册", 1):
        pass
    assert watching.finished_stages == [("读取报送", 1, 1)]


def test_nobody_need_watch() -> None:
    with stage("计算", "个模型") as running:
        running.count(3, 5)
    with part_of("校验", "个名册", 1):
        pass
    assert progress._watchers == []


def test_without_a_terminal_every_finished_stage_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    with progress_shown():
        with stage("计算", "个模型和检查") as running:
            running.count(7, 288)
            running.count(288, 288)
        with stage("查询库"):
            pass
    lines = stream.getvalue().splitlines()
    assert [re.sub(r"\s+", " ", line).strip() for line in lines] == [
        "计算 288 个模型和检查 0.0 秒",
        "查询库 0.0 秒",
        "共 0.0 秒",
    ]
    assert "\x1b" not in stream.getvalue() and "\r" not in stream.getvalue()


STAGES = """
import os
from orchestration.command_line.progress import progress_shown
from orchestration.foundation.progress import stage, part_of
with progress_shown():
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # as Dagster does with what its steps print
    for _ in range(2):
        with part_of("读取报送", "个名册", 2): pass
    with stage("计算", "个模型") as running: running.count(3, 5)
"""


def on_a_terminal(**environment: str) -> str:
    ours, its = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "CI"}
    subprocess.run(
        [sys.executable, "-c", STAGES],
        cwd=REPOSITORY,
        env={**variables, "TERM": "xterm", "COLUMNS": "100", **environment},
        stdout=its,
        check=True,
    )
    os.close(its)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return shown.decode()


def test_on_a_terminal_there_are_bars_though_the_steps_output_goes_elsewhere() -> None:
    shown = on_a_terminal()
    assert "━" in shown and "\x1b[" in shown
    assert "读取报送" in shown and "2 个名册" in shown and "3/5 个模型" in shown and "共" in shown


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}])
def test_a_terminal_that_draws_nothing_and_ci_have_lines(environment: dict[str, str]) -> None:
    shown = on_a_terminal(**environment)
    assert "\x1b" not in shown and "━" not in shown
    assert "读取报送" in shown and "2 个名册" in shown and "3 个模型" in shown
