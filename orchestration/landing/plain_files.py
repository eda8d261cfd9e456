"""Opening what was delivered: plain files only, without waiting and without following a link.

A pipe that bears a file's name blocks whoever opens it for ever; a link may lead out of the folder of deliveries. What a folder
was listed to hold may have become something else since, so the open file itself is asked what it is.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from pathlib import Path

# Of a larger file, which is refused for its size, only name and size are kept: to read it takes hours.
LARGEST_DIGESTED = 4 * 1024**3

# Windows knows neither links that would have to be refused nor pipes in folders.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def open_plain(path: Path) -> io.BufferedReader:
    """Open a plain file to be read; raise ``OSError`` for anything else."""
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a plain file", str(path))
    return os.fdopen(descriptor, "rb")


def read_plain(path: Path, most: int) -> tuple[bytes, os.stat_result]:
    """Return the first ``most`` bytes of a plain file, and what is known of it after they were read."""
    with open_plain(path) as stream:
        return stream.read(most), os.fstat(stream.fileno())


def size_of(path: Path) -> int:
    """Return the size of a file in bytes, 0 where that cannot be told."""
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 of a plain file; None where it cannot be opened or is larger than ``LARGEST_DIGESTED``."""
    try:
        with open_plain(path) as stream:
            if os.fstat(stream.fileno()).st_size > LARGEST_DIGESTED:
                return None
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
