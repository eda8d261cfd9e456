"""Versions that were withdrawn: said beside them, in a file of the month, so that a publication itself never changes.

``<marts>/<YYYY-MM>/withdrawn.json`` lists every withdrawal with who, when and why, also those that were undone; nothing is ever
removed from it. What is not in force is not shown in ``current.duckdb`` and its content is not published again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.contracts import load_county
from orchestration.foundation.atomic_files import read_json, write_json
from orchestration.publications.storage import PublishingError

WITHDRAWALS = "withdrawn.json"


@dataclass(frozen=True)
class Withdrawal:
    """A version that was taken back.

    Attributes:
        version: of the month.
        withdrawn_at: when, ISO format, in the county's time.
        by: who did it.
        reason: why, in their words.
        undone_at: when it was put back in force; None while it is withdrawn.
        undone_by: who did that.
        undone_reason: and why.
    """

    version: int
    withdrawn_at: str
    by: str
    reason: str
    undone_at: str | None = None
    undone_by: str | None = None
    undone_reason: str | None = None

    def __str__(self) -> str:
        return f"{self.by} 于 {self.withdrawn_at[:16].replace('T', ' ')} 撤回，原因：{self.reason}"


def read_withdrawals(folder: Path) -> list[Withdrawal]:
    """Return every withdrawal of a month in the order in which they happened, undone ones included.

    Raises:
        PublishingError: the file cannot be read. It is never taken for an empty one: what was withdrawn would come back.
    """
    path = folder / WITHDRAWALS
    if not path.exists():
        return []
    content = read_json(path)
    try:
        if isinstance(content, list) and content:  # it is written with the first withdrawal
            return [Withdrawal(**entry) for entry in content]
    except TypeError:
        pass
    raise PublishingError(f"{path} 已损坏，看不出哪一版已撤回；请从备份恢复这个文件")


def withdrawn_versions(folder: Path) -> dict[int, Withdrawal]:
    """Return the withdrawals of a month's folder that were not undone, by version; empty where none is."""
    return {entry.version: entry for entry in read_withdrawals(folder) if entry.undone_at is None}


def note_withdrawal(folder: Path, version: int, by: str, reason: str) -> Withdrawal:
    """Withdraw a version of the month; the caller is its only writer."""
    noted = Withdrawal(version, _now(), by, reason)
    _write(folder, [*read_withdrawals(folder), noted])
    return noted


def note_return(folder: Path, version: int, by: str, reason: str) -> Withdrawal:
    """Put a withdrawn version of the month back in force; the caller is its only writer."""
    entries = read_withdrawals(folder)
    position = next(number for number, entry in enumerate(entries) if entry.version == version and entry.undone_at is None)
    was = asdict(entries[position])
    entries[position] = Withdrawal(**was | {"undone_at": _now(), "undone_by": by, "undone_reason": reason})
    _write(folder, entries)
    return entries[position]


def _now() -> str:
    return dt.datetime.now(ZoneInfo(load_county().time_zone)).isoformat(timespec="seconds")


def _write(folder: Path, entries: list[Withdrawal]) -> None:
    write_json(folder / WITHDRAWALS, [asdict(entry) for entry in entries])
