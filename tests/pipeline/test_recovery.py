"""Kills at chosen moments, readers while the database is replaced. Random moments: ``python -m tests.recovery.kill_test``."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from expectations.intake import IntakeCheckResult
from orchestration.defs.assets import landing, warehouse
from orchestration.foundation.paths import Installation
from orchestration.publications import refresh_current
from orchestration.warehouse.dbt_runner import NodeResult
from tests.conftest import REPOSITORY
from tests.pipeline.conftest import Run, command, rows
from tests.recovery.readers import Readers
from tests.recovery.wholeness import faults, leftovers, published_bytes, rows_by_month

pytestmark = pytest.mark.pipeline

# Ends its whole process group without warning when a function is called for the n-th time.
KILLED = """
import functools, importlib, os, signal, sys
place, calls, *arguments = sys.argv[1:]
module, _, names = place.partition(":")
*owners, name = names.split(".")
owner = functools.reduce(getattr, owners, importlib.import_module(module))
function, left = getattr(owner, name), [int(calls)]
def counted(*values, **options):
    left[0] -= 1
    if left[0] == 0:
        os.killpg(0, signal.SIGKILL)
    return function(*values, **options)
setattr(owner, name, counted)
"""
RUN = KILLED + "from orchestration.command_line import main; sys.exit(main(arguments))"
PUBLICATION = (
    KILLED
    + """
from pathlib import Path
from expectations.intake import IntakeCheckResult
from orchestration.defs.assets import landing, warehouse
from orchestration.foundation.paths import Installation
from orchestration.foundation.code_versions import code_version
from orchestration.publications import publish_month, refresh_current
from orchestration.warehouse.run_request import RunRequest
installation = Installation.at(Path(arguments[0]), Path(arguments[1]))
for month, knowledge in RunRequest.of(installation).published.items():
    publish_month(installation, month, knowledge, code_version())
refresh_current(installation)
"""
)


def killed(script: str, place: str, calls: int, *arguments: object) -> None:
    """Run a script that is killed at a place; fail when it ends otherwise."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, place, str(calls), *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture
def before_july(county_run: Run, tmp_path: Path) -> Installation:
    """The county when July has been computed and nothing of it is published."""
    installation = Installation.at(county_run.raw, shutil.copytree(county_run.marts, tmp_path / "marts"))
    shutil.rmtree(installation.marts / "2023-07")
    refresh_current(installation)
    return installation


def months_held(installation: Installation) -> list[tuple[object, ...]]:
    return rows(installation.marts, "select strftime(month, '%Y-%m') from marts.publications order by 1")


def test_a_run_killed_while_landing_and_while_computing_leaves_nothing_to_mend(county_run: Run, tmp_path: Path) -> None:
    installation = Installation.at(county_run.raw, tmp_path / "marts")
    arguments = ("run", "--month", "2023-07", "--raw", county_run.raw, "--marts", installation.marts)
    places = [("orchestration.defs.assets.landing:check_landed_extract", 5), ("dbt.task.run:ModelRunner.execute", 60)]
    for place, calls in places:
        killed(RUN, place, calls, *arguments)
        assert faults(installation) == []
        assert published_bytes(installation.marts) == {}
    assert list(installation.landed.glob("*__*/2023-07.json")), "the second kill came after landing"
    outcome = command(*arguments)
    assert outcome.status == 0, outcome.err
    assert faults(installation) == []
    undisturbed = published_bytes(county_run.marts)
    assert published_bytes(installation.marts) == {
        path: content for path, content in undisturbed.items() if path.startswith("2023-07")
    }


def test_a_publication_is_whole_or_absent_wherever_it_is_killed(county_run: Run, before_july: Installation) -> None:
    undisturbed = published_bytes(county_run.marts)
    appeared = []
    for place, calls in [
        ("orchestration.publications.publication:write_parquet", 40),  # the first lists of July
        ("orchestration.publications.publication:seal", 1),  # everything written, not yet named
        ("orchestration.publications.database_tables:_comment", 100),  # named; the database half built
        ("orchestration.publications.database_tables:force_to_disk", 1),  # the database built, not yet in place
    ]:
        killed(PUBLICATION, place, calls, before_july.raw, before_july.marts)
        assert faults(before_july) == []
        assert months_held(before_july) == [("2023-06",)]
        appeared.append((before_july.marts / "2023-07" / "v01").exists())
    assert appeared == [False, False, True, True]
    killed(
        PUBLICATION, "orchestration.publications.database_tables:force_to_disk", 2, before_july.raw, before_july.marts
    )  # in place
    assert faults(before_july) == []
    assert rows_by_month(before_july.current) == rows_by_month(county_run.marts / "current.duckdb")
    assert published_bytes(before_july.marts) == undisturbed
    refresh_current(before_july)
    assert leftovers(before_july.marts) == []


