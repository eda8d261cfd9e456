#!/usr/bin/env python3
"""Set up a checkout and run something in it: ``python3 bootstrap.py demo`` or ``python3 bootstrap.py test``.

Needs Python 3.11 or newer and a package index, nothing else. Makes ``.venv`` beside this file from the locked, hashed
requirements; a second call with the same requirements starts at once. Every other word is passed on to ``fangfanpin``:
``python3 bootstrap.py run --month 2023-08``.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)


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
    is_test = arguments[0] == "test"
    set_up("development" if is_test else "runtime")
    command = [str(PYTHON), "-m", "pytest", *arguments[1:]] if is_test else [str(SCRIPTS / "fangfanpin"), *arguments]
    return subprocess.call(command, cwd=ROOT if is_test else None)


def set_up(group: str) -> None:
    """Install the locked requirements of ``group`` unless exactly they are installed already."""
    requirements = ROOT / "requirements" / f"{group}.txt"
    wanted = hashlib.sha256(requirements.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    marker = ENVIRONMENT / f"{group}.sha256"
    if marker.exists() and marker.read_text() == wanted:
        return
    print(f"正在安装所需的包到 {ENVIRONMENT} ……", flush=True)
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for step in (
        [*pip, "--require-hashes", "--no-deps", "-r", str(requirements)],
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ):
        if subprocess.call(step) != 0:
            raise SystemExit("安装没有完成：请检查能否访问 Python 包索引（pip 的设置），以及磁盘空间，然后再运行一次")
    marker.write_text(wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
