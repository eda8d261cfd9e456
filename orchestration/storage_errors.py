"""A full disk, a folder that cannot be written, a right that is missing: what to tell, whichever library met it.

DuckDB, SQLite, dbt and Python each say it in their own words, often as text inside another error.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from orchestration.paths import Installation

_FULL = ("No space left on device", "database or disk is full", "Disk quota exceeded", "File too large", "Errno 28", "Errno 27")
_READ_ONLY = ("Read-only file system", "readonly database", "Errno 30")
# what SQLite says of a full disk as well as of a broken one
_BROKEN = ("disk I/O error", "Input/output error", "Errno 5]")
_DENIED = ("Permission denied", "unable to open database file", "Errno 13")
_NUMBERS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EIO: _BROKEN,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
}


def explain_storage_error(error: BaseException | str, installation: Installation) -> str | None:
    """Return a Chinese message about a disk or a right that stopped a run, or None when the error is about something else.

    Args:
        error: an exception (with its causes), or the text that a step left of one.
        installation: whose folders are named in the message.
    """
    kinds = {_kind(text) for text in ([error] if isinstance(error, str) else _texts(error))} - {None}
    if _FULL in kinds:
        return f"磁盘空间不足（{_free(installation)}）；请清理磁盘后重新运行，已发布的内容没有改动"
    if _READ_ONLY in kinds:
        return f"{_folders(installation)} 所在的磁盘是只读的；请检查挂载方式，或用 --marts 换一个文件夹"
    if _BROKEN in kinds:
        return f"磁盘空间不足或磁盘读写出错（{_free(installation)}）；请清理、检查磁盘后重新运行，已发布的内容没有改动"
    if _DENIED in kinds and str(installation.raw) in str(error):
        return f"没有读取 {installation.raw} 或其中文件的权限；请检查所有者和权限"
    if _DENIED in kinds:
        return f"没有写入 {_folders(installation)} 的权限；请检查这些文件夹及其中文件的所有者和权限"
    return None


def _texts(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, OSError) and current.errno in _NUMBERS:
            yield _NUMBERS[current.errno][0]
        elif not isinstance(current, OSError) or isinstance(current, sqlite3.Error):
            yield str(current)
        current = current.__cause__ or current.__context__


def _kind(text: str) -> tuple[str, ...] | None:
    return next((words for words in (_FULL, _READ_ONLY, _BROKEN, _DENIED) if any(word in text for word in words)), None)


def _folders(installation: Installation) -> str:
    inside = installation.state.is_relative_to(installation.marts)
    return str(installation.marts) if inside else f"{installation.marts} 或 {installation.state}"


def _free(installation: Installation) -> str:
    places = [installation.marts] + ([] if installation.state.is_relative_to(installation.marts) else [installation.state])
    return "，".join(f"{place} 可用 {shown_size(free_bytes(place))}" for place in places)


def free_bytes(folder: Path) -> int:
    """Return the space that is free where a folder is or would be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def shown_size(size: int) -> str:
    """Return a number of bytes as a person reads it."""
    number, units = float(size), ["字节", "KB", "MB", "GB", "TB"]
    while number >= 1024 and len(units) > 1:
        number /= 1024
        units.pop(0)
    return f"{number:.0f} {units[0]}" if units[0] == "字节" else f"{number:.1f} {units[0]}"
