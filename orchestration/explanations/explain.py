"""The explanation of a household, a person, a finding: everything put together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.contracts import ExtractContract, load_extracts, load_marts, load_traces
from orchestration.contracts.trace import EVERY_ITEM
from orchestration.contracts.value_labels import ValueLabels, load_value_labels
from orchestration.explanations.belonging import ANSWERS, HOUSEHOLDS, INCOMES, MEMBERS, Finder, People, people_of, window
from orchestration.explanations.content import (
    Comparison,
    Difference,
    Explanation,
    FindingExplanation,
    IncomeMonth,
    ListEntry,
    ParameterUsed,
    RuleWords,
    SourceRow,
    Step,
    VersionOfMonth,
)
from orchestration.explanations.kept import ExplanationError, Kept
from orchestration.explanations.landed import Landed
from orchestration.explanations.list_steps import Listed, list_steps
from orchestration.explanations.steps import burden_steps, income_steps
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

SETTLEMENTS = "medical_insurance__settlement"
DIFFERENCES = "restatement_differences"
COMPONENTS = ("wage_income", "business_income", "business_expense", "property_income", "transfer_income")
_SUBTRACTED = "business_expense"
_CLAIMS, _PAID = "claim_income", "personal_pay"
_ITEMS, _PROBLEMS = "worklist_follow_up", "data_logic_issues"
# Said in other places of an explanation, or lists of every household whatever its standing.
_NO_LISTS = frozenset(
    {"household_month", "person_month", "income_items", "worklist", "answer_receipts", "premium_coverage", _ITEMS, _PROBLEMS}
)
_NO_FACTS = frozenset({"month", "household_id", "town_code", "suggested_town_code"})
_ALWAYS = ("income", "household")


@dataclass(frozen=True)
class Version:
    """A version of the month, as whoever keeps the versions says it.

    Attributes:
        folder: where it is.
        standing: in words: 现行, 较早的一版, 已撤回 …
    """

    folder: Path
    version: int
    knowledge_month: Month
    published_at: str
    standing: str
    restates: int | None


@dataclass(frozen=True)
class Explainer:
    """Explains what one version of a month says.

    Attributes:
        kept: the version.
        landed: the rows it rests on.
        contracts: by extract.
        versions: all of the month.
        in_force: the folder of the version in force of another month, None where there is none; its matches find rows of flows
            that were delivered then.
    """

    kept: Kept
    landed: Landed
    contracts: Mapping[str, ExtractContract]
    versions: Sequence[Version]
    in_force: Callable[[Month], Path | None]
    labels: ValueLabels

    @classmethod
    def of(
        cls, installation: Installation, version: Version, versions: Sequence[Version], in_force: Callable[[Month], Path | None]
    ) -> Explainer:
        """Return what explains a version; it may be asked for many households.

        Raises:
            ExplanationError: its manifest is gone or damaged.
        """
        contracts = load_extracts()
        labels = load_value_labels(contracts, load_marts())
        kept = Kept.at(version.folder, labels)
        landed = Landed(installation.landed, installation.archive, kept.manifest["inputs"], kept.connection)
        return cls(kept, landed, contracts, versions, in_force, labels)

    def household(self, household_id: str, mart: str | None = None) -> Explanation:
        """Return why a household stands where it stands.

        Args:
            household_id: 户编号.
            mart: a list, for what decides that list alone.

        Raises:
            ExplanationError: the month has no such household.
        """
        found = self.kept.rows("household_month", household_id=[household_id])
        if not found:
            raise ExplanationError(f"{self._version_words()}没有户编号 {household_id}；请核对户编号和月份")
        people = people_of(self.kept, self.landed, self.contracts, household_id)
        items = self.kept.entries(_ITEMS, household_id=[household_id])
        rows = self.finder.rows(people, [item.values["item_code"] for item in items])
        household, lists = found[0], self._lists(household_id)
        listed = self._listed(household, rows)
        explanation = Explanation(
            edition=self.kept.edition,
            household_id=household_id,
            facts=tuple(
                cell for cell in self.kept.entry("household_month", household, whole=True).cells if cell.name not in _NO_FACTS
            ),
            members=self.kept.entries("person_month", household_id=[household_id]),
            steps=(
                *self._income_steps(household),
                *burden_steps(household, self._burden(household_id), self._parameters),
                *list_steps(lists, listed),
            ),
            income=self._income(rows),
            lists=lists,
            items=items,
            problems=self.kept.entries(_PROBLEMS, household_id=[household_id]),
            versions=tuple(self._version(version, household_id) for version in self.versions),
            parameters=(),
            rows=rows,
            comparisons=tuple(self._comparisons(household, rows, people)),
            caveats=(*self.finder.doubtful(people), *self._caveats(rows)),
        )
        if mart:
            explanation = self._about_list(explanation, mart)
        return dataclasses.replace(explanation, parameters=self._parameters_of(explanation, mart))

    def person(self, person_id: str) -> Explanation:
        """Return why a person stands where they stand: what concerns them, and their household's line.

        Raises:
            ExplanationError: the month has no such member.
        """
        found = self.kept.rows("person_month", person_id=[person_id])
        if not found:
            raise ExplanationError(f"{self._version_words()}没有人员编号 {person_id}（或已标为减少）；请核对人员编号和月份")
        whole = self.household(found[0]["household_id"])
        return dataclasses.replace(
            whole,
            members=tuple(one for one in whole.members if one.values["person_id"] == person_id),
            steps=tuple(step for step in whole.steps if step.person_id in ("", person_id)),
            lists=tuple(one for one in whole.lists if one.values.get("person_id") == person_id),
            items=tuple(one for one in whole.items if one.values.get("person_id") == person_id),
            problems=tuple(one for one in whole.problems if one.values.get("person_id") == person_id),
            rows=tuple(row for row in whole.rows if row.person_id == person_id or row.extract == HOUSEHOLDS),
            income=(),
            comparisons=(),
        )

    def finding(self, code: str, entity: str, rule: RuleWords | None) -> FindingExplanation:
        """Return why there is a finding, or that there is none.

        Args:
            code: of the rule.
            entity: ``entity_key`` of the finding.
            rule: what the catalogue says of the rule.
        """
        findings = self.kept.entries(_PROBLEMS, whole=True, check_code=[code], entity_key=[entity])
        results = self.kept.entries("check_results", check_code=[code])
        codes = [one.values["item_code"] for one in findings if one.values.get("item_code")]
        rows: list[SourceRow] = []
        for one in findings:
            said = one.values
            if said["file"] and said["row_number"] is not None:
                rows += self.finder.row_at(said["extract"], said["file"], said["row_number"])
            if said["household_id"] and rule:
                rows += self._rows_of_needs(said["household_id"], said["person_id"], rule.needs)
        unique = tuple({(row.extract, row.place): row for row in rows}.values())
        names = [name.replace("_", ".", 1) if "." not in name else name for name in (rule.parameters if rule else ())]
        return FindingExplanation(
            edition=self.kept.edition,
            code=code,
            entity=entity,
            rule=rule,
            result=results[0] if results else None,
            findings=findings,
            items=self.kept.entries(_ITEMS, item_code=codes) if codes else (),
            parameters=tuple(
                one for one in self._every_parameter() if one.parameter.replace(".", "_") in names or one.parameter in names
            ),
            rows=unique,
            caveats=self._caveats(unique),
        )

    @property
    def finder(self) -> Finder:
        """What finds the delivered rows of a household."""
        return Finder(self.kept, self.landed, self.contracts, self._matches_of)

    @property
    def _parameters(self) -> Mapping[str, Mapping[str, Any]]:
        parameters: Mapping[str, Mapping[str, Any]] = self.kept.manifest["parameters"]
        return parameters

    def _every_parameter(self) -> tuple[ParameterUsed, ...]:
        return self.kept.parameters(list(self._parameters))

    def _matches_of(self, month: Month, persons: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        folder = self.in_force(month)
        path = folder / "person_match.parquet" if folder else None
        if path is None or not path.exists():
            return []
        other = dataclasses.replace(self.kept, folder=path.parent)
        return other.rows("person_match", person_id=list(persons))

    def _version_words(self) -> str:
        edition = self.kept.edition
        return f"{edition.month} 第{edition.version}版"

    def _burden(self, household_id: str) -> Mapping[str, Any] | None:
        return next(iter(self.kept.rows("expenditure_burden", household_id=[household_id])), None)

    def _income_steps(self, household: Mapping[str, Any]) -> Iterator[Step]:
        warning = next(iter(self.kept.rows("warning_list", household_id=[household["household_id"]])), None)
        lines = self.kept.rows("lines_in_force")
        return income_steps(self.kept.month, household, warning, lines, parameters=self._parameters, labels=self.labels)

    def _listed(self, household: Mapping[str, Any], rows: Sequence[SourceRow]) -> Listed:
        persons, workers = (
            {row["person_id"]: row for row in self.kept.rows(name, household_id=[household["household_id"]])}
            for name in ("person_month", "employment_ledger")
        )
        return Listed(self.kept.month, self._parameters, self.labels, household, persons, workers, rows)

    def _income(self, rows: Sequence[SourceRow]) -> tuple[IncomeMonth, ...]:
        contract = self.contracts[INCOMES]
        money = [column for column in contract.columns if column.type == "money"]
        counted = {Month(str(row.values["income_month"])[:7]): row for row in rows if row.extract == INCOMES and row.counts}
        month, end = Month.of(window(self.kept.month)[0]), self.kept.month
        months = []
        while month < end:
            row = counted.get(month)
            items = {column.name: _amount(row.values.get(column.name)) if row else None for column in money}
            missing = tuple(column.header for column in money if column.name in COMPONENTS and items[column.name] is None)
            parts = [-(items[name] or 0) if name == _SUBTRACTED else (items[name] or 0) for name in COMPONENTS]
            net = Decimal(sum(parts)) if not missing else None
            months.append(IncomeMonth(month, items, net, row.place if row else None, missing))
            month = month.next
        return tuple(months)

    def _lists(self, household_id: str) -> tuple[ListEntry, ...]:
        judged = load_traces().lists  # those that say how a household stands come before the ledgers
        lists = list(dict.fromkeys(name for name in (*judged, *load_marts()) if name not in _NO_LISTS))
        return tuple(
            entry
            for name in lists
            if "household_id" in self.kept.columns(name)
            for entry in self.kept.entries(name, household_id=[household_id])
        )

    def _comparisons(self, household: Mapping[str, Any], rows: Sequence[SourceRow], people: People) -> list[Comparison]:
        """Return published sums beside those of the rows found, so that a row that was not found is seen."""
        months = self._income(rows)
        observed = [month for month in months if month.net is not None]
        compared = []
        if household["income_12m"] is not None:
            total = sum((month.net for month in observed if month.net is not None), Decimal(0))
            compared.append(Comparison("近12个月纯收入", INCOMES, household["income_12m"], total, len(observed)))
        claims = [month.items[_CLAIMS] for month in months if month.items.get(_CLAIMS) is not None]
        if household["claim_12m"] is not None:
            compared.append(
                Comparison(
                    "近12个月理赔收入", INCOMES, household["claim_12m"], sum((c for c in claims if c), Decimal(0)), len(claims)
                )
            )
        start, end = window(self.kept.month)
        paid = [
            row
            for row in rows
            if row.extract == SETTLEMENTS
            and row.counts
            and row.person_id in people.active
            and row.dated_on is not None
            and start <= row.dated_on < end
        ]
        if household["medical_12m"] is not None:
            total = sum((_amount(row.values.get(_PAID)) or Decimal(0) for row in paid), Decimal(0))
            compared.append(Comparison("近12个月医疗个人负担", SETTLEMENTS, household["medical_12m"], total, len(paid)))
        return compared

    def _caveats(self, rows: Sequence[SourceRow]) -> tuple[str, ...]:
        extracts = {row.extract for row in rows} | {HOUSEHOLDS, MEMBERS, INCOMES}
        contracts = {name: one for name, one in self.contracts.items() if name in extracts}
        since = Month.of(window(self.kept.month)[0])
        return tuple(self.landed.caveats(contracts, since))

    def _version(self, version: Version, household_id: str) -> VersionOfMonth:
        kept = dataclasses.replace(self.kept, folder=version.folder)
        fields = load_marts()
        differences = []
        for row in kept.rows(DIFFERENCES, household_id=[household_id]):
            words = (
                kept.entry(row["mart"], {row["column_name"]: row["value_after"]}, whole=True).cells
                if row["column_name"]
                else ()
            )
            title = fields[row["mart"]].title if row["mart"] in fields else row["mart"]
            differences.append(
                Difference(
                    title=title,
                    change=self.labels.label("change", row["change"]),
                    column=words[0].header if words else (row["column_name"] or ""),
                    before=self.labels.label(row["column_name"], row["value_before"]) if row["value_before"] else "",
                    after=self.labels.label(row["column_name"], row["value_after"]) if row["value_after"] else "",
                    explanation=row["explanation"] or "",
                )
            )
        return VersionOfMonth(
            version=version.version,
            knowledge_month=version.knowledge_month,
            published_at=version.published_at,
            standing=version.standing,
            restates=version.restates,
            is_explained=version.folder == self.kept.folder,
            differences=tuple(differences),
        )

    def _about_list(self, whole: Explanation, mart: str) -> Explanation:
        """Return of an explanation what decides one list."""
        on_it = tuple(one for one in whole.lists if one.mart == mart)
        extracts = {HOUSEHOLDS, MEMBERS, ANSWERS, *self._decided_by(mart, on_it)}
        is_of_income = INCOMES in extracts
        return dataclasses.replace(
            whole,
            steps=tuple(step for step in whole.steps if (step.mart == mart if step.mart else is_of_income)),
            income=whole.income if is_of_income else (),
            comparisons=tuple(one for one in whole.comparisons if one.extract in extracts),
            lists=on_it,
            items=tuple(one for one in whole.items if one.values["list"] == mart),
            problems=(),
            rows=tuple(row for row in whole.rows if row.extract in extracts),
        )

    def _decided_by(self, mart: str, entries: Sequence[ListEntry]) -> set[str]:
        """Return the extracts that decide a list, as far as its items are those of the entries."""
        contract, traced = load_marts()[mart], load_traces().lists.get(mart)
        if traced is None:
            return {extract for need in contract.needs for extract in need.split("|")} or set(self.contracts)
        items = {str(one.values.get(traced.item)) for one in entries} if traced.item and entries else set(traced.rests_on)
        return {extract for item in (*items, EVERY_ITEM) for extract in traced.rests_on.get(item, ())}

    def _parameters_of(self, explanation: Explanation, mart: str | None) -> tuple[ParameterUsed, ...]:
        lists = [mart] if mart else [one.mart for one in explanation.lists]
        marts = load_marts()
        groups = {*_ALWAYS, *(group for name in lists if name in marts for group in marts[name].parameters)}
        if any(not step.mart for step in explanation.steps):
            groups.add("burden")
        return self.kept.parameters(sorted(groups))

    def _rows_of_needs(self, household_id: str, person_id: str | None, needs: Sequence[str]) -> list[SourceRow]:
        """Return the rows of the extracts that a rule looks at, of the household or person that a finding names."""
        people = people_of(self.kept, self.landed, self.contracts, household_id)
        extracts = {*needs, MEMBERS if person_id else HOUSEHOLDS}
        finder = dataclasses.replace(
            self.finder, contracts={n: c for n, c in self.contracts.items() if n in extracts or n == MEMBERS}
        )
        rows = [row for row in finder.rows(people, []) if row.extract in extracts]
        return [row for row in rows if not person_id or row.person_id in (person_id, None)]


def _amount(text: Any) -> Decimal | None:
    return None if text in (None, "") else Decimal(str(text))
