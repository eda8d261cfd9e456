"""The worker process of the pool: takes jobs from its standard input, answers on its standard output.

Run as ``python -m orchestration.landing.worker``. It imports landing and nothing else; a process that multiprocessing starts
would import the caller's main module first, and Dagster with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import traceback
from typing import BinaryIO

from orchestration.landing.land import land_extract
from orchestration.landing.result import LandingResult
from orchestration.landing.shown import shown_file

LARGEST_MEMORY = 4 * 1024**3


def main() -> None:
    """Answer jobs until the input ends."""
    # Ctrl-C reaches the parent as well, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A file's rows are millions of objects without cycles; to walk through them again and again costs a sixth of the time.
    gc.set_threshold(1_000_000)
    _limit_memory()
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not get between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            job = pickle.load(jobs)  # noqa: S301  our own parent process
        except EOFError:
            return
        answer: tuple[LandingResult | None, str | None]
        try:
            installation, contract, month, unsafe = job
            answer = (land_extract(installation, contract, month, unsafe, lambda file: _tell(answers, file)), None)
        except MemoryError:
            # what a process still holds after that cannot be relied on
            os._exit(1)
        except Exception as error:
            answer = (None, _told(error))
        _tell(answers, answer)


def _tell(answers: BinaryIO, message: object) -> None:
    """Send the name of the file that is begun, or the answer to the job."""
    pickle.dump(message, answers)
    answers.flush()


def _limit_memory() -> None:
    """Make a file that asks for more memory than any honest one end this process, not the machine."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
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
