"""Landing one extract of one delivery month.

What belongs here: the order of the steps. What does not: any step itself.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from orchestration.contracts import ExtractContract, load_code_lists
from orchestration.foundation.atomic_files import WrittenFile, write_whole
from orchestration.foundation.months import Month
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import Installation
from orchestration.landing.delimited import Score, read_delimited
from orchestration.landing.delivery import DeliveredFile, files_to_read
from orchestration.landing.earlier import Earlier
from orchestration.landing.fingerprint import FileStamp, Sidecar, rules_of
from orchestration.landing.grid import Content, FileRefusedError, Grid
from orchestration.landing.header import Headers, IncompleteHeaderError, NoHeaderError, column_names
from orchestration.landing.kinds import kind_of
from orchestration.landing.levels import Level, LevelRemarks, Limits, levels_of, of_others
from orchestration.landing.naming import ENDINGS, is_unfinished
from orchestration.landing.periods import period_remarks
from orchestration.landing.plain_files import LARGEST_DIGESTED, read_plain, sha256_of
from orchestration.landing.problems import Problem, merged, of_file, printable
from orchestration.landing.result import FileSummary, LandingResult
from orchestration.landing.sheet_rows import ReadSheet, SheetReader, together
from orchestration.landing.sheets import companions_of, holds_more, looks_like, sheets_of, unused_sheets
from orchestration.landing.shown import shown_list, shown_sheet
from orchestration.landing.tables import (
    intake_files,
    intake_problems,
    landed_schema,
    write_parquet,
)
from orchestration.landing.workbooks import read_workbook

Spellings = Mapping[str, Mapping[str, str]]

# Ten times the largest file of a large county.
LARGEST_FILE = 256 * 1024**2

ENDED, TOO_SLOW = "ended", "too_slow"
UNSAFE = {
    ENDED: "该文件无法安全读取（读取程序中止或内存不足）；"
    "请用 WPS 或 Excel 打开核对，把数据复制到新的工作簿后另存为 xlsx，重新报送。",
    TOO_SLOW: "该文件无法安全读取（占用处理器的时间超过限度）；"
    "请用 WPS 或 Excel 打开核对，把数据复制到新的工作簿后另存为 xlsx，重新报送。",
}
STILL_COPIED = "文件还在复制中（读取时内容有变化），本次没有采用；请等复制完成后重新运行。"
UNFINISHED = "文件名表明还没有复制（下载）完，本次没有采用；请等复制完成、改回正常的文件名后重新运行。"
UNREADABLE = "文件打不开（没有读取权限，或正被其他程序占用）；请关闭占用的程序、放开权限后重新运行。"
LARGE = f"文件超过 {LARGEST_FILE // 1024**2} MB，不予读取；请删除图片等无关内容，或拆成几个文件后重新报送。"


@dataclass(frozen=True)
class _LandedFile:
    """What one file gave; ``rows`` is None when it was refused, or holds another extract."""

    summary: FileSummary
    rows: pa.Table | None = None
    problems: tuple[Problem, ...] = ()
    levels: Mapping[str, Level] = field(default_factory=dict)
    of_levels: LevelRemarks | None = None


@dataclass(frozen=True)
class _Job:
    """What stays the same while the files of one extract and delivery are landed."""

    installation: Installation
    contract: ExtractContract
    month: Month
    headers: Headers
    sheets: SheetReader
    earlier: Earlier
    unsafe: Mapping[str, str]
    limits: Limits
    known_unsafe: Mapping[str, str]
    companions: Sequence[tuple[ExtractContract, Headers]] = ()

    def why_unsafe(self, summary: FileSummary) -> str | None:
        """Return why a file must not be read: it ended an attempt, or the same bytes did at an earlier landing."""
        if how := self.unsafe.get(summary.file):
            return UNSAFE[how]
        return self.known_unsafe.get(summary.sha256 or "")


def land_extract(
    installation: Installation,
    contract: ExtractContract,
    month: Month,
    unsafe: Mapping[str, str] | None = None,
    begin: Callable[[str], None] = lambda file: None,
) -> LandingResult:
    """Land one extract of one delivery, unless that has been done with the same bytes and rules.

    Args:
        installation: where deliveries are and where landed files go.
        contract: of the extract.
        month: of the delivery, ``YYYY-MM``.
        unsafe: files at which an earlier attempt ended, and how (``ENDED``, ``TOO_SLOW``); they are refused unread.
        begin: told of each file before it is read.

    Returns:
        What became of the files and rows. The three Parquet files exist whatever arrived.
    """
    unsafe, spellings = unsafe or {}, _spellings()
    sidecar_path = _sidecar_path(installation, contract, month)
    files = _stamped_files(installation, contract, month)
    stamps = tuple(stamp for _, stamp in files)
    rules = rules_of(contract, spellings)
    if known := _known_result(installation, contract, month, rules, stamps, to_the_last_byte=True):
        return known
    earlier, known_unsafe = Earlier.before(installation, contract, month), _known_unsafe(sidecar_path, rules)
    headers, limits = Headers(contract, month), Limits.of(month)
    sheets = SheetReader(contract, month, spellings, headers, limits)
    job = _Job(
        installation, contract, month, headers, sheets, earlier, unsafe, limits, known_unsafe, companions_of(contract, month)
    )
    landed: list[_LandedFile] = []
    for file, stamp in files:
        if stamp.file not in job.unsafe:
            begin(stamp.file)
        one = _land_file(job, file, stamp, [one.summary for one in landed])
        landed.append(_elsewhere(one.summary) if file.is_of_other and one.summary.format is None else one)
    result = _write(installation, contract, month, _compared(landed))
    if all(map(_is_known, result.files)):
        outputs = tuple(WrittenFile.of(path, installation.state) for path in _output_paths(installation, result))
        digests = [summary.sha256 for summary in result.files]
        Sidecar(rules, stamps, result, outputs, earlier.context(digests)).write(sidecar_path)
    else:  # a file that could not be read this time is tried again
        sidecar_path.unlink(missing_ok=True)
    return result


def landed_digest(installation: Installation, contracts: Iterable[ExtractContract], month: Month) -> str | None:
    """Return a digest of what is landed of a delivery; None where landing it now would write something else."""
    spellings, digest = _spellings(), hashlib.sha256()
    for contract in contracts:
        rules = rules_of(contract, spellings)
        stamps = tuple(stamp for _, stamp in _stamped_files(installation, contract, month))
        known = _known_result(installation, contract, month, rules, stamps)
        if known is None:
            return None
        digest.update(_identity(rules, known))
    return digest.hexdigest()


def kept_digest(installation: Installation, contracts: Iterable[ExtractContract], month: Month) -> str | None:
    """Return ``landed_digest`` of a delivery that was taken away since, from what was kept of it; None where it is damaged."""
    digest = hashlib.sha256()
    for contract in contracts:
        sidecar = Sidecar.read(_sidecar_path(installation, contract, month))
        if sidecar is None or sidecar.outputs_as_found(installation.state) is None:
            return None
        digest.update(_identity(sidecar.rules, sidecar.result))
    return digest.hexdigest()


def rules_now(contract: ExtractContract) -> str:
    """Return the hash of the rules by which an extract would be landed now."""
    return rules_of(contract, _spellings())


def archived(installation: Installation, sha256: str, suffix: str) -> Path:
    """Return where delivered bytes are kept."""
    return installation.archive / sha256[:2] / f"{sha256}{suffix.lower()}"


def is_archived(summary: FileSummary) -> bool:
    """Return whether the bytes of a delivered file are kept: those of one that is refused for its size are not."""
    return summary.sha256 is not None and (summary.bytes or 0) <= LARGEST_FILE


def _is_known(summary: FileSummary) -> bool:
    """Return whether it is known which bytes a file has; of a huge one its size has to do."""
    return summary.sha256 is not None or (summary.bytes or 0) > LARGEST_DIGESTED


def _stamped_files(
    installation: Installation, contract: ExtractContract, month: Month
) -> list[tuple[DeliveredFile, FileStamp]]:
    """Return the files of an extract with their stamps; those that went while the folder was listed are none of it."""
    stamped = []
    for file in files_to_read(installation.raw, month, contract):
        with contextlib.suppress(FileNotFoundError):
            stamped.append((file, FileStamp.of(file.path, installation.raw / month)))
    return stamped


@kept_by_overlay
def _spellings() -> Spellings:
    return {name: code_list.spellings for name, code_list in load_code_lists().items()}


def _known_result(
    installation: Installation,
    contract: ExtractContract,
    month: Month,
    rules: str,
    stamps: tuple[FileStamp, ...],
    *,
    to_the_last_byte: bool = False,
) -> LandingResult | None:
    """Return the earlier result when landing again would write the same, and what it wrote is still there.

    ``to_the_last_byte``: landed rows and accounts are read, though nobody touched them; originals are not.
    """
    sidecar_path = _sidecar_path(installation, contract, month)
    sidecar = Sidecar.read(sidecar_path)
    if not sidecar or sidecar.rules != rules:
        return None
    outputs = sidecar.outputs_as_found(installation.state)
    if outputs is None:
        return None
    if to_the_last_byte and not all(output.is_whole(installation.state) for output in sidecar.landed(installation)):
        return None
    digests = [summary.sha256 for summary in sidecar.result.files]
    if digests and sidecar.earlier != Earlier.before(installation, contract, month).context(digests):
        return None
    is_untouched = sidecar.has_same_stamps(stamps)
    if not is_untouched and not sidecar.has_same_bytes(installation.raw / month, stamps):
        return None
    if not is_untouched or outputs != sidecar.outputs:
        dataclasses.replace(sidecar, stamps=stamps, outputs=outputs).write(sidecar_path)
    return dataclasses.replace(sidecar.result, was_unchanged=True)


def _known_unsafe(sidecar_path: Path, rules: str) -> dict[str, str]:
    """Return why files were not read when the extract was landed last by the same rules, by their SHA-256."""
    sidecar = Sidecar.read(sidecar_path)
    if not sidecar or sidecar.rules != rules:
        return {}
    reasons = {summary.sha256 or "": summary.reason or "" for summary in sidecar.result.files}
    return {sha256: reason for sha256, reason in reasons.items() if sha256 and reason in UNSAFE.values()}


def _sidecar_path(installation: Installation, contract: ExtractContract, month: Month) -> Path:
    return installation.landed_extract(contract.extract, month).with_suffix(".json")


def _identity(rules: str, result: LandingResult) -> bytes:
    """Return what tells one landing from another: the rules and the bytes of the files."""
    return rules.encode() + "".join(f"{summary.file}{summary.sha256}" for summary in result.files).encode()


def _output_paths(installation: Installation, result: LandingResult) -> list[Path]:
    originals = (
        archived(installation, summary.sha256 or "", Path(summary.file).suffix)
        for summary in result.files
        if is_archived(summary)
    )
    return [
        installation.landed_extract(result.extract, result.month),
        *(installation.landed_account(table, result.extract, result.month) for table in ("intake_files", "intake_problems")),
        *dict.fromkeys(originals),
    ]


def _land_file(job: _Job, delivered: DeliveredFile, stamp: FileStamp, before: list[FileSummary]) -> _LandedFile:
    file, path = stamp.file, delivered.path
    if stamp.size > LARGEST_FILE:
        # a few bytes can be a file of any size that is empty; the archive would hold it whole
        return _refused(FileSummary(file, sha256_of(path), stamp.size, "refused"), LARGE)
    try:
        data, found = read_plain(path, stamp.size + 1)
    except OSError:
        return _refused(FileSummary(file, None, None, "refused"), UNREADABLE)
    if (found.st_size, found.st_mtime_ns, len(data)) != (stamp.size, stamp.modified_ns, stamp.size):
        return _refused(FileSummary(file, None, None, "refused"), STILL_COPIED)
    summary = FileSummary(file, hashlib.sha256(data).hexdigest(), len(data), "refused")
    _archive(job.installation, data, summary, path.suffix)
    if reason := _reason_not_to_read(job, delivered, summary):
        return _refused(summary, reason)
    return _named_otherwise(job, delivered, _read_file(job, summary, data, before, is_of_other=delivered.is_of_other))


def _reason_not_to_read(job: _Job, delivered: DeliveredFile, summary: FileSummary) -> str | None:
    if is_unfinished(delivered.path):
        return UNFINISHED
    if reason := job.why_unsafe(summary):
        return reason
    return _doubt(job, delivered.rival) if delivered.rival else None


def _doubt(job: _Job, rival: Path) -> str:
    name, contract = printable(rival.relative_to(job.installation.raw / job.month).as_posix()), job.contract
    return (
        f"与 {name} 说的是《{contract.title}》的同一份，不能确定以哪一份为准，这一份没有采用。"
        f"请只留一份；确是两部分的，请分别命名为 {contract.short_name}__1、{contract.short_name}__2。"
    )


def _named_otherwise(job: _Job, delivered: DeliveredFile, landed: _LandedFile) -> _LandedFile:
    """Return what a file gave, with the remark that its name or folder was read for what it must mean."""
    if delivered.is_as_agreed or delivered.is_of_other or landed.rows is None:
        return landed
    contract = job.contract
    message = (
        f"文件名或部门文件夹名的写法与约定的不同，已按《{contract.title}》读入。"
        f"不必处理；建议文件名写作 {contract.short_name} 或 {contract.title}，放在 {contract.department} 文件夹。"
    )
    remark = of_file("name_mended", message, "mended")
    return dataclasses.replace(landed, problems=tuple(merged([remark, *landed.problems])))


def _read_file(job: _Job, summary: FileSummary, data: bytes, before: list[FileSummary], *, is_of_other: bool) -> _LandedFile:
    content: Content | None = None
    theirs: list[Grid] = []

    def hint() -> str:
        return looks_like(content.grids, job.contract, job.month) if content and not is_of_other else ""

    try:
        content = read_content(data, job.headers.score)
        summary = dataclasses.replace(summary, format=content.format, encoding=content.encoding)
        own = sheets_of(content.grids, job.contract, job.headers) if is_of_other else list(content.grids)
        theirs = [grid for other, headers in job.companions for grid in sheets_of(content.grids, other, headers)]
        if is_of_other and not own:
            return _elsewhere(summary)
        sheets = job.sheets.read(content, summary.file, own)
    except IncompleteHeaderError as refusal:
        missing = column_names(refusal.header.missing(job.contract))
        counted = _counted(summary, [job.sheets.count(refusal.grid, refusal.header)])
        counted = dataclasses.replace(counted, missing_columns=missing)
        return _refused(counted, f"{refusal}{hint()}")
    except NoHeaderError as refusal:
        if theirs and content and not holds_more(content.grids, theirs):
            return _elsewhere(summary)
        missing = column_names(job.contract.required_columns)
        return _refused(
            dataclasses.replace(summary, missing_columns=missing),
            f"{refusal}{_hint_at_delimiters(content)}{hint()}",
        )
    except FileRefusedError as refusal:
        return _refused(summary, f"{refusal}{hint()}")
    rows, table = together(sheets), pa.concat_tables(sheet.table for sheet in sheets)
    summary = dataclasses.replace(_counted(summary, sheets), outcome="accepted", rows_loaded=len(rows.row_numbers))
    # of the sheets of a file, as of its columns, the one with most of them speaks for all
    main = max(sheets, key=lambda sheet: len(sheet.header.positions) if sheet.levels else 0)
    levels = main.levels if len(sheets) == 1 else levels_of(job.contract, table)
    levels = {name: level for name, level in levels.items() if name in main.header.positions}
    of_levels = LevelRemarks(levels, main.header, job.limits)
    remarks = [
        *content.remarks,
        *(remark for sheet in sheets for remark in sheet.grid.remarks),
        *_format_remarks(summary),
        *(() if is_of_other else unused_sheets(content.grids, [*(sheet.grid for sheet in sheets), *theirs], job.headers)),
        *period_remarks(job.contract, job.month, [(sheet.grid, sheet.header) for sheet in sheets], rows),
        *job.earlier.remarks(summary, table, before),
        *(remark for sheet in sheets for remark in sheet.remarks),
        *of_levels.unlikely(),
        *of_levels.beside(job.earlier.levels, f" {job.earlier.month} 报送"),
    ]
    return _LandedFile(summary, table, tuple(merged([*remarks, *rows.problems])), levels, of_levels)


def _compared(landed: list[_LandedFile]) -> list[_LandedFile]:
    """Return the files with remarks on amounts that are of another scale than those of the other files."""
    levels = [file.levels for file in landed]
    compared = []
    for position, file in enumerate(landed):
        remarks = file.of_levels.beside(of_others(levels, position), "本月其他文件") if file.of_levels else ()
        compared.append(dataclasses.replace(file, problems=tuple(merged([*file.problems, *remarks]))))
    return compared


def _refused(summary: FileSummary, reason: str) -> _LandedFile:
    return _LandedFile(dataclasses.replace(summary, reason=reason))


def _elsewhere(summary: FileSummary) -> _LandedFile:
    """Return what a file gives that holds only another extract: it is in that one's account."""
    return _LandedFile(dataclasses.replace(summary, outcome="elsewhere", reason=None))


