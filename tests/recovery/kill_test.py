"""Kill runs without warning, again and again, and look at what they leave.

    python -m tests.recovery.kill_test [--kills 50] [--households 8] [--seed 1] [--keep DIR]

Each kill (SIGKILL to the whole process group) hits at a random moment of a phase chosen in turn: start, landing, warehouse,
checks, publishing, current database. After each kill everything that is published must be whole (``wholeness.faults``). After a
chain of kills of one installation, each run begun on what the killed one left, a run that nobody disturbs must publish the same
bytes as in an installation that never saw a kill.

Two kinds of chains take turns. *Runs*: the command line itself, killed in any phase up to the checks; an empty installation
that runs two months in one backfill, or one that has the first month and runs the second. *Publications*: processes that begin
where the checks have ended, so that many kills hit the few seconds in which something is published.

Processes are forked from one that has everything imported, which saves a third of each; what is killed is the project's own
code, its worker processes included. Exit status 1 when anything was broken.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from tests.recovery.wholeness import faults, leftovers, published_bytes, rows_by_month

PHASES = ("start", "landing", "warehouse", "checks", "publishing", "current database")
FIRST_DELIVERY, FIRST, LAST = Month("2023-05"), Month("2023-06"), Month("2023-07")
EARLIER, PUBLICATION = "one month earlier", "publication"


@dataclass
class Report:
    """What was seen."""

    kills: Counter[str] = field(default_factory=Counter)
    completed: int = 0
    broken: list[str] = field(default_factory=list)


class Killed:
    """One run in a process group of its own; tells which phase it is in."""

    def __init__(self, work: Callable[[], int], log: Path) -> None:
        reading, writing = os.pipe()
        self.phase, self._announced = 0, reading
        self.times = {0: time.monotonic()}
        self.process = os.fork()
        if self.process == 0:
            os.close(reading)
            _work_alone(work, log, writing)
        os.close(writing)

    def follow(self, until_phase: int, seconds: float) -> bool:
        """Wait for a phase, then so many seconds more; return False when the run ended before."""
        deadline = None
        while True:
            if deadline is None and self.phase >= until_phase:
                deadline = time.monotonic() + seconds
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._announced], [], [], left)
            if not ready:
                return True
            said = os.read(self._announced, 1)
            if not said:
                return False
            self.phase = max(self.phase, said[0])
            self.times.setdefault(self.phase, time.monotonic())

    def kill(self) -> None:
        """End every process of the run at once."""
        os.killpg(self.process, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for the end; return the exit status, negative for a signal."""
        _, status = os.waitpid(self.process, 0)
        os.close(self._announced)
        self.times.setdefault(len(PHASES), time.monotonic())
        return os.waitstatus_to_exitcode(status)


