"""Pages read back: every figure equals the mart, every figure has as many rows as it counts, every link leads somewhere."""

from __future__ import annotations

import functools
import html
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest

from orchestration.contracts.figure_rows import load_figure_rows
from orchestration.explanations.belonging import MEMBERS
from orchestration.explanations.content import SourceRow
from orchestration.explanations.explain import Explainer
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.site.figure_rows import figure_value
from orchestration.site.places import COUNTY_PAGE, HANDBOOK
from tests.pipeline.conftest import Run, command
from tests.pipeline.test_explain import explainer_of

pytestmark = pytest.mark.pipeline
_SECTION = re.compile(r'<section id="?([^>" ]+)"?[^>]*>(.*?)</section>', re.DOTALL)
_ENTRY = re.compile(r"<a(?: href=[^>]+)?>([^<]*)</a>(?: (-?[\d,.]+))?")
_FIGURE = re.compile(r'<b data-figure="?([^>" ]+)"? data-town="?([^>" ]*)"?>([^<]*)</b>')
_LINK = re.compile(r'href="?([^">\s]+)"?')
_ANCHOR = re.compile(r'\bid="?([^">\s]+)"?')


@pytest.fixture(scope="session", params=["county_run 2023-07", "sample_run 2023-09"])
def version(request: pytest.FixtureRequest) -> Path:
    """The folder of a published version."""
    name, month = request.param.split()
    run: Run = request.getfixturevalue(name)
    return run.marts / month / "v01"


def _figures(version: Path) -> dict[tuple[str, str], tuple[str, Decimal | None]]:
    found = duckdb.execute("select figure, town, unit, value from read_parquet(?)", [str(version / "briefing_figures.parquet")])
    return {(figure, town): (unit, value) for figure, town, unit, value in found.fetchall()}


def _town_pages(version: Path, name: str) -> list[Path]:
    return sorted((version / "site" / "镇街").glob(f"*/{name}"))


def test_every_figure_on_towns_pages_equals_the_mart(version: Path) -> None:
    figures, seen = _figures(version), set()
    for page in [*_town_pages(version, "index.html"), *_town_pages(version, "清单.html")]:
        for figure, town, said in _FIGURE.findall(page.read_text(encoding="utf-8")):
            assert said == figure_value(*figures[figure, town]), (page.name, figure, town)
            seen.add((figure, town))
    towns = {page.parent.name for page in _town_pages(version, "index.html")}
    assert seen == {(figure, town) for figure, town in figures if town in towns}


def test_every_figure_of_every_town_has_as_many_rows_as_it_counts(version: Path) -> None:
    figures, declared = _figures(version), load_figure_rows()
    compared = 0
    for page in _town_pages(version, "清单.html"):
        town = page.parent.name
        for figure, content in _SECTION.findall(page.read_text(encoding="utf-8")):
            if (figure, town) not in figures:
                continue
            unit, value = figures[figure, town]
            assert (figure in declared) == (unit != "%"), figure
            if unit == "%" or declared[figure].rows is None:
                assert "<p class=note>" in content
                assert "<a" not in content
                continue
            if value is None:
                continue
            assert _rows(content) == value, (figure, town)
            compared += 1
    assert compared > 100


def _rows(content: str) -> Decimal:
    total = Decimal(0)
    for names, amount in _ENTRY.findall(content):
        if amount:
            total += Decimal(amount.replace(",", ""))
        else:
            total += sum(int(name.partition("×")[2] or 1) for name in html.unescape(names).split("、"))
    return total


def test_every_household_has_its_section_and_its_sources(version: Path) -> None:
    pages = _town_pages(version, "村*.html")
    sections = {identity: content for page in pages for identity, content in _SECTION.findall(page.read_text(encoding="utf-8"))}
    found = duckdb.execute("select household_id from read_parquet(?)", [str(version / "household_month.parquet")]).fetchall()
    assert set(sections) == {identity for (identity,) in found}
    assert all(re.search(r"来源<dd>\d+:\d+", content) for content in sections.values())


