"""Running the catalogue: one Great Expectations suite per relation, one expectation per rule, all months in one pass.

The warehouse is attached read-only; the rows that a rule's query finds are captured by the same execution that counts them.
Results are made from the catalogue and the months, never from what came back, so no rule can vanish. Texts of errors and of the
audit trail hold no value of the data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pyarrow as pa

from expectations import rule_queries
from expectations.applicability import MonthFacts, why_not_applicable
from expectations.catalogue import SOURCE_DEPARTMENT, Rule, department_titles
from expectations.rows_elsewhere import RowsElsewhere
from expectations.session import ValidationSession
from expectations.suite import Severity, SuiteCheck
from expectations.thresholds import Judged, judge
from orchestration.contracts import load_extracts
from orchestration.foundation.error_texts import without_values
from orchestration.foundation.months import Month

if TYPE_CHECKING:
    from collections.abc import Callable

OutcomeName = Literal["pass", "fail", "not_applicable", "error"]

FINDING_SCHEMA = pa.schema(
    {
        "month": pa.date32(),
        "knowledge_month": pa.date32(),
        "check_code": pa.string(),
        "owner": pa.string(),
        "entity_key": pa.string(),
        "household_id": pa.string(),
        "person_id": pa.string(),
        "town": pa.string(),
        "village": pa.string(),
        "extract": pa.string(),
        "file": pa.string(),
        "row_number": pa.int64(),
        "field": pa.string(),
        "field_header": pa.string(),
        "found": pa.string(),
        "expected": pa.string(),
    }
)
RESULT_SCHEMA = pa.schema(
    {
        "month": pa.date32(),
        "knowledge_month": pa.date32(),
        "check_code": pa.string(),
        "outcome": pa.string(),
        "denominator": pa.int64(),
        "failures": pa.int64(),
        "reason": pa.string(),
        "threshold": pa.decimal128(18, 4),
        "is_over_threshold": pa.bool_(),
        "compared_month": pa.date32(),
        "compared_denominator": pa.int64(),
        "compared_failures": pa.int64(),
        "standing": pa.string(),
    }
)

_EXPECTATION = "expect_no_unexpected_rows"
_SEVERITIES: dict[str, Severity] = {"E": "critical", "W": "warning", "I": "info"}
_WAREHOUSE = "warehouse"


@dataclass(frozen=True)
class RuleResult:
    """What became of one rule in one month.

    Attributes:
        code: of the rule.
        month: ``YYYY-MM``.
        outcome: ``error`` says nothing about the data.
        denominator: entities looked at; 0 where not applicable.
        failures: findings; 0 where not applicable.
        reason: Chinese: why not applicable; or why it could not be computed, without any value.
        judged: how what it found stands; None where it was not applied.
    """

    code: str
    month: Month
    outcome: OutcomeName
    denominator: int
    failures: int
    reason: str | None
    judged: Judged | None = None


@dataclass(frozen=True)
class Checked:
    """What the catalogue found in some months.

    Attributes:
        findings: ``FINDING_SCHEMA``, in the order of month, check and key.
        results: one per rule and month, in the order of month and code.
        validated: what Great Expectations said of the whole pass, by relation, without a value of the data.
    """

    findings: pa.Table
    results: tuple[RuleResult, ...]
    validated: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def errors(self) -> dict[str, str]:
        """Why, by code, for the rules that could not be computed."""
        return {result.code: result.reason or "" for result in self.results if result.outcome == "error"}


def check_months(
    warehouse: Path,
    rules: Mapping[str, Rule],
    knowledge: Mapping[Month, Month],
    earlier_results: pa.Table | None = None,
    elsewhere: RowsElsewhere | None = None,
) -> Checked:
    """Run rules over some months of a warehouse.

    Args:
        warehouse: the work database; nobody may hold it open for writing.
        rules: those of the catalogue that what is in the warehouse is enough for: all of one stage.
        knowledge: the months, with what was known (both ``YYYY-MM``).
        earlier_results: those of earlier months, each as known then (``RESULT_SCHEMA``), for comparison.
        elsewhere: runs the rules' queries in place of DuckDB; Great Expectations then judges the rows that these found.
    """
    run = _Run(ValidationSession(), rules, knowledge, elsewhere)
    try:
        run.attach(warehouse)
        run.look_at_all(rules.values())
        findings = run.findings()
        results = _judged(run.results(findings), knowledge, earlier_results)
        return Checked(findings, results, run.validated)
    finally:
        run.close()


class _Run:
    """One pass of the catalogue over the months; what was found stays in tables of the session's database."""

    def __init__(
        self,
        session: ValidationSession,
        rules: Mapping[str, Rule],
        knowledge: Mapping[Month, Month],
        elsewhere: RowsElsewhere | None = None,
    ) -> None:
        self._session = session
        self._elsewhere = elsewhere
        self._rules = rules
        self._knowledge = dict(sorted(knowledge.items()))
        self._errors: dict[str, str] = {}
        self._denominators: dict[str, dict[str, int]] = {}
        self._not_applicable: dict[tuple[str, str], str] = {}
        self._judged: set[str] = set()
        self._captured: dict[str, str] = {}

    @property
    def _duckdb(self) -> duckdb.DuckDBPyConnection:
        return self._session.duckdb

    @property
    def validated(self) -> Mapping[str, Any]:
        """What Great Expectations said, by relation."""
        return self._session.validated

    def attach(self, warehouse: Path) -> None:
        """Show the relations of the warehouse under the names that rules use, and decide what is not applicable."""
        path = str(warehouse).replace("'", "''")
        self._duckdb.execute(f"attach '{path}' as {_WAREHOUSE} (read_only)")
        relations = self._duckdb.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = ? union all"
            " select schema_name, view_name from duckdb_views() where database_name = ? and not internal",
            [_WAREHOUSE, _WAREHOUSE],
        ).fetchall()
        for schema in sorted({schema for schema, _ in relations} - {"main"}):
            self._duckdb.execute(f'create schema "{schema}"')
        for schema, name in relations:
            if schema != "main":
                self._duckdb.execute(f'create view "{schema}"."{name}" as select * from {_WAREHOUSE}."{schema}"."{name}"')
        titles, extracts = department_titles(), load_extracts()
        self._register("owners", {name: titles[contract.department] for name, contract in extracts.items()}, "extract", "owner")
        headers = [(name, column.name, column.header) for name, contract in extracts.items() for column in contract.columns]
        self._duckdb.register(
            "headers", pa.table([list(values) for values in zip(*headers, strict=True)], names=["extract", "field", "header"])
        )
        any_header = {field: header for _, field, header in reversed(headers)}
        fields = {code: rule.field for code, rule in self._rules.items()}
        self._duckdb.register(
            "rules",
            pa.table(
                {
                    "check_code": pa.array(self._rules, pa.string()),
                    "field": pa.array(fields.values(), pa.string()),
                    "header": pa.array([any_header.get(field or "") for field in fields.values()], pa.string()),
                    "rule_owner": pa.array([rule.owner for rule in self._rules.values()], pa.string()),
                }
            ),
        )
        known = {month.first_day: known.first_day for month, known in self._knowledge.items()}
        self._register("months", known, "month", "knowledge_month")
        for facts in self._facts():
            for rule in self._rules.values():
                if reason := why_not_applicable(rule, facts, extracts):
                    self._not_applicable[rule.code, facts.month] = reason
        applicable = [
            (code, month.first_day)
            for code in self._rules
            for month in self._knowledge
            if (code, month) not in self._not_applicable
        ]
        self._duckdb.register(
            "applicable",
            pa.table(
                {
                    "check_code": pa.array([code for code, _ in applicable], pa.string()),
                    "month": pa.array([month for _, month in applicable], pa.date32()),
                }
            ),
        )

    def _register(self, name: str, values: Mapping[Any, Any], key: str, value: str) -> None:
        self._duckdb.register(name, pa.table([pa.array(values.keys()), pa.array(values.values())], names=[key, value]))

    def _facts(self) -> list[MonthFacts]:
        statuses: dict[str, dict[str, str]] = defaultdict(dict)
        for month, extract, status in self._duckdb.execute(
            "select delivery_month, extract, status from intermediate.int_deliveries"
        ).fetchall():
            statuses[f"{month:%Y-%m}"][extract] = status
        lines: dict[str, set[str]] = defaultdict(set)
        for month, parameter in self._duckdb.execute("select month, parameter from intermediate.int_lines").fetchall():
            lines[f"{month:%Y-%m}"].add(parameter)
        previous = {month: month.previous for month in self._knowledge}
        return [
            MonthFacts(month, before, statuses[month], statuses[before], frozenset(lines[month]))
            for month, before in previous.items()
        ]

    def look_at_all(self, rules: Iterable[Rule]) -> None:
        """Run rules, those that look at the same relation together."""
        by_relation: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            by_relation[rule.relation].append(rule)
        for relation, looking in by_relation.items():
            self._look_at(relation, looking)

    def _look_at(self, relation: str, rules: Sequence[Rule]) -> None:
        rows = rules[0].looks_at_rows or f"select * from intermediate.{relation}"
        error = self._attempt(self._session.define_view, relation, rows)
        if error is None and self._elsewhere:
            error = self._attempt(self._elsewhere.define, relation, rows)
        if error:
            self._errors |= {rule.code: error for rule in rules}
            return
        of_relation = self._columns(f"select * from {relation}") or ()
        checks = [check for rule in rules if (check := self._check(rule, of_relation))]
        for verdict in self._session.judge(relation, checks):
            rule = self._rules[verdict.check.key]
            self._judged.add(rule.code)
            if verdict.error:
                self._errors[rule.code] = verdict.error
            elif verdict.captured:
                self._captured[rule.code] = verdict.captured
        counts: dict[str, dict[str, int]] = {}
        for rule in rules:
            query = rule_queries.denominators(rule, relation)
            if query not in counts and (error := self._attempt(self._count, query, counts)):
                self._errors.setdefault(rule.code, error)
            self._denominators[rule.code] = counts.get(query, {})

    def _check(self, rule: Rule, of_relation: Sequence[str]) -> SuiteCheck | None:
        """Return the check that finds what a rule finds; None where its query could not be run elsewhere."""
        columns = self._failing_columns(rule, of_relation)
        if self._elsewhere is None:
            return _check(rule, rule_queries.findings(rule, "{batch}", columns))
        found = f"found_{rule.code.lower()}"
        if error := self._attempt(self._fetch, found, rule_queries.findings(rule, rule.relation, columns)):
            self._errors[rule.code] = error
            return None
        return _check(rule, f"select * from {found} /* of {{batch}} */")  # it warns of a query without its rows

    def _fetch(self, name: str, query: str) -> None:
        """Run a query elsewhere and keep its rows as a table."""
        assert self._elsewhere is not None  # noqa: S101
        self._duckdb.register("fetched", self._elsewhere.rows(query))
        self._duckdb.execute(f"create or replace table {name} as select * from fetched")
        self._duckdb.unregister("fetched")

    def _failing_columns(self, rule: Rule, of_relation: Sequence[str]) -> Sequence[str]:
        """Return the columns of the rows that break a rule; a query that cannot be run tells so when it is run."""
        if rule.failing_rows is None:
            return (*of_relation, *rule.parameters)
        return self._columns(rule_queries.failing(rule, rule.relation)) or of_relation

    def _columns(self, query: str) -> list[str] | None:
        try:
            if self._elsewhere:
                return self._elsewhere.columns(query)
            return [name for name, *_ in self._duckdb.execute(f"describe {query}").fetchall()]
        except Exception as error:
            if self._said(error) is None:
                raise
            return None

    def _found_rows(self) -> str:
        """Return the query of all captured rows of rules that could be computed; empty when there is no such rule."""
        names = ", ".join(rule_queries.CAPTURED_COLUMNS)
        return " union all ".join(
            f"select '{code}' as check_code, {names} from {table}"
            for code, table in self._captured.items()
            if code not in self._errors
        )

    def _refuse_nameless_rows(self) -> None:
        """Call a rule broken that found rows which cannot be told apart."""
        if found_rows := self._found_rows():
            nameless = self._duckdb.execute(
                f"select check_code, count(*) from ({found_rows}) where month is null or entity_key is null group by check_code"
            ).fetchall()
            self._errors |= {code: f"{rows} 行没有月份或编号" for code, rows in nameless}

    def _count(self, query: str, counts: dict[str, dict[str, int]]) -> None:
        counted = f"select cast(month as date), cast(entities as bigint) from ({query}) as counted (month, entities)"
        if self._elsewhere:
            self._fetch("counted", counted)
            counted = "select * from counted"
        counts[query] = {f"{month:%Y-%m}": count for month, count in self._duckdb.execute(counted).fetchall() if month}

    def _attempt(self, action: Callable[..., object], *arguments: object) -> str | None:
        """Do something that a rule's SQL may break; return what broke, without a value."""
        try:
            action(*arguments)
        except Exception as error:
            if (said := self._said(error)) is None:
                raise
            return said
        return None

    def _said(self, error: Exception) -> str | None:
        """Return what an error of a query is about, without a value; None for any other error."""
        if isinstance(error, duckdb.Error):
            return without_values(str(error))
        return self._elsewhere.said(error) if self._elsewhere and self._elsewhere.is_of_query(error) else None

    def findings(self) -> pa.Table:
        """Return one row per month, check and entity: where a rule finds an entity twice, its first row in file order."""
        self._refuse_nameless_rows()
        found_rows = self._found_rows()
        if not found_rows:
            return FINDING_SCHEMA.empty_table()
        table = self._duckdb.sql(
            f"""
            select
                found_rows.month,
                months.knowledge_month,
                found_rows.check_code,
                case
                    when rules.rule_owner = '{SOURCE_DEPARTMENT}' then coalesce(owners.owner, rules.rule_owner)
                    else rules.rule_owner
                end as owner,
                found_rows.entity_key,
                found_rows.household_id,
                found_rows.person_id,
                found_rows.town,
                found_rows.village,
                found_rows.extract,
                found_rows.file,
                found_rows.row_number,
                rules.field,
                coalesce(headers.header, rules.header) as field_header,
                found_rows.found,
                found_rows.expected
            from ({found_rows}) as found_rows
            inner join rules on found_rows.check_code = rules.check_code
            inner join applicable on found_rows.check_code = applicable.check_code and found_rows.month = applicable.month
            inner join months on found_rows.month = months.month
            left join owners on found_rows.extract = owners.extract
            left join headers on found_rows.extract = headers.extract and rules.field = headers.field
            qualify
                row_number() over (
                    partition by found_rows.month, found_rows.check_code, found_rows.entity_key
                    order by
                        found_rows.extract nulls last, found_rows.file nulls last, found_rows.row_number nulls last,
                        found_rows.household_id nulls last, found_rows.person_id nulls last, found_rows.town nulls last,
                        found_rows.village nulls last, found_rows.found nulls last, found_rows.expected nulls last
                ) = 1
            order by found_rows.month, found_rows.check_code, found_rows.entity_key
            """
        ).to_arrow_table()
        return table.cast(FINDING_SCHEMA).combine_chunks()

    def results(self, findings: pa.Table) -> tuple[RuleResult, ...]:
        """Return what became of every rule of the catalogue in every month, given all that was found."""
        counted = findings.group_by(["check_code", "month"]).aggregate([([], "count_all")]).to_pylist()
        found = {(row["check_code"], f"{row['month']:%Y-%m}"): row["count_all"] for row in counted}
        return tuple(
            self._result(code, month, found.get((code, month), 0)) for month in self._knowledge for code in sorted(self._rules)
        )

    def _result(self, code: str, month: Month, failures: int) -> RuleResult:
        if reason := self._not_applicable.get((code, month)):
            return RuleResult(code, month, "not_applicable", 0, 0, reason)
        # a rule that was never run is no rule that found nothing
        error = self._errors.get(code) or (None if code in self._judged and code in self._denominators else "没有运行")
        if error is not None:
            return RuleResult(code, month, "error", 0, 0, f"规则没有算成：{error}")
        denominator = self._denominators[code].get(month, 0)
        return RuleResult(code, month, "fail" if failures else "pass", denominator, failures, None)

    def close(self) -> None:
        """Let go of the warehouse; dbt can write it only when nobody has it open."""
        self._duckdb.close()


