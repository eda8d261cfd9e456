"""Delimited text that does not hold together, cells beyond the header, and personal values where headers should be."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from bad_files import DOCUMENT, HEADERS, MONTH, ROW, Door, contract_of, csv_of, row, xls_of, xlsx_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.foundation.paths import Installation
from orchestration.landing.delimited import read_delimited
from orchestration.landing.header import Headers

MARK = "\ufeff"
AMOUNT = HEADERS.index("金额")
GRADE = HEADERS.index("残疾等级")


def household(number: int, **cells: str) -> list[str]:
    return row(household_id=f"H{number}", **cells)


def line(cells: list[str], delimiter: str = ",") -> str:
    return delimiter.join(cells)


def text_of(*lines: list[str] | str, end: str = "\n", delimiter: str = ",") -> bytes:
    """Return lines as hand-written: without a quotation mark that is not in a cell."""
    return "".join((each if isinstance(each, str) else line(each, delimiter)) + end for each in lines).encode()


def split_at(cells: list[str], position: int, *pieces: str) -> list[str]:
    """Return a row in which one cell has become several."""
    return [*cells[:position], *pieces, *cells[position + 1 :]]


def households(door: Door) -> list[str]:
    return [landed["household_id"] for landed in door.table()]


MANY = [household(number) for number in range(40)]

# --- more cells than the header


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(("position", "pieces"), [(AMOUNT, ("1", "200")), (9, ("村委会", "三组")), (1, ("张", "三"))])
def test_case_77_delimiter_inside_of_a_cell(door: Door, delimiter: str, position: int, pieces: tuple[str, ...]) -> None:
    torn = split_at(household(2), position, *pieces)
    result = door.land("aid.csv", text_of(HEADERS, household(1), torn, household(3), delimiter=delimiter))
    assert (result.rows_loaded, result.rows_rejected) == (2, 1)
    assert door.problems() == [(3, "", "row_rejected", "more_cells_than_header")]
    assert "有 11 格，表头只有 10 格" in door.messages()


@pytest.mark.parametrize(("remark", "pieces"), [("", ("1", "200")), ("", ("约", "千元")), ("好", ("1", "200"))])
def test_case_77_blank_last_column_hides_the_cell_too_many(door: Door, remark: str, pieces: tuple[str, ...]) -> None:
    torn = split_at(household(2, remark=""), AMOUNT, *pieces)
    door.land("aid.csv", text_of(HEADERS, household(1, remark=remark), torn, household(3)))
    assert door.problems() == [(3, "", "row_rejected", "more_cells_than_header")]


@pytest.mark.parametrize("which", [range(40), range(0, 40, 3), range(0)])
def test_case_77_delimiters_at_the_end_of_lines_are_harmless(door: Door, which: range) -> None:
    lines = [line(cells) + "," * (number in which) for number, cells in enumerate(MANY)]
    assert door.land("aid.csv", text_of(HEADERS, *lines)).rows_loaded == 40
    assert door.problems() == []
    assert door.land("aid.csv", text_of(line(HEADERS) + ",,", *MANY)).rows_loaded == 40
    assert door.problems() == []


@pytest.mark.parametrize("make", [xlsx_of, xls_of, csv_of])
@pytest.mark.parametrize(
    ("position", "pieces"),
    [(2, ("44023319681226", "5002")), (4, ("2023", "06-05")), (1, ("张", "三")), (6, ("一千", "二百")), (5, ("", "2023-06"))],
)
def test_case_77_cells_moved_to_the_right_in_a_workbook(door: Door, make: type, position: int, pieces: tuple[str, ...]) -> None:
    """A rectangle, as a spreadsheet program writes it: the header has a blank cell above the cell too many."""
    table = [[*HEADERS, ""], *([*cells, ""] for cells in MANY), split_at(household(99), position, *pieces)]
    result = door.land("aid.xlsx", make(table))
    assert (result.rows_loaded, result.rows_rejected) == (40, 1)
    assert [problem for problem in door.problems() if problem[0]] == [(42, "", "row_rejected", "more_cells_than_header")]
    assert "K 列没有列名" in door.messages()


def test_case_77_amounts_moved_to_the_right_in_a_workbook(door: Door) -> None:
    order = [*HEADERS[:6], "备注内容", "次数", "金额"]
    rows = [[*cells[:6], "好", 8, 1200] for cells in MANY]
    moved = [*MANY[0][:6], "好", 8, 1, 200]
    result = door.land("aid.xlsx", xlsx_of([order, *rows, moved]))
    assert (result.rows_loaded, result.rows_rejected) == (40, 1)
    assert door.problems() == [(42, "", "row_rejected", "more_cells_than_header")]


# --- fewer cells


def test_case_78_blank_cells_left_out_at_the_end_of_lines(door: Door) -> None:
    lines = [cells if number % 3 else cells[:-1] for number, cells in enumerate(MANY)]
    assert door.land("aid.csv", text_of(HEADERS, *lines)).rows_loaded == 40
    assert door.problems() == [(2, "", "warned", "fewer_cells_than_header")]
    assert "有 14 行（第 2、5、8" in door.messages()


@pytest.mark.parametrize("cells", [split_at(household(9)[:-1], AMOUNT, "12008"), household(9)[:-1]])
def test_case_78_one_short_row_among_whole_ones(door: Door, cells: list[str]) -> None:
    result = door.land("aid.csv", text_of(HEADERS, *MANY, cells))
    assert (result.rows_loaded, result.rows_rejected) == (40, 1)
    assert door.problems() == [(42, "", "row_rejected", "fewer_cells_than_header")]


def test_case_78_amounts_that_only_one_row_lacks(door: Door) -> None:
    order = HEADERS[:7]
    result = door.land("aid.csv", text_of(order, *(cells[:7] for cells in MANY[:5]), household(9)[:6]))
    assert (result.rows_loaded, result.rows_rejected) == (5, 1)


@pytest.mark.parametrize("position", [3, 5, 9])
@pytest.mark.parametrize("pieces", [("一", "级"), ("一", "二", "三")])
def test_case_78_line_break_inside_of_a_cell_without_quotes(door: Door, position: int, pieces: tuple[str, ...]) -> None:
    torn = line(split_at(household(9), position, "\n".join(pieces)))
    result = door.land("aid.csv", text_of(HEADERS, *MANY, torn, household(41)))
    told = {number for number, *_ in door.problems()}
    # of a note that ends with the line only what follows is known to be wrong
    first = 42 if position < 9 else 43
    assert told == set(range(first, 42 + len(pieces)))
    assert households(door)[-1] == "H41"
    assert result.rows_rejected == len(told)


def test_case_78_rows_with_another_delimiter_than_the_header(door: Door) -> None:
    result = door.land("aid.csv", text_of(HEADERS, household(1), line(household(2), ";"), line(household(3), "\t")))
    assert (result.rows_loaded, result.rows_rejected) == (1, 2)
    assert "用分号分隔" in door.messages()
    assert "用制表符分隔" in door.messages()


def test_case_78_name_of_a_column_torn_by_a_delimiter(door: Door) -> None:
    torn = line(HEADERS).replace("金额", "金额（元,税后）")
    assert "G、H 列的括号不成对" in door.refusal("aid.csv", text_of(torn, *MANY))


# --- quotation marks


@pytest.mark.parametrize("position", [GRADE, 9])
@pytest.mark.parametrize("marked", [{3, 6}, {3, 4}, {3}, {3, 6, 7}, set(range(2, 9))])
@pytest.mark.parametrize("cell", ['"一级', '"'])
def test_case_79_quotation_marks_that_do_not_pair(door: Door, position: int, marked: set[int], cell: str) -> None:
    rows = [split_at(cells, position, cell if number in marked else "一级") for number, cells in enumerate(MANY[:10], start=2)]
    assert door.land("aid.csv", text_of(HEADERS, *rows)).rows_loaded == 10
    assert households(door) == [f"H{number}" for number in range(10)]
    value = None if cell == '"' else "一级"
    column = "grade" if position == GRADE else "remark"
    assert [landed[column] for landed in door.table()] == [value if number in marked else "一级" for number in range(2, 12)]
    told = door.problems()
    assert (min(marked), "", "warned", "unpaired_quotes") in told
    blanked = {number for number, _, outcome, problem in told if (outcome, problem) == ("cell_blanked", "ditto_mark")}
    assert blanked == (marked if value is None else set())


def test_case_79_opened_in_one_row_and_closed_in_another(door: Door) -> None:
    """The quotes pair, and the strict reading swallows three rows."""
    rows = [household(1, remark='"好'), household(2), household(3), household(4, remark='好"'), household(5)]
    assert door.land("aid.csv", text_of(HEADERS, *rows)).rows_loaded == 5
    assert {landed["remark"] for landed in door.table()} == {"好"}
    assert door.problems() == [(2, "", "warned", "unpaired_quotes")]


def test_case_79_two_ditto_marks_in_one_line(door: Door) -> None:
    rows = [household(1), household(2, grade='"', remark='"'), household(3, grade='"', of_month='"', remark='"')]
    assert door.land("aid.csv", text_of(HEADERS, *rows)).rows_loaded == 3
    assert [(number, letter) for number, letter, _, problem in door.problems() if problem == "ditto_mark"] == [
        (3, "D"), (3, "J"), (4, "D"), (4, "F"), (4, "J"),
    ]  # fmt: skip


def test_case_79_row_that_cannot_be_made_out(door: Door) -> None:
    rows = [household(1), split_at(household(2, remark='"好'), AMOUNT, "1", "200"), household(3)]
    result = door.land("aid.csv", text_of(HEADERS, *rows))
    assert (result.rows_loaded, result.rows_rejected) == (2, 1)
    assert door.problems() == [(3, "", "row_rejected", "unpaired_quotes")]


@pytest.mark.parametrize(
    ("cell", "value", "told"),
    [
        ('"第一，\n第二"', "第一，\n第二", []),
        ('"说""好"""', '说"好"', []),
        ('"村,组"', "村,组", []),
        ('"北京"路', "北京路", [(2, "", "mended", "stray_quotes")]),
        (r'"说\"好\"，走"', '说"好"，走', [(2, "", "mended", "stray_quotes")]),
        ('5" 管', '5" 管', []),
        ('"一,二,三\n四,五,六"', "一,二,三\n四,五,六", [(2, "", "warned", "rows_swallowed")]),
    ],
)
def test_case_79_quotation_marks_that_hold(door: Door, cell: str, value: str, told: list[object]) -> None:
    door.land("aid.csv", text_of(HEADERS, household(1, remark=cell), household(2)))
    assert [landed["remark"] for landed in door.table()] == [value, "好"]
    assert door.problems() == told
    # the same beside a row whose quotes do not pair
    door.land("aid.csv", text_of(HEADERS, household(1, remark=cell), household(2), household(3, remark='"好')))
    assert [landed["remark"] for landed in door.table()] == [value, "好", "好"]


