"""Nothing is asked of anybody: commands in a place without a network, where the kernel counts what had nowhere to go.

A whole run is that of ``early_june``; the page and the daemon are those of ``test_dev.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tests.offline import WHY_NOT, can_be_offline, counted, offline
from tests.pipeline.conftest import Run

pytestmark = pytest.mark.pipeline


def asked(*program: str) -> tuple[int, str, int]:
    """Return status and output of a Python program without a network, and how much it asked of others."""
    if not can_be_offline():
        pytest.skip(WHY_NOT)
    shell = ["sh", "-c", '"$@"; status=$?; echo; echo ---; cat /proc/net/snmp /proc/net/snmp6; exit $status', "sh"]
    done = subprocess.run(
        offline([*shell, sys.executable, *program]),
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    out, _, told = done.stdout.rpartition("---\n")
    return done.returncode, out, counted(told)


@pytest.mark.parametrize(
    "asking",
    [
        "import socket; socket.create_connection(('192.0.2.1', 443), 1)",
        "import socket; socket.create_connection(('2001:db8::1', 443), 1)",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
)
def test_what_is_asked_of_others_is_counted(asking: str) -> None:
    assert asked("-c", asking)[2] > 0


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_help_asks_nobody(arguments: list[str]) -> None:
    status, out, others = asked("-m", "orchestration.command_line", *arguments)
    assert (status, others) == (0, 0) and "用法" in out


def test_a_run_asks_nobody(early_june: Run) -> None:
    if not can_be_offline():
        pytest.skip(WHY_NOT)
    assert early_june.outcome.status == 0, early_june.outcome.err
    assert early_june.outcome.asked_of_others == 0
