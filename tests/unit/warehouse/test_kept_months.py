"""What is kept of earlier months, and when a month must be computed again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse import kept_months as history
from orchestration.warehouse.kept_months import (
    CHECKED_TABLES,
    FINDINGS,
    KEPT_TABLES,
    RESULTS,
    fingerprint,
    keep_month,
    months_to_add,
    run_table,
    show_run,
    write_history,
)

TABLES = {name: schema for name, (_, schema) in CHECKED_TABLES.items()} | {name: of.schema for name, of in KEPT_TABLES.items()}


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Three settled deliveries; July lacks a roster."""
    made = Installation.at(tmp_path / "raw", tmp_path / "marts")
    made.landed.mkdir(parents=True)
    settle(made, {Month("2023-06"): "a", Month("2023-07"): "b", Month("2023-08"): "c"})
    monkeypatch.setattr(history, "missing_rosters", lambda _, months: {"2023-07": ["没有"]} if "2023-07" in months else {})
    return made


def settle(installation: Installation, digests: dict[str, str]) -> None:
    installation.settled.write_text(json.dumps(digests), encoding="utf-8")


def day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


def tables(month: str, *keys: str, known: str | None = None) -> dict[str, pa.Table]:
    rows = [
        {"month": day(month), "knowledge_month": day(known or month), "check_code": "A05", "entity_key": key} for key in keys
    ]
    empty = {name: schema.empty_table() for name, schema in TABLES.items()}
    return empty | {FINDINGS: pa.Table.from_pylist(rows, schema=TABLES[FINDINGS])}


def shown(installation: Installation, name: str = FINDINGS) -> list[tuple[str, str, str]]:
    rows = pq.read_table(run_table(installation, name)).to_pylist()
    return [(f"{row['month']:%Y-%m}", f"{row['knowledge_month']:%Y-%m}", row["entity_key"]) for row in rows]


def test_earlier_months_with_both_rosters_are_added_until_they_are_kept(installation: Installation) -> None:
    assert months_to_add(installation, [Month("2023-08")]) == ["2023-06"]
    assert months_to_add(installation, [Month("2023-06"), Month("2023-08")]) == []
    assert months_to_add(installation, [Month("2023-06")]) == []
    keep_month(installation, Month("2023-06"), tables(Month("2023-06"), "P1"))
    assert months_to_add(installation, [Month("2023-08")]) == []


def test_a_month_without_its_parameters_cannot_be_added(installation: Installation) -> None:
    settle(installation, {Month("2012-01"): "a", Month("2023-06"): "a"})
    assert months_to_add(installation, [Month("2023-08")]) == ["2023-06"]


def test_a_month_is_stale_when_something_up_to_it_has_changed_and_only_then(installation: Installation) -> None:
    before = fingerprint(installation, Month("2023-07"))
    settle(installation, {Month("2023-06"): "a", Month("2023-07"): "b", Month("2023-08"): "changed", Month("2023-09"): "new"})
    assert fingerprint(installation, Month("2023-07")) == before
    settle(installation, {Month("2023-06"): "changed", Month("2023-07"): "b", Month("2023-08"): "c"})
    assert fingerprint(installation, Month("2023-07")) != before


def test_the_fingerprint_tells_of_models_code_parameters_and_what_lists_need(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {fingerprint(installation, Month("2023-07"))}
    with monkeypatch.context() as changed:
        changed.setattr(history, "findings_code_and_facts", lambda: "changed")
        seen.add(fingerprint(installation, Month("2023-07")))
    with monkeypatch.context() as changed:
        changed.setattr(history, "_parameters_until", lambda month: [("changed",)])
        seen.add(fingerprint(installation, Month("2023-07")))
    with monkeypatch.context() as changed:
        changed.setattr(history, "_list_needs", lambda: [("warning_list", (), None)])
        seen.add(fingerprint(installation, Month("2023-07")))
    assert len(seen) == 4


def test_a_value_that_begins_later_changes_nothing_of_a_month() -> None:
    june, later = history._parameters_until(Month("2023-06")), history._parameters_until(Month("2024-01"))
    assert june != later
    assert all(begins <= "2023-06" and ends <= "2023-06" for *_, begins, ends, _ in june)


def test_dbt_sees_the_kept_months_before_the_rules_and_the_runs_own_after_them(installation: Installation) -> None:
    keep_month(installation, Month("2023-06"), tables(Month("2023-06"), "P1"))
    keep_month(installation, Month("2023-08"), tables(Month("2023-08"), "P1"))
    computed = {Month("2023-08"): Month("2023-08")}
    write_history(installation, computed)
    assert shown(installation) == [("2023-06", "2023-06", "P1")]
    own = tables("2023-08", "P1", "P2")
    show_run(installation, computed, 1, own[FINDINGS], own[RESULTS])
    assert shown(installation) == [("2023-06", "2023-06", "P1"), ("2023-08", "2023-08", "P1"), ("2023-08", "2023-08", "P2")]


def test_a_restated_month_stands_beside_what_was_known_then(installation: Installation) -> None:
    keep_month(installation, Month("2023-06"), tables(Month("2023-06"), "P1"))
    computed = {Month("2023-06"): Month("2023-08")}
    own = tables("2023-06", "P2", known="2023-08")
    show_run(installation, computed, 1, own[FINDINGS], own[RESULTS])
    assert shown(installation) == [("2023-06", "2023-06", "P1"), ("2023-06", "2023-08", "P2")]


def test_later_and_stale_months_are_not_seen(installation: Installation) -> None:
    keep_month(installation, Month("2023-06"), tables("2023-06", "P1"))
    keep_month(installation, Month("2023-08"), tables("2023-08", "P1"))
    write_history(installation, {Month("2023-07"): Month("2023-07")})
    assert len(shown(installation)) == 1
    settle(installation, {Month("2023-06"): "changed", Month("2023-07"): "b", Month("2023-08"): "c"})
    write_history(installation, {Month("2023-07"): Month("2023-07")})
    assert shown(installation) == []


def test_the_same_rows_are_kept_as_the_same_bytes(installation: Installation) -> None:
    folder = installation.checks / "kept" / "2023-06"
    keep_month(installation, Month("2023-06"), tables(Month("2023-06"), "P1", "P2"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    keep_month(installation, Month("2023-06"), tables(Month("2023-06"), "P1", "P2"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert {path.name for path in folder.parent.iterdir()} == {"2023-06"}
