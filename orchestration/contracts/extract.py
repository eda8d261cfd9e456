"""Contracts of the monthly extracts: what a department hands over, column by column.

One file per extract under ``config/contracts/<department>/``. Reading, intake checks, dbt sources and staging, the data
dictionary, templates and synthetic deliveries derive from it; adding a department is adding a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from orchestration.contracts.code_list import load_code_lists
from orchestration.contracts.county import PlaceName, load_county
from orchestration.contracts.names import fold_name
from orchestration.contracts.yaml_file import Changes, Model, load_each, own_place, parse, raise_all, read_own, shown
from orchestration.foundation.characters import WHITE, folded
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.months import LAST_MONTH, Month
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FOLDER = "contracts"

ColumnType = Literal["text", "person_name", "id", "code", "date", "month", "money", "integer", "flag"]


_DROP_WHITE = str.maketrans("", "", WHITE)


def normalize_header(text: str) -> str:
    """Return a header as it is compared: folded and without any white space or line break."""
    return folded(text).translate(_DROP_WHITE)


class DatedHeader(Model):
    """Headers that a department prints from a delivery month on."""

    since: Month
    names: tuple[str, ...] = Field(min_length=1)


class Column(Model):
    """One column of an extract.

    Attributes:
        name: English name, the same in landed files and staging models.
        header: as usually printed by the department.
        aliases: other headers accepted at any time.
        changes: headers accepted from a delivery month on.
        type: how cells are read; ``person_name`` and ``id`` also land a normalised form (``<name>_normalized``).
        compared: a text that names something which other rows name too; it also
            lands a form without white space and differences of width.
        identifier: a text that is the number or code of something (also a telephone's); it is landed in one spelling.
        key: part of the business key of a row.
        required: a row without it is rejected, a file without the column refused.
        personal: identifies a person; its values never leave landed files and marts.
        fill_down: printed once per family in a merged cell; each row that the cell spans has its value.
        may_lie_ahead: a month that may be later than the delivery.
    """

    name: str
    header: str
    type: ColumnType
    code_list: str | None = None
    aliases: tuple[str, ...] = ()
    changes: tuple[DatedHeader, ...] = ()
    compared: bool = False
    identifier: bool = False
    key: bool = False
    required: bool = False
    personal: bool = False
    fill_down: bool = False
    may_lie_ahead: bool = False

    def headers_in(self, month: Month) -> tuple[str, ...]:
        """Return every header under which the column may come in the delivery of ``month`` (``YYYY-MM``), usual one first."""
        dated = (name for change in self.changes if change.since <= month for name in change.names)
        return (self.header, *self.aliases, *dated)

    @property
    def may_lose_digits(self) -> bool:
        """Whether a number in it that a spreadsheet has cut stands for many things instead of one."""
        return self.identifier or self.type == "id" or (self.key and self.type == "text")

    @property
    def has_normalized_form(self) -> bool:
        """Whether landing adds ``<name>_normalized``."""
        return self.compared or self.type in ("id", "person_name")


class Subject(Model):
    """Whom a row is about: the columns that hold the name and the documents, the document to be tried first in front."""

    is_household_head: bool
    name: str
    documents: tuple[str, ...]


class Precedence(Model):
    """Which of several rows of one key in one delivery counts, before the later row (rules.md §2)."""

    column: str
    latest: bool = False
    value: str | None = None


class ExtractContract(Model):
    """The contract of one extract.

    Attributes:
        extract: ``<department>__<name>``.
        kind: ``roll`` (a register as it stands; a delivery replaces it) or ``flow`` (events; deliveries accumulate).
        dated_by: columns that date a flow's row, first filled one counts.
        unanswered_when_blank: columns to be filled in on a list handed out; a row without any of them is an open item.
        list_headers: headers that a list handed out has beside the columns and those of published lists; not read, and nobody
            is told of them.
        every_sheet: whether all sheets of a workbook that have its header are read, as of a workbook of several lists that
            comes back; rows then say their ``sheet``. Of any other extract a workbook has one sheet.
        comes_with: the extract in whose files it is looked for as well, on sheets of its own.
        is_expected: whether its department has to send it; what there is not always something to say in is never missed.
        file_aliases: names that its files may bear beside its short name and its title.
    """

    extract: str
    title: str
    file_aliases: tuple[str, ...] = ()
    kind: Literal["roll", "flow"]
    dated_by: tuple[str, ...] = ()
    subject: Subject | None = None
    precedence: Precedence | None = None
    unanswered_when_blank: tuple[str, ...] = ()
    list_headers: tuple[str, ...] = ()
    every_sheet: bool = False
    comes_with: str | None = None
    is_expected: bool = True
    columns: tuple[Column, ...]

    @property
    def department(self) -> str:
        """The department that sends the extract."""
        return self.extract.split("__")[0]

    @property
    def short_name(self) -> str:
        """The English name of its files in the department's folder."""
        return self.extract.split("__")[1]

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names that its files may bear in the department's folder, before the part and the ending."""
        return (self.short_name, self.title, *self.file_aliases)

    def column(self, name: str) -> Column:
        """Return the column of this English name; ``StopIteration`` where the contract has none."""
        return next(column for column in self.columns if column.name == name)

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns whose values together say which fact a row is; of rows that agree in them one counts."""
        return tuple(column for column in self.columns if column.key)

    @property
    def required_columns(self) -> tuple[Column, ...]:
        """The columns without which a file is refused, and a row that is blank in one."""
        return tuple(column for column in self.columns if column.required)

    @property
    def place_columns(self) -> tuple[str, ...]:
        """Names of the first columns of a landed file: where a row stood when it was delivered."""
        return ("delivery_month", "file", *(("sheet",) if self.every_sheet else ()), "row_number")

    @property
    def landed_columns(self) -> tuple[str, ...]:
        """Names of the columns of a landed file after those of the place."""
        return tuple(
            name
            for column in self.columns
            for name in (column.name, *([f"{column.name}_normalized"] if column.has_normalized_form else []))
        )

    @model_validator(mode="after")
    def _check(self) -> ExtractContract:
        names = [column.name for column in self.columns]
        problems = [f"column {name} is written twice" for name in sorted(set(names)) if names.count(name) > 1]
        referred = [
            *self.dated_by,
            *self.unanswered_when_blank,
            *([self.subject.name, *self.subject.documents] if self.subject else []),
        ]
        referred += [self.precedence.column] if self.precedence else []
        problems += [f"refers to {name}, which is not a column" for name in referred if name not in names]
        problems += [
            f"column {c.name}: code_list goes with type code" for c in self.columns if (c.type == "code") != bool(c.code_list)
        ]
        problems += [
            f"column {c.name}: {word} goes with type text"
            for c in self.columns
            for word in ("identifier", "compared")
            if getattr(c, word) and c.type != "text"
        ]
        if (self.kind == "flow") != bool(self.dated_by):
            problems.append("a flow says what its rows are dated_by, a roll does not")
        if not self.key_columns:
            problems.append("no column is part of the business key")
        headers: dict[str, str] = {}
        for column in self.columns:
            for header in column.headers_in(LAST_MONTH):
                other = headers.setdefault(normalize_header(header), column.name)
                if other != column.name:
                    problems.append(f"列名“{header}”既是 {other}，又是 {column.name}")
        problems += [
            f"下发的清单里的列名“{header}”与约定的列重名" for header in self.list_headers if normalize_header(header) in headers
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _doubtful_file_names(contracts: Sequence[ExtractContract]) -> list[str]:
    """Return which file names of a department could mean two extracts: a name twice, or one that reads as a part of another."""
    names = [(one, name, fold_name(name)) for one in contracts for name in one.file_names]
    return [
        f"{shown(_place(one) or _place(other) or CONFIG / FOLDER)}: 文件名“{name}”属于《{one.title}》，"
        f"也可能属于《{other.title}》（{stem}）"
        for one, name, folded in names
        for other, stem, folded_stem in names
        if one is not other
        and one.department == other.department
        and (folded == folded_stem or folded.startswith(f"{folded_stem}__"))
    ]


class ColumnChanges(Changes):
    """What an overlay may say of a column: under which headers it comes as well."""

    COMPILED = (
        frozenset(Column.model_fields) - {"name", "aliases", "changes"},
        "已编入程序（生成的 SQL），不能改；列名不同的用 aliases",
    )

    name: str
    aliases: tuple[str, ...] = ()
    changes: tuple[DatedHeader, ...] = ()


class ContractChanges(Changes):
    """What an overlay may say of an extract: what its files and columns are called as well."""

    COMPILED = (
        frozenset(ExtractContract.model_fields) - {"extract", "file_aliases", "columns"},
        "已编入程序（生成的 SQL），不能改",
    )

    extract: str | None = None
    file_aliases: tuple[PlaceName, ...] = ()
    columns: tuple[ColumnChanges, ...] = ()


@kept_by_overlay
def load_extracts(folder: Path = CONFIG / FOLDER) -> dict[str, ExtractContract]:
    """Return the contracts by extract, in the order of the departments; report all slips at once."""
    county, code_lists = load_county(), load_code_lists()
    departments = [department.code for department in county.departments]
    contracts, problems = {}, []
    for path, contract in load_each(ExtractContract, folder):
        if path.parent.name != contract.department or path.stem != contract.short_name:
            problems.append(
                f"{shown(path)}: extract {contract.extract} belongs in {contract.department}/{contract.short_name}.yml"
            )
        if contract.department not in departments:
            problems.append(f"{shown(path)}: department {contract.department} is not in config/county.yml")
        problems += [
            f"{shown(path)}: column {column.name}: code list {column.code_list} is not in config/code_lists.yml"
            for column in contract.columns
            if column.code_list and column.code_list not in code_lists
        ]
        try:
            contracts[contract.extract] = _with_own_names(contract)
        except ConfigError as error:
            problems.append(str(error))
    problems += [
        f"{one.extract}: comes_with {one.comes_with} is no extract of its department"
        for one in contracts.values()
        if one.comes_with and (one.comes_with not in contracts or contracts[one.comes_with].department != one.department)
    ]
    problems += _doubtful_file_names(list(contracts.values()))
    raise_all(problems)
    return dict(sorted(contracts.items(), key=lambda item: (departments.index(item[1].department), item[0])))


def _place(contract: ExtractContract) -> Path | None:
    return own_place(f"{FOLDER}/{contract.department}/{contract.short_name}.yml")


def _with_own_names(contract: ExtractContract) -> ExtractContract:
    """Return a contract with the headers and names of files that an overlay adds."""
    place = _place(contract)
    content = read_own(f"{FOLDER}/{contract.department}/{contract.short_name}.yml")
    if place is None or content is None:
        return contract
    changes = parse(ContractChanges, content, place)
    names = [column.name for column in contract.columns]
    problems = [f"没有列 {one.name}；可用的：{'、'.join(names)}" for one in changes.columns if one.name not in names]
    written = [one.name for one in changes.columns]
    problems += [f"列 {name} 写了两次" for name in sorted(set(written)) if written.count(name) > 1]
    if changes.extract not in (None, contract.extract):
        problems.append(f"extract 不能改，应是 {contract.extract}")
    raise_all(f"{shown(place)}: {problem}" for problem in problems)
    own = {one.name: one for one in changes.columns}
    columns = [_with_own_headers(column, own[column.name]) if column.name in own else column for column in contract.columns]
    content = contract.model_dump() | {"columns": [column.model_dump() for column in columns]}
    return parse(ExtractContract, content | {"file_aliases": (*contract.file_aliases, *changes.file_aliases)}, place)


def _with_own_headers(column: Column, own: ColumnChanges) -> Column:
    added = {"aliases": (*column.aliases, *own.aliases), "changes": (*column.changes, *own.changes)}
    return column.model_copy(update=added)
