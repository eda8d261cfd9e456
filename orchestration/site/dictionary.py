"""The data dictionary as a page: every list and extract with every column, where it comes from, what is in it this month.

What belongs here: laying out what ``config/``, the lineage and counts say. What does not: counting (``column_figures``), what
analysts see (``publications.analyst_edition``). Nothing on the page is a row: meaning and origin are of the program alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.contracts import (
    Column,
    ExtractContract,
    Field,
    MartContract,
    load_county,
    load_extracts,
    load_fields,
    load_marts,
    mart_fields,
)
from orchestration.contracts.database_table import DatabaseTable, load_database_tables
from orchestration.contracts.privacy import PRIVACY_WORDS, SHOWN_WORDS
from orchestration.contracts.type_words import TYPE_WORDS
from orchestration.documents.facts import Facts
from orchestration.explanations.lineage import Origin
from orchestration.site.column_figures import ColumnFigures, TableFigures, counted_columns, is_counted, table_figures
from orchestration.site.content import SiteContent
from orchestration.site.example_queries import example_query
from orchestration.site.handbook import GROUPS, lists_by_group, values_in_words
from orchestration.site.origins import Origins, correcting_rules, fed_lists, reading_rules
from orchestration.site.places import COUNTY_PAGE, DICTIONARY, DICTIONARY_WORDS, HANDBOOK, HANDBOOK_WORDS
from orchestration.site.readers import BUREAU
from orchestration.site.shell import Shell, anchor, number, table, text

_MOST_LISTS = 8
_SCHEMA = "marts"
_FROM, _NOW, _ASKED = "从哪里来", "当月取值", "类型和要求"
_BESIDE = "维度、版本和用法"
_WIDTHS = {_FROM: "from", _NOW: "now", _ASKED: "asked"}
_EDITIONS = {
    "rows": "有，按列遮盖",
    "summary": "有，小数不显示",
    "facts": "有，照原样",
    "none": "没有",
}


@dataclass(frozen=True)
class DescribedTable:
    """A list as the readers of a page have it.

    Attributes:
        mart: of it.
        columns: those that they have, with their meaning there.
        figures: what is in it this month; None where nothing was published.
    """

    mart: MartContract
    columns: Mapping[str, Field]
    figures: TableFigures | None


def bureau_dictionary(content: SiteContent) -> tuple[str, str]:
    """Return address and text of the bureau's page."""
    tables = []
    for mart in (one for marts in lists_by_group().values() for one in marts):
        columns = mart_fields(mart, load_fields())
        rows = content.columns(mart.mart, counted_columns(columns))
        figures = None if rows is None else table_figures(rows, columns, content.facts.labels)
        tables.append(DescribedTable(mart, columns, figures))
    shell = Shell(content.facts, content.edition, BUREAU)
    body = dictionary_body(tables, content.facts, is_for_analysts=False)
    return DICTIONARY, shell.page(DICTIONARY, DICTIONARY_WORDS, body, [("首页", COUNTY_PAGE)], is_searched=True)


def dictionary_body(tables: Sequence[DescribedTable], facts: Facts, *, is_for_analysts: bool) -> str:
    """Return the content of the page.

    Args:
        tables: in their order.
        facts: of ``config/``, for words of values.
        is_for_analysts: whether extracts, the handbook and what analysts do not see are left out.
    """
    origins = Origins("" if is_for_analysts else HANDBOOK, has_extracts=not is_for_analysts)
    by_name = {one.mart.mart: one for one in tables}
    groups = {
        GROUPS[group]: [by_name[mart.mart] for mart in marts if mart.mart in by_name]
        for group, marts in lists_by_group().items()
    }
    parts = [_introduction(is_for_analysts), _contents(groups, is_for_analysts)]
    for title, inside in groups.items():
        if inside:
            parts.append(f"<h2 data-aside>{text(title)}</h2>")
        parts += [_list(one, facts, origins, is_for_analysts) for one in inside]
    parts.append(f"<h2 data-aside>{_BESIDE}</h2>")
    parts += [_beside(one) for one in load_database_tables().values()]
    if not is_for_analysts:
        parts.append("<h2 data-aside>各部门报送的名册</h2>")
        parts += [_extract(contract, origins) for contract in load_extracts().values()]
    return "".join([*parts, *_long(origins)])


