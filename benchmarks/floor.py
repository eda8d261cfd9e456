"""What a county's month costs beside the least it could cost: reading cells, the same SQL, writing the same cells.

    python benchmarks/floor.py [--households 15000] [--repeat 2] [--keep DIR]

Runs the month through the command line, and in turn with it, each in a process of its own, what no pipeline can do without:

* ``read``: every delivered workbook by calamine, every text file by Python's csv, nothing kept;
* ``sql``: the compiled SQL of every model, in the order of its references, in bare DuckDB into a database file, without dbt,
  tests and contracts; the model in Python is taken from the month's own database;
* ``write``: the cells of every workbook of the publication by bare xlsxwriter, without a format, a column's width or a check.

Prints processor seconds (user and system) and wall, the ratio of the month to the sum of the three, pair by pair. The floor
has no pages, letters, Parquet, accounts, checks of extracts or rules.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path

from county_month import MONTH, synthesize_county

from orchestration.foundation.paths import Installation

PARTS = ("read", "sql", "write")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=15_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="work here and leave everything, instead of in a temporary folder")
    parser.add_argument("--child", choices=("month", *PARTS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        CHILDREN[options.child](options.keep)
        return
    folder = options.keep or Path(tempfile.mkdtemp(prefix="fangfanpin-benchmark-"))
    try:
        synthesize_county(folder, options.households)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in CHILDREN}
        for _ in range(options.repeat):
            for name, measured in found.items():
                measured.append(measure(name, folder))
        show(found)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)


def measure(name: str, folder: Path) -> tuple[float, float]:
    """Return processor and wall seconds of a part, run in a process of its own that prints what it took."""
    printed = subprocess.run(
        [sys.executable, __file__, "--child", name, "--keep", str(folder)], check=True, capture_output=True, text=True
    ).stdout
    taken = json.loads(printed.strip().splitlines()[-1])
    return taken["processor"], taken["wall"]


def timed(work: Callable[[], object]) -> None:
    """Do something and print what it took, the processes that it started included."""
    before, begin = _processor(), time.perf_counter()
    work()
    print(json.dumps({"processor": _processor() - before, "wall": time.perf_counter() - begin}))


def _processor() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usages)


def _month(folder: Path) -> None:
    shutil.rmtree(folder / "marts", ignore_errors=True)
    command = ["run", "--month", MONTH, "--raw", str(folder / "raw"), "--marts", str(folder / "marts")]
    program = [sys.executable, "-m", "orchestration.command_line", *command]
    timed(lambda: subprocess.run(program, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def _read(folder: Path) -> None:
    from python_calamine import CalamineWorkbook

    def read() -> None:
        for path in sorted((folder / "raw").rglob("*")):
            if path.suffix in (".xlsx", ".xls"):
                book = CalamineWorkbook.from_path(str(path))
                for number in range(len(book.sheet_names)):
                    book.get_sheet_by_index(number).to_python()
            elif path.suffix in (".csv", ".txt"):
                for _ in csv.reader(io.StringIO(_decoded(path.read_bytes()))):
                    pass

    timed(read)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _sql(folder: Path) -> None:
    import duckdb

    from orchestration.warehouse.dbt_runner import manifest_path

    installation = Installation.at(folder / "raw", folder / "marts")
    nodes = json.loads(manifest_path().read_text(encoding="utf-8"))["nodes"]
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    order = TopologicalSorter(
        {name: [one for one in node["depends_on"]["nodes"] if one in models] for name, node in models.items()}
    )
    compiled = {
        path.stem: path.read_text(encoding="utf-8") for path in installation.dbt_target.glob("compiled/**/models/**/*.sql")
    }
    target = folder / "floor.duckdb"
    target.unlink(missing_ok=True)

    def compute() -> None:
        with duckdb.connect() as connection:
            connection.execute(f"set threads = 2; set TimeZone = 'UTC'; attach '{installation.warehouse}' as done (read_only)")
            # the models' SQL names its relations by the database's name, as dbt compiled it
            connection.execute(f"attach '{target}' as warehouse; use warehouse")
            _outside_views(connection)
            for name in order.static_order():
                model = models[name]
                place = f'"{model["schema"]}"."{model["alias"]}"'
                query = f"from done.{place}" if model["language"] == "python" else compiled[model["name"]].strip().rstrip(";")
                kind = "view" if model["config"]["materialized"] == "view" else "table"
                connection.execute(f'create schema if not exists "{model["schema"]}"')
                connection.execute(f"create {kind} {place} as {query}")

    timed(compute)


def _outside_views(connection: object) -> None:
    """Make the views over landed files that dbt's hooks make before the models."""
    views = connection.execute(  # type: ignore[attr-defined]
        "select schema_name, sql from duckdb_views() where database_name = 'done' and not internal "
        "and schema_name not in ('staging', 'intermediate', 'marts')"
    ).fetchall()
    for schema, statement in views:
        connection.execute(f'create schema if not exists "{schema}"')  # type: ignore[attr-defined]
        connection.execute(statement)  # type: ignore[attr-defined]


def _write(folder: Path) -> None:
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    books = []
    for path in sorted((folder / "marts" / MONTH).glob("v*/workbooks/*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        books.append([book.get_sheet_by_index(number).to_python() for number in range(len(book.sheet_names))])

    def write() -> None:
        with tempfile.TemporaryDirectory() as place:
            for number, sheets in enumerate(books):
                with xlsxwriter.Workbook(str(Path(place) / f"{number}.xlsx"), {"strings_to_numbers": False}) as book:
                    for rows in sheets:
                        sheet = book.add_worksheet()
                        for line, row in enumerate(rows):
                            for column, value in enumerate(row):
                                if isinstance(value, (int, float)):
                                    sheet.write_number(line, column, value)
                                elif value != "":
                                    sheet.write_string(line, column, str(value))

    timed(write)


CHILDREN: dict[str, Callable[[Path], None]] = {"month": _month, "read": _read, "sql": _sql, "write": _write}


def show(found: dict[str, list[tuple[float, float]]]) -> None:
    """Print medians by part, and the ratio of the month to the floor, pair by pair."""
    print(f"{'median of ' + str(len(found['month'])):12}{'processor':>12}{'wall':>10}")
    for name, measured in found.items():
        print(f"{name:12}" + "".join(f"{statistics.median(one[n] for one in measured):{12 - 2 * n}.1f}" for n in (0, 1)))
    floors = [sum(found[part][n][0] for part in PARTS) for n in range(len(found["month"]))]
    ratios = [month[0] / floor for month, floor in zip(found["month"], floors, strict=True)]
    print(f"\nmonth / (read + sql + write), processor, pair by pair: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")


if __name__ == "__main__":
    main()