@pytest.mark.parametrize("mark", ['"', "〃", "″", "＂", "”", "同上", "（同上）", "同前", "—〃—", "''"])
def test_case_79_ditto_marks_in_a_workbook(door: Door, mark: str) -> None:
    table = [HEADERS, household(1), household(2, grade=mark, id_number=mark), household(3, amount=mark)]
    result = door.land("aid.xlsx", xlsx_of(table))
    assert (result.rows_loaded, result.rows_rejected) == (2, 1)
    assert door.problems() == [(3, "C", "row_rejected", "ditto_mark"), (4, "G", "cell_blanked", "ditto_mark")]


PIECES = st.sampled_from(["好", '"', '"好', '好"', '"好"', '"村,组"', '""', "", '"甲"乙', "〃"])


@given(cells=st.lists(st.tuples(PIECES, PIECES, PIECES), min_size=1, max_size=12))
@example(cells=[("好", "好", '"'), ('"', '好"', '"村,组"')])  # as wide as two records
@example(cells=[('"', "好", "好"), ('"', '好"', '"村,组"')])  # as wide as one, of two halves
@example(cells=[('"好', "好", "好"), ('"', '好"', '"村,组"')])
@settings(max_examples=300, deadline=None)
def test_case_79_no_line_is_lost(cells: list[tuple[str, str, str]]) -> None:
    """Counted independently of the reader: what a quote swallows is missing from the lines that have a row of their own."""
    lines = [
        line(household(number, grade=grade, of_month=month, remark=remark))
        for number, (grade, month, remark) in enumerate(cells, start=1)
    ]
    _, grid = read_delimited(text_of(HEADERS, *lines), Headers(contract_of(), MONTH).score)
    assert list(grid.row_numbers) == list(range(1, len(lines) + 2))
    assert [cells[0] for cells in grid.rows[1:]] == [f"H{number}" for number in range(1, len(lines) + 1)]


