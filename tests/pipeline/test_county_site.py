"""The county's pages of a publication: every figure on them is that of its list, and the meeting's say nothing delivered."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import load_county
from tests.pipeline.conftest import Run

pytestmark = pytest.mark.pipeline

MARKED = re.compile(r'<b data-figure="([^"]+)" data-town="([^"]*)">([^<]*)</b>')
BUREAU, MEETING = ("index.html", "月度简报.html"), ("会议版/index.html", "会议版/月度简报.html")
HIDDEN = "＊"


@pytest.fixture(scope="module", params=["2023-06", "2023-07"])
def version(request: pytest.FixtureRequest, county_run: Run) -> Path:
    """A published version, the first without a month before it."""
    return county_run.marts / request.param / "v01"


def page(version: Path, name: str) -> str:
    return (version / "site" / name).read_text(encoding="utf-8")


def figures(version: Path) -> dict[tuple[str, str], Decimal | None]:
    rows = duckdb.read_parquet(str(version / "briefing_figures.parquet")).query(
        "figures", "select figure, case when is_total then '' else town end, value from figures"
    )
    return {(figure, town): value for figure, town, value in rows.fetchall()}


def as_said(figure: str, value: Decimal | None) -> str:
    if value is None:
        return "—"
    return f"{100 * value:.1f}%" if figure.endswith("_rate") else f"{value.normalize():,f}"


@pytest.mark.parametrize("name", [*BUREAU, *MEETING])
def test_every_figure_on_a_page_is_that_of_the_list(version: Path, name: str) -> None:
    expected, found = figures(version), MARKED.findall(page(version, name))
    assert len(found) >= 30
    assert {("warning_red", ""), ("income_gaps", ""), ("items_overdue", "")} <= {(figure, town) for figure, town, _ in found}
    wrong = [
        (figure, town, said)
        for figure, town, said in found
        if said != as_said(figure, expected[figure, town]) and not (name in MEETING and said == HIDDEN)
    ]
    assert wrong == []


def test_no_small_count_is_seen_by_a_meeting(version: Path) -> None:
    for name in MEETING:
        counts = [said for figure, _, said in MARKED.findall(page(version, name)) if not figure.endswith("_rate")]
        assert HIDDEN in counts
        assert not {"1", "2", "3", "4"} & set(counts)


def test_a_meeting_sees_no_text_that_was_delivered(version: Path) -> None:
    with duckdb.connect() as connection:
        people = connection.read_parquet(str(version / "person_month.parquet")).create_view("people")
        households = connection.read_parquet(str(version / "household_month.parquet")).create_view("households")
        files = connection.read_parquet(str(version / "intake_files.parquet")).create_view("files")
        assert people and households and files
        delivered = {
            value
            for (value,) in connection.execute(
                "select name from people union select head_name from households union select village from households "
                "union select household_id from households union select file from files union select town from households"
            ).fetchall()
            if value
        }
    delivered -= {town.name for town in load_county().towns}
    assert len(delivered) > 100
    for name in [*MEETING, "会议版/数据质量报告.html"]:
        words = page(version, name)
        assert [value for value in delivered if len(value) > 1 and value in words] == []


def test_pages_fetch_nothing_and_are_in_the_manifest(version: Path) -> None:
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    for name in [*BUREAU, *MEETING]:
        assert f"site/{name}" in manifest["site"]
        assert re.findall(r'(?:src|href)="(?!#|[^":]*\.html)|url\((?!#)|@import|https?:', page(version, name)) == []


def test_the_meeting_s_pages_lead_nowhere_outside_their_folder(version: Path) -> None:
    for name in MEETING:
        assert not [to for to in re.findall(r'href="([^"]+)"', page(version, name)) if to.startswith(("..", "/"))]


def test_every_number_of_a_town_leads_to_its_rows(version: Path) -> None:
    words = page(version, "index.html")
    linked = re.findall(r'<a href="镇街/([^/]+)/清单\.html#([a-z_]+)"><b data-figure="([a-z_]+)" data-town="([^"]+)">', words)
    assert len(linked) >= 20
    assert all(folder == town and anchor == figure for folder, anchor, figure, town in linked)


@pytest.mark.parametrize("name", [BUREAU[1], MEETING[1]])
def test_the_document_prints_on_two_sides(version: Path, name: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine: look at 月度简报.html in a browser's print preview")
    printed = tmp_path / "printed.pdf"
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--no-pdf-header-footer"]
    document = (version / "site" / name).absolute().as_uri()
    subprocess.run([browser, *options, f"--print-to-pdf={printed}", document], check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 2
