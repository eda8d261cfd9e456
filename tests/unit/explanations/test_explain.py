"""A household, a person and a finding, explained from small Parquet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.command_line.explained import explanation_lines
from orchestration.explanations.content import Explanation, Place
from orchestration.explanations.kept import ExplanationError
from orchestration.foundation.months import Month
from tests.unit.explanations.small_publication import (
    CHILD,
    CHILD_KEY,
    HEAD,
    HEAD_KEY,
    HOUSEHOLD,
    HOUSEHOLDS,
    INCOMES,
    MEMBERS,
    MONTH,
    SETTLEMENTS,
    SmallCounty,
    by_extract,
    income,
    marts_of,
    member,
    settlement,
    window_months,
)

JUNE, AUGUST = Month("2023-06"), Month("2023-08")
CORRECTION = "rural_revitalization/income_expense__2.csv"


@pytest.fixture()
def county(tmp_path: Path) -> SmallCounty:
    """June brought eleven months of income, July the last one and a correction of the first."""
    county = SmallCounty(tmp_path)
    months = window_months()
    county.deliver(JUNE, INCOMES, *(income(month, "1500.00", row=number) for number, month in enumerate(months[:11], 2)))
    county.deliver(MONTH, INCOMES, income(months[11], "1500.00"), income(months[0], "1600.00", CORRECTION, 9))
    county.deliver(
        MONTH, HOUSEHOLDS, {"file": "rural_revitalization/household_roster.csv", "row_number": 5, "household_id": HOUSEHOLD}
    )
    county.deliver(MONTH, MEMBERS, member(HEAD, "户主一", HEAD_KEY, 3), member(CHILD, "孩子一", CHILD_KEY, 4))
    return county


def explained(county: SmallCounty, income_12m: str = "18100.00", **more: str) -> Explanation:
    return county.explainer(county.publish(marts_of(income_12m, **more))).household(HOUSEHOLD)


def test_the_line_is_written_out_with_document_and_article(county: SmallCounty) -> None:
    (line,) = [step for step in explained(county).steps if step.rule == "纳入线"]
    assert "18,100.00 ÷ 2 = 9,050.00 ≤ 10,420" in line.statement
    assert "18,100.00 ≤ 10,420 × 2 = 20,840.00" in line.statement
    assert line.holds is True and line.source == "新农组办〔2023〕3号第2条"


def test_a_household_at_the_line_is_below_an_inclusive_one_and_one_cent_above_is_not(county: SmallCounty) -> None:
    at, above = explained(county, "20840.00"), explained(county, "20840.01")
    assert [step.holds for one in (at, above) for step in one.steps if step.rule == "纳入线"] == [True, False]
    assert "20,840.01 > 10,420" in next(step.statement for step in above.steps if step.rule == "纳入线")


def test_of_a_corrected_month_the_later_delivery_counts_and_the_earlier_names_it(county: SmallCounty) -> None:
    explanation = explained(county)
    first = explanation.income[0]
    assert (first.month, first.net, first.place) == ("2022-07", Decimal("1600.00"), Place(MONTH, CORRECTION, 9))
    (replaced,) = [row for row in explanation.rows if not row.counts]
    assert replaced.place.delivery_month == JUNE and replaced.replaced_by == Place(MONTH, CORRECTION, 9)
    assert explanation.comparisons[0].agrees


def test_a_version_that_knows_no_later_delivery_rests_on_the_earlier_row(county: SmallCounty) -> None:
    county.deliver(AUGUST, INCOMES, income("2022-07", "9999.00", row=7))
    early, late = county.publish(marts_of("18100.00")), county.publish(marts_of("26499.00"), knowledge=AUGUST, restates=1)
    assert county.explainer(early).household(HOUSEHOLD).income[0].net == Decimal("1600.00")
    assert county.explainer(late).household(HOUSEHOLD).income[0].place == Place(
        AUGUST, "rural_revitalization/income_expense.csv", 7
    )


def test_within_a_delivery_the_latest_entry_counts_before_the_later_row(county: SmallCounty) -> None:
    rows = [
        income("2022-07", "1.00", row=2, entered_on="2023-07-02"),
        income("2022-07", "2.00", row=3, entered_on="2023-07-01"),
    ]
    county.deliver(MONTH, INCOMES, *rows)
    assert explained(county).income[0].net == Decimal("1.00")


def test_blank_is_a_gap_and_not_nought(county: SmallCounty) -> None:
    county.deliver(MONTH, INCOMES, income("2023-06", None))
    last = explained(county).income[-1]
    assert (last.net, last.missing) == (None, ("工资性收入",))
    assert last.place is not None


def test_a_month_without_a_row_says_so(county: SmallCounty) -> None:
    county.deliver(MONTH, INCOMES, income("2022-07", "1.00"))
    last = explained(county).income[-1]
    assert last.place is None and last.net is None


def test_department_rows_are_found_by_match_and_of_earlier_deliveries_by_document_and_name(county: SmallCounty) -> None:
    county.deliver(
        JUNE,
        SETTLEMENTS,
        settlement("J1", "孩子一", CHILD_KEY, "40.00", 2),
        settlement("J2", "别人", CHILD_KEY, "7.00", 3),
        settlement("J3", "户主一", HEAD_KEY[:17] + "?", "3.00", 4),
    )
    county.deliver(MONTH, SETTLEMENTS, settlement("M1", "户主一", HEAD_KEY[:17] + "?", "5.00", 8))
    marts = marts_of("18100.00", medical="48.00")
    match = {"month": MONTH.first_day, "extract": SETTLEMENTS, "file": "medical_insurance/settlement.csv", "row_number": 8}
    marts["person_match"] = [{**match, "person_id": HEAD, "match_method": "repaired_id"}]
    explanation = county.explainer(county.publish(marts)).household(HOUSEHOLD)
    found = {(row.values["settlement_id"], row.person_id, row.found_by) for row in by_extract(explanation.rows)[SETTLEMENTS]}
    assert found == {
        ("J1", CHILD, "证件号码和姓名与名册相同"),
        ("J3", HEAD, "证件、姓名与本月比对上的行相同"),
        ("M1", HEAD, "本月比对：纠错"),
    }
    assert [one.agrees for one in explanation.comparisons if one.what == "近12个月医疗个人负担"] == [True]


def test_a_figure_that_the_rows_do_not_give_is_told(county: SmallCounty) -> None:
    explanation = explained(county, medical="12.00")
    assert [one.agrees for one in explanation.comparisons] == [True, True, False]
    assert "不相符" in "\n".join(explanation_lines(explanation))


def test_rows_of_a_file_that_was_replaced_since_are_not_trusted(county: SmallCounty) -> None:
    version = county.publish(marts_of("18100.00"))
    county.deliver(MONTH, MEMBERS, member(HEAD, "户主一", HEAD_KEY, 30), sha256="another")
    explanation = county.explainer(version).household(HOUSEHOLD)
    assert [row.is_trusted for row in by_extract(explanation.rows)[MEMBERS]] == [False]
    (caveat,) = explanation.caveats
    assert "member_roster.xlsx" in caveat and "发布后换过" in caveat and "已不在归档里" in caveat


def test_landed_rows_that_are_gone_are_told(county: SmallCounty) -> None:
    version = county.publish(marts_of("18100.00"))
    county.installation.landed_extract(INCOMES, JUNE).unlink()
    explanation = county.explainer(version).household(HOUSEHOLD)
    assert "读入的内容已不在" in "\n".join(explanation.caveats)
    assert not explanation.comparisons[0].agrees


def test_a_file_that_came_after_the_publication_is_no_input_of_it(county: SmallCounty) -> None:
    version = county.publish(marts_of("18100.00"))
    county.deliver(MONTH, SETTLEMENTS, settlement("M9", "户主一", HEAD_KEY, "5.00", 8))
    assert SETTLEMENTS not in by_extract(county.explainer(version).household(HOUSEHOLD).rows)


def test_a_version_says_what_it_says_otherwise_of_the_household(county: SmallCounty) -> None:
    county.publish(marts_of("18100.00"))
    difference = {
        "month": MONTH.first_day,
        "mart": "household_month",
        "household_id": HOUSEHOLD,
        "column_name": "income_12m",
        "change": "changed",
        "value_before": "18100.00",
        "value_after": "18000.00",
        "explanation": "第9行更正",
    }
    later = county.publish(marts_of("18000.00") | {"restatement_differences": [difference]}, restates=1)
    _, second = county.explainer(later).household(HOUSEHOLD).versions
    assert second.is_explained and second.restates == 1
    (one,) = second.differences
    assert (one.column, one.before, one.after, one.explanation) == ("近12个月纯收入", "18100.00", "18000.00", "第9行更正")


def test_a_list_that_was_asked_for_shows_what_decides_it(county: SmallCounty) -> None:
    county.deliver(MONTH, SETTLEMENTS, settlement("M1", "户主一", HEAD_KEY, "5.00", 8))
    explanation = county.explainer(county.publish(marts_of("18100.00"))).household(HOUSEHOLD, "warning_list")
    assert [one.mart for one in explanation.lists] == ["warning_list"]
    assert set(by_extract(explanation.rows)) == {HOUSEHOLDS, MEMBERS, INCOMES}
    assert [one.parameter for one in explanation.parameters] == ["income.inclusion_line"]
    assert {one.extract for one in explanation.comparisons} == {INCOMES}


def test_a_list_that_was_asked_for_shows_its_own_steps_and_a_person_hers(county: SmallCounty) -> None:
    gaps = [
        {
            "month": MONTH.first_day,
            "gap": "relapse_insurance",
            "household_id": HOUSEHOLD,
            "person_id": person,
            "name": name,
            "found": "none",
            "period_from": dt.date(2023, 6, 30),
            "period_to": dt.date(2023, 6, 30),
        }
        for person, name in ((HEAD, "户主一"), (CHILD, "孩子一"))
    ]
    explainer = county.explainer(county.publish(marts_of("18100.00") | {"entitlement_gaps": gaps}))
    of_list = explainer.household(HOUSEHOLD, "entitlement_gaps").steps
    assert [(step.mart, step.person_id) for step in of_list] == [("entitlement_gaps", HEAD), ("entitlement_gaps", CHILD)]
    assert not [step for step in explainer.household(HOUSEHOLD, "warning_list").steps if step.mart]
    assert {step.person_id for step in explainer.person(CHILD).steps} == {"", CHILD}


def test_a_person_is_shown_without_the_others(county: SmallCounty) -> None:
    explanation = county.explainer(county.publish(marts_of("18100.00"))).person(CHILD)
    assert [one.values["person_id"] for one in explanation.members] == [CHILD]
    assert [row.person_id for row in by_extract(explanation.rows)[MEMBERS]] == [CHILD]


def test_a_finding_shows_its_row(county: SmallCounty) -> None:
    finding = {
        "month": MONTH.first_day,
        "check_code": "A02",
        "entity_key": CHILD,
        "household_id": HOUSEHOLD,
        "person_id": CHILD,
        "extract": MEMBERS,
        "file": "rural_revitalization/member_roster.xlsx",
        "row_number": 4,
        "found": "x",
        "first_seen": dt.date(2023, 7, 1),
        "item_code": f"A02/2023-07/{CHILD}",
    }
    explainer = county.explainer(county.publish(marts_of("18100.00") | {"data_logic_issues": [finding]}))
    there, not_there = explainer.finding("A02", CHILD, None), explainer.finding("A02", HEAD, None)
    assert [row.place.row_number for row in there.rows] == [4] and len(there.findings) == 1
    assert (not_there.findings, not_there.rows) == ((), ())


def test_a_household_that_is_not_there_is_refused_in_words(county: SmallCounty) -> None:
    with pytest.raises(ExplanationError, match="2023-07 第1版没有户编号 7"):
        county.explainer(county.publish(marts_of())).household("7")


def test_numbers_of_documents_are_printed_with_their_middle_hidden(county: SmallCounty) -> None:
    text = "\n".join(explanation_lines(explained(county)))
    assert "440233********0019" in text
    assert HEAD_KEY not in text and CHILD_KEY not in text
