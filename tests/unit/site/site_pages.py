"""Pages of a site as their readers' browsers see them: tags, links, what would be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from orchestration.foundation.paths import Installation
from orchestration.publications import publish_month
from tests.unit.publishing_samples import MONTH, Rows, build_warehouse


@dataclass
class Page(HTMLParser):
    """What stands on a page.

    Attributes:
        tags: every element that the page has, in order.
        links: what ``href`` of links say.
        sources: what ``src`` and the like say: a browser fetches it.
        anchors: every ``id``.
        styles: contents of ``style`` elements and attributes.
    """

    source: str
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    styles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "xlink:href") and tag == "a":
                self.links.append(unquote(value or ""))
            elif name in ("src", "srcset", "href", "xlink:href", "action", "data", "poster"):
                self.sources.append(value or "")
            elif name == "id":
                self.anchors.add(value or "")
            elif name == "style":
                self.styles.append(value or "")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "style":
            self.styles.append(data)


def pages_below(folder: Path) -> Iterator[tuple[Path, Page]]:
    """Return every page of a site with its place."""
    for path in sorted(folder.rglob("*.html")):
        yield path, Page(path.read_text(encoding="utf-8"))


def published_site(folder: Path, rows: Rows) -> Path:
    """Publish rows into an empty folder; return where the site is."""
    installation = Installation.at(folder / "raw", folder / "marts")
    build_warehouse(installation, rows)
    return publish_month(installation, MONTH, MONTH, "0.0.0+test").folder / "site"