def _introduction(is_for_analysts: bool) -> str:
    file = "analyst.duckdb" if is_for_analysts else "current.duckdb"
    return (
        f"<div data-aside><p>库文件 <code>{file}</code>：每张清单是一张表（<code>{_SCHEMA}.代码名</code>），另有中文视图"
        '（<code>清单."清单名"</code>）。每个月份的行都在里面，<code>month</code> 是监测月份的第一天。空不等于零。</p>'
        "<p>“从哪里来”由计算程序的 SQL 逐列查出：写的是值由哪些报送列、标准和配置算出；只用来挑选行的条件不在内。"
        "“当月取值”是本月的空值和最常见的取值，只统计与人无关的列"
        + ("；不到最小组的数不显示（＊）。" if is_for_analysts else "。")
        + "用“查找”可以搜中文名、代码名和说明里的词。</p></div>"
    )


def _contents(groups: Mapping[str, Sequence[DescribedTable]], is_for_analysts: bool) -> str:
    lines = ['<nav data-aside class="contents"><h2>目录</h2>']
    for title, inside in groups.items():
        if inside:
            links = "　".join(anchor(one.mart.title, f"#{one.mart.mart}") for one in inside)
            lines.append(f"<h3>{text(title)}</h3><p>{links}</p>")
    links = "　".join(anchor(one.title, f"#{one.table}") for one in load_database_tables().values())
    lines.append(f"<h3>{_BESIDE}</h3><p>{links}</p>")
    if not is_for_analysts:
        links = "　".join(anchor(one.title, f"#{one.extract}") for one in load_extracts().values())
        lines.append(f"<h3>各部门报送的名册</h3><p>{links}</p>")
    return "".join(lines) + "</nav>"


def _list(one: DescribedTable, facts: Facts, origins: Origins, is_for_analysts: bool) -> str:
    mart, figures = one.mart, one.figures
    rows = "没有发布" if figures is None else "＊" if figures.rows is None else f"{number(figures.rows)} 行"
    key = "、".join(text(one.columns[name].label) for name in mart.key if name in one.columns)
    has_key = all(name in one.columns for name in mart.key)
    links = [] if is_for_analysts else [anchor(HANDBOOK_WORDS, f"{HANDBOOK}#{mart.mart}")]
    said = [
        f"{text(mart.description)}。依据：{text(mart.source)}。",
        (f"一行由月份、{key}定；" if has_key else "") + f"本月{rows}。",
    ]
    if not is_for_analysts:
        said.append(f"分析库里{_EDITIONS[mart.analysts]}。")
    body = [
        (
            f"<b>{text(field.label)}</b><br><code>{text(name)}</code>",
            _meaning(mart, name, field, is_for_analysts),
            _origin(mart, name, origins),
            _values(name, field, figures, facts),
        )
        for name, field in one.columns.items()
    ]
    query = example_query(mart, one.columns)
    return (
        f'<section id="{mart.mart}" data-group="{text(mart.title)} {mart.mart}">'
        f"<h3>{text(mart.title)}　<code>{mart.mart}</code></h3>"
        f"<p>{''.join(said)}{'　'.join(links)}</p>{_columns(('列', '意思', _FROM, _NOW), body)}"
        f"<details><summary>查询示例</summary><pre>{text(query)}</pre></details></section>"
    )


def _beside(one: DatabaseTable) -> str:
    """Return a table that stands beside the lists: what joins to them, what the database is, how it is asked."""
    key = "、".join(text(one.columns[name].label) for name in one.key)
    joins = "；".join(
        "、".join(f"<code>{text(own)}</code> = 清单的 <code>{text(theirs)}</code>" for own, theirs in join.items())
        for join in one.joins
    )
    said = [f"{text(one.description)}。依据：{text(one.source)}。", f"一行由{key}定。", f"连接：{joins}。" if joins else ""]
    body = [
        (
            f"<b>{text(column.label)}</b><br><code>{text(name)}</code>",
            f"{text(column.description)}<br><small>{TYPE_WORDS[column.type]}</small>",
        )
        for name, column in one.columns.items()
    ]
    return (
        f'<section id="{one.table}" data-group="{text(one.title)} {one.table}">'
        f"<h3>{text(one.title)}　<code>{text(one.full_name)}</code></h3>"
        f"<p>{''.join(said)}</p>{_columns(('列', '意思'), body)}</section>"
    )


