from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.contracts import load_extracts
from orchestration.contracts.extract import normalize_header
from orchestration.documents.review_content import DECISION_EXTRACT
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import land_extract
from orchestration.landing.header import RUNNING_NUMBERS
from orchestration.publications import Publication
from tests.unit.publishing_samples import book_of, bytes_of, header_of, texts

Publish = Callable[..., Publication]

EDUCATION, AID, PENSION = "education__enrolment", "education__student_aid", "human_resources__pension"
ONE, TWO = "1" * 32, "2" * 32
DOCUMENT = "440233198001010013"
PAYLOADS = ["=1+1", "+1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "http://example.invalid", "{=1}"]


def queued(review: str, rank: int, extract: str = EDUCATION, row: int = 7, **values: Any) -> dict[str, Any]:
    contract = load_extracts()[extract]
    named = {"extract": extract, "file": f"{contract.department}/{contract.short_name}.xlsx", "row_number": row}
    return {**named, "review_id": review, "review_rank": rank, "name": "登记甲", "document_number": DOCUMENT, **values}


def candidate(review: str, person: str, **values: Any) -> dict[str, Any]:
    return {
        "review_id": review,
        "person_id": person,
        "reason": "several_persons",
        "name": "在册乙",
        "document_number": DOCUMENT,
        "household_id": "44023310000001",
        "town": "丰城街道",
        "village": "上潭村",
        **values,
    }


def bureau_book(published: Publication) -> Path:
    return book_of(published.folder, "县乡村振兴局")


def page(published: Publication, name: str = "疑似匹配判定") -> Worksheet:
    sheet: Worksheet = openpyxl.load_workbook(bureau_book(published))[name]
    return sheet


def lines(sheet: Worksheet) -> list[dict[str, Any]]:
    columns = header_of(sheet)
    return [
        {header: sheet.cell(row, column).value for header, column in columns.items() if header}
        for row in range(columns[""] + 1, sheet.max_row + 1)
    ]


def decide(sheet: Worksheet, line: int, decision: str, **others: Any) -> None:
    columns = header_of(sheet)
    for header, value in {"判定": decision, "判定日期": dt.date(2023, 7, 28), "判定人": "经办人", **others}.items():
        sheet.cell(columns[""] + line, columns[header]).value = value


def deliver(installation: Installation, book: openpyxl.Workbook) -> Any:
    folder = installation.raw / "2023-08" / "rural_revitalization"
    folder.mkdir(parents=True)
    book.save(folder / "match_decision.xlsx")
    return land_extract(installation, load_extracts()[DECISION_EXTRACT], Month("2023-08"))


def problems_of(installation: Installation) -> list[dict[str, Any]]:
    paths = (installation.landed / "intake_problems").rglob("*.parquet")
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]


@pytest.fixture
def published(publish: Publish) -> Publication:
    return publish(
        {
            "match_review": [
                queued(ONE, 2),
                queued(ONE, 3, AID, 9),
                *[queued(ONE, rank, PENSION, rank) for rank in range(4, 8)],
                queued(TWO, 1, name="登记丙", document_number=None),
            ],
            "match_candidates": [
                candidate(ONE, "P2", name="登记甲", document_number="44023319800101001X"),
                candidate(ONE, "P1", reason="same_document_other_name"),
                candidate(TWO, "P3", reason="probable", document_number=None, village=None),
            ],
        }
    )


def test_one_line_per_identity_and_candidate_in_the_order_of_the_queue(published: Publication) -> None:
    shown = lines(page(published))
    assert [(line["序号"], line["疑似编号"], line["人员编号"], line["疑点"]) for line in shown] == [
        (1, TWO, "P3", "多项信息相近"),
        (2, ONE, "P1", "证件相同而姓名不同"),
        (2, ONE, "P2", "有几人相符"),
    ]
    assert shown[1]["部门和名册"].startswith("县教育局：")
    assert shown[1]["部门和名册"].count("\n") == 1
    assert shown[1]["所在文件和行"].split("\n") == [
        "enrolment.xlsx 第7行",
        "student_aid.xlsx 第9行",
        "pension.xlsx 第4、5、6等4行",
    ]
    assert (shown[1]["登记姓名"], shown[1]["登记证件号码"]) == ("登记甲", DOCUMENT)
    assert (shown[2]["在册证件号码"], shown[2]["户编号"], shown[2]["乡镇"]) == (
        "44023319800101001X",
        "44023310000001",
        "丰城街道",
    )


def test_what_differs_on_the_roster_is_red(published: Publication) -> None:
    sheet = page(published)
    columns = header_of(sheet)
    first = columns[""] + 2
    colours = [
        [sheet.cell(row, columns[header]).font.color.rgb == "FFC00000" for header in ("在册姓名", "在册证件号码")]
        for row in (first, first + 1)
    ]
    assert colours == [[True, False], [False, True]]


