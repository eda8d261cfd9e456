"""Dagster's page attacked for real: one server, as the service starts it, and what other pages, programs and people send to it.

What an attack wants is a run in the queue (that would withdraw a list), or an event that no run made: both are counted in the
history itself, not in what the server answers.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from orchestration.adapters.graphql_documents import ALLOWED_MUTATIONS
from orchestration.defs.jobs import ROLLBACK_JOB, rollback_config
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.who import BY_TAG
from tests.conftest import REPOSITORY
from tests.mail_server import free_port

pytestmark = pytest.mark.pipeline

LOCATION = {"repositoryLocationName": "orchestration.defs.definitions", "repositoryName": "__repository__"}
JSON = {"Content-Type": "application/json"}
LAUNCH = """mutation M($what: ExecutionParams!) { launchRun(executionParams: $what) { __typename
    ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } } } }"""
# the same without variables, for what has no place for them
LITERAL = """mutation { launchRun(executionParams: { selector: { repositoryLocationName: "orchestration.defs.definitions",
    repositoryName: "__repository__", pipelineName: "rollback" }, runConfigData:
    "{ops: {roll_back_publication: {config: {month: '2023-07', reason: x}}}}" }) { __typename } }"""
SECRET = secrets.token_hex(32)
LOGIN = {"X-Fangfanpin-Login": "wangmin", "X-Fangfanpin-Secret": SECRET}


@dataclass(frozen=True)
class Page:
    """A running server."""

    port: int
    installation: Installation

    def send(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        host: str | None = None,
    ) -> tuple[int, str, dict[str, str]]:
        """Send exactly this; return status, text and headers of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host or self.host)
            for name, value in (headers or {}).items():
                connection.putheader(name, value.encode())
            content = body.encode() if body is not None else None
            if content is not None:
                connection.putheader("Content-Length", str(len(content)))
            connection.endheaders(content)
            answer = connection.getresponse()
            given = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, answer.read().decode(errors="replace"), given

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, query: str, headers: Mapping[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """Ask as the page in a browser does."""
        body = json.dumps({"query": query, "variables": variables})
        own = {**JSON, "Origin": f"http://{self.host}", **(headers or {})}
        status, text, _ = self.send("POST", "/graphql", body, own)
        answer: dict[str, Any] = json.loads(text) if text.startswith("{") else {"data": None, "errors": [{"message": text}]}
        return answer | {"status": status}

    def changes(self) -> tuple[int, int]:
        """Return how many runs were ever asked for, and how many events of assets there are."""
        history = self.installation.dagster_home / "history" / "runs"
        with (
            closing(sqlite3.connect(history.parent / "runs.db")) as runs,
            closing(sqlite3.connect(history / "index.db")) as events,
        ):
            return (
                runs.execute("select count(*) from runs").fetchone()[0],
                events.execute("select count(*) from event_logs where asset_key is not null").fetchone()[0],
            )

    def tags(self, run: str) -> dict[str, str]:
        with closing(sqlite3.connect(self.installation.dagster_home / "history" / "runs.db")) as runs:
            return dict(runs.execute("select key, value from run_tags where run_id = ?", [run]).fetchall())


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The server as the service starts it, with a proxy's secret; nothing takes runs from its queue."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "raw" / "2023-07").mkdir(parents=True)
    installation = Installation.at(folder / "raw", folder / "marts")
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET, encoding="ascii")
    port = free_port()
    program = [sys.executable, "-m", "orchestration.command_line", "page", "--port", str(port)]
    with (folder / "page.log").open("wb") as log:
        server = subprocess.Popen(
            program,
            cwd=REPOSITORY,
            env=os.environ
            | installation.environment()
            | {
                "PYTHONPATH": str(REPOSITORY),
                "FANGFANPIN_PAGE_SECRET_FILE": str(secret),
                "FANGFANPIN_PAGE_HOSTS": "ffp.example.invalid",
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    found = Page(port, installation)
    try:
        end = time.monotonic() + 90
        while True:
            try:
                if found.send("GET", "/server_info")[0] == 200:
                    break
            except OSError:
                pass
            assert time.monotonic() < end and server.poll() is None, (folder / "page.log").read_text(errors="replace")
            time.sleep(0.2)
        yield found
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def params(**more: Any) -> dict[str, Any]:
    return {
        "selector": LOCATION | {"pipelineName": ROLLBACK_JOB},
        "runConfigData": rollback_config(Month("2023-07"), "误报", undo=False),
        **more,
    }


def launch() -> str:
    return json.dumps({"query": LAUNCH, "variables": {"what": params()}})


def by_address(query: str = LAUNCH) -> str:
    return "/graphql?" + urlencode({"query": query, "variables": json.dumps({"what": params()})})


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
EVIL = {"Origin": "https://evil.example"}
REPORT = json.dumps({"data_version": "1"})
# What another page can make the browser of somebody who is logged in send; the proxy adds the login to all of it.
FROM_ANOTHER_PAGE = {
    "a picture": ("GET", by_address(), None, {}),
    "a picture, as browsers mark it": (
        "GET",
        by_address(),
        None,
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ),
    "a link to click": ("GET", by_address(), None, {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
    "a literal mutation": ("GET", by_address(LITERAL), None, {}),
    "a form, by its address": ("POST", by_address(), "", FORM),
    "a form, in its body": ("POST", "/graphql", urlencode({"query": LITERAL}), FORM),
    "a form with parts": ("POST", by_address(), "--x--\r\n", MULTIPART),
    "plain text": ("POST", by_address(), "{}", {"Content-Type": "text/plain"}),
    "no type at all": ("POST", by_address(), "", {}),
    "JSON said to be text": ("POST", "/graphql", launch(), {"Content-Type": "text/plain;application/json"}),
    "JSON said to be a form": (
        "POST",
        "/graphql",
        launch(),
        {"Content-Type": "application/x-www-form-urlencoded; application/json"},
    ),
    "a document": ("POST", "/graphql", LITERAL, {"Content-Type": "application/graphql"}),
    "JSON from elsewhere": ("POST", "/graphql", launch(), JSON | EVIL),
    "JSON from nowhere": ("POST", "/graphql", launch(), JSON | {"Origin": "null"}),
    "JSON from this machine's other port": ("POST", "/graphql", launch(), JSON | {"Origin": "http://127.0.0.1:8888"}),
    "JSON from a name that ends likewise": (
        "POST",
        "/graphql",
        launch(),
        JSON | {"Origin": "http://127.0.0.1:80@evil.example"},
    ),
    "JSON marked as from elsewhere": ("POST", "/graphql", launch(), JSON | {"Sec-Fetch-Site": "cross-site"}),
    "JSON marked as from a sister": ("POST", "/graphql", launch(), JSON | {"Sec-Fetch-Site": "same-site"}),
    "a report without body": (
        "POST",
        "/report_asset_materialization/publication/monthly_publication?partition=2023-07",
        "",
        {},
    ),
    "a report": ("POST", "/report_asset_materialization/publication/monthly_publication", REPORT, JSON | EVIL),
}


@pytest.mark.parametrize("name", FROM_ANOTHER_PAGE)
def test_another_page_has_nothing_done_though_somebody_is_logged_in(page: Page, name: str) -> None:
    method, path, body, headers = FROM_ANOTHER_PAGE[name]
    before = page.changes()
    status, text, _ = page.send(method, path, body, {**headers, **LOGIN})
    assert status in (403, 404, 405), text
    assert page.changes() == before


@pytest.mark.parametrize("origin", [None, "http://rebound.example:3000", "http://127.0.0.1:3000"])
def test_a_name_bound_to_this_address_is_refused(page: Page, origin: str | None) -> None:
    """DNS rebinding: the browser takes the attacker's name for ours, and its page for the same origin."""
    before = page.changes()
    headers = {**JSON, **LOGIN, **({"Origin": origin} if origin else {})}
    assert page.send("POST", "/graphql", launch(), headers, host="rebound.example:3000")[0] == 400
    assert page.send("GET", "/", None, LOGIN, host="rebound.example:3000")[0] == 400
    assert page.changes() == before


def test_the_names_of_the_proxy_and_of_this_machine_are_answered(page: Page) -> None:
    for host in (f"localhost:{page.port}", "ffp.example.invalid"):
        status, text, _ = page.send("POST", "/graphql", '{"query": "{ version }"}', {**JSON, "Origin": f"https://{host}"}, host)
        assert status == 200 and "version" in text


MUTATION = 'mutation M { deletePipelineRun(runId: "x") { __typename } }'
# What somebody sends who reaches the port and is not logged in, in the right form.
WITHOUT_LOGIN: dict[str, object] = {
    "a launch": {"query": LAUNCH, "variables": {"what": params()}},
    "a launch of several": {
        "query": "mutation ($all: [ExecutionParams!]!) { launchMultipleRuns(executionParamsList: $all) { __typename } }",
        "variables": {"all": [params()]},
    },
    "one of two operations": {
        "query": "query Q { version } " + LAUNCH,
        "operationName": "M",
        "variables": {"what": params()},
    },
    "beside the operation that is asked for": {"query": "query Q { version } " + MUTATION, "operationName": "Q"},
    "in a fragment": {"query": "mutation { ...F } fragment F on Mutation { " + LITERAL.partition("{")[2]},
    "in a fragment without a name": {"query": "mutation { ... on Mutation { " + LITERAL.partition("{")[2] + " }"},
    "under another name": {"query": LITERAL.replace("launchRun", "version: launchRun")},
    "with a remark before": {"query": "# query { version }\n\ufeff" + LITERAL},
    "several at once": [{"query": LITERAL}, {"query": LITERAL}],
    "a sensor switched on": {
        "query": "mutation ($s: SensorSelector!) { startSensor(sensorSelector: $s) { __typename } }",
        "variables": {"s": LOCATION | {"sensorName": "arriving_files"}},
    },
    "assets wiped": {
        "query": 'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["x"]}}]) { __typename } }',
    },
    "an event without a run": {
        "query": """mutation { reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION,
            assetKey: {path: ["publication", "monthly_publication"]}, partitionKeys: ["2023-07"]}) { __typename } }""",
    },
    "code loaded again": {"query": "mutation { reloadWorkspace { __typename } }"},
    "what asks for no permission": {"query": "mutation { setNuxSeen }"},
    "a backfill": {
        "query": "mutation ($b: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $b) { __typename } }",
        "variables": {"b": {"allPartitions": True, "assetSelection": [{"path": ["publication", "monthly_publication"]}]}},
    },
}


@pytest.mark.parametrize("name", WITHOUT_LOGIN)
@pytest.mark.parametrize("says", ["nothing", "a login", "a login with a wrong secret"])
def test_who_is_not_logged_in_has_nothing_done(page: Page, name: str, says: str) -> None:
    forged = {
        "nothing": {},
        "a login": {"X-Fangfanpin-Login": "wangmin"},
        "a login with a wrong secret": {"X-Fangfanpin-Login": "wangmin", "X-Fangfanpin-Secret": SECRET[:-1]},
    }[says]
    before = page.changes()
    status, text, _ = page.send(
        "POST", "/graphql", json.dumps(WITHOUT_LOGIN[name]), {**JSON, **forged, "Origin": f"http://{page.host}"}
    )
    assert status == 403 or name == "several at once", text
    assert page.changes() == before


def test_who_is_not_logged_in_sees_the_page_and_that_he_may_not_act(page: Page) -> None:
    status, text, headers = page.send(
        "GET", "/", None, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    )
    assert status == 200 and "<html" in text
    # nobody puts the page into a frame and has an official click in it
    assert headers["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (
        page.send("GET", "/", None, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"})[
            0
        ]
        == 403
    )
    allowed = page.ask("{ permissions { permission value } }")["data"]["permissions"]
    assert allowed and not [one for one in allowed if one["value"]]
    assert page.ask("{ permissions { permission value } }", LOGIN)["data"]["permissions"] != allowed


@pytest.mark.parametrize("path", ["/report_asset_materialization/x", "/report_asset_check/x", "/report_asset_observation/x"])
@pytest.mark.parametrize("login", [{}, LOGIN])
def test_nobody_reports_what_no_run_did(page: Page, path: str, login: Mapping[str, str]) -> None:
    before = page.changes()
    content = json.dumps({"data_version": "1", "check_name": "x", "passed": True})
    assert page.send("POST", path, content, {**JSON, **login, "Origin": f"http://{page.host}"})[0] in (404, 405)
    assert page.changes() == before


def test_files_beside_the_logs_are_not_given_out(page: Page) -> None:
    (page.installation.state / "canary.key").write_text("geheim", encoding="utf-8")
    for up in ("../" * depth for depth in range(1, 7)):
        for path in (f"/logs/{up}canary/key", f"/logs/{quote(up, safe='')}canary/key", f"/{up}canary.key"):
            assert "geheim" not in page.send("GET", path, None, LOGIN)[1]
    assert (
        page.send("GET", "/notebook?path=/x.ipynb&repoLocName=x", None, LOGIN)[1].lstrip().startswith("<!")
    )  # the page itself


def test_a_run_bears_the_login_whatever_the_request_says(page: Page) -> None:
    forged = [{"key": BY_TAG, "value": "县长"}, {"key": "fangfanpin/login", "value": "县长"}]
    answer = page.ask(LAUNCH, LOGIN, what=params(executionMetadata={"tags": forged}))
    run = answer["data"]["launchRun"]["run"]["runId"]
    assert page.tags(run)[BY_TAG] == "wangmin（页面登录）"
    # launched again by somebody else: not under the first one's name
    again = """mutation ($run: String!) { launchRunReexecution(reexecutionParams: {parentRunId: $run, strategy: ALL_STEPS,
        useParentRunTags: true, extraTags: [{key: "fangfanpin/by", value: "县长"}]}) { __typename
        ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
    answer = page.ask(again, LOGIN | {"X-Fangfanpin-Login": "李科员"}, run=run)
    assert page.tags(answer["data"]["launchRunReexecution"]["run"]["runId"])[BY_TAG] == "李科员（页面登录）"


def test_a_backfill_bears_the_login(page: Page) -> None:
    started = page.ask(
        "mutation ($b: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $b) { __typename"
        " ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }",
        LOGIN,
        b={
            "partitionNames": ["2023-07"],
            "assetSelection": [{"path": ["publication", "monthly_publication"]}],
            "tags": [{"key": BY_TAG, "value": "县长"}],
        },
    )
    backfill = started["data"]["launchPartitionBackfill"]["backfillId"]
    asked = page.ask(
        "query ($id: String!) { partitionBackfillOrError(backfillId: $id)"
        " { ... on PartitionBackfill { tags { key value } } } }",
        id=backfill,
    )
    tags = {tag["key"]: tag["value"] for tag in asked["data"]["partitionBackfillOrError"]["tags"]}
    assert tags[BY_TAG] == "wangmin（页面登录）"


@pytest.mark.parametrize("login", ["", "a\tb", "<b>x</b>", "x" * 65, "王（页面登录）"])
def test_a_login_that_is_no_name_is_refused(page: Page, login: str) -> None:
    assert page.ask("{ version }", LOGIN | {"X-Fangfanpin-Login": login})["status"] == 403


def test_no_run_is_told_its_folders_or_who_does_it(page: Page, tmp_path: Path) -> None:
    """A request to one installation withdrew a month of another so."""
    before = page.changes()
    good = rollback_config(Month("2023-07"), "误报", undo=False)
    other = str(tmp_path / "other")
    wrong = {
        "raw": good | {"resources": {"installation": {"config": {"raw": other}}}},
        "marts": good | {"resources": {"installation": {"config": {"marts": other}}}},
        "state": good | {"resources": {"installation": {"config": {"state": other}}}},
        # what steps return would be written there, and read from there as pickles
        "base_dir": good | {"resources": {"io_manager": {"config": {"base_dir": other}}}},
        "by": {"ops": {"roll_back_publication": {"config": good["ops"]["roll_back_publication"]["config"] | {"by": "县长"}}}},
    }
    for named, config in wrong.items():
        answer = page.ask(LAUNCH, LOGIN, what=params() | {"runConfigData": config})["data"]["launchRun"]
        assert answer["__typename"] == "RunConfigValidationInvalid"
        assert f'Received unexpected config entry "{named}"' in answer["errors"][0]["message"]
    assert page.changes() == before


def test_what_changes_history_is_not_done_for_anybody(page: Page) -> None:
    fields = page.ask("{ __schema { mutationType { fields { name } } } }")["data"]["__schema"]["mutationType"]["fields"]
    known = {field["name"] for field in fields}
    assert known >= ALLOWED_MUTATIONS  # none of them is a name that Dagster no longer has
    for name in sorted(known - ALLOWED_MUTATIONS):
        answer = page.ask(f"mutation {{ {name} {{ __typename }} }}", LOGIN)
        assert answer["status"] == 403 and name in answer["errors"][0]["message"]
        assert page.ask(f"mutation {{ {name} {{ __typename }} }}")["status"] == 403
    assert page.ask("mutation { ...F } fragment F on Mutation { wipeAssets { __typename } }", LOGIN)["status"] == 403


def listen(page: Page, query: str, origin: str | None, headers: Mapping[str, str], host: str = "") -> dict[str, Any]:
    """Send a document over a WebSocket; return the first answer to it."""
    address = f"ws://{host or '127.0.0.1'}:{page.port}/graphql"
    with connect(
        address,
        sock=None,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("graphql-ws")],
        additional_headers=dict(headers),
        open_timeout=30,
    ) as socket:
        socket.send(json.dumps({"type": "start", "id": "1", "payload": {"query": query, "variables": {"what": params()}}}))
        answer: dict[str, Any] = json.loads(socket.recv(30))
        return answer


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8888"])
@pytest.mark.parametrize("login", [{}, LOGIN])
def test_another_page_does_not_listen(page: Page, origin: str, login: Mapping[str, str]) -> None:
    """No browser asks whether a page may open a WebSocket to elsewhere: what is read over it would be the other page's."""
    with pytest.raises(InvalidStatus) as refused:
        listen(page, "subscription { locationStateChangeEvents { event { eventType } } }", origin, login)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("login", [{}, LOGIN])
def test_a_socket_has_nothing_done(page: Page, login: Mapping[str, str]) -> None:
    before = page.changes()
    for query in (LAUNCH, LITERAL, "subscription S { locationStateChangeEvents { event { eventType } } } " + LAUNCH):
        answer = listen(page, query, f"http://{page.host}", login)
        assert answer["type"] == "error" and "subscription" in answer["payload"]["message"]
    assert page.changes() == before


def test_the_port_is_this_machine_s_alone(page: Page) -> None:
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            if state == "0A" and int(address.rpartition(":")[2], 16) == page.port:
                inodes.add(address.rpartition(":")[0])
    assert inodes == {"0100007F"}, "127.0.0.1 and nothing else"


def test_what_was_done_stands_in_the_log_with_the_login(page: Page) -> None:
    page.ask(LAUNCH, LOGIN, what=params())
    log = (page.installation.raw.parent / "page.log").read_text(encoding="utf-8")
    assert re.search(r"wangmin（页面登录）：launchRun", log)
    assert SECRET not in log
