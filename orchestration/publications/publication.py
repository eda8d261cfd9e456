"""One publication of one month: Parquet per mart, workbooks and a manifest in a folder that never changes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import load_county, load_parameters
from orchestration.documents.comparison import DIFFERENCES, Comparison
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.letter_content import CHANGES
from orchestration.documents.unchanged_books import EarlierBook
from orchestration.documents.workbooks import BOOK_MARTS, Issue, write_workbooks
from orchestration.foundation.atomic_files import force_to_disk, make_folder, read_json, sha256_of
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.overlay import overlay_in_force
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import settings
from orchestration.publications.audit import note_edition
from orchestration.publications.differences import Side, find_differences
from orchestration.publications.mart_tables import PublishedMarts, published_marts, read_mart, write_parquet
from orchestration.publications.storage import PublishingError, only_writer, remove_leftovers, seal, sha256
from orchestration.publications.withdrawal import Withdrawal, read_withdrawals, withdrawn_versions
from orchestration.site.content import SiteContent
from orchestration.site.site import write_site
from orchestration.warehouse.run_request import RunRequest

MANIFEST = "manifest.json"
WORKBOOKS = "workbooks"
SITE = "site"

_STATUSES = "list_status"
_PURPOSE = "每月发布：清单和工作簿"
_VERSION_FOLDER = re.compile(r"v([0-9]{2,})")
# What every manifest says.
_SAID = {
    "month": str,
    "knowledge_month": str,
    "version": int,
    "published_at": str,
    "code_version": str,
    "marts": dict,
    "workbooks": dict,
    "outside_towns": dict,
}
_SAID_OF_LISTS = {"rows", "sha256", "status", "explanation"}
_INPUT_COLUMNS = ("delivery_month", "extract", "file", "sha256", "outcome")


@dataclass(frozen=True)
class Publication:
    """A published version of a month.

    Attributes:
        month: monitoring month, ``YYYY-MM``.
        knowledge_month: the last delivery that it knows.
        version: 1 for the first publication of the month.
        folder: ``<marts>/<YYYY-MM>/v<NN>``.
        row_counts: rows by mart.
        is_new: whether this call wrote it; False when the newest version already says the same.
        not_applicable: why, by mart that could not be computed.
        published_at: when, in the county's time.
        code_version: what made it.
        outside_towns: by list of work, rows that no town's workbook holds because their town is not one of the county.
        restates: the version in whose place it was put, None for a month's first; its ``differences`` are from that one.
        differences: how many.
        withdrawn: set while the version is withdrawn. What ``publish_month`` returns so was not published.
    """

    month: Month
    knowledge_month: Month
    version: int
    folder: Path
    row_counts: Mapping[str, int]
    is_new: bool
    not_applicable: Mapping[str, str]
    published_at: dt.datetime
    code_version: str
    outside_towns: Mapping[str, int] = field(default_factory=dict)
    restates: int | None = None
    differences: int = 0
    withdrawn: Withdrawal | None = None


def publish_month(installation: Installation, month: Month, knowledge_month: Month, code_version: str) -> Publication:
    """Publish what the warehouse holds of a month, unless a version with the same knowledge already says the same.

    A version that was withdrawn does not come back by itself: content that is the same as its is not published, whatever the
    knowledge month, until the withdrawal is undone.

    Args:
        installation: whose warehouse is read and whose marts are written.
        month: monitoring month, ``YYYY-MM``.
        knowledge_month: the last delivery that the warehouse used for it, ``YYYY-MM``.
        code_version: which code made it.

    Returns:
        The new version, or the existing one with ``is_new`` False (and ``withdrawn`` set, when it is a withdrawn one).

    Raises:
        PublishingError: the warehouse does not hold the month as asked for. Nothing is written then.
    """
    if knowledge_month < month:
        raise PublishingError(f"{month} 至少要知道当月的报送，知晓月份不能是 {knowledge_month}")
    _check_requested(installation, month, knowledge_month)
    folder = installation.marts / month
    make_folder(folder)
    with only_writer(folder):
        remove_leftovers(folder, ".v*.tmp")
        versions = _versions(folder)
        # a number is given once, also where its folder was taken away
        version = max({*versions, *(entry.version for entry in read_withdrawals(folder))}, default=0) + 1
        temporary = folder / f".v{version:02d}-{os.getpid()}.tmp"
        temporary.mkdir()
        try:
            contracts = published_marts()
            marts, tables = _write_marts(installation, contracts, month, temporary)
            earlier = _all_versions(folder)
            if same := _with_same_content(earlier, knowledge_month, _digests(marts)):
                return same
            replaced = _in_force([one for one in earlier if one.knowledge_month <= knowledge_month and not damaged_files(one)])
            edition = Edition(month, knowledge_month, version)
            explanations = {name: entry["explanation"] for name, entry in marts.items() if entry["status"] == "not_applicable"}
            (temporary / WORKBOOKS).mkdir()
            facts = Facts.load({name: mart for name, (mart, _) in contracts.items()})
            inputs, parameters = _inputs(installation, knowledge_month), _parameters(month)
            comparison = None
            if replaced:
                new = Side(temporary, knowledge_month, inputs, parameters, code_version)
                comparison = Comparison(replaced.version, find_differences(installation, month, _side(replaced), new))
                write_parquet(comparison.rows, temporary / f"{DIFFERENCES}.parquet")
            password, before = settings().sheet_password, _books_of(replaced) if replaced else {}
            written = write_workbooks(
                temporary / WORKBOOKS, Issue(edition, facts, tables, explanations, comparison, password, before)
            )
            write_site(
                temporary / SITE,
                SiteContent(edition, facts, temporary, installation.warehouse, parameters, explanations, comparison),
            )
            workbooks = sorted((temporary / WORKBOOKS).iterdir())
            manifest = {
                "month": month,
                "knowledge_month": knowledge_month,
                "version": version,
                "published_at": dt.datetime.now(ZoneInfo(load_county().time_zone)).isoformat(timespec="seconds"),
                "code_version": code_version,
                "restates": _restates(replaced, comparison, temporary),
                "configuration": _configuration(),
                "parameters": parameters,
                "inputs": inputs,
                "marts": marts,
                "workbooks": {path.relative_to(temporary).as_posix(): sha256(path) for path in workbooks},
                "site": {path.relative_to(temporary).as_posix(): sha256(path) for path in _files_below(temporary / SITE)},
                "workbook_contents": {f"{WORKBOOKS}/{name}": digest for name, digest in written.digests.items()},
                "outside_towns": written.outside,
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
            (temporary / MANIFEST).write_text(text, encoding="utf-8")
            seal(temporary)
            final = folder / f"v{version:02d}"
            temporary.rename(final)
            force_to_disk(folder)
            note_edition(installation, f"{month}/{final.name}", sha256(final / MANIFEST), _PURPOSE)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return _publication(final, manifest, is_new=True)


def latest_publications(marts: Path) -> dict[str, Publication]:
    """Return the version in force of every published month: of those that are not withdrawn, the one that knows most.

    Of several with the same knowledge it is the latest. A month of which every version is withdrawn is not there.

    Raises:
        PublishingError: the manifest of a version is gone or damaged.
    """
    latest = {}
    for folder in sorted(marts.iterdir()) if marts.exists() else []:
        if is_month(folder.name) and (newest := _in_force(_all_versions(folder))):
            latest[folder.name] = newest
    return latest


def whole_publications(marts: Path, but: Collection[str] = ()) -> dict[str, Publication]:
    """Return ``latest_publications``, having looked at their lists.

    Args:
        marts: where the publications are.
        but: months whose lists are not looked at.

    Raises:
        PublishingError: lists are gone or damaged; the message names them all.
    """
    publications = latest_publications(marts)
    damaged = {
        month: f"{month} 第{one.version}版的清单 {'、'.join(lists)} 不见了或已损坏"
        for month, one in publications.items()
        if month not in but and (lists := damaged_files(one, lists_only=True))
    }
    if damaged:
        again = "、".join(f"fangfanpin run --month {month}" for month in damaged)
        raise PublishingError(
            f"{'；'.join(damaged.values())}；请从备份恢复这些文件，或先重新运行该月（{again}），会另发一版，损坏的一版留着备查"
        )
    return publications


def month_versions(marts: Path, month: Month) -> list[Publication]:
    """Return every version of a month in their order, withdrawn ones included; none when it was never published."""
    folder = marts / month
    return _all_versions(folder) if folder.is_dir() else []


def version_counts(folder: Path) -> tuple[int, int]:
    """Return how many versions of a month there are in its folder, and how many of them are withdrawn."""
    versions = _versions(folder)
    return len(versions), len(versions.keys() & withdrawn_versions(folder).keys())


def content_of(installation: Installation, publication: Publication) -> SiteContent:
    """Return what pages are made of, of a version that was published.

    Raises:
        PublishingError: its manifest is gone or damaged.
    """
    manifest = _read(publication.folder)
    facts = Facts.load({name: mart for name, (mart, _) in published_marts().items()})
    edition = Edition(publication.month, publication.knowledge_month, publication.version)
    return SiteContent(
        edition, facts, publication.folder, installation.warehouse, manifest["parameters"], publication.not_applicable
    )


def published_inputs(publication: Publication) -> list[dict[str, str]]:
    """Return the files that a publication rests on (``delivery_month``, ``extract``, ``file``, ``sha256``, ``outcome``)."""
    inputs: list[dict[str, str]] = _read(publication.folder)["inputs"]
    return inputs


def published_workbooks(publication: Publication) -> list[str]:
    """Return the names of the workbooks of a publication, below its folder."""
    return list(_read(publication.folder)["workbooks"])


def manifest_digest(publication: Publication) -> str:
    """Return the SHA-256 of a publication's manifest: it names every file by its own, so it stands for the whole."""
    return sha256(publication.folder / MANIFEST)


