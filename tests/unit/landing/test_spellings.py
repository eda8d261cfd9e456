"""Whatever the spelling of amounts, months and units: a landed value is the value that was meant, or the place is told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st
from landing_samples import csv_bytes, xlsx_bytes

from orchestration.contracts import load_extracts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import land_extract
from orchestration.landing.cells import UnreadableError, integer, money

INCOMES = load_extracts()["rural_revitalization__income_expense"]
KEYS, AMOUNTS = ["户编号", "所属月份"], ["工资性收入", "生产经营性收入", "转移性收入"]
NAMES = {"工资性收入": "wage_income", "生产经营性收入": "business_income", "转移性收入": "transfer_income"}

# --- a single amount

amounts = st.decimals(Decimal("-9999999"), Decimal("9999999"), places=2)
SIGNS = ["-{}", "\u2212{}", "－{}", "\u2013{}", "{}-", "({})", "（{}）", "负{}", "红字{}"]
MARKS = [",", "，", "'", "\u2019", " ", "\u202f", "\xa0", "\u2009", ""]
AROUND = ["{}", "￥{}", "¥ {}", "RMB{}", "CNY {}", "人民币{}元", "{}元", "{} 元整", "{}圆", " {} ", "'{}", '="{}"']
SCALES = [("{}", 1), ("{}元", 1), ("{}万", 10000), ("{}萬元", 10000), ("{}千元", 1000), ("{}百元", 100)]
wide = str.maketrans("0123456789.", "０１２３４５６７８９．")


def digits(amount: Decimal, mark: str) -> str:
    return f"{amount:,f}".replace(",", mark)


def read(cell: str) -> str | None:
    try:
        return money(cell)
    except UnreadableError:
        return None


@given(amounts, st.sampled_from(SIGNS), st.sampled_from(MARKS), st.sampled_from(AROUND), st.booleans())
def test_an_amount_is_read_as_meant_or_not_at_all(amount: Decimal, sign: str, mark: str, around: str, is_wide: bool) -> None:
    number = digits(abs(amount), mark)
    cell = around.format(sign.format(number) if amount < 0 else number)
    assert read(cell.translate(wide) if is_wide else cell) in (None, f"{amount:.2f}" if amount else "0.00")


@given(amounts.filter(lambda amount: amount >= 0), st.sampled_from(MARKS), st.sampled_from(SCALES))
def test_usual_spellings_are_read(amount: Decimal, mark: str, scale: tuple[str, int]) -> None:
    spelling, factor = scale
    number = digits((amount / factor).normalize(), mark)
    assert read(spelling.format(number)) == f"{amount:.2f}"


@given(
    st.integers(0, 999_999_999), st.sampled_from(["{}%", "{}‰", "{}E+2", "约{}", "{}以上", "${}", "{}²", "{}①", "借{}", "[{}]"])
)
def test_other_spellings_are_never_read(number: int, spelling: str) -> None:
    assert read(spelling.format(number)) is None


@given(st.integers(0, 99))
def test_brackets_of_a_footnote_are_no_sign(number: int) -> None:
    for reader in (money, integer):
        for cell in (f"({number})", f"（{number}）"):
            try:
                reader(cell)
            except UnreadableError:
                continue
            raise AssertionError(cell)


# --- a whole table


def land(text: str, rows: Sequence[Sequence[Any]], *, as_book: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """Return the landed rows, what is told, and why the file was refused."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation.at(Path(folder) / "raw", Path(folder) / "marts")
        month = Month(text)
        path = installation.raw / month / "rural_revitalization" / f"income_expense.{'xlsx' if as_book else 'csv'}"
        path.parent.mkdir(parents=True)
        path.write_bytes(xlsx_bytes({"数据": rows}) if as_book else csv_bytes(rows))
        (file,) = land_extract(installation, INCOMES, month).files
        landed = pq.read_table(installation.landed_extract(INCOMES.extract, month)).to_pylist()
        told = pq.read_table(installation.landed_account("intake_problems", INCOMES.extract, month)).to_pylist()
        return landed, told, file.reason or ""


