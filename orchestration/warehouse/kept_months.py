"""What the rules found in each month as known then, kept so that a month's rows do not depend on which months were run before.

``first_seen`` and ``consecutive_months`` of a finding need the findings of all earlier months, runs of lists the lists of all
earlier months; rule K01 needs what was matched in the month before. Each month that is computed with its own knowledge is kept
as a whole, with a fingerprint of everything it rests on; a month whose fingerprint differs is computed again.

``<state>/checks/kept/<YYYY-MM>/``   one month as known then: ``findings``, ``results``, kept tables; ``kept.json``: digests
``<state>/checks/run/<table>.parquet``   what dbt sees in this run: the kept months, and after the rules the run's own
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.logic import FINDING_SCHEMA, RESULT_SCHEMA
from orchestration.contracts import load_marts, load_parameters
from orchestration.deliveries.rosters import missing_rosters
from orchestration.deliveries.settled import settled_deliveries
from orchestration.foundation.atomic_files import (
    force_to_disk,
    read_json,
    sha256_of,
    unfinished_beside,
    write_json,
    write_whole,
)
from orchestration.foundation.code_versions import findings_code_and_facts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.reference import missing_parameters

FINDINGS, RESULTS = "findings", "results"
FOLLOW_UP_FINDINGS, FOLLOW_UP_RESULTS = "follow_up_findings", "follow_up_results"
_KEPT = "kept.json"

CHECKED_TABLES: dict[str, tuple[str, pa.Schema]] = {
    FINDINGS: ("数据逻辑核查发现：每月、每条规则、每个核查对象一行；含以前各月按当时所知的发现", FINDING_SCHEMA),
    RESULTS: ("数据逻辑核查结果：每月每条规则一行；含以前各月按当时所知的结果", RESULT_SCHEMA),
    FOLLOW_UP_FINDINGS: (
        "线索办理核查发现：依据其他规则的发现和下发的线索，每月、每条规则、每条线索一行；含以前各月",
        FINDING_SCHEMA,
    ),
    FOLLOW_UP_RESULTS: ("线索办理核查结果：每月每条规则一行；含以前各月按当时所知的结果", RESULT_SCHEMA),
}
# What the rules of each stage leave: those of stage 2 look at what rests on the findings of the others.
STAGES: dict[int, tuple[str, str]] = {1: (FINDINGS, RESULTS), 2: (FOLLOW_UP_FINDINGS, FOLLOW_UP_RESULTS)}


@dataclass(frozen=True)
class KeptTable:
    """Rows of a model that later months need of a month as it was known then.

    Attributes:
        model: the intermediate model; its rows of a month are kept.
        schema: the columns that are kept, ``month`` first.
        description: Chinese.
    """

    model: str
    schema: pa.Schema
    description: str


FIGURES = pa.schema({"month": pa.date32(), "town": pa.string(), "figure": pa.string(), "value": pa.decimal128(18, 4)})

KEPT_TABLES: dict[str, KeptTable] = {
    "extract_matches": KeptTable(
        "int_checked_extract_matches",
        pa.schema(
            {
                "month": pa.date32(),
                "previous_month": pa.date32(),
                "extract": pa.string(),
                "rows_counted": pa.int64(),
                "rows_matched": pa.int64(),
            }
        ),
        "以前各月按当时所知的比对行数：每月每个部门名册一行；本次计算的月份不在内",
    ),
    "employment_figures": KeptTable(
        "int_employment_figures",
        FIGURES,
        "以前各月按当时所知的就业汇总指标：每月、每个镇街（及全县）、每项指标一行；本次计算的月份不在内",
    ),
    "briefing_figures": KeptTable(
        "int_briefing_figures",
        FIGURES,
        "以前各月按当时所知的简报指标：每月、每个镇街（及全县）、每项指标一行；本次计算的月份不在内",
    ),
    "listing_reasons": KeptTable(
        "int_known_listing_reasons",
        pa.schema({"month": pa.date32(), "household_id": pa.string(), "trigger_reason": pa.string()}),
        "以前各月按当时所知列入预警名单的原因：每月每户一行；本次计算的月份不在内",
    ),
    "list_entries": KeptTable(
        "int_list_entries",
        pa.schema(
            {
                "month": pa.date32(),
                "list": pa.string(),
                "kind": pa.string(),
                "entity_key": pa.string(),
                "household_id": pa.string(),
                "person_id": pa.string(),
                "town": pa.string(),
                "village": pa.string(),
                "recipient": pa.string(),
                "recipient_kind": pa.string(),
            }
        ),
        "以前各月按当时所知在各份清单上的户和人：每月每份清单每个对象一行；本次计算的月份不在内",
    ),
}


def months_to_add(installation: Installation, asked: Sequence[Month]) -> list[Month]:
    """Return the earlier months that must be computed along with those asked for: not kept, or kept of something else.

    A month without both rosters has no findings; neither has one for which a parameter has no value.
    """
    earlier = [month for month in settled_deliveries(installation) if month < max(asked) and month not in asked]
    stale = [month for month in earlier if _kept_fingerprint(installation, month) != fingerprint(installation, month)]
    return [month for month in stale if not missing_rosters(installation, [month]) and not missing_parameters([month])]


def fingerprint(installation: Installation, month: Month) -> str:
    """Return a digest of everything that the findings of a month, as known then, rest on."""
    deliveries = {name: digest for name, digest in settled_deliveries(installation).items() if name <= month}
    text = json.dumps([deliveries, _parameters_until(month), _list_needs(), findings_code_and_facts()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_history(installation: Installation, computed: Mapping[Month, Month]) -> dict[str, int]:
    """Write what dbt sees before the rules have run: the kept months up to the last one computed, but those computed.

    Args:
        installation: whose ``checks`` folder is written.
        computed: the months of the run with what was known (both ``YYYY-MM``).

    Returns:
        Row counts by table.
    """
    tables = _kept_tables(installation, computed)
    for name, table in tables.items():
        _write(run_table(installation, name), table)
    return {name: table.num_rows for name, table in tables.items()}


def kept_results(installation: Installation, computed: Mapping[Month, Month], stage: int) -> pa.Table:
    """Return the kept results of a stage's rules in the months that a run does not compute as known then."""
    return _kept_tables(installation, computed)[STAGES[stage][1]]


