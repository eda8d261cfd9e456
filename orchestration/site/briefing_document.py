"""The briefing as a document of two A4 sides: drafted sentences and the tables of figures, for printing and for Word.

Plain headings, paragraphs and tables, which Word opens as they are; the two charts are seen by a browser and on paper.
Sentences are those of the county page (``sentences``). Source: 新农组办〔2023〕3号 art. 1.
"""

from __future__ import annotations

from orchestration.site import county_page, meeting_page, sections, sentences
from orchestration.site.content import SiteContent
from orchestration.site.county_page import Sections
from orchestration.site.figures import CountyFigures
from orchestration.site.places import COUNTY_PAGE, MEETING_PAGE
from orchestration.site.quarter_calendar import due, due_table
from orchestration.site.shell import Shell, text

# The sections of the second side, in their order.
TOLD = ("gaps", "composition", "risks", "shortfalls", "entry", "departments", "employment", "closure")
# What still fits on the second side.
MISSING_SHOWN, ENDS_SHOWN = 6, 12


def briefing_document(shell: Shell, content: SiteContent, figures: CountyFigures, shown: Sections) -> tuple[str, str]:
    """Return address and text of the document, for the bureau or for a meeting, by the reader of ``shell``."""
    facts, parameters = content.facts, content.parameters
    is_for_meeting = not shell.reader.sees_persons
    columns = meeting_page.OF_TOWNS if is_for_meeting else county_page.OF_TOWNS
    charts = "".join(f"<figure>{shown[name].chart}</figure>" for name in ("movement", "trend") if shown[name].chart)
    first = (
        _numbers(figures)
        + (f'<p class="note">{text(meeting_page.hidden_words(figures))}</p>' if is_for_meeting else "")
        + "<h2>一、预警</h2>"
        + _paragraph(sections.warnings(figures), shown["movement"].sentence)
        + _paragraph(shown["trend"].sentence)
        + f'<div class="two">{charts}</div><h2>二、各镇街</h2>'
        + _paragraph(shown["map"].sentence)
        + sections.town_figures(figures, columns, lambda html, _town, _figure: html)
    )
    told = [shown[name] for name in TOLD]
    second = "<h2>三、情况和办理</h2>" + "".join(
        f"<p><b>（{place}）{text(one.title)}</b>　{text(one.sentence)}</p>"
        for place, one in zip("一二三四五六七八", told, strict=True)
    )
    second += f"<h2>四、没有报送、算不出的</h2>{_missing(figures)}"
    if figures.month.closes_quarter:
        said = _paragraph(sentences.quarter(sections.end_rows(figures, facts)))
        second += f"<h2>五、与上季末、去年同期对照</h2>{said}{sections.ends(figures, facts, ENDS_SHOWN)}"
    if found := due(content.edition.month, facts, parameters):
        second += f"<h3>季度要报的台账</h3>{due_table(found)}"
    page = f'<div class="side">{first}</div><div class="side">{second}</div>'
    title = county_page.briefing_title(content)
    if is_for_meeting:
        address, title, way = meeting_page.MEETING_BRIEFING, f"{title}（会议版）", MEETING_PAGE
    else:
        address, way = county_page.BRIEFING, COUNTY_PAGE
    return address, shell.page(address, title, page, [("月度简报（网页）", way)])


def _paragraph(*said: str) -> str:
    return f"<p>{''.join(text(one) for one in said)}</p>"


def _numbers(figures: CountyFigures) -> str:
    """Return the numbers on top as a table, which Word lays out as well."""
    shown = sections.tiles(figures)
    heads = "".join(f"<th>{text(words)}" for _, words, _, _ in shown)
    numbers = "".join(f"<td>{number}" for number, _, _, _ in shown)
    changes = "".join(f"<td>{text(changed)}" for _, _, changed, _ in shown)
    return f'<table class="top"><tr>{heads}<tr>{numbers}<tr>{changes}</table>'


def _missing(figures: CountyFigures) -> str:
    missing = figures.missing
    said = _paragraph(sentences.missing(missing))
    told = [f"{department}：{title}（{status}）" for department, title, status in missing.extracts]
    told += [f"清单“{title}”：{why}" for title, why in missing.lists]
    if len(told) > MISSING_SHOWN:
        told = [*told[:MISSING_SHOWN], f"等共{len(told)}项，全部见网页版"]
    return said + (_paragraph("；".join(told) + "。") if told else "")
