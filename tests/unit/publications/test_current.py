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
from orchestration.contracts.database_table import load_database_tables
from orchestration.foundation.atomic_files import sha256_of
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import Publication, PublishingError, current, refresh_current, roll_back
from tests.unit.publishing_samples import MONTH, OTHER_TOWN, TOWN, UNKNOWN_TOWN, household

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


@pytest.mark.parametrize("edition", ["current", "analysts"])
def test_every_table_view_and_column_is_explained(installation: Installation, publish: Publish, edition: str) -> None:
    publish()
    refresh_current(installation)
    path: Path = getattr(installation, edition)
    lists = load_marts() | load_publication_lists()
    shown = [name for name, mart in lists.items() if edition == "current" or mart.analysts != "none"]
    tables = read(path, "SELECT table_name, comment FROM duckdb_tables()")
    assert {name for name, _ in tables} == {*shown, *load_database_tables()}
    assert {view for (view,) in read(path, "SELECT view_name FROM duckdb_views() WHERE schema_name = '清单'")} == {
        *(lists[name].title for name in shown),
        *(table.title for table in load_database_tables().values()),
    }
    for kind in ("tables", "views", "columns"):
        said = read(
            path, f"SELECT schema_name, count(*), count(nullif(comment, '')) FROM duckdb_{kind}() WHERE NOT internal GROUP BY 1"
        )
        assert said and all(there == explained for _, there, explained in said), kind
    of_view = (
        "SELECT comment FROM duckdb_columns() WHERE schema_name = '清单' AND table_name = '预警名单' AND column_name = '级别'"
    )
    ((said,),) = read(path, of_view)
    assert str(said).startswith("red 红色：收入在纳入线以下（含）；yellow 黄色：其余") and str(said).endswith("（level）")


def test_what_identifies_a_row_is_never_blank_where_the_files_say_so(installation: Installation, publish: Publish) -> None:
    publish()
    refresh_current(installation)
    declared = "SELECT column_name FROM duckdb_columns() WHERE table_name = 'data_logic_issues' AND NOT is_nullable ORDER BY 1"
    assert read(installation.current, declared) == [("check_code",), ("entity_key",), ("month",)]
    # of the key the analysts' edition has these two
    assert read(installation.analysts, declared) == [("check_code",), ("month",)]
    keys = "SELECT column_names FROM meta.table_keys WHERE kind = '主键' AND table_name = 'marts.data_logic_issues'"
    assert read(installation.current, keys) == [("month, check_code, entity_key",)] and read(installation.analysts, keys) == []


def test_a_month_says_what_it_rests_on(installation: Installation, publish: Publish) -> None:
    received = [
        {"extract": "housing__dwelling_safety", "status": "not_received"},
        {"extract": "water__drinking_water", "status": "compared"},
    ]
    labels = [{"domain": "extract", "code": "housing__dwelling_safety", "code_label": "农房", "code_place": 1}]
    publish({"department_comparison": received, "code_values": labels}, not_applicable={"key_groups": "没有"})
    publish({"warning_list": [household(1), household(2)]}, knowledge="2023-08")
    roll_back(installation, Month(MONTH), "试", "某人")
    path = refresh_current(installation)
    columns = (
        "inclusion_line, inclusion_article, warning_line, version, versions, versions_withdrawn, is_restated, is_complete, "
        "not_received, lists_not_applicable, not_applicable"
    )
    of_month = read(path, f"SELECT {columns} FROM marts.dim_month")
    assert of_month == [(10420, "第2条", None, 1, 2, 1, False, False, "农房", 1, "重点群体汇总")]
    assert read(installation.analysts, f"SELECT {columns} FROM marts.dim_month") == of_month
    told = read(path, "SELECT topic, strftime(month, '%Y-%m') FROM meta.warnings WHERE month IS NOT NULL ORDER BY 1")
    assert told == [("算不出的清单", MONTH), ("缺报或退回的名册", MONTH)]
    roll_back(installation, Month(MONTH), "试", "某人")
    publish({"warning_list": [household(3)]}, knowledge="2023-08")
    assert read(refresh_current(installation), "SELECT is_restated, is_complete FROM marts.dim_month") == [(True, None)]
    assert read(path, "SELECT count(*) FROM meta.warnings WHERE topic = '重算过的月份'") == [(1,)]


def test_dimensions_hold_every_place_of_the_facts_and_no_more_than_the_edition_shows(
    installation: Installation, publish: Publish
) -> None:
    towns = [
        {"town_code": "440233001", "town": TOWN, "code_place": 1},
        {"town_code": "440233102", "town": OTHER_TOWN, "code_place": 2},
    ]
    names = ("household_id", "town", "village", "household_type")
    many = [{name: household(number)[name] for name in names} for number in range(1, 8)]
    few = [{"household_id": f"4402331000{number:04d}", "town": UNKNOWN_TOWN, "village": "独村"} for number in (8, 9)]
    publish({"household_month": [*many, *few], "towns": towns}, month="2023-06")
    refresh_current(installation)
    towns_of = "SELECT town, town_code, is_declared, strftime(last_month, '%Y-%m') FROM marts.dim_town"
    assert read(installation.current, towns_of) == [
        (TOWN, "440233001", True, "2023-06"), (OTHER_TOWN, "440233102", True, None), (UNKNOWN_TOWN, None, False, "2023-06"),
    ]  # fmt: skip
    villages = "SELECT town, village FROM marts.dim_village"
    assert read(installation.current, villages) == [(TOWN, "上潭村"), (UNKNOWN_TOWN, "独村")]
    assert read(installation.analysts, villages) == [(TOWN, "上潭村"), ("其他镇", "其他村")]


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

    monkeypatch.setattr(current, "add_tables_beside", fail)
    with pytest.raises(RuntimeError, match="killed"):
        refresh_current(installation)
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in installation.marts.iterdir()) == [
        ".lock",
        ".state",
        MONTH,
        "analyst.duckdb",
        "current.duckdb",
        "分析库数据字典.html",
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