def _work_alone(work: Callable[[], int], log: Path, announce: int) -> None:
    """Do some work as a process group of its own; never return."""
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _announce_phases(announce)
    status = 70
    try:
        status = work()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _announce_phases(pipe: int) -> None:
    from orchestration.defs.assets import checks, publication, warehouse
    from orchestration.landing import LandingPool

    def announcing(phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def announced(*arguments: Any, **options: Any) -> Any:
            os.write(pipe, bytes([PHASES.index(phase)]))
            return function(*arguments, **options)

        return announced

    LandingPool.submit_all = announcing("landing", LandingPool.submit_all)  # type: ignore[method-assign]
    warehouse.build = announcing("warehouse", warehouse.build)
    checks.check_months_of = announcing("checks", checks.check_months_of)
    checks.check_follow_up_of = announcing("checks", checks.check_follow_up_of)
    publication.publish_month = announcing("publishing", publication.publish_month)
    publication.refresh_current = announcing("current database", publication.refresh_current)


def import_everything() -> None:
    import dagster_dbt  # noqa: F401
    import great_expectations  # noqa: F401
    import splink  # noqa: F401
    from dbt.cli import main  # noqa: F401

    from orchestration.adapters import dbt_connections  # noqa: F401
    from orchestration.warehouse import dbt_runner as warehouse

    warehouse._manifest()


def _run(installation: Installation, *command: str) -> Callable[[], int]:
    def run() -> int:
        from orchestration.command_line.commands import main

        return main([*command, "--raw", str(installation.raw), "--marts", str(installation.marts)])

    return run


def _publication(installation: Installation) -> Callable[[], int]:
    def publish() -> int:
        from orchestration.defs.assets import publication
        from orchestration.foundation.code_versions import code_version
        from orchestration.warehouse.run_request import RunRequest

        for month, knowledge in RunRequest.of(installation).published.items():
            publication.publish_month(installation, month, knowledge, code_version())
        publication.refresh_current(installation)
        return 0

    return publish


class Trial:
    """The deliveries, an undisturbed run of them, and the installations that are killed."""

    def __init__(self, folder: Path, households: int, seed: int) -> None:
        from orchestration.synthesis import synthesize

        self.folder, self.random, self.report = folder, random.Random(seed), Report()  # noqa: S311  no secret
        self.raw = folder / "raw"
        synthesize(self.raw, households, FIRST_DELIVERY, LAST, seed)
        self.delivered = _bytes_below(self.raw)
        self.undisturbed = self._installation("undisturbed")
        self._complete(self.undisturbed, _run(self.undisturbed, "run", "--month", FIRST))
        self.earlier = folder / "earlier"
        shutil.copytree(self.undisturbed.marts, self.earlier)
        run = Killed(_run(self.undisturbed, "run", "--month", LAST), self._log(self.undisturbed))
        run.follow(len(PHASES), 0)
        if run.wait() != 0:
            raise SystemExit(f"the undisturbed run failed; see {self._log(self.undisturbed)}")
        starts = [run.times.get(number) for number in range(len(PHASES) + 1)]
        # a phase that was not announced began with the next one
        for number in reversed(range(len(PHASES))):
            starts[number] = starts[number] or starts[number + 1]
        self.seconds = [max(0.05, float(after or 0) - float(at or 0)) for at, after in itertools.pairwise(starts)]
        print(
            "undisturbed:",
            ", ".join(f"{name} {time:.1f} s" for name, time in zip(PHASES, self.seconds, strict=True)),
            flush=True,
        )
        self.expected = published_bytes(self.undisturbed.marts)
        self.expected_rows = rows_by_month(self.undisturbed.current)

    def run(self, kills: int) -> Report:
        """Kill so many processes; complete after each chain."""
        number = 0
        while (left := kills - self._killed) > 0:
            number += 1
            if number % 2 == 1:
                earlier = number % 4 == 1
                self._chain(number, EARLIER if earlier else "empty", (0, 1, 1, 2, 2, 3)[: max(1, left)])
            else:
                self._chain(number, PUBLICATION, (4, 5, 4, 5)[: max(1, left)])
        if _bytes_below(self.raw) != self.delivered:
            self.report.broken.append("delivered files were changed")
        return self.report

    @property
    def _killed(self) -> int:
        return sum(self.report.kills.values())

    def _chain(self, number: int, kind: str, targets: Sequence[int]) -> None:
        installation = self._installation(f"killed-{number}")
        work = _run(installation, "backfill", "--from", FIRST, "--to", LAST)
        if kind == EARLIER:
            shutil.copytree(self.earlier, installation.marts)
            work = _run(installation, "run", "--month", LAST)
        if kind == PUBLICATION:
            shutil.copytree(self.undisturbed.marts, installation.marts)
            shutil.rmtree(installation.marts / LAST)
            installation.current.unlink()
            shutil.copy2(self.earlier / installation.current.name, installation.current)
            work = _publication(installation)
        told: list[str] = []
        for target in targets:
            run = Killed(work, self._log(installation))
            if run.follow(target, self.random.uniform(0, self.seconds[target])):
                run.kill()
            status = run.wait()
            if status == -signal.SIGKILL:
                self.report.kills[PHASES[run.phase]] += 1
                told.append(PHASES[run.phase])
            elif status != 0:
                self._broken(installation, f"what was begun after {told} failed by itself")
            self._look(installation, told, kind)
        self._complete(installation, work)
        self._look(installation, told, kind)
        self.report.completed += 1
        found = published_bytes(installation.marts)
        if found != self.expected:
            different = {path for path in found.keys() | self.expected if found.get(path) != self.expected.get(path)}
            self._broken(installation, f"after {told}: published otherwise than undisturbed: {sorted(different)[:5]}")
        elif rows_by_month(installation.current) != self.expected_rows:
            self._broken(installation, f"after {told}: current.duckdb has other rows than undisturbed")
        elif left := leftovers(installation.marts):
            self._broken(installation, f"after {told}: left behind: {left}")
        else:
            shutil.rmtree(installation.marts)
        print(f"chain {number} ({kind}): killed in {', '.join(told)}; then completed", flush=True)

    def _look(self, installation: Installation, told: Sequence[str], kind: str) -> None:
        for fault in faults(installation):
            self._broken(installation, f"after {list(told)}: {fault}")
        if kind != "empty" and not (installation.marts / FIRST / "v01").is_dir():
            self._broken(installation, f"after {list(told)}: the earlier publication is gone")

    def _broken(self, installation: Installation, what: str) -> None:
        self.report.broken.append(f"{installation.marts.name}: {what}")
        print(f"BROKEN {self.report.broken[-1]}", flush=True)

    def _installation(self, name: str) -> Installation:
        return Installation.at(self.raw, self.folder / name)

    def _log(self, installation: Installation) -> Path:
        return self.folder / f"{installation.marts.name}.log"

    def _complete(self, installation: Installation, work: Callable[[], int]) -> None:
        if (status := Killed(work, self._log(installation)).wait()) != 0:
            self._broken(installation, f"an undisturbed run ended with {status}; see {self._log(installation)}")


def _bytes_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--households", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="work in this new folder and leave logs and what was found broken")
    options = parser.parse_args()
    import_everything()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="fangfanpin-kills-"))
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    try:
        report = Trial(folder.resolve(), options.households, options.seed).run(options.kills)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    by_phase = ", ".join(f"{phase} {report.kills[phase]}" for phase in PHASES)
    print(f"\n{sum(report.kills.values())} kills ({by_phase}); {report.completed} runs completed after them")
    print(f"{len(report.broken)} broken states; {time.monotonic() - begin:.0f} s")
    for line in report.broken:
        print(f"  {line}")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
