"""What ``fangfanpin explain`` names is there: every input of a household is read back from the delivered file at its row."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import datetime as dt
import functools
import itertools
import re
import shutil
import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import openpyxl
import pytest
import xlrd

from orchestration.contracts import load_extracts
from orchestration.explanations.content import Explanation, SourceRow
from orchestration.explanations.explain import Explainer, Version
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import latest_publications
from tests.pipeline.conftest import Run, command, rows

pytestmark = pytest.mark.pipeline

MONTH = Month("2023-07")


def explainer_of(run: Run) -> Explainer:
    installation = Installation.at(run.raw, run.marts)
    published = latest_publications(installation.marts)
    one = published[MONTH]
    version = Version(one.folder, one.version, one.knowledge_month, one.published_at.isoformat(), "现行", one.restates)
    return Explainer.of(installation, version, [version], lambda month: published[month].folder if month in published else None)


@functools.cache
def every_household(marts: Path, raw: Path) -> list[Explanation]:
    explainer = explainer_of(Run(raw, marts, None))  # type: ignore[arg-type]
    return [explainer.household(row["household_id"]) for row in explainer.kept.rows("household_month")]


def folded(value: object) -> str:
    """Return a cell as it is compared: without white space, quotes, marks of text, differences of width."""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).upper()
    return "".join(sign for sign in text if not sign.isspace() and sign not in "'\"=")


Cells = list[str]


@functools.cache
def delivered_rows(path: Path) -> list[list[Cells]]:
    """Return the folded cells of every row of every sheet, read by other programs than the pipeline's."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        return [[[*map(folded, row)] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    if path.suffix == ".xls":
        sheets = xlrd.open_workbook(path).sheets()
        return [[[*map(folded, sheet.row_values(row))] for row in range(sheet.nrows)] for sheet in sheets]
    data = path.read_bytes()
    for encoding in ("utf-16", "utf-8-sig", "gb18030") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return [[*records(data.decode(encoding).split("\n"))]]
    raise AssertionError(path)


def records(lines: list[str]) -> Iterator[Cells]:
    """Return for every line of a csv the record that begins there; one goes on as long as its quotes do not pair."""
    for number, line in enumerate(lines):
        record, last = line, number
        while record.count('"') % 2 and last + 1 < len(lines) and last < number + 3:
            last += 1
            record += lines[last]
        read = (next(csv.reader([record.replace("\r", "")], delimiter=delimiter), []) for delimiter in ",\t;|")
        yield [folded(cell) for cell in max(read, key=len)]


def telling_values(row: SourceRow) -> Iterator[str]:
    """Return what tells a row apart and stands in its file as it was landed: names, numbers of documents and of things."""
    for column in load_extracts()[row.extract].columns:
        value = row.values.get(f"{column.name}_normalized" if column.has_normalized_form else column.name)
        is_as_delivered = column.type in ("person_name", "id") or column.identifier
        if value and is_as_delivered and not column.fill_down:
            yield folded(value)


def amounts(row: SourceRow) -> set[Decimal]:
    """Return the amounts of a row but nought, which says little."""
    names = [column.name for column in load_extracts()[row.extract].columns if column.type == "money"]
    return {Decimal(str(row.values[name])) for name in names if row.values.get(name)} - {Decimal(0)}


def amounts_in(cells: Cells) -> set[Decimal]:
    found = set()
    for cell in cells:
        with contextlib.suppress(InvalidOperation):
            amount = Decimal(re.sub(r"[¥,元万]", "", cell) or "x")
            found.add(round(amount * (10_000 if "万" in cell else 1), 2))
    return found


def is_there(row: SourceRow, raw: Path) -> bool:
    """Return whether a row of the file at that number has the telling values of what was landed, and its amounts."""
    sheets = delivered_rows(raw / row.place.delivery_month / row.place.file)
    here = [sheet[row.place.row_number - 1] for sheet in sheets if row.place.row_number <= len(sheet)]
    return any(
        all(value in "\x1f".join(cells) for value in telling_values(row)) and amounts(row) <= amounts_in(cells)
        for cells in here
    )


