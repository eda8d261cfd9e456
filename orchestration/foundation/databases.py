"""Databases as files, as far as DuckDB and SQLite do not look after them.

What belongs here: writing a file whatever its folder is called, telling a damaged one. What does not: SQL, what a file is for.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from orchestration.foundation.atomic_files import write_whole

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def writable(path: Path) -> Iterator[Path]:
    """Give out where a database is to be written that is to be found at ``path`` afterwards; the caller is its only writer.

    DuckDB takes ``?`` for the end of a path and would put the log of ``a?/b.duckdb`` into ``a.wal?``, a folder that there is
    not; links are no help, it follows them. Below such a folder a copy is written in a temporary one that nobody else can open.
    """
    if "?" not in str(path):
        yield path
        return
    prefix = f"fangfanpin-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}-"
    for leftover in Path(tempfile.gettempdir()).glob(f"{prefix}*"):  # a killed run's
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        copy = Path(folder) / path.name
        if path.exists():
            shutil.copyfile(path, copy)
        yield copy
        if copy.exists():
            write_whole(path, lambda unfinished: shutil.copyfile(copy, unfinished))


def what_is_wrong(path: Path, seconds_to_wait: float) -> str | None:
    """Return what SQLite says is wrong with a database of its own; None where nothing is, or where it is in use too long."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=seconds_to_wait)) as connection:
            answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error) if error.sqlite_errorcode & 0xFF in _DAMAGED else None
    return None if answer == "ok" else answer
