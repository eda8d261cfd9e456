"""State that is short or damaged: a run makes anew what can be made anew, and publishes the same bytes.

Each kind of file by itself, in every way: ``python -m tests.recovery.damage``. Single readers: ``unit/upkeep/test_damage.py``.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orchestration.deliveries.settled import damaged_deliveries
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import damaged_originals
from orchestration.publications import refresh_current, whole_publications
from tests.pipeline.conftest import Run, command
from tests.recovery.damage import KINDS, spoil
from tests.recovery.wholeness import faults, published_bytes, rows_by_month

pytestmark = pytest.mark.pipeline

FIRST, LAST = Month("2023-06"), Month("2023-07")


@pytest.fixture
def published(county_run: Run, tmp_path: Path) -> Installation:
    """A copy of the county with June and July published."""
    return Installation.at(county_run.raw, Path(shutil.copytree(county_run.marts, tmp_path / "marts")))


@pytest.fixture
def before_july(published: Installation) -> Installation:
    """The county when nothing of July is published."""
    shutil.rmtree(published.marts / LAST)
    (published.computed / f"{LAST}.json").unlink()
    refresh_current(published)
    return published


def run(installation: Installation, month: Month = LAST, name: str = "run") -> tuple[int, str]:
    outcome = command(name, "--month", month, "--raw", installation.raw, "--marts", installation.marts)
    assert "Traceback" not in outcome.err
    return outcome.status, outcome.err


@pytest.mark.parametrize(("damage", "of_json"), [("empty", "empty"), ("garbage", "[]")])
def test_everything_that_can_be_made_anew_is_damaged_at_once(
    county_run: Run, before_july: Installation, damage: str, of_json: str
) -> None:
    """JSON that says something else takes a reader further than bytes that are none; ``test_damage`` of ``upkeep`` has both."""
    for kind in KINDS.values():
        if not kind.is_lasting:
            for path in list(kind.files(before_july)):
                spoil(path, of_json if path.suffix == ".json" else damage)
    status, said = run(before_july)
    assert status == 0, said
    assert published_bytes(before_july.marts) == published_bytes(county_run.marts)
    assert rows_by_month(before_july.current) == rows_by_month(county_run.marts / "current.duckdb")
    assert faults(before_july) == []
    assert damaged_originals(before_july) == {} and damaged_deliveries(before_july) == {}
    assert ("运行历史" in said) == (damage != "empty")
    assert command("tidy", "--raw", before_july.raw, "--marts", before_july.marts).status == 0
    for history in (before_july.dagster_home / "history").rglob("*.db"):
        with closing(sqlite3.connect(history)) as connection:
            assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)


def test_what_cannot_be_made_anew_is_told_and_nothing_is_done(published: Installation) -> None:
    manifest = published.marts / FIRST / "v01" / "manifest.json"
    kept = manifest.read_bytes()
    spoil(manifest, "null")
    runs = sorted((published.dagster_home / "history" / "runs").glob("*.db"))
    for month in (FIRST, LAST):
        for name in ("run", "restate"):
            status, said = run(published, month, name)
            assert status == 1 and f"{FIRST} 第1版的发布说明 {manifest}" in said and "请从备份恢复" in said
    outcome = command("rollback", "--month", LAST, "--reason", "x", "--raw", published.raw, "--marts", published.marts)
    assert outcome.status == 1 and str(manifest) in outcome.err and "Traceback" not in outcome.err
    # only rolling back is a job of its own
    assert len(sorted((published.dagster_home / "history" / "runs").glob("*.db"))) <= len(runs) + 1
    manifest.unlink()
    manifest.write_bytes(kept)
    assert run(published)[0] == 0


def test_a_list_of_another_month_is_told_before_anything_is_computed_and_followed_by_a_whole_version(
    published: Installation, before_july: Installation
) -> None:
    spoil(published.marts / FIRST / "v01" / "warning_list.parquet", "cut in the middle")
    status, said = run(published)
    assert status == 1 and f"{FIRST} 第1版的清单 warning_list.parquet" in said and f"fangfanpin run --month {FIRST}" in said
    assert not (published.marts / LAST).exists() or not list((published.marts / LAST).glob("v*"))
    assert run(published, FIRST)[0] == 0
    assert [folder.name for folder in sorted((published.marts / FIRST).glob("v*"))] == ["v01", "v02"]
    whole_publications(published.marts, but=[LAST])  # which said what the first run of July told, now says nothing


def test_landed_rows_of_a_delivery_that_was_taken_away_are_asked_for(county_copy: Path, before_july: Installation) -> None:
    installation = Installation.at(county_copy, before_july.marts)
    shutil.rmtree(county_copy / "2023-05")
    spoil(next(installation.landed.glob("*__member_roster/2023-05.parquet")), "empty")
    status, said = run(installation)
    assert status == 1 and "2023-05 的《" in said and "请把报送文件放回原处，或从备份恢复" in said


@pytest.mark.parametrize("name", ["run", "restate"])
def test_a_clock_before_the_first_month_is_told(published: Installation, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from orchestration.defs import partitions

    early = partitions.monitoring_months()
    monkeypatch.setattr(type(early), "get_partition_keys", lambda *_, **__: [])
    status, said = run(published, LAST, name)
    assert status == 1 and "早于本系统的起始月 2021-01" in said and "请校准本机时间" in said
