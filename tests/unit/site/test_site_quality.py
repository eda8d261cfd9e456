"""The data-quality report of the site: what must be done first stands first, and everything leads to its explanation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.contracts import load_county
from orchestration.site.places import ways_of
from orchestration.site.readers import BUREAU, MEETING, Reader
from tests.unit.publishing_samples import TOWN, finding
from tests.unit.site.site_pages import Page, published_site

# A household without a page: the roster does not have it.
STRANGE = "44023310009999"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    findings = [
        finding(1),
        finding(1, entity_key="x", check_code="A06", check_title="性别与证件不符"),
        finding(2, household_id=STRANGE),
    ]
    member = {"household_id": finding(1)["household_id"], "town": TOWN, "village": "上潭村", "head_name": "户主1"}
    return published_site(tmp_path_factory.mktemp("quality"), {"data_logic_issues": findings, "household_month": [member]})


def test_what_must_be_done_first_stands_before_the_trend(site: Path) -> None:
    said = (site / "数据质量报告.html").read_text(encoding="utf-8")
    assert re.findall(r"<h2>(.)、", said) == ["一", "二", "三", "四", "五", "六"]
    assert said.index("一、最需要先办的") < said.index("二、各月走势")


def test_a_rule_leads_to_the_handbook_and_a_household_to_its_page(site: Path) -> None:
    said = (site / "数据质量报告.html").read_text(encoding="utf-8")
    assert '<a href="手册.html#A05">A05 出生日期与证件不符</a>' in said
    household = finding(1)["household_id"]
    assert f'<a href="镇街/{TOWN}/村001.html#{household}">{household}</a>' in said
    assert f"{STRANGE}</td>" in said
    handbook = Page((site / "手册.html").read_text(encoding="utf-8")).anchors
    codes = {link.partition("#")[2] for link in Page(said).links if link.startswith("手册.html#")}
    assert codes == {"A05", "A06"} <= handbook


def test_the_meeting_has_its_own_and_no_household_in_it(site: Path) -> None:
    said = (site / "会议版" / "数据质量报告.html").read_text(encoding="utf-8")
    assert "会议版：不含个人信息" in said
    assert '<a href="手册.html#A05">' in said
    assert "4402331000" not in said


def test_every_reader_is_offered_what_stands_in_the_folder(site: Path) -> None:
    readers = {BUREAU: "index.html", MEETING: "会议版/index.html"}
    readers |= {Reader("town", town.name): f"镇街/{town.name}/index.html" for town in load_county().towns}
    for reader, page in readers.items():
        offered = ways_of(reader, page)
        expected = {"bureau": ["手册", "数据质量报告", "数据字典"], "meeting": ["手册", "数据质量报告"], "town": ["手册"]}
        assert [words for words, _ in offered] == expected[reader.kind]
        for _, address in offered:
            assert (site / address).is_file()
            assert Path(address).parent == Path(page).parent, "a folder is handed out by itself"
