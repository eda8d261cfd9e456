"""The analysts' notebook does what it says, on a published county."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from orchestration.contracts.questions import load_example_queries
from tests.pipeline.conftest import Run, rows

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "analyst_duckdb.ipynb"


def test_every_cell_runs_and_finds_the_county(county_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANGFANPIN_ANALYSTS", str(county_run.marts))
    names: dict[str, object] = {}
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells), "what a county's notebook has shown does not belong here"
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)  # noqa: S102  it is ours
    months = list(pd.to_datetime(pd.DataFrame(names["months"])["month"]).dt.strftime("%Y-%m"))
    assert months == ["2023-06", "2023-07"]
    for table in ("edition", "caveats", "joins", "by_status", "households", "problems", "lasting"):
        assert len(pd.DataFrame(names[table])), table
    answers = names["answers"]
    assert isinstance(answers, dict) and len(answers) == sum("analysts" in one.editions for one in load_example_queries())
    warned = pd.DataFrame(rows(county_run.marts, "SELECT town FROM marts.warning_list WHERE month = '2023-07-01'"))
    assert answers[1]["预警户"].sum() == len(warned) > 0
