"""The catalogue of bad input: numbers that lost digits, characters that nobody sees or that only look like others."""

from __future__ import annotations

from typing import Any

import pytest
from bad_files import DOCUMENT, HEADERS, ROW, Door, contract_of, csv_of, row, xls_of, xlsx_of

from orchestration.landing import LandingResult

# 18 digits of which a spreadsheet keeps 15: eight numbers become one
LONG = [f"20230600000001234{number}" for number in range(8)]
SUBJECT = {"is_household_head": False, "name": "name", "documents": ["id_number"]}
MAKERS = {"csv": csv_of, "xlsx": xlsx_of, "xls": xls_of}


def with_columns(**changes: dict[str, Any]) -> Any:
    """Return the contract of the catalogue with some columns changed, by their names."""
    columns = [column.model_dump() | changes.get(column.name, {}) for column in contract_of().columns]
    return contract_of(columns=columns)


@pytest.fixture
def keyed(door: Door) -> Door:
    """A door for rows whose key is a number and not a document."""
    household = {"identifier": True, "key": True, "required": True}
    door.contract = with_columns(
        household_id=household, id_number={"key": False, "required": False}, remark={"identifier": True}
    )
    return door


def land_households(door: Door, cells: list[Any], make: str = "csv") -> LandingResult:
    rows = [row(household_id=cell, amount=str(100 + index)) for index, cell in enumerate(cells)]
    return door.land(f"aid.{make}", MAKERS[make]([HEADERS, *rows]))


@pytest.mark.parametrize(
    "cell",
    [
        "2.02306E+17", "2.0231E+13", "3.0012E+12", "3.00E+12", "3E+12", "2.02306e+17", "4.40233196812265e+17", "1E+3",
        "202.306E+15", "2,02306E+17", "2.02306E17", "2.02306000000012E+017", "-2.02306E+17", "1.00E-05",
        "２．０２３０６Ｅ＋１７", " 2.02306 E+17 ", "\u202d2.02306E+17\u202c", "2.02306E\u200b+17", "'2.02306E+17",
        '="2.02306E+17"', "202306000000012000.0", "202306000000012000.00", "202,306,000,000,012,000", "9100000000000001.0",
    ],
)  # fmt: skip
def test_case_66_key_in_scientific_notation(keyed: Door, cell: str) -> None:
    assert land_households(keyed, ["H1", cell]).rows_rejected == 1
    assert [landed["household_id"] for landed in keyed.table()] == ["H1"]
    assert keyed.problems() == [(3, "A", "row_rejected", "digits_lost")]
    assert "第 3 行 A 列“户编号”是科学记数法" in keyed.messages()
    assert "设为文本格式" in keyed.messages()
    assert "不要用表格软件打开后另存" in keyed.messages()


@pytest.mark.parametrize("make", ["xlsx", "xls"])
def test_case_66_key_as_number_beyond_fifteen_digits(keyed: Door, make: str) -> None:
    result = land_households(keyed, [202306000000012345, 1234567890123456, 30012030000001, 440233100002221], make)
    assert (result.rows_loaded, result.rows_rejected) == (2, 2)
    assert [landed["household_id"] for landed in keyed.table()] == ["30012030000001", "440233100002221"]


@pytest.mark.parametrize("code", ["2023E10", "12E4", "3E-12", "5E", "E5", "7.5", "1234567890123456", "2E3A", "粤E+12", "12E+A"])
def test_case_66_codes_that_only_look_like_numbers(keyed: Door, code: str) -> None:
    assert land_households(keyed, [code]).rows_loaded == 1
    assert keyed.table()[0]["household_id"] == code
    assert keyed.problems() == []


def test_case_66_text_of_a_key(door: Door) -> None:
    door.contract = with_columns(remark={"key": True})
    assert door.land("aid.csv", csv_of([HEADERS, ROW, row(remark="2.02306E+17")])).rows_rejected == 1
    assert door.problems() == [(3, "J", "row_rejected", "digits_lost")]


