"""Remarks on the cells of a file that is read: what was mended without doubt, and what somebody should look at.

What belongs here: looking through raw and canonical values, column by column. What does not: rejecting, reading.
Each kind of remark is told once per column, with the numbers of the first rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from orchestration.contracts import Column
from orchestration.foundation.characters import has_invisible, has_look_alike, has_other_letters, has_private, is_respelled
from orchestration.landing.cells import Cell, fold_tight, is_shown_as_date, is_spaced_amount, names_its_unit
from orchestration.landing.columns import ReadColumn
from orchestration.landing.grid import Grid, column_letter
from orchestration.landing.header import Header
from orchestration.landing.problems import Outcome, Problem, of_file, rows_named
from orchestration.landing.scales import Scales
from orchestration.landing.shown import MOST_SHOWN

_DAMAGED = re.compile("[?？\ufffd]")
_ALL = re.compile("(?:合计|总计)")
_PART = re.compile("(?:小计|本页计)")
_CENT = Decimal("0.01")


def cell_remarks(
    where: str, columns: Sequence[ReadColumn], numbers: Sequence[int], kept: bytearray, scales: Scales
) -> Iterator[Problem]:
    """Give the remarks on the accepted rows, one per column and kind; ``scales`` are the units of columns not in yuan."""
    for column in columns:
        # what is in one of the texts is in all of them together, of which it is asked once
        together = _together(column.values)
        of_texts = [kind for kind in _text_kinds(column.column) if kind[0](together)]
        texts = [value for value in column.values if isinstance(value, str)] if of_texts else []
        of_cells = _cell_kinds(column.column, has_unit=column.column.name in scales)
        read = [value for value in column.values if value not in column.failures] if of_cells else []
        for kinds, values in ((of_texts, texts), (of_cells, read)):
            for is_meant, outcome, problem, found, mend in kinds:
                meant = {value for value in values if is_meant(value)}
                rows = (
                    number for value, number, keep in zip(column.raw, numbers, kept, strict=True) if keep and value in meant
                )
                if meant and (remark := column.remark(where, rows, outcome, problem, found=found, mend=mend)):
                    yield remark


def october_remarks(
    where: str, octobers: Iterable[tuple[ReadColumn, Sequence[int]]], numbers: Sequence[int], kept: bytearray
) -> Iterator[Problem]:
    """Tell of months whose lost zero the rows around them, or the writing of the others, restored."""
    found, mend = "写成“年份.1”，按同户（同主键）各月的顺序或同列的写法认定为 10 月", "不必处理；建议写成 2023-10 的样子。"
    for column, rows in octobers:
        read = (numbers[row] for row in rows if kept[row])
        if remark := column.remark(where, read, "mended", "october_restored", found=found, mend=mend):
            yield remark


def hidden_remarks(grid: Grid, accepted: Sequence[int]) -> Iterator[Problem]:
    """Tell of accepted rows, by their numbers, that a person who opens the file does not see."""
    if grid.is_hidden and accepted:
        message = f"数据在隐藏的工作表“{grid.sheet}”里，已照常读入。请取消隐藏并核对。"
        yield of_file("hidden_sheet", message)
    rows = [number for number in accepted if number in grid.hidden_rows]
    if rows:
        message = f"有 {len(rows)} 个隐藏的行（{rows_named(rows)}），已照常读入。请取消隐藏或筛选并核对；不该报送的行请删除。"
        yield of_file("hidden_rows", message, row_number=rows[0])


def zero_remarks(
    where: str, grid: Grid, columns: Sequence[ReadColumn], numbers: Sequence[int], kept: bytearray
) -> Iterator[Problem]:
    """Tell of columns whose formulas may never have been calculated; a date cannot be 0, which is told of each cell."""
    for column in columns:
        zeros = grid.doubtful_zeros.get(-1 if column.position is None else column.position, ())
        if zeros and column.column.type not in ("date", "month"):
            rows = (number for number, keep in zip(numbers, kept, strict=True) if keep and number in zeros)
            found = "是公式，保存的结果全部是 0，可能没有计算过，已按 0 读入"
            mend = "请用 WPS 或 Excel 打开文件，核对并保存后重新报送；确实都是 0 的不必处理。"
            if remark := column.remark(where, rows, "warned", "formulas_all_zero", found=found, mend=mend):
                yield remark


def unknown_columns(where: str, header: Header, row_number: int) -> Iterator[Problem]:
    """Tell of columns that the contract does not know."""
    positions = list(header.strangers)
    for position in positions[:MOST_SHOWN]:
        text, letter = header.strangers[position], column_letter(position)
        place = f"{where}第 {row_number} 行 {letter} 列"
        if text:
            message = f"{place}“{text}”不在约定的列中，没有采用。需要采用的请告知乡村振兴部门；否则不必处理。"
        else:
            message = f"{place}写的不是约定的列名（可能是填写的内容，不照录），该列没有采用。"
            message += "填写的内容请移到表头以下；确是列名的请按约定改写。"
        yield Problem(row_number, "", letter, text, "warned", "unknown_column", message)
    if more := positions[MOST_SHOWN:]:
        letter = column_letter(more[0])
        message = f"{where}第 {row_number} 行 {letter} 列起另有 {len(more)} 格不是约定的列名，都没有采用。"
        message += "请核对表头和换行后重新报送。"
        yield Problem(row_number, "", letter, "", "warned", "unknown_column", message)


def total_remarks(
    where: str, body: Sequence[Sequence[Cell]], numbers: Sequence[int], columns: Sequence[ReadColumn], data: Sequence[int]
) -> Iterator[Problem]:
    """Tell of sums below the data that are not the sums of the rows above them; ``data`` are the rows that hold data."""
    is_data = set(data)
    totals = [(index, found) for index in range(len(body)) if index not in is_data and (found := _label(body[index]))]
    for column in columns:
        if totals and column.column.type == "money" and column.position is not None:
            yield from _wrong_totals(where, numbers, column, data, totals)


def _label(row: Sequence[Cell]) -> str | None:
    for cell in row[:4]:
        if isinstance(cell, str):
            found = fold_tight(cell)
            if _ALL.match(found):
                return "all"
            if _PART.match(found):
                return "part"
    return None


def _wrong_totals(
    where: str, numbers: Sequence[int], column: ReadColumn, data: Sequence[int], totals: Sequence[tuple[int, str]]
) -> Iterator[Problem]:
    before = -1
    for index, label in totals:
        written = column.texts[index]
        rows = [row for row in data if row < index]
        whole = sum((Decimal(column.texts[row] or 0) for row in rows), Decimal())
        since = sum((Decimal(column.texts[row] or 0) for row in rows if row > before), Decimal())
        sums = {since} if label == "part" else {whole, since}
        before = index
        if written is not None and all(abs(Decimal(written) - found) > _CENT for found in sums):
            name = "小计" if label == "part" else "合计"
            message = (
                f"{where}第 {numbers[index]} 行 {column.letter} 列“{column.title}”的{name}与上面各行之和不一致，"
                "各行已照常读入。请核对是否漏行、多行或数字有误。"
            )
            yield column.problem(numbers[index], "warned", "total_differs", message)


def header_remarks(where: str, grid: Grid, header: Header) -> Iterator[Problem]:
    """Tell of headers with characters that nobody sees, or that only look like others, or that nobody else knows."""
    for index in range(header.index + 1 - header.rows, header.index + 1):
        row, row_number = grid.rows[index], grid.row_numbers[index]
        cells = [(column_letter(position), cell) for position, cell in enumerate(row) if isinstance(cell, str)]
        place = f"{where}第 {row_number} 行的表头里，"
        mended = [letter for letter, cell in cells if has_invisible(cell) or has_look_alike(cell)]
        if mended:
            message = f"{place}{'、'.join(mended)} 列的列名夹有看不见或形同而编码不同的字符，已按看到的列名读入。"
            yield of_file("invisible_characters", f"{message}不必处理；建议重新录入列名。", "mended", row_number)
        if doubtful := [letter for letter, cell in cells if has_private(cell)]:
            message = f"{place}{'、'.join(doubtful)} 列的列名含自造字，别的电脑上看不出是什么字。请用国标字库的字形录入列名。"
            yield of_file("doubtful_characters", message, row_number=row_number)


def _together(values: Collection[Cell]) -> str:
    try:
        return "".join(values)  # type: ignore[arg-type]  # the cells of a delimited file are all texts
    except TypeError:
        return "".join(value for value in values if isinstance(value, str))


def _is_doubtful_name(value: str) -> bool:
    return has_private(value) or bool(_DAMAGED.search(value))


def _is_doubtful(value: str) -> bool:
    return has_private(value) or "\ufffd" in value


def _is_doubtful_identifier(value: str) -> bool:
    return _is_doubtful(value) or has_other_letters(value)


_Kind = tuple[Callable[[Any], bool], Outcome, str, str, str]
_INVISIBLE: _Kind = (
    has_invisible,
    "mended",
    "invisible_characters",
    "文字中夹有看不见的字符，已去掉",
    "不必处理；建议从源系统重新导出，或在单元格里重新录入。",
)
_LOOK_ALIKE: _Kind = (
    has_look_alike,
    "mended",
    "look_alike_characters",
    "夹有形同汉字的部首或旧编码的字，已换成通用的汉字",
    "不必处理；建议从源系统重新导出，或在单元格里重新录入。",
)
_RESPELLED: _Kind = (
    is_respelled,
    "mended",
    "look_alike_characters",
    "夹有全角的字母、数字或形同而编码不同的字符，已换成通用的写法",
    "不必处理；建议用半角字符录入号码。",
)
_DOUBTFUL_NAME: _Kind = (
    _is_doubtful_name,
    "warned",
    "doubtful_name",
    "疑似乱码（含问号或自造字），已照原样读入",
    "请核对姓名用字；生僻字请用国标字库的字形录入。",
)
_DOUBTFUL: _Kind = (
    _is_doubtful,
    "warned",
    "doubtful_characters",
    "疑似乱码（含自造字），已照原样读入，可能与别处的写法对不上",
    "请核对后用国标字库的字形录入。",
)
_OWN_UNIT: _Kind = (
    names_its_unit,
    "warned",
    "unit_in_cell",
    "自带单位，与该列注明的单位重复或不同，已按单元格里的单位读入",
    "请核对金额，并只在一处注明单位。",
)
_SHOWN_AS_DATE: _Kind = (
    is_shown_as_date,
    "warned",
    "date_in_text",
    "是日期格式，已照日期读作文字",
    "不是日期的（如 3-5、1/2 被自动改成日期）请把该列设为文本格式、重新录入后报送；确是日期的不必处理。",
)
_SPACED_AMOUNT: _Kind = (
    is_spaced_amount,
    "warned",
    "spaced_amount",
    "的数字中间有空格，已当作千分位读入",
    "请核对是否为一个金额；是的请去掉空格，不是的请分开填写后重新报送。",
)
_DOUBTFUL_IDENTIFIER: _Kind = (
    _is_doubtful_identifier,
    "warned",
    "doubtful_characters",
    "疑似乱码或错字（含自造字，或形同英文字母的外文字母），已照原样读入，可能与别处的写法对不上",
    "请核对后用半角的字母、数字和国标字库的字形录入。",
)
_KINDS_OF_TYPE: dict[str, tuple[_Kind, ...]] = {
    "text": (_INVISIBLE, _LOOK_ALIKE),
    "code": (_INVISIBLE, _LOOK_ALIKE, _DOUBTFUL),
    "person_name": (_INVISIBLE, _LOOK_ALIKE, _DOUBTFUL_NAME),
    "id": (_INVISIBLE, _DOUBTFUL),
}


def _text_kinds(column: Column) -> tuple[_Kind, ...]:
    if column.identifier:
        return (_INVISIBLE, _RESPELLED, _DOUBTFUL_IDENTIFIER)
    kinds = _KINDS_OF_TYPE.get(column.type, (_INVISIBLE,))
    return (*kinds, _DOUBTFUL) if column.key and column.type == "text" else kinds


def _cell_kinds(column: Column, *, has_unit: bool) -> tuple[_Kind, ...]:
    """Return the kinds that are asked of each cell, as a cell is more than the characters in it."""
    if column.type == "money":
        return (_SPACED_AMOUNT, _OWN_UNIT) if has_unit else (_SPACED_AMOUNT,)
    return (_SHOWN_AS_DATE,) if column.type in ("text", "code") else ()
