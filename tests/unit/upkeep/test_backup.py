"""Backup and restore: the same bytes come back, nothing is overwritten, damage is found before anything is written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_installation import DELIVERED, FILE, MONTH, make_installation

from orchestration.command_line.commands import main
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.publications.storage import LOCK_FILE
from orchestration.upkeep import backup as module
from orchestration.upkeep.backup import Backup, BackupError, back_up, restore
from orchestration.upkeep.files import rebuilt_files
from orchestration.warehouse.run_lock import hold_run_lock


@pytest.fixture(autouse=True)
def sqlite_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(POSTGRES_VARIABLE, raising=False)


@pytest.fixture(params=[False, True], ids=["state inside", "state apart"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    return make_installation(tmp_path / "old", request.param)


@pytest.fixture
def backup(installation: Installation, tmp_path: Path) -> Backup:
    return back_up(installation, tmp_path / "backups")


def kept(installation: Installation) -> dict[str, bytes]:
    """Return the files that a backup keeps, databases of the run history by their content; locks hold nothing."""
    without = rebuilt_files(installation)
    files = {path for folder in (installation.marts, installation.state) for path in folder.rglob("*") if path.is_file()}
    files = {path for path in files if path.suffix != ".db" and path.name != LOCK_FILE}
    files = {path for path in files if not {path, *path.parents} & set(without)}
    # a restore makes the databases anew, which the log tells and for which a key is made
    files = {path for path in files if path != installation.token_key and path.parent != installation.audit_log.parent}
    return {path.relative_to(installation.marts.parent).as_posix(): path.read_bytes() for path in files}


def beside(installation: Installation, folder: Path) -> Installation:
    apart = not installation.state.is_relative_to(installation.marts)
    return Installation.at(folder / "raw", folder / "marts", folder / "state" if apart else None)


def test_what_cannot_be_made_anew_comes_back(installation: Installation, backup: Backup, tmp_path: Path) -> None:
    new = beside(installation, tmp_path / "new")
    restored = restore(backup.folder, new, new.raw)
    assert kept(new) == kept(installation)
    assert (new.raw / MONTH / FILE).read_bytes() == DELIVERED and restored.deliveries == 1
    assert new.current.exists() and not new.warehouse.exists() and not new.reference.exists()
    with closing(sqlite3.connect(new.dagster_home / "history" / "runs.db")) as connection:
        assert connection.execute("SELECT * FROM runs").fetchall() == [(1,)]
    published = next(new.marts.rglob("*.xlsx"))
    assert published.stat().st_mode & 0o222 == 0
    assert not list(tmp_path.rglob(".*.tmp"))


def test_a_backup_is_closed_to_others_and_lists_its_digests(backup: Backup) -> None:
    assert backup.folder.stat().st_mode & 0o077 == 0
    content = json.loads((backup.folder / "backup.json").read_text(encoding="utf-8"))
    on_disk = {path.relative_to(backup.folder).as_posix() for path in backup.folder.rglob("*") if path.is_file()}
    assert set(content["files"]) | {"backup.json"} == on_disk
    assert backup.files == len(content["files"]) and backup.history == "sqlite"


def test_a_history_that_is_being_written_is_copied_whole(installation: Installation, tmp_path: Path) -> None:
    live = installation.dagster_home / "history" / "runs.db"
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("INSERT INTO runs VALUES (2)")
        connection.commit()
        made = back_up(installation, tmp_path / "backups")
    copy = made.folder / "state" / "dagster" / "history" / "runs.db"
    assert not copy.with_name("runs.db-wal").exists()
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (2,)


def test_restoring_refuses_to_overwrite(installation: Installation, backup: Backup, tmp_path: Path) -> None:
    before = kept(installation)
    with pytest.raises(BackupError, match="不会覆盖"):
        restore(backup.folder, installation)
    assert kept(installation) == before
    new = beside(installation, tmp_path / "new")
    new.raw.mkdir(parents=True)
    (new.raw / "mine.txt").touch()
    with pytest.raises(BackupError, match="不会覆盖"):
        restore(backup.folder, new, new.raw)
    assert not new.marts.exists()


@pytest.mark.parametrize("fault", ["changed", "missing"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    installation: Installation, backup: Backup, tmp_path: Path, fault: str
) -> None:
    original = next((backup.folder / "state" / "archive").rglob("*.csv"))
    if fault == "changed":
        original.write_bytes(DELIVERED.replace(b"1", b"2"))
    else:
        original.unlink()
    new = beside(installation, tmp_path / "new")
    with pytest.raises(BackupError, match=r"已损坏：1 个文件.*没有恢复任何内容"):
        restore(backup.folder, new)
    assert not new.marts.exists()


def test_a_list_that_points_elsewhere_is_refused(installation: Installation, backup: Backup, tmp_path: Path) -> None:
    path = backup.folder / "backup.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["files"]["marts/../../x"] = next(iter(content["files"].values()))
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BackupError, match="指向别处"):
        restore(backup.folder, beside(installation, tmp_path / "new"))


def test_a_copy_that_differs_is_found_and_nothing_stays(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_is_intact", lambda path, entry: path.suffix != ".csv")
    with pytest.raises(BackupError, match="与原件不同"):
        back_up(installation, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_no_backup_while_somebody_runs(installation: Installation, tmp_path: Path) -> None:
    with hold_run_lock(installation, "试验"), pytest.raises(BackupError, match="试验"):
        back_up(installation, tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_a_disk_that_is_too_small_is_told_before(
    installation: Installation, backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "free_bytes", lambda _: 10)
    with pytest.raises(BackupError, match="备份需要"):
        back_up(installation, tmp_path / "others")
    with pytest.raises(BackupError, match="恢复需要"):
        restore(backup.folder, beside(installation, tmp_path / "new"))


def test_the_commands_say_what_they_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = make_installation(tmp_path / "old")
    new = tmp_path / "new"
    assert main(["backup", "--marts", str(old.marts), "--to", str(tmp_path / "backups")]) == 0
    folder = next((tmp_path / "backups").iterdir())
    assert "已逐个核对" in capsys.readouterr().out
    assert main(["restore", "--from", str(folder), "--marts", str(new)]) == 0
    assert "报送文件没有恢复" in capsys.readouterr().out
    assert main(["restore", "--from", str(folder), "--marts", str(new)]) == 1
    assert "没有恢复" in capsys.readouterr().err
    assert main(["restore", "--from", str(tmp_path), "--marts", str(tmp_path / "x")]) == 1
    assert "不是备份" in capsys.readouterr().err
    assert main(["backup", "--marts", str(old.marts), "--to", str(old.marts / "b")]) == 1
    assert "里面" in capsys.readouterr().err
    assert main(["backup", "--marts", str(tmp_path / "nothing"), "--to", str(tmp_path / "b")]) == 1
    assert "没有可备份的内容" in capsys.readouterr().err
