"""The catalogue has what the specification lists, and calls it so."""

from __future__ import annotations

import csv

import pytest

from expectations.catalogue import load_rules
from tests.conftest import SHARED

COMPARED = ("title", "severity", "owner", "entity")


@pytest.fixture(scope="module")
def specified() -> dict[str, dict[str, str]]:
    rules: dict[str, dict[str, str]] = {}
    for name in ("checks.csv", "checks_added.csv"):  # what is added replaces by code
        path = SHARED / "spec" / name
        if not path.is_file():
            pytest.skip(f"../shared/spec/{name} is not here; it lists rules that the county specified")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rules |= {row["code"]: row for row in csv.DictReader(file)}
    return rules


def test_the_catalogue_agrees_with_the_specification(specified: dict[str, dict[str, str]]) -> None:
    differing = [
        f"{code}: {name} is {getattr(rule, name)}, specified {specified[code][name]}"
        for code, rule in load_rules().items()
        if code in specified
        for name in COMPARED
        if getattr(rule, name) != specified[code][name]
    ]
    assert differing == []


def test_every_specified_rule_is_in_the_catalogue(specified: dict[str, dict[str, str]]) -> None:
    assert sorted(specified.keys() - load_rules().keys()) == []
    assert sorted(load_rules().keys() - specified.keys()) == []


def test_extracts_needed_are_those_specified(specified: dict[str, dict[str, str]]) -> None:
    differing = [
        f"{code}: needs {' '.join(rule.needs)}, specified {specified[code]['needs']}"
        for code, rule in load_rules().items()
        if code in specified
        and not specified[code]["needs"].startswith("previous")
        and set(rule.needs) != set(specified[code]["needs"].split())
    ]
    assert differing == []
