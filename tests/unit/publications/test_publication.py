from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_marts
from orchestration.foundation.code_versions import code_version
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import (
    Publication,
    PublishingError,
    damaged_files,
    latest_publications,
    publication,
    publish_month,
)
from orchestration.warehouse.run_request import RunRequest
from tests.unit.publishing_samples import (
    EXPLANATION,
    MONTH,
    UNKNOWN_TOWN,
    build_warehouse,
    bytes_of,
    household,
    manifest,
)

Publish = Callable[..., Publication]


def test_every_mart_is_published_with_the_columns_of_its_contract(published: Publication) -> None:
    assert published.folder.name == "v01"
    for name, mart in load_marts().items():
        file = pq.ParquetFile(published.folder / f"{name}.parquet")
        assert tuple(file.schema_arrow.names) == mart.columns
        assert file.metadata.num_rows == published.row_counts[name]
    assert published.row_counts["warning_list"] == 1


def test_rows_are_sorted_by_the_key_in_the_order_of_bytes_nulls_first(publish: Publish) -> None:
    rows = [
        {"town": town, "village": village}
        for town, village in [("马", "b"), ("一", "b"), ("a", None), ("B", "x"), ("一", None)]
    ]
    published = publish({"entry_progress": rows})
    table = pq.read_table(published.folder / "entry_progress.parquet", columns=["town", "village"]).to_pylist()
    assert [(row["town"], row["village"]) for row in table] == [("B", "x"), ("a", None), ("一", None), ("一", "b"), ("马", "b")]


def test_only_rows_of_the_month_are_published(publish: Publish) -> None:
    other = household(2, month=dt.date(2023, 6, 1))
    assert publish({"warning_list": [household(1), other]}).row_counts["warning_list"] == 1


def test_same_rows_make_the_same_bytes(publish: Publish) -> None:
    rows = {"warning_list": [household(number) for number in range(50)]}
    first = publish(rows)
    first.folder.rename(first.folder.with_name("kept"))
    second = publish({"warning_list": rows["warning_list"][::-1]})
    for pattern in ("*.parquet", "workbooks/*.xlsx"):
        files = bytes_of(second.folder, pattern)
        assert files
        assert files == bytes_of(first.folder.with_name("kept"), pattern)


def test_the_manifest_says_what_the_publication_rests_on(installation: Installation, publish: Publish) -> None:
    folder = installation.landed / "intake_files"
    folder.mkdir(parents=True)
    for month in (6, 7, 8):
        day = dt.date(2023, month, 1)
        row = {"delivery_month": day, "extract": "education__enrolment", "file": f"education/{month}.csv", "sha256": "ab"}
        pq.write_table(pa.Table.from_pylist([row | {"outcome": "accepted", "bytes": 1}]), folder / f"{month}.parquet")
    content = manifest(publish(not_applicable={"employment_ledger": EXPLANATION}).folder)
    assert content["month"] == content["knowledge_month"] == MONTH
    assert content["code_version"] == "0.0.0+test"
    assert [entry["delivery_month"] for entry in content["inputs"]] == ["2023-06", "2023-07"]
    assert content["inputs"][0] == {
        "delivery_month": "2023-06",
        "extract": "education__enrolment",
        "file": "education/6.csv",
        "sha256": "ab",
        "outcome": "accepted",
    }
    assert content["parameters"]["income.warning_line"] == {
        "value": "10600",
        "document": "新农组办〔2023〕3号",
        "article": "第3条",
    }
    assert content["marts"]["employment_ledger"]["status"] == "not_applicable"
    assert content["marts"]["employment_ledger"]["explanation"] == EXPLANATION
    assert "workbooks/总簿_全县.xlsx" in content["workbooks"]


def test_a_line_that_is_not_in_force_is_no_parameter_of_the_month(publish: Publish) -> None:
    assert "income.warning_line" not in manifest(publish(month="2023-06").folder)["parameters"]


