"""The dated list of locked packages: what is installed, for what, and in which installation.

What belongs here: laying out ``requirements/``. What does not: choosing versions (``requirements/README.md``), looking them up
in a database of vulnerabilities, which needs a network (CONTRIBUTING.md).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel, ConfigDict

from orchestration.contracts.yaml_file import parse, read_yaml
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import REPOSITORY

LIST = REPOSITORY / "docs" / "dependencies.md"
_FOLDER = REPOSITORY / "requirements"
_NOTE = _FOLDER / "packages.yml"
_LOCKS = {"runtime": "运行", "postgres": "运行（PostgreSQL）", "spark": "运行（Spark）", "development": "开发"}
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


class Packages(BaseModel):
    """``requirements/packages.yml``.

    Attributes:
        locked_on: the day on which versions were chosen last.
        sha256: of ``development.txt``, which has all of them, as it was written then.
        purposes: Chinese, what each package that ``pyproject.toml`` names is for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    locked_on: dt.date
    sha256: str
    purposes: dict[str, str]


def dependency_list(note: Path = _NOTE, folder: Path = _FOLDER) -> str:
    """Return the list as Markdown.

    Raises:
        ConfigError: the lock is not the one whose day is noted, or a package has no purpose.
    """
    packages = parse(Packages, read_yaml(note), note)
    found = hashlib.sha256((folder / "development.txt").read_bytes()).hexdigest()
    if found != packages.sha256:
        raise ConfigError(f"requirements/ was locked anew: write the day and sha256: {found} into {note.name}")
    versions = {name: _versions(folder / f"{name}.txt") for name in _LOCKS}
    direct = _direct()
    if problems := sorted(direct ^ packages.purposes.keys()):
        raise ConfigError(f"{note.name}: purposes are of the packages that pyproject.toml names: {', '.join(problems)}")
    rows = []
    for name, version in sorted({**versions["development"], **versions["spark"]}.items()):
        used = next(words for lock, words in _LOCKS.items() if name in versions[lock])
        rows.append(f"| {name} | {version} | {used} | {packages.purposes.get(name, '由其他包带来')} |\n")
    return (
        "<!-- Generated from requirements/ by python -m orchestration.generate; do not edit. -->\n# 所用软件包\n\n"
        f"版本锁定于 {packages.locked_on:%Y-%m-%d}，共 {len(rows)} 个，逐个文件带校验值（`requirements/`）。"
        "这里没有和漏洞库核对过：核对要联网，命令见 [CONTRIBUTING.md](../CONTRIBUTING.md)。\n\n"
        f"| 包 | 版本 | 用在 | 用途 |\n|---|---|---|---|\n{''.join(rows)}"
    )


def _versions(lock: Path) -> Mapping[str, str]:
    return {canonicalize_name(name): version for name, version in _LOCKED.findall(lock.read_text(encoding="utf-8"))}


def _direct() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    groups = (one for group in project["dependency-groups"].values() for one in group if isinstance(one, str))
    return {canonicalize_name(Requirement(one).name) for one in (*project["project"]["dependencies"], *groups)}
