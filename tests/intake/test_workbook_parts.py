"""Workbooks whose parts say more, or say it otherwise, than a parser tells: cases 84 to 91 of docs/intake.md."""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlwt
from bad_files import HEADERS, ROW, SHEET, Door, contract_of, csv_of, repacked, row, xls_of, xlsx_of
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_workbooks import (
    EMPTY_TEXT,
    MAIN,
    OFFICE,
    SEVEN,
    STRICT,
    STRICT_OFFICE,
    ZERO,
    contained,
    excel_2,
    excel_3_or_4,
    excel_95,
    formula,
    formula_record,
    package,
    record,
    rows_xml,
    sheet_xml,
    xls_with_formulas,
    xls_with_gaps,
)

from orchestration.landing.cells import Flaw
from orchestration.landing.grid import column_letter
from orchestration.landing.kinds import OLE_MAGIC, kind_of
from orchestration.landing.package import open_package
from orchestration.landing.workbooks import read_workbook

AMOUNT, TIMES = 6, 7
NOT_CALCULATED = "formula_not_calculated"
ON_LOAD = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'


def book(*cells: Any, after_sheets: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    """Return a workbook with one row for each cell, which stands in the column of the amount."""
    rows = [HEADERS, *(row(amount=cell) for cell in cells)]
    return package(sheet_xml(rows_xml(rows)), after_sheets=after_sheets, more=more)


def told(door: Door) -> list[tuple[int, str, str, str]]:
    return [problem for problem in door.problems() if problem[3] != "format_differs_from_name"]


# --- case 84: results of formulas that are none


def test_case_84_placeholder_of_a_program_that_does_not_calculate(door: Door) -> None:
    def dress(book: Any, sheet: Any) -> None:
        for index in (1, 2):
            sheet.write_formula(index, AMOUNT, "=600+600")
        sheet.write_formula(3, AMOUNT, "=600+600", None, 1200)

    assert door.land("aid.xlsx", xlsx_of([HEADERS, ROW, ROW, ROW], dress)).rows_loaded == 3
    assert [landed["amount"] for landed in door.table()] == [None, None, "1200.00"]
    assert door.problems() == [(2, "G", "cell_blanked", NOT_CALCULATED), (3, "G", "cell_blanked", NOT_CALCULATED)]
    assert "打开文件、保存后" in door.messages()


@pytest.mark.parametrize(
    "said",
    [
        '<calcPr fullCalcOnLoad="true"/>',
        "<calcPr calcId='0' fullCalcOnLoad='1'/>",
        '<calcPr forceFullCalc="1"/>',
        '<calcPr calcCompleted="0"/>',
        f'<x:calcPr xmlns:x="{MAIN}"\n fullCalcOnLoad = "1"></x:calcPr>',
    ],
)
@pytest.mark.parametrize("saved", ["<v>0</v>", "<v>0.0</v>", "<v>-0</v>", "<v>0E0</v>"])
def test_case_84_book_that_asks_to_be_calculated(door: Door, said: str, saved: str) -> None:
    assert door.row("aid.xlsx", book(formula(saved), after_sheets=said))["amount"] is None
    assert door.problems() == [(2, "G", "cell_blanked", NOT_CALCULATED)]


@pytest.mark.parametrize("said", ["", '<calcPr calcId="191029"/>', '<calcPr calcId="1" fullCalcOnLoad="0"/>'])
def test_case_84_a_zero_that_was_calculated_is_one(door: Door, said: str) -> None:
    rows = [formula("<v>0</v>"), formula("<v>7</v>")]
    door.land("aid.xlsx", book(*rows, after_sheets=said))
    assert [landed["amount"] for landed in door.table()] == ["0.00", "7.00"]
    assert door.problems() == []


@pytest.mark.parametrize(
    "saved",
    ["", "<v/>", "<v></v>", '<v xml:space="preserve"> </v>', "<v><!-- --></v>", "<v>\n  </v>"],
)
@pytest.mark.parametrize(
    "written", ["<f>H2+I2</f>", '<f t="shared" si="0"/>', '<f t="array" ref="G2">H2+I2</f>', "\n <f\n>1</f>"]
)
def test_case_84_nothing_saved(door: Door, saved: str, written: str) -> None:
    assert door.row("aid.xlsx", book({"content": f"{written}{saved}"}))["amount"] is None
    assert door.problems() == [(2, "G", "cell_blanked", NOT_CALCULATED)]


def test_case_84_openpyxl_saves_no_results(door: Door) -> None:
    written, stream = openpyxl.Workbook(), io.BytesIO()
    for cells in [HEADERS, row(amount="=600+600", paid_on="=DATE(2023,6,5)")]:
        written.active.append(cells)
    written.save(stream)
    assert door.land("aid.xlsx", stream.getvalue()).rows_rejected == 1
    assert [problem[1:] for problem in door.problems()] == [("E", "row_rejected", NOT_CALCULATED)]


@pytest.mark.parametrize("saved", ['<v xml:space="preserve">好</v>', "<v>好</v>"])
def test_case_84_texts_and_empty_texts_are_results(door: Door, saved: str) -> None:
    rows = [HEADERS, row(remark=formula(saved, attributes='t="str"'))]
    assert door.row("aid.xlsx", package(sheet_xml(rows_xml(rows))))["remark"] == "好"
    empty = [HEADERS, row(remark=formula("<v></v>", attributes='t="str"'))]
    assert door.row("aid.xlsx", package(sheet_xml(rows_xml(empty))))["remark"] is None
    assert door.problems() == []


def test_case_84_one_formula_for_an_area(door: Door) -> None:
    area = {"content": '<f t="array" ref="G2:G4">H2:H4*150</f><v>0</v>'}
    door.land("aid.xlsx", book(area, 0, {"content": ""}, 0, after_sheets=ON_LOAD))
    assert door.problems() == [(index, "G", "cell_blanked", NOT_CALCULATED) for index in (2, 3, 4)]
    assert door.table()[3]["amount"] == "0.00"


CALCULATED = {"xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="G2" i="1"/></calcChain>'}


def calculated(*cells: Any) -> bytes:
    """Return a workbook as a program saves it that calculates."""
    data = book(*cells, more=CALCULATED)
    link = f'<Relationship Id="rId3" Type="{OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>'.encode()
    return repacked(data, {"xl/_rels/workbook.xml.rels": lambda part: part.replace(b"</Relationships>", link)})


@pytest.mark.parametrize("saved", ["0", "0.0"])
def test_case_84_only_zeros_without_a_sign_that_they_were_calculated(door: Door, saved: str) -> None:
    door.land("aid.xlsx", book(formula(f"<v>{saved}</v>"), formula(f"<v>{saved}</v>", "SUM(H3:I3)"), 5))
    assert [landed["amount"] for landed in door.table()] == ["0.00", "0.00", "5.00"]
    assert door.problems() == [(2, "G", "warned", "formulas_all_zero")]
    assert "G 列“金额”有 2 个单元格（第 2、3 行）是公式" in door.messages()


@pytest.mark.parametrize(
    ("text", "times", "is_told"),
    [("H2*150", 8, True), ("H2*150", 0, False), ("SUM($H$2:$H$3)", 8, True), ("600+600", 0, True), ("0", 8, False)],
)
def test_case_84_form_filled_in_by_a_program_that_does_not_calculate(door: Door, text: str, times: int, is_told: bool) -> None:
    cells = [{"content": f"<f>{text}</f><v>0</v>"}] * 2
    rows = [HEADERS, *(row(amount=cell, times=times) for cell in cells)]
    data = repacked(calculated(*cells), {SHEET: lambda _: sheet_xml(rows_xml(rows)).encode()})
    door.land("aid.xlsx", data)
    assert door.problems() == [(2, "G", "warned", "formulas_all_zero")] * is_told


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        # Apache POI, Spreadsheet::WriteExcel, jxl: 0, to be calculated on loading; xlwt: an empty text
        ([(ZERO, 2), (ZERO, 3)], [2, 3]),
        ([(EMPTY_TEXT, 0), (EMPTY_TEXT, 0)], [2, 3]),
        ([(EMPTY_TEXT, 2), (ZERO, 2)], [2, 3]),
        # LibreOffice marks every formula so, and calculates
        ([(ZERO, 2), (SEVEN, 2)], []),
        ([(EMPTY_TEXT, 0), (SEVEN, 0)], []),
    ],
)
def test_case_84_formulas_in_xls(door: Door, saved: list[tuple[bytes, int]], told: list[int]) -> None:
    door.land("aid.xls", xls_with_formulas([HEADERS, row(amount=None), row(amount=None)], saved))
    assert door.problems() == [(number, "G", "cell_blanked", NOT_CALCULATED) for number in told]


