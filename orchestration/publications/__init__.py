"""Publications: a month's versions, what is in force of them, and the database that analysts open.

What belongs here: reading finished marts from the work database and writing them so that a publication appears whole or not at
all and never changes. What does not: business rules (``dbt_project/``), drawing what people open (``documents``), Dagster
(``defs``).
"""

from orchestration.publications.current import is_current_whole, refresh_current
from orchestration.publications.publication import (
    Publication,
    changes_by_extract,
    damaged_below,
    damaged_files,
    latest_publications,
    manifest_digest,
    month_versions,
    publish_month,
    published_inputs,
    whole_publications,
)
from orchestration.publications.rollback import Rollback, roll_back, undo_rollback
from orchestration.publications.storage import PublishingError
from orchestration.publications.withdrawal import Withdrawal

__all__ = [
    "Publication",
    "PublishingError",
    "Rollback",
    "Withdrawal",
    "changes_by_extract",
    "damaged_below",
    "damaged_files",
    "is_current_whole",
    "latest_publications",
    "manifest_digest",
    "month_versions",
    "publish_month",
    "published_inputs",
    "refresh_current",
    "roll_back",
    "undo_rollback",
    "whole_publications",
]
