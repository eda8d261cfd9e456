"""Dagster definitions of one installation: ``dagster dev`` and the daemons load ``defs``, commands build their own."""

import warnings

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

# Range backfills in one run and partitioned checks are marked beta and preview in this version; both are tested here.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

from orchestration.assets.landing import landing_assets  # noqa: E402
from orchestration.assets.partitions import monitoring_months  # noqa: E402
from orchestration.assets.publication import publication_assets  # noqa: E402
from orchestration.assets.reference import reference_assets  # noqa: E402
from orchestration.assets.warehouse import warehouse_assets  # noqa: E402
from orchestration.contracts import load_county, load_parameters  # noqa: E402
from orchestration.paths import Installation  # noqa: E402
from orchestration.resources import InstallationResource, LandingResource  # noqa: E402
from orchestration.runs import LANDING_JOB, MONTHLY_JOB  # noqa: E402


def build_definitions(installation: Installation) -> dg.Definitions:
    """Return everything Dagster knows of an installation: assets, checks, jobs, the monthly schedule."""
    months = monitoring_months()
    landing = landing_assets(months)
    monthly = dg.define_asset_job(
        MONTHLY_JOB,
        selection=dg.AssetSelection.all(),
        description="每月例行比对：读入各部门名册、匹配、计算、检查、发布",
    )
    landing_only = dg.define_asset_job(
        LANDING_JOB,
        selection=dg.AssetSelection.assets(*(key for asset in landing for key in asset.keys)),
        description="只读入各部门名册（补读早先月份的报送）",
    )
    return dg.Definitions(
        assets=[*landing, reference_assets(months), warehouse_assets(months), *publication_assets(months)],
        jobs=[monthly, landing_only],
        schedules=[_monthly_schedule(monthly)],
        resources={"installation": InstallationResource.of(installation), "landing": LandingResource()},
        # a step in this process costs a sixth of a second, a process for each costs seconds
        executor=dg.in_process_executor,
    )


def _monthly_schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    county = load_county()
    run_day = load_parameters()["calendar.run_day"].values[-1].value

    @dg.schedule(
        name="monthly_on_run_day",
        job=job,
        cron_schedule=f"0 6 {run_day} * *",
        execution_timezone=county.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"每月{run_day}日早6时运行当月例行比对",
    )
    def monthly_on_run_day(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        month = context.scheduled_execution_time.strftime("%Y-%m")
        return dg.RunRequest(run_key=month, partition_key=month)

    return monthly_on_run_day


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions of the installation that the environment names; called by Dagster, not at import."""
    return build_definitions(Installation.from_environment())