def damaged_files(publication: Publication, *, lists_only: bool = False) -> list[str]:
    """Return the files of a publication that are gone or no longer what its manifest says.

    Args:
        publication: to be looked at.
        lists_only: look at its Parquet alone.

    Raises:
        PublishingError: its manifest is gone or damaged.
    """
    return damaged_below(publication.folder, lists_only=lists_only)


def damaged_below(folder: Path, *, lists_only: bool = False) -> list[str]:
    """Return the files of a version that are gone or not those of its manifest, to the last byte; empty where it is whole."""
    manifest = _read(folder)
    expected = {f"{name}.parquet": entry["sha256"] for name, entry in manifest["marts"].items()}
    expected |= (manifest.get("restates") or {}).get("files", {})
    if not lists_only:
        # older versions have the report in a folder of its own, the oldest no site
        expected |= {**manifest["workbooks"], **manifest.get("reports", {}), **manifest.get("site", {})}
    return [name for name, digest in expected.items() if sha256_of(folder / name) != digest]


def changes_by_extract(publication: Publication) -> dict[str, int]:
    """Return how many large changes since the previous delivery a publication tells of, by extract."""
    path = publication.folder / f"{CHANGES}.parquet"
    if not path.exists():  # published before such changes were looked for
        return {}
    counts = Counter(pq.ParquetFile(path).read(columns=["extract"]).column("extract").to_pylist())
    return dict(sorted(counts.items()))


