"""Charts of the county's figures as SVG: one house style, colour-blind safe, the same numbers as text for who cannot see them.

What belongs here: how figures are drawn (Vega-Altair, rendered by vl-convert in this process). What does not: which figures,
and the sentence beside a chart (``sentences``). Every value stands beside its mark in digits, so that colour is never needed to
read one. The same content gives the same bytes on the same machine; how wide a text is depends on the fonts of the machine.
Both libraries are imported inside functions: together they cost half a second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.site.shell import text

if TYPE_CHECKING:
    import altair as alt

# Of Okabe and Ito's palette, told apart by people who are colour-blind and in print without colour; red is that of the pages.
RED, YELLOW, BLUE, SKY, GREEN, GREY = "#b3261e", "#e69f00", "#2f5d8a", "#7fb2d9", "#2e7d4f", "#9aa5b1"
INK, FAINT, LINE = "#1f2933", "#5d6976", "#d5dbe1"
FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
LEVELS = ("红色", "黄色")
WIDTH = 470


@dataclass(frozen=True)
class Bar:
    """A labelled value; ``said`` is what stands beside it. A value that is not known or not shown has no bar, only its text."""

    label: str
    value: float | None
    said: str
    kind: str = ""


@dataclass(frozen=True)
class MonthPoint:
    """A month of the trend: its label, households on red and yellow (None: not known or not shown), and how these are said."""

    label: str
    red: float | None
    yellow: float | None
    red_said: str
    yellow_said: str


def _theme() -> dict[str, Any]:
    plain = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelColor": INK,
        "titleColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 12,
    }
    axis = {"domainColor": GREY, "tickColor": GREY, "gridColor": LINE, "titleFontWeight": "normal", "labelLimit": 220}
    return {
        "aria": False,  # the figure has one text alternative of its own
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {**plain, **axis},
        "legend": {**plain, "orient": "top", "title": None, "symbolType": "square"},
        "text": {"font": FONT, "fontSize": 12, "color": INK},
        "bar": {"discreteBandSize": {"band": 0.68}},
    }


def waterfall(name: str, title: str, bars: Sequence[Bar]) -> str:
    """Draw how a number became another.

    Args:
        name: of the figure on its page, for ids.
        title: plain text.
        bars: ``kind`` is total (stands on the ground), plus or minus; the others hang where the one before ended.
    """
    import altair as alt

    rows, level = [], 0.0
    for bar in bars:
        value = bar.value or 0.0
        start = 0.0 if bar.kind == "total" else level
        level = value if bar.kind == "total" else level + (value if bar.kind == "plus" else -value)
        row = {"label": bar.label, "from": start, "to": level, "top": max(start, level), "said": bar.said, "kind": bar.kind}
        rows.append(row)
    chart = alt.Chart(alt.InlineData(values=rows), width=WIDTH, height=200)
    place = alt.X("label:N", sort=None, axis=alt.Axis(title=None, labelAngle=0))
    height = alt.Y("from:Q", axis=alt.Axis(title="户", format=",d", tickMinStep=1), scale=alt.Scale(zero=True, nice=True))
    colour = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=["total", "plus", "minus"], range=[BLUE, RED, GREEN]))
    drawn = chart.mark_bar().encode(x=place, y=height, y2="to:Q", color=colour)
    texts = chart.mark_text(dy=-8, fontWeight="bold").encode(x=place, y="top:Q", text="said:N")
    return _svg(drawn + texts, name, title, [f"{bar.label}{bar.said}" for bar in bars])


def months(name: str, title: str, points: Sequence[MonthPoint], lines: Sequence[tuple[str, str, float]]) -> str:
    """Draw households on red and yellow month by month, and under it the lines in force.

    Args:
        name: of the figure on its page, for ids.
        title: plain text.
        points: oldest first.
        lines: label of the month, name of the line, yuan a person and year.
    """
    import altair as alt

    order = [point.label for point in points]
    bars = [
        {"month": point.label, "level": level, "place": place, "value": value, "said": said}
        for point in points
        for place, (level, value, said) in enumerate(
            zip(LEVELS, (point.red, point.yellow), (point.red_said, point.yellow_said), strict=True)
        )
        if value
    ]
    hidden = [
        {"month": point.label, "said": f"{point.red_said} {point.yellow_said}"}
        for point in points
        if point.red is None or point.yellow is None
    ]
    chart = alt.Chart(alt.InlineData(values=bars), width=WIDTH, height=170)
    axis = alt.Axis(title=None, labelAngle=0 if len(points) < 9 else -40)
    month = alt.X("month:N", sort=order, scale=alt.Scale(domain=order), axis=axis)
    height = alt.Y("value:Q", stack="zero", axis=alt.Axis(title="户", format=",d", tickMinStep=1))
    colour = alt.Color("level:N", scale=alt.Scale(domain=list(LEVELS), range=[RED, YELLOW]), legend=alt.Legend(title=None))
    drawn = chart.mark_bar().encode(x=month, y=height, color=colour, order="place:Q")
    centre = alt.Y("value:Q", stack="zero", bandPosition=0.5)
    inside = alt.condition("datum.level == '红色'", alt.value("#ffffff"), alt.value(INK))
    texts = chart.mark_text(fontSize=11).encode(
        x=month, y=centre, text="said:N", color=inside, order="place:Q", detail="level:N"
    )
    unknown = alt.Chart(alt.InlineData(values=hidden)).mark_text(dy=-8, fontSize=11, color=FAINT)
    upper = alt.layer(drawn, texts, unknown.encode(x=month, y=alt.datum(0), text="said:N")).resolve_scale(color="independent")
    said = [f"{point.label}红色{point.red_said}、黄色{point.yellow_said}" for point in points]
    if not lines:
        return _svg(upper, name, title, said)
    amounts = [{"month": one, "line": line, "amount": amount, "said": f"{amount:,.0f}"} for one, line, amount in lines]
    below = alt.Chart(alt.InlineData(values=amounts), width=WIDTH, height=64)
    scale = alt.Scale(zero=False, nice=False, padding=12)
    amount_axis = alt.Y("amount:Q", scale=scale, axis=alt.Axis(title="标准（元）", labels=False, ticks=False, grid=False))
    names = sorted({line for _, line, _ in lines})
    shape = alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=[[1, 0], [5, 3]]), legend=alt.Legend(title=None))
    under = below.mark_line(interpolate="step", color=BLUE).encode(x=month, y=amount_axis, strokeDash=shape)
    numbers = below.mark_text(dy=-7, fontSize=10, color=FAINT).encode(x=month, y=amount_axis, text="said:N", detail="line:N")
    return _svg(alt.vconcat(upper, under + numbers, spacing=6), name, title, said)


def bars(name: str, title: str, rows: Sequence[Bar], *, width: int = WIDTH - 130, least: float = 0) -> str:
    """Draw horizontal bars in the given order.

    Args:
        name: of the figure on its page, for ids.
        title: plain text.
        rows: ``kind`` is the colour, blank for the house's blue.
        width: of the longest bar, pixels.
        least: what the longest bar is at least worth; shares are drawn against 1.
    """
    import altair as alt

    order = [row.label for row in rows]
    most = max([least, *(row.value or 0 for row in rows)]) or 1
    values = [{"label": row.label, "value": row.value or 0, "said": row.said, "colour": row.kind or BLUE} for row in rows]
    chart = alt.Chart(alt.InlineData(values=values), width=width, height=alt.Step(24))
    label = alt.Y("label:N", sort=order, axis=alt.Axis(title=None, ticks=False, domain=False))
    length = alt.X("value:Q", scale=alt.Scale(domain=[0, most * 1.15], nice=False), axis=None)
    drawn = chart.mark_bar().encode(y=label, x=length, color=alt.Color("colour:N", scale=None))
    texts = chart.mark_text(align="left", dx=5).encode(y=label, x=length, text="said:N")
    return _svg(drawn + texts, name, title, [f"{row.label}{row.said}" for row in rows])


def pairs(name: str, title: str, series: tuple[str, str], rows: Sequence[tuple[str, Bar, Bar]]) -> str:
    """Draw two values for each label, one bar above the other; ``series`` names the first and the second."""
    import altair as alt

    order = [label for label, _, _ in rows]
    values = [
        {"label": label, "series": which, "value": bar.value or 0, "said": bar.said}
        for label, *both in rows
        for which, bar in zip(series, both, strict=True)
    ]
    most = max((bar.value or 0 for _, *both in rows for bar in both), default=0) or 1
    chart = alt.Chart(alt.InlineData(values=values), width=WIDTH - 130, height=alt.Step(15))
    label = alt.Y("label:N", sort=order, axis=alt.Axis(title=None, ticks=False, domain=False))
    offset = alt.YOffset("series:N", sort=list(series))
    length = alt.X("value:Q", scale=alt.Scale(domain=[0, most * 1.15], nice=False), axis=None)
    colour = alt.Color("series:N", scale=alt.Scale(domain=list(series), range=[BLUE, YELLOW]), legend=alt.Legend(title=None))
    drawn = chart.mark_bar().encode(y=label, yOffset=offset, x=length, color=colour)
    texts = chart.mark_text(align="left", dx=5, fontSize=11).encode(y=label, yOffset=offset, x=length, text="said:N")
    said = [f"{label}{series[0]}{first.said}、{series[1]}{second.said}" for label, first, second in rows]
    return _svg(drawn + texts, name, title, said)


def columns(name: str, title: str, rows: Sequence[tuple[str, Bar, Bar]], *, below: str) -> str:
    """Draw stacked columns, red under yellow, as of classes of a value.

    Args:
        name: of the figure on its page, for ids.
        title: plain text.
        rows: class, red, yellow.
        below: what the classes are of.
    """
    import altair as alt

    order = [label for label, _, _ in rows]
    values = [
        {"label": label, "level": level, "place": place, "value": bar.value or 0}
        for label, *both in rows
        for place, (level, bar) in enumerate(zip(LEVELS, both, strict=True))
    ]
    tops = [
        {"label": label, "top": (red.value or 0) + (yellow.value or 0), "said": red.said if not yellow.said else yellow.said}
        for label, red, yellow in rows
    ]
    chart = alt.Chart(alt.InlineData(values=values), width=WIDTH, height=180)
    place = alt.X("label:N", sort=order, axis=alt.Axis(title=below, labelAngle=0, labelFontSize=11, labelOverlap=False))
    height = alt.Y("value:Q", stack="zero", axis=alt.Axis(title="户", format=",d", tickMinStep=1))
    colour = alt.Color("level:N", scale=alt.Scale(domain=list(LEVELS), range=[RED, YELLOW]), legend=alt.Legend(title=None))
    drawn = chart.mark_bar().encode(x=place, y=height, color=colour, order="place:Q")
    texts = alt.Chart(alt.InlineData(values=tops)).mark_text(dy=-7).encode(x=place, y="top:Q", text="said:N")
    return _svg(drawn + texts, name, title, [f"{row['label']}：{row['said']}" for row in tops])


def composition(name: str, title: str, groups: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Draw what sums consist of, one bar a group, parts as shares of 1."""
    import altair as alt

    shades = (BLUE, YELLOW, GREEN, SKY, GREY)
    parts = [bar.label for bar in groups[0][1]] if groups else []
    values = [
        {"group": group, "part": bar.label, "place": place, "share": bar.value or 0, "said": bar.said}
        for group, bars_of in groups
        for place, bar in enumerate(bars_of)
    ]
    chart = alt.Chart(alt.InlineData(values=values), width=WIDTH, height=alt.Step(46))
    group = alt.Y("group:N", sort=[one for one, _ in groups], axis=alt.Axis(title=None, ticks=False, domain=False))
    length = alt.X("share:Q", stack="zero", axis=None, scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color("part:N", scale=alt.Scale(domain=parts, range=list(shades[: len(parts)])), legend=alt.Legend(title=None))
    drawn = chart.mark_bar(stroke="#ffffff").encode(y=group, x=length, color=colour, order="place:Q")
    middle = alt.X("share:Q", stack="zero", bandPosition=0.5)
    white = alt.condition(f"datum.part == '{parts[0] if parts else ''}'", alt.value("#ffffff"), alt.value(INK))
    texts = chart.transform_filter("datum.share >= 0.06").mark_text(fontSize=11)
    drawn_texts = texts.encode(y=group, x=middle, text="said:N", order="place:Q", detail="part:N", color=white)
    both = alt.layer(drawn, drawn_texts).resolve_scale(color="independent")
    said = [f"{group}：" + "、".join(f"{bar.label}{bar.said}" for bar in bars_of) for group, bars_of in groups]
    return _svg(both, name, title, said)


def line(name: str, title: str, points: Sequence[Bar]) -> str:
    """Draw one value month by month; a month without one is a gap in the line."""
    import altair as alt

    order = [point.label for point in points]
    values = [{"month": point.label, "value": point.value, "said": point.said} for point in points]
    chart = alt.Chart(alt.InlineData(values=values), width=WIDTH, height=130)
    month = alt.X("month:N", sort=order, axis=alt.Axis(title=None, labelAngle=0 if len(points) < 9 else -40))
    height = alt.Y("value:Q", axis=None, scale=alt.Scale(zero=False, padding=18))
    drawn = chart.mark_line(color=BLUE, point=alt.OverlayMarkDef(color=BLUE, filled=True, size=40)).encode(x=month, y=height)
    texts = chart.mark_text(dy=-12, fontSize=11).encode(x=month, y=height, text="said:N")
    return _svg(drawn + texts, name, title, [f"{point.label}{point.said}" for point in points])


def town_map(name: str, title: str, outlines: Sequence[tuple[Bar, dict[str, Any], tuple[float, float]]]) -> str:
    """Draw the towns' outlines, the more the darker, with name and value on each.

    Args:
        name: of the figure on its page, for ids.
        title: plain text.
        outlines: name and value of a town, its geometry (GeoJSON, planar) and where its name stands.
    """
    import altair as alt

    most = max((bar.value or 0 for bar, _, _ in outlines), default=0) or 1
    shapes = [
        {"type": "Feature", "geometry": geometry, "properties": {"value": bar.value or 0}} for bar, geometry, _ in outlines
    ]
    labels = [{"x": x, "y": y, "said": f"{bar.label} {bar.said}"} for bar, _, (x, y) in outlines]
    projection = alt.Projection(type="identity", reflectY=True)
    scale = alt.Scale(domain=[0, most], range=["#f3f6f9", "#d98b84"], interpolate="rgb")
    towns = alt.Chart(alt.InlineData(values=shapes)).mark_geoshape(stroke=FAINT)
    drawn = towns.encode(color=alt.Color("properties.value:Q", scale=scale, legend=None))
    texts = (
        alt.Chart(alt.InlineData(values=labels)).mark_text(fontSize=12).encode(longitude="x:Q", latitude="y:Q", text="said:N")
    )
    chart = (drawn + texts).properties(width=WIDTH, height=340, projection=projection)
    return _svg(chart, name, title, [f"{bar.label}{bar.said}" for bar, _, _ in outlines])


def _svg(chart: alt.LayerChart | alt.VConcatChart, name: str, title: str, said: Sequence[str]) -> str:
    """Return a chart as inline SVG with a title and a description that holds its figures."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg({**chart.to_dict(), "config": _theme()}, allowed_base_urls=[])
    described = f"<title>{text(title)}</title><desc>{text('；'.join(said))}。</desc>"
    drawn = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", drawn)
    drawn = re.sub(r' (aria|role|aria-\w+)="[^"]*"| xmlns(:xlink)?="[^"]*"| version="1.1" class="marks"', "", drawn)
    return re.sub(r"^<svg", '<svg role="img"', drawn, count=1).replace(">", f">{described}", 1)
