"""Writes the site of a publication: every edition's pages into one folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration.site.content import SiteContent
from orchestration.site.handbook import handbook_page
from orchestration.site.places import COUNTY_PAGE, HANDBOOK, handbooks
from orchestration.site.quality import quality_pages
from orchestration.site.readers import ANYONE, BUREAU
from orchestration.site.shell import Shell

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
    shell = Shell(content.facts, content.edition, BUREAU)
    yield COUNTY_PAGE, shell.page(COUNTY_PAGE, f"{content.facts.county.name}{content.edition.month_words}", "")
    handbook = handbook_page(Shell(content.facts, content.edition, ANYONE))
    for address in handbooks(content.places):
        yield address, handbook
    yield from quality_pages(content)
