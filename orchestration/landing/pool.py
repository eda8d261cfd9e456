"""The pool: lands many extracts of many months side by side, in processes of their own.

What belongs here: processes, their queue and their limits. What does not: landing.
A file that ends its process (it exhausts memory) or keeps it too long is refused; its worker is replaced and the other files of
the extract are landed by the next one. The months of one extract are landed one after the other, because each is compared with
the one before.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from orchestration.contracts import ExtractContract
from orchestration.landing.delivery import extract_files
from orchestration.landing.land import ENDED, TOO_SLOW
from orchestration.landing.plain_files import size_of
from orchestration.landing.result import LandingResult
from orchestration.paths import REPOSITORY, Installation

MOST_WORKERS = 4
# The largest extract of a large county takes a tenth of it.
SECONDS_PER_FILE = 180.0

_Answer = tuple[LandingResult | None, str | None]


class LandingError(Exception):
    """Landing an extract failed for a reason that is not the delivery's."""


class LandingPool:
    """Lands (extract, month) pairs in worker processes.

    Use it as a context manager: ``submit_all`` what will be wanted, then ask for each ``result``.
    """

    def __init__(self, workers: int | None = None, seconds_per_file: float = SECONDS_PER_FILE) -> None:
        self._seconds_per_file = seconds_per_file
        self._workers = workers or min(os.cpu_count() or 1, MOST_WORKERS)
        # Each thread does nothing but wait for one worker process.
        self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="landing")
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._started: list[_Worker] = []
        self._futures: dict[tuple[str, str], Future[LandingResult]] = {}

    def __enter__(self) -> LandingPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(wait=error is None, cancel_futures=True)
        self._stop_workers()
        self._threads.shutdown()
        self._stop_workers()

    def submit_all(self, installation: Installation, extracts: Iterable[ExtractContract], months: Iterable[str]) -> None:
        """Begin to land every extract of every month, the largest deliveries first so that none is waited for at the end."""
        wanted, sizes = sorted(set(months)), {}
        lanes: dict[str, list[str]] = {}
        for contract in extracts:
            lane = [month for month in wanted if (contract.extract, month) not in self._futures]
            self._futures.update({(contract.extract, month): Future() for month in lane})
            lanes[contract.extract] = lane
            paths = (path for month in lane for path in extract_files(installation.raw, month, contract))
            sizes[contract] = sum(map(size_of, paths))
        for contract in sorted(sizes, key=lambda contract: -sizes[contract]):
            if lanes[contract.extract]:
                self._threads.submit(self._land_months, installation, contract, lanes[contract.extract])

    def result(self, extract: str, month: str) -> LandingResult:
        """Return the result of a submitted pair, waiting for it; raise ``LandingError`` where landing failed."""
        return self._futures[extract, month].result()

    def _stop_workers(self) -> None:
        for worker in self._started:
            worker.stop()

    def _land_months(self, installation: Installation, contract: ExtractContract, months: Iterable[str]) -> None:
        for month in months:
            future = self._futures[contract.extract, month]
            try:
                future.set_result(self._land(installation, contract, month))
            except BaseException as error:
                future.set_exception(error)

    def _land(self, installation: Installation, contract: ExtractContract, month: str) -> LandingResult:
        unsafe: dict[str, str] = {}
        while True:
            worker = self._worker()
            answer = worker.ask((installation, contract, month, unsafe), self._seconds_per_file)
            if answer is not None:
                self._idle.put(worker)
                break
            if worker.reading is None or worker.reading in unsafe:
                raise LandingError(f"{contract.extract} {month}: the landing process ended unexpectedly")
            unsafe[worker.reading] = TOO_SLOW if worker.was_too_slow else ENDED
        result, trace = answer
        if result is None:
            raise LandingError(f"{contract.extract} {month}: {trace}")
        return result

    def _worker(self) -> _Worker:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            worker = _Worker()
            self._started.append(worker)
            return worker


class _Worker:
    """A worker process and the two pipes to it.

    Attributes:
        reading: the file that the process has begun last.
        was_too_slow: whether the process was ended because a file took too long.
    """

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        self.reading: str | None = None
        self.was_too_slow = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.landing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )

    def ask(self, job: tuple[object, ...], seconds_per_file: float) -> _Answer | None:
        """Return the worker's answer, None when the process ended instead."""
        assert self._process.stdin  # noqa: S101  it is a pipe
        self.reading = None
        try:
            pickle.dump(job, self._process.stdin)
            self._process.stdin.flush()
            message = self._message(None)
            while isinstance(message, str):
                self.reading = message
                message = self._message(seconds_per_file)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self.stop()
            return None
        return message

    def _message(self, seconds: float | None) -> str | _Answer:
        """Return the next message; end the process when there is none in time."""
        assert self._process.stdout  # noqa: S101  it is a pipe
        clock = threading.Timer(seconds or threading.TIMEOUT_MAX, self._end)
        clock.daemon = True
        clock.start()
        try:
            message: str | _Answer = pickle.load(self._process.stdout)  # noqa: S301  our own worker
            return message
        finally:
            clock.cancel()

    def _end(self) -> None:
        self.was_too_slow = True
        self._process.kill()

    def stop(self) -> None:
        """End the process and wait for it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe and not pipe.closed:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
