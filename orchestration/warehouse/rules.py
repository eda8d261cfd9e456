"""Running the data-logic rules over the months of a run, and keeping what later months need of them.

What belongs here: from the built warehouse to the Parquet that the second dbt invocation reads. What does not: rules and how
they are run (``expectations``), what earlier months found (``history``), Dagster (``assets``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.catalogue import load_rules
from expectations.documents import write_documents
from expectations.logic import Checked, audit_record, check_months
from expectations.result_rows import result_table
from orchestration.foundation.atomic_files import write_json
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import settings
from orchestration.warehouse.kept_months import (
    KEPT_TABLES,
    STAGES,
    keep_month,
    kept_results,
    month_rows,
    run_table,
    show_run,
)
from orchestration.warehouse.run_request import RunRequest
from orchestration.warehouse.spark_warehouse import SparkRows

_OF_STAGE = {1: "", 2: "__follow_up"}


class RulesNotRunError(Exception):
    """At least one rule could not be computed. The message is Chinese: which, what each said, what to do; never a value."""


def check_months_of(installation: Installation, request: RunRequest) -> Checked:
    """Run the rules of the first stage over the months of a run, which the warehouse holds, and show dbt what they found.

    Returns:
        What was found in the months of the run.

    Raises:
        RulesNotRunError: rules could not be computed. The audit trail says so; nothing is shown to dbt.
    """
    return _check_stage(installation, request, 1)


def check_follow_up_of(installation: Installation, request: RunRequest) -> Checked:
    """Run the rules that look at what rests on the findings of the others: nothing more is found in the months of the run.

    Returns:
        What these rules found in the months of the run.

    Raises:
        RulesNotRunError: rules could not be computed. The audit trail says so; nothing is shown to dbt.
    """
    return _check_stage(installation, request, 2)


def keep_months_of(installation: Installation, request: RunRequest) -> None:
    """Keep the months of a run that are computed as known then, once all models are built: findings, results, kept tables."""
    tables = _rows_to_keep(installation)
    tables |= {name: _own_rows(installation, name) for names in STAGES.values() for name in names}
    for month, known in request.knowledge.items():
        if known == month:
            keep_month(installation, month, {name: month_rows(table, month) for name, table in tables.items()})


def _check_stage(installation: Installation, request: RunRequest, stage: int) -> Checked:
    rules = {code: rule for code, rule in load_rules().items() if rule.stage == stage}
    knowledge = request.knowledge
    elsewhere = SparkRows(installation) if settings().engine == "spark" else None
    earlier = kept_results(installation, knowledge, stage)
    checked = check_months(installation.warehouse, rules, knowledge, earlier, elsewhere)
    for month, known in knowledge.items():
        write_json(audit_path(installation, stage, month, known), audit_record(checked, rules, month, known))
    page = documents_path(installation, stage, knowledge)
    write_documents(checked.validated, page, f"数据逻辑核查执行记录 {'至'.join(page.stem.split('__')[:2])}")
    if checked.errors:
        said = "\n".join(f"{code}《{rules[code].title}》：{error}" for code, error in sorted(checked.errors.items()))
        raise RulesNotRunError(
            f"{len(checked.errors)} 条核查规则没有算成，本次不发布：\n{said}\n"
            "请按上面的提示更正 expectations/catalogue/ 中的规则或它所用的模型，然后重新运行"
        )
    show_run(installation, knowledge, stage, checked.findings, result_table(checked, knowledge))
    return checked


def audit_path(installation: Installation, stage: int, month: Month, knowledge_month: Month) -> Path:
    """Return the file for what Great Expectations found at a stage of a month: ``<month>``, another knowledge month behind."""
    name = month if knowledge_month == month else f"{month}__{knowledge_month}"
    return installation.expectations / "checks" / f"{name}{_OF_STAGE[stage]}.json"


def documents_path(installation: Installation, stage: int, knowledge: Mapping[Month, Month]) -> Path:
    """Return where the documents of Great Expectations of a pass over some months are kept; a month alone has its own name."""
    months = [month if known == month else f"{month}__{known}" for month, known in sorted(knowledge.items())]
    name = "__".join(dict.fromkeys((months[0], months[-1])))
    return installation.expectations / "checks" / "documents" / f"{name}{_OF_STAGE[stage]}.html"


def _own_rows(installation: Installation, name: str) -> pa.Table:
    """Return what dbt sees of a table of ``checked``, the months as known then."""
    import pyarrow.compute as pc

    table = pq.read_table(run_table(installation, name))
    return table.filter(pc.equal(table["month"], table["knowledge_month"]))


def _rows_to_keep(installation: Installation) -> dict[str, pa.Table]:
    with duckdb.connect(str(installation.warehouse), read_only=True) as warehouse:
        return {
            name: warehouse.sql(
                f"select {', '.join(kept.schema.names)} from intermediate.{kept.model} order by all nulls first"
            )
            .to_arrow_table()
            .cast(kept.schema)
            for name, kept in KEPT_TABLES.items()
        }
