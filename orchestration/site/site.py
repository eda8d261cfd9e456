"""Writes the site of a publication: every edition's pages into one folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.contracts import load_extracts
from orchestration.site.content import SiteContent
from orchestration.site.household_facts import county_facts
from orchestration.site.places import COUNTY_PAGE
from orchestration.site.readers import BUREAU
from orchestration.site.shell import Shell
from orchestration.site.town_pages import town_pages
from orchestration.site.village_pages import village_pages

Page = tuple[str, str]


def write_site(folder: Path, content: SiteContent) -> None:
    """Write every page below a folder that does not exist yet; the same content gives the same bytes."""
    for address, page in pages(content):
        path = folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")


def pages(content: SiteContent) -> Iterator[Page]:
    """Yield address and text of every page."""
    shell = Shell(content.facts, content.edition, BUREAU)
    households = county_facts(content, load_extracts())
    yield from town_pages(content, households)
    yield from village_pages(content, households)
    yield COUNTY_PAGE, shell.page(COUNTY_PAGE, f"{content.facts.county.name}{content.edition.month_words}", "")
