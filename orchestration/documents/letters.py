"""Return letters: what became of a department's delivery, for that department alone; they are sheets of its workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pyarrow as pa

from orchestration.contracts import load_extracts
from orchestration.contracts.county import County, Department
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts, day_in_words
from orchestration.documents.letter_content import FILES, LETTER_MARTS, LetterContent


def letter_of(
    department: Department, edition: Edition, facts: Facts, tables: Mapping[str, pa.Table], due_on: dt.date | None
) -> LetterContent | None:
    """Return what is said to a department about its delivery; None to one that sends no extract.

    Args:
        department: to whom it goes.
        edition: which publication it is part of.
        facts: of ``config/``.
        tables: the month's rows of ``LETTER_MARTS``.
        due_on: by when corrections are to be sent; None where the calendar does not say.
    """
    contracts = [contract for contract in load_extracts().values() if contract.department == department.code]
    if not contracts:
        return None
    own = {contract.extract for contract in contracts}
    rows = {name: tables[name].to_pylist() for name in LETTER_MARTS}
    return LetterContent(
        facts=facts,
        edition=edition,
        department=department,
        contracts=contracts,
        rows={name: [row for row in of_mart if row["extract"] in own] for name, of_mart in rows.items()},
        due_words=day_in_words(due_on),
        strangers=[row for row in rows[FILES] if row["extract"] is None and _is_for(department, row["file"], facts.county)],
    )


def _is_for(department: Department, file: str, county: County) -> bool:
    """Return whether a file that belongs to no extract is told to a department; of a folder of nobody's the bureau is told."""
    owner = county.department_of_folder(file.partition("/")[0])
    return department == owner or (owner is None and department.is_register_keeper)
