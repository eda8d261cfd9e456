"""Which knowledge month a restatement uses, and when it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.deliveries import knowledge as restatement
from orchestration.deliveries import settled
from orchestration.deliveries.knowledge import NEWEST, RestatementError, knowledge_of, newest_delivery
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Deliveries of June to September, landed as they are; September's lacks a roster."""
    made = Installation.at(tmp_path / "raw", tmp_path / "marts")
    months = ["2023-06", "2023-07", "2023-08", "2023-09"]
    for month in months:
        (made.raw / month).mkdir(parents=True)
    made.landed.mkdir(parents=True)
    settle(made, months)
    monkeypatch.setattr(settled, "landed_digest", lambda _installation, _contracts, month: f"digest of {month}")
    monkeypatch.setattr(
        restatement, "missing_rosters", lambda _, asked: {month: ["没有"] for month in asked if month == "2023-09"}
    )
    return made


def settle(installation: Installation, months: list[str]) -> None:
    installation.settled.write_text(json.dumps({month: f"digest of {month}" for month in months}), encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "used"),
    [("", "2023-07"), ("2023-07", "2023-07"), ("2023-08", "2023-08"), ("2023-09", "2023-09"), (NEWEST, "2023-08")],
)
def test_the_knowledge_month_is_the_one_asked_for_or_the_newest_with_both_rosters(
    installation: Installation, asked: str, used: str
) -> None:
    assert knowledge_of(installation, Month("2023-07"), asked) == used


@pytest.mark.parametrize(
    ("asked", "words"),
    [("2023-06", "至少要知道当月"), ("2023-10", "没有 2023-10 的报送；最近的报送是 2023-09"), ("九月", "写成 2023-09")],
)
def test_what_a_month_cannot_know_is_refused(installation: Installation, asked: str, words: str) -> None:
    with pytest.raises(RestatementError, match=words):
        knowledge_of(installation, Month("2023-07"), asked)


def test_nothing_is_computed_of_deliveries_that_are_not_landed(installation: Installation) -> None:
    settle(installation, [Month("2023-06"), Month("2023-09")])
    # July's own delivery is landed by the run
    with pytest.raises(RestatementError, match="报送 2023-08 还没有读入"):
        knowledge_of(installation, Month("2023-07"), Month("2023-09"))
    settle(installation, [Month("2023-06"), Month("2023-08"), Month("2023-09")])
    assert knowledge_of(installation, Month("2023-07"), Month("2023-09")) == "2023-09"


def test_the_newest_delivery_is_one_of_the_months_that_can_be_run(installation: Installation) -> None:
    assert newest_delivery(installation, [Month("2023-07"), Month("2023-08")]) == Month("2023-08")
    assert newest_delivery(installation, [Month("2024-01")]) is None
