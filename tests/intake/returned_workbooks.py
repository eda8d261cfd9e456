"""办理工作簿 as they come back: several lists on sheets of their own, filled in by people, as bytes."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

ANSWERS = ("核实结果", "核实收入", "帮扶措施", "说明", "豁免至", "核实人", "反馈日期")
CODE = "线索编号"
OF_LISTS = ("户编号", "户主姓名", "行政村", "距线差额", "触发原因", "连续在列月数")
RESULT, DAY = "属实-已有帮扶", date(2023, 7, 25)


@dataclass
class Sheet:
    """One sheet of a workbook.

    Attributes:
        rows: below the header, cells by header.
        changed: headers that somebody has changed, by what they were.
    """

    name: str
    rows: Sequence[Mapping[str, Any]]
    headers: Sequence[str] = (*OF_LISTS, *ANSWERS, CODE)
    banner: Sequence[str] = ("黄磜镇2023年7月 办理工作簿", "请于 2023年7月28日 前反馈")
    batch: str = ""
    hidden_rows: Sequence[int] = ()
    is_hidden: bool = False
    changed: Mapping[str, str] = field(default_factory=dict)


def item(code: str, **answer: Any) -> dict[str, Any]:
    """Return a line of a list; ``answer`` is what the town has filled in."""
    return {"户编号": "44023310000135", "户主姓名": "某某", "行政村": "新屋村", "触发原因": "首次", CODE: code, **answer}


def answered(code: str, **answer: Any) -> dict[str, Any]:
    """Return a line with a good answer."""
    return item(code, **{"核实结果": RESULT, "核实人": "某乙", "反馈日期": DAY, **answer})


def workbook(*sheets: Sheet) -> bytes:
    """Return a workbook of these sheets, protected and with its codes and batch in hidden columns, as it is handed out."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(stream, options) as book:
        for one in sheets:
            sheet = book.add_worksheet(one.name)
            for number, line in enumerate(one.banner):
                sheet.write(number, 0, line)
            top = len(one.banner)
            headers = [one.changed.get(header, header) for header in one.headers]
            sheet.write_row(top, 0, headers)
            if one.batch:
                sheet.write(0, len(headers), one.batch)
                sheet.set_column(len(headers), len(headers), None, None, {"hidden": True})
            if CODE in one.headers:
                place = one.headers.index(CODE)
                sheet.set_column(place, place, None, None, {"hidden": True})
            for number, cells in enumerate(one.rows, start=top + 1):
                for position, header in enumerate(one.headers):
                    if cells.get(header) is not None:
                        sheet.write(number, position, cells[header])
            for number in one.hidden_rows:
                sheet.set_row(number - 1, None, None, {"hidden": True})
            if one.is_hidden:
                sheet.hide()
            sheet.protect()
    return stream.getvalue()


def through_libreoffice(data: bytes, folder: Path) -> bytes:
    """Return a workbook as LibreOffice saves it."""
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.xlsx").write_bytes(data)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "in" / "a.xlsx")], check=True, capture_output=True, timeout=120
    )
    return (folder / "out" / "a.xlsx").read_bytes()
