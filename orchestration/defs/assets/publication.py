"""Publication: the computed months appear whole, then the analysts' database is replaced."""

import hashlib

import dagster as dg

from orchestration.contracts import load_marts
from orchestration.defs.asset_keys import CURRENT_KEY, PUBLICATION_KEY, mart_key
from orchestration.defs.described import personal_tag
from orchestration.defs.resources import InstallationResource
from orchestration.foundation.code_versions import code_version
from orchestration.foundation.paths import Installation
from orchestration.foundation.progress import stage
from orchestration.publications import (
    Publication,
    PublishingError,
    manifest_digest,
    publish_month,
    refresh_current,
)
from orchestration.publications.outcome import RunOutcome
from orchestration.publications.unchanged import remember_computed
from orchestration.warehouse.run_request import RunRequest

WITHDRAWN_CHECK = "not_withdrawn"
# Where whoever started the run finds what it did; read by programs, so no label of a page.
OUTCOME = "fangfanpin/outcome"


def publication_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Return the publication of the months and the database of all published months."""

    @dg.asset(
        key=PUBLICATION_KEY,
        deps=[mart_key(mart) for mart in load_marts()],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="publication",
        description="每月发布：各清单的 Parquet、乡镇和全县工作簿、发布说明；整版出现，发布后不再改动",
        kinds={"parquet"},
        tags=personal_tag(True),
        pool="warehouse",
        check_specs=[
            dg.AssetCheckSpec(
                WITHDRAWN_CHECK,
                asset=PUBLICATION_KEY,
                description="各月内容与已撤回的版本不同；相同的不再发布，恢复请用 fangfanpin rollback --undo",
            )
        ],
    )
    def monthly_publication(context: dg.AssetExecutionContext, installation: InstallationResource) -> dg.MaterializeResult:
        made_by = code_version()
        try:
            publications = _publish(installation.get(), made_by)
        except PublishingError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        withheld = [one for one in publications if one.withdrawn]
        remember_computed(installation.get(), publications)
        digests = [manifest_digest(one) for one in publications]
        return dg.MaterializeResult(
            data_version=dg.DataVersion(hashlib.sha256("".join(digests).encode()).hexdigest()),
            metadata={
                "发布": "、".join(_in_words(one) for one in publications),
                OUTCOME: RunOutcome.of(publications).as_record(),
                "与被取代版本的差异数": sum(one.differences for one in publications if one.is_new),
                "不适用的清单数": sum(len(one.not_applicable) for one in publications),
                "dagster/partition_row_count": sum(sum(one.row_counts.values()) for one in publications),
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=WITHDRAWN_CHECK,
                    passed=not withheld,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"与已撤回版本相同而没有发布": "、".join(_in_words(one) for one in withheld) or "无"},
                )
            ],
        )

    @dg.asset(
        key=CURRENT_KEY,
        deps=[PUBLICATION_KEY],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="publication",
        description="current.duckdb：已发布各月的清单，供分析人员查询；整个文件一次替换",
        kinds={"duckdb"},
        tags=personal_tag(True),
        pool="warehouse",
    )
    def current_database(installation: InstallationResource) -> dg.MaterializeResult:
        try:
            with stage("查询库"):
                path = refresh_current(installation.get())
        except PublishingError as error:
            raise dg.Failure(description=f"各月已发布，但分析库没有更新：{error}", allow_retries=False) from None
        return dg.MaterializeResult(metadata={"大小（字节）": path.stat().st_size})

    return [monthly_publication, current_database]


def _publish(installation: Installation, made_by: str) -> list[Publication]:
    months = RunRequest.of(installation).published
    publications = []
    with stage("发布", "个月", len(months)) as running:
        for month, knowledge in months.items():
            publications.append(publish_month(installation, month, knowledge, made_by))
            running.count(len(publications))
    return publications


def _in_words(publication: Publication) -> str:
    state = "（已撤回）" if publication.withdrawn else "" if publication.is_new else "（无变化）"
    return f"{publication.month} 第{publication.version}版{state}"
