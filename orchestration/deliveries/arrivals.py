"""Arriving files: which extracts of which deliveries have new or changed files that are copied completely.

What belongs here: looking at the folder of deliveries, comparing it with what is landed, remembering between two looks.
What does not: landing, and anything of Dagster (``sensors``). Nothing is written here.
A file is complete when its name does not say otherwise and two looks some seconds apart found the same size and time stamp.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from orchestration.contracts import ExtractContract, load_extracts
from orchestration.deliveries.settled import unsettled_before
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import (
    LARGEST_DIGESTED,
    FileStamp,
    Sidecar,
    delivery_months,
    extract_files,
    is_unfinished,
    rules_now,
    sha256_of,
)


@dataclass(frozen=True)
class Arrival:
    """What is to be landed of one delivery.

    Attributes:
        month: of the delivery, ``YYYY-MM``.
        extracts: to be landed, in the order of the contracts.
        digest: of the files and of the rules they are landed by; the same digest means the same work.
        files: SHA-256 by file, by extract whose files are new or changed; empty where only rules or earlier deliveries changed.
    """

    month: Month
    extracts: tuple[str, ...]
    digest: str
    files: Mapping[str, Mapping[str, str]]

    @property
    def run_key(self) -> str:
        """Names the state that is landed: the same state never starts a second run."""
        return f"{self.month}-{self.digest[:24]}"


@dataclass(frozen=True)
class Memory:
    """What is remembered from one look to the next.

    Attributes:
        seen: by ``<month>/<extract>`` that waits: a digest of its time stamps, and when they were first seen so.
        digests: by file that was read: its size, time stamp and SHA-256, so that it is not read at every look.
        requested: by month: the digest that was asked for last.
        overview: digest of all time stamps, delivered and landed, when nothing was left to do; while it stays, there is none.
    """

    seen: dict[str, list[float | str]] = field(default_factory=dict)
    digests: dict[str, list[int | str]] = field(default_factory=dict)
    requested: dict[str, str] = field(default_factory=dict)
    overview: str = ""

    @classmethod
    def from_text(cls, text: str | None) -> Memory:
        """Return what ``as_text`` wrote; nothing is remembered where it cannot be understood."""
        try:
            return cls(**json.loads(text)) if text else cls()
        except (ValueError, TypeError):
            return cls()

    def as_text(self) -> str:
        """Return the memory as text, for a sensor's cursor."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True)
class _Found:
    """The files of an extract in a delivery, and what was landed of it."""

    contract: ExtractContract
    month: Month
    stamps: tuple[FileStamp, ...]
    is_unfinished: bool

    @property
    def place(self) -> str:
        return f"{self.month}/{self.contract.extract}"

    @property
    def signature(self) -> str:
        return _digest(f"{stamp.file}|{stamp.size}|{stamp.modified_ns}" for stamp in self.stamps)


def look_for_arrivals(
    installation: Installation, months: Sequence[Month], before: Memory, now: float, seconds_between_looks: float
) -> tuple[list[Arrival], Memory]:
    """Look at the deliveries once.

    Args:
        installation: whose deliveries are looked at.
        months: that can be landed, ``YYYY-MM``, in order; the last is the current month, whose delivery is still coming in.
        before: what the look before left.
        now: seconds since the epoch.
        seconds_between_looks: how long time stamps must have stayed the same.

    Returns:
        What is to be landed now, oldest delivery first, and what is to be remembered. Of the current month only extracts that
        changed are landed; of an earlier one also those of which nothing ever arrived, because later months rest on it.
    """
    contracts = list(load_extracts().values())
    rules = {contract.extract: rules_now(contract) for contract in contracts}
    delivered = [month for month in delivery_months(installation.raw) if month in set(months)]
    found = {month: [_find(installation, month, contract) for contract in contracts] for month in delivered}
    overview = _overview(installation, found, rules)
    if overview == before.overview:
        return [], before
    after = Memory(requested=dict(before.requested))
    reader = _Reader(installation, before.digests, after.digests)
    arrivals = []
    for month, extracts in found.items():
        changed: dict[str, dict[str, str]] = {}
        ruled, absent = [], []
        for one in extracts:
            sidecar = Sidecar.read(_sidecar(installation, one))
            if sidecar is None and not one.stamps:
                absent.append(one.contract.extract)
            elif sidecar is None or reader.differs(one, sidecar):
                if _is_complete(one, before, after, now, seconds_between_looks) and (files := reader.files(one)) is not None:
                    changed[one.contract.extract] = files
            elif sidecar.rules != rules[one.contract.extract]:
                ruled.append(one.contract.extract)
        if changed or ruled:
            first_time = absent if month < months[-1] else []
            wanted = {*changed, *ruled, *first_time}
            selected = tuple(contract.extract for contract in contracts if contract.extract in wanted)
            arrivals.append(Arrival(month, selected, _state(selected, rules, changed), changed))
    waiting = {place.split("/")[0] for place in after.seen}
    if not arrivals:
        arrivals = [one for one in _unsettled(installation, found, rules, months[-1]) if one.month not in waiting]
    new = [arrival for arrival in arrivals if before.requested.get(arrival.month) != arrival.digest]
    after.requested.update({arrival.month: arrival.digest for arrival in new})
    return new, after if waiting else Memory({}, after.digests, after.requested, overview)


