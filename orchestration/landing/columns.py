"""One column of a file between the raw cells and the accepted rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.contracts import Column
from orchestration.landing.cells import DIGITS_LOST, Cell
from orchestration.landing.grid import column_letter
from orchestration.landing.problems import Outcome, Problem, rows_named


@dataclass
class ReadColumn:
    """One column before rows are sorted out.

    Attributes:
        position: in the grid; None where the file does not have the column.
        title: header as delivered.
        failures: the problem of each unreadable raw value.
        values: the raw values, each once.
    """

    column: Column
    position: int | None
    title: str
    raw: Sequence[Cell]
    texts: list[str | None]
    failures: Mapping[Cell, str] = field(default_factory=dict)
    values: Collection[Cell] = ()

    @property
    def letter(self) -> str:
        """The letter above the column."""
        return column_letter(self.position or 0)

    def rejects(self, index: int) -> bool:
        """Return whether a row cannot be used for what its cell holds: nothing where something is required, half of a key."""
        if self.texts[index] is not None:
            return False
        return self.column.required or (self.column.key and self.failures.get(self.raw[index]) == DIGITS_LOST)

    def problem(self, row_number: int, outcome: Outcome, problem: str, message: str) -> Problem:
        """Return a problem of one cell."""
        return Problem(row_number, self.column.name, self.letter, self.title, outcome, problem, message)

    def remark(
        self, where: str, numbers: Iterable[int], outcome: Outcome, problem: str, *, found: str, mend: str
    ) -> Problem | None:
        """Return one problem for all cells of the column that have it, None where none has."""
        rows = list(numbers)
        if not rows:
            return None
        place = f"{where}{self.letter} 列“{self.title}”有 {len(rows)} 个单元格（{rows_named(rows)}）"
        return self.problem(rows[0], outcome, problem, f"{place}{found}。{mend}")
