"""Who does what is done: the login of Dagster's page that asked for it, else the system's user.

Neither is taken from a configuration, an environment variable or anything else that a request can say. A login is put into the
tags of a run by the page's server (``adapters/dagster_run_queue.py``), and from there here for as long as the run goes on.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# The tag of a run that says who asked for it.
BY_TAG = "fangfanpin/by"

_asked_by: ContextVar[str | None] = ContextVar("asked_by", default=None)


def system_user() -> str:
    """Return the system's user of this process, as the system knows him, not as the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def who() -> str:
    """Return who does what is done now."""
    return _asked_by.get() or system_user()


@contextmanager
def done_for(name: str | None) -> Iterator[None]:
    """Have what is done in the block be done by somebody; by the system's user where nobody is named."""
    before = _asked_by.set(name)
    try:
        yield
    finally:
        _asked_by.reset(before)
