"""What Great Expectations keeps of an expectation that raised (Great Expectations 1.24).

``exception_info`` of a result is documented as a dictionary, not its form: of an expectation it is one entry with
``raised_exception``, ``exception_message`` and ``exception_traceback``, of its metrics a dictionary of such entries by metric.
Both texts may quote values of the data, which is why they are read and replaced here and not shown.

When it changes: ``ValidationGraph.get_exception_info`` in ``great_expectations/validator/validation_graph.py`` and
``ExceptionInfo`` in ``exception_info.py`` beside it. This module imports nothing of the library.
"""

from __future__ import annotations

from typing import Any

from orchestration.foundation.error_texts import without_values

# DuckDB says these before it has read a row, so their text holds names and SQL of ours only. Any other text may quote a value.
_RAISED = "raised an exception"


def error_of(result: Any) -> str | None:
    """Return why an expectation did not run, without anything that may quote a value; None where it ran."""
    raised = _raised(result)
    if not raised:
        return None
    return without_values("\n".join(entry["exception_message"] or "" for entry in raised)) or _RAISED


def forget_values(result: Any) -> None:
    """Leave of what an expectation raised only what quotes no value."""
    for entry in _raised(result):
        entry["exception_message"] = without_values(entry["exception_message"]) or _RAISED
        entry["exception_traceback"] = None


def _raised(result: Any) -> list[dict[str, Any]]:
    information = result.exception_info
    entries = [information] if "raised_exception" in information else list(information.values())
    return [entry for entry in entries if entry["raised_exception"]]
