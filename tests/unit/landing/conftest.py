"""A small contract with every column type, and deliveries made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from landing_samples import MONTH

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation


@pytest.fixture
def contract() -> ExtractContract:
    columns: list[dict[str, Any]] = [
        {"name": "name", "header": "姓名", "type": "person_name", "required": True, "personal": True},
        {"name": "id_number", "header": "身份证号码", "type": "id", "key": True, "required": True, "personal": True},
        {"name": "grade", "header": "残疾等级", "type": "code", "code_list": "disability_grade"},
        {"name": "paid_on", "header": "发放日期", "type": "date", "required": True},
        {"name": "of_month", "header": "所属月份", "type": "month"},
        {
            "name": "amount",
            "header": "金额",
            "type": "money",
            "aliases": ["实发金额"],
            "changes": [{"since": "2023-09", "names": ["到账金额"]}],
        },
        {"name": "times", "header": "次数", "type": "integer"},
        {"name": "in_school", "header": "是否在读", "type": "flag"},
        {"name": "remark", "header": "备注内容", "type": "text"},
    ]
    return ExtractContract.model_validate(
        {"extract": "education__aid", "title": "资助名册", "kind": "flow", "dated_by": ["paid_on"], "columns": columns}
    )


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


@pytest.fixture
def deliver(installation: Installation) -> Callable[..., Path]:
    def write(name: str, data: bytes, month: Month = MONTH) -> Path:
        path = installation.raw / month / "education" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write
