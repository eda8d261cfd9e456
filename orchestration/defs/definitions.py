"""Dagster definitions of one installation: ``dagster dev`` and the daemons load ``defs``, commands build their own."""

import warnings
from collections.abc import Sequence

import dagster as dg

# Range backfills in one run and partitioned checks are marked beta and preview in this version; both are tested here.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

from orchestration.contracts.overlaid import check_overlay  # noqa: E402
from orchestration.defs.assets.checks import rule_checks  # noqa: E402
from orchestration.defs.assets.landing import landing_assets  # noqa: E402
from orchestration.defs.assets.publication import publication_assets  # noqa: E402
from orchestration.defs.assets.quarters import quarter_assets  # noqa: E402
from orchestration.defs.assets.reference import reference_assets  # noqa: E402
from orchestration.defs.assets.warehouse import warehouse_assets  # noqa: E402
from orchestration.defs.described import owner_of  # noqa: E402
from orchestration.defs.jobs import (  # noqa: E402
    landing_job,
    monthly_job,
    monthly_schedule,
    quarter_job,
    quarter_schedules,
    restate_job,
    rollback_job,
)
from orchestration.defs.partitions import first_month, monitoring_months  # noqa: E402
from orchestration.defs.resources import LandingResource, installation_resource, kept_in_memory  # noqa: E402
from orchestration.defs.sensors import arriving_files_sensor, reminders_sensor  # noqa: E402
from orchestration.foundation.access import close_to_others  # noqa: E402
from orchestration.foundation.code_versions import publication_code_and_facts  # noqa: E402
from orchestration.foundation.months import Month  # noqa: E402
from orchestration.foundation.paths import Installation  # noqa: E402


def build_definitions(
    installation: Installation,
    schedules: Sequence[dg.ScheduleDefinition] | None = None,
    sensors: Sequence[dg.SensorDefinition] | None = None,
    first: Month | None = None,
) -> dg.Definitions:
    """Return everything Dagster knows of an installation: assets, checks, jobs, schedules and sensors.

    Args:
        installation: whose folders are read and written.
        schedules: instead of those on the county's calendar.
        sensors: instead of those of a running installation.
        first: a month that is about to be run; the months of the page begin with it if the installation has none before.
    """
    close_to_others()
    check_overlay()
    begin = first_month(installation, first)
    months = monitoring_months(begin)
    monthly, landing, quarter = monthly_job(), landing_job(), quarter_job()
    assets = [
        *landing_assets(months),
        reference_assets(months),
        *warehouse_assets(months),
        *rule_checks(months),
        *publication_assets(months),
        quarter_assets(months),
    ]
    return dg.Definitions(
        assets=[definition.map_asset_specs(_completed) for definition in assets],
        jobs=[monthly, restate_job(), rollback_job(), landing, quarter],
        schedules=[monthly_schedule(monthly), *quarter_schedules(quarter)] if schedules is None else schedules,
        sensors=[arriving_files_sensor(landing, first=begin), reminders_sensor()] if sensors is None else sensors,
        resources={
            "installation": installation_resource(installation),
            "landing": LandingResource(),
            "io_manager": kept_in_memory,
        },
        # a step in this process costs a sixth of a second, a process for each costs seconds
        executor=dg.in_process_executor,
    )


def _completed(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Give an asset that names no closer ones an owner, the bureau, and the version of all code and facts.

    The page then shows what a change may reach.
    """
    return spec.replace_attributes(
        code_version=spec.code_version or publication_code_and_facts(), owners=spec.owners or owner_of()
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions of the installation that the environment names; called by Dagster, not at import."""
    return build_definitions(Installation.from_environment())
