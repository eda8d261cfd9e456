"""Which rows of which list stand in whose workbook.

What belongs here: the choice of rows, by ``config/sheets.yml`` and the items of work. What does not: how they look. A row that
is to be answered can be answered in the workbook of the one to whom its item was handed out, and in no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.sheet import RECIPIENT, TARGET, TOWN, SheetPlan
from orchestration.documents.recipients import Recipient

FOLLOW_UP, WORKLIST = "worklist_follow_up", "worklist"
FINDINGS = "data_logic_issues"
# Of an item that is done nothing is asked any more.
DONE = ("mended", "gone")
ASKED = ("open", "overdue", "recurring")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class SheetRows:
    """The rows of one list in one workbook.

    Attributes:
        plan: what the sheet shows.
        rows: of the mart.
        items: the item of work that each row is; None where nothing is asked.
        is_answered_here: whether the workbook is that of the one who answers.
    """

    plan: SheetPlan
    rows: pa.Table
    items: Sequence[Row | None] = ()
    is_answered_here: bool = True

    @property
    def has_items(self) -> bool:
        """Whether any row is an item of work."""
        return any(item is not None for item in self.items)

    @property
    def answerable(self) -> int:
        """How many rows are to be answered here."""
        return sum(item is not None for item in self.items) if self.is_answered_here else 0


@dataclass(frozen=True)
class Allotment:
    """The lists of a publication, to be divided.

    Attributes:
        plans: the sheets in their order.
        tables: the month's rows by mart.
        towns: names of the towns in their order.
        owners: code of each department by its name in rules (民政局).
    """

    plans: Sequence[SheetPlan]
    tables: Mapping[str, pa.Table]
    towns: Sequence[str]
    owners: Mapping[str, str]
    _prepared: dict[str, _List] = field(default_factory=dict)

    @cached_property
    def items(self) -> dict[tuple[str, str], Row]:
        """The items that are not done, by list and entity_key."""
        rows = self.tables[FOLLOW_UP].to_pylist()
        return {(row["list"], row["entity_key"]): row for row in rows if row["state"] not in DONE}

    @cached_property
    def lines(self) -> dict[str, list[Row]]:
        """The lines of 待办 by recipient, in their order."""
        lines = defaultdict(list)
        for row in sorted(self.tables[WORKLIST].to_pylist(), key=lambda row: row["line_no"]):
            lines[row["recipient"]].append(row)
        return lines

    def sheets_of(self, recipient: Recipient) -> Iterator[SheetRows]:
        """Return the sheets of a recipient that have rows."""
        places = line_places(self.lines[recipient.code])
        households = {household for household, _ in places}
        for plan in self.plans:
            prepared = self._list(plan)
            if chosen := prepared.of(recipient, households if plan.is_of_worklist else None):
                items = [prepared.item(index, recipient) for index in chosen]
                order = sorted(range(len(chosen)), key=lambda at: (_rank(items[at], places), at))
                rows = prepared.table.take(pa.array([chosen[at] for at in order], pa.int64()))
                yield SheetRows(plan, rows, [items[at] for at in order] if plan.group == "work" else ())

    def rows_of(self, plan: SheetPlan) -> SheetRows:
        """Return every row of a list that is shown to anybody, for the county."""
        prepared = self._list(plan)
        items = [prepared.found(index) for index in range(prepared.table.num_rows)]
        return SheetRows(plan, prepared.table, items if plan.items else ())

    def _list(self, plan: SheetPlan) -> _List:
        if plan.mart not in self._prepared:
            self._prepared[plan.mart] = _List(plan, self._ordered(plan), self.items, self.owners)
        return self._prepared[plan.mart]

    def _ordered(self, plan: SheetPlan) -> pa.Table:
        """Return the rows that the plan shows, by town as the county counts them, then village, then as published."""
        table = _filtered(self.tables[plan.mart], plan)
        if plan.group == "figures" or "town" not in table.column_names:
            return table
        position = {town: number for number, town in enumerate(self.towns)}
        parts: list[list[Any]] = [[position.get(town, len(position)) for town in table["town"].to_pylist()]]
        parts += [
            [(text or "").encode() for text in table[name].to_pylist()]
            for name in ("village", "household_id")
            if name in table.column_names
        ]
        order = sorted(range(table.num_rows), key=lambda row: (*(part[row] for part in parts), row))
        return table.take(pa.array(order, pa.int64()))


@dataclass(frozen=True)
class _List:
    """One list, and which of its rows are whose."""

    plan: SheetPlan
    table: pa.Table
    items: Mapping[tuple[str, str], Row]
    owners: Mapping[str, str]

    def of(self, recipient: Recipient, households: set[str] | None) -> list[int]:
        """Return the rows that a recipient sees."""
        chosen: set[int] = set(self._handed_out.get(recipient.code, ()))
        for name in self.plan.to:
            if name in (TOWN, RECIPIENT, TARGET):
                if name != TOWN or recipient.is_town:
                    chosen.update(self._by(name).get(recipient.code, ()))
            elif name == recipient.code:
                chosen.update(range(self.table.num_rows))
        if self.plan.mart == FINDINGS:
            chosen.update(self._of_owners.get(recipient.code, ()))
        if households is not None:
            ids = self.table["household_id"].to_pylist()
            chosen = {row for row in chosen if ids[row] in households}
        return sorted(chosen)

    def item(self, row: int, recipient: Recipient) -> Row | None:
        """Return the item of a row that a recipient has to answer."""
        item = self.found(row)
        return item if item and item["recipient"] == recipient.code else None

    def found(self, row: int) -> Row | None:
        """Return the item of a row, whoever has to answer it."""
        key = self._keys[row] if self._keys else None
        return self.items.get(key) if key else None

    @cached_property
    def _keys(self) -> list[tuple[str, str] | None]:
        terms = self.plan.items
        if terms is None:
            return []
        columns = {name: self.table[name].to_pylist() for name in {terms.list, terms.kind, *terms.entity} if name}
        keys: list[tuple[str, str] | None] = []
        for row in range(self.table.num_rows):
            entity = next((columns[name][row] for name in terms.entity if columns[name][row]), None)
            of_list = columns[terms.list][row] if terms.list else self.plan.mart
            keys.append((of_list, f"{columns[terms.kind][row]}:{entity}" if terms.kind else entity) if entity else None)
        return keys

    @cached_property
    def _handed_out(self) -> Mapping[str, list[int]]:
        rows: dict[str, list[int]] = defaultdict(list)
        for row in range(self.table.num_rows if self.plan.items else 0):
            if item := self.found(row):
                rows[item["recipient"]].append(row)
        return rows

    def _by(self, column: str) -> Mapping[str, list[int]]:
        rows: dict[str, list[int]] = defaultdict(list)
        for row, value in enumerate(self.table[column].to_pylist()):
            rows[value].append(row)
        return rows

    @cached_property
    def _of_owners(self) -> Mapping[str, list[int]]:
        """Findings about files, rows and extracts, which go back with the delivery to the department that sent it."""
        rows: dict[str, list[int]] = defaultdict(list)
        households = self.table["household_id"].to_pylist()
        for row, owner in enumerate(self.table["owner"].to_pylist()):
            if households[row] is None and self.found(row) is None and owner in self.owners:
                rows[self.owners[owner]].append(row)
        return rows


def _rank(item: Row | None, places: Mapping[tuple[str, str], int]) -> int:
    """Return where a row stands: as its line stands in 待办, what is answered or only seen below."""
    if item is None:
        return len(places) + 2
    line = line_of(item, places)
    return len(places) + 1 if line is None else line


def line_places(lines: Sequence[Row]) -> dict[tuple[str, str], int]:
    """Return the numbers of the lines of one recipient's 待办 by household and person, blank for a household's line."""
    return {(line["household_id"] or "", line["person_id"] or ""): line["line_no"] for line in lines}


def line_of(item: Row, places: Mapping[tuple[str, str], int]) -> int | None:
    """Return the number of the line of 待办 that an item stands in; None where nothing is asked of it any more."""
    if item["state"] not in ASKED:
        return None
    household = item["household_id"] or ""
    return places.get((household, item["person_id"] or "")) or places.get((household, ""))


def _filtered(table: pa.Table, plan: SheetPlan) -> pa.Table:
    for column, values in plan.where.items():
        table = table.filter(_is_one_of(table, column, values))
    if plan.where_any:
        mask = None
        for column, values in plan.where_any.items():
            one = _is_one_of(table, column, values)
            mask = one if mask is None else pc.or_(mask, one)
        table = table.filter(mask)
    return table


def _is_one_of(table: pa.Table, column: str, values: Sequence[str]) -> pa.ChunkedArray:
    found = table[column]
    if "*" in values:
        return found.is_valid()
    return pc.fill_null(pc.is_in(pc.cast(found, pa.string()), pa.array(values, pa.string())), False)
