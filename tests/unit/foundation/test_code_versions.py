"""A digest that misses what a thing is computed from would leave a stale list in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import grimp
import pytest

from orchestration.foundation import code_versions
from orchestration.foundation.code_versions import (
    FACTS,
    FINDING_ROOMS,
    LANDING_ROOMS,
    PUBLICATION_ROOMS,
    findings_code_and_facts,
    landing_code,
    publication_code_and_facts,
)
from orchestration.foundation.paths import CONFIG

ENTRIES = {
    "landing": (["orchestration.landing.worker"], LANDING_ROOMS),
    "findings": (["orchestration.warehouse.rules", "orchestration.warehouse.linkage"], FINDING_ROOMS),
    "publication": (["orchestration.defs.assets.publication"], PUBLICATION_ROOMS),
}


@pytest.mark.parametrize(("entries", "rooms"), ENTRIES.values(), ids=ENTRIES)
def test_whatever_is_imported_to_compute_a_thing_lies_in_its_rooms(entries: list[str], rooms: tuple[str, ...]) -> None:
    graph = grimp.build_graph("orchestration", "expectations")
    used = {module for entry in entries for module in (entry, *graph.find_upstream_modules(entry))}
    own = tuple(room.replace("/", ".") for room in rooms)
    outside = {module for module in used if not module.startswith(tuple(f"{room}." for room in own)) and module not in own}
    assert outside - {"orchestration"} == set()  # the package itself holds its docstring alone


def test_every_entry_of_the_configuration_is_assigned_to_a_use() -> None:
    assert {entry.name for entry in CONFIG.iterdir()} == set(FACTS)


def test_an_entry_that_is_assigned_to_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new.yml").write_text("a: 1")
    monkeypatch.setattr(code_versions, "CONFIG", tmp_path)
    with pytest.raises(KeyError, match=r"new\.yml"):
        findings_code_and_facts.__wrapped__()


def test_a_room_that_is_gone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_versions, "REPOSITORY", tmp_path)
    with pytest.raises(FileNotFoundError, match="orchestration/foundation"):
        landing_code.__wrapped__()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for room in FINDING_ROOMS:
        (tmp_path / room).mkdir(parents=True)
    (tmp_path / "config/parameters").mkdir(parents=True)
    monkeypatch.setattr(code_versions, "REPOSITORY", tmp_path)
    monkeypatch.setattr(code_versions, "CONFIG", tmp_path / "config")
    monkeypatch.setattr(code_versions, "DBT_PROJECT", tmp_path / "dbt_project")
    return tmp_path


DIGESTS = {"landing": landing_code, "findings": findings_code_and_facts, "publication": publication_code_and_facts}


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("orchestration/landing/x.py", {"landing", "findings", "publication"}),
        ("orchestration/warehouse/x.py", {"findings", "publication"}),
        ("expectations/catalogue/x.yml", {"findings", "publication"}),
        ("dbt_project/models/x.sql", {"findings", "publication"}),
        ("config/holidays.yml", {"findings", "publication"}),
        ("orchestration/documents/x.html", {"publication"}),
        ("config/parameters/x.yml", {"publication"}),  # findings rest on the values that are in force up to their month
        ("config/check_words.yml", {"publication"}),
        ("config/upkeep.yml", set()),  # how an installation is looked after says nothing about a household
        ("expectations/examples/x.yml", {"publication"}),  # shown in the handbook of the site
    ],
)
def test_a_changed_file_changes_the_digests_of_what_is_computed_from_it(checkout: Path, place: str, changes: set[str]) -> None:
    def digests() -> dict[str, str]:
        uncached: dict[str, Callable[[], str]] = {name: digest.__wrapped__ for name, digest in DIGESTS.items()}
        code_versions.dbt_project.cache_clear()
        return {name: digest() for name, digest in uncached.items()}

    (checkout / place).parent.mkdir(parents=True, exist_ok=True)
    (checkout / place).write_text("a")
    before = digests()
    (checkout / place).write_text("b")
    after = digests()
    code_versions.dbt_project.cache_clear()
    assert {name for name in DIGESTS if after[name] != before[name]} == changes
