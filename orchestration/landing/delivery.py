"""Deliveries: which files of a month's folder belong to which extract.

What belongs here: names of folders and files. What does not: what is in the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from orchestration.contracts import ExtractContract
from orchestration.landing.problems import printable

SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".xlsm", ".et"})

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
# Names that programs give to a file as long as they copy or download it.
UNFINISHED = frozenset({".part", ".partial", ".tmp", ".temp", ".crdownload", ".download"})
# Left behind by office programs and file managers; nobody sent them.
_LITTER = frozenset({"thumbs.db", "desktop.ini"})


def delivery_months(raw: Path) -> list[str]:
    """Return the months for which there is a folder of deliveries, in order."""
    return sorted(path.name for path in raw.iterdir() if _MONTH.fullmatch(path.name) and path.is_dir()) if raw.is_dir() else []


def extract_files(raw: Path, month: str, contract: ExtractContract) -> list[Path]:
    """Return the files of one extract in one delivery, in the order of their paths as text."""
    folder = raw / month / contract.department
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _belongs(path, contract)), key=lambda path: path.name)


def is_unfinished(path: Path) -> bool:
    """Return whether a file's name says that it is still being copied."""
    return path.suffix.lower() in UNFINISHED


def unrecognized_files(raw: Path, month: str, contracts: Iterable[ExtractContract]) -> list[str]:
    """Return the files of a delivery that belong to no extract, as paths below the month's folder, in order."""
    folder = raw / month
    if not folder.is_dir():
        return []
    known = {path for contract in contracts for path in extract_files(raw, month, contract)}
    found = (path for path in folder.rglob("*") if path.is_file() and not _is_litter(path) and path not in known)
    return sorted(printable(path.relative_to(folder).as_posix()) for path in found)


def _belongs(path: Path, contract: ExtractContract) -> bool:
    finished = path.with_suffix("") if path.suffix.lower() in UNFINISHED else path
    return (
        finished.suffix.lower() in SUFFIXES
        and finished.stem.split("__", maxsplit=1)[0] == contract.short_name
        and not _is_litter(path)
        and path.is_file()
    )


def _is_litter(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.name.lower() in _LITTER
