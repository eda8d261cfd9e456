"""Publications as other modules find them, without running anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from orchestration.contracts import load_marts
from orchestration.publishing import Publication, latest_publications
from orchestration.quarters import QUARTERLY_MARTS


def publish(marts: Path, month: str, inputs: Mapping[str, Mapping[str, str]] | None = None, version: int = 1) -> Publication:
    """Write a publication: a manifest, the quarterly marts as files, two workbooks."""
    folder = marts / month / f"v{version:02d}"
    (folder / "workbooks").mkdir(parents=True)
    manifest = {
        "month": month,
        "knowledge_month": month,
        "version": version,
        "published_at": f"{month}-21T06:00:00+08:00",
        "code_version": "x",
        "inputs": [
            {"delivery_month": month, "extract": extract, "file": file, "sha256": sha256, "outcome": "accepted"}
            for extract, files in (inputs or {}).items()
            for file, sha256 in files.items()
        ],
        "marts": {mart: {"rows": 1, "sha256": "x", "status": "computed", "explanation": None} for mart in load_marts()},
        "outside_towns": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for mart in QUARTERLY_MARTS:
        (folder / f"{mart}.parquet").write_bytes(f"{mart} {version}".encode())
    for place in ("全县", "马头镇"):
        (folder / "workbooks" / f"就业台账_{place}.xlsx").write_bytes(b"x")
    return latest_publications(marts)[month]
