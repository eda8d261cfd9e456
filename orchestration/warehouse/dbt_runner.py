"""dbt inside the process: the only writer of the work database.

What belongs here: calling dbt and reading its results. What does not: SQL (``dbt_project/``) and Dagster (``assets``).
dbt is called through its own runner with a manifest parsed once per state of the project, which costs a quarter of a child
process per call.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from orchestration.foundation.atomic_files import WrittenFile, clear_place, read_json, write_json
from orchestration.foundation.code_versions import dbt_project
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.databases import writable
from orchestration.foundation.error_texts import without_values
from orchestration.foundation.paths import DBT_PROJECT, IS_CHECKOUT, WAREHOUSE_FILE, Installation
from orchestration.foundation.settings import CACHE_VARIABLE, WAREHOUSE_VARIABLE, Engine, settings
from orchestration.warehouse import spark_warehouse

if TYPE_CHECKING:
    from orchestration.adapters.dbt_manifest import Manifest

# The models that rest on what the data-logic rules of the first stage found: items of work, at which those of the second look;
# and those that rest on what both found.
BETWEEN_CHECKS = "tag:between_checks"
AFTER_CHECKS = "tag:after_checks"
_READ_OF_PARSED = ("manifest.json", "partial_parse.msgpack")
_PARSED_FILES = "files.json"
_STATIC_DOCUMENTATION = "static_index.html"
# its scripts can report to their makers; the browser is told to let them reach nobody
_FETCHES_NOTHING = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; form-action 'none'; base-uri 'self'\">"
)


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
        message: first line of what dbt said about a failure, without values.
    """

    unique_id: str
    status: str
    seconds: float
    failures: int | None
    message: str | None

    @property
    def is_bad(self) -> bool:
        """Whether the node failed or could not be run."""
        return self.status not in ("success", "pass", "skipped")


def parsed_project() -> Path:
    """Return the folder of the parsed project (``manifest.json`` and dbt's own form of it), parsing only what has changed."""
    return _parsed_project(settings().engine)


@cache
def _parsed_project(_engine: Engine) -> Path:
    folder = parsed_folder()
    if _is_parsed(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix="."))
    except OSError as error:
        raise ConfigError(
            f"不能写入 {folder.parent}（{error.strerror}）；请用环境变量 {CACHE_VARIABLE} 指明一个可以写入的文件夹"
        ) from error
    # Relations are named after the database's file, so it must be called as it will be; dbt ends its path at ? and #.
    with tempfile.TemporaryDirectory() as elsewhere:
        os.environ[WAREHOUSE_VARIABLE] = str(Path(elsewhere) / WAREHOUSE_FILE)
        _runner(["parse", "--no-partial-parse"], temporary, manifest=None)
    write_json(temporary / _PARSED_FILES, [vars(WrittenFile.of(temporary / name, temporary)) for name in _READ_OF_PARSED])
    for path in (temporary, *temporary.rglob("*")):  # whoever installs parses, whoever runs reads: it is about nobody
        path.chmod(0o755 if path.is_dir() else 0o644)
    try:
        if folder.exists() and not _is_parsed(folder):
            shutil.rmtree(folder)
        temporary.rename(folder)
    except OSError:
        shutil.rmtree(temporary)
        if not _is_parsed(folder):
            raise
        # another process was faster; both parsed the same project
    return folder


def _is_parsed(folder: Path) -> bool:
    """Return whether a parsed form is there as it was made."""
    content: Any = read_json(folder / _PARSED_FILES)
    try:
        found = {one["name"]: WrittenFile(**one).as_found(folder) for one in content}
    except TypeError:
        return False
    return set(found) == set(_READ_OF_PARSED) and all(found.values())


def parsed_folder() -> Path:
    """Return where the parsed project is or will be: in the checkout; where that may not be written, in the user's cache."""
    name = dbt_project()[:16]
    if settings().engine == "spark":
        name += f"-spark-{version('dbt-spark')}"
    beside = DBT_PROJECT / "target" / "parsed" / name
    is_kept_beside = IS_CHECKOUT and os.access(DBT_PROJECT, os.W_OK)
    return beside if beside.exists() or is_kept_beside else settings().cache_folder / "parsed" / name


def manifest_path() -> Path:
    """Return the file with dbt's manifest; parse the project where none is kept of it as it is now."""
    return parsed_project() / _READ_OF_PARSED[0]


@cache
def _manifest(engine: Engine) -> Manifest:
    from orchestration.adapters.dbt_manifest import kept_manifest

    manifest = kept_manifest(_parsed_project(engine))
    # it lasts as long as the process; to look for garbage in it takes a second a run
    gc.freeze()
    return manifest


@dataclass(frozen=True)
class CompiledModel:
    """A model as dbt would run it.

    Attributes:
        schema: in which it is built.
        name: of it.
        query: its SQL, without templates; None of a model in Python.
        reads: names of the models that it reads.
        meta: ``meta`` of the model.
        columns: ``meta`` of each column that its description names.
    """

    schema: str
    name: str
    query: str | None
    reads: tuple[str, ...]
    meta: Mapping[str, Any]
    columns: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class SourceTable:
    """A table that models read and none of them is.

    Attributes:
        schema: where it is.
        name: of it.
        description: Chinese.
        columns: as they are declared.
    """

    schema: str
    name: str
    description: str
    columns: tuple[str, ...]


