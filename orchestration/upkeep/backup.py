"""``fangfanpin backup`` and ``restore``: everything of an installation that cannot be made anew, in a folder of plain files.

A backup holds the files of ``<marts>`` and ``<state>`` except those that a run or a restore makes again
(``upkeep.rebuilt_files``), and a list of their SHA-256. It is taken while nobody runs. What is damaged is told, as its copy is
damaged too. A restore writes new folders only.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.contracts import load_county
from orchestration.defs.postgres import postgres_address
from orchestration.foundation.atomic_files import (
    force_all_to_disk,
    force_to_disk,
    is_unfinished_file,
    read_json,
    sha256_of,
    unfinished_beside,
)
from orchestration.foundation.code_versions import code_version
from orchestration.foundation.databases import what_is_wrong
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.foundation.storage_errors import explain_storage_error, free_bytes, shown_size
from orchestration.landing import archived, landed_originals, mend_originals
from orchestration.publications import PublishingError, refresh_current
from orchestration.publications.audit import note_edition
from orchestration.publications.storage import LOCK_FILE, sha256
from orchestration.upkeep.damage import damaged_landings, damaged_publications, named_originals, publication_folders
from orchestration.upkeep.diagnosis import Level, shown_diagnosis
from orchestration.upkeep.encrypted_backup import SUFFIX, EncryptionError, check_recipient, encrypt_folder
from orchestration.upkeep.files import files_below, rebuilt_files
from orchestration.upkeep.judgements import check_landed, check_originals, check_publications
from orchestration.warehouse.run_lock import RunLockedError, hold_run_lock

LIST = "backup.json"
DUMP = "dagster.pgdump"
_CHUNK = 1024 * 1024
_PATIENCE_SECONDS = 60.0


class BackupError(Exception):
    """A backup was not made, or not restored. The message is Chinese: what, where, what to do."""


@dataclass(frozen=True)
class Backup:
    """A finished backup.

    Attributes:
        folder: where it is.
        files: how many it holds.
        size: their bytes.
        created_at: when, in the county's time.
        history: whether Dagster's history is in it: ``sqlite``, ``postgres`` or ``none``.
        damaged: Chinese, what of the installation was damaged when it was taken, and so is in the backup.
    """

    folder: Path
    files: int
    size: int
    created_at: str
    history: str
    damaged: Sequence[str] = ()


@dataclass(frozen=True)
class Restored:
    """What a restore wrote.

    Attributes:
        backup: what it was written from.
        deliveries: delivered files laid out again for ``--raw``; None when that was not asked for.
        missing: those of which the backup has no sound original.
        not_rebuilt: Chinese, why ``current.duckdb`` could not be made; None where it was.
        dump: the dump of PostgreSQL that the administrator has to load; None when the history was restored with the rest.
    """

    backup: Backup
    deliveries: int | None
    missing: Sequence[str]
    not_rebuilt: str | None
    dump: Path | None


def back_up(installation: Installation, to: Path, encrypt_to: str | None = None) -> Backup:
    """Copy an installation to a new folder ``<to>/<time>`` and verify the copy.

    Args:
        installation: what to copy; nobody may run meanwhile.
        to: folder of backups, best on another disk.
        encrypt_to: fingerprint of a public key; the copy is one file ``<to>/<time>.tar.gpg`` then, and nothing in ``to`` can
            ever be read without the private key: it is made within ``state`` first, where the originals are.

    Raises:
        BackupError: nothing to copy, somebody runs, no space, or a copy that is not what was read. Nothing is left behind then.
    """
    to = to.resolve()
    if any(to.is_relative_to(folder) for folder in (installation.marts, installation.state)):
        raise BackupError(f"{to} 在要备份的文件夹里面；请换一个文件夹，最好在另一块磁盘上")
    if not installation.state.is_dir():
        raise BackupError(f"{installation.marts} 还没有运行过，没有可备份的内容；请检查 --marts")
    try:
        with hold_run_lock(installation, "备份"):
            mend_originals(installation)
            made = _copy_encrypted(installation, to, encrypt_to) if encrypt_to is not None else _copy_all(installation, to)
            return dataclasses.replace(made, damaged=_damage(installation))
    except (RunLockedError, EncryptionError) as error:
        raise BackupError(str(error)) from None
    except (OSError, sqlite3.Error) as error:
        told = explain_storage_error(error, Installation(installation.raw, to, to))
        raise BackupError(told or f"备份没有完成（{_reason(error)}）；请检查 {to} 所在的磁盘") from error


def restore(backup: Path, installation: Installation, raw: Path | None = None) -> Restored:
    """Write an installation from a backup into folders that are not there yet.

    Args:
        backup: ``<to>/<time>`` of ``back_up``.
        installation: where to; ``marts`` and ``state`` must not exist or be empty.
        raw: lay out the delivered files here as they were delivered; None: leave deliveries alone.

    Raises:
        BackupError: a folder has content, the backup is damaged, no space. Nothing is written then.
    """
    backup = backup.resolve()
    content = _read_list(backup)
    targets = [installation.marts, installation.state, *([raw.resolve()] if raw else [])]
    for target in targets:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BackupError(f"{target} 里已有内容，恢复不会覆盖；请换一个新文件夹，或先把它移走")
    damaged = [name for name, entry in content["files"].items() if not _is_intact(backup / name, entry)]
    if damaged:
        raise BackupError(
            f"备份 {backup} 已损坏：{len(damaged)} 个文件缺少或被改过，如 {damaged[0]}；没有恢复任何内容，请换另一个备份"
        )
    needed = _size(content["files"])
    if free_bytes(installation.marts) < needed:
        raise BackupError(f"磁盘空间不足：恢复需要 {shown_size(needed)}，可用 {shown_size(free_bytes(installation.marts))}")
    try:
        _write_all(backup, content["files"], installation)
        not_rebuilt = _refresh(installation)
        laid_out, missing = _lay_out(installation, raw.resolve()) if raw else (None, [])
    except OSError as error:
        told = explain_storage_error(error, installation)
        raise BackupError(told or f"恢复没有完成（{_reason(error)}）；请清空 {installation.marts} 后再试") from error
    dump = installation.state / DUMP
    return Restored(_described(backup, content), laid_out, missing, not_rebuilt, dump if dump.exists() else None)


def _refresh(installation: Installation) -> str | None:
    try:
        refresh_current(installation, "恢复备份后重建")
    except PublishingError as error:
        return str(error)
    return None


def _damage(installation: Installation) -> list[str]:
    """Return what is damaged of that which cannot be made anew, and of landed rows, in the words of ``doctor``."""
    folders = publication_folders(installation.marts)
    diagnoses = [
        check_originals(0, named_originals(installation)),
        check_landed(0, damaged_landings(installation)),
        check_publications(len(folders), damaged_publications(folders)),
    ]
    return [shown_diagnosis(diagnosis) for diagnosis in diagnoses if diagnosis.level is Level.FAIL]


def _copy_encrypted(installation: Installation, to: Path, encrypt_to: str) -> Backup:
    fingerprint = check_recipient(encrypt_to)
    # a name that the copy leaves out and that ``tidy`` takes away after a kill
    plain = installation.state / f".backup-{os.getpid()}.tmp"
    try:
        made = _copy_all(installation, plain)
        file = to / f"{made.folder.name}{SUFFIX}"
        encrypt_folder(made.folder, file, fingerprint)
        return dataclasses.replace(made, folder=file)
    finally:
        shutil.rmtree(plain, ignore_errors=True)


def _copy_all(installation: Installation, to: Path) -> Backup:
    now = dt.datetime.now(ZoneInfo(load_county().time_zone))
    sources = dict(_sources(installation))
    needed = sum(path.stat().st_size for path in sources.values())
    if free_bytes(to) < needed:
        raise BackupError(f"磁盘空间不足：备份需要 {shown_size(needed)}，{to} 可用 {shown_size(free_bytes(to))}")
    to.mkdir(parents=True, exist_ok=True)
    final = to / now.strftime("%Y%m%d-%H%M%S")
    if final.exists():
        raise BackupError(f"已有备份 {final}；请稍后再试")
    temporary = to / f".{final.name}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=0o700)
    try:
        files = {name: _copy(path, temporary / name) for name, path in sources.items()}
        history = "sqlite" if any(path.suffix == ".db" for path in sources.values()) else "none"
        if url := postgres_address():
            name = f"state/{DUMP}"
            _dump_postgres(url, temporary / name)
            files[name] = {"sha256": sha256(temporary / name), "bytes": (temporary / name).stat().st_size}
            history = "postgres"
        content = {
            "created_at": now.isoformat(timespec="seconds"),
            "code_version": code_version(),
            "history": history,
            "files": files,
        }
        (temporary / LIST).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        wrong = [name for name, entry in files.items() if not _is_intact(temporary / name, entry)]
        if wrong:
            raise BackupError(f"备份写出的文件与原件不同（{len(wrong)} 个，如 {wrong[0]}）；请检查 {to} 所在的磁盘")
        force_all_to_disk(temporary)
        temporary.rename(final)
        force_to_disk(to)
        note_edition(installation, f"backup/{final.name}", sha256(final / LIST), "备份")
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return _described(final, content)


def _sources(installation: Installation) -> Iterator[tuple[str, Path]]:
    """Yield what belongs into a backup, by its name there."""
    without = rebuilt_files(installation)
    for prefix, folder, apart in (
        ("marts", installation.marts, (*without, installation.state)),
        ("state", installation.state, without),
    ):
        for path in files_below(folder, apart):
            inside = path.relative_to(folder)
            parts = [Path(part) for part in inside.parts]
            # a database's log is written into its copy
            is_log = path.name.endswith((".db-wal", ".db-shm", ".db-journal"))
            if path.name != LOCK_FILE and not is_log and not any(is_unfinished_file(part) for part in parts):
                yield f"{prefix}/{inside.as_posix()}", path


def _copy(source: Path, target: Path) -> dict[str, str | int]:
    target.parent.mkdir(parents=True, exist_ok=True)
    # the daemon may be writing a database: SQLite itself gives a whole state of one that is not damaged
    if source.suffix == ".db" and what_is_wrong(source, _PATIENCE_SECONDS) is None:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        return {"sha256": sha256(target), "bytes": target.stat().st_size}
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            written.write(chunk)
    shutil.copystat(source, target)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _is_intact(path: Path, entry: Mapping[str, str | int]) -> bool:
    try:
        return path.stat().st_size == entry["bytes"] and sha256(path) == entry["sha256"]
    except OSError:
        return False


def _dump_postgres(url: str, target: Path) -> None:
    """Dump Dagster's database; the password goes by the environment, where other users do not see it."""
    from sqlalchemy.engine import URL, make_url

    program = shutil.which("pg_dump")
    if not program:
        raise BackupError("没有 pg_dump，不能备份 PostgreSQL 里的运行历史；请安装 postgresql-client")
    address = make_url(url)
    password = {"PGPASSWORD": str(address.password)} if address.password is not None else {}
    plain = URL.create("postgresql", address.username, None, address.host, address.port, address.database, address.query)
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [program, "--format=custom", "--no-owner", f"--file={target}", f"--dbname={plain.render_as_string()}"]
    done = subprocess.run(command, env={**os.environ, **password}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        told = next((line for line in done.stderr.splitlines() if line.strip()), "没有说明原因")
        raise BackupError(f"pg_dump 没有完成：{told}；请检查 PostgreSQL 和 {POSTGRES_VARIABLE}")


def _read_list(backup: Path) -> dict[str, Any]:
    content = read_json(backup / LIST)
    if not isinstance(content, dict) or not isinstance(content.get("files"), dict):
        raise BackupError(f"{backup} 不是备份（没有可读的 {LIST}）；请指明备份里以时间命名的那个文件夹，或换另一个备份")
    outside = [name for name in content["files"] if Path(name).is_absolute() or ".." in Path(name).parts]
    if outside:
        raise BackupError(f"备份 {backup} 的文件清单指向别处；没有恢复任何内容")
    return content


def _write_all(backup: Path, files: Mapping[str, Mapping[str, str | int]], installation: Installation) -> None:
    """Fill new folders beside the targets, then give them their names."""
    inside = installation.state.is_relative_to(installation.marts)
    marts = _beside(installation.marts)
    state = marts / installation.state.relative_to(installation.marts) if inside else _beside(installation.state)
    try:
        for folder in (marts, state):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, entry in files.items():
            kind, _, rest = name.partition("/")
            target = {"marts": marts, "state": state}[kind] / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(backup / name, target)
            if not _is_intact(target, entry):
                raise BackupError(f"恢复出的 {rest} 与备份不同；请检查 {marts.parent} 所在的磁盘，没有恢复任何内容")
        for temporary, final in ((marts, installation.marts), (state, installation.state)):
            if temporary.exists():
                force_all_to_disk(temporary)
                if final.exists():
                    final.rmdir()  # empty, as was checked
                temporary.rename(final)
                force_to_disk(final.parent)
    finally:
        for folder in (marts, state):
            shutil.rmtree(folder, ignore_errors=True)


def _beside(folder: Path) -> Path:
    temporary = unfinished_beside(folder)
    shutil.rmtree(temporary, ignore_errors=True)
    return temporary


def _lay_out(installation: Installation, raw: Path) -> tuple[int, list[str]]:
    """Write the delivered files under the names and in the months in which they were delivered.

    Returns:
        How many, and the places of those whose original is gone or damaged.
    """
    count, missing = 0, []
    for place, digest in sorted(landed_originals(installation).items()):
        source, target = archived(installation, digest, Path(place).suffix), raw / place
        if sha256_of(source) != digest:
            missing.append(place)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
            count += 1
    if raw.exists():
        force_all_to_disk(raw)
    return count, missing


def _described(folder: Path, content: Mapping[str, Any]) -> Backup:
    files = content["files"]
    return Backup(folder, len(files), _size(files), content["created_at"], content["history"])


def _size(files: Mapping[str, Mapping[str, Any]]) -> int:
    return sum(entry["bytes"] for entry in files.values())


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
