"""Landing one extract of one delivery month.

What belongs here: the order of the steps. What does not: any step itself.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from orchestration.contracts import ExtractContract, load_code_lists
from orchestration.landing.delimited import read_delimited
from orchestration.landing.delivery import extract_files
from orchestration.landing.fingerprint import FileStamp, Sidecar, rules_of
from orchestration.landing.grid import Content, FileRefusedError
from orchestration.landing.header import Headers, IncompleteHeaderError
from orchestration.landing.result import FileSummary, LandingResult
from orchestration.landing.rows import Problem, RowReader
from orchestration.landing.tables import (
    intake_files,
    intake_problems,
    landed_rows,
    landed_schema,
    write_atomically,
    write_parquet,
)
from orchestration.landing.workbooks import is_workbook, read_workbook
from orchestration.paths import CONFIG, Installation

Spellings = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class _LandedFile:
    """What one file gave; ``rows`` is None when it was refused."""

    summary: FileSummary
    rows: pa.Table | None = None
    problems: tuple[Problem, ...] = ()


def land_extract(installation: Installation, contract: ExtractContract, month: str) -> LandingResult:
    """Land one extract of one delivery, unless that has been done with the same bytes and rules.

    Args:
        installation: where deliveries are and where landed files go.
        contract: of the extract.
        month: of the delivery, ``YYYY-MM``.

    Returns:
        What became of the files and rows. The three Parquet files exist whatever arrived.
    """
    spellings = _spellings()
    sidecar_path = installation.landed_extract(contract.extract, month).with_suffix(".json")
    folder = installation.raw / month
    paths = extract_files(installation.raw, month, contract)
    stamps = tuple(FileStamp.of(path, folder) for path in paths)
    rules = rules_of(contract, spellings)
    if known := _known_result(installation, sidecar_path, folder, rules, stamps):
        return known
    sidecar_path.unlink(missing_ok=True)
    landed = [_land_file(installation, contract, month, path, spellings) for path in paths]
    result = _write(installation, contract, month, landed)
    if all(file.summary.sha256 for file in landed):
        Sidecar(rules, stamps, result).write(sidecar_path)
    return result


def landed_digest(installation: Installation, contracts: Iterable[ExtractContract], month: str) -> str | None:
    """Return a digest of what is landed of a delivery; None where landing it now would write something else."""
    spellings, digest = _spellings(), hashlib.sha256()
    for contract in contracts:
        rules = rules_of(contract, spellings)
        stamps = tuple(
            FileStamp.of(path, installation.raw / month) for path in extract_files(installation.raw, month, contract)
        )
        sidecar_path = installation.landed_extract(contract.extract, month).with_suffix(".json")
        known = _known_result(installation, sidecar_path, installation.raw / month, rules, stamps)
        if known is None:
            return None
        digest.update(rules.encode())
        digest.update("".join(f"{summary.file}{summary.sha256}" for summary in known.files).encode())
    return digest.hexdigest()


def archived(installation: Installation, sha256: str, suffix: str) -> Path:
    """Return where delivered bytes are kept."""
    return installation.archive / sha256[:2] / f"{sha256}{suffix.lower()}"


def _spellings() -> Spellings:
    path = CONFIG / "code_lists.yml"
    found = path.stat()
    return _load_spellings(found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1)
def _load_spellings(_modified_ns: int, _size: int) -> Spellings:
    return {name: code_list.spellings for name, code_list in load_code_lists().items()}


def _known_result(
    installation: Installation, sidecar_path: Path, folder: Path, rules: str, stamps: tuple[FileStamp, ...]
) -> LandingResult | None:
    """Return the earlier result when landing again would write the same."""
    sidecar = Sidecar.read(sidecar_path)
    if not sidecar or sidecar.rules != rules or not _is_complete(installation, sidecar.result):
        return None
    if not sidecar.has_same_stamps(stamps):
        if not sidecar.has_same_bytes(folder, stamps):
            return None
        Sidecar(rules, stamps, sidecar.result).write(sidecar_path)
    return dataclasses.replace(sidecar.result, was_unchanged=True)


def _is_complete(installation: Installation, result: LandingResult) -> bool:
    outputs = [
        installation.landed_extract(result.extract, result.month),
        *(installation.landed_account(table, result.extract, result.month) for table in ("intake_files", "intake_problems")),
        *(archived(installation, summary.sha256 or "", Path(summary.file).suffix) for summary in result.files),
    ]
    return all(output.exists() for output in outputs)


def _land_file(
    installation: Installation, contract: ExtractContract, month: str, path: Path, spellings: Spellings
) -> _LandedFile:
    file = path.relative_to(installation.raw / month).as_posix()
    try:
        data = path.read_bytes()
    except OSError:
        reason = "文件打不开（没有读取权限，或正被其他程序占用）；请关闭占用的程序、放开权限后重新运行。"
        return _LandedFile(FileSummary(file, None, None, "refused", reason))
    summary = FileSummary(file, hashlib.sha256(data).hexdigest(), len(data), "refused")
    _archive(installation, data, summary, path.suffix)
    headers = Headers(contract, month)
    try:
        content = _read_content(data, headers)
        summary = dataclasses.replace(summary, format=content.format, encoding=content.encoding)
        grid, header = headers.choose(content.grids)
    except IncompleteHeaderError as refusal:
        # Nothing of it can be used, but what was sent is counted: every row of data goes back.
        rows = RowReader(contract, headers, spellings).read(refusal.grid, refusal.header)
        return _LandedFile(
            dataclasses.replace(
                summary,
                reason=str(refusal),
                sheet=refusal.grid.sheet,
                header_row=refusal.grid.row_numbers[refusal.header.index],
                rows_delivered=rows.delivered,
                rows_rejected=rows.rejected,
                rows_blank=rows.blank,
                rows_note=rows.note,
                unknown_columns="、".join(refusal.header.unknown) or None,
            )
        )
    except FileRefusedError as refusal:
        return _LandedFile(dataclasses.replace(summary, reason=str(refusal)))
    rows = RowReader(contract, headers, spellings).read(grid, header)
    summary = dataclasses.replace(
        summary,
        outcome="accepted",
        sheet=grid.sheet,
        header_row=grid.row_numbers[header.index],
        rows_delivered=rows.delivered,
        rows_loaded=len(rows.row_numbers),
        rows_rejected=rows.rejected,
        rows_blank=rows.blank,
        rows_note=rows.note,
        unknown_columns="、".join(header.unknown) or None,
    )
    return _LandedFile(summary, landed_rows(contract, _first_day(month), file, rows), tuple(rows.problems))


def _read_content(data: bytes, headers: Headers) -> Content:
    if not data.strip():
        raise FileRefusedError("文件是空的；请重新导出后报送。没有数据的月份请报送只有表头的文件。")
    if is_workbook(data):
        file_format, grids = read_workbook(data)
        return Content(file_format, None, grids)
    encoding, grid = read_delimited(data, headers.score)
    return Content("csv", encoding, (grid,))


def _archive(installation: Installation, data: bytes, summary: FileSummary, suffix: str) -> None:
    path = archived(installation, summary.sha256 or "", suffix)
    if not path.exists() or path.stat().st_size != len(data):
        write_atomically(path, lambda temporary: temporary.write_bytes(data))


def _write(installation: Installation, contract: ExtractContract, month: str, landed: list[_LandedFile]) -> LandingResult:
    first_day, extract = _first_day(month), contract.extract
    summaries = tuple(file.summary for file in landed)
    problems = [(file.summary.file, problem) for file in landed for problem in file.problems]
    tables = [file.rows for file in landed if file.rows is not None]
    rows = pa.concat_tables(tables) if tables else landed_schema(contract).empty_table()
    write_parquet(rows, installation.landed_extract(extract, month))
    write_parquet(intake_files(first_day, extract, summaries), installation.landed_account("intake_files", extract, month))
    write_parquet(intake_problems(first_day, extract, problems), installation.landed_account("intake_problems", extract, month))
    return LandingResult.of(extract, month, summaries, len(problems))


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
