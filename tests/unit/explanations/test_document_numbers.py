"""Document numbers as keys of persons (rules.md section 2)."""

from __future__ import annotations

import pytest

from orchestration.explanations.documents import person_key, short_number
from orchestration.foundation.months import Month
from tests.unit.explanations.small_publication import CHILD_KEY, HEAD_KEY

MONTH = Month("2023-07")


@pytest.mark.parametrize(
    "number",
    [
        HEAD_KEY,
        HEAD_KEY + "42",  # a certificate
        HEAD_KEY + "42B1",
        short_number(HEAD_KEY),
    ],
)
def test_every_way_of_writing_a_number_is_one_person(number: str) -> None:
    assert person_key(number, MONTH) == HEAD_KEY


@pytest.mark.parametrize(
    "number",
    [
        None,
        "",
        "999999197001010018",
        "1" * 18,
        HEAD_KEY[:17] + ("0" if HEAD_KEY[17] != "0" else "1"),
        HEAD_KEY[:-1],
        "440233197013010018",
        "44023319700101A018",
        "440233189901010018",
    ],
)
def test_a_number_that_is_not_usable_is_nobody(number: str | None) -> None:
    assert person_key(number, MONTH) is None


def test_a_birth_date_after_the_delivery_is_not_real() -> None:
    assert person_key(CHILD_KEY, Month("2010-01")) == CHILD_KEY
    assert person_key(CHILD_KEY, Month("2009-12")) is None
