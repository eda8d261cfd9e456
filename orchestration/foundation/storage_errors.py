"""A full disk, a folder that cannot be written, a right that is missing: what to tell, whichever library met it.

DuckDB, SQLite, dbt and Python each say it in their own words, often as text inside another error.
"""

from __future__ import annotations

import ast
import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.foundation.paths import Installation

_FULL = ("No space left on device", "database or disk is full", "Disk quota exceeded", "File too large", "Errno 28", "Errno 27")
_READ_ONLY = ("Read-only file system", "Errno 30")
# what SQLite says of a full disk as well as of a broken one
_BROKEN = ("disk I/O error", "Input/output error", "Errno 5]")
_DENIED = ("Permission denied", "Operation not permitted", "Errno 13")
# what SQLite says of a missing right, of a disk that is read-only, and of a folder that is not there
_NOT_OPENED = ("unable to open database file", "readonly database")
_KINDS = (_FULL, _READ_ONLY, _BROKEN, _DENIED, _NOT_OPENED)
_NUMBERS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EIO: _BROKEN,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
}
# Python: [Errno 13] Permission denied: '/a/b'; DuckDB: Cannot open file "/a/b": Permission denied
_NAMED = (
    re.compile(r"\[Errno \d+\] [^:\n]*: (?P<path>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"),
    re.compile(r"file (?P<path>\"[^\"\n]*\"): ", re.IGNORECASE),
)


@dataclass(frozen=True)
class _Trouble:
    """What a library said: its kind, and the file that it named, if it did."""

    kind: tuple[str, ...]
    path: Path | None


def explain_storage_error(error: BaseException | str, installation: Installation) -> str | None:
    """Return a Chinese message about a disk or a right that stopped a run, or None when the error is about something else.

    It names the file that could not be read or written where the error does.

    Args:
        error: an exception (with its causes), or the text that a step left of one.
        installation: whose folders are named in the message where the error names no file.
    """
    troubles = list(_in_text(error) if isinstance(error, str) else _in_causes(error))
    found = min(troubles, key=lambda trouble: (_KINDS.index(trouble.kind), trouble.path is None), default=None)
    if found is None:
        return None
    if found.kind is _FULL:
        return f"磁盘空间不足（{_free(installation, found.path)}）；请清理磁盘后重新运行，已发布的内容没有改动"
    path = found.path
    if found.kind is _NOT_OPENED:
        path = path or _not_writable(installation)
    if found.kind is _READ_ONLY or (path and _is_on_read_only_disk(path)):
        return f"{path or _folders(installation)} 所在的磁盘是只读的；请检查挂载方式，或用 --marts 换一个文件夹"
    if found.kind is _BROKEN:
        where = f"（{path}）" if path else ""
        free = _free(installation, path)
        return f"磁盘空间不足或磁盘读写出错{where}（{free}）；请清理、检查磁盘后重新运行，已发布的内容没有改动"
    return _about_rights(path, installation)


def why_not_written(folder: Path, error: OSError) -> str:
    """Return a Chinese message on a file that could not be put into a folder, whatever kept it from there."""
    reasons = {
        _DENIED: "没有权限；请检查这个文件夹和原文件的权限",
        _READ_ONLY: "磁盘是只读的；请检查挂载方式",
        _FULL: "磁盘空间不足；请清理后再试",
    }
    why = reasons.get(_NUMBERS.get(error.errno or 0, ()), f"{error.strerror}；请检查磁盘")
    return f"放不进 {folder}：{why}。没有留下不完整的文件"


def _about_rights(path: Path | None, installation: Installation) -> str:
    if path is None:
        return f"{_folders(installation)} 中有文件打不开或是只读的；请运行 fangfanpin doctor 检查，并核对其中文件的所有者和权限"
    if path.is_relative_to(installation.raw):
        return f"没有读取 {path} 的权限；请给运行本程序的用户读取报送文件夹 {installation.raw} 的权限"
    return f"没有读写 {path} 的权限；请检查该文件（或文件夹）及其上级文件夹的所有者和权限"


def _not_writable(installation: Installation) -> Path | None:
    """Return the first file or folder of an installation, from the top, that this user may not write."""
    for folder in (installation.marts, installation.state, installation.dagster_home):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            return folder
    below = (path for folder in (installation.dagster_home, installation.landed) for path in sorted(folder.rglob("*")))
    return next((path for path in below if not os.access(path, os.W_OK)), None)


def _is_on_read_only_disk(path: Path) -> bool:
    while not path.exists():
        path = path.parent
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _in_causes(error: BaseException) -> Iterator[_Trouble]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, OSError) and current.errno in _NUMBERS:
            yield _Trouble(_NUMBERS[current.errno], Path(os.fsdecode(current.filename)) if _is_name(current.filename) else None)
        elif not isinstance(current, OSError) or isinstance(current, sqlite3.Error):
            yield from _in_text(str(current))
        current = current.__cause__ or current.__context__


def _in_text(text: str) -> Iterator[_Trouble]:
    for line in text.splitlines():
        kind = next((words for words in _KINDS if any(word in line for word in words)), None)
        if kind:
            named = next((match for pattern in _NAMED if (match := pattern.search(line))), None)
            yield _Trouble(kind, Path(_unquoted(named["path"])) if named else None)


def _is_name(name: object) -> bool:
    return isinstance(name, str | bytes) and bool(name)


def _unquoted(text: str) -> str:
    """Return a path that Python or DuckDB put in quotes."""
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return text[1:-1]


def _folders(installation: Installation) -> str:
    inside = installation.state.is_relative_to(installation.marts)
    return str(installation.marts) if inside else f"{installation.marts} 或 {installation.state}"


def _free(installation: Installation, path: Path | None) -> str:
    places = [installation.marts] + ([] if installation.state.is_relative_to(installation.marts) else [installation.state])
    if path and path.is_absolute() and not any(path.is_relative_to(place) for place in places):
        places = [path.parent]
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
