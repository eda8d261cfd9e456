"""Facts that contradict each other: which faults there are, in which extract, and how often.

What belongs here: faults of rows that are there, each with the code of the rule that finds it. What does not: what a fault does
to a row (``fault_kinds``), which rows can have it (``fault_rows``), rows about people who should have none (``extra_rows``),
whom it hits (``planting``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.synthesis import fault_kinds as kinds
from orchestration.synthesis import fault_rows as rows_of
from orchestration.synthesis.fault_kinds import Spoil, drop, fill, pick, repeat
from orchestration.synthesis.fault_rows import Among, above, anybody, both, holds, of_households, of_people
from orchestration.synthesis.tables import BLANK, NO_DAY

# The share of a fault whose rows are chosen before: by a test that several extracts have in common.
ALL = 2.0


@dataclass(frozen=True)
class Fault:
    """Something wrong with rows that are there.

    Attributes:
        name: check of the catalogue that finds it, where there is one.
        share: of the rows that can have it, how many do.
        spoil: what it does to them.
        among: which rows can have it.
        is_of_household: it concerns every member of the row's household.
        is_fresh: other rows have it every month, and none before the first delivery; what compares with last month finds it.
        is_of_identity: it changes who a member is; left out where a scenario of identity errors says what is wrong with that.
    """

    name: str
    share: float
    spoil: Spoil
    among: Among = anybody
    is_of_household: bool = False
    is_fresh: bool = False
    is_of_identity: bool = False


def _members() -> tuple[Fault, ...]:
    present, pupils = rows_of.present, rows_of.at_school
    children = both(present, rows_of.aged(0, 15))
    adults = both(present, rows_of.aged(18, 200))
    out_of_work = holds("work_place", "")
    fit = both(present, rows_of.aged(17, 58), holds("health_status", "健康"), holds("student_status", ""))

    def household(*tests: rows_of.HouseholdTest) -> Among:
        return both(rows_of.heads, *(of_households(test) for test in tests))

    def of_household(name: str, share: float, spoil: Spoil, among: Among) -> Fault:
        return Fault(name, share, spoil, among, is_of_household=True)

    return (
        of_household("C10", 0.03, kinds.nobody_can_work, household(rows_of.active, rows_of.unstable_in_work)),
        of_household("C13", 0.01, kinds.nobody_can_work, household(rows_of.has(rows_of.on_dibao))),
        of_household("C14", 0.03, kinds.nobody_can_work, household(rows_of.cleared)),
        of_household(
            "G06", 0.002, kinds.nobody_can_work, household(rows_of.in_scope, rows_of.has_no(rows_of.on_assistance))
        ),
        of_household("B01", 0.006, fill(relationship="之叔伯"), rows_of.heads),
        of_household("B02", 0.006, fill(relationship="户主"), rows_of.spouses),
        of_household("B03", 0.001, fill(relationship="配偶"), rows_of.beside_a_spouse),
        of_household("B04", 0.001, kinds.other_sex, rows_of.spouses),
        of_household("B07", 0.002, kinds.as_relation("之子", "之女"), rows_of.of_the_heads_generation),
        of_household("B08", 0.002, kinds.as_relation("之父", "之母"), rows_of.of_the_heads_generation),
        of_household("B10", 0.002, kinds.child_as_head, children),
        # left out by mistake this month, and back in the next without a reason
        Fault("B15", 0.0005, drop, both(adults, rows_of.without("relationship", "户主")), is_fresh=True, is_of_identity=True),
        Fault("A02", 0.0008, kinds.number("missing_digit", lambda text: text[:9] + text[10:]), adults, is_of_identity=True),
        Fault(
            "A04", 0.005, kinds.number("wrong_class", lambda text: f"{text}83"),
            both(present, of_people(rows_of.certified)), is_of_identity=True,
        ),
        Fault(
            "A07", 0.0008, kinds.number("letter_for_digit", lambda text: f"{text[:12]}O{text[13:]}"), adults,
            is_of_identity=True,
        ),
        Fault("A16", 0.002, fill(id_type="残疾人证"), adults),
        Fault("A05", 0.004, kinds.shift_days("birth_date", 9), present),
        Fault("A06", 0.003, kinds.other_sex, present),
        Fault("A12", 0.0008, pick("name", "测试一", "李X", "陈"), present),
        Fault("A13", 0.004, pick("phone", "1390000", "无", "电话"), present),
        Fault("B05", 0.002, pick("relationship", "", "继子"), both(present, rows_of.without("relationship", "户主"))),
        Fault("B14", 0.0004, fill(household_id="3999999000000"), both(present, rows_of.without("relationship", "户主"))),
        Fault("D01", 0.004, fill(student_status=""), both(pupils, rows_of.of_school_age(7, 14))),
        Fault("D02", 0.003, fill(education_level="小学"), pupils),
        Fault("D03", 0.003, fill(education_level="", student_status="", out_of_school_reason=""), adults),
        Fault("D04", 0.003, fill(student_status="学前教育"), both(pupils, rows_of.of_school_age(7, 12))),
        Fault("D05", 0.002, fill(student_status="小学"), both(pupils, rows_of.of_school_age(15, 30))),
        Fault("D06", 0.003, fill(student_status="七年级"), both(pupils, rows_of.of_school_age(6, 11))),
        Fault("D07", 0.002, fill(student_status="普通高中一年级"), both(pupils, rows_of.of_school_age(6, 14))),
        Fault("D08", 0.001, fill(student_status="本科一年级"), both(pupils, rows_of.of_school_age(6, 17))),
        Fault("D12", 0.002, fill(labour_skill="普通劳动力"), pupils),
        Fault("E01", 0.004, fill(health_status=""), present),
        Fault("E02", 0.002, fill(health_status="健康、长期慢性病"), present),
        Fault("E03", 0.004, fill(health_status="残疾"), both(present, of_people(rows_of.without_certificate))),
        Fault("E13", 0.01, fill(labour_skill="普通劳动力"), both(present, of_people(rows_of.severely_disabled))),
        Fault("E04", 0.01, fill(health_status="健康"), both(present, of_people(rows_of.lightly_disabled))),
        Fault("F01", 0.003, fill(labour_skill=""), both(fit, out_of_work)),
        Fault("F04", 0.002, fill(labour_skill="无劳动力"), both(fit, out_of_work)),
        Fault("F02", 0.002, fill(labour_skill="普通劳动力"), children),
        Fault("F07", 0.004, fill(labour_skill="丧失劳动力"), both(present, above("work_months", 0))),
        Fault("F38", 0.02, fill(labour_skill="丧失劳动力"), both(present, rows_of.without("public_post", ""))),
        Fault("F10", 0.002, fill(work_place="广东省广州市"), both(adults, out_of_work)),
        Fault("F11", 0.001, fill(work_months=14), present),
        Fault("F21", 0.001, fill(public_post="保洁员"), both(adults, holds("public_post", ""))),
        Fault("G01", 0.003, fill(dibao="农村低保"), both(present, holds("dibao", "未享受"))),
        Fault("G02", 0.001, fill(tekun="农村特困"), both(present, holds("tekun", "未享受"))),
        Fault("G07", 0.002, fill(has_employee_medical_insurance=1), both(present, holds("has_resident_medical_insurance", 1))),
        Fault("G09", 0.004, fill(has_resident_medical_insurance=0), both(present, holds("has_resident_medical_insurance", 1))),
        Fault("G17", 0.12, kinds.still_member, rows_of.dead),
        Fault("A09", 0.0006, repeat(person_id="+"), present),
        Fault("A10", 0.0006, kinds.in_another_household, present),
        Fault("health separators", 0.4, kinds.other_separator, rows_of.contains("health_status", ",")),
    )  # fmt: skip


def _households() -> tuple[Fault, ...]:
    scope, monitored, cleared = (of_households(test) for test in (rows_of.in_scope, rows_of.monitored, rows_of.cleared))
    of_a_kind = holds("monitoring_category", "脱贫不稳定户", "边缘易致贫户")
    unmonitored, idle = of_households(rows_of.unmonitored), of_households(rows_of.has_no(rows_of.at_work_lately))
    return (
        Fault("A14", 0.004, kinds.neighbours_phone),
        Fault("B11", 0.006, kinds.one_more_than_counted),
        # a household that has nobody in it
        Fault("B12", 0.0005, repeat(household_id="+"), is_of_identity=True),
        Fault("C01", 0.03, kinds.category_against_type, of_a_kind),
        Fault("C02", 0.03, fill(risk_1=""), monitored),
        Fault("C06", 0.03, fill(risk_5="因残"), both(monitored, of_households(rows_of.has_no(rows_of.certified)))),
        Fault("C07", 0.03, fill(risk_4="因病"), both(monitored, of_households(rows_of.has_no(rows_of.ill)))),
        Fault(
            "C21", 0.02, kinds.cleared_last_month, both(monitored, of_households(rows_of.below_a_line)), is_fresh=True
        ),
        Fault("C23", 0.03, fill(is_water_safe=0), cleared),
        Fault("C20", 0.05, kinds.quick_clearance, cleared),
        Fault("C03", 0.03, kinds.identified_after_clearance, cleared),
        Fault("J01", 0.004, fill(is_dwelling_unsafe=BLANK), scope),
        Fault("J02", 0.003, fill(is_dwelling_unsafe=1), scope),
        Fault("J03", 0.004, fill(is_water_safe=BLANK), scope),
        Fault("A17", 0.006, pick("phone", "无", "1380013", "0751-2250000", ""), scope),
        # households that are under monitoring as nobody should be
        Fault("C29", 0.001, kinds.under_monitoring("其他", 7, is_cleared=True), unmonitored),
        Fault("C31", 0.001, kinds.under_monitoring("其他", 3, is_dwelling_unsafe=1), unmonitored),
        Fault("C32", 0.001, kinds.under_monitoring("其他"), of_households(rows_of.well_off)),
        Fault("F36", 0.001, kinds.under_monitoring("因务工就业不稳", 3), both(unmonitored, idle)),
        Fault("C30", ALL, kinds.under_monitoring("其他", 9, is_cleared=True), of_households(rows_of.cleared_too_early)),
        Fault("G23", ALL, kinds.under_monitoring("因病", 3), of_households(rows_of.ill_without_bills)),
    )  # fmt: skip


def _incomes() -> tuple[Fault, ...]:
    in_order = of_households(rows_of.kept_in_order)
    no_transfers = dict.fromkeys(("transfer_income", *kinds.TRANSFERS), 0)
    return (
        # first those whose months make up a year, so that they stay with the same household
        Fault("I05", 0.001, kinds.divide(10, *kinds.COMPONENTS, *kinds.SUB_ITEMS), in_order),
        Fault("I08", 0.002, kinds.same_every_month, in_order),
        Fault("I06", 0.001, kinds.multiply("wage_income", 10), both(in_order, above("wage_income", 100_000))),
        Fault("I02", 0.001, fill(wage_income=-12_300)),
        Fault("I03", 0.002, kinds.large_part),
        Fault("I10", 0.001, fill(wage_income=5_000)),
        Fault("I15", 0.002, fill(business_income=0, business_expense=80_000)),
        Fault("I16", 0.003, fill(dibao_income=90_000)),
        Fault("I07", 0.0005, kinds.multiply("wage_income", 12), both(in_order, above("wage_income", 100_000)), is_fresh=True),
        Fault("G23", ALL, fill(compliant_out_of_pocket=0), of_households(rows_of.ill_without_bills)),
        Fault("I11", 0.005, fill(**no_transfers), of_households(rows_of.has(rows_of.on_assistance)), is_fresh=True),
        Fault(
            "I12", 0.001, fill(wage_income=0, public_post_wage=0),
            both(in_order, of_households(rows_of.has(rows_of.at_work_all_month))), is_fresh=True,
        ),
    )  # fmt: skip


def _spells() -> tuple[Fault, ...]:
    running = rows_of.filled_day("ended_on", is_filled=False)
    earlier = 9000
    return (
        Fault("F12", 0.006, kinds.second_spell, running),
        Fault("F16", 0.012, kinds.blank("employer", "industry", "channel", "monthly_wage"), running),
        Fault("F17", 0.003, pick("monthly_wage", 5_000, 4_500_000), running),
        Fault("F08", 0.001, kinds.shift_days("started_on", -earlier), rows_of.too_young_if_begun_earlier(earlier)),
    )


def _certificates() -> tuple[Fault, ...]:
    valid = holds("status", "有效")
    return (
        Fault("E05", 0.008, kinds.other_grade),
        Fault("K10", 0.01, fill(issued_on=np.datetime64("1949-10-02")), both(valid, rows_of.aged(0, 70))),
        Fault("E08", 0.01, fill(valid_until=np.datetime64("2021-12-31")), valid),
        # found to be severely disabled of late; the subsidy has not followed
        Fault("E09", 0.006, fill(disability_grade="二级"), both(valid, holds("disability_grade", "三级", "四级"))),
        Fault("spelt grade", 0.15, kinds.spelt_grade),
    )


# By extract. Of rows that stand there:
FAULTS: dict[str, tuple[Fault, ...]] = {
    "rural_revitalization__household_roster": _households(),
    "rural_revitalization__member_roster": _members(),
    "rural_revitalization__income_expense": _incomes(),
    "rural_revitalization__assistance_measure": (
        Fault("C15", 0.02, drop, of_households(rows_of.active_above_lines)),
        Fault("F37", 0.02, kinds.work_for_nobody),
    ),
    "rural_revitalization__feedback": (
        Fault("K09", 0.02, kinds.said_to_be_mended, of_households(rows_of.still_below_unmonitored)),
    ),
    "civil_affairs__assistance_roll": (
        Fault("G16", 0.25, kinds.still_paid, holds("stop_reason", "死亡")),
        Fault("K05", 0.004, kinds.misnamed_town),
        Fault("blank cells", 0.003, kinds.blank("payment_month", "started_on")),
    ),
    "civil_affairs__disability_subsidy": (Fault("E10", 0.02, drop, holds("subsidy_type", "困难残疾人生活补贴")),),
    "education__enrolment": (
        Fault("D17", 0.004, pick("status", "疑似辍学", "退学"), rows_of.of_school_age(6, 15)),
        Fault("C30", ALL, fill(status="退学"), both(rows_of.of_school_age(6, 15), of_households(rows_of.cleared_too_early))),
        Fault("D14", 0.003, drop, of_people(rows_of.schooled)),
        Fault("blank cells", 0.01, kinds.blank("student_number", "grade", "annual_fees")),
    ),
    "education__student_aid": (
        Fault("D20", 0.004, kinds.paid_twice),
        Fault("D21", 0.004, fill(aid_item="雨露计划"), holds("aid_item", "生活费补助")),
    ),
    "medical_insurance__enrolment": (
        Fault("G08", 0.004, fill(status="未缴费")),
        Fault("G22", ALL, fill(status="未缴费"), of_households(rows_of.cleared_too_early)),
        Fault("G07", 0.002, repeat(scheme="城镇职工", status="正常"), holds("scheme", "城乡居民")),
        Fault("G13", 0.004, kinds.blank("personal_payment", "subsidised_amount")),
    ),
    "medical_insurance__settlement": (
        Fault("G23", ALL, drop, of_households(rows_of.ill_without_bills)),
        Fault("H01", 0.004, kinds.costs_off),
        Fault("H03", 0.001, kinds.burden_above_cost),
        Fault("H04", 0.001, kinds.negative_bill),
        Fault("H06", 0.002, repeat(settlement_id="+")),
        Fault("H07", 0.002, kinds.discharged_early),
    ),
    "disabled_federation__certificate": _certificates(),
    "human_resources__employment": _spells(),
    "human_resources__public_post": (
        Fault("F23", 0.02, repeat(post="宣传员"), rows_of.filled_day("ended_on", is_filled=False)),
    ),
    "human_resources__pension": (Fault("G11", 0.003, fill(status="领取"), rows_of.aged(16, 48)),),
    "finance__microcredit": (Fault("G21", 0.02, pick("principal", 8_000_000, 10_000_000)),),
    "housing__dwelling_safety": (Fault("J02", 0.003, fill(dwelling_grade="C", renovated_on=NO_DAY)),),
    "water__drinking_water": (Fault("J05", 0.004, fill(is_safe=0), holds("is_safe", 1)),),
}
