"""The quarter's lists, collected from what its last month published."""

import dagster as dg

from orchestration.defs.asset_keys import PUBLICATION_KEY, QUARTER_KEY
from orchestration.defs.described import personal_tag
from orchestration.defs.resources import InstallationResource
from orchestration.foundation.months import Month
from orchestration.publications import PublishingError
from orchestration.publications.quarters import QuarterError, collect_quarter


def quarter_assets(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset of a quarter's lists; its partition is the last month of the quarter."""

    @dg.asset(
        key=QUARTER_KEY,
        deps=[PUBLICATION_KEY],
        partitions_def=partitions,
        group_name="publication",
        description="季度清单（分区为季度末月）：就业汇总、重点群体、就业台账、返乡人员，汇集自末月的发布",
        kinds={"parquet"},
        tags=personal_tag(True),
    )
    def quarter_lists(context: dg.AssetExecutionContext, installation: InstallationResource) -> dg.MaterializeResult:
        try:
            lists = collect_quarter(installation.get(), Month(context.partition_key))
        except (QuarterError, PublishingError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        return dg.MaterializeResult(
            metadata={
                "季度": lists.month.quarter,
                "来源": f"{lists.month} 第{lists.version}版{'' if lists.is_new else '（已汇集过）'}",
                "文件数": lists.files,
            }
        )

    return quarter_lists