def test_every_input_is_in_the_delivered_file_at_its_row(county_run: Run) -> None:
    explanations = every_household(county_run.marts, county_run.raw)
    named = [row for one in explanations for row in one.rows]
    extracts = {row.extract for row in named if [*telling_values(row)]}
    assert len(explanations) >= 40 and len(named) > 1000
    assert {"rural_revitalization__member_roster", "medical_insurance__settlement", "human_resources__employment"} <= extracts
    missing = [
        f"{row.place.delivery_month} {row.place.file}:{row.place.row_number}"
        for row in named
        if not is_there(row, county_run.raw)
    ]
    assert missing == []


def test_the_row_before_is_another(county_run: Run) -> None:
    """The reading back can fail: hardly any row is found one row further up."""
    named = [
        row
        for row in itertools.chain.from_iterable(one.rows for one in every_household(county_run.marts, county_run.raw))
        if row.extract in ("rural_revitalization__member_roster", "rural_revitalization__income_expense")
    ]
    moved = [
        dataclasses.replace(row, place=dataclasses.replace(row.place, row_number=row.place.row_number - 1)) for row in named
    ]
    assert sum(is_there(row, county_run.raw) for row in moved) < len(moved) / 20


def test_the_rows_give_the_published_figures(county_run: Run) -> None:
    compared = [one for explanation in every_household(county_run.marts, county_run.raw) for one in explanation.comparisons]
    assert len(compared) > 100
    assert [one for one in compared if not one.agrees] == []


def test_rows_that_count_are_of_the_latest_delivery_that_was_known(county_run: Run) -> None:
    for explanation in every_household(county_run.marts, county_run.raw):
        for row in explanation.rows:
            assert row.is_trusted
            assert row.counts == (row.replaced_by is None)
            assert row.replaced_by is None or row.replaced_by.delivery_month >= row.place.delivery_month


def test_the_command_says_it_in_chinese_and_ends_with_1_where_there_is_nothing(county_run: Run) -> None:
    ((household, person),) = rows(
        county_run.marts, "select household_id, person_id from marts.person_month where month = '2023-07-01' order by 2 limit 1"
    )
    ((code, entity),) = rows(
        county_run.marts,
        "select check_code, entity_key from marts.data_logic_issues where month = '2023-07-01' and file is not null limit 1",
    )
    place = ("--marts", county_run.marts)
    asked = [
        command("explain", "--month", MONTH, "--household", household, *place),
        command("explain", "--month", MONTH, "--household", household, "--list", "预警名单", "--version", 1, *place),
        command("explain", "--month", MONTH, "--person", person, *place),
        command("explain", "--month", MONTH, "--check", code, "--entity", entity, *place),
    ]
    assert [(one.status, one.err) for one in asked] == [(0, "")] * 4
    assert all("【依据的报送：文件和行】" in one.out for one in asked)
    refused = [
        command("explain", "--month", MONTH, "--household", "0", *place),
        command("explain", "--month", "2022-01", "--household", household, *place),
        command("explain", "--month", MONTH, "--household", household, "--version", 9, *place),
        command("explain", "--month", MONTH, "--check", code, "--entity", "0", *place),
    ]
    assert [one.status for one in refused] == [1, 1, 1, 1]
    wrong = [
        command("explain", "--month", MONTH, *place),
        command("explain", "--month", MONTH, "--check", code, *place),
        command("explain", "--month", MONTH, "--household", household, "--list", "预警名", *place),
    ]
    assert [one.status for one in wrong] == [2, 2, 2]
    assert "是不是要写 预警名单" in wrong[2].err


def test_it_needs_neither_the_work_database_nor_writes_anything(county_run: Run, tmp_path: Path) -> None:
    marts = Path(shutil.copytree(county_run.marts, tmp_path / "marts"))
    (marts / ".state" / "warehouse.duckdb").unlink()
    ((household,),) = rows(marts, "select min(household_id) from marts.household_month where month = '2023-06-01'")
    before = {path: path.stat().st_mtime_ns for path in marts.rglob("*")}
    told = command("explain", "--month", "2023-06", "--household", household, "--marts", marts)
    assert told.status == 0, told.err
    assert {path: path.stat().st_mtime_ns for path in marts.rglob("*")} == before
