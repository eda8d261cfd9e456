"""Every rule on the small tables of ``expectations/examples``, which are also what the handbook shows."""

from __future__ import annotations

import pytest

from expectations.catalogue import load_rules
from expectations.rule_examples import load_examples
from orchestration.foundation.paths import Installation
from tests.rules.examples import ExampleTables


@pytest.fixture(scope="module")
def tables(empty_installation: Installation) -> ExampleTables:
    return ExampleTables.of(str(empty_installation.warehouse))


@pytest.mark.parametrize("code", load_rules())
def test_a_rule_finds_what_its_examples_say(code: str, tables: ExampleTables) -> None:
    wrong = []
    for example in load_examples()[code]:
        found = tables.findings(load_rules()[code], example)
        if len(found) != example.failing:
            wrong.append(f"{example.case}: expected {example.failing} findings, got {len(found)}")
        assert all(key for key, _, _ in found), f"{example.case}: a finding without a key"
        assert all(text is not None and expected is not None for _, text, expected in found), (
            f"{example.case}: a finding must say what was found and what was expected"
        )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("code", load_rules())
def test_a_rule_has_an_example_that_fails_and_one_that_passes(code: str) -> None:
    examples = load_examples().get(code, ())
    assert any(example.failing for example in examples), "no example shows what the rule finds"
    assert any(not example.failing for example in examples), "no example shows what the rule must leave alone"
    assert len({example.case for example in examples}) == len(examples), "two examples have one name"


def test_examples_are_of_rules() -> None:
    assert load_examples().keys() - load_rules().keys() == set()
