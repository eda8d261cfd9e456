"""The models on Apache Spark instead of DuckDB, where the environment asks for it (docs/scaling.md).

What belongs here: the session, the folder of its tables, showing these to whoever reads the work database, running the queries
of rules. What does not: SQL (``dbt_project/``), calling dbt (``dbt_runner``). PySpark is imported inside functions: an
installation without Spark does not have it.

``<state>/spark/tables/<schema>.db/<table>/``   what Spark computed, as Parquet; marts parted by month
``<state>/warehouse.duckdb``                     views over it, under the names that the tables have on DuckDB
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.databases import writable
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LAYERS = ("staging", "intermediate", "marts")
_EXTERNAL = ("landed", "reference", "checked", "kept")
_WAREHOUSE_DIR = "spark.sql.warehouse.dir"
# Its warnings would stand between the lines of progress. Without an appender Spark would take it for no settings at all.
_SILENCE = """\
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
"""
# The session of this process, by the folder of its tables.
_begun: dict[Path, SparkSession] = {}
_DUCKDB_TYPES = {"string": "varchar", "int": "integer", "array<string>": "varchar[]"}


def session(installation: Installation) -> SparkSession:
    """Return the Spark session of an installation, begun if there is none; one of another installation is ended.

    Its catalogue lasts as long as the process: a run computes everything anew and is one process.

    Raises:
        ConfigError: PySpark is not installed, or Spark does not start.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigError(
            "没有安装 Spark：请用 python3 bootstrap.py install --spark 安装（requirements/spark.txt），并装好 Java 17；"
            "或去掉 --engine spark，用默认的 DuckDB"
        ) from error
    folder = _tables(installation)
    if folder in _begun:
        return _begun[folder]
    for place in list(_begun):
        _begun.pop(place).stop()
    folder.mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.appName("fangfanpin")
    for name, value in _configuration(folder).items():
        builder = builder.config(name, value)
    # what it has to say of a statement that fails, rows and all, is told by whoever ran it, without the rows
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    try:
        begun = builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        raise ConfigError("Spark 没有启动；请检查 Java 17（java -version）和环境变量 FANGFANPIN_SPARK_*") from error
    begun.sparkContext.setLogLevel("OFF")
    _begun[folder] = begun
    return begun


def _tables(installation: Installation) -> Path:
    return installation.state / "spark" / "tables"


def _configuration(folder: Path) -> dict[str, str]:
    named = settings()
    scratch, silent = folder.with_name("scratch"), folder.with_name("log4j2.properties")
    scratch.mkdir(exist_ok=True)
    silent.write_text(_SILENCE, encoding="utf-8")
    # where spark-submit has begun the driver, master, memory and network are its affair
    launched = "PYSPARK_GATEWAY_PORT" in os.environ
    local = {
        "spark.master": named.spark_master,
        "spark.driver.memory": named.spark_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        # what is spilled holds rows of people: it stays in the installation's folder
        "spark.local.dir": str(scratch),
        "spark.driver.extraJavaOptions": f"-XX:+UseSerialGC -Dlog4j2.configurationFile={silent.as_uri()}",
    }
    if not named.spark_master.startswith("local"):
        del local["spark.driver.host"], local["spark.driver.bindAddress"]
    return {
        **({} if launched else local),
        _WAREHOUSE_DIR: folder.as_uri(),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(named.spark_partitions),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def begin_anew(installation: Installation) -> None:
    """Take away what Spark computed before."""
    spark = session(installation)
    for schema in LAYERS:
        spark.sql(f"drop schema if exists {schema} cascade")
        shutil.rmtree(_tables(installation) / f"{schema}.db", ignore_errors=True)


def show(installation: Installation) -> None:
    """Make the work database show what Spark computed: a view over the Parquet of each table, in the types that DuckDB has.

    A view of Spark's is written as Parquet first: its SQL is Spark's.
    """
    spark = session(installation)
    with writable(installation.warehouse) as path, duckdb.connect(str(path)) as warehouse:
        for schema, name, query in (*_external_views(installation), *_computed_views(installation, spark)):
            warehouse.execute(f"create schema if not exists {schema}")
            warehouse.execute(f'create or replace view {schema}."{name}" as {query}')


def _external_views(installation: Installation) -> Iterator[tuple[str, str, str]]:
    places = {
        "landed": installation.landed.glob("*/"),
        "reference": installation.reference.glob("*.parquet"),
        "checked": (installation.checks / "run").glob("*.parquet"),
        "kept": (installation.checks / "run").glob("*.parquet"),
    }
    for schema in _EXTERNAL:
        for path in sorted(places[schema]):
            files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
            if files:
                yield schema, path.stem, f"select * from {_read(files)}"


def _computed_views(installation: Installation, spark: SparkSession) -> Iterator[tuple[str, str, str]]:
    known = {row.namespace for row in spark.sql("show schemas").collect()}
    for schema in LAYERS:
        if schema not in known:
            continue
        views = {row.viewName for row in spark.sql(f"show views in {schema}").collect()}
        for row in spark.sql(f"show tables in {schema}").collect():
            name = row.tableName
            if row.isTemporary:  # what a rule looks at
                continue
            rows = spark.table(f"{schema}.{name}")
            folder = _tables(installation) / f"{schema}.db" / name
            if name in views:
                folder = installation.state / "spark" / "views" / schema / name
                rows.write.mode("overwrite").parquet(folder.as_uri())
            yield schema, name, _query(rows.schema, sorted(folder.rglob("*.parquet")))


def _query(columns: Any, files: Sequence[Path]) -> str:
    kinds = {field.name: _duckdb_type(field.dataType.simpleString()) for field in columns.fields}
    if not files:  # parted by month, and no row in any
        typed = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in kinds.items())
        return f"select {typed} where false"
    typed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in kinds.items())
    return f"select {typed} from {_read(files)}"


def _read(files: Sequence[Path]) -> str:
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return (
        f"read_parquet([{listed}], hive_partitioning = {str('=' in files[0].parent.name).lower()}, hive_types_autocast = false)"
    )


def _duckdb_type(name: str) -> str:
    return _DUCKDB_TYPES.get(name, name)


class SparkRows:
    """Runs the queries of rules where the models were computed (``expectations.logic.RowsElsewhere``)."""

    def __init__(self, installation: Installation) -> None:
        self._spark = session(installation)

    def define(self, name: str, query: str) -> None:
        """Give the rows of a query a name for later queries."""
        self._spark.sql(_in_spark(query)).createOrReplaceTempView(name)

    def columns(self, query: str) -> list[str]:
        """Return the names of the columns of a query."""
        return list(self._spark.sql(_in_spark(query)).columns)

    def rows(self, query: str) -> pa.Table:
        """Return the rows of a query."""
        return self._spark.sql(_in_spark(query)).toArrow()

    def is_of_query(self, error: Exception) -> bool:
        """Return whether an error is one of a query, and not of this program."""
        from pyspark.errors import PySparkException

        # what Java says that PySpark has no word for comes as it is
        return isinstance(error, PySparkException) or type(error).__module__.partition(".")[0] == "py4j"

    def said(self, error: Exception) -> str:
        """Return what kind of error it is; its text may hold values."""
        condition = getattr(error, "getCondition", lambda: None)()
        return f"Spark: {condition or type(error).__name__}"


def _in_spark(query: str) -> str:
    """Return the query of a rule with Spark's name of the text type; nothing else of a rule differs (test_portable_sql)."""
    return query.replace(" as varchar)", " as string)")
