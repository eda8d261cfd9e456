"""Files that are there whole or not at all: each is written beside its place, forced to disk and renamed onto it.

A process that is killed leaves the former file and one with an unfinished name, which nothing reads and ``fangfanpin tidy``
takes away. A power failure leaves the former file or the new one, never a short one under the name of a whole one. Disks and
people damage files nevertheless: what is read again is read so that damage is seen (``read_json``, ``WrittenFile``).
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_UNFINISHED = ".tmp"
# beside an unfinished database DuckDB keeps its log
_SUFFIXES = (_UNFINISHED, f"{_UNFINISHED}.wal")


def is_unfinished_file(path: Path) -> bool:
    """Return whether a file or folder is something that a process had begun to write: nothing ever reads it."""
    return path.name.endswith(_SUFFIXES)


def unfinished_beside(path: Path) -> Path:
    """Return where what is to become ``path`` is written first; no other thread or process writes there."""
    return path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}{_UNFINISHED}")


def force_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def force_all_to_disk(folder: Path) -> None:
    """Wait until everything below a folder is on disk."""
    for path in sorted(folder.rglob("*")):
        force_to_disk(path)
    force_to_disk(folder)


def make_folder(folder: Path) -> None:
    """Make a folder and those around it, so that their names are on disk before anything in them is relied on."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        force_to_disk(folder.parent)


def clear_place(path: Path) -> None:
    """Set a folder aside that lies where a file belongs; ``fangfanpin tidy`` takes it away."""
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f".{path.name}-{os.getpid()}-folder{_UNFINISHED}"))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place; the folder is made."""
    make_folder(path.parent)
    unfinished = unfinished_beside(path)
    try:
        write(unfinished)
        force_to_disk(unfinished)
        clear_place(path)
        unfinished.replace(path)
        force_to_disk(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def write_new(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place unless something is there; the folder is made.

    Raises:
        FileExistsError: something is there, whatever it is; it stays as it is.
    """
    make_folder(path.parent)
    unfinished = unfinished_beside(path)
    try:
        write(unfinished)
        force_to_disk(unfinished)
        _put_where_nothing_is(unfinished, path)
        force_to_disk(path.parent)
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _put_where_nothing_is(unfinished: Path, path: Path) -> None:
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links: between looking and renaming there is a moment
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        unfinished.rename(path)


def write_text(path: Path, content: str) -> None:
    """Write a text as UTF-8."""
    write_whole(path, lambda unfinished: unfinished.write_text(content, encoding="utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write JSON for people and programs; the same content gives the same bytes."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path) -> object:
    """Return what a JSON file holds; None where there is none that can be understood."""
    try:
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, None where it cannot be opened."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


@dataclass(frozen=True)
class WrittenFile:
    """A file as it was written, to tell later whether it still is so: ``name`` is its path below a folder."""

    name: str
    size: int
    modified_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path, folder: Path) -> WrittenFile:
        """Return what vouches for a file that was just written."""
        found = path.stat()
        return cls(path.relative_to(folder).as_posix(), found.st_size, found.st_mtime_ns, sha256_of(path) or "")

    def as_found(self, folder: Path) -> WrittenFile | None:
        """Return what vouches for the file now; None when it is gone, short or another. It is read only if it was touched."""
        try:
            found = (folder / self.name).stat()
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode) or found.st_size != self.size:
            return None
        if found.st_mtime_ns != self.modified_ns and not self.is_whole(folder):
            return None
        return dataclasses.replace(self, modified_ns=found.st_mtime_ns)

    def is_whole(self, folder: Path) -> bool:
        """Return whether the file holds what was written, to the last byte."""
        return sha256_of(folder / self.name) == self.sha256
