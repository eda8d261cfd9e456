"""The command ``explain``: why a household, a person or a finding stands where it stands in a published month."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

if TYPE_CHECKING:
    from orchestration.explanations.content import RuleWords
    from orchestration.explanations.explain import Explainer

NOT_EXPLAINED = 1


def add_explain(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    month: Callable[[str], Month],
    add_folders: Callable[[argparse.ArgumentParser], None],
    installation_of: Callable[[argparse.Namespace], Installation],
) -> None:
    """Add the command to the parser of ``fangfanpin``.

    Args:
        commands: where to.
        month: reads a month.
        add_folders: adds ``--raw`` and ``--marts``.
        installation_of: returns the installation that parsed options name.
    """
    explain = commands.add_parser("explain", description="说明一户、一人或一条数据问题：怎么判的，依据哪个文件第几行")
    explain.add_argument("--month", required=True, type=month, metavar="年-月", help="监测月份，如 2023-09")
    explain.add_argument("--household", metavar="户编号", help="说明一户")
    explain.add_argument("--person", metavar="人员编号", help="说明一人（和其所在的户）")
    explain.add_argument("--check", metavar="规则", help="说明一条数据问题，如 C25；同时写 --entity")
    explain.add_argument("--entity", metavar="对象", help="数据问题的对象，照数据逻辑问题清单上写")
    explain.add_argument("--list", dest="mart", metavar="清单", help="只说明这一份清单，如 warning_list 或 预警名单")
    explain.add_argument("--version", type=int, metavar="版本", help="第几版（默认现行的一版）")
    add_folders(explain)
    explain.set_defaults(command=lambda options: _explain(options, installation_of(options)), parser=explain)


def _explain(options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.command_line.explained import explanation_lines, finding_lines
    from orchestration.contracts import load_marts
    from orchestration.explanations.kept import ExplanationError
    from orchestration.publications import PublishingError

    if sum(value is not None for value in (options.household, options.person, options.check)) != 1:
        options.parser.error("--household、--person、--check 要写一个，也只能写一个")
    if (options.check is None) != (options.entity is None):
        options.parser.error("--check 和 --entity 要一起写")
    if options.mart and not options.household:
        options.parser.error("--list 和 --household 一起用")
    mart = _mart(options) if options.mart else None
    try:
        explainer = _explainer(installation, options.month, options.version)
        if options.check:
            finding = explainer.finding(options.check, options.entity, _rule(options.check))
            print(*finding_lines(finding), sep="\n")
            return 0 if finding.findings else NOT_EXPLAINED
        explanation = explainer.person(options.person) if options.person else explainer.household(options.household, mart)
    except (ExplanationError, PublishingError) as error:
        print(f"没有说明：{error}", file=sys.stderr)
        return NOT_EXPLAINED
    print(*explanation_lines(explanation, load_marts()[mart] if mart else None), sep="\n")
    return 0


def _mart(options: argparse.Namespace) -> str:
    """Return the list that is meant by its name or its Chinese title."""
    from orchestration.contracts import load_marts

    names = {name: name for name in load_marts()} | {mart.title: name for name, mart in load_marts().items()}
    if options.mart not in names:
        close = difflib.get_close_matches(options.mart, names, n=1)
        options.parser.error(f"没有清单 {options.mart}" + (f"；是不是要写 {close[0]}？" if close else ""))
    return names[options.mart]


def _explainer(installation: Installation, month: Month, number: int | None) -> Explainer:
    from orchestration.explanations.explain import Explainer, Version
    from orchestration.explanations.kept import ExplanationError
    from orchestration.publications import latest_publications, month_versions

    published = month_versions(installation.marts, month)
    in_force = latest_publications(installation.marts)
    if not published:
        months = "、".join(in_force) or "还没有"
        raise ExplanationError(f"{month} 没有发布过；已发布的月份：{months}")
    current = in_force.get(month)
    versions = [
        Version(
            folder=one.folder,
            version=one.version,
            knowledge_month=one.knowledge_month,
            published_at=one.published_at.isoformat(),
            standing=f"已撤回（{one.withdrawn}）"
            if one.withdrawn
            else "现行"
            if current and one.version == current.version
            else "不是现行的一版",
            restates=one.restates,
        )
        for one in published
    ]
    wanted = number if number is not None else current.version if current else None
    chosen = next((one for one in versions if one.version == wanted), None)
    if chosen is None:
        there = "、".join(str(one.version) for one in versions)
        said = f"没有第{number}版" if number is not None else "的各版都已撤回，请用 --version 指明一版"
        raise ExplanationError(f"{month} {said}；有第 {there} 版")
    return Explainer.of(installation, chosen, versions, lambda other: in_force[other].folder if other in in_force else None)


def _rule(code: str) -> RuleWords | None:
    from expectations.catalogue import load_rules
    from orchestration.explanations.content import RuleWords

    rule = load_rules().get(code)
    if rule is None:
        return None
    needs = tuple(extract for need in rule.needs for extract in need.split("|"))
    return RuleWords(code, rule.title, rule.question, rule.severity, rule.advice, rule.source, needs, rule.parameters)