def test_case_67_number_that_is_no_key(keyed: Door) -> None:
    assert keyed.land("aid.csv", csv_of([HEADERS, row(remark="1.38123E+10")])).rows_loaded == 1
    assert keyed.table()[0]["remark"] is None
    assert keyed.problems() == [(2, "J", "cell_blanked", "digits_lost")]
    assert "该单元格按空白处理" in keyed.messages()


def test_case_67_reference_that_is_required(door: Door) -> None:
    door.contract = with_columns(household_id={"identifier": True, "required": True})
    assert land_households(door, ["H1", "3.0012E+12"]).rows_rejected == 1


@pytest.mark.parametrize(
    "cell",
    [
        "4.40233E+17", "4.40233e+17", "4.40E+17", "4E+17", "4,40233E+17", "4.40233E17", "４．４０２３３Ｅ＋１７",
        "4.40233E+17\u200e", "'4.40233E+17", "4.40233196812265E+17", "440233196812265000.0", "440233196812265000,00",
        "440,233,196,812,265,000",
    ],
)  # fmt: skip
def test_case_67_document_in_scientific_notation(door: Door, cell: str) -> None:
    landed = door.row("aid.csv", csv_of([HEADERS, row(id_number=cell)]))
    assert not landed["id_number_normalized"][:17].isdigit()
    assert [problem for problem in door.problems() if problem[2] == "warned"] == [(2, "C", "warned", "digits_lost")]


def test_case_67_documents_fallen_together(door: Door) -> None:
    door.contract = contract_of(subject=SUBJECT)
    people = [("甲", "4.40233E+17"), ("乙", "4.40233E+17"), ("丙", "4.40234E+17"), ("丁", DOCUMENT)]
    result = door.land("aid.csv", csv_of([HEADERS, *(row(name=name, id_number=number) for name, number in people)]))
    assert (result.rows_loaded, result.rows_rejected) == (2, 2)
    assert [landed["name"] for landed in door.table()] == ["丙", "丁"]
    assert {problem for problem in door.problems() if problem[0]} == {
        (2, "C", "row_rejected", "digits_lost"),
        (3, "C", "row_rejected", "digits_lost"),
        (4, "C", "warned", "digits_lost"),
    }


def test_case_67_one_person_twice_is_no_confusion(door: Door) -> None:
    door.contract = contract_of(subject=SUBJECT)
    corrected = [row(id_number="4.40233E+17", amount=amount) for amount in ("1", "2")]
    assert door.land("aid.csv", csv_of([HEADERS, *corrected])).rows_loaded == 2
    assert door.problems() == [(2, "C", "warned", "digits_lost")]


def test_case_68_column_in_scientific_notation(keyed: Door) -> None:
    assert land_households(keyed, ["3.0012E+12"] * 8).rows_rejected == 8
    (told,) = (problem for problem in keyed.table("intake_problems") if problem["problem"] == "column_digits_lost")
    assert (told["row_number"], told["outcome"]) == (0, "warned")
    assert "A 列“户编号”有 8 个号码，其中 8 个丢失了末几位数字，只剩 1 种" in told["message"]


def test_case_68_column_rounded_to_fifteen_digits(keyed: Door) -> None:
    cells = [f"2023060000{number:05d}000" for number in range(10, 18)]
    assert land_households(keyed, cells).rows_loaded == 8
    assert keyed.problems() == [(2, "A", "warned", "digits_lost")]
    assert "号码本来如此的不必处理" in keyed.messages()


def test_case_68_column_of_floating_point_numbers(keyed: Door) -> None:
    cells = [str(int(float(f"20230600000012{number}"))) for number in range(3456, 3464)]
    assert len(set(cells)) == 1
    assert land_households(keyed, cells).rows_rejected == 8