# --- joined files


@pytest.mark.parametrize("mark", [MARK, "", "\x1a" + MARK])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("header", [line(HEADERS), '"' + '","'.join(HEADERS) + '"'])
def test_case_80_parts_with_the_same_header(door: Door, mark: str, end: str, header: str) -> None:
    parts = [text_of(f"{mark}{header}", household(number), end=end) for number in range(3)]
    result = door.land("aid.csv", b"".join(parts) + b"\x1a")
    assert (households(door), result.rows_note) == (["H0", "H1", "H2"], 2)
    assert door.problems() == [(3, "", "mended", "repeated_header")]


def test_case_80_parts_in_utf_16(door: Door) -> None:
    door.land("aid.csv", text_of(HEADERS, household(1)).decode().encode("utf-16") * 2)
    assert door.problems() == [(3, "", "mended", "repeated_header")]


@pytest.mark.parametrize("mark", [MARK, ""])
@pytest.mark.parametrize("other", [HEADERS, HEADERS[::-1]])
@pytest.mark.parametrize("remark", ["好", ""])
def test_case_80_no_line_end_between_parts(door: Door, mark: str, other: list[str], remark: str) -> None:
    first = text_of(HEADERS, household(1), household(2, remark=remark)).rstrip(b"\n")
    order = [HEADERS.index(header) for header in other]
    rows = [[cells[position] for position in order] for cells in (household(3), household(4))]
    door.land("aid.csv", first + mark.encode() + text_of(other, *rows))
    assert [(landed["row_number"], landed["household_id"]) for landed in door.table()] == [
        (2, "H1"), (3, "H2"), (4, "H3"), (5, "H4"),
    ]  # fmt: skip
    assert [landed["remark"] for landed in door.table()] == ["好", remark or None, "好", "好"]
    assert door.problems() == [(3, "", "mended", "repeated_header" if other == HEADERS else "other_header")]


