"""What names a file to SQLAlchemy, Dagster and DuckDB, for folders of any name."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from sqlalchemy.engine import make_url

from orchestration.adapters import dagster_folders
from orchestration.foundation.databases import writable

NAMES = ["新丰%E5%8E%BF", "50%20", "a?b=c", "a#b", "a b", "a'b", 'a"b', "a;b", "a&b", "a*b", "a$b", "[1]", "{{ a }}", "县"]


@pytest.mark.parametrize("name", NAMES)
def test_an_address_names_the_file_that_is_meant(tmp_path: Path, name: str) -> None:
    address = dagster_folders.database_address(str(tmp_path / name), "runs")
    assert make_url(address).database == str(tmp_path / name / "runs.db")
    assert not make_url(address).query


@pytest.mark.parametrize("name", NAMES)
def test_dagster_finds_its_settings(tmp_path: Path, name: str) -> None:
    from dagster._core.instance.config import dagster_instance_config

    (tmp_path / name).mkdir()
    (tmp_path / name / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    assert dagster_instance_config(str(tmp_path / name))[0] == {"telemetry": {"enabled": False}}


@pytest.mark.parametrize("name", NAMES)
def test_a_database_is_written_and_written_again(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "x.duckdb"
    path.parent.mkdir()
    for number in (1, 2):
        with writable(path) as place, duckdb.connect(str(place)) as connection:
            connection.execute(f"CREATE TABLE t{number} AS SELECT {number} AS n")
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("SELECT t1.n, t2.n FROM t1, t2").fetchall() == [(1, 2)]
    assert [entry.name for entry in path.parent.iterdir()] == ["x.duckdb"]
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
