"""A full disk or a missing right is told as such, and which file it was."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.foundation.paths import Installation
from orchestration.foundation.storage_errors import explain_storage_error, shown_size


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘空间不足"),
        (OSError(errno.EFBIG, "File too large"), "磁盘空间不足"),
        (OSError(errno.EROFS, "Read-only file system"), "只读"),
        (PermissionError(errno.EACCES, "Permission denied"), "权限"),
        ("sqlite3.OperationalError: database or disk is full", "磁盘空间不足"),
        ("sqlite3.OperationalError: attempt to write a readonly database", "只读"),
        ('IO Error: Could not write file "warehouse.duckdb": No space left on device', "磁盘空间不足"),
    ],
)
def test_storage_errors_are_told_as_such(installation: Installation, error: Exception | str, words: str) -> None:
    message = explain_storage_error(error, installation)
    assert message and words in message and str(installation.marts) in message


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            lambda place: PermissionError(errno.EACCES, "Permission denied", str(place.raw / "2023-07/x")),
            "没有读取 {raw}/2023-07/x",
        ),
        (lambda place: PermissionError(errno.EACCES, "Permission denied", str(place.marts / "a'b")), "没有读写 {marts}/a'b"),
        (lambda place: OSError(errno.EROFS, "Read-only file system", str(place.state / "x")), "{state}/x 所在的磁盘是只读的"),
        (
            lambda place: f"LandingError: x\n[Errno 13] Permission denied: {str(place.raw / '2023-07')!r}",
            "没有读取 {raw}/2023-07 的",
        ),
        (
            lambda place: f'IO Error: Cannot open file "{place.warehouse}": Permission denied',
            "没有读写 {state}/warehouse.duckdb",
        ),
        (lambda place: "sqlite3.OperationalError: unable to open database file", "{marts} 中有文件打不开"),
    ],
)
def test_the_file_that_could_not_be_read_or_written_is_named(
    installation: Installation, error: Callable[[Installation], Exception | str], words: str
) -> None:
    folders = {"raw": installation.raw, "marts": installation.marts, "state": installation.state}
    message = explain_storage_error(error(installation), installation)
    assert message and words.format(**folders) in message and "请" in message


def test_the_disk_that_is_full_is_the_one_that_was_written(installation: Installation, tmp_path: Path) -> None:
    error = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "elsewhere" / "x"))
    assert f"{tmp_path / 'elsewhere'} 可用" in str(explain_storage_error(error, installation))


def test_a_storage_error_is_found_beneath_others_and_other_errors_are_left(installation: Installation) -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as cause:
            raise RuntimeError("step failed") from cause
    except RuntimeError as outer:
        assert "磁盘空间不足" in str(explain_storage_error(outer, installation))
    unreadable = f"PermissionError: [Errno 13] Permission denied: '{installation.raw / 'month'}'"
    assert "没有读取" in str(explain_storage_error(unreadable, installation))
    assert explain_storage_error(FileNotFoundError(errno.ENOENT, "No such file"), installation) is None
    assert explain_storage_error(ValueError("x"), installation) is None


def test_sizes_are_read_by_people() -> None:
    assert [shown_size(size) for size in (5, 2048, 3 * 1024**3)] == ["5 字节", "2.0 KB", "3.0 GB"]
