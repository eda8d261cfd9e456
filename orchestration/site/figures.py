"""The figures of the county's pages: read from a version's lists, and as a meeting may see them.

What belongs here: one mapping of cells (month, area, figure) that every section reads, and which of them a meeting does not
see. What does not: sentences, charts, pages. Sources: 新农组办〔2023〕3号 art. 1, 4; ledgers.md section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from orchestration.contracts import load_code_lists, load_parameters
from orchestration.documents.allotment import ASKED
from orchestration.documents.suppression import FEW, Few, hidden_cells, smallest_count, sums_to
from orchestration.foundation.months import Month
from orchestration.site.content import Rows, SiteContent
from orchestration.site.places import NO_TOWN

Shown = Decimal | Few | None
Cell = tuple[Month, str, str]

# Upper bounds (yuan a person and year) of the classes in which gaps to the line are counted; the last class has none.
GAP_CLASSES = (200, 500, 1000, 2000, 4000)
# Months since an item was handed out, by class; the last class has no end.
AGE_CLASSES = (
    (0, 0, "本月下发"),
    (1, 1, "1个月"),
    (2, 2, "2个月"),
    (3, 3, "3个月"),
    (4, 6, "4至6个月"),
    (7, None, "7个月以上"),
)
INCOME_PARTS = {"wage_12m": "工资性", "business_12m": "经营性", "property_12m": "财产性", "transfer_12m": "转移性"}
WARNED, OTHERS = "预警户", "其他收入齐全户"
# Sums of money are no counts; a rate is a figure so named, and of one that is not in RATES nothing is known: it is hidden.
_AMOUNT, _RATE = "_amount", "_rate"
# A rate, what is divided, by what.
RATES = {
    "completeness_rate": ("income_complete", "households_in_scope"),
    "entry_rate": ("households_entered", "households_to_enter"),
    "visit_rate": ("households_visited", "households_to_enter"),
    "employment_rate": ("employed", "workers"),
    "closure_rate": ("items_closed", "items"),
    "in_time_rate": ("items_in_time", "items"),
    "insured_rate": ("insured_persons", "insurable_persons"),
}
# Rows that two figures count alike (ledgers.md section 6): who sees one knows the other.
_SAME = (
    ("shortfall_uninsured", "referrals_medical_insurance"),
    ("shortfall_uninsured", "gap_medical_uninsured"),
    ("shortfall_unsafe_dwelling", "referrals_housing"),
    ("shortfall_unsafe_dwelling", "gap_dwelling_renovation"),
    ("shortfall_unsafe_water", "referrals_water"),
    ("referrals_education", "gap_student_aid"),
)
_PARTS = {
    "warning_households": (("warning_red", "warning_yellow"), ("warning_new", "warning_persisting")),
    "households_in_scope": (("income_complete", "income_gaps"),),
    "households_to_enter": (("households_entered", "not_entered"),),
    "items": (("items_closed", "items_overdue", "items_recurring"),),
    "workers": (("employed", "not_employed"),),
}
# What a meeting sees of each town.
OF_TOWNS = ("warning_households", "warning_red", "warning_yellow", "income_gaps", "gaps", "not_entered")


@dataclass(frozen=True)
class Incomes:
    """Incomes of a group of households over twelve months: yuan a person, and shares of its parts by Chinese name."""

    per_person: Decimal
    shares: Mapping[str, Decimal]


@dataclass(frozen=True)
class Missing:
    """What did not arrive.

    Attributes:
        extracts: department, extract and what became of it, of every extract that could not be compared.
        files: delivered files that were not read, with the reason; names are as delivered.
        unread: how many these are.
        lists: lists that could not be computed, with the reason.
    """

    extracts: Sequence[tuple[str, str, str]]
    files: Sequence[tuple[str, str]]
    unread: int
    lists: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class CountyFigures:
    """Everything that the county's pages say in numbers.

    Attributes:
        month: of the publication.
        whole: what the county as a whole is called.
        towns: the areas of the table: declared towns, ``NO_TOWN`` where a household is in none.
        cells: by month, area and figure; None: cannot be told; ``FEW``: not for this reader. Rates are ratios. Beside the
            figures of ``briefing_figures`` there are counts by class: ``gap_class_<n>_red``, ``age_<n>``, ``risk_<n>``,
            ``gaps_of_<department>``, and ``last_year`` ones of ``employment_quarter`` as ``quarter:<figure>``.
        months: of the trend, oldest first.
        lines: month, name and amount of every income line in force in these months.
        risks: names of the registered risks, the most frequent first.
        incomes: by group; None of a group without anybody, ``FEW`` of too small a one.
        missing: what did not arrive.
        smallest: the least count that is printed; 0 where all are.
    """

    month: Month
    whole: str
    towns: Sequence[str]
    cells: Mapping[Cell, Shown]
    months: Sequence[Month]
    lines: Sequence[tuple[Month, str, Decimal]]
    risks: Sequence[str]
    incomes: Mapping[str, Incomes | Few | None]
    missing: Missing
    smallest: int = 0

    def at(self, figure: str, area: str = "", month: Month | None = None) -> Shown:
        """Return a figure of the county or a town, of this month or an earlier one."""
        return self.cells.get((month or self.month, area or self.whole, figure))

    @property
    def quarter_ago(self) -> Month:
        """The month three months before."""
        return self.month.back(3)

    @property
    def year_ago(self) -> Month:
        """The same month of the year before."""
        return self.month.back(12)


def county_figures(content: SiteContent) -> CountyFigures:
    """Return the figures of a version, as the bureau sees them."""
    month, facts = content.edition.month, content.facts
    whole = facts.county.whole_county_label
    with content.rows() as rows:
        cells = _briefing_cells(rows, month)
        areas = [*facts.towns, NO_TOWN] if NO_TOWN in content.places.town_folders else list(facts.towns)
        towns = [town for town in areas if town == NO_TOWN or (month, town, "households_in_scope") in cells]
        for row in rows.ask("select town, households, households_entered from entry_progress"):
            for area in (whole, row["town"]):
                _add(cells, (month, area, "households_to_enter"), row["households"])
                entered, there_are = row["households_entered"], row["households"]
                is_known = entered is not None and there_are is not None
                _add(cells, (month, area, "not_entered"), there_are - entered if is_known else None)
        months = _trend_cells(rows, cells)
        _classes(rows, cells, (month, whole))
        risks = _risks(rows, cells, (month, whole))
        for row in rows.ask("select target_department as one, count(*) as n from entitlement_gaps group by all"):
            cells[month, whole, f"gaps_of_{row['one']}"] = Decimal(row["n"])
        for row in rows.ask("select * from employment_quarter where is_total"):
            name = f"quarter:{row['figure']}"
            for when, value in (
                (month, row["value"]),
                (month.back(3), row["last_quarter"]),
                (month.back(12), row["last_year"]),
            ):
                cells[when, whole, name] = value
        incomes = _incomes(rows)
        missing = _missing(rows, content)
    if NO_TOWN in towns:
        _add_no_town(cells, month, whole, facts.towns)
    workers, employed = cells.get((month, whole, "workers")), cells.get((month, whole, "employed"))
    cells[month, whole, "not_employed"] = workers - employed if workers is not None and employed is not None else None
    return CountyFigures(month, whole, towns, cells, months, _lines(content, months), risks, incomes, missing)


def _add(cells: dict[Cell, Any], cell: Cell, more: int | None) -> None:
    """Add to a sum; one of which a part is not known is not known."""
    before = cells.get(cell, Decimal(0))
    cells[cell] = None if before is None or more is None else before + more


def _briefing_cells(rows: Rows, month: Month) -> dict[Cell, Any]:
    cells: dict[Cell, Any] = {}
    for row in rows.ask("select town, figure, value, previous_value, quarter_ago_value from briefing_figures"):
        for when, value in ((0, row["value"]), (1, row["previous_value"]), (3, row["quarter_ago_value"])):
            cells[month.back(when), row["town"], row["figure"]] = value
    return cells


def _trend_cells(rows: Rows, cells: dict[Cell, Any]) -> list[Month]:
    """Add the figures of earlier months; return the months of the last twelve that there are."""
    months = set()
    for row in rows.ask("select month, past_month, town, figure, value from briefing_trend"):
        past = Month.of(row["past_month"])
        cells.setdefault((past, row["town"], row["figure"]), row["value"])
        if past > Month.of(row["month"]).back(12):
            months.add(past)
    return sorted(months)


def _classes(rows: Rows, cells: dict[Cell, Any], county: tuple[Month, str]) -> None:
    """Count warned households by their gap to the line, and open items by their age."""
    month, whole = county
    for place in range(len(GAP_CLASSES) + 1):
        for level in ("red", "yellow"):
            cells[month, whole, f"gap_class_{place}_{level}"] = Decimal(0)
    for row in rows.ask("select level, shortfall / headcount as gap from warning_list where headcount > 0"):
        place = sum(Decimal(row["gap"]) > bound for bound in GAP_CLASSES)
        _add(cells, (month, whole, f"gap_class_{place}_{row['level']}"), 1)
    for place, (first, last, _) in enumerate(AGE_CLASSES):
        found = rows.ask(
            "select count(*) as n from worklist_follow_up where list_contains(?, state) and months_open between ? and ?",
            [list(ASKED), first, 9999 if last is None else last],
        )
        cells[month, whole, f"age_{place}"] = Decimal(found[0]["n"])


def _risks(rows: Rows, cells: dict[Cell, Any], county: tuple[Month, str]) -> list[str]:
    """Count households that are monitored and not cleared by registered risk; return the names, the most frequent first."""
    known = [code.value for code in load_code_lists()["risk"].values]
    counts: dict[str, int] = {}
    for row in rows.ask(
        "select risk, count(distinct household_id) as n from risk_reasons "
        "where household_id in (select household_id from household_month where is_monitored_active) group by risk"
    ):
        name = row["risk"] if row["risk"] in known else "登记了别的写法"
        counts[name] = counts.get(name, 0) + row["n"]
    names = sorted(counts, key=lambda name: (-counts[name], known.index(name) if name in known else len(known)))
    for place, name in enumerate(names):
        cells[(*county, f"risk_{place}")] = Decimal(counts[name])
    return names


def _incomes(rows: Rows) -> dict[str, Incomes | Few | None]:
    parts = ", ".join(f"sum({part}) as {part}" for part in INCOME_PARTS)
    found = rows.ask(
        "select household_id in (select household_id from warning_list) as is_warned, "
        f"sum(headcount) as persons, sum(income_12m) as income, {parts} from household_month "
        "where income_status = 'complete' and is_in_scope group by is_warned"
    )
    groups: dict[str, Incomes | Few | None] = {WARNED: None, OTHERS: None}
    for row in found:
        total = sum((row[part] for part in INCOME_PARTS), Decimal(0))
        if row["persons"] and total > 0:
            shares = {name: Decimal(row[part]) / total for part, name in INCOME_PARTS.items()}
            groups[WARNED if row["is_warned"] else OTHERS] = Incomes(Decimal(row["income"]) / row["persons"], shares)
    return groups


def _lines(content: SiteContent, months: Sequence[Month]) -> list[tuple[Month, str, Decimal]]:
    lines = []
    for name, parameter in load_parameters().items():
        if not parameter.is_line:
            continue
        for month in months:
            in_force = parameter.in_force(month)
            if in_force and in_force.value is not None:
                lines.append((month, content.facts.labels.label("parameter", name), Decimal(in_force.value)))
    return lines


def _missing(rows: Rows, content: SiteContent) -> Missing:
    facts, labels = content.facts, content.facts.labels
    extracts = [
        (
            facts.county.department(row["extract"].split("__")[0]).name,
            labels.label("extract", row["extract"]),
            labels.label("status", row["status"]),
        )
        for row in rows.ask("select extract, status from department_comparison where status <> 'compared' order by extract")
    ]
    files = [
        (row["file"], row["explanation"] or "")
        for row in rows.ask("select file, explanation from intake_files where outcome <> 'accepted' order by file")
    ]
    lists = [(labels.label("mart", mart), why) for mart, why in sorted(content.not_applicable.items())]
    return Missing(extracts, files, len(files), lists)


def _add_no_town(cells: dict[Cell, Any], month: Month, whole: str, towns: Sequence[str]) -> None:
    """Add what is in none of the county's towns: the county less its towns, of counts that add up."""
    adding = {figure for _, _, figure in cells if figure.startswith(("warning_", "households_", "shortfall_"))}
    for figure in sorted({*adding, "income_gaps", "income_complete", "gaps", "not_entered"}):
        of_county = cells.get((month, whole, figure))
        of_towns = [cells.get((month, town, figure), Decimal(0)) for town in towns]
        if of_county is not None and None not in of_towns:
            cells[month, NO_TOWN, figure] = of_county - sum(of_towns, Decimal(0))


