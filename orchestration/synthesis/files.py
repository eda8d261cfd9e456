"""Deliveries as files: tidy ones, or as departments send them.

A messy file has banner rows above the header, headers in another order and spacing, dates, amounts and flags in one of many
spellings, notes and totals below, sheets before the data, another encoding and separator. What is written stays true.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from orchestration.contracts import Column, ExtractContract
from orchestration.foundation.months import Month
from orchestration.synthesis.chance import Array
from orchestration.synthesis.tables import BLANK, Table

EXCEL_EPOCH = np.datetime64("1899-12-30")
CREATED = datetime.datetime(2023, 1, 1)
LARGE, MEDIUM = 20_000, 3_000
BLANK_TEXTS = ("-", "/", "无", "\\", "NULL", "#N/A")
FLAGS = (("是", "否"), ("是", "否"), ("有", "无"), ("Y", "N"), ("1", "0"), ("true", "false"), ("√", "否"))
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
UNKNOWN_COLUMN = ("民族", "汉族")  # a column that no contract has; K04 reports it
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")

Cells = list[Any]


@dataclass(frozen=True)
class WrittenFile:
    """A file and where its rows are.

    Attributes:
        path: the file.
        rows: positions of the delivered rows in the table.
        row_numbers: as a person sees them on opening the file.
    """

    path: Path
    rows: Array
    row_numbers: Array


@dataclass(frozen=True)
class Layout:
    """How one file looks."""

    is_clean: bool
    is_workbook: bool
    order: tuple[int, ...]
    headers: tuple[str, ...]
    banner: tuple[str, ...] = ()
    notes: tuple[tuple[str, ...], ...] = ()
    blank_rows: tuple[int, ...] = ()
    encoding: str = "utf-8"
    separator: str = ","
    has_guide_sheet: bool = False
    has_hidden_sheet: bool = False
    hidden_column: int = -1
    sheet: str = "Sheet1"
    has_unknown_column: bool = False


def write_extract(
    folder: Path,
    contract: ExtractContract,
    table: Table,
    *,
    month: Month,
    rng: np.random.Generator,
    sender: str,
    towns: list[str],
    is_clean: bool,
) -> list[WrittenFile]:
    """Write one extract of one delivery as one or several files below ``folder`` and say where its rows are."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [("", np.arange(len(table)))] if is_clean else _parts(table, rng, towns)
    written = []
    for part, rows in parts:
        layout = _tidy(contract, len(table)) if is_clean else _messy(contract, len(rows), month, rng, sender)
        cells = _cells(contract, table.take(rows), layout, rng)
        name = f"{contract.short_name}__{part}" if part else contract.short_name
        write = _write_workbook if layout.is_workbook else _write_csv
        path = folder / f"{name}.{'xlsx' if layout.is_workbook else 'csv'}"
        numbers = write(path, cells, len(rows), layout)
        written.append(WrittenFile(path, rows, numbers))
    return written


def _parts(table: Table, rng: np.random.Generator, towns: list[str]) -> list[tuple[str, Array]]:
    """Return the parts of a delivery: one file, one per town, or several by number."""
    draw, size = rng.random(), len(table)
    if size < 60 or draw < 0.5:
        return [("", np.arange(size))]
    if draw < 0.8:
        town = np.where(table.town < 0, 0, table.town)
        return [(name, np.flatnonzero(town == place)) for place, name in enumerate(towns)]
    return [(str(number + 1), rows) for number, rows in enumerate(np.array_split(np.arange(size), int(rng.integers(2, 5))))]


def _tidy(contract: ExtractContract, rows: int) -> Layout:
    columns = contract.columns
    return Layout(
        True,
        rows <= MEDIUM and len(contract.extract) % 2 == 0,
        tuple(range(len(columns))),
        tuple(column.header for column in columns),
    )


