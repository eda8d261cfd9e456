"""What a plain join on numbers finds: the baseline that matching has to beat."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.evaluation.outcomes import ROSTER, department_extracts, landed_files, load_truth, share
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation


@dataclass(frozen=True)
class Baseline:
    """A plain join of department rows with the member roster.

    Attributes:
        due: rows that belong to a member.
        found: of these, joined with a row of that member.
        wrong: pairs of a row and somebody it is not about.
        seconds: time the join took.
    """

    due: int
    found: int
    wrong: int
    seconds: float

    @property
    def recall(self) -> float:
        """Share of due rows found."""
        return share(self.found, self.due)

    @property
    def precision(self) -> float:
        """Share of joined pairs that are right, each found row being one."""
        return share(self.found, self.found + self.wrong)


def evaluate_plain_join(installation: Installation, truth: Path, months: Sequence[Month], *, is_normalized: bool) -> Baseline:
    """Return what an equality join on the first document finds, blanks excluded; no name is looked at.

    Args:
        installation: whose landed files are read.
        truth: as for ``evaluate_matching``.
        months: ``YYYY-MM``.
        is_normalized: join on documents as landing normalises them; else as a spreadsheet shows what was delivered, without
            the apostrophe or ``="…"`` that some files put around every number.
    """
    suffix = "_normalized" if is_normalized else ""
    parts = []
    for contract in department_extracts():
        assert contract.subject  # noqa: S101  department_extracts has only these
        document = f"{contract.subject.documents[0]}{suffix}"
        if paths := landed_files(installation, [contract.extract], months):
            parts.append(
                f"select '{contract.extract}' as extract, strftime(delivery_month, '%Y-%m') as month, file, row_number, "
                f"{document} as document from read_parquet({paths})"
            )
    with duckdb.connect() as connection:
        load_truth(connection, installation, truth, months)
        connection.execute(f"create temp table documents as {' union all '.join(parts)}")
        shown = "document" if is_normalized else "regexp_replace(document, '^(=\"|'')|\"$', '', 'g')"
        rosters = landed_files(installation, [ROSTER], months)
        connection.execute(
            "create temp table numbers as select distinct strftime(delivery_month, '%Y-%m') as month, person_id, "
            f"id_number{suffix} as document from read_parquet({rosters})"
        )
        begin = time.perf_counter()
        connection.execute(
            "create temp table pairs as select documents.* exclude (document), numbers.person_id from "
            f"(select * replace ({shown} as document) from documents) as documents "
            f"inner join (select * replace ({shown} as document) from numbers) as numbers using (month, document)"
        )
        seconds = time.perf_counter() - begin
        due, found, wrong = connection.execute(
            """
            with about as (
                select distinct pairs.extract, pairs.month, pairs.file, pairs.row_number, members.person
                from pairs inner join members using (month, person_id)
            ),
            people as (select distinct month, person from members)
            select
                (select count(*) from documents inner join truth using (month, extract, file, row_number)
                 inner join people on truth.month = people.month and truth.person = people.person),
                count(*) filter (truth.person = about.person),
                count(*) filter (truth.person is distinct from about.person)
            from about inner join truth using (month, extract, file, row_number)
            """
        ).fetchall()[0]
    return Baseline(due, found, wrong, seconds)
