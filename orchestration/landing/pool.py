"""The pool: lands many extracts of many months side by side, in processes of their own.

What belongs here: processes, their queue and their limits. What does not: landing.
A file that ends its process (it exhausts memory, or takes more of the processor's time than any honest one) is refused; its
worker is replaced and the other files of the extract are landed by the next one. How busy the machine is makes no difference:
nothing is refused by the clock. A process that gives no sign for an hour, or that somebody else killed, ends the landing with
an error that blames the machine, and nothing is remembered of the file. The months of one extract are landed one after the
other, because each is compared with the one before.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import REPOSITORY, Installation
from orchestration.landing.delivery import extract_files
from orchestration.landing.land import ENDED, TOO_SLOW, land_extract
from orchestration.landing.plain_files import size_of
from orchestration.landing.recognition import Recognition, recognise, shown_name
from orchestration.landing.result import LandingResult

MOST_WORKERS = 4
# Of the processor; the largest extract of a large county takes a tenth of it.
SECONDS_PER_FILE = 180.0
# Of the clock, before a process that may be waiting for a disk or a network share is given up: as long as a file takes that may
# use the processor only every twentieth moment.
LONGEST_SILENCE = 3600.0
_SECONDS_TO_END = 5.0

_Answer = tuple[Any, str | None]


class LandingError(Exception):
    """Landing an extract failed for a reason that is not the delivery's."""


class MachineError(LandingError):
    """The machine kept an extract from being landed. The message is Chinese: which file, what to do."""


class LandingPool:
    """Lands (extract, month) pairs in worker processes.

    Use it as a context manager: ``submit_all`` what will be wanted, then ask for each ``result``.
    """

    def __init__(
        self,
        workers: int | None = None,
        seconds_per_file: float = SECONDS_PER_FILE,
        longest_silence: float = LONGEST_SILENCE,
    ) -> None:
        self._seconds_per_file, self._longest_silence = seconds_per_file, longest_silence
        self._workers = workers or min(os.cpu_count() or 1, MOST_WORKERS)
        # Each thread does nothing but wait for one worker process.
        self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="landing")
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._started: list[_Worker] = []
        self._futures: dict[tuple[str, Month], Future[LandingResult]] = {}

    def __enter__(self) -> LandingPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(wait=error is None, cancel_futures=True)
        self._stop_workers()
        self._threads.shutdown()
        self._stop_workers()

    def submit_all(self, installation: Installation, extracts: Iterable[ExtractContract], months: Iterable[Month]) -> None:
        """Begin to land every extract of every month, the largest deliveries first so that none is waited for at the end."""
        wanted, sizes = sorted(set(months)), {}
        lanes: dict[str, list[Month]] = {}
        for contract in extracts:
            lane = [month for month in wanted if (contract.extract, month) not in self._futures]
            self._futures.update({(contract.extract, month): Future() for month in lane})
            lanes[contract.extract] = lane
            paths = (path for month in lane for path in extract_files(installation.raw, month, contract))
            sizes[contract] = sum(map(size_of, paths))
        for contract in sorted(sizes, key=lambda contract: -sizes[contract]):
            if lanes[contract.extract]:
                self._threads.submit(self._land_months, installation, contract, lanes[contract.extract])

    def result(self, extract: str, month: Month) -> LandingResult:
        """Return the result of a submitted pair, waiting for it; raise ``LandingError`` where landing failed."""
        return self._futures[extract, month].result()

    def recognise_all(self, paths: Sequence[Path], month: Month) -> list[Recognition]:
        """Return of which extract each file is, in the order of the paths; raise ``LandingError`` where that failed."""
        return list(self._threads.map(lambda path: self._recognised(path, month), paths))

    def _stop_workers(self) -> None:
        for worker in self._started:
            worker.stop()

    def _land_months(self, installation: Installation, contract: ExtractContract, months: Iterable[Month]) -> None:
        for month in months:
            future = self._futures[contract.extract, month]
            try:
                future.set_result(self._land(installation, contract, month))
            except BaseException as error:
                future.set_exception(error)

    def _land(self, installation: Installation, contract: ExtractContract, month: Month) -> LandingResult:
        def blame(worker: _Worker) -> str:
            place = f"{month}/{worker.reading or contract.department}"
            return _machine_to_blame(place, f"{installation.raw} 和 {installation.state}", worker)

        name = f"{contract.extract} {month}"
        result: LandingResult = self._done(land_extract, (installation, contract, month), name, blame)
        return result

    def _recognised(self, path: Path, month: Month) -> Recognition:
        name = shown_name(path.name)
        found: Recognition = self._done(
            recognise, (path, month), name, lambda worker: _machine_to_blame(name, str(path.parent), worker)
        )
        return found

    def _done(
        self, work: Callable[..., object], arguments: tuple[object, ...], name: str, blame: Callable[[_Worker], str]
    ) -> Any:
        """Let a worker do something with files; those at which a worker ends are left out by the next one."""
        unsafe: dict[str, str] = {}
        while True:
            worker = self._worker()
            answer = worker.ask((work, arguments, unsafe, self._seconds_per_file), self._longest_silence)
            if answer is not None:
                self._idle.put(worker)
                break
            if worker.ended_by is None or worker.ended_by == -signal.SIGKILL:
                raise MachineError(blame(worker))
            if worker.reading is None or worker.reading in unsafe:
                raise LandingError(f"{name}: the landing process ended unexpectedly")
            unsafe[worker.reading] = TOO_SLOW if worker.ended_by == -signal.SIGXCPU else ENDED
        result, trace = answer
        if result is None:
            raise LandingError(f"{name}: {trace}")
        return result

    def _worker(self) -> _Worker:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            worker = _Worker()
            self._started.append(worker)
            return worker


