"""What is known of every household of a publication, read in bulk: a county's month is asked for once, not once a household."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.contracts import ExtractContract, load_traces
from orchestration.contracts.value_labels import ValueLabels
from orchestration.explanations.belonging import INCOMES
from orchestration.explanations.explain import COMPONENTS
from orchestration.site.content import Row, Rows, SiteContent

NET = "net_income"
ITEMS, PROBLEMS, DIFFERENCES = "worklist_follow_up", "data_logic_issues", "restatement_differences"
_STATEMENTS = Path(__file__).with_suffix(".sql")


@dataclass
class HouseholdFacts:
    """One household of the month.

    Attributes:
        row: of ``household_month``.
        members: rows of ``person_month``.
        helper: who looks after it; blank where nobody is named, or it is not in scope.
        receives: what is received as ``policy_card`` has it, in words, by person_id; '' for the household as a whole.
        warning: its row of ``warning_list``.
        burden: its row of ``expenditure_burden``.
        standing: the lists on which it or a member stands: list, kind or blank, name of the member or blank.
        items: its items of work, with what was answered.
        problems: what rules found.
        income: by item where it is in question, and ``NET``: amounts of the window's months as texts; blank where nothing is
            filled in.
        sources: the rows that it rests on, in words that name files by their numbers on the page.
        differences: what the version says otherwise than the one that it replaces.
    """

    row: Row
    members: list[Row] = field(default_factory=list)
    helper: str = ""
    receives: dict[str, str] = field(default_factory=dict)
    warning: Row | None = None
    burden: Row | None = None
    standing: list[tuple[str, str, str]] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    problems: list[Row] = field(default_factory=list)
    income: dict[str, list[str]] = field(default_factory=dict)
    sources: str = ""
    differences: list[Row] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is asked of anybody about it: it is on no list, has no item and no problem."""
        return not (self.standing or self.items or self.problems or self.differences)

    @property
    def is_income_in_question(self) -> bool:
        """Whether somebody has to look at its income closely: it is warned, not known, or a rule found something in it."""
        return (
            self.warning is not None
            or self.row["income_status"] != "complete"
            or any(problem["extract"] == INCOMES for problem in self.problems)
        )


@dataclass(frozen=True)
class SourceFile:
    """A delivered file under the number that it has on a page."""

    number: int
    extract: str
    delivery: str
    file: str
    sheet: str


@dataclass(frozen=True)
class CountyFacts:
    """All households, and the files that each page names.

    Attributes:
        households: by household_id.
        files: by address of the page.
        lines: rows of ``lines_in_force``.
        rules: title of every check rule by code.
    """

    households: Mapping[str, HouseholdFacts]
    files: Mapping[str, Sequence[SourceFile]]
    lines: Sequence[Row]
    rules: Mapping[str, str]


def county_facts(content: SiteContent, contracts: Mapping[str, ExtractContract]) -> CountyFacts:
    """Read everything that the pages of households say.

    Args:
        content: the publication.
        contracts: the extracts, by name.
    """
    with content.rows() as rows:
        households = {
            row["household_id"]: HouseholdFacts(row) for row in rows.ask("from household_month order by household_id")
        }
        work = [plan.mart for plan in content.facts.sheets if plan.group == "work" and plan.mart != PROBLEMS]
        _read_lists(rows, households, work)
        _read_cards(rows, households, content.facts.labels)
        lines = rows.ask("from lines_in_force")
        rules = {row["check_code"]: row["check_title"] for row in rows.ask("select check_code, check_title from check_results")}
    if content.comparison:
        for row in content.comparison.rows.to_pylist():
            if row.get("household_id") in households:
                households[row["household_id"]].differences.append(row)
    pages = {one: village.page for one, village in content.places.of_household.items()}
    return CountyFacts(households, _read_work_database(content, contracts, households, pages), lines, rules)


def _read_lists(rows: Rows, households: Mapping[str, HouseholdFacts], lists: Sequence[str]) -> None:
    """Give households their rows, and the lists of work on which they stand."""

    def give(query: str, name: str) -> None:
        for row in rows.ask(query):
            if (found := households.get(row["household_id"])) is not None:
                getattr(found, name).append(row)

    give(
        "select household_id, person_id, name, sex, age, relationship, employment_status, work_area, school_stage, "
        "enrolment_status, disability_grade, assistance_type from person_month order by household_id, person_id",
        "members",
    )
    give(
        "select household_id, item_code, list, kind, person_id, recipient, handed_out_on, due_on, state, result, answered_on, "
        f"answered_by, reason, last_result, last_answered_on from {ITEMS} order by household_id, due_on, item_code",
        "items",
    )
    give(
        f"select household_id, check_code, check_title, entity_key, severity, extract, found, status from {PROBLEMS} "
        "order by household_id, severity, check_code, entity_key",
        "problems",
    )
    for name, attribute in (("warning_list", "warning"), ("expenditure_burden", "burden")):
        for row in rows.ask(f"from {name}"):
            if (found := households.get(row["household_id"])) is not None:
                setattr(found, attribute, row)
    traces = load_traces().lists
    for mart in lists:
        columns = {row["column_name"] for row in rows.ask(f"describe {mart}")}
        kind = (traces[mart].item if mart in traces else None) or "''"
        name = "name" if "name" in columns else "''"
        for row in rows.ask(f"select household_id, {kind} as kind, {name} as name from {mart} order by all"):
            if (found := households.get(row["household_id"])) is not None:
                found.standing.append((mart, row["kind"] or "", row["name"] or ""))


