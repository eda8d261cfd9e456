"""What is relied on of xlsxwriter (``orchestration/adapters/xlsxwriter_rows.py``). Run first after an upgrade."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.adapters.xlsxwriter_rows import BlockColumn, BlockWorksheet
from tests.internals.advice import advice

CHANGED = advice(
    "xlsxwriter",
    "orchestration/adapters/xlsxwriter_rows.py",
    "see where _write_rows takes cells and heights from now; in the meantime lists are written cell by cell (write_string,"
    " write_number, write_datetime, write_blank, set_row).",
)
# A file is written twice and read twice; how long that takes says nothing.
whole_files = settings(deadline=None, max_examples=60)
Write = Callable[[Any, int, Sequence[BlockColumn], Sequence[float] | None], None]


def as_block(sheet: BlockWorksheet, first_row: int, columns: Sequence[BlockColumn], heights: Sequence[float] | None) -> None:
    sheet.write_block(first_row, columns, heights)


def cell_by_cell(sheet: Worksheet, first_row: int, columns: Sequence[BlockColumn], heights: Sequence[float] | None) -> None:
    count = next((len(column.values) for column in columns if column.kind != "blank"), len(heights or ()))
    for column in columns:
        for offset, value in enumerate(column.values or [None] * count):
            write_alone(sheet, first_row + offset, column, value)
    for offset, height in enumerate(heights or ()):
        sheet.set_row(first_row + offset, height)


def write_alone(sheet: Worksheet, row: int, column: BlockColumn, value: Any) -> None:
    style = column.formats.get(value, column.format)
    if column.links and (link := column.links[row - 4]):
        sheet.write_url(row, column.position, link, column.format, value)
    elif value is None:
        sheet.write_blank(row, column.position, None, style)
    elif column.kind == "number":
        sheet.write_number(row, column.position, float(value), style)
    elif column.kind == "date":
        sheet.write_datetime(row, column.position, value, style)
    else:
        sheet.write_string(row, column.position, value, style)


def book_of(path: Path, fill: Callable[[xlsxwriter.Workbook, BlockWorksheet, Write], None], write: Write) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": dt.datetime(2023, 9, 1)})
        fill(book, book.add_worksheet("名单", worksheet_class=BlockWorksheet), write)
    return path


def seen(path: Path) -> dict[str, Any]:
    """Return all that a file says, apart from the order of its tables of texts and formats: both number as they are met."""
    with zipfile.ZipFile(path) as parts:
        texts = re.findall(r"<si>.*?</si>", parts.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        counts = re.findall(r' (?:count|uniqueCount)="\d+"', parts.read("xl/sharedStrings.xml").decode())
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    before, rows, behind = re.split(r"<sheetData>|</sheetData>", sheet)
    rows = re.sub(r' spans="[\d:]+"| s="\d+"', "", rows)
    rows = re.sub(r't="s"><v>(\d+)', lambda found: texts[int(found[1])], rows)
    looks = {
        cell.coordinate: (cell.data_type, cell.value, cell.font, cell.fill, cell.border, cell.alignment, cell.number_format)
        for row in openpyxl.load_workbook(path)["名单"]
        for cell in row
    }
    return {"before": before, "rows": rows, "behind": behind, "counts": counts, "looks": str(looks)}


def assert_same(folder: Path, fill: Callable[[xlsxwriter.Workbook, BlockWorksheet, Write], None]) -> str:
    """Check that a block reads as what is written cell by cell does; return its rows."""
    expected, actual = (
        seen(book_of(folder / "cells.xlsx", fill, cell_by_cell)),
        seen(book_of(folder / "block.xlsx", fill, as_block)),
    )
    for part, content in expected.items():
        assert actual[part] == content, f"{part}: {CHANGED}"
    return str(actual["rows"])


def columns_of(book: xlsxwriter.Workbook) -> list[BlockColumn]:
    plain, red = book.add_format({"border": 1}), book.add_format({"bg_color": "#FFC7CE", "text_wrap": True})
    money, date = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
    return [
        BlockColumn(0, "number", plain, [1, 2, 3, 4]),
        BlockColumn(1, "text", plain, ["红色", "黄色", "红色", None], {"红色": red}),
        BlockColumn(3, "number", money, [Decimal("46322.20"), None, -0.01, Decimal("0.00")], {None: red}),
        BlockColumn(4, "date", date, [dt.date(2023, 9, 1), None, dt.datetime(2023, 9, 1, 12), dt.date(1900, 1, 1)]),
        BlockColumn(27, "blank", red),
    ]


def test_a_block_is_what_cells_are(tmp_path: Path) -> None:
    rows = assert_same(tmp_path, lambda book, sheet, write: write(sheet, 0, columns_of(book), [24, 37.5, 24, 15]))
    assert '<row r="2" ht="37.5" customHeight="1"><c r="A2"' in rows
    assert '<c r="D1"><v>46322.2</v>' in rows


def test_columns_may_come_in_any_order_and_heights_may_be_left_out(tmp_path: Path) -> None:
    assert_same(tmp_path, lambda book, sheet, write: write(sheet, 5, columns_of(book)[::-1], None))


def test_what_stands_around_a_block_stays(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: BlockWorksheet, write: Write) -> None:
        bold = book.add_format({"bold": True})
        sheet.set_row(0, 38)
        sheet.merge_range(0, 0, 0, 5, "标题", bold)
        sheet.write_string(3, 0, "户编号", bold)
        sheet.freeze_panes(4, 1)
        sheet.set_column(5, 5, 12, None, {"hidden": True})
        write(sheet, 4, columns_of(book), [24] * 4)
        sheet.autofilter(3, 0, 7, 5)
        sheet.data_validation(4, 27, 7, 27, {"validate": "list", "source": ["属实", "不属实"]})
        sheet.conditional_format(4, 0, 7, 5, {"type": "no_blanks", "format": bold})
        sheet.write_string(8, 0, "下面一行")
        write(sheet, 20, columns_of(book), None)
        sheet.write_string(40, 2, "填报单位")
        sheet.print_area(0, 0, 40, 5)
        sheet.repeat_rows(3)
        sheet.protect("")

    assert_same(tmp_path, fill)


def test_a_cell_or_a_height_by_itself_stands_in_place_of_that_of_the_block(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: BlockWorksheet, write: Write) -> None:
        bold: Format = book.add_format({"bold": True})
        if write is as_block:
            sheet.write_string(4, 0, "先写", bold)
            sheet.set_row(5, 90)
        write(sheet, 4, columns_of(book), [24, 24, 24, 24])
        if write is cell_by_cell:
            sheet.write_string(4, 0, "先写", bold)
            sheet.set_row(5, 90)
        sheet.write_url(6, 2, "internal:'名单'!A1", bold, "见户")
        sheet.write_string(5, 40, "fangfanpin/2023-09/v01/城关镇")
        sheet.set_row(7, 60, None, {"hidden": True})

    rows = assert_same(tmp_path, fill)
    assert '<row r="6" ht="90"' in rows and 'r="AO6"' in rows and 'hidden="1"' in rows


def test_a_link_is_what_write_url_makes_of_it(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: BlockWorksheet, write: Write) -> None:
        links = ["internal:'名单'!A4", None, "internal:'名单'!A6", None]
        column = BlockColumn(2, "text", book.add_format({"underline": 1}), ["1", "无", "3", None], links=links)
        write(sheet, 4, [column, BlockColumn(0, "number", book.add_format({"border": 1}), [1, 2, 3, 4])], None)

    assert "无" in assert_same(tmp_path, fill)
    with zipfile.ZipFile(tmp_path / "block.xlsx") as parts:
        links = re.findall(
            r'<hyperlink ref="(\w+)" location="(.*?)" display="(\w+)"', parts.read("xl/worksheets/sheet1.xml").decode()
        )
    assert links == [("C5", "'名单'!A4", "1"), ("C7", "'名单'!A6", "3")]


@pytest.mark.parametrize("height", [0, 15, 24, 409.5])
def test_heights_are_rounded_and_hidden_as_by_set_row(tmp_path: Path, height: float) -> None:
    assert_same(tmp_path, lambda book, sheet, write: write(sheet, 1, columns_of(book), [height, 24, height, 26.3]))


ODD = [
    "=1+1",
    "+86 13800000000",
    "@SUM(A1)",
    "http://a.cn",
    "_x0041_",
    "\x00\x0b\x1f",
    " 前后空白 ",
    "\n",
    "",
    "&<>\"'",
    "🧑‍🌾",
    "￾",
]


@whole_files
@example(ODD)
@example(["长" * 32_767, "长" * 32_768, "🧑" * 16_384])
@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(), st.none()), min_size=1, max_size=30))
def test_texts_are_texts_whatever_they_say(tmp_path_factory: pytest.TempPathFactory, texts: list[str | None]) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: BlockWorksheet, write: Write) -> None:
        sheet.write_string(0, 0, "表头")
        write(sheet, 1, [BlockColumn(2, "text", book.add_format({"num_format": "@"}), texts)], None)

    assert_same(tmp_path_factory.mktemp("odd"), fill)


@given(
    st.lists(st.one_of(st.none(), st.integers(-(10**17), 10**17), st.floats(allow_nan=False, allow_infinity=False)), min_size=1)
)
def test_numbers_are_the_same_numbers(tmp_path_factory: pytest.TempPathFactory, numbers: list[float | None]) -> None:
    values = [None if number is None else number + 0.0 for number in numbers]

    def fill(book: xlsxwriter.Workbook, sheet: BlockWorksheet, write: Write) -> None:
        sheet.write_string(0, 0, "表头")
        write(sheet, 1, [BlockColumn(0, "number", book.add_format({"bold": True}), values)], None)

    assert_same(tmp_path_factory.mktemp("numbers"), fill)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", [1]),
        ("text", ["a", True]),
        ("number", [1, True]),
        ("number", ["1"]),
        ("number", [float("nan")]),
        ("date", ["2023-09-01"]),
    ],
)
def test_what_a_column_does_not_hold_is_refused(tmp_path: Path, kind: Any, values: list[Any]) -> None:
    with pytest.raises(TypeError), xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet(worksheet_class=BlockWorksheet)
        sheet.write_block(0, [BlockColumn(0, kind, book.add_format(), values)])


def test_blocks_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet(worksheet_class=BlockWorksheet)
        column = BlockColumn(0, "text", book.add_format(), ["a", "b"])
        sheet.write_block(3, [column])
        for first_row, columns, heights in (
            (4, [column], None),
            (2, [column], None),
            (1_048_575, [column], None),
            (9, [column, BlockColumn(1, "text", book.add_format(), ["a"])], None),
            (9, [column, column], None),
            (9, [column], [24]),
            (9, [], [24]),
            (9, [BlockColumn(1, "blank", book.add_format())], None),
        ):
            with pytest.raises(ValueError, match="Rows"):
                sheet.write_block(first_row, columns, heights)
        sheet.write_block(20, [BlockColumn(0, "text", book.add_format(), [])])


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        book_of(tmp_path / name, lambda book, sheet, write: write(sheet, 1, columns_of(book), None), as_block)
        for name in ("a", "b")
    )
    assert first.read_bytes() == second.read_bytes()
