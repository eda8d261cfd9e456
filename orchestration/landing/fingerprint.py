"""Fingerprints: whether a delivery has been landed before and is still there as landed, so that it is not read again.

What belongs here: the sidecar beside a landed file. What does not: landing.
A file whose path, size and modification time are as recorded is taken as unchanged; otherwise its SHA-256 decides. That holds
for delivered files as for those that landing wrote: one that is short or damaged is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.contracts import ExtractContract, list_labels, load_parameters
from orchestration.foundation.atomic_files import WrittenFile, read_json, write_text
from orchestration.foundation.characters import LOOK_ALIKES
from orchestration.foundation.code_versions import landing_code
from orchestration.foundation.paths import Installation
from orchestration.landing.levels import PARAMETERS
from orchestration.landing.plain_files import sha256_of
from orchestration.landing.problems import printable
from orchestration.landing.result import LandingResult

_LOOK_ALIKES = json.dumps(LOOK_ALIKES, sort_keys=True)
# A file changed again within the resolution of its time stamp would look unchanged; such a fresh stamp proves nothing.
_FRESH_NS = 2_000_000_000


@dataclass(frozen=True)
class FileStamp:
    """What tells without reading it that a file is the same."""

    file: str
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path, folder: Path) -> FileStamp:
        """Return the stamp of a file below a month's folder; raise ``FileNotFoundError`` when it is gone."""
        file = printable(path.relative_to(folder).as_posix())
        try:
            found = os.lstat(path)
        except FileNotFoundError:
            raise
        except OSError:  # its folder may be listed and not entered; no size is that of a file
            return cls(file, -1, -1)
        return cls(file, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class Sidecar:
    """What was landed, from what and by which rules.

    Attributes:
        outputs: the files that hold it; the archived originals are among them.
        earlier: digest of what is landed of earlier deliveries, as far as remarks rest on it.
    """

    rules: str
    stamps: tuple[FileStamp, ...]
    result: LandingResult
    outputs: tuple[WrittenFile, ...]
    earlier: str = ""
    written_ns: int = 0

    @classmethod
    def read(cls, path: Path) -> Sidecar | None:
        """Return the sidecar, None where there is none that can be understood."""
        try:
            record: Any = read_json(path)
            stamps = tuple(FileStamp(**stamp) for stamp in record["stamps"])
            result = LandingResult.from_record(record["result"])
            outputs = tuple(WrittenFile(**output) for output in record["outputs"])
            return cls(record["rules"], stamps, result, outputs, record["earlier"], path.stat().st_mtime_ns)
        except (OSError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Write the sidecar; it comes last, so that it never speaks of files that are not there."""
        record = {
            "rules": self.rules,
            "stamps": [vars(stamp) for stamp in self.stamps],
            "result": self.result.as_record(),
            "outputs": [vars(output) for output in self.outputs],
            "earlier": self.earlier,
        }
        content = json.dumps(record, ensure_ascii=False, sort_keys=True)
        write_text(path, content)

    def outputs_as_found(self, state: Path) -> tuple[WrittenFile, ...] | None:
        """Return what vouches for the files now; None when one of them is gone or damaged."""
        found = [output.as_found(state) for output in self.outputs]
        whole = tuple(output for output in found if output is not None)
        return whole if len(whole) == len(found) else None

    def landed(self, installation: Installation) -> list[WrittenFile]:
        """Return the files that hold rows and accounts; the others are archived originals."""
        folder = installation.landed.relative_to(installation.state).as_posix()
        return [output for output in self.outputs if output.name.startswith(f"{folder}/")]

    def has_same_stamps(self, stamps: Sequence[FileStamp]) -> bool:
        """Return whether nothing was touched since."""
        return tuple(stamps) == self.stamps and all(stamp.modified_ns < self.written_ns - _FRESH_NS for stamp in stamps)

    def has_same_bytes(self, folder: Path, stamps: Sequence[FileStamp]) -> bool:
        """Return whether the files hold what they held."""
        recorded = [(summary.file, summary.sha256, summary.bytes) for summary in self.result.files]
        if [(stamp.file, stamp.size) for stamp in stamps] != [(file, size) for file, _, size in recorded]:
            return False
        return all(digest == sha256_of(folder / file) for file, digest, _ in recorded)


def rules_of(contract: ExtractContract, spellings: Mapping[str, Mapping[str, str]]) -> str:
    """Return a hash of everything but the delivery that decides what is landed."""
    used = {column.code_list: spellings[column.code_list] for column in contract.columns if column.code_list}
    parts = [
        landing_code(),
        contract.model_dump_json(),
        json.dumps(used, ensure_ascii=False, sort_keys=True),
        _LOOK_ALIKES,
        *(sorted(list_labels()) if contract.unanswered_when_blank else ()),
        *(load_parameters()[name].model_dump_json() for name in PARAMETERS),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