def _messy(contract: ExtractContract, rows: int, month: Month, rng: np.random.Generator, sender: str) -> Layout:
    columns = contract.columns
    order = rng.permutation(len(columns)) if rng.random() < 0.5 else np.arange(len(columns))
    headers = [_header(columns[place], month, rng) for place in order.tolist()]
    year, number = month.split("-")
    banner = [
        f"{contract.title}（{int(number)}月报送）",
        f"填报单位：{sender}　填报日期：{year}年{int(number)}月{int(rng.integers(1, 6))}日",
        "单位：元、人",
    ]
    has_unknown_column = rng.random() < 0.03
    headers += [UNKNOWN_COLUMN[0]] if has_unknown_column else []
    width = len(headers)
    notes: list[tuple[str, ...]] = []
    if rows and rng.random() < 0.3:
        notes.append(("合计", *[""] * (width - 1)))
    if rows and rng.random() < 0.25:
        notes.append(("备注：数据截至上月底。", *[""] * (width - 1)))
        notes.append(("填报人：××", *[""] * (width - 1)))
    is_workbook = rows <= LARGE and rng.random() < (0.25 if rows > MEDIUM else 0.55)
    gaps = rng.integers(1, rows, int(rng.integers(1, 4))) if rows > 5 and rng.random() < 0.25 else ()
    return Layout(
        False,
        is_workbook,
        tuple(order.tolist()),
        tuple(headers),
        tuple(banner[: int(rng.choice([0, 0, 1, 2, 3]))]),
        tuple(notes),
        tuple(sorted({int(gap) for gap in gaps})),
        str(rng.choice(ENCODINGS)),
        str(rng.choice([",", ",", "\t", ";"])),
        bool(rng.random() < 0.35),
        bool(rng.random() < 0.3),
        int(rng.integers(0, width)) if rng.random() < 0.1 else -1,
        str(rng.choice(["Sheet1", "数据", "明细", contract.title])),
        has_unknown_column,
    )


def _header(column: Column, month: Month, rng: np.random.Generator) -> str:
    """Return a header as it might be printed."""
    names = column.headers_in(month)
    header = names[0] if rng.random() < 0.7 else names[int(rng.integers(0, len(names)))]
    draw, middle = rng.random(), len(header) // 2
    if draw < 0.08 and middle:
        return f"{header[:middle]}\n{header[middle:]}"
    if draw < 0.13 and middle:
        return f"{header[:middle]}  {header[middle:]}"
    if draw < 0.2:
        return f" {header}　"
    if draw < 0.3:
        return header.replace("（", "(").replace("）", ")").replace("：", ":")
    return header


# ---------------------------------------------------------------------------------------------------------------------
# Cells


def _cells(contract: ExtractContract, table: Table, layout: Layout, rng: np.random.Generator) -> list[Cells]:
    """Return the cells of every column in the order of the file."""
    columns = [contract.columns[place] for place in layout.order]
    cells = [CELLS[column.type](table.columns[column.name], column, layout, rng) for column in columns]
    return [*cells, [UNKNOWN_COLUMN[1]] * len(table)] if layout.has_unknown_column else cells


def _mixed(values: Array, spell: Callable[[Array, int], Cells], forms: int, layout: Layout, rng: np.random.Generator) -> Cells:
    """Return cells in one of several spellings, a few of them in another."""
    if layout.is_clean or not len(values):
        return spell(values, 0)
    cells = spell(values, int(rng.integers(0, forms)))
    if rng.random() < 0.5:
        others = np.flatnonzero(rng.random(len(values)) < 0.03)
        for row, cell in zip(others.tolist(), spell(values[others], int(rng.integers(0, forms))), strict=True):
            cells[row] = cell
    return cells


