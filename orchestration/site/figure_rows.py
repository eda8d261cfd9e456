"""The rows behind the figures of a town's briefing: a section a figure, each row leading to its household."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.contracts.figure_rows import FigureRows, load_figure_rows
from orchestration.site.content import Row, SiteContent
from orchestration.site.household_facts import CountyFacts
from orchestration.site.household_section import attribute
from orchestration.site.places import NO_TOWN, Places, Village, rows_page, town_page
from orchestration.site.readers import Reader
from orchestration.site.shell import Shell, number, text

FIGURES = "briefing_figures"
_RATE = "%"
_OF_VILLAGES, _NO_VILLAGE = "entry_progress", "未填行政村"
# From how many households on a list of names serves nobody: the villages are told instead.
_LONGEST = 400
_EXPLAINED = "每项指标列出所计的户、人；点姓名到该户。×3 是有3条，姓名后的数是该户所计的数。"
_RATES = "比率，没有自己的行；所除的两项指标各有清单。"


@dataclass
class Counted:
    """What a figure counts of one household, or of one village.

    Attributes:
        target: anchor or page within the town's folder; blank where there is none.
        names: how often each name is counted, plain text.
        amount: what the rows add up to; None where rows are counted.
    """

    target: str
    names: dict[str, int] = field(default_factory=dict)
    amount: Decimal | None = None


@dataclass
class FigureList:
    """The rows of a figure in one folder: by village in the order of pages ('' for what has none), by household."""

    by_village: dict[str, dict[str, Counted]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def households(self) -> int:
        """How many households have a row."""
        return sum(map(len, self.by_village.values()))


def figure_value(unit: str, value: Decimal | None) -> str:
    """Return a figure as it is read: rates in hundredths, what cannot be told as a dash."""
    if unit == _RATE:
        return "—" if value is None else f"{value * 100:.2f}%"
    return number(value)


def rows_pages(content: SiteContent, facts: CountyFacts, figures: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
    """Yield address and text of the rows' page of every town.

    Args:
        content: the publication.
        facts: its households.
        figures: the rows of ``briefing_figures`` by town.
    """
    declared = load_figure_rows()
    lists = _lists(content, facts, declared)
    order = figures.get(content.facts.county.whole_county_label, [])
    for town in content.places.town_folders:
        own = figures.get(town) or [{**row, "value": None} for row in order]
        pages = {village.name: _file(village) for village in content.places.villages_of(town)}
        sections = "".join(
            _section(content, row, declared.get(row["figure"]), lists[row["figure"]].get(town), pages) for row in own
        )
        address = rows_page(town)
        shell = Shell(content.facts, content.edition, Reader("town", town))
        body = f"<p class=note>{_EXPLAINED}</p>{sections}"
        yield address, shell.page(address, f"{town}简报指标的清单", body, [(town, town_page(town))], is_searched=True)


def _section(
    content: SiteContent, row: Row, declared: FigureRows | None, found: FigureList | None, pages: Mapping[str, str]
) -> str:
    figure, unit = row["figure"], row["unit"]
    label = text(content.facts.labels.label("figure", figure))
    told = ""
    if row.get("value") is not None or row["town"] in content.places.towns:
        value = figure_value(unit, row["value"])
        told = f" <b data-figure={attribute(figure)} data-town={attribute(row['town'])}>{value}</b>{text(unit.strip(_RATE))}"
    if declared is None:
        said = _RATES if unit == _RATE else ""
    elif declared.why:
        said = text(declared.why)
    elif not found:
        said = "没有" if row["value"] == 0 else "没有清单：所依据的名册没有报送，或者本月不适用" if row["value"] is None else ""
    else:
        return f"<section id={attribute(figure)}><h3>{label}{told}</h3>{_villages(found, pages)}</section>"
    return f"<section id={attribute(figure)}><h3>{label}{told}</h3><p class=note>{said}</section>"


def _villages(found: FigureList, pages: Mapping[str, str]) -> str:
    """Return the households of a figure by village; where they are most of a large town, how many each village has."""
    if found.households > _LONGEST:
        counts = (
            f"<a href={pages[village]}>{text(village) or _NO_VILLAGE}</a> {_sum(entries.values()):,f}"
            if village in pages
            else f"<a>{text(village) or _NO_VILLAGE}</a> {_sum(entries.values()):,f}"
            for village, entries in found.by_village.items()
        )
        return f"<p class=note>户数多，按村列数；各户见该村的页。<p>{' '.join(counts)}"
    return "".join(
        f"<p data-find>{f'<b>{text(village)}</b> ' if village else ''}{' '.join(map(_entry, entries.values()))}"
        for village, entries in found.by_village.items()
    )


def _sum(entries: Iterable[Counted]) -> Decimal:
    return sum((Decimal(sum(one.names.values())) if one.amount is None else one.amount for one in entries), Decimal(0))


def _entry(one: Counted) -> str:
    words = "、".join(f"{name}×{times}" if times > 1 and one.amount is None else name for name, times in one.names.items())
    after = f" {one.amount:,f}" if one.amount is not None else ""
    return f"<a{f' href={one.target}' if one.target else ''}>{text(words)}</a>{after}"


def _lists(content: SiteContent, facts: CountyFacts, declared: Mapping[str, FigureRows]) -> dict[str, dict[str, FigureList]]:
    """Return the rows of every figure by figure and folder."""
    names = {member["person_id"]: member["name"] for one in facts.households.values() for member in one.members}
    month = content.edition.month.first_day
    place = {village.page: number for number, village in enumerate(content.places.villages)}
    order = {identity: (place[village.page], identity) for identity, village in content.places.of_household.items()}
    homes = {
        identity: (village.town, village.name, f"{_file(village)}#{attribute(identity)}")
        for identity, village in content.places.of_household.items()
    }
    lists: dict[str, dict[str, FigureList]] = defaultdict(lambda: defaultdict(FigureList))
    with content.rows() as published, duckdb.connect(str(content.warehouse), read_only=True) as work:
        for figure, one in declared.items():
            if one.rows is None:
                continue
            connection = published.connection if one.is_published else work
            rows = _ask(connection, one, month)
            rows.sort(key=lambda row: order.get(row[1] or "", (len(place), row[1] or "")))
            for area, household, person, name, head, village, counted in rows:
                folder = area if area in content.places.towns else NO_TOWN
                town, said, target = homes.get(household or "", ("", village or "", ""))
                if town != folder:
                    target = ""
                words = name or names.get(person or "") or head or _head(facts, household) or household or "（没有写明户）"
                if household is None and one.rows == _OF_VILLAGES:
                    words, said, target = village or _NO_VILLAGE, "", _page_of(content.places, folder, village)
                entries = lists[figure][folder].by_village[said]
                if (entry := entries.get(target or words)) is None:
                    entry = entries[target or words] = Counted(target)
                entry.names[words] = entry.names.get(words, 0) + 1
                if one.counts:
                    entry.amount = (entry.amount or Decimal(0)) + Decimal(counted or 0)
    return lists


def _head(facts: CountyFacts, household: str | None) -> str:
    found = facts.households.get(household or "")
    return (found.row["head_name"] if found else "") or ""


def _page_of(places: Places, town: str, village: str | None) -> str:
    return next((_file(one) for one in places.villages_of(town) if one.name == (village or "")), "")


def _file(village: Village) -> str:
    return village.page.rpartition("/")[2]


def _ask(connection: duckdb.DuckDBPyConnection, one: FigureRows, month: Any) -> list[tuple[Any, ...]]:
    """Return area, household, person, name, head, village and amount of the rows of a figure."""
    table = one.rows if one.is_published else f"intermediate.{one.rows}"
    columns = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
    shown = ("household_id", "person_id", "name", "head_name", "village")
    wanted = ", ".join(name if name in columns else f"null as {name}" for name in shown)
    # of several the same one in every run, in the same order
    told_apart = ", ".join([*(name for name in shown if name in columns), *([one.counts] if one.counts else [])])
    kept = f"partition by {one.area}, {one.one_per} order by {told_apart}"
    first = f"qualify row_number() over ({kept}) = 1" if one.one_per else ""
    return connection.execute(
        f"select {one.area}, {wanted}, {one.counts or 'null'} from {table} where month = ? and ({one.where}) {first} "
        "order by all nulls first",
        [month],
    ).fetchall()
