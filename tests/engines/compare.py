"""A county on DuckDB and on Spark: every model and mart, every finding and every published file, row for row, types included.

    python -m tests.engines.compare                       # an invented county of 300 households, June to August
    python -m tests.engines.compare --households 1000 --to 2023-11
    python -m tests.engines.compare --raw DIR --from 2023-06 --to 2023-12 --out DIR

Needs Java 17 and the packages of ``requirements/spark.txt``; some minutes (docs/scaling.md has the last figures). The exit
status is 0 where nothing differs. With ``--out`` both stay there; what is there already is not computed again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.foundation.paths import REPOSITORY, Installation

ENGINES = ("duckdb", "spark")
LAYERS = ("staging", "intermediate", "marts")


@dataclass(frozen=True)
class Compared:
    """What became of one table.

    Attributes:
        name: ``intermediate.int_members``.
        rows: on DuckDB.
        differences: what differs, without a value of the data; empty where nothing does.
    """

    name: str
    rows: int
    differences: tuple[str, ...]


def compare_tables(duck: Path, spark: Path) -> Iterator[Compared]:
    """Compare all models of two work databases.

    Args:
        duck: the work database that dbt built with DuckDB.
        spark: the one that shows what Spark computed.
    """
    with duckdb.connect() as connection:
        for engine, path in zip(ENGINES, (duck, spark), strict=True):
            connection.execute(f"attach '{path}' as {engine} (read_only)")
        here, there = (_columns(connection, engine) for engine in ENGINES)
        for name in sorted(here.keys() | there.keys()):
            yield _compare(connection, name, here.get(name), there.get(name))


def compare_files(duck: Path, spark: Path, pattern: str) -> Iterator[Compared]:
    """Compare Parquet files below two folders, which have the same names, byte for byte where not row for row."""
    names = {path.relative_to(folder).as_posix() for folder in (duck, spark) for path in folder.glob(pattern)}
    with duckdb.connect() as connection:
        for name in sorted(names):
            one, other = duck / name, spark / name
            if not (one.exists() and other.exists()):
                yield Compared(name, 0, (f"only on {ENGINES[not one.exists()]}",))
                continue
            rows = connection.execute(f"select count(*) from read_parquet('{one}')").fetchall()[0][0]
            same = hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()
            yield Compared(name, rows, () if same else ("bytes",))


def _columns(connection: duckdb.DuckDBPyConnection, engine: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and list_contains(?, schema_name) order by all",
        [engine, list(LAYERS)],
    ).fetchall():
        found.setdefault(f"{schema}.{table}", {})[column] = kind
    return found


def _compare(
    connection: duckdb.DuckDBPyConnection, name: str, here: dict[str, str] | None, there: dict[str, str] | None
) -> Compared:
    if here is None or there is None:
        return Compared(name, 0, (f"only on {ENGINES[here is None]}",))
    rows = connection.execute(f"select count(*) from duckdb.{name}").fetchall()[0][0]
    differences = [
        f"{column}: {here.get(column)} on DuckDB, {there.get(column)} on Spark"
        for column in sorted(here.keys() | there.keys())
        if here.get(column) != there.get(column)
    ]
    names = ", ".join(f'"{column}"' for column in here if column in there)
    for one, other in (ENGINES, ENGINES[::-1]):
        query = f"select count(*) from (select {names} from {one}.{name} except all select {names} from {other}.{name})"
        if only := connection.execute(query).fetchall()[0][0]:
            differences.append(f"{only} rows only on {one}{_where(connection, name, names, one, other)}")
    return Compared(name, rows, tuple(differences))


def _where(connection: duckdb.DuckDBPyConnection, name: str, names: str, one: str, other: str) -> str:
    """Return in which columns alone the rows differ: those without which the tables are the same."""
    columns = names.split(", ")
    if len(columns) == 1:
        return ""
    guilty = []
    for column in columns:
        kept = ", ".join(each for each in columns if each != column)
        query = f"select count(*) from (select {kept} from {one}.{name} except all select {kept} from {other}.{name})"
        if not connection.execute(query).fetchall()[0][0]:
            guilty.append(column.strip('"'))
    return f" ({', '.join(guilty)})" if guilty else ""


def _call(*arguments: object) -> None:
    subprocess.run(
        [sys.executable, "-m", "orchestration.command_line", *map(str, arguments)],
        cwd=REPOSITORY,
        check=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )


def report(out: Path) -> int:
    """Compare what two engines left below a folder; print what differs and the sums; return how many differ."""
    duck, spark = (Installation.at(out / "raw", out / engine) for engine in ENGINES)
    differing = 0
    for what, compared in (
        ("models and marts", list(compare_tables(duck.warehouse, spark.warehouse))),
        ("findings", list(compare_files(duck.checks, spark.checks, "run/*.parquet"))),
        ("published lists", list(compare_files(duck.marts, spark.marts, "*-*/v*/*.parquet"))),
    ):
        different = [one for one in compared if one.differences]
        differing += len(different)
        for one in different:
            print(f"{one.name}: {'; '.join(one.differences)}")
        print(
            f"{what} compared: {len(compared)}, rows compared: {sum(one.rows for one in compared)}, differing: {len(different)}"
        )
    return differing


def main() -> int:
    """Run both engines and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--households", type=int, default=300)
    parser.add_argument("--from", dest="first", default="2023-06")
    parser.add_argument("--to", dest="last", default="2023-08")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    months = ("--from", options.first, "--to", options.last)
    with tempfile.TemporaryDirectory() as folder:
        out = (options.out or Path(folder)).resolve()
        raw = (options.raw or out / "raw").resolve()
        if not raw.exists():
            _call("synthesize", "--out", raw, "--households", options.households, *months)
        for engine in ENGINES:
            started = time.monotonic()
            _call("backfill", "--raw", raw, "--marts", out / engine, "--engine", engine, *months)
            print(f"{engine}: {time.monotonic() - started:.0f} s", flush=True)
        return 1 if report(out) else 0


if __name__ == "__main__":
    sys.exit(main())
