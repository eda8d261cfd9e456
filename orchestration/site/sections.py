"""The sections of the briefing: a sentence, a chart and what stands beside it, each made of the county's figures.

What belongs here: which figures a section shows. What does not: how a sentence is worded (``sentences``), how a chart is drawn
(``charts``), which section stands where (``county_page``, ``briefing_document``, ``meeting_page``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orchestration.contracts.outline import Outline, load_outlines
from orchestration.documents.edition import in_words
from orchestration.documents.facts import Facts
from orchestration.documents.suppression import Few
from orchestration.foundation.months import Month
from orchestration.site import charts, sentences
from orchestration.site.charts import Bar, MonthPoint
from orchestration.site.figures import (
    AGE_CLASSES,
    GAP_CLASSES,
    OTHERS,
    WARNED,
    CountyFigures,
    Incomes,
    Shown,
)
from orchestration.site.places import NO_TOWN
from orchestration.site.sentences import percent, short
from orchestration.site.shell import table, text

Where = Callable[[str, str, str], str]


@dataclass(frozen=True)
class Section:
    """A section of the briefing.

    Attributes:
        name: by which others lead to it.
        title: its heading.
        sentence: plain text, to be read out.
        chart: SVG; empty where there is nothing to draw.
    """

    name: str
    title: str
    sentence: str
    chart: str = ""

    def html(self) -> str:
        """Return the section as it stands on a page."""
        figure = f"<figure>{self.chart}</figure>" if self.chart else ""
        return (
            f'<section id="{self.name}"><h3>{text(self.title)}</h3><p class="say">{text(self.sentence)}</p>{figure}</section>'
        )


def marked(figures: CountyFigures, figure: str, area: str = "", *, is_rate: bool = False) -> str:
    """Return a figure of this month as HTML by which a test finds it; a dash where it cannot be told."""
    value = figures.at(figure, area)
    said = percent(value) if is_rate else short(value)
    return f'<b data-figure="{text(figure)}" data-town="{text(area)}">{said}</b>'


def _bar(label: str, value: Shown, said: str, kind: str = "") -> Bar:
    return Bar(label, float(value) if isinstance(value, Decimal) else None, said, kind)


def _label(month: Month) -> str:
    return f"{month[:4]}.{int(month[5:])}"


def lines_now(figures: CountyFigures) -> list[tuple[str, Decimal]]:
    """Return name and amount of every income line in force this month."""
    return [(name, amount) for month, name, amount in figures.lines if month == figures.month]


def warnings(figures: CountyFigures) -> str:
    """Return the sentence on the warnings in force."""
    at = figures.at
    return sentences.warnings(at("warning_households"), at("warning_red"), at("warning_yellow"), lines_now(figures))


def movement(figures: CountyFigures) -> Section:
    """Return who entered the list and who left it."""
    month, before = figures.month, figures.month.previous
    parts = (
        figures.at("warning_households", month=before),
        figures.at("warning_new"),
        figures.at("warning_left"),
        figures.at("warning_households"),
    )
    chart = ""
    if all(isinstance(part, Decimal) for part in parts):
        rest = sentences.other_movement(*parts)
        bars = [
            _bar(in_words(before.first_day), parts[0], short(parts[0]), "total"),
            _bar("新进", parts[1], short(parts[1]), "plus"),
            *([_bar("其他", abs(rest), short(rest), "plus" if rest > 0 else "minus")] if rest else []),
            _bar("退出", parts[2], short(parts[2]), "minus"),
            _bar(in_words(month.first_day), parts[3], short(parts[3]), "total"),
        ]
        chart = charts.waterfall("movement", "预警户的进出", bars)
    return Section("movement", "预警户的进出", sentences.movement(*parts), chart)


def trend(figures: CountyFigures) -> Section:
    """Return red and yellow month by month with the lines in force."""
    points = [
        (month, figures.at("warning_red", month=month), figures.at("warning_yellow", month=month)) for month in figures.months
    ]
    drawn = [
        MonthPoint(
            _label(month),
            float(red) if isinstance(red, Decimal) else None,
            float(yellow) if isinstance(yellow, Decimal) else None,
            short(red),
            short(yellow),
        )
        for month, red, yellow in points
    ]
    lines = [(_label(month), name, float(amount)) for month, name, amount in figures.lines]
    said = sentences.trend([(in_words(month.first_day), red, yellow) for month, red, yellow in points], _risen(figures))
    chart = charts.months("trend", "各月红色、黄色预警户和生效的标准", drawn, lines) if len(points) > 1 else ""
    return Section("trend", "各月红色、黄色预警", said, chart)


def _risen(figures: CountyFigures) -> list[tuple[str, str, Decimal]]:
    """Return the lines that began or changed after the first month of the trend."""
    of: dict[str, dict[Month, Decimal]] = {}
    for month, name, amount in figures.lines:
        of.setdefault(name, {})[month] = amount
    return [
        (in_words(month.first_day), name, amounts[month])
        for name, amounts in of.items()
        for month in figures.months[1:]
        if month in amounts and amounts.get(month.previous) != amounts[month]
    ]


def gaps_to_line(figures: CountyFigures) -> Section:
    """Return how far warned households are below the line they fail."""
    bounds = [0, *GAP_CLASSES]
    rows, classes = [], []
    for place, low in enumerate(bounds):
        high = GAP_CLASSES[place] if place < len(GAP_CLASSES) else None
        words = f"{low:,}—{high:,}元" if high and low else f"{high:,}元以内" if high else f"{low:,}元以上"
        red, yellow = (figures.at(f"gap_class_{place}_{level}") for level in ("red", "yellow"))
        both: Shown = red if isinstance(red, Few) else yellow
        if isinstance(red, Decimal) and isinstance(yellow, Decimal):
            both = red + yellow
        classes.append((words, both))
        rows.append((words.removesuffix("元"), _bar("", red, short(both)), _bar("", yellow, short(both))))
    is_any = any(isinstance(value, Decimal) and value for _, value in classes)
    chart = charts.columns("gaps", "人均收入与标准的差额", rows, below="人均比标准低多少元") if is_any else ""
    return Section("gaps", "与标准的差额", sentences.gaps_to_line(classes, figures.at("warning_households")), chart)


def composition(figures: CountyFigures) -> Section:
    """Return what the incomes of warned households consist of, against the others."""
    groups = [(group, one) for group, one in figures.incomes.items() if isinstance(one, Incomes)]
    drawn = [
        (group, [_bar(part, share, percent(share)) for part, share in incomes.shares.items()]) for group, incomes in groups
    ]
    chart = charts.composition("composition", "收入构成：预警户与其他收入齐全户", drawn) if len(drawn) == 2 else ""
    said = sentences.composition(figures.incomes[WARNED], figures.incomes[OTHERS])
    return Section("composition", "收入构成", said, chart)


def risks(figures: CountyFigures) -> Section:
    """Return the registered risks of households that are monitored and not cleared."""
    counts = [(name, figures.at(f"risk_{place}")) for place, name in enumerate(figures.risks)]
    bars = [_bar(name, value, short(value, "户")) for name, value in counts]
    chart = charts.bars("risks", "未消除监测对象登记的风险", bars) if bars else ""
    return Section("risks", "致贫返贫风险", sentences.risks(counts, figures.at("monitored_active_households")), chart)


def completeness(figures: CountyFigures, deadline_day: str) -> Section:
    """Return what was entered by the day of the notice, by town."""
    rates = [(town, figures.at("entry_rate", town)) for town in figures.towns if town != NO_TOWN]
    bars = [_bar(town, rate, percent(rate)) for town, rate in rates]
    told = [(town, rate) for town, rate in rates if isinstance(rate, Decimal)]
    at = figures.at
    said = sentences.completeness(
        entered=at("households_entered"),
        to_enter=at("households_to_enter"),
        rate=at("entry_rate"),
        gaps=at("income_gaps"),
        lowest=min(told, key=lambda one: one[1], default=None),
        day=f"{deadline_day}日",
    )
    chart = charts.bars("entry", f"各镇街录入率（截至{deadline_day}日）", bars, least=1) if bars else ""
    return Section("entry", f"{deadline_day}日前录入", said, chart)


def shortfalls(figures: CountyFigures, facts: Facts) -> Section:
    """Return what is short of the guarantees and drinking water."""
    units = {"out_of_school": "人", "uninsured": "人", "unsafe_dwelling": "户", "unsafe_water": "户"}
    counts = [
        (facts.labels.label("figure", f"shortfall_{one}"), figures.at(f"shortfall_{one}"), unit) for one, unit in units.items()
    ]
    bars = [_bar(name, value, short(value, unit if isinstance(value, Decimal) else "")) for name, value, unit in counts]
    return Section(
        "shortfalls", "“三保障”及饮水短板", sentences.shortfalls(counts), charts.bars("shortfalls", "“三保障”及饮水短板", bars)
    )


def departments(figures: CountyFigures, facts: Facts) -> Section:
    """Return what goes to departments: referrals, and benefits that people are entitled to and do not receive."""
    of = [
        (facts.county.title(department), figures.at(f"referrals_{department.code}"), figures.at(f"gaps_of_{department.code}"))
        for department in facts.county.departments
        if (figures.month, figures.whole, f"referrals_{department.code}") in figures.cells
        or figures.at(f"gaps_of_{department.code}") is not None
    ]
    # nothing is said where a department gets none by the rules
    rows = [
        (name, _bar("", sent, "" if sent is None else short(sent)), _bar("", gaps, "" if gaps is None else short(gaps)))
        for name, sent, gaps in of
    ]
    said = sentences.departments(figures.at("referrals"), figures.at("gaps"), of)
    chart = charts.pairs("departments", "推送部门和应享未享（条）", ("推送核实", "应享未享"), rows)
    return Section("departments", "部门推送和应享未享", said, chart)


def employment(figures: CountyFigures) -> Section:
    """Return how many work, and the rate month by month."""
    rates = [(month, figures.at("employment_rate", month=month)) for month in figures.months]
    at = figures.at
    said = sentences.employment(
        workers=at("workers"),
        employed=at("employed"),
        rate=at("employment_rate"),
        before=at("employment_rate", month=figures.month.previous),
        seeking=at("seeking"),
        overdue=at("returnees_overdue"),
    )
    points = [_bar(_label(month), rate, percent(rate)) for month, rate in rates]
    is_any = sum(point.value is not None for point in points) > 1
    return Section("employment", "就业", said, charts.line("employment", "各月就业率", points) if is_any else "")


def closure(figures: CountyFigures) -> Section:
    """Return what became of items that were handed out, and how old the open ones are."""
    at = figures.at
    said = sentences.closure(
        items=at("items"),
        closed=at("items_closed"),
        rate=at("closure_rate"),
        overdue=at("items_overdue"),
        recurring=at("items_recurring"),
        new=at("items_new"),
    )
    classes = [(words, at(f"age_{place}")) for place, (_, _, words) in enumerate(AGE_CLASSES)]
    bars = [_bar(words, value, short(value, "条" if isinstance(value, Decimal) else "")) for words, value in classes]
    is_any = any(bar.value for bar in bars)
    chart = charts.bars("ages", "未办结线索下发了多久", bars) if is_any else ""
    return Section("closure", "线索办结和龄期", f"{said}{sentences.ages(classes)}", chart)


def town_map(figures: CountyFigures, outlines: Mapping[str, Outline]) -> Section:
    """Return where warned households are, with a map where the county supplies outlines of its towns."""
    drawn = []
    for town, outline in outlines.items():
        value = figures.at("warning_households", town)
        drawn.append((_bar(town, value, short(value)), outline.geometry, outline.centre))
    chart = charts.town_map("map", "各镇街预警户", drawn) if drawn else ""
    told = [(town, figures.at("warning_households", town)) for town in figures.towns if town != NO_TOWN]
    return Section("map", "各镇街预警户（户）", sentences.by_town(told), chart)


def drafted(figures: CountyFigures, facts: Facts, deadline_day: str) -> dict[str, Section]:
    """Return every section by name; drawing is what costs, so that each is made once for all pages of a reader.

    Args:
        figures: of the county, as the reader sees them.
        facts: of ``config/``.
        deadline_day: day of the month by which towns and villages enter incomes.
    """
    found = [
        movement(figures),
        trend(figures),
        gaps_to_line(figures),
        composition(figures),
        risks(figures),
        shortfalls(figures, facts),
        completeness(figures, deadline_day),
        closure(figures),
        departments(figures, facts),
        employment(figures),
        town_map(figures, load_outlines()),
    ]
    return {section.name: section for section in found}


def town_figures(figures: CountyFigures, names: Sequence[tuple[str, str]], where: Where) -> str:
    """Return the table by town.

    Args:
        figures: of the county.
        names: figure and heading of each column; a rate's figure ends in ``_rate``.
        where: makes a link of a cell's HTML, given it, its town and its figure; blank for the town's name.
    """
    rows = []
    most = {
        figure: max(
            (float(value) for town in figures.towns if isinstance(value := figures.at(figure, town), Decimal)), default=0
        )
        for figure, _ in names
    }
    for town in (*figures.towns, ""):
        cells = [f"<b>{text(figures.whole)}</b>" if not town else where(text(town), town, "")]
        for figure, _ in names:
            value, is_rate = figures.at(figure, town), figure.endswith("_rate")
            if (figures.month, town or figures.whole, figure) not in figures.cells:
                cells.append("")
                continue
            number = marked(figures, figure, town, is_rate=is_rate) if town != NO_TOWN else short(value)
            cell = where(number, town, figure) if town else number
            if town and isinstance(value, Decimal) and most[figure]:
                width = round(100 * float(value) / (1 if is_rate else most[figure]))
                cell += f'<i class="bar {_shade(figure)}" style="width:{width}%"></i>'
            cells.append(cell)
        rows.append(cells)
    heads = ["镇街", *(heading for _, heading in names)]
    return table(heads, rows, numbers=range(1, len(heads)), attributes=' class="towns"')


def _shade(figure: str) -> str:
    return {"warning_red": "r", "warning_yellow": "y"}.get(figure, "")


def ends(figures: CountyFigures, facts: Facts, shown: int | None = None) -> str:
    """Return the figures of a quarter's end against the last quarter and the year before; the first ``shown``, or all."""
    rows = [
        [text(name), *(percent(value) if unit == "%" else short(value) for value in (now, quarter, year)), text(unit)]
        for name, now, quarter, year, unit in end_rows(figures, facts)[:shown]
    ]
    return table(["指标", "本月", "上季末", "去年同期", "单位"], rows, numbers=(1, 2, 3))


