"""A program and what it started end when the process that runs it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

# A program that starts another, which writes its number and stays; `stubborn` ones take no notice of SIGTERM.
STAYS = """
import os, pathlib, signal, subprocess, sys, time
folder, stubborn = pathlib.Path(sys.argv[1]), "stubborn" in sys.argv
if stubborn and "inner" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / ("inner" if "inner" in sys.argv else "outer")).write_text(str(os.getpid()))
if "inner" not in sys.argv: subprocess.Popen([sys.executable, __file__, *sys.argv[1:], "inner"])
time.sleep(60)
"""
RUN = (
    "import os, sys; from orchestration.command_line import supervised\n"
    "supervised._PATIENCE_SECONDS = 0.5\n"
    "sys.exit(supervised.run_to_the_end([sys.executable, *sys.argv[1:]], os.environ))"
)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # whoever ended and was not waited for by the machine's first process is dead too
    asked = ["ps", "-o", "stat=", "-p", str(process)]
    state = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


def number(path: Path) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if path.exists() and (text := path.read_text()):
            return int(text)
        time.sleep(0.05)
    raise AssertionError(f"{path} was not written")


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("manner", ["willing", "stubborn"])
def test_all_that_was_started_ends_with_the_process_that_is_told(tmp_path: Path, told: signal.Signals, manner: str) -> None:
    (tmp_path / "stays.py").write_text(STAYS)
    arguments = [sys.executable, "-c", RUN, str(tmp_path / "stays.py"), str(tmp_path), manner]
    runner = subprocess.Popen(arguments, cwd=REPOSITORY, start_new_session=True)
    try:
        started = [number(tmp_path / "outer"), number(tmp_path / "inner")]
        assert all(map(is_alive, started))
        runner.send_signal(told)
        assert runner.wait(20) == 0
        assert [process for process in started if is_alive(process)] == []
    finally:
        runner.kill()


def test_a_program_that_was_started_in_the_background_heeds_the_signal_too(tmp_path: Path) -> None:
    """A shell has what it runs in the background ignore Ctrl+C; Dagster then takes no notice of SIGTERM either."""
    (tmp_path / "stays.py").write_text(f"import signal\nsignal.signal(15, signal.getsignal(signal.SIGINT))\n{STAYS}")
    arguments = [sys.executable, "-c", RUN, str(tmp_path / "stays.py"), str(tmp_path)]
    shell = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *arguments]
    runner = subprocess.Popen(shell, cwd=REPOSITORY, start_new_session=True)
    try:
        started = [number(tmp_path / "outer"), number(tmp_path / "inner")]
        runner.terminate()
        assert runner.wait(4) == 0
        assert [process for process in started if is_alive(process)] == []
    finally:
        runner.kill()


def test_the_status_of_the_program_is_handed_on() -> None:
    outcome = subprocess.run([sys.executable, "-c", RUN, "-c", "raise SystemExit(3)"], cwd=REPOSITORY, check=False)
    assert outcome.returncode == 3
