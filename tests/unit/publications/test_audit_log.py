"""The log of editions: a changed or missing line shows."""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
import pwd
from collections.abc import Callable

import pytest

from orchestration.foundation.paths import Installation
from orchestration.publications.audit import check_log, last_noted, last_series, note_edition
from orchestration.upkeep.diagnosis import Level
from orchestration.upkeep.judgements import check_audit


def log_of(installation: Installation) -> list[str]:
    for number in range(4):
        note_edition(installation, f"一{number}", "0" * 64, "试")
    return installation.audit_log.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [lines[0], lines[1].replace("试", "別"), *lines[2:]], "第 2 行被改过"),
        (lambda lines: [lines[0], *lines[2:]], "第 2 行之前缺少记录"),
        (lambda lines: lines[:-1], "末尾缺少记录"),
        (lambda _: [], "末尾缺少记录"),
        (lambda lines: [*lines[:2], "no record", *lines[3:]], "第 3 行不是记录"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "第 1 行之前缺少记录"),
    ],
    ids=["one altered", "one removed", "last removed", "all removed", "one damaged", "two exchanged"],
)
def test_a_log_with_a_changed_or_missing_line_is_told(
    installation: Installation, change: Callable[[list[str]], list[str]], told: str
) -> None:
    lines = log_of(installation)
    assert check_log(installation).problem is None and check_log(installation).lines == 4
    installation.audit_log.write_text("".join(f"{line}\n" for line in change(lines)), encoding="utf-8")
    audited = check_log(installation)
    assert audited.problem and told in audited.problem
    assert check_audit(audited, []).level is Level.FAIL
    note_edition(installation, "五", "0" * 64, "试")  # what comes after does not mend it
    assert check_log(installation).problem is not None or told == "末尾缺少记录"


def test_a_line_says_who_made_what_when_of_what_content_for_what(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody else")
    note_edition(installation, "analyst.duckdb", "a" * 64, "发布后重建", series=2)
    note_edition(installation, "current.duckdb", "b" * 64, "发布后重建")
    first, second = map(json.loads, installation.audit_log.read_text(encoding="utf-8").splitlines())
    assert getpass.getuser() == "somebody else" and first["who"] == pwd.getpwuid(os.getuid()).pw_name
    said = ("no", "what", "sha256", "purpose", "series", "previous")
    assert [first[name] for name in said] == [1, "analyst.duckdb", "a" * 64, "发布后重建", 2, "0" * 64]
    assert (second["no"], second["series"], second["previous"]) == (2, None, first["hash"])
    assert dt.datetime.fromisoformat(first["at"]).utcoffset() == dt.timedelta(hours=8)
    assert json.loads(installation.audit_log.with_name("last.json").read_text("utf-8")) == {"no": 2, "hash": second["hash"]}
    assert check_log(installation).last == second["hash"]
    # what was written by an earlier version of the program is still known to be whole
    content = {name: value for name, value in first.items() if name != "hash"}
    assert first["hash"] == hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def test_a_user_whom_the_system_does_not_know_is_told_by_number(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    note_edition(installation, "一", "a" * 64, "试")
    assert json.loads(installation.audit_log.read_text(encoding="utf-8"))["who"] == "4000000001"


def test_without_a_log_nothing_is_wrong_and_nothing_known(installation: Installation) -> None:
    assert check_log(installation).problem is None and check_log(installation).lines == 0
    assert (last_noted(installation, "analyst.duckdb"), last_series(installation)) == (None, 0)


def test_the_last_edition_and_the_highest_series_are_found_whatever_else_stands_there(installation: Installation) -> None:
    note_edition(installation, "analyst.duckdb", "a" * 64, "试", series=3)
    note_edition(installation, "analyst.duckdb", "b" * 64, "试", series=2)
    note_edition(installation, "current.duckdb", "c" * 64, "试")
    with installation.audit_log.open("a", encoding="utf-8") as file:
        file.write("no record\n[1]\n")
    assert (last_noted(installation, "analyst.duckdb"), last_series(installation)) == ("b" * 64, 3)
    assert "第 4 行不是记录" in (check_log(installation).problem or "")
    installation.audit_log.write_bytes(b"\xff")
    assert (last_noted(installation, "analyst.duckdb"), last_series(installation)) == (None, 0)
    assert "读不出来" in (check_log(installation).problem or "")


def test_a_log_without_its_note_and_one_written_anew_are_told(installation: Installation) -> None:
    log_of(installation)
    head = installation.audit_log.with_name("last.json")
    kept = head.read_text(encoding="utf-8")
    for damaged in ("", "[]", '{"no": "4"}'):
        head.write_text(damaged, encoding="utf-8")
        assert "看不出末尾有没有缺少记录" in (check_log(installation).problem or "")
    installation.audit_log.unlink()
    head.unlink()
    note_edition(installation, "别的", "0" * 64, "试")
    head.write_text(kept.replace('"no": 4', '"no": 1'), encoding="utf-8")
    assert "第 1 行不是当时写下的一行" in (check_log(installation).problem or "")
