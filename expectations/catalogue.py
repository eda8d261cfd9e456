"""The catalogue of data-logic rules: ``expectations/catalogue/<letter>_<topic>.yml``, loaded and validated.

What belongs here: what a rule is, and that every rule of every file is one. What does not: how rules are run (``logic``).
SQL in a rule is text here; whether it runs is said by running it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from orchestration.contracts import ConfigError, County, load_county, load_extracts, load_marts, load_parameters
from orchestration.contracts.county import shipped_county
from orchestration.contracts.yaml_file import Model, read_yaml, shown
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import REPOSITORY

CATALOGUE = REPOSITORY / "expectations" / "catalogue"
RETIRED = REPOSITORY / "expectations" / "retired_codes.yml"

SOURCE_DEPARTMENT = "源部门"
TOWN = "镇街"

RuleSeverity = Literal["E", "W", "I"]
Entity = Literal["person", "household", "row", "extract", "file", "item"]

DEFAULT_KEYS: dict[str, str] = {
    "person": "person_id",
    "household": "household_id",
    "row": "file || ':' || cast(row_number as varchar)",
    "extract": "extract",
    "file": "file",
    "item": "item_code",
}


_T = TypeVar("_T", bound=Model)


class Rule(Model):
    """One rule. Texts are Chinese for officials; ``among``, ``failing…``, ``found``, ``expected``, ``key`` are SQL.

    Attributes:
        code: the letter of its file and two digits; never given to another rule.
        severity: E must be corrected, W must be verified, I is a hint.
        owner: who must mend it: a department's title, 镇街, or 源部门 (whoever sent the row, file or extract).
        entity: what one finding is about; with ``key`` it gives the finding's ``entity_key``.
        needs: extracts of delivery M without which the rule is not applicable.
        needs_previous: extracts of delivery M−1 without which it is not applicable.
        needs_line: the income line that must be in force, ``inclusion`` or ``warning``.
        stage: 2 for a rule that reads the findings of the others, ``checked.findings``, and what rests on them.
        repeats: the lists, or kinds of a list (``guarantee_shortfalls/uninsured``), on which a finding stands already: it is
            not handed out as an item of its own.
        waives: the one of them whose item a waiver (豁免) of the finding covers too.
        looks_at: the model whose rows are looked at.
        looks_at_rows: a query for those rows, in place of ``looks_at``.
        among: which of those rows count; narrows the denominator as well.
        parameters: columns of ``int_parameters`` that the SQL uses.
        failing: the condition on which a row is a finding.
        failing_rows: a query for the findings, in place of ``failing``; ``{batch}`` stands for the rows looked at.
        denominator_rows: a query ``month, count`` where the denominator is not the distinct entities looked at.
        field: the column of an extract that must be corrected.
        found: what stands there.
        expected: what should stand there.
        advice: what the official should do.
        source: the legal or practical basis.
    """

    code: str = Field(pattern=r"^[A-Z][0-9]{2}$")
    title: str = Field(min_length=1)
    question: str = Field(min_length=1)
    severity: RuleSeverity
    owner: str
    entity: Entity
    needs: tuple[str, ...] = ()
    needs_previous: tuple[str, ...] = ()
    needs_line: str | None = None
    stage: Literal[1, 2] = 1
    repeats: tuple[str, ...] = ()
    waives: str | None = None
    looks_at: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    looks_at_rows: str | None = None
    among: str | None = None
    parameters: tuple[str, ...] = ()
    failing: str | None = None
    failing_rows: str | None = None
    key: str | None = None
    denominator_rows: str | None = None
    field: str | None
    found: str = Field(min_length=1)
    expected: str = Field(min_length=1)
    advice: str = Field(min_length=1)
    source: str = Field(min_length=1)

    @property
    def entity_key(self) -> str:
        """The SQL of the entity key."""
        return self.key or DEFAULT_KEYS[self.entity]

    @property
    def line(self) -> str | None:
        """The parameter of the income line that must be in force."""
        return f"income.{self.needs_line}_line" if self.needs_line else None

    @property
    def relation(self) -> str:
        """The name under which Great Expectations sees the rows looked at."""
        return self.looks_at or f"looked_at_by_{self.code.lower()}"

    @property
    def recipient(self) -> str | None:
        """Who has to answer what it finds: ``town``, the code of a department; None where it depends on the row."""
        if self.owner == TOWN:
            return "town"
        return next((code for code, title in department_titles().items() if title == self.owner), None)

    @model_validator(mode="after")
    def _check(self) -> Rule:
        problems = []
        if self.waives and self.waives not in self.repeats:
            problems.append("waives is one of repeats")
        if (self.failing is None) == (self.failing_rows is None):
            problems.append("write either failing or failing_rows")
        if (self.looks_at is None) == (self.looks_at_rows is None):
            problems.append("write either looks_at or looks_at_rows")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class RetiredCode(Model):
    """A code that was a rule's and is nobody's now."""

    code: str
    title: str
    reason: str


def department_titles(county: County | None = None) -> dict[str, str]:
    """Return the title of every department as rules name it (``民政局``), by its code; of the county in force by default."""
    county = county or load_county()
    return {department.code: county.title(department) for department in county.departments}


@kept_by_overlay
def load_rules(folder: Path = CATALOGUE, retired: Path = RETIRED) -> dict[str, Rule]:
    """Return the rules by code, in the order of the codes; a department that is called otherwise here is named so.

    Raises:
        ConfigError: something is wrong in the catalogue; the message names every file, rule and slip.
    """
    problems: list[str] = []
    rules: dict[str, Rule] = {}
    gone = {entry.code for entry in _read(RetiredCode, retired, problems)}
    for path in sorted(folder.glob("*.yml")):
        for rule in _read(Rule, path, problems):
            place = f"{shown(path)}: {rule.code}"
            if rule.code in rules:
                problems.append(f"{place}: the code is another rule's")
            if rule.code in gone:
                problems.append(f"{place}: the code is retired ({shown(retired)}) and cannot be used again")
            if rule.code[0].lower() != path.stem[0]:
                problems.append(f"{place}: belongs in the file of its letter")
            problems += [f"{place}: {problem}" for problem in _unknown_names(rule)]
            rules[rule.code] = rule
    if problems:
        raise ConfigError("\n".join(problems))
    called = _owners_here()
    own = {code: rule.model_copy(update={"owner": called.get(rule.owner, rule.owner)}) for code, rule in rules.items()}
    return dict(sorted(own.items()))


def _owners_here() -> dict[str, str]:
    """Return what a department of the catalogue is called in the county in force."""
    here = department_titles()
    return {title: here[code] for code, title in department_titles(shipped_county()).items()}


def _read(model: type[_T], path: Path, problems: list[str]) -> list[_T]:
    try:
        content = read_yaml(path) or []
    except ConfigError as error:
        problems.append(str(error))
        return []
    if not isinstance(content, list):
        problems.append(f"{shown(path)}: is not a list")
        return []
    found = []
    for number, entry in enumerate(content, start=1):
        try:
            found.append(model.model_validate(entry))
        except ValidationError as error:
            name = entry.get("code") if isinstance(entry, dict) else None
            problems += [
                f"{shown(path)}: {name or f'entry {number}'}: {_place(problem['loc'])}{problem['msg']}"
                for problem in error.errors()
            ]
    return found


def _place(parts: tuple[Any, ...]) -> str:
    return f"{'.'.join(str(part) for part in parts)}: " if parts else ""


def _unknown_names(rule: Rule) -> list[str]:
    """Return what a rule names that nothing defines."""
    extracts, parameters = load_extracts(), load_parameters()
    owners = {*department_titles(shipped_county()).values(), SOURCE_DEPARTMENT, TOWN}
    problems = [] if rule.owner in owners else [f"owner {rule.owner} is none of {'、'.join(sorted(owners))}"]
    problems += [f"extract {name} has no contract" for name in (*rule.needs, *rule.needs_previous) if name not in extracts]
    if rule.line and not (rule.line in parameters and parameters[rule.line].is_line):
        problems.append(f"{rule.line} is no income line")
    columns = {parameter.column for parameter in parameters.values() if not (parameter.is_line or parameter.has_entries)}
    problems += [f"parameter {name} is no column of int_parameters" for name in rule.parameters if name not in columns]
    problems += [f"{name} is no list" for name in rule.repeats if name.partition("/")[0] not in load_marts()]
    if rule.field and not any(rule.field in {column.name for column in contract.columns} for contract in extracts.values()):
        problems.append(f"field {rule.field} is no column of an extract")
    return problems