def _check(rule: Rule, query: str) -> SuiteCheck:
    return SuiteCheck(
        rule.code,
        _EXPECTATION,
        {"unexpected_rows_query": query},
        _SEVERITIES[rule.severity],
        f"{rule.code} {rule.question}",
        rule.field,
    )


def _judged(
    results: Sequence[RuleResult], knowledge: Mapping[Month, Month], earlier: pa.Table | None
) -> tuple[RuleResult, ...]:
    """Say of every result how it stands: beside the threshold, and beside what was found before, as known then."""
    as_known_then: dict[str, dict[Month, RuleResult]] = defaultdict(dict)
    kept = [
        RuleResult(row["check_code"], Month.of(row["month"]), row["outcome"], row["denominator"], row["failures"], None)
        for row in (earlier.to_pylist() if earlier is not None else ())
    ]
    for result in (*kept, *(result for result in results if knowledge[result.month] == result.month)):
        if result.outcome in ("pass", "fail"):
            as_known_then[result.code][result.month] = result
    return tuple(
        replace(result, judged=judge(result.code, result.month, result, as_known_then[result.code]))
        if result.outcome in ("pass", "fail")
        else result
        for result in results
    )


def audit_record(checked: Checked, rules: Mapping[str, Rule], month: Month, knowledge_month: Month) -> dict[str, object]:
    """Return what Great Expectations found in a month: counts by rule, never a value."""
    return {
        "month": month,
        "knowledge_month": knowledge_month,
        "success": all(result.outcome in ("pass", "not_applicable") for result in checked.results if result.month == month),
        "results": [
            {
                "key": result.code,
                "expectation": _EXPECTATION,
                "relation": rules[result.code].relation,
                "description": rules[result.code].question,
                "severity": _SEVERITIES[rules[result.code].severity],
                "outcome": result.outcome,
                "success": result.outcome == "pass",
                "element_count": result.denominator,
                "unexpected_count": result.failures,
                "reason": result.reason,
            }
            for result in checked.results
            if result.month == month
        ],
    }
