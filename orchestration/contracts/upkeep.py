"""By what numbers an installation is looked after."""

from __future__ import annotations

from functools import cache

from orchestration.contracts.yaml_file import Model, read_yaml
from orchestration.foundation.paths import CONFIG


class UpkeepSettings(Model):
    """``config/upkeep.yml``.

    Attributes:
        free_disk_least_mb: free space below which a run might not end.
        free_disk_times_installation: free space wanted, as a multiple of what the installation takes.
        run_history_months: how long ended runs are kept.
        dead_run_hours: after how long a run that nobody executes is dead.
    """

    free_disk_least_mb: int
    free_disk_times_installation: float
    run_history_months: int
    dead_run_hours: int


@cache
def load_upkeep() -> UpkeepSettings:
    """Return the settings."""
    return UpkeepSettings.model_validate(read_yaml(CONFIG / "upkeep.yml"))
