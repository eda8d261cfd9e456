"""The data-logic rules: one asset for each of their stages, and every rule is a check on what its stage found.

The checks are on ``checked/findings`` and ``checked/follow_up_findings`` and not on the published list: a check in a step of
its own looks up the asset's last materialisation for every event, which takes a tenth of a second for each rule.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

import dagster as dg

from expectations.catalogue import Rule, load_rules
from expectations.logic import RuleResult
from expectations.thresholds import is_alarming
from orchestration.adapters.dagster_checks import check_name, named_check
from orchestration.contracts import load_extracts, load_marts
from orchestration.contracts.value_labels import load_value_labels
from orchestration.defs.asset_keys import checked_key, intermediate_key
from orchestration.defs.described import personal_tag
from orchestration.defs.resources import InstallationResource
from orchestration.foundation import progress
from orchestration.warehouse.kept_months import CHECKED_TABLES, FINDINGS, STAGES
from orchestration.warehouse.rules import RulesNotRunError, check_follow_up_of, check_months_of
from orchestration.warehouse.run_request import RunRequest

_OUTCOMES = {"pass": "通过", "fail": "发现问题", "not_applicable": "不适用"}


def rule_checks(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Return the assets that run the catalogue, one a stage, with a check for every rule: one event a run, over its months.

    A check warns of what is new or clearly worse than before, not of everything that is found (``expectations.thresholds``).
    An asset fails, and nothing is published, when a rule could not be computed.
    """
    return [
        _stage_checks(partitions, 1, "rule_checks", ["int_deliveries", "int_lines"]),
        _stage_checks(partitions, 2, "follow_up_checks", ["int_checked_answers", "int_work_items"]),
    ]


def _stage_checks(partitions: dg.PartitionsDefinition, stage: int, name: str, models: Sequence[str]) -> dg.AssetsDefinition:
    rules = {code: rule for code, rule in load_rules().items() if rule.stage == stage}
    looked_at = sorted({*models, *(rule.looks_at for rule in rules.values() if rule.looks_at)})
    findings = STAGES[stage][0]

    @dg.multi_asset(
        name=name,
        specs=[
            dg.AssetSpec(
                checked_key(table),
                deps=[intermediate_key(model) for model in looked_at] + ([checked_key(FINDINGS)] if stage > 1 else []),
                partitions_def=partitions,
                group_name="checks",
                description=CHECKED_TABLES[table][0],
                kinds={"parquet"},
                tags=personal_tag(True),
            )
            for table in STAGES[stage]
        ],
        check_specs=[
            named_check(rule.code, rule.title, asset=checked_key(findings), description=rule.question, partitions=partitions)
            for rule in rules.values()
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
    )
    def run_rules(installation: InstallationResource) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        request = RunRequest.of(installation.get())
        try:
            with progress.stage("数据逻辑" if stage == 1 else "线索核查", "条规则") as running:
                checked = (check_months_of if stage == 1 else check_follow_up_of)(installation.get(), request)
                running.count(len(rules))
        except RulesNotRunError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        outcomes: dict[str, int] = defaultdict(int)
        for result in checked.results:
            outcomes[result.outcome] += 1
        for table in STAGES[stage]:
            rows = checked.findings.num_rows if table == findings else len(checked.results)
            yield dg.MaterializeResult(
                asset_key=checked_key(table),
                metadata={"dagster/row_count": rows, **{label: outcomes[name] for name, label in _OUTCOMES.items()}},
            )

        by_code: dict[str, list[RuleResult]] = defaultdict(list)
        for result in checked.results:
            if result.month in request.published:
                by_code[result.code].append(result)
        for code, rule in rules.items():
            yield _check_result(rule, findings, by_code[code])

    return run_rules


def _check_result(rule: Rule, findings: str, results: Sequence[RuleResult]) -> dg.AssetCheckResult:
    last = results[-1]
    failing = [result.month for result in results if result.outcome == "fail"]
    alarming = [result.month for result in results if result.judged and is_alarming([result.judged.standing])]
    metadata: dict[str, str | int] = {"月份": last.month, "结果": _OUTCOMES[last.outcome], "核查数": last.denominator}
    metadata |= {"发现数": last.failures, "责任单位": rule.owner}
    if last.judged:
        metadata |= {"判断": _standings()[last.judged.standing], "阈值": f"{100 * last.judged.threshold:f}%"}
        if last.judged.compared_month:
            metadata["对照"] = (
                f"{last.judged.compared_month} 发现 {last.judged.compared_failures}/{last.judged.compared_denominator}"
            )
    if last.reason:
        metadata["原因"] = last.reason
    if len(results) > 1:
        metadata["有发现的月份"] = "、".join(failing) or "无"
        metadata["新出现或加重的月份"] = "、".join(alarming) or "无"
    return dg.AssetCheckResult(
        asset_key=checked_key(findings),
        check_name=check_name(rule.code, rule.title),
        passed=not alarming,
        # a finding is a row of a list and never stops a month, however grave
        severity=dg.AssetCheckSeverity.ERROR if rule.severity == "E" else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


@cache
def _standings() -> dict[str, str]:
    return {code: label.label for code, label in load_value_labels(load_extracts(), load_marts()).of("standing").items()}
