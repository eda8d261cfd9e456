"""The rules as they came out for a household, written out: published figures, the lines in force, document and article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from orchestration.contracts.value_labels import ValueLabels
from orchestration.explanations.content import Step
from orchestration.explanations.words import money, plain
from orchestration.foundation.months import Month

_POPULATIONS = ("poverty_alleviated", "marginal_2019", "monitored")


def income_steps(
    month: Month,
    household: Mapping[str, Any],
    warning: Mapping[str, Any] | None,
    lines: Sequence[Mapping[str, Any]],
    *,
    parameters: Mapping[str, Mapping[str, Any]],
    labels: ValueLabels,
) -> Iterator[Step]:
    """Return how a household comes to stand on the warning list, or not (rules.md sections 3 to 6).

    Args:
        month: monitoring month.
        household: its row of ``household_month``.
        warning: its row of ``warning_list``, None where it is not on it.
        lines: the rows of ``lines_in_force``.
        parameters: of the manifest.
        labels: the Chinese of codes.
    """
    yield Step("属于哪些人群", _populations_in_words(household, labels), household["is_in_scope"], "规则第3节")
    headcount, income = household["headcount"], household["income_12m"]
    method = parameters.get("household.headcount_method", {})
    yield Step("家庭人口", f"{headcount} 人", None, _said_by(method) or "规则第3节")
    start = month.first_day.replace(year=month.first_day.year - 1)
    months = f"{start:%Y-%m} 至 {month.previous} 的 12 个月中，{household['months_observed']} 个月五项收支录全"
    status = labels.label("income_status", household["income_status"])
    yield Step("收入录全了吗", f"{months}：{status}", household["income_status"] == "complete", "规则第4节")
    if income is not None:
        yield Step("近12个月纯收入", income_written_out(household), None, "规则第4节；新农组办〔2023〕3号第2条、第3条")
    if household["income_status"] != "complete":
        yield Step("与标准比较", "收入没有录全的户不与标准比较，不列入预警名单，列入收入缺录清单", False, "规则第4节")
        return
    for line in lines:
        yield _line_step(line, household, labels)
    yield _verdict(warning, labels)


def income_written_out(household: Mapping[str, Any]) -> str:
    """Return of what the income of a row of ``household_month`` is made; it must be known."""
    parts = ("wage_12m", "business_12m", "property_12m", "transfer_12m")
    words = ("工资性", "生产经营净", "财产性", "转移性")
    sums = " + ".join(f"{word} {money(household[part] or Decimal(0))}" for part, word in zip(parts, words, strict=True))
    return f"{sums} = {money(household['income_12m'])} 元"


def line_written_out(line: Mapping[str, Any], household: Mapping[str, Any]) -> str:
    """Return how the income of a household stands to a line in force; what is compared is not rounded (rules.md section 5)."""
    sign = {"<=": "≤" if _is_below(line, household) else ">", "<": "<" if _is_below(line, household) else "≥"}
    each = f"{money(household['income_12m'])} ÷ {household['headcount']} = {money(household['income_per_capita'])}"
    return f"{each} {sign[line['comparator']]} {plain(line['amount'])}"


def applies_to(line: Mapping[str, Any], household: Mapping[str, Any]) -> bool:
    """Return whether a household is of those to whom a line applies."""
    return any(_is_of(household, population) for population in line["population"].split(","))


def _is_below(line: Mapping[str, Any], household: Mapping[str, Any]) -> bool:
    within = line["amount"] * household["headcount"]
    return bool(household["income_12m"] <= within if line["comparator"] == "<=" else household["income_12m"] < within)


def _line_step(line: Mapping[str, Any], household: Mapping[str, Any], labels: ValueLabels) -> Step:
    name = labels.label("parameter", line["parameter"])
    if line["amount"] is None:
        return Step(f"{name}", "本月未生效，不比较", None, "规则第5节")
    source = f"{line['document']}{line['article']}"
    headcount, income, amount = household["headcount"], household["income_12m"], line["amount"]
    whom = labels.label("population", line["population"])
    is_below, is_of_population = _is_below(line, household), applies_to(line, household)
    each = line_written_out(line, household)
    sign = each.split(" ")[-2]
    exact = f"不取整的比较：{money(income)} {sign} {plain(amount)} × {headcount} = {money(amount * headcount)}"
    belongs = f"适用于{whom}，本户{'属于' if is_of_population else '不属于'}"
    return Step(f"{name}", f"{each}（{exact}）；{belongs}", is_below and is_of_population, source)


def _verdict(warning: Mapping[str, Any] | None, labels: ValueLabels) -> Step:
    if warning is None:
        return Step("在不在预警名单上", "不在：没有低于本户适用的标准", False, "规则第6节")
    level = labels.label("level", warning["level"])
    reason = labels.of("trigger_reason").get(warning["trigger_reason"])
    why = f"{reason.label}（{reason.description}）" if reason else warning["trigger_reason"]
    since = f"{warning['first_listed_month']:%Y-%m} 起连续 {warning['consecutive_months']} 个月"
    missing = f"距标准差 {money(warning['shortfall'])} 元"
    return Step(
        "在不在预警名单上", f"在，{level}；{missing}；原因：{why}；{since}", True, "规则第6节；新农组办〔2023〕3号第2条、第3条"
    )


def burden_steps(
    household: Mapping[str, Any], burden: Mapping[str, Any] | None, parameters: Mapping[str, Mapping[str, Any]]
) -> Iterator[Step]:
    """Return the burden of a household (rules.md section 7)."""
    medical, education, income = household["medical_12m"], household["education_net"], household["income_12m"]
    said = [
        f"医疗个人负担 {money(medical)}" if medical is not None else "医保结算没有报送",
        f"教育净支出 {money(education)}" if education is not None else "学籍没有报送",
    ]
    heavy = parameters.get("burden.heavy_ratio", {})
    limit = f"；达到 {heavy['value']} 为负担重" if heavy.get("value") else ""
    if household["burden_ratio"] is not None:
        spent = (medical or Decimal(0)) + (education or Decimal(0))
        ratio = f"{household['burden_ratio'].normalize():f}"
        said.append(f"占收入 {money(spent)} ÷ {money(income)} = {ratio}{limit}")
    yield Step("刚性支出", "；".join(said), bool(burden and burden["is_heavy_ratio"]), _said_by(heavy) or "规则第7节")
    if household["adjusted_income_12m"] is not None:
        parts = f"{money(income)} + 理赔 {money(household['claim_12m'])} − 医疗 {money(medical or Decimal(0))}"
        adjusted = f"{parts} − 教育 {money(education or Decimal(0))} = {money(household['adjusted_income_12m'])} 元"
        yield Step("扣减刚性支出后才低于标准吗", adjusted, bool(burden and burden["falls_below_after_burden"]), "规则第7节")


def _populations_in_words(household: Mapping[str, Any], labels: ValueLabels) -> str:
    own = [labels.label("population", name) for name in _POPULATIONS if _is_of(household, name)]
    cleared = "（风险已消除）" if household["is_monitored"] and not household["is_monitored_active"] else ""
    return "、".join(own) + cleared if own else "不属于脱贫户、2019年边缘易致贫户、监测对象，不在监测范围"


def _is_of(household: Mapping[str, Any], population: str) -> bool:
    return bool(household.get(f"is_{population}"))


def _said_by(parameter: Mapping[str, Any]) -> str:
    return f"{parameter['document']}{parameter['article']}" if parameter.get("document") else ""
