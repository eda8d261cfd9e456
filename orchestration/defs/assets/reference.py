"""The facts of ``config/`` as tables, and which months the run computes."""

from collections.abc import Iterator, Sequence

import dagster as dg

from orchestration.contracts import ConfigError
from orchestration.defs.asset_keys import kept_key, landed_key, reference_key
from orchestration.defs.described import personal_tag
from orchestration.defs.partitions import months_of
from orchestration.defs.resources import InstallationResource
from orchestration.deliveries.knowledge import NEWEST, RestatementError, knowledge_of
from orchestration.deliveries.rosters import ROSTERS, MissingRosterError, computable_months
from orchestration.deliveries.settled import damaged_deliveries, unsettled_before
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.progress import stage
from orchestration.warehouse.kept_months import KEPT_TABLES, months_to_add, write_history
from orchestration.warehouse.reference import REFERENCE_TABLES, write_reference
from orchestration.warehouse.run_request import RunRequest

# What a run may know of its month; no ``dg.Config`` (see ``defs/jobs.py``).
_KNOWLEDGE_CONFIG = {
    "knowledge": dg.Field(
        dg.String,
        default_value="",
        description="知晓月份，如 2023-09：截至该月的报送都用上（重算一个过去的月份）；"
        f"“{NEWEST}”指最近一个有户、人名册的月份；空着即当月",
    )
}


def reference_assets(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset that writes every reference table and what earlier months have left to be read.

    It fails when no requested month has both rosters.
    """

    @dg.multi_asset(
        name="reference_tables",
        specs=[
            dg.AssetSpec(
                reference_key(table),
                deps=[landed_key(extract) for extract in ROSTERS],
                partitions_def=partitions,
                group_name="reference",
                description=description,
                kinds={"parquet"},
                tags=personal_tag(False),
            )
            for table, (description, _) in REFERENCE_TABLES.items()
        ]
        + [
            dg.AssetSpec(
                kept_key(table),
                deps=[landed_key(extract) for extract in ROSTERS],
                partitions_def=partitions,
                group_name="reference",
                description=kept.description,
                kinds={"parquet"},
                tags=personal_tag(True),
            )
            for table, kept in KEPT_TABLES.items()
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
        config_schema=_KNOWLEDGE_CONFIG,
    )
    def reference_tables(
        context: dg.AssetExecutionContext, installation: InstallationResource
    ) -> Iterator[dg.MaterializeResult]:
        _refuse_what_is_not_landed(installation.get(), min(months_of(context)))
        try:
            with stage("准备参数"):
                request = _request(installation.get(), months_of(context), context.op_execution_context.op_config["knowledge"])
                rows = write_reference(installation.get(), request)
        except (MissingRosterError, ConfigError, RestatementError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        request.keep(installation.get())
        for table, count in rows.items():
            said = _said_of(request) if table == "requested_months" else {}
            yield dg.MaterializeResult(asset_key=reference_key(table), metadata={"dagster/row_count": count, **said})
        for table, count in write_history(installation.get(), request.knowledge).items():
            if table in KEPT_TABLES:
                yield dg.MaterializeResult(asset_key=kept_key(table), metadata={"dagster/row_count": count})

    return reference_tables


def _refuse_what_is_not_landed(installation: Installation, first: Month) -> None:
    """Raise ``dg.Failure`` where an earlier delivery is not landed as it is, or a landed file is damaged: queries read all."""
    if earlier := unsettled_before(installation, first):
        raise dg.Failure(
            description=f"更早的报送 {'、'.join(earlier)} 还没有读入或有更新，本次计算要用到；请先对它们运行作业 landing",
            allow_retries=False,
        )
    if damaged := damaged_deliveries(installation):
        raise dg.Failure(
            description=f"读入的内容有损坏（{'、'.join(damaged)}）；请先对这些月份运行作业 landing，或改用命令 fangfanpin run",
            allow_retries=False,
        )


def _request(installation: Installation, asked: Sequence[Month], knowledge: str) -> RunRequest:
    """Return what the run computes: the months asked for that have both rosters, and earlier ones that later months rest on."""
    months = computable_months(installation, asked)
    # each earlier month as known then is needed beside a restated one, so a run restates one month
    if knowledge and len(asked) > 1:
        raise RestatementError("一次只能重算一个月；请只选一个月份")
    known = {month: knowledge_of(installation, month, knowledge) for month in months}
    return RunRequest(known, months_to_add(installation, months))


def _said_of(request: RunRequest) -> dict[str, int | str]:
    added = {"补算的以前月份": "、".join(request.added)} if request.added else {}
    later = [known for month, known in request.published.items() if known != month]
    return {**added, "知晓月份": "、".join(later)} if later else {**added}
