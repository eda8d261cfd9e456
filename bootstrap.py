#!/usr/bin/env python3
"""Set up a checkout and run something in it: ``python3 bootstrap.py demo`` or ``python3 bootstrap.py test``.

Needs Python 3.11 or newer and a package index, nothing else. Makes ``.venv`` beside this file from the locked, hashed
requirements; a second call with the same requirements starts at once. Every other word is passed on to ``fangfanpin``:
``python3 bootstrap.py run --month 2023-08``. ``check`` runs what reads the code without running it: style, types, layers,
declared dependencies, dead code.

For a machine without a package index, on one that has it and the same system and Python:
``python3 bootstrap.py wheelhouse DIR [--postgres]``, then there ``python3 bootstrap.py install --wheelhouse DIR [--postgres]``.
``--postgres`` adds what keeps Dagster's history in PostgreSQL, ``--spark`` Apache Spark (docs/scaling.md), not both.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / "bin"
PYTHON = SCRIPTS / "python"
OLDEST = (3, 11)
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
    ("deptry", "."),
    ("vulture",),
)
# what is installed besides, and so needs no installation of its own
INCLUDES = {"runtime": ("postgres", "spark"), "postgres": (), "spark": (), "development": ()}


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        print(
            f"需要 Python 3.11 或更新版本，现在是 {sys.version.split()[0]}；请用 python3.11 bootstrap.py 运行",
            file=sys.stderr,
        )
        return 1
    if not arguments:
        print(__doc__)
        return 2
    if arguments[0] in ("install", "wheelhouse"):
        return prepare(arguments)
    if arguments[0] == "check":
        set_up("development")
        return check()
    is_test = arguments[0] == "test"
    set_up("development" if is_test else "runtime")
    command = [str(PYTHON), "-m", "pytest", *arguments[1:]] if is_test else [str(SCRIPTS / "fangfanpin"), *arguments]
    return subprocess.call(command, cwd=ROOT if is_test else None)


def check() -> int:
    """Run every check of the code at the same time, each to its end; return how many failed."""
    running = [
        subprocess.Popen(
            [str(SCRIPTS / command[0]), *command[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for command in CHECKS
    ]
    failed = []
    for command, process in zip(CHECKS, running, strict=True):
        print(process.communicate()[0], end="", flush=True)
        if process.returncode != 0:
            failed.append(command)
    for command in failed:
        print(f"failed: {' '.join(command)}", file=sys.stderr)
    return len(failed)


def prepare(arguments: list[str]) -> int:
    """Install only, or fill a folder from which another machine installs."""
    parser = argparse.ArgumentParser(prog="bootstrap.py")
    commands = parser.add_subparsers(dest="command", required=True)
    install = commands.add_parser("install", help="只安装，不运行")
    install.add_argument("--wheelhouse", type=Path, help="从这个文件夹安装，不访问网络")
    wheelhouse = commands.add_parser("wheelhouse", help="把所需的包下载到一个文件夹，供不能上网的电脑安装")
    wheelhouse.add_argument("folder", type=Path)
    for command in (install, wheelhouse):
        groups = command.add_mutually_exclusive_group()
        for name, what in (("postgres", "把 Dagster 运行历史存入 PostgreSQL "), ("spark", "用 Apache Spark 计算")):
            groups.add_argument(f"--{name}", dest="group", action="store_const", const=name, help=f"加上{what}所需的包")
    options = parser.parse_args(arguments)
    group = options.group or "runtime"
    if options.command == "install":
        set_up(group, options.wheelhouse)
        # parsed here, so that the user who runs needs no right to write into the checkout
        parse = "from orchestration.warehouse.dbt_runner import parsed_project; parsed_project()"
        status = subprocess.call([str(PYTHON), "-W", "ignore", "-c", parse], cwd=ROOT)
        if status == 0:
            print(f"已安装；命令是 {SCRIPTS / 'fangfanpin'}")
        return status
    make_environment()
    if subprocess.call([*pip("download"), *locked(group), "--dest", str(options.folder)]) != 0:
        raise SystemExit("下载没有完成：请检查能否访问 Python 包索引（pip 的设置），以及磁盘空间，然后再运行一次")
    print(f"已下载到 {options.folder}；请连同本文件夹一起拷到目标电脑，运行 python3 bootstrap.py install --wheelhouse DIR")
    return 0


def set_up(group: str, wheelhouse: Path | None = None) -> None:
    """Install the locked requirements of ``group`` unless exactly they are installed already."""
    if any(is_installed(other) for other in (group, *INCLUDES[group])):
        return
    print(f"正在安装所需的包到 {ENVIRONMENT} ……", flush=True)
    make_environment()
    place = ["--no-index", "--find-links", str(wheelhouse.resolve())] if wheelhouse else []
    for step in (
        [*pip("install"), *place, *locked(group)],
        [*pip("install"), *place, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ):
        if subprocess.call(step) != 0:
            reason = (
                f"{wheelhouse} 里的包是否齐全、是否为同一系统和 Python 版本"
                if wheelhouse
                else "能否访问 Python 包索引（pip 的设置）"
            )
            raise SystemExit(f"安装没有完成：请检查{reason}，以及磁盘空间，然后再运行一次")
    marker(group).write_text(fingerprint(group))


def make_environment() -> None:
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)


def pip(command: str) -> list[str]:
    return [str(PYTHON), "-m", "pip", command, "--quiet", "--disable-pip-version-check"]


def locked(group: str) -> list[str]:
    return ["--require-hashes", "--no-deps", "-r", str(ROOT / "requirements" / f"{group}.txt")]


def is_installed(group: str) -> bool:
    return marker(group).exists() and marker(group).read_text() == fingerprint(group)


def marker(group: str) -> Path:
    return ENVIRONMENT / f"{group}.sha256"


def fingerprint(group: str) -> str:
    requirements = (ROOT / "requirements" / f"{group}.txt").read_bytes()
    return hashlib.sha256(requirements + (ROOT / "pyproject.toml").read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
