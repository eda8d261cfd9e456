"""The worker process of the pool: takes jobs from its standard input, answers on its standard output.

Run as ``python -m orchestration.landing.worker``. It imports landing and nothing else; a process that multiprocessing starts
would import the caller's main module first, and Dagster with it.
"""

from __future__ import annotations

import gc
import math
import os
import resource
import signal
import sys
import time
import traceback
from functools import partial
from multiprocessing.connection import Connection

from orchestration.landing.shown import shown_file

LARGEST_MEMORY = 4 * 1024**3


def main() -> None:
    """Answer jobs until the input ends."""
    # Ctrl-C reaches the parent as well, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A file's rows are millions of objects without cycles; to walk through them again and again costs a sixth of the time.
    gc.set_threshold(1_000_000)
    _limit_memory()
    jobs = Connection(os.dup(sys.stdin.fileno()), writable=False)
    answers = Connection(os.dup(sys.stdout.fileno()), readable=False)
    # Whatever a library prints must not get between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            job = jobs.recv()
        except EOFError:
            return
        answer: tuple[object, str | None]
        try:
            work, arguments, unsafe, seconds = job
            answer = (work(*arguments, unsafe, partial(_begin, answers, seconds)), None)
        except MemoryError:
            # what a process still holds after that cannot be relied on
            os._exit(1)
        except Exception as error:
            answer = (None, _told(error))
        _limit_time(math.inf)
        answers.send(answer)


def _begin(answers: Connection, seconds: float, file: str) -> None:
    """Tell which file is begun; from here on it is this file that uses the processor."""
    answers.send(file)
    _limit_time(seconds)


def _limit_time(seconds: float) -> None:
    """Make a file that uses the processor for so many seconds more end this process, however long that takes by the clock."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    limit = resource.RLIM_INFINITY if seconds == math.inf else math.ceil(time.process_time() + seconds)
    if most != resource.RLIM_INFINITY:
        limit = most if limit == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, most))


def _limit_memory() -> None:
    """Make a file that asks for more memory than any honest one end this process, not the machine."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = LARGEST_MEMORY if most == resource.RLIM_INFINITY else min(LARGEST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    # the parser ends the process when it gets no memory; its image on disk would be as large
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _told(error: Exception) -> str:
    """Return where an error arose; its text only when it speaks of a path, because any other may quote a cell."""
    what = shown_file(str(error)) if isinstance(error, OSError) else type(error).__name__
    return "".join([*traceback.format_tb(error.__traceback__), what])


if __name__ == "__main__":
    main()