UNIT_NAMES = {"万元": 10000, "萬元": 10000, "人民币万元": 10000, "10000元": 10000, "千元": 1000, "百元": 100, "元": 1}
PLACES: dict[str, Callable[[str, list[list[str]]], list[list[str]]]] = {
    "banner": lambda unit, rows: [["收支登记", "", f"单位：户、{unit}"], [*KEYS, *AMOUNTS], *rows],
    "title": lambda unit, rows: [[f"收支登记表（{unit}）"], [*KEYS, *AMOUNTS], *rows],
    "sentence": lambda unit, rows: [[f"本表金额以{unit}为单位"], [*KEYS, *AMOUNTS], *rows],
    "headers": lambda unit, rows: [[*KEYS, *(f"{amount}（{unit}）" for amount in AMOUNTS)], *rows],
    "slash": lambda unit, rows: [[*KEYS, *(f"{amount}/{unit}" for amount in AMOUNTS)], *rows],
    "row of units": lambda unit, rows: [[*KEYS, *AMOUNTS], ["", "", *[f"（{unit}）"] * 3], *rows],
    "below": lambda unit, rows: [[*KEYS, *AMOUNTS], *rows, [f"注：金额单位为{unit}"]],
    "group": lambda unit, rows: [["户编号", "所属月份", f"收入（{unit}）", "", ""], ["", "", *AMOUNTS], *rows],
}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(PLACES)),
    st.sampled_from(sorted(UNIT_NAMES)),
    st.lists(st.tuples(*[st.decimals(Decimal(0), Decimal(9000), places=2)] * 3), min_size=3, max_size=8),
    st.sampled_from([1, 100, 1000, 10000]),
)
def test_a_unit_anywhere_gives_what_was_meant_or_is_told(
    place: str, unit: str, meant: list[tuple[Decimal, ...]], written_in: int
) -> None:
    """Also where the note is wrong: the amounts are written in another unit than it says."""
    rows = [[f"H{n}", "2023-06", *(f"{amount / written_in:f}" for amount in some)] for n, some in enumerate(meant)]
    landed, told, reason = land("2023-07", PLACES[place](unit, rows), as_book=False)
    as_meant = [tuple(Decimal(row[NAMES[amount]]) for amount in AMOUNTS) for row in landed] == meant
    is_told = bool(reason) or any(problem["problem"] in {"unit_converted", "unit_unclear"} for problem in told)
    factor = UNIT_NAMES[unit]
    assert as_meant or is_told or factor == 1
    # a right note is followed where it is clear and no amount is unlikely
    if written_in == factor and unit != "10000元" and all(amount < 1000 for some in meant for amount in some):
        assert as_meant


def window(delivery: tuple[int, int], length: int) -> list[tuple[int, int]]:
    end = delivery[0] * 12 + delivery[1] - 1
    return [divmod(count, 12) for count in range(end - length, end)]


def as_number(year: int, month: int) -> str:
    return f"{year}.{month + 1}".removesuffix("0")


def as_padded_number(year: int, month: int) -> str:
    return f"{year}.{month + 1:02d}".removesuffix("0")


MONTHS: list[Callable[[int, int], str]] = [as_number, as_padded_number]
OTHER_MONTHS: list[Callable[[int, int], str]] = [
    lambda year, month: f"{year}.{month + 1}",
    lambda year, month: f"{year}-{month + 1:02d}",
    lambda year, month: f"{year}{month + 1:02d}",
    lambda year, month: f"{year}年{month + 1}月",
    lambda year, month: f"{year}/{month + 1}",
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_month_is_as_meant_or_told(data: st.DataObject) -> None:
    delivery = (data.draw(st.integers(2021, 2023)), data.draw(st.integers(1, 12)))
    months = window(delivery, data.draw(st.integers(3, 12)))
    order = data.draw(st.sampled_from(["up", "down", "by month", "none"]))
    few = len(months) // 4 if order != "none" else 0
    meant = []
    for number in range(data.draw(st.integers(1, 4))):
        gone = data.draw(st.lists(st.sampled_from(months), max_size=few))
        meant += [(f"H{number}", *month) for month in months if month not in gone]
    meant.sort(key=lambda row: row[1:] if order == "by month" else (), reverse=False)
    meant = data.draw(st.permutations(meant)) if order == "none" else meant[::-1] if order == "down" else meant
    usual = data.draw(st.sampled_from(MONTHS))
    others = data.draw(st.booleans())
    spellings = [data.draw(st.sampled_from([usual, *OTHER_MONTHS])) if others else usual for _ in meant]
    as_book = data.draw(st.booleans())
    cells = [spell(year, month) for spell, (_, year, month) in zip(spellings, meant, strict=True)]
    typed = [float(cell) if as_book and spell is usual else cell for cell, spell in zip(cells, spellings, strict=True)]
    rows = [[household, cell, "1200", "0", "0"] for (household, _, _), cell in zip(meant, typed, strict=True)]
    landed, told, _ = land(f"{delivery[0]}-{delivery[1]:02d}", [[*KEYS, *AMOUNTS], *rows], as_book=as_book)
    found = {row["row_number"]: (row["household_id"], row["income_month"][:7]) for row in landed}
    rejected = {problem["row_number"] for problem in told if problem["outcome"] == "row_rejected"}
    for row_number, (household, year, month) in enumerate(meant, start=2):
        if row_number not in rejected:
            assert found[row_number] == (household, f"{year}-{month + 1:02d}")