def test_case_80_unknown_header_without_a_line_end_before_it(door: Door) -> None:
    data = text_of(HEADERS, household(1)).rstrip(b"\n") + text_of(["甲乙丙", *HEADERS], ["1", *household(2)])
    assert "第 2 行像是两个文件接在一起" in door.refusal("aid.csv", data)


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_case_80_parts_with_columns_in_another_order(door: Door, make: type) -> None:
    order = [4, 0, 2, 1, 6, 9]
    other = [[cells[position] for position in order] for cells in (HEADERS, household(3), household(4))]
    more = [[*HEADERS, "民族"], [*household(5), "汉"]]
    result = door.land("aid.csv", make([HEADERS, household(1), household(2), *other, *more]))
    assert households(door) == ["H1", "H2", "H3", "H4", "H5"]
    assert {(landed["name"], landed["amount"], landed["remark"]) for landed in door.table()} == {("张三", "1200.00", "好")}
    assert (result.rows_delivered, result.rows_note) == (7, 2)
    assert [problem for problem in door.problems() if problem[3] == "other_header"] == [
        (4, "", "mended", "other_header"), (7, "", "mended", "other_header"),
    ]  # fmt: skip


def test_case_80_richer_header_further_down_is_not_the_first(door: Door) -> None:
    poor = [[cells[position] for position in (0, 1, 2, 4)] for cells in (HEADERS, household(1), household(2))]
    door.land("aid.csv", text_of(*poor, HEADERS, household(3)))
    assert households(door) == ["H1", "H2", "H3"]


