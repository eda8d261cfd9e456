"""A program that is run until it ends or is told to end: what this process is told, the program and all it started are told.

What belongs here: passing on signals, waiting. What does not: which program that is (``commands``).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

_TOLD_BY = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# How long what is left after the program has ended is waited for, asked to end and then made to.
_PATIENCE_SECONDS = 5.0


def run_to_the_end(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program; return its status when it and everything that it started have ended.

    SIGTERM, SIGINT (Ctrl+C) and SIGHUP (a closed terminal) are passed on: the first time to the program, which ends what it
    started in good order, a second time to all of them. What outlives the program is ended.
    """
    with heeding_signals():
        # a group of its own: a terminal would tell its processes too, and each would be told twice
        program = subprocess.Popen(command, env=dict(environment), start_new_session=True)  # noqa: S603  our own command
    with program, _passing_on(program):
        status = program.wait()
        _end_group(program.pid)
    return max(status, 0)


@contextmanager
def heeding_signals() -> Iterator[None]:
    """Have a program that is started in the block heed Ctrl+C, whatever this process does.

    A shell starts what it runs in the background with Ctrl+C ignored, programs inherit that, and Dagster does on SIGTERM what
    it does on Ctrl+C: it would not end at all.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _passing_on(program: subprocess.Popen[bytes]) -> Iterator[None]:
    told: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        told.append(number)
        if len(told) == 1:
            program.send_signal(signal.SIGTERM)
        else:
            _tell_group(program.pid, signal.SIGTERM)

    # what is ignored stays so: `nohup` means it
    heeded = [number for number in _TOLD_BY if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pass_on) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_group(group: int) -> None:
    """Wait for the processes of a group; ask those that stay to end, then make them."""
    for number in (0, signal.SIGTERM, signal.SIGKILL):
        end = time.monotonic() + _PATIENCE_SECONDS
        is_there = _tell_group(group, number)
        while is_there and time.monotonic() < end:
            time.sleep(0.05)
            is_there = _tell_group(group, 0)
        if not is_there:
            return


def _tell_group(group: int, number: int) -> bool:
    """Send a signal to all processes of a group; return whether there was one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False
