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
from tests.pipeline.conftest import STRANGE, Run, command
from tests.recovery.wholeness import faults, published_bytes

pytestmark = pytest.mark.pipeline


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


def test_a_month_comes_out_as_in_any_other_folder(county_run: Run, strange: Path, tmp_path: Path) -> None:
    installation = Installation.at(strange / "raw", strange / "marts")
    folders = ("--raw", installation.raw, "--marts", installation.marts)
    outcome = command("run", "--month", "2023-07", *folders)
    assert outcome.status == 0, outcome.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [STRANGE], "nothing beside it"
    look_at(installation, county_run, "2023-07", *folders)


def test_a_month_comes_out_where_the_state_lies_apart(
    county_run: Run, early_june: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert early_june.outcome.status == 0, early_june.outcome.err
    made = early_june.raw.parent
    assert [path.name for path in made.parent.iterdir()] == [STRANGE], "nothing beside it"
    strange = Path(shutil.copytree(made, tmp_path / STRANGE))
    installation = Installation.at(strange / "raw", strange / "marts", strange / "state")
    monkeypatch.setenv("FANGFANPIN_MARTS", str(installation.marts))
    monkeypatch.setenv("FANGFANPIN_STATE", str(installation.state))
    look_at(installation, county_run, "2023-06", "--raw", installation.raw)


def look_at(installation: Installation, county_run: Run, month: str, *folders: object) -> None:
    """See that a month is the same as anywhere else, and that every command finds its way to it."""
    published = {name: data for name, data in published_bytes(county_run.marts).items() if name.startswith(month)}
    assert published_bytes(installation.marts) == published
    assert faults(installation) == []
    assert {"runs.db", "index.db", "schedules.db"} <= set(databases(installation.state))
    assert "内容没有变化" in command("run", "--month", month, *folders).out
    backups = installation.raw.parent / "backups"
    for name in (["doctor"], ["tidy"], ["backup", "--to", backups]):
        assert command(*name, *folders).status == 0
    (backup,) = backups.iterdir()
    new = installation.raw.parent / "new"
    assert command("restore", "--from", backup, "--raw", new / "raw", "--marts", new / "marts").status == 0
    assert published_bytes(new / "marts") == published


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
