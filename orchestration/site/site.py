"""Writes the site of a publication: every edition's pages into one folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration.contracts import load_extracts
from orchestration.site.briefing_document import briefing_document
from orchestration.site.content import SiteContent
from orchestration.site.county_page import DEADLINE, county_page
from orchestration.site.dictionary import bureau_dictionary
from orchestration.site.figures import county_figures, for_meeting
from orchestration.site.handbook import handbook_page
from orchestration.site.household_facts import county_facts
from orchestration.site.meeting_page import meeting_page
from orchestration.site.places import HANDBOOK, handbooks
from orchestration.site.quality import quality_pages
from orchestration.site.readers import ANYONE, BUREAU, MEETING
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
        if address != HANDBOOK and path.name == HANDBOOK:
            _write_again(folder / HANDBOOK, path)
        else:
            path.write_text(page, encoding="utf-8")


def _write_again(path: Path, other: Path) -> None:
    """Let a file stand in another place too, without taking its room twice where the file system knows how to."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)


def pages(content: SiteContent) -> Iterator[Page]:
    """Yield address and text of every page; the handbook of the whole site before those of the folders in it."""
    handbook = handbook_page(Shell(content.facts, content.edition, ANYONE))
    for address in handbooks(content.places):
        yield address, handbook
    yield from quality_pages(content)
    yield bureau_dictionary(content)
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
