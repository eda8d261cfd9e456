"""The analysts' notebook does what it says, on a published county."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.conftest import Run

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "current_duckdb.ipynb"


def test_every_cell_runs_and_finds_the_county(county_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANGFANPIN_MARTS", str(county_run.marts))
    names: dict[str, object] = {}
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells), "what a county's notebook has shown does not belong here"
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)  # noqa: S102  it is ours
    months = list(pd.to_datetime(pd.DataFrame(names["published"])["month"]).dt.strftime("%Y-%m"))
    assert months == ["2023-06", "2023-07"]
    for table in ("warnings", "by_town", "households", "problems", "lasting"):
        assert len(pd.DataFrame(names[table])), table
