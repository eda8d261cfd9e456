"""What every test may use: where the shared sample is, and what to say when it is not there."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import filelock
import pytest

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.run_request import RunRequest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

# A run leaves hundreds of thousands of objects that last (dbt's manifest, Dagster's definitions): to look through them for
# garbage as often as Python does by itself costs each run after a process's first one second of 24.
gc.set_threshold(100_000, 20, 50)


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are cores: tests of servers, daemons and killed runs wait a third of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample deliveries beside the checkout; a test that needs them is skipped, saying so, where they are absent."""
    folder = SHARED / "sample"
    if not folder.is_dir():
        pytest.skip("../shared/sample is not here; it holds deliveries of a small county and what is expected of them")
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this test session that all its processes have in common."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def empty_installation(shared: Path) -> Installation:
    """An installation of which every relation exists and holds no deliveries: tests take the types of invented rows from it.

    Made once per session, in the first process that asks; only to be read, by all of them at once.
    """
    root = shared / "empty"
    made, installation = shared / "empty.made", Installation.at(root / "raw", root / "marts")
    with filelock.FileLock(shared / "empty.lock"):
        if not made.exists():
            _make_empty(installation, Month("2023-07"))
            made.touch()
    return installation


def _make_empty(installation: Installation, month: Month) -> None:
    from orchestration.contracts import load_extracts
    from orchestration.landing import LandingPool
    from orchestration.warehouse import dbt_runner as warehouse
    from orchestration.warehouse.kept_months import write_history
    from orchestration.warehouse.reference import write_reference

    (installation.raw / month).mkdir(parents=True)
    with LandingPool() as pool:
        extracts = load_extracts()
        pool.submit_all(installation, extracts.values(), [month])
        for extract in extracts:
            pool.result(extract, month)
    write_reference(installation, RunRequest({month: month}))
    write_history(installation, {month: month})
    warehouse.raise_for(warehouse.build(installation, command="run"))
