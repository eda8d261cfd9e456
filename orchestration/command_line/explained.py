"""An explanation as it is printed on a terminal.

What belongs here: words, their order and places. What does not: finding out what is said (``explanations``). Numbers of
documents are shown with their middle hidden: whoever needs the whole number opens the file at the row that is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from orchestration.command_line.arguments import padded, width, wrapped
from orchestration.contracts import MartContract, load_extracts
from orchestration.explanations.content import (
    Cell,
    Edition,
    Explanation,
    FindingExplanation,
    IncomeMonth,
    ListEntry,
    ParameterUsed,
    Place,
    SourceRow,
    Step,
    VersionOfMonth,
)

_WIDEST = 130
_MARKS = {True: "是", False: "否", None: "　"}
_INCOMES = "rural_revitalization__income_expense"
_SHOWN_INCOMES = (
    "wage_income",
    "business_income",
    "business_expense",
    "property_income",
    "transfer_income",
    "claim_income",
)
_FIRST_SHOWN, _LAST_SHOWN = 6, 4


def explanation_lines(explanation: Explanation, mart: MartContract | None = None) -> Iterator[str]:
    """Return what is printed of a household or a person.

    Args:
        explanation: of them.
        mart: the list that was asked for, None for all.
    """
    yield f"户编号 {explanation.household_id} · {_edition(explanation.edition)}"
    yield from _section("本户", _cells(explanation.facts))
    yield from _section(f"家庭成员（{len(explanation.members)} 人）", _entries(explanation.members))
    if mart:
        standing = "" if explanation.lists else "本户不在这份清单上。"
        yield from _section(f"《{mart.title}》", _wrap([f"{standing}{mart.description}（{mart.source}）"]))
    yield from _section("规则怎么判的", (line for step in explanation.steps for line in _step(step)))
    if explanation.income:
        yield from _section("近12个月收支", _income(explanation.income))
    yield from _section("在哪些清单上", _lists(explanation.lists))
    yield from _section("线索和办理", _entries(explanation.items))
    yield from _section("数据问题", _entries(explanation.problems))
    yield from _section("用到的标准和口径", _parameters(explanation.parameters))
    yield from _section("依据的报送：文件和行", _rows(explanation.rows, _names(explanation.members)))
    if explanation.comparisons:
        compared = [
            f"{one.what}：发布 {one.published:,.2f}，上列 {one.rows} 行（月）合计 {one.from_rows:,.2f}，"
            + ("相符" if one.agrees else "不相符：有的行没有找到，或文件在发布后换过")
            for one in explanation.comparisons
        ]
        yield from _section("核对", compared)
    yield from _section("本月的版本", (line for version in explanation.versions for line in _version(version)))
    yield from _section("请注意", explanation.caveats)


def finding_lines(explanation: FindingExplanation) -> Iterator[str]:
    """Return what is printed of a finding."""
    rule = explanation.rule
    yield f"规则 {explanation.code}{f' {rule.title}' if rule else ''} · {_edition(explanation.edition)}"
    if rule:
        yield from _section("规则", _wrap([rule.question, f"处理：{rule.advice}", f"依据：{rule.source}"]))
    if not explanation.findings:
        yield from ("", f"对象 {explanation.entity} 本月没有这条规则的发现")
    if explanation.result:
        yield from _section("这条规则本月的结果", _cells(explanation.result.cells))
    yield from _section("发现", _entries(explanation.findings))
    yield from _section("线索和办理", _entries(explanation.items))
    yield from _section("用到的标准和口径", _parameters(explanation.parameters))
    yield from _section("依据的报送：文件和行", _rows(explanation.rows, {}))
    yield from _section("请注意", explanation.caveats)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [*lines]
    if found:
        yield from ("", f"【{title}】", *(f"  {line}" for line in found))


def _edition(edition: Edition) -> str:
    published = edition.published_at[:16].replace("T", " ")
    known = f"用到截至 {edition.knowledge_month} 的报送，{published} 发布，程序 {edition.code_version}"
    return f"{edition.month} 第{edition.version}版（{known}）"


def _wrap(texts: Iterable[str], indent: str = "") -> Iterator[str]:
    for text in texts:
        for number, line in enumerate(wrapped(text, _WIDEST - 2 - len(indent)) or [""]):
            yield f"{indent if number else ''}{line}"


def _shown(cell: Cell) -> str:
    if cell.type != "id" and cell.name != "person_key":
        return cell.value
    plain = cell.value.strip("='\" ")
    hidden = len(plain) - _FIRST_SHOWN - _LAST_SHOWN
    return f"{plain[:_FIRST_SHOWN]}{'*' * hidden}{plain[-_LAST_SHOWN:]}" if hidden > 0 else "*" * len(plain)


def _cells(cells: Sequence[Cell]) -> Iterator[str]:
    text = "，".join(f"{cell.header} {_shown(cell).rstrip('。')}" for cell in cells if cell.value)
    yield from _wrap([text])


def _entries(entries: Sequence[ListEntry]) -> Iterator[str]:
    for entry in entries:
        yield from (f"{'· ' if number == 0 else '  '}{line}" for number, line in enumerate(_cells(entry.cells)))


def _lists(entries: Sequence[ListEntry]) -> Iterator[str]:
    for title, those in groupby(entries, key=lambda entry: f"《{entry.title}》（{entry.source}）"):
        yield title
        yield from (f"  {line}" for line in _entries([*those]))


def _step(step: Step) -> Iterator[str]:
    source = f"（{step.source}）" if step.source else ""
    yield from _wrap([f"{_MARKS[step.holds]} {step.rule}：{step.statement}{source}"], "   ")


def _income(months: Sequence[IncomeMonth]) -> Iterator[str]:
    contract = load_extracts()[_INCOMES]
    headers = ["月份", *(contract.column(name).header for name in _SHOWN_INCOMES), "纯收入", "文件和行"]
    table = [headers]
    for one in months:
        amounts = [_amount(one.items[name]) for name in _SHOWN_INCOMES]
        where = _place(one.place) if one.place else "没有这个月的登记"
        gaps = f"；没有填：{'、'.join(one.missing)}" if one.missing and one.place else ""
        table.append([str(one.month), *amounts, _amount(one.net), f"{where}{gaps}"])
    widths = [max(width(row[number]) for row in table) for number in range(len(headers))]
    for row in table:
        yield "  ".join(
            padded(text, size) if number in (0, len(row) - 1) else " " * (size - width(text)) + text
            for number, (text, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()


def _amount(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,.2f}"


def _parameters(parameters: Sequence[ParameterUsed]) -> Iterator[str]:
    for one in parameters:
        yield from _wrap([f"{one.parameter} = {one.value}：{one.description}（{one.document}{one.article}）"], "    ")


def _place(place: Place) -> str:
    sheet = f" 表“{place.sheet}”" if place.sheet else ""
    return f"{place.delivery_month} 报送 {place.file}{sheet} 第{place.row_number}行"


def _names(members: Sequence[ListEntry]) -> dict[str, str]:
    return {str(one.values["person_id"]): str(one.values["name"] or "") for one in members}


def _rows(rows: Sequence[SourceRow], names: dict[str, str]) -> Iterator[str]:
    for title, those in groupby(rows, key=lambda row: row.title):
        yield f"《{title}》"
        for row in those:
            whom = f"（{names.get(row.person_id) or row.person_id}）" if row.person_id else ""
            counts = (
                "" if row.counts else "；不计入，同一事项以 " + (_place(row.replaced_by) if row.replaced_by else "") + " 为准"
            )
            changed = "" if row.is_trusted else "；文件在发布后换过或已不在，这一行未必是当时的"
            yield f"  {_place(row.place)}{whom}　{row.found_by}{counts}{changed}"
            text = "，".join(f"{cell.header} {_shown(cell)}" for cell in row.cells if cell.name != "row_seal")
            yield from (f"      {line}" for line in _wrap([text]))
            yield from (f"      读入时：{line}" for line in _wrap(row.notes))


def _version(version: VersionOfMonth) -> Iterator[str]:
    this = "（本说明所依据的一版）" if version.is_explained else ""
    restates = f"，取代第{version.restates}版" if version.restates else ""
    published = version.published_at[:16].replace("T", " ")
    known = f"用到截至 {version.knowledge_month} 的报送，{published} 发布"
    yield f"第{version.version}版{this}：{version.standing}{restates}，{known}"
    if version.restates and not version.differences:
        yield "    本户没有变化"
    for one in version.differences:
        column = f"·{one.column} {one.before or '空'} → {one.after or '空'}" if one.column else ""
        yield from (f"    {line}" for line in _wrap([f"《{one.title}》{one.change}{column}：{one.explanation}"], "  "))
