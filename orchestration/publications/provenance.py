"""Which code made a publication."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata

from orchestration.foundation.paths import REPOSITORY

_DISTRIBUTION = "fangfanpin"


@dataclass(frozen=True)
class Provenance:
    """What a publication says of its making.

    Attributes:
        code_version: see ``code_version``.
    """

    code_version: str


def code_version() -> str:
    """Return the package version, with the git commit (and ``.dirty`` for uncommitted changes) where this is a checkout."""
    try:
        version = metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        version = "0"
    commit = _git("rev-parse", "--short=12", "HEAD")
    if commit is None:
        return version
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{version}+g{commit}" + (".dirty" if changed else "")


def _git(*arguments: str) -> str | None:
    program = shutil.which("git")
    if program is None or not (REPOSITORY / ".git").exists():
        return None
    try:
        done = subprocess.run(  # noqa: S603  fixed arguments
            [program, "-C", str(REPOSITORY), *arguments], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
