"""The facts of ``config/`` as Parquet tables, so that SQL joins them like any other data.

Grain and columns of each table are in ``REFERENCE_TABLES``. Nothing here depends on deliveries but ``requested_months``.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.catalogue import department_titles, load_rules
from orchestration.contracts import (
    ConfigError,
    DatedValue,
    load_code_lists,
    load_county,
    load_extracts,
    load_holidays,
    load_marts,
    load_parameters,
)
from orchestration.contracts.value_labels import load_value_labels
from orchestration.foundation.atomic_files import write_whole
from orchestration.foundation.months import Month
from orchestration.foundation.paths import CONFIG, Installation
from orchestration.landing.tables import INTAKE_FILES, INTAKE_PROBLEMS
from orchestration.warehouse.run_request import RunRequest

CHARACTER_SOUNDS = CONFIG / "character_sounds.csv"

_TEXT, _DATE, _WHOLE, _FLAG = pa.string(), pa.date32(), pa.int64(), pa.bool_()

_SCHEMAS: dict[str, tuple[str, dict[str, pa.DataType]]] = {
    "requested_months": (
        "本次计算的月份及其知晓月份；is_published 为否的只为以后各月的核查记录补算，不发布",
        {"month": _DATE, "knowledge_month": _DATE, "is_published": _FLAG},
    ),
    "policy_parameters": (
        "政策参数：每个生效区间一行；收入标准的适用人群见 line_populations",
        {
            "parameter": _TEXT,
            "is_line": _FLAG,
            "unit": _TEXT,
            "comparator": _TEXT,
            "populations": _TEXT,
            "value": pa.decimal128(18, 4),
            "value_text": _TEXT,
            "valid_from": _DATE,
            "valid_to": _DATE,
            "document": _TEXT,
            "article": _TEXT,
        },
    ),
    "parameter_entries": (
        "政策参数中的清单和对照表：每个生效区间的每一项一行，次序即规则所称次序",
        {
            "parameter": _TEXT,
            "position": _WHOLE,
            "item": _TEXT,
            "entry": _TEXT,
            "valid_from": _DATE,
            "valid_to": _DATE,
        },
    ),
    "line_populations": ("收入标准适用的人群，每个人群一行", {"parameter": _TEXT, "population": _TEXT}),
    "code_values": ("代码表：每个取值一行，次序即规则所称次序", {"code_list": _TEXT, "value": _TEXT, "position": _WHOLE}),
    "value_labels": (
        "列代码的中文：每个取值一行",
        {"column_name": _TEXT, "code": _TEXT, "label": _TEXT, "meaning": _TEXT, "position": _WHOLE},
    ),
    "towns": ("乡镇（街道），每个一行", {"code": _TEXT, "name": _TEXT, "position": _WHOLE}),
    "departments": (
        "部门，每个一行",
        {"department": _TEXT, "name": _TEXT, "short_name": _TEXT, "is_register_keeper": _FLAG, "position": _WHOLE},
    ),
    "county": (
        "本县：地名和合计名称，一行",
        {"name": _TEXT, "province": _TEXT, "city": _TEXT, "county": _TEXT, "whole_county": _TEXT},
    ),
    "extracts": (
        "名册：每个名册一行；is_expected 为应报送的，comes_with 为可以随它的文件一起收的名册",
        {
            "extract": _TEXT,
            "department": _TEXT,
            "title": _TEXT,
            "kind": _TEXT,
            "is_register_keeper": _FLAG,
            "is_expected": _FLAG,
            "comes_with": _TEXT,
        },
    ),
    "mart_needs": (
        "清单所依据的名册：每项要求的每个可选名册一行；没有要求的清单也有一行",
        {"mart": _TEXT, "title": _TEXT, "needs_line": _TEXT, "need": _WHOLE, "extract": _TEXT, "extract_title": _TEXT},
    ),
    "checks": (
        "数据逻辑核查规则：每条规则一行；recipient 为办理单位（town 为所在镇街），repeats 为已列入的清单，waives 为豁免所及",
        {
            "check_code": _TEXT,
            "title": _TEXT,
            "question": _TEXT,
            "severity": _TEXT,
            "owner": _TEXT,
            "entity": _TEXT,
            "recipient": _TEXT,
            "repeats": _TEXT,
            "waives": _TEXT,
            "waives_kind": _TEXT,
            "advice": _TEXT,
            "source": _TEXT,
        },
    ),
    "character_sounds": ("汉字的无声调读音，每个读音一行", {"character": _TEXT, "sound": _TEXT}),
    "holidays": (
        "节假日和调休上班日：国务院办公厅通知所列的每一天一行",
        {"day": _DATE, "is_working_day": _FLAG, "name": _TEXT, "document": _TEXT, "notice_year": _WHOLE},
    ),
}

REFERENCE_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    name: (description, tuple(columns)) for name, (description, columns) in _SCHEMAS.items()
}

ACCOUNT_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "intake_files": ("收到的每个文件的处理结果", tuple(INTAKE_FILES.names)),
    "intake_problems": ("退回的行和读不出的单元格", tuple(INTAKE_PROBLEMS.names)),
}


def missing_parameters(months: Sequence[Month]) -> list[str]:
    """Return one Chinese line per parameter that must have a value in every month but has none in one of them."""
    return [
        f"参数 {parameter.parameter}（{parameter.description}）在 {month} 没有取值；"
        f"请在县配置（fangfanpin init）的 parameters/{parameter.parameter.replace('.', '/')}.yml 中补充该月的取值及依据"
        for parameter in load_parameters().values()
        if parameter.outside == "error"
        for month in months
        if parameter.in_force(month) is None
    ]


def write_reference(installation: Installation, request: RunRequest) -> dict[str, int]:
    """Write every reference table.

    Args:
        installation: whose ``reference`` folder is written.
        request: what the run computes; SQL reads it as ``requested_months``.

    Returns:
        Row counts by table.

    Raises:
        ConfigError: a parameter has no value in one of the months, or a file of ``config/`` is wrong.
    """
    missing = missing_parameters(list(request.knowledge))
    if missing:
        raise ConfigError("\n".join(missing))
    rows = {
        "requested_months": [
            (month.first_day, known.first_day, month in request.published) for month, known in request.knowledge.items()
        ],
        "policy_parameters": _parameter_rows(),
        "parameter_entries": _parameter_entry_rows(),
        "line_populations": [
            (parameter.parameter, population) for parameter in load_parameters().values() for population in parameter.population
        ],
        "code_values": [
            (name, code.value, position)
            for name, code_list in load_code_lists().items()
            for position, code in enumerate(code_list.values, start=1)
        ],
        "value_labels": _label_rows(),
        "towns": [(town.code, town.name, position) for position, town in enumerate(load_county().towns, start=1)],
        "departments": _department_rows(),
        "county": _county_rows(),
        "extracts": _extract_rows(),
        "mart_needs": _need_rows(),
        "checks": _check_rows(),
        "character_sounds": _sound_rows(),
        "holidays": _holiday_rows(),
    }
    installation.reference.mkdir(parents=True, exist_ok=True)
    for name, (_, schema) in _SCHEMAS.items():
        _write(installation.reference / f"{name}.parquet", schema, rows[name])
    return {name: len(content) for name, content in rows.items()}


def _write(path: Path, schema: dict[str, pa.DataType], rows: Sequence[Sequence[Any]]) -> None:
    columns = [[row[index] for row in rows] for index in range(len(schema))]
    table = pa.table(
        [pa.array(column, type=kind) for column, kind in zip(columns, schema.values(), strict=True)],
        schema=pa.schema(list(schema.items())),
    )
    write_whole(path, lambda unfinished: pq.write_table(table, unfinished, compression="zstd"))


def _validity(value: DatedValue) -> tuple[dt.date, dt.date]:
    last_day = value.last_month.last_day if value.to_month != "open" else dt.date.max
    return value.from_month.first_day, last_day


def _parameter_entry_rows() -> list[tuple[Any, ...]]:
    return [
        (parameter.parameter, position, item, entry, *_validity(value))
        for parameter in load_parameters().values()
        for value in parameter.values
        for position, (item, entry) in enumerate(value.pairs, start=1)
    ]


def _parameter_rows() -> list[tuple[Any, ...]]:
    rows = []
    for parameter in load_parameters().values():
        for value in parameter.values:
            number = value.value if isinstance(value.value, Decimal) else None
            text = value.text if value.entries or isinstance(value.value, str) else None
            rows.append(
                (
                    parameter.parameter,
                    parameter.is_line,
                    parameter.unit,
                    parameter.comparator,
                    ",".join(parameter.population) or None,
                    number,
                    text,
                    *_validity(value),
                    value.document,
                    value.article,
                )
            )
    return rows


def _label_rows() -> list[tuple[Any, ...]]:
    labels = load_value_labels(load_extracts(), load_marts()).by_column
    return [
        (column, code, label.label, label.description, position)
        for column, codes in labels.items()
        for position, (code, label) in enumerate(codes.items(), start=1)
    ]


def _department_rows() -> list[tuple[Any, ...]]:
    short_names = department_titles()
    return [
        (department.code, department.name, short_names[department.code], department.is_register_keeper, position)
        for position, department in enumerate(load_county().departments, start=1)
    ]


def _county_rows() -> list[tuple[Any, ...]]:
    county = load_county()
    return [(county.name, county.province, county.city, county.county, county.whole_county_label)]


def _extract_rows() -> list[tuple[Any, ...]]:
    bureau = load_county().bureau.code
    return [
        (
            *(contract.extract, contract.department, contract.title, contract.kind),
            *(contract.department == bureau, contract.is_expected, contract.comes_with),
        )
        for contract in load_extracts().values()
    ]


def _need_rows() -> list[tuple[Any, ...]]:
    titles = {extract: contract.title for extract, contract in load_extracts().items()}
    rows: list[tuple[Any, ...]] = []
    for mart in load_marts().values():
        needs = [(number, extract) for number, need in enumerate(mart.needs, start=1) for extract in need.split("|")]
        rows += [(mart.mart, mart.title, mart.needs_line, number, extract, titles[extract]) for number, extract in needs]
        if not needs:
            rows.append((mart.mart, mart.title, mart.needs_line, 0, None, None))
    return rows


def _check_rows() -> list[tuple[Any, ...]]:
    rows = []
    for rule in load_rules().values():
        waives, _, kind = (rule.waives or "").partition("/")
        place = (rule.recipient, "、".join(rule.repeats) or None, waives or None, kind or None)
        rows.append(
            (rule.code, rule.title, rule.question, rule.severity, rule.owner, rule.entity, *place, rule.advice, rule.source)
        )
    return rows


def _sound_rows() -> list[tuple[Any, ...]]:
    with CHARACTER_SOUNDS.open(encoding="utf-8", newline="") as file:
        return [(row["character"], sound) for row in csv.DictReader(file) for sound in row["sounds"].split()]


def _holiday_rows() -> list[tuple[Any, ...]]:
    return [
        (day, is_working_day, holiday.name, year.document, year.year)
        for year in load_holidays()
        for holiday in year.holidays
        for is_working_day, days in ((False, holiday.days_off), (True, holiday.work))
        for day in days
    ]
