"""Dagster's own web server and daemon, for real: a tick of the schedule publishes a month, a dropped file is landed."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from orchestration.contracts import load_county
from orchestration.jobs import LANDING_JOB, MONTHLY_JOB
from orchestration.paths import Installation
from orchestration.publishing import latest_publications
from orchestration.runs import prepare
from orchestration.settled import unsettled_before
from orchestration.synthesis import synthesize
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.pipeline

DEFINITIONS = "tests.pipeline.daemon_definitions"
SENSOR = {"repositoryLocationName": "county", "repositoryName": "__repository__", "sensorName": "arriving_files"}
T = TypeVar("T")
RUNS = """query ($job: String!) { runsOrError(filter: {pipelineName: $job}) { ... on Runs { results {
    runId status assetSelection { path } tags { key value } } } } }"""
START = """mutation ($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) {
    __typename ... on PythonError { message } } }"""
SCHEDULE = {"repositoryLocationName": "county", "repositoryName": "__repository__", "scheduleName": "monthly_on_run_day"}
STATE = """query ($schedule: ScheduleSelector!) { scheduleOrError(scheduleSelector: $schedule) { ... on Schedule {
    scheduleState { id } } } }"""
STOP = """mutation ($id: String!) { stopRunningSchedule(id: $id) { __typename ... on PythonError { message } } }"""
TICKS = """query ($sensor: SensorSelector!) { sensorOrError(sensorSelector: $sensor) { ... on Sensor {
    sensorState { ticks(limit: 5) { status skipReason error { message } } } } } }"""


@dataclass(frozen=True)
class Dagster:
    """A running installation."""

    installation: Installation
    month: str
    port: int
    logs: Path

    def ask(self, query: str, **variables: Any) -> Any:
        content = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", content, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found = json.load(answer)
        assert "errors" not in found, found
        return found["data"]

    def runs(self, job: str) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = self.ask(RUNS, job=job)["runsOrError"]["results"]
        return runs

    def finished(self, job: str) -> list[dict[str, Any]]:
        """Return the runs of a job when there are some and all have ended."""
        runs = self.runs(job)
        return runs if all(run["status"] in ("SUCCESS", "FAILURE", "CANCELED") for run in runs) else []


def wait_for(what: Callable[[], T], seconds: float, told: Callable[[], object] = str) -> T:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := what():
                return found
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s; {told()}")


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    """One code server, one web server, one daemon on the deliveries of the current month; ended whatever happens."""
    folder = tmp_path_factory.mktemp("daemons")
    month = dt.datetime.now(ZoneInfo(load_county().time_zone)).strftime("%Y-%m")
    installation = Installation.at(folder / "raw", folder / "marts")
    synthesize(installation.raw, 30, month, month, 5)
    before = dict(os.environ)
    prepare(installation)
    environment = dict(os.environ) | {
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONWARNINGS": "ignore",
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    os.environ.clear()
    os.environ.update(before)
    code, page = free_port(), free_port()
    workspace = folder / "workspace.yaml"
    workspace.write_text(f"load_from:\n- grpc_server: {{host: 127.0.0.1, port: {code}, location_name: county}}\n")
    commands = {
        "code": ["dagster", "code-server", "start", "-m", DEFINITIONS, "-h", "127.0.0.1", "-p", str(code)],
        "page": ["dagster_webserver", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(page)],
        "daemon": ["dagster._daemon", "run", "-w", str(workspace)],
    }
    processes = []
    try:
        for name, command in commands.items():
            log = (folder / f"{name}.log").open("wb")
            arguments = [sys.executable, "-m", *command]
            # a session of its own, so that what it starts can be ended with it
            started = subprocess.Popen(
                arguments, cwd=REPOSITORY, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
            processes.append(started)
            log.close()
            if name == "code":
                wait_for(lambda: is_listening(code), 60, lambda: tail(folder))
        found = Dagster(installation, month, page, folder)
        wait_for(lambda: found.ask("{ version }"), 60, lambda: tail(folder))
        yield found
    finally:
        for process in reversed(processes):
            end(process)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything it started: they are a group of their own."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)
            process.wait(4)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def tail(folder: Path) -> str:
    return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in sorted(folder.glob("*.log")))


def test_a_tick_of_the_schedule_publishes_the_month(dagster: Dagster) -> None:
    wait_for(lambda: dagster.runs(MONTHLY_JOB), 90, lambda: tail(dagster.logs))
    schedule = dagster.ask(STATE, schedule=SCHEDULE)["scheduleOrError"]["scheduleState"]["id"]
    assert dagster.ask(STOP, id=schedule)["stopRunningSchedule"]["__typename"] == "ScheduleStateResult"
    runs = wait_for(lambda: dagster.finished(MONTHLY_JOB), 240, lambda: tail(dagster.logs))
    assert {run["status"] for run in runs} == {"SUCCESS"}
    tags = {tag["key"]: tag["value"] for tag in runs[0]["tags"]}
    assert tags["dagster/schedule_name"] == "monthly_on_run_day"
    assert tags["dagster/partition"] == dagster.month
    assert latest_publications(dagster.installation.marts)[dagster.month].version == 1


def test_a_dropped_file_is_landed_and_does_not_publish(dagster: Dagster) -> None:
    assert dagster.finished(MONTHLY_JOB), "the test before publishes the month"
    extract, folder = "water__drinking_water", dagster.installation.raw / dagster.month / "water"
    before = dagster.installation.landed_extract(extract, dagster.month).stat().st_mtime_ns
    (folder / "drinking_water__补报.csv.part").write_bytes(b"half")
    assert dagster.ask(START, sensor=SENSOR)["startSensor"]["__typename"] == "Sensor"
    wait_for(lambda: "还在复制" in str(dagster.ask(TICKS, sensor=SENSOR)), 60, lambda: tail(dagster.logs))
    assert dagster.runs(LANDING_JOB) == []
    (folder / "drinking_water__补报.csv.part").unlink()
    delivered = next(path for path in folder.iterdir() if path.suffix in {".csv", ".xlsx"})
    copy = folder / f"drinking_water__补报{delivered.suffix}"
    copy.write_bytes(delivered.read_bytes())

    runs = wait_for(lambda: dagster.finished(LANDING_JOB), 90, lambda: (dagster.ask(TICKS, sensor=SENSOR), tail(dagster.logs)))

    assert [run["status"] for run in runs] == ["SUCCESS"]
    selected = {"/".join(key["path"]) for key in runs[0]["assetSelection"]}
    assert selected == {f"landed/{extract}", "landed/intake_files", "landed/intake_problems"}
    assert dagster.installation.landed_extract(extract, dagster.month).stat().st_mtime_ns > before
    assert latest_publications(dagster.installation.marts)[dagster.month].version == 1
    # the checks of the other extracts hold: the delivery is settled, and the next month's run may rest on it
    assert unsettled_before(dagster.installation, "9999-12") == []
    # the bureau is told that the month can be restated
    told = list(dagster.installation.outbox.rglob(f"*restatable_{dagster.month}*.txt"))
    assert len(told) == 1 and "1 个文件" in told[0].read_text(encoding="utf-8")
    # the same state starts nothing again
    wait_for(lambda: "没有新到" in str(dagster.ask(TICKS, sensor=SENSOR)), 60, lambda: tail(dagster.logs))
    assert len(dagster.runs(LANDING_JOB)) == 1
