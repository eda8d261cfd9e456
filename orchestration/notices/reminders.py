"""Reminders: what of a month's delivery has not arrived or was refused, by department and by town. Counts and titles only.

What belongs here: whom to remind on a day, and of what, in Chinese. What does not: writing and sending (``outbox``), Dagster.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import Department, ExtractContract, Town, fold_name, load_county, load_extracts
from orchestration.contracts.parameter import calendar_day
from orchestration.deliveries.arrivals import Arrival
from orchestration.deliveries.unread import missing_deliveries, misspelt, odd_lines, strangers_of
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import Stranger, delivered_files, delivery_months, files_to_read, is_unfinished, printable
from orchestration.notices.outbox import Message
from orchestration.publications import Publication
from orchestration.publications.quarters import town_ledger_quarter

# How many earlier deliveries are looked at to learn which extracts come in one file per town.
_EARLIER_DELIVERIES = 3


@dataclass(frozen=True)
class ExtractState:
    """How an extract of a delivery stands.

    Attributes:
        status: ``missing`` (no file), ``refused`` (every file), ``arrived`` (any other).
        refused_files: of the files that are there, how many the last run refused.
        unfinished_files: whose name says that they are still being copied.
        misnamed_files: that are not read for their name or place, and seem to be meant for it.
        missing_towns: whose part is not there, of an extract that comes in parts by town.
        refused_towns: whose part was refused.
    """

    extract: str
    title: str
    department: str
    status: Literal["missing", "refused", "arrived"]
    refused_files: int = 0
    unfinished_files: int = 0
    misnamed_files: int = 0
    missing_towns: tuple[str, ...] = ()
    refused_towns: tuple[str, ...] = ()


def extract_states(installation: Installation, month: Month) -> list[ExtractState]:
    """Return how every extract that has to be sent stands, in the order of the contracts."""
    earlier = [other for other in delivery_months(installation.raw) if other < month][-_EARLIER_DELIVERIES:]
    strangers = strangers_of(installation, month)
    expected = (contract for contract in load_extracts().values() if contract.is_expected)
    return [_state(installation, month, earlier, contract, strangers) for contract in expected]


def reminders(installation: Installation, now: dt.datetime, published: Mapping[str, Publication]) -> list[Message]:
    """Return the messages of a day; none outside the days that the calendar names, none to whom everything has arrived.

    While no delivery can be seen the bureau is told, on any day, and nobody is reminded of what he may have sent.

    Args:
        installation: whose deliveries are looked at.
        now: in the county's time zone.
        published: newest publication by month.
    """
    county, month = load_county(), Month.of(now)
    if now.hour < county.reminder_hour:
        return []
    messages = []
    deadline = calendar_day("entry_deadline_day", month)
    first = deadline - calendar_day("reminder_days_before", month)
    last = deadline + calendar_day("reminder_days_after", month)
    is_due = first <= now.day <= last
    unseen = missing_deliveries(installation) or (_unseen(installation, month) if is_due else None)
    if unseen:
        body = [f"{unseen}。在此以前不提醒各部门。"]
        messages.append(_message(load_county().bureau, f"{month} 报送看不到", body, {}, now))
    elif is_due:
        states = extract_states(installation, month)
        messages += _to_departments(installation, states, month, now, deadline)
        messages += _to_towns(states, month, now, deadline)
    if now.day in (calendar_day("town_ledger_from_day", month), calendar_day("town_ledger_to_day", month)):
        messages += _of_ledgers(month, now, published)
    return _one_for_each(messages)


def restatable(arrival: Arrival, publication: Publication, changed: Mapping[str, int], now: dt.datetime) -> Message:
    """Return the message that tells the bureau of a delivery that changed after a month that knows it was published.

    The command that it names uses what the published version used, as it is now.
    """
    month = publication.month
    county, contracts = load_county(), load_extracts()
    bureau, lines = county.bureau, []
    for extract, count in changed.items():
        sender = county.department(contracts[extract].department).name
        lines.append(f"　　{sender}《{contracts[extract].title}》：{count} 个文件")
    body = [
        f"{month} 已发布（第{publication.version}版），此后 {arrival.month} 的报送又有新增、更改或撤回的文件：",
        *lines,
        "系统会自动读入，但不会自动重新发布；从下月起的比对按新文件计算。",
        f"如需按现有报送重算 {month}，请运行：",
        f"　　fangfanpin restate --month {month} --knowledge {publication.knowledge_month}",
        "内容有变化才会成为新的一版，附差异清单；原来的一版不变。",
    ]
    return Message(
        recipient=bureau.code,
        recipient_name=bureau.name,
        name=f"{bureau.code}__restatable_{month}_{arrival.digest[:8]}",
        written_at=now.isoformat(timespec="minutes"),
        subject=f"{month} 发布后报送有变化，可重算",
        body="\n".join(body),
        counts={"files": sum(changed.values()), "extracts": len(changed)},
    )


def _unseen(installation: Installation, month: Month) -> str | None:
    """Return why it cannot be seen what was sent for a month; None when it can."""
    if not (installation.raw / month).is_dir() and (names := misspelt(installation, month)):
        return f"没有文件夹 {month}，但有 {'、'.join(names)}；如是 {month} 的报送，请改名为 {month}"
    if any(stranger.is_closed and not stranger.file.strip("./") for stranger in strangers_of(installation, month)):
        return f"文件夹 {month} 打不开（没有读取权限）；请放开权限"
    return None


def _state(
    installation: Installation, month: Month, earlier: Sequence[Month], contract: ExtractContract, strangers: Sequence[Stranger]
) -> ExtractState:
    files = delivered_files(installation.raw, month, contract)
    town_of = {printable(file.path.relative_to(installation.raw / month).as_posix()): _town_of(file.part) for file in files}
    refused = _refused(installation, month, contract) & set(town_of)
    towns, parts = load_county().towns, set(town_of.values())
    before = {_town_of(file.part) for other in earlier for file in delivered_files(installation.raw, other, contract)}
    by_town = {part for part in parts | before if part}
    # a file for the whole county stands for every town, one of a department for none
    is_whole = any(_town_of(file.part) is None and not _is_of_department(file.part) for file in files)
    missing = () if is_whole or len(by_town) < 2 else tuple(town.code for town in towns if town.code in by_town - parts)
    status: Literal["missing", "refused", "arrived"] = "arrived"
    if not files_to_read(installation.raw, month, contract):
        status = "missing"
    elif files and len(refused) == len(files):
        status = "refused"
    return ExtractState(
        contract.extract,
        contract.title,
        contract.department,
        status,
        len(refused),
        sum(is_unfinished(file.path) for file in files),
        sum(stranger.extract == contract.extract for stranger in strangers),
        missing,
        tuple(sorted(town for name in refused if (town := town_of[name]))),
    )


def _refused(installation: Installation, month: Month, contract: ExtractContract) -> set[str]:
    """Return the files that the last landing refused, as paths below the month's folder."""
    account = installation.landed_account("intake_files", contract.extract, month)
    try:
        rows = pq.ParquetFile(account).read(columns=["file", "outcome"]).to_pylist()
    except (OSError, pa.ArrowException):  # not landed yet, or damaged: then the next run lands it anew
        return set()
    return {row["file"] for row in rows if row["outcome"] == "refused"}


