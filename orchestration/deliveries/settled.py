"""Which deliveries are settled: a run landed them whole, none of their checks blocks, and nothing of them has changed since.

A month's window and history rest on the deliveries before it. One of them that is new or changed has to be landed first,
whoever starts the run; nothing may be computed from a part of what was delivered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestration.contracts import load_county, load_extracts
from orchestration.foundation.atomic_files import read_json, write_json
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.paths import Installation
from orchestration.landing import damaged_extracts, delivery_months, kept_digest, landed_digest, landed_months


def unsettled_before(installation: Installation, month: Month) -> list[Month]:
    """Return the deliveries before a month (``YYYY-MM``) that are new or changed since they were settled."""
    return [delivery for delivery in _unsettled(installation, month) if delivery < month]


def unsettled_until(installation: Installation, month: Month) -> list[Month]:
    """Return the deliveries up to a month (``YYYY-MM``), its own included, that are new or changed since they were settled."""
    return _unsettled(installation, month)


def _unsettled(installation: Installation, last: Month) -> list[Month]:
    settled, contracts = _read(installation), load_extracts().values()
    return [
        delivery
        for delivery in delivery_months(installation.raw)
        if load_county().first_delivery <= delivery <= last
        and (delivery not in settled or landed_digest(installation, contracts, delivery) != settled[delivery])
    ]


def settled_deliveries(installation: Installation) -> dict[Month, str]:
    """Return what was landed of every settled delivery, as a digest by month (``YYYY-MM``), in the order of the months."""
    return dict(sorted(_read(installation).items()))


def damaged_deliveries(installation: Installation) -> dict[Month, list[str]]:
    """Return the deliveries of which landed files are gone or damaged, with the titles of the extracts.

    Those that are still delivered are landed anew by a run. Queries read all landed files, also those of later deliveries.
    """
    contracts = load_extracts().values()
    damaged = {month: damaged_extracts(installation, contracts, month) for month in landed_months(installation)}
    return {month: [contract.title for contract in extracts] for month, extracts in damaged.items() if extracts}


def explain_damaged(installation: Installation, damaged: Mapping[Month, Sequence[str]]) -> str:
    """Return what to do about ``damaged_deliveries`` that are no longer delivered."""
    said = "；".join(f"{month} 的《{'》《'.join(titles)}》" for month, titles in damaged.items())
    return (
        f"读入的内容已损坏：{said}，而 {installation.raw} 中没有这些月份的报送，不能重新读入；"
        f"请把报送文件放回原处，或从备份恢复 {installation.landed}"
    )


def settle(installation: Installation, months: Sequence[Month]) -> None:
    """Remember these deliveries, which have been landed whole and checked, as settled, by the digests of what was landed."""
    contracts = load_extracts().values()
    digests = {month: landed_digest(installation, contracts, month) for month in months}
    content = _read(installation) | {month: digest for month, digest in digests.items() if digest}
    write_json(installation.settled, dict(sorted(content.items())))


def _read(installation: Installation) -> dict[Month, str]:
    """Return what was settled. Where that is lost, deliveries that are still there are settled anew by the next run."""
    content = read_json(installation.settled)
    if isinstance(content, dict) and all(is_month(month) and isinstance(digest, str) for month, digest in content.items()):
        return {Month(month): digest for month, digest in content.items()}
    gone = set(landed_months(installation)) - set(delivery_months(installation.raw))
    digests = {month: kept_digest(installation, load_extracts().values(), month) for month in gone}
    return {month: digest for month, digest in digests.items() if digest}
