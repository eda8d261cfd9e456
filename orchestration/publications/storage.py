"""Files that survive a crash: what is written is on disk before it gets its name, and a folder has one writer at a time."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from orchestration.foundation.access import FOLDER_MODE, SEALED_MODE
from orchestration.foundation.atomic_files import force_all_to_disk

LOCK_FILE = ".lock"


class PublishingError(Exception):
    """A month could not be published. The message says where and what to do, without any value of the data."""


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder against other writers; the operating system releases it when the process ends, however it ends.

    A folder in which nothing came about because the writer was refused does not stay.
    """
    try:
        with filelock.FileLock(folder / LOCK_FILE):
            yield
    except BaseException:
        with contextlib.suppress(OSError):
            if [path.name for path in folder.iterdir()] == [LOCK_FILE]:
                (folder / LOCK_FILE).unlink()
                folder.rmdir()
        raise


def remove_leftovers(folder: Path, pattern: str) -> None:
    """Remove what dead runs left unfinished. Call it as ``only_writer``: then whatever matches belongs to nobody."""
    for leftover in sorted(folder.glob(pattern)):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits; ``OSError`` where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path) -> None:
    """Force a finished folder to disk and close its files: nobody saves over them by accident, others do not read them."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(SEALED_MODE)
        else:
            path.chmod(path.stat().st_mode & FOLDER_MODE)
    force_all_to_disk(folder)
