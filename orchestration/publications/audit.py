"""Who made which edition or export, when, of what content, for what: a log in which a changed or missing line shows.

Each line holds the digest of the line before it and its own; beside the log stands what the last line was. What belongs here:
writing and checking the log. What does not: who may read it. It holds no value of a row.

A kill leaves the log as it was or with the new line; the note beside it may be one line behind, never ahead.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.contracts import load_county
from orchestration.foundation.atomic_files import make_folder, read_json, write_json, write_text
from orchestration.foundation.paths import Installation
from orchestration.foundation.who import who
from orchestration.publications.storage import only_writer

_BEGIN = "0" * 64
_KEYS = ("no", "at", "who", "what", "sha256", "purpose", "series", "previous")


@dataclass(frozen=True)
class Audited:
    """What the log says of itself.

    Attributes:
        lines: how many it has.
        last: digest of the last line, which stands for the whole; to be kept elsewhere, on paper even.
        problem: Chinese, what is wrong with it; None where it is as it was written.
    """

    lines: int
    last: str
    problem: str | None = None


def note_edition(installation: Installation, what: str, sha256: str, purpose: str, *, series: int | None = None) -> None:
    """Add a line.

    Args:
        installation: whose log it is.
        what: the edition or export: a path below ``marts``, or the name of a backup.
        sha256: of the file, or of the list that names every file with its own.
        purpose: Chinese, what for.
        series: of the tokens in it.
    """
    path = installation.audit_log
    make_folder(path.parent)
    with only_writer(path.parent):
        lines = _lines(path)
        previous = _hash_of(lines[-1]) if lines else _BEGIN
        content = {
            "no": len(lines) + 1,
            "at": dt.datetime.now(ZoneInfo(load_county().time_zone)).isoformat(timespec="seconds"),
            "who": who(),
            "what": what,
            "sha256": sha256,
            "purpose": purpose,
            "series": series,
            "previous": previous,
        }
        line = json.dumps({**content, "hash": _digest(content)}, ensure_ascii=False)
        write_text(path, "".join(f"{one}\n" for one in (*lines, line)))
        write_json(_head(path), {"no": content["no"], "hash": _digest(content)})


def check_log(installation: Installation) -> Audited:
    """Look at every line; nothing is changed."""
    path = installation.audit_log
    try:
        lines = _lines(path)
    except (OSError, UnicodeDecodeError):
        return Audited(0, _BEGIN, f"{path} 读不出来")
    hashes = [_BEGIN]
    for line in lines:
        if problem := _what_is_wrong(line, len(hashes), hashes[-1]):
            return Audited(len(lines), hashes[-1], problem)
        hashes.append(json.loads(line)["hash"])
    return Audited(len(lines), hashes[-1], _what_is_missing(path, hashes))


def _what_is_wrong(line: str, number: int, before: str) -> str | None:
    """Return what is wrong with a line, which should follow the one with the digest ``before``; None where nothing is."""
    try:
        content = json.loads(line)
        said = content.pop("hash")
    except (ValueError, TypeError, KeyError, AttributeError):
        return f"第 {number} 行不是记录"
    if tuple(content) != _KEYS or said != _digest(content):
        return f"第 {number} 行被改过"
    return None if (content["previous"], content["no"]) == (before, number) else f"第 {number} 行之前缺少记录"


def _what_is_missing(path: Path, hashes: Sequence[str]) -> str | None:
    """Return what the note beside a log tells that the log does not; None where it has the line of the note."""
    head: Any = read_json(_head(path))
    number = head.get("no") if isinstance(head, dict) else None
    if not isinstance(number, int):
        return f"{_head(path)} 不见了或已损坏，看不出末尾有没有缺少记录" if len(hashes) > 1 else None
    if number >= len(hashes):
        return f"末尾缺少记录：应至少有 {number} 行，只有 {len(hashes) - 1} 行"
    return None if hashes[number] == head.get("hash") else f"第 {number} 行不是当时写下的一行"


def last_noted(installation: Installation, what: str) -> str | None:
    """Return the SHA-256 of the last edition of a name that the log tells of; None where there is none."""
    return next((entry["sha256"] for entry in reversed(_entries(installation)) if entry.get("what") == what), None)


def last_series(installation: Installation) -> int:
    """Return the highest series of tokens that the log tells of, 0 without one: a lost key never begins an old series again."""
    return max((entry.get("series") or 0 for entry in _entries(installation)), default=0)


def _entries(installation: Installation) -> Sequence[dict[str, Any]]:
    entries = []
    try:
        lines = _lines(installation.audit_log)
    except (OSError, UnicodeDecodeError):
        return []
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            entries.append(entry)
    return entries


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _hash_of(line: str) -> str:
    """Return the digest that a line has, whatever it says of itself: a damaged line stays to be seen."""
    try:
        content = json.loads(line)
        content.pop("hash")
        return _digest(content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return hashlib.sha256(line.encode()).hexdigest()


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _head(path: Path) -> Path:
    return path.with_name("last.json")
