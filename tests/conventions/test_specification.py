"""The specification of this repository says what the county's own copy says, and config holds the columns that it lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts import load_extracts, load_marts
from orchestration.contracts.mart import load_fields, mart_fields
from orchestration.contracts.yaml_file import read_yaml
from tests.conftest import REPOSITORY, SHARED

SPECIFICATION = REPOSITORY / "docs" / "specification"
TAKEN_OVER = ("rules.md", "ledgers.md", "notice.md", "commands.md", "checks_added.csv")
COMMON = re.compile(r"^Common (?:household|person) columns \(\*(\w+)\*\): (.*)\.$", re.MULTILINE)


@pytest.fixture(scope="module")
def county_copy() -> Path:
    folder = SHARED / "spec"
    if not folder.is_dir():
        pytest.skip("../shared/spec is not here; it holds the county's copy of the specification")
    return folder


def parts_of(text: str, separator: str) -> list[str]:
    """Return the parts between separators that do not stand in brackets."""
    return [part.strip() for part in re.split(rf"{separator}(?![^(]*\))", text)]


def rows_of(text: str) -> dict[str, tuple[str, str]]:
    """Return the key and the rest of every row of the table of marts that has columns."""
    rows = re.findall(r"^\| \[?([a-z_]+)(?:\]\(\S+\))? \| (\*\*.*?)(?:; (.*?))?(?: \| (.*?))? \|$", text, re.MULTILINE)
    return {mart: (key, columns or said) for mart, key, columns, said in rows}


def is_column(words: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_]*", words) is not None


def without_columns(text: str) -> str:
    """Return what is said of a mart beyond the names of its columns."""
    said = (", ".join(part for part in parts_of(words, ",") if not is_column(part)) for words in parts_of(text, ";"))
    return "; ".join(words for words in said if words) or "–"


def columns_named(text: str) -> list[str]:
    """Return the columns of a list as the county's copy writes them, each in front of what is said of it."""
    plain = re.sub(r"\([^)]*\)", "", text)
    first = (part.strip() for words in plain.split(";") for part in re.split(r"[,=+]", words))
    return [part for part in first if is_column(part)]


@pytest.mark.parametrize("name", TAKEN_OVER)
def test_a_text_says_what_the_county_copy_says(name: str, county_copy: Path) -> None:
    assert (SPECIFICATION / name).read_text(encoding="utf-8") == (county_copy / name).read_text(encoding="utf-8")


def test_of_the_marts_all_is_said_but_the_names_of_columns(county_copy: Path) -> None:
    theirs, ours = ((folder / "marts.md").read_text(encoding="utf-8") for folder in (county_copy, SPECIFICATION))
    assert {mart: (key, without_columns(rest)) for mart, (key, rest) in rows_of(theirs).items()} == rows_of(ours)
    prose = [line for line in theirs.splitlines() if not line.startswith(("|", "Further columns"))]
    assert [line for line in prose if line not in ours.splitlines()] == []


def test_the_marts_have_the_columns_and_keys_that_are_specified(county_copy: Path) -> None:
    text = (county_copy / "marts.md").read_text(encoding="utf-8")
    common = {name: columns_named(columns) for name, columns in COMMON.findall(text)}
    rows = rows_of(text)
    assert common.keys() == {"hh", "pp"} and len(rows) > 20
    for name, (key, rest) in rows.items():
        mart = load_marts()[name]
        keys = re.findall(r"[a-z_]+", re.sub(r"\([^)]*\)| or ''", "", key))
        assert keys == ["month", *mart.key], name
        named = [column for words in columns_named(rest) for column in common.get(words, [words])]
        assert [column for column in named if column not in mart.columns] == [], name


def test_the_extracts_that_are_specified_have_their_columns(county_copy: Path) -> None:
    specified: dict[str, Any] = read_yaml(county_copy / "extracts.yml")["extracts"]
    for name, extract in specified.items():
        contract = load_extracts()[name]
        assert (contract.title, contract.kind) == (extract["title"], extract["kind"])
        ours = {
            column.name: (column.header, {word for word in ("key", "required", "personal") if getattr(column, word)})
            for column in contract.columns
        }
        theirs = {column: (header, set(flags.split())) for column, header, _, flags in extract["columns"]}
        assert {column: ours.get(column) for column in theirs} == theirs, name


# --- ledgers.md: tables of columns with types and Chinese headers

TYPES = {
    "TEXT": {"text"},
    "INT": {"integer"},
    "DATE": {"date", "month"},
    "BOOL": {"boolean"},
    "MONEY": {"money"},
    "RATIO": {"ratio", "figure"},
}
SETS = {"src", "lp", "lh", "ev", "hc", "hh", "pp"}
# "Chinese headers as in marts.md's marts where the name is the same"; and one that the table shortens
SHARED_HEADERS = {"town", "claim_amount_12m"}


def ledger_columns(text: str) -> list[tuple[str, str, str, str]]:
    """Return mart, column, type and Chinese header of the tables below the marts' names."""
    found, mart = [], ""
    for line in text.splitlines():
        if named := re.match(r"\*\*([a-z_]+)\.\*\* ", line):
            mart = named[1]
        elif line.startswith("## "):
            mart = "worklist_follow_up" if "Follow-up" in line else ""
        cells = [cell.strip().replace("*", "") for cell in line.strip("|").split("|")]
        if mart and line.startswith("| ") and len(cells) == 4 and cells[1].split(",")[0].strip(" …") in TYPES:
            names, types, headers = (re.split(r"[,，、]\s*", cell) for cell in cells[:3])
            names = [name for name in names if name not in SETS]
            types += [types[-1]] * (len(names) - len(types))
            if len(names) == len(headers):
                found += [(mart, *column) for column in zip(names, (kind.strip(" …") for kind in types), headers, strict=False)]
    return found


def test_the_ledgers_have_the_columns_types_and_headers_that_are_specified() -> None:
    columns = ledger_columns((SPECIFICATION / "ledgers.md").read_text(encoding="utf-8"))
    assert len({mart for mart, *_ in columns}) > 10 and len(columns) > 100
    fields = {name: mart_fields(mart, load_fields()) for name, mart in load_marts().items()}
    assert [column for column in columns if column[1] not in fields[column[0]]] == []
    assert [
        (column, field.type, field.label)
        for column in columns
        for field in [fields[column[0]][column[1]]]
        if field.type not in TYPES[column[2]] or (field.label != column[3] and column[1] not in SHARED_HEADERS)
    ] == []
