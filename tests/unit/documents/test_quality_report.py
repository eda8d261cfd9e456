"""The data-quality report: what stands on it beside the counts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from orchestration.contracts import load_marts
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.quality_report import ReportContent, render
from orchestration.foundation.months import Month


@pytest.mark.parametrize(("month", "is_told"), [("2023-07", False), ("2020-07", True)])
def test_a_year_without_a_notice_of_holidays_is_told(month: str, is_told: bool) -> None:
    page = ReportContent(Facts.load(load_marts()), Edition(Month(month), Month(month), 1), [], [], [], is_for_meeting=True)
    assert ("没有应反馈日期，不计逾期" in render(page)) is is_told


FACTS = Facts.load(load_marts())
HOSTILE = "李四<script>alert(1)</script>&13800138000"
CANARIES = ("李四", "13800138000", "script", "枫围村", "H-1")


def issue(**said: Any) -> dict[str, Any]:
    return {
        "household_id": "H-1",
        "severity": "E",
        "owner": "民政局",
        "town": "遥田镇",
        "village": "枫围村",
        "status": "open",
        "consecutive_months": 1,
        "check_code": "A05",
        "check_title": "标题",
    } | said


def result(code: str, failures: int, severity: str = "E") -> dict[str, Any]:
    return {
        "check_code": code,
        "check_title": "标题",
        "severity": severity,
        "owner": "民政局",
        "outcome": "fail",
        "standing": "new",
        "denominator": 400,
        "failures": failures,
        "threshold": None,
        "exceeds_threshold": False,
        "compared_share": None,
        "new_failures": failures,
        "mended_failures": 0,
        "recurring_failures": 0,
    }


def page(issues: list[dict[str, Any]], *, is_for_meeting: bool, **more: Any) -> str:
    results = [result("A05", len(issues))]
    trend = [{"past_month": dt.date(2023, 7, 1), "severity": "E", "failures": len(issues)}] if more.get("trend") else []
    month = Month("2023-07")
    changes = more.get("changes")
    content = ReportContent(
        FACTS, Edition(month, month, 2), issues, results, trend, is_for_meeting, changes, 1 if changes else None
    )
    return render(content)


def issues_with_strange_places() -> list[dict[str, Any]]:
    # a shifted column brings a name and a number where a town or village should stand
    return [issue(town=HOSTILE) for _ in range(6)] + [issue(village=HOSTILE) for _ in range(7)]


def a_change() -> dict[str, Any]:
    return {
        "mart": "warning_list",
        "change": "added",
        "cause": "late_rows",
        "column_name": "",
        "household_id": "H-1",
        "town": HOSTILE,
        "village": HOSTILE,
        "explanation": HOSTILE,
    }


def test_nothing_delivered_gets_into_the_edition_of_the_meeting() -> None:
    said = page(issues_with_strange_places(), is_for_meeting=True, trend=True, changes=[a_change()])
    assert [canary for canary in CANARIES if canary in said] == []
    assert "遥田镇" in said
    assert "未分乡镇" in said


def test_what_was_delivered_is_text_in_the_edition_of_the_bureau_and_never_markup() -> None:
    said = page(issues_with_strange_places(), is_for_meeting=False, changes=[a_change()])
    assert "<script" not in said
    assert said.count("李四&lt;script&gt;alert(1)&lt;/script&gt;&amp;13800138000") >= 4


def test_small_counts_of_a_town_are_no_difference_of_what_the_meeting_sees() -> None:
    issues = [issue(town=town) for town, count in (("遥田镇", 2), ("沙田镇", 8), ("马头镇", 30)) for _ in range(count)]
    said = page(issues, is_for_meeting=True)
    rows = {
        town: re.findall(r'<td class="n[^"]*">(?:<b>)?([^<]+)', said.split(f"<td>{town}</td>")[1])[:4]
        for town in FACTS.towns
        if f"<td>{town}</td>" in said
    }
    assert rows["遥田镇"][0] == rows["遥田镇"][3] == "＊"
    assert rows["沙田镇"][3] == "＊"  # else 40 − 30 − 8 would tell
    assert rows["马头镇"][3] == "30"
    assert "30" in page(issues, is_for_meeting=False).split("<td>马头镇</td>")[1]
    assert "＊" not in page(issues, is_for_meeting=False)


def test_what_came_since_is_not_told_by_what_the_month_before_was_told() -> None:
    issues = [issue() for _ in range(20)]
    results = [result("A05", 20) | {"new_failures": 3, "mended_failures": 0, "compared_share": 17 / 400}]
    content = ReportContent(FACTS, Edition(Month("2023-07"), Month("2023-07"), 1), issues, results, [], is_for_meeting=True)
    assert content.seen(20, "rule", "A05", "total") == "20"
    assert (content.seen(3, "rule", "A05", "new"), content.seen(0, "rule", "A05", "mended")) == ("＊", "＊")