def compiled_project() -> tuple[list[CompiledModel], list[SourceTable]]:
    """Return every model with its SQL, and what the models read besides each other; nothing is run, no data are needed."""
    manifest = _manifest(settings().engine)
    with tempfile.TemporaryDirectory() as elsewhere:
        os.environ[WAREHOUSE_VARIABLE] = str(Path(elsewhere) / WAREHOUSE_FILE)
        asked = ["compile", "--select", "resource_type:model", "--indirect-selection", "empty", "--no-introspect"]
        compiled = _runner(asked, Path(elsewhere), manifest).result
    models = [
        CompiledModel(
            schema=result.node.schema,
            name=result.node.name,
            query=result.node.compiled_code if result.node.language == "sql" else None,
            reads=tuple(one.split(".")[-1] for one in result.node.depends_on.nodes if one.startswith("model.")),
            meta=result.node.config.meta,
            columns={name: {**column.config.meta, **column.meta} for name, column in result.node.columns.items()},
        )
        for result in compiled.results
    ]
    tables = [SourceTable(one.schema, one.name, one.description, tuple(one.columns)) for one in manifest.sources.values()]
    return models, tables


def project_documentation() -> str:
    """Return dbt's own documentation as one HTML page that fetches nothing; no data are needed, none are in it.

    Raises:
        WarehouseError: dbt could not make it.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        target = Path(elsewhere) / "target"
        os.environ[WAREHOUSE_VARIABLE] = str(Path(elsewhere) / WAREHOUSE_FILE)
        _runner(["docs", "generate", "--static", "--empty-catalog"], target, manifest=None)
        page = (target / _STATIC_DOCUMENTATION).read_text(encoding="utf-8")
    return page.replace(f"{elsewhere}/", "").replace("<head>", f"<head>{_FETCHES_NOTHING}", 1)


def build(
    installation: Installation,
    select: Sequence[str] = (),
    command: Literal["build", "run", "test"] = "build",
    exclude: Sequence[str] = (),
    count: Callable[[int, int | None], None] | None = None,
) -> list[NodeResult]:
    """Run models and data tests in one dbt invocation; unit tests only where ``test`` selects them.

    Args:
        installation: whose landed files are read and whose warehouse is written.
        select: dbt selectors; everything when empty.
        command: ``build`` (models and their data tests), ``run`` (models) or ``test``.
        exclude: dbt selectors of what is left out.
        count: is told how many nodes are done, and of how many.

    Returns:
        One result per node, failed ones included.

    Raises:
        WarehouseError: dbt could not start, or ended without results.
    """
    arguments: list[str] = [command, "--vars", json.dumps({"folders": {"state": str(installation.state)}})]
    if select:
        arguments += ["--select", *select]
    if exclude:
        arguments += ["--exclude", *exclude]
    if command == "build" or (command == "test" and not select):  # a selected model would bring its unit tests along
        arguments += ["--exclude-resource-type", "unit_test"]
    if command == "build" and not select:
        _begin_anew(installation)
    manifest = _manifest(settings().engine)  # before this installation's database is named: parsing names one of its own
    installation.dbt_target.mkdir(parents=True, exist_ok=True)
    with writable(installation.warehouse) as warehouse:
        os.environ[WAREHOUSE_VARIABLE] = str(warehouse)
        if settings().engine == "spark":
            spark_warehouse.session(installation)
        outcome = _runner(arguments, installation.dbt_target, manifest, count)
    if settings().engine == "spark":
        spark_warehouse.show(installation)
    return [
        NodeResult(
            result.node.unique_id,
            str(result.status),
            result.execution_time,
            result.failures,
            without_values(result.message) if str(result.status) not in ("success", "pass") else None,
        )
        for result in outcome.result
    ]


def _begin_anew(installation: Installation) -> None:
    """Take away the work database that is about to be built whole, and what dbt wrote: whatever was wrong with them is gone."""
    shutil.rmtree(installation.dbt_target, ignore_errors=True)
    for path in (installation.warehouse, installation.warehouse.with_name(f"{installation.warehouse.name}.wal")):
        clear_place(path)
        path.unlink(missing_ok=True)
    if settings().engine == "spark":
        spark_warehouse.begin_anew(installation)


def raise_for(results: Sequence[NodeResult]) -> None:
    """Raise ``WarehouseError`` that lists every node that failed or could not be run."""
    bad = [f"{result.unique_id}: {result.status}: {result.message}" for result in results if result.is_bad]
    if bad:
        raise WarehouseError("\n".join(bad))


def _runner(
    arguments: list[str], target: Path, manifest: Manifest | None, count: Callable[[int, int | None], None] | None = None
) -> Any:
    # dbt is heavy to import and reads its environment at import, so it is imported here.
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "False"
    from dbt.cli.main import dbtRunner

    from orchestration.adapters.dbt_connections import close_connections

    if settings().engine == "spark":
        from orchestration.adapters.dbt_spark import in_this_process

        in_this_process()
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT), "--target", settings().engine]
    # it makes the folder of its logs even where it is to write none; the project's own may be read-only
    places += ["--target-path", str(target), "--log-path", str(target / "logs")]
    # what it would write of itself (manifest, graph, results) nobody reads: results come back from the call
    quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none", *([] if manifest is None else ["--no-write-json"])]
    try:
        outcome = dbtRunner(manifest=manifest, callbacks=[_counter(count)] if count else []).invoke(
            [*quiet, *arguments, *places]
        )
    finally:
        # dbt keeps its connection; while it is open nobody can read the file, not even this process.
        close_connections()
    if outcome.result is None:
        raise WarehouseError(without_values(str(outcome.exception)) or "dbt ended without a result") from None
    return outcome


def _counter(count: Callable[[int, int | None], None]) -> Callable[[Any], None]:
    """Return what dbt calls with each of its events, to count the nodes that are done."""
    done, total = 0, None

    def look(event: Any) -> None:
        nonlocal done, total
        if event.info.name == "LogStartLine":
            total = event.data.total
        elif event.info.name == "NodeFinished":
            done += 1
            count(done, total)

    return look
