"""Dagster's history in a real PostgreSQL server: a job runs, doctor looks, tidy and backup work.

Skipped, saying so, where no server's programs are installed (Debian: ``postgresql``) or ``dagster-postgres`` is not.
"""

from __future__ import annotations

import datetime as dt
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest

from orchestration.defs.resources import InstallationResource, installation_resource
from orchestration.defs.runs import prepare
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.upkeep.backup import back_up, restore
from orchestration.upkeep.diagnosis import Level
from orchestration.upkeep.doctor import examine
from orchestration.upkeep.tidy import tidy

pytestmark = pytest.mark.pipeline

PASSWORD = "p@ss:w/rd"  # noqa: S105  of a server that lives for this test
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
MONTHS = dg.StaticPartitionsDefinition([Month("2023-07")])


@dg.asset(partitions_def=MONTHS)
def published(installation: InstallationResource) -> None:
    """Stand for a month's publication."""


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """A server of its own, reached through a socket in the folder returned; as another user where we are root."""
    pytest.importorskip("dagster_postgres", reason="dagster-postgres is not installed (requirements/postgres.txt)")
    places = [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    initdb, program = (shutil.which(name, path=os.pathsep.join(places)) for name in ("initdb", "postgres"))
    if not initdb or not program:
        pytest.skip("no PostgreSQL server is installed here (Debian: apt-get install postgresql)")
    # initdb refuses root; a short path, because a socket's name has about a hundred characters at most
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    identity = {}
    if os.geteuid() == 0:
        names = {user.pw_name for user in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        identity = {"user": user}
    data, secret = folder / "data", folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    try:
        subprocess.run(
            [initdb, "-D", data, "-U", "fangfanpin", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            **identity,
        )
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        running = subprocess.Popen(
            [program, "-D", data, *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **identity
        )
        try:
            _make_databases(folder, running)
            yield folder
        finally:
            running.terminate()
            running.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def address(server: Path, database: str, password: str = PASSWORD) -> str:
    return f"postgresql://fangfanpin:{quote(password, safe='')}@/{database}?host={server}"


def _make_databases(server: Path, running: subprocess.Popen[bytes]) -> None:
    import psycopg2

    end = time.monotonic() + 60
    while time.monotonic() < end and running.poll() is None:
        try:
            connection = psycopg2.connect(address(server, "postgres"))
        except psycopg2.OperationalError:
            time.sleep(0.2)
            continue
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE dagster")
            cursor.execute("CREATE DATABASE restored")
        connection.close()
        return
    raise AssertionError("the server did not start")


@pytest.fixture
def installation(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation that keeps its history in the server."""
    (tmp_path / "raw").mkdir()
    made = Installation.at(tmp_path / "raw", tmp_path / "marts")
    monkeypatch.setenv(POSTGRES_VARIABLE, address(server, "dagster"))
    for variable in (*made.environment(), "DAGSTER_HOME"):
        monkeypatch.setenv(variable, "")  # given back after the test
    prepare(made)
    return made


def run(installation: Installation, instance: dg.DagsterInstance) -> str:
    found = dg.materialize(
        [published],
        resources={"installation": installation_resource(installation)},
        instance=instance,
        partition_key="2023-07",
        run_config=QUIET,
    )
    assert found.success
    return found.run_id


def history(installation: Installation) -> Level:
    return next(diagnosis.level for diagnosis in examine(installation) if diagnosis.subject == "运行历史")


def test_history_is_kept_looked_at_tidied_and_backed_up(
    installation: Installation, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("pg_dump") or not shutil.which("pg_restore"):
        pytest.skip("pg_dump and pg_restore are not installed here (Debian: apt-get install postgresql-client)")
    with dg.DagsterInstance.get() as instance:
        assert type(instance.run_storage).__name__ == "PostgresRunStorage"
        assert type(instance.event_log_storage).__name__ == "PostgresEventLogStorage"
        assert type(instance.schedule_storage).__name__ == "PostgresScheduleStorage"
        first, second = run(installation, instance), run(installation, instance)
        assert history(installation) is Level.OK
        now = dt.datetime.now(dt.UTC) + dt.timedelta(days=500)
        assert tidy(installation, instance, now, months=12).runs == 1
        assert [found.run_id for found in instance.get_runs()] == [second] != [first]
    assert not list(installation.state.rglob("*.db"))

    made = back_up(installation, tmp_path / "backups")
    assert made.history == "postgres"
    secrets = (PASSWORD, quote(PASSWORD, safe=""))
    kept = [path for folder in (installation.state, made.folder) for path in folder.rglob("*") if path.is_file()]
    assert kept and not [path for path in kept if any(secret.encode() in path.read_bytes() for secret in secrets)]

    new = Installation.at(tmp_path / "raw", tmp_path / "new")
    restored = restore(made.folder, new)
    assert restored.dump
    load = ["pg_restore", "--no-owner", "-h", server, "-U", "fangfanpin", "-d", "restored", restored.dump]
    subprocess.run(load, check=True, env={**os.environ, "PGPASSWORD": PASSWORD})
    monkeypatch.setenv(POSTGRES_VARIABLE, address(server, "restored"))
    prepare(new)
    with dg.DagsterInstance.get() as instance:
        assert [found.run_id for found in instance.get_runs()] == [second]


def test_a_wrong_password_is_told_without_it(installation: Installation, server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(POSTGRES_VARIABLE, address(server, "dagster", "not-this-one"))
    diagnosis = next(diagnosis for diagnosis in examine(installation) if diagnosis.subject == "运行历史")
    assert diagnosis.level is Level.FAIL
    assert "password authentication failed" in diagnosis.message and "not-this-one" not in diagnosis.message
