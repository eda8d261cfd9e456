"""The sample deliveries give the marts that an independent implementation expects of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.explanations.lineage import load_lineage
from tests.pipeline.conftest import Run, backfill, command, files_below, rows

MONTHS = [f"2023-{month:02d}" for month in range(6, 13)]
JUDGED = [
    "household_month", "person_month", "lines_in_force", "warning_list", "income_gaps", "inclusion_candidates",
    "unassisted_monitored", "expenditure_burden", "guarantee_shortfalls", "referrals", "employment_ledger",
    "returnee_ledger", "service_shortfalls", "employment_summary", "premium_coverage", "department_comparison",
    "entry_progress", "key_groups", "data_logic_issues", "check_results",
]  # fmt: skip

pytestmark = pytest.mark.pipeline


def test_every_month_is_published(sample_run: Run) -> None:
    assert sample_run.outcome.status == 0, sample_run.outcome.err
    assert sorted(path.name for path in sample_run.marts.glob("2023-*")) == MONTHS


@pytest.mark.parametrize("mart", JUDGED)
def test_the_mart_equals_what_is_expected(sample: Path, sample_run: Run, mart: str) -> None:
    judged = subprocess.run(
        [
            sys.executable, str(sample.parent / "tools" / "compare_marts.py"), "--expected", str(sample / "expected"),
            "--actual", str(sample_run.marts / "current.duckdb"), "--marts", mart,
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_same_backfill_again_publishes_nothing_new(sample_run: Run) -> None:
    before = files_below(sample_run.marts)
    again = backfill(sample_run.raw, sample_run.marts, "2023-06", "2023-12")
    assert again.status == 0, again.err
    assert files_below(sample_run.marts) == before
    assert again.out.count("与已发布的相同") == len(MONTHS)


def test_a_month_alone_in_a_fresh_folder_has_the_same_bytes(sample_run: Run, tmp_path: Path) -> None:
    alone = command("run", "--month", "2023-12", "--raw", sample_run.raw, "--marts", tmp_path)
    assert alone.status == 0, alone.err
    assert files_below(tmp_path / "2023-12") == files_below(sample_run.marts / "2023-12")


def test_rows_of_every_file_are_accounted_for(sample_run: Run) -> None:
    unbalanced = rows(
        sample_run.marts,
        "select month, file from marts.intake_files "
        "where rows_delivered <> rows_loaded + rows_rejected + rows_blank + rows_note or rows_delivered is null",
    )
    assert unbalanced == []
    parts = rows(
        sample_run.marts,
        """
        select month, extract from marts.department_comparison
        where rows_received <> rows_rejected + rows_replaced + matched_by_id + matched_by_repair + matched_by_evidence
            + to_review + not_in_roster
        """,
    )
    assert parts == []


def test_every_extract_is_compared_or_said_not_to_have_come(sample_run: Run) -> None:
    states = dict(rows(sample_run.marts, "select status, count(*) from marts.department_comparison group by 1"))
    assert sum(states.values()) == 22 * len(MONTHS)
    assert states.keys() == {"compared", "not_received", "rejected"}


def test_the_column_lineage_knows_every_column_of_the_work_database(sample_run: Run) -> None:
    with duckdb.connect(str(sample_run.marts / ".state" / "warehouse.duckdb"), read_only=True) as warehouse:
        built = warehouse.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where schema_name in ('staging', 'intermediate', 'marts') group by table_name"
        ).fetchall()
    known = {table: set(columns) - {"*"} for table, columns in load_lineage().columns.items()}
    assert {table: set(columns) for table, columns in built} == {
        table: columns for table, columns in known.items() if not table.startswith("kept.")
    }
