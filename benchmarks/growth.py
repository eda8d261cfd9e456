"""How every model's time grows with the county, and the month's memory: a model above rows^1.1 is named and fails the command.

    python benchmarks/growth.py [--households 4000,16000] [--limit 1.1] [--keep DIR]

Each size is landed and built in a process of its own, without Dagster, pages and workbooks, by the functions that a run calls.
The exponent of a model is log(time / time) / log(rows / rows) of the largest size and the smallest, with dbt's fixed time for a
node (the median of the quickest quarter at the smallest size) taken off both. Models below half a second at the largest size
are not judged: their time is dbt's own. All is built three times, of which a model's quickest counts.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from county_month import MONTH

# Below this many seconds at the largest size a model's time says nothing of its growth.
JUDGED = 0.5
ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", default="4000,16000")
    parser.add_argument("--limit", type=float, default=1.1, help="largest exponent of rows that passes")
    parser.add_argument("--keep", type=Path, help="work here and leave everything, instead of in a temporary folder")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.keep, int(options.households))
        return 0
    folder = options.keep or Path(tempfile.mkdtemp(prefix="fangfanpin-growth-"))
    try:
        sizes = sorted(int(one) for one in options.households.split(","))
        found = [_measured(folder / f"{size}", size) for size in sizes]
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    for one in found:
        print(
            f"{one['households']:>8} households {one['rows']:>10} rows  landing {one['landing']:7.1f} s  "
            f"models and tests {one['warehouse']:7.1f} s  rules {one['rules']:6.1f} s  peak {one['peak'] / 1024:5.2f} GB"
        )
    return _judge(found[0], found[-1], options.limit) if len(found) > 1 else 0


def _measured(folder: Path, households: int) -> dict:
    command = [sys.executable, __file__, "--child", "--keep", str(folder), "--households", str(households)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(printed.strip().splitlines()[-1])


def _child(folder: Path, households: int) -> None:
    from orchestration.contracts import load_extracts
    from orchestration.foundation.paths import Installation
    from orchestration.landing import LandingPool
    from orchestration.synthesis import synthesize
    from orchestration.warehouse import dbt_runner as warehouse
    from orchestration.warehouse.kept_months import write_history
    from orchestration.warehouse.reference import write_reference
    from orchestration.warehouse.rules import check_follow_up_of, check_months_of
    from orchestration.warehouse.run_request import RunRequest

    if not (folder / "raw" / MONTH).exists():
        summary = synthesize(folder / "raw", households, MONTH, MONTH, 1)
        (folder / "rows").write_text(str(sum(summary.rows.values())))
    installation, request = Installation.at(folder / "raw", folder / "marts"), RunRequest({MONTH: MONTH})
    shutil.rmtree(folder / "marts", ignore_errors=True)
    begin = time.perf_counter()
    with LandingPool() as pool:
        contracts = list(load_extracts().values())
        pool.submit_all(installation, contracts, [MONTH])
        for contract in contracts:
            pool.result(contract.extract, MONTH)
    landing = time.perf_counter() - begin
    write_reference(installation, request)
    write_history(installation, request.knowledge)
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "False")
    nodes: dict[str, float] = {}
    taken: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        begin, rules = time.perf_counter(), 0.0
        for stage, check in (
            ({"exclude": [warehouse.BETWEEN_CHECKS, warehouse.AFTER_CHECKS]}, check_months_of),
            ({"select": [warehouse.BETWEEN_CHECKS]}, check_follow_up_of),
            ({"select": [warehouse.AFTER_CHECKS]}, None),
        ):
            results = warehouse.build(installation, **stage)
            warehouse.raise_for(results)
            for one in results:
                if one.unique_id.startswith("model."):
                    nodes[one.unique_id] = min(one.seconds, nodes.get(one.unique_id, one.seconds))
            if check is not None:
                start = time.perf_counter()
                check(installation, request)
                rules += time.perf_counter() - start
        taken.append((time.perf_counter() - begin - rules, rules))
    result = {
        "households": households,
        "rows": int((folder / "rows").read_text()),
        "landing": landing,
        "warehouse": min(one for one, _ in taken),
        "rules": min(one for _, one in taken),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "nodes": nodes,
    }
    print(json.dumps(result))


def _judge(small: dict, large: dict, limit: float) -> int:
    """Print the models that take longest with their exponents; return how many are above the limit."""
    times = sorted(small["nodes"].values())
    fixed = statistics.median(times[: max(1, len(times) // 4)])
    growth = math.log(large["rows"] / small["rows"])
    judged = []
    for name, seconds in large["nodes"].items():
        if seconds >= JUDGED:
            before = max(small["nodes"][name] - fixed, 0.005)
            judged.append((math.log((seconds - fixed) / before) / growth, seconds, name))
    print(f"\nrows × {large['rows'] / small['rows']:.2f}; fixed time of a node {fixed:.3f} s; models of {JUDGED} s and more:")
    for exponent, seconds, name in sorted(judged, reverse=True):
        mark = "  <-- grows faster than allowed" if exponent > limit else ""
        print(f"  rows^{exponent:4.2f} {small['nodes'][name]:7.2f} -> {seconds:7.2f} s  {name.rsplit('.', 1)[-1]}{mark}")
    return sum(exponent > limit for exponent, _, _ in judged)


if __name__ == "__main__":
    sys.exit(main())
