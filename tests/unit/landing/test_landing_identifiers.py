"""Identifiers however they are written: the value meant arrives, or none does and the row is told."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.contracts import ExtractContract, load_code_lists, load_extracts
from orchestration.foundation.characters import INVISIBLE, LOOK_ALIKES
from orchestration.foundation.months import Month
from orchestration.landing.cells import BLANKS, Cell
from orchestration.landing.grid import Grid
from orchestration.landing.header import Headers
from orchestration.landing.rows import ReadRows, RowReader

ROSTER, INCOME = (load_extracts()[f"rural_revitalization__{name}"] for name in ("household_roster", "income_expense"))
SPELLINGS = {name: code_list.spellings for name, code_list in load_code_lists().items()}
GOOD = {"town": "马头镇", "village": "某村", "household_type": "脱贫户", "income_month": "2023-06", "wage_income": "1200"}

LOOK_ALIKES_OF = defaultdict(list)
for look_alike, meant in LOOK_ALIKES.items():
    LOOK_ALIKES_OF[meant].append(look_alike)
FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212"

unseen = st.text(st.sampled_from(sorted(INVISIBLE)), max_size=2)
unseen_or_white = st.text(st.sampled_from([*sorted(INVISIBLE), *" \u00a0\u3000\u2009\t"]), max_size=2)
identifiers = st.one_of(
    st.text("0123456789", min_size=1, max_size=15),
    st.text("0123456789ABEHabe-", min_size=1, max_size=15),
    st.from_regex(r"[1-9][0-9]{0,3}E[0-9]{1,3}|[1-9][0-9]{0,2}E-[0-9]{1,3}", fullmatch=True),
    st.builds("{}〔2023〕{}号".format, st.sampled_from(sorted(LOOK_ALIKES_OF)), st.integers(1, 99)),
).filter(lambda text: text not in BLANKS)
names = st.text(st.sampled_from(sorted(LOOK_ALIKES_OF)), min_size=1, max_size=4).filter(lambda name: name not in BLANKS)


@st.composite
def disguised(draw: st.DrawFn, meant: str, between: st.SearchStrategy[str], *, is_identifier: bool) -> str:
    """Return a text that looks like the one meant."""
    drawn = [draw(between)]
    for character in meant:
        others = [character, *LOOK_ALIKES_OF.get(character, ())]
        if is_identifier:
            others += [FULL_WIDTH.get(character, character), *(HYPHENS if character == "-" else "")]
        drawn += [draw(st.sampled_from(others)), draw(between)]
    return "".join(drawn)


@st.composite
def households(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """Return a number and a name, each as it is meant and as it is written."""
    number, name = draw(identifiers), draw(names)
    written = draw(disguised(number, unseen_or_white, is_identifier=True))
    return number, written, name, draw(disguised(name, unseen, is_identifier=False))


@st.composite
def cut_numbers(draw: st.DrawFn) -> Cell:
    """Return what a program leaves of a long number: with an exponent in any of the known ways, or a number cell."""
    exponent, kept = draw(st.integers(11, 19)), draw(st.integers(1, 16))
    digits = draw(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))[: kept + 1]
    if draw(st.booleans()):
        return float(f"{digits[0]}.{digits[1:]}E{max(exponent, 15)}")
    fraction, sign = draw(st.sampled_from(".,")) + digits[1:], draw(st.sampled_from(["+", "+0", ""]))
    if sign:
        fraction = draw(st.sampled_from(["", fraction]))
    written = f"{digits[0]}{fraction}{draw(st.sampled_from('Ee'))}{sign}{exponent}"
    before, after = draw(st.sampled_from([("", ""), ("'", ""), ('="', '"')]))
    return f"{before}{draw(disguised(written, unseen_or_white, is_identifier=True))}{after}"


def read(contract: ExtractContract, cells: list[dict[str, Any]]) -> ReadRows:
    columns = [column for column in contract.columns if column.name in {*GOOD, *cells[0]}]
    rows = [[(GOOD | row)[column.name] for column in columns] for row in cells]
    grid = Grid(None, [[column.header for column in columns], *rows], range(1, len(rows) + 2))
    headers = Headers(contract, Month("2023-07"))
    header = headers.find(grid)
    assert header
    return RowReader(contract, headers, SPELLINGS).read(grid, header)


@given(st.lists(households(), min_size=1, max_size=5))
def test_the_value_meant_arrives_in_every_table(drawn: list[tuple[str, str, str, str]]) -> None:
    roster = read(ROSTER, [{"household_id": shown, "head_name": name, "phone": shown} for _, shown, _, name in drawn])
    income = read(INCOME, [{"household_id": shown} for _, shown, *_ in drawn])
    assert roster.columns["household_id"] == income.columns["household_id"] == [number for number, *_ in drawn]
    assert roster.columns["phone"] == roster.columns["household_id"]
    assert roster.columns["head_name"] == roster.columns["head_name_normalized"] == [name for _, _, name, _ in drawn]
    problems = {problem.outcome for problem in (*roster.problems, *income.problems)}
    # white space alone is not worth a remark
    was_written_otherwise = any("".join(shown.split()) != number for number, shown, *_ in drawn)
    assert problems == {"mended"} or (problems == set() and not was_written_otherwise)


@pytest.mark.parametrize("extract", ["household_roster", "income_expense"])
@given(cells=st.lists(cut_numbers(), min_size=1, max_size=6))
def test_a_key_that_lost_digits_never_arrives(extract: str, cells: list[Cell]) -> None:
    result = read(
        load_extracts()[f"rural_revitalization__{extract}"],
        [{"household_id": "H1"}, *({"household_id": cell} for cell in cells)],
    )
    assert result.columns["household_id"] == ["H1"]
    assert result.rejected == len(cells)
    told = [problem.row_number for problem in result.problems if problem.outcome == "row_rejected"]
    assert told == list(range(3, 3 + len(cells)))
    assert {problem.problem for problem in result.problems} <= {"digits_lost", "column_digits_lost"}


@given(st.lists(cut_numbers(), min_size=1, max_size=6))
def test_a_telephone_that_lost_digits_never_arrives(cells: list[Cell]) -> None:
    result = read(ROSTER, [{"household_id": f"H{index}", "phone": cell} for index, cell in enumerate(cells)])
    assert result.columns["phone"] == [None] * len(cells)
    assert [problem.problem for problem in result.problems if problem.outcome == "cell_blanked"] == ["digits_lost"] * len(cells)


@given(st.lists(cut_numbers(), min_size=1, max_size=6))
def test_a_document_that_lost_digits_is_none(cells: list[Cell]) -> None:
    result = read(ROSTER, [{"household_id": f"H{index}", "head_id_number": cell} for index, cell in enumerate(cells)])
    assert len(result.row_numbers) == len(cells)
    assert not any(str(number)[:15].isdigit() for number in result.columns["head_id_number_normalized"])
    (told,) = (problem for problem in result.problems if problem.outcome == "warned" and problem.row_number)
    assert f"有 {len(cells)} 个单元格" in told.message
