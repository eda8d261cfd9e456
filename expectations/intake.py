"""Checking landed extracts against their contracts, and what is kept of it: counts per check, never a value."""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from expectations.session import CheckNotRunError, ValidationSession, Verdict, warm_up
from expectations.suite import Severity, SuiteCheck, columns_check, row_checks
from orchestration.contracts import ExtractContract, load_code_lists
from orchestration.foundation.atomic_files import read_json, write_json
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

__all__ = ["CheckNotRunError", "IntakeCheckResult", "Outcome", "check_landed_extract", "result_path", "warm_up"]

_making_session = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """What one check found.

    Attributes:
        key: unique in the result, ``required.id_number``.
        expectation: type of the Great Expectations expectation.
        description: Chinese: what is expected.
        unexpected_count: rows that differ (for ``columns``: months).
        element_count: rows looked at (for ``columns``: months).
    """

    key: str
    expectation: str
    column: str | None
    description: str
    severity: Severity
    success: bool
    unexpected_count: int
    element_count: int


@dataclass(frozen=True)
class IntakeCheckResult:
    """What the checks of one extract found in the files of some months."""

    extract: str
    months: tuple[Month, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def success(self) -> bool:
        """Whether every check holds, apart from those that only inform."""
        return all(outcome.success for outcome in self.outcomes if outcome.severity != "info")

    @property
    def is_blocking_failure(self) -> bool:
        """Whether the landed files are broken, so that nothing may be computed from them."""
        return any(not outcome.success for outcome in self.outcomes if outcome.severity == "critical")


def check_landed_extract(
    installation: Installation, contract: ExtractContract, months: Sequence[Month], session: ValidationSession | None = None
) -> IntakeCheckResult:
    """Check the landed files of an extract together and keep the result under ``result_path``.

    The same files are not checked again by the same checks: the result kept of them is returned. Where the columns of a month
    differ from the contract, nothing else is checked.

    Args:
        installation: where the landed files are.
        contract: the contract of the extract.
        months: ``YYYY-MM``, at least one.
        session: by default one that all calls of the process share.

    Raises:
        ValueError: no month was named.
        FileNotFoundError: a month was not landed.
        CheckNotRunError: a check could not be computed; nothing is kept.
    """
    months = tuple(sorted(set(months)))
    if not months:
        raise ValueError("name at least one month")
    files = {month: installation.landed_extract(contract.extract, month) for month in months}
    for file in files.values():
        if not file.is_file():
            raise FileNotFoundError(f"not landed: {file}")
    columns, checks = columns_check(contract), row_checks(contract, load_code_lists())
    path, fingerprint = result_path(installation, contract.extract, months), _fingerprint([columns, *checks], files.values())
    if (kept := _kept(path, fingerprint)) is not None:
        return kept
    session = session or _shared_session()
    with session.lock:
        matches = []
        for same in _by_columns(files.values()):
            session.define_view(contract.extract, _rows_of(same[:1]))
            matches += session.validate(contract.extract, [columns]) * len(same)
        outcomes = [_columns_outcome(columns, matches)]
        if outcomes[0].success:
            session.define_view(contract.extract, _rows_of(list(files.values())))
            outcomes += [_outcome(verdict) for verdict in session.validate(contract.extract, checks)]
            session.forget_captured()
    result = IntakeCheckResult(contract.extract, months, tuple(outcomes))
    _keep(result, path, fingerprint)
    return result


def result_path(installation: Installation, extract: str, months: Sequence[Month]) -> Path:
    """Return where the result of a month or of a range of months is kept."""
    first, last = min(months), max(months)
    return installation.expectations / extract / f"{first if first == last else f'{first}__{last}'}.json"


def _shared_session() -> ValidationSession:
    with _making_session:
        return _session()


@functools.cache
def _session() -> ValidationSession:
    return ValidationSession()


def _by_columns(files: Iterable[Path]) -> list[list[Path]]:
    """Return the files in groups of the same columns: one of each is checked, however many months there are."""
    groups: dict[str, list[Path]] = {}
    for file in files:
        groups.setdefault(repr(pq.read_schema(file).remove_metadata()), []).append(file)
    return list(groups.values())


def _rows_of(files: Sequence[Path]) -> str:
    quoted = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"select * from read_parquet([{quoted}])"


def _columns_outcome(check: SuiteCheck, matches: Sequence[Verdict]) -> Outcome:
    differing = sum(not match.success for match in matches)
    return Outcome(
        check.key, check.expectation, None, check.description, check.severity, differing == 0, differing, len(matches)
    )


def _outcome(verdict: Verdict) -> Outcome:
    check = verdict.check
    return Outcome(
        check.key,
        check.expectation,
        check.column,
        check.description,
        check.severity,
        verdict.success,
        verdict.unexpected_count or 0,  # Great Expectations sums nothing to null
        verdict.element_count or 0,
    )


def _fingerprint(checks: Sequence[SuiteCheck], files: Iterable[Path]) -> str:
    """Return a digest of what is checked and of how it is checked."""
    digest = hashlib.sha256(repr(checks).encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _kept(path: Path, fingerprint: str) -> IntakeCheckResult | None:
    """Return the result that was kept of the same checks of the same files; None where it is not there or damaged."""
    content: Any = read_json(path)
    try:
        if content["fingerprint"] != fingerprint:
            return None
        outcomes = tuple(Outcome(**outcome) for outcome in content["outcomes"])
        return IntakeCheckResult(content["extract"], tuple(content["months"]), outcomes)
    except (KeyError, TypeError):
        return None


def _keep(result: IntakeCheckResult, path: Path, fingerprint: str) -> None:
    content = {
        **asdict(result),
        "success": result.success,
        "is_blocking_failure": result.is_blocking_failure,
        "fingerprint": fingerprint,
    }
    write_json(path, content)
