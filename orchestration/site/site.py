"""Writes the site of a publication: every edition's pages into one folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.contracts import load_extracts
from orchestration.site.briefing_document import briefing_document
from orchestration.site.content import SiteContent
from orchestration.site.county_page import DEADLINE, county_page
from orchestration.site.figures import county_figures, for_meeting
from orchestration.site.household_facts import county_facts
from orchestration.site.meeting_page import meeting_page
from orchestration.site.readers import BUREAU, MEETING
from orchestration.site.sections import drafted
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
    yield from county_pages(content)
    households = county_facts(content, load_extracts())
    yield from town_pages(content, households)
    yield from village_pages(content, households)


def county_pages(content: SiteContent) -> Iterator[Page]:
    """Yield the pages of the county as a whole: the bureau's, the briefing of two sides, the meeting's."""
    day = str(content.parameters[DEADLINE]["value"])
    everything = county_figures(content)
    for reader, figures, page in ((BUREAU, everything, county_page), (MEETING, for_meeting(everything), meeting_page)):
        shell, shown = Shell(content.facts, content.edition, reader), drafted(figures, content.facts, day)
        yield page(shell, content, figures, shown)
        yield briefing_document(shell, content, figures, shown)
