"""What is due of a quarter: in its last month, in the first of the next, and nothing in between."""

from __future__ import annotations

import pytest

from orchestration.contracts import load_marts
from orchestration.documents.facts import Facts
from orchestration.foundation.months import Month
from orchestration.site.quarter_calendar import due, due_table

PARAMETERS = {"calendar.town_ledger_from_day": {"value": "11"}, "calendar.town_ledger_to_day": {"value": "20"}}
FACTS = Facts.load(load_marts())


@pytest.mark.parametrize(
    ("month", "said"),
    [
        (
            "2023-12",
            [
                ("县人社局", "2023年12月31日前", "第六条"),
                ("新丰县乡村振兴局", "2023年12月31日前", "第四条"),
                ("各镇街", "2023年12月31日前", "第五条"),
                ("各镇街", "2024年1月11日至20日", "第六条"),
            ],
        ),
        ("2024-01", [("各镇街", "2024年1月11日至20日", "第六条")]),
        ("2023-11", []),
    ],
)
def test_what_is_due_by_whom_and_when(month: str, said: list[tuple[str, str, str]]) -> None:
    found = due(Month(month), FACTS, PARAMETERS)
    assert [(one.by_whom, one.by_when, one.article) for one in found] == said
    assert all("quarters/2023Q4/" in one.where for one in found if one.article != "第五条")
    assert due_table(found).count("<tr>") == len(said) + 1
