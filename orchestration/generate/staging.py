"""SQL of the staging models: one per extract, from its contract."""

from __future__ import annotations

from orchestration.contracts import Column, ExtractContract
from orchestration.generate.evidence import Evidence, load_evidence

NOTE = "-- Generated from config/ by python -m orchestration.generate; do not edit."

MISSING = "else 'missing'"
NO_TEXT = "cast(null as {{ text_type() }})"

SQL_TYPE_OF_COLUMN = {"date": "date", "month": "date", "money": "decimal(14, 2)", "integer": "bigint", "flag": "boolean"}


def staging_name(contract: ExtractContract) -> str:
    """Return the name of an extract's staging model."""
    return f"stg_{contract.extract}"


def judged_documents(contract: ExtractContract) -> tuple[str, ...]:
    """Return the documents whose person_key is needed: the subject's, those in the business key, a household member's."""
    subject = contract.subject.documents if contract.subject else ()
    in_key = (column.name for column in contract.key_columns if column.type == "id")
    household = load_evidence().get(contract.extract, Evidence()).household_document
    return tuple(dict.fromkeys([*subject, *in_key, *([household] if household else [])]))


def _typed(column: Column) -> list[str]:
    sql_type = SQL_TYPE_OF_COLUMN.get(column.type)
    typed = f"cast({column.name} as {sql_type}) as {column.name}" if sql_type else column.name
    return [typed, f"{column.name}_normalized"] if column.has_normalized_form else [typed]


def _key_part(column: Column, judged: tuple[str, ...]) -> str:
    if column.name in judged:
        return f"coalesce({column.name}_person_key, {column.name}_normalized, '')"
    if column.type in ("text", "code"):
        return f"coalesce({column.name}, '')"
    if column.type == "person_name":
        return f"coalesce({column.name}_normalized, '')"
    return f"coalesce(cast({column.name} as {{{{ text_type() }}}}), '')"


def _precedence(contract: ExtractContract) -> str:
    if contract.precedence is None:
        return ""
    if contract.precedence.latest:
        return f"{contract.precedence.column} desc nulls last, "
    return f"case when {contract.precedence.column} = '{contract.precedence.value}' then 0 else 1 end, "


def _subject(contract: ExtractContract) -> list[str]:
    if contract.subject is None:
        return []
    documents = contract.subject.documents
    first, usable = documents[0], [f"when {name}_person_key is not null then" for name in documents]

    def choose(suffix: str, *otherwise: str) -> str:
        if len(documents) == 1:
            return f"{first}{suffix}"
        cases = [f"{condition} {name}{suffix}" for condition, name in zip(usable, documents, strict=True)]
        return "case\n            " + "\n            ".join([*cases, *otherwise]) + "\n        end"

    filled = f"else coalesce({', '.join(f'{name}_normalized' for name in documents)})"
    statuses = [f"when {name}_normalized is not null then {name}_status" for name in documents]
    keys = ", ".join(f"{name}_person_key" for name in documents)
    return [
        f"{choose('_normalized', filled)} as subject_document",
        f"{f'coalesce({keys})' if len(documents) > 1 else keys} as subject_person_key",
        f"{choose('_status', *statuses, MISSING)} as subject_document_status",
        f"{contract.subject.name}_normalized as subject_name",
    ]


def _evidence(contract: ExtractContract) -> list[str]:
    evidence = load_evidence().get(contract.extract, Evidence())
    household, register = evidence.household_document, evidence.register_number
    kept_by = f"'{contract.department}:{register}:' || "
    return [
        f"{f'{household}_person_key' if household else NO_TEXT} as evidence_household_key",
        f"{f'{kept_by}{register}' if register else NO_TEXT} as evidence_register_number",
        f"{evidence.town or NO_TEXT} as evidence_town",
        f"{evidence.village or NO_TEXT} as evidence_village",
    ]


def staging_sql(contract: ExtractContract) -> str:
    """Return the staging model of an extract."""
    judged = judged_documents(contract)
    columns = [item for column in contract.columns for item in _typed(column)]
    if contract.dated_by:
        dates = ", ".join(contract.dated_by)
        columns.append(f"{f'coalesce({dates})' if len(contract.dated_by) > 1 else dates} as dated_on")
    place = [name for name in contract.place_columns if name != "row_number"]
    typed = ",\n        ".join([*place, "cast(row_number as bigint) as row_number", *columns])
    steps = [f"with landed as (\n    select * from {{{{ source('landed', '{contract.extract}') }}}}\n)"]
    steps.append(f"typed as (\n    select\n        {typed}\n    from landed\n)")
    last = "typed"
    for document in judged:
        steps.append(f"{{{{ judge_document('{last}', '{document}') }}}}")
        last = f"{document}_judged"
    key = "\n        || '|' || ".join(_key_part(column, judged) for column in contract.key_columns)
    about = [*_subject(contract), *_evidence(contract)] if contract.subject else []
    subject = "".join(f",\n        {item}" for item in about)
    steps.append(f"keyed as (\n    select\n        *,\n        {key} as business_key{subject}\n    from {last}\n)")
    if contract.subject:
        steps.append("identified as (\n    select\n        *,\n        {{ identity_id() }} as identity_id\n    from keyed\n)")
    ranked_from = "identified" if contract.subject else "keyed"
    later = ", ".join(f"{name} desc" for name in contract.place_columns if name != "delivery_month")
    steps.append(
        "ranked as (\n    select\n        *,\n        row_number() over (\n"
        "            partition by delivery_month, business_key\n"
        f"            order by {_precedence(contract)}{later}\n"
        f"        ) = 1 as is_counted\n    from {ranked_from}\n)"
    )
    if contract.kind == "flow":
        steps.append(
            "final as (\n    select\n        *,\n        case\n            when is_counted then lead(delivery_month) over (\n"
            "                partition by business_key, is_counted\n                order by delivery_month\n"
            "            )\n        end as superseded_in\n    from ranked\n)"
        )
    else:
        steps.append("final as (\n    select * from ranked\n)")
    kind = "register as it stands" if contract.kind == "roll" else "events"
    header = (
        f"{NOTE}\n-- Grain: one accepted row of one delivery of {contract.extract} ({kind}).\n"
        "-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).\n"
    )
    body = ",\n\n".join(steps)
    return f"{header}\n{body}\n\nselect * from final\n"
