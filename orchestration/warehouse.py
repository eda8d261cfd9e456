"""dbt inside the process: the only writer of the work database.

What belongs here: calling dbt and reading its results. What does not: SQL (``dbt_project/``) and Dagster (``assets``).
dbt is called through its own runner with a manifest parsed once, a quarter of the cost of a child process per call.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.paths import DBT_PROJECT, Installation

WAREHOUSE_VARIABLE = "FANGFANPIN_WAREHOUSE"


class WarehouseError(Exception):
    """dbt could not build the warehouse. The message names the models and what each said, without any value of the data."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node.

    Attributes:
        unique_id: ``model.fangfanpin.warning_list``.
        status: dbt's word: ``success``, ``pass``, ``fail``, ``error``, ``skipped``.
        seconds: time it took.
        failures: failing rows of a test.
    """

    unique_id: str
    status: str
    seconds: float
    failures: int | None


def project_fingerprint() -> str:
    """Return a digest of everything that parsing the dbt project depends on."""
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        inside = path.relative_to(DBT_PROJECT)
        if path.is_file() and inside.parts[0] not in ("target", "logs") and not inside.name.startswith("."):
            digest.update(inside.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def manifest_path(installation: Installation) -> Path:
    """Return the manifest of the dbt project, parsed anew only when the project has changed."""
    manifest = installation.dbt_target / "manifest.json"
    recorded = installation.dbt_target / "project.sha256"
    fingerprint = project_fingerprint()
    if not (manifest.exists() and recorded.exists() and recorded.read_text() == fingerprint):
        _invoke(installation, ["parse"])
        recorded.write_text(fingerprint)
    return manifest


def build(installation: Installation, select: Sequence[str] = (), commands: str = "build") -> list[NodeResult]:
    """Build models and run their tests in one dbt invocation.

    Args:
        installation: whose landed files are read and whose warehouse is written.
        select: dbt selectors; all models when empty.
        commands: ``build``, ``run`` or ``test``.

    Returns:
        One result per node.

    Raises:
        WarehouseError: a model or test could not be run, or a test failed.
    """
    selection = ["--select", *select] if select else ["--exclude-resource-type", "unit_test"] if commands == "build" else []
    outcome = _invoke(installation, [commands, "--vars", json.dumps({"state": str(installation.state)}), *selection])
    results = [
        NodeResult(result.node.unique_id, str(result.status), result.execution_time, result.failures) for result in outcome.result
    ]
    bad = [
        f"{result.node.unique_id}: {_without_values(result.message or str(result.status))}"
        for result in outcome.result
        if str(result.status) in ("error", "fail", "runtime error")
    ]
    if bad:
        raise WarehouseError("\n".join(bad))
    return results


def _without_values(message: str) -> str:
    """Return the first line of a database error: the kind of error and its place, not the row that it quotes."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    kinds = ("Binder Error", "Catalog Error", "Parser Error", "Compilation Error")
    shown = [line for line in lines if line.startswith(kinds)]
    return shown[0] if shown else lines[0].split(":")[0] if lines else ""


def _invoke(installation: Installation, arguments: list[str]) -> Any:
    # dbt is heavy to import and reads the environment at import, so it is imported here.
    os.environ[WAREHOUSE_VARIABLE] = str(installation.warehouse)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "False"
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    installation.dbt_target.mkdir(parents=True, exist_ok=True)
    try:
        outcome = dbtRunner().invoke(
            [
                "--quiet",
                "--log-level-file",
                "none",
                *arguments,
                "--project-dir",
                str(DBT_PROJECT),
                "--profiles-dir",
                str(DBT_PROJECT),
                "--target-path",
                str(installation.dbt_target),
            ]
        )
    finally:
        # dbt keeps its connection; while it is open nobody can read the file, not even this process.
        DuckDBConnectionManager.close_all_connections()
    if outcome.exception is not None and outcome.result is None:
        raise WarehouseError(_without_values(str(outcome.exception))) from None
    return outcome
