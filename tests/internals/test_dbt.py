"""What is relied on of dbt's internals (``orchestration/adapters/dbt_*.py``). Run first after an upgrade."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult

from orchestration.adapters.dbt_connections import close_connections
from orchestration.adapters.dbt_manifest import kept_manifest
from orchestration.command_line.commands import main
from orchestration.foundation.settings import WAREHOUSE_VARIABLE
from orchestration.warehouse import dbt_runner
from tests.internals.advice import advice

MANIFEST = "orchestration/adapters/dbt_manifest.py"
CONNECTIONS = "orchestration/adapters/dbt_connections.py"
RUNNER = "orchestration/warehouse/dbt_runner.py"
QUIET = ["--quiet", "--log-level", "none", "--log-level-file", "none"]


def call(project: Path, *arguments: str, manifest: Any = None) -> dbtRunnerResult:
    places = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(project / "target")]
    return dbtRunner(manifest=manifest).invoke([*QUIET, *arguments, *places])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project of one model and one test that fails, parsed."""
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "False"
    folder = tmp_path_factory.mktemp("small")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text("name: small\nprofile: small\n", encoding="utf-8")
    database = {"type": "duckdb", "path": str(folder / "small.duckdb")}
    profiles = {"small": {"target": "duckdb", "outputs": {"duckdb": database}}}
    (folder / "profiles.yml").write_text(json.dumps(profiles), encoding="utf-8")
    (folder / "models" / "one.sql").write_text("select 1 as x union all select null", encoding="utf-8")
    (folder / "models" / "one.yml").write_text(
        "models: [{name: one, columns: [{name: x, data_tests: [not_null]}]}]", encoding="utf-8"
    )
    assert call(folder, "parse", "--no-partial-parse").success
    yield folder
    close_connections()


def test_parsing_leaves_a_manifest_that_is_read_again(project: Path) -> None:
    changed = "read what dbt parse now leaves in its target folder, or parse in every process, which costs seconds."
    try:
        names = {node.name for node in kept_manifest(project / "target").nodes.values() if node.resource_type == "model"}
    except (OSError, AttributeError, TypeError, ValueError) as error:
        pytest.fail(f"{advice('dbt-core', MANIFEST, changed)} ({error})")
    assert names == {"one"}, advice("dbt-core", MANIFEST, changed)


def test_a_kept_manifest_saves_parsing(project: Path) -> None:
    manifest = kept_manifest(project / "target")
    hidden = (project / "models" / "one.sql").rename(project / "models" / "one.hidden")
    try:
        ran = call(project, "run", manifest=manifest)
    finally:
        hidden.rename(project / "models" / "one.sql")
        close_connections()
    changed = "hand the kept manifest to dbt in another way; it has parsed the project again."
    assert ran.success and [result.node.name for result in ran.result] == ["one"], advice("dbt-core", MANIFEST, changed)


def test_a_result_says_what_is_read_of_it(project: Path) -> None:
    ran = call(project, "build", manifest=kept_manifest(project / "target"))
    close_connections()
    said = {result.node.unique_id.split(".")[0]: (str(result.status), result.failures) for result in ran.result}
    changed = "read the results of dbt in dbt_runner.build as they are now."
    assert said == {"model": ("success", None), "test": ("fail", 1)}, advice("dbt-core", RUNNER, changed)
    read = ("execution_time", "message")
    assert all(hasattr(result, name) for result in ran.result for name in read), advice("dbt-core", RUNNER, changed)


def test_the_database_can_be_opened_once_connections_are_closed(project: Path) -> None:
    call(project, "run", manifest=kept_manifest(project / "target"))
    database = str(project / "small.duckdb")
    # another configuration than dbt's: refused as long as this process has the file open
    with pytest.raises(duckdb.ConnectionException):
        duckdb.connect(database, read_only=True)
    close_connections()
    changed = (
        "close dbt's connection as what dbt-duckdb registers with atexit does it; until then nobody can read the warehouse."
    )
    try:
        with duckdb.connect(database, read_only=True) as connection:
            assert connection.execute("select count(*) from one").fetchall() == [(2,)]
    except duckdb.ConnectionException as error:
        pytest.fail(f"{advice('dbt-duckdb', CONNECTIONS, changed)} ({error})")


def test_the_documentation_is_one_page_that_reaches_nobody(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT", project)
    monkeypatch.setenv(WAREHOUSE_VARIABLE, os.environ.get(WAREHOUSE_VARIABLE, ""))
    page = tmp_path / "模型说明.html"
    assert main(["docs", "--to", str(page)]) == 0
    content = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in content and '"model.small.one"' in content
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=\"(?:https?:)?//", content)
    assert main(["docs", "--to", str(page)]) == 1
    assert "不会覆盖" in capsys.readouterr().err
