"""What one month costs at county size, stage by stage, and what of it is orchestration.

    python benchmarks/county_month.py [--households 15000] [--repeat 3] [--keep DIR]

Writes the deliveries of a synthetic county once. Then, in turn and each in a fresh folder and process, runs the month through
the command line (Dagster) and through the same pure functions without Dagster, and prints both by stage with the ratio of their
wall times. Figures of one run on a shared machine mean little: read the medians and the ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.foundation.months import Month

MONTH = Month("2023-08")
STAGES = ["start", "landing and checks", "reference", "warehouse", "publication", "current database", "rest"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=15_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="work here and leave everything, instead of in a temporary folder")
    parser.add_argument("--child", choices=["orchestrated", "bare"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.child, options.keep)
        return
    folder = options.keep or Path(tempfile.mkdtemp(prefix="fangfanpin-benchmark-"))
    try:
        synthesize_county(folder, options.households)
        runs: dict[str, list[dict[str, float]]] = {"orchestrated": [], "bare": []}
        for _ in range(options.repeat):
            for kind, found in runs.items():
                shutil.rmtree(folder / "marts", ignore_errors=True)
                found.append(_measure(kind, folder))
        _print(runs)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)


def synthesize_county(folder: Path, households: int) -> None:
    """Write one delivery of a synthetic county below ``folder``, where it is not there yet, and say how large it is."""
    from orchestration.synthesis import synthesize

    if (folder / "raw" / MONTH).exists():
        return
    begin = time.perf_counter()
    summary = synthesize(folder / "raw", households, MONTH, MONTH, 1)
    departments = sum(rows for extract, rows in summary.rows.items() if not extract.startswith("rural_revitalization"))
    print(
        f"{summary.households} households, {summary.members} members, {departments} department rows, "
        f"{sum(summary.rows.values())} rows in all; written in {time.perf_counter() - begin:.1f} s\n",
        flush=True,
    )


def _measure(kind: str, folder: Path) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    printed = subprocess.run(
        [sys.executable, __file__, "--child", kind, "--keep", str(folder)], check=True, capture_output=True, text=True
    ).stdout
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    stages = json.loads(printed.strip().splitlines()[-1])
    stages["rest"] = wall - sum(stages[stage] for stage in STAGES[:-1])
    stages["wall"] = wall
    stages["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return stages


def _child(kind: str, folder: Path) -> None:
    stages = _orchestrated(folder) if kind == "orchestrated" else _bare(folder)
    stages["peak memory (MB)"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(stages))


def _orchestrated(folder: Path) -> dict[str, float]:
    import dagster as dg

    from orchestration.command_line.commands import main as command

    begin = time.time()
    if command(["run", "--month", MONTH, "--raw", str(folder / "raw"), "--marts", str(folder / "marts")]) != 0:
        raise SystemExit("the run failed")
    os.environ["DAGSTER_HOME"] = str(folder / "marts" / ".state" / "dagster")
    with dg.DagsterInstance.get() as instance:
        run = instance.get_runs(limit=1)[0]
        steps = {}
        for statistic in instance.get_run_step_stats(run.run_id):
            stage = {
                "reference_tables": "reference",
                "warehouse": "warehouse",
                "publication__monthly_publication": "publication",
                "publication__current_database": "current database",
            }.get(statistic.step_key, "landing and checks")
            steps.setdefault(stage, []).append((statistic.start_time, statistic.end_time))
    found = {stage: sum(end - start for start, end in times) for stage, times in steps.items()}
    found["start"] = min(start for times in steps.values() for start, _ in times) - begin
    return found


@contextmanager
def _timed(found: dict[str, float], stage: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    found[stage] = time.perf_counter() - begin


def _bare(folder: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    with _timed(found, "start"):
        import threading

        from expectations.intake import check_landed_extract, warm_up
        from orchestration.contracts import load_extracts
        from orchestration.foundation.code_versions import code_version
        from orchestration.foundation.paths import Installation
        from orchestration.landing import LandingPool
        from orchestration.publications import publish_month, refresh_current
        from orchestration.warehouse import dbt_runner as warehouse
        from orchestration.warehouse.kept_months import write_history
        from orchestration.warehouse.reference import write_reference
        from orchestration.warehouse.rules import check_follow_up_of, check_months_of, keep_months_of
        from orchestration.warehouse.run_request import RunRequest
    installation = Installation.at(folder / "raw", folder / "marts")
    contracts = list(load_extracts().values())
    request = RunRequest({MONTH: MONTH})
    with _timed(found, "landing and checks"), LandingPool() as pool:
        warming = threading.Thread(target=warm_up)
        warming.start()
        pool.submit_all(installation, contracts, [MONTH])
        for contract in contracts:
            pool.result(contract.extract, MONTH)
            check_landed_extract(installation, contract, [MONTH])
        warming.join()
    with _timed(found, "reference"):
        write_reference(installation, request)
        write_history(installation, request.knowledge)
    with _timed(found, "warehouse"):
        warehouse.raise_for(warehouse.build(installation, exclude=[warehouse.BETWEEN_CHECKS, warehouse.AFTER_CHECKS]))
        check_months_of(installation, request)
        warehouse.raise_for(warehouse.build(installation, select=[warehouse.BETWEEN_CHECKS]))
        check_follow_up_of(installation, request)
        warehouse.raise_for(warehouse.build(installation, select=[warehouse.AFTER_CHECKS]))
        keep_months_of(installation, request)
    with _timed(found, "publication"):
        publish_month(installation, MONTH, MONTH, code_version())
    with _timed(found, "current database"):
        refresh_current(installation)
    return found


def _print(runs: dict[str, list[dict[str, float]]]) -> None:
    rows = [*STAGES, "wall", "cpu", "peak memory (MB)"]
    print(f"{'median of ' + str(len(runs['bare'])):40}{'orchestrated':>14}{'bare':>10}")
    for row in rows:
        values = [statistics.median(run[row] for run in found) for found in runs.values()]
        print(f"{row:40}{values[0]:14.1f}{values[1]:10.1f}")
    ratios = [one["wall"] / other["wall"] for one, other in zip(*runs.values(), strict=True)]
    print(f"\norchestrated / bare, wall, pair by pair: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")


if __name__ == "__main__":
    main()
