"""What each workbook shows. A mart with a layout gets one workbook for the county and one per town."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ANSWER_EXTRACT = "rural_revitalization__feedback"
ANSWER_KEY = "item_code"
ANSWER_RESULT = "result"


@dataclass(frozen=True)
class Layout:
    """The workbook of one mart.

    Attributes:
        columns: what is shown and printed, in order; ``town`` only in the county's workbook.
        counted_by: the coded column by which the county's summary counts.
        unit: what one row is, in Chinese.
        identifier: a column at the far right, not printed, by which a row is recognised when it comes back.
        ordered_by: after town and village.
        item_code: the column with the code of an item of work; such a list has columns for answers, and the code stands in
            place of the identifier.
        is_shown: which rows are work for an officer who opens the workbook; all of them when None.
        shows_lines: whether the list rests on the income lines, which its heading then states.
    """

    columns: tuple[str, ...]
    counted_by: str
    unit: str
    identifier: str
    ordered_by: tuple[str, ...]
    item_code: str | None = None
    is_shown: Callable[[Mapping[str, Any]], bool] | None = None
    shows_lines: bool = False


def _is_to_be_mended(finding: Mapping[str, Any]) -> bool:
    """Whether a finding is work for a town: about a household or person, open, and more than a hint.

    What concerns a file or a whole extract goes to its department; hints and waived findings are in the published Parquet.
    """
    return finding["household_id"] is not None and finding["status"] == "open" and finding["severity"] != "I"


LAYOUTS: dict[str, Layout] = {
    "warning_list": Layout(
        columns=(
            "town",
            "village",
            "household_id",
            "head_name",
            "household_type",
            "monitoring_category",
            "monitoring_status",
            "headcount",
            "income_12m",
            "income_per_capita",
            "level",
            "shortfall",
            "trigger_reason",
            "first_trigger_reason",
            "consecutive_months",
        ),
        counted_by="level",
        unit="户",
        identifier="household_id",
        ordered_by=("household_id",),
        item_code="item_code",
        shows_lines=True,
    ),
    "employment_ledger": Layout(
        columns=(
            "town",
            "village",
            "household_id",
            "name",
            "sex",
            "age",
            "labour_skill",
            "employment_intention",
            "needs_training",
            "employment_status",
            "work_area",
            "employer",
            "industry",
            "job",
            "started_on",
            "monthly_wage",
            "channel",
            "offers_in_year",
            "guidance_in_year",
            "trainings_in_year",
            "subsidies_in_year",
        ),
        counted_by="employment_status",
        unit="人",
        identifier="person_id",
        ordered_by=("household_id", "person_id"),
    ),
    "data_logic_issues": Layout(
        columns=(
            "town",
            "village",
            "household_id",
            "head_name",
            "name",
            "check_title",
            "severity",
            "field_header",
            "found",
            "expected",
            "advice",
            "owner",
            "consecutive_months",
        ),
        counted_by="severity",
        unit="条",
        identifier="entity_key",
        ordered_by=("household_id", "person_id", "check_code", "entity_key"),
        item_code="item_code",
        is_shown=_is_to_be_mended,
    ),
}
# The order in which a person fills them in.
ANSWER_COLUMNS = ("result", "verified_income", "measure", "reason", "waived_until", "answered_by", "answered_on")
