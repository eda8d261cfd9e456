"""One run at a time, whoever starts it; a full disk or a missing right is told as such."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs import resources
from orchestration.defs.resources import InstallationResource
from orchestration.defs.runs import RunError, only_run
from orchestration.foundation.paths import Installation
from orchestration.foundation.storage_errors import explain_storage_error, shown_size
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

    @dg.job(resource_defs={"installation": InstallationResource.of(installation)})
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
    with dg.build_resources({"installation": InstallationResource.of(installation)}) as given:
        assert given.installation.get() == installation
        assert not is_locked(installation)


def test_a_lock_taken_within_the_process_is_refused_to_another_purpose(installation: Installation) -> None:
    with only_run(installation), pytest.raises(RunLockedError), hold_run_lock(installation, "备份", 0):
        pass


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘空间不足"),
        (OSError(errno.EFBIG, "File too large"), "磁盘空间不足"),
        (OSError(errno.EROFS, "Read-only file system"), "只读"),
        (PermissionError(errno.EACCES, "Permission denied"), "权限"),
        ("sqlite3.OperationalError: database or disk is full", "磁盘空间不足"),
        ("sqlite3.OperationalError: attempt to write a readonly database", "只读"),
        ('IO Error: Could not write file "warehouse.duckdb": No space left on device', "磁盘空间不足"),
    ],
)
def test_storage_errors_are_told_as_such(installation: Installation, error: Exception | str, words: str) -> None:
    message = explain_storage_error(error, installation)
    assert message and words in message and str(installation.marts) in message


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            lambda place: PermissionError(errno.EACCES, "Permission denied", str(place.raw / "2023-07/x")),
            "没有读取 {raw}/2023-07/x",
        ),
        (lambda place: PermissionError(errno.EACCES, "Permission denied", str(place.marts / "a'b")), "没有读写 {marts}/a'b"),
        (lambda place: OSError(errno.EROFS, "Read-only file system", str(place.state / "x")), "{state}/x 所在的磁盘是只读的"),
        (
            lambda place: f"LandingError: x\n[Errno 13] Permission denied: {str(place.raw / '2023-07')!r}",
            "没有读取 {raw}/2023-07 的",
        ),
        (
            lambda place: f'IO Error: Cannot open file "{place.warehouse}": Permission denied',
            "没有读写 {state}/warehouse.duckdb",
        ),
        (lambda place: "sqlite3.OperationalError: unable to open database file", "{marts} 中有文件打不开"),
    ],
)
def test_the_file_that_could_not_be_read_or_written_is_named(
    installation: Installation, error: Callable[[Installation], Exception | str], words: str
) -> None:
    folders = {"raw": installation.raw, "marts": installation.marts, "state": installation.state}
    message = explain_storage_error(error(installation), installation)
    assert message and words.format(**folders) in message and "请" in message


def test_the_disk_that_is_full_is_the_one_that_was_written(installation: Installation, tmp_path: Path) -> None:
    error = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "elsewhere" / "x"))
    assert f"{tmp_path / 'elsewhere'} 可用" in str(explain_storage_error(error, installation))


def test_a_folder_in_the_place_of_the_lock_is_set_aside(installation: Installation) -> None:
    installation.run_lock.mkdir(parents=True)
    with hold_run_lock(installation, "试验"):
        assert is_locked(installation)


def test_a_storage_error_is_found_beneath_others_and_other_errors_are_left(installation: Installation) -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as cause:
            raise RuntimeError("step failed") from cause
    except RuntimeError as outer:
        assert "磁盘空间不足" in str(explain_storage_error(outer, installation))
    unreadable = f"PermissionError: [Errno 13] Permission denied: '{installation.raw / 'month'}'"
    assert "没有读取" in str(explain_storage_error(unreadable, installation))
    assert explain_storage_error(FileNotFoundError(errno.ENOENT, "No such file"), installation) is None
    assert explain_storage_error(ValueError("x"), installation) is None


def test_sizes_are_read_by_people() -> None:
    assert [shown_size(size) for size in (5, 2048, 3 * 1024**3)] == ["5 字节", "2.0 KB", "3.0 GB"]


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
