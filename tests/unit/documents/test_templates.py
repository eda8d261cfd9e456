from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from orchestration.command_line.commands import main
from orchestration.contracts import Column, ExtractContract, load_code_lists, load_extracts
from orchestration.documents import write_templates
from orchestration.documents.templates import REQUIRED_COLOUR
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.row_seals import SEAL_COLUMN
from orchestration.landing import land_extract

MONTH = Month("2023-07")
EXTRACTS = list(load_extracts())


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    write_templates(folder)
    return folder


def path_of(templates: Path, contract: ExtractContract) -> Path:
    return templates / contract.department / f"{contract.short_name}.xlsx"


def filled(column: Column) -> Any:
    """Return what a person would type."""
    values: dict[str, Any] = {
        "text": "甲",
        "person_name": "张三",
        "id": "440233198001010012",
        "date": dt.date(2023, 6, 5),
        "month": dt.date(2023, 6, 1),
        "money": 1200.5,
        "integer": 2023,
        "flag": "是",
    }
    return load_code_lists()[column.code_list].values[-1].value if column.code_list else values[column.type]


def shown(contract: ExtractContract) -> list[Column]:
    """Return the columns of a template: all but what only our own workbooks bring."""
    return [column for column in contract.columns if column.name != SEAL_COLUMN]


def land(tmp_path: Path, templates: Path, contract: ExtractContract, rows: int) -> tuple[Installation, Any]:
    """Fill the template with rows, save it where a department would, and land it."""
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    folder = installation.raw / MONTH / contract.department
    folder.mkdir(parents=True)
    book = openpyxl.load_workbook(path_of(templates, contract))
    for row in range(2, rows + 2):
        for position, column in enumerate(shown(contract), start=1):
            book.worksheets[0].cell(row, position).value = filled(column)
    book.save(folder / f"{contract.short_name}.xlsx")
    return installation, land_extract(installation, contract, MONTH)


@pytest.mark.parametrize("extract", EXTRACTS)
def test_a_filled_template_lands_without_a_word(tmp_path: Path, templates: Path, extract: str) -> None:
    contract = load_extracts()[extract]
    installation, landed = land(tmp_path, templates, contract, rows=2)
    (file,) = landed.files
    assert (file.outcome, file.header_row, file.rows_loaded, file.rows_rejected) == ("accepted", 1, 2, 0)
    assert pq.read_table(installation.landed_account("intake_problems", extract, MONTH)).num_rows == 0
    row = pq.read_table(installation.landed_extract(extract, MONTH)).to_pylist()[0]
    assert all(row[column.name] is not None for column in shown(contract))
    for column in contract.columns:
        if column.type == "id":
            assert row[column.name] == "440233198001010012"


@pytest.mark.parametrize("extract", EXTRACTS)
def test_an_empty_template_is_a_delivery_without_rows(tmp_path: Path, templates: Path, extract: str) -> None:
    _, landed = land(tmp_path, templates, load_extracts()[extract], rows=0)
    assert [(file.outcome, file.rows_delivered) for file in landed.files] == [("accepted", 0)]


@pytest.mark.parametrize("extract", EXTRACTS)
def test_headers_formats_and_rules_follow_the_contract(templates: Path, extract: str) -> None:
    contract = load_extracts()[extract]
    book = openpyxl.load_workbook(path_of(templates, contract))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.header for column in shown(contract)]
    assert [sheet.sheet_state for sheet in book.worksheets[:2]] == ["visible", "visible"]
    assert book.worksheets[1].title == "填表说明"
    kinds = {next(iter(validation.sqref.ranges)).min_col: validation for validation in sheet.data_validations.dataValidation}
    for position, column in enumerate(shown(contract), start=1):
        colour = sheet.cell(1, position).fill.fgColor.rgb
        assert (colour == f"FF{REQUIRED_COLOUR[1:]}") == column.required
        (form,) = [one.number_format for one in sheet.column_dimensions.values() if one.min <= position <= one.max]
        expected = {"date": "yyyy-mm-dd", "month": "yyyy-mm", "money": "0.00", "integer": "0"}.get(column.type, "@")
        assert form == expected
        if column.type in ("code", "flag"):
            assert kinds[position].type == "list"
        if column.type in ("date", "month", "money", "integer"):
            assert kinds[position].type in ("date", "decimal", "whole")


def test_a_long_list_stands_on_a_hidden_sheet(templates: Path) -> None:
    contract = load_extracts()["rural_revitalization__member_roster"]
    book = openpyxl.load_workbook(path_of(templates, contract))
    rules = [rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation if rule.type == "list"]
    assert all(len(rule) <= 257 for rule in rules)
    names = [column.header for column in contract.columns]
    long = [
        column
        for column in contract.columns
        if column.code_list and len(",".join(code.value for code in load_code_lists()[column.code_list].values)) > 255
    ]
    for column in long:
        letter = book.worksheets[0].cell(1, names.index(column.header) + 1).column_letter
        (rule,) = [
            rule for rule in book.worksheets[0].data_validations.dataValidation if str(rule.sqref).startswith(f"{letter}2:")
        ]
        assert book["字典"].sheet_state == "hidden"
        cells = book["字典"][rule.formula1.removeprefix("字典!").replace("$", "")]
        assert [cell.value for (cell,) in cells] == [code.value for code in load_code_lists()[column.code_list or ""].values]


def test_the_same_bytes_every_time(templates: Path, tmp_path: Path) -> None:
    for path in write_templates(tmp_path):
        assert path.read_bytes() == (templates / path.relative_to(tmp_path)).read_bytes()


def test_the_command_writes_them_and_never_over_a_filled_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "--out", str(tmp_path / "new")]) == 0
    assert f"{len(EXTRACTS)} 个填表模板" in capsys.readouterr().out
    path = tmp_path / "new" / "education" / "enrolment.xlsx"
    path.write_bytes(b"filled")
    assert main(["templates", "--out", str(tmp_path / "new")]) == 1
    assert "请换一个新文件夹" in capsys.readouterr().err
    assert path.read_bytes() == b"filled"