# Who receives what every member of the household receives alike.
EVERYBODY = "*"

# A line of a card in words: policy, what exactly, state, each month, altogether, how often, from when to when; what all members
# with a line have alike once.
_CARD_LINES = """
    with lines as (
        select
            cards.household_id,
            cards.person_id,
            cards.line_no,
            cards.helper_name,
            case when cards.policy <> 'household' then
                policies.label || coalesce('·' || cards.detail, '') || coalesce(' ' || coalesce(states.label, cards.state), '')
                || coalesce(' 每月' || replace(format('{:,.2f}', cast(cards.monthly_amount as double)), '.00', '') || '元', '')
                || coalesce(' ' || replace(format('{:,.2f}', cast(cards.amount as double)), '.00', '') || '元', '')
                || case when cards.times > 1 then ' ' || cards.times || '次' else '' end
                || case
                    when cards.from_on is null and cards.to_on is null then ''
                    when cards.from_on = cards.to_on then '（' || strftime(cards.from_on, '%Y-%m') || '）'
                    else
                        '（' || coalesce(strftime(cards.from_on, '%Y-%m'), '')
                        || case when cards.to_on is null then '起' else '—' || strftime(cards.to_on, '%Y-%m') end || '）'
                end
            end as words
        from policy_card as cards
        inner join policies on cards.policy = policies.code
        left join states on cards.state = states.code
    ),

    persons as (
        select household_id, count(*) as members from person_month group by household_id
    ),

    shared as (
        select
            lines.household_id,
            lines.words
        from lines
        inner join persons using (household_id)
        where lines.person_id <> '' and lines.words is not null
        group by lines.household_id, lines.words, persons.members
        having count(distinct lines.person_id) = persons.members and persons.members > 1
    )

    select
        lines.household_id,
        case when shared.words is null then lines.person_id else '*' end as person,
        any_value(lines.helper_name),
        string_agg(distinct lines.words, '；' order by lines.words),
        string_agg(lines.words, '；' order by lines.line_no) filter (shared.words is null)
    from lines
    left join shared
        on lines.household_id = shared.household_id and lines.words = shared.words and lines.person_id <> ''
    group by 1, 2
"""


def _read_cards(rows: Rows, households: Mapping[str, HouseholdFacts], labels: ValueLabels) -> None:
    for table, column in (("policies", "policy"), ("states", "state")):
        said = {code: label.label for code, label in labels.of(column).items()}
        rows.connection.register(table, pa.table({"code": list(said), "label": list(said.values())}))
    for household, person, helper, alike, own in rows.connection.execute(_CARD_LINES).fetchall():
        if (found := households.get(household)) is not None:
            found.helper = helper or found.helper
            if words := alike if person == EVERYBODY else own:
                found.receives[person] = words


def _read_work_database(
    content: SiteContent,
    contracts: Mapping[str, ExtractContract],
    households: Mapping[str, HouseholdFacts],
    pages: Mapping[str, str],
) -> dict[str, list[SourceFile]]:
    """Give households their income by month and their sources; return the files by page."""
    if not households:
        return {}
    items = [column.name for column in contracts[INCOMES].columns if column.type == "money"]
    components = ", ".join(f"'{name}'" for name in (*COMPONENTS, NET))
    days = {"month": content.edition.month.first_day, "knowledge_month": content.edition.knowledge_month.first_day}
    files: dict[str, list[SourceFile]] = defaultdict(list)
    with duckdb.connect(str(content.warehouse), read_only=True) as connection:
        itemised = [one in households and households[one].is_income_in_question for one in pages]
        table = pa.table({"household_id": list(pages), "page": list(pages.values()), "is_itemised": itemised})
        connection.register("pages", table)
        written = _STATEMENTS.read_text(encoding="utf-8").format(items=", ".join(items), components=components)
        for statement in connection.extract_statements(written):
            connection.execute(statement, {name: days[name] for name in statement.named_parameters})
        for household, said in connection.execute("from source_texts").fetchall():
            households[household].sources = said
        for household, item, said in connection.execute("from income_texts").fetchall():
            if household in households:
                households[household].income[item] = said.split("|")
        found: Iterable[Sequence[Any]] = connection.execute(
            "select page, file_no, extract, strftime(delivery_month, '%Y-%m'), file, sheet from source_files order by 1, 2"
        ).fetchall()
        for page, *said in found:
            files[page].append(SourceFile(*said))
    return files
