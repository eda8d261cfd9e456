"""Running months from the command line: thin over the Dagster jobs, so that every run stands in the run history.

What belongs here: preparing an installation, choosing which deliveries must be landed first, executing a job.
What does not: parsing arguments and printing (``command_line``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pyarrow as pa

import orchestration.adapters.dagster_folders  # noqa: F401  before any instance is opened
from orchestration.adapters.dagster_names import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from orchestration.adapters.dagster_run_history import BATCH_SIZE, BATCH_VARIABLE
from orchestration.contracts import load_county
from orchestration.defs.asset_keys import PUBLICATION_KEY
from orchestration.defs.assets.publication import OUTCOME
from orchestration.defs.jobs import LANDING_JOB, MONTHLY_JOB, RESTATE_JOB, ROLLBACK_JOB, knowledge_config, rollback_config
from orchestration.defs.postgres import name_driver, postgres_address
from orchestration.deliveries.knowledge import NEWEST, RestatementError, knowledge_of, newest_delivery
from orchestration.deliveries.rosters import explain_missing, missing_rosters, undelivered_rosters
from orchestration.deliveries.settled import damaged_deliveries, explain_damaged, unsettled_before, unsettled_until
from orchestration.deliveries.unread import missing_deliveries
from orchestration.foundation.atomic_files import write_text
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.months import Month
from orchestration.foundation.paths import CONFIG, Installation
from orchestration.foundation.storage_errors import explain_storage_error
from orchestration.foundation.who import BY_TAG, system_user
from orchestration.landing import delivery_months
from orchestration.publications import (
    Publication,
    PublishingError,
    latest_publications,
    month_versions,
    refresh_current,
    whole_publications,
)
from orchestration.publications.outcome import RunOutcome
from orchestration.publications.unchanged import as_known_then, holds_all_publications, months_to_compute
from orchestration.warehouse.run_lock import RunLockedError, hold_run_lock

_UNREADABLE = "有文件损坏，读不出（{}）；请运行 fangfanpin doctor 找出是哪个，按提示处理后重新运行"
_OF_DAMAGED_FILES = ("ArrowInvalid", "ArrowIOError")


class RunError(Exception):
    """Nothing was published. The message is Chinese: what is wrong, where, what to do."""


@dataclass(frozen=True)
class RunReport:
    """What a run published.

    Attributes:
        publications: by month, the version that says what was computed.
        not_published: months of the range that could not be computed, or whose content was withdrawn, with the reasons.
        in_force: by published month, the version that ``current.duckdb`` shows.
        unchanged: months that were left alone, because nothing that they rest on has changed.
        landed_before: earlier deliveries that were landed first.
    """

    publications: dict[str, Publication]
    not_published: Mapping[Month, Sequence[str]]
    in_force: dict[str, Publication]
    unchanged: Sequence[str] = ()
    landed_before: Sequence[Month] = ()


def prepare(installation: Installation) -> None:
    """Make an installation ready for Dagster in this process; raise ``RunError`` where a folder cannot be used or written."""
    _refuse_unusable_folders(installation)
    _write_dagster_settings(installation)
    os.environ.update(installation.environment())
    os.environ["DAGSTER_HOME"] = str(installation.dagster_home)
    os.environ[BATCH_VARIABLE] = BATCH_SIZE
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    name_driver()


def _refuse_unusable_folders(installation: Installation) -> None:
    if not installation.raw.is_dir():
        raise RunError(f"找不到报送文件夹 {installation.raw}；请用 --raw 指明，或先建立 <年-月>/<部门>/ 并放入文件")
    if any("\\" in str(folder) for folder in (installation.marts, installation.state)):
        raise RunError(f"{installation.state} 的名称里有反斜杠（\\），其中不能建数据库；请改名，或用 --marts 换一个文件夹")


def _write_dagster_settings(installation: Installation) -> None:
    try:
        installation.dagster_home.mkdir(parents=True, exist_ok=True)
        parts = ["dagster.yaml", "dagster.postgres.yaml" if postgres_address() else "dagster.sqlite.yaml"]
        settings = "".join((CONFIG / part).read_text(encoding="utf-8") for part in parts)
        write_text(installation.dagster_home / "dagster.yaml", settings)
    except OSError as error:
        raise RunError(
            f"不能写入 {installation.marts}（{error.strerror}）；请检查磁盘空间和权限，或用 --marts 换一个文件夹"
        ) from error


@contextmanager
def only_run(installation: Installation) -> Iterator[None]:
    """Hold the installation's lock; raise ``RunError`` when another run holds it."""
    with ExitStack() as held:
        try:
            held.enter_context(hold_run_lock(installation, "fangfanpin 命令"))
        except RunLockedError as error:
            raise RunError(str(error)) from None
        yield