def keep_month(installation: Installation, month: Month, tables: Mapping[str, pa.Table]) -> None:
    """Keep what was found in a month as known then, in place of what was kept of it.

    Args:
        installation: whose ``checks`` folder is written.
        month: ``YYYY-MM``.
        tables: the month's rows of ``findings``, ``results`` and every kept table.
    """
    final = _kept_folder(installation, month)
    unfinished = unfinished_beside(final)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, schema in _schemas().items():
        _write(unfinished / f"{name}.parquet", tables[name].cast(schema))
    digests = {name: sha256_of(unfinished / f"{name}.parquet") for name in _schemas()}
    write_json(unfinished / _KEPT, {"fingerprint": fingerprint(installation, month), "tables": digests})
    shutil.rmtree(final, ignore_errors=True)  # a crash in between leaves no month, which is computed again
    final.unlink(missing_ok=True)
    unfinished.rename(final)
    force_to_disk(final.parent)


def show_run(
    installation: Installation, computed: Mapping[Month, Month], stage: int, findings: pa.Table, results: pa.Table
) -> None:
    """Write what dbt sees after the rules of a stage have run: the kept months and the run's own."""
    kept = _kept_tables(installation, computed)
    for name, own in zip(STAGES[stage], (findings, results), strict=True):
        _write(run_table(installation, name), pa.concat_tables([kept[name], own]).sort_by(_order(own.schema)))


def run_table(installation: Installation, name: str) -> Path:
    """Return the Parquet file in which dbt reads a table of its sources ``checked`` and ``kept``."""
    return installation.checks / "run" / f"{name}.parquet"


def _kept_tables(installation: Installation, computed: Mapping[Month, Month]) -> dict[str, pa.Table]:
    """Return the kept rows of the months, up to the last one computed, that the run does not compute as known then."""
    months = [
        month
        for month in map(Month, settled_deliveries(installation))
        if month <= max(computed, default="")
        and computed.get(month) != month
        and _kept_fingerprint(installation, month) == fingerprint(installation, month)
    ]
    return {
        name: pa.concat_tables(
            [schema.empty_table(), *(pq.read_table(_kept_folder(installation, month) / f"{name}.parquet") for month in months)]
        )
        for name, schema in _schemas().items()
    }


def _schemas() -> dict[str, pa.Schema]:
    return {name: schema for name, (_, schema) in CHECKED_TABLES.items()} | {
        name: kept.schema for name, kept in KEPT_TABLES.items()
    }


def _kept_folder(installation: Installation, month: Month) -> Path:
    return installation.checks / "kept" / month


def _kept_fingerprint(installation: Installation, month: Month) -> str | None:
    """Return what the kept rows of a month rest on; None where they are not there or not what was kept."""
    folder = _kept_folder(installation, month)
    kept: Any = read_json(folder / _KEPT)
    digests = {name: sha256_of(folder / f"{name}.parquet") for name in _schemas()}
    if not isinstance(kept, dict) or kept.get("tables") != digests:
        return None
    found: str | None = kept.get("fingerprint")
    return found


def _order(schema: pa.Schema) -> list[tuple[str, str]]:
    return [(name, "ascending") for name in ("month", "knowledge_month", "check_code", "entity_key") if name in schema.names]


def _write(path: Path, table: pa.Table) -> None:
    """Write a table whole or not at all: same rows, same bytes."""
    rows = table.combine_chunks()
    write_whole(path, lambda to: pq.write_table(rows, to, version="2.6", compression="zstd", store_schema=False))


def _list_needs() -> list[tuple[str, tuple[str, ...], str | None]]:
    """Return what each list rests on: kept figures are blank where it is not applicable."""
    return [(mart.mart, mart.needs, mart.needs_line) for mart in load_marts().values()]


def _parameters_until(month: Month) -> list[tuple[str, ...]]:
    """Return every value in force up to a month. A value that begins later changes nothing of it, nor does an end after it."""
    return [
        (
            parameter.parameter,
            parameter.unit,
            str(parameter.comparator),
            ",".join(parameter.population),
            value.from_month,
            min(value.last_month, month),
            value.text,
        )
        for parameter in load_parameters().values()
        for value in parameter.values
        if value.from_month <= month
    ]


def month_rows(table: pa.Table, month: Month) -> pa.Table:
    """Return the rows of which ``month`` is the first day of this month; none where it has none."""
    import pyarrow.compute as pc

    return table.filter(pc.equal(table["month"], pa.scalar(month.first_day, pa.date32())))
