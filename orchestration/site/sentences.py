"""The sentences of the briefing: what a figure says, drafted so that it can be read out at the meeting.

Each is a pure function of figures and returns plain Chinese text, one sentence, the same for the page and the document. A
figure is a number, ``None`` (it cannot be told: not zero) or ``FEW`` (this reader may not see it).
Source: 新农组办〔2023〕3号 art. 1, 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from orchestration.documents.suppression import FEW, Few
from orchestration.site.figures import Incomes, Missing, Shown

# Of towns with the same number so many are named.
TIED_SHOWN = 3
UNKNOWN, HIDDEN = "算不出", "数小不列"


def count(value: Shown, unit: str = "") -> str:
    """Return a count with its unit."""
    if isinstance(value, Few):
        return f"{FEW}{unit}（{HIDDEN}）"
    return f"{value.normalize():,f}{unit}" if value is not None else UNKNOWN


def short(value: Shown, unit: str = "") -> str:
    """Return a count as it stands in a cell or beside a bar: a dash where it cannot be told."""
    if isinstance(value, Few):
        return str(FEW)
    return f"{value.normalize():,f}{unit}" if value is not None else "—"


def percent(value: Shown) -> str:
    """Return a ratio as a percentage with one place, 94.1%."""
    if isinstance(value, Few):
        return str(FEW)
    return f"{100 * value:.1f}%" if value is not None else "—"


def yuan(value: Decimal) -> str:
    """Return an amount in whole yuan, 9,854元."""
    return f"{value.quantize(Decimal(1), ROUND_HALF_UP):,}元"


def change(now: Shown, before: Shown, unit: str, than: str) -> str:
    """Return how a count differs from an earlier one; empty where either cannot be told or seen."""
    if not isinstance(now, Decimal) or not isinstance(before, Decimal):
        return ""
    if now == before:
        return f"与{than}持平"
    return f"比{than}{'增加' if now > before else '减少'}{abs(now - before).normalize():,f}{unit}"


def rate_change(now: Shown, before: Shown, than: str) -> str:
    """Return how a ratio differs from an earlier one, in percentage points; empty where either cannot be told or seen."""
    if not isinstance(now, Decimal) or not isinstance(before, Decimal):
        return ""
    points = (100 * (now - before)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"比{than}{'提高' if points > 0 else '下降'}{abs(points)}个百分点" if points else f"与{than}持平"


def warnings(households: Shown, red: Shown, yellow: Shown, lines: Sequence[tuple[str, Decimal]]) -> str:
    """Say how many households are warned, by level, and by which lines (name, yuan a person and year)."""
    by = "、".join(f"{name}{yuan(amount)}" for name, amount in lines)
    lines_said = f"（本月生效标准：{by}）" if by else "（本月没有生效的收入标准）"
    if households is None:
        return f"本月预警户算不出{lines_said}。"
    if households == 0:
        return f"本月没有预警户{lines_said}。"
    return f"本月预警{count(households, '户')}，其中红色{count(red, '户')}、黄色{count(yellow, '户')}{lines_said}。"


def movement(before: Shown, new: Shown, left: Shown, now: Shown) -> str:
    """Say how the number of warned households of last month became that of this one."""
    if now is None:
        return "本月预警名单算不出，不能与上月比较。"
    if before is None or left is None:
        return f"没有可比的上月名单，进出不作比较；本月在名单上{count(now, '户')}，其中新进{count(new, '户')}。"
    said = f"上月{count(before, '户')}，新进{count(new, '户')}、退出{count(left, '户')}"
    rest = other_movement(before, new, left, now)
    if rest:
        said += f"，另有{abs(rest).normalize():,f}户{'恢复列入' if rest > 0 else '因重算减少'}（此前收入缺录等）"
    compared = change(now, before, "户", "上月")
    return f"{said}，本月{count(now, '户')}{'，' + compared if compared else ''}。"


def other_movement(before: Shown, new: Shown, left: Shown, now: Shown) -> Decimal:
    """Return what neither entering nor leaving explains: households that were on the list before and come back."""
    shown = [one for one in (before, new, left, now) if isinstance(one, Decimal)]
    return shown[3] - shown[0] - shown[1] + shown[2] if len(shown) == 4 else Decimal(0)


def trend(points: Sequence[tuple[str, Shown, Shown]], risen: Sequence[tuple[str, str, Decimal]]) -> str:
    """Say how red and yellow went.

    Args:
        points: month in words, red, yellow; oldest first.
        risen: month in words, name and amount of each line that began or changed within them.
    """
    lines = "，".join(f"{month}起{name}为{yuan(amount)}" for month, name, amount in risen)
    lines = f"（{lines}）" if lines else ""
    sums = [(month, red + yellow) for month, red, yellow in points if isinstance(red, Decimal) and isinstance(yellow, Decimal)]
    unknown = [month for month, red, yellow in points if red is None or yellow is None]
    gap = f"；{'、'.join(unknown)}没有数" if unknown else ""
    if len(points) < 2:
        return f"这是第一个有数据的月份，还没有走势{lines}。"
    if len(sums) < 2:
        return f"可比的月份不足两个，不作比较{lines}{gap}。"
    (first, was), (last, is_now) = sums[0], sums[-1]
    most = max(sums, key=lambda one: one[1])
    went = "持平" if is_now == was else f"{'升' if is_now > was else '降'}至"
    said = f"{first}{was.normalize():,f}户，{last}{went}" + ("" if is_now == was else f"{is_now.normalize():,f}户")
    peak = f"，最高是{most[0]}的{most[1].normalize():,f}户" if most[1] > max(was, is_now) else ""
    return f"红、黄两级合计{said}{peak}{lines}{gap}。"


def by_town(values: Sequence[tuple[str, Shown]], what: str = "预警户", unit: str = "户") -> str:
    """Say where most are: the first two towns, and how many towns have none."""
    told = sorted(((town, value) for town, value in values if isinstance(value, Decimal)), key=lambda one: -one[1])
    some = [(town, value) for town, value in told if value]
    none, hidden = len(told) - len(some), sum(isinstance(value, Few) for _, value in values)
    rest = f"；{none}个镇街没有{what}" if none and some else ""
    rest += f"；{hidden}个镇街{HIDDEN}" if hidden else ""
    if not values or not (told or hidden):
        return f"各镇街的{what}算不出。"
    if not some:
        return f"{'其余' if hidden else '各'}镇街都没有{what}{rest}。"
    ranks = sorted({value for _, value in some}, reverse=True)[:2]
    first, *others = [_alike([town for town, value in some if value == rank], rank, unit) for rank in ranks]
    return f"{what}最多的是{first}" + (f"，其次是{others[0]}" if others else "") + rest + "。"


def _alike(towns: Sequence[str], value: Decimal, unit: str) -> str:
    shown = towns if len(towns) <= TIED_SHOWN else [*towns[:TIED_SHOWN], f"等{len(towns)}个镇街"]
    return f"{'、'.join(shown)}{'各' if len(towns) > 1 else ''}{value.normalize():,f}{unit}"


def gaps_to_line(classes: Sequence[tuple[str, Shown]], warned: Shown) -> str:
    """Say how far warned households are below the line; ``classes`` has words and households, the smallest gap first."""
    if warned is None:
        return "预警名单算不出，差额不作统计。"
    if warned == 0:
        return "本月没有预警户，没有差额。"
    told = [(words, value) for words, value in classes if isinstance(value, Decimal)]
    if not told:
        return f"各档户数{HIDDEN}。"
    near, far = told[0], told[-1]
    most = max(told, key=lambda one: one[1])
    said = f"人均与标准的差额以{most[0]}的最多（{count(most[1], '户')}）"
    said += f"，{near[0]}、接近标准的有{count(near[1], '户')}" if near != most else ""
    said += f"，{far[0]}的有{count(far[1], '户')}" if far not in (most, near) else ""
    return f"{said}。"


def composition(warned: Incomes | Few | None, others: Incomes | Few | None) -> str:
    """Say in what the incomes of warned households differ most from those of the others."""
    if isinstance(warned, Few) or isinstance(others, Few):
        return f"户{HIDDEN}，不比较收入构成。"
    if warned is None or others is None:
        return "没有可以比较的两组户，不比较收入构成。"
    part = max(warned.shares, key=lambda one: abs(warned.shares[one] - others.shares[one]))
    here, there = percent(warned.shares[part]), percent(others.shares[part])
    low = "低" if warned.shares[part] < others.shares[part] else "高"
    return (
        f"预警户人均{yuan(warned.per_person)}，其他收入齐全户人均{yuan(others.per_person)}；"
        f"差别最大的是{part}收入，占{here}，{low}于其他户的{there}。"
    )


def risks(counts: Sequence[tuple[str, Shown]], monitored: Shown) -> str:
    """Say which risks are registered most often of households that are monitored; the most frequent come first."""
    of = f"未消除监测对象{count(monitored, '户')}，"
    told = [f"{name}{count(value, '户')}" for name, value in counts if isinstance(value, Decimal) and value][:3]
    if not counts:
        return f"{of}没有登记风险类型。"
    if not told:
        return f"{of}各类风险的户数{HIDDEN}。"
    return f"{of}登记最多的风险是{'、'.join(told)}（一户有几项的各计一次）。"


def completeness(
    *, entered: Shown, to_enter: Shown, rate: Shown, gaps: Shown, lowest: tuple[str, Decimal] | None, day: str
) -> str:
    """Say how much was entered by the day of the notice (``day``: 20日), who is last, and how many cannot be judged."""
    if to_enter is None or to_enter == 0:
        return f"没有要录入的户；收入缺录、不能判断的{count(gaps, '户')}。"
    said = f"截至{day}应录入上月收入{count(to_enter, '户')}，已录入{count(entered, '户')}"
    said += f"，录入率{percent(rate)}" if isinstance(rate, Decimal) else ""
    last = f"，最低的是{lowest[0]}（{percent(lowest[1])}）" if lowest and lowest[1] < 1 else ""
    cannot = "没有因收入缺录不能判断的户" if gaps == 0 else f"近12个月收入缺录、不能判断的{count(gaps, '户')}"
    return f"{said}{last}；{cannot}。"


def shortfalls(counts: Sequence[tuple[str, Shown, str]]) -> str:
    """Say which of the guarantees and drinking water are short; name, count, unit."""
    some = [f"{name}{count(value, unit)}" for name, value, unit in counts if value is not None and value != 0]
    unknown = [name for name, value, _ in counts if value is None]
    told = f"“两不愁三保障”及饮水短板：{'、'.join(some)}" if some else "能核对的“两不愁三保障”及饮水没有发现短板"
    return f"{told}{'；' + '、'.join(unknown) + '因名册未报送算不出' if unknown else ''}。"


def departments(referrals: Shown, gaps: Shown, of: Sequence[tuple[str, Shown, Shown]]) -> str:
    """Say what goes to departments: name, referrals, benefits that people are entitled to and do not receive."""
    told = [(name, sum((one for one in both if isinstance(one, Decimal)), Decimal(0))) for name, *both in of if FEW not in both]
    first = max(told, key=lambda one: one[1], default=None)
    most = f"，最多的是{first[0]}（合计{count(first[1], '条')}）" if first and first[1] else ""
    if referrals == 0 and gaps == 0:
        return "本月没有推送部门的线索，也没有应享未享。"
    return f"推送部门核实{count(referrals, '条')}，应享未享{count(gaps, '条')}{most}。"


def employment(*, workers: Shown, employed: Shown, rate: Shown, before: Shown, seeking: Shown, overdue: Shown) -> str:
    """Say how many work, how that went, and who waits for a service."""
    if workers is None:
        return "就业名册未报送，就业情况算不出。"
    if workers == 0:
        return "监测范围内没有劳动力。"
    compared = rate_change(rate, before, "上月")
    said = f"劳动力{count(workers, '人')}，已就业{count(employed, '人')}"
    said += f"，就业率{percent(rate)}" if isinstance(rate, Decimal) else ""
    said += f"，{compared}" if compared else ""
    late = "" if overdue == 0 else f"，返乡人员逾期未服务{count(overdue, '人')}"
    return f"{said}；求职{count(seeking, '人')}{late}。"


def closure(*, items: Shown, closed: Shown, rate: Shown, overdue: Shown, recurring: Shown, new: Shown) -> str:
    """Say what became of the items that were handed out, and what has been handed out anew."""
    handed = f"本月新下发{count(new, '条')}"
    if items is None:
        return f"此前没有下发的线索，没有办结率；{handed}。"
    if items == 0:
        return f"没有到期应办结的线索；{handed}。"
    said = f"应办结线索{count(items, '条')}，已办结{count(closed, '条')}"
    said += (
        f"，办结率{percent(rate)}" if isinstance(rate, Decimal) else "，反馈名册未报送，办结率算不出" if rate is None else ""
    )
    return f"{said}；逾期{count(overdue, '条')}，复现{count(recurring, '条')}；{handed}。"


def ages(classes: Sequence[tuple[str, Shown]]) -> str:
    """Say how old open items are; words and items, the youngest first."""
    told = [(words, value) for words, value in classes if isinstance(value, Decimal)]
    if told and not any(value for _, value in told) and len(told) == len(classes):
        return "没有未办结的线索。"
    some = [(words, value) for words, value in told if value]
    if not some:
        return f"各龄期的线索{HIDDEN}。"
    most = max(some, key=lambda one: one[1])
    return f"未办结线索中，下发{most[0].removeprefix('本月下发') or '不满1个月'}的最多，{count(most[1], '条')}。"


def missing(what: Missing) -> str:
    """Say what did not arrive and what cannot be computed for it."""
    if not (what.extracts or what.unread or what.lists):
        return "各部门名册都已报送并读入，各份清单都已算出。"
    parts = []
    if what.extracts:
        shown = "、".join(f"{department}“{title}”" for department, title, _ in what.extracts[:3])
        parts.append(f"没有报送或全部退回的名册{len(what.extracts)}份（{shown}{'等' if len(what.extracts) > 3 else ''}）")
    if what.unread:
        parts.append(f"没有采用的文件{what.unread}个")
    if what.lists:
        parts.append(f"因此算不出的清单{len(what.lists)}份")
    return f"{'，'.join(parts)}。"


def quarter(rows: Sequence[tuple[str, Shown, Shown, Shown, str]]) -> str:
    """Say how the first figures of a quarter's end stand against the last quarter and the year before; name … unit."""
    said = []
    for name, now, last_quarter, last_year, unit in rows[:3]:
        if unit == "%":
            changes = [rate_change(now, last_quarter, "上季"), rate_change(now, last_year, "去年同期")]
            value = percent(now)
        else:
            changes = [change(now, last_quarter, unit, "上季"), change(now, last_year, unit, "去年同期")]
            value = count(now, unit)
        said.append(f"{name}{value}" + "".join(f"，{one}" for one in changes if one))
    return "；".join(said) + "。" if said else "本季没有可以对照的指标。"
