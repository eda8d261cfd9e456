from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landed_example import CONTRACT, MONTH, Land, landed_schema

from expectations.session import ValidationSession
from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


@pytest.fixture
def land(installation: Installation) -> Land:
    def write(
        rows: list[dict[str, Any]],
        month: Month = MONTH,
        contract: ExtractContract = CONTRACT,
        columns: Sequence[str] | None = None,
    ) -> Path:
        path = installation.landed_extract(contract.extract, month)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=landed_schema(contract, columns)), path)
        return path

    return write


@pytest.fixture(scope="session")
def session() -> ValidationSession:
    return ValidationSession()
