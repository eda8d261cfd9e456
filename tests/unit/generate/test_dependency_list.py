"""The list of locked packages cannot go stale: another lock has another day, every package that is named has a purpose."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.foundation.config_error import ConfigError
from orchestration.generate.dependencies import dependency_list
from tests.conftest import REPOSITORY


def test_a_changed_lock_and_a_package_without_purpose_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "requirements"
    shutil.copytree(REPOSITORY / "requirements", folder)
    note = folder / "packages.yml"
    assert "| duckdb | 2." in dependency_list(note, folder) and "| colorama |" in dependency_list(note, folder)
    content = note.read_text(encoding="utf-8")
    note.write_text(content.replace("  duckdb: 数据库\n", ""), encoding="utf-8")
    with pytest.raises(ConfigError, match="duckdb"):
        dependency_list(note, folder)
    note.write_text(content, encoding="utf-8")
    lock = folder / "development.txt"
    lock.write_text(lock.read_text(encoding="utf-8").replace("duckdb==", "duckdb==9."), encoding="utf-8")
    with pytest.raises(ConfigError, match="locked anew"):
        dependency_list(note, folder)
