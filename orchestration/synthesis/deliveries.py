"""What is delivered when: rolls as they stand, flows of the month before, rows that come late, corrections."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from orchestration.contracts import CodeList, ExtractContract
from orchestration.synthesis import defects, identity_errors, planting
from orchestration.synthesis.chance import Array, stream
from orchestration.synthesis.columns import household_ids
from orchestration.synthesis.county import County
from orchestration.synthesis.events import FLOWS
from orchestration.synthesis.files import WrittenFile
from orchestration.synthesis.registers import ROLLS
from orchestration.synthesis.tables import BLANK, Table, conform, empty, join

LATE_SHARE, VERY_LATE_SHARE, CORRECTED_SHARE, SENT_AGAIN_SHARE = 0.02, 0.005, 0.008, 0.03
# Of a department's roll in a month: that towns are forgotten, and how many of its rows these have at least.
FORGOTTEN_SHARE, FORGOTTEN_ROWS = 0.004, 0.25
# Nobody answers before the first delivery; what towns report of their own accord says nothing of a department's care.
NEVER_SENT_AGAIN = ("rural_revitalization__feedback", "rural_revitalization__town_report")


@dataclass
class Backlog:
    """What has happened and is not yet delivered, by extract.

    Attributes:
        due: rows for the next delivery.
        later: rows that come one delivery late, and those that come two late.
        delivered: rows of the last delivery, of which some are corrected in the next.
        sent: the files of the last delivery and their rows, one of which may be sent once more.
    """

    due: dict[str, list[Table]] = field(default_factory=dict)
    later: dict[str, list[list[Table]]] = field(default_factory=dict)
    delivered: dict[str, Table] = field(default_factory=dict)
    sent: dict[str, tuple[Table, list[WrittenFile]]] = field(default_factory=dict)

    def post(self, county: County, contracts: dict[str, ExtractContract], code_lists: dict[str, CodeList]) -> None:
        """Add the flows of the month just lived."""
        for extract, contract in contracts.items():
            if extract not in FLOWS:
                continue
            table = conform(FLOWS[extract](county), contract, code_lists, county.month)
            if county.is_clean:
                self.due.setdefault(extract, []).append(table)
                continue
            _spoil(county, table, contract)
            on_time, late, very_late = _by_punctuality(county, table, extract)
            self.due.setdefault(extract, []).append(on_time)
            queue = self.later.setdefault(extract, [])
            queue += [[] for _ in range(3 - len(queue))]
            queue[1].append(late)
            queue[2].append(very_late)

    def collect(self, county: County, contract: ExtractContract) -> Table:
        """Return the rows of a flow for the delivery that follows the month just lived."""
        extract = contract.extract
        parts = self.due.pop(extract, [])
        queue = self.later.get(extract)
        if queue:
            parts = [*queue.pop(0), *parts]
            parts += [_corrections(county, self.delivered[extract], contract)] if extract in self.delivered else []
        table = join(parts) if parts else empty(contract)
        self.delivered[extract] = table
        return table

    def send_again(self, county: County, contract: ExtractContract, folder: Path) -> tuple[Table, WrittenFile] | None:
        """Copy a file of the delivery before into this one, as happens by mistake now and then; return its rows and itself."""
        flows = [extract for extract in FLOWS if extract not in NEVER_SENT_AGAIN]
        if county.is_clean or contract.extract not in self.sent or not _happens(county, "again", contract.extract, flows):
            return None
        table, (before, *_) = self.sent[contract.extract]
        again = folder / f"{contract.short_name}__重报{before.path.suffix}"
        shutil.copyfile(before.path, again)
        return table, replace(before, path=again)


def roll(county: County, contract: ExtractContract, code_lists: dict[str, CodeList]) -> Table:
    """Return the rows of a roll as it stands."""
    if contract.extract not in ROLLS:
        return empty(contract)
    table = conform(ROLLS[contract.extract](county), contract, code_lists, county.month)
    if not county.is_clean:
        _spoil(county, table, contract)
        departments = [extract for extract in ROLLS if not extract.startswith("rural_revitalization")]
        if contract.extract in departments and _happens(county, "forgotten", contract.extract, departments):
            return _without_some_towns(county, table, contract.extract)
    return table


def _happens(county: County, what: str, extract: str, extracts: list[str]) -> bool:
    """Return whether something goes wrong with an extract that the delivery before shows up.

    It happens now and then, and to one of the extracts in a county's second delivery, or nobody would see within a few months
    what the checks of deliveries find.
    """
    if county.month < county.first:
        return False
    chances = {name: float(stream(county.seed, what, name, county.month).random()) for name in {extract, *extracts}}
    share = SENT_AGAIN_SHARE if what == "again" else FORGOTTEN_SHARE
    return chances[extract] < share or (county.month == county.first and extract == min(extracts, key=chances.__getitem__))


def _without_some_towns(county: County, table: Table, extract: str) -> Table:
    """Return the rows without those of as many towns as make up a good part."""
    towns = stream(county.seed, "towns", extract, county.month).permutation(np.unique(table.town[table.town >= 0]))
    gone = np.zeros(len(table), dtype=bool)
    for town in towns:
        if gone.mean() >= FORGOTTEN_ROWS:
            break
        gone |= table.town == town
    return table.take(np.flatnonzero(~gone))


def _spoil(county: County, table: Table, contract: ExtractContract) -> None:
    """Put faults of the logic and errors of identity into an extract, in place."""
    planting.add_faults(county, table, contract)
    if county.errors:
        identity_errors.add_errors(county, table, contract)
    else:
        defects.add_slips(county, table, contract)


def _is_held(county: County, table: Table) -> Array:
    """Return which rows are incomes of households held at a line: those come in time and right."""
    if "household_id" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    held = household_ids(county, np.flatnonzero(county.households.pin >= 0))
    return np.isin(table.columns["household_id"].astype(str), held.astype(str))


def _by_punctuality(county: County, table: Table, extract: str) -> tuple[Table, Table, Table]:
    """Return rows that come in time, one delivery late and two late. What the first delivery holds of old months is in time."""
    draw = stream(county.seed, "late", extract, county.month).random(len(table))
    if county.month < county.first - 1:
        draw[:] = 1.0
    draw[_is_held(county, table)] = 1.0
    late = draw < LATE_SHARE
    if len(table) >= 10 and not late.any() and draw.min() < 1:
        late[np.argmin(draw)] = True
    very_late = ~late & (draw < LATE_SHARE + VERY_LATE_SHARE)
    return (
        table.take(np.flatnonzero(~late & ~very_late)),
        table.take(np.flatnonzero(late)),
        table.take(np.flatnonzero(very_late)),
    )


def _corrections(county: County, delivered: Table, contract: ExtractContract) -> Table:
    """Return some rows of the delivery before with other amounts or texts under the same business key."""
    rng = stream(county.seed, "correction", contract.extract, county.month)
    free = rng.permutation(np.flatnonzero(~_is_held(county, delivered)))
    # One at least wherever there is something to correct, and no flood after the first delivery with its twelve months.
    count = min(max(round(len(free) * CORRECTED_SHARE), len(free) >= 10), 400)
    table = delivered.take(np.sort(free[:count]))
    amounts = [column.name for column in contract.columns if column.type == "money" and not column.key]
    texts = [column.name for column in contract.columns if column.type == "text" and not (column.key or column.personal)]
    if amounts:
        values = table.columns[amounts[0]]
        table.columns[amounts[0]] = np.where(values == BLANK, 10_000, values + 5_000)
    elif texts:
        table.columns[texts[0]][:] = "更正"
    return table
