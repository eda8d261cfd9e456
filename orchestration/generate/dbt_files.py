"""The generated files (dbt project, data dictionary), by path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts import (
    SQL_TYPES,
    ExtractContract,
    Field,
    PolicyParameter,
    load_county,
    load_extracts,
    load_fields,
    load_marts,
    load_parameters,
    mart_fields,
)
from orchestration.explanations.lineage import LINEAGE_FILE
from orchestration.foundation.paths import DBT_PROJECT, REPOSITORY
from orchestration.generate.dependencies import LIST, dependency_list
from orchestration.generate.dictionary import data_dictionary
from orchestration.generate.handbook import handbook_files
from orchestration.generate.lineage_file import lineage_file
from orchestration.generate.staging import NOTE, staging_name, staging_sql
from orchestration.warehouse.kept_months import CHECKED_TABLES, KEPT_TABLES, STAGES, KeptTable
from orchestration.warehouse.reference import ACCOUNT_TABLES, REFERENCE_TABLES

# Column names of the marts that are words of SQL.
RESERVED_WORDS = {"group"}

YAML_NOTE = NOTE.replace("--", "#", 1)


def generated_files() -> dict[Path, str]:
    """Return the content of every generated file by path."""
    extracts, parameters = load_extracts(), load_parameters()
    models = DBT_PROJECT / "models"
    files = {models / "landed_and_reference.yml": _sources(extracts)}
    for contract in extracts.values():
        folder = models / "staging" / contract.department
        files[folder / f"{staging_name(contract)}.sql"] = staging_sql(contract)
    for department in {contract.department for contract in extracts.values()}:
        of_department = [contract for contract in extracts.values() if contract.department == department]
        files[models / "staging" / department / f"_{department}.yml"] = _staging_yaml(of_department)
    files |= _fact_models(models / "staging" / "facts")
    files[models / "intermediate" / "matching" / "int_department_rows.sql"] = _department_rows(extracts)
    files[models / "intermediate" / "explanation" / "int_delivered_rows.sql"] = _delivered_rows(extracts)
    files[models / "intermediate" / "intake" / "int_column_blanks.sql"] = _column_blanks(extracts)
    files[models / "intermediate" / "calendar" / "int_parameters.sql"] = _parameters(parameters)
    files[models / "marts" / "_marts.yml"] = _marts_yaml()
    files[REPOSITORY / "docs" / "data_dictionary.md"] = data_dictionary()
    files[LIST] = dependency_list()
    files |= handbook_files()
    files[DBT_PROJECT / "macros" / "generated_tables.sql"] = _tables_macro(extracts)
    return files


def write_files() -> list[Path]:
    """Write every generated file that is missing or out of date; return their paths."""
    # the lineage is read from the dbt project, of which the others are part
    return [*_write(generated_files()), *_write(lineage_files())]


def stale_files() -> list[Path]:
    """Return the generated files that do not equal what ``config/`` says."""
    return _stale(generated_files())


def lineage_files() -> dict[Path, str]:
    """Return the content of the file of column lineage, by path; dbt compiles every model for it, which takes seconds."""
    return {LINEAGE_FILE: lineage_file()}


def _write(files: Mapping[Path, str]) -> list[Path]:
    written = _stale(files)
    for path in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
    return written


def _stale(files: Mapping[Path, str]) -> list[Path]:
    return [path for path, content in files.items() if not path.exists() or path.read_text(encoding="utf-8") != content]


def _yaml(content: dict[str, Any]) -> str:
    return YAML_NOTE + "\n" + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=128)


def _sources(extracts: dict[str, ExtractContract]) -> str:
    landed = [
        {
            "name": contract.extract,
            "description": f"{contract.title}（读入后的文本行）",
            "columns": [{"name": name} for name in (*contract.place_columns, *contract.landed_columns)],
        }
        for contract in extracts.values()
    ]
    landed += [
        {"name": table, "description": description, "columns": [{"name": name} for name in columns]}
        for table, (description, columns) in ACCOUNT_TABLES.items()
    ]
    reference = [
        {"name": table, "description": description, "columns": [{"name": name} for name in columns]}
        for table, (description, columns) in REFERENCE_TABLES.items()
    ]
    checked = [
        {"name": table, "description": description, "columns": [{"name": name} for name in schema.names]}
        for table, (description, schema) in CHECKED_TABLES.items()
    ]
    kept = [
        {"name": table, "description": of.description, "columns": [{"name": name} for name in of.schema.names]}
        for table, of in KEPT_TABLES.items()
    ]
    return _yaml(
        {
            "version": 2,
            "sources": [
                {"name": "landed", "schema": "landed", "description": "读入的各部门名册", "tables": landed},
                {"name": "reference", "schema": "reference", "description": "配置中的参数、代码、日历", "tables": reference},
                {"name": "checked", "schema": "checked", "description": "数据逻辑核查的发现和结果", "tables": checked},
                {"name": "kept", "schema": "kept", "description": "以前各月按当时所知留存、供以后各月对照的行", "tables": kept},
            ],
        }
    )


def _staging_yaml(contracts: Iterable[ExtractContract]) -> str:
    models = []
    for contract in contracts:
        columns: list[dict[str, Any]] = [
            {
                "name": column.name,
                "description": column.header,
                **({"config": {"meta": {"personal": True}}} if column.personal else {}),
            }
            for column in contract.columns
        ]
        models.append(
            {
                "name": staging_name(contract),
                "description": f"{contract.title}：每个交付行一行，带类型、人员识别码和是否计数",
                "columns": columns,
            }
        )
    return _yaml({"version": 2, "models": models})


# What models read beside extracts, by the schema in which it lies.
FACTS: dict[str, Mapping[str, Any]] = {
    "landed": ACCOUNT_TABLES,
    "reference": REFERENCE_TABLES,
    "checked": CHECKED_TABLES,
    "kept": KEPT_TABLES,
}


def _fact_models(folder: Path) -> dict[Path, str]:
    """Return the views through which models read facts and accounts: staging alone names a source."""
    files, descriptions = {}, []
    for schema, tables in FACTS.items():
        for table, entry in tables.items():
            name = f"stg_{schema}__{table}"
            description = entry.description if isinstance(entry, KeptTable) else entry[0]
            # what the rules of a stage found is there only after they have run
            after = {STAGES[1]: "between_checks", STAGES[2]: "after_checks"}
            stage = next((tag for names, tag in after.items() if schema == "checked" and table in names), None)
            tags = f", tags=['{stage}']" if stage else ""
            files[folder / f"{name}.sql"] = (
                f"{NOTE}\n-- Grain: one row of {schema}.{table}.\n"
                f"-- Purpose: {schema}.{table} for the models; staging alone names a source. Source: docs/architecture.md.\n\n"
                f"{{{{ config(materialized='view'{tags}) }}}}\n\nselect * from {{{{ source('{schema}', '{table}') }}}}\n"
            )
            descriptions.append({"name": name, "description": description})
    return files | {folder / "_facts.yml": _yaml({"version": 2, "models": descriptions})}


def _department_rows(extracts: dict[str, ExtractContract]) -> str:
    bureau = load_county().bureau.code
    selects = [
        "    select\n"
        f"        '{contract.extract}' as extract,\n"
        f"        {'true' if contract.subject.is_household_head else 'false'} as is_about_household,\n"
        "        delivery_month,\n        file,\n        row_number,\n        is_counted,\n        identity_id,\n"
        "        subject_document,\n        subject_document_status,\n        subject_person_key,\n        subject_name,\n"
        "        evidence_household_key,\n        evidence_register_number,\n"
        "        evidence_town,\n        evidence_village,\n"
        f"        {'superseded_in' if contract.kind == 'flow' else 'cast(null as date) as superseded_in'}\n"
        f"    from {{{{ ref('{staging_name(contract)}') }}}}"
        for contract in extracts.values()
        if contract.department != bureau and contract.subject
    ]
    union = "\n\n    union all\n\n".join(selects)
    return (
        f"{NOTE}\n-- Grain: one accepted row of one delivery of any department's extract.\n"
        "-- Purpose: whom each row is about, for matching (rules.md section 2).\n\n"
        f"with department_rows as (\n{union}\n)\n\nselect * from department_rows\n"
    )


def _delivered_rows(extracts: dict[str, ExtractContract]) -> str:
    text = "cast(null as {{ text_type() }})"
    selects = []
    for contract in extracts.values():
        names = {column.name for column in contract.columns}
        is_flow = contract.kind == "flow"
        columns = [
            f"'{contract.extract}' as extract",
            f"{str(is_flow).lower()} as is_flow",
            f"{str(bool(contract.subject and contract.subject.is_household_head)).lower()} as is_about_household",
            "delivery_month",
            "file",
            "sheet" if "sheet" in contract.place_columns else "'' as sheet",
            "row_number",
            *(name if name in names else f"{text} as {name}" for name in ("household_id", "person_id", "item_code")),
            "identity_id" if contract.subject and "household_id" not in names else f"{text} as identity_id",
            "cast(dated_on as date) as dated_on" if is_flow else "cast(null as date) as dated_on",
            "is_counted",
            "superseded_in" if is_flow else "cast(null as date) as superseded_in",
        ]
        listed = ",\n        ".join(columns)
        selects.append(f"    select\n        {listed}\n    from {{{{ ref('{staging_name(contract)}') }}}}")
    union = "\n\n    union all\n\n".join(selects)
    return (
        f"{NOTE}\n-- Grain: one accepted row of one delivery of any extract, by extract, file, sheet and row.\n"
        "-- Purpose: what says whom a row is about: a household's or member's number, an item of work, else an identity.\n"
        "-- Source: docs/architecture.md.\n\n"
        "{{ config(materialized='view') }}\n\n"
        f"with delivered_rows as (\n{union}\n)\n\nselect * from delivered_rows\n"
    )


def _column_blanks(extracts: dict[str, ExtractContract]) -> str:
    counts, selects = [], []
    for contract in extracts.values():
        counted = ",\n".join(f"        count({column.name}) as {column.name}" for column in contract.columns)
        counts.append(
            f"{contract.extract}_counts as (\n    select\n        delivery_month,\n        count(*) as rows_landed,\n"
            f"{counted}\n    from {{{{ source('landed', '{contract.extract}') }}}}\n    group by delivery_month\n)"
        )
        names = ",\n        ".join(f"('{column.name}', '{column.header}')" for column in contract.columns)
        filled = "\n".join(f"            when '{column.name}' then counts.{column.name}" for column in contract.columns)
        selects.append(
            f"    select\n        '{contract.extract}' as extract,\n        counts.delivery_month,\n        fields.field,\n"
            "        fields.field_header,\n        counts.rows_landed,\n        counts.rows_landed - case fields.field\n"
            f"{filled}\n        end as rows_blank\n    from {contract.extract}_counts as counts\n"
            f"    cross join (\n        values\n        {names}\n    ) as fields (field, field_header)"
        )
    union = "\n\n    union all\n\n".join(selects)
    steps = ",\n\n".join([*counts, f"blanks as (\n{union}\n)"])
    return (
        f"{NOTE}\n-- Grain: one column of one extract in one delivery that brought rows (extract, delivery_month, field).\n"
        "-- Purpose: in how many accepted rows the column is blank; every extract is read once.\n\n"
        f"with {steps}\n\nselect * from blanks\n"
    )


def _parameters(parameters: dict[str, PolicyParameter]) -> str:
    columns = []
    for parameter in parameters.values():
        if parameter.is_line or parameter.has_entries:
            continue
        value = "value_text" if parameter.unit == "text" else "value"
        condition = f"values_in_force.parameter = '{parameter.parameter}'"
        columns.append(f"    max(\n        case when {condition} then values_in_force.{value} end\n    ) as {parameter.column}")
    body = ",\n".join(columns)
    return (
        f"{NOTE}\n-- Grain: one month of the calendar.\n"
        "-- Purpose: every policy number in force in that month, one column each; income lines are in int_lines, lists and\n"
        "-- tables in int_parameter_entries.\n\n"
        "with months as (\n    select * from {{ ref('int_calendar') }}\n),\n\n"
        "policy_parameters as (\n    select * from {{ ref('stg_reference__policy_parameters') }}\n),\n\n"
        "values_in_force as (\n    select\n        months.month,\n        policy_parameters.parameter,\n"
        "        policy_parameters.value,\n        policy_parameters.value_text\n    from months\n"
        "    inner join policy_parameters\n"
        "        on months.month between policy_parameters.valid_from and policy_parameters.valid_to\n)\n\n"
        f"select\n    values_in_force.month,\n{body}\nfrom values_in_force\ngroup by values_in_force.month\n"
    )


def _marts_yaml() -> str:
    fields = load_fields()
    models = []
    for mart in load_marts().values():
        models.append(
            {
                "name": mart.mart,
                "description": f"{mart.title}。{mart.description}。依据：{mart.source}。每行：month、{'、'.join(mart.key)}",
                "config": {"contract": {"enforced": True}, "meta": {"title": mart.title}},
                "data_tests": [{"unique_key": {"arguments": {"columns": ["month", *mart.key]}}}],
                "columns": [
                    {
                        "name": name,
                        **({"quote": True} if name in RESERVED_WORDS else {}),
                        "data_type": SQL_TYPES[field.type],
                        "description": f"{field.label}：{field.description}",
                        **({"config": {"meta": _privacy(field)}} if field.privacy != "none" else {}),
                    }
                    for name, field in mart_fields(mart, fields).items()
                ],
            }
        )
    return _yaml({"version": 2, "models": models})


def _privacy(field: Field) -> dict[str, Any]:
    """Return what dbt's metadata say of a column that is about a person."""
    return {**({"personal": True} if field.personal else {}), "privacy": field.privacy, "analysts": field.analysts}