def test_a_source_is_the_row_of_the_delivered_file(version: Path) -> None:
    work = version.parents[1] / ".state" / "warehouse.duckdb"
    month = f"{version.parent.name}-01"
    with duckdb.connect(str(work), read_only=True) as connection:
        rows = connection.execute(
            "select household_id, strftime(delivery_month, '%Y-%m'), file, row_number "
            "from intermediate.int_household_sources where month = ? and extract = 'rural_revitalization__household_roster'",
            [month],
        ).fetchall()
    expected = {household: (delivery, file, row) for household, delivery, file, row in rows}
    compared = 0
    for page in _town_pages(version, "村*.html"):
        text = page.read_text(encoding="utf-8")
        listed = re.findall(r"<tr><td>(\d+)<td>[^<]*<td>([\d-]+)<td>([^<]+)", text[text.rindex("</section>") :])
        files = {number: (delivery, html.unescape(file)) for number, delivery, file in listed}
        for identity, content in _SECTION.findall(text):
            said = content[content.index("来源<dd>") + len("来源<dd>") : content.index("</dl>")]
            places = {
                (*files[number], row)
                for one in said.split()
                for number, _, ranges in [one.partition(":")]
                for part in ranges.split(",")
                for row in range(int(part.partition("-")[0]), int(part.partition("-")[2] or part) + 1)
            }
            assert expected[identity] in places
            compared += 1
    assert compared == len(expected)


def test_the_sources_of_a_household_are_the_rows_that_explain_finds(county_run: Run) -> None:
    """Both look for themselves: the model in SQL in bulk, ``explain`` household by household in what landed."""
    installation, month = Installation.at(county_run.raw, county_run.marts), Month("2023-07")
    explainer = explainer_of(county_run)
    with duckdb.connect(str(installation.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select household_id, extract, strftime(delivery_month, '%Y-%m'), file, sheet, row_number "
            "from intermediate.int_household_sources where month = ?",
            [month.first_day],
        ).fetchall()
    for household in sorted({row[0] for row in found})[::5]:
        explained = {
            (row.extract, row.place.delivery_month, row.place.file, row.place.sheet, row.place.row_number)
            for row in explainer.household(household).rows
            if row.counts and not _is_of_who_left(explainer, row)
        }
        assert explained == {tuple(row[1:]) for row in found if row[0] == household}


def _is_of_who_left(explainer: Explainer, row: SourceRow) -> bool:
    """Return whether explain shows a row that no figure counts, as who it is about is no member any more."""
    subject = explainer.contracts[row.extract].subject
    still_counts = row.extract in (MEMBERS, "finance__microcredit", "insurance__relapse_claim")
    return "不计入" in row.found_by and not still_counts and not (subject and subject.is_household_head)


def test_every_link_leads_to_something_within_the_towns_own_folder(version: Path) -> None:
    @functools.cache
    def anchors(path: Path) -> set[str]:
        return {html.unescape(one) for one in _ANCHOR.findall(path.read_text(encoding="utf-8"))}

    site, checked = version / "site", 0
    assert (site / COUNTY_PAGE).exists()
    for page in site.glob("镇街/*/*.html"):
        for link in set(_LINK.findall(page.read_text(encoding="utf-8"))):
            path, _, anchor = unquote(html.unescape(link)).partition("#")
            target = (page.parent / path) if path else page
            assert target.resolve().parent == page.parent.resolve(), f"{page}: {link} leads outside the town's folder"
            if target.name == HANDBOOK and not target.exists():
                continue  # that it is there is for the handbook's own tests to say
            assert target.exists(), f"{page}: {link}"
            assert not anchor or anchor in anchors(target), f"{page}: {link}"
            checked += 1
    assert checked > 100


def test_pages_ask_for_nothing_from_elsewhere(version: Path) -> None:
    for page in version.glob("site/镇街/*/*.html"):
        assert not re.search(r"(?:src|href)=\"?(?:https?:|//)|@import|url\(", page.read_text(encoding="utf-8"))


def test_cards_of_a_town_are_written_once_and_say_nothing_private(version: Path, tmp_path: Path) -> None:
    marts, month = version.parents[1], version.parent.name
    town = next(page.parent.name for page in _town_pages(version, "村001.html"))
    out = tmp_path / "cards"
    arguments = ("cards", "--month", month, "--marts", marts, "--town")
    assert command(*arguments, town, "--out", out).status == 0
    households = duckdb.execute(
        "select distinct household_id from read_parquet(?) where town = ?", [str(version / "policy_card.parquet"), town]
    ).fetchall()
    cards = "".join(path.read_text(encoding="utf-8") for path in out.glob("村*.html"))
    assert cards.count("<article") == len(households)
    assert not re.search(r"\d{15}", cards), "a document number or a household's number stands on a card"
    assert not re.search(r"1[3-9]\d{9}", cards), "a telephone stands on a card"
    again = command(*arguments, town, "--out", out)
    assert again.status == 1
    assert "已有文件" in again.err
    mistyped = command(*arguments, town[:-1])
    assert mistyped.status == 2
    assert f"是不是要写 {town}" in mistyped.err
    assert "没有发布过" in command("cards", "--month", "2020-01", "--marts", marts, "--town", town, "--out", tmp_path / "x").err
