"""The answers to the example questions (``config/example_queries.yml``) worked out otherwise: in pandas, without dimensions.

Each takes the lists of an edition and a month and returns the rows of the answer, in any order. Chinese words of codes come
from ``config/`` and not from the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from orchestration.contracts import load_county, load_extracts, load_marts
from orchestration.contracts.value_labels import load_value_labels

Frames = Callable[[str], pd.DataFrame]
Rows = list[tuple[Any, ...]]
Answer = Callable[[Frames, dt.date], Rows]

LABELS = load_value_labels(load_extracts(), load_marts())
DEPARTMENTS = {one.code: one.name for one in load_county().departments}
WORK = ("employed", "public_post")


def of(frames: Frames, name: str, month: dt.date) -> pd.DataFrame:
    frame = frames(name)
    return frame[frame["month"] == month]


def before(month: dt.date) -> dt.date:
    return (month - dt.timedelta(days=1)).replace(day=1)


def tuples(frame: pd.DataFrame) -> Rows:
    return list(frame.itertuples(index=False, name=None))


def counted(frame: pd.DataFrame, by: str | list[str], **conditions: pd.Series) -> pd.DataFrame:
    """Count rows by some columns, blank ones too, and those of them that meet each condition."""
    shown = frame.assign(rows=1, **{name: condition.fillna(False).astype(int) for name, condition in conditions.items()})
    return shown.groupby(by, dropna=False)[["rows", *conditions]].sum().reset_index()


def warnings_by_town(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "warning_list", month)
    return tuples(counted(listed, "town", red=listed.level == "red", yellow=listed.level == "yellow"))


def new_warnings(frames: Frames, month: dt.date) -> Rows:
    reasons = of(frames, "warning_list", month).trigger_reason.value_counts().drop("persisting", errors="ignore")
    return [(LABELS.label("trigger_reason", str(reason)), count) for reason, count in reasons.items()]


def lasting_warnings(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "warning_list", month)
    columns = ["household_id", "town", "village", "consecutive_months", "shortfall"]
    return tuples(listed[listed.consecutive_months > 2][columns])


def left_warnings(frames: Frames, month: dt.date) -> Rows:
    now = set(of(frames, "warning_list", month).household_id)
    former = of(frames, "warning_list", before(month))
    left = former[~former.household_id.isin(now)]
    return tuples(counted(left, "town", gaps=left.household_id.isin(set(of(frames, "income_gaps", month).household_id))))


def warnings_by_month(frames: Frames, month: dt.date) -> Rows:
    listed, status = frames("warning_list"), frames("list_status")
    rows: Rows = []
    for one in frames("publications").itertuples():
        statuses = status[status.month == one.month]
        is_computed = set(statuses[statuses["mart"] == "warning_list"].status) == {"computed"}
        inside = listed[listed.month == one.month]
        counts = (len(inside), int((inside.level == "red").sum())) if is_computed else (None, None)
        rows.append((one.month, *counts, one.knowledge_month > one.month, _is_complete(frames, one.month)))
    return rows


def _is_complete(frames: Frames, month: dt.date) -> bool:
    received = frames("bureau.department_comparison")
    statuses = frames("list_status")
    return set(received[received.month == month].status) == {"compared"} and (
        set(statuses[statuses.month == month].status) == {"computed"}
    )


def worst_villages(frames: Frames, month: dt.date) -> Rows:
    households = of(frames, "household_month", month)
    inside = households[households.is_in_scope & (households.town.fillna("") != "") & (households.village.fillna("") != "")]
    warned = inside.household_id.isin(set(of(frames, "warning_list", month).household_id))
    shares = counted(inside, ["town", "village"], warned=warned)
    shares["share"] = shares.warned / shares.rows
    order = shares.sort_values(["share", "rows", "town", "village"], ascending=[False, False, True, True])
    return tuples(order.head(10))


def entered(frames: Frames, month: dt.date) -> Rows:
    households = of(frames, "household_month", month)
    inside = households[households.is_in_scope]
    found = counted(inside, "town", complete=inside.income_status == "complete")
    return tuples(found.assign(rate=found.complete / found.rows))


def missing_months(frames: Frames, month: dt.date) -> Rows:
    return list(of(frames, "income_gaps", month).missing_months.explode().dropna().value_counts().items())


def income_bands(frames: Frames, month: dt.date) -> Rows:
    households, lines = of(frames, "household_month", month), of(frames, "lines_in_force", month)
    inside = households[households.is_in_scope & (households.income_status == "complete") & (households.headcount > 0)]
    line = lines[(lines.parameter == "income.inclusion_line") & (lines.status == "in_force")].amount
    if line.empty:
        return [("当月没有纳入线", len(inside))] if len(inside) else []
    ratio = inside.income_12m / (float(line.iloc[0]) * inside.headcount)
    names = ["1 纳入线以下（含）", "2 一倍半以内", "3 两倍以内", "4 两倍以上"]
    bands = pd.cut(ratio, [float("-inf"), 1, 1.5, 2, float("inf")], labels=names, right=True).value_counts()
    return [(name, count) for name, count in bands.items() if count]


def median_income(frames: Frames, month: dt.date) -> Rows:
    households = of(frames, "household_month", month)
    complete = households[(households.income_status == "complete") & households.income_per_capita.notna()]
    found = complete.groupby("town", dropna=False).income_per_capita
    return tuples(found.agg(["count", "median"]).reset_index())


def income_parts(frames: Frames, month: dt.date) -> Rows:
    households = of(frames, "household_month", month)
    complete = households[households.income_status == "complete"]
    rows: Rows = []
    for kind, inside in complete.groupby("household_type", dropna=False):
        whole = inside.income_12m.sum()
        parts = ("wage_12m", "business_12m", "property_12m", "transfer_12m")
        if whole > 0:
            rows.append((kind, len(inside), *(inside[part].sum() / whole for part in parts)))
    return rows


def fallen_incomes(frames: Frames, month: dt.date) -> Rows:
    both = of(frames, "household_month", month).merge(
        of(frames, "household_month", before(month)), on="household_id", suffixes=("", "_before")
    )
    complete = both[(both.income_status == "complete") & (both.income_status_before == "complete")]
    fallen = complete[(complete.income_12m_before > 0) & (complete.income_12m <= 0.7 * complete.income_12m_before)]
    return tuples(fallen[["household_id", "town", "village", "income_12m_before", "income_12m"]])


def dearest_illness(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "expenditure_burden", month).dropna(subset=["medical_12m"])
    order = listed.sort_values(["medical_12m", "household_id"], ascending=[False, True]).head(20)
    return tuples(order[["household_id", "town", "medical_12m", "burden_ratio", "falls_below_after_burden"]])


def several_lists(frames: Frames, month: dt.date) -> Rows:
    names = (
        "warning_list",
        "income_gaps",
        "expenditure_burden",
        "guarantee_shortfalls",
        "entitlement_gaps",
        "unassisted_monitored",
    )
    found = pd.concat([of(frames, name, month).household_id.drop_duplicates() for name in names])
    return list(found.value_counts().value_counts().items())


def shortfalls(frames: Frames, month: dt.date) -> Rows:
    found = of(frames, "guarantee_shortfalls", month).groupby(["town", "shortfall"], dropna=False).household_id
    return [
        (town, LABELS.label("shortfall", kind), rows, households)
        for town, kind, rows, households in tuples(found.agg(["size", "nunique"]).reset_index())
    ]


def entitlements(frames: Frames, month: dt.date) -> Rows:
    found = of(frames, "entitlement_gaps", month).groupby(["gap", "target_department"]).household_id
    return [
        (LABELS.label("gap", gap), DEPARTMENTS[department], rows, households)
        for gap, department, rows, households in tuples(found.agg(["size", "nunique"]).reset_index())
    ]


def referred(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "referrals", month)
    found = counted(listed, "target_department", uncertain=listed.is_uncertain)
    return [(DEPARTMENTS[department], *counts) for department, *counts in tuples(found)]


def unassisted(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "unassisted_monitored", month)
    return tuples(counted(listed, "monitoring_category", complete=listed.income_status == "complete"))


def uninsured(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "premium_coverage", month)
    status = listed.premium_status
    return tuples(counted(listed, "town", uninsured=status == "uninsured", unknown=status.isna()))


def ages(frames: Frames, month: dt.date) -> Rows:
    return tuples(counted(of(frames, "person_month", month), ["age", "sex"]))


def groups(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "key_groups", month)
    return tuples(listed[listed.is_total][["group", "households", "persons"]])


def employed(frames: Frames, month: dt.date) -> Rows:
    ledger = of(frames, "employment_ledger", month).dropna(subset=["employment_status"])
    found = counted(ledger, "town", employed=ledger.employment_status.isin(WORK))
    return tuples(found.assign(rate=found.employed / found.rows))


def work_areas(frames: Frames, month: dt.date) -> Rows:
    people = of(frames, "person_month", month)
    return list(people[people.employment_status.isin(WORK)].work_area.fillna("不详").value_counts().items())


def returned(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "returnee_ledger", month)
    return tuples(counted(listed, "town", overdue=listed.is_overdue, unserved=listed.services_since_return == 0))


def posts(frames: Frames, month: dt.date) -> Rows:
    listed = of(frames, "public_posts", month)
    active = listed[listed.post_state == "active"]
    persons = active.groupby("town", dropna=False).person_id.nunique()
    found = counted(active, "town", ending=active.is_ending_soon)
    return [(town, int(persons[town]), rows, ending) for town, rows, ending in tuples(found)]


def loans(frames: Frames, month: dt.date) -> Rows:
    found = of(frames, "microcredit_ledger", month).groupby("loan_state", dropna=False).balance
    return [
        (LABELS.label("loan_state", state), rows, whole)
        for state, rows, whole in tuples(found.agg(["size", "sum"]).reset_index())
    ]


def overdue_items(frames: Frames, month: dt.date) -> Rows:
    items = of(frames, "worklist_follow_up", month)
    found = items[items.state == "overdue"].groupby("recipient", dropna=False).days_open.agg(["size", "max"]).reset_index()
    return [(DEPARTMENTS.get(recipient, recipient), *counts) for recipient, *counts in tuples(found)]


def closing(frames: Frames, month: dt.date) -> Rows:
    rates = of(frames, "closure_rates", month)
    own = rates[(rates["list"] == "全部") & ~rates.is_total]
    chosen = tuples(own[["recipient", "items", "closed", "closure_rate", "in_time_rate"]])
    return [(DEPARTMENTS.get(recipient, recipient), *rest) for recipient, *rest in chosen]


def problems(frames: Frames, month: dt.date) -> Rows:
    issues = of(frames, "data_logic_issues", month)
    waiting = issues[issues.status == "open"]
    found = waiting.groupby(["check_code", "check_title", "severity", "owner"]).consecutive_months.agg(["size", "max"])
    order = found.reset_index().sort_values(["size", "check_code", "owner"], ascending=[False, True, True]).head(20)
    return [(code, title, LABELS.label("severity", grade), *rest) for code, title, grade, *rest in tuples(order)]


def months(frames: Frames, month: dt.date) -> Rows:
    received, statuses, lines = frames("bureau.department_comparison"), frames("list_status"), frames("lines_in_force")
    titles = {name: contract.title for name, contract in load_extracts().items()}
    rows: Rows = []
    for one in frames("publications").itertuples():
        of_month = lines[(lines.month == one.month) & (lines.status == "in_force")].set_index("parameter").amount
        absent = received[(received.month == one.month) & (received.status != "compared")].sort_values("extract").extract
        lacking = statuses[(statuses.month == one.month) & (statuses.status != "computed")].sort_values("mart").title
        rows.append(
            (
                one.month,
                of_month.get("income.inclusion_line"),
                of_month.get("income.warning_line"),
                one.version,
                one.knowledge_month > one.month,
                _is_complete(frames, one.month),
                "、".join(titles[name] for name in absent) or None,
                "、".join(lacking) or None,
            )
        )
    return rows


# In the order of the questions.
ANSWERS: Sequence[Answer] = (
    warnings_by_town,
    new_warnings,
    lasting_warnings,
    left_warnings,
    warnings_by_month,
    worst_villages,
    entered,
    missing_months,
    income_bands,
    median_income,
    income_parts,
    fallen_incomes,
    dearest_illness,
    several_lists,
    shortfalls,
    entitlements,
    referred,
    unassisted,
    uninsured,
    ages,
    groups,
    employed,
    work_areas,
    returned,
    posts,
    loans,
    overdue_items,
    closing,
    problems,
    months,
)
