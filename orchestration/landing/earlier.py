"""Earlier deliveries of an extract: whether a file has been received before.

What belongs here: comparing with what is already landed. What does not: business keys (dbt), jumps of volume (dbt, rule K02).
A remark rests on the landed deliveries of the twelve months before; ``context`` says on which, so that a landing is repeated
when they have become others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.paths import Installation
from orchestration.landing.fingerprint import Sidecar
from orchestration.landing.levels import Level
from orchestration.landing.problems import Problem, of_file
from orchestration.landing.result import FileSummary
from orchestration.landing.shown import shown_file

_MONTHS_BACK = 12
# Fewer rows can be equal by chance.
_FEWEST_ROWS = 10
_SHARE_EQUAL = 0.99
_BLANK, _BETWEEN = "\x00", "\x1f"


@dataclass(frozen=True)
class Earlier:
    """The files of earlier deliveries, latest first.

    Attributes:
        month: the latest delivery that brought amounts; None when none did.
        levels: of its amounts.
    """

    installation: Installation
    contract: ExtractContract
    files: tuple[tuple[Month, FileSummary], ...]
    month: Month | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)

    @classmethod
    def before(cls, installation: Installation, contract: ExtractContract, month: Month) -> Earlier:
        """Return what is landed of the deliveries before ``month``."""
        folder = installation.landed / contract.extract
        months = sorted(
            (Month(path.stem) for path in folder.glob("*.json") if is_month(path.stem) and path.stem < month), reverse=True
        )
        sidecars = [(earlier, Sidecar.read(folder / f"{earlier}.json")) for earlier in months[:_MONTHS_BACK]]
        results = [(earlier, sidecar.result) for earlier, sidecar in sidecars if sidecar]
        files = [(earlier, summary) for earlier, result in results for summary in result.files]
        latest, usual = next(((earlier, result.levels) for earlier, result in results if result.levels), (None, {}))
        levels = {name: Level(median, count, 0.0) for name, (median, count) in usual.items()}
        return cls(installation, contract, tuple(files), latest, levels)

    def context(self, digests: Iterable[str | None]) -> str:
        """Return a digest of all that remarks on files of these SHA-256 rest on."""
        own = set(digests)
        latest = self.files[0][0] if self.files else None
        used = [f"{month} {file.file} {file.sha256}" for month, file in self.files if month == latest or file.sha256 in own]
        used += [f"{self.month} {name} {level.median} {level.count}" for name, level in self.levels.items()]
        return hashlib.sha256("\n".join(used).encode()).hexdigest() if used else ""

    def remarks(self, summary: FileSummary, rows: pa.Table, received: Iterable[FileSummary]) -> list[Problem]:
        """Return whether a file repeats one of ``received`` (of the same delivery) or of an earlier delivery."""
        if not rows.num_rows:
            return []
        if same := next((file.file for file in received if file.sha256 == summary.sha256), None):
            message = f"与本月的 {shown_file(same)} 内容完全相同；重复的行按主键只算一次。请删除其中一个。"
            return [of_file("same_file_twice", message)]
        if twin := next(((month, file) for month, file in reversed(self.files) if file.sha256 == summary.sha256), None):
            return [
                of_file(
                    "same_file_before",
                    f"与 {twin[0]} 收到的 {shown_file(twin[1].file)} 内容完全相同，已照常读入。"
                    "请核对是否误把旧文件当作本月报送；确无变化的不必处理。",
                )
            ]
        if self.contract.kind == "flow" and rows.num_rows >= _FEWEST_ROWS and self._share_known(rows) >= _SHARE_EQUAL:
            month = self.files[0][0]
            message = f"几乎所有的行（99% 以上）在 {month} 已经报送过，已照常读入。请核对是否误把上月的文件当作本月报送。"
            return [of_file("rows_of_last_delivery", message)]
        return []

    def _share_known(self, rows: pa.Table) -> float:
        """Return the share of rows that the latest earlier delivery had in every column."""
        if not self.files:
            return 0
        path = self.installation.landed_extract(self.contract.extract, self.files[0][0])
        columns = list(self.contract.landed_columns)
        try:
            before = pq.read_table(path, columns=columns)
        except (OSError, pa.ArrowException):
            return 0
        known = pc.is_in(_whole(rows.select(columns)), value_set=_whole(before))
        equal: int = pc.sum(known).as_py() or 0
        return equal / int(rows.num_rows)


def _whole(rows: pa.Table) -> pa.Array:
    columns = [pc.fill_null(column.combine_chunks(), _BLANK) for column in rows.columns]
    return pc.binary_join_element_wise(*columns, _BETWEEN)