def test_a_filled_workbook_is_a_delivery_of_decisions(installation: Installation, published: Publication) -> None:
    book = openpyxl.load_workbook(bureau_book(published))
    decide(book["疑似匹配判定"], 2, "不是同一人", 判定依据="户口簿")
    decide(book["疑似匹配判定"], 3, "同一人")
    landed = deliver(installation, book)
    assert (landed.rows_loaded, landed.rows_rejected, landed.rows_blank) == (2, 0, 1)
    assert (landed.files[0].unknown_columns, problems_of(installation)) == (None, [])
    decisions = pq.read_table(installation.landed_extract(DECISION_EXTRACT, Month("2023-08"))).to_pylist()
    assert [(row["review_id"], row["person_id"], row["decision"], row["decided_on"]) for row in decisions] == [
        (ONE, "P1", "不是同一人", "2023-07-28"),
        (ONE, "P2", "同一人", "2023-07-28"),
    ]
    assert [(row["reason"], row["decided_by"]) for row in decisions] == [("户口簿", "经办人"), (None, "经办人")]


def test_day_and_officer_filled_down_decide_nothing(installation: Installation, published: Publication) -> None:
    book = openpyxl.load_workbook(bureau_book(published))
    for line in (1, 2, 3):
        decide(book["疑似匹配判定"], line, "")
    landed = deliver(installation, book)
    assert (landed.rows_loaded, landed.rows_rejected, landed.rows_blank) == (0, 0, 3)
    assert problems_of(installation) == []


def test_a_decision_without_day_or_officer_goes_back(installation: Installation, published: Publication) -> None:
    book = openpyxl.load_workbook(bureau_book(published))
    decide(book["疑似匹配判定"], 1, "同一人", 判定人=None)
    landed = deliver(installation, book)
    assert (landed.rows_loaded, landed.rows_rejected) == (0, 1)


def test_answers_are_chosen_or_checked(published: Publication) -> None:
    sheet = page(published)
    columns = header_of(sheet)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    first = columns[""] + 1

    def area(header: str) -> str:
        return f"{sheet.cell(first, columns[header]).coordinate}:{sheet.cell(first + 2, columns[header]).coordinate}"

    assert (rules[area("判定")].type, rules[area("判定")].formula1) == ("list", '"同一人,不是同一人"')
    assert (rules[area("判定日期")].type, rules[area("判定日期")].operator) == ("date", "greaterThanOrEqual")


def test_nothing_to_decide_is_said_and_is_no_delivery_of_anything(installation: Installation, publish: Publish) -> None:
    path = bureau_book(publish())
    assert "本月无" in texts(path)
    landed = deliver(installation, openpyxl.load_workbook(path))
    assert (landed.rows_loaded, landed.rows_rejected, landed.files[0].unknown_columns) == (0, 0, None)


def test_bytes_depend_on_the_publication_alone(publish: Publish) -> None:
    rows = {"match_review": [queued(ONE, 1)], "match_candidates": [candidate(ONE, "P1")]}
    first = publish(rows).folder
    kept = first.rename(first.with_name("kept"))
    assert bytes_of(publish(rows).folder, "workbooks/*.xlsx") == bytes_of(kept, "workbooks/*.xlsx")


def test_nothing_delivered_becomes_a_formula_or_a_link(publish: Publish) -> None:
    reviews = {text: f"{number:032d}" for number, text in enumerate(PAYLOADS)}
    rows = [queued(review, rank, name=text, document_number=text) for rank, (text, review) in enumerate(reviews.items())]
    published = publish({"match_review": rows, "match_candidates": [candidate(review, "P1") for review in reviews.values()]})
    with zipfile.ZipFile(bureau_book(published)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert not (name.startswith("xl/worksheets/") and (b"<f>" in content or b"<hyperlink r:id" in content))
    assert [line["登记姓名"] for line in lines(page(published))] == PAYLOADS


def test_the_page_is_ready_to_print_and_says_how_to_return_it(published: Publication) -> None:
    sheet, explained = page(published), page(published, "说明")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == ("landscape", 9, 0)
    assert "办理工作簿（县乡村振兴局）2023年7月 第1版" in sheet.oddFooter.left.text
    words = [str(cell) for row in explained.iter_rows(values_only=True) for cell in row if cell]
    assert any("fangfanpin collect" in text for text in words)
    assert words[words.index("判定") + 1].startswith("留空的行视为没有判定")
    assert {"证件相同而姓名不同", "有几人相符", "同户姓名相近", "多项信息相近"} <= set(words)


def test_the_contract_knows_what_the_sheet_shows_beside_the_answers(published: Publication) -> None:
    decision = load_extracts()[DECISION_EXTRACT]
    shown = {normalize_header(header) for header in header_of(page(published)) if header}
    assert shown - {column.header for column in decision.columns} - RUNNING_NUMBERS == set(decision.list_headers)