@pytest.mark.parametrize("change", [("身份证号码", "证件"), ("次数", "金额")])
def test_case_80_part_whose_header_cannot_be_used(door: Door, change: tuple[str, str]) -> None:
    result = door.land("aid.csv", text_of(HEADERS, household(1), line(HEADERS).replace(*change), household(2), household(3)))
    assert (households(door), result.rows_rejected) == (["H1"], 2)
    assert [problem for problem in door.problems() if not problem[1]] == [
        (3, "", "warned", "other_header"), (4, "", "row_rejected", "other_header"), (5, "", "row_rejected", "other_header"),
    ]  # fmt: skip


def test_case_80_part_in_another_unit(door: Door) -> None:
    part = line(HEADERS).replace("金额", "金额（万元）")
    assert "万元" in door.refusal("aid.csv", text_of(HEADERS, household(1), part, household(2), household(3)))


def test_case_80_rows_above_the_header_that_is_used(door: Door) -> None:
    poor = [[cells[position] for position in (0, 1, 2)] for cells in (HEADERS, household(1))]
    door.land("aid.csv", text_of(*poor, HEADERS, household(2)))
    assert households(door) == ["H2"]
    assert door.problems() == [(1, "", "warned", "rows_above_header")]


def test_case_80_header_in_two_rows_repeated_on_every_page(door: Door) -> None:
    upper = ["户编号", "身份信息", "", "发放日期", "补助", ""]
    lower = ["", "姓名", "身份证号码", "", "金额", "次数"]
    cells = ["H1", "张三", DOCUMENT, "2023-06-05", "5", "2"]
    result = door.land("aid.xlsx", xlsx_of([upper, lower, cells, upper, lower, cells]))
    assert (result.rows_loaded, result.rows_note) == (2, 2)
    assert door.problems() == [(4, "", "mended", "repeated_header")]


def test_case_80_parts_in_two_encodings(door: Door) -> None:
    part = text_of(HEADERS, household(1))
    assert "编码不同的文件" in door.refusal("aid.csv", part + part.decode().encode("gb18030"))


# --- line ends and delimiters


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029", "\x1e", "\v", "\f", "\x1c"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_case_81_other_line_ends(door: Door, end: str, encoding: str) -> None:
    notes = ["合计", "", "", "", "", "", "3600"]
    text = text_of(["资助名册"], HEADERS, *MANY[:3], notes, end=end).decode()
    result = door.land("aid.csv", text.encode(encoding))
    assert (households(door), result.rows_note) == (["H0", "H1", "H2"], 1)
    assert door.problems() == [(0, "", "mended", "other_line_ends")]
    door.land("aid.csv", text.removesuffix(end).encode(encoding) + "\r\n".encode(encoding).removeprefix(b"\xff\xfe"))
    assert households(door) == ["H0", "H1", "H2"]


@pytest.mark.parametrize("which", [range(1), range(1, 3), range(2, 4)])
def test_case_81_other_line_ends_between_ordinary_ones(door: Door, which: range) -> None:
    lines = [line(cells) for cells in (HEADERS, *MANY[:4])]
    text = "".join(each + ("\x85" if number in which else "\n") for number, each in enumerate(lines))
    door.land("aid.csv", text.encode())
    assert households(door) == ["H0", "H1", "H2", "H3"]
    assert door.problems() == [(0, "", "mended", "other_line_ends")]


@pytest.mark.parametrize("remark", ["一\x85二", "一\u2028二", "\u2028好", "好\v"])
def test_case_81_other_line_ends_inside_of_cells(door: Door, remark: str) -> None:
    door.land("aid.csv", text_of(HEADERS, household(1, remark=remark), household(2)))
    assert households(door) == ["H1", "H2"]
    assert [problem for problem in door.problems() if problem[3] != "invisible_characters"] == []


@pytest.mark.parametrize("end", ["\r", "\r\r\n"])
def test_case_81_carriage_returns(door: Door, end: str) -> None:
    door.land("aid.csv", text_of(HEADERS, *MANY[:3], end=end))
    assert (households(door), door.problems()) == (["H0", "H1", "H2"], [])


