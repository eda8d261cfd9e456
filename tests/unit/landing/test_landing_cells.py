from __future__ import annotations

from datetime import date, datetime, time

import pytest

from orchestration.contracts import Column, load_code_lists
from orchestration.landing.cells import Cell, Truth, UnreadableError, converter, normalize_id, normalize_name, normalizer


def read(column_type: str, cell: Cell) -> str | None:
    code_list = "disability_grade" if column_type == "code" else None
    column = Column.model_validate({"name": "x", "header": "x", "type": column_type, "code_list": code_list})
    return converter(column, load_code_lists()["disability_grade"].spellings)(cell)


@pytest.mark.parametrize("column_type", ["text", "person_name", "id", "code", "date", "month", "money", "integer"])
@pytest.mark.parametrize("cell", ["", " ", "\u3000", "-", "/", "无", "\\", "NULL", "#N/A", " － ", "\ufeff", "／"])
def test_blank_signs(column_type: str, cell: str) -> None:
    assert read(column_type, cell) is None


@pytest.mark.parametrize(
    ("column_type", "cell", "expected"),
    [
        ("text", "\u3000 村委 会\u200b", "村委 会"),
        ("text", 44023310000222.0, "44023310000222"),
        ("text", "13812345678.0", "13812345678"),
        ("text", "2.0", "2.0"),
        ("text", '="44023310000222"', "44023310000222"),
        ("text", "'44023310000222", "44023310000222"),
        ("text", 1.5, "1.5"),
        ("text", 4.402331981031322e17, "4.402331981031322E+17"),
        ("text", date(2023, 7, 5), "2023-07-05"),
        ("text", datetime(2023, 7, 5), "2023-07-05"),
        ("text", datetime(2023, 7, 5, 8, 30), "2023-07-05 08:30:00"),
        ("text", Truth.TRUE, "是"),
        ("text", "--", "--"),
        ("person_name", "  阿·依 古丽\u3000", "阿·依 古丽"),
        ("person_name", "·", None),
        ("id", " 44023319681226500x ", "44023319681226500x"),
        ("id", '="440233196812265002"', '="440233196812265002"'),
        ("id", '="-"', None),
        ("id", "'", None),
        ("id", 440233681226500.0, "440233681226500"),
        ("id", 4.402331981031322e17, "4.402331981031322E+17"),
        ("id", 1e15, "1.000000000000000E+15"),
        ("code", "1", "一级"),
        ("code", 2.0, "二级"),
        ("code", " 三 级 ", "三级"),
        ("code", "五级", "五级"),
        ("date", "2023-07-05", "2023-07-05"),
        ("date", "2023/7/5", "2023-07-05"),
        ("date", "2023.7.5", "2023-07-05"),
        ("date", "20230705", "2023-07-05"),
        ("date", 20230705.0, "2023-07-05"),
        ("date", "２０２３年 7 月5日", "2023-07-05"),
        ("date", "45113", "2023-07-06"),
        ("date", 45113.0, "2023-07-06"),
        ("date", 45112.75, "2023-07-05"),
        ("date", "2023-07-05 00:00:00", "2023-07-05"),
        ("date", "2023-7-5 10:00", "2023-07-05"),
        ("date", "2023-07-05T08:30:00.000", "2023-07-05"),
        ("date", date(2023, 7, 5), "2023-07-05"),
        ("date", datetime(2023, 7, 5, 23, 59), "2023-07-05"),
        ("month", "2023-07", "2023-07-01"),
        ("month", "202307", "2023-07-01"),
        ("month", 202307.0, "2023-07-01"),
        ("month", "2023年7月", "2023-07-01"),
        ("month", "2023年07月", "2023-07-01"),
        ("month", "2023.1", "2023-01-01"),
        ("month", "2023.10", "2023-10-01"),
        ("month", 2023.7, "2023-07-01"),
        ("month", 2023.11, "2023-11-01"),
        ("month", "2023/7", "2023-07-01"),
        ("month", "2023年7月15日", "2023-07-01"),
        ("month", date(2023, 7, 31), "2023-07-01"),
        ("month", 45113.0, "2023-07-01"),
        ("money", "1,200", "1200.00"),
        ("money", "1200元", "1200.00"),
        ("money", "￥1200", "1200.00"),
        ("money", "¥1,234.5", "1234.50"),
        ("money", "0.12万", "1200.00"),
        ("money", "0.00005万元", "0.50"),
        ("money", "９．６７", "9.67"),
        ("money", "-203.07", "-203.07"),
        ("money", "￥-5", "-5.00"),
        ("money", 0.1 + 0.2, "0.30"),
        ("money", 2.675, "2.68"),
        ("money", "2.665", "2.67"),
        ("money", "-0.005", "-0.01"),
        ("money", "-0.001", "0.00"),
        ("money", -0.0, "0.00"),
        ("money", "007.5", "7.50"),
        ("money", ".5", "0.50"),
        ("money", 1e-7, "0.00"),
        ("integer", "8.0", "8"),
        ("integer", 8.0, "8"),
        ("integer", "８", "8"),
        ("integer", "-3", "-3"),
        ("integer", "1,024", "1024"),
        *(
            ("flag", cell, "true")
            for cell in ("是", "有", "Y", "y", "1", 1.0, "1.0", "true", "True", "TRUE", "√", " 是\u3000", Truth.TRUE)
        ),
        *(("flag", cell, "false") for cell in ("否", "无", "N", "n", "0", 0.0, "false", "False", Truth.FALSE)),
        *(("flag", cell, None) for cell in ("", "-", "/", "\\", "NULL", "#N/A")),
    ],
)
def test_readable(column_type: str, cell: Cell, expected: str | None) -> None:
    assert read(column_type, cell) == expected


