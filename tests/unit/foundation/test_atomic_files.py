"""Small files of an installation: whole or not at all, and what a dead process leaves is known as such."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from orchestration.foundation.atomic_files import (
    WrittenFile,
    is_unfinished_file,
    unfinished_beside,
    write_json,
    write_new,
    write_text,
    write_whole,
)
from orchestration.foundation.paths import REPOSITORY
from tests.recovery.power_cut import ForgetfulDisk


def test_folder_is_made_and_file_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settled.json"
    write_json(path, {"月": 1})
    write_text(path, "后来的")
    assert path.read_text(encoding="utf-8") == "后来的"
    assert [entry.name for entry in path.parent.iterdir()] == ["settled.json"]


def test_failed_writing_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "settled.json"
    write_text(path, "former")

    def full(unfinished: Path) -> None:
        unfinished.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_whole(path, full)
    assert path.read_text(encoding="utf-8") == "former"
    assert [entry.name for entry in tmp_path.iterdir()] == ["settled.json"]


def test_killed_writer_leaves_the_former_file_and_what_tidy_knows(tmp_path: Path) -> None:
    path = tmp_path / "settled.json"
    write_text(path, "former")

    def killed(unfinished: Path) -> None:
        unfinished.write_text("half", encoding="utf-8")
        os._exit(9)

    if (process := os.fork()) == 0:
        write_whole(path, killed)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9

    left = [entry for entry in tmp_path.iterdir() if entry != path]
    assert path.read_text(encoding="utf-8") == "former"
    assert len(left) == 1
    assert is_unfinished_file(left[0])


@pytest.mark.parametrize(
    ("name", "unfinished"),
    [
        (".v01-12.tmp", True),
        (".current.duckdb-12.tmp.wal", True),
        ("settled.json", False),
        ("tmp", False),
        ("current.duckdb.wal", False),
    ],
)
def test_unfinished_names(name: str, unfinished: bool) -> None:
    assert is_unfinished_file(Path("state") / name) is unfinished
    assert is_unfinished_file(unfinished_beside(Path("state") / name))


def test_nothing_else_renames_a_file_it_wrote() -> None:
    """Databases that people open have a way of their own: they are flushed and sealed first."""
    renaming = {
        path.relative_to(REPOSITORY).as_posix()
        for package in ("orchestration", "expectations")
        for path in (REPOSITORY / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "replace"
        and len(node.args) == 1  # that of a text takes two
        and not node.keywords  # that of a date takes names
    }
    assert renaming == {"orchestration/foundation/atomic_files.py", "orchestration/publications/database_tables.py"}


@pytest.mark.parametrize("place", ["settled.json", "new/folder/settled.json"])
@pytest.mark.parametrize("is_deaf", [False, True], ids=["forced to disk", "not heard"])
def test_a_power_cut_leaves_the_former_file_or_the_new_one(tmp_path: Path, place: str, is_deaf: bool) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "settled.json").write_text("former", encoding="utf-8")
    found: list[str | None] = []

    def look(left: Path) -> None:
        found.append((left / place).read_text(encoding="utf-8") if (left / place).exists() else None)

    with pytest.MonkeyPatch.context() as patch:
        disk = ForgetfulDisk(folder, look, is_deaf)
        disk.watch(patch)
        write_text(folder / place, "newer")
        disk.look()
    disk.close()
    former = "former" if place == "settled.json" else None
    if is_deaf:  # told as written, and not there after a power cut
        assert found[-2:] == ["", former]
    else:
        assert set(found) == {former, "newer"} and found[-2:] == ["newer", "newer"]


@pytest.mark.parametrize("place", ["token.key", "new/folder/token.key"])
def test_a_power_cut_leaves_a_new_file_whole_or_none(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    found: list[str | None] = []

    def look(left: Path) -> None:
        found.append((left / place).read_text(encoding="utf-8") if (left / place).exists() else None)

    with pytest.MonkeyPatch.context() as patch:
        disk = ForgetfulDisk(folder, look)
        disk.watch(patch)
        write_new(folder / place, lambda unfinished: unfinished.write_text("new", encoding="utf-8"))
        disk.look()
    disk.close()
    assert set(found) == {None, "new"} and found[-2:] == ["new", "new"]


def test_a_folder_in_the_place_of_a_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "settled.json" / "x").mkdir(parents=True)
    write_text(tmp_path / "settled.json", "newer")
    assert (tmp_path / "settled.json").read_text(encoding="utf-8") == "newer"
    assert all(is_unfinished_file(entry) for entry in tmp_path.iterdir() if entry.name != "settled.json")


def test_a_written_file_vouches_for_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a" / "rows.parquet"
    write_text(path, "rows")
    written = WrittenFile.of(path, tmp_path)
    assert written.as_found(tmp_path) == written and written.is_whole(tmp_path)
    os.utime(path, ns=(1, 1))
    touched = written.as_found(tmp_path)
    assert touched is not None and touched.modified_ns == 1
    path.write_text("wors", encoding="utf-8")
    assert written.as_found(tmp_path) is None
    # as a disk changes it in silence: only reading tells
    os.utime(path, ns=(written.modified_ns, written.modified_ns))
    assert written.as_found(tmp_path) == written and not written.is_whole(tmp_path)
    path.unlink()
    assert written.as_found(tmp_path) is None and not written.is_whole(tmp_path)


def test_json_and_text_are_the_same_bytes_for_people_and_programs(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"月": [1]})
    write_text(tmp_path / "b", "月")
    assert (tmp_path / "a.json").read_bytes() == '{\n "月": [\n  1\n ]\n}\n'.encode()
    assert (tmp_path / "b").read_bytes() == "月".encode()


@pytest.mark.parametrize("has_links", [True, False])
def test_a_new_file_takes_no_place_that_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    if not has_links:
        monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "new" / "key"
    write_new(path, lambda unfinished: unfinished.write_text("first", encoding="utf-8"))
    with pytest.raises(FileExistsError, match="key"):
        write_new(path, lambda unfinished: unfinished.write_text("second", encoding="utf-8"))
    assert path.read_text(encoding="utf-8") == "first" and [one.name for one in path.parent.iterdir()] == ["key"]
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")  # a link that leads nowhere has the place too
    with pytest.raises(FileExistsError):
        write_new(path, lambda unfinished: unfinished.write_text("third", encoding="utf-8"))
    assert not (tmp_path / "nowhere").exists()
