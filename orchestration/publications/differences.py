"""What a new version of a month says otherwise than the one in whose place it is put, and why.

What belongs here: handing both versions, the work database and the facts of ``config/`` to ``differences.sql``. What does not:
how a difference is found and traced (the SQL), how it is shown (``differences_book``, ``quality_report``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.contracts import (
    EVERY_ITEM,
    ExtractContract,
    load_county,
    load_extracts,
    load_marts,
    load_parameters,
    load_publication_lists,
    load_traces,
    mart_fields,
)
from orchestration.contracts.mart import load_fields
from orchestration.contracts.value_labels import ValueLabels, load_value_labels
from orchestration.documents.comparison import DIFFERENCES
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications.mart_tables import arrow_schema, literal

_SQL = Path(__file__).with_suffix(".sql")
_HOUSEHOLDS, _MATCHES = "household_month", "person_match"
# Of a household, what is told beside its coming onto a list or leaving it; the rest of its facts follow from these.
_DECIDING = (
    "income_status",
    "months_observed",
    "income_12m",
    "headcount",
    "medical_12m",
    "education_net",
    "members_on_assistance",
    "uninsured_members",
    "household_type",
    "is_marginal_2019",
    "monitoring_status",
)
_MOST_CAUSES = 3


@dataclass(frozen=True)
class Side:
    """A version of a month that is compared.

    Attributes:
        folder: with its Parquet.
        knowledge_month: the last delivery that it knows, ``YYYY-MM``.
        inputs: as its manifest names them.
        parameters: in force, as its manifest names them.
        code_version: what made it.
    """

    folder: Path
    knowledge_month: Month
    inputs: Sequence[Mapping[str, str]]
    parameters: Mapping[str, Mapping[str, str | None]]
    code_version: str


def find_differences(installation: Installation, month: Month, old: Side, new: Side) -> pa.Table:
    """Return every difference between two versions of a month with its cause, sorted by its key.

    Args:
        installation: whose work database holds the month as the new version was computed.
        month: ``YYYY-MM``.
        old: the version in whose place the new one is put; it knows no more than the new one.
        new: the version that is being published.
    """
    import jinja2

    traces, extracts = load_traces(), load_extracts()
    marts = load_marts()
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False).from_string(  # noqa: S701  SQL, no HTML
        _SQL.read_text(encoding="utf-8")
    )
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {literal(str(installation.warehouse))} AS wh (READ_ONLY)")
        for mart in dict.fromkeys((*traces.columns, *traces.lists, _MATCHES)):
            _show(connection, mart, old.folder, new.folder)
        for name, table in _facts(old, new).items():
            connection.register(name, table)
        script = template.render(
            month=month.first_day,
            old_knowledge=old.knowledge_month.first_day,
            new_knowledge=new.knowledge_month.first_day,
            old_program=old.code_version.replace("'", ""),
            new_program=new.code_version.replace("'", ""),
            extracts=[_extract(extracts[name]) for name in traces.extracts],
            compared_columns=[
                {"name": name, "columns": _columns_in_both(connection, name, columns)}
                for name, columns in traces.columns.items()
            ],
            compared_lists=[
                {
                    "name": name,
                    "item": f"coalesce({one.item}, '')" if one.item else "''",
                    "person": "coalesce(person_id, '')" if "person_id" in marts[name].columns else "''",
                }
                for name, one in traces.lists.items()
                # an older version may have been published without the list
                if (old.folder / f"{name}.parquet").exists()
            ],
            households=_HOUSEHOLDS,
            every_item=EVERY_ITEM,
            most_causes=_MOST_CAUSES,
        )
        found = connection.sql(_run_all_but_last(connection, script)).to_arrow_table()
    contract = load_publication_lists()[DIFFERENCES]
    schema = arrow_schema(mart_fields(contract, load_fields()))
    return found.select(schema.names).cast(schema).combine_chunks()


def _show(connection: duckdb.DuckDBPyConnection, mart: str, old: Path, new: Path) -> None:
    """Make ``old.<mart>`` and ``new.<mart>``; of what the old version was published without it holds nothing."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS old; CREATE SCHEMA IF NOT EXISTS new")
    before, after = (f"read_parquet({literal(str(folder / f'{mart}.parquet'))})" for folder in (old, new))
    connection.execute(f"CREATE VIEW new.{mart} AS SELECT * FROM {after}")
    was_there = (old / f"{mart}.parquet").exists()
    connection.execute(f"CREATE VIEW old.{mart} AS SELECT * FROM {before if was_there else f'{after} WHERE false'}")


def _run_all_but_last(connection: duckdb.DuckDBPyConnection, script: str) -> str:
    """Execute every statement of a script but the last, which is returned."""
    *statements, last = duckdb.extract_statements(script)
    for statement in statements:
        connection.execute(statement)
    return last.query