def _town_of(part: str) -> str | None:
    """Return the code of the town that a part is of, by a name or the code of the town in it."""
    towns = load_county().towns
    return next((town.code for town in towns if any(name in part for name in (town.code, town.name, *town.aliases))), None)


def _is_of_department(part: str) -> bool:
    """Return whether a part is a workbook that came back from a department."""
    return any(fold_name(department.name) in part.split("_") for department in load_county().departments)


def _titles(states: Sequence[ExtractState]) -> str:
    return "、".join(f"《{state.title}》" for state in states)


def _when(now: dt.datetime, deadline: int) -> str:
    left = deadline - now.day
    if left > 0:
        return f"离{deadline}日截止还有 {left} 天"
    return f"今天（{deadline}日）截止" if left == 0 else f"{deadline}日已过"


def _to_departments(
    installation: Installation, states: Sequence[ExtractState], month: Month, now: dt.datetime, deadline: int
) -> list[Message]:
    messages, overview = [], []
    strangers = strangers_of(installation, month)
    # what these have sent cannot be known
    closed = {stranger.department for stranger in strangers if stranger.is_closed and stranger.file.count("/") == 1}
    states = [state for state in states if state.department not in closed]
    for department in load_county().departments:
        own = [state for state in states if state.department == department.code]
        in_folder = [stranger for stranger in strangers if stranger.department == department.code]
        if department.code in closed:
            overview.append(f"　　{department.name}：文件夹打不开（没有读取权限），请放开权限；没有提醒该部门")
            continue
        body, counts = _to_department(department, own, in_folder, month)
        if body:
            heading = f"{month} 应报送 {len(own)} 个名册，已收到 {_arrived(own)} 个；{_when(now, deadline)}。"
            folder = f"请放入报送文件夹 {month}/{department.code}/（或 {month}/{department.name}/）。"
            messages.append(_message(department, f"{month} 报送提醒", [heading, *body, folder], counts, now))
            told = f"　　{department.name}：未报送 {counts['missing']} 个，退回 {counts['refused']} 个"
            overview.append(told + (f"，名称或位置不对 {counts['misnamed']} 个文件" if counts["misnamed"] else ""))
    overview += _beside_the_departments(installation, strangers)
    if overview:
        missing_count = sum(_is_missing(state) for state in states)
        refused_count = sum(state.refused_files > 0 for state in states)
        everywhere = load_county().whole_county_label
        body = [f"{everywhere} {month} 共缺 {missing_count} 个名册，退回 {refused_count} 个名册的文件：", *overview]
        counts = {"county_missing": missing_count, "county_refused": refused_count}
        messages.append(_message(load_county().bureau, f"{month} {everywhere}报送情况", body, counts, now))
    return messages


