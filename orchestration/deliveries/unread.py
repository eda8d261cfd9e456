"""What of the deliveries is not read, in words: for the console, ``fangfanpin doctor``, reminders and refusals.

What belongs here: looking at the folder of deliveries as it is now, and wording. What does not: deciding what is read
(``landing``), messages to departments (``reminders``, ``publishing``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.contracts import load_extracts
from orchestration.deliveries.settled import settled_deliveries
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import OddEntry, Stranger, delivery_months, odd_entries, unrecognized_files

# Of a month; all of them are in intake_files and in the return letters.
_MOST_SHOWN = 20


def strangers_of(installation: Installation, month: Month) -> list[Stranger]:
    """Return what lies in a delivery now and belongs to no extract."""
    return unrecognized_files(installation.raw, month, list(load_extracts().values()))


def unread_lines(installation: Installation, month: Month, most: int = _MOST_SHOWN) -> list[str]:
    """Return a line for each file of a delivery that was refused or belongs to no extract; how many more there are."""
    lines = [f"{month}/{file}：{reason}" for file, reason in sorted(_unread(installation, month))]
    left = len(lines) - most
    return lines if left <= 0 else [*lines[:most], f"{month} 另有 {left} 个，见清单 intake_files 和各部门回执"]


def odd_lines(installation: Installation) -> list[str]:
    """Return a line for each entry of the folder of deliveries that is no month."""
    return [f"{entry.name}：{_how_to_name(entry)}" for entry in odd_entries(installation.raw)]


def misspelt(installation: Installation, month: Month) -> list[str]:
    """Return the names of folders that probably were to be that of a month, of which there is none."""
    return [entry.name for entry in odd_entries(installation.raw) if entry.month == month and not entry.is_taken]


def missing_deliveries(installation: Installation) -> str | None:
    """Return what to tell when the folder of deliveries is gone or empty though deliveries were read; None when all is well."""
    if not installation.raw.is_dir():
        return f"找不到报送文件夹 {installation.raw}；请检查磁盘（共享文件夹）是否挂上，或用 --raw 指明"
    if delivery_months(installation.raw) or not (read := _months_read(installation)):
        return None
    odd = "；".join(odd_lines(installation))
    return (
        f"报送文件夹 {installation.raw} 里看不到任何月份的文件夹，而以前读入过 {len(read)} 个月的报送"
        f"（最近的是 {read[-1]}）；请检查磁盘（共享文件夹）是否挂上、有没有读取权限，不要当作各部门都没有报送"
        + (f"。其中认不出月份的：{odd}" if odd else "")
    )


def _months_read(installation: Installation) -> list[Month]:
    """Return the settled deliveries that brought any file, in order."""
    return [month for month in settled_deliveries(installation) if any(map(_rows, _accounts(installation, month)))]


def _accounts(installation: Installation, month: Month) -> list[Path]:
    accounts = (installation.landed_account("intake_files", extract, month) for extract in load_extracts())
    return [account for account in accounts if account.exists()]


def _rows(account: Path) -> int:
    rows: int = pq.read_metadata(account).num_rows
    return rows


def _unread(installation: Installation, month: Month) -> Iterator[tuple[str, str]]:
    for account in _accounts(installation, month):
        rows = pq.ParquetFile(account).read(columns=["file", "outcome", "reason"]).to_pylist()
        yield from ((row["file"], f"退回：{row['reason']}") for row in rows if row["outcome"] == "refused")
    yield from ((stranger.file, stranger.reason) for stranger in strangers_of(installation, month))


def _how_to_name(entry: OddEntry) -> str:
    if entry.month is None:
        return "认不出是哪个月的报送，没有读；月份文件夹应写成 2023-08 的样子，不是报送数据的请移走"
    if entry.is_taken:
        return f"没有读；如是 {entry.month} 的报送，请把里面的文件并入已有的文件夹 {entry.month}"
    return f"没有读；如是 {entry.month} 的报送，文件夹应改名为 {entry.month}"