def _counted(summary: FileSummary, sheets: Sequence[ReadSheet]) -> FileSummary:
    """Return the summary with what became of the rows of all sheets; of a file that is refused, none is loaded."""
    first = sheets[0]
    return dataclasses.replace(
        summary,
        sheet="、".join(sheet.grid.sheet for sheet in sheets if sheet.grid.sheet) or None,
        header_row=first.grid.row_numbers[first.header.index],
        rows_delivered=sum(sheet.rows.delivered for sheet in sheets),
        rows_rejected=sum(sheet.rows.rejected for sheet in sheets),
        rows_blank=sum(sheet.rows.blank for sheet in sheets),
        rows_note=sum(sheet.rows.note for sheet in sheets),
        unknown_columns=shown_list(tuple(dict.fromkeys(name for sheet in sheets for name in sheet.header.unknown))) or None,
    )


def _hint_at_delimiters(content: Content | None) -> str:
    """Return a sentence on text that no delimiter divides into columns; blank for other files."""
    if content is None or any(grid.delimiter is None or max(map(len, grid.rows), default=0) > 1 for grid in content.grids):
        return ""
    return "文字没有分成列（认得的分隔符是逗号、制表符、分号和竖线）；请另存为 xlsx 后重新报送。"


def _format_remarks(summary: FileSummary) -> list[Problem]:
    """Tell of a file whose name says another format than it has; its content decides how it is read."""
    suffix = Path(summary.file).suffix.lower()
    if suffix in ENDINGS.get(summary.format or "", (suffix,)):
        return []
    message = f"文件名以 {suffix} 结尾，内容其实是 {summary.format}，已按内容读入。不必处理；建议另存为 xlsx 再报送。"
    return [of_file("format_differs_from_name", message, "mended")]


