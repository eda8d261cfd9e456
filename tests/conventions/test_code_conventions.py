"""Conventions that nobody has to remember."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

from orchestration.generate import lineage_files, stale_files
from tests.conftest import REPOSITORY

PACKAGES = ("orchestration", "expectations")
SLOW = {"great_expectations", "dbt", "altair", "vl_convert"}


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((REPOSITORY / package).rglob("*.py"))]


def imported(path: Path, *, top_level: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def test_what_takes_seconds_to_import_is_imported_inside_functions() -> None:
    # adapters import their library at once and are themselves imported inside functions
    adapters = REPOSITORY / "orchestration" / "adapters"
    top_level = {path: imported(path, top_level=True) for path in modules()}
    heavy = {
        f"orchestration.adapters.{path.stem}"
        for path, names in top_level.items()
        if path.parent == adapters and {name.split(".")[0] for name in names} & SLOW
    }
    assert {"orchestration.adapters.great_expectations_engine", "orchestration.adapters.dbt_manifest"} <= heavy
    found = {
        f"{path.relative_to(REPOSITORY)}: {name}"
        for path, names in top_level.items()
        if path.parent != adapters
        for name in names
        if name in heavy or name.split(".")[0] in SLOW
    }
    assert found == set()


def test_generated_files_are_up_to_date() -> None:
    assert [str(path.relative_to(REPOSITORY)) for path in stale_files()] == []


def test_the_column_lineage_is_what_the_models_say() -> None:
    for path, content in lineage_files().items():
        assert path.read_text(encoding="utf-8") == content, "python -m orchestration.generate"


def test_no_policy_number_or_business_date_stands_in_code() -> None:
    pattern = re.compile(r"\b(10420|10600|10800|20[12][0-9]-[01][0-9])\b")
    code = [*modules(), *(REPOSITORY / "dbt_project").rglob("*.sql")]
    found = {
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in code
        if not {"target", "synthesis"} & set(path.parts)  # invented people have invented dates
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(re.sub(r"(#|--|如|写成|\"\"\"|``).*", "", line))
    }
    assert found == set()


def test_models_never_ask_what_day_it_is() -> None:
    found = [
        str(path.relative_to(REPOSITORY))
        for path in (REPOSITORY / "dbt_project" / "models").rglob("*.sql")
        if re.search(r"current_date|now\(\)|current_timestamp|today\(\)", path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert found == []


def test_no_file_names_a_machine_or_a_package_index() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.split("\n")
    pattern = re.compile("/ho" + "me/|/ro" + "ot/|/wo" + "rk/|/t" + "mp/[a-z]|py" + "pi\\.org|pythonhos" + "ted")
    found = [
        name
        for name in tracked
        if name
        and (path := REPOSITORY / name).suffix in {".py", ".sql", ".yml", ".md", ".toml", ".txt", ".csv", ".cfg", ""}
        and path.is_file()
        and pattern.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_every_asset_and_check_is_described_in_chinese() -> None:
    from orchestration.defs.definitions import build_definitions
    from orchestration.foundation.paths import Installation

    definitions = build_definitions(Installation.from_environment())
    graph = definitions.resolve_asset_graph()
    plain = [
        key.to_user_string() for key in graph.get_all_asset_keys() if not re.search("[一-鿿]", graph.get(key).description or "")
    ]
    assert plain == []


def test_no_two_test_files_are_imported_under_one_name() -> None:
    # pytest imports a file of a folder without __init__.py by its bare name: of two with one name the second is not collected
    bare = Counter(
        path.stem for path in (REPOSITORY / "tests").rglob("test_*.py") if not (path.parent / "__init__.py").exists()
    )
    assert [name for name, files in bare.items() if files > 1] == []
