"""What a run came to, as it is printed: how the month stands, what waits for the bureau, where the files are.

What belongs here: words and their order, a screen for one month, a line for each of several. What does not: the numbers
(``publications.summary``). Counts alone: no row, no name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from orchestration.command_line.arguments import padded, width
from orchestration.contracts import load_county, load_marts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

if TYPE_CHECKING:
    from orchestration.defs.runs import RunReport
    from orchestration.publications import Publication
    from orchestration.publications.summary import MonthSummary

_UNKNOWN = "—"
_MOST_NAMED = 3
# Files that are named, of a month; all of them are in intake_files and in the return letters.
_MOST_UNREAD, _MOST_UNREAD_OF_MANY = 6, 3


def report_lines(installation: Installation, report: RunReport, delivered: Sequence[Month]) -> Iterator[str]:
    """Return what is said of the months that a run published or left as they were, and of files of these deliveries."""
    from orchestration.publications.summary import summarize

    if report.unchanged:
        yield f"内容没有变化，没有重新计算（报送文件、参数、程序都与上次相同）：{'、'.join(report.unchanged)}"
    summaries = {month: summarize(publication) for month, publication in report.publications.items()}
    if len(summaries) == 1:
        (month, summary), publication = next(iter(summaries.items())), next(iter(report.publications.values()))
        yield from ("", f"{month}（{_version(publication)}）", *_standing(summary))
        yield from ("", f"要{_bureau()}处理：", *(f"  {line}" for line in _to_do(summary, publication) or ["没有"]))
    elif summaries:
        yield from ("", *_table(report.publications, summaries))
    if notes := [*_notes(report)]:
        yield from ("", *notes)
    yield from unread_lines(installation, delivered)
    yield from ("", "文件：")
    places = {"查询库": str(installation.current)}
    if len(summaries) == 1:
        places = {
            "发布": str(publication.folder),
            "工作簿": f"{publication.folder / 'workbooks'}（{summary.workbooks} 个）",
            **({"简报": f"{summary.page}（用浏览器打开）"} if summary.page else {}),
            **places,
        }
    elif summaries:
        places = {"发布": f"{installation.marts}/<月份>/v<版本>", **places}
    yield from (f"  {padded(name, 8)}{place}" for name, place in places.items())


def unread_lines(installation: Installation, months: Sequence[Month]) -> Iterator[str]:
    """Return what is said of delivered files that are not used, and of folders that are no month's; nothing without them."""
    from orchestration.deliveries import unread

    most = _MOST_UNREAD if len(months) == 1 else _MOST_UNREAD_OF_MANY
    files = [line for month in months for line in unread.unread_lines(installation, month, most)]
    for heading, found in (("没有采用的文件", files), ("报送文件夹里不是月份的", unread.odd_lines(installation))):
        if found:
            yield from ("", f"{heading}：", *(f"  {line}" for line in found))


def _bureau() -> str:
    return load_county().bureau.name


def _version(publication: Publication) -> str:
    return f"第{publication.version}版{'' if publication.is_new else '，与已发布的相同'}"


def _standing(summary: MonthSummary) -> Iterator[str]:
    if summary.red is None or summary.yellow is None:
        yield "预警名单：没有算出"
    else:
        listed = f"预警名单 {summary.red + summary.yellow} 户：红色 {summary.red} 户、黄色 {summary.yellow} 户"
        yield f"{listed}；本月新列入 {_shown(summary.new)} 户、退出 {_shown(summary.left)} 户"
    if summary.undecided is not None:
        yield f"收入没有录全、判断不了的 {summary.undecided} 户（收入缺录清单），不在预警名单上，也不等于没有风险"


def _to_do(summary: MonthSummary, publication: Publication) -> list[str]:
    """Return a line for each matter that waits for the bureau."""
    marts = load_marts()
    lines = []
    if summary.candidates:
        lines.append(f"应纳未纳线索 {summary.candidates} 户，请核实是否纳入监测")
    if summary.matches:
        lines.append(f"疑似匹配 {summary.matches} 行待判定：在乡村振兴局办理工作簿的“疑似匹配判定”页填写后交回")
    if summary.refused or summary.unrecognized:
        lines.append(f"没有采用的文件：退回 {summary.refused} 个，认不出 {summary.unrecognized} 个（见下）")
    if names := summary.not_applicable:
        titles = "、".join(marts[name].title if name in marts else name for name in names[:_MOST_NAMED])
        more = "等" if len(names) > _MOST_NAMED else ""
        reason = publication.not_applicable[names[0]]
        lines.append(
            f"算不出的清单 {len(names)} 份：{titles}{more}（{reason}{'；其余见 list_status' if len(names) > 1 else ''}）"
        )
    if rows := summary.outside_towns:
        named = "、".join(f"{marts[name].title if name in marts else name} {count} 行" for name, count in rows.items())
        lines.append(f"乡镇不是本县的，由局里办理，并请更正户信息：{named}")
    return lines


def _notes(report: RunReport) -> Iterator[str]:
    from orchestration.contracts import load_extracts
    from orchestration.publications import changes_by_extract

    extracts, months = load_extracts(), report.publications
    for month, publication in months.items():
        if publication.is_new and publication.restates:
            where = "见乡村振兴局办理工作簿的“重算差异”各页和数据质量报告"
            yield f"{month} 取代第{publication.restates}版，差异 {publication.differences} 处：{where}"
        shown = report.in_force.get(month)
        if shown and shown.version != publication.version:
            yield (
                f"注意：{month} 查询库仍显示知晓月份更晚的第{shown.version}版（知晓 {shown.knowledge_month}）；"
                f"要按现有报送更新它，请运行 fangfanpin restate --month {month} --knowledge {shown.knowledge_month}"
            )
    if len(months) == 1 and (changes := changes_by_extract(next(iter(months.values())))):
        named = [
            f"{extracts[extract].title if extract in extracts else extract} {count} 项" for extract, count in changes.items()
        ]
        more = f"等 {len(named)} 个名册" if len(named) > _MOST_NAMED else ""
        yield f"与上次报送相比变化较大（只作提示，详见各部门回执）：{'、'.join(named[:_MOST_NAMED])}{more}"


_COLUMNS = (
    "月份",
    "红色",
    "黄色",
    "新列入",
    "退出",
    "判断不了",
    "应纳未纳",
    "待判定",
    "未采用",
    "缺清单",
    "乡镇不明",
    "版本",
)


def _table(publications: Mapping[str, Publication], summaries: Mapping[str, MonthSummary]) -> Iterator[str]:
    rows = [_row(month, summaries[month], publication) for month, publication in publications.items()]
    widths = [max(map(width, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    for row in (_COLUMNS, *rows):
        yield "  ".join(padded(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
    yield "前六项是户数；判断不了：收入没有录全"
    yield f"要{_bureau()}处理：应纳未纳的户、待判定的行、未采用的文件、缺（算不出）的清单、乡镇不是本县的行"


def _row(month: str, summary: MonthSummary, publication: Publication) -> tuple[str, ...]:
    files = None if summary.refused is None else summary.refused + (summary.unrecognized or 0)
    counts: Sequence[int | None] = (
        *(summary.red, summary.yellow, summary.new, summary.left, summary.undecided, summary.candidates, summary.matches),
        *(files, len(summary.not_applicable), sum(summary.outside_towns.values())),
    )
    return (month, *map(_shown, counts), _version(publication))


def _shown(count: int | None) -> str:
    return _UNKNOWN if count is None else str(count)
