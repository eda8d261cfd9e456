"""The facts of ``config/`` as tables, and which months the run computes."""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.landing import landed_key
from orchestration.contracts import ConfigError
from orchestration.reference import REFERENCE_TABLES, write_reference
from orchestration.resources import InstallationResource
from orchestration.rosters import ROSTERS, MissingRosterError, computable_months
from orchestration.settled import unsettled_before


def reference_key(table: str) -> dg.AssetKey:
    """Return the key of a reference table."""
    return dg.AssetKey(["reference", table])


def reference_assets(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset that writes every reference table. It fails when no requested month has both rosters."""

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
            )
            for table, (description, _) in REFERENCE_TABLES.items()
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def reference_tables(
        context: dg.AssetExecutionContext, installation: InstallationResource
    ) -> Iterator[dg.MaterializeResult]:
        if earlier := unsettled_before(installation.get(), min(context.partition_keys)):
            raise dg.Failure(
                description=f"更早的报送 {'、'.join(earlier)} 还没有读入或有更新，本次计算要用到；请先对它们运行作业 landing",
                allow_retries=False,
            )
        try:
            months = computable_months(installation.get(), list(context.partition_keys))
            rows = write_reference(installation.get(), {month: month for month in months})
        except (MissingRosterError, ConfigError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        for table, count in rows.items():
            yield dg.MaterializeResult(asset_key=reference_key(table), metadata={"dagster/row_count": count})

    return reference_tables
