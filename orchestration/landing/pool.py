"""The pool: lands many extracts of many months side by side, in processes of their own.

What belongs here: processes and their queue. What does not: landing.
A job that ends its process (a file that exhausts memory) fails alone; its worker is replaced.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from orchestration.contracts import ExtractContract
from orchestration.landing.delivery import extract_files
from orchestration.landing.result import LandingResult
from orchestration.paths import REPOSITORY, Installation

MOST_WORKERS = 4


class LandingError(Exception):
    """Landing an extract failed for a reason that is not the delivery's."""


class LandingPool:
    """Lands (extract, month) pairs in worker processes.

    Use it as a context manager: ``submit_all`` what will be wanted, then ask for each ``result``.
    """

    def __init__(self, workers: int | None = None) -> None:
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
        jobs = [(contract, month) for month in months for contract in extracts]
        sizes = {
            (contract.extract, month): sum(path.stat().st_size for path in extract_files(installation.raw, month, contract))
            for contract, month in jobs
        }
        for contract, month in sorted(jobs, key=lambda job: -sizes[job[0].extract, job[1]]):
            key = (contract.extract, month)
            if key not in self._futures:
                self._futures[key] = self._threads.submit(self._land, installation, contract, month)

    def result(self, extract: str, month: str) -> LandingResult:
        """Return the result of a submitted pair, waiting for it; raise ``LandingError`` where landing failed."""
        return self._futures[extract, month].result()

    def _stop_workers(self) -> None:
        for worker in self._started:
            worker.stop()

    def _land(self, installation: Installation, contract: ExtractContract, month: str) -> LandingResult:
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = _Worker()
            self._started.append(worker)
        answer = worker.ask((installation, contract, month))
        if answer is None:
            raise LandingError(f"{contract.extract} {month}: the landing process ended unexpectedly (out of memory?)")
        self._idle.put(worker)
        result, trace = answer
        if result is None:
            raise LandingError(f"{contract.extract} {month}: {trace}")
        return result


class _Worker:
    """A worker process and the two pipes to it."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.landing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )

    def ask(self, job: tuple[Installation, ExtractContract, str]) -> tuple[LandingResult | None, str | None] | None:
        """Return the worker's answer, None when the process ended instead."""
        assert self._process.stdin and self._process.stdout  # noqa: S101  both are pipes
        try:
            pickle.dump(job, self._process.stdin)
            self._process.stdin.flush()
            answer: tuple[LandingResult | None, str | None] = pickle.load(self._process.stdout)  # noqa: S301  our own worker
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self.stop()
            return None
        return answer

    def stop(self) -> None:
        """End the process and wait for it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe and not pipe.closed:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
