"""The dbt unit tests: each rule of the dbt project on a few invented rows, in an installation that received nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.foundation.paths import DBT_PROJECT, Installation
from orchestration.warehouse import dbt_runner as warehouse

MODELS = DBT_PROJECT / "models"

# Models without a unit test on themselves, and why that is enough.
NO_TEST_NEEDED = {
    "expenditure_burden": "only names columns of int_expenditure_burdens",
    "int_delivered_rows": "generated union of staging columns; what is made of it is tested in int_household_sources",
    "int_findings": "union of what the two stages of checks left",
    "int_results": "union of what the two stages of checks left",
    "household_month": "only names columns of int_household_months",
    "person_month": "only names columns of int_person_months",
    "intake_problems": "only names columns of the landed account of problems",
    "int_department_rows": "generated union of the staging models",
    "int_column_blanks": "generated counts of landed cells, one column of a contract each",
    "int_linked_pairs": "calls orchestration.warehouse.linkage (tests/unit/warehouse); dbt has no unit tests of Python models",
}


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    """The parsed dbt project."""
    return json.loads(warehouse.manifest_path().read_text(encoding="utf-8"))


@pytest.fixture
def own_installation(empty_installation: Installation, tmp_path: Path) -> Installation:
    """A copy to which dbt may write: other processes read the empty one."""
    return Installation.at(empty_installation.raw, Path(shutil.copytree(empty_installation.marts, tmp_path / "marts")))


def test_every_dbt_unit_test_passes(own_installation: Installation, manifest: dict[str, Any]) -> None:
    results = warehouse.build(own_installation, select=["test_type:unit"], command="test")
    ran = {result.unique_id for result in results if result.unique_id.startswith("unit_test.")}
    failed = sorted(f"{result.unique_id.split('.', 2)[2]}: {result.status}" for result in results if result.is_bad)
    assert not failed, (
        "\n".join(["dbt unit tests failed:", *failed]) + "\nTo see what differs: "
        f"FANGFANPIN_WAREHOUSE={own_installation.warehouse} dbt test --project-dir dbt_project --profiles-dir dbt_project "
        f'--vars \'{{"folders": {{"state": "{own_installation.state}"}}}}\' --select <name>'
    )
    assert ran == set(manifest["unit_tests"])


def test_every_model_with_a_rule_has_a_unit_test(manifest: dict[str, Any]) -> None:
    tested = {unit_test["model"] for unit_test in manifest["unit_tests"].values()}
    by_hand = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in ("intermediate", "marts")
    }
    assert by_hand - tested - set(NO_TEST_NEEDED) == set()
    assert set(NO_TEST_NEEDED) & tested == set(), "these have unit tests now; strike them off the list"
    assert set(NO_TEST_NEEDED) <= by_hand


def test_what_rests_on_a_stage_of_rules_is_built_after_it_and_nothing_else(manifest: dict[str, Any]) -> None:
    models = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    after = {name for name, node in models.items() if "after_checks" in node["tags"]}
    between = {name for name, node in models.items() if "between_checks" in node["tags"]}
    assert resting_on(models, ".checked.follow_up_") - after == set(), "give these config(tags=['after_checks'])"
    assert resting_on(models, ".checked.") - after - between == set(), "give these config(tags=['between_checks'])"
    assert after & between == set()
    for built, later in ((models.keys() - after - between, after | between), (between, after)):
        assert {parent for name in built for parent in models[name]["depends_on"]["nodes"]} & later == set()


def resting_on(models: dict[str, Any], source: str) -> set[str]:
    """Return the models that read a source, or one that does."""
    resting: set[str] = set()
    while True:
        more = {
            name
            for name, node in models.items()
            if any(parent in resting or source in parent for parent in node["depends_on"]["nodes"])
        }
        if more == resting:
            return resting
        resting = more


def test_staging_rules_are_tested_once_for_each_form_of_the_template(manifest: dict[str, Any]) -> None:
    # Staging is generated from one template, so one model stands for each form: a roll, a flow, a precedence, two documents.
    tested = {unit_test["model"] for unit_test in manifest["unit_tests"].values()}
    assert {
        "stg_rural_revitalization__member_roster",
        "stg_rural_revitalization__income_expense",
        "stg_disabled_federation__certificate",
        "stg_education__enrolment",
    } <= tested


def test_every_unit_test_names_the_rule_it_holds(manifest: dict[str, Any]) -> None:
    words = ("rules.md", "ledgers.md", "marts.md", "checks_added.csv", "GB 11643", "规则正文", "config/")
    silent = [
        name for name, unit_test in manifest["unit_tests"].items() if not any(w in unit_test["description"] for w in words)
    ]
    assert silent == []


def test_unit_tests_stand_beside_their_model() -> None:
    for path in MODELS.rglob("*_unit_tests.yml"):
        model = path.name.removesuffix("_unit_tests.yml")
        assert path.with_name(f"{model}.sql").exists(), path
        models = {unit_test["model"] for unit_test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]}
        assert models == {model}, path


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_every_model_opens_with_its_grain_purpose_and_source(path: Path) -> None:
    head: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        head.append(line)
    if head and head[0].startswith("-- Generated"):
        head = head[1:]
    assert head and head[0].startswith("-- Grain: "), "the first line says what one row is: -- Grain: one … (key)"
    comment = " ".join(head)
    assert "Purpose: " in comment or "Source: " in comment, "say what the model is for and which rule it holds"


def test_every_model_has_a_description(manifest: dict[str, Any]) -> None:
    without = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and not node["description"].strip()
    ]
    assert without == []


def test_models_know_only_the_layer_below(manifest: dict[str, Any]) -> None:
    """Staging alone names a source; marts see intermediate models, facts, and a list that they sum up."""
    models = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    layer = {name: node["fqn"][1] for name, node in models.items()}
    facts = {name for name, node in models.items() if node["fqn"][1:3] == ["staging", "facts"]}
    # every extract is read once where its blanks are counted, whatever the types that staging gives
    counts_landed_cells = "model.fangfanpin.int_column_blanks"
    wrong = set()
    for name, node in models.items():
        for parent in node["depends_on"]["nodes"]:
            if parent.startswith("source."):
                allowed = layer[name] == "staging" or name == counts_landed_cells
            elif layer[name] == "marts":
                allowed = layer[parent] in ("intermediate", "marts") or parent in facts
            elif layer[name] == "intermediate":
                allowed = layer[parent] in ("staging", "intermediate")
            else:
                allowed = layer[parent] == "staging"
            if not allowed:
                wrong.add(f"{name.split('.')[-1]} <- {parent}")
    assert wrong == set()
