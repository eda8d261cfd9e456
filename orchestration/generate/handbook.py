"""The rule handbook for officials: one Chinese page per check rule and a table of contents, from catalogue and examples.

What belongs here: laying out what ``expectations/catalogue`` and ``expectations/examples`` say. What does not: saying it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from expectations.catalogue import Rule, load_rules
from expectations.rule_examples import Example, load_examples
from orchestration.contracts import load_extracts, load_fields
from orchestration.contracts.yaml_file import read_yaml
from orchestration.foundation.paths import CONFIG, REPOSITORY

HANDBOOK = REPOSITORY / "docs" / "rules"

_HEAD = "<!-- Generated from expectations/ by python -m orchestration.generate; do not edit. -->\n"
_SEVERITIES = {"E": "必须更正", "W": "须核实", "I": "提示"}
_ENTITIES = {
    "person": "人（在册成员）",
    "household": "户",
    "row": "部门名册中的一行",
    "extract": "一种名册",
    "file": "一个文件",
    "item": "一件交办事项",
}
_TOPICS = {
    "A": "身份信息",
    "B": "家庭结构",
    "C": "监测对象",
    "D": "教育",
    "E": "残疾与健康",
    "F": "就业",
    "G": "社会保障",
    "H": "医疗费用",
    "I": "收入支出",
    "J": "住房饮水",
    "K": "报送与反馈",
}


def handbook_files() -> dict[Path, str]:
    """Return the content of every page by path."""
    rules, examples = load_rules(), load_examples()
    files = {HANDBOOK / "README.md": _contents(rules)}
    for code, rule in rules.items():
        files[HANDBOOK / f"{code}.md"] = _page(rule, examples.get(code, ()))
    return files


def _contents(rules: Mapping[str, Rule]) -> str:
    by_topic: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules.values():
        by_topic[rule.code[0]].append(rule)
    lines = [
        _HEAD,
        "# 数据逻辑规则手册",
        "",
        f"共 {len(rules)} 条规则，依据新农组办〔2023〕3号第四条逐月核对。每条一页：问什么、怎样算有问题、怎么办、正反例。",
        "“必须更正”是数据有错；“须核实”是可能有错，核实后更正或说明；“提示”供参考。问题是线索，不是结论；确属特殊情况的，",
        "用“核实整改反馈”报“豁免”并写明理由和期限。",
    ]
    for letter, members in by_topic.items():
        lines += [
            "",
            f"## {letter} {_TOPICS.get(letter, '')}",
            "",
            "| 编号 | 规则 | 程度 | 责任单位 | 问什么 |",
            "|---|---|---|---|---|",
            *(
                f"| [{rule.code}]({rule.code}.md) | {rule.title} "
                f"| {_SEVERITIES[rule.severity]} | {rule.owner} | {rule.question} |"
                for rule in members
            ),
        ]
    return "\n".join(lines) + "\n"


def _page(rule: Rule, examples: Sequence[Example]) -> str:
    titles = "".join(f"《{load_extracts()[name].title}》" for name in rule.needs)
    needs = f"{titles}（没有报送时不适用）" if titles else "《户信息》《人员信息》"
    lines = [
        _HEAD,
        f"# {rule.code} {rule.title}",
        "",
        f"**{rule.question}**",
        "",
        "| | |",
        "|---|---|",
        f"| 程度 | {_SEVERITIES[rule.severity]} |",
        f"| 责任单位 | {rule.owner} |",
        f"| 核对对象 | {_ENTITIES[rule.entity]} |",
        f"| 需要的名册 | {needs} |",
        *([f"| 要改的列 | {_label(rule.field)} |"] if rule.field else []),
        f"| 依据 | {rule.source} |",
        "",
        "## 怎么办",
        "",
        rule.advice.strip(),
        "",
    ]
    if examples:
        shared = "；".join(text for row in examples[0].given.values() if (text := _values(row)))
        lines += ["## 例", "", *([f"各例相同的内容：{shared}。", ""] if shared else []), *_table(examples), ""]
    lines += ["## 怎样判断（供技术人员）", "", f"核对范围：`{rule.looks_at or '见下'}`" + _among(rule), "", "```sql"]
    lines += [(rule.looks_at_rows or "").strip()] if rule.looks_at_rows else []
    lines += [(rule.failing or rule.failing_rows or "").strip(), "```", ""]
    return "\n".join(lines)


def _among(rule: Rule) -> str:
    return f"，限 `{' '.join(rule.among.split())}`" if rule.among else ""


def _table(examples: Sequence[Example]) -> Iterator[str]:
    yield "| 情形 | 数据 | 是否列为问题 |"
    yield "|---|---|---|"
    for example in examples:
        rows = [row for members in example.rows.values() for row in members]
        data = "<br>".join(text for row in rows if (text := _values(row))) or "（只有相同的内容）"
        verdict = f"**是**{f'（{example.failing} 条）' if example.failing > 1 else ''}" if example.failing else "否"
        yield f"| {_cell(example.case)} | {_cell(data)} | {verdict} |"


def _values(row: Mapping[str, Any]) -> str:
    return "，".join(f"{_label(name)} {_value(value)}" for name, value in row.items() if not name.endswith("_id"))


def _value(value: Any) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _label(name: str) -> str:
    return _labels().get(name, name)


@cache
def _labels() -> dict[str, str]:
    """Return the Chinese of column names: of the checks' own words, the extracts' headers, the published fields."""
    headers = {column.name: column.header for contract in reversed(load_extracts().values()) for column in contract.columns}
    words = read_yaml(CONFIG / "check_words.yml")
    return {**{name: field.label for name, field in load_fields().items()}, **headers, **words}