@pytest.mark.parametrize("others", [[], ["H1", "H2"], ["202306000000000012"]])
def test_case_68_rounded_numbers_fallen_together(keyed: Door, others: list[str]) -> None:
    cells = [f"{number[:15]}000" for number in LONG] + ["202306000000056000"] * 3
    result = land_households(keyed, [*cells, *others])
    assert result.rows_rejected == len(cells)
    assert [landed["household_id"] for landed in keyed.table()] == others
    assert "与其他行分不开，本行未读入" in keyed.messages()
    assert keyed.problems()[0] == (0, "", "warned", "column_digits_lost")


def test_case_68_documents_rounded(door: Door) -> None:
    cells = [f"44023319{year}0101000" for year in range(60, 68)]
    assert door.land("aid.csv", csv_of([HEADERS, *(row(id_number=cell) for cell in cells)])).rows_loaded == 8
    assert door.problems() == [(2, "C", "warned", "digits_lost")]


@pytest.mark.parametrize(
    "cells",
    [
        [*LONG, "202306000000012000"],  # one in nine ends so by chance
        ["202306000000012000"],  # one alone says nothing
        [f"44023310000{number}000" for number in range(10)],  # fourteen and fifteen digits are whole
        [f"20230600000012{number:02d}" for number in range(40)],  # sixteen
    ],
)
def test_case_68_columns_that_are_right(keyed: Door, cells: list[str]) -> None:
    assert land_households(keyed, cells).rows_loaded == len(cells)
    assert keyed.problems() == []


def test_case_68_one_household_in_every_month(keyed: Door) -> None:
    keyed.contract = with_columns(
        household_id={"identifier": True, "key": True, "required": True},
        id_number={"key": False, "required": False},
        of_month={"key": True},
    )
    rows = [row(household_id="202306000000012000", of_month=f"2023-{month:02d}") for month in range(1, 13)]
    assert keyed.land("aid.csv", csv_of([HEADERS, *rows])).rows_loaded == 12
    assert keyed.problems() == []


UNSEEN = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "\u180f", "\u200b", "\u200c", "\u200d",
    "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060", "\u2061", "\u2066", "\u2069", "\u206f",
    "\u2800", "\u3164", "\ufe00", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\U0001d173", "\U000e0001", "\U000e0041",
    "\U000e0100", "\U000e01ef", "\x07", "\x7f", "\x93",
]  # fmt: skip


@pytest.mark.parametrize("unseen", UNSEEN)
def test_case_69_characters_that_nobody_sees(keyed: Door, unseen: str) -> None:
    def marked(text: str) -> str:
        return f"{unseen}{text[0]}{unseen}{text[1:]}{unseen}"

    landed = keyed.row("aid.csv", csv_of([HEADERS, [marked(cell) for cell in ROW]]))
    assert [landed[name] for name in ("household_id", "name", "name_normalized", "id_number", "id_number_normalized")] == [
        "H1", "张三", "张三", DOCUMENT, DOCUMENT,
    ]  # fmt: skip
    assert [landed[name] for name in ("grade", "paid_on", "of_month", "amount", "times", "in_school", "remark")] == [
        "一级", "2023-06-05", "2023-06-01", "1200.00", "8", "true", "好",
    ]  # fmt: skip
    assert keyed.problems() == [(2, letter, "mended", "invisible_characters") for letter in "ABCDEFGHIJ"]


@pytest.mark.parametrize("make", ["csv", "xlsx"])
def test_case_69_header_with_characters_that_nobody_sees(door: Door, make: str) -> None:
    headers = ["\ufeff户编号", "姓\u200b名", "身份\u00ad证号码", *HEADERS[3:-1], "备注内容"]
    assert door.land(f"aid.{make}", MAKERS[make]([headers, ROW])).rows_loaded == 1
    assert door.problems() == [(1, "", "mended", "invisible_characters")]
    assert "B、C 列的列名" in door.messages()


def test_case_69_header_in_two_rows(door: Door) -> None:
    door.contract = with_columns(id_number={"aliases": ["身份_号码"]})
    upper = ["", "", "身\u200b份", "", "", "", "", "", "", ""]
    lower = ["户编号", "姓名", "号码", *HEADERS[3:6], "金\u2060额", *HEADERS[7:]]
    assert door.land("aid.csv", csv_of([upper, lower, ROW])).rows_loaded == 1
    assert [problem[:1] + problem[2:] for problem in door.problems()] == [
        (1, "mended", "invisible_characters"),
        (2, "mended", "invisible_characters"),
    ]


