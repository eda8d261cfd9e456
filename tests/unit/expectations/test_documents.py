"""Great Expectations' own documents: usable without a network, complete, without a value of the data."""

import json
import re
from pathlib import Path

import pytest

from expectations.documents import write_documents
from expectations.session import ValidationSession
from expectations.suite import SuiteCheck

VALUE = "钱多多一二三"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = ValidationSession()
    session.duckdb.execute(f"create table people as select '{VALUE}' as name, 3 as age union all select '{VALUE}', 4")
    session.define_view("looked_at", "select * from people")
    checks = [
        _check("A01", "select * from {batch} where age < 4", "A01 年龄是否足够？"),
        _check("A02", "select * from {batch} where age < 0", "A02 年龄是否为负？"),
        _check("A03", "select cast(name as integer) from {batch}", "A03 算不成的规则？"),
    ]
    session.judge("looked_at", checks)
    path = tmp_path_factory.mktemp("documents") / "documents" / "2023-08.html"
    write_documents(session.validated, path, "数据逻辑核查执行记录 2023-08")
    return path


def _check(key: str, query: str, description: str) -> SuiteCheck:
    return SuiteCheck(key, "expect_no_unexpected_rows", {"unexpected_rows_query": query}, "warning", description)


def test_the_page_needs_nothing_but_itself(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "http" not in text
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="(?!#)', text) == []


def test_every_rule_stands_on_the_page_with_what_was_found(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    rows = [re.sub(r"\s+", " ", row) for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL) if "？" in row]
    assert [re.search(r"A0\d", row)[0] for row in rows] == ["A01", "A02", "A03"]
    assert ["2 行中 1 行" in row for row in rows] == [True, False, False]
    assert ["2 行中 0 行" in row for row in rows] == [False, True, False]
    assert ["没有算成" in row for row in rows] == [False, False, True]
    assert ["fa-check-circle" in row for row in rows] == [False, True, False]
    assert "&lt;" not in text


def test_the_results_are_kept_as_great_expectations_writes_them(page: Path) -> None:
    results = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["looked_at"]["results"]
    assert [result["success"] for result in results] == [False, True, False]
    assert results[0]["result"] == {"element_count": 2, "unexpected_count": 1, "unexpected_percent": 50.0}


def test_no_value_of_the_data_is_in_them(page: Path) -> None:
    assert VALUE not in page.read_text(encoding="utf-8") + page.with_suffix(".json").read_text(encoding="utf-8")
