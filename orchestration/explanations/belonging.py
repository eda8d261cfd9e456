"""Which delivered rows have to do with a household: by its number, by the published matches, by document and name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.contracts import Column, ExtractContract
from orchestration.explanations.content import Cell, Place, SourceRow
from orchestration.explanations.documents import person_key, short_number
from orchestration.explanations.kept import Kept
from orchestration.explanations.landed import Landed, Row, dated_on, place_of, replacements
from orchestration.foundation.months import Month

HOUSEHOLDS = "rural_revitalization__household_roster"
MEMBERS = "rural_revitalization__member_roster"
INCOMES = "rural_revitalization__income_expense"
ANSWERS = "rural_revitalization__feedback"
_MATCHES = "person_match"

Identity = tuple[str, str]
# of the publication in force of a month: its rows of person_match about these persons
MatchesOf = Callable[[Month, Sequence[str]], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class People:
    """The members of a household and by what rows are known to be about them.

    Attributes:
        household_id: of the household.
        own: every member's person_id, also of those whom the roster has as 减少.
        active: the person_id of those who are members now.
        stands_for: by the person_id under which matches name a person, the one in this household.
        by_key: by resident number, the active member and the name.
    """

    household_id: str
    own: tuple[str, ...]
    active: frozenset[str]
    stands_for: Mapping[str, str]
    by_key: Mapping[str, tuple[str, str]]


def people_of(kept: Kept, landed: Landed, contracts: Mapping[str, ExtractContract], household_id: str) -> People:
    """Return the members of a household in a publication."""
    members = kept.rows("person_month", household_id=[household_id])
    keys = {row["person_key"]: row for row in members if row["person_key"]}
    # a person with several rows on the roster is named by the lowest
    twins = kept.rows("person_month", person_key=list(keys)) if keys else []
    stands_for = {row["person_id"]: keys[row["person_key"]]["person_id"] for row in twins}
    contract = contracts[MEMBERS]
    roster = landed.rows(
        contract, landed.months(contract, kept.month, kept.knowledge_month), "household_id = ?", [household_id]
    )
    own = sorted({row["person_id"] for row in members} | {row["person_id"] for row in roster})
    normalized = {row["person_id"]: row.get("name_normalized") or "" for row in roster}
    by_key = {key: (row["person_id"], normalized.get(row["person_id"]) or row["name"] or "") for key, row in keys.items()}
    active = frozenset(row["person_id"] for row in members)
    return People(household_id, tuple(own), active, {**stands_for, **{person: person for person in own}}, by_key)


@dataclass(frozen=True)
class Finder:
    """Finds the delivered rows of a household.

    Attributes:
        kept: the publication.
        landed: the rows that it rests on.
        contracts: by extract.
        matches_of: matches of other months, as published.
    """

    kept: Kept
    landed: Landed
    contracts: Mapping[str, ExtractContract]
    matches_of: MatchesOf

    def rows(self, people: People, item_codes: Collection[str]) -> tuple[SourceRow, ...]:
        """Return every delivered row that the publication's figures of a household can rest on, by extract and place.

        Of flows those dated in the window, and those that a published list names by file and row.

        Args:
            people: the household.
            item_codes: its items of work; answers name them.
        """
        named = self._named_places(people.household_id)
        window_start, window_end = window(self.kept.month)
        found: list[SourceRow] = []
        matched = self._matched(people)
        identities = self._identities(people, matched)
        first = [name for name in (HOUSEHOLDS, MEMBERS, INCOMES) if name in self.contracts]
        for contract in (self.contracts[name] for name in dict.fromkeys([*first, *self.contracts])):
            for row in self._rows_of(contract, people, matched, identities, item_codes):
                is_wanted = (
                    contract.kind == "roll"
                    or row.dated_on is None
                    or window_start <= row.dated_on < window_end
                    or row.place in named
                    or contract.extract == ANSWERS
                )
                if is_wanted:
                    found.append(row)
        return tuple(found)

    def row_at(self, extract: str, file: str, row_number: int) -> tuple[SourceRow, ...]:
        """Return the row of the month's own delivery that a published list names."""
        contract = self.contracts.get(extract)
        if contract is None:
            return ()
        months = [one for one in [self.kept.month] if (self.landed.folder / extract / f"{one}.parquet").exists()]
        rows = self.landed.rows(contract, months, "file = ? and cast(row_number as bigint) = ?", [file, row_number])
        return tuple(self._source_row(contract, row, None, "清单写明的文件和行", None) for row in rows)

    def doubtful(self, people: People) -> tuple[str, ...]:
        """Return in words which rows of the month's delivery may be about a member, and wait for somebody to decide."""
        reviews = self.kept.rows("match_review")
        candidates = [(row, set(re.findall(r"[0-9A-Za-z]+", str(row["candidate_person_ids"])))) for row in reviews]
        return tuple(
            f"{self.kept.month} 报送 {row['file']} 第{row['row_number']}行可能是本户成员"
            f"（{'、'.join(sorted(ids & set(people.stands_for)))}）的，等待判定，没有计入"
            for row, ids in candidates
            if ids & set(people.stands_for)
        )

    def _named_places(self, household_id: str) -> set[Place]:
        places = set()
        for path in self.kept.folder.glob("*.parquet"):
            columns = self.kept.columns(path.stem)
            if {"household_id", "delivery", "file", "row_number"} <= set(columns):
                for row in self.kept.rows(path.stem, household_id=[household_id]):
                    places.add(Place(Month.of(row["delivery"]), row["file"], row["row_number"], row.get("sheet") or ""))
        return places

    def _matched(self, people: People) -> dict[tuple[str, Month, str, int], tuple[str, str]]:
        """Return person and how they were found, by extract, delivery, file and row, of the month itself and of others."""
        labels, names = self.kept.labels, list(people.stands_for)
        month = self.kept.month
        own = {
            (row["extract"], month, row["file"], row["row_number"]): (
                people.stands_for[row["person_id"]],
                f"本月比对：{labels.label('match_method', row['match_method'])}",
            )
            for row in self.kept.rows(_MATCHES, person_id=names)
        }
        flows = {name for name, contract in self.contracts.items() if contract.kind == "flow"}
        deliveries = {delivery for delivery, extract, _ in self.landed.published_files if extract in flows}
        others = {
            (row["extract"], delivery, row["file"], row["row_number"]): (
                people.stands_for[row["person_id"]],
                f"{delivery} 的比对：{labels.label('match_method', row['match_method'])}",
            )
            for delivery in sorted(deliveries - {month})
            for row in self.matches_of(delivery, names)
            if row["extract"] in flows
        }
        return others | own

    def _identities(
        self, people: People, matched: Mapping[tuple[str, Month, str, int], tuple[str, str]]
    ) -> dict[Identity, str]:
        """Return the member by document and name of rows of the month's delivery that were matched."""
        identities: dict[Identity, str] = {}
        for contract in self.contracts.values():
            places = [key for key in matched if key[0] == contract.extract and key[1] == self.kept.month]
            if not contract.subject or not places:
                continue
            for row in self._at(contract, places):
                identity = subject(row, contract)
                if identity[0]:
                    identities[identity] = matched[
                        contract.extract, row["delivery_month"], row["file"], int(row["row_number"])
                    ][0]
        return identities

    def _at(self, contract: ExtractContract, places: Sequence[tuple[str, Month, str, int]]) -> list[Row]:
        months = sorted(
            {month for _, month, _, _ in places if (self.landed.folder / contract.extract / f"{month}.parquet").exists()}
        )
        return self.landed.rows(contract, months, _AT, [[_at_text(month, file, row) for _, month, file, row in places]])

    def _rows_of(
        self,
        contract: ExtractContract,
        people: People,
        matched: Mapping[tuple[str, Month, str, int], tuple[str, str]],
        identities: Mapping[Identity, str],
        item_codes: Collection[str],
    ) -> list[SourceRow]:
        months = self.landed.months(contract, self.kept.month, self.kept.knowledge_month)
        if not months:
            return []
        names = {column.name for column in contract.columns}
        if contract.extract == ANSWERS:
            rows = self.landed.rows(contract, months, "list_has_any(string_split(item_code, ';'), ?)", [sorted(item_codes)])
            belongs = {place_of(row): ("", "线索编号") for row in rows}
        elif "household_id" in names:
            rows = self.landed.rows(contract, months, "household_id = ?", [people.household_id])
            belongs = {place_of(row): (row.get("person_id") or "", "户编号") for row in rows}
        elif contract.subject:
            rows = self._of_documents(contract, months, people, matched, identities)
            belongs = {}
            for row in rows:
                if (found := self._whose(contract, row, people, matched, identities)) is not None:
                    belongs[place_of(row)] = found
            rows = self._with_rows_of_same_facts(contract, months, rows, belongs)
        else:
            return []
        replaced = replacements(rows, contract)
        sources = []
        for row in rows:
            place = place_of(row)
            if place not in belongs:
                continue
            # what was not matched in the month's own delivery and counts is somebody else's
            person, how = belongs[place]
            if how == _LIKE_A_MATCHED_ROW and row["delivery_month"] == self.kept.month and replaced[place] is None:
                continue
            if person and person not in people.active:
                how = f"{how}；人员已标为减少，不计入"
            sources.append(self._source_row(contract, row, person or None, how, replaced[place]))
        return sorted(sources, key=lambda source: source.place)

    def _of_documents(
        self,
        contract: ExtractContract,
        months: Sequence[Month],
        people: People,
        matched: Mapping[tuple[str, Month, str, int], tuple[str, str]],
        identities: Mapping[Identity, str],
    ) -> list[Row]:
        keys = list(people.by_key)
        numbers = [short_number(key) for key in keys] + [document for document, _ in identities]
        documents = contract.subject.documents if contract.subject else ()
        conditions = [
            f"list_contains(?, substr({name}_normalized, 1, 18)) or list_contains(?, {name}_normalized)" for name in documents
        ]
        values: list[Any] = [value for _ in documents for value in (keys, numbers)]
        places = [_at_text(month, file, row) for extract, month, file, row in matched if extract == contract.extract]
        return self.landed.rows(contract, months, " or ".join([*conditions, _AT]), [*values, places])

    def _whose(
        self,
        contract: ExtractContract,
        row: Row,
        people: People,
        matched: Mapping[tuple[str, Month, str, int], tuple[str, str]],
        identities: Mapping[Identity, str],
    ) -> tuple[str, str] | None:
        """Return which member a department row is about and how that is known; None when it is about nobody here."""
        match = matched.get((contract.extract, row["delivery_month"], row["file"], int(row["row_number"])))
        is_own_delivery = row["delivery_month"] == self.kept.month
        if match and is_own_delivery:
            return match
        document, name = subject(row, contract)
        if person := identities.get((document, name)):
            return person, _LIKE_A_MATCHED_ROW
        if is_own_delivery:
            return None
        key = person_key(document, row["delivery_month"])
        if key and key in people.by_key and name in ("", people.by_key[key][1]):
            return people.by_key[key][0], "证件号码和姓名与名册相同" if name else "证件号码与名册相同"
        return match

    def _with_rows_of_same_facts(
        self, contract: ExtractContract, months: Sequence[Month], rows: list[Row], belongs: Collection[Place]
    ) -> list[Row]:
        """Add the rows of the same facts that were not found by person: one of them may be the one that counts."""
        column: Column = next((one for one in contract.key_columns if one.type == "id"), contract.key_columns[0])
        name = f"{column.name}_normalized" if column.has_normalized_form and column.type == "id" else column.name
        values = sorted({row[name] for row in rows if row.get(name) and place_of(row) in belongs})
        others = self.landed.rows(contract, months, f"list_contains(?, {name})", [values]) if values else []
        return list({place_of(row): row for row in [*rows, *others]}.values())

    def _source_row(
        self, contract: ExtractContract, row: Row, person_id: str | None, found_by: str, replaced_by: Place | None
    ) -> SourceRow:
        place = place_of(row)
        return SourceRow(
            extract=contract.extract,
            title=contract.title,
            place=place,
            person_id=person_id,
            found_by=found_by,
            counts=replaced_by is None,
            replaced_by=replaced_by,
            is_trusted=self.landed.state_of(place.delivery_month, contract.extract, place.file) == "same",
            dated_on=dated_on(row, contract),
            cells=tuple(
                Cell(column.name, column.header, _cell_text(row[column.name], column.type), column.type, column.personal)
                for column in contract.columns
                if row.get(column.name) not in (None, "")
            ),
            values=row,
            notes=self.landed.notes(contract.extract, place),
        )


_LIKE_A_MATCHED_ROW = "证件、姓名与本月比对上的行相同"
_AT = "list_contains(?, strftime(delivery_month, '%Y-%m') || '|' || file || '|' || cast(row_number as varchar))"


def _at_text(month: Month, file: str, row_number: int) -> str:
    return f"{month}|{file}|{row_number}"


def _cell_text(value: Any, kind: str) -> str:
    text = str(value)
    if kind == "month":
        return text[:7]
    return {"true": "是", "false": "否"}.get(text, text) if kind == "flag" else text


def subject(row: Row, contract: ExtractContract) -> Identity:
    """Return whom a row is about: the document that counts (the first usable, else the first filled) and the name."""
    if contract.subject is None:
        return "", ""
    numbers = [row.get(f"{name}_normalized") or "" for name in contract.subject.documents]
    usable = [number for number in numbers if person_key(number, row["delivery_month"])]
    document = next(iter(usable), None) or next((number for number in numbers if number), "")
    return document, row.get(f"{contract.subject.name}_normalized") or ""


def window(month: Month) -> tuple[dt.date, dt.date]:
    """Return the first day of the window of a month and the day after its last (rules.md section 1)."""
    end = month.first_day
    return end.replace(year=end.year - 1), end
