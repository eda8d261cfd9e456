"""Where every page of a site stands, and how one leads to another.

Addresses are relative, so that the site opens from any folder and stick; a town's folder holds all that its pages lead to and
can be handed out by itself. Names of files are of the configuration or numbers: what was delivered never becomes one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from orchestration.site.readers import FOLDER_OF_MEETING, FOLDER_OF_TOWNS, Reader

COUNTY_PAGE = "index.html"
MEETING_PAGE = f"{FOLDER_OF_MEETING}/index.html"
HANDBOOK, ROWS, QUALITY, DICTIONARY = "手册.html", "清单.html", "数据质量报告.html", "数据字典.html"
HANDBOOK_WORDS, QUALITY_WORDS, DICTIONARY_WORDS = "手册", "数据质量报告", "数据字典"
# What is handed out by itself stands under this name when the delivered town is none of the county's.
NO_TOWN = "未分镇街"


@dataclass(frozen=True)
class Village:
    """A village page.

    Attributes:
        town: folder of the town, ``NO_TOWN`` for households of no declared town.
        number: of the village in its town, from 1, in the order of names; households without a village are the last.
        name: as delivered; blank where nothing was.
    """

    town: str
    number: int
    name: str

    @property
    def page(self) -> str:
        """Address from the top of the site."""
        return f"{FOLDER_OF_TOWNS}/{self.town}/村{self.number:03d}.html"


@dataclass(frozen=True)
class Places:
    """Where the households of a publication stand.

    Attributes:
        towns: names of the declared towns, in the county's order.
        villages: every village page.
        of_household: the village page of every household.
    """

    towns: Sequence[str]
    villages: Sequence[Village]
    of_household: Mapping[str, Village]

    @classmethod
    def of(cls, towns: Sequence[str], households: Iterable[Mapping[str, Any]]) -> Places:
        """Place households.

        Args:
            towns: names of the declared towns, in the county's order.
            households: ``household_id``, ``town`` and ``village`` of every household of the month.
        """
        where = {
            row["household_id"]: (row["town"] if row["town"] in towns else NO_TOWN, row["village"] or "") for row in households
        }
        order = {town: number for number, town in enumerate([*towns, NO_TOWN])}
        found = sorted(set(where.values()), key=lambda place: (order[place[0]], not place[1], place[1]))
        numbers: dict[str, int] = {}
        villages = {}
        for town, name in found:
            numbers[town] = numbers.get(town, 0) + 1
            villages[town, name] = Village(town, numbers[town], name)
        return cls(towns, list(villages.values()), {household: villages[place] for household, place in where.items()})

    @cached_property
    def town_folders(self) -> list[str]:
        """The declared towns, and ``NO_TOWN`` where a household is in none."""
        return [*self.towns, *([NO_TOWN] if any(village.town == NO_TOWN for village in self.villages) else [])]

    def villages_of(self, town: str) -> list[Village]:
        """Return the village pages of a town's folder, in their order."""
        return [village for village in self.villages if village.town == town]

    def household(self, household_id: str) -> str:
        """Return the address of a household from the top of the site; ``KeyError`` for one that the month does not have."""
        return f"{self.of_household[household_id].page}#{household_id}"


def town_page(town: str) -> str:
    """Return the address of a town's own first page."""
    return f"{FOLDER_OF_TOWNS}/{town}/index.html"


def rows_page(town: str, anchor: str = "") -> str:
    """Return the address of the rows behind a town's figures; ``anchor`` is a figure of ``briefing_figures``."""
    return f"{FOLDER_OF_TOWNS}/{town}/{ROWS}" + (f"#{anchor}" if anchor else "")


def handbooks(places: Places) -> list[str]:
    """Return every address of the handbook: in each folder that is handed out by itself, the whole site first."""
    towns = [f"{FOLDER_OF_TOWNS}/{town}/{HANDBOOK}" for town in places.town_folders]
    return [HANDBOOK, f"{FOLDER_OF_MEETING}/{HANDBOOK}", *towns]


def ways_of(reader: Reader, page: str) -> list[tuple[str, str]]:
    """Return what the top of a page offers its readers beside its own content: words and address from the top of the site.

    A town has no report on the quality of the data: its workbook names what it has to correct.

    Args:
        reader: whom the page is for.
        page: address of the page, from the top of the site.
    """
    reports = {
        "bureau": [(QUALITY_WORDS, QUALITY), (DICTIONARY_WORDS, DICTIONARY)],
        "meeting": [(QUALITY_WORDS, f"{FOLDER_OF_MEETING}/{QUALITY}")],
    }
    return [(HANDBOOK_WORDS, handbook(page)), *reports.get(reader.kind, [])]


def handbook(page: str, anchor: str = "") -> str:
    """Return the address of the handbook that stands in the folder of a page; ``anchor`` is a rule's code or a mart."""
    folder = FOLDER_OF_TOWNS if page.startswith(f"{FOLDER_OF_TOWNS}/") else ""
    own = "/".join(page.split("/")[:2]) if folder else posixpath.dirname(page)
    return posixpath.join(own, HANDBOOK) + (f"#{anchor}" if anchor else "")


def link(page: str, to: str) -> str:
    """Return the address of another page as a page writes it; both from the top of the site."""
    path, _, anchor = to.partition("#")
    relative = posixpath.relpath(f"/{path}", f"/{posixpath.dirname(page)}")
    if path == page:
        relative = ""
    return relative + (f"#{anchor}" if anchor else "")
