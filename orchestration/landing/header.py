"""Headers: which sheet holds the extract, which row is its header, which column is which.

What belongs here: matching of header texts to the contract. What does not: reading files, reading cells below the header.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache

from orchestration.contracts import Column, ExtractContract, list_labels
from orchestration.contracts.extract import normalize_header
from orchestration.foundation.handed_out import WORK_HEADERS
from orchestration.foundation.months import Month
from orchestration.landing.cells import Cell, is_blank
from orchestration.landing.grid import HEADER_WITHIN, FileRefusedError, Grid, column_letter
from orchestration.landing.shown import shown_header, shown_list
from orchestration.landing.unit_notes import decoration, group_unit, is_unit_alone, notes_in
from orchestration.landing.units import Unit

# A running number is no datum and not worth a remark.
RUNNING_NUMBERS = frozenset({"序号"})

# The same texts are asked about several times; a sheet can have 16,384 columns.
_normalized = lru_cache(maxsize=1 << 17)(normalize_header)
_DIGIT = re.compile("[0-9]")
# An amount of each month is as much per month.
_PER_MONTH = re.compile(r"(?:/|每)月(?=[^\u4e00-\u9fff]*$)")
# Blank rows, and other words than units (年月, 户, —), may stand in a row of units.
_BLANK_ROWS_BEFORE_UNITS, _LONGEST_OTHER_UNIT = 2, 4


@dataclass(frozen=True)
class Header:
    """The header row of a grid.

    Attributes:
        index: position of the row in the grid; of a header in two rows, that of the lower; of one with a row of units below,
            that of the units.
        positions: position of each column that is there.
        texts: header of each column that is there, as delivered but without white space.
        unknown: other headers of the row, as they may be repeated: by their text or their letter.
        repeated: headers of columns that are there twice, with the letters above them.
        torn: letters above headers of which one opens a bracket that another closes.
        strangers: positions of the other headers, each with its text where that may be repeated, else with a blank one.
        foreign: the texts of the strangers as they stand there: to be understood, never to be repeated.
        rows: how many rows it takes.
        cells: number of cells of the row, blank ones too.
        filled: positions of the cells that hold anything.
        above: position of a row above that looks like a header as well.
        units: what the headers of amounts, or cells right above or below them, say of their unit.
        named_at: position of the row that names the columns.
    """

    index: int
    positions: Mapping[str, int]
    texts: Mapping[str, str]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]
    torn: tuple[str, ...] = ()
    strangers: Mapping[int, str] = field(default_factory=dict)
    foreign: Mapping[int, str] = field(default_factory=dict)
    rows: int = 1
    cells: int = 0
    filled: frozenset[int] = frozenset()
    above: int | None = None
    units: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)
    named_at: int = 0

    @property
    def width(self) -> int:
        """Number of cells down to the last that holds anything."""
        return max(self.filled, default=-1) + 1

    def missing(self, contract: ExtractContract) -> list[Column]:
        """Return the required columns that are not there."""
        return [column for column in contract.required_columns if column.name not in self.positions]

    def flaw(self, contract: ExtractContract) -> str | None:
        """Return why rows cannot be read by the header, None where they can."""
        if missing := self.missing(contract):
            return f"缺少必须有的列：{column_names(missing)}"
        return f"表头重复：{'；'.join(self.repeated)}" if self.repeated else None


@dataclass(frozen=True)
class ChosenSheet:
    """A sheet that holds an extract.

    Attributes:
        flaw: Chinese: why its rows cannot be read, and what to do; blank where they can.
    """

    grid: Grid
    header: Header
    flaw: str = ""


class IncompleteHeaderError(FileRefusedError):
    """A header was found but lacks required columns: the file is refused, yet its rows can be counted.

    Attributes:
        grid: the sheet that looks most like the extract.
        header: its header.
    """

    def __init__(self, reason: str, grid: Grid, header: Header) -> None:
        super().__init__(reason)
        self.grid = grid
        self.header = header


class NoHeaderError(FileRefusedError):
    """The file can be read, but no row of it looks like the header: every required column is missing."""


class Headers:
    """The headers under which the columns of a contract come in one delivery month.

    Attributes:
        has_ascii_names: whether one of them could be taken for a number or a code.
    """

    def __init__(self, contract: ExtractContract, month: Month) -> None:
        self._contract = contract
        self._names = {
            normalize_header(header): column.name for column in contract.columns for header in column.headers_in(month)
        }
        self.has_ascii_names = any(map(str.isascii, self._names))
        # what was handed out comes back with the columns of the list and of what is known of its items
        handed_out = (*list_labels(), *WORK_HEADERS) if contract.unanswered_when_blank else ()
        self._untold = RUNNING_NUMBERS | {normalize_header(header) for header in (*contract.list_headers, *handed_out)}
        self.month = month
        self._is_monthly = any(column.key and column.type == "month" for column in contract.columns)
        amounts = {column.name for column in contract.columns if column.type == "money"}
        # the longest first, because one may begin as another does
        self._amounts = {
            header: name for header, name in sorted(self._names.items(), key=lambda item: -len(item[0])) if name in amounts
        }
        # headers that only two rows together can give
        self._in_two = {name for name in self._names if "_" in name}
        self._halves = {half for name in self._in_two for half in name.split("_")}
        self._name = lru_cache(maxsize=None)(self._name_of)

    def accepted(self, column: Column) -> frozenset[str]:
        """Return the normalised headers of a column."""
        return frozenset(header for header, name in self._names.items() if name == column.name)

    def may_be_among(self, texts: Set[str]) -> bool:
        """Return whether a sheet with these texts in its first rows can have every required column.

        It is asked of every extract, before a sheet of perhaps 16,384 columns is looked at row by row. An amount may have its
        unit in its header, and a header in two rows stands nowhere as a whole.
        """
        needed = (self.accepted(column) for column in self._contract.required_columns if column.type != "money")
        return all(headers & texts or headers & self._in_two for headers in needed)

    def score(self, rows: Sequence[Sequence[Cell]]) -> int:
        """Return how many columns the best row among the first ones names."""
        return max((len(self._known(row)) for row in rows[:HEADER_WITHIN]), default=0)

    def find(self, grid: Grid) -> Header | None:
        """Return the header of a grid, None where no row names at least half of the required columns."""
        candidates = grid.rows[:HEADER_WITHIN]
        if not candidates:
            return None
        likely = [self._may_name(row) for row in candidates]
        singles = {index: self._header(index, row) for index, row in enumerate(candidates) if likely[index]}
        joined = {
            index + 1: self._header(index + 1, self._joined(*candidates[index : index + 2]), 2)
            for index in range(len(candidates) - 1)
            if likely[index] or likely[index + 1]
        }
        found_here = [*singles.values(), *joined.values()]
        if not found_here:
            return None
        header = self._first_complete(singles, joined) or max(found_here, key=lambda found: len(found.positions))
        required = len(self._contract.required_columns)
        found = required - len(header.missing(self._contract))
        if not header.positions or 2 * found < required:
            return None
        above = (index for index, other in singles.items() if index <= header.index - header.rows and self._is_header(other))
        return replace(header, above=next(above, None))

    def _first_complete(self, singles: Mapping[int, Header], joined: Mapping[int, Header]) -> Header | None:
        """Return the first header with every required column; with the row above or below where that makes it richer.

        A later one may be richer still: it is that of another part, below the rows of the first.
        """
        first = min(
            (header for header in [*singles.values(), *joined.values()] if not header.missing(self._contract)),
            key=lambda header: (header.index, header.rows),
            default=None,
        )
        if first is None or first.rows == 2:
            return first
        beside = [joined[lower] for lower in (first.index, first.index + 1) if lower in joined]
        return max([first, *beside], key=lambda header: len(header.positions))

    def below(self, first: Header, rows: Sequence[Sequence[Cell]], index: int) -> Header | None:
        """Return the header that a row below the first header is, with the row above or below it; None where it is none."""
        single = self._header(index, rows[index])
        in_place = all(
            single.positions.get(column.name, -1) == first.positions.get(column.name)
            for column in self._contract.required_columns
        )
        if not (in_place or self._is_header(single)):
            return None
        pairs = [lower for lower in (index, index + 1) if first.index + 1 < lower < len(rows)]
        joined = [self._header(lower, self._joined(rows[lower - 1], rows[lower]), 2) for lower in pairs]
        return max([single, *joined], key=lambda header: (header.positions == first.positions, len(header.positions)))

    def _is_header(self, header: Header) -> bool:
        """Return whether a row is a header although it need not have every required column."""
        required = len(self._contract.required_columns)
        found = required - len(header.missing(self._contract))
        return len(header.positions) > 1 and 2 * len(header.positions) >= len(header.filled) and 2 * found >= required

    def is_name(self, text: str) -> bool:
        """Return whether a text is the header of a column."""
        return self._name(normalize_header(text))[0] is not None

    def choose(self, grids: Sequence[Grid]) -> list[ChosenSheet]:
        """Return the sheets that hold the extract: one, of an extract of which every sheet is read all, also those with a flaw.

        Raises:
            FileRefusedError: where there is none that can be read, or there are several of an extract that has one.
        """
        found = [(grid, header) for grid in grids if (header := self.find(grid))]
        complete = [(grid, header) for grid, header in found if not header.missing(self._contract)]
        if not complete:
            raise self._incomplete(found)
        if not self._contract.every_sheet:
            if len(complete) > 1:
                sheets = "、".join(f"“{grid.sheet}”" for grid, _ in complete)
                raise FileRefusedError(f"有 {len(complete)} 个工作表都像是《{self._contract.title}》：{sheets}；请只保留一个。")
            return [ChosenSheet(complete[0][0], self._usable(*complete[0]))]
        chosen = [self._chosen(grid, header) for grid, header in found]
        if all(sheet.flaw for sheet in chosen):
            raise FileRefusedError("；".join(dict.fromkeys(sheet.flaw for sheet in chosen)))
        return chosen

    def _chosen(self, grid: Grid, header: Header) -> ChosenSheet:
        """Return a sheet with its header, or with why that cannot be used."""
        if header.missing(self._contract):
            return ChosenSheet(grid, header, str(self._incomplete([(grid, header)])))
        try:
            return ChosenSheet(grid, self._usable(grid, header))
        except FileRefusedError as refusal:
            return ChosenSheet(grid, header, str(refusal))

    def _usable(self, grid: Grid, header: Header) -> Header:
        """Return a complete header with the units that stand around it; refuse one by which rows cannot be read."""
        if header.repeated:
            raise FileRefusedError(f"表头重复：{'；'.join(header.repeated)}；请只保留一列，或改正列名后重新报送。")
        if grid.delimiter and header.torn:
            letters = "、".join(header.torn)
            raise FileRefusedError(f"表头 {letters} 列的括号不成对，像是一个列名被分隔符分成了几格；请改正列名后重新报送。")
        if len(header.strangers) >= len(header.positions) and not any(map(any, grid.rows[header.index + 1 :])):
            number = grid.row_numbers[header.index]
            raise FileRefusedError(
                f"第 {number} 行里列名和填写的内容排在同一行，下面没有数据；请按模板填写：一行列名，内容写在下面，重新报送。"
            )
        return self._with_units_around(grid, header)

    def is_unit_row(self, row: Sequence[Cell], header: Header) -> bool:
        """Return whether a row says nothing but the units of the columns."""
        cells = {name: _cell(row, position) for name, position in header.positions.items() if name in self._amounts.values()}
        units = [cell for cell in cells.values() if is_unit_alone(cell) and "单位" not in str(cell)]
        others = [cell for cell in row if not is_blank(cell) and not is_unit_alone(cell)]
        amounts = [cell for cell in cells.values() if not is_blank(cell)]
        return (
            bool(units)
            and len(units) == len(amounts)
            and all(isinstance(cell, str) and len(cell) <= _LONGEST_OTHER_UNIT and not _DIGIT.search(cell) for cell in others)
        )

    def units_in(self, row: Sequence[Cell], header: Header) -> dict[str, Unit]:
        """Return what a row of units, or a header that comes again, says of the unit of each amount."""
        found = {}
        for name, position in header.positions.items():
            cell = _cell(row, position)
            if isinstance(cell, str) and name in self._amounts.values():
                named, unit = self._name(normalize_header(cell))
                if unit := unit if named == name else decoration(cell) if is_unit_alone(cell) else None:
                    found[name] = unit
        return found

    def _with_units_around(self, grid: Grid, header: Header) -> Header:
        """Return the header with the units that stand in the row above it and below it."""
        units = {name: [unit] for name, unit in self._units_of_groups(grid, header).items()}
        for name, of_header in header.units.items():
            units[name] = list(of_header)
        below = header.index + 1
        while (
            below <= header.index + _BLANK_ROWS_BEFORE_UNITS and below < len(grid.rows) and all(map(is_blank, grid.rows[below]))
        ):
            below += 1
        index = header.index
        if below < len(grid.rows) and self.is_unit_row(grid.rows[below], header):
            index = below
            for name, unit in self.units_in(grid.rows[below], header).items():
                units[name] = [*units.get(name, []), unit]
        return replace(header, index=index, units={name: tuple(found) for name, found in units.items()})

    def _units_of_groups(self, grid: Grid, header: Header) -> dict[str, Unit]:
        """Return the units that headers of groups give to the columns below them: 收入（万元） over several kinds of income."""
        upper = grid.rows[header.index - 1] if header.index else ()
        if sum(cell != "" for cell in upper) < 2:  # a title stands alone
            return {}
        units: list[Unit | None] = []
        for position in range(max(header.positions.values()) + 1):
            cell = _cell(upper, position)
            units.append(group_unit(cell) if cell != "" else units[-1] if units else None)
        of_columns = {name: units[position] for name, position in header.positions.items() if name in self._amounts.values()}
        return {name: unit for name, unit in of_columns.items() if unit}

    def _incomplete(self, found: Sequence[tuple[Grid, Header]]) -> FileRefusedError:
        if not found:
            required = column_names(self._contract.required_columns)
            return NoHeaderError(
                f"前 {HEADER_WITHIN} 行里没有找到《{self._contract.title}》的表头，请补上；必须有的列：{required}。"
            )
        grid, header = max(found, key=lambda pair: len(pair[1].positions))
        where = f"工作表“{grid.sheet}”" if grid.sheet else "文件"
        missing = column_names(header.missing(self._contract))
        unknown = f"（未识别的列：{shown_list(header.unknown)}）" if header.unknown else ""
        row_number = grid.row_numbers[header.index]
        reason = f"{where}第 {row_number} 行的表头缺少必须有的列：{missing}{unknown}。请补上该列或改正列名后重新报送。"
        return IncompleteHeaderError(reason, grid, header)

    def _known(self, row: Sequence[Cell]) -> set[str]:
        """Return the columns that a row names."""
        texts = {_normalized(cell) for cell in row if isinstance(cell, str) and cell}
        return {name for text in texts if (name := self._name(text)[0])}

    def _name_of(self, text: str) -> tuple[str | None, Unit | None]:
        """Return the column that a header stands for, and the unit that it gives for amounts."""
        if (name := self._names.get(text)) is not None:
            return name, None
        for header, name in self._amounts.items():
            if text.startswith(header) or text.endswith(header):
                beside = text.removeprefix(header) if text.startswith(header) else text.removesuffix(header)
                if unit := decoration(_PER_MONTH.sub("", beside) if self._is_monthly or "月" in header else beside):
                    return name, unit
        return None, None

    def unit_beside_amount(self, text: str) -> Unit | None:
        """Return the unit in a header that names an amount and something else that is not understood; None for any other."""
        beside = (text.replace(header, "", 1) for header in self._amounts if text.startswith(header) or text.endswith(header))
        return next((note.unit for rest in beside for note in notes_in(rest)), None)

    def _may_name(self, row: Sequence[Cell]) -> bool:
        """Return whether a row names a column, or a part of a name that takes two rows; most rows of a wide sheet do not."""
        texts = {_normalized(cell) for cell in row if isinstance(cell, str) and cell}
        return not texts.isdisjoint(self._halves) or any(self._name(text)[0] for text in texts)

    def _joined(self, upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell]:
        """Return for each column 上级_下级 or the one of the two that the contract knows."""
        joined: list[Cell] = []
        above = ""
        for position in range(max(len(upper), len(lower))):
            own = _header_text(upper, position)
            below = _header_text(lower, position)
            above = own or above
            both = f"{above}_{below}" if below and above else below or own
            known = (text for text in (both, below) if self._name(text)[0])
            joined.append(next(known, both))
        return joined

    def _header(self, index: int, row: Sequence[Cell], rows: int = 1) -> Header:
        cells = [(position, _normalized(cell)) for position, cell in enumerate(row) if isinstance(cell, str)]
        positions: dict[str, int] = {}
        texts: dict[str, str] = {}
        letters: dict[str, list[str]] = {}
        units: dict[str, tuple[Unit, ...]] = {}
        for position, text in cells:
            name, unit = self._name(text)
            if name:
                if unit:
                    units.setdefault(name, (unit,))
                positions.setdefault(name, position)
                texts.setdefault(name, text)
                letters.setdefault(name, []).append(column_letter(position))
        times = Counter({name: len(found) for name, found in letters.items()})
        strangers = {position: "" for position, cell in enumerate(row) if not isinstance(cell, str)}
        strangers |= {
            position: text for position, text in cells if text and not self._name(text)[0] and text not in self._untold
        }
        shown = _shown(strangers, len(positions))
        return Header(
            index=index,
            positions=positions,
            texts=texts,
            unknown=tuple(text or f"{column_letter(position)} 列" for position, text in shown.items()),
            torn=_torn(cells),
            strangers=shown,
            foreign=strangers,
            rows=rows,
            cells=len(row),
            filled=frozenset([*strangers, *(position for position, text in cells if text)]),
            units=units,
            named_at=index,
            repeated=tuple(
                f"“{self._contract.column(name).header}”在 {'、'.join(letters[name])} 列" for name in times if times[name] > 1
            ),
        )


def column_names(columns: Sequence[Column]) -> str:
    """Return columns by their usual headers."""
    return "、".join(column.header for column in columns)


def _cell(row: Sequence[Cell], position: int) -> Cell:
    return row[position] if position < len(row) else ""


def _torn(cells: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Return the letters above the pieces of a header that a delimiter in it has torn: an open bracket, later a closing one."""
    odd = [(position, text.count("(") - text.count(")")) for position, text in cells]
    opened = next((position for position, surplus in odd if surplus > 0), None)
    closed = next((position for position, surplus in odd if surplus < 0 and opened is not None and position > opened), None)
    return (column_letter(opened), column_letter(closed)) if opened is not None and closed is not None else ()


def _shown(strangers: Mapping[int, str], known: int) -> dict[int, str]:
    """Blank the texts that may not be repeated: in a row that is a header for certain, all but the words of headers."""
    is_header = known > len(strangers)
    return {position: (is_header and shown_header(text)) or "" for position, text in strangers.items()}


def _header_text(row: Sequence[Cell], position: int) -> str:
    cell = _cell(row, position)
    return _normalized(cell) if isinstance(cell, str) else ""
