"""Synthetic deliveries are of the county in force: its towns, codes, places and departments, however many towns it has."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from orchestration.foundation.overlay import laid_over
from orchestration.synthesis import names, synthesize
from orchestration.synthesis.incomes import income_lines
from tests.another_county import FILES, TOWNS, write_overlay

MANY = 30
NO_LINE = "replace_all: true\nvalues: [{from: 2023-01, to: open, value: null, document: 文, article: 条}]\n"


def column(folder: Path, extract: str, header: str) -> list[str]:
    """Return what stands below a header in a tidy delivery."""
    path = next(folder.glob(f"{extract}.*"))
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [row[header] for row in csv.DictReader(file) if row[header]]
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    place = rows[0].index(header)
    return [str(row[place]) for row in rows[1:] if row[place]]


def test_people_live_and_work_in_the_county_in_force(tmp_path: Path) -> None:
    with laid_over(write_overlay(tmp_path / "overlay")):
        synthesize(tmp_path / "raw", 60, "2024-01", "2024-01", 7, clean=True)
        assert 11600 in income_lines()
        assert names.misnamed_town() == "白沙乡"  # 白沙镇 is one of its own other names
    folder = tmp_path / "raw" / "2024-01"
    assert set(column(folder / "rural_revitalization", "household_roster", "乡镇")) == set(TOWNS)
    numbers = column(folder / "rural_revitalization", "member_roster", "证件号码")
    own = sum(number.startswith("360899") for number in numbers)
    assert own > len(numbers) / 2 and not any(number.startswith(("440233", "440123")) for number in numbers)
    assert "云溪区" in column(folder / "human_resources", "employment", "务工所在县")
    senders = set(column(folder / "rural_revitalization", "assistance_measure", "责任部门"))
    assert "区乡村振兴局" in senders and "县乡村振兴局" not in senders


@pytest.mark.parametrize("towns", [1, MANY])
def test_a_county_has_as_many_towns_as_it_has_and_need_have_no_line(tmp_path: Path, towns: int) -> None:
    listed = "".join(f'  - {{code: "360899{100 + number}", name: 第{number}镇}}\n' for number in range(towns))
    head = FILES["county.yml"].partition("towns:")[0]
    lines = {f"parameters/income/{name}_line.yml": NO_LINE for name in ("warning", "inclusion")}
    with laid_over(write_overlay(tmp_path / "overlay", {"county.yml": f"{head}towns:\n{listed}", **lines})):
        summary = synthesize(tmp_path / "raw", 40, "2024-01", "2024-01", 7, clean=True)
    assert summary.households == 40
    villages = column(tmp_path / "raw" / "2024-01" / "rural_revitalization", "household_roster", "行政村")
    assert len(set(villages)) > 10
