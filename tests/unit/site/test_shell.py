"""What stands around every page, and how values become HTML."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orchestration.contracts import load_marts
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.foundation.months import Month
from orchestration.site.readers import BUREAU, MEETING
from orchestration.site.shell import Shell, anchor, number, table, text, yuan
from tests.unit.site.site_pages import Page

MARKUP = """<b>"x" & 'y'</b>"""
ESCAPED = "&lt;b&gt;&quot;x&quot; &amp; &#x27;y&#x27;&lt;/b&gt;"


def test_nothing_that_was_delivered_becomes_markup() -> None:
    assert (text(MARKUP), text(None), text(0), text("")) == (ESCAPED, "", "0", "")
    assert anchor(MARKUP, MARKUP) == f'<a href="{ESCAPED}">{ESCAPED}</a>'
    assert f"<th>{ESCAPED}<th class" in table((MARKUP, MARKUP), [], numbers=[1])


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "—"), (0, "0"), (1234567, "1,234,567"), (Decimal("1234.50"), "1,234.5"), (Decimal("100"), "100")],
)
def test_what_is_not_known_is_no_zero(value: int | Decimal | None, words: str) -> None:
    assert number(value) == words


def test_amounts_have_two_places() -> None:
    assert (yuan(None), yuan(Decimal(0)), yuan(Decimal("1234.5"))) == ("—", "0.00", "1,234.50")


def test_a_table_sets_numbers_to_the_right() -> None:
    shown = table(("一", "二"), [("<b>a</b>", "1"), ("c", "2")], numbers=[1], attributes=' class="k"')
    assert shown == (
        '<div class="wide"><table class="k"><thead><tr><th>一<th class="n">二</thead>'
        '<tbody><tr><td><b>a</b><td class="n">1<tr><td>c<td class="n">2</tbody></table></div>'
    )


def shell(reader: object = BUREAU) -> Shell:
    return Shell(Facts.load(load_marts()), Edition(Month("2023-07"), Month("2023-07"), 2), reader)  # type: ignore[arg-type]


def test_a_page_says_whom_it_is_for_of_when_it_is_and_fetches_nothing() -> None:
    page = shell().page("镇街/a/b.html", MARKUP, "<p>content</p>", [("首页", "index.html"), ("镇街", "镇街/a/index.html")])
    assert f"<title>{ESCAPED}</title>" in page and f"<h1>{ESCAPED}</h1>" in page and "<main><p>content</p></main>" in page
    assert '<nav class="ways"><a href="../../index.html">首页</a> › <a href="index.html">镇街</a></nav>' in page
    assert '<p class="under">数据截至 2023年6月30日（按2023年7月报送）　第2版　新丰县乡村振兴局　' in page
    assert "<footer>新丰县乡村振兴局　2023年7月" in page
    assert '<span class="mark">内部版：含个人信息，仅限乡村振兴局工作使用</span>' in page
    assert "2023年7月　第2版　名单是请核实的线索，不是对任何一户、一人的结论。" in page
    assert page.startswith('<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">') and page.endswith("</html>\n")
    assert (
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; base-uri 'none'\"" in page
    )
    assert Page(page).sources == [] and "<script>" not in page and '<meta name="referrer" content="no-referrer">' in page
    assert "会议版" in shell(MEETING).page("index.html", "一", "") and '<nav class="ways">' not in shell().page(
        "i.html", "一", ""
    )


def test_a_page_that_is_searched_has_the_script_and_the_style() -> None:
    page = shell().page("index.html", "一", "", is_searched=True)
    assert page.count("<script>") == 1 and "data-find" in page and "\n" not in page.split("<style>")[1].split("</style>")[0]
