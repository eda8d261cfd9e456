"""A household as a section of its village's page: what is asked, what is known, and from which rows of which files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from orchestration.documents.allotment import ASKED
from orchestration.documents.facts import Facts
from orchestration.explanations.explain import COMPONENTS
from orchestration.explanations.steps import applies_to, burden_steps, income_written_out, line_written_out
from orchestration.foundation.months import Month
from orchestration.site.content import Row
from orchestration.site.household_facts import EVERYBODY, NET, UNPOSTED_FROM, UNPOSTED_TO, HouseholdFacts
from orchestration.site.places import HANDBOOK
from orchestration.site.shell import text, yuan

_MONTHS = 12
_NEVER = f"<td colspan={_MONTHS} class=g>未录"
_NOTHING = [""] * _MONTHS
_PART = "其中："
_PLAIN_ATTRIBUTE = re.compile(r"[\w.:-]+")
_LEVELS = {"red": 0, "yellow": 1}
_OPEN, _WAIVED, _HINT = "open", "waived", "I"


def attribute(value: str) -> str:
    """Return the value of an HTML attribute, in quotes only where it needs them."""
    return value if _PLAIN_ATTRIBUTE.fullmatch(value) else f'"{text(value)}"'


def urgency(household: HouseholdFacts) -> tuple[int, int, int, str]:
    """Return what households stand in the order of: red, yellow, overdue, what is asked at all, the others."""
    level = _LEVELS.get(household.warning["level"], 2) if household.warning else 2
    states = [item["state"] for item in household.items]
    asked = sum(state in ASKED for state in states)
    return level, -states.count("overdue"), -asked, household.row["household_id"]


@dataclass(frozen=True)
class Sections:
    """Writes the sections of households of one publication.

    Attributes:
        facts: of ``config/``.
        month: monitoring month.
        lines: rows of ``lines_in_force``.
        parameters: in force, by name.
        incomes: headers of the items of income, by column, in their order.
        rules: title of every check rule by code.
        replaced: number of the version that this one replaces; None where there is none.
    """

    facts: Facts
    month: Month
    lines: Sequence[Row]
    parameters: Mapping[str, Mapping[str, str | None]]
    incomes: Mapping[str, str]
    rules: Mapping[str, str]
    replaced: int | None = None

    def section(self, household: HouseholdFacts) -> str:
        """Return the section of a household as HTML."""
        row = household.row
        parts = [
            ("要办", self._items(household)),
            ("问题", self._problems(household)),
            ("收入", self._income(household)),
            ("刚性支出", self._burden(household)),
            ("另在清单", self._standing(household)),
            ("成员", self._members(household)),
            (f"与第{self.replaced}版", self._differences(household.differences)),
            ("来源", text(household.sources)),
        ]
        told = "".join(f"<dt>{name}<dd>{said}" for name, said in parts if said)
        identity = attribute(row["household_id"])
        return f"<section id={identity} data-find><h2>{self.title(household)}</h2><dl>{told}</dl>{_front(household)}</section>"

    def title(self, household: HouseholdFacts) -> str:
        """Return head, number and kind of a household, as HTML."""
        row = household.row
        kinds = [
            row["household_type"],
            row["monitoring_category"] and f"{row['monitoring_category']}（风险{row['monitoring_status'] or '状态未填'}）",
            "2019年边缘易致贫户" if row["is_marginal_2019"] else None,
            None if row["is_in_scope"] else "不在监测范围",
            f"{row['headcount']}人",
            household.helper and f"帮扶责任人 {household.helper}",
        ]
        said = "".join(f"　{text(one)}" for one in kinds if one)
        level = f" {self.level(household.warning)}" if household.warning else ""
        return f"{text(row['head_name']) or '户主未填'}{level} <small><i>{text(row['household_id'])}</i>{said}</small>"

    def level(self, warning: Row) -> str:
        """Return the colour of a warning as HTML."""
        return f"<b class={attribute(warning['level'])}>{text(self.facts.labels.label('level', warning['level']))}</b>"

    def _items(self, household: HouseholdFacts) -> str:
        """Return who has to do what by when; items of the same recipient, day and state together."""
        names = {member["person_id"]: member["name"] for member in household.members}
        lines: dict[str, list[str]] = {}
        for item in household.items:
            kind = f"·{self.facts.labels.label('kind', item['kind'])}" if item["kind"] else ""
            name = names.get(item["person_id"])
            what = f"{self._list_name(item['list'])}{kind}{f'（{name}）' if name and kind else ''}"
            lines.setdefault(self._item_head(item), []).append(text(what) + _answer(item))
        return "<br>".join(f"{head}{'、'.join(said)}" for head, said in lines.items())

    def _item_head(self, item: Row) -> str:
        labels = self.facts.labels
        whom = text(labels.label("recipient", item["recipient"]))
        state = text(labels.label("state", item["state"]))
        if item["state"] not in ASKED:
            return f"{state}（{whom}）："
        colour = "yellow" if item["state"] == _OPEN else "red"
        return f"<b class={colour}>{state}</b> {whom}{_day(item['due_on'])}前反馈（{_day(item['handed_out_on'])[5:]}下发）："

    def _list_name(self, name: str) -> str:
        if mart := self.facts.marts.get(name):
            return mart.title
        return f"{name} {self.rules[name]}" if name in self.rules else name

    def _problems(self, household: HouseholdFacts) -> str:
        """Return what rules found; of hints the names alone, of what is about an item that it is told above."""
        items = {item["item_code"] for item in household.items}
        lines: dict[str, list[str]] = {}
        hints: dict[str, None] = {}
        for one in household.problems:
            code = one["check_code"]
            head = f"<a href={HANDBOOK}#{attribute(code)}>{text(code)} {text(one['check_title'])}</a>"
            if one["severity"] == _HINT:
                hints[head] = None
                continue
            said = "见要办" if one["entity_key"] in items else text(one["found"])
            if one["status"] == _WAIVED:
                said += "（已豁免）"
            found = lines.setdefault(f"{head}（{text(self.facts.labels.label('severity', one['severity']))}）", [])
            if said not in found:
                found.append(said)
        told = [f"{head}{'；'.join(found)}" for head, found in lines.items()]
        if hints:
            told.append(f"{text(self.facts.labels.label('severity', _HINT))}：{'、'.join(hints)}")
        return "<br>".join(told)

    def _income(self, household: HouseholdFacts) -> str:
        row, labels = household.row, self.facts.labels
        observed = "12个月录全" if row["months_observed"] == _MONTHS else f"12个月中录全{row['months_observed']}个月"
        if row["income_12m"] is None:
            said = [f"收入{text(labels.label('income_status', row['income_status']))}（{observed}），不与标准比较"]
            if row["income_12m_estimate"] is not None:
                said.append(f"按已录月份估算 {yuan(row['income_12m_estimate'])} 元")
        else:
            said = [f"{income_written_out(row)}（{observed}）"]
            said += [self._line(line, row) for line in self.lines if line["amount"] is not None and applies_to(line, row)]
        if household.warning:
            said.append(self._warning(household.warning))
        return "<br>".join(said) + self._months(household)

    def _line(self, line: Row, row: Row) -> str:
        name = self.facts.labels.label("parameter", line["parameter"])
        if not row["headcount"]:
            return f"{text(name)}：家庭人口为 0，不比较"
        return f"{text(name)}：{line_written_out(line, row)}（{text(line['document'])}{text(line['article'])}）"

    def _warning(self, warning: Row) -> str:
        reason = self.facts.labels.label("trigger_reason", warning["trigger_reason"])
        since = f"{warning['first_listed_month']:%Y-%m}起连续{warning['consecutive_months']}个月"
        return f"{self.level(warning)}，距标准差 {yuan(warning['shortfall'])} 元；{text(reason)}，{since}"

    def _months(self, household: HouseholdFacts) -> str:
        """Return the income by item and month: a table where it is in question, else a line an item."""
        income = household.income
        shown = [name for name in self.incomes if name in COMPONENTS or name in income]
        if not income:
            return ""
        if not household.is_income_in_question:
            return self._month_lines({name: income.get(name, _NOTHING) for name in shown})
        cells = {name: folded(income[name], is_needed=name in COMPONENTS) if name in income else _NEVER for name in shown}
        lines = "".join(f"<tr><th>{self._item_words[name]}{said}" for name, said in cells.items())
        net = f"<tr><th>纯收入{folded(income[NET])}" if NET in income else ""
        return f"<div class=wide><table class=y>{self._month_heads}{lines}{net}</table></div>"

    def _month_lines(self, income: Mapping[str, Sequence[str]]) -> str:
        """Return every item's months in a line; a part that is all of its whole is told with it."""
        whole = ""
        lines: dict[str, list[str]] = {}
        for name, amounts in income.items():
            if self.incomes[name].startswith(_PART) and whole and amounts == income[whole]:
                lines[whole][0] += f"（均为{self._item_words[name]}）"
                continue
            if not self.incomes[name].startswith(_PART):
                whole = name
            said = " ".join(f"{one or '未录'}×{times}" if times > 1 else one or "未录" for one, times in _runs(amounts))
            lines[name] = [self._item_words[name], said.replace(",", "")]
        return f"<br>{self._first_month}起每月：" + "".join(f"<br>{words}：{said}" for words, said in lines.values())

    @cached_property
    def _item_words(self) -> Mapping[str, str]:
        return {name: text(header.removeprefix(_PART)) for name, header in self.incomes.items()}

    @cached_property
    def _first_month(self) -> str:
        return str(self._window[0])

    @cached_property
    def _window(self) -> list[Month]:
        return [self.month.back(count) for count in range(_MONTHS, 0, -1)]

    @cached_property
    def _month_heads(self) -> str:
        heads = (
            f"<th>{f'{one[2:4]}年' if n == 0 or one[5:] == '01' else ''}{int(one[5:])}月" for n, one in enumerate(self._window)
        )
        return f"<tr><th>{''.join(heads)}"

    def _burden(self, household: HouseholdFacts) -> str:
        if household.burden is None:
            return ""
        return "<br>".join(text(step.statement) for step in burden_steps(household.row, household.burden, self.parameters))

    def _standing(self, household: HouseholdFacts) -> str:
        """Return the lists on which it stands beside those that its items name."""
        lists: dict[str, list[str]] = {}
        told = {(item["list"], item["kind"]) for item in household.items}
        for mart, kind, name in household.standing:
            if (mart, kind or None) in told:
                continue
            label = next((self.facts.labels.label(one, kind) for one in _KINDS if kind in self.facts.labels.of(one)), kind)
            lists.setdefault(mart, []).append(f"{label}{name}" if kind else name)
        return "　".join(
            f"<a href={HANDBOOK}#{attribute(mart)}>{text(self._list_name(mart))}</a>"
            + (f"（{text('、'.join(one for one in said if one))}）" if any(said) else "")
            for mart, said in lists.items()
        )

    def _members(self, household: HouseholdFacts) -> str:
        known = {member["person_id"] for member in household.members}
        lines = [self._member(member, household.receives.get(member["person_id"], "")) for member in household.members]
        whole = [("每人", household.receives.get(EVERYBODY, "")), ("全户", household.receives.get("", ""))]
        gone = [
            ("已减少的成员", words) for person, words in household.receives.items() if person not in (*known, EVERYBODY, "")
        ]
        lines += [f"{name}：{text(words)}" for name, words in (*whole, *gone) if words]
        return "<br>".join(lines)

    def _member(self, member: Row, receives: str) -> str:
        labels = self.facts.labels
        employment = member["employment_status"]
        said = [
            member["relationship"],
            f"{member['sex'] or ''}{'' if member['age'] is None else member['age']}",
            member["assistance_type"],
            member["disability_grade"] and f"残疾{member['disability_grade']}",
            member["school_stage"] and f"{member['school_stage']}{member['enrolment_status'] or ''}",
            employment
            and labels.label("employment_status", employment) + (f"（{member['work_area']}）" if member["work_area"] else ""),
        ]
        about = " ".join(text(one) for one in said if one)
        return f"{text(member['name'])} {about}{f'：{text(receives)}' if receives else ''}"

    def _differences(self, differences: Sequence[Row]) -> str:
        labels, lines = self.facts.labels, []
        for row in differences:
            column = row["column_name"]
            fields = self.facts.fields_of(row["mart"]) if row["mart"] in self.facts.marts else {}
            header = fields[column].label if column in fields else column or ""
            before, after = (
                labels.label(column, row[name]) if column and row[name] else row[name] or "—"
                for name in ("value_before", "value_after")
            )
            change = f"{header} {before} → {after}" if column else labels.label("change", row["change"])
            lines.append(text(f"{self._list_name(row['mart'])}：{change}（{row['explanation'] or '原因未能确定'}）"))
        return "<br>".join(lines)