def test_case_84_only_zeros_in_xls(door: Door) -> None:
    rows = [HEADERS, row(amount=None, times=None), row(amount=None, times=None)]
    door.land("aid.xls", xls_with_formulas(rows, [(ZERO, 2), (SEVEN, 2)] * 2))
    assert door.problems() == [(2, "G", "warned", "formulas_all_zero")]
    door.land("aid.xls", xls_with_formulas([HEADERS, row(amount=None), row(amount=None)], [(ZERO, 0), (ZERO, 0)]))
    assert door.problems() == [(2, "G", "warned", "formulas_all_zero")]


@pytest.mark.parametrize("saved", [ZERO, EMPTY_TEXT])
def test_case_84_xls_sheet_that_asks_to_be_calculated(door: Door, saved: bytes) -> None:
    formulas = formula_record(1, AMOUNT, saved) + formula_record(2, AMOUNT, SEVEN) + record(0x5E, b"\0\0")
    door.land("aid.xls", excel_95([HEADERS, row(amount=""), row(amount="")], more=formulas))
    assert door.problems() == [(2, "G", "cell_blanked", NOT_CALCULATED)]
    assert [landed["amount"] for landed in door.table()] == [None, "7.00"]


# --- case 85: flaws and values however the XML is written


def with_flaws() -> str:
    """Return a sheet with an error (G2), a formula without result (G3), a hidden row 4 and the amount 12.5 (G5)."""
    cells = [{"attributes": 't="e"', "content": "<v>#N/A</v>"}, formula(""), 1, 12.5]
    xml = sheet_xml(rows_xml([HEADERS, *(row(amount=cell) for cell in cells)]))
    return xml.replace('<row r="4">', '<row r="4" hidden="1">')


