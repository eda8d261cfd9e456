"""Publications as other modules find them, without running anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from orchestration.contracts import load_marts
from orchestration.publications import Publication, latest_publications


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def publish(marts: Path, month: str, inputs: Mapping[str, Mapping[str, str]] | None = None, version: int = 1) -> Publication:
    """Write a publication: a manifest, its marts as files, two workbooks."""
    folder = marts / month / f"v{version:02d}"
    files = {f"{mart}.parquet": f"{mart} {version}".encode() for mart in load_marts()}
    workbooks = {f"workbooks/办理工作簿_{place}.xlsx": b"x" for place in ("县人社局", "马头镇")}
    for name, content in (files | workbooks).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    manifest = {
        "month": month,
        "knowledge_month": month,
        "version": version,
        "published_at": f"{month}-21T06:00:00+08:00",
        "code_version": "x",
        "inputs": [
            {"delivery_month": month, "extract": extract, "file": file, "sha256": sha256, "outcome": "accepted"}
            for extract, delivered in (inputs or {}).items()
            for file, sha256 in delivered.items()
        ],
        "marts": {
            mart: {"rows": 1, "sha256": digest(files[f"{mart}.parquet"]), "status": "computed", "explanation": None}
            for mart in load_marts()
        },
        "workbooks": {name: digest(content) for name, content in workbooks.items()},
        "outside_towns": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return latest_publications(marts)[month]
