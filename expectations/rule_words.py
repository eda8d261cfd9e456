"""Rules and their examples in the words of officials, for every form of the rule handbook.

What belongs here: Chinese for what the catalogue and the examples say in codes and names of columns. What does not: laying it
out (``orchestration.generate`` as Markdown, ``orchestration.site`` as a page).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from expectations.catalogue import Rule, load_rules
from expectations.rule_examples import Example
from orchestration.contracts import ConfigError, load_extracts, load_fields, load_marts
from orchestration.contracts.value_labels import ValueLabels, load_value_labels
from orchestration.contracts.yaml_file import Model, describe, read_yaml, shown
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG, REPOSITORY

TOPICS = REPOSITORY / "expectations" / "topics.yml"

SEVERITIES = {"E": "必须更正", "W": "须核实", "I": "提示"}
ENTITIES = {
    "person": "人（在册成员）",
    "household": "户",
    "row": "部门名册中的一行",
    "extract": "一种名册",
    "file": "一个文件",
    "item": "一件交办事项",
}
# How an extract comes (``ExtractContract.kind``).
_KINDS = {"roll": "整册", "flow": "逐月累计"}
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-01)?")
# What is always delivered, or no month is computed.
_ROSTERS = ("rural_revitalization__household_roster", "rural_revitalization__member_roster")
_OF_HOUSEHOLDS = (*_ROSTERS, "rural_revitalization__income_expense")


class Topic(Model):
    """What the rules of one letter are about.

    Attributes:
        letter: of their codes.
        title: Chinese.
        why: Chinese: what rests on it, so that an official sees why it is asked.
    """

    letter: str = Field(pattern=r"^[A-Z]$")
    title: str = Field(min_length=1)
    why: str = Field(min_length=1)


@cache
def load_topics(path: Path = TOPICS) -> dict[str, Topic]:
    """Return the topics by letter, in their order.

    Raises:
        ConfigError: the file is wrong, or does not have exactly the letters of the catalogue.
    """
    try:
        topics = TypeAdapter(list[Topic]).validate_python(read_yaml(path))
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error
    letters, used = [topic.letter for topic in topics], sorted({code[0] for code in load_rules()})
    if letters != used:
        raise ConfigError(f"{shown(path)}: has the letters {' '.join(letters)}, the catalogue {' '.join(used)}")
    return {topic.letter: topic for topic in topics}


def needs_in_words(rule: Rule) -> str:
    """Return which extracts a rule rests on, and what becomes of it without them."""
    titles = "".join(f"《{load_extracts()[name].title}》" for name in rule.needs)
    return f"{titles}（没有报送时不适用）" if titles else "《户信息》《人员信息》"


def place_to_correct(rule: Rule) -> str | None:
    """Return in which extract which column must be corrected.

    The extract is named where only one of those that the rule looks at has the column; None where a rule names no column.
    """
    if rule.field is None:
        return None
    looked_at = [load_extracts()[name] for name in dict.fromkeys((*rule.needs, *_OF_HOUSEHOLDS))]
    having = [contract for contract in looked_at if rule.field in {column.name for column in contract.columns}]
    if len(having) != 1:
        return column_in_words(rule.field)
    return f"《{having[0].title}》的“{having[0].column(rule.field).header}”列"


def repeated_in_words(rule: Rule) -> list[tuple[str, str]]:
    """Return mart and title of the lists on which what a rule finds stands already."""
    marts = load_marts()
    return [(name, marts[name].title) for name in dict.fromkeys(one.partition("/")[0] for one in rule.repeats)]


def shared_in_words(examples: Sequence[Example]) -> str:
    """Return what all examples of a rule have in common; empty where nothing is."""
    return "；".join(words for row in examples[0].given.values() if (words := row_in_words(row))) if examples else ""


def example_in_words(example: Example) -> list[str]:
    """Return the rows of an example, each in words; none where it has only what all have in common."""
    return [words for name, rows in example.rows.items() for words in _rows_in_words(rows, example.given.get(name, {}))]


def _rows_in_words(rows: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> list[str]:
    if not rows:
        return [f"没有“{row_in_words(given)}”这一行" if given else "没有行"]
    if len(rows) == 1:
        return [words] if (words := row_in_words(rows[0])) else []
    said = [row_in_words(row, with_numbers=True) for row in rows]
    return [f"第{number}行：{words or '只有相同的内容'}" for number, words in enumerate(said, start=1)]


def row_in_words(row: Mapping[str, Any], *, with_numbers: bool = False) -> str:
    """Return a row of an example: the columns that say something, each with its value.

    Args:
        row: by column.
        with_numbers: whether numbers of persons and households say something: they tell several rows apart.
    """
    said = (name for name in row if with_numbers or not name.endswith("_id"))
    return "，".join(f"{column_in_words(name)}：{_value(name, row[name])}" for name in said)


def _value(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(_value(name, one) for one in value)
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    return _text(name.removeprefix("previous_").removeprefix("found_"), value)


def _text(name: str, value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".removesuffix("0").removesuffix(".0")
    if name in _months() and (month := _MONTH.fullmatch(str(value))):
        return f"{month[1]}年{int(month[2])}月"
    if name == "kind":
        return _KINDS.get(value, str(value))
    return _value_labels().label(name, value) if isinstance(value, str) else str(value)


def column_in_words(name: str) -> str:
    """Return the Chinese of a column that rules look at; the name itself where nothing has one."""
    return _columns().get(name, name)


@cache
def _columns() -> dict[str, str]:
    """Return the Chinese of column names: of the checks' own words, the extracts' headers, the published fields."""
    headers = {column.name: column.header for contract in reversed(load_extracts().values()) for column in contract.columns}
    words = read_yaml(CONFIG / "check_words.yml")
    return {**{name: field.label for name, field in load_fields().items()}, **headers, **words}


@cache
def _months() -> frozenset[str]:
    """Return the columns whose value is a month."""
    of_extracts = {
        column.name for contract in load_extracts().values() for column in contract.columns if column.type == "month"
    }
    return frozenset(of_extracts | {name for name, field in load_fields().items() if field.type == "month"})


@kept_by_overlay
def _value_labels() -> ValueLabels:
    return load_value_labels(load_extracts(), load_marts())
