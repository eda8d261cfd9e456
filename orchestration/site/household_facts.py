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
from orchestration.contracts.policy_applications import load_policy_applications
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
        posted: what is received as ``policy_card`` has it and may be posted, in words by policy, in the card's order; None
            for a household without a card.
        receives: what is received and may not be posted, in words, by person_id; '' for the household as a whole.
        warning: its row of ``warning_list``.
        burden: its row of ``expenditure_burden``.
        standing: the lists on which it or a member stands: list, kind or blank, name of the member or blank.
        items: its items of work, with what was answered.
        problems: what rules found.
        income: by item, and ``NET``: amounts of the window's months as texts; blank where nothing is filled in.
        sources: the rows that it rests on, in words that name files by their numbers on the page.
        differences: what the version says otherwise than the one that it replaces.
    """

    row: Row
    members: list[Row] = field(default_factory=list)
    helper: str = ""
    posted: dict[str, str] | None = None
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
        read_cards(rows, households, content.facts.labels)
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

# Between these stands what is not printed on the front of a household's sheet: the detail of what may be posted without it.
UNPOSTED_FROM, UNPOSTED_TO = "\x01", "\x02"


def _money(column: str) -> str:
    return f"replace(format('{{:,.2f}}', cast({column} as double)), '.00', '')"


# A line of a card in words: what exactly, state, each month, altogether, how often, from when to when; what all members with a
# line have alike once. By policy what may be posted, by person what may not.
_CARD_LINES = f"""
    with lines as (
        select
            cards.household_id,
            cards.person_id,
            cards.line_no,
            cards.helper_name,
            cards.name,
            policies.place,
            policies.label,
            policies.posted <> 'not'
            and len(list_filter(policies.not_details, lambda start: starts_with(coalesce(cards.detail, ''), start))) = 0
                as is_posted,
            trim(
                case
                    when cards.detail is null then ''
                    when policies.posted = 'policy' and contains(cards.detail, '/') then
                        split_part(cards.detail, '/', 1) || '{UNPOSTED_FROM}'
                        || substr(cards.detail, instr(cards.detail, '/')) || '{UNPOSTED_TO}'
                    else cards.detail
                end
                || coalesce(' ' || coalesce(states.label, cards.state), '')
                || coalesce(' 每月' || {_money("cards.monthly_amount")} || '元', '')
                || coalesce(' ' || {_money("cards.amount")} || '元', '')
                || case when cards.times > 1 then ' ' || cards.times || '次' else '' end
                || case
                    when cards.from_on is null and cards.to_on is null then ''
                    when cards.from_on = cards.to_on then '（' || strftime(cards.from_on, '%Y-%m') || '）'
                    else
                        '（' || coalesce(strftime(cards.from_on, '%Y-%m'), '')
                        || case when cards.to_on is null then '起' else '—' || strftime(cards.to_on, '%Y-%m') end || '）'
                end
            ) as words
        from policy_card as cards
        left join policies on cards.policy = policies.code
        left join states on cards.state = states.code
    ),

    persons as (
        select household_id, count(*) as members from person_month group by household_id
    ),

    shared as (
        select
            lines.household_id,
            lines.place,
            lines.words
        from lines
        inner join persons using (household_id)
        where lines.person_id <> ''
        group by lines.household_id, lines.place, lines.words, persons.members
        having count(distinct lines.person_id) = persons.members and persons.members > 1
    ),

    told as (
        select
            lines.*,
            shared.words is not null as is_shared,
            lines.label || case when regexp_matches(lines.words, '^[^（]') then '·' else '' end || lines.words as said
        from lines
        left join shared
            on
                lines.household_id = shared.household_id and lines.place = shared.place and lines.words = shared.words
                and lines.person_id <> ''
    ),

    receivers as (
        select
            household_id,
            place,
            label,
            any_value(helper_name) as helper_name,
            min(line_no) as line_no,
            case
                when bool_or(is_shared) then '每人 '
                else coalesce(string_agg(distinct name, '、' order by name) || ' ', '')
            end || words as words
        from told
        where is_posted
        group by household_id, place, label, words, is_shared
    )

    select household_id, label, '' as person, any_value(helper_name), string_agg(words, '；' order by line_no, words), place
    from receivers
    group by household_id, label, place
    union all
    select
        household_id,
        null,
        case when is_shared then '{EVERYBODY}' else person_id end,
        any_value(helper_name),
        string_agg(distinct said, '；' order by said),
        null
    from told
    where not is_posted
    group by household_id, 3
    union all
    select household_id, null, '', any_value(helper_name), null, null from told where label is null group by household_id
    order by household_id, place
"""


def read_cards(rows: Rows, households: Mapping[str, HouseholdFacts], labels: ValueLabels) -> None:
    """Give households what they receive: by policy what may be posted (``policy_applications.yml``), by person what may not."""
    applications = load_policy_applications()
    policies = [
        {
            "place": place,
            "code": code,
            "label": labels.label("policy", code),
            "posted": application.posted,
            "not_details": list(application.not_details),
        }
        for place, (code, application) in enumerate(applications.items())
    ]
    states = [{"code": code, "label": label.label} for code, label in labels.of("state").items()]
    rows.connection.register("policies", pa.Table.from_pylist(policies))
    rows.connection.register("states", pa.Table.from_pylist(states))
    for household, policy, person, helper, words, _ in rows.connection.execute(_CARD_LINES).fetchall():
        if (found := households.get(household)) is None:
            continue
        found.helper = helper or found.helper
        if found.posted is None:
            found.posted = {}
        if policy:
            found.posted[policy] = words
        elif words:
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
        table = pa.table({"household_id": list(pages), "page": list(pages.values())})
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
