from __future__ import annotations

import json
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_marts, load_publication_lists
from orchestration.foundation.atomic_files import sha256_of
from orchestration.foundation.paths import Installation
from orchestration.publications import Publication, PublishingError, current, refresh_current
from tests.unit.publishing_samples import MONTH, household

Publish = Callable[..., Publication]

# What DuckDB 1.0 writes at the head of a file; a greater number is refused by clients that do not know it.
STORAGE_OF_DUCKDB_1_0 = 64


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_it_holds_the_newest_version_of_every_month(installation: Installation, publish: Publish) -> None:
    publish(month="2023-06")
    publish()
    publish({"warning_list": [household(1), household(2)]})
    path = refresh_current(installation)
    assert path == installation.current
    counts = read(path, "SELECT strftime(month, '%Y-%m'), count(*) FROM marts.warning_list GROUP BY 1 ORDER BY 1")
    assert counts == [("2023-06", 1), ("2023-07", 2)]
    versions = read(path, "SELECT strftime(month, '%Y-%m'), version, code_version FROM marts.publications ORDER BY 1")
    assert versions == [("2023-06", 1, "0.0.0+test"), ("2023-07", 2, "0.0.0+test")]


def test_nothing_published_yet_is_an_empty_database(installation: Installation) -> None:
    assert read(refresh_current(installation), "SELECT count(*) FROM marts.warning_list") == [(0,)]


def test_nobody_but_owner_and_group_reads_it_and_nobody_saves_over_it(installation: Installation, publish: Publish) -> None:
    published = publish()
    refresh_current(installation)
    for path in (installation.current, installation.analysts, *(one for one in published.folder.rglob("*") if one.is_file())):
        assert stat.S_IMODE(path.stat().st_mode) == 0o440, path.name


def test_every_table_view_and_column_is_explained(installation: Installation, publish: Publish) -> None:
    publish()
    path = refresh_current(installation)
    for kind in ("tables", "views"):
        names = read(path, f"SELECT comment FROM duckdb_{kind}() WHERE schema_name IN ('marts', '清单')")
        # and the table of the publications themselves
        assert len(names) == len(load_marts()) + len(load_publication_lists()) + 1
        assert all(comment for (comment,) in names)
    columns = read(path, "SELECT comment FROM duckdb_columns() WHERE schema_name = 'marts'")
    assert columns
    assert all(comment for (comment,) in columns)


def test_types_are_those_of_the_contracts(installation: Installation, publish: Publish) -> None:
    publish()
    path = refresh_current(installation)
    described = dict(
        read(
            path,
            "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'marts' AND table_name = 'income_gaps'",
        )
    )
    assert described["month"] == "DATE"
    assert described["missing_months"] == "VARCHAR[]"
    assert described["income_12m_estimate"] == "DECIMAL(14,2)"


def test_officers_see_chinese(installation: Installation, publish: Publish) -> None:
    publish({"warning_list": [household(1, is_below_warning=None)]})
    path = refresh_current(installation)
    seen = read(path, 'SELECT "户主姓名", "级别", "触发原因", "低于纳入线", "低于预警线" FROM "清单"."预警名单"')
    assert seen == [("户主1", "红色", "标准提高", "是", None)]
    assert read(path, 'SELECT "适用人群", "状态" FROM "清单"."当月生效标准" ORDER BY "参数"')[0] == (
        "脱贫户、2019年边缘易致贫户",
        "生效",
    )


def test_the_file_is_of_the_oldest_format(installation: Installation, publish: Publish) -> None:
    publish()
    head = refresh_current(installation).read_bytes()[:20]
    assert head[8:12] == b"DUCK"
    assert struct.unpack("<Q", head[12:20]) == (STORAGE_OF_DUCKDB_1_0,)


def test_a_reader_keeps_what_it_opened(installation: Installation, publish: Publish) -> None:
    publish()
    path = refresh_current(installation)
    before = path.stat().st_ino
    with duckdb.connect(str(path), read_only=True) as reader:
        publish({"warning_list": [household(1), household(2)]})
        refresh_current(installation)
        assert reader.execute("SELECT head_name FROM marts.warning_list").fetchall() == [("户主1",)]
    assert path.stat().st_ino != before
    assert read(path, "SELECT count(*) FROM marts.warning_list") == [(2,)]


def test_a_failure_halfway_keeps_the_old_file(
    installation: Installation, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    path = refresh_current(installation)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(current, "create_publications", fail)
    with pytest.raises(RuntimeError, match="killed"):
        refresh_current(installation)
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in installation.marts.iterdir()) == [
        ".lock",
        ".state",
        MONTH,
        "analyst.duckdb",
        "current.duckdb",
    ]


def test_leftovers_and_a_stale_log_are_removed(installation: Installation, publish: Publish) -> None:
    publish()
    stale = [installation.marts / ".current.duckdb-1.tmp", installation.marts / "current.duckdb.wal"]
    for path in stale:
        path.write_bytes(b"half")
    refresh_current(installation)
    assert not any(path.exists() for path in stale)


def _rewrite(path: Path, rename: dict[str, str]) -> None:
    """Make a published file look as if older code had written it."""
    table = pq.read_table(path)
    path.chmod(0o644)
    pq.write_table(table.rename_columns([rename.get(name, name) for name in table.column_names]), path)
    _vouch(path.parent)


def _vouch(folder: Path) -> None:
    """Make the manifest say of the lists what is there."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    lists = {name: entry for name, entry in manifest["marts"].items() if (folder / f"{name}.parquet").exists()}
    manifest["marts"] = {name: entry | {"sha256": sha256_of(folder / f"{name}.parquet")} for name, entry in lists.items()}
    path.chmod(0o644)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_months_published_with_other_columns_and_lists_stay_readable(installation: Installation, publish: Publish) -> None:
    older = publish(month="2023-06")
    _rewrite(older.folder / "warning_list.parquet", {"level": "former_level"})
    (older.folder / "key_groups.parquet").unlink()
    _vouch(older.folder)
    publish()
    path = refresh_current(installation)
    levels = read(path, "SELECT level, head_name FROM marts.warning_list ORDER BY month")
    assert levels == [(None, "户主1"), ("red", "户主1")]


def test_a_column_that_changed_its_type_is_named_not_lost(installation: Installation, publish: Publish) -> None:
    older = publish()
    _rewrite(older.folder / "warning_list.parquet", {"head_name": "headcount", "headcount": "head_name"})
    with pytest.raises(PublishingError, match=r"warning_list\.parquet"):
        refresh_current(installation)


@pytest.mark.parametrize("name", ["发布[1]", "发布*", "发布?", "o'发布 {a,b}"])
def test_a_folder_may_be_called_what_fits_other_folders(installation: Installation, publish: Publish, name: str) -> None:
    publish({"warning_list": [household(1)]})
    moved = Installation.at(installation.raw, installation.marts.rename(installation.marts.with_name(name)))
    assert read(refresh_current(moved), "SELECT count(*) FROM marts.warning_list") == [(1,)]
