"""Taking a published version back, and putting it in force again. The publication itself stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications.current import refresh_current
from orchestration.publications.publication import Publication, latest_publications, month_versions
from orchestration.publications.storage import PublishingError, only_writer
from orchestration.publications.withdrawal import note_return, note_withdrawal, read_withdrawals


@dataclass(frozen=True)
class Rollback:
    """What a rollback did.

    Attributes:
        publication: that was withdrawn, or put back in force.
        in_force: the month's version that ``current.duckdb`` shows now; None when there is none left.
    """

    publication: Publication
    in_force: Publication | None


def roll_back(installation: Installation, month: Month, by: str, reason: str) -> Rollback:
    """Withdraw the version of a month that is in force and rebuild ``current.duckdb`` from what remains.

    Args:
        installation: whose publications they are.
        month: ``YYYY-MM``.
        by: who withdraws it.
        reason: why, in their words.

    Raises:
        PublishingError: nothing of the month is in force, or who or why is not said. Nothing is changed then.
    """
    _check(by, reason)
    newest = latest_publications(installation.marts).get(month)
    if newest is None:
        versions = month_versions(installation.marts, month)
        why = f"已发布的 {len(versions)} 版都已撤回" if versions else f"{month} 没有发布过"
        raise PublishingError(f"{month} 没有可撤回的版本：{why}；请检查 --month 和 --marts")
    with only_writer(installation.marts / month):
        note_withdrawal(installation.marts / month, newest.version, by.strip(), reason.strip())
    refresh_current(installation, "撤回后重建")
    return Rollback(newest, latest_publications(installation.marts).get(month))


def undo_rollback(installation: Installation, month: Month, by: str, reason: str) -> Rollback:
    """Put the version of a month that was withdrawn last back in force and rebuild ``current.duckdb``.

    Raises:
        PublishingError: nothing of the month is withdrawn, or who or why is not said. Nothing is changed then.
    """
    _check(by, reason)
    folder = installation.marts / month
    withdrawn = [entry.version for entry in read_withdrawals(folder) if entry.undone_at is None]
    publications = {one.version: one for one in month_versions(installation.marts, month)}
    if not withdrawn:
        raise PublishingError(f"{month} 没有撤回的版本，不需要恢复；请检查 --month 和 --marts")
    with only_writer(folder):
        note_return(folder, withdrawn[-1], by.strip(), reason.strip())
    refresh_current(installation, "恢复后重建")
    return Rollback(publications[withdrawn[-1]], latest_publications(installation.marts).get(month))


def _check(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise PublishingError("撤回和恢复都要写明谁、为什么；请用 --reason 说明原因")
