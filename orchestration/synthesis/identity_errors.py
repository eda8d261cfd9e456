"""Errors in documents, names and villages by scenario, for measuring how well rows are matched in spite of them.

What belongs here: which record is spoilt how often, and under which name the truth file keeps it. What does not: what becomes
of a number or a name (``number_errors``, ``name_errors``), the usual slips of messy deliveries (``defects``), people who are
hard to tell apart (``likeness``).

A record is a person in a roll, or a person in a month's flow. Each field of a record (document, its spelling, name, its
spelling, birth date, village, number of a relative) is spoilt independently of the others, except in scenarios with hand-keyed
records, in which a few records have much higher rates in every field at once. Rates are those of scenario ``base``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.contracts import ExtractContract
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.county import County
from orchestration.synthesis.events import FLOWS
from orchestration.synthesis.name_errors import spaced, spoilt_name
from orchestration.synthesis.number_errors import DOCUMENT_LENGTH, NUMBERS, SPELLINGS, are_numbers, one_digit
from orchestration.synthesis.people import age_on
from orchestration.synthesis.tables import NO_DAY, Table


@dataclass(frozen=True)
class Scenario:
    """How often errors are made.

    Attributes:
        scale: factor on every rate.
        hand_keyed: share of records that were keyed in by hand.
        keyed_scale: factor on the rates of those; the rates of the others are lowered so that the mean stays.
    """

    scale: float = 1.0
    hand_keyed: float = 0.0
    keyed_scale: float = 6.0

    def factors(self, draw: Array) -> Array:
        """Return the factor on the rates of each record for a number in [0, 1) of its own."""
        others = (1 - self.hand_keyed * self.keyed_scale) / (1 - self.hand_keyed)
        return self.scale * np.where(draw < self.hand_keyed, self.keyed_scale, others)


SCENARIOS = {"base": Scenario(), "hard": Scenario(hand_keyed=0.05), "double": Scenario(2.0), "half": Scenario(0.5)}

Rates = dict[str, float]

# Content of documents: departments (times 0.8 to 1.2 by extract), and the member roster. Of the numbers that say nothing, most
# are blank or 无 and refused at the door where a number is required; the placeholders are what comes through.
DEPARTMENT_NUMBERS: Rates = {
    "fifteen_digits": 0.015, "one_digit": 0.012, "transposition": 0.008, "wrong_check": 0.004, "dropped_digit": 0.003,
    "doubled_digit": 0.003, "two_digits": 0.0035, "excel_000": 0.008, "scientific": 0.0025, "placeholder": 0.001,
    "blank_number": 0.003, "guardian_number": 0.0045, "family_number": 0.003, "masked": 0.003,
}  # fmt: skip
ROSTER_NUMBERS: Rates = {
    "blank_number": 0.008, "one_digit": 0.008, "transposition": 0.0035, "wrong_check": 0.0025, "fifteen_digits": 0.006,
    "family_number": 0.003, "excel_000": 0.0035, "dropped_digit": 0.0015,
}  # fmt: skip
MINORS_GUARDIAN = 4.0  # what children have more of, in their own field

# Spelling of documents. Those that need an X at the end are rates among numbers that have one.
DEPARTMENT_SPELLINGS: Rates = {
    "format_full_width": 0.009, "format_blank": 0.007, "format_invisible": 0.006, "format_apostrophe": 0.006,
    "format_hyphen": 0.005,
}  # fmt: skip
ROSTER_SPELLINGS: Rates = {name: rate / 4 for name, rate in DEPARTMENT_SPELLINGS.items()}
X_SPELLINGS: Rates = {"format_lower_case_x": 0.15, "format_x_look_alike": 0.08}
ROSTER_X_SPELLINGS: Rates = {name: rate / 3 for name, rate in X_SPELLINGS.items()}

DEPARTMENT_NAMES: Rates = {
    "variant_character": 0.009, "homophone": 0.011, "look_alike": 0.006, "placeholder_character": 0.005, "former_name": 0.0025,
    "changed_name": 0.001, "trailing_text": 0.004,
}  # fmt: skip
ROSTER_NAMES: Rates = {
    "variant_character": 0.003, "homophone": 0.003, "look_alike": 0.0015, "placeholder_character": 0.0005, "former_name": 0.001,
    "trailing_text": 0.0005,
}  # fmt: skip
NAME_SPELLINGS: Rates = {"format_spaced_name": 0.006}
NEWBORN_NAMES, BLANK_NAMES = 0.3, 0.005  # among the newborn; among rows that need no name

ROSTER_BIRTHS: Rates = {"birth_missing": 0.02, "birth_day_month": 0.004, "birth_lunar": 0.004, "birth_year": 0.004}
VILLAGES: Rates = {"village_missing": 0.06, "village_other": 0.07, "village_spelling": 0.06}
KIN = "kin_number"  # a slip in the number of a guardian or head, beside the document of the person


def add_errors(county: County, table: Table, contract: ExtractContract) -> None:
    """Put errors of the county's scenario into an extract, in place, and note their classes in ``table.error``."""
    subject = contract.subject
    if subject is None or not len(table):
        return
    record = _Record(county, table, contract)
    for document in subject.documents:
        record.spoil_numbers(document)
    record.spoil_names(subject.name)
    for column in contract.columns:
        if column.type == "id" and column.name not in subject.documents:
            record.spoil_kin(column.name)
    if "birth_date" in table.columns:
        record.spoil_births()
    if "village" in table.columns and not record.is_roster:
        record.spoil_villages(is_required=contract.column("village").required)


