"""Lost digits: numbers that identify something and of which a spreadsheet or a floating-point number has cut the end.

What belongs here: which cells of a column are cut, which rows can no longer be told apart, what is told of them. What does not:
reading cells; a key that is cut for certain is not read at all.
A number in scientific notation is cut for certain. One of sixteen digits or more that ends in zeros may be right; a column full
of them is not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from orchestration.contracts import ExtractContract
from orchestration.landing.cells import DIGITS_LOST, Cell, has_lost_digits, normalize_name
from orchestration.landing.columns import ReadColumn
from orchestration.landing.problems import Problem, of_file

MEND = "请把该列设为文本格式、填入完整号码后重新报送；csv 请从源系统重新导出，不要用表格软件打开后另存。"

# A spreadsheet keeps so many digits of a number; nothing is numbered with more than the second.
_KEPT_DIGITS, _MOST_DIGITS = 15, 40
_SAMPLE, _NEARLY_ALL = 50, 0.9
# So many digits that look rounded, in all the numbers of a column together, happen once in a million by chance.
_ENOUGH_DIGITS = 6.0
# Fewer cells are no column.
_FEWEST_CELLS = 3


@dataclass(frozen=True)
class Loss:
    """What a column has lost.

    Attributes:
        cut: raw values that are cut for certain.
        rows: indexes of the rows of data that hold one of them, or one that is cut because the whole column is.
        indistinct: indexes of otherwise accepted rows of which the key does not tell any more which is which.
    """

    column: ReadColumn
    cut: frozenset[Cell]
    rows: Sequence[int]
    indistinct: Sequence[int]

    def rejections(self, where: str, numbers: Sequence[int], kept: bytearray) -> Iterator[Problem]:
        """Tell of the indistinct rows; they are to be set aside, or the last one would stand for all of them."""
        for index in self.indistinct:
            if kept[index]:
                place = f"{where}第 {numbers[index]} 行 {self.column.letter} 列“{self.column.title}”"
                message = f"{place}的末几位数字已经丢失，与其他行分不开，本行未读入。{MEND}"
                yield self.column.problem(numbers[index], "row_rejected", DIGITS_LOST, message)

    def remarks(self, where: str, numbers: Sequence[int], kept: bytearray) -> Iterator[Problem]:
        """Tell of accepted rows whose number is cut, or seems to be."""
        column = self.column
        rows = [index for index in self.rows if kept[index] and column.texts[index] is not None]
        cut = (numbers[index] for index in rows if column.raw[index] in self.cut)
        found = "是数字格式或科学记数法，末几位已经丢失，不能用于比对"
        if remark := column.remark(where, cut, "warned", DIGITS_LOST, found=found, mend=MEND):
            yield remark
        rounded = (numbers[index] for index in rows if column.raw[index] not in self.cut)
        found = f"超过 {_KEPT_DIGITS} 位，末几位像是被舍入过的，已照原样读入"
        mend = f"请与源系统核对，号码本来如此的不必处理；确已丢失的，{MEND}"
        if remark := column.remark(where, rounded, "warned", DIGITS_LOST, found=found, mend=mend):
            yield remark

    def column_remark(self, where: str, data: Sequence[int]) -> Problem | None:
        """Tell once that most numbers of a column are cut, where there is no doubt about it."""
        column = self.column
        filled = sum(column.texts[index] is not None or column.raw[index] in self.cut for index in data)
        is_certain = bool(self.cut or self.indistinct)
        if not is_certain or len(self.rows) < _FEWEST_CELLS or 2 * len(self.rows) <= filled:
            return None
        left = len({column.raw[index] for index in self.rows})
        message = (
            f"{where}{column.letter} 列“{column.title}”有 {filled} 个号码，其中 {len(self.rows)} 个丢失了末几位数字，"
            f"只剩 {left} 种，分不清是谁的。{MEND}"
        )
        return of_file("column_digits_lost", message)


def losses(contract: ExtractContract, columns: Sequence[ReadColumn], data: Sequence[int], kept: bytearray) -> Iterator[Loss]:
    """Give what columns of numbers have lost; ``data`` are the rows that hold data, ``kept`` has 1 for accepted rows."""
    for column in columns:
        if column.column.may_lose_digits:
            cut, rounded = _cut(column), _rounded(contract, columns, column, data)
            if cut or rounded:
                rows = [index for index in data if column.raw[index] in cut or column.texts[index] in rounded]
                groups = _indistinct(contract, columns, column, [index for index in rows if kept[index]])
                yield Loss(column, cut, rows, sorted(index for group in groups for index in group))


def _cut(column: ReadColumn) -> frozenset[Cell]:
    if column.column.type == "id":
        return frozenset(filter(has_lost_digits, column.values))
    return frozenset(value for value, problem in column.failures.items() if problem == DIGITS_LOST)


def _rounded(
    contract: ExtractContract, columns: Sequence[ReadColumn], column: ReadColumn, data: Sequence[int]
) -> dict[str, float]:
    """Return the numbers of a column that is rounded, with how many digits each seems to have lost; none of another column."""
    sample = list(islice(_long_numbers(column.texts), _SAMPLE))
    if 2 * sum(_digits_rounded(number) > 0 for number in sample) <= len(sample):
        return {}
    every = Counter(_long_numbers(column.texts))
    rounded = {number: digits for number in every if (digits := _digits_rounded(number)) > 0}
    groups = _indistinct(contract, columns, column, [index for index in data if column.texts[index] in rounded])
    fallen_together = sum(rounded[column.texts[index] or ""] for group in groups for index in group[1:])
    nearly_all = sum(every[number] for number in rounded) >= _NEARLY_ALL * every.total()
    is_rounded = nearly_all and sum(rounded.values()) + fallen_together >= _ENOUGH_DIGITS
    return rounded if is_rounded else {}


def _long_numbers(texts: Iterable[str | None]) -> Iterator[str]:
    return (text for text in texts if text and _KEPT_DIGITS < len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit())


def _digits_rounded(number: str) -> float:
    """Return how many of the last digits are what rounding makes of any number: zeros, or those of a floating-point number."""
    if not number[_KEPT_DIGITS:].strip("0"):
        return len(number) - _KEPT_DIGITS
    nearest = float(number)
    return math.log10(math.ulp(nearest)) if int(nearest) == int(number) and math.ulp(nearest) > 1 else 0


def _indistinct(
    contract: ExtractContract, columns: Sequence[ReadColumn], column: ReadColumn, rows: Iterable[int]
) -> list[list[int]]:
    """Return the rows that have one key but do not speak of the same, key by key."""
    if not column.column.key:
        return []
    keys = [other.texts for other in columns if other.column.key]
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for index in rows:
        groups.setdefault(tuple(texts[index] for texts in keys), []).append(index)
    return [group for group in groups.values() if len({_subject(contract, columns, column, index) for index in group}) > 1]


def _subject(
    contract: ExtractContract, columns: Sequence[ReadColumn], column: ReadColumn, index: int
) -> tuple[str | None, ...]:
    """Return what tells rows of one key apart: of a document the name beside it, of anything else the whole row."""
    if column.column.type == "id" and contract.subject:
        names = (other.texts[index] for other in columns if other.column.name == contract.subject.name)
        return tuple(normalize_name(name or "") for name in names)
    return tuple(other.texts[index] for other in columns)
