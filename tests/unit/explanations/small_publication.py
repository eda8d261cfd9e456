"""A version of a month with one household, and the landed rows that it rests on: synthetic, a few rows of small Parquet."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import load_extracts
from orchestration.explanations.explain import Explainer, Version
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from tests.unit.publishing_samples import LINES

MONTH = Month("2023-07")
HOUSEHOLD, HEAD, CHILD = "44023310000001", "440233100000001", "440233100000002"
HEAD_KEY, CHILD_KEY = "440233197001010019", "440233201001010018"
HOUSEHOLDS, MEMBERS = "rural_revitalization__household_roster", "rural_revitalization__member_roster"
INCOMES, SETTLEMENTS = "rural_revitalization__income_expense", "medical_insurance__settlement"

Delivered = Mapping[str, Any]


class SmallCounty:
    """Deliveries are landed with ``deliver``, a version is written with ``publish``; ``explainer`` explains one."""

    def __init__(self, folder: Path) -> None:
        self.installation = Installation.at(folder / "raw", folder / "marts")
        self.inputs: list[dict[str, str]] = []
        self.versions: list[Version] = []

    def deliver(self, month: Month, extract: str, *rows: Delivered, sha256: str = "") -> None:
        contract = load_extracts()[extract]
        names = [*contract.place_columns, *contract.landed_columns]
        types = {"delivery_month": pa.date32(), "row_number": pa.int64()}
        table = pa.Table.from_pylist(
            [{"delivery_month": month.first_day, **row} for row in rows],
            pa.schema([(name, types.get(name, pa.string())) for name in names]),
        )
        path = self.installation.landed_extract(extract, month)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)
        accounts = [
            {"delivery_month": month.first_day, "extract": extract, "file": file, "sha256": sha256 or f"{month}{file}"}
            for file in sorted({row["file"] for row in rows})
        ]
        account = self.installation.landed_account("intake_files", extract, month)
        account.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(accounts), account)
        self.inputs += [one | {"delivery_month": str(month)} for one in accounts]

    def publish(
        self, marts: Mapping[str, Sequence[Mapping[str, Any]]], *, knowledge: Month = MONTH, restates: int | None = None
    ) -> Version:
        number = len(self.versions) + 1
        folder = self.installation.marts / MONTH / f"v{number:02d}"
        folder.mkdir(parents=True)
        for name, rows in marts.items():
            pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), folder / f"{name}.parquet")
        manifest = {
            "month": MONTH,
            "knowledge_month": knowledge,
            "version": number,
            "published_at": "2023-07-21T06:30:00+08:00",
            "code_version": "test",
            "parameters": {
                "income.inclusion_line": {"value": "10420", "document": "新农组办〔2023〕3号", "article": "第2条"},
                "employment.offers_required": {"value": "3", "document": "新农组办〔2023〕3号", "article": "第8条"},
            },
            "inputs": [one for one in self.inputs if one["delivery_month"] <= knowledge],
        }
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        version = Version(folder, number, knowledge, manifest["published_at"], "现行", restates)
        self.versions.append(version)
        return version

    def explainer(self, version: Version) -> Explainer:
        return Explainer.of(self.installation, version, self.versions, lambda _: None)


def income(
    month: str, wage: str | None, file: str = "rural_revitalization/income_expense.csv", row: int = 2, **more: Any
) -> Delivered:
    amounts = {"business_income": "0.00", "business_expense": "0.00", "property_income": "0.00", "transfer_income": "0.00"}
    place = {"file": file, "row_number": row}
    return {**place, "household_id": HOUSEHOLD, "income_month": f"{month}-01", "wage_income": wage, **amounts, **more}


def member(person_id: str, name: str, key: str, row: int, **more: Any) -> Delivered:
    said = {"person_id": person_id, "household_id": HOUSEHOLD, "name": name, "name_normalized": name}
    place = {"file": "rural_revitalization/member_roster.xlsx", "row_number": row}
    return {**place, **said, "id_number": key, "id_number_normalized": key, "member_status": "正常", **more}


def settlement(number: str, name: str, document: str, paid: str, row: int, **more: Any) -> Delivered:
    whom = {"name": name, "name_normalized": name, "id_number": document, "id_number_normalized": document}
    place = {"file": "medical_insurance/settlement.csv", "row_number": row}
    return {**place, "settlement_id": number, **whom, "personal_pay": paid, "settled_on": "2023-06-10", **more}


def window_months() -> list[str]:
    return [f"{dt.date(2022 + (6 + number) // 12, (6 + number) % 12 + 1, 1):%Y-%m}" for number in range(12)]


def marts_of(county_income: str = "18000.00", headcount: int = 2, medical: str = "0.00") -> dict[str, list[dict[str, Any]]]:
    """Return the lists of a version with the household on the warning list."""
    money, month = Decimal(county_income), MONTH.first_day
    household = {
        "month": month,
        "household_id": HOUSEHOLD,
        "town": "丰城街道",
        "head_name": "户主一",
        "headcount": headcount,
        "income_status": "complete",
        "months_observed": 12,
        "income_12m": money,
        "income_per_capita": (money / headcount).quantize(Decimal("0.01")),
        "wage_12m": money,
        "business_12m": Decimal("0.00"),
        "property_12m": Decimal("0.00"),
        "transfer_12m": Decimal("0.00"),
        "claim_12m": Decimal("0.00"),
        "medical_12m": Decimal(medical),
        "education_net": Decimal("0.00"),
        "burden_ratio": Decimal("0.0000"),
        "adjusted_income_12m": money,
        "is_marginal_2019": False,
        "is_poverty_alleviated": True,
        "is_monitored": False,
        "is_monitored_active": False,
        "is_in_scope": True,
    }
    persons = [
        {"month": month, "person_id": who, "household_id": HOUSEHOLD, "name": name, "person_key": key}
        for who, name, key in ((HEAD, "户主一", HEAD_KEY), (CHILD, "孩子一", CHILD_KEY))
    ]
    line = {"month": month, **LINES[0]}
    warning = {
        "month": month,
        "household_id": HOUSEHOLD,
        "level": "red",
        "shortfall": Decimal(2 * 10420) - money,
        "trigger_reason": "income_drop",
        "first_listed_month": month,
        "consecutive_months": 1,
    }
    return {"household_month": [household], "person_month": persons, "lines_in_force": [line], "warning_list": [warning]}


def by_extract(rows: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.extract].append(row)
    return found
