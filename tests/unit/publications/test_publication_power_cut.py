"""The power goes off while a month is published: a version is whole or absent, and so is the analysts' database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import publish_month, refresh_current, roll_back
from orchestration.publications.quarters import collect_quarter
from orchestration.publications.storage import PublishingError
from orchestration.publications.withdrawal import read_withdrawals
from tests.recovery.power_cut import ForgetfulDisk
from tests.recovery.wholeness import faults_of_current, faults_of_publications, versions
from tests.unit.published_months import publish
from tests.unit.publishing_samples import MONTH, build_warehouse, household, worker

PROVENANCE = "0.0.0+test"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """One month is published; the next is computed."""
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts", tmp_path / "state")
    for month in (Month("2023-06"), MONTH):
        build_warehouse(installation, {"warning_list": [household(1)], "employment_ledger": [worker(1)]}, month)
        if month != MONTH:
            publish_month(installation, month, month, PROVENANCE)
            refresh_current(installation)
    return installation


class PowerCuts:
    """What is found after each of them."""

    def __init__(self, installation: Installation, patch: pytest.MonkeyPatch, is_deaf: bool = False) -> None:
        self.faults: list[str] = []
        self.seen: list[int] = []
        self.disk = ForgetfulDisk(installation.marts, self._look, is_deaf)
        self.disk.watch(patch)

    def _look(self, left: Path) -> None:
        found = Installation.at(left / "raw", left)
        self.faults += [*faults_of_publications(left), *faults_of_current(found)]
        self.seen.append(len(versions(left)))


@pytest.fixture
def cut(installation: Installation) -> Iterator[Callable[..., PowerCuts]]:
    """Return a function that begins to cut the power."""
    made: list[PowerCuts] = []
    with pytest.MonkeyPatch.context() as patch:

        def begin(**options: bool) -> PowerCuts:
            made.append(PowerCuts(installation, patch, **options))
            return made[-1]

        yield begin
    for cuts in made:
        cuts.disk.close()


def test_a_version_is_whole_or_absent_and_kept_once_it_is_told(
    installation: Installation, cut: Callable[..., PowerCuts]
) -> None:
    cuts = cut()
    publish_month(installation, MONTH, MONTH, PROVENANCE)
    assert {1, 2} <= set(cuts.seen)
    cuts.seen.clear()
    cuts.disk.look()
    assert cuts.seen == [2, 2]
    refresh_current(installation)
    assert cuts.faults == []


def test_a_publication_that_is_not_forced_to_disk_is_found(installation: Installation, cut: Callable[..., PowerCuts]) -> None:
    cuts = cut(is_deaf=True)
    publish_month(installation, MONTH, MONTH, PROVENANCE)
    cuts.disk.look()
    assert any("manifest cannot be read" in fault for fault in cuts.faults)


def test_an_analysts_database_that_is_not_forced_to_disk_is_found(
    installation: Installation, cut: Callable[..., PowerCuts]
) -> None:
    cuts = cut(is_deaf=True)
    refresh_current(installation)
    cuts.disk.look()
    assert any("current.duckdb cannot be read" in fault for fault in cuts.faults)


def test_an_analysts_database_is_the_new_one_once_it_is_told(installation: Installation) -> None:
    publish_month(installation, MONTH, MONTH, PROVENANCE)
    shown: list[int] = []

    def look(left: Path) -> None:
        with duckdb.connect(str(left / "current.duckdb"), read_only=True) as connection:
            found = connection.execute("select count(distinct month) from marts.publications").fetchone()
        shown.append(found[0] if found else 0)

    with pytest.MonkeyPatch.context() as patch:
        disk = ForgetfulDisk(installation.marts, look)
        disk.watch(patch)
        refresh_current(installation)
    disk.look()
    disk.close()
    assert set(shown) == {1, 2} and shown[-2:] == [2, 2]


def test_a_quarter_s_lists_are_whole_or_absent_and_kept_once_they_are_told(tmp_path: Path) -> None:
    made = Installation.at(tmp_path / "raw", tmp_path / "marts", tmp_path / "state")
    made.marts.mkdir()
    publish(made.marts, "2023-09")
    seen: list[bool] = []

    def look(left: Path) -> None:
        copies = left / "quarters" / "2023Q3" / "v01"
        seen.append(copies.is_dir())
        if copies.is_dir():
            whole = made.quarters / "2023Q3" / "v01"
            assert {path.name: path.read_bytes() for path in copies.iterdir()} == {
                path.name: path.read_bytes() for path in whole.iterdir()
            }

    with pytest.MonkeyPatch.context() as patch:
        disk = ForgetfulDisk(made.marts, look)
        disk.watch(patch)
        collect_quarter(made, Month("2023-09"))
    disk.look()
    disk.close()
    assert set(seen) == {False, True} and seen[-2:] == [True, True]


def test_a_withdrawal_is_kept_once_it_is_told(installation: Installation, tmp_path: Path) -> None:
    """At any moment before it is there or not; a file that cannot be read would keep everybody from working."""
    month = installation.marts / "2023-06"
    found: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        disk = ForgetfulDisk(month, lambda left: found.append(len(read_withdrawals(left))))
        disk.watch(patch)
        roll_back(installation, Month("2023-06"), "王", "有误")
    disk.look()
    disk.close()
    assert set(found) == {0, 1} and found[-2:] == [1, 1]
    with pytest.raises(PublishingError):
        (month / "withdrawn.json").write_text("")
        read_withdrawals(month)
