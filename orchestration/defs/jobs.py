"""Dagster jobs, the monthly schedule and those of the quarter.

What does not belong here: assets, and how a job is executed (``runs``). A job is made once: Dagster refuses two of one name.
"""

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.adapters.dagster_names import UnresolvedAssetJobDefinition
from orchestration.contracts import load_county, load_extracts
from orchestration.contracts.parameter import calendar_day, calendar_days
from orchestration.defs.asset_keys import ACCOUNT_KEYS, QUARTER_KEY, landed_key
from orchestration.defs.resources import InstallationResource
from orchestration.deliveries.knowledge import NEWEST
from orchestration.foundation.months import Month, MonthError
from orchestration.foundation.who import who
from orchestration.publications import PublishingError, roll_back, undo_rollback
from orchestration.publications.quarters import collected_folder, due_quarter, version_to_collect

MONTHLY_JOB = "monthly"
RESTATE_JOB = "restate"
ROLLBACK_JOB = "rollback"
LANDING_JOB = "landing"
QUARTER_JOB = "quarter"


@functools.cache
def monthly_job() -> UnresolvedAssetJobDefinition:
    """Return the job that does everything for its months."""
    return dg.define_asset_job(
        MONTHLY_JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(QUARTER_KEY),
        description="每月例行比对：读入各部门名册、匹配、计算、检查、发布",
    )


@functools.cache
def restate_job() -> UnresolvedAssetJobDefinition:
    """Return the job that computes a past month (its partition) with what is known later: the steps of ``monthly``.

    ``knowledge`` in its configuration says up to which delivery.
    """
    return dg.define_asset_job(
        RESTATE_JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(QUARTER_KEY),
        config=knowledge_config(NEWEST),
        description="重算一个过去的月份（分区）：用上截至知晓月份的报送，作为新的一版发布，并列出与前一版的差异；原来的版本不变",
    )


def knowledge_config(knowledge: str) -> dict[str, Any]:
    """Return the run configuration that makes the steps of a month know the deliveries up to a month (``YYYY-MM``)."""
    return {"ops": {"reference_tables": {"config": {"knowledge": knowledge}}}}


# Which version is withdrawn, and why; by whom is no configuration (``foundation.who``). No ``dg.Config``: a request may say of
# its texts that they are a variable of the service's environment, passwords too, and a reason is written down for everybody.
_ROLLBACK_CONFIG = {
    "month": dg.Field(dg.String, description="监测月份，如 2023-07"),
    "reason": dg.Field(dg.String, description="为什么撤回（或恢复）；不要写个人信息"),
    "undo": dg.Field(dg.Bool, default_value=False, description="恢复最近一次撤回的版本"),
}


