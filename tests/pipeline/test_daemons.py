"""Dagster's own web server and daemon, for real.

The tests follow one installation through a month: its schedule publishes, that of the quarter collects, a late file is landed,
the bureau is told, the month is restated and taken back from the page.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import Envelope

from orchestration.adapters.dagster_names import DAEMON_MODULE
from orchestration.contracts import load_county
from orchestration.defs.jobs import (
    LANDING_JOB,
    MONTHLY_JOB,
    QUARTER_JOB,
    RESTATE_JOB,
    ROLLBACK_JOB,
    knowledge_config,
    rollback_config,
)
from orchestration.defs.runs import prepare
from orchestration.deliveries.knowledge import NEWEST
from orchestration.deliveries.settled import unsettled_before
from orchestration.foundation.months import LAST_MONTH, Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.who import BY_TAG, system_user
from orchestration.publications import latest_publications
from orchestration.publications.audit import check_log
from orchestration.synthesis import synthesize
from tests.conftest import REPOSITORY
from tests.mail_server import MailServer, free_port, mail_server
from tests.pipeline.daemon_definitions import MONTH_VARIABLE

pytestmark = pytest.mark.pipeline

LOGIN = "wangmin"
DEFINITIONS = "tests.pipeline.daemon_definitions"
REPOSITORY_OF = {"repositoryLocationName": "county", "repositoryName": "__repository__"}
SENSOR = REPOSITORY_OF | {"sensorName": "arriving_files"}
REMINDERS = REPOSITORY_OF | {"sensorName": "reminders"}
T = TypeVar("T")
RUNS = """query ($job: String!) { runsOrError(filter: {pipelineName: $job}) { ... on Runs { results {
    runId status assetSelection { path } tags { key value } } } } }"""
START = """mutation ($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) {
    __typename ... on PythonError { message } } }"""
LAUNCH = """mutation ($what: ExecutionParams!) { launchRun(executionParams: $what) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } } } }"""
SCHEDULE = REPOSITORY_OF | {"scheduleName": "monthly_on_run_day"}
STATE = """query ($schedule: ScheduleSelector!) { scheduleOrError(scheduleSelector: $schedule) { ... on Schedule {
    scheduleState { id } } } }"""
STOP = """mutation ($id: String!) { stopRunningSchedule(id: $id) { __typename ... on PythonError { message } } }"""
VERSIONS = """query ($month: String!) { assetNodes {
    assetKey { path } opVersion dataVersion(partition: $month) staleStatus(partition: $month) } }"""
TICKS = """query ($sensor: SensorSelector!) { sensorOrError(sensorSelector: $sensor) { ... on Sensor {
    sensorState { ticks(limit: 5) { status skipReason error { message } } } } } }"""


@dataclass(frozen=True)
class Dagster:
    """A running installation."""

    installation: Installation
    month: Month
    port: int
    logs: Path
    mailbox: list[Envelope]
    secret: str

    def ask(self, query: str, **variables: Any) -> Any:
        content = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json", "X-Fangfanpin-Login": LOGIN, "X-Fangfanpin-Secret": self.secret}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", content, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found = json.load(answer)
        assert "errors" not in found, found
        return found["data"]

    def runs(self, job: str) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = self.ask(RUNS, job=job)["runsOrError"]["results"]
        return runs

    def launch(self, job: str, config: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> None:
        """Launch a job as the page does."""
        what = {
            "selector": REPOSITORY_OF | {"pipelineName": job},
            "runConfigData": config,
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in (tags or {}).items()]},
        }
        started = self.ask(LAUNCH, what=what)["launchRun"]
        assert started["__typename"] == "LaunchRunSuccess", started

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
def mailbox() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory, mailbox: MailServer) -> Iterator[Dagster]:
    """One code server, one web server, one daemon on the deliveries of a quarter's last month; ended whatever happens.

    What the reminders send goes to a mail server of the test.
    """
    folder = tmp_path_factory.mktemp("daemons")
    month = last_of_quarter(dt.datetime.now(ZoneInfo(load_county().time_zone)))
    installation = Installation.at(folder / "raw", folder / "marts")
    synthesize(installation.raw, 30, month, month, 5)
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text(secrets.token_hex(32), encoding="ascii")
    before = dict(os.environ)
    prepare(installation)
    environment = dict(os.environ) | {
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONWARNINGS": "ignore",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        MONTH_VARIABLE: month,
        "FANGFANPIN_PAGE_SECRET_FILE": str(secret),
        "FANGFANPIN_SMTP_HOST": "127.0.0.1",
        "FANGFANPIN_SMTP_PORT": str(mailbox.port),
        "FANGFANPIN_MAIL_FROM": "dagster@example.invalid",
        "FANGFANPIN_MAIL_TO": "*=bureau@example.invalid",
    }
    os.environ.clear()
    os.environ.update(before)
    code, page = free_port(), free_port()
    workspace = folder / "workspace.yaml"
    workspace.write_text(f"load_from:\n- grpc_server: {{host: 127.0.0.1, port: {code}, location_name: county}}\n")
    commands = {
        "code": ["dagster", "code-server", "start", "-m", DEFINITIONS, "-h", "127.0.0.1", "-p", str(code)],
        "page": ["orchestration.adapters.dagster_page", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(page)],
        "daemon": [DAEMON_MODULE, "run", "-w", str(workspace)],
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
        found = Dagster(installation, month, page, folder, mailbox.received, secret.read_text(encoding="ascii"))
        wait_for(lambda: found.ask("{ version }"), 60, lambda: tail(folder))
        yield found
    finally:
        for process in reversed(processes):
            end(process)


def last_of_quarter(now: dt.datetime) -> Month:
    """Return the newest month that closes a quarter, of those that have begun."""
    year, month = (now.year, now.month // 3 * 3) if now.month > 2 else (now.year - 1, 12)
    return Month(f"{year:04d}-{month:02d}")


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


def test_versions_of_code_and_data_are_visible(dagster: Dagster) -> None:
    nodes = dagster.ask(VERSIONS, month=dagster.month)["assetNodes"]
    kinds = {node["assetKey"]["path"][0] for node in nodes}
    assert {"landed", "reference", "staging", "intermediate", "marts", "checked", "publication"} <= kinds
    assert [node["assetKey"] for node in nodes if not node["opVersion"]] == []
    not_yet = {"quarter_lists"}
    assert {node["assetKey"]["path"][-1] for node in nodes if not node["dataVersion"]} <= not_yet
    # what nothing has changed since is not shown as out of date
    assert {node["staleStatus"] for node in nodes if node["dataVersion"]} == {"FRESH"}


def test_a_tick_of_the_quarter_collects_its_lists(dagster: Dagster) -> None:
    """Both schedules of the quarter look each minute; what one has collected is nothing to do for the other."""
    runs = wait_for(lambda: dagster.finished(QUARTER_JOB), 150, lambda: tail(dagster.logs))
    assert {run["status"] for run in runs} == {"SUCCESS"}
    tags = {tag["key"]: tag["value"] for tag in runs[0]["tags"]}
    assert tags["dagster/schedule_name"] in {"quarter_end_lists", "quarter_town_ledgers"}
    assert tags["fangfanpin/quarter"] == dagster.month.quarter
    folder = dagster.installation.quarters / dagster.month.quarter / "v01"
    published = latest_publications(dagster.installation.marts)[dagster.month]
    assert json.loads((folder / "contents.json").read_text(encoding="utf-8"))["version"] == published.version
    assert (folder / "就业台账.parquet").read_bytes() == (published.folder / "employment_ledger.parquet").read_bytes()


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
    assert unsettled_before(dagster.installation, LAST_MONTH) == []
    # the bureau is told that the month can be restated
    told = list(dagster.installation.outbox.rglob(f"*restatable_{dagster.month}*.txt"))
    assert len(told) == 1 and "1 个文件" in told[0].read_text(encoding="utf-8")
    # the same state starts nothing again
    wait_for(lambda: "没有新到" in str(dagster.ask(TICKS, sensor=SENSOR)), 60, lambda: tail(dagster.logs))
    assert len(dagster.runs(LANDING_JOB)) == 1


def test_a_tick_of_the_reminders_mails_what_is_in_the_outbox(dagster: Dagster) -> None:
    told = list(dagster.installation.outbox.rglob("*restatable*.txt"))
    assert told, "the test before has the bureau told of a late file"
    assert dagster.ask(START, sensor=REMINDERS)["startSensor"]["__typename"] == "Sensor"
    wait_for(lambda: dagster.mailbox, 60, lambda: (dagster.ask(TICKS, sensor=REMINDERS), tail(dagster.logs)))
    texts = [email.message_from_bytes(mail.original_content or b"", policy=email.policy.default) for mail in dagster.mailbox]
    assert told[0].read_text(encoding="utf-8").splitlines() in [mail.get_content().splitlines() for mail in texts]
    assert {address for mail in dagster.mailbox for address in mail.rcpt_tos} == {"bureau@example.invalid"}
    wait_for(lambda: "发出" in str(dagster.ask(TICKS, sensor=REMINDERS)), 30, lambda: tail(dagster.logs))


def test_a_month_is_restated_and_taken_back_from_the_page(dagster: Dagster) -> None:
    marts, month = dagster.installation.marts, dagster.month
    dagster.launch(RESTATE_JOB, knowledge_config(NEWEST), {"dagster/partition": month})
    wait_for(lambda: dagster.finished(RESTATE_JOB), 240, lambda: tail(dagster.logs))
    assert [run["status"] for run in dagster.runs(RESTATE_JOB)] == ["SUCCESS"]
    # the late file held rows that had been delivered, which the lists of what arrived say
    assert latest_publications(marts)[month].version == 2

    dagster.launch(ROLLBACK_JOB, rollback_config(month, "试一试", undo=False), {BY_TAG: "县长"})
    wait_for(lambda: dagster.finished(ROLLBACK_JOB), 120, lambda: tail(dagster.logs))
    assert latest_publications(marts)[month].version == 1
    dagster.launch(ROLLBACK_JOB, rollback_config(month, "试过了", undo=True))
    wait_for(lambda: len(dagster.finished(ROLLBACK_JOB)) == 2, 120, lambda: tail(dagster.logs))
    assert [run["status"] for run in dagster.runs(ROLLBACK_JOB)] == ["SUCCESS"] * 2
    assert latest_publications(marts)[month].version == 2

    # who did it is who was logged in, whatever a request says
    withdrawn = json.loads((marts / month / "withdrawn.json").read_text(encoding="utf-8"))
    assert [(entry["by"], entry["undone_by"]) for entry in withdrawn] == [(f"{LOGIN}（页面登录）",) * 2]
    lines = [json.loads(line) for line in dagster.installation.audit_log.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["who"] == system_user()  # the schedule's run
    assert {line["who"] for line in lines if line["purpose"] in ("撤回后重建", "恢复后重建")} == {f"{LOGIN}（页面登录）"}
    assert check_log(dagster.installation).problem is None
