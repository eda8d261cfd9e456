"""The data-quality report: what stands on it beside the counts."""

from __future__ import annotations

import pytest

from orchestration.contracts import load_marts
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.quality_report import ReportContent, render
from orchestration.foundation.months import Month


@pytest.mark.parametrize(("month", "is_told"), [("2023-07", False), ("2019-07", True)])
def test_a_year_without_a_notice_of_holidays_is_told(month: str, is_told: bool) -> None:
    page = ReportContent(Facts.load(load_marts()), Edition(Month(month), Month(month), 1), [], [], [], is_for_meeting=True)
    assert ("没有应反馈日期，不计逾期" in render(page)) is is_told
