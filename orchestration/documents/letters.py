"""Return letters: one workbook per department with what became of its delivery, for that department alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from orchestration.contracts import load_extracts
from orchestration.contracts.county import County, Department
from orchestration.documents.edition import Edition
from orchestration.documents.letter_content import FILES, LETTER_MARTS, LetterContent
from orchestration.documents.letter_sheets import CHECK, COVER, RECEIPT, RETURNED, LetterSheets
from orchestration.documents.list_content import Facts
from orchestration.documents.stationery import Stationery, new_book


def letter_name(department: Department) -> str:
    """Return the file name of a department's letter: ``回执_县民政局.xlsx``."""
    return f"回执_{department.name}.xlsx"


def write_letters(folder: Path, edition: Edition, facts: Facts, tables: Mapping[str, pa.Table]) -> None:
    """Write the letter of every department that sends extracts.

    Args:
        folder: where they go.
        edition: which publication they are part of.
        facts: of ``config/``.
        tables: the month's rows of ``LETTER_MARTS``.
    """
    rows = {name: tables[name].to_pylist() for name in LETTER_MARTS}
    extracts = load_extracts()
    for department in facts.county.departments:
        contracts = [contract for contract in extracts.values() if contract.department == department.code]
        if not contracts:
            continue
        own = {contract.extract for contract in contracts}
        content = LetterContent(
            facts=facts,
            edition=edition,
            department=department,
            contracts=contracts,
            rows={name: [row for row in of_mart if row["extract"] in own] for name, of_mart in rows.items()},
            strangers=[row for row in rows[FILES] if row["extract"] is None and _is_for(department, row["file"], facts.county)],
        )
        _write_letter(folder / letter_name(department), content)


def _is_for(department: Department, file: str, county: County) -> bool:
    """Return whether a file that belongs to no extract is told to a department; of a folder of nobody's the bureau is told."""
    owner = county.department_of_folder(file.partition("/")[0])
    return department == owner or (owner is None and department.is_register_keeper)


def _write_letter(path: Path, content: LetterContent) -> None:
    facts, edition = content.facts, content.edition
    with new_book(path, content.title, edition.data_words, facts.bureau, edition.month.first_day) as book:
        sheets = LetterSheets(content, Stationery(book, content.page_name))
        sheets.write_cover(book.add_worksheet(COVER))
        sheets.write_receipt(book.add_worksheet(RECEIPT))
        sheets.write_returned(book.add_worksheet(RETURNED))
        if not content.department.is_register_keeper:
            sheets.write_checks(book.add_worksheet(CHECK))