def test_case_69_filler_alone_is_blank(keyed: Door) -> None:
    landed = keyed.row("aid.csv", csv_of([HEADERS, row(remark="\u3164", amount="\u2800", grade="\u200e-")]))
    assert (landed["remark"], landed["amount"], landed["grade"]) == (None, None, None)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("Ｈ１", "H1"), ("H\u00a01", "H1"), ("４４０２３３１００００２２２", "44023310000222"), ("2023\u20111", "2023-1"),
        ("2023\u20131", "2023-1"), ("2023－1", "2023-1"), ("粤\u2f26(2023)1", "粤子(2023)1"), ("粤(2023)1", "粤(2023)1"),
        ("粤（2023）１", "粤(2023)1"), ("44023310000222.0", "44023310000222"),
        ("４４０２３３１００００２２２．０", "44023310000222"), ("H1\ufe0f", "H1"), ("H 1", "H1"),
    ],
)  # fmt: skip
def test_case_70_identifiers_have_one_spelling(keyed: Door, cell: str, meant: str) -> None:
    assert land_households(keyed, [cell]).rows_loaded == 1
    assert keyed.table()[0]["household_id"] == meant
    assert {problem[2] for problem in keyed.problems()} <= {"mended"}


def test_case_70_full_width_number_is_told(keyed: Door) -> None:
    land_households(keyed, ["H1", "Ｈ２"])
    assert keyed.problems() == [(3, "A", "mended", "look_alike_characters")]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("\u2ee2三", "马三"), ("\u2ed3一", "长一"), ("\u2f00", "一"), ("李\u2f24", "李大"), ("\uf90a", "金"),
        ("\U0002f800", "丽"), ("\u2ef0\U000e0100", "龙"), ("\u2edb\ufe00", "风"),
    ],
)  # fmt: skip
def test_case_70_radicals_for_characters(door: Door, cell: str, meant: str) -> None:
    landed = door.row("aid.csv", csv_of([HEADERS, row(name=cell, remark=cell)]))
    assert (landed["name"], landed["name_normalized"], landed["remark"]) == (meant, meant, meant)
    assert [problem[:3] for problem in door.problems()] == [(2, "B", "mended"), (2, "J", "mended")]


def test_case_70_radicals_in_codes_and_headers(door: Door) -> None:
    headers = [*HEADERS[:3], "残疾等级", "发放\u2f47期", "所属\u2f49份", *HEADERS[6:]]
    landed = door.row("aid.csv", csv_of([headers, row(grade="\u2f00级", paid_on="2023年6\u2f495\u2f47")]))
    assert (landed["grade"], landed["paid_on"]) == ("一级", "2023-06-05")
    assert door.problems() == [(1, "", "mended", "invisible_characters"), (2, "D", "mended", "look_alike_characters")]


def test_case_70_private_characters(keyed: Door) -> None:
    headers = [*HEADERS, "附\ue000注"]
    rows = [[*row(household_id="H\ue123", grade="一\U000f0000级", id_number="\ue000", remark="\ufffd1"), ""]]
    assert keyed.land("aid.csv", csv_of([headers, *rows])).rows_loaded == 1
    assert keyed.problems() == [
        (1, "", "warned", "doubtful_characters"),
        (1, "K", "warned", "unknown_column"),
        *((2, letter, "warned", "doubtful_characters") for letter in "ACDJ"),
    ]
    assert keyed.table()[0]["household_id"] == "H\ue123"


def test_case_70_letters_that_are_not_latin(keyed: Door) -> None:
    assert land_households(keyed, ["H1", "\u041d1"]).rows_loaded == 2  # a Cyrillic letter
    assert keyed.problems() == [(3, "A", "warned", "doubtful_characters")]
