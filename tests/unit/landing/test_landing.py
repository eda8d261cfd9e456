"""Landing as a whole: what is written, and the account of every row."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from landing_samples import HEADERS, MONTH, ROW, csv_bytes, xlsx_bytes

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import REPOSITORY, Installation
from orchestration.landing import LandingError, LandingPool, land_extract
from orchestration.landing.tables import INTAKE_FILES, INTAKE_PROBLEMS, landed_schema

Deliver = Callable[..., Path]
NAME, DOCUMENT = "张䶮", "440233196812265002"


def rows(installation: Installation, contract: ExtractContract, table: str = "") -> list[dict[str, object]]:
    path = (
        installation.landed_account(table, contract.extract, MONTH)
        if table
        else installation.landed_extract(contract.extract, MONTH)
    )
    return pq.read_table(path).to_pylist()


def test_values_and_schema(installation: Installation, contract: ExtractContract, deliver: Deliver) -> None:
    typed = ["王五", 440233681226500, 1, date(2023, 7, 5), 202307, 12.5, 3, True, "#N/A"]
    deliver(
        "aid__2.xlsx",
        xlsx_bytes({"说明": [["填表说明"]], "数据": [["名册"], HEADERS, typed], "字典": [["项目", "取值"]]}, ["字典"]),
    )
    deliver("aid__1.csv", csv_bytes([HEADERS, ROW], "gb18030"))
    result = land_extract(installation, contract, MONTH)
    assert (result.status, result.rows_loaded, result.problems) == ("received", 2, 0)
    assert pq.read_schema(installation.landed_extract(contract.extract, MONTH)).equals(landed_schema(contract))
    first, second = rows(installation, contract)
    assert first == {
        "delivery_month": date(2023, 7, 1),
        "file": "education/aid__1.csv",
        "row_number": 2,
        "name": NAME,
        "name_normalized": NAME,
        "id_number": DOCUMENT,
        "id_number_normalized": DOCUMENT,
        "grade": "一级",
        "paid_on": "2023-07-05",
        "of_month": "2023-07-01",
        "amount": "1200.00",
        "times": "8",
        "in_school": "true",
        "remark": "好",
    }
    assert (second["row_number"], second["id_number"], second["grade"], second["paid_on"]) == (
        3,
        "440233681226500",
        "一级",
        "2023-07-05",
    )
    assert (second["amount"], second["times"], second["in_school"], second["remark"]) == ("12.50", "3", "true", None)
    csv_file, xlsx_file = rows(installation, contract, "intake_files")
    assert (csv_file["format"], csv_file["encoding"], csv_file["header_row"]) == ("csv", "gb18030", 1)
    assert (xlsx_file["format"], xlsx_file["sheet"], xlsx_file["header_row"], xlsx_file["reason"]) == ("xlsx", "数据", 2, None)


MESSY = [
    ["新丰县名册"],
    HEADERS,
    ROW,
    [],
    ["-", "/", "无", "", " "],
    HEADERS,
    ["李四", "", "1", "2023/7/5"],
    ["", DOCUMENT, "1", "不详", "2023.7"],
    [NAME, DOCUMENT, "1", "2023/7/5", "某月", "约五百", "8", "2", "x"],
    ["合 计", "", "", "", "", "2400"],
    ["", "备注：金额单位为元"],
    ["填报人：综合股", "", "审核人："],
    ["", "", ""],
]


@pytest.mark.parametrize("make", [csv_bytes, lambda table: xlsx_bytes({"表": table})])
def test_every_row_is_accounted_for(
    installation: Installation, contract: ExtractContract, deliver: Deliver, make: Callable[[list[list[str]]], bytes]
) -> None:
    deliver("aid.csv" if make is csv_bytes else "aid.xlsx", make(MESSY))
    result = land_extract(installation, contract, MONTH)
    counts = (result.rows_loaded, result.rows_rejected, result.rows_blank, result.rows_note)
    assert counts == (2, 2, 2, 4)
    assert sum(counts) == result.rows_delivered
    problems = rows(installation, contract, "intake_problems")
    assert [(p["row_number"], p["column_letter"], p["outcome"], p["problem"]) for p in problems] == [
        (6, "", "mended", "repeated_header"),
        (7, "B", "row_rejected", "missing_required"),
        (8, "A", "row_rejected", "missing_required"),
        (8, "D", "row_rejected", "unreadable_date"),
        (9, "E", "cell_blanked", "unreadable_month"),
        (9, "F", "cell_blanked", "unreadable_money"),
        (9, "H", "cell_blanked", "unreadable_flag"),
        (10, "F", "warned", "total_differs"),
    ]
    assert problems[1]["message"] == "第 7 行 B 列“身份证号码”必须填写但为空，本行未读入。请补填后重新报送。"
    assert [row["row_number"] for row in rows(installation, contract)] == [3, 9]
    told = "".join(str(problem["message"]) for problem in problems)
    assert not any(value in told for value in (NAME, DOCUMENT, "李四", "不详", "约五百"))


def test_note_in_a_column_that_must_be_filled(installation: Installation, deliver: Deliver, contract: ExtractContract) -> None:
    columns = [column.model_copy(update={"required": column.name == "remark"}) for column in contract.columns]
    alone = contract.model_copy(update={"columns": tuple(columns)})
    table = [["备注内容", "姓名", "身份证号码"], ["合计：", "", "3"], ["合计生产合作社", "张", "4"], ["备注内容", "姓名", "x"]]
    deliver("aid.csv", csv_bytes(table))
    result = land_extract(installation, alone, MONTH)
    assert (result.rows_note, result.rows_loaded) == (2, 1)


def test_prepared_lines_with_a_running_number_only_are_blank(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    deliver("aid.csv", csv_bytes([["序号", *HEADERS], ["1", *ROW], ["2"], ["3"]]))
    result = land_extract(installation, contract, MONTH)
    assert (result.rows_loaded, result.rows_blank, result.files[0].unknown_columns) == (1, 2, None)


def test_not_received_and_rejected_have_schemas(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    assert land_extract(installation, contract, MONTH).status == "not_received"
    for data, reason, missing in ((b"", "空的", None), (b"a,b\n1,2\n", "没有找到", "姓名、身份证号码、发放日期")):
        deliver("aid.csv", data)
        result = land_extract(installation, contract, MONTH)
        assert result.status == "rejected"
        assert reason in str(result.files[0].reason)
        assert result.files[0].missing_columns == missing
        assert rows(installation, contract) == rows(installation, contract, "intake_problems") == []
        assert [file["outcome"] for file in rows(installation, contract, "intake_files")] == ["refused"]
    for table, schema in (("intake_files", INTAKE_FILES), ("intake_problems", INTAKE_PROBLEMS)):
        assert pq.read_schema(installation.landed_account(table, contract.extract, MONTH)).equals(schema)


def test_one_bad_file_does_not_hold_up_the_others(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    deliver("aid__1.xlsx", b"PK\x03\x04 broken")
    deliver("aid__2.xls", csv_bytes([HEADERS, ROW]))
    result = land_extract(installation, contract, MONTH)
    assert result.status == "received"
    assert [(file.outcome, file.format) for file in result.files] == [("refused", None), ("accepted", "csv")]


def test_header_without_rows_is_received(installation: Installation, contract: ExtractContract, deliver: Deliver) -> None:
    deliver("aid.csv", csv_bytes([HEADERS]))
    result = land_extract(installation, contract, MONTH)
    assert (result.status, result.rows_delivered, result.rows_loaded) == ("received", 0, 0)


def outputs(installation: Installation) -> dict[str, bytes]:
    return {str(path.relative_to(installation.state)): path.read_bytes() for path in installation.state.rglob("*.parquet")}


def test_same_delivery_same_bytes(
    tmp_path: Path, installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    path = deliver("aid.csv", csv_bytes(MESSY))
    land_extract(installation, contract, MONTH)
    os.utime(path, (1, 1))
    other = Installation.at(installation.raw, tmp_path / "other")
    land_extract(other, contract, MONTH)
    assert outputs(installation) == outputs(other)
    assert len(outputs(other)) == 3


def test_unchanged_delivery_is_not_landed_again(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    path = deliver("aid.csv", csv_bytes([HEADERS, ROW]))
    os.utime(path, (1_000_000, 1_000_000))
    first = land_extract(installation, contract, MONTH)
    again = land_extract(installation, contract, MONTH)
    assert (first.was_unchanged, again.was_unchanged, first == again) == (False, True, True)
    os.utime(path, (2_000_000, 2_000_000))
    assert land_extract(installation, contract, MONTH).was_unchanged
    changed = contract.model_copy(update={"title": "名册"})
    assert not land_extract(installation, changed, MONTH).was_unchanged
    installation.landed_account("intake_files", contract.extract, MONTH).unlink()
    assert not land_extract(installation, changed, MONTH).was_unchanged
    path.write_bytes(csv_bytes([HEADERS, [*ROW[:-1], "坏"]]))
    redelivered = land_extract(installation, changed, MONTH)
    assert not redelivered.was_unchanged
    assert rows(installation, contract)[0]["remark"] == "坏"
    assert len([archived for archived in installation.archive.rglob("*.csv") if archived.is_file()]) == 2
    path.unlink()
    assert land_extract(installation, changed, MONTH).status == "not_received"


def test_a_change_within_the_time_stamps_resolution_is_seen(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    path = deliver("aid.csv", csv_bytes([HEADERS, ROW]))
    stamp = path.stat().st_mtime_ns
    land_extract(installation, contract, MONTH)
    deliver("aid.csv", csv_bytes([HEADERS, [*ROW[:-1], "坏"]]))
    os.utime(path, ns=(stamp, stamp))
    assert not land_extract(installation, contract, MONTH).was_unchanged


def test_pool(installation: Installation, contract: ExtractContract, deliver: Deliver) -> None:
    deliver("aid.csv", csv_bytes(MESSY))
    with LandingPool(workers=2) as pool:
        pool.submit_all(installation, [contract], [MONTH, Month("2023-08")])
        assert pool.result(contract.extract, MONTH).rows_loaded == 2
        assert pool.result(contract.extract, Month("2023-08")).status == "not_received"


def test_pool_tells_of_our_own_errors_without_values(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    deliver("aid.csv", csv_bytes([HEADERS, ROW]))
    unknown_list = contract.columns[2].model_copy(update={"code_list": "no_such_list"})
    broken = contract.model_copy(update={"columns": (*contract.columns[:2], unknown_list, *contract.columns[3:])})
    with LandingPool(workers=1) as pool:
        pool.submit_all(installation, [broken], [MONTH])
        with pytest.raises(LandingError, match="KeyError") as error:
            pool.result(contract.extract, MONTH)
    assert NAME not in str(error.value)


def test_workers_start_light() -> None:
    code = "import sys, orchestration.landing.worker; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert not any(f"'{name}'" in loaded for name in ("dagster", "dbt", "duckdb", "great_expectations", "pandas"))


class EndsTheProcess:
    """Stands for a file at which the parser ends the process: unpickling it in the worker does."""

    extract, department, file_names, comes_with = "education__aid", "education", ("aid",), None

    def __reduce__(self) -> tuple[Callable[[int], object], tuple[int]]:
        return os._exit, (134,)


def test_pool_survives_the_end_of_a_worker(installation: Installation, contract: ExtractContract, deliver: Deliver) -> None:
    deliver("aid.csv", csv_bytes([HEADERS, ROW]))
    with LandingPool(workers=1) as pool:
        pool.submit_all(installation, [EndsTheProcess()], [MONTH])  # type: ignore[list-item]
        pool.submit_all(installation, [contract], [Month("2023-08")])
        with pytest.raises(LandingError, match="ended unexpectedly"):
            pool.result(contract.extract, MONTH)
        assert pool.result(contract.extract, Month("2023-08")).status == "not_received"
