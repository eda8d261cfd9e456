"""``fangfanpin doctor``: what would keep an installation from working, told before a run meets it.

What belongs here: ``examine``, which looks at everything and has it judged. What does not: the checks (``judgements``), how one
looks (``machine``, ``damage``).

Nothing here writes, not even a folder: a doctor may look while a run goes on.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import duckdb

from orchestration.contracts import load_county
from orchestration.contracts.upkeep import UpkeepSettings, load_upkeep
from orchestration.deliveries.unread import missing_deliveries, odd_lines
from orchestration.foundation.access import too_open
from orchestration.foundation.atomic_files import sha256_of
from orchestration.foundation.overlay import overlay_in_force
from orchestration.foundation.paths import Installation
from orchestration.foundation.storage_errors import free_bytes
from orchestration.landing import landed_months
from orchestration.publications import PublishingError, latest_publications
from orchestration.publications.audit import check_log, last_noted
from orchestration.publications.quarters import damaged_quarters
from orchestration.publications.withdrawal import withdrawn_versions
from orchestration.upkeep.damage import (
    damaged_landings,
    damaged_publications,
    leftovers,
    named_originals,
    publication_folders,
    published_months,
)
from orchestration.upkeep.diagnosis import Diagnosis
from orchestration.upkeep.files import files_below, size_below
from orchestration.upkeep.judgements import (
    check_audit,
    check_clock,
    check_configuration,
    check_database,
    check_deliveries,
    check_disk,
    check_fonts,
    check_history,
    check_in_force,
    check_landed,
    check_leftovers,
    check_lock,
    check_modes,
    check_originals,
    check_packages,
    check_publications,
    check_python,
    check_quarters,
    check_raw_folder,
    check_time_zone,
    check_withdrawals,
    check_written_folder,
)
from orchestration.upkeep.machine import (
    chinese_fonts,
    installed_packages,
    is_readable,
    is_writable,
    locked_packages,
    mode_of,
    open_duckdb,
    open_history,
    required_python,
    requirements_file,
    zone_of,
)
from orchestration.warehouse.run_lock import is_locked, noted_holder


def examine(installation: Installation) -> list[Diagnosis]:
    """Look at everything and return a diagnosis for each check."""
    settings, county = load_upkeep(), load_county()
    locked, holder = is_locked(installation), noted_holder(installation)
    publications = publication_folders(installation.marts)
    place, problems, remedy = open_history(installation)
    zone = zone_of(county.time_zone)
    now = dt.datetime.now(zone or dt.UTC)
    return [
        check_python(sys.version_info[:3], required_python()),
        check_packages(locked_packages(requirements_file()), installed_packages()),
        check_configuration(county, overlay_in_force()),
        _examine_disk(installation, settings),
        check_raw_folder(installation.raw, installation.raw.is_dir(), is_readable(installation.raw)),
        check_deliveries(missing_deliveries(installation), odd_lines(installation)),
        check_written_folder("发布文件夹", installation.marts, mode_of(installation.marts), is_writable(installation.marts)),
        # a state folder inside is as closed as the one around it
        check_written_folder(
            "工作文件夹",
            installation.state,
            mode_of(installation.state, installation.marts if installation.state.is_relative_to(installation.marts) else None),
            is_writable(installation.state),
        ),
        check_modes(*_open_paths(installation)),
        check_lock(locked, holder),
        check_leftovers(leftovers(installation), locked),
        check_fonts(chinese_fonts()),
        check_time_zone(county.time_zone, now.utcoffset() if zone else None, now.astimezone().utcoffset() or dt.timedelta()),
        check_clock(now, _newest_trace(installation, now), county.first_delivery),
        check_history(place, problems, remedy),
        check_originals(_originals(installation), named_originals(installation)),
        check_landed(len(landed_months(installation)), damaged_landings(installation)),
        check_publications(len(publications), damaged_publications(publications)),
        *_examine_versions(installation),
        check_audit(check_log(installation), _unnoted(installation)),
        check_quarters(damaged_quarters(installation)),
        check_database(
            "分析库",
            installation.current,
            installation.current.exists(),
            open_duckdb(installation.current),
            "请重新运行任一已发布的月份，它会重建；清单本身不受影响",
        ),
        check_database(
            "分析版",
            installation.analysts,
            installation.analysts.exists(),
            open_duckdb(installation.analysts),
            "请重新运行任一已发布的月份，它会重建；清单本身不受影响",
        ),
        check_database(
            "工作库",
            installation.warehouse,
            installation.warehouse.exists(),
            None if locked else open_duckdb(installation.warehouse),
            "请删除它后重新运行，它会重建；清单本身不受影响",
        ),
    ]


def _examine_disk(installation: Installation, settings: UpkeepSettings) -> Diagnosis:
    inside = installation.state.is_relative_to(installation.marts)
    used = size_below(installation.marts) + (0 if inside else size_below(installation.state))
    return check_disk(min(free_bytes(installation.marts), free_bytes(installation.state)), used, settings)


def _examine_versions(installation: Installation) -> list[Diagnosis]:
    try:
        withdrawn = {folder.name: sorted(withdrawn_versions(folder)) for folder in published_months(installation.marts)}
    except PublishingError as error:
        return [check_withdrawals({}, str(error))]
    diagnoses = [check_withdrawals(withdrawn, None)]
    try:
        published = {month: one.version for month, one in latest_publications(installation.marts).items()}
    except PublishingError:  # told by check_publications
        return diagnoses
    shown = _shown_versions(installation.current)
    return diagnoses if shown is None else [*diagnoses, check_in_force(shown, published)]


def _shown_versions(path: Path) -> dict[str, int] | None:
    """Return the versions that the analysts' database shows; None where it does not exist or cannot be opened."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute("SELECT strftime(month, '%Y-%m'), version FROM marts.publications").fetchall()
    except duckdb.Error:  # told by check_database
        return None
    return dict(rows)


def _open_paths(installation: Installation) -> tuple[list[tuple[Path, int]], frozenset[Path], list[Path]]:
    secrets = frozenset({installation.token_key})
    folders = [installation.marts]
    folders += [one for one in (installation.state, installation.analysts.parent) if not one.is_relative_to(installation.marts)]
    looked_at = [*folders, *(one for one in secrets if not any(one.is_relative_to(folder) for folder in folders))]
    return [found for folder in looked_at for found in too_open(folder, secrets)], secrets, folders


def _unnoted(installation: Installation) -> list[str]:
    """Return the editions that are not what the audit log tells of them last."""
    editions = [
        path for path in (installation.current, installation.analysts, installation.analysts_dictionary) if path.exists()
    ]
    return [path.name for path in editions if (noted := last_noted(installation, path.name)) and noted != sha256_of(path)]


def _originals(installation: Installation) -> int:
    return sum(1 for _ in files_below(installation.archive))


def _newest_trace(installation: Installation, now: dt.datetime) -> dt.datetime | None:
    traces = [*publication_folders(installation.marts), installation.warehouse, installation.settled]
    times = [path.stat().st_mtime for path in traces if path.exists()]
    return dt.datetime.fromtimestamp(max(times), now.tzinfo) if times else None
