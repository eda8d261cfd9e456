"""What whoever starts a run may say of it: a month, a reason, what is known; neither folders nor persons nor variables."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.definitions import build_definitions
from orchestration.defs.jobs import LANDING_JOB, MONTHLY_JOB, QUARTER_JOB, RESTATE_JOB, ROLLBACK_JOB, rollback_config
from orchestration.defs.resources import InstallationResource, installation_resource
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.who import BY_TAG, system_user, who

JOBS = (LANDING_JOB, MONTHLY_JOB, QUARTER_JOB, RESTATE_JOB, ROLLBACK_JOB)
OURS = {"month", "reason", "undo", "knowledge"}
# how Dagster runs it: what fails is tried again, how much is logged
THEIRS = {
    *("execution", "loggers", "ops", "resources", "config", "console", "log_level", "name"),
    *("retries", "enabled", "disabled", "marker_to_close", "step_dependency_config", "require_upstream_step_success"),
    # resources without a field of their own
    *("installation", "landing", "io_manager"),
}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    folder = tmp_path_factory.mktemp("configuration")
    return build_definitions(Installation.at(folder / "raw", folder / "marts"))


def reachable(job: dg.JobDefinition) -> set[str]:
    """Return the names of all fields that the configuration of a run may have."""
    schema = job.get_job_snapshot().config_schema_snapshot
    names, found, new = set[str](), set[str](), {job.run_config_schema.run_config_schema_type.key}
    while new:
        found |= new
        types = [schema.get_config_snap(key) for key in new]
        names |= {field.name for one in types for field in one.fields or ()}
        inner = {field.type_key for one in types for field in one.fields or ()}
        new = (inner | {key for one in types for key in one.type_param_keys or ()}) - found
    return names


@pytest.mark.parametrize("name", JOBS)
def test_a_run_can_be_told_nothing_else(definitions: dg.Definitions, name: str) -> None:
    job = definitions.resolve_job_def(name)
    steps = {node.name for node in job.nodes}
    found = reachable(job)
    assert {"ops", "resources", "log_level"} <= found
    assert found - steps - THEIRS <= OURS


@pytest.mark.parametrize(
    "said",
    [
        {"resources": {"installation": {"config": {"marts": "/elsewhere"}}}},
        {"resources": {"installation": {"config": {"state": {"env": "HOME"}}}}},
        {"resources": {"io_manager": {"config": {"base_dir": "/elsewhere"}}}},
        {"ops": {"roll_back_publication": {"config": {"month": "2023-07", "reason": "误报", "by": "县长"}}}},
        # what is written down as the reason would be the password
        {"ops": {"roll_back_publication": {"config": {"month": "2023-07", "reason": {"env": "FANGFANPIN_SMTP_PASSWORD"}}}}},
    ],
)
def test_what_a_run_may_not_be_told_is_refused_before_it_begins(definitions: dg.Definitions, said: dict[str, object]) -> None:
    job = definitions.resolve_job_def(ROLLBACK_JOB)
    good = rollback_config(Month("2023-07"), "误报", undo=False)
    assert dg.validate_run_config(job, good | QUIET)
    with pytest.raises(dg.DagsterInvalidConfigError):
        dg.validate_run_config(job, good | said)


def test_a_run_is_done_by_whom_its_tag_names_and_else_by_the_system_s_user(tmp_path: Path) -> None:
    seen = []

    @dg.op
    def look(installation: InstallationResource) -> None:
        seen.append(who())

    @dg.job(resource_defs={"installation": installation_resource(Installation.at(tmp_path / "raw", tmp_path / "marts"))})
    def looking() -> None:
        look()

    for tags in ({BY_TAG: "wangmin（页面登录）"}, {}):
        looking.execute_in_process(instance=dg.DagsterInstance.ephemeral(), tags=tags, run_config=QUIET)
    assert seen == ["wangmin（页面登录）", system_user()]
    assert who() == system_user()
