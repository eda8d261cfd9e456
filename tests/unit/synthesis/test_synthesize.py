from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from orchestration.contracts import load_extracts
from orchestration.foundation.months import Month
from orchestration.synthesis import SynthesisSummary, synthesize
from orchestration.synthesis.incomes import income_lines

HOUSEHOLDS, FIRST, LAST, SEED = 40, Month("2023-06"), Month("2023-08"), 3
MONTHS = (Month("2023-06"), Month("2023-07"), Month("2023-08"))
CONTRACTS = load_extracts()

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def tidy(tmp_path_factory: pytest.TempPathFactory) -> SynthesisSummary:
    return synthesize(tmp_path_factory.mktemp("tidy"), HOUSEHOLDS, FIRST, LAST, SEED, clean=True)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> SynthesisSummary:
    return synthesize(tmp_path_factory.mktemp("messy"), HOUSEHOLDS, FIRST, LAST, SEED)


def tidy_rows(summary: SynthesisSummary, extract: str, month: str) -> Rows:
    contract = CONTRACTS[extract]
    (path,) = (summary.out / month / contract.department).glob(f"{contract.short_name}.*")
    if path.suffix == ".csv":
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    else:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        lines = [[str(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]
    names = [column.name for column in contract.columns]
    assert lines[0] == [column.header for column in contract.columns]
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]


def check_character(number: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def truth(summary: SynthesisSummary) -> list[dict[str, object]]:
    return pq.read_table(summary.out / ".truth" / "person_links.parquet").to_pylist()


def net_by_household(summary: SynthesisSummary, month: str) -> dict[str, float]:
    """Net income in cents of the twelve months before a delivery, for households with all twelve."""
    last = np.datetime64(month) - 1
    rows: Rows = []
    for delivery in (delivery for delivery in MONTHS if delivery <= month):
        rows += tidy_rows(summary, "rural_revitalization__income_expense", delivery)
    by_household: dict[str, dict[str, int]] = {}
    for row in rows:
        if last - 11 <= np.datetime64(row["income_month"]) <= last:
            parts = [row[name] for name in ("wage_income", "business_income", "property_income", "transfer_income")]
            if "" in parts:
                continue
            net = sum(round(float(part) * 100) for part in parts) - round(float(row["business_expense"]) * 100)
            by_household.setdefault(row["household_id"], {})[row["income_month"]] = net
    return {household: sum(months.values()) for household, months in by_household.items() if len(months) == 12}


@pytest.mark.parametrize("clean", [True, False])
def test_same_arguments_give_the_same_bytes(
    tmp_path: Path, clean: bool, tidy: SynthesisSummary, messy: SynthesisSummary
) -> None:
    again = synthesize(tmp_path / "again", HOUSEHOLDS, FIRST, LAST, SEED, clean)
    before = tidy if clean else messy
    assert digests(again.out) == digests(before.out)
    assert (again.rows, again.files, again.members) == (before.rows, before.files, before.members)


def test_another_seed_gives_another_county(tmp_path: Path, tidy: SynthesisSummary) -> None:
    other = synthesize(tmp_path, HOUSEHOLDS, FIRST, FIRST, SEED + 1, clean=True)
    extract = "rural_revitalization__member_roster"
    assert tidy_rows(other, extract, FIRST)[0]["name"] != tidy_rows(tidy, extract, FIRST)[0]["name"]


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("extract", sorted(CONTRACTS))
def test_every_extract_is_delivered_every_month(messy: SynthesisSummary, extract: str, month: str) -> None:
    contract = CONTRACTS[extract]
    folder = messy.out / month / contract.department
    assert [path for path in folder.iterdir() if path.stem.split("__")[0] == contract.short_name]


def test_summary_counts_what_was_written(tidy: SynthesisSummary) -> None:
    assert tidy.months == MONTHS
    assert tidy.households == HOUSEHOLDS == len(tidy_rows(tidy, "rural_revitalization__household_roster", FIRST))
    assert tidy.members == len(tidy_rows(tidy, "rural_revitalization__member_roster", FIRST))
    for extract in CONTRACTS:
        assert tidy.rows[extract] == sum(len(tidy_rows(tidy, extract, month)) for month in MONTHS)
        assert tidy.files[extract] == len(MONTHS)


def test_documents_are_valid_and_fit_their_holder(tidy: SynthesisSummary) -> None:
    members = tidy_rows(tidy, "rural_revitalization__member_roster", LAST)
    for member in members:
        number = member["id_number"]
        assert len(number) == 18
        assert number[17] == check_character(number)
        assert number[6:14] == member["birth_date"].replace("-", "")
        assert (int(number[16]) % 2 == 1) == (member["sex"] == "男")
    assert len({member["id_number"] for member in members}) == len(members)


def test_families_hang_together(tidy: SynthesisSummary) -> None:
    members = [row for row in tidy_rows(tidy, "rural_revitalization__member_roster", LAST) if row["member_status"] == "正常"]
    homes = {row["household_id"]: row for row in tidy_rows(tidy, "rural_revitalization__household_roster", LAST)}
    heads = {row["household_id"]: row for row in members if row["relationship"] == "户主"}
    assert heads.keys() == homes.keys()
    assert sum(row["relationship"] == "户主" for row in members) == len(heads)
    for member in members:
        head = heads[member["household_id"]]
        if member["relationship"] in ("之子", "之女"):
            assert int(member["birth_date"][:4]) - int(head["birth_date"][:4]) >= 15
    for household, home in homes.items():
        assert int(float(home["household_size"])) == sum(row["household_id"] == household for row in members)
        assert home["head_id_number"] == heads[household]["id_number"]


def test_the_first_delivery_fills_a_window_of_twelve_months(tidy: SynthesisSummary) -> None:
    months = {row["income_month"] for row in tidy_rows(tidy, "rural_revitalization__income_expense", FIRST)}
    assert months == {str(np.datetime64(FIRST) - back) for back in range(1, 13)}
    later = {row["income_month"] for row in tidy_rows(tidy, "rural_revitalization__income_expense", LAST)}
    assert later == {str(np.datetime64(LAST) - 1)}


@pytest.mark.parametrize("month", MONTHS)
def test_households_stand_exactly_at_the_lines(tidy: SynthesisSummary, month: str) -> None:
    size = {
        row["household_id"]: int(float(row["household_size"]))
        for row in tidy_rows(tidy, "rural_revitalization__household_roster", month)
    }
    income = net_by_household(tidy, month)
    distances = {round(total - line * 100 * size[household]) for household, total in income.items() for line in income_lines()}
    assert {-1, 0, 1} <= distances


def test_tidy_rows_have_no_slips(tidy: SynthesisSummary) -> None:
    assert {row["error_class"] for row in truth(tidy)} == {None}


def test_messy_rows_have_slips_at_the_rate_of_real_registers(messy: SynthesisSummary) -> None:
    rows = [row for row in truth(messy) if not str(row["extract"]).startswith("rural_revitalization")]
    slips = [row for row in rows if row["error_class"] and not str(row["error_class"]).startswith("format_")]
    assert 0.02 < len(slips) / len(rows) < 0.12


def test_truth_names_members_and_nobody_else(tidy: SynthesisSummary) -> None:
    members = {row["person_id"]: row for row in tidy_rows(tidy, "rural_revitalization__member_roster", LAST)}
    numbers = {member["id_number"] for member in members.values()}
    found = [row for row in truth(tidy) if row["extract"] == "medical_insurance__enrolment" and row["month"] == LAST]
    delivered = tidy_rows(tidy, "medical_insurance__enrolment", LAST)
    assert len(found) == len(delivered)
    for link in found:
        row = delivered[int(str(link["row_number"])) - 2]
        if link["person_id"] is None:
            assert row["id_number"] not in numbers
        else:
            assert members[str(link["person_id"])]["id_number"] == row["id_number"]


def test_people_who_are_not_on_the_roster_appear(tidy: SynthesisSummary) -> None:
    rows = [row for row in truth(tidy) if row["extract"] == "medical_insurance__enrolment"]
    assert 0.3 < sum(row["person_id"] is None for row in rows) / len(rows) < 0.7


def test_unknown_months_and_used_folders_are_refused(tmp_path: Path, tidy: SynthesisSummary) -> None:
    with pytest.raises(ValueError, match="nothing to write"):
        synthesize(tmp_path, 10, "2023-08", "2023-07", 1)
    with pytest.raises(ValueError, match="nothing to write"):
        synthesize(tmp_path, 0, FIRST, FIRST, 1)
    with pytest.raises(FileExistsError, match="2023-07"):
        synthesize(tidy.out, 10, "2023-07", "2023-09", 1)
