"""A small contract with what the catalogue needs, and one landing per test."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_files import Door, contract_of

from orchestration.foundation.paths import Installation


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(Installation.at(tmp_path / "raw", tmp_path / "marts"), contract_of())
