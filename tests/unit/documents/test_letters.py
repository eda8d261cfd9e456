from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.contracts import load_county, load_extracts
from orchestration.publications import Publication, changes_by_extract
from tests.unit.publishing_samples import book_of, bytes_of, household, texts

Publish = Callable[..., Publication]

EDUCATION, HOUSING, SETTLEMENT = "education__enrolment", "housing__dwelling_safety", "medical_insurance__settlement"
PAYLOADS = ["=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://x","y")', "http://example.invalid", "{=1}", "007"]


def file(extract: str, number: int = 1, **values: Any) -> dict[str, Any]:
    contract = load_extracts()[extract]
    return {
        "extract": extract,
        "file": f"{contract.department}/{contract.short_name}__{number}.xlsx",
        "sha256": "ab",
        "sheet": "数据",
        "header_row": 3,
        "outcome": "accepted",
        "rows_delivered": 12,
        "rows_loaded": 8,
        "rows_rejected": 2,
        "rows_blank": 1,
        "rows_note": 1,
        **values,
    }


def comparison(extract: str, **values: Any) -> dict[str, Any]:
    numbers = {"rows_received": 10, "rows_rejected": 2, "rows_replaced": 1, "matched_by_id": 3, "matched_by_repair": 1}
    numbers |= {"matched_by_evidence": 1, "to_review": 1, "not_in_roster": 1, "persons": 7, "rows_previous_month": 20}
    return {"extract": extract, **numbers, "status": "compared", **values}


def problem(row: int, extract: str = EDUCATION, **values: Any) -> dict[str, Any]:
    return {
        "extract": extract,
        "file": file(extract)["file"],
        "row_number": row,
        "column_letter": "B",
        "header": "身份证件号",
        "outcome": "row_rejected",
        "message": "缺少证件号码，请补上。",
        **values,
    }


def check(row: int, extract: str = EDUCATION, **values: Any) -> dict[str, Any]:
    return {
        "extract": extract,
        "file": file(extract)["file"],
        "row_number": row,
        "name": "学生甲",
        "masked_document": "440233********0012",
        "id_status": "bad_check_digit",
        "match_method": "repaired_id",
        **values,
    }


def review(row: int, extract: str = EDUCATION, **values: Any) -> dict[str, Any]:
    named = {"extract": extract, "file": file(extract)["file"], "row_number": row, "reason": "same_document_other_name"}
    return {**named, "name": "学生甲", "document_number": "440233198001010013", "candidate_names": "在册乙", **values}


def change(extract: str = EDUCATION, field: str = "", **values: Any) -> dict[str, Any]:
    return {
        "extract": extract,
        "field": field,
        "previous_delivery": dt.date(2023, 6, 1),
        "rows_received": 10,
        "rows_previous_delivery": 20,
        "message": "收到 10 行，上次（2023-06）20 行，减少 50.0%",
        **values,
    }


def letter(published: Publication, extract: str = EDUCATION) -> Path:
    name = load_county().department(load_extracts()[extract].department).name
    return book_of(published.folder, name)


def page(path: Path, name: str) -> Worksheet:
    sheet: Worksheet = openpyxl.load_workbook(path)[name]
    return sheet


