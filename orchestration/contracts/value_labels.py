"""What officers read instead of a code. Codes that another file of ``config/`` already names are taken from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from orchestration.contracts import (
    ConfigError,
    ExtractContract,
    Field,
    MartContract,
    load_code_lists,
    load_county,
    load_fields,
    load_parameters,
)
from orchestration.contracts.privacy import allowed_words
from orchestration.contracts.yaml_file import Model, describe, read_yaml, shown
from orchestration.foundation.paths import CONFIG

_BOOLEAN = "boolean"
_INCOMES = "rural_revitalization__income_expense"


class ValueLabel(Model):
    """A code in Chinese.

    Attributes:
        label: what stands in a cell.
        description: what it means, for the sheet that explains a list.
    """

    label: str
    description: str | None = None


@dataclass(frozen=True)
class ValueLabels:
    """The Chinese of every coded value, by column and code."""

    by_column: Mapping[str, Mapping[str, ValueLabel]]

    def of(self, column: str) -> Mapping[str, ValueLabel]:
        """Return the labels of a column by code; empty when its values are Chinese already."""
        return self.by_column.get(column, {})

    def label(self, column: str, value: str) -> str:
        """Return the Chinese of a coded value of a column; the value itself where there is none."""
        found = self.of(column).get(value)
        return found.label if found else value

    def boolean(self, value: bool) -> str:
        """Return the Chinese of true and false, 是 or 否."""
        return self.label(_BOOLEAN, "true" if value else "false")


def load_value_labels(
    extracts: Mapping[str, ExtractContract], marts: Mapping[str, MartContract], path: Path = CONFIG / "value_labels.yml"
) -> ValueLabels:
    """Return the labels, those of extracts and marts from their contracts.

    Raises:
        ConfigError: the file is wrong, or names a column that nothing publishes.
    """
    content = read_yaml(path)
    try:
        written = TypeAdapter(dict[str, dict[str, ValueLabel | str]]).validate_python(content)
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error
    labels = {
        column: {code: label if isinstance(label, ValueLabel) else ValueLabel(label=label) for code, label in values.items()}
        for column, values in written.items()
    }
    unknown = sorted(set(labels) - set(load_fields()) - {_BOOLEAN})
    if unknown:
        raise ConfigError("\n".join(f"{shown(path)}: column {column} is not in config/fields.yml" for column in unknown))
    named_elsewhere = {
        "target_department": {department.code: department.name for department in load_county().departments},
        "recipient": {department.code: department.name for department in load_county().departments},
        "extract": {name: contract.title for name, contract in extracts.items()},
        "rests_on": {name: contract.title for name, contract in extracts.items()},
        "list": {name: mart.title for name, mart in marts.items()},
        "mart": {name: mart.title for name, mart in marts.items()},
        "income_item": {
            column.name: column.header
            for contract in extracts.values()
            if contract.extract == _INCOMES
            for column in contract.columns
            if column.type == "money"
        },
        "population": {
            ",".join(parameter.population): "、".join(labels["population"][name].label for name in parameter.population)
            for parameter in load_parameters().values()
            if parameter.population
        },
    }
    for column, names in named_elsewhere.items():
        labels[column] = labels.get(column, {}) | {code: ValueLabel(label=name) for code, name in names.items()}
    return ValueLabels(labels)


def declared_words(name: str, field: Field, labels: ValueLabels) -> frozenset[str]:
    """Return the words that a text column may show: its labelled codes, those of its code lists, those written beside it."""
    lists = load_code_lists()
    named = [lists[one] for one in field.code_lists or (name,) if one in lists]
    return allowed_words(labels.of(name), (code.value for one in named for code in one.values), field.values)
