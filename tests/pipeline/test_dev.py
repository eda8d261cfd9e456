"""``fangfanpin dev`` for real: its page answers, and what it started ends with it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.mail_server import free_port
from tests.unit.command_line.test_supervised import is_alive

pytestmark = pytest.mark.pipeline


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def check_page(port: int, address: str) -> None:
    """The page acts for the browser that was given the printed address, and for nobody else."""
    query = "mutation { reloadWorkspace { __typename } }"
    token = address.partition("token=")[2]

    def ask(method: str, path: str, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        body = json.dumps({"query": query}) if method == "POST" else None
        connection.request(method, path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.getheader("set-cookie", "")

    assert ask("POST", "/graphql")[0] == 403
    assert ask("GET", "/?token=guessed")[0] == 403
    status, cookie = ask("GET", f"/?token={token}")
    cookie = cookie.partition(";")[0]
    assert status == 303 and token in cookie
    assert ask("POST", "/graphql", Cookie=cookie)[0] == 200
    assert ask("POST", "/graphql", Cookie=cookie, Origin="https://evil.example")[0] == 403
    assert ask("POST", "/graphql", Cookie=cookie, Host=f"rebound.example:{port}")[0] == 400
    assert ask("GET", f"/graphql?{urllib.parse.urlencode({'query': query})}", Cookie=cookie)[0] == 403


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
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-m", "orchestration.command_line", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    started: set[int] = set()
    try:
        end = time.monotonic() + 90
        while not answers(f"http://127.0.0.1:{port}/server_info"):
            assert time.monotonic() < end and command.poll() is None, (tmp_path / "log").read_text(errors="replace")
            time.sleep(0.5)
        check_page(port, re.findall(r"http://\S+token=\S+", (tmp_path / "log").read_text(encoding="utf-8"))[0])
        started = below(command.pid)
        assert len(started) >= 3  # Dagster, its page, its daemon
        command.terminate()
        assert command.wait(60) == 0, (tmp_path / "log").read_text(errors="replace")
        assert [process for process in started if is_alive(process)] == []
    finally:
        log.close()
        for process in (command.pid, *started):
            if is_alive(process):
                os.kill(process, signal.SIGKILL)
