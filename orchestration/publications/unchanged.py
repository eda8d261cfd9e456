"""Nothing changed, nothing done: which months would come out as they are published.

A month rests on the deliveries up to it, on every file of ``config/``, on the dbt project, on the code and on the libraries
that compute. What it rested on when it was last computed is kept in ``<state>/computed/<YYYY-MM>.json``. A month is left alone
only when that is the same now and its newest publication is undamaged; the analysts' database is made anew when it does not
hold every publication. The day of a run is no part of it: no rule looks at it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from orchestration.contracts import load_extracts, load_marts
from orchestration.deliveries.rosters import missing_rosters
from orchestration.deliveries.settled import settled_deliveries, unsettled_until
from orchestration.foundation.atomic_files import clear_place, read_json, write_json
from orchestration.foundation.code_versions import publication_code_and_facts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import landed_digest
from orchestration.publications import (
    Publication,
    damaged_files,
    is_current_whole,
    latest_publications,
    manifest_digest,
    month_versions,
)


def months_to_compute(installation: Installation, months: Sequence[Month]) -> list[Month]:
    """Return those of some months (``YYYY-MM``) that could come out otherwise than they are published.

    A month that lacked a roster when its delivery was landed, and lacks it still, is among them only where all of them do.
    """
    as_landed = _months_as_landed(installation, months)
    missing = missing_rosters(installation, as_landed)
    if len(missing) == len(months):
        return list(months)  # the run says what is missing
    return [
        month
        for month in months
        if month not in as_landed
        or (month not in missing and not _is_as_computed(installation, as_known_then(installation, month)))
    ]


def as_known_then(installation: Installation, month: Month) -> Publication | None:
    """Return the newest version of a month that knows no later delivery and is not withdrawn, if there is one."""
    versions = month_versions(installation.marts, month)
    own = [one for one in versions if one.knowledge_month == month and one.withdrawn is None]
    return own[-1] if own else None


def holds_all_publications(installation: Installation) -> bool:
    """Return whether the analysts' database has the newest version of every published month, with all its rows."""
    if not is_current_whole(installation):
        return False
    published = latest_publications(installation.marts)
    versions = {(month, one.version) for month, one in published.items()}
    rows = {(mart, month): count for month, one in published.items() for mart, count in one.row_counts.items() if count}
    try:
        with duckdb.connect(str(installation.current), read_only=True) as connection:
            held = connection.execute("select strftime(month, '%Y-%m'), version from marts.publications").fetchall()
            counts = {
                (mart, month): count
                for mart in load_marts()
                for month, count in connection.execute(
                    f"select strftime(month, '%Y-%m'), count(*) from marts.{mart} group by all"
                ).fetchall()
            }
    except duckdb.Error:  # damaged, or of an older version of the lists
        return False
    return set(held) == versions and counts == rows


def remember_computed(installation: Installation, publications: Iterable[Publication]) -> None:
    """Keep what the months of a run rested on; nothing of those whose files changed while the run worked."""
    publications = list(publications)
    as_landed = _months_as_landed(installation, [one.month for one in publications])
    for publication in publications:
        path = _kept(installation, publication.month)
        clear_place(path)
        path.unlink(missing_ok=True)
        if publication.knowledge_month != publication.month or publication.month not in as_landed:
            continue
        content = {
            "rests_on": _rests_on(installation, publication.month),
            "version": publication.version,
            "manifest": manifest_digest(publication),
        }
        write_json(path, content)


def _rests_on(installation: Installation, month: Month) -> str:
    deliveries = {name: digest for name, digest in settled_deliveries(installation).items() if name <= month}
    return hashlib.sha256(json.dumps([publication_code_and_facts(), deliveries], sort_keys=True).encode()).hexdigest()


def _months_as_landed(installation: Installation, months: Sequence[Month]) -> list[Month]:
    """Return the months whose own delivery and all before it are landed as they are delivered now."""
    settled = settled_deliveries(installation)
    changed = {*unsettled_until(installation, max(months)), *(month for month in months if month not in settled)}
    # a folder that was taken away whole is no delivery any more, though one was settled
    gone = [month for month in months if month in settled and not (installation.raw / month).is_dir()]
    changed |= {month for month in gone if landed_digest(installation, load_extracts().values(), month) != settled[month]}
    return [month for month in months if month < min(changed, default="9999")]


def _is_as_computed(installation: Installation, publication: Publication | None) -> bool:
    if publication is None:
        return False
    kept = read_json(_kept(installation, publication.month))
    return (
        isinstance(kept, dict)
        and kept.get("rests_on") == _rests_on(installation, publication.month)
        and kept.get("version") == publication.version
        and kept.get("manifest") == manifest_digest(publication)
        and not damaged_files(publication)
    )


def _kept(installation: Installation, month: Month) -> Path:
    return installation.computed / f"{month}.json"
