"""What an explanation consists of: values of the publication and the delivery. How they are printed is somebody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.foundation.months import Month


@dataclass(frozen=True)
class Cell:
    """A value under its Chinese header.

    Attributes:
        name: English name of the column.
        header: what officers call it.
        value: what stands there, in words; empty for nothing.
        type: of the column, as its contract says (``id`` and ``person_name`` for what an edition may have to hide).
        personal: whether it identifies a person.
    """

    name: str
    header: str
    value: str
    type: str = "text"
    personal: bool = False


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stood when it was delivered; the row number is the one seen on opening the file."""

    delivery_month: Month
    file: str
    row_number: int
    sheet: str = ""


@dataclass(frozen=True)
class SourceRow:
    """A delivered row that has to do with a household.

    Attributes:
        place: file and row.
        person_id: of the member whom it is about; None for a row about the household.
        found_by: how it was found to be about them, in words.
        counts: whether it is what the publication rests on for its fact.
        replaced_by: the row of the same fact that counts instead.
        notes: what was said of its cells when it was read.
        is_trusted: False when the file is no longer the one that the publication read, so the row may be another now.
    """

    extract: str
    title: str
    place: Place
    person_id: str | None
    found_by: str
    counts: bool
    replaced_by: Place | None
    is_trusted: bool
    dated_on: dt.date | None
    cells: tuple[Cell, ...]
    values: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of a rule as it came out.

    Attributes:
        rule: what is asked.
        statement: the figures written out.
        holds: how it came out; None for a step that only gives a figure.
        source: document and article, or section of the rules.
        mart: the list that it is about; blank for a step of income and burden.
        person_id: the person that it is about; blank for a household.
    """

    rule: str
    statement: str
    holds: bool | None = None
    source: str = ""
    mart: str = ""
    person_id: str = ""


@dataclass(frozen=True)
class IncomeMonth:
    """A month of the income window.

    Attributes:
        items: amounts by column of the contract; None where nothing is filled in.
        net: net income of the month; None unless all components are filled in.
        place: of the row that counts; None where there is no row.
        missing: headers of the components that are not filled in.
    """

    month: Month
    items: Mapping[str, Decimal | None]
    net: Decimal | None
    place: Place | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A published figure beside what the rows found give: they differ when a row was not found, or is gone."""

    what: str
    extract: str
    published: Decimal
    from_rows: Decimal
    rows: int

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.published == self.from_rows


@dataclass(frozen=True)
class ParameterUsed:
    """A parameter as it was in force for the publication."""

    parameter: str
    description: str
    value: str
    document: str
    article: str


@dataclass(frozen=True)
class ListEntry:
    """A row of a published list."""

    mart: str
    title: str
    source: str
    description: str
    cells: tuple[Cell, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """What a version of the month says otherwise of the household than the version in whose place it was put."""

    title: str
    change: str
    column: str
    before: str
    after: str
    explanation: str


@dataclass(frozen=True)
class VersionOfMonth:
    """A version of the month.

    Attributes:
        standing: 现行, 已撤回 or that it is an earlier one.
        restates: the version in whose place it was put.
        differences: those of the household.
    """

    version: int
    knowledge_month: Month
    published_at: str
    standing: str
    restates: int | None
    is_explained: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Edition:
    """The version of a month that is explained."""

    month: Month
    version: int
    knowledge_month: Month
    published_at: str
    code_version: str


@dataclass(frozen=True)
class Explanation:
    """Why a household stands where it stands.

    Attributes:
        facts: what the roster says of it, and what it is counted among.
        members: their rows of ``person_month``.
        steps: the rules as they came out.
        income: month by month.
        lists: every published list on which it or a member stands.
        items: its items of work with state and answers.
        problems: findings about its data.
        rows: every delivered row that has to do with it, by extract and place.
        comparisons: figures beside what the rows give.
        caveats: what could not be shown, and why.
    """

    edition: Edition
    household_id: str
    facts: tuple[Cell, ...]
    members: tuple[ListEntry, ...]
    steps: tuple[Step, ...]
    income: tuple[IncomeMonth, ...]
    lists: tuple[ListEntry, ...]
    items: tuple[ListEntry, ...]
    problems: tuple[ListEntry, ...]
    versions: tuple[VersionOfMonth, ...]
    parameters: tuple[ParameterUsed, ...]
    rows: tuple[SourceRow, ...]
    comparisons: tuple[Comparison, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class RuleWords:
    """What the catalogue says of a check rule."""

    code: str
    title: str
    question: str
    severity: str
    advice: str
    source: str
    needs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class FindingExplanation:
    """Why there is a finding, or why there is none.

    Attributes:
        rule: the rule; None for a code that the catalogue has no more.
        result: how the rule came out in the month, over all.
        findings: the finding itself; of several about one entity all.
        rows: the delivered rows that it names.
    """

    edition: Edition
    code: str
    entity: str
    rule: RuleWords | None
    result: ListEntry | None
    findings: tuple[ListEntry, ...]
    items: tuple[ListEntry, ...]
    parameters: tuple[ParameterUsed, ...]
    rows: tuple[SourceRow, ...]
    caveats: tuple[str, ...]
