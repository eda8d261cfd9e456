"""An attack on the analysts' edition of a whole run: what somebody with the file and knowledge of the county can find out.

The figures are printed (``pytest -s``); docs/security.md says what they mean.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import load_county, load_extracts, load_marts, mart_fields
from orchestration.contracts.mart import load_fields
from orchestration.contracts.privacy import load_edition_settings
from orchestration.foundation.token_key import load_key
from orchestration.publications.publication import latest_publications
from tests.pipeline.conftest import Run, rows

SETTINGS = load_edition_settings()
LEAST = SETTINGS.smallest_group
# personal columns that hold sentences, in which words occur that others may say
SENTENCES = ("found", "expected", "reasons", "last_reason", "reason", "explanation", "value_before", "value_after")
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


@pytest.fixture(scope="module")
def edition(county_run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(county_run.marts / "analyst.duckdb"), read_only=True) as connection:
        yield connection


def texts(edition: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], set[str]]:
    """Return every text that the edition shows, by table and column."""
    columns = edition.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'marts' AND data_type = 'VARCHAR'"
    ).fetchall()
    return {
        (table, column): {
            value for (value,) in edition.execute(f'SELECT DISTINCT "{column}" FROM marts."{table}"').fetchall() if value
        }
        for table, column in columns
    }


def test_modes_of_every_file_of_the_installation(county_run: Run) -> None:
    modes: Counter[str] = Counter()
    wrong = []
    for path in (county_run.marts, *county_run.marts.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        most = 0o750 if path.is_dir() else 0o600 if path.name == "token.key" else 0o640
        modes[f"{'folder' if path.is_dir() else 'file'} {mode:04o}"] += 1
        if mode & 0o777 & ~most:
            wrong.append(f"{path.relative_to(county_run.marts)} {mode:04o}")
    print(dict(modes))
    assert wrong == []


def numbers_of(day: dt.date, district: str) -> Iterator[str]:
    """Every document number of a district and birthday."""
    for sequence in range(1000):
        body = f"{district}{day:%Y%m%d}{sequence:03d}"
        yield body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def guesses(number: str) -> set[str]:
    """What a number could be called by somebody who has no key: plain digests, and a key that he made up."""
    messages = (number.encode(), f"person:{number}".encode(), f"household:{number}".encode())
    digests = [hashlib.sha256(message).digest() for message in messages]
    digests += [hmac.digest(b"\0" * 32, message, "sha256") for message in messages[1:]]
    return {base64.b32encode(digest[:10]).decode().lower() for digest in digests}


def test_documents_and_platform_numbers_cannot_be_tried_out(county_run: Run, edition: duckdb.DuckDBPyConnection) -> None:
    people = rows(county_run.marts, "SELECT DISTINCT person_id, household_id, person_key FROM marts.person_month")
    known = {str(number) for row in people for number in row if number}
    birthdays = sorted({str(key)[6:14] for _, _, key in people if key})[:8]
    tried = {*known, *(n for day in birthdays for n in numbers_of(dt.datetime.strptime(day, "%Y%m%d").date(), "440233"))}
    shown = {
        token.split("-", 1)[1]
        for (token,) in edition.execute(
            "SELECT person_id FROM marts.person_month UNION SELECT household_id FROM marts.household_month"
        ).fetchall()
    }
    found = shown & {guess for number in tried for guess in guesses(number)}
    print(f"{len(tried)} numbers tried on {len(shown)} tokens: {len(found)} found")
    assert len(tried) > 5000 and found == set()
    # the attack would succeed with the key
    key = load_key(county_run.marts / ".state" / "token.key", 1, dt.date(2023, 8, 1))
    assert {key.token("person", str(person)).split("-", 1)[1] for person, _, _ in people} <= shown


def test_rows_do_not_stand_in_the_order_of_the_numbers(county_run: Run, edition: duckdb.DuckDBPyConnection) -> None:
    for table, column in (("person_month", "person_id"), ("household_month", "household_id")):
        tokens = [
            token for (token,) in edition.execute(f"SELECT {column} FROM marts.{table} WHERE month = '2023-07-01'").fetchall()
        ]
        assert tokens == sorted(tokens)


def test_nothing_that_calls_somebody_is_in_it(county_run: Run, edition: duckdb.DuckDBPyConnection) -> None:
    said: set[str] = set()
    fields, marts = load_fields(), load_marts()
    for name, mart in marts.items():
        for column, field in mart_fields(mart, fields).items():
            if field.personal and field.type == "text" and column not in SENTENCES:
                values = rows(county_run.marts, f'SELECT DISTINCT "{column}" FROM marts.{name} WHERE "{column}" IS NOT NULL')
                said |= {str(value) for (value,) in values if len(str(value)) > 2}
    said -= load_extracts().keys()  # of which a finding can be
    content = (county_run.marts / "analyst.duckdb").read_bytes()
    shown = texts(edition)
    everything = "\n".join(sorted({value for values in shown.values() for value in values}))
    found = sorted(value for value in said if value in everything or (len(value) > 7 and value.encode() in content))
    print(f"{len(said)} names, numbers, phones looked for: {len(found)} found")
    assert len(said) > 500 and found == []
    page = (county_run.marts / "分析库数据字典.html").read_text(encoding="utf-8")
    assert [value for value in said if len(value) > 7 and value in page] == [] and not re.search("[PH][0-9]+-", page)
    assert not re.search(r"(?<![0-9])[0-9]{15,18}[0-9Xx]?(?![0-9])", everything)
    dropped = {(name, column) for name, mart in marts.items() for column, field in mart_fields(mart, fields).items()
               if mart.analysts == "rows" and field.analysts == "drop"}  # fmt: skip
    assert not dropped & set(shown)


def test_persons_are_found_by_what_neighbours_know_in_groups_of_measured_size(edition: duckdb.DuckDBPyConnection) -> None:
    """The join of an attacker who knows town, village, sex and age: measured, not promised (docs/security.md)."""
    for columns in ("town, village", "town, village, sex", "town, village, sex, age"):
        sizes = [
            count
            for (count,) in edition.execute(
                f"SELECT count(*) FROM marts.person_month WHERE month = '2023-07-01' GROUP BY {columns}"
            ).fetchall()
        ]
        alone = sum(size for size in sizes if size < LEAST) / sum(sizes)
        print(f"{columns}: smallest group {min(sizes)}, {alone:.1%} of persons in groups below {LEAST}")
    # what is promised: no village that is shown has fewer households
    villages = edition.execute(
        "SELECT min(households) FROM (SELECT month, town, village, count(*) AS households FROM marts.household_month "
        "WHERE village <> '其他村' GROUP BY ALL)"
    ).fetchone()
    assert villages is not None and (villages[0] is None or villages[0] >= LEAST)


def test_rare_values_are_merged(edition: duckdb.DuckDBPyConnection) -> None:
    fields, marts = load_fields(), load_marts()
    looked_at = 0
    for name in ("household_month", "person_month"):
        for column, field in mart_fields(marts[name], fields).items():
            if field.analysts != "common":
                continue
            counted = edition.execute(
                f'SELECT "{column}", count(*) FROM marts.{name} WHERE "{column}" <> \'其他\' GROUP BY month, "{column}"'
            ).fetchall()
            rare = [(value, count) for value, count in counted if count < LEAST]
            print(f"{name}.{column}: rarest value of a month {min((count for _, count in counted), default=None)}")
            assert rare == [], (name, column)
            looked_at += 1
    assert looked_at > 5


def test_small_counts_are_hidden_and_cannot_be_subtracted(edition: duckdb.DuckDBPyConnection) -> None:
    for name, summary in SETTINGS.summaries.items():
        hidden = 0
        within = ", ".join(f'"{column}"' for column in ("month", *summary.within))
        for cell in summary.cells:
            small = edition.execute(f"SELECT count(*) FROM marts.{name} WHERE {cell} BETWEEN 1 AND {LEAST - 1}").fetchone()
            assert small == (0,), (name, cell)
            alone = edition.execute(
                f"SELECT {within} FROM marts.{name} GROUP BY ALL HAVING count(*) FILTER (NOT is_total AND {cell} IS NULL) = 1 "
                f"AND count(*) FILTER (is_total AND {cell} IS NOT NULL) = 1"
            ).fetchall()
            assert alone == [], (name, cell)
            hidden += edition.execute(f"SELECT count(*) FROM marts.{name} WHERE {cell} IS NULL").fetchone()[0]  # type: ignore[index]
        print(f"{name}: {hidden} counts hidden")
        assert hidden > 0
    whole = edition.execute("SELECT employed, in_county, in_city, in_province, out_of_province FROM marts.employment_summary")
    assert all(row[0] is None or row[1:].count(None) != 1 for row in whole.fetchall())


def test_places_are_those_that_are_declared(edition: duckdb.DuckDBPyConnection) -> None:
    county = load_county()
    allowed = {*(town.name for town in county.towns), county.whole_county_label, "其他镇"}
    for (table, column), values in texts(edition).items():
        if column == "town":
            assert values <= allowed, table


def test_it_holds_every_month_that_is_published_and_the_log_tells_of_it(
    county_run: Run, edition: duckdb.DuckDBPyConnection
) -> None:
    held = edition.execute("SELECT strftime(month, '%Y-%m'), version FROM marts.publications ORDER BY 1").fetchall()
    assert dict(held) == {month: one.version for month, one in latest_publications(county_run.marts).items()}
    log = Path(county_run.marts / ".state" / "audit" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["what"] for line in log} >= {"current.duckdb", "analyst.duckdb", "2023-06/v01", "2023-07/v01"}
    counted = "SELECT count(*) FROM marts.person_month"
    assert edition.execute(counted).fetchall() == rows(county_run.marts, counted)