def test_a_failure_halfway_leaves_nothing(
    installation: Installation, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(publication, "write_workbooks", fail)
        with pytest.raises(RuntimeError, match="disk full"):
            publish()
    assert not (installation.marts / MONTH).exists()
    assert latest_publications(installation.marts) == {}
    assert publish().version == 1


def test_what_a_dead_run_left_is_removed_and_never_taken_for_a_publication(
    installation: Installation, publish: Publish
) -> None:
    leftovers = [installation.marts / MONTH / f".v01-{number}.tmp" for number in (1, os.getpid())]
    for leftover in leftovers:
        leftover.mkdir(parents=True)
        (leftover / "warning_list.parquet").write_bytes(b"half")
    assert latest_publications(installation.marts) == {}
    assert publish().version == 1
    assert not any(leftover.exists() for leftover in leftovers)


def test_publishing_the_same_again_writes_nothing(installation: Installation, publish: Publish) -> None:
    first = publish()
    again = publish()
    assert first.is_new
    assert not again.is_new
    assert (again.version, again.folder, again.row_counts) == (1, first.folder, first.row_counts)
    assert {path.name for path in (installation.marts / MONTH).iterdir()} == {".lock", "v01"}


def test_a_change_makes_a_new_version_beside_the_unchanged_old_one(installation: Installation, publish: Publish) -> None:
    first = publish()
    before = bytes_of(first.folder, "**/*.*")
    second = publish({"warning_list": [household(1), household(2)]})
    assert (second.version, second.is_new) == (2, True)
    assert bytes_of(first.folder, "**/*.*") == before
    assert latest_publications(installation.marts)[MONTH].version == 2


def test_a_restatement_is_a_version_of_its_own_even_when_nothing_changed(publish: Publish) -> None:
    publish()
    restated = publish(knowledge="2023-09")
    assert (restated.version, restated.knowledge_month) == (2, "2023-09")
    assert not publish(knowledge="2023-09").is_new


def test_published_files_cannot_be_saved_over_by_accident(published: Publication) -> None:
    files = [path for path in published.folder.rglob("*") if path.is_file()]
    assert files
    assert not any(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) for path in files)


def test_rows_without_a_town_of_the_county_are_counted(publish: Publish) -> None:
    published = publish({"warning_list": [household(1), household(2, UNKNOWN_TOWN), household(3, None)]})
    assert published.outside_towns == {"warning_list": 2}


def test_latest_publications_say_the_same_as_publishing_did(installation: Installation, publish: Publish) -> None:
    published = publish(not_applicable={"employment_ledger": EXPLANATION})
    latest = latest_publications(installation.marts)[MONTH]
    assert latest.not_applicable == published.not_applicable == {"employment_ledger": EXPLANATION}
    assert (latest.folder, latest.row_counts, latest.published_at) == (
        published.folder,
        published.row_counts,
        published.published_at,
    )


def test_a_damaged_manifest_is_named(installation: Installation, publish: Publish) -> None:
    path = publish().folder / "manifest.json"
    path.unlink()
    with pytest.raises(PublishingError, match=r"manifest\.json"):
        latest_publications(installation.marts)


def test_a_month_is_not_published_without_its_own_delivery(installation: Installation) -> None:
    with pytest.raises(PublishingError, match="至少要知道当月的报送"):
        publish_month(installation, Month("2023-07"), Month("2023-06"), "x")
    assert not installation.marts.exists()


def test_a_month_that_was_not_computed_is_refused(installation: Installation, publish: Publish) -> None:
    with pytest.raises(PublishingError, match="没有工作库"):
        publish_month(installation, MONTH, MONTH, "x")
    publish()
    with pytest.raises(PublishingError, match="没有算出 2023-08"):
        publish_month(installation, Month("2023-08"), Month("2023-08"), "x")


def test_another_knowledge_month_than_the_computed_one_is_refused(installation: Installation, publish: Publish) -> None:
    RunRequest({Month("2023-07"): Month("2023-09")}).keep(installation)
    with pytest.raises(PublishingError, match="2023-09"):
        publish()
    assert publish(knowledge="2023-09").is_new


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE marts.key_groups",
        "ALTER TABLE marts.key_groups DROP COLUMN persons",
        "ALTER TABLE marts.key_groups ALTER persons TYPE varchar",
    ],
)
def test_a_mart_that_differs_from_its_contract_is_refused(installation: Installation, change: str) -> None:
    build_warehouse(installation, {})
    with duckdb.connect(str(installation.warehouse)) as connection:
        connection.execute(change)
    with pytest.raises(PublishingError, match="key_groups"):
        publish_month(installation, MONTH, MONTH, "x")


def test_the_code_version_is_there_with_and_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_version()
    monkeypatch.setenv("PATH", "")
    assert code_version()


def test_of_a_damaged_version_a_whole_one_follows(publish: Callable[..., Publication]) -> None:
    first = publish()
    assert damaged_files(first) == []
    path = first.folder / "warning_list.parquet"
    path.chmod(0o644)
    path.write_bytes(b"")
    second = publish()
    assert (second.version, second.is_new) == (2, True)
    assert (damaged_files(first), damaged_files(second)) == (["warning_list.parquet"], [])
    assert publish().version == 2
