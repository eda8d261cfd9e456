"""What a library does not document is used in ``orchestration/adapters`` alone, where an upgrade looks for it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGES = ("orchestration", "expectations")
ADAPTERS = REPOSITORY / "orchestration" / "adapters"
INTERNALS = REPOSITORY / "tests" / "internals"
OWN = {"orchestration", "expectations", "tests"}
# Of these libraries most modules are not documented; what is, by module.
DOCUMENTED = {"great_expectations": {"great_expectations"}, "dbt": {"dbt.cli", "dbt.cli.main"}}
# Of Python itself: one is documented, the other is the only name of a type for annotations.
STANDARD = {"os._exit", "argparse._SubParsersAction"}
ADVICE = "move it to orchestration/adapters, with what to do at an upgrade, and hold the library to it in tests/internals"


def code() -> list[Path]:
    folders = [REPOSITORY / name for name in (*PACKAGES, "tests", "benchmarks", "dbt_project/models")]
    return [REPOSITORY / "bootstrap.py", *(path for folder in folders for path in sorted(folder.rglob("*.py")))]


def others() -> list[Path]:
    return [path for path in code() if not path.is_relative_to(ADAPTERS) and not path.is_relative_to(INTERNALS)]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def undocumented_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if is_undocumented(alias.name, ""))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names if is_undocumented(node.module, name.name))


def is_undocumented(module: str, name: str) -> bool:
    root = module.split(".", maxsplit=1)[0]
    if root in OWN:
        return False
    return any(map(is_private, [*module.split("."), name])) or module not in DOCUMENTED.get(root, {module})


def private_modules_in_text(tree: ast.AST) -> Iterator[str]:
    """Yield names of private modules that are given to an interpreter or an importer as text."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    for text in texts:
        if re.fullmatch(r"[a-z]\w*(\.\w+)*\._\w[\w.]*", text) and text.split(".")[0] not in OWN:
            yield text


def private_attributes(tree: ast.AST) -> Iterator[str]:
    """Yield private attributes of anything but the object or class itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and ast.unparse(node) not in STANDARD:
            owner = node.value
            if not (isinstance(owner, ast.Name) and owner.id in ("self", "cls")):
                yield ast.unparse(node)


def found(search: object, paths: list[Path]) -> list[str]:
    assert callable(search)
    return [
        f"{path.relative_to(REPOSITORY)}: {name}"
        for path in paths
        for name in search(ast.parse(path.read_text(encoding="utf-8")))
    ]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import dagster._check as check", ["dagster._check"]),
        ("from dagster import _check", ["dagster._check"]),
        ("from dagster._core.storage.tags import X", ["dagster._core.storage.tags.X"]),
        ("def f():\n    from dbt.contracts.graph.manifest import Manifest", ["dbt.contracts.graph.manifest.Manifest"]),
        ("from dbt.cli.main import dbtRunner", []),
        ("from great_expectations.render.view import Page", ["great_expectations.render.view.Page"]),
        ("from great_expectations import ExpectationSuite", []),
        ("from __future__ import annotations", []),
        ("from orchestration.landing.land import _rows", []),
    ],
)
def test_an_undocumented_import_is_recognized(source: str, names: list[str]) -> None:
    assert list(undocumented_imports(ast.parse(source))) == names


def test_only_adapters_import_what_a_library_does_not_document() -> None:
    assert found(undocumented_imports, others()) == [], ADVICE


def test_only_adapters_name_a_private_module() -> None:
    assert list(private_modules_in_text(ast.parse("run('dagster._daemon')"))) == ["dagster._daemon"]
    this = Path(__file__)
    assert found(private_modules_in_text, [path for path in others() if path != this]) == [], ADVICE


def test_only_adapters_reach_into_an_object() -> None:
    assert list(private_attributes(ast.parse("self._a._b"))) == ["self._a._b"]
    product = [path for path in others() if path.relative_to(REPOSITORY).parts[0] in PACKAGES]
    assert found(private_attributes, product) == [], ADVICE


def test_only_adapters_override_a_private_method_of_a_library() -> None:
    overridden = set()
    for path in others():
        name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
        if name.split(".")[0] not in PACKAGES or path.stem == "__main__":
            continue
        module = importlib.import_module(name.removesuffix(".__init__"))
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                overridden |= {f"{kind.__module__}.{kind.__name__}.{method}" for method in overridden_private_methods(kind)}
    assert overridden == set(), ADVICE


def overridden_private_methods(kind: type) -> set[str]:
    libraries = [base for base in kind.__mro__[1:] if base.__module__.split(".")[0] not in OWN | sys.stdlib_module_names]
    own = {name for name, value in vars(kind).items() if is_private(name) and inspect.isroutine(value)}
    return {name for name in own if any(inspect.isroutine(vars(base).get(name)) for base in libraries)}


def test_an_overridden_private_method_is_recognized() -> None:
    from orchestration.adapters.dagster_run_history import EventHistory

    assert "_connect" in overridden_private_methods(EventHistory)
