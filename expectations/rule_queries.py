"""The SQL of a rule: the rows it looks at, its findings in the columns that all findings have, how many entities it looks at.

Only the rule's own text and the columns of the rows are known here; nothing is run.
"""

from __future__ import annotations

from collections.abc import Collection

from expectations.catalogue import Rule

# The columns of every finding but its month, check and key, with their types; a row without one of them leaves it blank.
PLACE_COLUMNS = {
    "household_id": "varchar",
    "person_id": "varchar",
    "town": "varchar",
    "village": "varchar",
    "extract": "varchar",
    "file": "varchar",
    "row_number": "bigint",
}
CAPTURED_COLUMNS = ("month", "entity_key", *PLACE_COLUMNS, "found", "expected")

# Whom a finding can name: a file has no household, a household is not one person.
_NAMES_NOTHING_OF = {
    "household": ("person_id",),
    "extract": ("household_id", "person_id", "file", "row_number"),
    "file": ("household_id", "person_id", "row_number"),
}
# Where the row of a person or household stands that must be corrected.
_ROSTERS = {
    "person": "rural_revitalization__member_roster",
    "household": "rural_revitalization__household_roster",
}


def looked_at(rule: Rule, relation: str) -> str:
    """Return the rows of a relation that a rule looks at, with its parameters, as a subquery."""
    rows = relation
    if rule.parameters:
        names = ", ".join(f"parameters.{name}" for name in rule.parameters)
        rows = (
            f"(select looked_at.*, {names} from {relation} as looked_at"
            " inner join intermediate.int_parameters as parameters on looked_at.month = parameters.month)"
        )
    return f"(select * from {rows} as looked_at where {rule.among or 'true'})"


def failing(rule: Rule, relation: str) -> str:
    """Return the query of the rows that break a rule."""
    rows = looked_at(rule, relation)
    return rule.failing_rows.replace("{batch}", rows) if rule.failing_rows else f"select * from {rows} where {rule.failing}"


def findings(rule: Rule, relation: str, columns: Collection[str]) -> str:
    """Return the query of a rule's findings in ``CAPTURED_COLUMNS``.

    Args:
        rule: the rule.
        relation: the rows it looks at.
        columns: the columns of the failing rows.
    """
    places = ",\n".join(f"    {_place(rule, name, columns)} as {name}" for name in PLACE_COLUMNS)
    return (
        f"select\n    cast(month as date) as month,\n    cast({rule.entity_key} as varchar) as entity_key,\n{places},\n"
        f"    cast({rule.found} as varchar) as found,\n    cast({rule.expected} as varchar) as expected\n"
        f"from (\n{failing(rule, relation)}\n) as failing_rows"
    )


def denominators(rule: Rule, relation: str) -> str:
    """Return the query of how many entities a rule looks at, by month."""
    if rule.denominator_rows:
        return rule.denominator_rows
    return f"select month, count(distinct {rule.entity_key}) from {looked_at(rule, relation)} group by month"


def _place(rule: Rule, name: str, columns: Collection[str]) -> str:
    kind = PLACE_COLUMNS[name]
    if name in columns and name not in _NAMES_NOTHING_OF.get(rule.entity, ()):
        return f"cast({name} as {kind})"
    if name == "extract" and rule.entity in _ROSTERS:
        return f"'{_ROSTERS[rule.entity]}'"
    return f"cast(null as {kind})"
