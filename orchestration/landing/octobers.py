"""Octobers: 2022.1, which is January as it stands, and October where a spreadsheet has dropped the zero of the number 2022.10.

What belongs here: what the other months of a column tell of such a cell. What does not: reading months.
To guess would move income by nine months. What tells, the first that does:

1. October would come after the delivery: January.
2. The months of the same key (a household's rows) stand in order, and only one of the two fits between its neighbours; or they
   stand in no order, and only one of the two fills a gap in them.
3. How months are written in the column: 2022.07 needs 2022.01 for January; 2022.10 is written where zeros are kept. A column
   can be written by several hands, so this decides only what the other months of the key do not contradict.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from orchestration.landing.cells import Cell, fold_tight, number_text
from orchestration.landing.columns import ReadColumn

_LOST_ZERO = re.compile(r"(?:19|20)[0-9]{2}\.1")
_WITH_ZERO = re.compile(r"(?:19|20)[0-9]{2}\.10")
_TWO_PLACES = re.compile(r"[0-9]{4}\.[2-9]0")
_PADDED = re.compile(r"[0-9]{4}\.0[1-9]")
_BARE = re.compile(r"[0-9]{4}\.[2-9]")
JANUARY, OCTOBER = 1, 10
# So many steps from row to row make an order, where so many times more go in one direction than in the other.
_FEWEST_STEPS, _STEPS_OF_AN_ORDER, _TIMES_MORE = 2, 5, 20
_FEWEST_OF_A_RUN = 6
# months before the delivery that it is about
_WINDOW = 12


@dataclass
class _Months:
    """The months of a column, counted from year 0; ``open`` are the rows that stand for January or October of a year."""

    fixed: dict[int, int]
    open: dict[int, int]
    settled: dict[int, int] = field(default_factory=dict)

    def candidates(self, row: int) -> tuple[int, ...]:
        year = self.open.get(row)
        if year is None:
            return (self.fixed[row],)
        if row in self.settled:
            return (_count(year, self.settled[row]),)
        return (_count(year, JANUARY), _count(year, OCTOBER))


def settle(column: ReadColumn, keys: Sequence[ReadColumn], delivery: str, *, is_text: bool) -> list[int]:
    """Decide the cells of a column of months that could be January or October; return the positions of the Octobers restored.

    Args:
        column: of months. Its texts and failures are changed.
        keys: the other columns of the business key, where the column is part of it; blank where it is not.
        delivery: month of the delivery, ``YYYY-MM``.
        is_text: whether the file is delimited text, where a number cannot be told from a text.
    """
    written = {value: _as_written(value) for value in column.values}
    years = _years_without_zero(written, is_text=is_text)
    if not years:
        return []
    months = _months(column, years, delivery)
    groups = _groups(keys, months) if keys and months.open else []
    _settle_by_neighbours(months, groups)
    _settle_by_writing(months, groups, _by_writing(months, set(written.values())), column, delivery)
    return _write(column, months, years, is_text=is_text)


def _years_without_zero(written: Mapping[Cell, str], *, is_text: bool) -> dict[Cell, int]:
    """Return the years of the cells that may have lost their zero."""
    found = {value for value, text in written.items() if _LOST_ZERO.fullmatch(text)}
    # 2022.70 is 2022.7 with two places; then 2022.10 may be 2022.1 as well
    if is_text and any(map(_TWO_PLACES.fullmatch, written.values())):
        found |= {value for value, text in written.items() if _WITH_ZERO.fullmatch(text)}
    return {value: int(written[value][:4]) for value in found}


def _months(column: ReadColumn, years: Mapping[Cell, int], delivery: str) -> _Months:
    rows = {row: years[value] for row, value in enumerate(column.raw) if value in years}
    may_be_october = {
        year for year in years.values() if column.column.may_lie_ahead or _count(year, OCTOBER) <= _number(delivery)
    }
    is_open = {row: year for row, year in rows.items() if year in may_be_october}
    if not is_open:
        return _Months({}, {})
    fixed = {row: _number(text) for row, text in enumerate(column.texts) if text and row not in rows}
    fixed |= {row: _count(year, JANUARY) for row, year in rows.items() if row not in is_open}
    return _Months(fixed, is_open)


def _as_written(value: Cell) -> str:
    if isinstance(value, str):
        return fold_tight(value)
    return number_text(value) if isinstance(value, int | float) else ""


def _count(year: int, month: int) -> int:
    return year * 12 + month - 1


def _number(text: str) -> int:
    return _count(int(text[:4]), int(text[5:7]))


def _groups(keys: Sequence[ReadColumn], months: _Months) -> list[list[int]]:
    """Return the rows of each key that have a month, in the order of the file."""
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for row in sorted([*months.fixed, *months.open]):
        groups.setdefault(tuple(key.texts[row] for key in keys), []).append(row)
    return list(groups.values())


def _settle_by_neighbours(months: _Months, groups: list[list[int]]) -> None:
    steps = [step for group in groups for step in _steps(months, group)]
    up, down = sum(step.months > 0 for step in steps), sum(step.months < 0 for step in steps)
    direction = 1 if up >= _TIMES_MORE * down else -1 if down >= _TIMES_MORE * up else 0
    is_long = len(steps) >= _STEPS_OF_AN_ORDER
    # a few rows are in order by chance, unless each is of the month after
    has_order = is_long or (len(steps) >= _FEWEST_STEPS and all(step.months == direction * step.rows for step in steps))
    for group in groups:
        if any(row in months.open for row in group):
            by_order = _in_order(months, group, direction, is_long=is_long) if direction and has_order else None
            months.settled.update(_filling_gap(months, group) if by_order is None else by_order)


@dataclass(frozen=True)
class _Step:
    """From one row whose month is known to the next of its key: by how many months, and by how many rows."""

    months: int
    rows: int


def _steps(months: _Months, group: list[int]) -> list[_Step]:
    known = [(place, months.fixed[row]) for place, row in enumerate(group) if row in months.fixed]
    return [_Step(after - before, later - earlier) for (earlier, before), (later, after) in pairwise(known)]


def _in_order(months: _Months, group: list[int], direction: int, *, is_long: bool) -> dict[int, int] | None:
    """Return what the order of the rows decides; None where the other rows stand in no order."""
    spans = _spans([sorted(direction * month for month in months.candidates(row)) for row in group])
    if spans is None:
        certain = [[direction * months.fixed[row]] for row in group if row in months.fixed]
        return None if _spans(certain) is None else {}
    found = {}
    for place, row in enumerate(group):
        if row not in months.open:
            continue
        lowest, highest = spans[place]
        fitting = [month for month in months.candidates(row) if lowest <= direction * month <= highest]
        beside = [month for month in fitting if _is_beside(direction * month, spans, place)]
        decisive = fitting if is_long and len(fitting) == 1 else beside
        if len(decisive) == 1 and (is_long or len(fitting) == 1):
            found[row] = decisive[0] % 12 + 1
    return found


def _spans(candidates: list[list[int]]) -> list[tuple[int, int]] | None:
    """Return the lowest and the highest month of each row by which no row is earlier than the one before it."""
    lowest: list[int] = []
    for months in candidates:
        fitting = [month for month in months if not lowest or month >= lowest[-1]]
        if not fitting:
            return None
        lowest.append(fitting[0])
    highest: list[int] = []
    for months in reversed(candidates):
        highest.append([month for month in months if not highest or month <= highest[-1]][-1])
    return list(zip(lowest, reversed(highest), strict=True))


def _is_beside(month: int, spans: list[tuple[int, int]], place: int) -> bool:
    """Return whether the row before is of the month before, or the row after of the month after."""
    before = spans[place - 1] if place else None
    after = spans[place + 1] if place + 1 < len(spans) else None
    return (before == (month - 1, month - 1)) or (after == (month + 1, month + 1))


def _filling_gap(months: _Months, group: list[int]) -> dict[int, int]:
    """Return the month of the only open row of a key, where it is the only one missing in a long run, whatever their order."""
    fixed = {months.fixed[row] for row in group if row in months.fixed}
    rows = [row for row in group if row in months.open]
    if len(rows) > 1 or len(fixed) < _FEWEST_OF_A_RUN:
        return {}
    gaps = [month for month in months.candidates(rows[0]) if min(fixed) < month < max(fixed) and month not in fixed]
    is_run = max(fixed) - min(fixed) == len(fixed)
    return {rows[0]: gaps[0] % 12 + 1} if is_run and len(gaps) == 1 else {}


def _by_writing(months: _Months, shapes: Iterable[str]) -> int | None:
    """Return the month that the open cells stand for by how other months are written; None where that tells nothing.

    A row decided already can speak against it.
    """
    has_padded, has_bare, keeps_zero, has_two = (
        any(map(shape.fullmatch, shapes)) for shape in (_PADDED, _BARE, _WITH_ZERO, _TWO_PLACES)
    )
    settled = set(months.settled.values())
    if has_padded and not (has_bare or keeps_zero or has_two or JANUARY in settled):
        return OCTOBER
    return JANUARY if keeps_zero and not (has_padded or has_two or OCTOBER in settled) else None


def _settle_by_writing(months: _Months, groups: list[list[int]], month: int | None, column: ReadColumn, delivery: str) -> None:
    """Decide the rest as the column is written, save the rows that something speaks against."""
    if month is None:
        return
    contradicted = {row for group in groups for row in _contradicted(months, group, month)}
    for row in set(months.open) - months.settled.keys() - contradicted:
        # where the delivery is about October, or about a year with October alone, some cells may have kept it and others not
        if month == OCTOBER or not _is_expected(months.open[row], column, delivery):
            months.settled[row] = month


def _contradicted(months: _Months, group: list[int], month: int) -> list[int]:
    """Return the open rows of a key that cannot well be of that month.

    The key has the month already, or a second row that is January or October of the year, or no month of the file is as early
    or late as that, but as the other.
    """
    earliest, latest = min(months.fixed.values(), default=0), max(months.fixed.values(), default=0)
    undecided = [row for row in group if row in months.open and row not in months.settled]
    known = {months.candidates(row)[0] for row in group if row not in undecided}
    years = Counter(months.open[row] for row in undecided)
    other = JANUARY + OCTOBER - month

    def is_contradicted(year: int) -> bool:
        is_outside = not earliest <= _count(year, month) <= latest and earliest <= _count(year, other) <= latest
        return years[year] > 1 or _count(year, month) in known or is_outside

    return [row for row in undecided if is_contradicted(months.open[row])]


def _is_expected(year: int, column: ReadColumn, delivery: str) -> bool:
    """Return whether the delivery should bring rows of October, and should not, or only late, of January."""
    since = _number(delivery) - _count(year, OCTOBER)
    return column.column.key and (since in (0, 1) or since <= _WINDOW < since + OCTOBER - JANUARY)


def _write(column: ReadColumn, months: _Months, years: Mapping[Cell, int], *, is_text: bool) -> list[int]:
    """Put the months into the texts; a cell that stays open is read as it stands only where it was typed as text."""
    octobers = []
    failures = {value: problem for value, problem in column.failures.items() if value not in years}
    for row, value in enumerate(column.raw):
        if value not in years:
            continue
        month = months.settled.get(row)
        is_typed = isinstance(value, str) and not is_text
        if month is None and row in months.open and not is_typed:
            column.texts[row], failures[value] = None, "ambiguous_month"
            continue
        column.texts[row] = f"{years[value]}-{month or JANUARY:02d}-01"
        if month == OCTOBER:
            octobers.append(row)
    column.failures = failures
    return octobers