def _tables_macro(extracts: dict[str, ExtractContract]) -> str:
    landed = ", ".join(f'"{name}"' for name in (*extracts, *ACCOUNT_TABLES))
    reference = ", ".join(f'"{name}"' for name in REFERENCE_TABLES)
    checked = ", ".join(f'"{name}"' for name in CHECKED_TABLES)
    kept = ", ".join(f'"{name}"' for name in KEPT_TABLES)
    of_heads = (contract.extract for contract in extracts.values() if contract.subject and contract.subject.is_household_head)
    households = ", ".join(f'"{name}"' for name in of_heads)
    flows = ", ".join(f'"{contract.extract}"' for contract in extracts.values() if contract.kind == "flow")
    note = NOTE.removeprefix("-- ")
    return (
        f"{{#- {note} -#}}\n{{% macro landed_tables() %}}{{{{ return([{landed}]) }}}}{{% endmacro %}}\n"
        f"{{% macro flow_extracts() %}}{{{{ return([{flows}]) }}}}{{% endmacro %}}\n"
        f"{{% macro household_extracts() %}}{{{{ return([{households}]) }}}}{{% endmacro %}}\n"
        f"{{% macro reference_tables() %}}{{{{ return([{reference}]) }}}}{{% endmacro %}}\n"
        f"{{% macro checked_tables() %}}{{{{ return([{checked}]) }}}}{{% endmacro %}}\n"
        f"{{% macro kept_tables() %}}{{{{ return([{kept}]) }}}}{{% endmacro %}}\n"
    )