def read_content(data: bytes, score: Score) -> Content:
    """Return what a file holds, whatever it is called.

    Args:
        data: of the file.
        score: how much the first rows of a text, divided into cells in one way or another, look like a header.

    Raises:
        FileRefusedError: it cannot be read as a table.
    """
    if not data.strip():
        raise FileRefusedError("文件是空的；请重新导出后报送。没有数据的月份请报送只有表头的文件。")
    if (kind := kind_of(data)) != "text":
        grids, remarks = read_workbook(data, kind)
        named = (
            dataclasses.replace(grid, sheet=shown_sheet(grid.sheet or "", place), own_name=grid.sheet or "")
            for place, grid in enumerate(grids, 1)
        )
        return Content(kind, None, tuple(named), remarks)
    encoding, grid = read_delimited(data, score)
    return Content("csv", encoding, (grid,))


def _archive(installation: Installation, data: bytes, summary: FileSummary, suffix: str) -> None:
    path = archived(installation, summary.sha256 or "", suffix)
    if sha256_of(path) != summary.sha256:  # not there yet, or not what its name says
        write_whole(path, lambda unfinished: unfinished.write_bytes(data))


def _write(installation: Installation, contract: ExtractContract, month: Month, landed: list[_LandedFile]) -> LandingResult:
    first_day, extract = month.first_day, contract.extract
    summaries = tuple(file.summary for file in landed)
    problems = [(file.summary.file, problem) for file in landed for problem in file.problems]
    tables = [file.rows for file in landed if file.rows is not None]
    rows = pa.concat_tables(tables) if tables else landed_schema(contract).empty_table()
    write_parquet(rows, installation.landed_extract(extract, month))
    own = (summary for summary in summaries if summary.outcome != "elsewhere")
    write_parquet(intake_files(first_day, extract, own), installation.landed_account("intake_files", extract, month))
    write_parquet(intake_problems(first_day, extract, problems), installation.landed_account("intake_problems", extract, month))
    accepted = [file.levels for file in landed if file.rows is not None]
    levels = accepted[0] if len(accepted) == 1 else levels_of(contract, rows)
    usual = {name: (level.median, level.count) for name, level in levels.items()}
    return LandingResult.of(extract, month, summaries, len(problems), usual)