def declared(encoding: str, xml: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{xml}'


HANDS: dict[str, Callable[[str], bytes]] = {
    "as usual": package,
    "single quotes": lambda xml: package(re.sub(r'"([^"<>]*)"', r"'\1'", xml)),
    "prefix": lambda xml: package(re.sub(r"<(/?)(?=[a-z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")),
    "pretty": lambda xml: package(re.sub(r"<(row|c|f|v|is)\b", r"\n    <\1", xml).replace("</c>", "\n  </c>")),
    "attributes over lines": lambda xml: package(re.sub(r'<(row|c) r="', r'<\1\n\tr = "', xml)),
    "no addresses": lambda xml: package(re.sub(r'<(row|c) r="[A-Z]*[0-9]+"', r"<\1", xml)),
    "other path": lambda xml: package(xml, path="tabellen/blatt 1.bin"),
    "path with dots": lambda xml: package(xml, path="sheets/s.xml", target="../sheets/s.xml"),
    "path from the top": lambda xml: package(xml, target="xl/worksheets/sheet1.xml"),
    "other book": lambda xml: package(xml, book="workbook.xml"),
    "book in a folder": lambda xml: package(xml, book="xl/books/main.xml", path="xl/books/s.xml", target="s.xml"),
    "UTF-16": lambda xml: package(declared("UTF-16", xml).encode("utf-16")),
    "UTF-16 without a mark": lambda xml: package(declared("UTF-16", xml).encode("utf-16-be")),
    "GB18030": lambda xml: package(declared("GB18030", xml).encode("gb18030")),
    "wrongly declared": lambda xml: package(declared("utf-16", xml)),
    "byte order mark": lambda xml: package(xml.encode("utf-8-sig")),
    "CDATA": lambda xml: package(re.sub(r"<(v|t)>([^<]*)<", r"<\1><![CDATA[\2]]><", xml)),
    "references": lambda xml: package(re.sub(r"<v>([^<])", lambda v: f"<v>&#{ord(v[1])};", xml).replace('"e"', '"&#101;"')),
    "comments": lambda xml: package(
        xml.replace("<sheetData>", '<sheetData><!-- <row r="2"><c r="G2"><f/></c></row> -->').replace(
            "<v>12", "<v>1<!-- 7 -->2"
        )
    ),
    "white space in values": lambda xml: package(re.sub(r"<v>([^<]*)</v>", r"<v>\n  \1\n</v>", xml)),
    "strict": lambda xml: package(xml.replace(MAIN, STRICT), namespaces=(STRICT, STRICT_OFFICE)),
}


@pytest.mark.parametrize("hand", HANDS)
def test_case_85_sheet_in_another_hand(door: Door, hand: str) -> None:
    door.land("aid.xlsx", HANDS[hand](with_flaws()))
    assert door.problems() == [
        (2, "G", "cell_blanked", "error_cell"),
        (3, "G", "cell_blanked", NOT_CALCULATED),
        (4, "", "warned", "hidden_rows"),
    ]
    assert [landed["amount"] for landed in door.table()] == [None, None, "1.00", "12.50"]


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#BUSY!", " #N/A ", ""])
def test_case_85_errors_of_newer_programs(door: Door, error: str) -> None:
    door.land("aid.xlsx", book({"attributes": 't="e"', "content": f"<v>{error}</v>"}))
    assert door.problems() == [(2, "G", "cell_blanked", "error_cell")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "gb18030"])