@contextmanager
def errors_explained(installation: Installation) -> Iterator[None]:
    """Raise ``RunError`` where a damaged publication, a full disk or a missing right ends what is done; leave other errors."""
    try:
        yield
    except (RunError, ConfigError):
        raise
    except PublishingError as error:
        raise RunError(str(error)) from None
    except (pa.ArrowException, duckdb.Error) as error:
        if message := explain_storage_error(error, installation):
            raise RunError(message) from error
        raise RunError(_UNREADABLE.format(type(error).__name__)) from error
    except Exception as error:
        if message := explain_storage_error(error, installation):
            raise RunError(message) from error
        raise


@contextmanager
def streams_given_back() -> Iterator[None]:
    """Give standard output and error back at the end, whatever became of them.

    Dagster sends what steps print to files of its own. Where the disk is full it can fail to end that, and the message that
    says so would go into the same full file.
    """
    streams = (1, 2)
    own = [os.dup(stream) for stream in streams]
    try:
        yield
    finally:
        for stream, copy in zip(streams, own, strict=True):
            os.dup2(copy, stream)
            os.close(copy)


def run_months(installation: Installation, first: Month, last: Month) -> RunReport:
    """Land, compute and publish every month from ``first`` to ``last`` (``YYYY-MM``, both included) in one run.

    Deliveries before ``first`` are landed first: a month's window and history rest on them. Only the months that something has
    changed for are computed, with those between them; where nothing has, there is no run.

    Raises:
        RunError: nothing was published.
    """
    _refuse_at_once(installation, first, last)
    prepare(installation)
    months, earlier = months_between(first, last), list[Month]()
    with errors_explained(installation), only_run(installation):
        whole_publications(installation.marts, but=months)  # before anything is computed that could not be shown
        changed = months_to_compute(installation, months)
        outcome = RunOutcome({})
        if changed:
            with dg.DagsterInstance.get() as instance:
                _mend_landed(installation, instance)
                earlier = unsettled_before(installation, changed[0])
                _land(installation, instance, earlier)
                outcome = _outcome(_execute(installation, instance, MONTHLY_JOB, _range(changed[0], changed[-1])))
        elif not holds_all_publications(installation):
            refresh_current(installation)
        return dataclasses.replace(_report(installation, months, outcome), landed_before=earlier)


def restate_month(installation: Installation, month: Month, knowledge: Month | None) -> tuple[Month, RunReport]:
    """Land what is new, compute a past month with what was known later, publish it as a new version.

    Args:
        installation: to work on.
        month: ``YYYY-MM``.
        knowledge: the last delivery to be used; by default that of the newest month with both rosters.

    Returns:
        The knowledge month, and what was published.

    Raises:
        RunError: nothing was published.
    """
    _refuse_at_once(installation, month, month)
    prepare(installation)
    with errors_explained(installation), only_run(installation):
        from orchestration.defs.partitions import runnable_months

        whole_publications(installation.marts, but=[month])
        known = runnable_months()
        wanted = knowledge or max(month, newest_delivery(installation, known) or month)
        with dg.DagsterInstance.get() as instance:
            _mend_landed(installation, instance)
            # one job lands from the first to the last of them, those between that are settled already included
            _land(installation, instance, [one for one in unsettled_until(installation, wanted) if one in known])
            try:
                used = knowledge_of(installation, month, knowledge or NEWEST)
            except RestatementError as error:
                raise RunError(str(error)) from None
            outcome = _outcome(_execute(installation, instance, RESTATE_JOB, _range(month, month), knowledge_config(used)))
        return used, _report(installation, [month], outcome)


def roll_back_month(installation: Installation, month: Month, reason: str, *, undo: bool) -> Mapping[str, Any]:
    """Withdraw the version of a month that is in force, or put the one withdrawn last back; as a run of the job ``rollback``.

    Returns:
        What the job says: ``version``, ``in_force`` (None where nothing is left), ``quarter`` (a folder of copies, or None).

    Raises:
        RunError: nothing was changed.
    """
    if not (installation.marts / month).is_dir():
        raise RunError(f"{month} 没有发布过；请检查 --month 和 --marts")
    prepare(installation)
    config = rollback_config(month, reason, undo=undo)
    with errors_explained(installation), only_run(installation), dg.DagsterInstance.get() as instance:
        result = _execute(installation, instance, ROLLBACK_JOB, {}, config)
    done: Mapping[str, Any] = result.output_for_node("roll_back_publication")
    return done


def _range(first: Month, last: Month) -> dict[str, str]:
    return {ASSET_PARTITION_RANGE_START_TAG: first, ASSET_PARTITION_RANGE_END_TAG: last}


def _land(installation: Installation, instance: dg.DagsterInstance, deliveries: Sequence[Month]) -> None:
    if deliveries:
        _execute(installation, instance, LANDING_JOB, _range(deliveries[0], deliveries[-1]))


def _mend_landed(installation: Installation, instance: dg.DagsterInstance) -> None:
    """Land anew what is gone or damaged of what was landed, of any month: queries read it all."""
    damaged = damaged_deliveries(installation)
    delivered = set(delivery_months(installation.raw))
    if lost := {month: titles for month, titles in damaged.items() if month not in delivered}:
        raise RunError(explain_damaged(installation, lost))
    _land(installation, instance, list(damaged))


