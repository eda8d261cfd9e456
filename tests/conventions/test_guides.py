"""What the documents name exists: files they link to, paths and modules they mention, names of the glossary."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from orchestration.contracts import load_code_lists, load_county, load_extracts, load_fields, load_marts, load_parameters
from orchestration.contracts.mart import load_publication_lists
from orchestration.contracts.yaml_file import read_yaml
from orchestration.foundation.paths import CONFIG, DBT_PROJECT
from tests.conftest import REPOSITORY

DOCUMENTS = sorted(
    path for path in (*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")) if "rules" not in path.parts[-2]
)
FOLDERS = "config|dbt_project|docs|expectations|orchestration|requirements|tests"
# What the how-to of CONTRIBUTING.md makes, which therefore is not there.
MADE = re.compile(r"target/parsed|transport|bus_pass|small_households|G99")


def broken_links(text: str, folder: Path) -> list[str]:
    """Return the links of a document that lead to no file, or to no anchor of the data dictionary."""
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        path = folder / name
        if not path.exists() or (anchor and f'<a id="{anchor}"></a>' not in path.read_text(encoding="utf-8")):
            broken.append(target)
    return broken


def missing_paths(text: str) -> list[str]:
    """Return the paths in a document, as ``folder/…`` from the root of the checkout, at which there is nothing."""
    named = re.findall(rf"(?<![\w/.<>])(?:{FOLDERS})/[\w./]*\w", text)
    return [
        path
        for path in named
        if not MADE.search(path) and not (REPOSITORY / path).exists() and not (REPOSITORY / f"{path}.py").exists()
    ]


def missing_modules(text: str) -> list[str]:
    """Return the modules that a document says to run and that cannot be found."""
    return [name for name in re.findall(r"-m ((?:orchestration|tests|expectations)[\w.]*)", text) if not is_module(name)]


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def names_of_the_code() -> set[str]:
    """Return every name that config, the dbt project or a definition in Python gives to something."""
    extracts, parameters = load_extracts(), load_parameters()
    names = {
        *load_fields(),
        *load_marts(),
        *load_publication_lists(),
        *load_code_lists(),
        *extracts,
        *parameters,
        *load_rules(),
    }
    names |= {name for contract in extracts.values() for name in (contract.kind, *(column.name for column in contract.columns))}
    names |= {column for mart in load_marts().values() for column in mart.columns}
    names |= {department.code for department in load_county().departments}
    names |= {value for parameter in parameters.values() for value in parameter.population or ()}
    for values in read_yaml(CONFIG / "value_labels.yml").values():
        names |= set(values)
    names |= {path.stem for folder in (CONFIG, DBT_PROJECT / "models") for path in folder.rglob("*.*")}
    for model in (DBT_PROJECT / "models").rglob("*.sql"):
        names |= set(re.findall(r"\bas (\w+),?$", model.read_text(encoding="utf-8"), re.MULTILINE))
    for folder in ("orchestration", "expectations"):
        names |= {path.name for path in (REPOSITORY / folder).rglob("*") if path.is_dir()}
        for path in (REPOSITORY / folder).rglob("*.py"):
            names |= defined_in(ast.parse(path.read_text(encoding="utf-8")))
    return names


def defined_in(tree: ast.Module) -> set[str]:
    """Return the names that a module defines: classes, functions, annotated fields, keys of dictionaries (tables, columns)."""
    return {
        name
        for node in ast.walk(tree)
        for name in (
            getattr(node, "name", None) if isinstance(node, ast.ClassDef | ast.FunctionDef) else None,
            node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else None,
            *([key.value for key in node.keys if isinstance(key, ast.Constant)] if isinstance(node, ast.Dict) else ()),
        )
        if isinstance(name, str)
    }


def glossary_rows() -> list[tuple[str, list[str]]]:
    text = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]*) \| [^|]* \| ([^|]*?) ?\|$", text, re.MULTILINE)
    return [(chinese, re.findall(r"`([^`]+)`", names)) for chinese, names in rows]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_a_document_names_only_what_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert broken_links(text, path.parent) == []
    assert missing_paths(text) == []
    assert missing_modules(text) == []


def test_what_does_not_exist_is_found() -> None:
    assert broken_links("[a](docs/nowhere.md) [b](docs/data_dictionary.md#no_list) [c](README.md)", REPOSITORY) == [
        "docs/nowhere.md",
        "docs/data_dictionary.md#no_list",
    ]
    assert missing_paths("`config/fields.yml`, `config/field.yml`, <marts>/config/x") == ["config/field.yml"]
    assert missing_modules("python -m orchestration.generate; python -m orchestration.generates") == ["orchestration.generates"]


def test_every_name_in_the_glossary_is_one_of_the_code() -> None:
    assert "no_such_name" not in names_of_the_code()
    assert len(glossary_rows()) > 80
    unknown = [name for _, names in glossary_rows() for name in names if name not in names_of_the_code()]
    assert unknown == []


def test_the_glossary_calls_a_list_by_its_title() -> None:
    titles = {name: mart.title for name, mart in load_marts().items()}
    wrong = [
        f"{names[0]} is {titles[names[0]]}, not {chinese}"
        for chinese, names in glossary_rows()
        if names and names[0] in titles and titles[names[0]] not in chinese
    ]
    assert wrong == []
