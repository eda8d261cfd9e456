"""Dagster jobs and the monthly schedule. What does not belong here: assets, and how a job is executed (``runs``)."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.assets.landing import ACCOUNT_KEYS, landed_key
from orchestration.contracts import load_county, load_extracts, load_parameters

MONTHLY_JOB = "monthly"
LANDING_JOB = "landing"


def monthly_job() -> UnresolvedAssetJobDefinition:
    """Return the job that does everything for its months."""
    return dg.define_asset_job(
        MONTHLY_JOB,
        selection=dg.AssetSelection.all(),
        description="每月例行比对：读入各部门名册、匹配、计算、检查、发布",
    )


def landing_job() -> UnresolvedAssetJobDefinition:
    """Return the job that only lands deliveries: earlier ones, on which a month's window and history rest."""
    return dg.define_asset_job(
        LANDING_JOB,
        selection=dg.AssetSelection.assets(*(landed_key(extract) for extract in load_extracts()), *ACCOUNT_KEYS.values()),
        description="只读入各部门名册（补读早先月份的报送）",
    )


def monthly_schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Return the schedule of the month's run: the day after the villages' and towns' deadline."""
    run_day = load_parameters()["calendar.run_day"].values[-1].value

    @dg.schedule(
        name="monthly_on_run_day",
        job=job,
        cron_schedule=f"0 6 {run_day} * *",
        execution_timezone=load_county().time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"每月{run_day}日早6时运行当月例行比对",
    )
    def monthly_on_run_day(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        month = context.scheduled_execution_time.strftime("%Y-%m")
        return dg.RunRequest(run_key=month, partition_key=month)

    return monthly_on_run_day
