"""Bad files as bytes, and the door at which they arrive."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import xlsxwriter
import xlwt

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import LandingResult, land_extract

MONTH = Month("2023-07")
HEADERS = ["户编号", "姓名", "身份证号码", "残疾等级", "发放日期", "所属月份", "金额", "次数", "是否在读", "备注内容"]
ROW = ["H1", "张三", "440233196812265002", "一级", "2023-06-05", "2023-06", "1200", "8", "是", "好"]
# The mathematics of a document is not landing's; this one is only there to be recognised in messages.
DOCUMENT = ROW[2]


def contract_of(**changes: Any) -> ExtractContract:
    columns: list[dict[str, Any]] = [
        {"name": "household_id", "header": "户编号", "type": "text", "identifier": True, "fill_down": True},
        {"name": "name", "header": "姓名", "type": "person_name", "required": True, "personal": True},
        {
            "name": "id_number", "header": "身份证号码", "type": "id", "key": True, "required": True, "personal": True,
            "aliases": ["证件号码", "身份信息_身份证号码"],
        },
        {"name": "grade", "header": "残疾等级", "type": "code", "code_list": "disability_grade"},
        {"name": "paid_on", "header": "发放日期", "type": "date", "required": True},
        {"name": "of_month", "header": "所属月份", "type": "month"},
        {"name": "amount", "header": "金额", "type": "money", "aliases": ["补助_金额"]},
        {"name": "times", "header": "次数", "type": "integer"},
        {"name": "in_school", "header": "是否在读", "type": "flag"},
        {"name": "remark", "header": "备注内容", "type": "text"},
    ]  # fmt: skip
    content = {"extract": "education__aid", "title": "资助名册", "kind": "flow", "dated_by": ["paid_on"], "columns": columns}
    return ExtractContract.model_validate(content | changes)


def row(**cells: Any) -> list[Any]:
    """Return a good row with some cells changed, by the name of the column."""
    names = [column.name for column in contract_of().columns]
    return [cells.get(name, cell) for name, cell in zip(names, ROW, strict=True)]


def csv_of(rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


def xlsx_of(
    rows: Sequence[Sequence[Any]],
    dress: Callable[[xlsxwriter.Workbook, Any], object] = lambda book, sheet: None,
    others: Mapping[str, Sequence[Sequence[Any]]] | None = None,
) -> bytes:
    """Return a workbook whose sheet 数据 holds the rows; ``dress`` does what rows cannot say."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(stream, options) as book:
        for name, content in {**(others or {}), "数据": rows}.items():
            sheet = book.add_worksheet(name)
            for index, cells in enumerate(content):
                for position, cell in enumerate(cells):
                    sheet.write(index, position, cell)
            if name == "数据":
                dress(book, sheet)
    return stream.getvalue()


def xls_of(rows: Sequence[Sequence[Any]], dress: Callable[[Any], object] = lambda sheet: None) -> bytes:
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("数据")
    for index, cells in enumerate(rows):
        for position, cell in enumerate(cells):
            sheet.write(index, position, cell)
    dress(sheet)
    book.save(stream)
    return stream.getvalue()


def repacked(data: bytes, change: Mapping[str, Callable[[bytes], bytes]], add: Mapping[str, bytes] | None = None) -> bytes:
    """Return a zipped workbook some of whose parts are changed or added."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, change.get(name, lambda part: part)(source.read(name)))
        for name, content in (add or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@dataclass
class Door:
    """Where a department's files arrive; tells what became of them."""

    installation: Installation
    contract: ExtractContract

    def deliver(self, name: str, data: bytes, month: Month = MONTH) -> Path:
        path = self.installation.raw / month / self.contract.department / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def land(self, name: str = "", data: bytes = b"", month: Month = MONTH) -> LandingResult:
        """Deliver a file and land the month; the sum of the account is checked every time, and that no value is told."""
        if name:
            self.deliver(name, data, month)
        result = land_extract(self.installation, self.contract, month)
        for file in result.files:
            assert file.rows_delivered == file.rows_loaded + file.rows_rejected + file.rows_blank + file.rows_note
        problems = self.table("intake_problems", month)
        places = [(problem["file"], problem["sheet"], problem["row_number"], problem["column_letter"]) for problem in problems]
        assert len(places) == len(set(places))
        told = "".join(f"{problem['message']}{problem['header']}" for problem in problems)
        told += "".join(str(file.reason) for file in result.files)
        assert DOCUMENT not in told
        assert "张三" not in told
        return result

    def table(self, name: str = "", month: Month = MONTH) -> list[dict[str, Any]]:
        place = self.installation
        extract = self.contract.extract
        path = place.landed_account(name, extract, month) if name else place.landed_extract(extract, month)
        return pq.read_table(path).to_pylist()

    def problems(self, month: Month = MONTH) -> list[tuple[int, str, str, str]]:
        return [
            (problem["row_number"], problem["column_letter"], problem["outcome"], problem["problem"])
            for problem in self.table("intake_problems", month)
        ]

    def messages(self, month: Month = MONTH) -> str:
        return "\n".join(problem["message"] for problem in self.table("intake_problems", month))

    def refusal(self, name: str, data: bytes) -> str:
        """Deliver a file that is refused; return why."""
        result = self.land(name, data)
        (file,) = (file for file in result.files if file.file == f"{self.contract.department}/{name}")
        assert (file.outcome, file.rows_loaded) == ("refused", 0)
        assert file.reason
        assert "请" in file.reason
        return file.reason

    def row(self, name: str, data: bytes) -> dict[str, Any]:
        """Deliver a file of one row; return the row as landed."""
        self.land(name, data)
        (landed,) = self.table()
        return landed
