"""``fangfanpin collect``: workbooks that were handed out say themselves whose they are; who has not returned one is told."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from orchestration.contracts import load_county, load_extracts
from orchestration.deliveries.collection import (
    Collection,
    Fate,
    carry_out,
    collection_lines,
    plan_collection,
    returned_recipients,
)
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import land_extract

MONTH = Month("2023-08")
FEEDBACK, REPORT = (load_extracts()[f"rural_revitalization__{name}"] for name in ("feedback", "town_report"))
TOWNS = [town.name for town in load_county().towns]
DEPARTMENT = load_county().department("civil_affairs")
Rows = Sequence[Sequence[object]]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    (tmp_path / "raw").mkdir()
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "received").mkdir()
    return tmp_path / "received"


@pytest.fixture
def collect(installation: Installation, folder: Path) -> Callable[[], Collection]:
    return lambda: carry_out(plan_collection(installation, folder, MONTH))


def answer(code: str, *, is_filled_in: bool = True) -> list[object]:
    values = {"item_code": code}
    if is_filled_in:
        values |= {"result": "已整改", "answered_on": "2023-07-25"}
    return [values.get(column.name, "") for column in FEEDBACK.columns]


def book(
    recipient: str,
    *answers: list[object],
    month: str = "2023-07",
    reports: Rows = (),
    lists: Sequence[str] = ("待办", "预警名单"),
) -> bytes:
    """Return a workbook as it comes back: 首页, lists, 新发现线索."""
    batch = f"fangfanpin/{month}/v01/{recipient}"
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as written:
        front = written.add_worksheet("首页")
        front.write(0, 0, f"{month} 办理工作簿")
        front.write(4, 12, batch)
        for number, name in enumerate(lists):
            sheet = written.add_worksheet(name)
            sheet.write(0, 30, batch)
            sheet.write_row(2, 0, [column.header for column in FEEDBACK.columns])
            for row, cells in enumerate(answers[number::2], start=3):
                sheet.write_row(row, 0, cells)
        leads = written.add_worksheet("新发现线索")
        leads.write(0, 30, batch)
        leads.write_row(2, 0, [column.header for column in REPORT.columns])
        for row, cells in enumerate([*reports, [recipient]], start=3):
            leads.write_row(row, 0, cells)
    return stream.getvalue()


def placed(installation: Installation, collection: Collection) -> dict[str, str]:
    delivery = installation.raw / MONTH
    return {item.name: item.target.relative_to(delivery).as_posix() for item in collection.items if item.target}


def said(collection: Collection) -> dict[str, str]:
    return {item.name: item.said for item in collection.items}


def test_a_workbook_is_placed_by_the_name_of_its_recipient(
    installation: Installation, folder: Path, collect: Callable[[], Collection]
) -> None:
    report = [TOWNS[0], "新屋村", "新发现困难户", "", "某某", "", "", "住院", "", "2023-07-25", ""]
    (folder / "微信文件(1).xlsx").write_bytes(book(TOWNS[0], answer("a"), answer("b"), reports=[report]))
    (folder / "民政回.xlsx").write_bytes(book(DEPARTMENT.code, answer("c")))
    done = collect()
    assert placed(installation, done) == {
        "微信文件(1).xlsx": f"rural_revitalization/feedback__{TOWNS[0]}.xlsx",
        "民政回.xlsx": f"rural_revitalization/feedback__{DEPARTMENT.name}.xlsx",
    }
    assert set(said(done).values()) == {""}
    assert returned_recipients(installation, done) == {TOWNS[0], DEPARTMENT.name}
    assert land_extract(installation, FEEDBACK, MONTH).rows_loaded == 3
    assert land_extract(installation, REPORT, MONTH).rows_loaded == 1
    again = collect()
    assert {item.fate for item in again.items} == {Fate.THERE}
    assert returned_recipients(installation, again) == {TOWNS[0], DEPARTMENT.name}


def test_a_workbook_put_into_the_delivery_by_hand_is_its_recipients_by_its_code(
    installation: Installation, folder: Path
) -> None:
    delivery = installation.raw / MONTH / "rural_revitalization"
    delivery.mkdir(parents=True)
    (delivery / "feedback__x.xlsx").write_bytes(book(TOWNS[0], answer("a")))
    (delivery / "feedback__y.xlsx").write_bytes(book("外县某镇", answer("a")))
    (delivery / f"feedback__{TOWNS[1]}.xlsx").write_bytes(b"")
    plan = plan_collection(installation, folder, MONTH)
    assert returned_recipients(installation, plan) == {TOWNS[0], TOWNS[1]}


def test_the_code_goes_before_what_name_and_title_say(
    installation: Installation, folder: Path, collect: Callable[[], Collection]
) -> None:
    (folder / f"{TOWNS[1]}.xlsx").write_bytes(book(TOWNS[0], answer("a")))
    assert placed(installation, collect()) == {f"{TOWNS[1]}.xlsx": f"rural_revitalization/feedback__{TOWNS[0]}.xlsx"}


def test_two_of_one_recipient_are_both_placed_and_told(
    installation: Installation, folder: Path, collect: Callable[[], Collection]
) -> None:
    (folder / "a.xlsx").write_bytes(book(TOWNS[0], answer("a")))
    (folder / "b.xlsx").write_bytes(book(TOWNS[0], answer("b")))
    done = collect()
    place = f"rural_revitalization/feedback__{TOWNS[0]}"
    assert placed(installation, done) == {"a.xlsx": f"{place}.xlsx", "b.xlsx": f"{place}_2.xlsx"}
    assert f"{TOWNS[0]}还有 a.xlsx" in said(done)["b.xlsx"]
    (folder / "a.xlsx").unlink()
    (folder / "b.xlsx").write_bytes(book(TOWNS[0], answer("c")))
    assert f"feedback__{TOWNS[0]}_2.xlsx" in said(collect())["b.xlsx"]


@pytest.mark.parametrize(
    ("month", "fate", "words"),
    [
        ("2023-07", Fate.PLACED, ""),
        ("2023-08", Fate.PLACED, ""),
        ("2023-06", Fate.PLACED, "是 2023-06 下发的，晚交"),
        ("2023-09", Fate.LEFT, "收取到 2023-10 的报送"),
    ],
)
def test_the_month_that_was_handed_out(
    month: str, fate: Fate, words: str, folder: Path, collect: Callable[[], Collection]
) -> None:
    (folder / "a.xlsx").write_bytes(book(TOWNS[0], answer("a"), month=month))
    [item] = collect().items
    assert item.fate is fate
    assert (words in item.said) if words else not item.said


def test_a_recipient_that_is_none_of_the_county_is_told_without_a_name(folder: Path, collect: Callable[[], Collection]) -> None:
    (folder / "a.xlsx").write_bytes(book("外县某镇", answer("a")))
    [item] = collect().items
    assert item.fate is Fate.LEFT
    assert "不是下发给本县的" in item.said
    assert "外县某镇" not in item.said


def test_nothing_filled_in_is_told(folder: Path, collect: Callable[[], Collection]) -> None:
    (folder / "a.xlsx").write_bytes(book(TOWNS[0], answer("a", is_filled_in=False)))
    (folder / "b.xlsx").write_bytes(book(TOWNS[1], lists=()))
    done = collect()
    assert {item.fate for item in done.items} == {Fate.PLACED}
    assert all("一行都没有填写" in words for words in said(done).values())
    report = [TOWNS[1], "新屋村", "", "", "某某", "", "", "住院", "", "2023-07-25", ""]
    (folder / "b.xlsx").write_bytes(book(TOWNS[1], lists=(), reports=[report]))
    assert "没有填写" not in said(collect())["b.xlsx"]


def test_a_workbook_without_a_list_to_fill_in_need_not_come_back(folder: Path, collect: Callable[[], Collection]) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as written:
        written.add_worksheet("首页").write(0, 9, f"fangfanpin/2023-07/v01/{TOWNS[0]}")
    (folder / "a.xlsx").write_bytes(stream.getvalue())
    [item] = collect().items
    assert item.fate is Fate.LEFT
    assert "没有要填写的清单" in item.said


def test_the_delivery_itself_says_what_has_come_back(installation: Installation, folder: Path) -> None:
    for name in (
        f"feedback__{TOWNS[0]}_2.xlsx",
        f"feedback__{TOWNS[1]}_{DEPARTMENT.name}.xlsx",
        f"feedback__{TOWNS[2]}村.xlsx",
    ):
        path = installation.raw / MONTH / "rural_revitalization" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    plan = plan_collection(installation, folder, MONTH)
    assert returned_recipients(installation, plan) == {TOWNS[0], TOWNS[1], DEPARTMENT.name}
    assert not any("新发现线索报告" in line for line in collection_lines(installation, plan))  # nobody has to send it
