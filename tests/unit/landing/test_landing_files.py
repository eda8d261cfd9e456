"""Readers, headers and deliveries."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from landing_samples import HEADERS, MONTH, ROW, csv_bytes, xlsx_bytes

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import delivery_months, unrecognized_files
from orchestration.landing.delimited import read_delimited
from orchestration.landing.delivery import extract_files
from orchestration.landing.grid import FileRefusedError, Grid, column_letter
from orchestration.landing.header import Headers
from orchestration.landing.kinds import OLE_MAGIC, kind_of
from orchestration.landing.workbooks import read_workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(contract: ExtractContract, encoding: str, delimiter: str) -> None:
    data = csv_bytes([["新丰县，名册; 七月"], HEADERS, ROW], encoding, delimiter)
    found, grid = read_delimited(data, Headers(contract, MONTH).score)
    assert found == ("utf-8" if encoding == "utf-8" else encoding)
    assert grid.rows[1] == HEADERS
    assert grid.rows[2][0] == "张䶮"


def test_line_on_which_a_record_starts(contract: ExtractContract) -> None:
    data = '姓名,"身份证\r\n号码",发放日期\r\n张三,1,"a\nb\nc"\r\n\r\n李四,2,c\n'.encode()
    _, grid = read_delimited(data, Headers(contract, MONTH).score)
    assert list(grid.row_numbers) == [1, 3, 6, 7]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (codecs.BOM_UTF8 + "姓名".encode("gb18030"), "编码"),
        ("姓名,金额\n张三,1\n李\n".encode() + b"\xff\xff\n", "第 4 行"),
        (b"\x01\x00\x02\x00", "不是表格"),
        ("姓名,金额\n张三,1\n".encode() + b"x" * 2_000_000, "按行列分开"),
    ],
)
def test_refused_text(contract: ExtractContract, data: bytes, part: str) -> None:
    with pytest.raises(FileRefusedError, match=part):
        read_delimited(data, Headers(contract, MONTH).score)


def test_a_quote_that_is_not_closed_swallows_nothing(contract: ExtractContract) -> None:
    _, grid = read_delimited('姓名,金额\n张三,1\n李四,"2\n王五,3\n'.encode(), Headers(contract, MONTH).score)
    assert grid.rows[1:] == [["张三", "1"], ["李四", "2"], ["王五", "3"]]
    assert [(remark.row_number, remark.problem) for remark in grid.remarks] == [(3, "unpaired_quotes")]


def test_text_after_a_quote_is_harmless(contract: ExtractContract) -> None:
    _, grid = read_delimited('姓名,金额\n"北京"路,1\n'.encode(), Headers(contract, MONTH).score)
    assert grid.rows[1] == ["北京路", "1"]


@pytest.mark.parametrize(
    "data",
    [
        xlsx_bytes({"a": [HEADERS, ROW]})[:900],
        b"PK\x03\x04 no archive",
        OLE_MAGIC + b"\0" * 600,
        OLE_MAGIC + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    ],
)
def test_refused_workbooks(data: bytes) -> None:
    with pytest.raises(FileRefusedError, match="请"):
        read_workbook(data, kind_of(data))


def test_a_cell_in_the_far_corner_does_not_end_the_process() -> None:
    source = zipfile.ZipFile(io.BytesIO(xlsx_bytes({"a": [["x"]]})))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            far = b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
            archive.writestr(name, source.read(name).replace(b"</row>", far) if "sheet1" in name else source.read(name))
    with pytest.raises(FileRefusedError, match="使用范围异常"):
        read_workbook(target.getvalue(), "xlsx")


def grid(*rows: list[str], sheet: str = "表") -> Grid:
    return Grid(sheet, rows, range(1, len(rows) + 1))


def test_header_below_banner_with_spaces_and_alias(contract: ExtractContract) -> None:
    texts = ["序号", " 姓\u3000名", "身份证\n号码", "发放日期 ", "实发金额", "民族"]
    (chosen,) = Headers(contract, MONTH).choose([grid(["填表说明"], sheet="说明"), grid(["名册"], ["单位：元"], texts)])
    header = chosen.header
    assert header.index == 2
    assert header.positions == {"name": 1, "id_number": 2, "paid_on": 3, "amount": 4}
    assert header.unknown == ("民族",)


@pytest.mark.parametrize(("month", "known"), [("2023-08", False), ("2023-09", True), ("2024-01", True)])
def test_dated_header(contract: ExtractContract, month: str, known: bool) -> None:
    (chosen,) = Headers(contract, month).choose([grid(["姓名", "身份证号码", "发放日期", "到账金额"])])
    assert ("amount" in chosen.header.positions) == known


@pytest.mark.parametrize(
    ("grids", "parts"),
    [
        ([grid(HEADERS, sheet="一"), grid(HEADERS, sheet="二")], ["2 个工作表", "“一”", "“二”"]),
        ([grid(["名册"]), grid([])], ["没有找到", "姓名、身份证号码、发放日期"]),
        ([grid([])], ["没有找到"]),
        ([grid(["标题"], ["姓名", "公民身份号码", "发放日期"])], ["第 2 行", "缺少必须有的列：身份证号码", "公民身份号码"]),
        ([grid([*HEADERS, "实发金额"])], ["“金额”在 F、J 列"]),
    ],
)
def test_refused_headers(contract: ExtractContract, grids: list[Grid], parts: list[str]) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        Headers(contract, MONTH).choose(grids)
    assert all(part in str(refusal.value) for part in parts)


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letter(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def test_files_of_a_delivery(installation: Installation, contract: ExtractContract, deliver: Callable[..., Path]) -> None:
    other = contract.model_copy(update={"extract": "education__aid_item"})
    for name in (
        "aid__2.XLSX",
        "aid.csv",
        "aid__10__b.et",
        "aid_item__1.xls",
        "aid_items.csv",
        "aid.pdf",
        "~$aid.xlsx",
        "Thumbs.db",
    ):
        deliver(name, b"")
    deliver("aid.csv", b"", month=Month("2023-06"))
    (installation.raw / MONTH / "stray.xlsx").write_bytes(b"")
    (installation.raw / "2023-13").mkdir()
    assert delivery_months(installation.raw) == ["2023-06", MONTH]
    assert delivery_months(installation.raw / "none") == []
    assert [path.name for path in extract_files(installation.raw, MONTH, contract)] == [
        "aid.csv",
        "aid__10__b.et",
        "aid__2.XLSX",
    ]
    assert [path.name for path in extract_files(installation.raw, MONTH, other)] == ["aid_item__1.xls"]
    unrecognized = unrecognized_files(installation.raw, MONTH, [contract, other])
    assert [stranger.file for stranger in unrecognized] == ["education/aid.pdf", "education/aid_items.csv", "stray.xlsx"]