def _find(installation: Installation, month: Month, contract: ExtractContract) -> _Found:
    stamps, unfinished = [], False
    for path in extract_files(installation.raw, month, contract):
        try:
            stamps.append(FileStamp.of(path, installation.raw / month))
        except OSError:  # gone since the folder was listed
            continue
        unfinished |= is_unfinished(path)
    return _Found(contract, month, tuple(stamps), unfinished)


def _is_complete(one: _Found, before: Memory, after: Memory, now: float, seconds: float) -> bool:
    """Return whether the files stayed as they are for long enough; remember them where they did not."""
    signature, since = before.seen.get(one.place, ("", now))
    if signature == one.signature and not one.is_unfinished and now - float(since) >= seconds:
        return True
    after.seen[one.place] = [one.signature, since if signature == one.signature else now]
    return False


class _Reader:
    """Digests of files, read once for each size and time stamp."""

    def __init__(
        self, installation: Installation, known: Mapping[str, list[int | str]], read: dict[str, list[int | str]]
    ) -> None:
        self._raw, self._known, self._read = installation.raw, known, read

    def differs(self, one: _Found, sidecar: Sidecar) -> bool:
        """Return whether the files hold something else than what was landed."""
        if sidecar.has_same_stamps(one.stamps):
            return False
        recorded = [(summary.file, summary.bytes) for summary in sidecar.result.files]
        if [(stamp.file, stamp.size) for stamp in one.stamps] != recorded:
            return True
        return self.files(one) != {summary.file: summary.sha256 or "" for summary in sidecar.result.files}

    def files(self, one: _Found) -> dict[str, str] | None:
        """Return the SHA-256 of every file, blank for one too large for that; None where one cannot be opened now."""
        digests = {}
        for stamp in one.stamps:
            place = f"{one.month}/{stamp.file}"
            size, modified, digest = self._read.get(place) or self._known.get(place) or (-1, -1, "")
            if (size, modified) != (stamp.size, stamp.modified_ns):
                content = sha256_of(self._raw / place)
                if content is None and stamp.size <= LARGEST_DIGESTED:
                    return None
                digest = content or ""
            self._read[place] = [stamp.size, stamp.modified_ns, digest]
            digests[stamp.file] = str(digest)
        return digests


def _unsettled(
    installation: Installation, found: Mapping[Month, list[_Found]], rules: Mapping[str, str], current: Month
) -> list[Arrival]:
    """Return the deliveries that no run has finished with: a run broke off, or a delivery before them changed."""
    arrivals, history = [], hashlib.sha256()
    unsettled = set(unsettled_before(installation, current))
    for month, extracts in found.items():
        history.update("".join(f"{one.place}{one.signature}{rules[one.contract.extract]}" for one in extracts).encode())
        if month in unsettled:
            arrivals.append(Arrival(month, tuple(one.contract.extract for one in extracts), history.hexdigest(), {}))
    return arrivals


def _overview(installation: Installation, found: Mapping[Month, list[_Found]], rules: Mapping[str, str]) -> str:
    def modified(path: Path) -> int:
        return path.stat().st_mtime_ns if path.exists() else 0

    # what a run landed is part of it: after a run that broke off, the rest is looked for
    states = (
        f"{one.place}{one.signature}{modified(_sidecar(installation, one))}" for extracts in found.values() for one in extracts
    )
    return _digest((str(modified(installation.settled)), *rules.values(), *states))


def _sidecar(installation: Installation, one: _Found) -> Path:
    return installation.landed_extract(one.contract.extract, one.month).with_suffix(".json")


def _state(extracts: Sequence[str], rules: Mapping[str, str], files: Mapping[str, Mapping[str, str]]) -> str:
    return _digest(
        f"{extract}|{rules[extract]}|{json.dumps(dict(files.get(extract, {})), sort_keys=True)}" for extract in extracts
    )


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
