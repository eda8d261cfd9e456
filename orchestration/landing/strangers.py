"""Strangers: what lies in a folder of deliveries and belongs to no extract. None of it is read, all of it is named.

What belongs here: which they are, and their account. What does not: what to do about them (``advice``), files that an extract
claims, whatever becomes of those (``land``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.paths import Installation
from orchestration.landing.advice import Adviser, owner
from orchestration.landing.delivery import Found, Kind, delivered_files, found_below, found_in
from orchestration.landing.naming import SUFFIXES, split_ending
from orchestration.landing.plain_files import size_of
from orchestration.landing.problems import printable
from orchestration.landing.result import FileSummary
from orchestration.landing.tables import intake_files, write_parquet

# Somebody's photographs need no line each; files that may be meant for an extract always have one.
_MOST_NAMED = 200
_ALL, _REST = "./", "（其余）"
_OF_ACCOUNT = "unrecognized"
NO_FILE = {
    Kind.LINK: "没有读：是链接（快捷方式），不会打开。请放入文件本身。",
    Kind.OTHER: "没有读：不是普通文件（管道、设备等），没有打开。请删除，放入文件本身。",
    Kind.FOLDER: "是文件夹，却以文件的结尾命名。请把里面的表格直接放进部门文件夹，按约定命名。",
    Kind.CLOSED: "没有读：文件夹打不开（没有读取权限，或路径太长），里面的文件都没有读。请放开权限、缩短路径后重新运行。",
    Kind.DEEP: "没有读：文件夹套得太深，没有再往里看。请把表格直接放进部门文件夹。",
}
# 2023-8, 202308, 2023年8月, 2023.08.01, 20230801
_MISSPELT = re.compile(r"(?<![0-9])(20[0-9]{2})[^0-9]{0,2}(0?[1-9]|1[0-2])(?:(?<=[0-9]{6})[0-9]{2})?(?![0-9])")


@dataclass(frozen=True)
class Stranger:
    """Something in a delivery that belongs to no extract.

    Attributes:
        file: path below the month's folder, printable.
        size: in bytes, None where it is no file.
        reason: Chinese: why it is not read, and what to do.
        department: in whose folder it lies; None where in nobody's.
        extract: that it seems to be meant for; None where that cannot be said.
        is_closed: whether it is a folder that cannot be looked into.
    """

    file: str
    size: int | None
    reason: str
    department: str | None
    extract: str | None = None
    is_closed: bool = False


@dataclass(frozen=True)
class OddEntry:
    """Something beside the months in the folder of deliveries.

    Attributes:
        name: printable.
        month: that is probably meant, None where that cannot be said.
        is_taken: whether that month has a folder of its own.
    """

    name: str
    month: Month | None
    is_taken: bool


def unrecognized_files(raw: Path, month: Month, contracts: Sequence[ExtractContract]) -> list[Stranger]:
    """Return what is in a delivery and belongs to no extract, in the order of paths."""
    delivery = raw / month
    if not delivery.is_dir():
        return []
    claimed = {file.path for contract in contracts for file in delivered_files(raw, month, contract)}
    # a folder named like a file may be closed as well: one line for each place, the last is the graver
    by_place = {stranger.file: stranger for stranger in _strangers(delivery, claimed, Adviser(month, contracts))}
    return [by_place[place] for place in sorted(by_place)]


def odd_entries(raw: Path) -> list[OddEntry]:
    """Return what in the folder of deliveries is no month, in the order of names."""
    try:
        inside = found_in(raw)
    except OSError:
        return []
    # a month that is a link to a folder is the installation's own arrangement
    names = {found.path.name for found in inside if is_month(found.path.name) and found.path.is_dir()}
    odd = (found.path.name for found in inside if found.path.name not in names)
    return [OddEntry(printable(name), month := _month_meant(name), month in names) for name in odd]


def write_unrecognized(installation: Installation, month: Month, contracts: Sequence[ExtractContract]) -> list[Stranger]:
    """Write the account of a delivery's strangers, beside those of its extracts; return them."""
    strangers = unrecognized_files(installation.raw, month, contracts)
    summaries = [FileSummary(stranger.file, None, stranger.size, "unrecognized", stranger.reason) for stranger in strangers]
    table = intake_files(month.first_day, None, summaries)
    write_parquet(table, installation.landed_account("intake_files", _OF_ACCOUNT, month))
    return strangers


def _strangers(delivery: Path, claimed: set[Path], adviser: Adviser) -> Iterator[Stranger]:
    unnamed: Counter[str] = Counter()
    for found in found_below(delivery):
        parts = found.path.relative_to(delivery).parts
        if found.path in claimed or (found.kind is Kind.FOLDER and split_ending(found.path.name)[1] not in SUFFIXES):
            continue
        top = parts[0] if len(parts) > 1 else ""
        is_thorough = unnamed[top] < _MOST_NAMED
        stranger = _stranger(found, parts, adviser, is_thorough=is_thorough)
        unnamed[top] += stranger.extract is None and found.kind is Kind.FILE
        if is_thorough or stranger.extract or found.kind is not Kind.FILE:
            yield stranger
    yield from (_rest(top, count - _MOST_NAMED) for top, count in unnamed.items() if count > _MOST_NAMED)


def _stranger(found: Found, parts: Sequence[str], adviser: Adviser, *, is_thorough: bool) -> Stranger:
    file, department = printable("/".join(parts)) or _ALL, owner(parts)
    code = department.code if department else None
    if found.kind is not Kind.FILE:
        slash = "/" if found.kind in (Kind.FOLDER, Kind.CLOSED, Kind.DEEP) and parts else ""
        return Stranger(f"{file}{slash}", None, NO_FILE[found.kind], code, is_closed=found.kind is Kind.CLOSED)
    contract, reason = adviser.on_file(parts, is_thorough=is_thorough)
    return Stranger(file, size_of(found.path), reason, code, contract.extract if contract else None)


def _rest(top: str, count: int) -> Stranger:
    department = owner([top]) if top else None
    reason = f"没有读：这里另有 {count} 个认不出的文件，不再一一列出。不是报送数据的请移走。"
    return Stranger(f"{printable(top)}/{_REST}" if top else _REST, None, reason, department.code if department else None)


def _month_meant(name: str) -> Month | None:
    found = _MISSPELT.search("".join(unicodedata.normalize("NFKC", name).split()))
    return Month(f"{found[1]}-{int(found[2]):02d}") if found else None
