from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.catalogue import load_rules
from orchestration.contracts import ConfigError

GOOD = {
    "code": "A05",
    "title": "出生日期与证件不符",
    "question": "是否一致？",
    "severity": "E",
    "owner": "乡村振兴局",
    "entity": "person",
    "looks_at": "int_checked_members",
    "failing": "birth_date <> id_number_birth_date",
    "field": "birth_date",
    "found": "cast(birth_date as varchar)",
    "expected": "'x'",
    "advice": "核对",
    "source": "第四条",
}


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def write(*rules: dict[str, Any], file: str = "a_x.yml", retired: list[dict[str, str]] | None = None) -> Any:
        folder = tmp_path / "catalogue"
        folder.mkdir(exist_ok=True)
        (folder / file).write_text(yaml.safe_dump(list(rules), allow_unicode=True), encoding="utf-8")
        path = tmp_path / "retired.yml"
        path.write_text(yaml.safe_dump(retired or [], allow_unicode=True), encoding="utf-8")
        load_rules.cache_clear()
        return load_rules(folder, path)

    yield write
    load_rules.cache_clear()


def test_the_catalogue_of_the_project_is_sound() -> None:
    rules = load_rules()
    assert rules
    assert list(rules) == sorted(rules)


def test_a_sound_rule_is_loaded_in_the_order_of_codes(load: Any) -> None:
    assert list(load({**GOOD, "code": "A09"}, GOOD)) == ["A05", "A09"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owner": "财政局"}, "owner 财政局"),
        ({"severity": "F"}, "severity"),
        ({"entity": "village"}, "entity"),
        ({"needs": ["education__nothing"]}, "education__nothing"),
        ({"needs_previous": ["nothing"]}, "extract nothing"),
        ({"needs_line": "median"}, "income.median_line"),
        ({"parameters": ["checks_nothing"]}, "checks_nothing"),
        ({"field": "birthday"}, "field birthday"),
        ({"failing": None}, "either failing or failing_rows"),
        ({"failing_rows": "select * from {batch}"}, "either failing or failing_rows"),
        ({"looks_at": None}, "either looks_at or looks_at_rows"),
        ({"advise": "x"}, "advise"),
        ({"code": "A5"}, "code"),
        ({"code": "B05"}, "file of its letter"),
    ],
)
def test_a_slip_is_refused_with_its_place(load: Any, change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=r"a_x\.yml") as refused:
        load({**GOOD, **change})
    assert said in str(refused.value)


def test_all_slips_of_all_rules_are_told_at_once(load: Any) -> None:
    load(GOOD, file="a_first.yml")
    with pytest.raises(ConfigError) as refused:
        load(GOOD, {**GOOD, "code": "A06", "owner": "x"}, {**GOOD, "code": "A07", "severity": "x"}, {**GOOD, "code": "a"})
    lines = str(refused.value).splitlines()
    assert len(lines) == 4
    assert any("A05" in line and "another rule" in line for line in lines)


def test_a_retired_code_is_never_used_again(load: Any) -> None:
    with pytest.raises(ConfigError, match=r"A05.*retired"):
        load(GOOD, retired=[{"code": "A05", "title": "旧规则", "reason": "并入 A06"}])
