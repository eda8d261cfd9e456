"""Synthetic deliveries of an invented county, of any size, tidy or as messy as real ones.

What belongs here: people who never lived, what happens to them, and the files in which departments would report it. What does
not: reading deliveries, or any rule of the monitoring. This package imports nothing else of ours but ``contracts`` and
``foundation``.

A county begins with ``founding`` (``families``, ``traits``, ``likeness``) and goes on with ``life`` (``moves``, ``work``,
``assistance``, ``monitoring``, ``incomes``). Extracts are made of it by ``rosters``, ``registers`` and ``events``, spoilt by
``planting`` (``faults``, ``extra_rows``), ``defects`` and ``identity_errors``, sent by ``deliveries``, written by ``files``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from orchestration.contracts import CodeList, ExtractContract, load_code_lists, load_extracts
from orchestration.foundation.months import Month
from orchestration.synthesis.chance import stream
from orchestration.synthesis.county import County
from orchestration.synthesis.deliveries import Backlog, roll
from orchestration.synthesis.events import FLOWS
from orchestration.synthesis.files import WrittenFile, write_extract
from orchestration.synthesis.founding import found
from orchestration.synthesis.identity_errors import SCENARIOS
from orchestration.synthesis.life import live
from orchestration.synthesis.tables import Table
from orchestration.synthesis.truth import TruthWriter

__all__ = ["SCENARIOS", "SynthesisSummary", "synthesize"]


@dataclass(frozen=True)
class SynthesisSummary:
    """What was written.

    Attributes:
        out: folder of the deliveries.
        months: delivery months.
        households: households on the roster of the first delivery.
        members: members of these households, those gone included.
        rows: rows by extract, over all deliveries.
        files: files by extract, over all deliveries.
    """

    out: Path
    months: tuple[Month, ...]
    households: int
    members: int
    rows: dict[str, int]
    files: dict[str, int]


def synthesize(  # noqa: PLR0917  the public order of arguments is that of the command
    out: Path, households: int, first: str, last: str, seed: int, clean: bool = False, errors: str | None = None
) -> SynthesisSummary:
    """Write deliveries of an invented county, one folder per month from ``first`` to ``last`` (``YYYY-MM``).

    The first delivery also brings the flows of the twelve months before, so that a window of twelve months is whole at once.
    The same arguments give the same files. Whom each row is really about is written to ``<out>/.truth/person_links.parquet``.

    Args:
        out: folder to write to, without deliveries of these months.
        households: households on the roster of the first delivery; the county has as many others.
        first: first delivery month.
        last: last delivery month.
        seed: any whole number; another one makes another county.
        clean: tidy files, and registers that do not contradict each other; needs and shortfalls of households remain.
        errors: a scenario of identity errors (``SCENARIOS``) in place of the usual slips, among people who are hard to tell
            apart; the people are the same in every scenario.

    Returns:
        What was written.

    Raises:
        FileExistsError: when a month is there already; parts of two counties in one folder would be read as one delivery.
        ValueError: when there is no household or no month to write, or errors of a tidy delivery are asked for.
    """
    start, end = np.datetime64(first, "M"), np.datetime64(last, "M")
    if households < 1 or end < start or seed < 0:
        raise ValueError(f"nothing to write: {households} households from {first} to {last} with seed {seed}")
    if errors is not None and (clean or errors not in SCENARIOS):
        raise ValueError(f"no errors {errors!r}{' in tidy files' if clean else ''}; there are {', '.join(SCENARIOS)}")
    months = tuple(Month(str(month)) for month in np.arange(start, end + 1))
    if taken := [month for month in months if (out / month).exists()]:
        raise FileExistsError(f"{out} holds deliveries already ({', '.join(taken)}); choose another folder")
    county = found(households, households, start, seed, clean, errors=errors or "")
    with TruthWriter(out) as truth:
        sender = _Sender(out, county, load_extracts(), load_code_lists(), truth)
        while county.month < end - 1:
            live(county)
            sender.backlog.post(county, sender.contracts, sender.code_lists)
            if county.month >= start - 1:
                sender.deliver()
    return SynthesisSummary(out, months, households, sender.members, dict(sender.rows), dict(sender.files))


@dataclass
class _Sender:
    """Writes one delivery after the other and counts what it writes."""

    out: Path
    county: County
    contracts: dict[str, ExtractContract]
    code_lists: dict[str, CodeList]
    truth: TruthWriter
    backlog: Backlog = field(default_factory=Backlog)
    rows: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    members: int = 0

    def deliver(self) -> None:
        """Write every extract of the delivery that follows the month just lived."""
        for contract in self.contracts.values():
            if contract.extract in FLOWS:
                table = self.backlog.collect(self.county, contract)
            else:
                table = roll(self.county, contract, self.code_lists)
            self._write(contract, table)
            if contract.extract == "rural_revitalization__member_roster":
                self.members = self.members or len(table)

    def _write(self, contract: ExtractContract, table: Table) -> None:
        county, extract, month = self.county, contract.extract, Month(str(self.county.month + 1))
        folder = self.out / month / contract.department
        written = write_extract(
            folder,
            contract,
            table,
            month=month,
            rng=stream(county.seed, "layout", extract, month),
            sender=county.facts.department(contract.department).name,
            towns=[town.name for town in county.facts.towns],
            is_clean=county.is_clean,
        )
        self._count(contract, table, written)
        if again := self.backlog.send_again(county, contract, folder):
            self._count(contract, again[0], [again[1]])
        if extract in FLOWS:
            self.backlog.sent[extract] = (table, written)

    def _count(self, contract: ExtractContract, table: Table, written: list[WrittenFile]) -> None:
        self.truth.add(self.county, contract, table, Month(str(self.county.month + 1)), written)
        self.rows[contract.extract] += sum(len(file.rows) for file in written)
        self.files[contract.extract] += len(written)
