"""Every model is in the style of ``.sqlfluff``."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from orchestration.foundation.paths import DBT_PROJECT, REPOSITORY
from orchestration.foundation.settings import WAREHOUSE_VARIABLE

CLEAN = "fangfanpin/clean_sql"
GENERATED = "-- Generated from config/"

# sqlfluff itself, in which four rules of layout no longer work out anew where each word of a file stands in its tree: linting
# changes no tree. With fewer searches for garbage it takes a third of the time less, and says the same.
SQLFLUFF = """
import gc
gc.set_threshold(100_000, 20, 50)
from sqlfluff.utils.reflow.depthmap import DepthMap
of_parent, last = DepthMap.from_parent, [None, None]
def once(parent):
    if last[0] is not parent:
        last[:] = parent, of_parent(parent)
    return last[1]
DepthMap.from_parent = once
from sqlfluff.cli.commands import cli
cli()
"""


def _models_to_lint() -> list[Path]:
    """Return all models; of generated ones that differ in the names of columns only, the first stands for the others.

    One template writes them, and rendering one takes seconds. ``sqlfluff lint dbt_project/models`` looks at each.
    """
    chosen: dict[object, Path] = {}
    for path in sorted((DBT_PROJECT / "models").rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        steps = re.findall(r"\{\{\s*(\w+)\(|^(\w+) as \($", text, re.MULTILINE)
        chosen.setdefault(frozenset(steps) if text.startswith(GENERATED) else path, path)
    return list(chosen.values())


def test_every_model_is_in_style(pytestconfig: pytest.Config) -> None:
    """Lint all models; one that was clean and has not changed since, nor anything it is rendered with, is clean still."""
    common = hashlib.sha256(version("sqlfluff").encode())
    for path in [REPOSITORY / ".sqlfluff", DBT_PROJECT / "dbt_project.yml", *sorted((DBT_PROJECT / "macros").rglob("*.sql"))]:
        common.update(path.read_bytes())
    states = {}
    for path in _models_to_lint():
        digest = common.copy()
        digest.update(path.read_bytes())
        states[path.relative_to(REPOSITORY).as_posix()] = digest.hexdigest()

    assert pytestconfig.cache is not None
    clean = pytestconfig.cache.get(CLEAN, {})
    changed = [path for path, state in states.items() if clean.get(path) != state]
    if not changed:
        return
    linted = subprocess.run(
        [sys.executable, "-c", SQLFLUFF, "lint", "--nocolor", "--processes", "1", *changed],
        cwd=REPOSITORY,
        env=os.environ | {WAREHOUSE_VARIABLE: ":memory:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout[-6000:] + linted.stderr[-2000:]
    pytestconfig.cache.set(CLEAN, states)
