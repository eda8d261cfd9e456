"""The first page of a town: what is asked of it by when, its figures, its villages."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from orchestration.documents.allotment import ASKED
from orchestration.documents.facts import day_in_words
from orchestration.documents.recipients import book_name, recipients
from orchestration.site.content import Row, SiteContent
from orchestration.site.county_page import ways_below
from orchestration.site.figure_rows import FIGURES, figure_value, rows_pages
from orchestration.site.household_facts import CountyFacts
from orchestration.site.household_section import attribute
from orchestration.site.places import Village, link, rows_page, town_page, ways_of
from orchestration.site.readers import Reader
from orchestration.site.shell import Shell, anchor, number, table, text
from orchestration.site.village_pages import village_name

# What a town is told first.
_FIRST = ("warning_red", "warning_yellow", "items_new", "items_overdue", "income_gaps", "issues_E")


def town_pages(content: SiteContent, facts: CountyFacts) -> Iterator[tuple[str, str]]:
    """Yield address and text of every town's first page and of the rows behind its figures."""
    figures: dict[str, list[Row]] = defaultdict(list)
    with content.rows() as rows:
        for row in rows.ask(f"from {FIGURES} order by town, figure_no"):
            figures[row["town"]].append(row)
    for town in content.places.town_folders:
        shell = Shell(content.facts, content.edition, Reader("town", town))
        body = (
            _asked(content, facts, town)
            + ways_below(town_page(town), ways_of(shell.reader, town_page(town)))
            + _numbers(content, figures[town])
            + _villages(content, facts, town)
            + _figures(content, town, figures[town])
        )
        yield town_page(town), shell.page(town_page(town), f"{town} {content.edition.month_words}", body)
    yield from rows_pages(content, facts, figures)


def _asked(content: SiteContent, facts: CountyFacts, town: str) -> str:
    """Return what the town has to answer, by day, and where to."""
    due: Counter[dt.date | None] = Counter()
    overdue = 0
    for household in facts.households.values():
        for item in household.items:
            if item["recipient"] == town and item["state"] in ASKED:
                due[item["due_on"]] += 1
                overdue += item["state"] == "overdue"
    if not due:
        return "<p>本月没有要本镇街反馈的线索。"
    county = content.facts.county
    latest = max((day for day in due if day), default=None)
    book = next((book_name(one) for one in recipients(county) if one.code == town), "")
    late = f"其中<b class=red>{overdue}条已逾期</b>，请先办；" if overdue else ""
    contact = "　".join(text(one) for one in (county.return_contact, county.return_phone) if one)
    return (
        f"<p><b>请在{day_in_words(latest)}前反馈{due.total()}条线索</b>；{late}在《{text(book)}》上填写，"
        f"交回{text(county.return_place)}。联系：{contact}</p>"
    )


def _numbers(content: SiteContent, figures: Sequence[Row]) -> str:
    by_name = {row["figure"]: row for row in figures}
    tiles = [
        f"<div>{_value(row)}<span>{anchor(content.facts.labels.label('figure', name), f'清单.html#{name}')}</span></div>"
        for name in _FIRST
        if (row := by_name.get(name))
    ]
    return f"<div class=numbers>{''.join(tiles)}</div>" if tiles else ""


def _value(row: Row) -> str:
    value = figure_value(row["unit"], row["value"])
    return f"<b data-figure={attribute(row['figure'])} data-town={attribute(row['town'])}>{value}</b>"


def _villages(content: SiteContent, facts: CountyFacts, town: str) -> str:
    counts: dict[Village, Counter[str]] = defaultdict(Counter)
    for identity, village in content.places.of_household.items():
        household, found = facts.households[identity], counts[village]
        found["households"] += 1
        if household.warning:
            found[household.warning["level"]] += 1
        for item in household.items:
            if item["recipient"] == town and item["state"] in ASKED:
                found["asked"] += 1
                found["overdue"] += item["state"] == "overdue"
    rows = (
        [anchor(village_name(village), link(town_page(town), village.page))]
        + [
            number(counts[village][name]) if counts[village][name] else ""
            for name in ("households", "red", "yellow", "asked", "overdue")
        ]
        for village in content.places.villages_of(town)
    )
    heads = ("行政村", "户数", "红色预警", "黄色预警", "要本镇街办的线索", "其中逾期")
    return "<h2>各村</h2>" + table(heads, rows, numbers=range(1, len(heads)))


def _figures(content: SiteContent, town: str, figures: Sequence[Row]) -> str:
    labels = content.facts.labels
    told = [row for row in figures if any(row[name] for name in ("value", "previous_value", "quarter_ago_value"))]
    quiet = [row for row in figures if row not in told]
    rows = (
        (
            anchor(labels.label("figure", row["figure"]), link(town_page(town), rows_page(town, row["figure"]))),
            _value(row),
            figure_value(row["unit"], row["previous_value"]),
            figure_value(row["unit"], row["quarter_ago_value"]),
            "" if row["unit"] == "%" else text(row["unit"]),
        )
        for row in told
    )
    if not figures:
        return ""
    others = "、".join(f"{text(labels.label('figure', row['figure']))} {_value(row)}" for row in quiet)
    return (
        "<h2>简报指标</h2>"
        + table(("指标", "本月", "上月", "上季同期", "单位"), rows, numbers=(1, 2, 3))
        + (f"<p class=note>其余为零或本月不适用（—）：{others}</p>" if others else "")
    )
