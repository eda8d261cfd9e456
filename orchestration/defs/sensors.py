"""Dagster sensors, thin over ``arrivals``, ``reminders`` and ``outbox``."""

import datetime as dt
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.adapters.dagster_names import UnresolvedAssetJobDefinition
from orchestration.contracts import load_county
from orchestration.defs.asset_keys import ACCOUNT_KEYS, landed_key
from orchestration.defs.partitions import runnable_months
from orchestration.defs.resources import InstallationResource
from orchestration.deliveries.arrivals import Arrival, Memory, look_for_arrivals
from orchestration.deliveries.unread import missing_deliveries
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import delivery_months
from orchestration.notices import outbox
from orchestration.notices.reminders import reminders, restatable
from orchestration.publications import PublishingError, latest_publications
from orchestration.publications.outdated import changed_since

# Two looks this far apart have to find the same.
SECONDS_BETWEEN_LOOKS = 30
_SECONDS_BETWEEN_REMINDERS = 600
# A run whose process died is not waited for longer than any run lasts.
_LONGEST_RUN = dt.timedelta(hours=3)
_IN_PROGRESS = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def arriving_files_sensor(
    job: UnresolvedAssetJobDefinition,
    seconds: int = SECONDS_BETWEEN_LOOKS,
    status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.RUNNING,
    first: Month | None = None,
) -> dg.SensorDefinition:
    """Return the sensor that has new and changed files landed.

    Args:
        job: that lands; the request names the extracts that changed.
        seconds: between two looks.
        status: whether it runs without being switched on.
        first: the first month of the assets; None where the installation had nothing when they were made. A delivery from
            before it is landed when they are made again, which is told.
    """

    @dg.sensor(
        name="arriving_files",
        job=job,
        minimum_interval_seconds=seconds,
        default_status=status,
        description="发现新到和更改的报送文件（复制完整的），自动读入有关名册；只读入、不发布",
    )
    def arriving_files(
        context: dg.SensorEvaluationContext, installation: InstallationResource
    ) -> dg.SensorResult | dg.SkipReason:
        # what a run is reading would be asked for a second time
        active = dg.RunsFilter(statuses=_IN_PROGRESS, updated_after=dt.datetime.now(dt.UTC) - _LONGEST_RUN)
        if context.instance.get_runs_count(active):
            return dg.SkipReason("有运行正在进行，等它结束后再看")
        if gone := missing_deliveries(installation.get()):
            return dg.SkipReason(gone)
        memory = Memory.from_text(context.cursor)
        months = runnable_months()
        if not months:
            return dg.SkipReason("本机时间早于本系统的起始月，没有可读入的月份；请校准本机时间")
        if older := [month for month in delivery_months(installation.get().raw) if first and month < first and month in months]:
            context.log.warning(f"{'、'.join(older)} 的报送早于页面上的第一个月 {first}；请重新打开页面（重启后台）后再读入")
            months = [month for month in months if month not in older]
        found, memory = look_for_arrivals(installation.get(), months, memory, time.time(), seconds * 0.9)
        try:
            _tell_of_published(installation.get(), found)
        except (PublishingError, OSError) as error:
            # nothing that is told may keep files from being landed
            context.log.error(f"发布后有变化的提醒没有写成：{error}")
        if not found:
            reason = f"{len(memory.seen)} 个名册的文件还在复制，或刚刚到达" if memory.seen else "没有新到或更改的文件"
            return dg.SensorResult(skip_reason=reason, cursor=memory.as_text())
        return dg.SensorResult(run_requests=[_request(arrival) for arrival in found], cursor=memory.as_text())

    return arriving_files


def _request(arrival: Arrival) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=arrival.run_key,
        partition_key=arrival.month,
        asset_selection=[*(landed_key(extract) for extract in arrival.extracts), *ACCOUNT_KEYS.values()],
        tags={"fangfanpin/reason": "arrived" if arrival.files else "unsettled"},
    )


def _tell_of_published(installation: Installation, found: list[Arrival]) -> None:
    """Tell the bureau of arrivals that change the delivery of a published month, or a later one that a restatement knew."""
    published = latest_publications(installation.marts) if found else {}
    for arrival in found:
        for publication in published.values():
            knows = publication.month <= arrival.month <= publication.knowledge_month
            if knows and (changed := changed_since(publication, arrival)):
                outbox.write(installation.outbox, restatable(arrival, publication, changed, _now()))


def reminders_sensor(status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.RUNNING) -> dg.SensorDefinition:
    """Return the sensor that writes the day's reminders and sends what has not been sent."""

    @dg.sensor(
        name="reminders",
        minimum_interval_seconds=_SECONDS_BETWEEN_REMINDERS,
        default_status=status,
        description="截止日前后提醒各部门、乡镇：未报送、被退回的名册；写入发件箱，按设置发邮件或推送",
    )
    def reminders_of_the_day(
        context: dg.SensorEvaluationContext, installation: InstallationResource
    ) -> Iterator[dg.SkipReason]:
        folders, now = installation.get(), _now()
        try:
            published = latest_publications(folders.marts)
        except PublishingError as error:
            context.log.warning(str(error))
            published = {}
        written = sum(outbox.write(folders.outbox, message) for message in reminders(folders, now, published))
        sent = outbox.send(folders.outbox, outbox.Channels.from_environment(), now.date())
        failed = "".join(f"，{channel} 没有发出（{kind}），下次再发" for channel, kind in sent.failed.items())
        yield dg.SkipReason(f"写入 {written} 份提醒，发出 {sent.messages} 份{failed}")

    return reminders_of_the_day


def _now() -> dt.datetime:
    return dt.datetime.now(ZoneInfo(load_county().time_zone))
