"""会议版: the briefing for a meeting of departments, without a person, a household or anything that a file brought.

It is made of ``for_meeting`` figures: small counts and what they could be worked out from are ＊. Words on it are those of
``config/`` and of the program; villages are left out, as no list says which there are. It leads nowhere outside its folder.
"""

from __future__ import annotations

from orchestration.documents.suppression import FEW
from orchestration.site import sections
from orchestration.site.content import SiteContent
from orchestration.site.county_page import BRIEFING, PRINTED_WORDS, Sections, body, briefing_title, ways_below
from orchestration.site.figures import CountyFigures
from orchestration.site.places import MEETING_PAGE, ways_of
from orchestration.site.readers import FOLDER_OF_MEETING
from orchestration.site.shell import Shell, text

MEETING_BRIEFING = f"{FOLDER_OF_MEETING}/{BRIEFING}"
OF_TOWNS = (
    ("warning_households", "预警户"),
    ("warning_red", "红色"),
    ("warning_yellow", "黄色"),
    ("income_gaps", "判断不了"),
    ("gaps", "应享未享"),
    ("entry_rate", "录入率"),
)


def meeting_page(shell: Shell, content: SiteContent, figures: CountyFigures, shown: Sections) -> tuple[str, str]:
    """Return address and text of the meeting's page; ``figures`` are those of ``for_meeting``."""
    ways = ways_below(MEETING_PAGE, [(PRINTED_WORDS, MEETING_BRIEFING), *ways_of(shell.reader, MEETING_PAGE)])
    note = f'<p class="note">{text(hidden_words(figures))}</p>{ways}'
    towns = sections.town_figures(figures, OF_TOWNS, lambda html, _town, _figure: html)
    title = f"{briefing_title(content)}（会议版）"
    return MEETING_PAGE, shell.page(MEETING_PAGE, title, body(content, figures, shown, note, towns))


def hidden_words(figures: CountyFigures) -> str:
    """Return what the sign in the place of a number means."""
    return f"{FEW}：不足{figures.smallest}的数，或者能由别的数推出它的数，会议版不印；“—”是算不出。"