@pytest.mark.parametrize(
    ("column_type", "cell", "problem"),
    [
        ("date", "2023-02-30", "unreadable_date"),
        ("date", "05/06/23", "unreadable_date"),
        ("date", "2023", "unreadable_date"),
        ("date", 2023.0, "unreadable_date"),
        ("date", "5", "unreadable_date"),
        ("date", "2023.7", "unreadable_date"),
        ("date", "80001", "unreadable_date"),
        ("date", time(8, 0), "unreadable_date"),
        ("date", "1823-07-05", "out_of_range"),
        ("month", 2023.1, "ambiguous_month"),
        ("month", "202313", "unreadable_month"),
        ("month", "七月", "unreadable_month"),
        ("money", "约500", "unreadable_money"),
        ("money", "12,00", "unreadable_money"),
        ("money", date(2023, 7, 5), "unreadable_money"),
        ("money", Truth.TRUE, "unreadable_money"),
        ("money", 4.4e17, "out_of_range"),
        ("money", "99999999999999", "out_of_range"),
        ("money", float("inf"), "out_of_range"),
        ("integer", "8.5", "unreadable_integer"),
        ("integer", 8.5, "unreadable_integer"),
        ("integer", "4402331968122", "out_of_range"),
        ("flag", "2", "unreadable_flag"),
        ("flag", "不详", "unreadable_flag"),
    ],
)
def test_unreadable(column_type: str, cell: Cell, problem: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read(column_type, cell)
    assert error.value.problem == problem
    assert str(cell) not in str(error.value)


def test_normalized_forms() -> None:
    assert normalize_id('="４４０２３３ 19681226\u200b500x"') == "44023319681226500X"
    assert normalize_name("阿·依•古・丽･娅. 木\u3000") == "阿依古丽娅木"
    employer = Column(name="employer", header="单位名称", type="text", compared=True)
    assert normalizer(employer)(" 新丰 云髻（茶业）\u3000合作社ＡＢ.") == "新丰云髻(茶业)合作社AB."
