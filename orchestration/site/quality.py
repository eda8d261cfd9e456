"""The pages of the data-quality report: of the bureau, and of the meeting.

What belongs here: which editions there are, where they stand and what they lead to. What does not: what the report says
(``documents.quality_report``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from orchestration.documents.quality_report import ISSUES, RESULTS, TREND, ReportContent, render
from orchestration.site.content import SiteContent
from orchestration.site.places import COUNTY_PAGE, FOLDER_OF_MEETING, MEETING_PAGE, QUALITY, Places, handbook, link
from orchestration.site.readers import BUREAU, MEETING
from orchestration.site.shell import Shell

_EDITIONS = ((BUREAU, QUALITY, COUNTY_PAGE, ""), (MEETING, f"{FOLDER_OF_MEETING}/{QUALITY}", MEETING_PAGE, "（会议版）"))


def quality_pages(content: SiteContent) -> Iterator[tuple[str, str]]:
    """Yield address and text of the report of every edition that has one."""
    changes, replaced = None, None
    if content.comparison:
        changes, replaced = content.comparison.rows.to_pylist(), content.comparison.replaced
    with content.rows() as rows:
        issues, results, trend = (rows.ask(f"select * from {name}") for name in (ISSUES, RESULTS, TREND))
    for reader, address, first, kind in _EDITIONS:
        report = ReportContent(
            content.facts,
            content.edition,
            issues,
            results,
            trend,
            is_for_meeting=not reader.sees_persons,
            differences=changes,
            replaced=replaced,
            rule_address=partial(_rule, address),
            household_address=partial(_household, content.places, address),
        )
        shell = Shell(content.facts, content.edition, reader)
        yield address, shell.page(address, report.title + kind, render(report), [("首页", first)])


def _rule(page: str, code: str) -> str:
    return link(page, handbook(page, code))


def _household(places: Places, page: str, household_id: str) -> str | None:
    # findings may be about households that are not on the roster
    return link(page, places.household(household_id)) if household_id in places.of_household else None