# columns of lists that say what is the matter, and have words for it
_KINDS = ("shortfall", "gap", "reason")


def folded(amounts: Sequence[str], *, is_needed: bool = True) -> str:
    """Return the cells of months, runs of equal months as one.

    Args:
        amounts: of the months, as texts.
        is_needed: whether the item has to be filled in: a month without it is then seen as a gap.
    """
    cells = []
    for amount, times in _runs(amounts):
        span = f" colspan={times}" if times > 1 else ""
        cells.append(f"<td{span} class=g>未录" if is_needed and not amount else f"<td{span}>{amount}")
    return "".join(cells)


def _runs(amounts: Sequence[str]) -> list[tuple[str, int]]:
    return [(amount, len(list(same))) for amount, same in groupby(amounts)]


def _front(household: HouseholdFacts) -> str:
    """Return what the household receives that may be posted; printed alone, the front of its sheet. Blank without a card."""
    if household.posted is None:
        return ""
    lines = "".join(f"<tr><th>{text(policy)}<td>{_posted(words)}" for policy, words in household.posted.items())
    return f"<div class=k>{f'<table>{lines}</table>' if lines else '本期没有可以张贴的享受事项。'}</div>"


def _posted(words: str) -> str:
    return text(words).replace(UNPOSTED_FROM, "<i>").replace(UNPOSTED_TO, "</i>")


def _answer(item: Row) -> str:
    if item["answered_on"]:
        said = "，".join(text(one) for one in (item["result"], item["reason"], item["answered_by"]) if one)
        return f"（{_day(item['answered_on'])}答复：{said}）"
    if item["last_answered_on"]:
        return f"（{_day(item['last_answered_on'])}曾答复：{text(item['last_result'])}）"
    return ""


def _day(day: dt.date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else "未定"