def _to_department(
    department: Department, own: Sequence[ExtractState], in_folder: Sequence[Stranger], month: Month
) -> tuple[list[str], dict[str, int]]:
    """Return what a department is told, a line for each kind of trouble, and how many there are of each."""
    body = []
    if missing := [state for state in own if _is_missing(state)]:
        body.append(f"未报送 {len(missing)} 个：{_titles(missing)}。没有数据的请报送只有表头的文件。")
    if misnamed := [state for state in own if state.misnamed_files]:
        names = "；".join(_name_wanted(state) for state in misnamed)
        files = sum(state.misnamed_files for state in misnamed)
        body.append(
            f"名称或位置不对、没有读入 {files} 个文件，像是{_titles(misnamed)}。应命名为：{names}，直接放在部门文件夹里。"
        )
    if unknown := sum(stranger.extract is None for stranger in in_folder):
        body.append(f"另有 {unknown} 个文件认不出是哪个名册的，没有读入；请按名册名称命名，不是报送数据的请移走。")
    if refused := [state for state in own if state.refused_files]:
        files = sum(state.refused_files for state in refused)
        body.append(f"退回 {len(refused)} 个名册的 {files} 个文件：{_titles(refused)}。原因和改法见回执。")
    if unfinished := [state for state in own if state.unfinished_files]:
        body.append(f"没有复制完 {len(unfinished)} 个：{_titles(unfinished)}。请重新复制，并改回正常的文件名。")
    counts = {"missing": len(missing), "refused": len(refused), "unfinished": len(unfinished)}
    return body, counts | {"misnamed": unknown + sum(state.misnamed_files for state in own)}


def _is_missing(state: ExtractState) -> bool:
    return state.status == "missing" and not state.misnamed_files


def _arrived(own: Sequence[ExtractState]) -> int:
    return sum(state.status != "missing" for state in own)


def _name_wanted(state: ExtractState) -> str:
    short = load_extracts()[state.extract].short_name
    return f"{short}.xlsx 或 {state.title}.xlsx（分几个文件的 {short}__1.xlsx、{short}__2.xlsx）"


def _beside_the_departments(installation: Installation, strangers: Sequence[Stranger]) -> list[str]:
    """Return what the bureau alone can put in order: what lies in nobody's folder."""
    nobodys = sum(stranger.department is None for stranger in strangers)
    lines = [f"　　不在部门文件夹里、没有读入的文件 {nobodys} 个，见{load_county().bureau.name}的回执"] if nobodys else []
    return [*lines, *(f"　　报送文件夹里的 {line}" for line in odd_lines(installation))]


def _to_towns(states: Sequence[ExtractState], month: Month, now: dt.datetime, deadline: int) -> list[Message]:
    messages = []
    for town in load_county().towns:
        missing = [state for state in states if town.code in state.missing_towns]
        refused = [state for state in states if town.code in state.refused_towns]
        if not (missing or refused):
            continue
        body = [f"{month} 分乡镇报送的名册，{town.name}的情况（{_when(now, deadline)}）："]
        if missing:
            body.append(f"没有收到 {len(missing)} 份：{_titles(missing)}。")
        if refused:
            body.append(f"退回 {len(refused)} 份：{_titles(refused)}。原因和改法请问报送部门（在其回执中）。")
        counts = {"missing": len(missing), "refused": len(refused)}
        messages.append(_message(town, f"{month} 报送提醒", body, counts, now))
    return messages


def _of_ledgers(month: Month, now: dt.datetime, published: Mapping[str, Publication]) -> list[Message]:
    """Return the reminders of the quarter's town ledgers; they rest on the last month of the quarter before."""
    quarter_month = town_ledger_quarter(month)
    if quarter_month is None:
        return []
    to_day, quarter = calendar_day("town_ledger_to_day", month), quarter_month.quarter
    county = load_county()
    if quarter_month in published:
        body = [
            f"请于{to_day}日前核对、补充{quarter}就业台账和返乡人员台账；",
            f"底册由{county.bureau.name}发给（结果文件夹 quarters/{quarter}）。",
        ]
        return [_message(town, f"{quarter} 就业台账", body, {}, now) for town in county.towns]
    body = [f"{quarter} 的就业台账还发不出：{quarter_month} 没有发布。请运行 fangfanpin run --month {quarter_month}。"]
    return [_message(load_county().bureau, f"{quarter} 就业台账", body, {}, now)]


def _message(to: Department | Town, subject: str, body: Sequence[str], counts: Mapping[str, int], now: dt.datetime) -> Message:
    return Message(to.code, to.name, to.code, now.isoformat(timespec="minutes"), subject, "\n".join(body), dict(counts))


def _one_for_each(messages: Sequence[Message]) -> list[Message]:
    """Return one message for each recipient."""
    joined: dict[str, Message] = {}
    for message in messages:
        joined[message.recipient] = joined[message.recipient].joined(message) if message.recipient in joined else message
    return list(joined.values())
