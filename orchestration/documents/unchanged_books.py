"""Workbooks of which nothing has changed since the version that is replaced: they are taken over as they are.

What belongs here: by what it is known that a workbook would say the same, and taking it over. What does not: writing one.

The number of the version is no change: a workbook that is taken over goes on naming, in print and in its batch code, the
version in which it last changed. So a town that has begun to fill it in holds the workbook that counts, and what it returns is
recognised as before, by month and recipient. On which deliveries the data rest is printed as well, and is a change.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.adapters.xlsxwriter_rows import password_mark
from orchestration.contracts import ExtractContract
from orchestration.contracts.county import Department
from orchestration.documents.allotment import SheetRows
from orchestration.documents.book_content import BookContent
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.foundation.atomic_files import sha256_of
from orchestration.foundation.code_versions import publication_code_and_facts


@dataclass(frozen=True)
class EarlierBook:
    """A workbook of the version that is replaced.

    Attributes:
        path: where it is.
        sha256: of its bytes, as the manifest of its version says.
    """

    path: Path
    sha256: str


def content_digest(content: BookContent, password: str) -> str:
    """Return a digest that two workbooks share only if nothing but the number of their version can differ.

    It is made of rows, code and ``config/``. Of the password it takes what the workbook itself keeps of it: anybody who has
    that could look for the password there.
    """
    said = json.dumps([publication_code_and_facts(), password_mark(password), content], default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()


def take_over(earlier: EarlierBook, path: Path) -> bool:
    """Copy a workbook; return whether it is there, whole. A copy, as each version stands by itself on the disk."""
    shutil.copyfile(earlier.path, path)
    if sha256_of(path) == earlier.sha256:
        return True
    path.unlink()
    return False


def _plain(said: Any) -> Any:
    """Return what JSON can say of something; what follows from ``config/`` or from what is said already is left out."""
    for kind, plain in _PLAIN.items():
        if isinstance(said, kind):
            return plain(said)
    if dataclasses.is_dataclass(said):
        return [getattr(said, field.name) for field in dataclasses.fields(said)]
    raise TypeError(f"{type(said).__name__} in the content of a workbook: its digest does not know what it says.")


def _table_digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    dt.date: str,
    Decimal: str,
    pa.Table: _table_digest,
    Edition: lambda edition: [edition.month, edition.knowledge_month],
    # its items are those of the workbook that its rows name
    SheetRows: lambda sheet: [sheet.plan.mart, sheet.is_answered_here, sheet.rows],
    Facts: lambda _: None,
    Department: lambda department: department.code,
    ExtractContract: lambda contract: contract.extract,
    Mapping: dict,
}