@pytest.mark.parametrize("delimiter", ["|", "，", "；", "\x1f", "\x01"])
def test_case_81_rare_delimiters(door: Door, delimiter: str) -> None:
    door.land("aid.csv", text_of(HEADERS, *MANY[:3], delimiter=delimiter))
    assert (households(door), door.problems()) == (["H0", "H1", "H2"], [])


@pytest.mark.parametrize("delimiter", [";", ",", "^", "~"])
def test_case_81_delimiter_that_the_first_line_tells(door: Door, delimiter: str) -> None:
    result = door.land("aid.csv", text_of(f"sep={delimiter}", HEADERS, *MANY[:3], delimiter=delimiter, end="\r\n"))
    assert (households(door), result.files[0].header_row, door.problems()) == (["H0", "H1", "H2"], 2, [])


def test_case_81_text_that_nothing_divides(door: Door) -> None:
    reason = door.refusal("aid.csv", text_of(HEADERS, *MANY[:3], delimiter="~"))
    assert "没有分成列" in reason
    assert "没有分成列" not in door.refusal("aid.csv", text_of(["甲", "乙"], ["1", "2"]))
    assert "没有分成列" not in door.refusal("aid.xlsx", xlsx_of([["甲"], ["1"]]))


# --- cells below no header


@pytest.mark.parametrize("make", [xlsx_of, xls_of, csv_of])
def test_case_82_remarks_beside_the_table(door: Door, make: type) -> None:
    table = [[*HEADERS, "", ""], *([*cells, "", ""] for cells in MANY)]
    table[3][10], table[5][11] = "已核实", "x"
    assert door.land("aid.xlsx", make(table)).rows_loaded == 40
    assert [problem for problem in door.problems() if problem[0]] == [
        (4, "K", "warned", "unnamed_column"), (6, "L", "warned", "unnamed_column"),
    ]  # fmt: skip


def test_case_82_column_without_a_name(door: Door) -> None:
    table = [[*HEADERS[:4], "", *HEADERS[4:]], *([*cells[:4], "x", *cells[4:]] for cells in MANY), ["合计"]]
    assert door.land("aid.csv", csv_of(table)).rows_loaded == 40
    assert door.problems() == [(2, "E", "warned", "unnamed_column")]
    assert "却有 40 个单元格有内容" in door.messages()


def test_case_82_sums_that_every_row_has(door: Door) -> None:
    order = [*HEADERS[:6], "备注内容", "次数", "金额"]
    assert door.land("aid.xlsx", xlsx_of([order, *([*cells[:6], "好", 8, 1200, 1208] for cells in MANY)])).rows_loaded == 40
    assert door.problems() == [(2, "J", "warned", "unnamed_column")]


def test_case_82_running_number_without_a_name(door: Door) -> None:
    door.land("aid.csv", csv_of([["", *HEADERS], *([number, *cells] for number, cells in enumerate(MANY))]))
    assert door.problems() == []


# --- personal values where headers should be

NAMES = ["张三", "李小明", "欧阳建国", "买买提·吐尔逊", "禤某"]
SECRETS = [*NAMES, DOCUMENT, "13800138000", "6228480402564890018", "zhangsan@example.com", "填报人：李小明 13800138000"]


def everything_told(door: Door) -> str:
    """Return all that landing writes, without the cells of accepted rows."""
    accounts = [door.table(name) for name in ("intake_files", "intake_problems")]
    landed = door.installation.landed_extract(door.contract.extract, MONTH).with_suffix(".json")
    return json.dumps(accounts, ensure_ascii=False, default=str) + json.dumps(
        json.loads(landed.read_text()), ensure_ascii=False
    )


def is_silent(door: Door, *values: str) -> bool:
    told = everything_told(door)
    return not any(value in told for value in [*values, "李小明", "13800138000"])


@pytest.mark.parametrize("secret", SECRETS)
def test_case_83_behind_the_header(door: Door, secret: str) -> None:
    for make in (xlsx_of, csv_of):
        result = door.land("aid.csv", make([[*HEADERS, "民族", secret], [*ROW, "汉", ""]]))
        assert result.files[0].unknown_columns == "民族、L 列"
        assert is_silent(door, secret)
        door.refusal("aid.csv", make([[*HEADERS[:2], *HEADERS[3:], secret], ROW]))
        assert is_silent(door, secret)


