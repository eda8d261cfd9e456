"""Scales: by what the amounts of each column are multiplied, because a note says that they are not in yuan.

What belongs here: gathering the notes of a file, weighing them, refusing a file whose notes do not settle it.
What does not: telling a note from prose (``unit_notes``), reading amounts, whether the amounts are likely (``levels``).
A header decides for its own column. A note of the table decides for all columns, where it is the only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from orchestration.contracts import Column, ExtractContract
from orchestration.landing.cells import Cell, any_text, fold_tight, is_blank
from orchestration.landing.grid import FileRefusedError, Grid, column_letter
from orchestration.landing.header import Header, Headers
from orchestration.landing.problems import Problem, of_file
from orchestration.landing.unit_notes import Note, decoration, group_unit, is_currency, notes_in
from orchestration.landing.units import Unit

# A row with more cells is data, or a header.
_MOST_CELLS_OF_A_NOTE = 3
# Columns in which each row says its own unit.
_UNIT_COLUMNS = frozenset({"单位", "金额单位", "计量单位", "货币单位", "币种"})
# Sheets that explain the one with the data, as far down as people write.
_EXPLAINING = re.compile("说明|须知|要求|封面|目录|备注")
_ROWS_EXPLAINED = 50
# Words for all amounts; a note about one of them is not about the column that has it for a header.
_GENERAL = frozenset({"金额", "收入", "支出", "资金", "单位", "数据"})
_SUM = re.compile("合计|总计|小计|本页计")
_AMOUNT = re.compile(r"[-+¥]*[0-9][0-9,.]*")
_HEADER = "表头"
_MEND = "请把金额统一换算成元、改正说明和列名后重新报送。"


@dataclass(frozen=True)
class Said:
    """A note and where it stands.

    Attributes:
        place: in words.
        row_number: as a person sees it; 0 where it is not in a row.
        column: the column that it is about; blank where it is about the table.
    """

    note: Note
    place: str
    row_number: int = 0
    column: str = ""

    @property
    def unit(self) -> Unit:
        """The unit that it names."""
        return self.note.unit


Scales = Mapping[str, Said]


class FileNotes:
    """The notes of a unit in one file."""

    def __init__(self, contract: ExtractContract, headers: Headers, grid: Grid, header: Header, where: str = "") -> None:
        self.grid = grid
        self.header = header
        self.where = where
        self._headers = headers
        self._amounts = [column for column in contract.columns if column.type == "money" and column.name in header.positions]

    def above(self, others: Sequence[Grid], file: str) -> list[Said]:
        """Return what the header, the lines above it, the names of sheet and file and explaining sheets say.

        Raises:
            FileRefusedError: where the header of an amount says more of its unit than can be understood.
        """
        for position, text in self.header.foreign.items():
            if (unit := self._headers.unit_beside_amount(text)) and not unit.is_yuan:
                place = self._place(position)
                raise FileRefusedError(f"{place}的列名提到“{unit.name}”，说不清是不是该列金额的单位；{_MEND}")
        if not self._amounts:
            return []
        said = [*self._of_headers(), *self._of_banner(), *self._of_strangers(), *self._of_names(file)]
        return said or list(self._of_other_sheets(others))

    def below(self, unused: Iterable[int]) -> list[Said]:
        """Return what rows below the header say that are no data; ``unused`` are their positions in the grid."""
        said: list[Said] = []
        for index in unused if self._amounts else ():
            row, number = self.grid.rows[index], self.grid.row_numbers[index]
            cells = [(position, cell) for position, cell in enumerate(row) if not is_blank(cell)]
            for name, unit in self._headers.units_in(row, self.header).items() if len(cells) > 1 else ():
                said.append(Said(Note(unit), f"{self.where}第 {number} 行", number, name))
            if len(cells) <= _MOST_CELLS_OF_A_NOTE and not any(_SUM.match(fold_tight(any_text(cell))) for _, cell in cells):
                said += self._of_cells(cells, number)
        return [one for one in said if one.note.kind != "vague"]

    def _of_headers(self) -> Iterator[Said]:
        header = self.header
        for name, units in header.units.items():
            place = f"{self.where}{column_letter(header.positions[name])} 列“{header.texts[name]}”的{_HEADER}"
            number = self.grid.row_numbers[header.named_at]
            yield from (Said(Note(unit), place, number, name) for unit in units)

    def _of_banner(self) -> Iterator[Said]:
        for index, row in enumerate(self.grid.rows[: self.header.named_at]):
            cells = [(position, cell) for position, cell in enumerate(row) if not is_blank(cell)]
            yield from self._of_cells(cells, self.grid.row_numbers[index])

    def _of_cells(self, cells: Sequence[tuple[int, Cell]], number: int) -> Iterator[Said]:
        for place, (position, cell) in enumerate(cells):
            if not isinstance(cell, str):
                continue
            following = cells[place + 1][1] if place + 1 < len(cells) else ""
            is_group = len(cells) > 1 and group_unit(cell) is not None
            if is_group and (number == self._number_above_header() or _AMOUNT.match(fold_tight(any_text(following)))):
                # the header of a group, or the label of an amount
                continue
            for note in notes_in(cell):
                said = Said(note, f"{self.where}第 {number} 行 {column_letter(position)} 列", number)
                if is_group:
                    said = replace(said, note=replace(note, kind="doubtful"))
                yield from self._about(said)

    def _number_above_header(self) -> int:
        above = self.header.named_at - 1
        return self.grid.row_numbers[above] if above >= 0 else 0

    def _about(self, said: Said) -> Iterator[Said]:
        """Give a note for each column that it names, once where it names none, never where it is about a foreign column."""
        about = said.note.about
        named = [column.name for column in self._amounts if self._names(column, about)]
        strangers = (text for text in self.header.foreign.values() if len(text) > 1 and text not in _GENERAL)
        if named:
            yield from (replace(said, column=name) for name in named)
        elif not any(text in about for text in strangers):
            yield said

    def _names(self, column: Column, about: str) -> bool:
        return any(header in about and header not in _GENERAL for header in self._headers.accepted(column))

    def _of_strangers(self) -> Iterator[Said]:
        """Give what headers of no column say: 单位：万元 in the row of the header, or a column that holds the unit."""
        number = self.grid.row_numbers[self.header.named_at]
        for position, text in self.header.foreign.items():
            if text in _UNIT_COLUMNS:
                yield from self._of_unit_column(position, self._place(position))
            elif unit := decoration(text):
                note = Note(unit) if "单位" in text else Note(unit, kind="doubtful")
                yield Said(note, f"{self.where}第 {number} 行 {column_letter(position)} 列", number)

    def _place(self, position: int) -> str:
        text = self.header.strangers.get(position)
        return f"{self.where}{column_letter(position)} 列" + (f"“{text}”" if text else "")

    def _of_unit_column(self, position: int, place: str) -> Iterator[Said]:
        rows = self.grid.rows[self.header.index + 1 :]
        cells = {row[position] for row in rows if position < len(row) and not is_blank(row[position])}
        named = [cell for cell in cells if not (isinstance(cell, str) and is_currency(cell))]
        units = [decoration(cell) if isinstance(cell, str) else None for cell in named]
        yield from (Said(Note(unit), place) for unit in units if unit and all(units))

    def _of_names(self, file: str) -> Iterator[Said]:
        part = file.rpartition("/")[2].partition("__")[2].rpartition(".")[0]
        for name, place in ((self.grid.own_name, "工作表名称"), (part, "文件名")):
            for note in notes_in(name):
                # a name is too short for prose
                yield Said(replace(note, kind="doubtful") if note.kind == "vague" else note, place)

    def _of_other_sheets(self, others: Sequence[Grid]) -> Iterator[Said]:
        for grid in others:
            if grid is self.grid or not _EXPLAINING.search(grid.own_name):
                continue
            for cell in (cell for row in grid.rows[:_ROWS_EXPLAINED] for cell in row if isinstance(cell, str)):
                for note in notes_in(cell) if "单位" in cell else ():
                    yield Said(replace(note, kind="doubtful"), f"工作表“{grid.sheet}”")


def scales_of(contract: ExtractContract, header: Header, said: Iterable[Said]) -> Scales:
    """Return the notes that decide, for each column whose amounts are not in yuan.

    Raises:
        FileRefusedError: where the notes contradict each other, or leave open what the unit of a column is.
    """
    notes = [one for one in said if one.note.kind != "vague"]
    amounts = [column for column in contract.columns if column.type == "money" and column.name in header.positions]
    if not amounts or all(one.unit.is_yuan for one in notes):
        return {}
    _refuse_doubtful(notes)
    own = {column.name: [one for one in notes if one.column == column.name] for column in amounts}
    of_table = [one for one in notes if not one.column]
    for of_column in own.values():
        _refuse_several(of_column)
    unlabelled = [column for column in amounts if not own[column.name]]
    if unlabelled:
        _refuse_several(of_table)
        _refuse_unsettled(of_table, own, [header.texts[column.name] for column in unlabelled])
    elif of_table and not {one.unit.factor for one in of_table} & {one.unit.factor for some in own.values() for one in some}:
        raise _contradictory([of_table[0], next(iter(own.values()))[0]])
    decisive = {column.name: (own[column.name] or of_table)[0] for column in amounts}
    return {name: one for name, one in decisive.items() if not one.unit.is_yuan}


def scale_remarks(scales: Scales, header: Header, where: str) -> Iterator[Problem]:
    """Tell of each column whose amounts were converted, of a note of the table once."""
    of_table = sorted((name for name in scales if not scales[name].column), key=lambda name: header.positions[name])
    for name, said in scales.items():
        if said.column:
            letter, title = column_letter(header.positions[name]), header.texts[name]
            message = f"{where}{letter} 列“{title}”{_converted(said)}"
            yield Problem(said.row_number, name, letter, title, "mended", "unit_converted", message)
    for _, names in groupby(of_table, key=lambda name: scales[name].place):
        columns = list(names)
        said = scales[columns[0]]
        letters = "、".join(column_letter(header.positions[name]) for name in columns)
        yield of_file("unit_converted", f"{where}{letters} 列{_converted(said)}", "mended", said.row_number)


def vague_remarks(said: Iterable[Said], scales: Scales) -> Iterator[Problem]:
    """Tell of words for a unit that need not be notes, where no note says what the unit is."""
    for one in said:
        if one.note.kind == "vague" and not scales:
            found = f"{one.place}出现“{one.unit.name}”，看不出是不是金额的单位，金额已按元读入。"
            yield of_file("unit_unclear", f"{found}请核对；金额不是元的请换算后重新报送。", row_number=one.row_number)


def _converted(said: Said) -> str:
    place = _HEADER if said.place.endswith(_HEADER) else said.place
    factor = f"{said.unit.factor:,f}"
    return f"的金额单位是{said.unit.name}（{place}注明），已乘以 {factor} 换算成元。不必处理；建议直接按元填报、改正说明。"


def _refuse_doubtful(notes: Iterable[Said]) -> None:
    for one in notes:
        if one.unit.factor is None:
            raise FileRefusedError(f"{one.place}注明金额单位是{one.unit.name}，不能换算成元；{_MEND}")
        # 分 is a mark at school as well
        is_doubtful = one.note.kind == "doubtful" or (not one.column and one.unit.factor < 1)
        if is_doubtful and not one.unit.is_yuan:
            raise FileRefusedError(f"{one.place}提到“{one.unit.name}”，说不清是不是各列金额的单位；{_MEND}")


def _refuse_several(notes: Sequence[Said]) -> None:
    other = next((one for one in notes if one.unit.factor != notes[0].unit.factor), None)
    if other:
        raise _contradictory([notes[0], other])


def _refuse_unsettled(of_table: Sequence[Said], own: Mapping[str, Sequence[Said]], unlabelled: Sequence[str]) -> None:
    """Refuse where a header says otherwise than the table and others say nothing, unless the table is in yuan."""
    labelled = [one for some in own.values() for one in some]
    if of_table and not of_table[0].unit.is_yuan:
        _refuse_several([of_table[0], *labelled])
    if not of_table and any(not one.unit.is_yuan for one in labelled):
        scaled = next(one for one in labelled if not one.unit.is_yuan)
        titles = "、".join(f"“{title}”" for title in unlabelled)
        raise FileRefusedError(f"{scaled.place}注明金额单位是{scaled.unit.name}，{titles}却没有注明；{_MEND}")


def _contradictory(notes: Sequence[Said]) -> FileRefusedError:
    told = "，".join(f"{one.place}注明的是{one.unit.name}" for one in notes)
    return FileRefusedError(f"金额的单位前后不一：{told}；{_MEND}")
