"""Names of Dagster that only its private modules have (Dagster 1.13).

- ``UnresolvedAssetJobDefinition`` (``dagster._core.definitions.unresolved_asset_job_definition``): what the public
  ``define_asset_job`` returns and schedules and sensors take; a type for annotations only.
- ``ASSET_PARTITION_RANGE_START_TAG``, ``ASSET_PARTITION_RANGE_END_TAG`` (``dagster._core.storage.tags``): the tags of a run of
  a range of months. The public way, a backfill, is run by the daemon, which the command line does without.
- ``IN_PROGRESS_RUN_STATUSES`` (``dagster._core.storage.dagster_run``): every status of a run that has begun and not ended; a
  list of ours would miss one that is added.
- ``DAEMON_MODULE`` (``dagster._daemon``): what the program ``dagster-daemon`` calls. That program need not lie on the path of a
  service; the module is run by the interpreter that runs us.

When one of them is gone: ``dagster/__init__.py`` first, it may have become public; then the changelog of Dagster.
"""

from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

__all__ = [
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    "DAEMON_MODULE",
    "IN_PROGRESS_RUN_STATUSES",
    "UnresolvedAssetJobDefinition",
]

DAEMON_MODULE = "dagster._daemon"
