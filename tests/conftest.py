"""What every test may use: where the shared sample is, and what to say when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample deliveries beside the checkout; a test that needs them is skipped, saying so, where they are absent."""
    folder = SHARED / "sample"
    if not folder.is_dir():
        pytest.skip("../shared/sample is not here; it holds deliveries of a small county and what is expected of them")
    return folder
