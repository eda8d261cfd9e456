"""The county page of the bureau: the monthly briefing, every number by town a link to its rows.

Sources: 新农组办〔2023〕3号 art. 1 (briefing), 4 (quarter's end), 5, 6 (calendar); ledgers.md section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestration.foundation.months import Month
from orchestration.site import sections, sentences
from orchestration.site.content import SiteContent
from orchestration.site.figures import CountyFigures, Missing
from orchestration.site.places import (
    COUNTY_PAGE,
    MEETING_PAGE,
    link,
    rows_page,
    town_page,
    ways_of,
)
from orchestration.site.quarter_calendar import due, due_table
from orchestration.site.sections import Section
from orchestration.site.shell import Shell, anchor, table, text

BRIEFING = "月度简报.html"
PRINTED_WORDS = "两页简报（打印、Word）"
Sections = Mapping[str, Section]
DEADLINE = "calendar.entry_deadline_day"
OF_TOWNS = (
    ("warning_households", "预警户"),
    ("warning_red", "红色"),
    ("warning_yellow", "黄色"),
    ("warning_new", "新进"),
    ("warning_left", "退出"),
    ("income_gaps", "判断不了"),
    ("entry_rate", "录入率"),
    ("gaps", "应享未享"),
    ("items_overdue", "逾期线索"),
)


def county_page(shell: Shell, content: SiteContent, figures: CountyFigures, shown: Sections) -> tuple[str, str]:
    """Return address and text of the county page."""
    others = [
        (PRINTED_WORDS, BRIEFING),
        ("会议版", MEETING_PAGE),
        *ways_of(shell.reader, COUNTY_PAGE),
    ]
    note = ways_below(COUNTY_PAGE, others)
    towns = sections.town_figures(figures, OF_TOWNS, _to_rows) + f'<p class="note">{_below_towns(figures)}</p>'
    return COUNTY_PAGE, shell.page(COUNTY_PAGE, briefing_title(content), body(content, figures, shown, note, towns))


def briefing_title(content: SiteContent) -> str:
    """Return what the briefing is called, on every page and in print."""
    return f"{content.facts.county.name}{content.edition.month_words}防返贫监测月度简报"


def ways_below(page: str, ways: Sequence[tuple[str, str]]) -> str:
    """Return where else a page leads, as HTML: words and address from the top of the site."""
    return f'<p class="ways screen">{"　".join(anchor(words, link(page, to)) for words, to in ways)}</p>'


def body(content: SiteContent, figures: CountyFigures, shown: Sections, note: str, towns: str) -> str:
    """Return what the pages of the bureau and of the meeting have in common.

    Args:
        content: of the publication.
        figures: as the reader sees them.
        shown: the sections drafted of them.
        note: HTML under the numbers.
        towns: the table by town, HTML.
    """
    return (
        f'<p class="lead">{text(sections.warnings(figures))}</p>{number_tiles(figures)}{note}<h2>一、预警</h2>'
        + _side_by_side(shown, "movement", "trend")
        + f'<h2>二、各镇街</h2><p class="say">{text(shown["map"].sentence)}</p>{_map(shown["map"])}{towns}'
        + "<h2>三、预警户的情况</h2>"
        + _side_by_side(shown, "gaps", "composition", "risks", "shortfalls")
        + "<h2>四、录入和办理</h2>"
        + _side_by_side(shown, "entry", "closure", "departments", "employment")
        + f'<h2 id="missing">五、没有报送、算不出的</h2>{missing(figures.missing)}'
        + f'<h2 id="quarter">六、季度</h2>{quarter(content, figures)}'
    )


def number_tiles(figures: CountyFigures) -> str:
    """Return the numbers on top of the page."""
    tints = {"trend": ("red", "yellow")}
    shown = []
    for place, (number, words, changed, section) in enumerate(sections.tiles(figures)):
        tint = tints["trend"][place] if place < len(tints["trend"]) else ""
        small = f"<small>{text(changed)}</small>" if changed else ""
        shown.append(f'<div class="{tint}">{number}<span><a href="#{section}">{text(words)}</a>{small}</span></div>')
    return f'<div class="numbers">{"".join(shown)}</div>'


def _side_by_side(shown: Sections, *names: str) -> str:
    return f'<div class="two">{"".join(shown[name].html() for name in names)}</div>'


def _map(section: Section) -> str:
    return f"<figure><figcaption>{text(section.title)}</figcaption>{section.chart}</figure>" if section.chart else ""


def _to_rows(html: str, town: str, figure: str) -> str:
    to = rows_page(town, figure) if figure else town_page(town)
    return f'<a href="{text(link(COUNTY_PAGE, to))}">{html}</a>'


def _below_towns(figures: CountyFigures) -> str:
    return text(
        f"点数字看它的明细。{figures.whole}的数含未填镇街的；逾期线索的{figures.whole}数还含县直部门要办的。“—”是算不出，不是没有。"
    )


def missing(what: Missing) -> str:
    """Return what did not arrive, what was not read, what cannot be computed."""
    said = f'<p class="say">{text(sentences.missing(what))}</p>'
    if what.extracts:
        said += table(["部门", "名册", "情况"], [[text(cell) for cell in row] for row in what.extracts])
    if what.files:
        said += table(["没有采用的文件", "原因"], [[text(cell) for cell in row] for row in what.files])
    if what.lists:
        said += table(["算不出的清单", "原因"], [[text(cell) for cell in row] for row in what.lists])
    return said


def quarter(content: SiteContent, figures: CountyFigures) -> str:
    """Return the figures against the last quarter and the year before at a quarter's end, and what is due by when."""
    said = ""
    if figures.month.closes_quarter:
        rows = sections.end_rows(figures, content.facts)
        said += f'<p class="say">{text(sentences.quarter(rows))}</p>{sections.ends(figures, content.facts)}'
        said += (
            '<p class="note">以前各月按当时所知；“—”是当时没有报送或算不出。全部指标见“月度简报数据”“稳岗就业季度对比表”。</p>'
        )
    else:
        last = _end_of_quarter(content.edition.month)
        said += f'<p class="say">本季末是{last[:4]}年{int(last[5:])}月，届时与上季末、去年同期对照。</p>'
    found = due(content.edition.month, content.facts, content.parameters)
    if found:
        said += f"<h3>季度要报的台账</h3>{due_table(found)}"
        said += '<p class="note">季度清单文件夹由季度任务在季末月发布后汇集，内容是该月清单和各镇街、人社部门的办理工作簿。</p>'
    return said


def _end_of_quarter(month: Month) -> Month:
    while not month.closes_quarter:
        month = month.next
    return month
