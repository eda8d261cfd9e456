"""``fangfanpin dev`` for real, without a network: its page answers, asks nobody, and what it started ends with it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.mail_server import free_port
from tests.offline import WHY_NOT, asked_of_others, beside, can_be_offline, offline
from tests.unit.command_line.test_supervised import is_alive

pytestmark = pytest.mark.pipeline


# Sends a request from where the page is and prints status and cookie of the answer.
ASK = """
import http.client, json, sys
port, method, path, headers, body = json.loads(sys.argv[1])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
try:
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    print(json.dumps([answer.status, answer.getheader("set-cookie", "")]))
except OSError:
    print(json.dumps([0, ""]))
"""
# How much dev asked of other machines; None where that cannot be counted.
_counts: list[int] = []


def ask(process: int, port: int, path: str, headers: dict[str, str], body: str | None = None) -> tuple[int, str]:
    """Return status and cookie of what the page answers to a GET, or to a POST of a body; status 0 where nobody answers."""
    said = json.dumps([port, "GET" if body is None else "POST", path, headers, body])
    program = beside(process, [sys.executable, "-I", "-c", ASK, said])
    status, cookie = json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    return status, cookie


def check_page(process: int, port: int, address: str) -> None:
    """The page acts for the browser that was given the printed address, and for nobody else."""
    query = "mutation { reloadWorkspace { __typename } }"
    token = address.partition("token=")[2]

    def send(method: str, path: str, **headers: str) -> tuple[int, str]:
        body = json.dumps({"query": query}) if method == "POST" else None
        return ask(process, port, path, {"Content-Type": "application/json", **headers}, body)

    assert send("POST", "/graphql")[0] == 403
    assert send("GET", "/?token=guessed")[0] == 403
    status, cookie = send("GET", f"/?token={token}")
    cookie = cookie.partition(";")[0]
    assert status == 303 and token in cookie
    assert send("POST", "/graphql", Cookie=cookie)[0] == 200
    assert send("POST", "/graphql", Cookie=cookie, Origin="https://evil.example")[0] == 403
    assert send("POST", "/graphql", Cookie=cookie, Host=f"rebound.example:{port}")[0] == 400
    assert send("GET", f"/graphql?{urllib.parse.urlencode({'query': query})}", Cookie=cookie)[0] == 403


def below(process: int) -> set[int]:
    """Return the processes that a process started, and those that they started."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(one): int(parent) for one, parent in (line.split() for line in listed.splitlines())}
    found, new = set[int](), {process}
    while new:
        new = {one for one, parent in parents.items() if parent in new} - found
        found |= new
    return found


def test_the_page_and_the_daemon_end_with_the_command_that_started_them(tmp_path: Path) -> None:
    (tmp_path / "raw" / "2023-07").mkdir(parents=True)
    port = free_port()
    arguments = ["dev", "--act", "--raw", str(tmp_path / "raw"), "--marts", str(tmp_path / "marts"), "--port", str(port)]
    log = (tmp_path / "log").open("wb")
    command = subprocess.Popen(
        # as a shell starts what it runs in the background: with Ctrl+C ignored
        offline(["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-m", "orchestration.command_line", *arguments]),
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    started: set[int] = set()
    try:
        end = time.monotonic() + 90
        while ask(command.pid, port, "/server_info", {})[0] != 200:
            assert time.monotonic() < end and command.poll() is None, (tmp_path / "log").read_text(errors="replace")
            time.sleep(0.5)
        check_page(command.pid, port, re.findall(r"http://\S+token=\S+", (tmp_path / "log").read_text(encoding="utf-8"))[0])
        started = below(command.pid)
        assert len(started) >= 3  # Dagster, its page, its daemon
        if can_be_offline():
            _counts.append(asked_of_others(command.pid))
        command.terminate()
        assert command.wait(60) == 0, (tmp_path / "log").read_text(errors="replace")
        assert [process for process in started if is_alive(process)] == []
    finally:
        log.close()
        for process in (command.pid, *started):
            if is_alive(process):
                os.kill(process, signal.SIGKILL)


def test_the_page_and_the_daemon_asked_nobody_else() -> None:
    if not can_be_offline():
        pytest.skip(WHY_NOT)
    assert _counts == [0], "how much the test before, in which they ran, asked of other machines"
