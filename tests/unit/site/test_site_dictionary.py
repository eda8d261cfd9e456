"""The dictionary of the site: every column of every list and extract once, with where it comes from, and nothing delivered."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from orchestration.contracts import load_extracts, load_fields, load_marts, load_publication_lists, mart_fields
from orchestration.publications import Publication
from tests.unit.site.site_pages import Page


@pytest.fixture(scope="module")
def page(published: Publication) -> str:
    return (published.folder / "site" / "数据字典.html").read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    return page.split(f'<section id="{name}"')[1].split("</section>", maxsplit=1)[0]


def test_every_column_of_every_list_and_extract_has_a_line(page: str) -> None:
    expected = {
        **{name: list(one.columns) for name, one in (load_marts() | load_publication_lists()).items()},
        **{name: [column.name for column in one.columns] for name, one in load_extracts().items()},
    }
    for name, columns in expected.items():
        assert re.findall(r"<tr data-find><td><b>[^<]+</b><br><code>(\w+)</code>", section(page, name)) == columns, name
    for name, mart in load_marts().items():
        said = section(page, name)
        for field in mart_fields(mart, load_fields()).values():
            assert field.label in said
        assert f"FROM marts.{name}" in said


def test_a_column_says_where_it_comes_from_and_which_rule_watches(page: str) -> None:
    said = section(page, "warning_list")
    incomes = "《家庭收入支出登记》</a>生产经营性支出、生产经营性收入、财产性收入、转移性收入、工资性收入"
    assert incomes in said and "int_household_months.income_12m" in said
    assert '<a href="手册.html#I10"' in said and "人均纯收入" in said
    assert "固定写法，由程序给出" in section(page, "entitlement_gaps")
    wages = section(page, "rural_revitalization__income_expense").split("<code>wage_income</code>")[1].split("<tr")[0]
    assert 'href="#household_month"' in wages and "有错时由规则指出" in wages


def test_every_link_leads_somewhere_and_nothing_is_fetched(page: str, published: Publication) -> None:
    own = Page(page)
    handbook = Page((published.folder / "site" / "手册.html").read_text(encoding="utf-8")).anchors
    for link in own.links:
        file, _, place = link.partition("#")
        assert file in ("", "手册.html", "index.html"), link
        assert not place or place in (handbook if file else own.anchors), link
    assert own.sources == []
    assert "数据字典.html" in {
        unquote(link) for link in Page((published.folder / "site" / "index.html").read_text("utf-8")).links
    }


def test_only_columns_about_nobody_are_counted(page: str) -> None:
    said = section(page, "warning_list")
    for name, counted in (("head_name", False), ("income_12m", False), ("consecutive_months", True)):
        line = next(one for one in said.split("<tr data-find>") if f"<code>{name}</code>" in one)
        assert ("不统计" not in line) is counted, name
