"""Running the data-logic rules over the months of a run, and keeping what they found.

What belongs here: from the built warehouse to the Parquet that the second dbt invocation reads. What does not: rules and how
they are run (``expectations``), what earlier months found (``history``), Dagster (``assets``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.catalogue import load_rules
from expectations.documents import write_documents
from expectations.logic import Checked, audit_record, check_months, result_table
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.whole_files import write_json
from orchestration.warehouse.kept_months import FINDINGS, KEPT_TABLES, RESULTS, keep_month, kept_findings, month_rows, show_run
from orchestration.warehouse.run_request import RunRequest


class RulesNotRunError(Exception):
    """At least one rule could not be computed. The message is Chinese: which, what each said, what to do; never a value."""


def check_months_of(installation: Installation, request: RunRequest) -> Checked:
    """Run the catalogue over the months of a run, which the warehouse holds, and keep what it found.

    Returns:
        What was found in the months of the run.

    Raises:
        RulesNotRunError: rules could not be computed. The audit trail says so; nothing else is kept or shown to dbt.
    """
    rules, knowledge = load_rules(), request.knowledge
    checked = check_months(installation.warehouse, rules, knowledge, kept_findings(installation, knowledge))
    for month, known in knowledge.items():
        write_json(audit_path(installation, month, known), audit_record(checked, rules, month, known))
    page = documents_path(installation, knowledge)
    write_documents(checked.validated, page, f"数据逻辑核查执行记录 {'至'.join(page.stem.split('__')[:2])}")
    if checked.errors:
        said = "\n".join(f"{code}《{rules[code].title}》：{error}" for code, error in sorted(checked.errors.items()))
        raise RulesNotRunError(
            f"{len(checked.errors)} 条核查规则没有算成，本次不发布：\n{said}\n"
            "请按上面的提示更正 expectations/catalogue/ 中的规则或它所用的模型，然后重新运行"
        )
    results = result_table(checked, knowledge)
    kept = _rows_to_keep(installation)
    for month, known in knowledge.items():
        if known == month:
            tables = {FINDINGS: checked.findings, RESULTS: results, **kept}
            keep_month(installation, month, {name: month_rows(table, month) for name, table in tables.items()})
    show_run(installation, knowledge, checked.findings, results)
    return checked


def audit_path(installation: Installation, month: Month, knowledge_month: Month) -> Path:
    """Return the file for a month's results of Great Expectations: ``<month>.json``, with another knowledge month behind it."""
    name = month if knowledge_month == month else f"{month}__{knowledge_month}"
    return installation.expectations / "checks" / f"{name}.json"


def documents_path(installation: Installation, knowledge: Mapping[Month, Month]) -> Path:
    """Return where the documents of Great Expectations of a pass over some months are kept; a month alone has its own name."""
    months = [month if known == month else f"{month}__{known}" for month, known in sorted(knowledge.items())]
    return installation.expectations / "checks" / "documents" / f"{'__'.join(dict.fromkeys((months[0], months[-1])))}.html"


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
