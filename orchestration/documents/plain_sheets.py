"""Sheets of a workbook that are read, or begun with nothing: results of answers, new reports, explanations."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_range_abs

from orchestration.adapters.xlsxwriter_rows import BlockWorksheet
from orchestration.contracts import ExtractContract, load_code_lists
from orchestration.documents.answers import AnswerSheet, batch_code
from orchestration.documents.book_content import BookContent
from orchestration.documents.facts import ANSWER_RESULT, PRIVACY, WAIVED_UNTIL
from orchestration.documents.stationery import (
    ANSWER_COLOUR,
    ANSWER_HEADER_COLOUR,
    FAINT_COLOUR,
    HEAD_FONT,
    RED,
    WARNING_COLOUR,
    Stationery,
    lines_of,
)
from orchestration.documents.tables import NUMBER_FORMATS, TableColumn, write_headers, write_rows
from orchestration.foundation.handed_out import EXPLAINED, LEADS, RECEIPTS

NOTHING_THIS_MONTH = "本月无"
REPORT_EXTRACT = "rural_revitalization__town_report"

_NAME_WIDTH, _TEXT_WIDTH = 22, 78
_EMPTY_ROWS = 40
_REPORT_WIDTHS = {"situation": 36.0, "head_id_number": 20.0, "phone": 13.0, "household_id": 16.0, "report_kind": 13.0}
_FATE_COLOURS = {"没有采用": RED}

# Each a heading and pairs of a name and a text.
Sections = Sequence[tuple[str, Sequence[tuple[str, str]]]]


def write_receipts(sheet: BlockWorksheet, content: BookContent, look: Stationery) -> None:
    """Write what became of every answer that came back, those without effect first."""
    facts = content.facts
    rows = sorted(content.receipts, key=lambda row: (row["has_effect"] is not False, row["file"], row["row_number"] or 0))

    def texts(name: str) -> list[str]:
        return [facts.text(name, "text", row[name]) for row in rows]

    columns = [
        TableColumn("序号", "integer", 5.0, range(1, len(rows) + 1)),
        TableColumn(
            "结果", "text", 9.0, ["没有采用" if row["has_effect"] is False else "已采用" for row in rows], colours=_FATE_COLOURS
        ),
        TableColumn("户主", "text", 9.0, [row["name"] or row["head_name"] or "" for row in rows]),
        TableColumn("清单", "text", 18.0, texts("list"), is_left=True),
        TableColumn("你单位的答复", "text", 15.0, texts("result")),
        TableColumn("反馈日期", "date", 11.0, [row["answered_on"] for row in rows]),
        TableColumn("处理结果和怎样重填", "text", 62.0, texts("explanation"), is_left=True),
        TableColumn("所在文件", "text", 24.0, [row["file"].rpartition("/")[2] for row in rows], is_left=True),
        TableColumn("工作表", "text", 12.0, [row.get("sheet") or "" for row in rows]),
        TableColumn("行", "integer", 6.0, [row["row_number"] for row in rows]),
    ]
    title = (
        f"{content.recipient.name}{content.edition.month_words}{RECEIPTS}（{len(rows)}条，没有采用 {content.not_accepted}条）"
    )
    note = "上次交回的每一条答复在这里都有结果。没有采用的没有起作用：请按“处理结果和怎样重填”在本期工作簿里重填。"
    write_listing(sheet, look, title, note, columns)


def write_listing(sheet: BlockWorksheet, look: Stationery, title: str, note: str, columns: Sequence[TableColumn]) -> None:
    """Write a table that is only read, with a title and a note above, ready to be filtered and printed."""
    last = len(columns) - 1
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
    look.set_page(sheet)
    sheet.set_row(0, 30)
    look.write_across(sheet, 0, (0, last), title, look.title(18))
    width = sum(column.width for column in columns)
    sheet.set_row(1, 14 * lines_of(note, width * 0.95) + 4)
    look.write_across(sheet, 1, (0, last), note, look.format(font_size=10, align="left", text_wrap=True))
    write_headers(sheet, look, 2, columns)
    write_rows(sheet, look, 3, columns)
    count = len(columns[0].values)
    if count:
        sheet.autofilter(2, 0, 2 + count, last)
    else:
        sheet.set_row(3, 24)
        look.write_across(sheet, 3, (0, last), NOTHING_THIS_MONTH, look.format(border=1, align="center"))
    sheet.freeze_panes(3, 0)
    sheet.print_area(0, 0, 2 + max(count, 1), last)


def write_leads(
    sheet: BlockWorksheet, content: BookContent, look: Stationery, contract: ExtractContract, password: str
) -> None:
    """Write the sheet in which a town reports households and changes: headers, rules and empty rows, the town filled in."""
    columns = [column for column in contract.columns if column.name != "town"]
    columns = [contract.column("town"), *columns]
    last = len(columns) - 1
    look.set_page(sheet)
    sheet.set_row(0, 30)
    title = f"{content.recipient.name}{content.edition.month_words}{LEADS}"
    look.write_across(sheet, 0, (0, last), title, look.title(18))
    required = "、".join(column.header for column in contract.required_columns)
    note = f"走访中新发现的困难户、在册户的家庭变化，一户一行；必须填：{required}。"
    note += "交回后列入乡村振兴局的核实清单，处理结果见下期工作簿。"
    sheet.set_row(1, 32)
    look.write_across(
        sheet, 1, (0, last), note, look.format(font_size=10, align="left", text_wrap=True, font_color=WARNING_COLOUR)
    )
    sheet.set_row(2, 32)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, _REPORT_WIDTHS.get(column.name, 11.0))
        colour = ANSWER_HEADER_COLOUR if column.required or column.name == "town" else "#F7F1DD"
        sheet.write_string(2, position, column.header, look.header(colour))
        kind = column.type if column.type in NUMBER_FORMATS else "text"
        style = look.format(
            border=1, num_format=NUMBER_FORMATS[kind], align="center", text_wrap=True, bg_color=ANSWER_COLOUR, locked=False
        )
        locked = look.format(border=1, num_format="@", align="center")
        for row in range(3, 3 + _EMPTY_ROWS):
            if column.name == "town":
                sheet.write_string(row, position, content.recipient.name, locked)
            else:
                sheet.write_blank(row, position, None, style)
        if column.code_list and column.name != "town":
            values = [code.value for code in load_code_lists()[column.code_list].values]
            sheet.data_validation(3, position, 2 + _EMPTY_ROWS, position, {"validate": "list", "source": values})
        if column.type == "date":
            rule = {
                "validate": "date",
                "criteria": ">=",
                "value": content.edition.month.previous.first_day,
                "error_title": column.header,
                "error_message": f"请填日期，写成 {content.edition.month}-25 的样子。",
            }
            sheet.data_validation(3, position, 2 + _EMPTY_ROWS, position, rule)
    faint = look.format(num_format="@", font_color=FAINT_COLOUR, font_size=9)
    sheet.set_column(last + 2, last + 2, 40, None, {"hidden": True})
    sheet.write_string(0, last + 2, batch_code(content.edition, content.recipient), faint)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    sheet.print_area(0, 0, 2 + _EMPTY_ROWS, last)
    AnswerSheet(sheet, look, content.facts, content.edition, content.recipient).protect(password)


def write_explained(sheet: BlockWorksheet, content: BookContent, look: Stationery, further: Sections = ()) -> str:
    """Write what the lists and columns mean, and ``further`` sections.

    Returns:
        The cells that hold the possible results of an answer, as the source of a drop-down.
    """
    facts = content.facts
    shown = [facts.marts[one.plan.mart] for one in content.sheets]
    sections = [
        ("怎样填写", _how_to_answer(content)),
        (
            "当月标准",
            [(facts.labels.label("parameter", line["parameter"]), facts.line_words(line)) for line in content.income_lines],
        ),
        ("各清单", [(mart.title, f"{mart.description}。依据：{mart.source}。") for mart in shown]),
        *further,
        ("各列含义", _meanings(content)),
        ("使用范围", [("", f"{PRIVACY}；不得张贴或转给无关人员。")]),
    ]
    first = write_sections(sheet, look, EXPLAINED, sections[:1])
    below = _write_section(
        sheet, first, look, f"{facts.answer_header(ANSWER_RESULT)}可选值", [(one, "") for one in facts.answer_results]
    )
    row = below
    for heading, entries in sections[1:]:
        row = _write_section(sheet, row, look, heading, entries)
    return f"={EXPLAINED}!{xl_range_abs(below - len(facts.answer_results), 0, below - 1, 0)}"


def _how_to_answer(content: BookContent) -> list[tuple[str, str]]:
    facts = content.facts
    result, until = facts.answer_header(ANSWER_RESULT), facts.answer_header(WAIVED_UNTIL)
    return [
        (
            "填哪里",
            f"核实后填写浅黄色各列；“{result}”从下拉框选择，可选值见下表。其余各列不能改；发现登记有误的，写在“说明”里。",
        ),
        ("一行管几项", "“待办”一行的答复对该行列出的全部事项有效；各事项结果不同的，到各清单页分别填写，以清单页为准。"),
        (
            until,
            f"“{result}”选豁免的，在该事项所在的清单页填，写明豁免到哪个月为止，"
            f"如 {content.edition.month[:4]}-12，并在“说明”里写理由；其余不填。",
        ),
        ("已整改", "改好后选“已整改”，先显示为“待验证”；下次报送的数据里不再有，才算消除，仍然有的算复现。"),
        ("怎样报回", "填好后保存，文件名改不改都可以，按首页的时间和地点交回；尚未核实的留空，下次再报。"),
        ("结果在哪里看", f"下期工作簿的“{RECEIPTS}”逐条写明是否采用；没有采用的请重填。"),
    ]


def _meanings(content: BookContent) -> list[tuple[str, str]]:
    """Return what the columns of the lists mean, each meaning once."""
    meanings: dict[tuple[str, str], None] = {}
    for one in content.sheets:
        fields = content.facts.fields_of(one.plan.mart)
        for name in one.plan.shown:
            meanings[fields[name].label, _without_codes(content, name, fields[name].description)] = None
    return list(meanings)


def _without_codes(content: BookContent, name: str, text: str) -> str:
    """Return the meaning of a column without the codes, which officers do not see."""
    for code in sorted(content.facts.labels.of(name), key=len, reverse=True):
        text = text.replace(f"{code} ", "")
    return text


def write_sections(sheet: BlockWorksheet, look: Stationery, title: str, sections: Sections) -> int:
    """Write the sheet that explains something, section by section; return the row below."""
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    look.set_page(sheet, is_landscape=False)
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, 1, title, look.title(16))
    row = 1
    for heading, entries in sections:
        row = _write_section(sheet, row, look, heading, entries)
    return row


def _write_section(sheet: BlockWorksheet, row: int, look: Stationery, heading: str, entries: Sequence[tuple[str, str]]) -> int:
    """Write a heading and its table; return the row below."""
    sheet.set_row(row, 28)
    sheet.write_string(row, 0, heading, look.format(font_name=HEAD_FONT, font_size=12))
    style = look.format(border=1, text_wrap=True, num_format="@", align="left", indent=1)
    for number, (name, text) in enumerate(entries, start=row + 1):
        sheet.set_row(number, max(20, 14 * max(lines_of(text, _TEXT_WIDTH - 3), lines_of(name, _NAME_WIDTH - 3)) + 6))
        sheet.write_string(number, 0, name, style)
        sheet.write_string(number, 1, text, style)
    return row + len(entries) + 1
