"""Sheets: the rows of every sheet of a file that holds the extract, each with its account.

What belongs here: which sheets count, rows of one sheet by the units that stand there. What does not: finding headers
(``header``), reading rows (``rows``), the file as a whole (``land``).
Of most extracts a file has one sheet, and what is wrong with that refuses the file. Where every sheet is read, what is wrong
with one is told of that one, and the others count.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.landing.grid import Content, FileRefusedError, Grid
from orchestration.landing.header import ChosenSheet, Header, Headers
from orchestration.landing.levels import Level, Limits, levels_of, refuse_unclear, refuse_unlikely
from orchestration.landing.problems import Problem, of_file
from orchestration.landing.rows import ReadRows, RowReader
from orchestration.landing.scales import FileNotes, Said, Scales, scale_remarks, scales_of, vague_remarks
from orchestration.landing.seals import altered_rows
from orchestration.landing.tables import landed_rows


@dataclass(frozen=True)
class ReadSheet:
    """What one sheet of a file gave.

    Attributes:
        table: its accepted rows as they are landed.
        levels: of its amounts.
        remarks: on its units.
        flaw: Chinese: why none of its rows is used; blank where they are.
    """

    grid: Grid
    header: Header
    rows: ReadRows
    table: pa.Table
    levels: Mapping[str, Level] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()
    flaw: str = ""


class SheetReader:
    """Reads the sheets of the files of one extract in one delivery."""

    def __init__(
        self,
        contract: ExtractContract,
        month: Month,
        spellings: Mapping[str, Mapping[str, str]],
        headers: Headers,
        limits: Limits,
    ) -> None:
        self._contract, self._month, self._limits = contract, month, limits
        self._spellings, self._headers = spellings, headers

    def read(self, content: Content, file: str, among: Sequence[Grid] | None = None) -> list[ReadSheet]:
        """Return what each sheet that holds the extract gave.

        Args:
            content: of the file.
            file: its path below the month's folder.
            among: the sheets that can hold the extract; all of them when None.

        Raises:
            FileRefusedError: where there is none, or none of which the rows can be used.
        """
        chosen = self._headers.choose(content.grids if among is None else among)
        sheets = [self._read(one, content, file, is_alone=len(chosen) == 1) for one in chosen]
        if all(sheet.flaw for sheet in sheets):
            raise FileRefusedError("；".join(dict.fromkeys(sheet.flaw for sheet in sheets)))
        return sheets

    def count(self, grid: Grid, header: Header) -> ReadSheet:
        """Return a sheet of which no row can be used: what was sent is counted, every row of data goes back."""
        rows = RowReader(self._contract, self._headers, self._spellings).read(grid, header)
        return ReadSheet(grid, header, rows, self._landed(grid, "", rows))

    def _read(self, chosen: ChosenSheet, content: Content, file: str, *, is_alone: bool) -> ReadSheet:
        where = f"工作表“{chosen.grid.sheet}”" if len(content.grids) > 1 else ""
        if chosen.flaw:
            return self._set_aside(chosen, where, file)
        try:
            return self._used(chosen, where, content, file)
        except FileRefusedError as refusal:
            if is_alone:
                raise
            return self._set_aside(dataclasses.replace(chosen, flaw=str(refusal)), where, file)

    def _used(self, chosen: ChosenSheet, where: str, content: Content, file: str) -> ReadSheet:
        grid, header = chosen.grid, chosen.header
        notes = FileNotes(self._contract, self._headers, grid, header, where)
        said, scales, rows = self._rows(notes, notes.above(content.grids, file))
        table = self._landed(grid, file, rows)
        levels = levels_of(self._contract, table)
        refuse_unlikely(scales, levels, header, self._limits)
        refuse_unclear(said, scales, levels, self._limits)
        rows.problems += altered_rows(grid, header, rows, where)
        remarks = self._of_sheet(grid, [*scale_remarks(scales, header, where), *vague_remarks(said, scales)])
        rows.problems = list(self._of_sheet(grid, rows.problems))
        return ReadSheet(grid, header, rows, table, levels, tuple(remarks))

    def _set_aside(self, chosen: ChosenSheet, where: str, file: str) -> ReadSheet:
        """Return a sheet whose rows cannot be used, each of them told."""
        grid, header = chosen.grid, chosen.header
        rows = RowReader(self._contract, self._headers, self._spellings, where).read(grid, header)
        told = [problem for problem in rows.problems if problem.outcome == "row_rejected"]
        told += [
            of_file("sheet_refused", f"{where}第 {number} 行没有读入：这个工作表不能采用。", "row_rejected", number)
            for number in rows.row_numbers
        ]
        rejected = rows.rejected + len(rows.row_numbers)
        flaw = chosen.flaw if chosen.flaw.startswith("工作表") else f"{where}{chosen.flaw}"
        message = f"{flaw}这个工作表里填写的 {rejected} 行没有采用，其他工作表照常读入。"
        told.append(of_file("sheet_refused", message, row_number=grid.row_numbers[header.index]))
        unused = ReadRows(
            {name: [] for name in rows.columns},
            [],
            list(self._of_sheet(grid, told)),
            rows.delivered,
            rejected,
            rows.blank,
            rows.note,
        )
        return ReadSheet(grid, header, unused, self._landed(grid, file, unused), flaw=flaw)

    def _rows(self, notes: FileNotes, said: list[Said]) -> tuple[list[Said], Scales, ReadRows]:
        """Read the rows by what is ``said`` above them; once more where a note among or below them says otherwise."""
        reader = RowReader(self._contract, self._headers, self._spellings, notes.where)
        scales = scales_of(self._contract, notes.header, said)
        rows = reader.read(notes.grid, notes.header, scales)
        said = [*said, *notes.below(rows.unused)]
        if (revised := scales_of(self._contract, notes.header, said)).keys() != scales.keys():
            rows = reader.read(notes.grid, notes.header, revised)
        return said, revised, rows

    def _landed(self, grid: Grid, file: str, rows: ReadRows) -> pa.Table:
        return landed_rows(self._contract, self._month.first_day, file, rows, grid.sheet)

    def _of_sheet(self, grid: Grid, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Give problems the sheet that they are of, where a file has several."""
        sheet = (grid.sheet or "") if self._contract.every_sheet else ""
        return (dataclasses.replace(problem, sheet=sheet) for problem in problems) if sheet else iter(list(problems))


def together(sheets: Sequence[ReadSheet]) -> ReadRows:
    """Return the rows of all sheets of a file as one."""
    whole = ReadRows({name: [] for sheet in sheets for name in sheet.rows.columns}, [], [])
    for sheet in sheets:
        whole.add(dataclasses.replace(sheet.rows, columns={name: sheet.rows.columns.get(name, []) for name in whole.columns}))
    return whole
