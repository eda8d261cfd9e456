"""Who may read what a process writes: at most the owner and a group, never everybody on the machine.

What belongs here: the modes, and what of a folder is more open. What does not: groups and owners, which the administrator gives
(docs/deployment.md).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

# What group and others never get, whatever the shell that started the process says.
UMASK = 0o027
# The most that files and folders of an installation have; what nobody but the owner reads.
FILE_MODE, FOLDER_MODE, SECRET_MODE = 0o640, 0o750, 0o600
# What is never changed any more.
SEALED_MODE = 0o440


def close_to_others() -> None:
    """Make this process, and those that it starts, write nothing that others can read or a group can change."""
    os.umask(os.umask(UMASK) | UMASK)


def too_open(folder: Path, secrets: frozenset[Path] = frozenset()) -> Iterator[tuple[Path, int]]:
    """Yield the files and folders at and below a folder that are more open than they may be, with their permission bits.

    Args:
        folder: looked at with everything in it; links are not followed, nothing is yielded where it does not exist.
        secrets: files below that only their owner may read.
    """
    if not folder.exists():
        return
    for path in (folder, *sorted(folder.rglob("*"))):
        try:
            found = path.lstat()
        except OSError:  # gone since
            continue
        if stat.S_ISLNK(found.st_mode):
            continue
        mode = stat.S_IMODE(found.st_mode) & 0o777
        most = SECRET_MODE if path in secrets else FOLDER_MODE if stat.S_ISDIR(found.st_mode) else FILE_MODE
        if mode & ~most:
            yield path, mode