def for_meeting(figures: CountyFigures) -> CountyFigures:
    """Return the figures as a meeting may see them: small counts hidden, and what they could be worked out from.

    Names of files are left out; how many were not read is told.
    """
    smallest = smallest_count(figures.month)
    counts = {
        cell: None if value is None else int(value)
        for cell, value in figures.cells.items()
        if not cell[2].endswith((_RATE, _AMOUNT)) and isinstance(value, Decimal | None)
    }
    counts = {cell: count for cell, count in counts.items() if cell[1] == figures.whole or _is_seen(cell, figures)}
    # last month's pages have shown how many there were: who came and who left is what can still be kept back
    flows = {cell for cell in counts if cell[2] in ("warning_new", "warning_left")}
    earlier = {cell for cell in counts if cell[0] < figures.month}
    hidden = hidden_cells(counts, _relations(figures, counts), smallest, sooner=flows, later=earlier)
    cells: dict[Cell, Shown] = {cell: FEW if cell in hidden else figures.cells[cell] for cell in counts}
    for cell, value in figures.cells.items():
        if cell in counts or cell[1] not in (figures.whole, *figures.towns):
            continue
        cells[cell] = FEW if _rate_tells(cell, counts, hidden, smallest) else value
    warned, complete = (cells.get((figures.month, figures.whole, one)) for one in ("warning_households", "income_complete"))
    is_few = not isinstance(warned, Decimal) or not isinstance(complete, Decimal) or 0 < complete - warned < smallest
    incomes = {group: FEW if is_few and one is not None else one for group, one in figures.incomes.items()}
    missing = replace(figures.missing, files=())
    return replace(figures, cells=cells, incomes=incomes, missing=missing, smallest=smallest)


