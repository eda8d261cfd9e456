"""Analysts who open ``current.duckdb`` again and again while a run publishes and replaces it.

    python -m tests.recovery.readers [--readers 30] [--households 8] [--keep DIR]

publishes one month of a small county, starts the readers, publishes the next month by a run of its own, and stops the readers
once each has seen it. Every reader is a process; each time it opens the database it must find only whole months: of every list
as many rows as the manifest of that publication says. It keeps the database open for a while and must see the same months until
it closes it. Exit status 1 when any of them met an error or a part of a month.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from tests.conftest import REPOSITORY
from tests.recovery.wholeness import faults_of_current

FIRST_DELIVERY, FIRST, LAST = Month("2023-05"), Month("2023-06"), Month("2023-07")
# All together look at it about twenty times a second, however many they are: the run needs the processor too.
_PAUSE_SECONDS_PER_READER = 0.05
_MONTHS = "select strftime(month, '%Y-%m') from marts.publications order by 1"


@dataclass(frozen=True)
class Seen:
    """What one reader saw: how often it opened the database with which months, and what was wrong."""

    opened: dict[str, int]
    faults: list[str]


class Readers:
    """Reader processes; use as a context manager."""

    def __init__(self, marts: Path, count: int) -> None:
        self._marts, self._count, self._stop = marts, count, marts.parent / "stop-reading"
        self._ended = ExitStack()

    def __enter__(self) -> Readers:
        self._stop.unlink(missing_ok=True)
        pause = str(_PAUSE_SECONDS_PER_READER * self._count)
        command = [sys.executable, "-m", "tests.recovery.readers"]
        command += ["--read", str(self._marts), "--stop", str(self._stop), "--pause", pause]
        self._processes = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) for _ in range(self._count)
        ]
        for process in self._processes:
            self._ended.callback(process.kill)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.close()

    def wait_until_seen(self, months: str) -> None:
        """Wait until every reader has opened a database of these months at least once since it began."""
        for process in self._processes:
            assert process.stdout
            for line in process.stdout:
                if line.strip() == months:
                    break

    def end(self) -> list[Seen]:
        """Stop them and return what they saw."""
        self._stop.touch()
        return [Seen(**json.loads(process.communicate()[0].splitlines()[-1])) for process in self._processes]


def _read(marts: Path, stop: Path, pause: float) -> None:
    """Open the database until told to stop; tell of every set of months when it is first seen, and of everything at the end."""
    installation = Installation.at(marts.parent / "raw", marts)
    opened: Counter[str] = Counter()
    faults: list[str] = []
    while not stop.exists():
        try:
            with duckdb.connect(str(installation.current), read_only=True) as connection:
                months = connection.execute(_MONTHS).fetchall()
                time.sleep(pause)
                if connection.execute(_MONTHS).fetchall() != months:
                    faults.append("other months within one connection")
        except duckdb.Error as error:
            faults.append(repr(error))
            continue
        faults += faults_of_current(installation)
        key = " ".join(month for (month,) in months)
        opened[key] += 1
        if opened[key] == 1:
            print(key, flush=True)
    print(json.dumps({"opened": opened, "faults": faults}), flush=True)


def _command(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "orchestration.command_line", *map(str, arguments)], check=True, cwd=REPOSITORY)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--households", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="work in this new folder and leave everything")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--stop", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pause", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        _read(options.read, options.stop, options.pause)
        return 0
    folder = (options.keep or Path(tempfile.mkdtemp(prefix="fangfanpin-readers-"))).resolve()
    raw, marts = folder / "raw", folder / "marts"
    try:
        _command(
            "synthesize", "--out", raw, "--households", options.households, "--from", FIRST_DELIVERY, "--to", LAST, "--seed", 1
        )
        _command("run", "--month", FIRST, "--raw", raw, "--marts", marts)
        with Readers(marts, options.readers) as readers:
            readers.wait_until_seen(FIRST)
            _command("run", "--month", LAST, "--raw", raw, "--marts", marts)
            readers.wait_until_seen(f"{FIRST} {LAST}")
            seen = readers.end()
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    opened = sum((Counter(one.opened) for one in seen), Counter[str]())
    faults = [fault for one in seen for fault in one.faults]
    print(f"{len(seen)} readers opened the database {sum(opened.values())} times: {dict(opened)}; {len(faults)} faults")
    for fault in sorted(set(faults)):
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
