"""Runs of the whole pipeline, each made once per session and only read by the tests."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import filelock
import pytest

from orchestration.command_line.commands import main
from orchestration.synthesis import synthesize
from tests.conftest import REPOSITORY
from tests.offline import counted, offline

# Escapes of addresses, signs of patterns, of SQL, of templates, of the shell; Chinese, blanks, a line break.
STRANGE = "新丰%E5%8E%BF 50%20 %s [1]*? :#;&$'\"!{{ x }}{% y %}{# z\n县"


@dataclass(frozen=True)
class Outcome:
    """What a command printed, how it ended, and how much it asked of other machines where that was counted."""

    status: int
    out: str
    err: str
    asked_of_others: int | None = None


def command(*arguments: object) -> Outcome:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Outcome(status, out.getvalue(), err.getvalue())


def backfill(raw: Path, marts: Path, first: str, last: str) -> Outcome:
    """Run a range of months."""
    return command("backfill", "--from", first, "--to", last, "--raw", raw, "--marts", marts)


def rows(marts: Path, query: str) -> list[tuple[object, ...]]:
    """Query the analysts' database."""
    with duckdb.connect(str(marts / "current.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the Parquet files below a folder by relative path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


@dataclass(frozen=True)
class Run:
    """A finished run."""

    raw: Path
    marts: Path
    outcome: Outcome


@pytest.fixture(scope="session")
def county(shared: Path) -> Path:
    """Deliveries 2023-05 … 2023-07 of a synthetic county of 40 households, as messy as real ones; only to be read."""
    raw = shared / "county" / "raw"
    with filelock.FileLock(shared / "county.lock"):
        if not raw.exists():
            synthesize(raw, 40, "2023-05", "2023-07", 11)
    return raw


@pytest.fixture(scope="session")
def county_run(county: Path, shared: Path) -> Run:
    """The synthetic county's June and July, published; only to be read."""
    return _run_once(shared, "county", county, "2023-06", "2023-07")


@pytest.fixture(scope="session")
def sample_run(sample: Path, shared: Path) -> Run:
    """All seven months of the sample, published; only to be read."""
    return _run_once(shared, "sample", sample / "raw", "2023-06", "2023-12")


@pytest.fixture(scope="session")
def early_june(county: Path, shared: Path) -> Run:
    """June of the county when nothing later had come, alone, in a strange folder, its state apart, made without a network."""
    folder = shared / "early" / STRANGE
    with filelock.FileLock(shared / "early.lock"):
        if not folder.exists():
            shutil.copytree(county, folder / "raw", ignore=shutil.ignore_patterns("2023-07"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FANGFANPIN_MARTS", str(folder / "marts"))
        environment.setenv("FANGFANPIN_STATE", str(folder / "state"))
        return _once(
            shared,
            "early",
            folder / "raw",
            folder / "marts",
            lambda raw, _: _offline_command(shared / "early.network", "run", "--month", "2023-06", "--raw", raw),
        )


def _offline_command(told: Path, *arguments: object) -> Outcome:
    """Run the command line in a process without a network, where the system allows it; keep what it asked of others."""
    shell = ["sh", "-c", 'told=$1; shift; "$@"; status=$?; cat /proc/net/snmp /proc/net/snmp6 > "$told"; exit $status', "sh"]
    program = [sys.executable, "-m", "orchestration.command_line", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        offline([*shell, str(told), *program]), cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    return Outcome(done.returncode, done.stdout, done.stderr, counted(told.read_text(encoding="ascii")))


def _run_once(shared: Path, name: str, raw: Path, first: str, last: str) -> Run:
    """Run a range of months below the shared folder."""
    return _once(shared, name, raw, shared / name / "marts", lambda raw, marts: backfill(raw, marts, first, last))


def _once(shared: Path, name: str, raw: Path, marts: Path, run: Callable[[Path, Path], Outcome]) -> Run:
    """Run something in the first process that asks; the others wait and read."""
    told = shared / f"{name}_run.json"
    with filelock.FileLock(shared / f"{name}_run.lock"):
        if not told.exists():
            outcome = run(raw, marts)
            told.write_text(json.dumps(dataclasses.asdict(outcome)), encoding="utf-8")
    return Run(raw, marts, Outcome(**json.loads(told.read_text(encoding="utf-8"))))


@pytest.fixture()
def july_again(county_copy: Path, county_run: Run, tmp_path: Path) -> Run:
    """Copies of the deliveries and of what is published, for a test that changes July's deliveries and runs it again."""
    return Run(county_copy, Path(shutil.copytree(county_run.marts, tmp_path / "marts")), county_run.outcome)


@pytest.fixture()
def county_copy(county: Path, tmp_path: Path) -> Path:
    """A copy of the synthetic county's deliveries that a test may spoil."""
    return Path(shutil.copytree(county, tmp_path / "raw"))
