"""Folders of any name: what a program takes for a sign of its own stands for itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from orchestration.foundation.paths import Installation
from tests.conftest import REPOSITORY
from tests.pipeline.conftest import Run, command
from tests.recovery.wholeness import faults, published_bytes

pytestmark = pytest.mark.pipeline

# Escapes of addresses, signs of patterns, of SQL, of templates, of the shell; Chinese, blanks, a line break.
STRANGE = "新丰%E5%8E%BF 50%20 %s [1]*? :#;&$'\"!{{ x }}{% y %}{# z\n县"


@pytest.fixture
def strange(county: Path, tmp_path: Path) -> Path:
    """A folder with such a name, and deliveries in another."""
    shutil.copytree(county, tmp_path / STRANGE / "raw")
    return tmp_path / STRANGE


def databases(folder: Path) -> dict[str, set[str]]:
    """Return the tables of Dagster's databases."""
    tables = {}
    for path in sorted((folder / "dagster").rglob("*.db")):
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            tables[path.name] = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    return tables


@pytest.mark.parametrize("apart", [False, True], ids=["state inside", "state apart"])
def test_a_month_comes_out_as_in_any_other_folder(
    county_run: Run, strange: Path, tmp_path: Path, apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    marts, folders = strange / "marts", ["--raw", strange / "raw"]
    if apart:
        monkeypatch.setenv("FANGFANPIN_MARTS", str(marts))
        monkeypatch.setenv("FANGFANPIN_STATE", str(strange / "state"))
    else:
        folders += ["--marts", marts]
    outcome = command("run", "--month", "2023-07", *folders)
    assert outcome.status == 0, outcome.err
    july = {name: data for name, data in published_bytes(county_run.marts).items() if name.startswith("2023-07")}
    assert published_bytes(marts) == july
    installation = Installation.at(strange / "raw", marts, strange / "state" if apart else None)
    assert faults(installation) == []
    assert {"runs.db", "index.db", "schedules.db"} <= set(databases(installation.state))
    assert sorted(path.name for path in tmp_path.iterdir()) == [STRANGE], "nothing beside it"
    assert "内容没有变化" in command("run", "--month", "2023-07", *folders).out
    for name in (["doctor"], ["tidy"], ["backup", "--to", strange / "backups"]):
        assert command(*name, *folders).status == 0
    (backup,) = (strange / "backups").iterdir()
    new = strange / "new"
    assert command("restore", "--from", backup, "--raw", new / "raw", "--marts", new / "marts").status == 0
    assert published_bytes(new / "marts") == july


def test_the_daemon_keeps_its_history_there(strange: Path) -> None:
    marts = strange / "marts"
    runs = marts / ".state" / "dagster" / "history" / "runs.db"
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.command_line", "daemon", "--raw", strange / "raw", "--marts", marts],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 180
        beats: list[object] = []
        while not beats and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.5)
            with contextlib.suppress(sqlite3.OperationalError), closing(sqlite3.connect(runs)) as connection:
                beats = connection.execute("SELECT daemon_type FROM daemon_heartbeats").fetchall()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert beats, said.decode()
    assert b"Telemetry" not in said, "its settings were found"
    assert sorted(path.name for path in strange.iterdir()) == ["marts", "raw"]


def test_a_folder_in_which_no_database_can_be_made_is_told(county: Path, tmp_path: Path) -> None:
    outcome = command("run", "--month", "2023-07", "--raw", county, "--marts", tmp_path / "a\\b")
    assert outcome.status == 1 and "反斜杠" in outcome.err and "请改名" in outcome.err
    assert list(tmp_path.iterdir()) == []
