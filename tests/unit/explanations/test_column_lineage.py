"""The committed lineage: columns looked up by hand, and none of what is published left without an end or a reason."""

from __future__ import annotations

import pytest

from expectations.catalogue import load_rules
from orchestration.contracts import load_extracts, load_fields, load_marts, mart_fields
from orchestration.explanations.lineage import Lineage, Origin, Place, load_lineage

HOUSEHOLDS, MEMBERS, INCOMES = (
    f"rural_revitalization__{name}" for name in ("household_roster", "member_roster", "income_expense")
)
INCOME = {"wage_income", "business_income", "business_expense", "property_income", "transfer_income"}
# What is a constant of its model's SQL: names of lists, figures, items, and which rows are sums.
CONSTANTS = {
    "briefing_figures": {"figure", "figure_no", "is_total", "unit"},
    "briefing_trend": {"figure"},
    "closure_rates": {"is_total"},
    "employment_quarter": {"figure", "figure_no", "is_total"},
    "employment_summary": {"is_total"},
    "entitlement_gaps": {"gap", "target_department", "rests_on"},
    "guarantee_shortfalls": {"shortfall"},
    "income_items": {"income_item", "is_income_component", "is_missing"},
    "intake_changes": {"field", "field_header"},
    "key_groups": {"group", "is_total"},
    "match_candidates": {"reason"},
    "match_review": {"decision", "extract", "reason"},
    "person_match": {"extract"},
    "policy_card": {"department", "policy"},
    "referrals": {"reason", "target_department"},
    "risk_reasons": {"risk_place"},
    "rows_to_check": {"extract"},
    "service_shortfalls": {"shortfall"},
    "worklist_follow_up": {"kind"},
}


@pytest.mark.parametrize(
    ("table", "column", "origins"),
    [
        ("warning_list", "head_name", {("extract", HOUSEHOLDS, "head_name")}),
        ("warning_list", "income_12m", {("extract", INCOMES, name) for name in INCOME}),
        # of months alone in which all five are known
        ("household_month", "wage_12m", {("extract", INCOMES, name) for name in INCOME}),
        (
            "household_month",
            "headcount",
            {
                ("extract", HOUSEHOLDS, "household_size"),
                # members are counted: which there are, and who of them is one
                ("extract", MEMBERS, "delivery_month"),
                ("extract", MEMBERS, "id_number"),
                ("parameter", "household.headcount_method", ""),
            },
        ),
        ("risk_reasons", "risk", {("extract", HOUSEHOLDS, f"risk_{number}") for number in range(1, 6)}),
        ("microcredit_ledger", "bank", {("extract", "finance__microcredit", "bank")}),
        ("key_groups", "is_total", set()),
    ],
)
def test_columns_that_were_looked_up_by_hand(table: str, column: str, origins: set[tuple[str, str, str]]) -> None:
    assert {tuple(vars(one).values()) for one in load_lineage().origins(table, column)} == origins


def test_every_published_column_ends_in_an_extract_a_fact_or_what_is_said_to_be_constant() -> None:
    lineage, headers = load_lineage(), {name: {column.name for column in one.columns} for name, one in load_extracts().items()}
    constant: dict[str, set[str]] = {}
    for name, mart in load_marts().items():
        assert set(mart_fields(mart, load_fields())) == lineage.columns[name].keys() - {"*"}, name
        for column in mart_fields(mart, load_fields()):
            origins = lineage.origins(name, column)
            assert not [one for one in origins if one.kind == "unknown"], (name, column)
            for one in origins:
                if one.kind == "extract":
                    place = {"delivery_month", "file", "sheet", "row_number", "*"}
                    assert one.column in headers[one.table] | place, one
            if not origins:
                constant.setdefault(name, set()).add(column)
    assert constant == CONSTANTS


def test_every_rule_is_said_to_read_something_known() -> None:
    lineage = load_lineage()
    assert lineage.rules.keys() == load_rules().keys()
    for code in lineage.rules:
        origins = lineage.read_by(code)
        assert origins and not [one for one in origins if one.kind == "unknown"], code


def test_a_circle_ends_and_what_is_not_known_is_told() -> None:
    lineage = Lineage(
        {
            "one": {"a": {"kept.one": "a", "landed.rural_revitalization__visit": "visited_on"}, "b": {"?": "why"}},
            "kept.one": {"a": {"one": "a"}},
        },
        {},
        {},
    )
    assert lineage.origins("one", "a") == {Origin("extract", "rural_revitalization__visit", "visited_on")}
    assert lineage.origins("one", "b") == {Origin("unknown", "", "why")}
    assert lineage.step(Place("one", "a")) == [
        Place("kept.one", "a"),
        Place("landed.rural_revitalization__visit", "visited_on"),
    ]
    with pytest.raises(KeyError):
        lineage.origins("one", "c")
