"""What 36 months in one go cost against one, and what a run costs when nothing has changed.

    python benchmarks/backfill.py [--households 300] [--months 36] [--repeat 1] [--keep DIR]

Writes the deliveries of a synthetic county of so many months up to 2023-12, and of one month alone. Then, in turn
and each in a fresh folder and process: one month of the one, all months of the other in one backfill, and that backfill again
with nothing changed. Prints wall and processor seconds and the ratios. On a machine that others use read the latter.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from orchestration.foundation.months import Month

LAST = Month("2023-12")
KINDS = ("one month", "all months", "nothing to do")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=300)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="work here and leave everything, instead of in a temporary folder")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="fangfanpin-benchmark-"))
    year, month = divmod(2023 * 12 + 12 - options.months, 12)
    first = f"{year:04d}-{month + 1:02d}"
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    try:
        for name, begin in (("one", LAST), ("all", first)):
            if not (folder / name).exists():
                size = ["--households", str(options.households), "--from", begin, "--to", LAST, "--seed", "5"]
                _measure("synthesize", "--out", str(folder / name), *size)
        for _ in range(options.repeat):
            for name in ("one-marts", "all-marts"):
                shutil.rmtree(folder / name, ignore_errors=True)
            one = ["--raw", str(folder / "one"), "--marts", str(folder / "one-marts")]
            every = ["--from", first, "--to", LAST, "--raw", str(folder / "all"), "--marts", str(folder / "all-marts")]
            for kind, command in zip(
                KINDS, (["run", "--month", LAST, *one], ["backfill", *every], ["backfill", *every]), strict=True
            ):
                found[kind].append(_measure(*command))
                print(f"{kind}: wall {found[kind][-1][0]:.1f} s, processor {found[kind][-1][1]:.1f} s", flush=True)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    medians = {kind: [statistics.median(values) for values in zip(*times, strict=True)] for kind, times in found.items()}
    print(f"\n{options.households} households, {options.months} months, medians of {options.repeat}")
    for index, name in enumerate(("wall", "processor")):
        one_month, all_months, nothing = (medians[kind][index] for kind in KINDS)
        print(f"{name}: all / one {all_months / one_month:.2f}, nothing / all {nothing / all_months:.3f}")


def _measure(*arguments: str) -> tuple[float, float]:
    """Run a command; return wall and processor seconds, those of its own child processes included."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-W", "ignore", "-m", "orchestration.command_line", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).resolve().parents[1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter() - begin
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
