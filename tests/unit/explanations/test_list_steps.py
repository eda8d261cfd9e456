"""Why a row stands on a list that is not one of income: its own figures, written out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from orchestration.contracts import load_extracts, load_marts, load_parameters
from orchestration.contracts.value_labels import load_value_labels
from orchestration.explanations.content import Cell, ListEntry, Place, SourceRow, Step
from orchestration.explanations.list_steps import _GAPS, Listed, list_steps
from orchestration.foundation.months import Month

MONTH, PERSON = Month("2023-09"), "P1"
WINDOW = {"period_from": dt.date(2022, 9, 1), "period_to": dt.date(2023, 8, 31)}
LAST_MONTH = {"period_from": dt.date(2023, 8, 1), "period_to": dt.date(2023, 8, 31)}
LABELS = load_value_labels(load_extracts(), load_marts())
IN_FORCE = {
    name: {"value": value.text, "document": value.document, "article": value.article}
    for name, parameter in load_parameters().items()
    if (value := parameter.in_force(MONTH))
}


def step(mart: str, row: dict[str, Any], **known: Any) -> Step:
    """Return the step of a row, with what is known of the person, the work, the household and the delivered rows."""
    entry = ListEntry(
        mart, load_marts()[mart].title, load_marts()[mart].source, "", (), {"person_id": PERSON, "name": "张三", **row}
    )
    listed = Listed(
        MONTH,
        known.get("parameters", IN_FORCE),
        LABELS,
        known.get("household", {}),
        {PERSON: known.get("person", {})},
        {PERSON: known.get("work", {})},
        known.get("sources", []),
    )
    (one,) = list_steps([entry], listed)
    assert (one.mart, one.person_id, one.holds) == (mart, entry.values["person_id"], True)
    return one


def gap(kind: str, found: str | None = None, amount: str | None = None, **more: Any) -> dict[str, Any]:
    run = {"first_month": dt.date(2023, 6, 1), "consecutive_months": 4}
    return {"gap": kind, "found": found, "amount": Decimal(amount) if amount else None, **WINDOW, **run, **more}


def source(extract: str, number: int, counts: bool = True, **values: str) -> SourceRow:
    contract = load_extracts()[extract]
    cells = tuple(Cell(name, contract.column(name).header, value, "text", False) for name, value in values.items())
    place = Place(MONTH, f"{extract}.csv", number, "")
    return SourceRow(extract, contract.title, place, PERSON, "", counts, None, True, None, cells, values)


@pytest.mark.parametrize(
    ("row", "known", "statement"),
    [
        (gap("medical_uninsured", "uninsured"), {}, "2022-09-01 至 2023-08-31 的参保名册：未参保；2023-06 起 4 个月"),
        (gap("medical_premium", "self_paid", "350"), {}, "2023 年度缴费情况：自缴，本人已缴 350.00 元；应由政府全额"),
        (gap("pension_uninsured", "uninsured"), {"person": {"age": 46}}, "46 周岁 < 60 周岁；养老保险：未参保；"),
        (gap("pension_not_received", "paid"), {"person": {"age": 60}}, "60 周岁 ≥ 60 周岁；养老保险：已缴，没有领取"),
        (gap("nursing_subsidy", "二级", **LAST_MONTH), {}, "二级，有有效残疾人证；2023-08 没有发放重度残疾人护理补贴的记录"),
        (gap("student_aid", "本科", "9570"), {}, "（6 个月）没有资助发放的记录；教育净支出 9,570.00 元"),
        (gap("medical_aid", None, "10000"), {}, "本人近12个月医疗自付 10,000.00 ≥ 10000；"),
        (gap("medical_aid", None, "1000"), {"person": {"is_on_assistance": True}}, "在保人员近12个月医疗自付 1,000.00 ≥ 1000"),
        (
            gap("temporary_relief", "is_heavy_ratio", "30.50", person_id="", name=None),
            {"household": {"medical_12m": Decimal("20.50"), "education_net": Decimal(10)}},
            "医疗 20.50 + 教育 10.00 = 30.50 元，刚性支出占比高；",
        ),
        (gap("relapse_insurance", "expired"), {}, "截止日 2023-08-31 没有在保的防返贫综合保险：保单已到期"),
        (gap("dwelling_renovation", "D", person_id="", name=None), {}, "到 2023-08-31 没有改造：鉴定等级 D"),
        (
            gap("travel_subsidy", "省外"),
            {"work": {"started_on": dt.date(2023, 6, 2)}},
            "2023-06-02 开始，到截止日 2023-08-31 共 90 天 ≥ 90 天",
        ),
        (gap("public_post", "seeking"), {}, "弱劳动力或半劳动力，求职；截止日 2023-08-31 没有在公益性岗位上"),
    ],
)  # fmt: skip
def test_a_gap_is_written_out(row: dict[str, Any], known: dict[str, Any], statement: str) -> None:
    assert statement in step("entitlement_gaps", row, **known).statement


def test_every_gap_that_the_county_knows_is_written_out() -> None:
    assert set(_GAPS) == set(LABELS.of("gap"))


def test_the_parameter_that_decides_is_named_with_its_document() -> None:
    one = step("service_shortfalls", {"shortfall": "offers", "employment_status": "seeking", "reached": 2, "required": 3})
    assert one.statement == "就业状态：求职；近12个月岗位推荐 2 个 < 3 个"
    assert one.source.endswith("新农组办〔2023〕3号第8条")


@pytest.mark.parametrize(
    ("back", "served", "is_overdue", "said"),
    [
        ("2023-07-31", 0, True, "返乡后服务 0 次，31 天 > 30 天而没有服务，逾期"),
        ("2023-08-01", 0, False, "返乡后服务 0 次，30 天 ≤ 30 天，未到期"),
        ("2023-07-31", 2, False, "返乡后服务 2 次，已有服务，不算逾期"),
    ],
)
def test_days_since_a_return_are_counted_from_its_day_to_the_cut_off(
    back: str, served: int, is_overdue: bool, said: str
) -> None:
    day = dt.date.fromisoformat(back)
    row = {"returned_on": day, "services_since_return": served, "is_overdue": is_overdue, "last_work_area": "省外"}
    statement = step("returnee_ledger", row).statement
    days = (dt.date(2023, 8, 31) - day).days
    assert f"{back} 县外务工（省外）结束，到截止日 2023-08-31 共 {days} 天 ≤ 365 天" in statement
    assert said in statement


def test_a_child_out_of_school_is_shown_with_age_and_the_row_that_counts() -> None:
    rows = [
        source("education__enrolment", 7, status="疑似辍学"),
        source("education__enrolment", 8, counts=False, status="在读"),
    ]
    one = step("guarantee_shortfalls", {"shortfall": "out_of_school"}, person={"age": 12}, sources=rows)
    assert "12 周岁，在学龄 6—15 周岁（含）内" in one.statement
    assert "第7行 学籍状态 疑似辍学，不是在读" in one.statement
    assert "第8行" not in one.statement
    without = step("guarantee_shortfalls", {"shortfall": "out_of_school"}, person={"age": 12})
    assert "学籍名册没有本人的行" in without.statement


def test_a_dwelling_is_shown_with_what_platform_and_ledger_say() -> None:
    rows = [
        source("rural_revitalization__household_roster", 24, is_dwelling_unsafe="否"),
        source("housing__dwelling_safety", 87, dwelling_grade="C"),
    ]
    said = step("guarantee_shortfalls", {"shortfall": "unsafe_dwelling", "person_id": "", "name": None}, sources=rows).statement
    assert "第24行 是否危房户 否" in said
    assert "第87行 鉴定等级 C" in said


def test_what_rests_on_doubtful_rows_says_so() -> None:
    assert "待判定" in step("entitlement_gaps", gap("relapse_insurance", is_uncertain=True)).statement
    assert "医保已为其支付过费用" in step("guarantee_shortfalls", {"shortfall": "uninsured", "is_uncertain": True}).statement


def test_what_a_version_does_not_say_is_no_figure_and_no_error() -> None:
    one = step("entitlement_gaps", gap("pension_not_received"), parameters={})
    assert "年龄不详 ≥ （这一版没有发布） 周岁" in one.statement
    assert step("entitlement_gaps", gap("a_gap_of_old")).statement == "见清单上的这一行"
