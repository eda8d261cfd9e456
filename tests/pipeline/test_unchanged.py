"""Nothing changed, nothing done: what makes a month be computed again, and what does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from orchestration.contracts import load_extracts
from orchestration.defs.asset_keys import PUBLICATION_KEY, landed_key
from orchestration.defs.runs import prepare
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import rules_now
from orchestration.publications import unchanged
from orchestration.publications.unchanged import holds_all_publications, months_to_compute
from tests.pipeline.conftest import Run, backfill, files_below

pytestmark = pytest.mark.pipeline

MONTHS = [Month("2023-06"), Month("2023-07")]


@pytest.fixture
def installation(county_run: Run, tmp_path: Path) -> Installation:
    """A copy of the published county that a test may spoil."""
    raw = shutil.copytree(county_run.raw, tmp_path / "raw")
    return Installation.at(raw, shutil.copytree(county_run.marts, tmp_path / "marts"))


def test_a_second_backfill_starts_no_run(installation: Installation) -> None:
    def state() -> object:
        runs = sorted(path.name for path in (installation.dagster_home / "history" / "runs").glob("*.db"))
        return runs, installation.warehouse.stat().st_mtime_ns, installation.current.stat().st_mtime_ns

    before, files = state(), files_below(installation.marts)
    again = backfill(installation.raw, installation.marts, *MONTHS)
    assert again.status == 0, again.err
    assert "内容没有变化" in again.out and again.out.count("与已发布的相同") == 2
    assert (state(), files_below(installation.marts)) == (before, files)


@pytest.mark.parametrize("spoil", ["gone", "damaged", "old", "log"])
def test_a_database_that_does_not_hold_the_publications_is_made_anew(installation: Installation, spoil: str) -> None:
    current, runs = installation.current, sorted((installation.dagster_home / "history" / "runs").glob("*.db"))
    assert holds_all_publications(installation)
    current.chmod(0o644)
    if spoil == "gone":
        current.unlink()
    elif spoil == "damaged":
        current.write_bytes(b"not a database")
    elif spoil == "log":
        current.with_name("current.duckdb.wal").touch()
    else:
        import duckdb

        with duckdb.connect(str(current)) as connection:
            connection.execute("delete from marts.person_month where month = '2023-07-01'")
    assert not holds_all_publications(installation)
    again = backfill(installation.raw, installation.marts, *MONTHS)
    assert again.status == 0 and "内容没有变化" in again.out, again.err
    assert holds_all_publications(installation)
    assert sorted((installation.dagster_home / "history" / "runs").glob("*.db")) == runs


def change_delivery(month: str) -> Callable[[Installation], None]:
    def change(installation: Installation) -> None:
        path = next((installation.raw / month).rglob("*.csv"))
        path.write_bytes(path.read_bytes() + b"\n")

    return change


def take_away(month: str) -> Callable[[Installation], None]:
    return lambda installation: shutil.rmtree(installation.raw / month)


def damage(month: str) -> Callable[[Installation], None]:
    def change(installation: Installation) -> None:
        workbook = next((installation.marts / month / "v01" / "workbooks").iterdir())
        workbook.chmod(0o644)
        workbook.write_bytes(b"")

    return change


def forget(month: str) -> Callable[[Installation], None]:
    return lambda installation: (installation.computed / f"{month}.json").unlink()


def unpublish(month: str) -> Callable[[Installation], None]:
    return lambda installation: shutil.rmtree(installation.marts / month)


@pytest.mark.parametrize(
    ("change", "computed"),
    [
        (lambda installation: None, []),
        (change_delivery("2023-07"), ["2023-07"]),
        (change_delivery("2023-06"), MONTHS),
        (change_delivery("2023-05"), MONTHS),
        (take_away("2023-07"), ["2023-07"]),
        (damage("2023-06"), ["2023-06"]),
        (forget("2023-06"), ["2023-06"]),
        (unpublish("2023-07"), ["2023-07"]),
    ],
)
def test_what_makes_a_month_be_computed_again(
    installation: Installation, change: Callable[[Installation], None], computed: list[str]
) -> None:
    change(installation)
    assert months_to_compute(installation, MONTHS) == computed


def test_touched_files_of_the_same_bytes_change_nothing(installation: Installation) -> None:
    for path in installation.raw.rglob("*.*"):
        path.touch()
    assert months_to_compute(installation, MONTHS) == []


def test_other_code_or_facts_make_every_month_be_computed_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "publication_code_and_facts", lambda: "other")
    assert months_to_compute(installation, MONTHS) == MONTHS


def test_dagster_knows_which_code_and_which_data(county_run: Run) -> None:
    installation = Installation.at(county_run.raw, county_run.marts)
    prepare(installation)
    contract = load_extracts()["rural_revitalization__member_roster"]
    with dg.DagsterInstance.get() as instance:
        tags = {
            key: instance.get_latest_materialization_event(key).asset_materialization.tags  # type: ignore[union-attr]
            for key in (landed_key(contract.extract), PUBLICATION_KEY)
        }
    landed, published = tags.values()
    assert landed["dagster/code_version"] == rules_now(contract)
    assert len(landed["dagster/data_version"]) == len(published["dagster/data_version"]) == 64
    assert published["dagster/code_version"] == unchanged.publication_code_and_facts()
