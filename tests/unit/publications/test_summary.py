"""A month's publication in a few numbers, and the words in which a run tells them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.command_line.arguments import width
from orchestration.command_line.summary import report_lines
from orchestration.contracts import load_marts
from orchestration.defs.runs import RunReport
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import Publication
from orchestration.publications.summary import summarize
from tests.unit.publishing_samples import MONTH, UNKNOWN_TOWN, household, worker

Publish = Callable[..., Publication]


def figure(name: str, value: int | None, *, is_total: bool = True) -> dict[str, Any]:
    number = None if value is None else Decimal(value)
    return {"town": "全县", "is_total": is_total, "figure": name, "figure_no": 1, "unit": "户", "value": number}


def rows(**figures: int | None) -> dict[str, list[dict[str, Any]]]:
    return {
        "briefing_figures": [
            *(figure(name, value) for name, value in figures.items()),
            figure("warning_red", 99, is_total=False),
        ]
    }


def file(name: str, outcome: str) -> dict[str, Any]:
    return {"file": name, "outcome": outcome}


def review(number: int, decision: str | None) -> dict[str, Any]:
    return {"extract": "water__drinking_water", "file": "a.csv", "row_number": number, "name": "某某", "decision": decision}


def lines(installation: Installation, *publications: Publication, **more: Any) -> list[str]:
    installation.raw.mkdir(exist_ok=True)
    report = RunReport({one.month: one for one in publications}, {}, {one.month: one for one in publications}, **more)
    return list(report_lines(installation, report, [one.month for one in publications]))


FULL = rows(
    warning_red=28, warning_yellow=13, warning_new=3, warning_left=2, income_gaps=18, inclusion_candidates=21
) | {
    "intake_files": [file("a.csv", "accepted"), file("b.csv", "refused"), file("c.csv", "unrecognized"), file("d", "refused")],
    "match_review": [review(1, None), review(2, "同一人"), review(3, None)],
    "warning_list": [household(1), household(2, UNKNOWN_TOWN)],
    "employment_ledger": [worker(1)],
}  # fmt: skip


def test_the_numbers_are_those_of_the_publication(publish: Publish) -> None:
    publication = publish(FULL)
    found = summarize(publication)
    assert (found.red, found.yellow, found.new, found.left, found.undecided) == (28, 13, 3, 2, 18)
    assert (found.candidates, found.matches, found.refused, found.unrecognized) == (21, 2, 2, 1)
    assert found.outside_towns == {"warning_list": 1}
    assert found.workbooks == len(list((publication.folder / "workbooks").iterdir()))
    assert found.page == publication.folder / "site" / "index.html"


def test_the_report_of_a_version_from_before_the_site_is_found(publish: Publish) -> None:
    publication = publish(FULL)
    earlier = publication.folder / "reports"
    (publication.folder / "site").rename(earlier)
    assert summarize(publication).page == earlier / "数据质量报告.html"
    shutil.rmtree(earlier)
    assert summarize(publication).page is None


def test_what_a_month_does_not_tell_is_not_zero(publish: Publish) -> None:
    unknown = summarize(publish(rows(warning_left=None)))
    assert (unknown.red, unknown.left, unknown.undecided) == (None, None, None)
    old = publish(FULL, month="2023-08")
    for mart in ("briefing_figures", "match_review", "intake_files"):
        (old.folder / f"{mart}.parquet").unlink()
    before_these_lists = summarize(old)
    assert (before_these_lists.red, before_these_lists.matches, before_these_lists.refused) == (None, None, None)


def test_one_month_is_told_on_one_screen_the_standing_first(installation: Installation, publish: Publish) -> None:
    told = lines(installation, publish(FULL))
    assert told[1:4] == [
        f"{MONTH}（第1版）",
        "预警名单 41 户：红色 28 户、黄色 13 户；本月新列入 3 户、退出 2 户",
        "收入没有录全、判断不了的 18 户（收入缺录清单），不在预警名单上，也不等于没有风险",
    ]
    order = ["要县乡村振兴局处理：", "应纳未纳线索 21 户", "疑似匹配 2 行", "退回 2 个，认不出 1 个", "预警名单 1 行", "文件："]
    places = [next(number for number, line in enumerate(told) if words in line) for words in order[:-1]]
    assert places == sorted(places) and told.index(order[-1]) > places[-1]
    assert told[-1] == f"  查询库  {installation.current}"
    assert len(told) <= 24 and not any("某某" in line or "户主" in line for line in told)


def test_nothing_to_do_is_said(installation: Installation, publish: Publish) -> None:
    none = rows(warning_red=0, warning_yellow=0, warning_new=0, warning_left=None, income_gaps=0, inclusion_candidates=0)
    told = lines(installation, publish(none))
    assert "预警名单 0 户：红色 0 户、黄色 0 户；本月新列入 0 户、退出 — 户" in told
    assert told[told.index("要县乡村振兴局处理：") + 1] == "  没有"


def test_lists_that_could_not_be_computed_are_counted_and_the_first_named(installation: Installation, publish: Publish) -> None:
    lists = ("employment_ledger", "employment_summary", "public_posts", "training_ledger")
    lacking = dict.fromkeys(lists, "就业名册未报送")
    told = "\n".join(lines(installation, publish(FULL, not_applicable=lacking)))
    assert "算不出的清单 4 份：" in told and load_marts()["employment_ledger"].title in told
    assert "其余见 list_status" in told and load_marts()["training_ledger"].title not in told


def test_several_months_are_a_line_each(installation: Installation, publish: Publish) -> None:
    told = lines(installation, publish(FULL), publish(rows(), month="2023-08"), unchanged=[Month("2023-07")])
    assert told[0].startswith("内容没有变化") and told[0].endswith("2023-07")
    header, july, august = told[2:5]
    assert july.split() == ["2023-07", "28", "13", "3", "2", "18", "21", "2", "3", "0", "1", "第1版"]
    assert august.split()[:8] == ["2023-08", "—", "—", "—", "—", "—", "—", "0"]
    # the columns stand below their headings, signs of two columns counted as such
    assert width(july[: july.index("28")]) == width(header[: header.index("红色")])
    assert max(map(width, (header, july, august))) <= 100


def test_of_many_files_that_are_not_used_the_first_are_named(installation: Installation, publish: Publish) -> None:
    publication = publish(FULL)
    folder = installation.raw / MONTH / "water"
    folder.mkdir(parents=True)
    for number in range(20):
        Path(folder / f"letter{number:02d}.doc").write_bytes(b"x")
    told = lines(installation, publication)
    named = [line for line in told if "letter" in line]
    assert len(named) == 6 and any("另有 14 个" in line for line in told)
    assert told.index("没有采用的文件：") < told.index("文件：")
