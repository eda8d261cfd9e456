"""Landed rows as a publication read them: which deliveries it knew, whether files are still the same, which rows count."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import duckdb

from orchestration.contracts import ExtractContract
from orchestration.explanations.content import Place
from orchestration.explanations.documents import person_key
from orchestration.foundation.months import Month

FileState = Literal["same", "changed", "gone", "unknown"]
Row = dict[str, Any]
_ACCOUNTS, _PROBLEMS = "intake_files", "intake_problems"


@dataclass(frozen=True)
class Landed:
    """The landed rows of an installation, seen from one publication.

    Attributes:
        folder: ``<state>/landed``.
        archive: the delivered bytes by SHA-256.
        inputs: the files that the publication rests on, as its manifest says.
        connection: a database in memory, for reading Parquet.
    """

    folder: Path
    archive: Path
    inputs: Sequence[Mapping[str, str]]
    connection: duckdb.DuckDBPyConnection

    @cached_property
    def published_files(self) -> dict[tuple[Month, str, str], str]:
        """The SHA-256 of every file that the publication rests on, by delivery, extract and file."""
        return {(Month(one["delivery_month"]), one["extract"], one["file"]): one["sha256"] for one in self.inputs}

    @cached_property
    def landed_files(self) -> dict[tuple[Month, str, str], str]:
        """The same of what is landed now."""
        paths = [str(path) for path in sorted((self.folder / _ACCOUNTS).glob("*.parquet"))]
        if not paths:
            return {}
        found = self.connection.execute("select delivery_month, extract, file, sha256 from read_parquet(?)", [paths])
        return {(Month.of(month), extract, file): sha256 for month, extract, file, sha256 in found.fetchall() if extract}

    def state_of(self, delivery_month: Month, extract: str, file: str) -> FileState:
        """Return whether what is landed of a file is what the publication read; ``unknown`` for a file that it did not read."""
        key = (delivery_month, extract, file)
        published = self.published_files.get(key)
        if published is None:
            return "unknown"
        landed = self.landed_files.get(key)
        if landed is None or not self._path(extract, delivery_month).exists():
            return "gone"
        return "same" if landed == published else "changed"

    def is_archived(self, sha256: str) -> bool:
        """Return whether the delivered bytes are still in the archive."""
        return any((self.archive / sha256[:2]).glob(f"{sha256}.*"))

    def caveats(self, contracts: Mapping[str, ExtractContract], since: Month) -> list[str]:
        """Return in words which files that the publication read are gone or others now, among these extracts.

        Args:
            contracts: the extracts, by name.
            since: deliveries before it are left out.
        """
        lines = []
        for (month, extract, file), sha256 in self.published_files.items():
            if extract not in contracts or month < since:
                continue
            state = self.state_of(month, extract, file)
            if state in ("same", "unknown"):
                continue
            kept = "当时的原件还在归档里" if self.is_archived(sha256) else "当时的原件已不在归档里"
            happened = (
                "读入的内容已不在，这里的行找不到了"
                if state == "gone"
                else "发布后换过，下面的行是现在这个文件的，未必是当时的"
            )
            lines.append(f"{month} 报送的 {file}（《{contracts[extract].title}》）{happened}；{kept}（SHA-256 {sha256}）")
        return lines

    def months(self, contract: ExtractContract, month: Month, knowledge: Month) -> list[Month]:
        """Return the deliveries of an extract that a month reads: its own of a roll, all up to its knowledge of a flow."""
        known = {
            delivery for delivery, extract, _ in self.published_files if extract == contract.extract and delivery <= knowledge
        }
        wanted = known & {month} if contract.kind == "roll" else known
        return sorted(one for one in wanted if self._path(contract.extract, one).exists())

    def rows(self, contract: ExtractContract, months: Sequence[Month], condition: str, values: Sequence[Any]) -> list[Row]:
        """Return landed rows of the files that the publication read, whatever has become of these since.

        Args:
            contract: of the extract.
            months: deliveries.
            condition: SQL over the columns, with ``?`` for the values.
            values: in their order.
        """
        if not months:
            return []
        paths = [str(self._path(contract.extract, month)) for month in months]
        found = self.connection.execute(
            f"select * from read_parquet(?, union_by_name=true) where {condition}", [paths, *values]
        )
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        for row in rows:
            row["delivery_month"] = Month.of(row["delivery_month"])
        return [row for row in rows if self.state_of(row["delivery_month"], contract.extract, row["file"]) != "unknown"]

    def notes(self, extract: str, place: Place) -> tuple[str, ...]:
        """Return what was said of the cells of a row when it was read: what was blanked, doubted or mended."""
        path = self.folder / _PROBLEMS / f"{extract}__{place.delivery_month}.parquet"
        if not path.exists():
            return ()
        found = self.connection.execute(
            "select coalesce(header, ''), message from read_parquet(?) where file = ? and row_number = ?",
            [str(path), place.file, place.row_number],
        )
        return tuple(f"{header}：{message}" if header else message for header, message in found.fetchall())

    def _path(self, extract: str, month: Month) -> Path:
        return self.folder / extract / f"{month}.parquet"


def place_of(row: Row) -> Place:
    """Return where a row stood."""
    return Place(row["delivery_month"], row["file"], int(row["row_number"]), row.get("sheet") or "")


def business_key(row: Row, contract: ExtractContract) -> tuple[str, ...]:
    """Return which fact a row is (rules.md section 2): a document by whom it stands for, blanks alike."""
    return tuple(_key_part(row, column.name, column.type) for column in contract.key_columns)


def _key_part(row: Row, name: str, kind: str) -> str:
    if kind == "id":
        number = row.get(f"{name}_normalized")
        return person_key(number, row["delivery_month"]) or number or ""
    if kind == "person_name":
        return row.get(f"{name}_normalized") or ""
    return row.get(name) or ""


def replacements(rows: Iterable[Row], contract: ExtractContract) -> dict[Place, Place | None]:
    """Return for every row by which other it is replaced, None for one that counts (rules.md section 2).

    Args:
        rows: all of one extract that could be of the same facts, of the deliveries that are known.
        contract: of the extract.
    """
    by_delivery: dict[tuple[str, ...], dict[Month, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_delivery[business_key(row, contract)][row["delivery_month"]].append(row)
    replaced: dict[Place, Place | None] = {}
    for deliveries in by_delivery.values():
        winners = {month: place_of(max(those, key=lambda row: _rank(row, contract))) for month, those in deliveries.items()}
        last = winners[max(winners)]
        for month, those in deliveries.items():
            for row in those:
                place = place_of(row)
                if place != winners[month]:
                    replaced[place] = winners[month]
                else:
                    replaced[place] = None if contract.kind == "roll" or place == last else last
    return replaced


def _rank(row: Row, contract: ExtractContract) -> tuple[Any, ...]:
    """Return what the row that counts of a delivery is the greatest in."""
    first: tuple[Any, ...] = ()
    if (rule := contract.precedence) is not None:
        value = row.get(rule.column)
        first = (value or "",) if rule.latest else (value == rule.value,)
    return (*first, row["file"], row.get("sheet") or "", int(row["row_number"]))


def dated_on(row: Row, contract: ExtractContract) -> dt.date | None:
    """Return the date by which a flow's row counts; None for a roll's, or one without."""
    text = next((row[name] for name in contract.dated_by if row.get(name)), None)
    try:
        return dt.date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
