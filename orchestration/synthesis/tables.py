"""Rows of an extract before they become cells.

Values by column type: text, person_name, id, code as str ("" is blank); date as datetime64[D]; month as datetime64[M] (NaT is
blank); money in cents, integer and flag (1, 0) as int64 (``BLANK`` is blank).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from orchestration.contracts import CodeList, Column, ExtractContract
from orchestration.synthesis.chance import Array

BLANK = np.iinfo(np.int64).min
NO_DAY = np.datetime64("NaT", "D")
NO_MONTH = np.datetime64("NaT", "M")


@dataclass
class Table:
    """Rows of one extract.

    Attributes:
        columns: values by column name; columns that the contract does not have are left out of files.
        person: position in ``People`` of whom a row is about, -1 for nobody in particular.
        town: position of the town that reports a row, -1 where none does.
        error: class of the identity slip in a row, "" where there is none.
    """

    columns: dict[str, Array]
    person: Array
    town: Array
    error: Array = field(default_factory=lambda: np.empty(0, dtype=object))

    def __post_init__(self) -> None:
        if len(self.error) != len(self.person):
            self.error = np.full(len(self.person), "", dtype=object)

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Array) -> Table:
        """Return copies of some rows."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Table(columns, self.person[rows], self.town[rows], self.error[rows])


def join(tables: Sequence[Table]) -> Table:
    """Return the rows of several tables of one extract, one after the other."""
    names = tables[0].columns
    return Table(
        {name: np.concatenate([table.columns[name] for table in tables]) for name in names},
        np.concatenate([table.person for table in tables]),
        np.concatenate([table.town for table in tables]),
        np.concatenate([table.error for table in tables]),
    )


def texts(values: Sequence[str] | Array) -> Array:
    """Return texts as an object array; numpy would otherwise cut them to a fixed width."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


def repeated(value: str, size: int) -> Array:
    """Return one text ``size`` times."""
    return np.full(size, value, dtype=object)


def filler(column: Column, code_lists: dict[str, CodeList], rows: int, month: np.datetime64) -> Array:
    """Return believable values for a column of the contract that no register knows how to fill."""
    if column.type == "code":
        return repeated(code_lists[column.code_list or ""].values[0].value, rows)
    if column.type == "date":
        return np.full(rows, month.astype("datetime64[D]"))
    if column.type == "month":
        return np.full(rows, month)
    if column.type in ("money", "integer", "flag"):
        return np.zeros(rows, dtype=np.int64)
    return texts([f"{column.header}{number}" for number in range(1, rows + 1)]) if column.required else repeated("", rows)


def conform(table: Table, contract: ExtractContract, code_lists: dict[str, CodeList], month: np.datetime64) -> Table:
    """Return the table with exactly the columns of the contract."""
    columns = {
        column.name: table.columns[column.name]
        if column.name in table.columns
        else filler(column, code_lists, len(table), month)
        for column in contract.columns
    }
    return Table(columns, table.person, table.town, table.error)


def empty(contract: ExtractContract) -> Table:
    """Return a table without rows, which becomes a file with a header alone: nothing to report."""
    nothing = np.empty(0, dtype=np.int64)
    kinds = {"date": "datetime64[D]", "month": "datetime64[M]", "money": "int64", "integer": "int64", "flag": "int64"}
    return Table(
        {column.name: np.empty(0, dtype=kinds.get(column.type, object)) for column in contract.columns}, nothing, nothing
    )
