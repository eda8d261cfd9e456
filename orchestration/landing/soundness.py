"""Whether what landing keeps is still what it wrote: landed files against their sidecars, the archive against its own names.

What belongs here: finding what is damaged, copying an original anew where it is still delivered. What does not: landing anew,
as the next run does.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import ExtractContract
from orchestration.foundation.atomic_files import is_unfinished_file, write_whole
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.paths import Installation
from orchestration.landing.fingerprint import Sidecar
from orchestration.landing.land import LARGEST_FILE, archived, is_archived
from orchestration.landing.plain_files import sha256_of

ACCOUNTS = ("intake_files", "intake_problems")


def landed_months(installation: Installation) -> list[Month]:
    """Return the deliveries of which something was landed, in order."""
    files = installation.landed.glob("*__*/*")
    return sorted({Month(path.stem) for path in files if path.suffix in (".parquet", ".json") and is_month(path.stem)})


def damaged_extracts(
    installation: Installation, contracts: Iterable[ExtractContract], month: Month, *, thoroughly: bool = False
) -> list[ExtractContract]:
    """Return the extracts of which landed files of a delivery are gone or damaged.

    Args:
        installation: whose landed files are looked at.
        contracts: of the extracts.
        month: of the delivery, ``YYYY-MM``.
        thoroughly: read every file to the last byte; otherwise only those that were touched since they were written.
    """
    return [contract for contract in contracts if not _is_whole(installation, contract, month, thoroughly)]


def damaged_originals(installation: Installation) -> dict[Path, list[str]]:
    """Return the archived files that are gone or not what their names say, with where they were delivered as far as known."""
    delivered: dict[Path, list[str]] = {}
    for place, sha256 in landed_originals(installation).items():
        delivered.setdefault(archived(installation, sha256, Path(place).suffix), []).append(place)
    kept = {path for path in installation.archive.glob("*/*") if not is_unfinished_file(path)}
    return {path: delivered.get(path, []) for path in sorted({*kept, *delivered}) if sha256_of(path) != path.stem}


def mend_originals(installation: Installation) -> None:
    """Copy damaged originals anew from deliveries that still hold the same bytes."""
    for path, places in damaged_originals(installation).items():
        source = next((file for place in places if sha256_of(file := installation.raw / place) == path.stem), None)
        if source:
            write_whole(path, partial(shutil.copyfile, source))


def landed_originals(installation: Installation) -> dict[str, str]:
    """Return the SHA-256 of every delivered file that was landed and archived, by ``<month>/<path>``."""
    sidecars = filter(None, map(Sidecar.read, sorted(installation.landed.glob("*__*/*.json"))))
    files = {
        f"{one.result.month}/{summary.file}": summary.sha256 or ""
        for one in sidecars
        for summary in one.result.files
        if is_archived(summary)
    }
    for account in (installation.landed / "intake_files").glob("*.parquet"):  # also of deliveries that were not landed whole
        try:
            rows = pq.ParquetFile(account).read(columns=["delivery_month", "file", "sha256", "bytes"]).to_pylist()
        except (OSError, pa.ArrowException):
            continue
        files |= {
            f"{row['delivery_month']:%Y-%m}/{row['file']}": row["sha256"]
            for row in rows
            if row["sha256"] and (row.get("bytes") or 0) <= LARGEST_FILE
        }
    return files


def _is_whole(installation: Installation, contract: ExtractContract, month: Month, thoroughly: bool) -> bool:
    rows = installation.landed_extract(contract.extract, month)
    sidecar = Sidecar.read(rows.with_suffix(".json"))
    if sidecar is None:
        return all(_is_readable(path) for path in (rows, *_accounts(installation, contract, month)))
    if thoroughly:
        return all(output.is_whole(installation.state) for output in sidecar.landed(installation))
    return all(output.as_found(installation.state) for output in sidecar.landed(installation))


def _accounts(installation: Installation, contract: ExtractContract, month: Month) -> Iterator[Path]:
    return (installation.landed_account(table, contract.extract, month) for table in ACCOUNTS)


def _is_readable(path: Path) -> bool:
    """Return whether nothing is wrong with a file for which nothing vouches; one that is not there is not damaged."""
    if not path.exists():
        return True
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True
