"""The monthly data-quality report: what it says to the bureau, and to the meeting without personal data.

What belongs here: counts, orders, words, and rendering them. What does not: finding problems (``expectations``), counting them
over months (``dbt_project/models/marts``), the page around it (``site``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.contracts import load_holidays
from orchestration.documents.comparison import WARNING_LIST
from orchestration.documents.edition import Edition, in_words
from orchestration.documents.facts import Facts
from orchestration.documents.suppression import FEW, hidden_cells, smallest_count, sums_to
from orchestration.foundation.months import Month

if TYPE_CHECKING:
    import jinja2

ISSUES, RESULTS, TREND = "data_logic_issues", "check_results", "check_trend"

DIFFERENCES_SHOWN = 50
SEVERITIES = ("E", "W", "I")
STANDINGS = ("new", "worse", "over", "within")
HOUSEHOLDS_SHOWN, VILLAGES_SHOWN, LONGEST_SHOWN = 10, 10, 20
# Rules named of a household or village; the others are counted.
_RULES_SHOWN = 4
_TEMPLATE = Path(__file__).with_suffix(".html")
# Columns of the tables by owner and by town that add up, and those of the table by rule with the column of check_results.
_ADDED = (*SEVERITIES, "total", "new", "lasting")
_OF_RULES = {"total": "failures", "new": "new_failures", "mended": "mended_failures", "recurring": "recurring_failures"}
_BAR_HEIGHT, _BAR_WIDTH, _BAR_STEP = 120, 34, 56


@dataclass(frozen=True)
class ReportContent:
    """What one edition of the report says.

    Attributes:
        facts: of ``config/``.
        edition: which publication it is part of.
        issues: the month's rows of ``data_logic_issues``.
        results: the month's rows of ``check_results``.
        trend: the month's rows of ``check_trend``: findings of this and earlier months by severity.
        is_for_meeting: whether household, person, village and what was found are left out, towns that are none of the county's
            are not named, and small counts are hidden.
        differences: rows of ``restatement_differences``; None for a month's first version.
        replaced: number of the version that they are from.
        rule_address: where the handbook explains a rule, by its code.
        household_address: where a household has its page; None for one that has none.
    """

    facts: Facts
    edition: Edition
    issues: Sequence[Mapping[str, Any]]
    results: Sequence[Mapping[str, Any]]
    trend: Sequence[Mapping[str, Any]]
    is_for_meeting: bool
    differences: Sequence[Mapping[str, Any]] | None = None
    replaced: int | None = None
    rule_address: Callable[[str], str] = "#{}".format
    household_address: Callable[[str], str | None] = lambda _household: None

    @property
    def title(self) -> str:
        """The heading: county, month, 防返贫监测数据质量报告."""
        return f"{self.facts.county.name}{self.edition.month_words}防返贫监测数据质量报告"

    def seen(self, count: int, *cell: str) -> str:
        """Return a count of findings or households as the page prints it; ``cell`` is its place in what adds up, if any."""
        if self.is_for_meeting and (cell in self._hidden or 0 < count < self.smallest):
            return str(FEW)
        return f"{count:,}"

    def seen_share(self, row: Mapping[str, Any]) -> str:
        """Return the share of a rule's findings; a share of what may not be seen would tell it."""
        count = self.seen(row["failures"], "rule", row["check_code"], "total")
        if count == str(FEW):
            return count
        return f"{100 * row['failures'] / row['denominator']:.2f}%" if row["denominator"] else "—"

    def seen_share_before(self, row: Mapping[str, Any]) -> str:
        """Return the share of the month before, unless it is one of a few."""
        share = row["compared_share"]
        if share is None:
            return "—"
        is_few = self.is_for_meeting and 0 < share * row["denominator"] < self.smallest
        return str(FEW) if is_few else f"{100 * share:.2f}%"

    @cached_property
    def smallest(self) -> int:
        """The least count, 0 excepted, that a meeting sees (``meeting.smallest_count``)."""
        return smallest_count(Month(self.edition.month))

    @cached_property
    def _hidden(self) -> frozenset[tuple[str, ...]]:
        """Cells that are not printed: small ones, and those from which these could be worked out."""
        cells: dict[tuple[str, ...], int | None] = {}
        relations: list[dict[tuple[str, ...], int]] = []
        for kind, rows in (("owner", self.owners), ("town", self.towns)):
            cells |= {(kind, row[kind], column): row[column] for row in rows for column in _ADDED}
            relations += [
                sums_to((kind, row[kind], "total"), [(kind, row[kind], severity) for severity in SEVERITIES]) for row in rows
            ]
            relations += [sums_to(("all", column), [(kind, row[kind], column) for row in rows]) for column in _ADDED]
        failed = self.failed_rules
        for column, of_rule in _OF_RULES.items():
            cells |= {("rule", row["check_code"], column): row[of_rule] or 0 for row in failed}
        for severity in SEVERITIES:
            of_severity = [row for row in failed if row["severity"] == severity]
            relations.append(sums_to(("all", severity), [("rule", row["check_code"], "total") for row in of_severity]))
            relations += [
                sums_to(
                    ("owner", owner["owner"], severity),
                    [("rule", row["check_code"], "total") for row in of_severity if row["owner"] == owner["owner"]],
                )
                for owner in self.owners
            ]
        relations += [sums_to(("all", column), [("rule", row["check_code"], column) for row in failed]) for column in _OF_RULES]
        for month, counts in self._trend.items():
            cells |= {("month", month, severity): counts.get(severity, 0) for severity in SEVERITIES}
            cells["month", month, "total"] = sum(counts.values())
            relations.append(sums_to(("month", month, "total"), [("month", month, severity) for severity in SEVERITIES]))
            if month == in_words(self.edition.month.first_day):  # printed a second time
                relations += [{("month", month, one): 1, ("all", one): -1} for one in (*SEVERITIES, "total")]
        cells |= {("all", column): sum(row[column] for row in self.owners) for column in _ADDED}
        cells |= {("all", column): self.totals[column] for column in ("mended", "recurring")}
        # what stood there the month before has been printed then: what came or went since is kept back together
        came_and_went = list(self._flows(cells))
        for of, before in came_and_went:
            cells[*of, "before"] = before
            relations.append({(*of, "before"): 1, (*of, "new"): 1, (*of, "mended"): -1, (*of, "total"): -1})
        flows = {(*of, which) for of, _ in came_and_went for which in ("new", "mended")}
        seen_before = {(*of, "before") for of, _ in came_and_went}
        return hidden_cells(cells, relations, self.smallest, sooner=flows, later=seen_before)

    def _flows(self, cells: Mapping[tuple[str, ...], int | None]) -> Iterator[tuple[tuple[str, ...], int]]:
        """Yield of the county and of each rule how many findings there were before those that came and went."""
        for of in [("all",), *(("rule", row["check_code"]) for row in self.failed_rules)]:
            total, new, mended = (cells[*of, which] or 0 for which in ("total", "new", "mended"))
            yield of, total - new + mended

    @cached_property
    def severity_words(self) -> dict[str, str]:
        """The Chinese word of each severity."""
        labels = self.facts.labels.of("severity")
        return {severity: labels[severity].label for severity in SEVERITIES}

    @cached_property
    def totals(self) -> dict[str, int]:
        """The numbers at the top of the page, by name: rules by outcome, findings by severity and by what became of them."""
        outcomes = Counter(row["outcome"] for row in self.results)
        return {
            "rules": len(self.results),
            "failed": outcomes["fail"],
            "passed": outcomes["pass"],
            "not_applicable": outcomes["not_applicable"],
            "error": outcomes["error"],
            "issues": len(self.issues),
            "households": len({row["household_id"] for row in self.issues if row["household_id"]}),
            "new": sum(row["new_failures"] or 0 for row in self.results),
            "recurring": sum(row["recurring_failures"] or 0 for row in self.results),
            "mended": sum(row["mended_failures"] or 0 for row in self.results),
            "waived": sum(row["status"] == "waived" for row in self.issues),
            **{severity: sum(row["severity"] == severity for row in self.issues) for severity in SEVERITIES},
            **{f"standing_{standing}": sum(row["standing"] == standing for row in self.results) for standing in STANDINGS},
        }

    @property
    def year_without_holidays(self) -> int | None:
        """The year of the month where no notice of its holidays is listed: what is handed out in it is never due."""
        year = Month(self.edition.month).first_day.year
        return None if year in {known.year for known in load_holidays()} else year

    @cached_property
    def standing_words(self) -> dict[str, str]:
        """The Chinese word of how each rule with findings stands."""
        labels = self.facts.labels.of("standing")
        return {standing: labels[standing].label for standing in STANDINGS}

    @cached_property
    def standing_meanings(self) -> dict[str, str]:
        """What each of these words means."""
        labels = self.facts.labels.of("standing")
        return {standing: labels[standing].description or "" for standing in STANDINGS}

    @cached_property
    def standing_marks(self) -> dict[str, str]:
        """How each of these words is coloured: what is new or worse stands out."""
        return dict(zip(STANDINGS, ("E", "E", "W", ""), strict=True))

    @cached_property
    def owners(self) -> list[dict[str, Any]]:
        """One row per department that must act, the most problems that must be corrected first."""
        return self._grouped("owner", lambda row: row["owner"])

    @cached_property
    def towns(self) -> list[dict[str, Any]]:
        """One row per town in the county's order; what belongs to no town, in a meeting to none of them, stands last."""
        place = {town: number for number, town in enumerate(self.facts.towns)}
        of_county = f"（{self.facts.county.whole_county_label}或未分乡镇）"
        rows = self._grouped("town", lambda row: self._town(row["town"]) or of_county)
        return sorted(rows, key=lambda row: (row["town"] == of_county, place.get(row["town"], len(place)), row["town"]))

    def _town(self, delivered: str | None) -> str | None:
        """Return a town as it may be printed: a meeting sees names of ``config/`` alone, never what a file brought."""
        return delivered if not self.is_for_meeting or delivered in self.facts.towns else None

    def _grouped(self, name: str, group: Any) -> list[dict[str, Any]]:
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.issues:
            found[group(row)].append(row)
        rows = [
            {
                name: key,
                **{severity: sum(row["severity"] == severity for row in members) for severity in SEVERITIES},
                "total": len(members),
                "new": sum(row["consecutive_months"] == 1 for row in members),
                "lasting": sum(row["consecutive_months"] >= 3 for row in members),
                "rules": len({row["check_code"] for row in members}),
                "households": len({row["household_id"] for row in members if row["household_id"]}),
            }
            for key, members in found.items()
        ]
        return sorted(rows, key=lambda row: (-row["E"], -row["total"], row[name]))

    @cached_property
    def failed_rules(self) -> list[Mapping[str, Any]]:
        """Rules with findings: what must be corrected first, then by number."""
        failed = [row for row in self.results if row["outcome"] == "fail"]
        return sorted(failed, key=lambda row: (SEVERITIES.index(row["severity"]), -row["failures"], row["check_code"]))

    @cached_property
    def not_applicable(self) -> list[tuple[str, list[Mapping[str, Any]]]]:
        """Rules that could not be asked, by reason."""
        reasons: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.results:
            if row["outcome"] in ("not_applicable", "error"):
                reasons[row["reason"] or "未说明原因"].append(row)
        return sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))

    @cached_property
    def passed_rules(self) -> list[Mapping[str, Any]]:
        """The rules that found nothing, by code."""
        return sorted((row for row in self.results if row["outcome"] == "pass"), key=lambda row: str(row["check_code"]))

    @cached_property
    def worst_households(self) -> list[dict[str, Any]]:
        """Households with the most problems that must be corrected; empty in the meeting's edition."""
        if self.is_for_meeting:
            return []
        return self._worst(lambda row: (row["household_id"], row["town"] or "", row["village"] or ""), HOUSEHOLDS_SHOWN)

    @cached_property
    def worst_villages(self) -> list[dict[str, Any]]:
        """Villages with the most problems that must be corrected, the worst first; none for the meeting.

        No list says which villages there are, so a name in that column is what a file brought, whatever it is.
        """
        return [] if self.is_for_meeting else self._worst(lambda row: (row["town"], row["village"]), VILLAGES_SHOWN)

    def _worst(self, group: Any, shown: int) -> list[dict[str, Any]]:
        found: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.issues:
            key = group(row)
            if all(part is not None for part in key) and row["status"] != "waived":
                found[key].append(row)
        rows = [
            {
                "place": key,
                "E": sum(row["severity"] == "E" for row in members),
                "total": len(members),
                "rules": _most((row["severity"], row["check_code"], row["check_title"]) for row in members),
            }
            for key, members in found.items()
        ]
        return sorted(rows, key=lambda row: (-row["E"], -row["total"], row["place"]))[:shown]

    @cached_property
    def longest(self) -> list[dict[str, Any]]:
        """Rules whose open findings have stood for three months and more, longest first."""
        standing: dict[str, list[int]] = defaultdict(list)
        titles = {}
        for row in self.issues:
            if row["consecutive_months"] >= 3 and row["status"] != "waived":
                standing[row["check_code"]].append(row["consecutive_months"])
                titles[row["check_code"]] = (row["check_title"], row["owner"], row["severity"])
        rows = [
            {
                "check_code": code,
                "check_title": titles[code][0],
                "owner": titles[code][1],
                "severity": titles[code][2],
                "count": len(months),
                "longest": max(months),
            }
            for code, months in standing.items()
        ]
        rows.sort(key=lambda row: (SEVERITIES.index(row["severity"]), -row["count"], row["check_code"]))
        return rows[:LONGEST_SHOWN]

    @cached_property
    def change_words(self) -> dict[str, str]:
        """The Chinese word of each change of a restatement."""
        return {code: label.label for code, label in self.facts.labels.of("change").items()}

    @cached_property
    def differing_lists(self) -> list[dict[str, Any]]:
        """How many differences each list has from the version before, by change and by cause; the warning list first."""
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.differences or ():
            found[row["mart"]].append(row)
        rows = [
            {
                "title": self.facts.labels.label("mart", mart),
                **{change: sum(row["change"] == change for row in members) for change in self.change_words},
                "causes": "、".join(
                    f"{self.facts.labels.label('cause', cause)} {self.seen(count)}"
                    for cause, count in Counter(row["cause"] for row in members).most_common()
                ),
                "is_first": mart == WARNING_LIST,
            }
            for mart, members in found.items()
        ]
        return sorted(rows, key=lambda row: (not row["is_first"], row["title"]))

    @cached_property
    def differing_households(self) -> list[Mapping[str, Any]]:
        """Households that came onto the warning list or left it, with the reason; empty in the meeting's edition."""
        if self.is_for_meeting:
            return []
        moved = [row for row in self.differences or () if row["mart"] == WARNING_LIST and not row["column_name"]]
        return moved[:DIFFERENCES_SHOWN]

    @cached_property
    def _trend(self) -> dict[str, dict[str, int]]:
        """Findings by severity of each month in words, oldest first."""
        months: dict[str, dict[str, int]] = defaultdict(dict)
        for row in sorted(self.trend, key=lambda one: one["past_month"]):
            months[in_words(row["past_month"])][row["severity"]] = row["failures"]
        return months

    @cached_property
    def bars(self) -> list[dict[str, Any]]:
        """The trend as stacked bars, oldest month first; heights in pixels, 0 only where nothing is or may be seen."""
        highest = max((sum(counts.values()) for counts in self._trend.values()), default=0) or 1
        bars = []
        for position, (month, counts) in enumerate(self._trend.items()):
            bottom, parts = float(_BAR_HEIGHT), []
            for severity in SEVERITIES:
                count = counts.get(severity, 0)
                is_hidden = self.seen(count, "month", month, severity) == str(FEW)
                height = 0 if is_hidden else round(_BAR_HEIGHT * count / highest, 1)
                bottom -= height
                parts.append({"severity": severity, "y": round(bottom, 1) + 20, "height": height})
            bars.append(
                {
                    "label": month.replace("年", ".").removesuffix("月"),
                    "x": position * _BAR_STEP + 8,
                    "total": self.seen(sum(counts.values()), "month", month, "total"),
                    "top": round(bottom, 1) + 14,
                    "parts": parts,
                }
            )
        return bars


def _most(rules: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Return code, title and number of the most pressing rules (``shown``), and how many others there are.

    Args:
        rules: severity, code and title of the rule of every finding.
    """
    counts = Counter(rules)
    ordered = sorted(counts.items(), key=lambda item: (SEVERITIES.index(item[0][0]), -item[1], item[0]))
    shown = [(code, title, count) for (_, code, title), count in ordered[:_RULES_SHOWN]]
    return {"shown": shown, "others": len(ordered) - len(shown)}


def render(content: ReportContent) -> str:
    """Return the content of the page (HTML). The same content gives the same bytes."""
    return _template().render(page=content, bar_width=_BAR_WIDTH, bar_step=_BAR_STEP, bar_height=_BAR_HEIGHT)


@cache
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["percent"] = lambda ratio: "—" if ratio is None else f"{100 * ratio:.2f}%"
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
