"""Runs of the whole pipeline, each made once per session and only read by the tests."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.command_line import main
from orchestration.synthesis import synthesize


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


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
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deliveries 2023-05 … 2023-07 of a synthetic county of 40 households, as messy as real ones."""
    raw = tmp_path_factory.mktemp("county") / "raw"
    synthesize(raw, 40, "2023-05", "2023-07", 11)
    return raw


@pytest.fixture(scope="session")
def county_run(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The synthetic county's June and July, published."""
    marts = tmp_path_factory.mktemp("county_marts")
    return Run(county, marts, backfill(county, marts, "2023-06", "2023-07"))


@pytest.fixture(scope="session")
def sample_run(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All seven months of the sample, published."""
    marts = tmp_path_factory.mktemp("sample_marts")
    return Run(sample / "raw", marts, backfill(sample / "raw", marts, "2023-06", "2023-12"))


@pytest.fixture()
def county_copy(county: Path, tmp_path: Path) -> Path:
    """A copy of the synthetic county's deliveries that a test may spoil."""
    import shutil

    return Path(shutil.copytree(county, tmp_path / "raw"))
