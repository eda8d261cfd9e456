"""The bureau's sheets on what a new version of a month says otherwise than the one before, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from orchestration.contracts import MartContract, load_publication_lists, load_traces, mart_fields
from orchestration.documents.comparison import DIFFERENCES, WARNING_LIST, Comparison
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.documents.stationery import Stationery, lines_of

CHANGES = ("added", "removed", "changed")

_COLUMNS = (
    ("mart", 14), ("change", 7), ("town", 9), ("village", 9), ("household_id", 15), ("head_name", 9), ("person_id", 17),
    ("item", 12), ("column_name", 13), ("value_before", 13), ("value_after", 13), ("cause", 11), ("explanation", 70),
)  # fmt: skip
_LINE = 13


def write_differences_sheets(
    sheets: Sequence[Worksheet], edition: Edition, facts: Facts, comparison: Comparison, look: Stationery
) -> None:
    """Write the sheets of a version that replaces another.

    Args:
        sheets: three: for the warning list, which is read first; for the other lists; for how many there are.
        edition: the new version.
        facts: of ``config/``.
        comparison: what it says otherwise than the version before.
        look: of the workbook.
    """
    contract = load_publication_lists()[DIFFERENCES]
    title = f"{facts.county.name}{edition.month_words}{contract.title}（第{edition.version}版与第{comparison.replaced}版）"
    rows = comparison.rows.to_pylist()
    names = Names(facts, contract)
    first = [row for row in rows if row["mart"] == WARNING_LIST]
    others = [row for row in rows if row["mart"] != WARNING_LIST]
    for sheet, shown in zip(sheets, (first, others), strict=False):
        _write_sheet(sheet, look, (title, edition.data_words), names, shown)
    _write_summary(sheets[2], look, title, names, rows)


class Names:
    """The Chinese of what a difference holds."""

    def __init__(self, facts: Facts, contract: MartContract) -> None:
        """Begin with the facts of ``config/`` and the contract of the differences."""
        self._facts = facts
        self._contract = contract
        self._fields = mart_fields(contract, dict(facts.fields))

    def header(self, name: str) -> str:
        """Return the Chinese header of a column of ``publication_differences``."""
        return self._fields[name].label

    def label(self, name: str, value: str) -> str:
        """Return the Chinese of a coded value of such a column; the value itself where there is none."""
        return self._facts.labels.label(name, value)

    def text(self, row: Mapping[str, Any], name: str) -> str:
        """Return what stands in the cell of a row and column; empty where there is nothing to say."""
        value = row[name]
        if not value:
            return ""
        if name == "column_name":
            return str(self._field(row["mart"], value).label)
        if name == "item":
            traced = load_traces().lists.get(row["mart"])
            return self.label(traced.item, value) if traced and traced.item else str(value)
        if name in ("value_before", "value_after"):
            kind = self._field(row["mart"], row["column_name"]).type
            if kind == "boolean":
                return self._facts.labels.boolean(value == "true")
            return str(value)[:7] if kind == "month" else self.label(row["column_name"], value)
        return self.label(name, value) if name in ("mart", "change", "cause") else str(value)

    def _field(self, mart: str, column: str) -> Any:
        return mart_fields(self._facts.marts[mart], dict(self._facts.fields))[column]


def _write_sheet(
    sheet: Worksheet, look: Stationery, heading: tuple[str, str], names: Names, rows: list[Mapping[str, Any]]
) -> None:
    (title, state), last = heading, len(_COLUMNS) - 1
    for position, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(position, position, width)
    look.set_page(sheet)
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, last, title, look.title(18))
    counts = Counter(row["change"] for row in rows)
    said = "、".join(f"{names.label('change', change)} {counts[change]} 条" for change in CHANGES if counts[change])
    sheet.set_row(1, 20)
    sheet.merge_range(1, 0, 1, last, f"{state}　{said or '没有差异'}", look.format(font_size=11, align="left", text_wrap=True))
    sheet.set_row(2, 30)
    for position, (name, _) in enumerate(_COLUMNS):
        sheet.write_string(2, position, names.header(name), look.header())
    centred = look.format(border=1, align="center", text_wrap=True, num_format="@")
    sentence = look.format(border=1, align="left", text_wrap=True, num_format="@")
    for number, row in enumerate(rows, start=3):
        lines = 1
        for position, (name, width) in enumerate(_COLUMNS):
            text = names.text(row, name)
            sheet.write_string(number, position, text, sentence if name == "explanation" else centred)
            lines = max(lines, lines_of(text, width))
        sheet.set_row(number, max(22, _LINE * lines + 6))
    if rows:
        sheet.autofilter(2, 0, 2 + len(rows), last)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)


def _write_summary(sheet: Worksheet, look: Stationery, title: str, names: Names, rows: list[Mapping[str, Any]]) -> None:
    """Write how many differences each list has, by change and by cause."""
    marts = list(dict.fromkeys(row["mart"] for row in rows))
    causes = [cause for cause, _ in Counter(row["cause"] for row in rows).most_common()]
    headers = [names.header("mart"), *(names.label("change", change) for change in CHANGES), "合计"]
    headers += [names.label("cause", cause) for cause in causes]
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, len(headers), 12)
    look.set_page(sheet)
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, max(1, len(headers) - 1), f"{title}汇总", look.title(16))
    for position, header in enumerate(headers):
        sheet.write_string(1, position, header, look.header())
    style = look.format(border=1, align="center", num_format="0")
    for number, mart in enumerate(marts, start=2):
        own = [row for row in rows if row["mart"] == mart]
        sheet.write_string(number, 0, names.label("mart", mart), look.format(border=1, align="left", num_format="@"))
        figures = [sum(row["change"] == change for row in own) for change in CHANGES]
        figures += [len(own), *(sum(row["cause"] == cause for row in own) for cause in causes)]
        for position, figure in enumerate(figures, start=1):
            sheet.write_number(number, position, figure, style)
