from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from orchestration.foundation.row_seals import seal_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (Decimal("24135.75"), 24135.75),
        (7, 7.0),
        (dt.date(2023, 9, 28), dt.datetime(2023, 9, 28)),
        ("上坪村", " 上坪村 "),
        ("(一)", "（一）"),
        (None, ""),
    ],
)
def test_saving_in_another_program_breaks_no_seal(written: object, read: object) -> None:
    assert seal_of(["a", written, "b"]) == seal_of(["a", read, "b"])


@pytest.mark.parametrize("other", [["a", "c", "b"], ["ab", None, "c"], ["a", "b"], ["a", "b", None, "c"], [1, "b", "c"]])
def test_other_words_break_it(other: list[object]) -> None:
    assert seal_of(["a", "b", "c"]) != seal_of(other)


def test_empty_cells_at_the_end_break_no_seal() -> None:
    assert seal_of(["a", None, ""]) == seal_of(["a"])


def test_a_hundredth_of_a_yuan_breaks_it() -> None:
    assert seal_of([Decimal("10.00")]) != seal_of([10.01])
