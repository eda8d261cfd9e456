"""What this machine says when it is asked: software, permissions, fonts, time zone, whether databases open.

What belongs here: questions whose answers do not depend on what was published. What does not: what is damaged in the
installation (``damage``), what follows from an answer (``judgements``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from importlib.metadata import distributions, metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from orchestration.defs.postgres import postgres_address
from orchestration.foundation.databases import what_is_wrong
from orchestration.foundation.paths import IS_CHECKOUT, REPOSITORY, REQUIREMENTS, Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.landing import Kind, found_below
from orchestration.upkeep.files import files_below

_CONNECT_SECONDS = 5


def required_python() -> str:
    """Return ``requires-python`` of the project, as in ``>=3.11``."""
    if not IS_CHECKOUT:
        return metadata("fangfanpin")["Requires-Python"]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["requires-python"])


def requirements_file() -> Path:
    """Return the locked requirements of this installation, with PostgreSQL's driver where its history is kept there."""
    return REQUIREMENTS / ("postgres.txt" if postgres_address() else "runtime.txt")


def locked_packages(requirements: Path) -> dict[str, str]:
    """Return the versions that a locked requirements file wants on this machine, by normalised name."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    locked = {}
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip("\\ "))
            if not requirement.marker or requirement.marker.evaluate():
                locked[str(canonicalize_name(requirement.name))] = str(requirement.specifier).removeprefix("==")
    return locked


def installed_packages() -> dict[str, str]:
    """Return the versions of the installed packages, by normalised name."""
    from packaging.utils import canonicalize_name

    return {
        str(canonicalize_name(found.metadata["Name"])): found.version for found in distributions() if found.metadata["Name"]
    }


def is_readable(folder: Path) -> bool:
    """Return whether a folder, every folder below it and every file in them can be read."""
    return all(
        found.kind is not Kind.CLOSED and (found.kind is not Kind.FILE or os.access(found.path, os.R_OK))
        for found in found_below(folder)
    )


def mode_of(folder: Path, around: Path | None = None) -> int | None:
    """Return the permission bits of a folder, less those that ``around`` takes away; None where it does not exist."""
    if not folder.exists():
        return None
    return folder.stat().st_mode & (around.stat().st_mode if around else 0o777)


def is_writable(folder: Path) -> bool:
    """Return whether a folder can be written to or, where it does not exist, made."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def chinese_fonts() -> list[str] | None:
    """Return the families of fonts for Chinese, in order; None where they cannot be listed."""
    program = shutil.which("fc-list")
    if not program:
        return None
    try:
        asked = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return sorted({line.split(",")[0].strip() for line in asked.stdout.splitlines() if line.strip()})


def zone_of(name: str) -> ZoneInfo | None:
    """Return a time zone by its name; None where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None


def open_history(installation: Installation) -> tuple[str, list[str], str]:
    """Return where Dagster's history is kept, what went wrong on opening it, and what to do about that, all Chinese."""
    if url := postgres_address():
        problem = _open_postgres(url)
        remedy = f"请检查 PostgreSQL 是否在运行，以及 {POSTGRES_VARIABLE} 的设置（docs/deployment.md）"
        return "PostgreSQL", [problem] if problem else [], remedy
    files = [path for path in files_below(installation.dagster_home) if path.suffix == ".db"]
    if not files:
        return "SQLite，还没有运行过", [], ""
    problems = [f"{path.name}（{problem}）" for path in files if (problem := what_is_wrong(path, _CONNECT_SECONDS))]
    remedy = "请运行 fangfanpin tidy，会移开损坏的文件、重新开始记录，清单不受影响；要保留以前的运行记录，请从备份恢复"
    return f"SQLite，{len(files)} 个文件", problems, remedy


def _open_postgres(url: str) -> str | None:
    try:
        import psycopg2
    except ImportError:
        return "没有安装 psycopg2；请运行 python3 bootstrap.py install --postgres"
    try:
        with psycopg2.connect(url, connect_timeout=_CONNECT_SECONDS) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close()
    except psycopg2.OperationalError as error:
        # what the server says names host, port and user, never the password
        return str(error).strip().splitlines()[0]
    except psycopg2.Error as error:
        return f"地址写法有误（{type(error).__name__}）"
    return None


def open_duckdb(path: Path) -> str | None:
    """Return what is wrong with a database that is read to the last block, None where nothing is."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            for schema, table in tables:
                connection.execute(f'SELECT bit_xor(hash(rows)) FROM "{schema}"."{table}" AS rows').fetchall()
    except duckdb.Error as error:
        return type(error).__name__
    return None