def test_case_85_other_parts_in_another_encoding(door: Door, encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{"GB18030" if encoding == "gb18030" else "UTF-16"}"?>'

    def spelled(part: bytes) -> bytes:
        return (declaration + part.decode().partition("?>")[2]).encode(encoding)

    parts = ("xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
    landed = door.row("aid.xlsx", repacked(xlsx_of([HEADERS, ROW]), dict.fromkeys(parts, spelled)))
    assert (landed["name"], landed["amount"]) == ("张三", "1200.00")


def test_case_85_shared_texts_and_formats_elsewhere(door: Door) -> None:
    data = repacked(xlsx_of([HEADERS, row(paid_on=date(2023, 6, 5))]), {})
    moved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(moved, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("workbook.xml.rels"):
                content = content.replace(b"sharedStrings.xml", b"teile/texte.xml").replace(b"styles.xml", b"/formate.xml")
            renamed = {"xl/sharedStrings.xml": "xl/teile/texte.xml", "xl/styles.xml": "formate.xml"}
            target.writestr(renamed.get(name, name), content)
    assert door.row("aid.xlsx", moved.getvalue())["paid_on"] == "2023-06-05"


def test_case_85_value_before_its_formula(door: Door) -> None:
    cells = [{"content": "<v>5</v><f>A1</f>"}, {"content": "<v></v><f>A1</f>"}]
    door.land("aid.xlsx", book(*cells))
    assert [landed["amount"] for landed in door.table()] == ["5.00", None]
    assert door.problems() == [(3, "G", "cell_blanked", NOT_CALCULATED)]


@pytest.mark.parametrize("reference", ["&#10;", "&#xa;"])
def test_case_85_line_breaks_as_references(door: Door, reference: str) -> None:
    xml = sheet_xml(rows_xml([HEADERS, row(remark="一@二")])).replace("@", reference)
    assert door.row("aid.xlsx", package(xml))["remark"] == "一\n二"
    data = package(xml)
    assert open_package(data).data is data


def test_case_85_text_that_looks_like_a_sheet(door: Door) -> None:
    remark = 'a "e" hidden <f>1</f> </sheetData> <!DOCTYPE x> \'; &#65;'
    assert door.row("aid.xlsx", xlsx_of([HEADERS, row(remark=remark)]))["remark"] == remark
    assert door.problems() == []


@pytest.mark.parametrize("broken", ["<row r='2'><c r='A2'><f>1</f></row>", "<row r='2'><c r='A2'><f>\x0b</f></c></row>"])
def test_case_85_no_xml(door: Door, broken: str) -> None:
    assert "已损坏" in door.refusal("aid.xlsx", package(sheet_xml(rows_xml([HEADERS, ROW]) + broken)))


def test_case_85_document_type_in_utf_16(door: Door) -> None:
    xml = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>{sheet_xml(rows_xml([HEADERS, ROW]))}'
    assert "DOCTYPE" in door.refusal("aid.xlsx", package(xml.encode("utf-16")))


def test_case_85_two_parts_of_one_name(door: Door) -> None:
    stream = io.BytesIO(package(sheet_xml(rows_xml([HEADERS, ROW]))))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/Worksheets/sheet1.xml", sheet_xml(rows_xml([HEADERS, row(amount="7")])))
    assert "已损坏" in door.refusal("aid.xlsx", stream.getvalue())


@st.composite
def sheets(draw: st.DrawFn) -> tuple[bytes, list[list[Any]]]:
    """Draw a sheet in some spelling, and the cells that somebody sees in it."""
    quote, prefix, gap = (
        draw(st.sampled_from("\"'")),
        draw(st.sampled_from(["", "x:"])),
        draw(st.sampled_from(["", " ", "\n  "])),
    )
    has_addresses, kind = draw(st.booleans()), draw(st.sampled_from(["plain", "CDATA", "reference", "comment"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))

    def text(value: str) -> str:
        first, rest = value[:1], value[1:]
        spelled = {"CDATA": f"<![CDATA[{value}]]>", "reference": f"&#{ord(first)};{rest}", "comment": f"<!--9-->{value}"}
        return spelled.get(kind, value)

    cells: dict[str, tuple[str, str, Any]] = {
        "number": ("", f"<v>{text('12.5')}</v>", 12.5),
        "text": ("t=@inlineStr@", f"<is>{gap}<t>{text('户')}</t>{gap}</is>", "户"),
        "error": ("t=@e@", f"<v>{text('#N/A')}</v>", Flaw.ERROR),
        "result": ("", f"<f>A1</f>{gap}<v>{text('7')}</v>", 7.0),
        "text result": ("t=@str@", f"<f>A1</f>{gap}<v>{text('户')}</v>", "户"),
        "missing": ("", f"{gap}<f>A1</f>{gap}", Flaw.NOT_CALCULATED),
        "shared": ("", f"<f t=@shared@ si=@0@/><v>{gap}</v>", Flaw.NOT_CALCULATED),
        "nothing": ("s=@0@", "", ""),
    }
    names = draw(st.lists(st.lists(st.sampled_from(sorted(cells)), max_size=4), min_size=1, max_size=4))
    body = ""
    for number, line in enumerate(names, start=1):
        body += f"<row r=@{number}@>" if has_addresses else "<row>"
        for position, name in enumerate(line):
            attributes, content, _ = cells[name]
            address = f"r=@{column_letter(position)}{number}@" if has_addresses else ""
            body += f"{gap}<c {address} {attributes}>{content}</c>"
        body += f"{gap}</row>"
    xml = re.sub(r"<(/?)(?=[a-z])", rf"<\1{prefix}", f"<worksheet><sheetData>{body}</sheetData></worksheet>")
    xml = xml.replace("worksheet>", f"worksheet xmlns{prefix and ':x'}=@{MAIN}@>", 1).replace("@", quote)
    declaration = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    return package((declaration + xml).encode(encoding)), [[cells[name][2] for name in line] for line in names]


def without_empty_ends(rows: list[list[Any]]) -> list[list[Any]]:
    rows = [cells[: max((i + 1 for i, cell in enumerate(cells) if cell != ""), default=0)] for cells in rows]
    return rows[: max((i + 1 for i, cells in enumerate(rows) if cells), default=0)]


@settings(deadline=None, max_examples=150)
@given(sheets())
def test_case_85_what_is_seen_is_read(drawn: tuple[bytes, list[list[Any]]]) -> None:
    data, seen = drawn
    ((grid,), _) = read_workbook(data, "xlsx")
    assert without_empty_ends([list(cells) for cells in grid.rows]) == without_empty_ends(seen)


# --- case 86: xls


def test_case_86_errors_in_xls_of_excel_95(door: Door) -> None:
    error = record(0x205, struct.pack("<3HBB", 1, AMOUNT, 0, 0x2A, 1))
    result = formula_record(2, AMOUNT, b"\x02\0\x17\0\0\0\xff\xff")
    door.land("aid.xls", excel_95([HEADERS, row(amount=""), row(amount=""), ROW], more=error + result))
    assert door.problems() == [(number, "G", "cell_blanked", "error_cell") for number in (2, 3)]


def test_case_86_errors_truths_and_dates_in_xls(door: Door) -> None:
    def dress(sheet: Any) -> None:
        sheet.row(1).set_cell_error(AMOUNT, "#DIV/0!")
        sheet.row(1).set_cell_boolean(8, True)
        style = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
        sheet.write(1, 4, datetime(2023, 6, 5, 12, 30), style)

    landed = door.row("aid.xls", xls_with_gaps([HEADERS, ROW], {(1, AMOUNT), (1, 8), (1, 4)}, dress))
    assert (landed["paid_on"], landed["in_school"], landed["amount"]) == ("2023-06-05", "true", None)
    assert door.problems() == [(2, "G", "cell_blanked", "error_cell")]


def test_case_86_hidden_rows_and_sheets_in_xls(door: Door) -> None:
    written, stream = xlwt.Workbook(), io.BytesIO()
    written.add_sheet("说明").write(0, 0, "说明")
    sheet = written.add_sheet("数据")
    for index, cells in enumerate([HEADERS, ROW, ROW]):
        for position, cell in enumerate(cells):
            sheet.write(index, position, cell)
    sheet.row(2).hidden, sheet.visibility = True, 1
    written.save(stream)
    assert door.land("aid.xls", stream.getvalue()).rows_loaded == 2
    assert {problem[3] for problem in door.problems()} == {"hidden_sheet", "hidden_rows"}


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.99])
def test_case_86_truncated_xls(door: Door, part: float) -> None:
    data = xls_of([HEADERS, *[row(remark=f"{number}") for number in range(2000)]])
    assert "已损坏" in door.refusal("aid.xls", data[: int(len(data) * part)])


def test_case_86_xls_with_a_password(door: Door) -> None:
    locked = record(0x809, struct.pack("<4H", 0x600, 5, 0x1000, 1997) + bytes(8)) + record(0x2F, bytes(6)) + record(0x0A)
    assert "密码" in door.refusal("aid.xls", contained(locked))


# --- case 87: days counted from 1904


@pytest.mark.parametrize("said", ['date1904="1"', 'date1904="true"', "date1904='1' x='2'", ' \n date1904 = "1"'])
@pytest.mark.parametrize("namespaces", [(MAIN, OFFICE), (STRICT, STRICT_OFFICE)])
@pytest.mark.parametrize("style", ["", 's="1"'])
def test_case_87_serials_of_a_1904_workbook(door: Door, said: str, namespaces: tuple[str, str], style: str) -> None:
    rows = [
        HEADERS,
        row(
            paid_on={"attributes": style, "content": "<v>43625</v>"}, of_month={"attributes": style, "content": "<v>43625</v>"}
        ),
        row(paid_on="43625", of_month=202306),
        row(paid_on=20230610, of_month="2023-06"),
    ]
    xml = sheet_xml(rows_xml(rows), namespaces[0])
    data = package(xml, settings=f"<workbookPr {said}/>", formats=("General", "yyyy-mm-dd"), namespaces=namespaces)
    door.land("aid.xlsx", data)
    assert [(landed["paid_on"], landed["of_month"]) for landed in door.table()] == [("2023-06-10", "2023-06-01")] * 3
    assert door.problems() == []


@pytest.mark.parametrize("said", ["", "<workbookPr/>", '<workbookPr date1904="0"/>', '<workbookPr date1904="false"/>'])
def test_case_87_serials_of_other_workbooks(door: Door, said: str) -> None:
    rows = [HEADERS, row(paid_on=45087, amount=43625)]
    landed = door.row("aid.xlsx", package(sheet_xml(rows_xml(rows)), settings=said))
    assert (landed["paid_on"], landed["amount"]) == ("2023-06-10", "43625.00")


def test_case_87_amounts_of_a_1904_workbook_are_left_alone(door: Door) -> None:
    rows = [HEADERS, row(amount=43625, times=43625, paid_on=43625)]
    landed = door.row("aid.xlsx", package(sheet_xml(rows_xml(rows)), settings='<workbookPr date1904="1"/>'))
    assert (landed["amount"], landed["times"], landed["paid_on"]) == ("43625.00", "43625", "2023-06-10")


def test_case_87_serials_of_a_1904_xls(door: Door) -> None:
    landed = door.row("aid.xls", excel_95([HEADERS, row(paid_on=43625)], days=1))
    assert landed["paid_on"] == "2023-06-10"


# --- case 88: numbers in the format of a date


def xls_in_format(code: str, *cells: tuple[int, float]) -> bytes:
    """Return an xls with numbers in a format that the file itself defines under number 52."""
    data = xls_with_gaps(
        [HEADERS, ROW],
        {(1, position) for position, _ in cells},
        lambda sheet: [sheet.write(1, at, value, xlwt.easyxf(num_format_str=code)) for at, value in cells],
    )
    defined, used = (record(0x41E, struct.pack("<HHB", number, len(code), 0) + code.encode()) for number in (165, 52))
    assert data.count(defined) == 1
    return re.sub(rb"(\xe0\x00\x14\x00..)\xa5\x00", b"\\g<1>\x34\x00", data.replace(defined, used), flags=re.DOTALL)


@pytest.mark.parametrize("code", ["0_);-0", "0.00_);-0", "#,##0;[Red]-#,##0", '0"day"', "0\\d"])
def test_case_88_own_number_format_under_the_number_of_a_date(door: Door, code: str) -> None:
    landed = door.row("aid.xls", xls_in_format(code, (0, 21333), (AMOUNT, 17), (TIMES, 8)))
    assert (landed["household_id"], landed["amount"], landed["times"]) == ("21333", "17.00", "8")
    assert door.problems() == []


def test_case_88_own_date_format_under_that_number(door: Door) -> None:
    assert door.row("aid.xls", xls_in_format("yyyy/mm/dd", (4, 45087)))["paid_on"] == "2023-06-10"


def test_case_88_result_of_a_formula_is_a_date_in_xls(door: Door) -> None:
    def dress(sheet: Any) -> None:
        sheet.write(1, 4, xlwt.Formula("DATE(2023,6,10)"), xlwt.easyxf(num_format_str="yyyy-mm-dd"))

    data = xls_with_gaps([HEADERS, ROW], {(1, 4)}, dress).replace(EMPTY_TEXT, struct.pack("<d", 45087))
    assert door.row("aid.xls", data)["paid_on"] == "2023-06-10"


def number_shown_as_date(data_of: str, **cells: float) -> bytes:
    if data_of == "xls":
        names = [column.name for column in contract_of().columns]
        return xls_in_format("yyyy-mm-dd", *((names.index(name), value) for name, value in cells.items()))
    shown = {name: {"attributes": 's="1"', "content": f"<v>{value}</v>"} for name, value in cells.items()}
    return package(sheet_xml(rows_xml([HEADERS, row(**shown)])), formats=("General", "yyyy-mm-dd"))


@pytest.mark.parametrize("data_of", ["xlsx", "xls"])
def test_case_88_identifier_shown_as_a_date(door: Door, data_of: str) -> None:
    landed = door.row(f"aid.{data_of}", number_shown_as_date(data_of, household_id=21333))
    assert landed["household_id"] is None
    assert door.problems() == [(2, "A", "cell_blanked", "date_in_identifier")]
    assert "设为文本格式" in door.messages()


@pytest.mark.parametrize("column", ["id_number", "name"])
def test_case_88_key_or_name_shown_as_a_date(door: Door, column: str) -> None:
    assert door.land("aid.xlsx", number_shown_as_date("xlsx", **{column: 21333})).rows_rejected == 1
    assert [problem[2:] for problem in door.problems()] == [("row_rejected", "date_in_identifier")]


@pytest.mark.parametrize(("column", "letter"), [("remark", "J"), ("grade", "D")])
def test_case_88_text_shown_as_a_date(door: Door, column: str, letter: str) -> None:
    assert door.row("aid.xlsx", number_shown_as_date("xlsx", **{column: 45087}))[column] == "2023-06-10"
    assert door.problems() == [(2, letter, "warned", "date_in_text")]


# --- case 89: Excel 2 to 95


@pytest.mark.parametrize(
    ("code_page", "encoding"),
    [
        (936, "gb18030"),
        (1200, "gb18030"),
        (54936, "gb18030"),
        (None, "gb18030"),
        (1252, "gb18030"),
        (32769, "gb18030"),
        (65001, "utf-8"),
    ],
)
def test_case_89_chinese_workbook_of_excel_95(door: Door, code_page: int | None, encoding: str) -> None:
    landed = door.row("aid.xls", excel_95([HEADERS, row(name="张䶮", amount=1200.5)], code_page, encoding))
    assert (landed["name"], landed["amount"], landed["paid_on"]) == ("张䶮", "1200.50", "2023-06-05")
    assert told(door) == []


@pytest.mark.parametrize("code_page", [950, 932, 12345])
def test_case_89_code_page_that_does_not_fit(door: Door, code_page: int) -> None:
    assert "文字编码无法识别" in door.refusal("aid.xls", excel_95([HEADERS, ROW], code_page))


def test_case_89_text_that_is_not_in_the_code_page(door: Door) -> None:
    damaged = record(0x204, struct.pack("<4H", 1, 9, 0, 3) + b"a\xff\xff")
    assert "文字编码无法识别" in door.refusal("aid.xls", excel_95([HEADERS, row(remark="")], more=damaged))


@pytest.mark.parametrize("data", [excel_2([HEADERS, ROW]), excel_3_or_4([HEADERS, ROW], 3), excel_3_or_4([HEADERS, ROW], 4)])
def test_case_89_workbooks_of_excel_2_to_4(door: Door, data: bytes) -> None:
    landed = door.row("aid.xls", data)
    assert (landed["name"], landed["paid_on"], landed["amount"]) == ("张三", "2023-06-05", "1200.00")


def test_case_89_records_without_a_container(door: Door) -> None:
    stream = xls_of([HEADERS, ROW])
    start = stream.index(b"\x09\x08\x10\x00")
    assert door.row("aid.xls", stream[start:])["name"] == "张三"


# --- case 90: other kinds of files


PAGE = "<html><body><table><tr><td>户编号</td></tr></table></body></html>"
XML_2003 = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
DBASE = struct.pack("<4BIHH20x", 3, 123, 7, 1, 2, 65, 11) + struct.pack("<11sc4xBB14x", b"HBH", b"C", 10, 0) + b"\r" + b" " * 22


def archive_of(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"<x/>")
    return stream.getvalue()


def compound_of(stream: str) -> bytes:
    data, name = contained(bytes(5000)), stream.encode("utf-16-le")
    at = data.index("Workbook".encode("utf-16-le"))
    return data[:at] + name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + data[at + 66 :]


@pytest.mark.parametrize(
    ("data", "called"),
    [
        *(
            (f"{before}{PAGE}".encode(), "网页")
            for before in ("", "<!-- 导出 -->", "\ufeff", " \r\n\t", "<script>x</script>", "导出：")
        ),
        *(
            (page.encode(), "网页")
            for page in ("<div>a</div>", "<body>", "<BR>", "<table ><tr>", "<!DOCTYPE html>", "<style>td{}")
        ),
        *((PAGE.encode(encoding), "网页") for encoding in ("utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-8-sig")),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mht"),
        (b"From: <x>\r\nSubject: a\r\n b\r\nMIME-Version: 1.0\r\n", "mht"),
        *(
            (f'<?xml version="1.0"?>{XML_2003}'.encode(encoding), "XML 表格 2003")
            for encoding in ("utf-8", "utf-16", "utf-8-sig")
        ),
        (f"<!-- x -->{XML_2003.replace('Workbook xmlns', 'ss:Workbook xmlns:ss')}".encode(), "XML 表格 2003"),
        (b'<?xml version="1.0"?><Workbook/>', "XML 文件"),
        (b"<rows><row>1</row></rows>", "XML 文件"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\r\n%PDF-1.7 ...", "PDF"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"),
        (b"\x89PNG\r\n\x1a\n\0\0", "图片"),
        (b"BM" + struct.pack("<I", 60) + bytes(54), "图片"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "图片"),
        (b"Rar!\x1a\x07\x01\0", "RAR 压缩包"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7z 压缩包"),
        (b"\x1f\x8b\x08\0\0", "gzip 压缩包"),
        (archive_of("aid.xlsx", "aid2.xlsx"), "zip 压缩包"),
        (archive_of("[Content_Types].xml", "word/document.xml"), "Word 文档"),
        (archive_of("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿"),
        (archive_of("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
        (archive_of("mimetype", "content.xml", "META-INF/manifest.xml"), "ods"),
        (archive_of("OFD.xml"), "OFD"),
        (compound_of("WordDocument"), "Word 文档"),
        (compound_of("PowerPoint Document"), "演示文稿"),
        (DBASE, "dBase"),
        (b"\0\0\x02\0\x06\x04\x06\0\x08\0", "Lotus"),
        (b"{\\rtf1\\ansi x}", "RTF"),
        (b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE\r\n", "SYLK"),
        (b"TABLE\r\n0,1\r\n", "DIF"),
        (b'[{"a": 1}]', "JSON"),
        (b"SQLite format 3\0", "数据库"),
        (b"%TSD-Header-###%xx", "加密"),
        (bytes(4096), "空字节"),
    ],
)
@pytest.mark.parametrize("suffix", ["xls", "xlsx"])
def test_case_90_other_kinds_are_called_by_their_names(door: Door, data: bytes, called: str, suffix: str) -> None:
    reason = door.refusal(f"aid.{suffix}", data)
    assert called in reason
    assert "表头" not in reason


@pytest.mark.parametrize("first", ["<说明>", "备注: 见附件", "ID;姓名", "BM", "From: 县局", "{附}", "<null>", "PK", "%", "GIF"])
def test_case_90_text_that_begins_oddly_is_text(door: Door, first: str) -> None:
    assert door.land("aid.csv", csv_of([[first], HEADERS, ROW])).rows_loaded == 1


def test_case_90_damaged_workbooks_are_not_taken_for_something_else() -> None:
    assert kind_of(b"PK\x03\x04 damaged") == "xlsx"
    assert kind_of(OLE_MAGIC + bytes(600)) == "xls"


# --- case 91: wide sheets


def wide(cell: str, rows: int, *, has_header: bool = True) -> bytes:
    letters = [column_letter(position) for position in range(len(HEADERS), 16_384)]
    table = [HEADERS if has_header else ["a"], *[ROW] * (rows - 1)]
    lines = rows_xml(table).split("</row>")[:-1]
    filled = (line + "".join(cell.format(f"{letter}{n}") for letter in letters) for n, line in enumerate(lines, start=1))
    return package(sheet_xml("".join(f"{line}</row>" for line in filled)), formats=("General", "0.00"))


def test_case_91_formats_out_to_the_last_column(door: Door) -> None:
    data, begin = wide('<c r="{}" s="1"/>', 50), time.process_time()
    assert door.land("aid.xlsx", data).rows_loaded == 49
    assert time.process_time() - begin < 5
    assert door.problems() == []
    assert max(len(cells) for cells in read_workbook(data, "xlsx")[0][0].rows) == len(HEADERS)


def test_case_91_texts_out_to_the_last_column_and_no_header(door: Door) -> None:
    data = wide('<c r="{0}" t="inlineStr"><is><t>{0}</t></is></c>', 11, has_header=False)
    begin = time.process_time()
    assert "没有找到" in door.refusal("aid.xlsx", data)
    assert time.process_time() - begin < 10
