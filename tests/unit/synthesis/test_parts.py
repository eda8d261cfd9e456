from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from orchestration.contracts import ExtractContract, load_code_lists, load_extracts
from orchestration.foundation.months import Month
from orchestration.synthesis import defects
from orchestration.synthesis.chance import stream, uniform
from orchestration.synthesis.county import County
from orchestration.synthesis.deliveries import Backlog, roll
from orchestration.synthesis.events import FLOWS
from orchestration.synthesis.files import write_extract
from orchestration.synthesis.founding import found
from orchestration.synthesis.life import live
from orchestration.synthesis.registers import ROLLS
from orchestration.synthesis.tables import Table, conform, repeated

MONTH = Month("2023-08")
TOWNS = [f"town{number}" for number in range(7)]
CONTRACTS, CODE_LISTS = load_extracts(), load_code_lists()
REGISTERS = {**ROLLS, **FLOWS}
# answers to a queue that is only known when a month has been run
NEVER_WRITTEN = {"rural_revitalization__match_decision"}
SETTLEMENT = "medical_insurance__settlement"


def settled_county(is_clean: bool, months: int = 13, households: int = 120) -> tuple[County, Backlog]:
    county = found(households, households, np.datetime64("2023-06"), 5, is_clean)
    backlog = Backlog()
    for _ in range(months):
        live(county)
        backlog.post(county, CONTRACTS, CODE_LISTS)
    return county, backlog


@pytest.fixture(scope="module")
def living() -> County:
    return settled_county(is_clean=True)[0]


def test_every_extract_has_a_register() -> None:
    assert set(CONTRACTS) == set(REGISTERS) | NEVER_WRITTEN


@pytest.mark.parametrize("extract", sorted(REGISTERS))
def test_registers_fill_every_column_of_the_contract(living: County, extract: str) -> None:
    table = REGISTERS[extract](living)
    assert set(table.columns) == {column.name for column in CONTRACTS[extract].columns}
    assert {len(values) for values in table.columns.values()} == {len(table)}


@pytest.mark.parametrize("extract", sorted(REGISTERS))
def test_business_keys_of_a_tidy_delivery_are_unique(living: County, extract: str) -> None:
    table = REGISTERS[extract](living)
    keys = list(zip(*(table.columns[column.name].tolist() for column in CONTRACTS[extract].key_columns), strict=True))
    assert len(set(keys)) >= 0.995 * len(keys)


def test_codes_are_of_their_lists(living: County) -> None:
    lists = CODE_LISTS
    for extract, register in REGISTERS.items():
        table = register(living)
        for column in CONTRACTS[extract].columns:
            if column.code_list:
                assert set(table.columns[column.name].tolist()) <= set(lists[column.code_list].spellings) | {""}


def test_a_new_column_of_a_contract_is_filled(living: County) -> None:
    contract = CONTRACTS["water__drinking_water"]
    more = contract.model_dump()
    more["columns"] = [*more["columns"], {"name": "depth", "header": "井深", "type": "text", "required": True}]
    grown = ExtractContract.model_validate(more)
    table = roll(living, grown, CODE_LISTS)
    assert len(table.columns["depth"]) == len(table)
    assert "" not in table.columns["depth"].tolist()


def test_a_column_that_left_the_contract_is_not_written(living: County) -> None:
    contract = CONTRACTS["water__drinking_water"]
    fewer = contract.model_copy(update={"columns": contract.columns[:-1]})
    table = conform(ROLLS[contract.extract](living), fewer, CODE_LISTS, living.month)
    assert list(table.columns) == [column.name for column in fewer.columns]


def test_later_messy_deliveries_hold_late_rows_and_corrections() -> None:
    county, backlog = settled_county(is_clean=False, months=12, households=400)
    contract = CONTRACTS[SETTLEMENT]
    deliveries = [backlog.collect(county, contract)]
    for _ in range(3):
        live(county)
        backlog.post(county, CONTRACTS, CODE_LISTS)
        deliveries.append(backlog.collect(county, contract))
    first, second, third = deliveries[1:]
    earlier = {row for table in deliveries[:3] for row in table.columns["settlement_id"].tolist()}
    repeats = set(third.columns["settlement_id"].tolist()) & earlier
    assert repeats  # corrections: the same key once more
    newest = f"YB{str(county.month).replace('-', '')}"
    old = [row for row in third.columns["settlement_id"].tolist() if not row.startswith(newest)]
    assert set(old) - earlier  # late rows: an old month, not seen before
    assert len(first) and len(second)


