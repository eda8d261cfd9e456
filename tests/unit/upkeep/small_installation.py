"""An installation of a few invented files, as a run would have left it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing.land import archived

MONTH = Month("2023-08")
DELIVERED = b"id,name\n1,a\n"
FILE = "education/enrollment.csv"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_installation(folder: Path, apart: bool = False) -> Installation:
    """Write one delivered file, its account, one publication and a run history; ``apart``: the state lies elsewhere."""
    installation = Installation.at(folder / "raw", folder / "marts", folder / "state" if apart else None)
    delivered = installation.raw / MONTH / FILE
    original = archived(installation, digest(DELIVERED), ".csv")
    for path in (delivered, original):
        path.parent.mkdir(parents=True)
        path.write_bytes(DELIVERED)
    account = installation.landed_account("intake_files", "education__enrollment", MONTH)
    account.parent.mkdir(parents=True)
    row = {"delivery_month": dt.date.fromisoformat(f"{MONTH}-01"), "file": FILE, "sha256": digest(DELIVERED)}
    pq.write_table(pa.Table.from_pylist([row]), account)
    publish(installation)
    history = installation.dagster_home / "history" / "runs.db"
    history.parent.mkdir(parents=True)
    with closing(sqlite3.connect(history)) as connection:
        connection.execute("CREATE TABLE runs (id INTEGER)")
        connection.execute("INSERT INTO runs VALUES (1)")
        connection.commit()
    for rebuilt in (
        installation.warehouse,
        installation.reference / "county.parquet",
        installation.dbt_target / "manifest.json",
    ):
        rebuilt.parent.mkdir(parents=True, exist_ok=True)
        rebuilt.write_bytes(b"made anew")
    return installation


def publish(installation: Installation) -> Path:
    """Write a publication without lists."""
    folder = installation.marts / MONTH / "v01"
    (folder / "workbooks").mkdir(parents=True)
    workbook = folder / "workbooks" / "总簿_全县.xlsx"
    workbook.write_bytes(b"workbook")
    manifest = {
        "month": MONTH,
        "knowledge_month": MONTH,
        "version": 1,
        "published_at": "2023-08-21T06:00:00+08:00",
        "code_version": "0.0.0+test",
        "inputs": [],
        "marts": {},
        "workbooks": {f"workbooks/{workbook.name}": digest(b"workbook")},
        "outside_towns": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    return folder
