"""What every test may use: where the shared sample is, and what to say when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.run_request import RunRequest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample deliveries beside the checkout; a test that needs them is skipped, saying so, where they are absent."""
    folder = SHARED / "sample"
    if not folder.is_dir():
        pytest.skip("../shared/sample is not here; it holds deliveries of a small county and what is expected of them")
    return folder


@pytest.fixture(scope="session")
def empty_installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation of which every relation exists and holds no deliveries: tests take the types of invented rows from it."""
    from orchestration.contracts import load_extracts
    from orchestration.landing import LandingPool
    from orchestration.warehouse import dbt_runner as warehouse
    from orchestration.warehouse.kept_months import write_history
    from orchestration.warehouse.reference import write_reference

    month = Month("2023-07")
    root = tmp_path_factory.mktemp("empty")
    (root / "raw" / month).mkdir(parents=True)
    installation = Installation.at(root / "raw", root / "marts")
    with LandingPool() as pool:
        extracts = load_extracts()
        pool.submit_all(installation, extracts.values(), [month])
        for extract in extracts:
            pool.result(extract, month)
    write_reference(installation, RunRequest({month: month}))
    write_history(installation, {month: month})
    warehouse.raise_for(warehouse.build(installation, command="run"))
    return installation
