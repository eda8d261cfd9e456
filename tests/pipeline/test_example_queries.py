"""Every example question is answered on both editions of a whole run, and the answer is that which pandas gives.

The frames of the bureau's edition are read from the published Parquet, not from the database that is asked.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from orchestration.contracts.questions import load_example_queries
from orchestration.foundation.months import Month
from orchestration.publications import latest_publications
from orchestration.publications.star import Made
from orchestration.publications.town_edition import build_town
from tests.pipeline.conftest import Run
from tests.pipeline.example_answers import ANSWERS, Frames, Rows

QUESTIONS = load_example_queries()
# Whose answer has neither places nor persons, amounts or rare values: the analysts' is the bureau's.
SAME_IN_BOTH = (2, 5, 8, 14, 16, 17, 29, 30)
# Of which neither county has a case in each month.
MAY_BE_EMPTY = {4, 12}


def plain(value: Any) -> Any:
    """Return a value as all ways of reading give it: numbers rounded, days as days, what is not there as None."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return None
    if isinstance(value, (bool, str)) or type(value).__name__ == "bool_":
        return value if isinstance(value, str) else bool(value)
    if isinstance(value, (dt.datetime, pd.Timestamp)):
        return value.date()
    return value if isinstance(value, dt.date) else round(float(value), 6)


def rows_of(rows: Rows) -> list[tuple[Any, ...]]:
    return sorted((tuple(map(plain, row)) for row in rows), key=repr)


def same(found: Rows, expected: Rows) -> bool:
    """Whether both have the same rows; rates and medians are rounded by one of them, at the fourth or second place."""
    left, right = rows_of(found), rows_of(expected)
    if len(left) != len(right):
        return False
    unmatched = list(right)
    for row in left:
        match = next((other for other in unmatched if all(map(_near, row, other)) and len(row) == len(other)), None)
        if match is None:
            return False
        unmatched.remove(match)
    return True


