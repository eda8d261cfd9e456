"""The handbook: every rule and every list on one page for officials, that stands in every folder that is handed out.

What belongs here: laying out what ``expectations/`` says of rules and ``config/`` of lists. What does not: saying it. Nothing
on the page is of a publication but head and foot: all editions have the same page, and its content is made once a process.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from expectations.catalogue import Rule, load_rules
from expectations.rule_examples import Example, load_examples
from expectations.rule_words import (
    ENTITIES,
    SEVERITIES,
    Topic,
    example_in_words,
    load_topics,
    needs_in_words,
    place_to_correct,
    repeated_in_words,
    shared_in_words,
)
from orchestration.contracts import (
    EVERY_ITEM,
    Field,
    MartContract,
    PolicyParameter,
    load_extracts,
    load_fields,
    load_marts,
    load_parameters,
    load_publication_lists,
    load_traces,
    mart_fields,
)
from orchestration.contracts.sheet import load_sheets
from orchestration.contracts.value_labels import ValueLabel, load_value_labels
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.site.places import COUNTY_PAGE, HANDBOOK
from orchestration.site.shell import Shell, anchor, table, text

TITLE = "规则与清单手册"

_OTHERS = "others"
_STANDARDS = "标准和口径"
GROUPS = {"work": "办理清单", "ledger": "台账", "figures": "统计", _OTHERS: "其他清单"}
# Lists of codes that are longer are no help on a page.
_MOST_CODES = 16


def handbook_page(shell: Shell) -> str:
    """Return the page; it is the same in every folder, because every folder has its own first page beside it."""
    return shell.page(HANDBOOK, TITLE, handbook_body(), [("首页", COUNTY_PAGE)], is_searched=True)


@kept_by_overlay
def handbook_body() -> str:
    """Return the content of the page: contents, rules by topic, lists by group."""
    rules, examples, topics = load_rules(), load_examples(), load_topics()
    by_topic = {letter: [rule for rule in rules.values() if rule.code[0] == letter] for letter in topics}
    groups = lists_by_group()
    parts = [_introduction(len(rules)), _contents(topics, by_topic, groups)]
    for letter, topic in topics.items():
        parts.append(f'<h2 data-aside id="{letter}">规则 {letter}　{text(topic.title)}</h2><p data-aside>{text(topic.why)}</p>')
        parts += [_rule(rule, topic, examples.get(rule.code, ())) for rule in by_topic[letter]]
    for group, marts in groups.items():
        parts.append(f'<h2 data-aside id="{group}">{GROUPS[group]}</h2>')
        parts += [_list(mart) for mart in marts]
    parts.append(_standards())
    return "".join(parts)


def _introduction(rules: int) -> str:
    return (
        "<div data-aside><p>每月按这些规则核对各部门报送的数据，按这些口径列出清单。规则和清单上的都是<b>请核实的线索</b>，"
        f"不是对任何一户、一人的结论。共 {rules} 条规则。</p><ul>"
        '<li><b class="E">必须更正</b>：数据有错，在源头改正后下次报送就会消除。'
        '<li><b class="W">须核实</b>：可能有错，也可能确是这样；核实后更正，或在清单上说明。'
        "<li><b>提示</b>：供参考，不用逐条反馈。</ul>"
        "<p>确属特殊情况、数据不用改的，在办理工作簿该行的“核实结果”选“豁免”，写明理由和豁免到哪个月，到期前不再下发。"
        "例中的姓名、号码、金额都是编的。</p></div>"
    )


def _contents(
    topics: Mapping[str, Topic], by_topic: Mapping[str, Sequence[Rule]], groups: Mapping[str, Sequence[MartContract]]
) -> str:
    lines = ['<nav data-aside class="contents"><h2>目录</h2>']
    for letter, topic in topics.items():
        links = "　".join(anchor(f"{rule.code} {rule.title}", f"#{rule.code}") for rule in by_topic[letter])
        lines.append(f"<h3>{anchor(f'规则 {letter} {topic.title}', f'#{letter}')}</h3><p>{links}</p>")
    for group, marts in groups.items():
        links = "　".join(anchor(mart.title, f"#{mart.mart}") for mart in marts)
        lines.append("<h3>" + anchor(GROUPS[group], f"#{group}") + f"</h3><p>{links}</p>")
    lines.append(f"<h3>{anchor(_STANDARDS, '#standards')}</h3>")
    return "".join(lines) + "</nav>"


def _rule(rule: Rule, topic: Topic, examples: Sequence[Example]) -> str:
    severity = SEVERITIES[rule.severity]
    repeated = "、".join(anchor(title, f"#{mart}") for mart, title in repeated_in_words(rule))
    said = [
        ("为什么核对", f"<span data-quiet>{text(topic.why)}</span>依据：{text(rule.source)}。"),
        ("改哪里", text(place_to_correct(rule) or "见清单上这一条的“登记内容”和“应为”")),
        ("怎么办", text(rule.advice.strip())),
        ("谁来办", text(rule.owner)),
        ("一条问题是", text(ENTITIES[rule.entity])),
        ("核对用的名册", text(needs_in_words(rule))),
        *([("也在清单", f"{repeated}：同一情况在那里下发，这里不再重复下发")] if repeated else []),
    ]
    return (
        f'<section id="{rule.code}" data-find="{severity} {text(rule.owner)}">'
        f'<h3>{rule.code} {text(rule.title)}　<span class="{rule.severity}">{severity}</span></h3>'
        f"<p><b>{text(rule.question)}</b></p>{_said(said)}{_examples(examples)}{_judged(rule)}</section>"
    )


def _said(rows: Sequence[tuple[str, str]]) -> str:
    return '<table class="said">' + "".join(f"<tr><th>{head}<td>{cell}" for head, cell in rows) + "</table>"


def _examples(examples: Sequence[Example]) -> str:
    if not examples:
        return ""
    shared = shared_in_words(examples)
    rows = []
    for example in examples:
        words = "<br>".join(map(text, example_in_words(example))) or "（只有各例相同的内容）"
        count = f"（{example.failing} 条）" if example.failing > 1 else ""
        verdict = f'<b class="red">有问题{count}</b>' if example.failing else '<span class="good">没有问题</span>'
        rows.append((verdict, text(example.case), words))
    common = f'<p class="note">各例相同：{text(shared)}。</p>' if shared else ""
    return common + table(("判断", "例", "数据"), rows, attributes=' class="examples"')


def _judged(rule: Rule) -> str:
    among = f"，限 {' '.join(rule.among.split())}" if rule.among else ""
    queries = [part.strip() for part in (rule.looks_at_rows, rule.failing or rule.failing_rows) if part]
    return (
        '<details data-quiet class="screen"><summary>怎样判断（供技术人员）</summary>'
        f"<p>核对范围：{text((rule.looks_at or '见下') + among)}</p><pre>{text(chr(10).join(queries))}</pre></details>"
    )


def lists_by_group() -> dict[str, list[MartContract]]:
    """Return every published list by group, those of workbooks in their order, then the others."""
    marts = {**load_marts(), **load_publication_lists()}
    groups: dict[str, list[MartContract]] = defaultdict(list)
    planned = {plan.mart: plan.group for plan in load_sheets()}
    for name in (*planned, *(name for name in marts if name not in planned)):
        groups[planned.get(name, _OTHERS)].append(marts[name])
    return {group: groups[group] for group in GROUPS if groups[group]}


def _list(mart: MartContract) -> str:
    fields = mart_fields(mart, load_fields())
    key = "、".join(text(fields[name].label) for name in mart.key)
    said = [
        ("列的是什么", f"{text(mart.description)}。"),
        ("依据", text(mart.source)),
        ("一行由什么定", f"月份、{key}"),
        ("没有报送时", "".join(_missing(mart))),
    ]
    if decided := "、".join(anchor(one.description, f"#{one.parameter}") for one in _deciding(mart)):
        said.append(("用到的标准", decided))
    rows = ((f"<b>{text(field.label)}</b>", values_in_words(name, field, _personal(field))) for name, field in fields.items())
    return (
        f'<section id="{mart.mart}" data-find="清单 {mart.mart}"><h3>{text(mart.title)}</h3>{_said(said)}'
        + table(("列", "意思"), rows, attributes=' class="columns"')
        + "</section>"
    )


def _deciding(mart: MartContract) -> list[PolicyParameter]:
    """Return the parameters that decide a list; of income the lines alone."""
    return [
        one
        for name, one in load_parameters().items()
        if name.partition(".")[0] in mart.parameters or (mart.needs_line and one.is_line)
    ]


def _standards() -> str:
    """Return every parameter with its values by month, document and article."""
    rows = []
    for name, parameter in load_parameters().items():
        values = "<br>".join(
            f"{text(value.text) if value.kind != 'nothing' else '没有标准'}"
            f'　<span class="note">{value.from_month} 起{"" if value.to_month == "open" else f"至 {value.to_month}"}，'
            f"{text(value.document)}{text(value.article)}</span>"
            for value in parameter.values
        )
        rows.append((f'<span id="{name}">{text(parameter.description)}</span>', values))
    heads = ("标准或口径", "数值、适用月份和依据（“本系统默认口径”可由县里改定）")
    return (
        f'<section id="standards" data-find="{_STANDARDS}"><h2>{_STANDARDS}</h2>'
        + table(heads, rows, attributes=' class="standards"')
        + "</section>"
    )


def _missing(mart: MartContract) -> Iterator[str]:
    """Say what becomes of a list without what it rests on."""
    for need in mart.needs:
        one_of = need.split("|")
        titles = "".join(f"《{text(load_extracts()[name].title)}》" for name in one_of)
        yield f"当月{titles}{'都' if len(one_of) > 1 else ''}没有报送或全部退回的，本清单不适用，不列任何一户一人。"
    if mart.needs_line:
        lines = _labels()["parameter"]
        named = [lines[mart.needs_line].label] if mart.needs_line in lines else [one.label for one in lines.values()]
        yield f"{'、'.join(map(text, named))}{'都' if len(named) > 1 else ''}没有生效的月份，本清单不适用。"
    if mart.needs or mart.needs_line:
        yield f"不适用不等于没有，原因写在{anchor(load_marts()['list_status'].title, '#list_status')}。"
    else:
        yield "有《户信息》《人员信息》就列；别的名册没有报送的，靠它的列为空，空不等于零。"
    traced = load_traces().lists.get(mart.mart)
    if traced and traced.item:
        words = _labels().get(traced.item, {})
        of_items = [
            f"{text(words[item].label if item in words else item)}："
            + "".join(f"《{text(load_extracts()[one].title)}》" for one in names)
            for item, names in traced.rests_on.items()
            if item != EVERY_ITEM
        ]
        if of_items:
            yield f"各项依据的名册：{'；'.join(of_items)}。"
    if mart.undecided:
        yield f"判断不了的户不在这里，列在{anchor(load_marts()[mart.undecided].title, f'#{mart.undecided}')}，不等于没有问题。"


def _personal(field: Field) -> str:
    return '　<span class="note">个人信息</span>' if field.personal else ""


def values_in_words(name: str, field: Field, after: str = "") -> str:
    """Return what a column means, then ``after`` (HTML), then what the values of a coded one are called and mean.

    What is said already is not said again.
    """
    labels = dict(_labels().get(name, {})) if field.type == "text" else {}
    said = field.description
    for code in labels:
        said = re.sub(rf"(?<![a-z_]){re.escape(code)} (?=[^ -~])", "", said)
    # several lists may share a column: a description that names values names those of its list
    if named := {code: one for code, one in labels.items() if one.label in said}:
        labels = {code: one for code, one in named.items() if one.description}
    if not labels or len(labels) > _MOST_CODES:
        return text(said) + after
    words = dict.fromkeys(
        f"{text(one.label)}（{text(one.description)}）" if one.description else text(one.label) for one in labels.values()
    )
    return f'{text(said)}{after}<br><span class="note">取值：{"；".join(words)}</span>'


@kept_by_overlay
def _labels() -> Mapping[str, Mapping[str, ValueLabel]]:
    return load_value_labels(load_extracts(), load_marts()).by_column
