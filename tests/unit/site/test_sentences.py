"""The drafted sentences: nothing, not known, not shown, one, many."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orchestration.documents.suppression import FEW
from orchestration.site import sentences
from orchestration.site.figures import Incomes, Missing

LINES = [("纳入线", Decimal(10420)), ("预警线", Decimal(10600))]


def d(*values: int | str | None) -> list[Decimal | None]:
    return [None if value is None else Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("households", "red", "yellow", "said"),
    [
        (0, 0, 0, "本月没有预警户（本月生效标准：纳入线10,420元、预警线10,600元）。"),
        (None, None, None, "本月预警户算不出（本月生效标准：纳入线10,420元、预警线10,600元）。"),
        (1, 1, 0, "本月预警1户，其中红色1户、黄色0户（本月生效标准：纳入线10,420元、预警线10,600元）。"),
        (1041, 28, 1013, "本月预警1,041户，其中红色28户、黄色1,013户（本月生效标准：纳入线10,420元、预警线10,600元）。"),
    ],
)
def test_warnings(households: int | None, red: int | None, yellow: int | None, said: str) -> None:
    assert sentences.warnings(*d(households, red, yellow), LINES) == said


def test_without_a_line_in_force_there_is_none_to_name() -> None:
    assert sentences.warnings(*d(0, 0, 0), []) == "本月没有预警户（本月没有生效的收入标准）。"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((41, 3, 3, 41), "上月41户，新进3户、退出3户，本月41户，与上月持平。"),
        ((0, 1, 0, 1), "上月0户，新进1户、退出0户，本月1户，比上月增加1户。"),
        ((40, 0, 40, 0), "上月40户，新进0户、退出40户，本月0户，比上月减少40户。"),
        ((40, 3, 5, 41), "上月40户，新进3户、退出5户，另有3户恢复列入（此前收入缺录等），本月41户，比上月增加1户。"),
        ((None, 22, None, 22), "没有可比的上月名单，进出不作比较；本月在名单上22户，其中新进22户。"),
        ((41, None, None, None), "本月预警名单算不出，不能与上月比较。"),
    ],
)
def test_movement(parts: tuple[int | None, ...], said: str) -> None:
    assert sentences.movement(*d(*parts)) == said


def test_what_may_not_be_seen_is_neither_zero_nor_unknown_nor_a_difference() -> None:
    said = sentences.movement(Decimal(41), FEW, FEW, Decimal(41))
    assert said == "上月41户，新进＊户（数小不列）、退出＊户（数小不列），本月41户，与上月持平。"
    assert sentences.change(FEW, Decimal(3), "户", "上月") == sentences.change(Decimal(3), FEW, "户", "上月") == ""
    assert sentences.change(None, Decimal(3), "户", "上月") == sentences.rate_change(Decimal(1), None, "上月") == ""


def test_trend() -> None:
    three = [("2023年6月", *d(22, 0)), ("2023年7月", *d(25, 20)), ("2023年8月", *d(27, 3))]
    risen = [("2023年7月", "预警线", Decimal(10600))]
    assert sentences.trend(three, risen) == (
        "红、黄两级合计2023年6月22户，2023年8月升至30户，最高是2023年7月的45户（2023年7月起预警线为10,600元）。"
    )
    assert sentences.trend(three[:1], []) == "这是第一个有数据的月份，还没有走势。"
    assert sentences.trend([three[0], ("2023年7月", *d(None, None)), three[0]], []).endswith("持平；2023年7月没有数。")
    assert sentences.trend([three[0], ("2023年7月", None, None)], []) == "可比的月份不足两个，不作比较；2023年7月没有数。"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "各镇街的预警户算不出。"),
        ([("甲镇", None)], "各镇街的预警户算不出。"),
        ([("甲镇", Decimal(0)), ("乙镇", Decimal(0))], "各镇街都没有预警户。"),
        ([("甲镇", Decimal(9)), ("乙镇", Decimal(0))], "预警户最多的是甲镇9户；1个镇街没有预警户。"),
        ([("甲镇", Decimal(7)), ("乙镇", Decimal(9)), ("丙镇", Decimal(7))], "预警户最多的是乙镇9户，其次是甲镇、丙镇各7户。"),
        ([("甲镇", Decimal(9)), ("乙镇", FEW)], "预警户最多的是甲镇9户；1个镇街数小不列。"),
        ([("甲镇", FEW), ("乙镇", FEW)], "其余镇街都没有预警户；2个镇街数小不列。"),
    ],
)
def test_by_town(values: list[tuple[str, Decimal | None]], said: str) -> None:
    assert sentences.by_town(values) == said


def test_gaps_to_the_line() -> None:
    classes = [("200元以内", Decimal(18)), ("200—500元", Decimal(5)), ("4,000元以上", Decimal(1))]
    assert sentences.gaps_to_line(classes, Decimal(24)) == "人均与标准的差额以200元以内的最多（18户），4,000元以上的有1户。"
    assert sentences.gaps_to_line(classes, Decimal(0)) == "本月没有预警户，没有差额。"
    assert sentences.gaps_to_line(classes, None) == "预警名单算不出，差额不作统计。"
    assert sentences.gaps_to_line([("200元以内", FEW)], FEW) == "各档户数数小不列。"


def test_composition() -> None:
    warned = Incomes(Decimal("9187.4"), {"工资性": Decimal("0.5"), "转移性": Decimal("0.5")})
    others = Incomes(Decimal("16983.5"), {"工资性": Decimal("0.7"), "转移性": Decimal("0.3")})
    assert sentences.composition(warned, others) == (
        "预警户人均9,187元，其他收入齐全户人均16,984元；差别最大的是工资性收入，占50.0%，低于其他户的70.0%。"
    )
    assert sentences.composition(None, others) == "没有可以比较的两组户，不比较收入构成。"
    assert sentences.composition(FEW, others) == "户数小不列，不比较收入构成。"


def test_risks() -> None:
    assert sentences.risks([("因病", Decimal(9)), ("因学", Decimal(1))], Decimal(63)) == (
        "未消除监测对象63户，登记最多的风险是因病9户、因学1户（一户有几项的各计一次）。"
    )
    assert sentences.risks([], Decimal(0)) == "未消除监测对象0户，没有登记风险类型。"
    assert sentences.risks([("因病", FEW)], Decimal(6)) == "未消除监测对象6户，各类风险的户数数小不列。"


def test_completeness() -> None:
    told = sentences.completeness(
        entered=Decimal(320),
        to_enter=Decimal(322),
        rate=Decimal("0.9938"),
        gaps=Decimal(0),
        lowest=("黄磜镇", Decimal("0.971")),
        day="20日",
    )
    assert told == (
        "截至20日应录入上月收入322户，已录入320户，录入率99.4%，最低的是黄磜镇（97.1%）；没有因收入缺录不能判断的户。"
    )
    nobody = sentences.completeness(
        entered=Decimal(0), to_enter=Decimal(0), rate=None, gaps=Decimal(1), lowest=None, day="20日"
    )
    assert nobody == "没有要录入的户；收入缺录、不能判断的1户。"


def test_shortfalls() -> None:
    assert sentences.shortfalls([("不在学", None, "人"), ("住房不安全", Decimal(0), "户")]) == (
        "能核对的“两不愁三保障”及饮水没有发现短板；不在学因名册未报送算不出。"
    )
    assert sentences.shortfalls([("不在学", Decimal(11), "人"), ("住房不安全", FEW, "户")]) == (
        "“两不愁三保障”及饮水短板：不在学11人、住房不安全＊户（数小不列）。"
    )


def test_departments() -> None:
    assert sentences.departments(Decimal(0), Decimal(0), []) == "本月没有推送部门的线索，也没有应享未享。"
    of = [("民政局", Decimal(38), Decimal(37)), ("教育局", None, Decimal(1)), ("水利局", FEW, None)]
    assert (
        sentences.departments(Decimal(74), Decimal(141), of) == "推送部门核实74条，应享未享141条，最多的是民政局（合计75条）。"
    )


def test_employment() -> None:
    none = dict.fromkeys(("workers", "employed", "rate", "before", "seeking", "overdue"))
    assert sentences.employment(**none) == "就业名册未报送，就业情况算不出。"
    assert sentences.employment(**{**none, "workers": Decimal(0)}) == "监测范围内没有劳动力。"
    told = sentences.employment(
        workers=Decimal(519),
        employed=Decimal(406),
        rate=Decimal("0.7823"),
        before=Decimal("0.7835"),
        seeking=Decimal(80),
        overdue=Decimal(0),
    )
    assert told == "劳动力519人，已就业406人，就业率78.2%，比上月下降0.1个百分点；求职80人。"


def test_closure_and_ages() -> None:
    none = dict.fromkeys(("items", "closed", "rate", "overdue", "recurring"))
    assert sentences.closure(**none, new=Decimal(808)) == "此前没有下发的线索，没有办结率；本月新下发808条。"
    assert sentences.closure(**{**none, "items": Decimal(0)}, new=Decimal(1)) == "没有到期应办结的线索；本月新下发1条。"
    told = sentences.closure(
        items=Decimal(842),
        closed=Decimal(87),
        rate=None,
        overdue=Decimal(713),
        recurring=Decimal(42),
        new=Decimal(49),
    )
    assert told == "应办结线索842条，已办结87条，反馈名册未报送，办结率算不出；逾期713条，复现42条；本月新下发49条。"
    assert sentences.ages([("本月下发", Decimal(0)), ("1个月", Decimal(0))]) == "没有未办结的线索。"
    assert sentences.ages([("本月下发", Decimal(3)), ("3个月", Decimal(678))]) == "未办结线索中，下发3个月的最多，678条。"
    assert sentences.ages([("本月下发", FEW)]) == "各龄期的线索数小不列。"


def test_what_did_not_arrive() -> None:
    assert sentences.missing(Missing([], [], 0, [])) == "各部门名册都已报送并读入，各份清单都已算出。"
    one = [("县教育局", "在校生名册", "未报送")]
    assert sentences.missing(Missing(one, [], 2, [("某清单", "原因")])) == (
        "没有报送或全部退回的名册1份（县教育局“在校生名册”），没有采用的文件2个，因此算不出的清单1份。"
    )
    assert "等）" in sentences.missing(Missing(one * 4, [], 0, []))


def test_the_quarter() -> None:
    rows = [("红色预警户", *d(28, 22, None), "户"), ("就业率", *d("0.78", "0.79", "0.78"), "%"), ("新进", *d(None, 1, 1), "户")]
    assert sentences.quarter(rows) == (
        "红色预警户28户，比上季增加6户；就业率78.0%，比上季下降1.0个百分点，与去年同期持平；新进算不出。"
    )
    assert sentences.quarter([]) == "本季没有可以对照的指标。"
