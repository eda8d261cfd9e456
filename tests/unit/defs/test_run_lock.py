"""One run at a time, whoever starts it."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs import resources
from orchestration.defs.resources import InstallationResource, installation_resource
from orchestration.defs.runs import RunError, only_run
from orchestration.foundation.paths import Installation
from orchestration.warehouse import run_lock
from orchestration.warehouse.run_lock import RunLockedError, hold_run_lock, is_locked, noted_holder
from tests.conftest import REPOSITORY

HOLD = """
import sys, time
from pathlib import Path
from orchestration.foundation.paths import Installation
from orchestration.warehouse import run_lock
from orchestration.warehouse.run_lock import hold_run_lock
with hold_run_lock(Installation.at(Path(sys.argv[1]) / "raw", Path(sys.argv[1]) / "marts"), "别的运行"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


def test_another_process_is_named_and_its_death_frees_the_lock(installation: Installation, tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, cwd=REPOSITORY)
    try:
        assert other.stdout and other.stdout.readline() == b"held\n"
        assert is_locked(installation)
        with (
            pytest.raises(RunError, match=rf"另一个运行正在使用 .*别的运行.*进程 {other.pid}，自 .*请等它结束"),
            only_run(installation),
        ):
            pass
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert not is_locked(installation)
    noted = noted_holder(installation)
    assert noted and noted.process == other.pid  # what doctor tells of a killed run
    with only_run(installation):
        assert is_locked(installation)
    assert noted_holder(installation) is None


def test_a_damaged_note_is_nobodys(installation: Installation) -> None:
    installation.state.mkdir(parents=True)
    for text in ("", "{", json.dumps({"purpose": "x"}), "[]"):
        installation.run_holder.write_text(text)
        assert noted_holder(installation) is None


def run_job(installation: Installation) -> dg.ExecuteInProcessResult:
    @dg.op
    def look(installation: InstallationResource) -> None:
        assert is_locked(installation.get())

    @dg.job(resource_defs={"installation": installation_resource(installation)})
    def looking() -> None:
        look()

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    return looking.execute_in_process(instance=dg.DagsterInstance.ephemeral(), raise_on_error=False, run_config=quiet)


def test_a_run_of_dagster_holds_the_installation(installation: Installation) -> None:
    assert run_job(installation).success
    assert not is_locked(installation)
    with only_run(installation):  # as the command line executes a job within its own lock
        assert run_job(installation).success
        assert is_locked(installation)


def test_a_run_of_dagster_waits_for_another_process(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "LONGEST_WAIT_SECONDS", 0.5)
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, cwd=REPOSITORY)
    try:
        assert other.stdout and other.stdout.readline() == b"held\n"
        assert not run_job(installation).success
        monkeypatch.setattr(resources, "LONGEST_WAIT_SECONDS", 30)
        threading.Thread(target=lambda: (time.sleep(0.5), other.kill())).start()
        assert run_job(installation).success
    finally:
        other.kill()
        other.wait()


def test_sensors_look_without_the_lock(installation: Installation) -> None:
    with dg.build_resources({"installation": installation_resource(installation)}) as given:
        assert given.installation.get() == installation
        assert not is_locked(installation)


def test_a_lock_taken_within_the_process_is_refused_to_another_purpose(installation: Installation) -> None:
    with only_run(installation), pytest.raises(RunLockedError), hold_run_lock(installation, "备份", 0):
        pass


def test_a_folder_in_the_place_of_the_lock_is_set_aside(installation: Installation) -> None:
    installation.run_lock.mkdir(parents=True)
    with hold_run_lock(installation, "试验"):
        assert is_locked(installation)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_who_may_not_write_the_lock_is_told_by_the_note(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "refused")

    with only_run(installation):
        monkeypatch.setattr(run_lock.filelock, "FileLock", refuse)
        assert is_locked(installation)
    assert not is_locked(installation)
