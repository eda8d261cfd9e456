"""What of an installation is damaged, gone or left unfinished, read to the last byte.

What belongs here: what ``doctor`` and ``backup`` both ask. What does not: how bad it is (``judgements``), mending it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orchestration.contracts import load_extracts
from orchestration.foundation.atomic_files import is_unfinished_file
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.paths import Installation
from orchestration.landing import damaged_extracts, damaged_originals, landed_months
from orchestration.publications import PublishingError, damaged_below, month_versions, published_inputs
from orchestration.upkeep.files import files_below


def leftovers(installation: Installation) -> list[Path]:
    """Return what dead runs left unfinished in an installation's folders."""
    inside = [path for path in files_below(installation.marts) if _is_leftover(path, installation.marts)]
    if not installation.state.is_relative_to(installation.marts):
        inside += [path for path in files_below(installation.state) if _is_leftover(path, installation.state)]
    return inside


def _is_leftover(path: Path, root: Path) -> bool:
    return any(is_unfinished_file(part) for part in (path, *path.parents) if part.is_relative_to(root))


def named_originals(installation: Installation) -> list[str]:
    """Return the damaged originals by where they were delivered, as sidecars and publications tell, and where they lie."""
    damaged = damaged_originals(installation)
    published = _published_originals(installation) if damaged else {}
    return [f"{'、'.join(places or published.get(path.stem, ['不知名的文件']))}（{path}）" for path, places in damaged.items()]


def _published_originals(installation: Installation) -> dict[str, list[str]]:
    """Return where originals were delivered that publications rest on, by SHA-256."""
    places: dict[str, list[str]] = {}
    for month in published_months(installation.marts):
        try:
            inputs = [
                one for version in month_versions(installation.marts, Month(month.name)) for one in published_inputs(version)
            ]
        except PublishingError:  # told by check_publications
            continue
        for one in inputs:
            place = f"{one['delivery_month']}/{one['file']}"
            if place not in places.setdefault(one["sha256"], []):
                places[one["sha256"]].append(place)
    return places


def damaged_landings(installation: Installation) -> dict[Month, list[str]]:
    """Return the deliveries of which landed files are not what was written, to the last byte, with titles of the extracts."""
    contracts = load_extracts().values()
    damaged = {
        month: damaged_extracts(installation, contracts, month, thoroughly=True) for month in landed_months(installation)
    }
    return {month: [contract.title for contract in extracts] for month, extracts in damaged.items() if extracts}


def publication_folders(marts: Path) -> list[Path]:
    """Return the folder of every version of every month."""
    return [
        version
        for month in published_months(marts)
        for version in sorted(month.iterdir())
        if version.is_dir() and not is_unfinished_file(version)
    ]


def published_months(marts: Path) -> list[Path]:
    """Return the folders of months that have been published, in order; none where the folder of publications is not there."""
    return [folder for folder in sorted(marts.iterdir()) if is_month(folder.name)] if marts.is_dir() else []


def damaged_publications(folders: Sequence[Path]) -> dict[Path, str]:
    """Return those whose files are gone or are not those of their manifest, with a Chinese reason."""
    damaged = {}
    for folder in folders:
        try:
            wrong = damaged_below(folder)
        except PublishingError:
            damaged[folder] = "发布说明不见了或已损坏"
            continue
        if wrong:
            damaged[folder] = f"{len(wrong)} 个文件缺少或被改过，如 {wrong[0]}"
    return damaged
