"""What must hold of an installation at every moment, also right after its process was killed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.foundation.paths import Installation
from orchestration.landing.land import LARGEST_FILE

MANIFEST = "manifest.json"


def published_bytes(marts: Path) -> dict[str, bytes]:
    """Return every published file by path below ``marts``; of a manifest, all but when and by which checkout."""
    return {
        path.relative_to(marts).as_posix(): _timeless(path) if path.name == MANIFEST else path.read_bytes()
        for version in versions(marts)
        for path in sorted(version.rglob("*"))
        if path.is_file()
    }


def versions(marts: Path) -> list[Path]:
    """Return the folders that look like publications, ``<YYYY-MM>/v<NN>``."""
    return sorted(path for path in marts.glob("2???-??/v*") if path.is_dir())


def faults(installation: Installation) -> list[str]:
    """Return what is broken: publications that are not whole, a database of half months, rows without an account."""
    return [*faults_of_publications(installation.marts), *faults_of_current(installation), *_faults_of_accounts(installation)]


def leftovers(marts: Path) -> list[str]:
    """Return what only an unfinished run may have beside the publications."""
    return [path.relative_to(marts).as_posix() for pattern in (".current.duckdb-*", "*/.v*") for path in marts.glob(pattern)]


def rows_by_month(database: Path) -> dict[str, Counter[str]]:
    """Return the rows of every table of the bureau's database, but when it was published and by which code."""
    with duckdb.connect(str(database), read_only=True) as connection:
        shown = connection.execute(
            "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns() "
            "where schema_name in ('marts', 'meta') and column_name not in ('published_at', 'code_version') group by all"
        ).fetchall()
        return {
            name: Counter(map(repr, connection.execute(f"select {_quoted(columns)} from {schema}.{name}").fetchall()))
            for schema, name, columns in shown
        }


def _quoted(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _timeless(manifest: Path) -> bytes:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    for name in ("published_at", "code_version"):  # of the moment and of the checkout, not of the deliveries
        content.pop(name)
    return json.dumps(content, sort_keys=True).encode()


def faults_of_publications(marts: Path) -> Iterator[str]:
    for version in versions(marts):
        try:
            manifest = json.loads((version / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            yield f"{version}: manifest cannot be read: {error!r}"
            continue
        expected = {f"{name}.parquet": entry["sha256"] for name, entry in manifest["marts"].items()}
        expected |= manifest["workbooks"] | manifest["site"]
        found = {path.relative_to(version).as_posix() for path in version.rglob("*") if path.is_file()} - {MANIFEST}
        if found != set(expected):
            yield f"{version}: files differ from the manifest: {sorted(found ^ set(expected))}"
        for name in sorted(found & set(expected)):
            if hashlib.sha256((version / name).read_bytes()).hexdigest() != expected[name]:
                yield f"{version / name}: digest differs from the manifest"


def faults_of_current(installation: Installation) -> Iterator[str]:
    """Return where the analysts' database is not made of whole publications."""
    if installation.current.with_name(f"{installation.current.name}.wal").exists():
        yield "current.duckdb.wal is there"
    if not installation.current.exists():
        return
    try:
        with duckdb.connect(str(installation.current), read_only=True) as connection:
            held = connection.execute("select strftime(month, '%Y-%m'), version from marts.publications").fetchall()
            for month, version in held:
                folder = installation.marts / month / f"v{version:02d}"
                marts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["marts"]
                for name, entry in marts.items():
                    (rows,) = connection.execute(
                        f"select count(*) from marts.{name} where strftime(month, '%Y-%m') = ?", [month]
                    ).fetchone() or (None,)
                    if rows != entry["rows"]:
                        yield f"current.duckdb: {name} of {month} has {rows} rows, published were {entry['rows']}"
    except (duckdb.Error, OSError, ValueError) as error:
        yield f"current.duckdb cannot be read: {error!r}"


def _faults_of_accounts(installation: Installation) -> Iterator[str]:
    """What a sidecar speaks of is there whole: its rows add up and the landed file has as many."""
    for sidecar in sorted(installation.landed.glob("*__*/2???-??.json")):
        extract, month = sidecar.parent.name, sidecar.stem
        files = pq.read_table(installation.landed_account("intake_files", extract, month)).to_pylist()
        for file in files:
            parts = [file[f"rows_{part}"] or 0 for part in ("loaded", "rejected", "blank", "note")]
            if (file["rows_delivered"] or 0) != sum(parts):
                yield f"{month}/{file['file']}: rows do not add up"
            is_archived = file["sha256"] is not None and file["bytes"] <= LARGEST_FILE
            if is_archived and not list(installation.archive.glob(f"{file['sha256'][:2]}/{file['sha256']}*")):
                yield f"{month}/{file['file']}: delivered bytes are not in the archive"
        landed = pq.read_metadata(installation.landed_extract(extract, month)).num_rows
        if landed != sum(file["rows_loaded"] or 0 for file in files):
            yield f"{extract} {month}: {landed} rows landed, accounts say otherwise"