def _columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    page = table(heads, rows, attributes=' class="columns dictionary"').replace("<tr><td>", "<tr data-find><td>")
    for head, kind in _WIDTHS.items():
        page = page.replace(f"<th>{head}", f'<th class="{kind}">{head}', 1)
    return page


def _meaning(mart: MartContract, name: str, field: Field, is_for_analysts: bool) -> str:
    tags = [TYPE_WORDS[field.type], PRIVACY_WORDS[field.privacy or "none"]]
    if mart.analysts == "rows" and not is_for_analysts:
        tags.append(f"分析库：{SHOWN_WORDS[field.analysts or 'drop']}")
    said = "；".join(filter(None, tags))
    return f'{values_in_words(name, field)}<div class="note">{text(said)}</div>'


def _origin(mart: MartContract, name: str, origins: Origins) -> str:
    if mart.mart not in load_marts():
        return "发布时由前后两版比较得出"
    return origins.of(mart.mart, name)


def _values(name: str, field: Field, figures: TableFigures | None, facts: Facts) -> str:
    if figures is None or name not in figures.columns:
        return "" if is_counted(field) else '<span class="note">不统计</span>'
    found = figures.columns[name]
    if found.has_more and found.values and found.values[0][1] == 1:
        shown = ["各行不同"]
    else:
        shown = [
            f"{text(_short(facts.text(name, field.type, value)))}　{_share(count, figures.rows)}"
            for value, count in found.values
        ]
        shown += ["……" if shown else "＊"] if found.has_more else []
    return "<br>".join(filter(None, [_blank(found, figures.rows), *shown]))


def _blank(found: ColumnFigures, rows: int | None) -> str:
    if found.blank is None:
        return "空 ＊"
    return f"空 {_share(found.blank, rows)}" if found.blank else ""


def _share(count: int | None, rows: int | None) -> str:
    if count is None or not rows:
        return "＊"
    share = 100 * count / rows
    return f"{number(count)} · {'不到1' if share < 1 else f'{share:.0f}'}%"


def _short(words: str) -> str:
    return (words if len(words) <= 24 else f"{words[:24]}…") or "（空白）"


def _extract(contract: ExtractContract, origins: Origins) -> str:
    sender = load_county().department(contract.department).name
    kind = "每月整册报送，替换上月" if contract.kind == "roll" else "逐月累计"
    rows = [
        (
            f"<b>{text(column.header)}</b><br><code>{text(column.name)}</code>",
            _asked(column),
            _used(Origin("extract", contract.extract, column.name), origins),
        )
        for column in contract.columns
    ]
    title = f"{sender}：{contract.title}"
    return (
        f'<section id="{contract.extract}" data-group="名册 {text(title)} {contract.extract}">'
        f"<h3>{text(title)}　<code>{contract.extract}</code></h3><p>{kind}。</p>"
        f"{_columns(('列', _ASKED, '用在哪里'), rows)}</section>"
    )


def _asked(column: Column) -> str:
    kind = f"代码表 {column.code_list}" if column.code_list else TYPE_WORDS[column.type]
    words = (("必填", column.required), ("主键", column.key), ("个人信息", column.personal))
    aliases = f"又作{'、'.join(column.aliases)}" if column.aliases else ""
    return text("；".join(filter(None, [kind, *(word for word, holds in words if holds), aliases])))


def _used(origin: Origin, origins: Origins) -> str:
    marts, correcting = fed_lists().get(origin, ()), correcting_rules().get(origin, ())
    titles = "、".join(anchor(load_marts()[name].title, f"#{name}") for name in marts[:_MOST_LISTS])
    more = f" 等{len(marts)}份清单" if len(marts) > _MOST_LISTS else ""
    reading = [code for code in reading_rules().get(origin, ()) if code not in correcting]
    said = titles + more or ("" if correcting or reading else '<span class="note">只留存，不参与计算</span>')
    if correcting:
        said += origins.rules(correcting, "这一列有错时由规则指出")
    return said + (origins.rules(reading, "规则用到") if reading else "")


def _long(origins: Origins) -> Iterator[str]:
    """Yield what columns come from more columns than are told beside them."""
    if origins.long:
        yield "<h2 data-aside>来源明细</h2>"
    for number_of, (found, address) in enumerate(origins.long.items(), start=1):
        yield f'<section data-aside id="{address}"><h3>来源 {number_of}</h3><p>{origins.in_full(found)}</p></section>'
