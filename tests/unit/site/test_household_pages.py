"""Sections of households and cards: what they say, what never becomes markup, what never stands on a card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from orchestration.contracts import load_marts
from orchestration.contracts.figure_rows import load_figure_rows
from orchestration.contracts.policy_applications import load_policy_applications
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.foundation.months import Month
from orchestration.site.cards import Cards
from orchestration.site.content import Rows
from orchestration.site.figure_rows import figure_value
from orchestration.site.household_facts import EVERYBODY, NET, HouseholdFacts, read_cards
from orchestration.site.household_section import Sections, attribute, folded, urgency
from orchestration.site.shell import css_string
from tests.unit.publishing_samples import LINES

MONTH = Month("2023-09")
HOSTILE = "<script>alert(1)</script>"
LINE = LINES[0]


@cache
def facts() -> Facts:
    return Facts.load(load_marts())


def sections(**more: Any) -> Sections:
    return Sections(
        facts(), MONTH, [LINE], {}, {"wage_income": "工资性收入", "pension_income": "其中：养老金"}, {"C25": "应纳未纳"}, **more
    )


def household(identity: str = "H1", **values: Any) -> HouseholdFacts:
    row = {
        "household_id": identity,
        "head_name": "张三",
        "household_type": "脱贫户",
        "monitoring_category": None,
        "monitoring_status": None,
        "is_marginal_2019": False,
        "is_in_scope": True,
        "is_poverty_alleviated": True,
        "headcount": 6,
        "months_observed": 12,
        "income_status": "complete",
        "income_12m": Decimal("18477.80"),
        "income_12m_estimate": None,
        "income_per_capita": Decimal("3079.63"),
        "wage_12m": Decimal("18000.00"),
        "business_12m": Decimal("477.80"),
        "property_12m": None,
        "transfer_12m": Decimal("0.00"),
    }
    return HouseholdFacts(row | values)


def item(**values: Any) -> dict[str, Any]:
    return {
        "item_code": "warning_list/2023-09/H1",
        "list": "warning_list",
        "kind": None,
        "person_id": None,
        "recipient": "马头镇",
        "handed_out_on": dt.date(2023, 9, 21),
        "due_on": dt.date(2023, 9, 28),
        "state": "open",
        "result": None,
        "answered_on": None,
        "answered_by": None,
        "reason": None,
        "last_result": None,
        "last_answered_on": None,
        **values,
    }


def test_the_line_is_written_out_with_document_and_article() -> None:
    assert "18,477.80 ÷ 6 = 3,079.63 ≤ 10,420（新农组办〔2023〕3号第2条）" in sections().section(household())


def test_a_line_that_does_not_apply_is_not_written_out() -> None:
    assert "÷" not in sections().section(household(is_poverty_alleviated=False))


def test_income_that_is_not_complete_is_not_compared() -> None:
    said = sections().section(household(income_12m=None, income_status="partial", months_observed=8))
    assert "录全8个月" in said
    assert "不与标准比较" in said
    assert "÷" not in said


@pytest.mark.parametrize(
    "where",
    [
        {"head_name": HOSTILE},
        {"household_type": HOSTILE},
        {"household_id": f'"{HOSTILE}'},
    ],
)
def test_what_was_delivered_never_becomes_markup(where: Mapping[str, str]) -> None:
    one = household(**where)
    one.helper = one.sources = HOSTILE
    one.receives = {"": HOSTILE, "P1": HOSTILE, EVERYBODY: HOSTILE, "gone": HOSTILE}
    one.members = [
        {
            "person_id": "P1",
            "name": HOSTILE,
            "relationship": HOSTILE,
            "sex": HOSTILE,
            "age": 3,
            "assistance_type": HOSTILE,
            "disability_grade": HOSTILE,
            "school_stage": HOSTILE,
            "enrolment_status": HOSTILE,
            "employment_status": HOSTILE,
            "work_area": HOSTILE,
        }
    ]
    one.items = [
        item(
            list=HOSTILE,
            kind=HOSTILE,
            recipient=HOSTILE,
            state=state,
            person_id="P1",
            result=HOSTILE,
            reason=HOSTILE,
            answered_on=dt.date(2023, 9, 22),
            answered_by=HOSTILE,
        )
        for state in ("open", "mended")
    ]
    one.items.append(item(item_code="other", last_answered_on=dt.date(2023, 8, 2), last_result=HOSTILE))
    one.problems = [
        {
            "check_code": HOSTILE,
            "check_title": HOSTILE,
            "entity_key": "H1",
            "severity": severity,
            "extract": None,
            "found": HOSTILE,
            "status": "open",
        }
        for severity in ("E", "I")
    ]
    one.standing = [(HOSTILE, HOSTILE, HOSTILE)]
    one.differences = [
        {
            "mart": HOSTILE,
            "column_name": HOSTILE,
            "value_before": HOSTILE,
            "value_after": HOSTILE,
            "change": HOSTILE,
            "explanation": HOSTILE,
        }
    ]
    assert "<script" not in sections(replaced=1).section(one)


def test_attributes_are_quoted_where_they_need_it() -> None:
    assert attribute("440233-1") == "440233-1"
    assert attribute("残疾人") == "残疾人"
    assert attribute("a b") == '"a b"'
    assert attribute('a"><b') == '"a&quot;&gt;&lt;b"'


def test_equal_months_are_one_cell_and_gaps_are_seen() -> None:
    assert folded(["500", "500", "", "", "0"]) == "<td colspan=2>500<td colspan=2 class=g>未录<td>0"
    assert folded(["500", "", ""], is_needed=False) == "<td>500<td colspan=2>"


def test_months_are_shown_by_item_where_income_is_in_question() -> None:
    one = household(income_12m=None, income_status="partial")
    one.income = {"pension_income": ["100"] * 12, NET: [""] * 12}
    one.items = [item()]
    said = sections().section(one)
    assert "<th>工资性收入<td colspan=12 class=g>未录" in said
    assert "<th>养老金<td colspan=12>100" in said
    assert "<th>22年9月<th>10月" in said


def test_other_households_have_a_line_an_item_whether_anything_is_asked_or_not() -> None:
    one = household()
    one.income = {"wage_income": ["1,500"] * 10 + ["", "1,600"], "pension_income": ["0"] * 11 + ["80"], NET: ["1"] * 12}
    said = sections().section(one)
    assert "2022-09起每月：<br>工资性收入：1500×10 未录 1600<br>养老金：0×11 80</dl>" in said


def test_a_part_that_is_all_of_its_whole_is_told_with_it() -> None:
    one = household()
    one.income = {"wage_income": ["80"] * 12, "pension_income": ["80"] * 12}
    assert "<br>工资性收入（均为养老金）：80×12</dl>" in sections().section(one)


def receipt(person: str, policy: str, detail: str | None = None) -> dict[str, Any]:
    return {
        "household_id": "H1",
        "person_id": person,
        "helper_name": "李四",
        "policy": policy,
        "name": f"人{person}" if person else None,
        "detail": detail,
        "state": "active",
        "amount": Decimal("12.50"),
        "times": 2,
    }


def test_what_may_not_be_posted_is_not_on_the_front_of_the_printed_sheet() -> None:
    one = household()
    lines = [
        receipt("", "household", "脱贫户"),
        receipt("1", "assistance"),
        receipt("2", "assistance"),
        receipt("1", "medical_premium", "x<y"),
        receipt("1", "medical_aid"),
        receipt("", "measure", "产业帮扶/鸡苗"),
        receipt("", "measure", "健康帮扶/大病救治"),
    ]
    with duckdb.connect() as connection:
        connection.register("given", pa.Table.from_pylist([{"line_no": n, **line} for n, line in enumerate(lines)]))
        connection.execute(
            "create table policy_card as select *, null::decimal(18, 2) as monthly_amount, null::date as from_on, "
            "null::date as to_on from given"
        )
        connection.execute("create table person_month as select 'H1' as household_id, unnest(['1', '2']) as person_id")
        read_cards(Rows(connection, Path("nowhere")), {"H1": one}, facts().labels)
    one.members = []
    section = sections().section(one)
    front = section.partition("<div class=k>")[2]
    assert "<tr><th>社会救助<td>每人 " in front
    assert "<td>人1 x&lt;y " in front
    assert "<td>产业帮扶<i>/鸡苗</i> " in front
    for hidden in ("大病", "医疗救助"):
        assert hidden not in front
        assert hidden in section
    assert one.helper == "李四"


def test_a_household_without_a_card_has_no_front() -> None:
    one = household()
    assert "class=k" not in sections().section(one)
    one.posted = {}
    assert "没有可以张贴的享受事项" in sections().section(one)


def test_words_on_paper_cannot_leave_their_style() -> None:
    assert css_string('村"}</style>\\\n') == '"村\\22 \\7d \\3c /style\\3e \\5c \\a "'


def test_items_of_one_recipient_day_and_state_stand_together() -> None:
    one = household()
    one.items = [item(), item(item_code="2", list="C25"), item(item_code="3", state="overdue", due_on=dt.date(2023, 8, 28))]
    said = sections().section(one)
    assert "<b class=yellow>办理中</b> 马头镇2023-09-28前反馈（09-21下发）：预警名单、C25 应纳未纳" in said
    assert "<b class=red>逾期</b> 马头镇2023-08-28前反馈" in said


def test_households_stand_in_the_order_of_what_is_asked() -> None:
    red, yellow, late, asked, quiet = (household(name) for name in ("5", "4", "3", "2", "1"))
    red.warning, yellow.warning = {"level": "red"}, {"level": "yellow"}
    late.items, asked.items = [item(state="overdue")], [item()]
    assert sorted([quiet, asked, late, yellow, red], key=urgency) == [red, yellow, late, asked, quiet]


def test_rates_are_hundredths_and_what_is_not_known_is_a_dash() -> None:
    assert figure_value("%", Decimal("0.9512")) == "95.12%"
    assert figure_value("%", None) == figure_value("户", None) == "—"
    assert figure_value("元", Decimal("1234.5000")) == "1,234.5"


def test_every_figure_has_words_and_every_policy_says_how_to_apply() -> None:
    assert set(load_figure_rows()) <= set(facts().labels.of("figure"))
    assert set(load_policy_applications()) == set(facts().labels.of("policy")) - {"household"}


def card_line(policy: str, **values: Any) -> dict[str, Any]:
    return {
        "household_type": "脱贫户",
        "monitoring_category": None,
        "monitoring_status": None,
        "head_name": "张三",
        "town": "马头镇",
        "village": "板岭村",
        "helper_name": "李四",
        "policy": policy,
        "name": "王五",
        "detail": None,
        "state": None,
        "amount": None,
        "monthly_amount": None,
        "from_on": None,
        "to_on": None,
        "department": "medical_insurance",
        **values,
    }


def test_a_card_says_what_is_received_and_nothing_that_may_not_hang_on_a_wall() -> None:
    lines = [
        card_line("household", name=None),
        card_line("medical_premium", state="fully_subsidised", amount=Decimal("350.00")),
        card_line("medical_premium", state="fully_subsidised", amount=Decimal("350.00"), name=HOSTILE),
        card_line("medical_reimbursement", amount=Decimal("61.23"), name="病人"),
        card_line("medical_aid", amount=Decimal("62.23"), name="病人"),
        card_line("disability_subsidy", detail="重度残疾人护理补贴", amount=Decimal("63.23"), name="病人"),
        card_line("microcredit", detail="LN-77", amount=Decimal("30000.00"), name="借款人"),
        card_line("relapse_claim", amount=Decimal("64.23"), name="病人"),
        card_line("measure", detail="健康帮扶/大病救治", name=None),
        card_line("measure", detail="产业帮扶/鸡苗", amount=Decimal("500.00"), name=None, from_on=dt.date(2023, 3, 2)),
    ]
    card = Cards(facts(), Edition(MONTH, MONTH, 1), load_policy_applications()).card(lines, 2)
    assert "<b>王五、&lt;script&gt;" in card
    assert "全额资助 350.00元" in card
    assert "产业帮扶 500.00元（2023-03起）" in card
    for hidden in ("病人", "借款人", "LN-77", "护理补贴", "大病", "61.23", "30,000", "鸡苗", "<script"):
        assert hidden not in card
