"""Files that are there whole or not at all: each is written beside its place and renamed onto it.

A process that is killed leaves the former file and one with an unfinished name, which nothing reads and ``fangfanpin tidy``
takes away.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable
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


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = unfinished_beside(path)
    try:
        write(unfinished)
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def write_text(path: Path, content: str) -> None:
    """Write a text as UTF-8."""
    write_whole(path, lambda unfinished: unfinished.write_text(content, encoding="utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write JSON for people and programs; the same content gives the same bytes."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