def test_what_is_looked_for_after_a_kill_would_be_found(before_july: Installation) -> None:
    assert faults(before_july) == []
    before_july.current.with_name("current.duckdb.wal").touch()
    (before_july.marts / "2023-06" / "v01" / "referrals.parquet").unlink()
    roster = next(before_july.landed.glob("*__member_roster/2023-07.parquet"))
    shutil.copy2(roster.parents[1] / "rural_revitalization__household_roster" / "2023-07.parquet", roster)
    next(before_july.archive.rglob("*.xlsx")).unlink()
    told = "\n".join(faults(before_july))
    for words in (
        "files differ from the manifest",
        "current.duckdb.wal is there",
        "are not in the archive",
        "accounts say otherwise",
    ):
        assert words in told
    before_july.current.chmod(0o644)
    before_july.current.write_bytes(b"not a database")
    assert any("cannot be read" in fault for fault in faults(before_july))


def test_readers_find_whole_months_while_the_database_is_replaced(before_july: Installation, county_run: Run) -> None:
    with Readers(before_july.marts, 3) as readers:
        readers.wait_until_seen("2023-06")
        shutil.copytree(county_run.marts / "2023-07", before_july.marts / "2023-07")
        for _ in range(5):
            refresh_current(before_july)
        readers.wait_until_seen("2023-06 2023-07")
        seen = readers.end()
    assert [one.faults for one in seen] == [[], [], []]
    assert all(set(one.opened) == {"2023-06", "2023-06 2023-07"} for one in seen)


def test_the_second_of_two_commands_is_refused_and_says_why(before_july: Installation) -> None:
    """Two processes of the command line; how the lock itself behaves is tested in ``test_run_lock``."""
    arguments = ("run", "--month", "2023-07", "--raw", before_july.raw, "--marts", before_july.marts)
    paused = KILLED.replace("os.killpg(0, signal.SIGKILL)", "print('here', flush=True); sys.stdin.readline()")
    script = paused + "from orchestration.command_line import main; sys.exit(main(arguments))"
    first = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, "orchestration.defs.runs:months_to_compute", "1", *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert first.stdout
        assert "here" in (first.stdout.readline(), first.stdout.readline())[1]
        second = command(*arguments)
    finally:
        first.kill()
        first.communicate()
    assert second.status == 1
    assert "另一个运行正在使用" in second.err and f"进程 {first.pid}" in second.err and "请等它结束后再运行" in second.err
    assert faults(before_july) == []


def blocking(result: IntakeCheckResult) -> IntakeCheckResult:
    broken = dataclasses.replace(result.outcomes[0], success=False, severity="critical")
    return dataclasses.replace(result, outcomes=(broken, *result.outcomes[1:]))


@pytest.mark.parametrize("gate", ["intake", "warehouse"])
def test_what_blocks_keeps_the_month_from_being_published(
    county_run: Run, before_july: Installation, monkeypatch: pytest.MonkeyPatch, gate: str
) -> None:
    """Write, audit, publish; that a rule which cannot run blocks too is tested in ``test_synthetic_county``."""
    check = landing.check_landed_extract
    if gate == "intake":
        monkeypatch.setattr(landing, "check_landed_extract", lambda *arguments: blocking(check(*arguments)))
        monkeypatch.setattr(warehouse, "build", lambda *_, **__: pytest.fail("computed on what was not accepted"))
    else:
        test = NodeResult("test.fangfanpin.unique_key_income_gaps.1", "fail", 0.1, 2, None)
        monkeypatch.setattr(warehouse, "build", lambda *_, **__: [test])
    published, current = published_bytes(before_july.marts), before_july.current.read_bytes()
    outcome = command("run", "--month", "2023-07", "--raw", before_july.raw, "--marts", before_july.marts)
    assert outcome.status == 1 and "没有发布" in outcome.err
    assert published_bytes(before_july.marts) == published
    assert before_july.current.read_bytes() == current
