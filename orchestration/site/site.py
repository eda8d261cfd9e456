"""Writes the site of a publication: every edition's pages into one folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.site.content import SiteContent
from orchestration.site.places import COUNTY_PAGE
from orchestration.site.readers import BUREAU
from orchestration.site.shell import Shell

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
    yield COUNTY_PAGE, shell.page(COUNTY_PAGE, f"{content.facts.county.name}{content.edition.month_words}", "")
