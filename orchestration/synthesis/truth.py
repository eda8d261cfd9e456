"""Whom each delivered row is really about, for measuring how well rows are matched. Kept away from the deliveries."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.synthesis.columns import household_ids
from orchestration.synthesis.county import County
from orchestration.synthesis.files import WrittenFile
from orchestration.synthesis.tables import Table

SCHEMA = pa.schema(
    [
        ("month", pa.string()),
        ("extract", pa.string()),
        ("file", pa.string()),
        ("row_number", pa.int64()),
        ("person_id", pa.string()),
        ("error_class", pa.string()),
    ]
)


class TruthWriter:
    """Writes ``<out>/.truth/person_links.parquet``; folders that begin with a dot are no delivery months."""

    def __init__(self, out: Path) -> None:
        self._path = out / ".truth" / "person_links.parquet"

    def __enter__(self) -> TruthWriter:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self._path, SCHEMA)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._writer.close()

    def add(self, county: County, contract: ExtractContract, table: Table, month: Month, written: list[WrittenFile]) -> None:
        """Add the rows of one extract of one delivery. Extracts without a person in their rows are left out.

        ``person_id`` is the member as the roster numbers them, null for who is not on the roster; ``error_class`` is null
        where document and name are written as they should be, and begins with ``format_`` where only the spelling differs.
        """
        if contract.subject is None:
            return
        persons = person_ids(county, table.person)
        for file in written:
            if not len(file.rows):
                continue
            size = len(file.rows)
            errors = [error or None for error in table.error[file.rows].tolist()]
            columns = [
                pa.array([month] * size, pa.string()),
                pa.array([contract.extract] * size, pa.string()),
                pa.array([f"{contract.department}/{file.path.name}"] * size, pa.string()),
                pa.array(file.row_numbers, pa.int64()),
                pa.array(persons[file.rows].tolist(), pa.string()),
                pa.array(errors, pa.string()),
            ]
            self._writer.write_table(pa.table(columns, schema=SCHEMA))


def person_ids(county: County, persons: np.ndarray) -> np.ndarray:
    """Return the roster's number of each person, None for who is not on it."""
    everybody, homes = county.people, county.households
    ids = np.full(len(persons), None, dtype=object)
    household = everybody.household[persons]
    known = np.flatnonzero((persons >= 0) & homes.is_on_roster[household])
    households = household_ids(county, household[known])
    sequences = everybody.sequence[persons[known]].tolist()
    ids[known] = [f"{household}{sequence:02d}" for household, sequence in zip(households.tolist(), sequences, strict=True)]
    return ids
