"""What dbt and DuckDB say of an error, without the values that they quote."""

from __future__ import annotations

import pytest

from orchestration.foundation.error_texts import without_values


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Runtime Error in model stg_x (models/x.sql)\n  Conversion Error: Could not convert '440233198807301239' to DATE",
            "Runtime Error in model stg_x (models/x.sql)",
        ),
        (
            'Runtime Error in model x\n  Binder Error: Referenced column "y" not found',
            'Binder Error: Referenced column "y" not found',
        ),
        ("Conversion Error: '13800138000'", "Conversion Error"),
        (None, ""),
    ],
)
def test_what_dbt_says_is_told_without_the_values_it_quotes(message: str | None, shown: str) -> None:
    assert without_values(message) == shown
