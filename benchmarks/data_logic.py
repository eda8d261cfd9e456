"""What checking the data's logic costs beside the same SQL run bare: ``python benchmarks/data_logic.py``.

One month of a small synthetic county is run; what the rules look at is then written many times over, each copy with people of
its own, until it has the members asked for. On each size the catalogue is run alternately through Great Expectations
(``expectations.logic.check_months``) and as bare SQL: the same finding queries into temporary tables, the same denominators.
Importing Great Expectations is timed apart, it does not grow. Quote the ratio of the pairs, not a single time.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from expectations import rule_queries
from expectations.catalogue import Rule, load_rules
from expectations.logic import check_months
from expectations.session import warm_up
from orchestration.defs.runs import run_months
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.synthesis import synthesize

MONTH = Month("2023-08")
# What tells one copy's people and rows from another's.
OWN = ("person_id", "household_id", "file", "identity_id", "only_head_person_id", "item_code")
_NAMED = re.compile(r"\b(intermediate|staging|marts)\.(\w+)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=320)
    parser.add_argument("--members", default="60000,1200000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--warehouse", type=Path, help="multiply this work database instead of that of a synthetic county")
    parser.add_argument("--month", type=Month, default=MONTH, help="the month of --warehouse that is checked")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fangfanpin-benchmark-") as folder:
        small = options.warehouse or computed(Path(folder), options.households)
        began = time.perf_counter()
        warm_up()
        print(f"import of Great Expectations: {time.perf_counter() - began:.1f} s")
        rules = {code: rule for code, rule in load_rules().items() if rule.stage == 1}
        for members in (int(text) for text in options.members.split(",")):
            large = Path(folder) / f"{members}.duckdb"
            copied = write_copies(small, large, members, rules.values())
            compare(large, copied, rules, options.month, options.repeat)
            large.unlink()


def computed(folder: Path, households: int) -> Path:
    """Return the work database of one month of a synthetic county."""
    installation = Installation.at(folder / "raw", folder / "marts")
    synthesize(installation.raw, households, MONTH, MONTH, seed=1)
    run_months(installation, MONTH, MONTH)
    return installation.warehouse


def write_copies(warehouse: Path, large: Path, members: int, rules: Sequence[Rule]) -> int:
    """Write the relations that rules name, copied until they hold so many members; return how many they hold."""
    text = " ".join(f"{rule.failing_rows or ''} {rule.denominator_rows or ''} {rule.looks_at_rows or ''}" for rule in rules)
    wanted = {("intermediate", rule.looks_at) for rule in rules} | set(_NAMED.findall(text))
    wanted |= {("intermediate", name) for name in ("int_parameters", "int_deliveries", "int_lines", "int_checked_members")}
    with duckdb.connect(str(large)) as connection:
        connection.execute(f"attach '{warehouse}' as small (read_only)")
        own = connection.execute("select count(*) from small.intermediate.int_checked_members").fetchall()[0][0]
        copies = max(1, round(members / own))
        for schema, name in sorted(wanted):
            columns = [row[0] for row in connection.execute(f"describe small.{schema}.{name}").fetchall()]
            connection.execute(f"create schema if not exists {schema}")
            replaced = ", ".join(f"{column} || '-' || copy as {column}" for column in columns if column in OWN)
            rows = f"small.{schema}.{name}"
            if replaced:
                rows = f"(select * replace ({replaced}) from {rows}, range({copies}) as copies(copy))"
            connection.execute(f"create table {schema}.{name} as select * from {rows}")
        return own * copies


def compare(warehouse: Path, members: int, rules: dict[str, Rule], month: str, repeat: int) -> None:
    """Print what the rules cost both ways."""
    pairs = []
    for _ in range(repeat):
        bare_wall, bare_cpu, bare_found = timed(lambda: run_bare(warehouse, rules))
        wall, cpu, found = timed(lambda: check_months(warehouse, rules, {month: month}).findings.num_rows)
        pairs.append((wall / bare_wall, cpu / bare_cpu, wall, bare_wall))
        print(
            f"  {members:,} members: {wall:.2f} s ({cpu:.2f} CPU), bare {bare_wall:.2f} s ({bare_cpu:.2f} CPU); "
            f"{found:,} findings, bare rows {bare_found:,}",
            flush=True,
        )
    wall_ratio, cpu_ratio = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{members:,} members, {len(rules)} rules: ratio wall {wall_ratio:.2f}, CPU {cpu_ratio:.2f}; peak {peak:,.0f} MB")


def timed(work: object) -> tuple[float, float, int]:
    """Return wall and CPU seconds of a call, and what it returned."""
    began, used = time.perf_counter(), time.process_time()
    result = work()  # type: ignore[operator]
    return time.perf_counter() - began, time.process_time() - used, result


def run_bare(warehouse: Path, rules: dict[str, Rule]) -> int:
    """Run the rules' queries without Great Expectations; return how many rows they found."""
    found, counted = 0, set()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        for rule in rules.values():
            relation = f"intermediate.{rule.looks_at}" if rule.looks_at else f"({rule.looks_at_rows}) as rows_looked_at"
            columns = [row[0] for row in connection.execute(f"describe {rule_queries.failing(rule, relation)}").fetchall()]
            connection.execute(f"create or replace temporary table found as {rule_queries.findings(rule, relation, columns)}")
            found += connection.execute("select count(*) from found").fetchall()[0][0]
            query = rule_queries.denominators(rule, relation)
            if query not in counted:
                counted.add(query)
                connection.execute(query).fetchall()
    return found


if __name__ == "__main__":
    main()