class _Record:
    """The rows of one extract while they are spoilt."""

    def __init__(self, county: County, table: Table, contract: ExtractContract) -> None:
        self.county, self.table, self.contract = county, table, contract
        self.is_roster = contract.department == county.facts.departments[0].code
        # A roll repeats its errors month after month; a flow is written down anew each month.
        self.label = f"{contract.extract} {county.month}" if contract.extract in FLOWS else contract.extract
        self.factor = SCENARIOS[county.errors].factors(self.draw("keyed by hand"))

    def draw(self, purpose: str) -> Array:
        return uniform(self.county.seed, f"{purpose} {self.label}", self.table.person)

    def chosen(self, field: str, rates: Rates, among: Array | None = None) -> list[tuple[int, str, float]]:
        """Return rows with an error in a field: row, class, and a number in [0, 1) for how."""
        limits, kinds = np.cumsum(list(rates.values())), list(rates)
        draw = self.draw(field) / self.factor
        hit = (draw < limits[-1]) & (self.table.person >= 0)
        rows = np.flatnonzero(hit if among is None else hit & among)
        which = np.searchsorted(limits, draw[rows], side="right")
        how = self.draw(f"how {field}")[rows]
        return [(row, kinds[kind], place) for row, kind, place in zip(rows.tolist(), which.tolist(), how.tolist(), strict=True)]

    def write(self, column: str, row: int, value: object, error: str) -> None:
        """Write a value where it differs from what is there, and note the class once."""
        if value is None or value == self.table.columns[column][row]:
            return
        self.table.columns[column][row] = value
        noted = self.table.error[row]
        if error not in noted.split("+"):
            self.table.error[row] = f"{noted}+{error}" if noted else error

    # -----------------------------------------------------------------------------------------------------------------

    def spoil_numbers(self, column: str) -> None:
        numbers = self.table.columns[column]
        filled = numbers != ""
        rates = ROSTER_NUMBERS if self.is_roster else self._department_numbers(column)
        if not filled.any():
            return
        minor = self._is_minor()
        for among, children in ((filled & ~minor, False), (filled & minor, True)):
            own = dict(rates)
            if children and "guardian_number" in own:
                own["guardian_number"] *= MINORS_GUARDIAN
            for row, kind, how in self.chosen(f"content {column}", own, among):
                error, number = self._number(row, str(numbers[row]), kind, how, children)
                self.write(column, row, number, error)
        self._spell_numbers(column)

    def _department_numbers(self, column: str) -> Rates:
        mean = 0.8 + 0.4 * float(uniform(0, f"{self.contract.extract} {column}", np.zeros(1, dtype=np.int64))[0])
        rates = {name: rate * mean for name, rate in DEPARTMENT_NUMBERS.items()}
        if not self.contract.column(column).required:
            rates["blank_number"] *= 2
        return rates

    def _is_minor(self) -> Array:
        births = self.county.people.birth[np.maximum(self.table.person, 0)]
        return age_on(births, self.county.day) < 18

    def _number(self, row: int, number: str, kind: str, how: float, is_child: bool) -> tuple[str, str]:
        """Return the class that became of a kind of error, and the spoilt number."""
        if kind in ("guardian_number", "family_number") and len(number) == DOCUMENT_LENGTH:
            other = self._number_of_kin(row, how, is_child and kind == "guardian_number")
            if other and other != number:
                return ("guardian_number" if is_child and kind == "guardian_number" else "family_number"), other
        spoilt = NUMBERS[kind](number, how) if kind in NUMBERS else None
        return (kind, spoilt) if spoilt is not None else ("one_digit", one_digit(number, how))

    def _number_of_kin(self, row: int, how: float, guardian: bool) -> str | None:
        people, person = self.county.people, int(self.table.person[row])
        household = int(people.household[person])
        head = int(self.county.households.head[household])
        if guardian and head != person:
            return str(people.id_number[head])
        others = np.flatnonzero((people.household == household) & people.is_active)
        others = others[others != person]
        return str(people.id_number[others[int(how * len(others))]]) if len(others) else None

    def _spell_numbers(self, column: str) -> None:
        numbers = self.table.columns[column]
        spellings = ROSTER_SPELLINGS if self.is_roster else DEPARTMENT_SPELLINGS
        for row, kind, how in self.chosen(f"spelling {column}", spellings, are_numbers(numbers)):
            self.write(column, row, SPELLINGS[kind](str(numbers[row]), how), kind)
        ends = np.array([number.endswith("X") for number in numbers.tolist()], dtype=bool)
        rates = ROSTER_X_SPELLINGS if self.is_roster else X_SPELLINGS
        for row, kind, how in self.chosen(f"letter {column}", rates, ends):
            self.write(column, row, SPELLINGS[kind](str(numbers[row]), how), kind)

    def spoil_kin(self, column: str) -> None:
        """Spoil the number of a guardian or head at the rates of any other number."""
        numbers = self.table.columns[column]
        rates = {name: rate for name, rate in DEPARTMENT_NUMBERS.items() if name not in ("guardian_number", "family_number")}
        rates["blank_number"] = 0.01
        for row, kind, how in self.chosen(f"content {column}", rates, numbers != ""):
            self.write(column, row, self._number(row, str(numbers[row]), kind, how, is_child=False)[1], KIN)
        self._spell_kin(column)

    def _spell_kin(self, column: str) -> None:
        numbers = self.table.columns[column]
        for row, kind, how in self.chosen(f"spelling {column}", DEPARTMENT_SPELLINGS, are_numbers(numbers)):
            self.write(column, row, SPELLINGS[kind](str(numbers[row]), how), f"format_{KIN}")

    # -----------------------------------------------------------------------------------------------------------------

    def spoil_names(self, column: str) -> None:
        written = self.table.columns[column]
        known = self.table.person >= 0
        true = np.where(known, self.county.people.name[self.table.person], written)
        for row in np.flatnonzero(known & (written != true)).tolist():  # the roster's 测试 and the like
            self.table.error[row] = "sham_name"
        fit = written == true
        newborn = age_on(self.county.people.birth[np.maximum(self.table.person, 0)], self.county.day) < 1
        if not self.is_roster:
            for row, kind, how in self.chosen("newborn", {"newborn_name": NEWBORN_NAMES}, fit & newborn):
                self.write(column, row, self._name_of_newborn(row), kind)
                if how < 0.35:  # and the mother's or head's number until there is one
                    document = self.contract.subject.documents[0] if self.contract.subject else ""
                    self.write(document, row, self._number_of_kin(row, how, guardian=True), "guardian_number")
        fit &= written == true
        for row, kind, how in self.chosen("name", ROSTER_NAMES if self.is_roster else DEPARTMENT_NAMES, fit):
            error, name = spoilt_name(str(written[row]), kind, how)
            self.write(column, row, name, error)
        for row, kind, _ in self.chosen("spelling of name", NAME_SPELLINGS, written != ""):
            self.write(column, row, spaced(str(written[row])), kind)
        if not self.contract.column(column).required:
            for row, kind, _ in self.chosen("no name", {"blank_name": BLANK_NAMES}):
                self.write(column, row, "", kind)

    def _name_of_newborn(self, row: int) -> str:
        people, person = self.county.people, int(self.table.person[row])
        household = int(people.household[person])
        mothers = np.flatnonzero(
            (people.household == household) & people.is_active & np.isin(people.relationship, ("配偶", "之儿媳"))
        )
        parent = int(mothers[-1]) if len(mothers) else int(self.county.households.head[household])
        return f"{people.name[parent]}之{'子' if people.sex[person] == 0 else '女'}"

    # -----------------------------------------------------------------------------------------------------------------

    def spoil_births(self) -> None:
        births = self.table.columns["birth_date"]
        for row, kind, how in self.chosen("birth", ROSTER_BIRTHS, ~np.isnat(births)):
            births[row] = _spoilt_birth(births[row], kind, how)
            noted = self.table.error[row]
            self.table.error[row] = f"{noted}+{kind}" if noted else kind

    def spoil_villages(self, is_required: bool) -> None:
        villages = self.table.columns["village"]
        rates = {name: rate for name, rate in VILLAGES.items() if not (is_required and name == "village_missing")}
        by_town: dict[int, list[str]] = {}
        for village in self.county.villages:
            by_town.setdefault(village.town, []).append(village.name)
        for row, kind, how in self.chosen("village", rates, villages != ""):
            name, near = str(villages[row]), by_town[max(int(self.table.town[row]), 0)]
            other = {
                "village_missing": "",
                "village_other": near[int(how * len(near))],
                "village_spelling": (name.removesuffix("村"), f"{name}委会", f"{name}民委员会")[int(how * 3)],
            }[kind]
            self.write("village", row, other, kind)


def _spoilt_birth(birth: np.datetime64, kind: str, how: float) -> np.datetime64:
    if kind == "birth_missing":
        return NO_DAY
    year, month, day = str(birth).split("-")
    if kind == "birth_day_month" and int(day) <= 12 and day != month:
        return np.datetime64(f"{year}-{day}-{month}")
    if kind == "birth_year":
        return birth + (-365 if how < 0.5 else 365)
    return birth - 18 - int(how * 33)  # the lunar date is written, weeks before the other
