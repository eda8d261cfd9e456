"""Template workbooks: an empty delivery of each extract, made from its contract, to be filled in and sent as it is.

The first sheet is the delivery: headers in the order of the contract, formats and drop-downs that keep what is typed readable.
The second explains it; its cells never stand as a header of the extract would, so that landing takes it for no second table.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from orchestration.contracts import CodeList, Column, County, ExtractContract, load_code_lists, load_county, load_extracts
from orchestration.documents.facts import PRIVACY
from orchestration.documents.stationery import (
    ANSWER_HEADER_COLOUR,
    HEAD_FONT,
    HEADER_COLOUR,
    Stationery,
    display_width,
    lines_of,
    new_book,
)
from orchestration.foundation.row_seals import SEAL_COLUMN

EXPLAINED, DICTIONARY = "填表说明", "字典"

REQUIRED_COLOUR, OPTIONAL_COLOUR = "#F8CBAD", HEADER_COLOUR

# A workbook says nothing of the day on which it was made.
_CREATED = dt.date(2023, 1, 1)
_LAST_ROW = 1_048_575
# Wider than this a printed page can no longer be read.
_PAGE_WIDTH = 170
_LONGEST_LITERAL = 255
_LONGEST_SHEET_NAME, _LONGEST_PROMPT = 31, 250
_YES, _NO = "是", "否"
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_LARGEST_MONEY, _LARGEST_INTEGER = 999_999_999_999.99, 999_999_999

_NUMBER_FORMATS = {"date": "yyyy-mm-dd", "month": "yyyy-mm", "money": "0.00", "integer": "0"}
_WIDTHS = {"id": 23, "person_name": 11, "text": 16, "date": 12, "month": 10, "money": 13, "integer": 10, "flag": 8}
_HOW = {
    "text": "文字",
    "person_name": "姓名，如 张三；少数民族姓名的间隔号照写",
    "id": "证件号码，文本格式，18位写全，末位是X的写X；不要写成数字，不要留空格",
    "date": "日期，写成 2023-07-05 的样子",
    "month": "年月，写成 2023-07 的样子",
    "money": "金额，单位为元，只填数字，如 1200.50；没有发生的填 0，不知道的留空",
    "integer": "整数，只填数字，如 8",
    "flag": f"填“{_YES}”或“{_NO}”，不知道的留空",
    "code": "从下拉框中选择",
}
_ABOUT_WIDTHS = (26, 16, 66)


def write_templates(folder: Path) -> list[Path]:
    """Write ``<folder>/<department>/<short_name>.xlsx`` for every extract.

    Returns:
        The paths, in the order of departments and extracts.

    Raises:
        FileExistsError: one of the files is there already; it may have been filled in, so nothing is written.
    """
    contracts = load_extracts().values()
    paths = {contract.extract: folder / contract.department / f"{contract.short_name}.xlsx" for contract in contracts}
    there = [str(path) for path in paths.values() if path.exists()]
    if there:
        raise FileExistsError(f"已有文件 {there[0]}")
    county, code_lists = load_county(), load_code_lists()
    for contract in contracts:
        path = paths[contract.extract]
        path.parent.mkdir(parents=True, exist_ok=True)
        _Template(contract, county, code_lists).write(path)
    return list(paths.values())


class _Template:
    def __init__(self, contract: ExtractContract, county: County, code_lists: Mapping[str, CodeList]) -> None:
        self._contract = contract
        # a seal is ours to write
        self._columns = [column for column in contract.columns if column.name != SEAL_COLUMN]
        self._county = county
        self._values = {
            column.name: [code.value for code in code_lists[column.code_list].values]
            for column in contract.columns
            if column.code_list
        }
        # Lists too long to stand in the rule itself, each with its cells on the hidden sheet.
        self._ranges: dict[str, str] = {}

    def write(self, path: Path) -> None:
        title = self._contract.title
        with new_book(path, f"{title}填表模板", EXPLAINED, self._county.bureau_in_full, _CREATED) as book:
            privacy = PRIVACY if any(column.personal for column in self._contract.columns) else ""
            look = Stationery(book, f"{self._county.name}{title}", privacy)
            sheet = book.add_worksheet(title[:_LONGEST_SHEET_NAME])
            self._write_explained(book.add_worksheet(EXPLAINED), look)
            self._write_dictionary(book, look)
            self._write_data(sheet, look)

    def _write_data(self, sheet: Worksheet, look: Stationery) -> None:
        look.set_page(sheet)
        sheet.hide_gridlines(0)
        height, total = 1, 0.0
        for position, column in enumerate(self._columns):
            header = display_width(column.header)
            width = max(self._width(column), min(header + 2, 18))
            height, total = max(height, lines_of(column.header, width - 1)), total + width
            sheet.set_column(position, position, width, look.format(num_format=_NUMBER_FORMATS.get(column.type, "@")))
            colour = REQUIRED_COLOUR if column.required else OPTIONAL_COLOUR
            sheet.write_string(0, position, column.header, look.header(colour))
            sheet.data_validation(1, position, _LAST_ROW, position, self._rule(column))
        sheet.set_row(0, 15 * height + 12)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.fit_to_pages(math.ceil(total / _PAGE_WIDTH), 0)

    def _width(self, column: Column) -> float:
        if column.type == "code":
            return max(10, *(display_width(value) + 2 for value in self._values[column.name]))
        return _WIDTHS[column.type]

    def _rule(self, column: Column) -> dict[str, Any]:
        """Return what may be typed below a header; a code outside its list after a warning only: it is reported, not lost."""
        prompt = ("必填。" if column.required else "") + _HOW[column.type]
        rule: dict[str, Any] = {"input_title": column.header[:_LONGEST_SHEET_NAME], "input_message": prompt[:_LONGEST_PROMPT]}
        rule |= {"error_title": column.header[:_LONGEST_SHEET_NAME], "error_message": f"请填{_HOW[column.type]}。"}
        between: dict[str, Any] = {"criteria": "between"}
        match column.type:
            case "code":
                source = self._ranges.get(column.name) or self._values[column.name]
                rule |= {"error_message": "请从下拉框中选择；确实没有的，可保留所填内容。", "error_type": "warning"}
                return rule | {"validate": "list", "source": source}
            case "flag":
                return rule | {"validate": "list", "source": [_YES, _NO]}
            case "date" | "month":
                return rule | between | {"validate": "date", "minimum": _EARLIEST, "maximum": _LATEST}
            case "money":
                return rule | between | {"validate": "decimal", "minimum": -_LARGEST_MONEY, "maximum": _LARGEST_MONEY}
            case "integer":
                return rule | between | {"validate": "integer", "minimum": -_LARGEST_INTEGER, "maximum": _LARGEST_INTEGER}
            case _:
                return rule | {"validate": "any"}

    def _write_dictionary(self, book: xlsxwriter.Workbook, look: Stationery) -> None:
        """Write the lists that are too long for a rule below one another on a hidden sheet."""
        long = {name: values for name, values in self._values.items() if len(",".join(values)) > _LONGEST_LITERAL}
        if not long:
            return
        sheet = book.add_worksheet(DICTIONARY)
        sheet.hide()
        style, row = look.format(num_format="@"), 0
        for name, values in long.items():
            sheet.write_string(row, 0, f"{self._contract.column(name).header}的可选值", style)
            for number, value in enumerate(values, start=row + 1):
                sheet.write_string(number, 0, value, style)
            self._ranges[name] = f"={DICTIONARY}!{xl_range_abs(row + 1, 0, row + len(values), 0)}"
            row += len(values) + 2

    def _write_explained(self, sheet: Worksheet, look: Stationery) -> None:
        for position, width in enumerate(_ABOUT_WIDTHS):
            sheet.set_column(position, position, width)
        look.set_page(sheet, is_landscape=False)
        sheet.set_row(0, 38)
        look.write_across(sheet, 0, (0, 2), f"{self._contract.title}{EXPLAINED}", look.title(18))
        row = self._write_heading(sheet, look, 1, "怎样报送")
        cell = look.format(border=1, text_wrap=True, num_format="@", align="left", indent=1)
        for name, text in self._how_to_deliver():
            sheet.write_string(row, 0, name, cell)
            look.write_across(sheet, row, (1, 2), text, cell)
            sheet.set_row(row, max(22, 14 * lines_of(text, sum(_ABOUT_WIDTHS[1:]) - 4) + 8))
            row += 1
        row = self._write_heading(sheet, look, row, "各列怎样填")
        sheet.set_row(row, 24)
        for position, header in enumerate(("列和列名", "是否必填", "怎样填")):
            sheet.write_string(row, position, header, look.header(ANSWER_HEADER_COLOUR))
        sheet.repeat_rows(row)
        for number, column in enumerate(self._columns):
            row += 1
            # With the letter in front no row here looks like the header of the extract.
            name, text = f"{xl_col_to_name(number)} 列　{column.header}", self._how_to_fill(column)
            colour = {"bg_color": REQUIRED_COLOUR} if column.required else {}
            sheet.write_string(row, 0, name, cell)
            needed = look.format(border=1, align="center", num_format="@", **colour)
            sheet.write_string(row, 1, "必填" if column.required else "有则填", needed)
            sheet.write_string(row, 2, text, cell)
            height = max(lines_of(text, _ABOUT_WIDTHS[2] - 4), lines_of(name, _ABOUT_WIDTHS[0] - 4))
            sheet.set_row(row, max(22, 14 * height + 8))
        sheet.print_area(0, 0, row, 2)

    def _write_heading(self, sheet: Worksheet, look: Stationery, row: int, text: str) -> int:
        sheet.set_row(row, 28)
        look.write_across(sheet, row, (0, 2), text, look.format(font_name=HEAD_FONT, font_size=12))
        return row + 1

    def _how_to_deliver(self) -> list[tuple[str, str]]:
        contract = self._contract
        department = self._county.department(contract.department)
        sender, chinese_folder = department.name, self._county.folder_names(department)[1]
        name, folder = contract.short_name, contract.department
        key = "、".join(f"“{column.header}”" for column in contract.key_columns)
        if contract.kind == "roll":
            scope = "名册：每次报送当时在册的全部记录；新报送的整体代替上一次的。"
        else:
            dated = "、".join(f"“{contract.column(column).header}”" for column in contract.dated_by)
            scope = f"明细：每次报送上次以来新发生的记录，按{dated}归月；首次报送近12个月的。"
            scope += "漏报的以后补报，有误的把改正后的行再报一次。"
        return [
            ("报送单位", sender),
            ("报送什么", scope),
            (
                "文件名",
                f"{name}.xlsx；分几个文件的写成 {name}__1.xlsx、{name}__2.xlsx（两条下划线，后面可写乡镇名）。"
                f"{name} 也可写作 {'、'.join(contract.file_names[1:])}。",
            ),
            (
                "放在哪里",
                f"报送月份的文件夹下的 {folder} 文件夹（也可写作 {chinese_folder}），如 2023-08/{folder}/{name}.xlsx。",
            ),
            ("表头", "第一行是表头，不要改动、合并或删除；列的次序可以变。橙色的列每一行都要填，缺了整行退回。"),
            (
                "同一条记录",
                f"{key}{'都' if len(contract.key_columns) > 1 else ''}相同的算同一条记录，只采用其中一条（一般是最后一行）。",
            ),
            ("没有数据的月份", "也要报送：保留表头，下面不填。没有文件按“未报送”处理，依据本表的清单当月不能计算。"),
            ("只留一张数据表", f"只在第一张工作表填写；“{EXPLAINED}”不用删除。不要加密，不要写公式，合计和备注写在数据下面。"),
        ]

    def _how_to_fill(self, column: Column) -> str:
        parts = [_HOW[column.type]]
        if column.code_list:
            parts = [f"从下拉框中选择：{'、'.join(self._values[column.name])}"]
        if column.aliases:
            parts.append(f"列名也可写作{'、'.join(f'“{alias}”' for alias in column.aliases)}")
        if column.personal:
            parts.append("属个人信息")
        return "；".join(parts) + "。"
