"""Deliveries as bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from orchestration.foundation.months import Month

MONTH = Month("2023-07")
HEADERS = ["姓名", "身份证号码", "残疾等级", "发放日期", "所属月份", "金额", "次数", "是否在读", "备注内容"]
ROW = ["张䶮", "440233196812265002", "1", "2023/7/5", "2023.7", "1,200元", "8.0", "是", "好"]


def csv_bytes(rows: Sequence[Sequence[object]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def xlsx_bytes(sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for index, row in enumerate(rows):
                for position, cell in enumerate(row):
                    sheet.write(index, position, cell)
    return stream.getvalue()
