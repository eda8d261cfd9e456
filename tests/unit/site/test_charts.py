"""Charts: the same bytes for the same figures, text for who cannot see them, nothing that is not shown."""

from __future__ import annotations

import re

from orchestration.site import charts
from orchestration.site.charts import Bar, MonthPoint

HOSTILE = "<script>甲&镇</script>"


def drawn(name: str) -> str:
    points = [MonthPoint("2023.6", 22, 0, "22", "0"), MonthPoint("2023.7", None, 13, "＊", "13")]
    return charts.months(name, "走势", points, [("2023.6", "纳入线", 10420.0), ("2023.7", "预警线", 10600.0)])


def test_the_same_figures_give_the_same_bytes() -> None:
    assert drawn("one") == drawn("one")


def test_ids_of_two_charts_on_one_page_are_apart() -> None:
    ids = [set(re.findall(r'id="([^"]+)"', drawn(name))) for name in ("one", "two")]
    assert not ids[0] & ids[1]
    assert set(re.findall(r"url\(#([^)]+)\)", drawn("one"))) <= ids[0]


def test_a_chart_has_a_title_and_its_figures_as_text() -> None:
    svg = drawn("one")
    assert svg.startswith('<svg role="img"')
    assert "<title>走势</title><desc>2023.6红色22、黄色0；2023.7红色＊、黄色13。</desc>" in svg
    assert "http" not in svg


def test_what_was_delivered_is_text_in_a_chart() -> None:
    svg = charts.bars("towns", HOSTILE, [Bar(HOSTILE, 3, "3户"), Bar("乙镇", None, "＊")])
    assert "<script" not in svg
    assert "&lt;script&gt;甲&amp;镇" in svg


def test_every_kind_of_chart_is_drawn() -> None:
    bars = [Bar("上月", 4, "4", "total"), Bar("新进", 1, "1", "plus"), Bar("本月", 5, "5", "total")]
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    assert all(
        svg.count("<path") >= 2
        for svg in (
            charts.waterfall("a", "进出", bars),
            charts.pairs("b", "部门", ("推送", "应享未享"), [("民政局", Bar("", 3, "3"), Bar("", None, "＊"))]),
            charts.columns("c", "差额", [("200以内", Bar("", 3, "4"), Bar("", 1, "4"))], below="元"),
            charts.composition("d", "构成", [("预警户", [Bar("工资性", 0.6, "60%"), Bar("转移性", 0.4, "40%")])]),
            charts.line("e", "就业率", [Bar("6月", 0.7, "70%"), Bar("7月", None, "—"), Bar("8月", 0.8, "80%")]),
            charts.town_map("f", "预警户", [(Bar("甲镇", 3, "3户"), square, (0.5, 0.5))]),
        )
    )