@functools.cache
def rollback_job() -> dg.JobDefinition:
    """Return the job that withdraws the version of a month in force, or undoes that."""

    @dg.op(
        description="撤回该月现行的一版（不改动、不删除），current.duckdb 改用前一版；或恢复最近一次撤回的版本",
        pool="warehouse",
        config_schema=_ROLLBACK_CONFIG,
    )
    def roll_back_publication(context: dg.OpExecutionContext, installation: InstallationResource) -> dict[str, Any]:
        asked = context.op_config
        act = undo_rollback if asked["undo"] else roll_back
        try:
            done = act(installation.get(), Month(asked["month"]), who(), asked["reason"])
        except (PublishingError, MonthError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        copies = None if asked["undo"] else collected_folder(installation.get(), done.publication)
        outcome = {
            "version": done.publication.version,
            "in_force": done.in_force.version if done.in_force else None,
            "quarter": str(copies) if copies else None,
        }
        context.add_output_metadata({"版本": outcome["version"], "现行版本": outcome["in_force"] or "无"})
        return outcome

    @dg.job(name=ROLLBACK_JOB, description="撤回一个月现行的一版，或恢复最近一次撤回的版本；发布的文件不改动")
    def rollback() -> None:
        roll_back_publication()

    return rollback


def rollback_config(month: Month, reason: str, *, undo: bool) -> dict[str, Any]:
    """Return the run configuration of the job ``rollback``."""
    return {"ops": {"roll_back_publication": {"config": {"month": month, "reason": reason, "undo": undo}}}}


@functools.cache
def landing_job() -> UnresolvedAssetJobDefinition:
    """Return the job that only lands deliveries: earlier ones, on which a month's window and history rest."""
    return dg.define_asset_job(
        LANDING_JOB,
        selection=dg.AssetSelection.assets(*(landed_key(extract) for extract in load_extracts()), *ACCOUNT_KEYS.values()),
        description="只读入各部门名册（补读早先月份的报送）",
    )


@functools.cache
def quarter_job() -> UnresolvedAssetJobDefinition:
    """Return the job that collects a quarter's lists from the publication of its last month."""
    return dg.define_asset_job(
        QUARTER_JOB,
        selection=dg.AssetSelection.assets(QUARTER_KEY),
        description="汇集季度清单：就业汇总、重点群体、就业台账、返乡人员（取自季度末月的发布）",
    )


@dataclass(frozen=True)
class Calendar:
    """Other times than the county's, for tests.

    Attributes:
        cron_schedule: when a schedule ticks.
        month: what every tick takes for the present, ``YYYY-MM``.
    """

    cron_schedule: str
    month: Month


def monthly_schedule(job: UnresolvedAssetJobDefinition, calendar: Calendar | None = None) -> dg.ScheduleDefinition:
    """Return the schedule of the month's run: the day after the villages' and towns' deadline.

    Args:
        job: to be run.
        calendar: instead of the county's.
    """
    county, days = load_county(), _days("run_day")

    @dg.schedule(
        name="monthly_on_run_day",
        job=job,
        cron_schedule=calendar.cron_schedule if calendar else f"0 {county.run_hour} {_listed(days)} * *",
        execution_timezone=county.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"每月{'或'.join(map(str, days))}日早{county.run_hour}时运行当月例行比对（以当月生效的日子为准）",
    )
    def monthly_on_run_day(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        month = _month(context, calendar)
        # a day of another year's calendar ticks too
        if not calendar and context.scheduled_execution_time.day != (run_day := calendar_day("run_day", month)):
            return dg.SkipReason(f"{month} 的运行日是{run_day}日")
        return dg.RunRequest(run_key=month, partition_key=month)

    return monthly_on_run_day


def _days(parameter: str) -> list[int]:
    """Return the days that are in force now or later."""
    return calendar_days(parameter, f"{dt.datetime.now(ZoneInfo(load_county().time_zone)):%Y-%m}")


def _listed(days: Sequence[int]) -> str:
    return ",".join(map(str, days))


def _month(context: dg.ScheduleEvaluationContext, calendar: Calendar | None) -> Month:
    return calendar.month if calendar else Month.of(context.scheduled_execution_time)


def quarter_schedules(job: UnresolvedAssetJobDefinition, calendar: Calendar | None = None) -> list[dg.ScheduleDefinition]:
    """Return the schedules of the quarter: its summaries at its end (art. 4 and 6), the town ledgers after it (art. 6).

    Both look every day of their part of the month and run once for each version that the quarter's last month published, so
    that a late publication or a restatement is collected too.

    Args:
        job: to be run.
        calendar: instead of the county's.
    """
    # of a calendar that changes, the longest stretch: a tick outside of the one in force finds nothing new to collect
    from_day, to_day = min(_days("town_ledger_from_day")), max(_days("town_ledger_to_day"))
    run_day = min(_days("run_day"))
    return [
        _quarter_schedule(
            job,
            "quarter_end_lists",
            f"{run_day}-31 3,6,9,12",
            f"季度末月{run_day}日起：当月发布后汇集季度就业汇总、重点群体等清单",
            calendar,
        ),
        _quarter_schedule(
            job,
            "quarter_town_ledgers",
            f"{from_day}-{to_day} 1,4,7,10",
            f"季度首月{from_day}日至{to_day}日：汇集上季度末月的乡镇就业台账，供乡镇核对",
            calendar,
        ),
    ]


def _quarter_schedule(
    job: UnresolvedAssetJobDefinition, name: str, days: str, description: str, calendar: Calendar | None
) -> dg.ScheduleDefinition:
    county = load_county()

    @dg.schedule(
        name=name,
        job=job,
        # an hour after the month's run
        cron_schedule=calendar.cron_schedule if calendar else f"0 {county.run_hour + 1} {days} *",
        execution_timezone=county.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def quarter_schedule(
        context: dg.ScheduleEvaluationContext, installation: InstallationResource
    ) -> dg.RunRequest | dg.SkipReason:
        month = due_quarter(_month(context, calendar))
        # Dagster knows run keys of one tick only, so what was collected is looked up
        try:
            version = version_to_collect(installation.get(), month) if month else None
        except PublishingError as error:
            return dg.SkipReason(str(error))
        if month is None or version is None:
            return dg.SkipReason(f"{month} 还没有发布，或已汇集；明天再看")
        quarter = month.quarter
        return dg.RunRequest(run_key=f"{quarter}-v{version}", partition_key=month, tags={"fangfanpin/quarter": quarter})

    return quarter_schedule