def lines(sheet: Worksheet, below: str = "序号") -> list[dict[str, Any]]:
    """Return the rows of a list by header."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == below)
    headers = [str(header) for header in rows[start]]
    return [dict(zip(headers, row, strict=True)) for row in rows[start + 1 :]]


@pytest.fixture
def with_everything(publish: Publish) -> Publication:
    return publish(
        {
            "intake_files": [
                file(EDUCATION),
                file(EDUCATION, 2, outcome="refused", explanation="表头缺少学段。", rows_loaded=0, rows_rejected=5),
                file(HOUSING),
            ],
            "intake_problems": [
                problem(9, outcome="cell_blanked", message="不是金额，请改成数字。"),
                problem(7),
                problem(0, outcome="warned", column_letter="", header="", message="与上次报送内容相同。"),
                problem(4, HOUSING, message="住建的行"),
            ],
            "department_comparison": [
                comparison(EDUCATION, rows_received=15, rows_rejected=7),
                comparison(
                    "education__student_aid", status="not_received", rows_received=0, rows_rejected=0, rows_previous_month=9
                ),
                comparison(HOUSING),
            ],
            "rows_to_check": [
                check(11),
                check(3, match_method=None, id_status="valid", name="学生乙"),
                check(5, HOUSING, name="住户丙"),
            ],
            "match_review": [review(3)],
            "intake_changes": [
                change(),
                change(EDUCATION, "school", field_header="学校名称", message="空白占 50.0%"),
                change(HOUSING),
            ],
        }
    )


def test_the_first_page_says_what_is_to_be_corrected_and_by_when(with_everything: Publication, publish: Publish) -> None:
    path = letter(with_everything)
    names = openpyxl.load_workbook(path).sheetnames
    assert [name for name in ("首页", "回执", "退回与未读", "请核对人员", "说明") if name in names] == names
    shown = [str(cell) for row in page(path, "首页").iter_rows(values_only=True) for cell in row if cell is not None]
    assert "县教育局：" in shown
    assert any("退回的文件和行没有采用" in text for text in shown)
    # something is handed out this month, so there is a day
    due = {"warning_list": [household(1, item_code="warning_list/2023-07/x")]}
    shown = texts(letter(publish(due)))
    assert any("更正、补报的截止日：2023年7月28日" in text for text in shown)


def test_the_account_of_extracts_and_files_adds_up(with_everything: Publication) -> None:
    receipt = page(letter(with_everything), "回执")
    first, second = lines(receipt, "名册")[:2]
    assert (first["状态"], first["文件数"], first["收到行数"], first["退回行数"], first["采用行数"]) == ("已比对", 2, 15, 7, 7)
    parts = ("证件匹配", "纠错匹配", "佐证匹配", "待核实", "不在册")
    assert sum(first[part] for part in parts) == first["采用行数"]
    assert first["变化提示"] == "2项"
    assert (second["状态"], second["收到行数"], second["上月收到行数"]) == ("未报送", "—", 9)
    files = [row for row in receipt.iter_rows(values_only=True) if str(row[0]).endswith(".xlsx")]
    assert [(row[0], row[2], row[9]) for row in files] == [
        ("enrolment__1.xlsx", "接收", 2),
        ("enrolment__2.xlsx", "退回，见“退回与未读”", 5),
    ]


def test_what_goes_back_comes_first_with_place_and_remedy(with_everything: Publication) -> None:
    returned = lines(page(letter(with_everything), "退回与未读"))
    assert [(row["处理"], row["行"], row["列"] or "", row["问题与改法"]) for row in returned] == [
        ("退回", "—", "", "表头缺少学段。"),
        ("整行退回", 7, "B", "缺少证件号码，请补上。"),
        ("单元格按空白处理", 9, "B", "不是金额，请改成数字。"),
        ("提请核对", "—", "", "与上次报送内容相同。"),
    ]


def test_persons_to_check_say_what_contradicts_and_nothing_of_the_roster(with_everything: Publication) -> None:
    path = letter(with_everything)
    undecided, unusable = lines(page(path, "请核对人员"))
    assert (undecided["行"], undecided["姓名"]) == (3, "学生乙")
    assert undecided["请核对什么"] == "与在册人员比对证件相同而姓名不同，不能确定是否同一人"
    assert (unusable["行"], unusable["请核对什么"]) == (11, "证件号码校验码不符")
    assert unusable["证件号码（部分）"] == "440233********0012"
    shown = "\n".join(texts(path))
    assert "在册乙" not in shown
    assert not re.search(r"[0-9]{17}[0-9X]", shown)


def test_a_letter_holds_rows_of_its_own_department_only(with_everything: Publication) -> None:
    education, housing = ("\n".join(texts(letter(with_everything, extract))) for extract in (EDUCATION, HOUSING))
    assert ("学生甲" in education, "住户丙" in education, "住建的行" in education) == (True, False, False)
    assert ("学生甲" in housing, "住户丙" in housing, "住建的行" in housing) == (False, True, True)
    assert "dwelling_safety" not in education


def test_a_department_that_sent_nothing_is_told_so(publish: Publish) -> None:
    path = letter(publish())
    assert any("没有收到的名册请补报" in text for text in texts(path))
    assert [str(page(path, name)["A4"].value) for name in ("退回与未读", "请核对人员")] == ["本月无", "本月无"]


def stranger(path: str, explanation: str = "没有读：文件名认不出。") -> dict[str, Any]:
    unknown = {"extract": None, "file": path, "sha256": None, "header_row": None, "outcome": "unrecognized"}
    return file(EDUCATION, explanation=explanation, rows_loaded=0, rows_rejected=0) | unknown


def test_files_that_belong_to_no_extract_are_told_to_the_department_of_the_folder(publish: Publish) -> None:
    told = "没有读：文件名认不出。应改名为 student_aid__2.csv。"
    published = publish(
        {
            "intake_files": [
                file(EDUCATION),
                stranger("education/student_aid (2).csv", told),
                stranger("教育局/旧/x.csv"),
                stranger("某局/x.csv"),
                stranger("x.csv"),
            ]
        }
    )
    path = letter(published)
    returned = lines(page(path, "退回与未读"))
    assert [(row["名册"], row["文件"], row["处理"]) for row in returned] == [
        ("认不出", "education/student_aid (2).csv", "认不出"),
        ("认不出", "教育局/旧/x.csv", "认不出"),
    ]
    assert returned[0]["问题与改法"] == told
    assert any("认不出的文件和文件夹没有读入" in text for text in texts(path))
    keeper = book_of(published.folder, "县乡村振兴局")
    assert [row["文件"] for row in lines(page(keeper, "退回与未读"))] == ["x.csv", "某局/x.csv"]


def test_nothing_to_mend_is_said_too(publish: Publish) -> None:
    accepted = [
        file(extract, rows_rejected=0, rows_loaded=10)
        for extract, contract in load_extracts().items()
        if contract.department == "education"
    ]
    assert any("没有需要更正或核对的内容" in text for text in texts(letter(publish({"intake_files": accepted}))))


def test_nothing_delivered_becomes_a_formula_or_a_link(publish: Publish) -> None:
    published = publish(
        {
            "intake_files": [
                file(EDUCATION, number, file=f"education/{text}", sheet=text, unknown_columns=text)
                for number, text in enumerate(PAYLOADS)
            ],
            "intake_problems": [problem(row, header=text, message=text) for row, text in enumerate(PAYLOADS, start=1)],
            "rows_to_check": [check(row, name=text, masked_document=text) for row, text in enumerate(PAYLOADS, start=1)],
        }
    )
    path = letter(published)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert not (name.startswith("xl/worksheets/") and (b"<f>" in content or b"<hyperlink r:id" in content))
    assert {row["姓名"] for row in lines(page(path, "请核对人员"))} == set(PAYLOADS)


def test_bytes_depend_on_the_publication_alone(with_everything: Publication, publish: Publish) -> None:
    folder = with_everything.folder
    again = folder.rename(folder.with_name("kept"))
    tables = {"intake_files": [file(EDUCATION)]}
    first = publish(tables).folder
    kept = first.rename(first.with_name("again"))
    assert bytes_of(publish(tables).folder, "workbooks/*.xlsx") == bytes_of(kept, "workbooks/*.xlsx")
    assert again.exists()


def test_pages_are_ready_to_print(with_everything: Publication) -> None:
    for sheet in openpyxl.load_workbook(letter(with_everything)).worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert "办理工作簿（县教育局）2023年7月 第1版" in sheet.oddFooter.left.text


def test_changes_are_counted_by_extract(with_everything: Publication) -> None:
    assert changes_by_extract(with_everything) == {EDUCATION: 2, HOUSING: 1}
    path = with_everything.folder / "intake_changes.parquet"
    path.unlink()
    assert changes_by_extract(with_everything) == {}