_OF_QUARTER = (
    ("warning_red", "户"),
    ("warning_yellow", "户"),
    ("employment_rate", "%"),
    ("warning_new", "户"),
    ("warning_left", "户"),
    ("income_gaps", "户"),
    ("completeness_rate", "%"),
    ("entry_rate", "%"),
    ("referrals", "条"),
    ("gaps", "条"),
    ("items_overdue", "条"),
    ("closure_rate", "%"),
    ("quarter:workers", "人"),
    ("quarter:employed", "人"),
    ("quarter:public_post", "人"),
    ("quarter:seeking", "人"),
    ("quarter:returned", "人"),
    ("quarter:subsidised_persons", "人"),
    ("quarter:zero_employment_households", "户"),
)


def end_rows(figures: CountyFigures, facts: Facts) -> list[tuple[str, Shown, Shown, Shown, str]]:
    """Return name, value of this month, of three and of twelve months before, unit."""
    return [
        (
            facts.labels.label("figure", figure.removeprefix("quarter:")),
            figures.at(figure),
            figures.at(figure, month=figures.quarter_ago),
            figures.at(figure, month=figures.year_ago),
            unit,
        )
        for figure, unit in _OF_QUARTER
    ]


def tiles(figures: CountyFigures) -> list[tuple[str, str, str, str]]:
    """Return what is to be known in ten seconds: HTML of the number, words, how it changed, section that it leads to."""
    before = figures.month.previous

    def of(figure: str, words: str, section: str, unit: str) -> tuple[str, str, str, str]:
        changed = sentences.change(figures.at(figure), figures.at(figure, month=before), unit, "上月")
        return marked(figures, figure), f"{words}（{unit}）", changed, section

    missing = figures.missing
    return [
        of("warning_red", "红色预警", "trend", "户"),
        of("warning_yellow", "黄色预警", "trend", "户"),
        of("warning_new", "新进", "movement", "户"),
        of("warning_left", "退出", "movement", "户"),
        of("items_overdue", "逾期未反馈", "closure", "条"),
        of("income_gaps", "收入缺录，判断不了", "entry", "户"),
        (
            f"<b>{len(missing.extracts) + missing.unread}</b>",
            "没有报送、没有采用（份）",
            _lists_lacking(len(missing.lists)),
            "missing",
        ),
    ]


def _lists_lacking(number: int) -> str:
    return f"{number}份清单算不出" if number else "清单都已算出"
