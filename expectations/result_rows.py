"""Results of the rules as rows, as they are kept and as dbt sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from expectations.logic import RESULT_SCHEMA, Checked
from expectations.thresholds import Judged
from orchestration.foundation.months import Month


def result_table(checked: Checked, knowledge: Mapping[Month, Month]) -> pa.Table:
    """Return the results as ``RESULT_SCHEMA``, in their order."""
    return pa.Table.from_pylist(
        [
            {
                "month": result.month.first_day,
                "knowledge_month": knowledge[result.month].first_day,
                "check_code": result.code,
                "outcome": result.outcome,
                "denominator": result.denominator,
                "failures": result.failures,
                "reason": result.reason,
                **_judgement(result.judged),
            }
            for result in checked.results
        ],
        schema=RESULT_SCHEMA,
    )


def _judgement(judged: Judged | None) -> dict[str, Any]:
    if judged is None:
        return {}
    return {
        "threshold": judged.threshold,
        "is_over_threshold": judged.is_over_threshold,
        "compared_month": judged.compared_month.first_day if judged.compared_month else None,
        "compared_denominator": judged.compared_denominator,
        "compared_failures": judged.compared_failures,
        "standing": judged.standing,
    }