def test_tidy_deliveries_hold_the_month_before_alone() -> None:
    county, backlog = settled_county(is_clean=True, months=12)
    contract = CONTRACTS[SETTLEMENT]
    backlog.collect(county, contract)
    live(county)
    backlog.post(county, CONTRACTS, CODE_LISTS)
    months = backlog.collect(county, contract).columns["settled_on"].astype("datetime64[M]")
    assert set(months.tolist()) == {county.month.tolist()}


@pytest.mark.parametrize(
    ("slip", "spoilt"),
    [
        ("transposition", lambda text: sorted(text) == sorted("440233199001011234")),
        ("one_digit", lambda text: sum(a != b for a, b in zip(text, "440233199001011234", strict=True)) == 1),
        ("fifteen_digits", lambda text: text == "440233900101123"),
        ("certificate_number", lambda text: text == "44023319900101123442"),
        ("lost_digits", lambda text: "E+" in text),
        ("number_of_head", lambda text: text == "head"),
        ("homophone", lambda text: text in ("李玮", "李炜")),
        ("blank_number", lambda text: text == ""),
    ],
)
def test_slips(slip: str, spoilt) -> None:
    bearer = defects.Bearer("李伟", "440233199001011234", "44023319900101123442", "head")
    for where in np.linspace(0, 0.999, 25).tolist():
        assert spoilt(defects.SLIPS[slip](bearer, where))


def test_uniform_is_fixed_and_even() -> None:
    keys = np.arange(20_000)
    numbers = uniform(1, "label", keys)
    assert (numbers == uniform(1, "label", keys)).all()
    assert abs(numbers.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(numbers, uniform(1, "other", keys))[0, 1]) < 0.03


def small_table(rows: int) -> Table:
    columns = {
        "household_id": np.array([f"H{row}" for row in range(rows)], dtype=object),
        "visited_on": np.full(rows, np.datetime64("2023-07-05")),
        "visitor_level": repeated("村", rows),
        "visitor": repeated("网格员", rows),
        "finding": repeated("", rows),
    }
    return Table(columns, np.full(rows, -1), np.arange(rows) % 7)


def lines_of(path: Path) -> list[str]:
    """The text of every line or row as a person sees it, first cell that is filled in front."""
    if path.suffix == ".csv":
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return path.read_bytes().decode(encoding).split("\n")
            except UnicodeDecodeError:
                continue
    book = CalamineWorkbook.from_path(path)
    sheet = next(name for name in book.sheet_names if name not in ("说明", "字典"))
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return ["|".join(str(cell) for cell in row) for row in rows]


@pytest.mark.parametrize("seed", range(25))
def test_row_numbers_are_those_a_person_sees(tmp_path: Path, seed: int) -> None:
    contract = CONTRACTS["rural_revitalization__visit"]
    table = small_table(80)
    written = write_extract(
        tmp_path,
        contract,
        table,
        month=MONTH,
        rng=stream(seed, "layout"),
        sender="县局",
        towns=TOWNS,
        is_clean=False,
    )
    assert sorted(np.concatenate([file.rows for file in written]).tolist()) == list(range(80))
    for file in written:
        lines = lines_of(file.path)
        for row, number in zip(file.rows.tolist(), file.row_numbers.tolist(), strict=True):
            assert table.columns["household_id"][row] in lines[number - 1]


def test_an_extract_with_nothing_to_report_is_a_header(tmp_path: Path) -> None:
    contract = CONTRACTS["rural_revitalization__visit"]
    (file,) = write_extract(
        tmp_path,
        contract,
        small_table(0),
        month=MONTH,
        rng=stream(1, "x"),
        sender="县局",
        towns=TOWNS,
        is_clean=True,
    )
    if file.path.suffix == ".csv":
        lines = list(csv.reader(io.StringIO(file.path.read_text(encoding="utf-8"))))
    else:
        lines = CalamineWorkbook.from_path(file.path).get_sheet_by_index(0).to_python()
    assert lines == [[column.header for column in contract.columns]]
