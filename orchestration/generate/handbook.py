"""The rule handbook for officials: one Chinese page per check rule and a table of contents, from catalogue and examples.

What belongs here: laying out what ``expectations/catalogue`` and ``expectations/examples`` say. What does not: saying it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from expectations.catalogue import Rule, load_rules
from expectations.rule_examples import Example, load_examples
from expectations.rule_words import (
    ENTITIES,
    SEVERITIES,
    example_in_words,
    load_topics,
    needs_in_words,
    place_to_correct,
    shared_in_words,
)
from orchestration.foundation.paths import REPOSITORY

HANDBOOK = REPOSITORY / "docs" / "rules"

_HEAD = "<!-- Generated from expectations/ by python -m orchestration.generate; do not edit. -->\n"


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
            f"## {letter} {load_topics()[letter].title}",
            "",
            load_topics()[letter].why,
            "",
            "| 编号 | 规则 | 程度 | 责任单位 | 问什么 |",
            "|---|---|---|---|---|",
            *(
                f"| [{rule.code}]({rule.code}.md) | {rule.title} "
                f"| {SEVERITIES[rule.severity]} | {rule.owner} | {rule.question} |"
                for rule in members
            ),
        ]
    return "\n".join(lines) + "\n"


def _page(rule: Rule, examples: Sequence[Example]) -> str:
    to_correct = place_to_correct(rule)
    lines = [
        _HEAD,
        f"# {rule.code} {rule.title}",
        "",
        f"**{rule.question}**",
        "",
        "| | |",
        "|---|---|",
        f"| 程度 | {SEVERITIES[rule.severity]} |",
        f"| 责任单位 | {rule.owner} |",
        f"| 核对对象 | {ENTITIES[rule.entity]} |",
        f"| 需要的名册 | {needs_in_words(rule)} |",
        *([f"| 要改的列 | {to_correct} |"] if to_correct else []),
        f"| 依据 | {rule.source} |",
        "",
        "## 怎么办",
        "",
        rule.advice.strip(),
        "",
    ]
    if examples:
        shared = shared_in_words(examples)
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
        data = "<br>".join(example_in_words(example)) or "（只有相同的内容）"
        verdict = f"**是**{f'（{example.failing} 条）' if example.failing > 1 else ''}" if example.failing else "否"
        yield f"| {_cell(example.case)} | {_cell(data)} | {verdict} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
