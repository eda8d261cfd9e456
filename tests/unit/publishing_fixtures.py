"""Fixtures of tests that publish, for the conftest of each folder that does: an installation, a publication of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts import yaml_file
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import Publication, publish_month
from tests.unit.publishing_samples import MONTH, Rows, build_warehouse, household, worker

PROVENANCE = "0.0.0+test"


@pytest.fixture(scope="session", autouse=True)
def configuration_read_once() -> Iterator[None]:
    """Read each file of ``config/`` once per session: the tests here publish often, and reading it is most of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml_file, "read_yaml", functools.cache(yaml_file.read_yaml))
        yield


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A publication of one household and one worker, to look at only."""
    installation = Installation.at(tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("marts"))
    build_warehouse(installation, {"warning_list": [household(1)], "employment_ledger": [worker(1)]})
    return publish_month(installation, MONTH, MONTH, PROVENANCE)


@pytest.fixture
def publish(installation: Installation) -> Callable[..., Publication]:
    """Publish a month of these rows, by default one household and one worker."""

    def run(rows: Rows | None = None, month: str = MONTH, knowledge: str | None = None, **options: Any) -> Publication:
        default = {"warning_list": [household(1)], "employment_ledger": [worker(1)]}
        build_warehouse(installation, default | dict(rows or {}), month, **options)
        return publish_month(installation, Month(month), Month(knowledge or month), PROVENANCE)

    return run
