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

from orchestration.landing.land import land_extract
from orchestration.landing.result import LandingResult


def main() -> None:
    """Answer jobs until the input ends."""
    # Ctrl-C reaches the parent as well, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A file's rows are millions of objects without cycles; to walk through them again and again costs a sixth of the time.
    gc.set_threshold(1_000_000)
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
            answer = (land_extract(*job), None)
        except Exception as error:
            answer = (None, _told(error))
        pickle.dump(answer, answers)
        answers.flush()


def _told(error: Exception) -> str:
    """Return where an error arose; its text only when it speaks of a path, because any other may quote a cell."""
    what = str(error) if isinstance(error, OSError) else type(error).__name__
    return "".join([*traceback.format_tb(error.__traceback__), what])


if __name__ == "__main__":
    main()