def _blanks(cells: Cells, is_blank: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    """Write blank cells as nothing, or as the department writes them."""
    text = (
        "" if layout.is_clean or column.required or rng.random() < 0.75 else BLANK_TEXTS[int(rng.integers(0, len(BLANK_TEXTS)))]
    )
    for row in np.flatnonzero(is_blank).tolist():
        cells[row] = text
    return cells


def _text_cells(values: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    cells = values.tolist()
    if layout.is_clean:
        return cells
    for row in np.flatnonzero(rng.random(len(values)) < 0.008).tolist():
        if cells[row]:
            cells[row] = f" {cells[row]}" if row % 2 else f"{cells[row]}　"
    return _blanks(cells, values == "", column, layout, rng)


def _id_cells(values: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    cells = values.tolist()
    if layout.is_clean:
        return cells
    draw = rng.random()
    if draw < 0.12:
        cells = [f"'{cell}" if cell and cell[0] != "'" else cell for cell in cells]
    elif draw < 0.3 and not layout.is_workbook:
        cells = [f'="{cell}"' if cell and cell[0] != "'" else cell for cell in cells]
    return _blanks(cells, values == "", column, layout, rng)


def _by_distinct(values: Array, spell: Callable[[str], Any]) -> Cells:
    """Return one cell per date, spelling each distinct date once."""
    distinct, positions = np.unique(values, return_inverse=True)
    spelt = [spell(text) for text in distinct.astype(str).tolist()]
    return [spelt[position] for position in positions.tolist()]


def _chinese_day(day: str) -> str:
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def _plain_day(day: str, separator: str) -> str:
    return separator.join(part.lstrip("0") for part in day.split("-"))


def _spell_days(values: Array, form: int, is_workbook: bool) -> Cells:
    filled = np.where(np.isnat(values), np.datetime64("2000-01-01"), values)
    if form == 5:
        serials = (filled - EXCEL_EPOCH).astype(int).tolist()
        return serials if is_workbook else [str(serial) for serial in serials]
    if form == 6 and is_workbook:
        return _by_distinct(filled, datetime.date.fromisoformat)
    spellings: tuple[Callable[[str], str], ...] = (
        str,
        lambda day: _plain_day(day, "/"),
        lambda day: _plain_day(day, "."),
        lambda day: day.replace("-", ""),
        _chinese_day,
        str,
        str,
    )
    return _by_distinct(filled, spellings[form])


def _date_cells(values: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    cells = _mixed(values, lambda some, form: _spell_days(some, form, layout.is_workbook), 7, layout, rng)
    return _blanks(cells, np.isnat(values), column, layout, rng)


def _spell_months(values: Array, form: int) -> Cells:
    filled = np.where(np.isnat(values), np.datetime64("2000-01"), values)

    def chinese(month: str) -> str:
        return f"{month[:4]}年{int(month[5:])}月"

    spellings: tuple[Callable[[str], str], ...] = (
        str,
        lambda month: month.replace("-", ""),
        chinese,
        lambda month: f"{month[:4]}年{month[5:]}月",
        lambda month: f"{month[:4]}.{int(month[5:])}",
        lambda month: f"{month}-15",
    )
    return _by_distinct(filled, spellings[form])


def _month_cells(values: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    cells = _mixed(values, _spell_months, 6, layout, rng)
    return _blanks(cells, np.isnat(values), column, layout, rng)


def _yuan(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _short_yuan(cents: int) -> str:
    return _yuan(cents).removesuffix(".00")


def _spell_money(values: Array, form: int, is_workbook: bool) -> Cells:
    cents = np.where(values == BLANK, 0, values)
    if is_workbook and form <= 2:
        return (cents / 100).tolist()
    spellings: tuple[Callable[[int], str], ...] = (
        _yuan,
        _yuan,
        _short_yuan,
        lambda amount: f"{amount / 100:,.2f}",
        lambda amount: f"{_short_yuan(amount)}元",
        lambda amount: f"￥{amount / 100:,.2f}",
        lambda amount: f"{_short_yuan(amount)}.0" if amount % 100 == 0 else _yuan(amount),
        _ten_thousands,
        lambda amount: _short_yuan(amount).translate(FULL_WIDTH),
    )
    spell = spellings[form]
    return [spell(amount) for amount in cents.tolist()]


def _ten_thousands(cents: int) -> str:
    """Return an amount in 万 where four places hold it, else in yuan."""
    if cents % 100 or cents <= 0:
        return _yuan(cents)
    return f"{cents // 1_000_000}.{cents // 100 % 10_000:04d}万"


def _money_cells(values: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    cells = _mixed(values, lambda some, form: _spell_money(some, form, layout.is_workbook), 9, layout, rng)
    return _blanks(cells, values == BLANK, column, layout, rng)


def _integer_cells(values: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    def spell(some: Array, form: int) -> Cells:
        numbers = np.where(some == BLANK, 0, some).tolist()
        if form == 1 and layout.is_workbook:
            return numbers
        return [f"{number}.0" for number in numbers] if form == 2 else [str(number) for number in numbers]

    return _blanks(_mixed(values, spell, 3, layout, rng), values == BLANK, column, layout, rng)


def _flag_cells(values: Array, column: Column, layout: Layout, rng: np.random.Generator) -> Cells:
    yes, no = FLAGS[0 if layout.is_clean else int(rng.integers(0, len(FLAGS)))]
    cells: Cells = [yes if value == 1 else no for value in values.tolist()]
    for row in np.flatnonzero(values == BLANK).tolist():
        cells[row] = ""  # any other text for a blank might be taken for 无
    return cells


CELLS: dict[str, Callable[[Array, Column, Layout, np.random.Generator], Cells]] = {
    "text": _text_cells,
    "person_name": _text_cells,
    "code": _text_cells,
    "id": _id_cells,
    "date": _date_cells,
    "month": _month_cells,
    "money": _money_cells,
    "integer": _integer_cells,
    "flag": _flag_cells,
}


# ---------------------------------------------------------------------------------------------------------------------
# Files


def _row_numbers(first: int, rows: int, layout: Layout) -> Array:
    """Return the numbers of rows that begin on row ``first``, a blank row being before each of ``layout.blank_rows``."""
    positions = np.arange(rows)
    return first + positions + np.searchsorted(np.array(layout.blank_rows, dtype=np.int64), positions, side="right")


def _lines(cells: list[Cells], rows: int, layout: Layout) -> list[tuple[Any, ...]]:
    lines: list[tuple[Any, ...]] = list(zip(*cells, strict=True)) if rows else []
    for row in reversed(layout.blank_rows):
        lines.insert(row, ("",) * len(cells))
    return [*lines, *layout.notes]


def _write_csv(path: Path, cells: list[Cells], rows: int, layout: Layout) -> Array:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator, lineterminator="\n")
    width = len(layout.headers)
    writer.writerows((line, *[""] * (width - 1)) for line in layout.banner)
    writer.writerow(layout.headers)
    first = text.getvalue().count("\n") + 1
    writer.writerows(_lines(cells, rows, layout))
    path.write_bytes(text.getvalue().encode(layout.encoding))
    return _row_numbers(first, rows, layout)


def _write_workbook(path: Path, cells: list[Cells], rows: int, layout: Layout) -> Array:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"created": CREATED})
        if layout.has_guide_sheet:
            guide = workbook.add_worksheet("说明")
            for row, line in enumerate(("填写说明", "1. 金额以元为单位。", "2. 请勿改动表头。")):
                guide.write_string(row, 0, line)
        sheet = workbook.add_worksheet(layout.sheet)
        if layout.hidden_column >= 0:
            sheet.set_column(layout.hidden_column, layout.hidden_column, None, None, {"hidden": True})
        for row, line in enumerate(layout.banner):
            sheet.write_string(row, 0, line)
        for place, header in enumerate(layout.headers):
            sheet.write_string(len(layout.banner), place, header)
        _write_lines(sheet, len(layout.banner) + 1, _lines(cells, rows, layout))
        if layout.has_hidden_sheet:
            dictionary = workbook.add_worksheet("字典")
            for row, pair in enumerate((("名称", "取值"), ("是否", "是"), ("是否", "否"))):
                dictionary.write_string(row, 0, pair[0])
                dictionary.write_string(row, 1, pair[1])
            dictionary.hide()
        if layout.has_guide_sheet:
            sheet.activate()
    return _row_numbers(len(layout.banner) + 2, rows, layout)


def _write_lines(sheet: Any, first: int, lines: list[tuple[Any, ...]]) -> None:
    for row, line in enumerate(lines, start=first):
        for place, cell in enumerate(line):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, place, cell)
            elif isinstance(cell, datetime.date):
                sheet.write_datetime(row, place, cell)
            else:
                sheet.write_number(row, place, cell)
