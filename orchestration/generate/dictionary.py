"""The data dictionary: every column of every extract and of every published list, in Chinese, from ``config/``."""

from __future__ import annotations

from orchestration.contracts import (
    Column,
    ExtractContract,
    Field,
    MartContract,
    load_code_lists,
    load_county,
    load_extracts,
    load_fields,
    load_marts,
    load_publication_lists,
    mart_fields,
)
from orchestration.contracts.database_table import DatabaseTable, load_database_tables
from orchestration.contracts.privacy import PRIVACY_WORDS, SHOWN_WORDS
from orchestration.contracts.type_words import TYPE_WORDS

_HEAD = """\
<!-- Generated from config/ by python -m orchestration.generate; do not edit. -->
# 数据字典

各部门报送的名册，和每月发布的清单。列名以名册约定（`config/contracts/`）和字段表（`config/fields.yml`）为准。
"""


def data_dictionary() -> str:
    """Return the dictionary as Markdown."""
    parts = [_HEAD, "\n## 报送的名册\n", *(_extract(contract) for contract in load_extracts().values())]
    parts += ["\n## 发布的清单\n", *(_mart(mart) for mart in load_marts().values())]
    parts += ["\n## 随发布写出的清单\n", *(_mart(mart) for mart in load_publication_lists().values())]
    parts += ["\n## 库里的其他表\n\n`current.duckdb`、`analyst.duckdb` 里除清单外还有：\n"]
    parts += [_beside(table) for table in load_database_tables().values()]
    parts += ["\n## 代码表\n\n| 代码表 | 取值 |\n|---|---|\n"]
    parts += [f"| `{name}` | {'、'.join(code.value for code in codes.values)} |\n" for name, codes in load_code_lists().items()]
    return "".join(parts)


def _extract(contract: ExtractContract) -> str:
    sender = load_county().department(contract.department).name
    kind = "每月整册报送，替换上月" if contract.kind == "roll" else f"逐月累计，按{_dates(contract)}归月"
    folder = load_county().folder_names(load_county().department(contract.department))[1]
    chinese = [f"{name}.xlsx" for name in contract.file_names[1:]]
    rows = "".join(_column(column) for column in contract.columns)
    return (
        f"\n{_anchor(contract.extract)}\n### {sender}：{contract.title}（`{contract.extract}`）\n\n"
        f"{kind}。文件：`{contract.department}/{contract.short_name}.xlsx`，或 `{folder}/{'`、`'.join(chinese)}`。\n\n"
        f"| 列名 | 代码中的名称 | 类型 | 要求 |\n|---|---|---|---|\n{rows}"
    )


def _anchor(name: str) -> str:
    """Return a place that other documents can link to: ``data_dictionary.md#<name>``."""
    return f'<a id="{name}"></a>\n'


def _dates(contract: ExtractContract) -> str:
    return "，其次".join(contract.column(name).header for name in contract.dated_by)


def _column(column: Column) -> str:
    kind = f"代码（`{column.code_list}`）" if column.code_list else TYPE_WORDS[column.type]
    asked = [word for word, holds in (("必填", column.required), ("主键", column.key), ("个人信息", column.personal)) if holds]
    header = "，又作".join((column.header, "、".join(column.aliases))) if column.aliases else column.header
    return f"| {header} | `{column.name}` | {kind} | {'、'.join(asked)} |\n"


def _mart(mart: MartContract) -> str:
    rows = "".join(
        f"| {field.label} | `{name}` | {TYPE_WORDS[field.type]} | {field.description} | {_privacy(mart, field)} |\n"
        for name, field in mart_fields(mart, load_fields()).items()
    )
    keys = "、".join(f"`{key}`" for key in mart.key)
    edition = {
        "rows": "分析库中有，按列遮盖",
        "summary": "分析库中有，小数不显示",
        "facts": "分析库中照原样",
        "none": "分析库中没有",
    }
    return (
        f"\n{_anchor(mart.mart)}\n### {mart.title}（`{mart.mart}`）\n\n"
        f"{mart.description}。依据：{mart.source}。每月每行由 {keys} 确定。{edition[mart.analysts]}。\n\n"
        f"| 列 | 代码中的名称 | 类型 | 说明 | 个人信息；分析库中 |\n|---|---|---|---|---|\n{rows}"
    )


def _beside(table: DatabaseTable) -> str:
    rows = "".join(
        f"| {column.label} | `{name}` | {TYPE_WORDS[column.type]} | {column.description} |\n"
        for name, column in table.columns.items()
    )
    keys = "、".join(f"`{key}`" for key in table.key)
    return (
        f"\n{_anchor(table.table)}\n### {table.title}（`{table.full_name}`）\n\n"
        f"{table.description}。依据：{table.source}。每行由 {keys} 确定。\n\n"
        f"| 列 | 代码中的名称 | 类型 | 说明 |\n|---|---|---|---|\n{rows}"
    )


def _privacy(mart: MartContract, field: Field) -> str:
    """Return what a column says of a person, and how analysts see it."""
    said = [PRIVACY_WORDS[field.privacy or "none"]]
    if mart.analysts == "rows":
        said.append(SHOWN_WORDS[field.analysts or "drop"])
    return "；".join(filter(None, said))