def _is_seen(cell: Cell, figures: CountyFigures) -> bool:
    month, area, figure = cell
    return month == figures.month and area in figures.towns and figure in OF_TOWNS


def _relations(figures: CountyFigures, counts: Mapping[Cell, int | None]) -> list[dict[Cell, int]]:
    """Return what a reader knows to add up."""
    month, whole = figures.month, figures.whole
    relations = []
    for when, area in sorted({(when, area) for when, area, _ in counts}):
        for total, partitions in _PARTS.items():
            relations += [sums_to((when, area, total), [(when, area, part) for part in parts]) for parts in partitions]
        sent = [cell for cell in counts if cell[:2] == (when, area) and cell[2].startswith("referrals_")]
        relations.append(sums_to((when, area, "referrals"), sent))
    relations += [sums_to((month, whole, one), [(month, town, one) for town in figures.towns]) for one in OF_TOWNS]
    for when in {when for when, _, _ in counts}:
        relations += [{(when, whole, one): 1, (when, whole, other): -1} for one, other in _SAME]
        relations += [
            {(when, whole, figure): 1, (when, whole, f"quarter:{figure}"): -1} for figure in ("workers", "employed", "seeking")
        ]
        before = when.previous
        moved = {"warning_new": 1, "warning_left": -1, "warning_households": -1}
        relations.append(
            {(before, whole, "warning_households"): 1, **{(when, whole, one): sign for one, sign in moved.items()}}
        )
    of_departments = [cell for cell in counts if cell[2].startswith("gaps_of_")]
    relations.append(sums_to((month, whole, "gaps"), of_departments))
    for level in ("red", "yellow"):
        classes = [(month, whole, f"gap_class_{place}_{level}") for place in range(len(GAP_CLASSES) + 1)]
        relations.append(sums_to((month, whole, f"warning_{level}"), classes))
    ages = {(month, whole, f"age_{place}"): 1 for place in range(len(AGE_CLASSES))}
    relations.append({**ages, **{(month, whole, one): -1 for one in ("items_new", "items_overdue", "items_recurring")}})
    return relations


def _rate_tells(cell: Cell, counts: Mapping[Cell, int | None], hidden: frozenset[Cell], smallest: int) -> bool:
    """Return whether a rate would tell a count that is hidden, or is of so few that it would tell a small one."""
    month, area, figure = cell
    rate = figure.removeprefix("quarter:")
    if rate not in RATES:
        return not rate.endswith(_AMOUNT)
    parts = [(month, area, one) for one in RATES[rate]]
    divided, by = (counts.get(part) for part in parts)
    if any(part in hidden for part in parts):
        return True
    if divided is not None and by is not None:
        return 0 < by - divided < smallest
    return (month, area, "not_entered") in hidden