def _check_requested(installation: Installation, month: Month, knowledge_month: Month) -> None:
    """Refuse a knowledge month other than the one that the warehouse was told to use."""
    if not installation.run_request.exists():
        return
    used = RunRequest.of(installation).knowledge.get(month)
    if used is not None and used != knowledge_month:
        raise PublishingError(f"工作库中的 {month} 是按知晓月份 {used} 算的，不能作为 {knowledge_month} 发布；请重新运行")


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _versions(folder: Path) -> dict[int, Path]:
    found = ((_VERSION_FOLDER.fullmatch(path.name), path) for path in folder.iterdir() if path.is_dir())
    return {int(match[1]): path for match, path in found if match}


def _all_versions(folder: Path) -> list[Publication]:
    withdrawn = withdrawn_versions(folder)
    return [
        dataclasses.replace(_publication(path, _read(path), is_new=False), withdrawn=withdrawn.get(version))
        for version, path in sorted(_versions(folder).items())
    ]


def _in_force(versions: Sequence[Publication]) -> Publication | None:
    living = [one for one in versions if one.withdrawn is None]
    return max(living, key=lambda one: (one.knowledge_month, one.version), default=None)


def _with_same_content(
    versions: Sequence[Publication], knowledge_month: Month, digests: Mapping[str, str]
) -> Publication | None:
    """Return the version in force that says the same with the same knowledge, else a withdrawn one that says the same."""
    same = [one for one in versions if _digests(_read(one.folder)["marts"]) == digests]
    own = _in_force([one for one in versions if one.knowledge_month == knowledge_month])
    if own in same and not damaged_files(own):  # of a damaged version a whole one follows
        return own
    return next((one for one in reversed(same) if one.withdrawn), None)


def _side(publication: Publication) -> Side:
    content = _read(publication.folder)
    return Side(
        publication.folder, publication.knowledge_month, content["inputs"], content["parameters"], content["code_version"]
    )


def _books_of(publication: Publication) -> dict[str, EarlierBook]:
    """Return the workbooks of a version by the digest of what they say; its files have been looked at."""
    manifest = _read(publication.folder)
    digests, contents = manifest["workbooks"], manifest.get("workbook_contents", {})  # earlier versions say nothing of it
    return {
        digest: EarlierBook(publication.folder / name, digests[name]) for name, digest in contents.items() if name in digests
    }


def _configuration() -> dict[str, Any]:
    """Return whose facts were in force: the county, and the files that were laid over ``config/``."""
    county, overlay = load_county(), overlay_in_force()
    return {"county": {"code": county.code, "name": county.name}, "overlay": overlay.digests() if overlay else {}}


def _restates(replaced: Publication | None, comparison: Comparison | None, folder: Path) -> dict[str, Any] | None:
    if replaced is None or comparison is None:
        return None
    return {
        "version": replaced.version,
        "knowledge_month": replaced.knowledge_month,
        "differences": comparison.rows.num_rows,
        "files": {f"{DIFFERENCES}.parquet": sha256(folder / f"{DIFFERENCES}.parquet")},
    }