def _outcome(result: dg.ExecuteInProcessResult) -> RunOutcome:
    record = next(
        event.materialization.metadata[OUTCOME].value
        for event in result.get_asset_materialization_events()
        if event.asset_key == PUBLICATION_KEY
    )
    return RunOutcome.from_record(record)  # type: ignore[arg-type]


def _report(installation: Installation, months: Sequence[Month], outcome: RunOutcome) -> RunReport:
    missing = missing_rosters(installation, months)
    published = {}
    for month, done in outcome.months.items():
        one = next(one for one in month_versions(installation.marts, month) if one.version == done.version)
        published[month] = dataclasses.replace(one, is_new=done.is_new)
    withheld = {
        month: [
            f"算得的内容与已撤回的第{one.version}版相同，没有再发布（{one.withdrawn}）；"
            f"确认无误要恢复的，请运行 fangfanpin rollback --month {month} --undo --reason 原因"
        ]
        for month, one in published.items()
        if one.withdrawn
    }
    unchanged = [month for month in months if month not in outcome.months and month not in missing]
    left_alone = {month: as_known_then(installation, month) for month in unchanged}
    in_force = latest_publications(installation.marts)
    shown = {month: one for month, one in published.items() if month not in withheld} | {
        month: one for month, one in left_alone.items() if one is not None
    }
    return RunReport(
        {month: shown[month] for month in sorted(shown)},
        missing | withheld,
        {month: in_force[month] for month in (*published, *left_alone) if month in in_force},
        unchanged,
    )


def months_between(first: Month, last: Month) -> list[Month]:
    """Return the months from one to another, both included."""
    months, month = [], first
    while month <= last:
        months.append(month)
        month = month.next
    return months


def _refuse_at_once(installation: Installation, first: Month, last: Month) -> None:
    """Raise ``RunError`` where it is plain that nothing can come of a run: nothing was written then, not even a folder."""
    _refuse_unusable_folders(installation)
    _refuse_impossible_months(first, last)
    _refuse_missing_deliveries(installation)
    months = months_between(first, last)
    undelivered = undelivered_rosters(installation, months)
    if len(undelivered) == len(months):
        raise RunError(explain_missing(undelivered))


def _refuse_impossible_months(first: Month, last: Month) -> None:
    from orchestration.defs.partitions import runnable_months

    known = runnable_months()
    if not known:
        start, now = load_county().first_delivery, dt.datetime.now(ZoneInfo(load_county().time_zone))
        raise RunError(f"本机时间 {now:%Y-%m-%d} 早于本系统的起始月 {start}，没有可运行的月份；请校准本机时间后重新运行")
    wrong = [month for month in months_between(first, last) if month not in known]
    if wrong:
        raise RunError(
            f"月份 {'、'.join(wrong)} 不能运行：本系统可运行 {known[0]} 至 {known[-1]} 的月份（起始月在 county.yml）"
        )


def _refuse_missing_deliveries(installation: Installation) -> None:
    """Raise ``RunError`` where no delivery can be seen though there were some: nothing may be landed as if nobody had sent."""
    if gone := missing_deliveries(installation):
        raise RunError(gone)


def _execute(
    installation: Installation,
    instance: dg.DagsterInstance,
    job_name: str,
    tags: Mapping[str, str],
    config: Mapping[str, Any] | None = None,
) -> dg.ExecuteInProcessResult:
    from orchestration.defs.definitions import build_definitions

    asked = tags.get(ASSET_PARTITION_RANGE_START_TAG)
    job = build_definitions(installation, first=Month(asked) if asked else None).resolve_job_def(job_name)
    with streams_given_back():
        result = job.execute_in_process(
            instance=instance,
            tags={**tags, BY_TAG: system_user()},
            run_config={**(config or {}), "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    if not result.success:
        raise RunError("\n".join(_failures(installation, result)))
    return result


def _failures(installation: Installation, result: dg.ExecuteInProcessResult) -> Sequence[str]:
    messages: list[str] = []
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            failure = data.user_failure_data
            if data.error and (about_storage := explain_storage_error(data.error.to_string(), installation)):
                messages = [message for message in messages if message != about_storage] + [about_storage]
            elif failure and failure.description:
                messages.append(failure.description)
            elif data.error:
                cause = data.error
                while cause.cause:
                    cause = cause.cause
                if cause.cls_name in _OF_DAMAGED_FILES:
                    messages.append(_UNREADABLE.format(cause.cls_name))
                    continue
                messages.append(f"步骤 {event.step_key} 出错：{cause.cls_name}（详情见 Dagster 页面中本次运行的记录）")
    return messages or ["运行没有完成；详情见 Dagster 页面中本次运行的记录"]


def not_published_message(report: RunReport) -> str:
    """Return what to say about the months of a range that could not be computed."""
    return explain_missing(report.not_published)
