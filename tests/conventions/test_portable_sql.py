"""The SQL of the models, macros and rules says the same to DuckDB and to Spark; what differs stands in ``dialect.sql`` alone.

Both engines take many a text and answer it differently (``levenshtein`` counts bytes here and characters there), so a function
is refused until somebody has compared it: ``python -m tests.engines.compare``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from orchestration.foundation.paths import DBT_PROJECT

DIALECT = DBT_PROJECT / "macros" / "dialect.sql"
SQL_FILES = [path for folder in ("macros", "models", "tests") for path in sorted((DBT_PROJECT / folder).rglob("*.sql"))]

# Compared on both engines: the same rows for the same text.
# fmt: off
EQUAL = {
    "abs", "all", "and", "as", "ascii", "between", "bool_and", "bool_or", "cast", "chr", "coalesce", "count", "count_if",
    "date", "day", "decimal", "exists", "first_value", "from", "greatest", "in", "join", "lag", "lead", "least", "length",
    "make_date", "max", "md5", "min", "mod", "month", "not", "nullif", "on", "or", "over", "position", "rank", "repeat",
    "replace", "row_number", "sign", "substr", "sum", "then", "translate", "try_cast", "values", "when", "where", "year",
}
# fmt: on
# Of Jinja and dbt, no SQL.
TEMPLATE = {"config", "dict", "range", "ref", "return", "selectattr", "source", "var"}
TYPES = ("bigint", "boolean", "date", "double", "integer")
# Syntax that one engine lacks or takes for something else.
REFUSED = {
    r"\bvarchar\b|\btext\b(?=\))": "{{ text_type() }}",
    r"(?<![*])/(?![*])": "divide_money, ratio or whole_division: DuckDB divides decimals as doubles, Spark does not",
    r'"': "no quoted names: a text to Spark",
    r"\\": "no backslashes: Spark takes them for escapes",
    r"::": "cast()",
    r"\[": "no lists: Spark counts their places from 0",
    r"->|\{": "no lambdas, no structs in curly brackets",
    r"\b(qualify|pivot|asof)\b": "row_number() in a subquery, joins",
    r"\b(exclude|except|replace) ?\((?=[a-z_, ]+\)\s*$)": "name the columns",
    r"\bdistinct on\b|\bunion (all )?by name\b|\b(group|order) by all\b": "name the columns",
    r"\binterval\b": "{{ add_months() }}, or a date and a whole number",
    r"\b(current_date|current_timestamp|now)\b": "the month is a fact of the run",
}


def _sql(text: str) -> str:
    """Return a template without its comments."""
    return re.sub(r"--[^\n]*", "", re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))


def _bare(text: str) -> str:
    """Return SQL without what the template puts in, and without what stands between quotes."""
    return re.sub(r"'[^']*'", "''", re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL))


def _functions(text: str) -> set[str]:
    return {name.lower() for name in re.findall(r"(?<![\w.])([A-Za-z_]\w*) ?\(", text)}


def _macros() -> set[str]:
    return {
        name.removeprefix("default__").removeprefix("spark__")
        for path in SQL_FILES
        for name in re.findall(r"\{%-? *(?:macro|test) +(\w+)", path.read_text(encoding="utf-8"))
    }


def _slips(text: str, known: set[str]) -> Iterator[str]:
    bare = _bare(text)
    # a column list after `as name` is no call
    called = _functions(re.sub(r"\bas \w+ \(", "as (", re.sub(r"\bwith \w+ \(", "with (", text)))
    for name in sorted(called - EQUAL - known):
        yield f"{name}() was not compared on both engines; a macro of dialect.sql, or an entry of EQUAL once it was"
    for pattern, instead in REFUSED.items():
        if found := re.search(pattern, bare, re.IGNORECASE | re.MULTILINE):
            yield f"{found.group().strip()!r}: {instead}"
    for kind in set(re.findall(r"\bcast\([^()]* as (\w+)(?=\))", bare)) - set(TYPES):
        yield f"type {kind}"


@pytest.fixture(scope="module")
def macros() -> set[str]:
    return _macros()


def test_no_model_or_macro_says_what_the_engines_take_differently(macros: set[str]) -> None:
    slips = [
        f"{path.relative_to(DBT_PROJECT).as_posix()}: {slip}"
        for path in SQL_FILES
        if path != DIALECT
        for slip in _slips(_sql(path.read_text(encoding="utf-8")), macros | TEMPLATE)
    ]
    assert not slips, "\n".join(slips)


# The text type is put in for Spark (expectations.spark_rules); a share in a text is rounded to one place of a hundred.
OF_RULES = {r"\bvarchar\b|\btext\b(?=\))", r"(?<![*])/(?![*])"}


def test_no_rule_says_what_the_engines_take_differently() -> None:
    texts = {
        (code, name): text
        for code, rule in load_rules().items()
        for name in ("looks_at_rows", "among", "failing", "failing_rows", "key", "denominator_rows", "found", "expected")
        if (text := getattr(rule, name))
    }
    slips = [
        f"{code} {name}: {slip}"
        for (code, name), text in texts.items()
        for slip in _slips(_sql(text.replace("{batch}", "batch")), {"trim"})
        if not any(slip.endswith(REFUSED[pattern]) for pattern in OF_RULES) and slip != "type varchar"
    ]
    assert not slips, "\n".join(slips)


@pytest.mark.parametrize(
    "text",
    [
        "select levenshtein(a, b) as apart from t",
        "select regexp_replace(a, 'b', '', 'g') as a from t",
        "select cast(a as varchar) as a from t",
        "select a / b as share from t",
        'select a as "group" from t',
        "select a from t qualify row_number() over (order by b) = 1",
        "select a[1] as a from t",
        "select day + interval 1 month as day from t",
        "select * exclude (a)\nfrom t",
        "select {{ matches('concat(a, b)', 'c') }} as a from t",
    ],
)
def test_a_slip_is_found(text: str, macros: set[str]) -> None:
    assert list(_slips(_sql(text), macros))


def test_every_macro_of_the_dialect_has_both_spellings() -> None:
    text = DIALECT.read_text(encoding="utf-8")
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'", text))
    for engine in ("default", "spark"):
        assert dispatched <= set(re.findall(rf"macro {engine}__(\w+)", text)), engine


def test_files_are_found() -> None:
    assert Path(DBT_PROJECT / "models" / "marts" / "warning_list.sql") in SQL_FILES
