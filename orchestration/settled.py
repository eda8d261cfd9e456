"""Settled deliveries: those that a run has landed whole and checked without a blocking failure.

A month's window and history rest on the deliveries before it. One of them that is new or changed has to be landed first,
whoever starts the run; nothing may be computed from a part of what was delivered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from orchestration.contracts import load_county, load_extracts
from orchestration.landing import delivery_months, landed_digest
from orchestration.paths import Installation
from orchestration.whole_files import write_json


def unsettled_before(installation: Installation, month: str) -> list[str]:
    """Return the deliveries before a month (``YYYY-MM``) that are new or changed since they were settled."""
    return [delivery for delivery in _unsettled(installation, month) if delivery < month]


def unsettled_until(installation: Installation, month: str) -> list[str]:
    """Return the deliveries up to a month (``YYYY-MM``), its own included, that are new or changed since they were settled."""
    return _unsettled(installation, month)


def _unsettled(installation: Installation, last: str) -> list[str]:
    settled, contracts = _read(installation), load_extracts().values()
    return [
        delivery
        for delivery in delivery_months(installation.raw)
        if load_county().first_delivery <= delivery <= last
        and (delivery not in settled or landed_digest(installation, contracts, delivery) != settled[delivery])
    ]


def settled_deliveries(installation: Installation) -> dict[str, str]:
    """Return what was landed of every settled delivery, as a digest by month (``YYYY-MM``), in the order of the months."""
    return dict(sorted(_read(installation).items()))


def settle(installation: Installation, months: Sequence[str]) -> None:
    """Remember what has been landed and checked of these deliveries."""
    contracts = load_extracts().values()
    digests = {month: landed_digest(installation, contracts, month) for month in months}
    content = _read(installation) | {month: digest for month, digest in digests.items() if digest}
    write_json(installation.settled, dict(sorted(content.items())))


def _read(installation: Installation) -> dict[str, str]:
    return json.loads(installation.settled.read_text(encoding="utf-8")) if installation.settled.exists() else {}
