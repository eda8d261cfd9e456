"""The handbook of the site: every rule and every list once, in words, the same file in every folder."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from expectations.rule_words import load_topics
from orchestration.contracts import load_county, load_marts, load_publication_lists
from orchestration.foundation.config_error import ConfigError
from orchestration.publications import Publication
from orchestration.site.handbook import handbook_body
from tests.unit.site.site_pages import Page


@pytest.fixture(scope="module")
def body() -> str:
    return handbook_body()


def section(body: str, name: str) -> str:
    return body.split(f'<section id="{name}"')[1].split("</section>", maxsplit=1)[0]


def test_every_rule_and_every_list_has_its_section_and_every_link_leads_to_one(body: str) -> None:
    sections = re.findall(r'<section id="([^"]+)"', body)
    assert sorted(sections) == sorted([*load_rules(), *load_marts(), *load_publication_lists(), "standards"])
    page = Page(body)
    assert {link.removeprefix("#") for link in page.links} <= page.anchors
    assert set(sections) <= {link.removeprefix("#") for link in page.links}


def test_a_rule_says_what_is_asked_why_where_and_shows_a_right_and_a_wrong_example(body: str) -> None:
    said = section(body, "A05")
    rule = load_rules()["A05"]
    for words in (
        rule.question,
        rule.advice.strip(),
        "必须更正",
        "《人员信息》的“出生日期”列",
        load_topics()["A"].why,
        rule.source,
    ):
        assert words in said
    for code in load_rules():
        assert "有问题" in section(body, code)
        assert "没有问题" in section(body, code)


def test_examples_are_words_and_no_codes(body: str) -> None:
    said = section(body, "K07")
    for words in ("办理状态：逾期，类型：部门", "下发月份：2023年9月", "线索名称：收入缺录清单"):
        assert words in said
    shown = re.sub(r"<details.*?</details>", "", body, flags=re.DOTALL)
    examples = "".join(re.findall(r'<table class="examples">.*?</table>', shown, flags=re.DOTALL))
    columns = set(re.findall(r"[a-z]+(?:_[a-z0-9]+)+：", examples))
    assert not columns, "these columns have no word in config/check_words.yml"
    assert not re.search(r"\('|\[&#x27;|datetime|None\b", examples)


def test_a_list_says_who_is_on_it_and_what_becomes_of_it_without_an_extract(body: str) -> None:
    assert "当月《就业信息登记表》没有报送或全部退回的，本清单不适用" in section(body, "returnee_ledger") or (
        "没有报送或全部退回的，本清单不适用" in section(body, "returnee_ledger")
    )
    assert "纳入线、预警线都没有生效的月份，本清单不适用" in section(body, "warning_list")
    assert 'href="#income_gaps"' in section(body, "warning_list")
    assert "未参保：《基本医疗保险参保名册》" in section(body, "guarantee_shortfalls")
    # a column that lists share says the values of this list alone
    assert "岗位推荐" not in section(body, "guarantee_shortfalls")


def test_a_list_leads_to_the_standards_that_decide_it_and_these_say_months_and_document(body: str) -> None:
    assert 'href="#employment.offers_required"' in section(body, "service_shortfalls")
    assert 'href="#income.inclusion_line"' in section(body, "warning_list")
    standard = section(body, "standards").split('id="employment.offers_required"')[1].split("<tr>", maxsplit=1)[0]
    assert "3　" in standard
    assert "新农组办〔2023〕3号第8条" in standard


def test_what_every_rule_of_a_topic_says_is_not_looked_in(body: str) -> None:
    # else 公益性岗位 would find every rule on work
    said = section(body, "F08")
    assert f"<span data-quiet>{load_topics()['F'].why}</span>" in said
    assert "公益性岗位" not in re.sub(r"<(span|details) data-quiet.*?</\1>", "", said, flags=re.DOTALL)


def test_it_stands_in_every_folder_that_is_handed_out_and_takes_its_room_once(published: Publication) -> None:
    site = published.folder / "site"
    towns = [f"镇街/{town.name}/手册.html" for town in load_county().towns]
    places = [site / name for name in ("手册.html", "会议版/手册.html", *towns)]
    assert len({path.stat().st_ino for path in places}) == 1
    assert places[0].stat().st_size < 900_000


def test_where_files_cannot_be_linked_it_is_copied(
    publish: Callable[..., Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links on this file system")

    monkeypatch.setattr(os, "link", refuse)
    site = publish().folder / "site"
    copies = sorted(site.rglob("手册.html"))
    assert len({path.stat().st_ino for path in copies}) == len(copies) > 2
    assert len({path.read_bytes() for path in copies}) == 1


def test_topics_are_those_of_the_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "topics.yml"
    path.write_text("- {letter: A, title: 身份信息, why: 依据}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="has the letters A, the catalogue A B"):
        load_topics(path)