def _read(folder: Path) -> dict[str, Any]:
    content = read_json(folder / MANIFEST)
    if not isinstance(content, dict) or not _is_manifest_of(folder, content):
        month, number = folder.parent.name, _VERSION_FOLDER.fullmatch(folder.name)
        version = f"第{int(number[1])}版" if number else folder.name
        raise PublishingError(
            f"{month} {version}的发布说明 {folder / MANIFEST} 不见了或已损坏，看不出这一版发布了什么；"
            f"请从备份恢复文件夹 {folder}。没有备份的，请把这个文件夹移到别处留存，再重新运行 {month}"
        )
    return content


def _is_manifest_of(folder: Path, content: Mapping[str, Any]) -> bool:
    """Return whether something that was read is the manifest of the publication in this folder."""
    return (
        all(isinstance(content.get(name), kind) for name, kind in _SAID.items())
        and (content["month"], f"v{content['version']:02d}") == (folder.parent.name, folder.name)
        and all(isinstance(entry, dict) and set(entry) >= _SAID_OF_LISTS for entry in content["marts"].values())
    )


def _digests(marts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {name: entry["sha256"] for name, entry in marts.items()}


def _publication(folder: Path, manifest: Mapping[str, Any], is_new: bool) -> Publication:
    marts, restates = manifest["marts"], manifest.get("restates")  # the first versions say nothing of it
    return Publication(
        month=Month(manifest["month"]),
        knowledge_month=Month(manifest["knowledge_month"]),
        version=manifest["version"],
        folder=folder,
        row_counts={name: entry["rows"] for name, entry in marts.items()},
        is_new=is_new,
        not_applicable={name: entry["explanation"] for name, entry in marts.items() if entry["status"] == "not_applicable"},
        published_at=dt.datetime.fromisoformat(manifest["published_at"]),
        code_version=manifest["code_version"],
        outside_towns=manifest["outside_towns"],
        restates=restates["version"] if restates else None,
        differences=restates["differences"] if restates else 0,
    )


def _write_marts(
    installation: Installation, contracts: PublishedMarts, month: Month, folder: Path
) -> tuple[dict[str, dict[str, Any]], dict[str, pa.Table]]:
    """Write every mart; return what the manifest says of each, and the tables that workbooks are made of."""
    if not installation.warehouse.exists():
        raise PublishingError(f"没有工作库 {installation.warehouse}；请先运行该月")
    marts: dict[str, dict[str, Any]] = {}
    undecided = {mart.undecided for mart, _ in contracts.values() if mart.undecided}
    kept = {*BOOK_MARTS, *undecided, _STATUSES}
    tables = {}
    with duckdb.connect(str(installation.warehouse), read_only=True) as warehouse:
        for name, (mart, columns) in contracts.items():
            table = read_mart(warehouse, mart, columns, month)
            path = folder / f"{name}.parquet"
            write_parquet(table, path)
            marts[name] = {"rows": table.num_rows, "sha256": sha256(path)}
            if name in kept:
                tables[name] = table
    statuses = {row["mart"]: row for row in tables[_STATUSES].to_pylist()}
    unknown = sorted(set(marts) - set(statuses))
    if unknown:
        raise PublishingError(f"工作库没有算出 {month} 的 {'、'.join(unknown)}；请先运行该月")
    for name, entry in marts.items():
        entry |= {"status": statuses[name]["status"], "explanation": statuses[name]["explanation"]}
    return marts, tables


def _parameters(month: Month) -> dict[str, dict[str, str | None]]:
    in_force = {name: parameter.in_force(month) for name, parameter in load_parameters().items()}
    return {
        name: {"value": value.text, "document": value.document, "article": value.article}
        for name, value in in_force.items()
        if value is not None
    }


@cache
def _accounted_files(path: Path, changed_at: int, file_number: int) -> list[dict[str, Any]]:
    """Return what one account of intake says of files; each month of a backfill asks for all of them again."""
    files: list[dict[str, Any]] = pq.ParquetFile(path).read(columns=list(_INPUT_COLUMNS)).to_pylist()
    return files


def _inputs(installation: Installation, knowledge_month: Month) -> list[dict[str, str]]:
    """Return every file of an extract delivered up to the knowledge month, in the order of month and path."""
    rows: list[dict[str, Any]] = []
    for path in sorted((installation.landed / "intake_files").glob("*.parquet")):
        state = path.stat()
        rows += _accounted_files(path, state.st_mtime_ns, state.st_ino)
    known = [row | {"delivery_month": f"{row['delivery_month']:%Y-%m}"} for row in rows if row["extract"]]
    return sorted(
        ({name: row[name] for name in _INPUT_COLUMNS} for row in known if row["delivery_month"] <= knowledge_month),
        key=lambda row: (row["delivery_month"], row["file"], row["extract"]),
    )