def _machine_to_blame(place: str, folders: str, worker: _Worker) -> str:
    if worker.ended_by is None:
        return (
            f"读取 {place} 时磁盘或共享文件夹一直没有响应；"
            f"请检查 {folders} 所在的磁盘、网络共享，恢复后重新运行。该文件没有被退回"
        )
    return (
        f"读取 {place} 的进程被系统强行结束，多半是本机内存不足；请关闭其他程序或增加内存后重新运行。该文件没有被退回；"
        "如果总是停在这个文件，请用 WPS 或 Excel 打开核对"
    )


class _Worker:
    """A worker process and the two pipes to it.

    Attributes:
        reading: the file that the process has begun last.
        ended_by: the exit status of a process that ended instead of answering, negative for a signal; None while it lives, also
            when it gave no sign for too long.
    """

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        self.reading: str | None = None
        self.ended_by: int | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.landing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )

        self._jobs = _connection(self._process.stdin, readable=False)
        self._answers = _connection(self._process.stdout, readable=True)

    def ask(self, job: tuple[object, ...], longest_silence: float) -> _Answer | None:
        """Return the worker's answer, None when the process ended or gave no sign for so many seconds; it is stopped then."""
        self.reading = None
        try:
            self._jobs.send(job)
            while self._answers.poll(longest_silence):
                message: str | _Answer = self._answers.recv()
                if not isinstance(message, str):
                    return message
                self.reading = message
        except (EOFError, OSError, pickle.UnpicklingError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.ended_by = self._process.wait(_SECONDS_TO_END)
        self.stop()
        return None

    def stop(self) -> None:
        """End the process; one that waits for a dead disk cannot be ended and is left behind."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        self._jobs.close()
        self._answers.close()


def _connection(pipe: IO[bytes] | None, *, readable: bool) -> Connection:
    assert pipe is not None  # noqa: S101  asked for
    with pipe:
        return Connection(os.dup(pipe.fileno()), readable=readable, writable=not readable)