def _columns_in_both(connection: duckdb.DuckDBPyConnection, mart: str, columns: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the columns to be compared; an older version may have been published without one of them."""
    present = [{row[0] for row in connection.execute(f"DESCRIBE {schema}.{mart}").fetchall()} for schema in ("old", "new")]
    wanted = dict.fromkeys(column for group in columns.values() for column in group)
    return [column for column in wanted if all(column in names for names in present)]


def _extract(contract: ExtractContract) -> dict[str, Any]:
    """Return what the SQL needs of an extract: how the household and person of a row are found, which columns are compared."""
    own = {column.name for column in contract.columns}
    counted_first = contract.precedence.column if contract.precedence else None
    about_a_person = contract.subject is not None
    return {
        "name": contract.extract,
        "kind": contract.kind,
        "subject": "identity_id" if about_a_person else "household_id",
        "household": "subjects.household_id" if about_a_person else "subject",
        "person": "subjects.person_id" if about_a_person else "person_id" if {"person_id"} <= own else "''",
        "columns": [
            {"name": column.name, "header": literal(column.header)}
            for column in contract.columns
            # the day of entry decides which row counts and says nothing about a household
            if column.name != counted_first
        ],
    }


def _facts(old: Side, new: Side) -> dict[str, pa.Table]:
    traces, extracts, county = load_traces(), load_extracts(), load_county()
    marts, fields = load_marts(), load_fields()
    too = traces.also_of_month_before
    rests = [
        {"mart": mart, "item": "", "column_name": column, "extract": extract, "is_of_month_before_too": column in too}
        for mart, by_extract in traces.columns.items()
        for extract, columns in by_extract.items()
        for column in columns
    ]
    rests += [
        {"mart": mart, "item": item, "column_name": "", "extract": extract, "is_of_month_before_too": False}
        for mart, one in traces.lists.items()
        for item, rested in one.rests_on.items()
        for extract in rested
    ]
    words = [
        {
            "extract": name,
            "words": f"{county.department(contract.department).name}《{contract.title}》",
            "is_flow": contract.kind == "flow",
        }
        for name, contract in extracts.items()
    ]
    labels = load_value_labels(extracts, marts)
    households = mart_fields(marts[_HOUSEHOLDS], fields)
    columns = [
        {"column_name": name, "label": field.label, "place": place, "is_deciding": name in _DECIDING}
        for place, (name, field) in enumerate(households.items())
    ]
    return {
        "rests": _table(rests, mart=str, item=str, column_name=str, extract=str, is_of_month_before_too=bool),
        "extract_words": _table(words, extract=str, words=str, is_flow=bool),
        "column_words": _table(columns, column_name=str, label=str, place=int, is_deciding=bool),
        "value_words": _table(_value_words(labels, households), column_name=str, code=str, label=str),
        "changed_inputs": _table(_changed_inputs(old, new), delivery_month="date", extract=str, file=str, state=str),
        "changed_parameters": _table(_changed_parameters(old, new), words=str, is_line=bool),
    }


def _value_words(labels: ValueLabels, households: Mapping[str, Any]) -> list[dict[str, str]]:
    words = []
    for name, field in households.items():
        if field.type == "boolean":
            words += [{"column_name": name, "code": str(one).lower(), "label": labels.boolean(one)} for one in (True, False)]
        words += [{"column_name": name, "code": code, "label": label.label} for code, label in labels.of(name).items()]
    return words


def _changed_inputs(old: Side, new: Side) -> list[dict[str, Any]]:
    """Return the files that the versions do not share: later deliveries, and in those both know what was replaced since."""

    def by_file(side: Side) -> dict[tuple[str, str, str], str]:
        return {(item["delivery_month"], item["extract"], item["file"]): item["sha256"] for item in side.inputs}

    before, after = by_file(old), by_file(new)
    changed = []
    for place in sorted({*before, *after}):
        if before.get(place) == after.get(place):
            continue
        month, extract, file = place
        state = "added" if place not in before else "removed" if place not in after else "changed"
        if month > old.knowledge_month:
            state = "later"
        changed.append({"delivery_month": Month(month).first_day, "extract": extract, "file": file, "state": state})
    return changed


def _changed_parameters(old: Side, new: Side) -> list[dict[str, Any]]:
    known, labels = load_parameters(), load_value_labels(load_extracts(), load_marts())
    changed = []
    for name in sorted({*old.parameters, *new.parameters}):
        before, after = (side.parameters.get(name, {}) for side in (old, new))
        if before.get("value") == after.get("value"):
            continue
        title = labels.label("parameter", name) if name not in known else known[name].description
        basis = "".join(filter(None, (after.get("document"), after.get("article"))))
        words = f"{title}由 {before.get('value') or '未生效'} 改为 {after.get('value') or '未生效'}"
        words += f"（{basis}）" if basis else ""
        changed.append({"words": words, "is_line": name in known and known[name].is_line})
    return changed


def _table(rows: Sequence[Mapping[str, Any]], **types: Any) -> pa.Table:
    kinds = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), "date": pa.date32()}
    return pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema({name: kinds[of] for name, of in types.items()}))
