"""A contract with a column of every type, and landed rows that satisfy it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month

Land = Callable[..., Path]

MONTH = Month("2024-12")
CONTRACT = ExtractContract.model_validate(
    {
        "extract": "civil_affairs__example",
        "title": "示例名册",
        "kind": "roll",
        "columns": [
            {"name": "name", "header": "姓名", "type": "person_name", "required": True, "personal": True},
            {"name": "id_number", "header": "证件号码", "type": "id", "key": True, "required": True, "personal": True},
            {"name": "scheme", "header": "险种", "type": "text", "key": True},
            {"name": "town", "header": "乡镇", "type": "code", "code_list": "town"},
            {"name": "paid_on", "header": "发放日期", "type": "date", "required": True},
            {"name": "valid_until", "header": "有效期至", "type": "date"},
            {"name": "income_month", "header": "所属月份", "type": "month"},
            {"name": "amount", "header": "金额", "type": "money"},
            {"name": "work_months", "header": "务工月数", "type": "integer"},
            {"name": "is_safe", "header": "是否达标", "type": "flag"},
        ],
    }
)


def clean_rows(count: int = 20, month: Month = MONTH) -> list[dict[str, Any]]:
    """Rows that satisfy CONTRACT in every respect; optional columns are blank in the first."""
    rows = []
    for number in range(count):
        document = f"44023219800101{number:04d}"
        row = {
            "delivery_month": dt.date.fromisoformat(f"{month}-01"),
            "file": "civil_affairs/example.xlsx",
            "row_number": number + 2,
            "name": "张三",
            "name_normalized": "张三",
            "id_number": document,
            "id_number_normalized": document,
            "scheme": "甲",
            "town": "黄磜镇",
            "paid_on": f"{month}-28",
            "valid_until": "2030-02-28",
            "income_month": f"{month}-01",
            "amount": "1234.50",
            "work_months": "3",
            "is_safe": "true",
        }
        if number == 0:
            row |= dict.fromkeys(("scheme", "town", "valid_until", "income_month", "amount", "work_months", "is_safe"))
        rows.append(row)
    return rows


def landed_schema(contract: ExtractContract, columns: Sequence[str] | None = None) -> pa.Schema:
    kinds = {"delivery_month": pa.date32(), "row_number": pa.int64()}
    names = columns or [*contract.place_columns, *contract.landed_columns]
    return pa.schema([(name, kinds.get(name, pa.string())) for name in names])
