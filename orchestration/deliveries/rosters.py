"""Which months can be computed: those whose delivery brought both rosters (rules, section 11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow.parquet as pq

from orchestration.contracts import load_county, load_extracts
from orchestration.deliveries.unread import missing_deliveries, misspelt, strangers_of
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import extract_files

ROSTERS = ("rural_revitalization__household_roster", "rural_revitalization__member_roster")


_EVERY_ROW = "每一行都不能使用，原因见回执"


class MissingRosterError(Exception):
    """No requested month can be computed. The message is Chinese and names what is missing and what to do."""


def missing_rosters(installation: Installation, months: Iterable[Month]) -> dict[Month, list[str]]:
    """Return, for each landed month that lacks one, the Chinese reasons: which roster, where it belongs, why it was refused."""
    return {month: reasons for month in months if (reasons := _reasons(installation, month))}


def computable_months(installation: Installation, months: Sequence[Month]) -> list[Month]:
    """Return the months whose delivery has both rosters; raise ``MissingRosterError`` when there is none."""
    missing = missing_rosters(installation, months)
    computable = [month for month in months if month not in missing]
    if not computable:
        raise MissingRosterError(explain_missing(missing))
    return computable


def explain_missing(missing: Mapping[Month, Sequence[str]]) -> str:
    """Return one message about all months that cannot be computed."""
    return "\n".join(f"{month}：{'；'.join(reasons)}" for month, reasons in missing.items())


def undelivered_rosters(installation: Installation, months: Iterable[Month]) -> dict[Month, list[str]]:
    """Return, for each month whose delivery has no file of one, the Chinese reasons; nothing is read or written."""
    return {month: reasons for month in months if (reasons := _reasons_of_undelivered(installation, month))}


def _reasons_of_undelivered(installation: Installation, month: Month) -> list[str]:
    contracts = load_extracts()
    missing = [extract for extract in ROSTERS if not extract_files(installation.raw, month, contracts[extract])]
    reasons = [reason for extract in missing for reason in _not_received(installation, month, extract)]
    return reasons and [*reasons, *_why_perhaps(installation, month)]


def _reasons(installation: Installation, month: Month) -> list[str]:
    contracts = load_extracts()
    reasons = []
    for extract in ROSTERS:
        files = pq.read_table(installation.landed_account("intake_files", extract, month)).to_pylist()
        accepted = [file for file in files if file["outcome"] == "accepted"]
        if any(file["rows_loaded"] or not file["rows_rejected"] for file in accepted):
            continue
        if files:
            refused = "；".join(f"{file['file']}：{file['reason'] or _EVERY_ROW}" for file in files)
            reasons.append(f"《{contracts[extract].title}》全部被退回（{refused}）")
        else:
            reasons += _not_received(installation, month, extract)
    return reasons and [*reasons, *_why_perhaps(installation, month)]


def _not_received(installation: Installation, month: Month, extract: str) -> list[str]:
    contract = load_extracts()[extract]
    place = f"{month}/{contract.department}/{contract.short_name}.xlsx（或 xls、csv，可分多个文件）"
    sender = load_county().department(contract.department).name
    like = [stranger for stranger in strangers_of(installation, month) if stranger.extract == extract]
    return [
        f"没有收到《{contract.title}》，请由{sender}放入 {place} 后重新运行；没有它，任何清单都算不出",
        *(f"{month}/{stranger.file} {stranger.reason}" for stranger in like),
    ]


def _why_perhaps(installation: Installation, month: Month) -> list[str]:
    """Return what may be the cause: the folder of deliveries is gone, or that of the month has another name."""
    if gone := missing_deliveries(installation):
        return [gone]
    return [f"{name} 如是 {month} 的报送，文件夹应改名为 {month}" for name in misspelt(installation, month)]