def _near(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= (0.0001 if abs(one) < 10 else 0.0051)
    return bool(one == other)


def in_python(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with plain dates and floats."""
    for column in frame.columns:
        some = frame[column].dropna()
        if len(some) and isinstance(some.iloc[0], Decimal):
            frame[column] = frame[column].astype(float)
        elif len(some) and isinstance(some.iloc[0], (pd.Timestamp, dt.datetime)):
            frame[column] = pd.to_datetime(frame[column]).dt.date
    return frame


def frames_of(run: Run, edition: str) -> Frames:
    """Return what gives the frame of a list: of Parquet for the bureau, of the database itself for analysts."""
    published = latest_publications(run.marts)

    def of_parquet(name: str) -> pd.DataFrame:
        tables = [pq.ParquetFile(one.folder / f"{name}.parquet").read().to_pandas() for one in published.values()]
        return in_python(pd.concat([table for table in tables if len(table)] or tables, ignore_index=True))

    def of_versions() -> pd.DataFrame:
        rows = [(one.month.first_day, one.version, one.knowledge_month.first_day) for one in published.values()]
        return pd.DataFrame(rows, columns=["month", "version", "knowledge_month"])

    @functools.cache
    def frame(name: str) -> pd.DataFrame:
        if name == "publications":
            return of_versions()
        if edition == "bureau" or name.startswith("bureau."):
            return of_parquet(name.removeprefix("bureau."))
        with duckdb.connect(str(run.marts / "analyst.duckdb"), read_only=True) as connection:
            return in_python(connection.execute(f"SELECT * FROM marts.{name}").df())

    return frame


def database(run: Run, edition: str) -> Path:
    return run.marts / ("current.duckdb" if edition == "bureau" else "analyst.duckdb")


def answers_of(run: Run, edition: str) -> Iterator[tuple[int, Rows, Rows]]:
    """Return number, answer and what pandas gives, of every question of an edition as its database has it."""
    frames, newest = frames_of(run, edition), max(one.month.first_day for one in latest_publications(run.marts).values())
    with duckdb.connect(str(database(run, edition)), read_only=True) as connection:
        for number, sql in connection.execute("SELECT question_no, sql FROM meta.example_queries ORDER BY 1").fetchall():
            yield number, connection.execute(sql).fetchall(), ANSWERS[number - 1](frames, newest)


def test_thirty_questions_each_with_another_way_to_its_answer() -> None:
    assert len(QUESTIONS) == len(ANSWERS) == 30
    assert len({one.question for one in QUESTIONS}) == 30


@pytest.mark.parametrize("edition", ["bureau", "analysts"])
def test_every_answer_is_that_of_pandas(county_run: Run, edition: str) -> None:
    asked = [number for number, one in enumerate(QUESTIONS, 1) if edition in one.editions]
    found = list(answers_of(county_run, edition))
    assert [number for number, _, _ in found] == asked
    wrong = {number: (answer, expected) for number, answer, expected in found if not same(answer, expected)}
    assert wrong == {}
    empty = {number for number, answer, _ in found if not answer}
    assert empty <= MAY_BE_EMPTY, "a question that nothing answers is not tested"


@pytest.mark.parametrize("edition", ["bureau", "analysts"])
def test_every_answer_of_the_sample_is_that_of_pandas(sample_run: Run, edition: str) -> None:
    found = list(answers_of(sample_run, edition))
    assert {number: (answer, expected) for number, answer, expected in found if not same(answer, expected)} == {}
    assert {number for number, answer, _ in found if not answer} <= MAY_BE_EMPTY


def test_answers_about_nobody_are_the_same_for_analysts(sample_run: Run) -> None:
    bureau = {number: answer for number, answer, _ in answers_of(sample_run, "bureau")}
    analysts = {number: answer for number, answer, _ in answers_of(sample_run, "analysts")}
    assert {number for number in SAME_IN_BOTH if rows_of(bureau[number]) != rows_of(analysts[number])} == set()


def test_the_analysts_edition_goes_out_as_parquet_with_one_statement(county_run: Run, tmp_path: Path) -> None:
    with duckdb.connect(str(database(county_run, "analysts")), read_only=True) as connection:
        connection.execute(f"EXPORT DATABASE '{tmp_path / 'parquet'}' (FORMAT parquet)")
        tables = connection.execute("SELECT table_name, estimated_size FROM duckdb_tables()").fetchall()
    read = {path.stem.split("_", 1)[1]: pq.read_metadata(path).num_rows for path in (tmp_path / "parquet").glob("*.parquet")}
    assert read == dict(tables) and read["person_month"] > 100


def test_a_towns_database_answers_of_its_own_and_holds_no_other_household(county_run: Run, tmp_path: Path) -> None:
    current, path = county_run.marts / "current.duckdb", tmp_path / "town.duckdb"
    with duckdb.connect(str(current), read_only=True) as bureau:
        most = "SELECT town FROM marts.household_month GROUP BY town ORDER BY count(*) DESC LIMIT 1"
        ((town,),) = bureau.execute(most).fetchall()
        numbers = "SELECT DISTINCT {} FROM marts.person_month GROUP BY {} HAVING count(*) FILTER (town = ?) = 0"
        others = {
            str(number)
            for column in ("household_id", "person_id")
            for (number,) in bureau.execute(numbers.format(column, column), [town]).fetchall()
        }
        own = bureau.execute("SELECT count(*) FROM marts.person_month WHERE town = ?", [town]).fetchall()
    build_town(path, current, town, Made("town", "镇街版", "某镇", "试"))
    with duckdb.connect(str(path), read_only=True) as connection:
        asked = connection.execute("SELECT question_no, sql FROM meta.example_queries ORDER BY 1").fetchall()
        assert [number for number, _ in asked] == [number for number, one in enumerate(QUESTIONS, 1) if "town" in one.editions]

        @functools.cache
        def frame(name: str) -> pd.DataFrame:
            if name.startswith("bureau."):
                return frames_of(county_run, "bureau")(name)
            return in_python(connection.execute(f"SELECT * FROM marts.{name}").df())

        newest = max(one.month.first_day for one in latest_publications(county_run.marts).values())
        wrong = [
            number for number, sql in asked if not same(connection.execute(sql).fetchall(), ANSWERS[number - 1](frame, newest))
        ]
        assert wrong == []
        assert connection.execute("SELECT count(*) FROM marts.person_month").fetchall() == own != [(0,)]
        texts = connection.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND NOT internal "
            "AND schema_name = 'marts' AND column_name <> 'found'"  # a finding may name the household it is the same as
        ).fetchall()
        said = "\n".join(
            str(value)
            for _, table, column in texts
            for (value,) in connection.execute(f'SELECT DISTINCT "{column}" FROM marts."{table}"').fetchall()
        )
    assert len(others) > 50 and others & set(re.findall("[0-9]+", said)) == set()


def test_a_comparison_of_answers_that_differ_fails() -> None:
    rows: Rows = [("甲", 1, 0.5), ("乙", 2, None)]
    assert same(rows, rows[::-1])
    for other in ([("甲", 2, 0.5), rows[1]], rows[:1], [*rows, rows[0]], [rows[0], ("乙", 2, 0)], [rows[0], rows[0]]):
        assert not same(rows, other)


def test_questions_that_look_back_are_answered_of_every_month(sample_run: Run) -> None:
    frames, answered = frames_of(sample_run, "bureau"), dict.fromkeys(MAY_BE_EMPTY, 0)
    with duckdb.connect(str(database(sample_run, "bureau")), read_only=True) as connection:
        for name in latest_publications(sample_run.marts):
            for number in answered:
                rows = connection.execute(QUESTIONS[number - 1].sql_of(Month(name))).fetchall()
                assert same(rows, ANSWERS[number - 1](frames, Month(name).first_day)), (number, name)
                answered[number] += len(rows)
    assert all(answered.values())


Ask = Callable[[int, str], Rows]


@pytest.fixture()
def ask(sample_run: Run) -> Iterator[Ask]:
    """Ask a question of the sample's bureau edition for a month."""
    with duckdb.connect(str(database(sample_run, "bureau")), read_only=True) as connection:
        yield lambda number, month: connection.execute(QUESTIONS[number - 1].sql_of(Month(month))).fetchall()


def test_answers_of_the_sample_that_are_known(ask: Ask) -> None:
    # the county's expected lists (../shared/sample/expected) say so
    assert ask(1, "2023-12") == [
        ("丰城街道", 9, 4, 5), ("黄磜镇", 6, 3, 3), ("马头镇", 14, 7, 7), ("梅坑镇", 7, 5, 2), ("沙田镇", 6, 4, 2),
        ("遥田镇", 10, 6, 4), ("回龙镇", 11, 4, 7),
    ]  # fmt: skip
    assert ask(2, "2023-07") == [("标准提高", 15), ("人口变化", 3)]
    assert ask(2, "2023-06") == [("首次运行", 22)]
    absent = {month.strftime("%Y-%m"): lists for month, *_, lists, _ in ask(30, "2023-12") if lists}
    assert absent == {
        "2023-08": "学籍在册学生名册、学生资助发放名册",
        "2023-10": "农房安全鉴定台账",
        "2023-11": "临时救助发放名册",
    }
    assert [(inclusion, warning) for _, inclusion, warning, *_ in ask(30, "2023-12")][:2] == [(10420, None), (10420, 10600)]
