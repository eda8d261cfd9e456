"""The catalogue of bad input: each case as a real file, with what becomes of it. docs/intake.md lists the cases."""

from __future__ import annotations

import os
import re
import resource
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bad_files import DOCUMENT, HEADERS, MONTH, ROW, SHEET, Door, contract_of, csv_of, repacked, row, xls_of, xlsx_of

from orchestration.contracts import load_extracts
from orchestration.foundation.months import Month
from orchestration.landing import LandingPool, delimited, guard, land, land_extract, unrecognized_files
from orchestration.landing.kinds import OLE_MAGIC
from tests.conftest import REPOSITORY

GOOD = xlsx_of([HEADERS, ROW])


def far_corner(part: bytes) -> bytes:
    """Put the far cell first: the guard looks at the last of a row, the parser at all."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576"><v>1</v></c></row></sheetData>'
    return part.replace(b"</sheetData>", far)


# --- file


def test_case_01_empty_file(door: Door) -> None:
    assert "空的" in door.refusal("aid.xlsx", b"")


def test_case_02_truncated_workbook(door: Door) -> None:
    assert "没有传完" in door.refusal("aid.xlsx", GOOD[: len(GOOD) // 2])


def test_case_03_password(door: Door) -> None:
    assert "密码" in door.refusal("aid.xlsx", OLE_MAGIC + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def test_case_04_web_page_as_xls(door: Door) -> None:
    assert "网页" in door.refusal("aid.xls", b"<html><table><tr><td>1</td></tr></table></html>")


def test_case_05_csv_as_xlsx(door: Door) -> None:
    assert door.land("aid.xlsx", csv_of([HEADERS, ROW])).rows_loaded == 1
    assert door.problems() == [(0, "", "mended", "format_differs_from_name")]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [("aid.xlsx", xls_of([HEADERS, ROW]), 1), ("aid.xls", GOOD, 1), ("aid.et", xls_of([HEADERS, ROW]), 0)],
)
def test_case_06_xls_and_xlsx_confused(door: Door, name: str, data: bytes, told: int) -> None:
    assert door.land(name, data).rows_loaded == 1
    assert door.problems() == [(0, "", "mended", "format_differs_from_name")] * told


def test_case_07_inflation_bomb(door: Door) -> None:
    bomb = repacked(GOOD, {}, {"xl/media/zeros.bin": bytes(80 * 1024**2)})
    begin, memory = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "过大" in door.refusal("aid.xlsx", bomb)
    assert time.perf_counter() - begin < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 200_000


def test_case_07_size_that_the_entry_does_not_admit(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LARGEST_INFLATED", 3_000_000)
    bomb = repacked(GOOD, {}, {"xl/media/zeros.bin": bytes(4_000_000)})
    says_less = bomb.replace((4_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert "过大" in door.refusal("aid.xlsx", says_less)


def test_case_08_cell_in_the_far_corner(door: Door) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    assert "使用范围异常" in door.refusal("aid.xlsx", repacked(GOOD, {SHEET: lambda part: part.replace(b"</sheetData>", far)}))


def test_case_08_parser_that_ends_the_process(door: Door) -> None:
    door.deliver("aid__1.xlsx", repacked(GOOD, {SHEET: far_corner}))
    door.deliver("aid__2.xlsx", GOOD)
    with LandingPool(workers=1) as pool:
        pool.submit_all(door.installation, [door.contract], [MONTH, Month("2023-08")])
        result = pool.result(door.contract.extract, MONTH)
        assert pool.result(door.contract.extract, Month("2023-08")).status == "not_received"
    assert [(file.outcome, file.rows_loaded) for file in result.files] == [("refused", 0), ("accepted", 1)]
    assert "无法安全读取" in str(result.files[0].reason)
    assert land_extract(door.installation, door.contract, MONTH).was_unchanged


@pytest.mark.parametrize("declaration", [b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', b"<!DOCTYPE lolz>"])
def test_case_09_entities(door: Door, declaration: bytes) -> None:
    hostile = repacked(GOOD, {SHEET: lambda part: part.replace(b"<worksheet", declaration + b"<worksheet", 1)})
    assert "DOCTYPE" in door.refusal("aid.xlsx", hostile)


def test_case_10_same_bytes_in_another_month(door: Door) -> None:
    door.land("aid.xlsx", GOOD, Month("2023-06"))
    assert door.land("aid__again.xlsx", GOOD).rows_loaded == 1
    assert door.problems() == [(0, "", "warned", "same_file_before")]
    assert "2023-06 收到的 education/aid.xlsx" in door.messages()
    assert door.land().was_unchanged


def test_case_11_same_bytes_under_another_name(door: Door) -> None:
    door.deliver("aid__1.xlsx", GOOD)
    door.land("aid__2.xlsx", GOOD)
    assert door.problems() == [(0, "", "warned", "same_file_twice")]
    assert "本月的 education/aid__1.xlsx" in door.messages()


def test_case_12_file_that_changes_while_it_is_read(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    path = door.deliver("aid.xlsx", GOOD)
    read = land.read_plain

    def growing(delivered: Path, most: int) -> tuple[bytes, os.stat_result]:
        with delivered.open("ab") as stream:
            stream.write(b"more")
        return read(delivered, most)

    monkeypatch.setattr(land, "read_plain", growing)
    result = land_extract(door.installation, door.contract, MONTH)
    assert "还在复制" in str(result.files[0].reason)
    monkeypatch.undo()
    path.write_bytes(GOOD)
    assert door.land().rows_loaded == 1


@pytest.mark.parametrize("suffix", [".part", ".tmp", ".crdownload"])
def test_case_12_name_of_an_unfinished_copy(door: Door, suffix: str) -> None:
    assert "没有复制" in door.refusal(f"aid.xlsx{suffix}", GOOD)


def test_case_13_litter(door: Door) -> None:
    for name in ("~$aid.xlsx", "Thumbs.db", ".DS_Store", "desktop.ini", ".aid.xlsx"):
        door.deliver(name, b"x")
    assert door.land().status == "not_received"
    assert unrecognized_files(door.installation.raw, MONTH, [door.contract]) == []


def test_case_14_hostile_names(door: Door) -> None:
    names = ["aid__*.csv", "aid__\u202excod.csv", "aid__'; DROP TABLE x;--.csv", "aid__a\nb.csv", os.fsdecode(b"aid__\xff.csv")]
    for number, name in enumerate(names):
        door.deliver(name, csv_of([HEADERS, row(household_id=str(number))]))
    result = door.land()
    assert result.rows_loaded == len(names)
    assert all(file.file.isprintable() for file in result.files)
    kept = [path.name for path in door.installation.archive.rglob("*.csv")]
    assert len(kept) == len(names)
    assert all(re.fullmatch(r"[0-9a-f]{64}\.csv", name) for name in kept)


def test_case_15_month_of_the_banner(door: Door) -> None:
    assert door.land("aid.csv", csv_of([["资助名册（2022年11月）"], HEADERS, ROW])).rows_loaded == 1
    assert door.problems() == [(1, "", "warned", "banner_of_other_month")]


def test_case_15_month_of_the_rows(door: Door) -> None:
    door.land("aid.csv", csv_of([HEADERS, *(row(paid_on="2022-11-05", household_id=str(number)) for number in range(6))]))
    assert door.problems() == [(0, "", "warned", "rows_of_other_months")]


def test_case_15_file_of_another_department(door: Door) -> None:
    foreign = load_extracts()["housing__dwelling_safety"]
    reason = door.refusal("aid.csv", csv_of([[column.header for column in foreign.columns]]))
    assert foreign.title in reason
    assert "housing 文件夹" in reason


def test_case_16_file_larger_than_the_limit(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land, "LARGEST_FILE", 1000)
    assert "MB" in door.refusal("aid.xlsx", GOOD)


def test_case_16_more_rows_than_the_limit(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LARGEST_ROWS", 2)
    assert "超过 2 行" in door.refusal("aid.csv", csv_of([HEADERS, ROW, ROW]))


def test_case_17_macros_and_links(door: Door) -> None:
    parts = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    assert door.land("aid.xlsm", repacked(GOOD, {}, parts)).rows_loaded == 1
    assert door.problems() == [(0, "", "warned", "macros_ignored")]
    assert "引用了其他工作簿" in door.messages()


def test_case_18_damaged_encoding(door: Door) -> None:
    assert "第 2 行" in door.refusal("aid.csv", csv_of([HEADERS]) + b"\xff\xfe\xff,1\r\n")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_case_19_encodings(door: Door, encoding: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(name="张䶮")], encoding))["name"] == "张䶮"
    assert door.problems() == []


# --- header and sheet


def test_case_20_banner_above_the_header(door: Door) -> None:
    result = door.land("aid.xlsx", xlsx_of([["资助名册"], ["单位：元"], ["填报日期"], HEADERS, ROW]))
    assert (result.rows_loaded, result.files[0].header_row) == (1, 4)


@pytest.mark.parametrize("make", [xlsx_of, csv_of])
def test_case_21_header_in_two_rows(door: Door, make: Any) -> None:
    upper = ["户编号", "身份信息", "", "发放日期", "补助", ""]
    lower = ["", "姓名", "身份证号码", "", "金额", "次数"]
    result = door.land("aid.xlsx", make([["名册"], upper, lower, ["H1", "张三", DOCUMENT, "2023-06-05", "5", "2"]]))
    assert (result.rows_loaded, result.files[0].header_row) == (1, 3)
    landed = door.table()[0]
    assert (landed["household_id"], landed["amount"], landed["times"]) == ("H1", "5.00", "2")


def test_case_21_merged_header(door: Door) -> None:
    def dress(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 1, 0, "姓名")
        sheet.merge_range(0, 1, 0, 2, "身份信息")
        sheet.merge_range(0, 3, 1, 3, "发放日期")

    lower = ["", "身份证号码", "残疾等级", ""]
    assert door.land("aid.xlsx", xlsx_of([[], lower, ["张三", DOCUMENT, "一级", "2023-06-05"]], dress)).rows_loaded == 1


def test_case_22_renamed_column(door: Door) -> None:
    renamed = ["证件号码" if header == "身份证号码" else header for header in HEADERS]
    assert door.land("aid.csv", csv_of([renamed, ROW])).rows_loaded == 1
    unknown = ["公民身份号码" if header == "身份证号码" else header for header in HEADERS]
    assert "未识别的列：公民身份号码" in door.refusal("aid.csv", csv_of([unknown, ROW]))


def test_case_23_missing_required_columns(door: Door) -> None:
    reason = door.refusal("aid.csv", csv_of([["户编号", "姓名", "发放日期"], ["H1", "张三", "x"]]))
    assert "缺少必须有的列：身份证号码" in reason
    result = door.land()
    assert (result.rows_rejected, result.files[0].missing_columns) == (1, "身份证号码")


def test_case_24_extra_column(door: Door) -> None:
    result = door.land("aid.csv", csv_of([[*HEADERS, "民族"], [*ROW, "汉"]]))
    assert (result.rows_loaded, result.files[0].unknown_columns) == (1, "民族")
    assert door.problems() == [(1, "K", "warned", "unknown_column")]


def test_case_25_columns_in_another_order(door: Door) -> None:
    assert door.row("aid.csv", csv_of([HEADERS[::-1], ROW[::-1]]))["amount"] == "1200.00"
    assert door.problems() == []


def test_case_26_column_twice(door: Door) -> None:
    assert "“金额”在 G、K 列" in door.refusal("aid.csv", csv_of([[*HEADERS, "金额"], [*ROW, "1"]]))


def test_case_27_header_with_spaces_and_line_breaks(door: Door) -> None:
    spaced = ["身份证\n号码" if header == "身份证号码" else f" {header[0]}\u3000{header[1:]}" for header in HEADERS]
    assert door.land("aid.xlsx", xlsx_of([spaced, ROW])).rows_loaded == 1
    assert door.problems() == []


def test_case_28_several_sheets(door: Door) -> None:
    more = {"说明": [["请逐行填写"]], "其他": [[f"{number}", "a", "b", "c"] for number in range(12)]}
    assert door.land("aid.xlsx", xlsx_of([HEADERS, ROW], others=more)).rows_loaded == 1
    assert door.problems() == [(0, "", "warned", "sheet_unused")]
    assert "工作表“其他”" in door.messages()
    assert "2 个工作表都像" in door.refusal("aid.xlsx", xlsx_of([HEADERS, ROW], others={"又一": [HEADERS, ROW]}))


def test_case_29_hidden_rows(door: Door) -> None:
    data = xlsx_of([HEADERS, ROW, ROW, ROW], lambda book, sheet: sheet.set_row(2, None, None, {"hidden": True}))
    assert door.land("aid.xlsx", data).rows_loaded == 3
    assert door.problems() == [(3, "", "warned", "hidden_rows")]


def test_case_29_hidden_sheet_and_columns(door: Door) -> None:
    def dress(book: Any, sheet: Any) -> None:
        sheet.set_column(6, 6, None, None, {"hidden": True})
        sheet.hide()

    assert door.row("aid.xlsx", xlsx_of([HEADERS, ROW], dress, {"封面": [["名册"]]}))["amount"] == "1200.00"
    assert door.problems() == [(0, "", "warned", "hidden_sheet")]


def test_case_30_empty_sheets(door: Door) -> None:
    assert door.land("aid.xlsx", xlsx_of([HEADERS, ROW], others={"Sheet2": []})).rows_loaded == 1
    assert door.problems() == []
    assert "没有找到" in door.refusal("aid.xlsx", xlsx_of([], others={"Sheet2": []}))


def test_case_31_header_repeated_among_the_rows(door: Door) -> None:
    result = door.land("aid.csv", csv_of([HEADERS, ROW, HEADERS, ROW, HEADERS, ROW]))
    assert (result.rows_loaded, result.rows_note) == (3, 2)
    assert door.problems() == [(3, "", "mended", "repeated_header")]
    assert "2 次（第 3、5 行）" in door.messages()


def test_case_32_sums_and_signatures(door: Door) -> None:
    total = ["小计", "", "", "", "", "", "1200"]
    right = [HEADERS, ROW, total, ROW, total, ["合计", "", "", "", "", "", "2400"], ["填表人：某某"]]
    result = door.land("aid.csv", csv_of(right))
    assert (result.rows_loaded, result.rows_note, door.problems()) == (2, 4, [])
    wrong = [*right[:5], ["合计", "", "", "", "", "", "9999"]]
    door.land("aid.csv", csv_of(wrong))
    assert door.problems() == [(6, "G", "warned", "total_differs")]


@pytest.mark.parametrize(
    "rows",
    [[["金额（万元）" if header == "金额" else header for header in HEADERS], ROW], [["单位：万元"], HEADERS, ROW]],
)
def test_case_33_amounts_in_another_unit(door: Door, rows: list[list[str]]) -> None:
    assert "万元" in door.refusal("aid.csv", csv_of(rows))


def test_case_33_unit_yuan_in_the_header(door: Door) -> None:
    headers = ["金额（元）" if header == "金额" else header for header in HEADERS]
    assert door.row("aid.csv", csv_of([headers, ROW]))["amount"] == "1200.00"


# --- cell


def test_case_34_document_as_number(door: Door) -> None:
    landed = door.row("aid.xlsx", xlsx_of([HEADERS, row(id_number=440233196812265002)]))
    assert "E+17" in landed["id_number"]
    assert door.problems() == [(2, "C", "warned", "digits_lost")]


@pytest.mark.parametrize("document", ["440233196812265009", "440233681226500", "440233199013455002"])
@pytest.mark.parametrize("case", ["case_35_bad_check_digit", "case_36_15_digits", "case_39_impossible_birth_date"])
def test_case_35_and_case_36_and_case_39_documents_are_judged_later(door: Door, document: str, case: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(id_number=document)]))["id_number"] == document
    assert door.problems() == []


@pytest.mark.parametrize(
    "document",
    [
        "44023319681226500x",
        "４４０２３３１９６８１２２６５００X",
        "'44023319681226500X",
        " 440233 19681226500X\u200b",
        '="44023319681226500X"',
    ],
)
def test_case_37_spellings_of_a_document(door: Door, document: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(id_number=document)]))["id_number_normalized"] == "44023319681226500X"


def test_case_38_birth_date_beside_the_document(door: Door) -> None:
    assert door.land("aid.csv", csv_of([HEADERS, row(paid_on="1999-01-01")])).rows_loaded == 1


@pytest.mark.parametrize(
    ("cell", "amount"), [("7,418.65 ", "7418.65"), ("￥1200", "1200.00"), ("１２３", "123.00"), ("1200元", "1200.00")]
)
def test_case_40_amount_as_text(door: Door, cell: str, amount: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount=cell)]))["amount"] == amount


def test_case_41_ten_thousands_in_a_cell(door: Door) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount="1.2万")]))["amount"] == "12000.00"


@pytest.mark.parametrize("cell", ["无", "-", "/", "\\", "NULL", "#N/A"])
def test_case_42_signs_for_nothing(door: Door, cell: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount=cell)]))["amount"] is None
    assert door.problems() == []


def test_case_42_words_for_unknown(door: Door) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount="不详")]))["amount"] is None
    assert door.problems() == [(2, "G", "cell_blanked", "unreadable_money")]
    assert "是文字，不能读作金额" in door.messages()


def with_formulas(*cells: tuple[int, int, object]) -> bytes:
    def dress(book: Any, sheet: Any) -> None:
        for index, position, value in cells:
            sheet.write_formula(index, position, "=A1", None, value)

    return xlsx_of([HEADERS, ROW, ROW], dress)


def test_case_43_error_values(door: Door) -> None:
    result = door.land("aid.xlsx", with_formulas((1, 6, "#N/A"), (2, 2, "#REF!")))
    assert (result.rows_loaded, result.rows_rejected) == (1, 1)
    assert door.problems() == [(2, "G", "cell_blanked", "error_cell"), (3, "C", "row_rejected", "error_cell")]


def test_case_43_error_values_in_formulas_drawn_down_are_no_rows(door: Door) -> None:
    result = door.land("aid.xlsx", with_formulas((1, 6, 5), *((index, 2, "#N/A") for index in range(3, 9))))
    assert (result.rows_loaded, result.rows_rejected, result.rows_blank) == (2, 0, 6)


def test_case_44_formula_that_was_never_calculated(door: Door) -> None:
    def uncalculated(part: bytes) -> bytes:
        return re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)

    data = repacked(with_formulas((1, 6, 5), (2, 4, 5)), {SHEET: uncalculated})
    result = door.land("aid.xlsx", data)
    assert (result.rows_loaded, result.rows_rejected) == (1, 1)
    assert [problem[3] for problem in door.problems()] == ["formula_not_calculated"] * 2
    assert "打开文件、保存后" in door.messages()


@pytest.mark.parametrize(
    "cell", ["2023-06-05", "2023/6/5", "2023.6.5", "20230605", "2023年6月5日", "45082", 45082, date(2023, 6, 5)]
)
def test_case_45_spellings_of_a_date(door: Door, cell: object) -> None:
    assert door.row("aid.xlsx", xlsx_of([HEADERS, row(paid_on=cell)]))["paid_on"] == "2023-06-05"


@pytest.mark.parametrize(("case", "cell"), [("case_45", "05/06/23"), ("case_46", "23-06-05"), ("case_46", "2023-02-30")])
def test_case_46_dates_that_are_none(door: Door, case: str, cell: str) -> None:
    assert door.land("aid.csv", csv_of([HEADERS, row(paid_on=cell)])).rows_rejected == 1
    assert door.problems() == [(2, "E", "row_rejected", "unreadable_date")]


def test_case_47_implausible_amount(door: Door) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount="-1200")]))["amount"] == "-1200.00"


def test_case_48_invisible_characters(door: Door) -> None:
    landed = door.row("aid.csv", csv_of([HEADERS, row(remark="一\u200b\x07行\n二行", name="张\u200b三\u3000")]))
    assert (landed["remark"], landed["name"]) == ("一行\n二行", "张三")
    assert {problem[1:] for problem in door.problems()} == {
        ("B", "mended", "invisible_characters"),
        ("J", "mended", "invisible_characters"),
    }


@pytest.mark.parametrize("make", ["xlsx", "xls"])
def test_case_49_merged_cells(door: Door, make: str) -> None:
    rows = [HEADERS, row(remark="x"), row(household_id="", remark=""), row(household_id="", remark="")]
    data = merged_xls(rows) if make == "xls" else merged_xlsx(rows)
    assert door.land(f"aid.{make}", data).rows_loaded == 3
    assert [landed["household_id"] for landed in door.table()] == ["H1", "H1", "H1"]
    assert [landed["remark"] for landed in door.table()] == ["x", None, None]
    assert door.problems() == [(3, "A", "mended", "merged_cells_filled"), (3, "J", "warned", "merged_cells")]


def merged_xlsx(rows: list[list[str]]) -> bytes:
    def dress(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 0, 3, 0, "H1")
        sheet.merge_range(1, 9, 3, 9, "x")

    return xlsx_of(rows, dress)


def merged_xls(rows: list[list[str]]) -> bytes:
    def dress(sheet: Any) -> None:
        for index, cells in enumerate(rows[1:], start=1):
            for position, cell in enumerate(cells[1:9], start=1):
                sheet.write(index, position, cell)
        sheet.write_merge(1, 3, 0, 0, "H1")
        sheet.write_merge(1, 3, 9, 9, "x")

    return xls_of(rows[:1], dress)


@pytest.mark.parametrize(("name", "told"), [("张\ue123", 1), ("张?", 1), ("张\ufffd", 1), ("张䶮", 0), ("李𠮷", 0)])
def test_case_50_doubtful_names(door: Door, name: str, told: int) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(name=name)]))["name"] == name
    assert door.problems() == [(2, "B", "warned", "doubtful_name")] * told


@pytest.mark.parametrize(
    ("cell", "flag"), [("是", "true"), ("√", "true"), (True, "true"), ("Y", "true"), (0, "false"), ("否", "false")]
)
def test_case_51_spellings_of_yes_and_no(door: Door, cell: object, flag: str) -> None:
    assert door.row("aid.xlsx", xlsx_of([HEADERS, row(in_school=cell)]))["in_school"] == flag


def test_case_51_neither_yes_nor_no(door: Door) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(in_school="也许")]))["in_school"] is None
    assert door.problems() == [(2, "I", "cell_blanked", "unreadable_flag")]


def test_case_52_codes_outside_their_list(door: Door) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(grade="1")]))["grade"] == "一级"
    assert door.row("aid.csv", csv_of([HEADERS, row(grade="九级")]))["grade"] == "九级"
    assert door.problems() == []


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-a", "@SUM(A1)", '=HYPERLINK("x")'])
def test_case_53_text_that_begins_like_a_formula(door: Door, cell: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(remark=cell)]))["remark"] == cell


# --- across files and months: landing keeps every row; rules and models named in docs/intake.md judge them


@pytest.mark.parametrize(
    ("case", "second"),
    [
        ("case_54_one_person_twice", row()),
        ("case_54_one_key_two_values", row(amount="1300")),
        ("case_55_one_document_two_names", row(name="李四")),
        ("case_56_person_who_is_in_no_roster", row(id_number="440233196812265029")),
        ("case_57_household_with_two_heads", row(remark="户主")),
        ("case_58_members_that_do_not_add_up", row(times="99")),
        ("case_59_payment_to_the_deceased", row(paid_on="2023-06-30")),
        ("case_60_pupil_at_work", row(in_school="否")),
    ],
)
def test_case_54_to_case_60_all_rows_are_landed(door: Door, case: str, second: list[str]) -> None:
    result = door.land("aid.csv", csv_of([HEADERS, ROW, second]))
    assert (result.rows_loaded, door.problems()) == (2, [])
    assert [landed["row_number"] for landed in door.table()] == [2, 3]


def test_case_61_jump_of_volume(door: Door) -> None:
    door.land("aid.csv", csv_of([HEADERS, *([ROW] * 50)]), Month("2023-06"))
    assert door.land("aid.csv", csv_of([HEADERS, row(paid_on="2023-07-01")])).rows_loaded == 1
    assert door.problems() == []


def test_case_62_rows_of_last_month_resent(door: Door) -> None:
    rows = [row(household_id=str(number)) for number in range(200)]
    door.land("aid.csv", csv_of([HEADERS, *rows]), Month("2023-06"))
    result = door.land("aid.xlsx", xlsx_of([HEADERS, *rows[:-1], row(household_id="new")]))
    assert result.rows_loaded == 200
    assert door.problems() == [(0, "", "warned", "rows_of_last_delivery")]
    door.land("aid.xlsx", xlsx_of([HEADERS, *rows[:-5], *(row(household_id=f"n{number}") for number in range(5))]))
    assert door.problems() == []


def test_case_62_remark_follows_the_earlier_delivery(door: Door) -> None:
    door.land("aid.csv", csv_of([HEADERS, ROW]), Month("2023-06"))
    door.land("aid.csv", csv_of([HEADERS, ROW]))
    assert [problem[3] for problem in door.problems()] == ["same_file_before"]
    door.land("aid.csv", csv_of([HEADERS, row(amount="7")]), Month("2023-06"))
    assert not door.land().was_unchanged
    assert door.problems() == []


def test_case_63_correction_keeps_what_it_replaces(door: Door) -> None:
    door.land("aid.csv", csv_of([HEADERS, ROW]))
    door.land("aid.csv", csv_of([HEADERS, row(amount="7")]))
    assert [landed["amount"] for landed in door.table()] == ["7.00"]
    assert len(list(door.installation.archive.rglob("*.csv"))) == 2


def test_case_64_department_that_sends_nothing(door: Door) -> None:
    assert door.land().status == "not_received"
    assert door.land("aid.csv", csv_of([HEADERS])).status == "received"


def test_case_65_returned_list_partly_unanswered(door: Door) -> None:
    door.contract = contract_of(unanswered_when_blank=["paid_on", "amount", "remark"])
    open_item, half = row(paid_on="", amount="", remark="-"), row(paid_on="", remark="")
    result = door.land("aid.csv", csv_of([HEADERS, ROW, open_item, half]))
    assert (result.rows_loaded, result.rows_blank, result.rows_rejected) == (1, 1, 1)
    assert load_extracts()["rural_revitalization__feedback"].unanswered_when_blank


# --- the catalogue itself


def test_the_table_and_the_tests_agree() -> None:
    lines = (REPOSITORY / "docs" / "intake.md").read_text(encoding="utf-8").splitlines()
    table = [line.split("|")[1:-1] for line in lines if re.match(r"\| *[0-9]+ *\|", line)]
    numbers = [int(cells[0]) for cells in table]
    assert numbers == sorted(set(numbers))
    assert numbers[:65] == list(range(1, 66))
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    for cells in table:
        tests = re.findall(r"`(test_case_\w+)`", cells[-1])
        assert tests, cells[0]
        for name in tests:
            assert f"def {name}(" in source
        assert re.search(rf"case_{int(cells[0]):02d}\b|case_{int(cells[0]):02d}_", source)
    named = {name for cells in table for name in re.findall(r"`(test_case_\w+)`", cells[-1])}
    assert named == set(re.findall(r"^def (test_case_\w+)\(", source, re.MULTILINE))


def test_every_problem_that_code_can_tell_is_in_the_document() -> None:
    text = (REPOSITORY / "docs" / "intake.md").read_text(encoding="utf-8")
    for folder in (REPOSITORY / "orchestration" / "landing").glob("*.py"):
        source = folder.read_text(encoding="utf-8")
        codes = re.findall(r'of_file\(\s*"(\w+)"', source) + re.findall(r'"(?:warned|mended)",\s*"(\w+)"', source)
        assert [code for code in codes if f"`{code}`" not in text] == []