def test_case_83_number_cell_in_the_header(door: Door) -> None:
    door.land("aid.xlsx", xlsx_of([[*HEADERS, 13800138000], ROW]))
    assert door.problems() == [(1, "K", "warned", "unknown_column")]
    assert is_silent(door)


@pytest.mark.parametrize("make", [xlsx_of, csv_of])
def test_case_83_form_with_labels_beside_values(door: Door, make: type) -> None:
    form = [cell for pair in zip(HEADERS, row(name="李小明", id_number="440233196101010118"), strict=True) for cell in pair]
    assert "排在同一行" in door.refusal("aid.csv", make([["资助登记表"], form]))
    assert is_silent(door, "440233196101010118")


def test_case_83_whole_file_on_one_line(door: Door) -> None:
    cells = [*HEADERS, *(cell for number in range(200) for cell in row(name="李小明", household_id=f"家{number}"))]
    door.land("aid.csv", line(cells).encode())
    assert is_silent(door, DOCUMENT, "家1")
    assert len(everything_told(door)) < 20_000


@pytest.mark.parametrize("secret", [f"张三{DOCUMENT[:6]}", "李小明", "13800138000"])
def test_case_83_names_of_sheets(door: Door, secret: str) -> None:
    door.land("aid.xlsx", xlsx_of([HEADERS, ROW], lambda book, sheet: sheet.hide(), {secret: [["x"] * 5] * 12}))
    assert "工作表“第1张”里像是也有数据" in door.messages()
    assert "隐藏的工作表“数据”" in door.messages()
    assert is_silent(door, secret)
    assert "“第1张”、“数据”" in door.refusal("aid.xlsx", xlsx_of([HEADERS, ROW], others={secret: [HEADERS, ROW]}))
    assert is_silent(door, secret)


def test_case_83_numbers_in_the_name_of_another_file(door: Door) -> None:
    door.deliver(f"aid__{DOCUMENT}.csv", csv_of([HEADERS, ROW]))
    door.land("aid__z.csv", csv_of([HEADERS, ROW]))
    assert "education/aid__….csv 内容完全相同" in door.messages()


@given(
    secrets=st.lists(st.sampled_from([*NAMES, DOCUMENT, "13800138000", "440233196101010118"]), min_size=1, max_size=6),
    place=st.sampled_from(["header", "banner", "note", "beside", "cell", "sheet", "form"]),
    end=st.sampled_from(["\n", "\r\n", "\x85", "\u2028", "", '"\n']),
    delimiter=st.sampled_from([",", ";", "\t", "|", "、"]),
    as_workbook=st.booleans(),
    lacks=st.integers(0, 9),
)
@settings(max_examples=150, deadline=None)
def test_case_83_nothing_personal_is_told(
    *, secrets: list[str], place: str, end: str, delimiter: str, as_workbook: bool, lacks: int
) -> None:
    marked = [f"{secret}甲乙{number}" for number, secret in enumerate(secrets)]
    headers = [header for number, header in enumerate(HEADERS) if number != lacks]
    table: list[list[str]] = [headers, ROW, row(name=marked[0], amount=marked[-1])]
    match place:
        case "header":
            table[0] = [*headers[:3], *marked, *headers[3:]]
        case "banner":
            table.insert(0, marked)
        case "note":
            table.append(["填报人：" + "".join(marked)])
        case "beside":
            table[1] = [*ROW, *marked]
        case "cell":
            table[1] = [*marked, *ROW]
        case "form":
            table = [[cell for pair in zip(headers, [*marked, *ROW, *ROW], strict=False) for cell in pair]]
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Installation.at(Path(folder) / "raw", Path(folder) / "marts"), contract_of())
        others = {marked[0][:31]: table if place == "sheet" else [["甲"] * 5] * 12}
        data = (
            xlsx_of(table, others=others) if as_workbook else "".join(line(cells, delimiter) + end for cells in table).encode()
        )
        door.land("aid.xlsx", data)
        told = everything_told(door)
    assert not any(value in told for value in [*marked, *secrets])
