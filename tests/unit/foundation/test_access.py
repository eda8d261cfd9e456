"""Modes: what a process writes is closed to others, and what is open is found."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from orchestration.foundation.access import close_to_others, too_open


def test_a_process_writes_nothing_that_others_can_read_or_a_group_can_change(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        close_to_others()
        (tmp_path / "file").write_text("", encoding="utf-8")
        (tmp_path / "folder").mkdir()
        os.umask(0o077)  # a stricter shell stays stricter
        close_to_others()
        (tmp_path / "own").write_text("", encoding="utf-8")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"file": 0o640, "folder": 0o750, "own": 0o600}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as an installation has it."""
    top = tmp_path / "top"
    (top / "in").mkdir(parents=True)
    for path, mode in ((top / "in" / "file", 0o640), (top / "key", 0o600)):
        path.write_text("", encoding="utf-8")
        path.chmod(mode)
    for path in (top, top / "in"):
        path.chmod(0o2750)
    return top


@pytest.mark.parametrize(
    ("name", "mode", "is_open"),
    [
        ("in/file", 0o640, False), ("in/file", 0o440, False), ("in/file", 0o644, True),
        ("in/file", 0o660, True), ("in/file", 0o750, True),
        ("in", 0o750, False), ("in", 0o2750, False), ("in", 0o755, True), ("in", 0o770, True), (".", 0o751, True),
        ("key", 0o600, False), ("key", 0o400, False), ("key", 0o640, True),
    ],
)  # fmt: skip
def test_what_is_more_open_than_it_may_be_is_found_with_its_mode(folder: Path, name: str, mode: int, is_open: bool) -> None:
    secrets = frozenset({folder / "key"})
    assert list(too_open(folder, secrets)) == []
    (folder / name).chmod(mode)
    assert list(too_open(folder, secrets)) == ([(folder / name, mode & 0o777)] if is_open else [])


def test_links_are_not_followed_and_a_missing_folder_is_not_open(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "open").write_text("", encoding="utf-8")
    (tmp_path / "open").chmod(0o666)
    (folder / "in" / "link").symlink_to(tmp_path / "open")
    (folder / "in" / "z").write_text("", encoding="utf-8")
    (folder / "in" / "z").chmod(0o644)
    assert [path.name for path, _ in too_open(folder)] == ["z"]
    assert list(too_open(tmp_path / "none")) == []
