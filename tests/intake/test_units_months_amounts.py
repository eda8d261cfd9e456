"""Units, months and amounts in other spellings: the value that was meant, or a line that says where it is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from bad_files import HEADERS, MONTH, ROW, Door, csv_of, repacked, row, xlsx_of

from orchestration.contracts import load_extracts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import LandingResult, land_extract

INCOMES = ["户编号", "所属月份", "工资性收入", "生产经营性收入", "生产经营性支出", "财产性收入", "转移性收入"]
AMOUNTS = INCOMES[2:]
WINDOW = [*(f"2022-{month:02d}" for month in range(7, 13)), *(f"2023-{month:02d}" for month in range(1, 7))]
Table = Sequence[Sequence[Any]]


@dataclass
class Incomes:
    """The door at which the incomes of eight households arrive; H1 has 1201 yuan of wages and 35.5 yuan transferred a month."""

    installation: Installation

    def land(self, rows: Table | bytes, name: str = "income_expense.csv", month: str = MONTH) -> LandingResult:
        path = self.installation.raw / month / "rural_revitalization" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rows if isinstance(rows, bytes) else csv_of(rows))
        return land_extract(self.installation, CONTRACT, Month(month))

    def rows(self, month: Month = MONTH) -> list[dict[str, Any]]:
        return pq.read_table(self.installation.landed_extract(CONTRACT.extract, month)).to_pylist()

    def told(self, month: Month = MONTH) -> list[dict[str, Any]]:
        return pq.read_table(self.installation.landed_account("intake_problems", CONTRACT.extract, month)).to_pylist()

    def codes(self, month: Month = MONTH) -> set[tuple[str, str]]:
        return {(problem["outcome"], problem["problem"]) for problem in self.told(month)}

    def are_as_meant(self) -> bool:
        found = {(row["household_id"], row["wage_income"], row["transfer_income"]) for row in self.rows()}
        return found == {(f"H{number}", f"{1200 + number}.00", "35.50") for number in range(1, 9)}

    def refusal(self, rows: Table | bytes, name: str = "income_expense.csv") -> str:
        (file,) = self.land(rows, name).files
        assert file.outcome == "refused"
        assert file.reason
        assert "请" in file.reason
        return file.reason


CONTRACT = load_extracts()["rural_revitalization__income_expense"]


@pytest.fixture
def incomes(tmp_path: Path) -> Incomes:
    return Incomes(Installation.at(tmp_path / "raw", tmp_path / "marts"))


def in_yuan(amount: float) -> str:
    return f"{amount:g}"


def in_ten_thousands(amount: float) -> str:
    return f"{amount / 10000:.6g}"


def households(spell: Callable[[float], Any] = in_ten_thousands) -> list[list[Any]]:
    nothing = spell(0)
    return [
        [f"H{number}", month, spell(1200 + number), nothing, nothing, nothing, spell(35.5)]
        for number in range(1, 9)
        for month in WINDOW
    ]


def headers(beside: Callable[[str], str]) -> list[str]:
    return [beside(header) if header in AMOUNTS else header for header in INCOMES]


# --- 71: a unit that is certain


@pytest.mark.parametrize(
    "note",
    [
        "单位：户、万元",
        "单位（万元）",
        "单位：人民币万元",
        "（万元）",
        "[万元]",
        "万元",
        "单位：萬元",
        "單位：萬圓",
        "单位：10000元",
        "单位：10,000元",
        "计量单位 万元",
        "金额单位：万元",
        "单 位 ： 万 元",
        "单位：户/人/万元",
        "单位：户、口、万元",
        "单位：人民币（万元）",
        "单位：万元（人民币）",
        "币种：人民币　单位：万元",
        "填报单位：县民政局　　单位：万元",
        "单位：万元　　填报日期：2023年7月5日",
        "家庭收入支出登记表（单位：万元）",
        "家庭收入支出登记表（万元）",
        "本表金额以万元为单位",
        "金额均为万元",
        "除特别注明外，金额单位均为人民币万元",
        "Unit: RMB 10,000",
    ],
)
def test_case_71_unit_above_the_header(incomes: Incomes, note: str) -> None:
    incomes.land([["家庭收入支出登记", "", "", "", "", "", note], INCOMES, *households()])
    assert incomes.are_as_meant()
    assert incomes.codes() == {("mended", "unit_converted")}
    (problem,) = incomes.told()
    assert "C、D、E、F、G 列的金额单位是" in problem["message"]
    assert "（第 1 行 G 列注明），已乘以 10,000 换算成元" in problem["message"]


@pytest.mark.parametrize(
    "beside",
    [
        "{}/万元",
        "{}（万元）",
        "{}[万元]",
        "{}【万元】",
        "{},万元",
        "{}万元",
        "{}\n万元",
        "{}（单位：万元）",
        "{}(人民币万元)",
        "(万元){}",
        "{}（萬元）",
        "{}(万)",
        "{}金额（万元）",
        "{}（10000元）",
        "{}（以万元计）",
        "{}（万元/月）",
    ],
)
def test_case_71_unit_in_the_headers(incomes: Incomes, beside: str) -> None:
    incomes.land([headers(beside.format), *households()])
    assert incomes.are_as_meant()
    problems = [(problem["column_letter"], problem["outcome"], problem["problem"]) for problem in incomes.told()]
    assert problems == [(letter, "mended", "unit_converted") for letter in "CDEFG"]


UNITS = ["", "", *["万元"] * 5]


@pytest.mark.parametrize(
    "above",
    [
        [INCOMES, UNITS],
        [INCOMES, ["", "年月", *["（万元）"] * 5]],
        [INCOMES, [""], UNITS],
        [INCOMES, ["单位：万元"]],
        [INCOMES, ["", "", "", "", "单位：万元"]],
        [UNITS, INCOMES],
        [[*INCOMES, "单位：万元"]],
        [["单位：万元"], ["家庭收入支出登记"], [], INCOMES],
        [["币种", "人民币", "单位：", "万元"], INCOMES],
        [["", "", "收入（万元）", "", "支出（万元）", "收入（万元）", ""], INCOMES],
        [["户编号", "所属月份", "收入支出（万元）", "", "", "", ""], ["", "", *AMOUNTS]],
    ],
)
def test_case_71_unit_around_the_header(incomes: Incomes, above: Table) -> None:
    result = incomes.land([*above, *households()])
    assert incomes.are_as_meant()
    assert ("mended", "unit_converted") in incomes.codes()
    assert result.rows_rejected == 0


@pytest.mark.parametrize("note", ["注：金额单位为万元", "单位：万元", "以上金额以万元为单位", "说明：1.本表金额单位：万元。"])
@pytest.mark.parametrize("position", [0, 4])
def test_case_71_unit_below_the_data(incomes: Incomes, note: str, position: int) -> None:
    result = incomes.land([INCOMES, *households(), [], [""] * position + [note]])
    assert incomes.are_as_meant()
    assert [(problem["row_number"], problem["problem"]) for problem in incomes.told()] == [(99, "unit_converted")]
    assert (result.rows_note, result.rows_rejected) == (1, 0)


def test_case_71_unit_in_the_name_of_the_file(incomes: Incomes) -> None:
    rows = [INCOMES, *households(lambda amount: amount / 10000)]
    incomes.land(xlsx_of(rows), "income_expense__丰城街道（万元）.xlsx")
    assert incomes.are_as_meant()
    assert "文件名注明" in incomes.told()[0]["message"]


@pytest.mark.parametrize("name", ["万元", "收支（万元）", "收支（单位：万元）"])
def test_case_71_unit_in_the_name_of_the_sheet(incomes: Incomes, name: str) -> None:
    rows = [INCOMES, *households(lambda amount: amount / 10000)]
    renamed = repacked(xlsx_of(rows), {"xl/workbook.xml": lambda part: part.replace("数据".encode(), name.encode())})
    incomes.land(renamed, "income_expense.xlsx")
    assert incomes.are_as_meant()
    assert "工作表名称注明" in incomes.told()[0]["message"]


@pytest.mark.parametrize(
    ("unit", "spell"),
    [
        ("百元", lambda amount: f"{amount / 100:.6g}"),
        ("千元", lambda amount: f"{amount / 1000:.6g}"),
        ("仟元", lambda amount: f"{amount / 1000:.6g}"),
        ("十万元", lambda amount: f"{amount / 100000:.8g}"),
        ("亿元", lambda amount: f"{amount / 10**8:.12f}"),
        ("角", lambda amount: f"{amount * 10:g}"),
        ("分", lambda amount: f"{amount * 100:g}"),
    ],
)
def test_case_71_other_scales(incomes: Incomes, unit: str, spell: Callable[[float], str]) -> None:
    incomes.land([headers(lambda header: f"{header}（{unit}）"), *households(spell)])
    assert incomes.are_as_meant()


def test_case_71_each_column_in_its_own_unit(incomes: Incomes) -> None:
    units = dict(zip(AMOUNTS, ["万元", "元", "元", "元", "元"], strict=True))
    rows = [[*cells[:2], in_ten_thousands(float(cells[2])), *cells[3:]] for cells in households(in_yuan)]
    labelled = headers(lambda header: f"{header}（{units[header]}）")
    for above in (
        [["单位：元、万元"], labelled],
        [["单位：元；其中工资性收入单位：万元"], INCOMES],
        [["单位：元"], ["工资性收入以万元计"], INCOMES],
    ):
        incomes.land([*above, *rows])
        assert incomes.are_as_meant()
        assert [problem["column_letter"] for problem in incomes.told()] == ["C"]


def test_case_71_column_that_names_the_unit_of_each_row(incomes: Incomes) -> None:
    incomes.land([[*INCOMES, "单位"], *([*cells, "万元"] for cells in households())])
    assert incomes.are_as_meant()
    incomes.land([[*INCOMES, "单位"], *([*cells, "某镇政府"] for cells in households(in_yuan))])
    assert incomes.are_as_meant()
    assert ("mended", "unit_converted") not in incomes.codes()


def test_case_71_sums_are_converted_with_their_columns(incomes: Incomes) -> None:
    total = ["合计", "", in_ten_thousands(12 * sum(1200 + number for number in range(1, 9)))]
    incomes.land([["单位：万元"], INCOMES, *households(), total])
    assert incomes.codes() == {("mended", "unit_converted")}


@pytest.mark.parametrize("spell", ["{0:.6g}万", "{0:.6g}万元", "{1:g}元"])
def test_case_71_unit_in_a_cell_beside_that_of_the_column(incomes: Incomes, spell: str) -> None:
    incomes.land([["单位：万元"], INCOMES, *households(lambda amount: spell.format(amount / 10000, amount))])
    assert incomes.are_as_meant()
    assert incomes.codes() == {("mended", "unit_converted"), ("warned", "unit_in_cell")}


PROSE = [
    "填报单位：县民政局　　填报日期：2023年7月9日",
    "填报单位：元善镇　单位：元",
    "填报单位：万元村委会",
    "总投资 300 万元",
    "人均收入低于1万元的户",
    "是否有万元以上存款",
    "万元户名册",
    "十万元以上大额支出",
    "投资额（万元）：300",
    "补助标准：5万元/户",
    "贷款5万元以下、3年期以内",
    "单位：户、人、元",
    "单位：人民币元",
    "单位：元（保留两位小数）",
    "单位：元/人·月",
    "金额以元为单位",
    "人均收入（元）",
]


@pytest.mark.parametrize("text", PROSE)
def test_case_71_prose_is_no_unit(incomes: Incomes, text: str) -> None:
    incomes.land([[text, "", ""], INCOMES, *households(in_yuan), [f"注：{text}"]])
    assert incomes.are_as_meant()
    assert incomes.codes() == set()


def test_case_71_unit_of_another_column_or_of_no_amount(incomes: Incomes, door: Door) -> None:
    incomes.land([["贷款余额单位：万元"], [*INCOMES, "贷款余额"], *([*cells, "3"] for cells in households(in_yuan))])
    assert incomes.are_as_meant()
    assert incomes.codes() == {("warned", "unknown_column")}
    without = [header for header in HEADERS if header != "金额"]
    cells = [cell for header, cell in zip(HEADERS, ROW, strict=True) if header != "金额"]
    assert door.land("aid.csv", csv_of([["单位：万元"], without, cells])).rows_loaded == 1
    assert door.problems() == []


# --- 72: a unit that is in doubt


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ([["单位：元、万元"], INCOMES], "前后不一"),
        ([["单位：万元"], ["家庭收入支出登记表（元）"], INCOMES], "前后不一"),
        ([["单位：万元"], headers(lambda header: f"{header}（元）")], "前后不一"),
        ([["单位：元"], headers(lambda header: f"{header}（万元）")], "前后不一"),
        ([["单位：万元"], [*INCOMES[:6], "转移性收入（元）"]], "前后不一"),
        ([[*INCOMES[:6], "转移性收入（万元）"]], "却没有注明"),
        ([INCOMES, ["", "", "万元", "", "", "", ""]], "却没有注明"),
        ([["", "", "收入（万元）", "", "支出", "收入", ""], INCOMES], "却没有注明"),
        ([headers(lambda header: f"{header}（万元，保留4位）")], "说不清"),
        ([["单位：户、万"], INCOMES], "说不清"),
        ([["（10000元）"], INCOMES], "说不清"),
        ([["单位：分"], INCOMES], "说不清"),
        ([["单位：万美元"], INCOMES], "不能换算"),
        ([["万元增收计划户登记"], INCOMES], "像是不以元填写"),
    ],
)
def test_case_72_notes_that_settle_nothing(incomes: Incomes, above: Table, said: str) -> None:
    assert said in incomes.refusal([*above, *households()])
    assert incomes.rows() == []


@pytest.mark.parametrize("place", ["banner", "header", "below"])
def test_case_72_amounts_that_speak_against_the_note(incomes: Incomes, place: str) -> None:
    rows = households(lambda amount: f"{amount:,.2f}")
    table = {
        "banner": [["单位：万元"], INCOMES, *rows],
        "header": [headers(lambda header: f"{header}（万元）"), *rows],
        "below": [INCOMES, *rows, ["注：金额单位为万元"]],
    }
    assert "像是本来就以元填写" in incomes.refusal(table[place])


def test_case_72_one_amount_in_yuan_among_others(incomes: Incomes) -> None:
    assert "像是本来就以元填写" in incomes.refusal([["单位：万元"], INCOMES, *households()[:-1], households(in_yuan)[-1]])


def test_case_72_parts_of_a_table_in_other_units(incomes: Incomes) -> None:
    first, second = households()[:48], households(in_yuan)[48:]
    assert "前后不一" in incomes.refusal([["单位：万元"], INCOMES, *first, ["单位：元"], INCOMES, *second])
    scaled, plain = headers(lambda header: f"{header}（万元）"), headers(lambda header: f"{header}（元）")
    assert "前后不一" in incomes.refusal([scaled, *first, plain, *second])
    rows = [[*cells, "万元"] for cells in first] + [[*cells, "元"] for cells in second]
    assert "前后不一" in incomes.refusal([[*INCOMES, "单位"], *rows])


def test_case_72_explaining_sheet(incomes: Incomes) -> None:
    rows = [INCOMES, *households(lambda amount: amount / 10000)]
    book = xlsx_of(rows, others={"说明": [["1. 金额单位：万元。"]]})
    assert "工作表“说明”" in incomes.refusal(book, "income_expense.xlsx")


def test_case_72_word_for_a_unit_that_need_not_be_one(incomes: Incomes) -> None:
    incomes.land([["万元增收计划户登记"], INCOMES, *households(in_yuan)])
    assert incomes.are_as_meant()
    assert incomes.codes() == {("warned", "unit_unclear")}


# --- 73: amounts of another scale


@pytest.mark.parametrize(("factor", "times"), [(0.0001, "10,000 分之一"), (0.01, "100 分之一"), (1000, "1,000 倍")])
def test_case_73_month_before(incomes: Incomes, factor: float, times: str) -> None:
    incomes.land([INCOMES, *households(in_yuan)], month=Month("2023-06"))
    incomes.land([INCOMES, *households(lambda amount: f"{amount * factor:.6f}")])
    assert incomes.codes() == {("warned", "amounts_of_other_scale")}
    (wages,) = (problem for problem in incomes.told() if problem["column_letter"] == "C")
    assert f"与 2023-06 报送相比，中位数约为 {times}" in wages["message"]


def test_case_73_remark_follows_the_month_before(incomes: Incomes) -> None:
    incomes.land([INCOMES, *households(in_ten_thousands)], month=Month("2023-06"))
    incomes.land([INCOMES, *households(in_yuan)])
    assert incomes.codes() == {("warned", "amounts_of_other_scale")}
    incomes.land([INCOMES, *households(in_yuan)], month=Month("2023-06"))
    assert not land_extract(incomes.installation, CONTRACT, MONTH).was_unchanged
    assert incomes.codes() == {("warned", "same_file_before")}


def test_case_73_other_files_of_the_month(incomes: Incomes) -> None:
    incomes.land([INCOMES, *households(in_yuan)], "income_expense__1.csv")
    incomes.land([INCOMES, *households(lambda amount: f"{amount / 100:g}")], "income_expense__2.csv")
    told = {(problem["file"][-5:-4], problem["column_letter"]): problem["message"] for problem in incomes.told()}
    assert set(told) == {("1", "C"), ("1", "G"), ("2", "C"), ("2", "G")}
    assert "与本月其他文件相比，中位数约为 100 倍" in told["1", "C"]
    assert "与本月其他文件相比，中位数约为 100 分之一" in told["2", "C"]


def test_case_73_first_delivery_without_any_note(incomes: Incomes) -> None:
    incomes.land([INCOMES, *households(in_ten_thousands)])
    assert [(problem["row_number"], problem["problem"]) for problem in incomes.told()] == [(0, "amounts_of_other_scale")]
    incomes.land([INCOMES, *households(lambda amount: f"{amount * 100:g}")])
    assert {problem["column_letter"] for problem in incomes.told()} == {"C"}


def test_case_73_few_amounts_and_ordinary_changes_are_not_told(incomes: Incomes) -> None:
    incomes.land([INCOMES, *households(in_yuan)], month=Month("2023-06"))
    incomes.land([INCOMES, *households(lambda amount: f"{amount * 30:g}")])
    assert incomes.codes() == set()
    incomes.land([INCOMES, *households(in_ten_thousands)[:4]])
    assert incomes.codes() == set()


# --- 74: October without its zero


def bare(month: str) -> str:
    """Write a month as the number does: October loses its zero."""
    return f"{month[:4]}.{int(month[5:])}".removesuffix("0")


def padded(month: str) -> str:
    return month.replace("-", ".").removesuffix("0")


def window_before(delivery: str, length: int = 12) -> list[str]:
    end = int(delivery[:4]) * 12 + int(delivery[5:]) - 1
    return [f"{count // 12}-{count % 12 + 1:02d}" for count in range(end - length, end)]


def in_months(spell: Callable[[str], Any], meant: Sequence[tuple[str, str]]) -> list[list[Any]]:
    return [[household, spell(month), "1200", "0", "0", "0", "0"] for household, month in meant]


def landed_months(incomes: Incomes, delivery: str) -> list[tuple[str, str]]:
    return [(row["household_id"], row["income_month"][:7]) for row in incomes.rows(delivery)]


def by_household(months: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"H{number}", month) for number in range(1, 9) for month in months]


@pytest.mark.parametrize("delivery", ["2023-07", "2023-11", "2023-01", "2022-11", "2023-10"])
@pytest.mark.parametrize("spell", [bare, padded, lambda month: float(bare(month)), lambda month: float(padded(month))])
@pytest.mark.parametrize("order", ["up", "down", "by month"])
def test_case_74_order_of_the_rows_decides(incomes: Incomes, delivery: str, spell: Callable[[str], Any], order: str) -> None:
    months = window_before(delivery)
    meant = by_household(months if order == "up" else months[::-1])
    meant = sorted(meant, key=lambda pair: pair[1]) if order == "by month" else meant
    rows = [INCOMES, *in_months(spell, meant)]
    is_book = isinstance(rows[1][1], float)
    incomes.land(xlsx_of(rows) if is_book else csv_of(rows), f"income_expense.{'xlsx' if is_book else 'csv'}", delivery)
    assert landed_months(incomes, delivery) == meant
    assert incomes.codes(delivery) == {("mended", "october_restored")}
    assert "认定为 10 月" in incomes.told(delivery)[0]["message"]


def shuffled(months: Sequence[str]) -> list[str]:
    return [*months[::2], *months[1::2]][::-1]


def test_case_74_gap_decides_where_rows_stand_in_no_order(incomes: Incomes) -> None:
    meant = by_household(shuffled(window_before(MONTH)))
    incomes.land([INCOMES, *in_months(bare, meant)])
    assert landed_months(incomes, MONTH) == meant
    assert incomes.codes() == {("mended", "october_restored")}


def test_case_74_january_and_october_in_no_order_are_told(incomes: Incomes) -> None:
    meant = by_household(shuffled(window_before("2023-11")))
    result = incomes.land([INCOMES, *in_months(bare, meant)], month=Month("2023-11"))
    assert result.rows_rejected == 16
    assert ("row_rejected", "ambiguous_month") in incomes.codes(Month("2023-11"))
    assert set(landed_months(incomes, "2023-11")) < set(meant)


def test_case_74_late_row_at_the_end_is_told(incomes: Incomes) -> None:
    rows = in_months(bare, [*by_household(window_before(MONTH)), ("H1", "2022-01")])
    incomes.land([INCOMES, *[cells for cells in rows if cells[:2] != ["H1", "2022.1"]], rows[-1]])
    # January 2022 delivered late, or the October that is missing: the order of the file speaks for neither
    assert ("row_rejected", "ambiguous_month") in incomes.codes()
    assert ("H1", "2022-10") not in landed_months(incomes, MONTH)


@pytest.mark.parametrize(("delivery", "is_january"), [("2022-12", True), ("2022-11", False), ("2023-07", False)])
def test_case_74_zero_that_is_kept_tells_january(incomes: Incomes, delivery: str, is_january: bool) -> None:
    meant = [("H1", "2022-01"), ("H2", "2022-10"), ("H3", "2021-12")]
    incomes.land([INCOMES, *in_months(lambda month: f"{month[:4]}.{int(month[5:])}", meant)], month=delivery)
    # where October is expected and January is not, a cell without its zero stays in doubt beside one that kept it
    assert landed_months(incomes, delivery) == (meant if is_january else meant[1:])
    assert incomes.codes(delivery) == (set() if is_january else {("row_rejected", "ambiguous_month")})


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("two of one household", ["2022.1", "2022.3", "2022.2", "2022.1"]),
        ("January is there", ["2022-01", "2022.3", "2022.2", "2022.1"]),
        ("no month is as early", ["2022.9", "2022.11", "2022.8", "2022.1"]),
    ],
)
def test_case_74_zero_that_another_hand_kept_tells_nothing(incomes: Incomes, why: str, rows: Sequence[str]) -> None:
    """One household's months were typed as text, where 2022.10 keeps its zero; the other's were numbers."""
    others = ["2022.11", "2022.10", "2022.9"] if why == "no month is as early" else ["2022.10", "2022.3"]
    written = [*(("H2", month) for month in others), *(("H1", month) for month in rows)]
    incomes.land([INCOMES, *([household, month, "1200", "0", "0", "0", "0"] for household, month in written)])
    in_doubt = {row for row, (household, month) in enumerate(written, start=2) if (household, month) == ("H1", "2022.1")}
    assert {problem["row_number"] for problem in incomes.told() if problem["problem"] == "ambiguous_month"} == in_doubt


def test_case_74_october_would_lie_ahead(incomes: Incomes) -> None:
    incomes.land([INCOMES, *in_months(lambda month: "2023.1", [("H1", "2023-01")])])
    assert (landed_months(incomes, MONTH), incomes.codes()) == ([("H1", "2023-01")], set())


@pytest.mark.parametrize("cell", ["2022.1", 2022.1])
def test_case_74_nothing_decides(incomes: Incomes, cell: object) -> None:
    rows = [INCOMES, *([f"H{number}", cell, "1200", "0", "0", "0", "0"] for number in range(1, 9))]
    is_book = isinstance(cell, float)
    result = incomes.land(xlsx_of(rows) if is_book else csv_of(rows), f"income_expense.{'xlsx' if is_book else 'csv'}")
    assert (result.rows_loaded, result.rows_rejected) == (0, 8)
    assert incomes.codes() == {("row_rejected", "ambiguous_month")}
    assert "分不清 1 月还是 10 月" in incomes.told()[0]["message"]


def test_case_74_text_in_a_workbook_is_as_it_was_typed(door: Door) -> None:
    assert door.row("aid.xlsx", xlsx_of([HEADERS, row(of_month="2022.1")]))["of_month"] == "2022-01-01"
    door.land("aid.csv", csv_of([HEADERS, row(of_month="2022.1")]))
    assert ("cell_blanked", "ambiguous_month") in {problem[2:] for problem in door.problems()}


def test_case_74_two_places_do_not_tell_october(incomes: Incomes) -> None:
    # the numbers 2022.7, 2022.1 and 2022.11 shown with two places
    rows = in_months(lambda month: f"{float(bare(month)):.2f}", [("H1", "2022-07"), ("H2", "2022-01"), ("H3", "2022-11")])
    incomes.land([INCOMES, *rows])
    assert landed_months(incomes, MONTH) == [("H3", "2022-11")]
    assert ("row_rejected", "ambiguous_month") in incomes.codes()


# --- 75 and 76: spellings of an amount


@pytest.mark.parametrize(
    "cell",
    [
        "(200.00)",
        "（200.00）",
        "(￥200)",
        "￥(200)",
        "-¥200",
        "¥-200",
        "－２００",
        "\u2212200",
        "\u2010200",
        "\u2013200",
        "﹣200",
        "200-",
        "200.00-",
        "负200",
        "红字200",
        "-200.00元整",
        "(200元)",
        "-RMB200",
    ],
)
def test_case_75_negative_amounts(door: Door, cell: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount=cell)]))["amount"] == "-200.00"
    assert door.problems() == []


@pytest.mark.parametrize(
    "cell",
    [
        "1'200.50",
        "1\u2019200.50",
        "1\u202f200.50",
        "1\xa0200.50",
        "1\u2009200.50",
        "1,200.50",
        "１，２００．５０",
        "CNY 1200.5",
        "RMB1,200.50",
        "人民币1200.50元",
        "1200.50元整",
        "1200.5圆",
        "1200.5块",
        "'1200.50",
        '="1200.50"',
        "1.2005千",
        "12.005百元",
    ],
)
def test_case_75_marks_and_currencies(door: Door, cell: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount=cell)]))["amount"] == "1200.50"
    assert door.problems() == []


@pytest.mark.parametrize(("cell", "number"), [("\u22123", "-3"), ("1\u2009024", "1024"), ("８", "8"), ("1,024", "1024")])
def test_case_75_whole_numbers(door: Door, cell: str, number: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(times=cell)]))["times"] == number
    assert door.problems() == []


def test_case_76_blanks_between_thousands_are_told(door: Door) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount="1 200")]))["amount"] == "1200.00"
    assert door.problems() == [(2, "G", "warned", "spaced_amount")]


@pytest.mark.parametrize(
    "cell",
    [
        "1.200,50",
        "12,5",
        "1,2000",
        "1,2万",
        "1.2E+3",
        "1.23457E+06",
        "12%",
        "借200",
        "200贷",
        "(1)",
        "(12)",
        "200--",
        "-(200)",
        "(-200)",
        "1200²",
        "1200①",
        "½",
        "12 50",
        "1200 300",
        "1200\n300",
        "1200元/月",
        "500-600",
        "200\u2014",
        "1万2千",
        "$200",
        "$1.5万",
    ],
)
def test_case_76_amounts_that_are_told(door: Door, cell: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(amount=cell)]))["amount"] is None
    assert door.problems() == [(2, "G", "cell_blanked", "unreadable_money")]


@pytest.mark.parametrize("cell", ["(3)", "（1）", "3-", "8²", "3①", "1 2", "12%"])
def test_case_76_whole_numbers_that_are_told(door: Door, cell: str) -> None:
    assert door.row("aid.csv", csv_of([HEADERS, row(times=cell)]))["times"] is None
    assert door.problems() == [(2, "H", "cell_blanked", "unreadable_integer")]


def test_case_76_points_of_thousands_beside_decimal_commas(door: Door) -> None:
    door.land("aid.csv", csv_of([HEADERS, row(amount="1.200,50"), row(amount="1.200"), row(amount="980")]))
    assert [landed["amount"] for landed in door.table()] == [None, None, "980.00"]
    door.land("aid.csv", csv_of([HEADERS, row(amount="1.200"), row(amount="980")]))
    assert [landed["amount"] for landed in door.table()] == ["1.20", "980.00"]
