"""One asset per extract: a department's files of a month become landed rows, checked against the contract.

Made by a factory from the contracts; no extract is named in code.
"""

import hashlib
from collections.abc import Iterator, Sequence

import dagster as dg

from expectations.intake import IntakeCheckResult, check_landed_extract
from orchestration.contracts import County, ExtractContract, load_county, load_extracts
from orchestration.defs.asset_keys import ACCOUNT_KEYS, landed_key
from orchestration.defs.described import ROWS, SCHEMA, landed_schema, owner_of, personal_tag
from orchestration.defs.partitions import months_of
from orchestration.defs.resources import InstallationResource, LandingResource
from orchestration.deliveries.settled import settle
from orchestration.deliveries.unread import missing_deliveries
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.progress import part_of
from orchestration.landing import LandingResult, odd_entries, rules_now, write_unrecognized
from orchestration.warehouse.reference import ACCOUNT_TABLES

INTAKE_CHECK = "intake"
ARRIVED_CHECK = "arrived"
SUM_CHECK = "rows_accounted_for"
# Metadata is for looking at; every file is in the account.
_MOST_SHOWN = 50


def landing_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Return the landing asset of every extract, and the accounts of intake that rest on all of them."""
    county, contracts = load_county(), list(load_extracts().values())
    return [
        *(_landing_asset(contract, contracts, county, partitions) for contract in contracts),
        _accounts(contracts, partitions),
    ]


def _landing_asset(
    contract: ExtractContract, contracts: Sequence[ExtractContract], county: County, partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    key = landed_key(contract.extract)
    sender = county.department(contract.department).name
    kind = "名册，每月整册替换" if contract.kind == "roll" else "流水，逐月累计"

    @dg.asset(
        key=key,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        code_version=rules_now(contract),
        group_name=contract.department,
        description=f"{sender}《{contract.title}》（{kind}）：读入当月文件，逐行核对去向，按名册约定检查",
        kinds={"parquet"},
        owners=owner_of(contract.department),
        tags=personal_tag(any(column.personal for column in contract.columns)),
        metadata={"名册": contract.title, SCHEMA: landed_schema(contract)},
        # a run that lands and a run that computes wait for each other (pools are held by whole runs, config/dagster.yaml)
        pool="warehouse",
        check_specs=[
            dg.AssetCheckSpec(
                INTAKE_CHECK,
                asset=key,
                blocking=True,
                description=f"《{contract.title}》按名册约定检查：列、必填、格式、代码、主键（Great Expectations）",
            ),
            dg.AssetCheckSpec(ARRIVED_CHECK, asset=key, description=_described(contract, sender)),
        ],
    )
    def landed(
        context: dg.AssetExecutionContext, installation: InstallationResource, landing: LandingResource
    ) -> dg.MaterializeResult:
        if gone := missing_deliveries(installation.get()):
            raise dg.Failure(description=gone, allow_retries=False)
        months = months_of(context)
        # a run of a whole job names no selection
        selection = context.run.asset_selection
        wanted = [other for other in contracts if not selection or landed_key(other.extract) in selection]
        with part_of("读取报送", "个名册", len(wanted)):
            results = landing.land(installation.get(), contract, months, wanted)
        with part_of("校验", "个名册", len(wanted)):
            check = check_landed_extract(installation.get(), contract, months)
        return dg.MaterializeResult(
            data_version=_data_version(contract, results),
            metadata=_counts(results),
            check_results=[_check_result(check), _arrived(contract, results)],
        )

    return landed


def _described(contract: ExtractContract, sender: str) -> str:
    if contract.is_expected:
        return f"{sender}已报送《{contract.title}》，至少一个文件可用"
    return f"《{contract.title}》随交回的工作簿一起收，没有也不算缺报"


def _data_version(contract: ExtractContract, results: Sequence[LandingResult]) -> dg.DataVersion:
    """Return what was landed of which files, as a digest: the same bytes read by the same rules have the same version."""
    files = [f"{result.month} {file.file} {file.sha256}" for result in results for file in result.files]
    return dg.DataVersion(hashlib.sha256("\n".join([rules_now(contract), *files]).encode()).hexdigest())


def _counts(results: Sequence[LandingResult]) -> dict[str, int | str]:
    by_status = {"received": "已收到", "not_received": "未报送", "rejected": "全部退回"}
    states = "、".join(f"{result.month} {by_status[result.status]}" for result in results)
    return {
        "接收情况": states,
        "文件数": sum(len(result.own_files) for result in results),
        "表头下行数": sum(result.rows_delivered for result in results),
        "采用行数": sum(result.rows_loaded for result in results),
        "退回行数": sum(result.rows_rejected for result in results),
        "空行数": sum(result.rows_blank for result in results),
        "备注行数": sum(result.rows_note for result in results),
        ROWS: sum(result.rows_loaded for result in results),
        "dagster/partition_row_count": sum(result.rows_loaded for result in results),
    }


def _arrived(contract: ExtractContract, results: Sequence[LandingResult]) -> dg.AssetCheckResult:
    """Return how fresh an extract is: whether it came for the last month of the run; a missing one never stops the month."""
    received = [result.month for result in results if result.status == "received"]
    return dg.AssetCheckResult(
        check_name=ARRIVED_CHECK,
        passed=results[-1].status == "received" or not contract.is_expected,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"最近收到的报送月份": max(received, default="无"), "缺报月数": len(results) - len(received)},
    )


def _check_result(check: IntakeCheckResult) -> dg.AssetCheckResult:
    failed = [outcome for outcome in check.outcomes if not outcome.success and outcome.severity != "info"]
    return dg.AssetCheckResult(
        check_name=INTAKE_CHECK,
        passed=check.success,
        # a finding about the data never stops the month; a landed file that breaks its own format does
        severity=dg.AssetCheckSeverity.ERROR if check.is_blocking_failure else dg.AssetCheckSeverity.WARN,
        metadata={"检查项": len(check.outcomes), **{outcome.description: outcome.unexpected_count for outcome in failed}},
    )


def _others_block(installation: InstallationResource, others: Sequence[ExtractContract], months: Sequence[Month]) -> bool:
    """Return whether an extract that a run did not select is not landed, or its blocking check does not hold."""
    folders = installation.get()
    for contract in others:
        if not all(folders.landed_extract(contract.extract, month).exists() for month in months):
            return True
        if any(check_landed_extract(folders, contract, [month]).is_blocking_failure for month in months):
            return True
    return False


def _accounts(contracts: Sequence[ExtractContract], partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="intake_accounts",
        specs=[
            dg.AssetSpec(
                ACCOUNT_KEYS[table],
                deps=[landed_key(contract.extract) for contract in contracts],
                partitions_def=partitions,
                group_name="intake",
                description=description,
                kinds={"parquet"},
                tags=personal_tag(False),
            )
            for table, (description, _) in ACCOUNT_TABLES.items()
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool="warehouse",
        check_specs=[
            dg.AssetCheckSpec(
                SUM_CHECK,
                asset=ACCOUNT_KEYS["intake_files"],
                blocking=True,
                description="每个文件表头下的行数等于采用、退回、空行、备注行之和",
            )
        ],
    )
    def intake_accounts(
        context: dg.AssetExecutionContext, installation: InstallationResource, landing: LandingResource
    ) -> Iterator[dg.MaterializeResult]:
        months = months_of(context)
        selection = context.run.asset_selection
        wanted = [contract for contract in contracts if not selection or landed_key(contract.extract) in selection]
        results = [result for contract in wanted for result in landing.land(installation.get(), contract, months, wanted)]
        # every landing asset of the run and its blocking check came before this one
        if not _others_block(installation, [contract for contract in contracts if contract not in wanted], months):
            settle(installation.get(), months)
        files = [file for result in results for file in result.own_files]
        wrong = sum(
            file.rows_delivered != file.rows_loaded + file.rows_rejected + file.rows_blank + file.rows_note for file in files
        )
        yield dg.MaterializeResult(
            asset_key=ACCOUNT_KEYS["intake_files"],
            metadata={
                "文件数": len(files),
                "退回文件数": sum(file.outcome == "refused" for file in files),
                **_strangers(installation.get(), months, contracts),
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=SUM_CHECK,
                    asset_key=ACCOUNT_KEYS["intake_files"],
                    passed=wrong == 0,
                    metadata={"不平的文件数": wrong},
                )
            ],
        )
        yield dg.MaterializeResult(
            asset_key=ACCOUNT_KEYS["intake_problems"], metadata={"问题数": sum(result.problems for result in results)}
        )

    return intake_accounts


def _strangers(
    installation: Installation, months: Sequence[Month], contracts: Sequence[ExtractContract]
) -> dict[str, int | str]:
    """Write the accounts of files that belong to no extract; return what is shown of them."""
    strangers = [
        f"{month}/{stranger.file}：{stranger.reason}"
        for month in months
        for stranger in write_unrecognized(installation, month, contracts)
    ]
    odd = [entry.name for entry in odd_entries(installation.raw)]
    return {
        "未识别文件数": len(strangers),
        "未识别文件": "\n".join(strangers[:_MOST_SHOWN]) or "无",
        "认不出月份的": "、".join(odd[:_MOST_SHOWN]) or "无",
    }
