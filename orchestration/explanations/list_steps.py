"""Why a row stands on a list other than those of income: ages, amounts, dates and limits of the rule, written out.

What belongs here: the lists of which one step decides, each row by its own figures. Words only: the row is there because the
warehouse found it, nothing is judged anew. What a version does not publish is said to be unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.contracts.value_labels import ValueLabels
from orchestration.explanations.content import ListEntry, SourceRow, Step
from orchestration.explanations.words import money
from orchestration.foundation.months import Month

Row = Mapping[str, Any]

_ENROLMENT, _DWELLING, _WATER = "education__enrolment", "housing__dwelling_safety", "water__drinking_water"
_HOUSEHOLDS = "rural_revitalization__household_roster"
_UNKNOWN = "（这一版没有发布）"
# Of a kind that only another program knew.
_AS_LISTED = "见清单上的这一行"
_UNCERTAIN = "；名册中另有疑似本人（本户）的行待判定，先核实再处理"
# Of who is not insured: rules.md section 2, check G24.
_DOUBTFUL = "；名册中另有疑似本人的行待判定，或医保已为其支付过费用，先核实再处理"
_INSURED = frozenset({"uninsured", "medical_uninsured"})


@dataclass(frozen=True)
class Listed:
    """What the rows of lists are explained with.

    Attributes:
        month: monitoring month.
        parameters: of the manifest.
        labels: the Chinese of codes.
        household: its row of ``household_month``.
        persons: rows of ``person_month`` by person.
        workers: rows of ``employment_ledger`` by person.
        sources: the delivered rows of the household.
    """

    month: Month
    parameters: Mapping[str, Row]
    labels: ValueLabels
    household: Row
    persons: Mapping[str, Row]
    workers: Mapping[str, Row]
    sources: Sequence[SourceRow]

    @property
    def cut_off(self) -> dt.date:
        """The day up to which the month looks."""
        return self.month.previous.last_day

    def value(self, parameter: str) -> str:
        """Return a parameter as it was in force; words where the version does not say it."""
        return str(self.parameters.get(parameter, {}).get("value") or _UNKNOWN)

    def source(self, entry: ListEntry, *parameters: str) -> str:
        """Return document and article: of the list, and of the parameters that decide."""
        said = [self.parameters[name] for name in parameters if name in self.parameters]
        named = [entry.source, *(f"{one['document']}{one['article']}" for one in said if one.get("document"))]
        return "；".join(dict.fromkeys(filter(None, named)))

    def counting(self, extract: str, person_id: str | None = None) -> list[SourceRow]:
        """Return the delivered rows of an extract that count, of one person where one is given."""
        return [row for row in self.sources if row.extract == extract and row.counts and person_id in (None, row.person_id)]

    def person(self, entry: ListEntry) -> Row:
        """Return what the version publishes of the person a row is about; empty for one of a household."""
        return self.persons.get(entry.values.get("person_id") or "", {})


def list_steps(entries: Sequence[ListEntry], listed: Listed) -> Iterator[Step]:
    """Yield for each row that can be written out why it stands on its list (rules.md sections 7 to 9, ledgers.md section 6)."""
    for entry in entries:
        writer = _WRITERS.get(entry.mart)
        if writer is None:
            continue
        rule, statement, *parameters = writer(entry.values, entry, listed)
        name = entry.values.get("name")
        yield Step(
            f"{entry.title}：{rule}" + (f"（{name}）" if name else ""),
            statement + _doubt(entry.values),
            True,
            listed.source(entry, *parameters),
            mart=entry.mart,
            person_id=entry.values.get("person_id") or "",
        )


def _doubt(row: Row) -> str:
    if not row.get("is_uncertain"):
        return ""
    return _DOUBTFUL if {row.get("shortfall"), row.get("gap")} & _INSURED else _UNCERTAIN


# What is asked, the figures written out, and the parameters that decide.
Written = tuple[str, ...]


_HOMES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "unsafe_dwelling": ("is_dwelling_unsafe", _DWELLING, ("dwelling_grade", "renovated_on")),
    "unsafe_water": ("is_water_safe", _WATER, ("is_safe", "checked_on")),
}


def _shortfall(row: Row, entry: ListEntry, listed: Listed) -> Written:
    kind = row["shortfall"]
    rule = listed.labels.label("shortfall", kind)
    person = listed.person(entry)
    if kind == "out_of_school":
        low, high = "education.school_age_from", "education.school_age_to"
        found = [_at(one, "status") for one in listed.counting(_ENROLMENT, row["person_id"])]
        said = f"学籍名册：{'；'.join(found)}，不是在读、送教上门" if found else "学籍名册没有本人的行"
        return rule, f"{_age(person)}，在学龄 {listed.value(low)}—{listed.value(high)} 周岁（含）内；{said}", low, high
    if kind == "uninsured":
        return rule, f"{listed.cut_off.year} 年度参保名册没有本人已缴费的行：{_status(person, 'premium_status', listed)}"
    if kind not in _HOMES:
        return rule, _AS_LISTED
    column, extract, words = _HOMES[kind]
    found = [_at(one, column) for one in listed.counting(_HOUSEHOLDS)]
    found += [_at(one, *words) for one in listed.counting(extract)]
    return rule, "；".join(found) or "依据的行没有找到"


def _returnee(row: Row, _: ListEntry, listed: Listed) -> Written:
    within, after = "employment.returned_within_days", "employment.follow_up_days"
    days = (listed.cut_off - row["returned_on"]).days
    served = f"返乡后服务 {row['services_since_return']} 次"
    limit = listed.value(after)
    late = (
        f"{days} 天 > {limit} 天而没有服务，逾期"
        if row["is_overdue"]
        else (f"{days} 天 ≤ {limit} 天，未到期" if not row["services_since_return"] else "已有服务，不算逾期")
    )
    where = f"（{row['last_work_area']}）" if row.get("last_work_area") else ""
    back = f"{row['returned_on']} 县外务工{where}结束，到截止日 {listed.cut_off} 共 {days} 天 ≤ {listed.value(within)} 天"
    return "返乡", f"{back}，没有在岗；{served}，{late}", within, after


_SERVICES = {
    "offers": "employment.offers_required",
    "guidance": "employment.guidance_required",
    "training": "employment.trainings_required",
}


def _service(row: Row, _: ListEntry, listed: Listed) -> Written:
    parameter = _SERVICES.get(row["shortfall"], "")
    status = listed.labels.label("employment_status", row["employment_status"])
    why = "有培训需求的劳动力" if row["shortfall"] == "training" else f"就业状态：{status}"
    rule = listed.labels.label("shortfall", row["shortfall"])
    unit = "个" if row["shortfall"] == "offers" else "次"
    return rule, f"{why}；近12个月{rule} {row['reached']} {unit} < {row['required']} {unit}", parameter


def _gap(row: Row, entry: ListEntry, listed: Listed) -> Written:
    rule = listed.labels.label("gap", row["gap"])
    if (writer := _GAPS.get(row["gap"])) is None:
        return rule, _AS_LISTED
    statement, *parameters = writer(row, listed.person(entry), listed)
    since = f"；{row['first_month']:%Y-%m} 起 {row['consecutive_months']} 个月" if row.get("first_month") else ""
    return rule, statement + since, *parameters


def _premium(row: Row, _: Row, listed: Listed) -> Written:
    paid = f"，本人已缴 {money(row['amount'])} 元" if row.get("amount") is not None else ""
    return (f"{listed.cut_off.year} 年度缴费情况：{_found(row, listed)}{paid}；应由政府全额代缴",)


def _uninsured(row: Row, _: Row, listed: Listed) -> Written:
    return (f"{_period(row)} 的参保名册：{_found(row, listed)}",)


def _pension(row: Row, person: Row, listed: Listed) -> Written:
    age = "entitlement.pension_age"
    paid = f"，本人已缴 {money(row['amount'])} 元" if row.get("amount") is not None else ""
    due = "entitlement.pension_gap_statuses"
    more = (due,) if row["gap"] == "pension_premium" else ()
    return f"{_age(person)} < {listed.value(age)} 周岁；养老保险：{_found(row, listed)}{paid}", age, *more


def _pension_due(row: Row, person: Row, listed: Listed) -> Written:
    age = "entitlement.pension_age"
    return f"{_age(person)} ≥ {listed.value(age)} 周岁；养老保险：{_found(row, listed)}，没有领取", age


def _disability(row: Row, _: Row, listed: Listed) -> Written:
    what = listed.labels.label("gap", row["gap"])
    return (f"{_found(row, listed)}，有有效残疾人证；{row['period_from']:%Y-%m} 没有发放{what}的记录",)


def _student(row: Row, _: Row, listed: Listed) -> Written:
    months = "education.aid_months"
    net = f"；教育净支出 {money(row['amount'])} 元" if row.get("amount") is not None else ""
    return f"{_found(row, listed)}在读；{_period(row)}（{listed.value(months)} 个月）没有资助发放的记录{net}", months


def _medical_aid(row: Row, person: Row, listed: Listed) -> Written:
    on_assistance = bool(person.get("is_on_assistance"))
    limit = "entitlement.medical_aid_burden" + ("_on_assistance" if on_assistance else "")
    whom = "救助在保人员" if on_assistance else "本人"
    return f"{whom}近12个月医疗自付 {_money(row)} ≥ {listed.value(limit)}；{_period(row)} 没有医疗救助", limit


def _relief(row: Row, _: Row, listed: Listed) -> Written:
    medical, education = (listed.household.get(name) for name in ("medical_12m", "education_net"))
    known = [f"{word} {money(value)}" for word, value in (("医疗", medical), ("教育", education)) if value is not None]
    spent = f"{' + '.join(known)} = {_money(row)} 元" if row.get("amount") is not None and known else "刚性支出"
    return f"{spent}，{_found(row, listed)}；{_period(row)} 没有临时救助发放的记录", "burden.heavy_ratio"


def _insurance(row: Row, _: Row, listed: Listed) -> Written:
    return (f"截止日 {listed.cut_off} 没有在保的防返贫综合保险：{_found(row, listed)}",)


def _dwelling(row: Row, _: Row, listed: Listed) -> Written:
    found = _found(row, listed)
    return (f"到 {listed.cut_off} 没有改造：{f'鉴定等级 {found}' if found in ('C', 'D') else found}",)


def _travel(row: Row, _: Row, listed: Listed) -> Written:
    areas, days = "entitlement.travel_areas", "entitlement.travel_days"
    started = listed.workers.get(row["person_id"], {}).get("started_on")
    worked = (
        f"{started} 开始，到截止日 {listed.cut_off} 共 {(listed.cut_off - started).days} 天 ≥ {listed.value(days)} 天"
        if started
        else f"务工满 {listed.value(days)} 天"
    )
    return f"{_found(row, listed)}务工（{listed.value(areas)}的应有补贴），{worked}；{_period(row)} 没有交通补贴", areas, days


def _post(row: Row, _: Row, listed: Listed) -> Written:
    skill = listed.workers.get(row["person_id"], {}).get("labour_skill") or "弱劳动力或半劳动力"
    return (f"{skill}，{_found(row, listed)}；截止日 {listed.cut_off} 没有在公益性岗位上",)


_GAPS: Mapping[str, Callable[[Row, Row, Listed], Written]] = {
    "medical_uninsured": _uninsured,
    "medical_premium": _premium,
    "pension_uninsured": _pension,
    "pension_premium": _pension,
    "pension_not_received": _pension_due,
    "living_subsidy": _disability,
    "nursing_subsidy": _disability,
    "student_aid": _student,
    "medical_aid": _medical_aid,
    "temporary_relief": _relief,
    "relapse_insurance": _insurance,
    "dwelling_renovation": _dwelling,
    "travel_subsidy": _travel,
    "public_post": _post,
}
_WRITERS: Mapping[str, Callable[[Row, ListEntry, Listed], Written]] = {
    "guarantee_shortfalls": _shortfall,
    "returnee_ledger": _returnee,
    "service_shortfalls": _service,
    "entitlement_gaps": _gap,
}


def _age(person: Row) -> str:
    return f"{person['age']} 周岁" if person.get("age") is not None else "年龄不详"


def _status(person: Row, column: str, listed: Listed) -> str:
    return listed.labels.label(column, person[column]) if person.get(column) else "未参保"


def _found(row: Row, listed: Listed) -> str:
    """Return what a gap's row says of how it is now: a code of several columns, or Chinese already."""
    value = row.get("found")
    if not value:
        return "没有记录"
    columns = ("found", "pension_status", "premium_status", "employment_status")
    return next((words for column in columns if (words := listed.labels.label(column, value)) != value), value)


def _period(row: Row) -> str:
    start, end = row["period_from"], row["period_to"]
    return f"{start}" if start == end else f"{start} 至 {end}"


def _money(row: Row) -> str:
    return money(row["amount"] if row.get("amount") is not None else Decimal(0))


def _at(source: SourceRow, *columns: str) -> str:
    """Return what stands in a delivered row, with its file and row number."""
    cells = {cell.name: cell for cell in source.cells}
    said = "、".join(f"{cells[name].header} {cells[name].value or '（空）'}" for name in columns if name in cells)
    return f"《{source.title}》{source.place.file} 第{source.place.row_number}行 {said}".rstrip()
