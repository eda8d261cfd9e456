"""Publishing a month: immutable Parquet and workbooks, and the database that analysts open.

What belongs here: reading finished marts from the work database and writing them for people, so that a publication appears
whole or not at all and never changes. What does not: business rules (``dbt_project/``), scheduling and metadata (``assets``).
"""

from orchestration.publishing.current import is_current_whole, refresh_current
from orchestration.publishing.provenance import Provenance, code_version
from orchestration.publishing.publication import (
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
from orchestration.publishing.rollback import Rollback, roll_back, undo_rollback
from orchestration.publishing.storage import PublishingError
from orchestration.publishing.templates import write_templates
from orchestration.publishing.withdrawal import Withdrawal

__all__ = [
    "Provenance",
    "Publication",
    "PublishingError",
    "Rollback",
    "Withdrawal",
    "changes_by_extract",
    "code_version",
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
    "write_templates",
]
