"""Recognition: of which extract a file is, whatever it is called and wherever it lies.

What belongs here: what header and title say, and why that is not enough. What does not: reading (``land``), where a file goes
and under which name (``deliveries``).
A workbook that was handed out says itself what it is (``batches``). Of any other a header decides when it has every required
column of one extract and mostly columns of that extract. A title above it, or the name of the sheet, may part two extracts and
may contradict; the name of the file decides nothing. What stays in doubt is told.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import ExtractContract, fold_name, load_county, load_extracts, load_marts
from orchestration.foundation.months import Month
from orchestration.landing.batches import Batch, batch_codes
from orchestration.landing.grid import HEADER_WITHIN, Content, FileRefusedError, Grid
from orchestration.landing.header import ChosenSheet, Header, Headers
from orchestration.landing.land import LARGE, LARGEST_FILE, STILL_COPIED, UNFINISHED, UNREADABLE, UNSAFE, read_content
from orchestration.landing.naming import ENDINGS, claim, is_unfinished, split_ending
from orchestration.landing.periods import months_above
from orchestration.landing.plain_files import read_plain
from orchestration.landing.problems import printable
from orchestration.landing.rows import RowReader
from orchestration.landing.sheets import sheets_of, was_to_be_filled_in
from orchestration.landing.shown import shown_file
from orchestration.landing.unit_notes import notes_in
from orchestration.landing.units import Unit

_AT_MARKS = re.compile(r"[_\-]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|《|》")
# 户信息, 人员信息, 帮扶措施 may end the title of anything.
_LONGEST_COMMON_WORDS = 4
_ANSWERS = "rural_revitalization__feedback"
_NOTHING_FILLED_IN = "里面一行都没有填写（下发的各行都没有答复），照样收取"
_NO_TABLE = (
    f"前 {HEADER_WITHIN} 行里没有任何一种名册的表头。是报送数据的，请补上表头（fangfanpin templates 可生成各种名册的模板）；"
    "不是的不用收取，请移出这个文件夹。"
)


@dataclass(frozen=True)
class Recognition:
    """What a file was found to be.

    Attributes:
        reason: Chinese: why it cannot be taken, and what to do; blank where it can.
        extract: that it is of; where there is a reason, the one that it is most like, None where that cannot be said.
        sha256: of the bytes that were looked at.
        ending: that its name should have by its content.
        part: of the extract: the recipients of a workbook that was handed out, else the town that name or title tell; blank
            where they tell none, several, or contradict each other.
        recipients: by name, of a workbook that was handed out.
        remarks: Chinese, on a file that can be taken.
    """

    reason: str
    extract: str | None = None
    sha256: str = ""
    ending: str = ""
    part: str = ""
    recipients: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Match:
    """A sheet whose header has columns of an extract."""

    contract: ExtractContract
    grid: Grid
    header: Header

    @property
    def places(self) -> frozenset[int]:
        return frozenset(self.header.positions.values())

    @property
    def is_complete(self) -> bool:
        return not self.header.missing(self.contract)

    @property
    def is_mostly_its(self) -> bool:
        """Whether most of the columns are those of the extract; any list of people has some of the member roster."""
        return len(self.header.positions) > len(self.header.foreign)

    def says_less(self, other: _Match) -> bool:
        """Return whether the other extract explains the same header, and more of it."""
        return self.grid is other.grid and self.places < other.places


def recognise(
    path: Path, month: Month, unsafe: Mapping[str, str] | None = None, begin: Callable[[str], None] = lambda file: None
) -> Recognition:
    """Return of which extract a file is.

    Args:
        path: of the file; nothing but what it holds decides.
        month: of the delivery that it would be part of.
        unsafe: files at which an earlier attempt ended, and how; they are refused unread.
        begin: told of the file before it is read.
    """
    if how := (unsafe or {}).get(str(path)):
        return Recognition(UNSAFE[how])
    if is_unfinished(path):
        return Recognition(UNFINISHED)
    begin(str(path))
    try:
        data, found = read_plain(path, LARGEST_FILE + 1)
    except OSError:
        return Recognition(UNREADABLE)
    if found.st_size > LARGEST_FILE:
        return Recognition(LARGE)
    if found.st_size != len(data):
        return Recognition(STILL_COPIED)
    recognition = _recognised(data, path.name, month)
    return dataclasses.replace(recognition, sha256=hashlib.sha256(data).hexdigest())


def _recognised(data: bytes, name: str, month: Month) -> Recognition:
    headers = {extract: Headers(contract, month) for extract, contract in load_extracts().items()}
    try:
        content = read_content(data, lambda rows: max(one.score(rows) for one in headers.values()))
    except FileRefusedError as refusal:
        return Recognition(str(refusal))
    if batches := batch_codes(content.grids):
        return _handed_out(content, batches, name, month, headers)
    matches = _matches(content, headers)
    found = _most_likely([match for match in matches if match.is_complete and match.is_mostly_its])
    extracts = {match.contract.extract: match for match in found}
    # what comes with another extract stands in its files
    extracts = {extract: match for extract, match in extracts.items() if match.contract.comes_with not in extracts}
    if len(extracts) > 1:
        return Recognition(_of_several(list(extracts.values())))
    if not extracts:
        return _not_recognised(content, matches, name)
    match = next(iter(extracts.values()))
    try:
        read_again = content if content.format != "csv" else read_content(data, headers[match.contract.extract].score)
        sheets = headers[match.contract.extract].choose(read_again.grids)
        chosen = next(sheet for sheet in sheets if not sheet.flaw)
        grid, header = chosen.grid, chosen.header
    except FileRefusedError as refusal:
        return Recognition(f"是《{match.contract.title}》，但读不进：{refusal}", match.contract.extract)
    remarks: tuple[str, ...] = ()
    if not (reason := _doubt(match.contract, name, grid, header)):
        reason, remarks = _of_months(match.contract, month, grid, header)
    if not any(_is_filled_in(sheet, match.contract, headers[match.contract.extract]) for sheet in sheets):
        remarks = (*remarks, _NOTHING_FILLED_IN)
    part, ending = _town(name, grid, header), _ending(name, content.format)
    return Recognition(reason, match.contract.extract, ending=ending, part=part, remarks=remarks)


def _handed_out(
    content: Content, batches: Sequence[Batch], name: str, month: Month, headers: Mapping[str, Headers]
) -> Recognition:
    """Return what a workbook is that was handed out: answers of its recipient, whatever else it holds."""
    contract = load_extracts()[_ANSWERS]
    recipients = tuple(dict.fromkeys(batch.name for batch in batches))
    whose = "、".join(recipients)
    if not all(recipients):
        return Recognition(
            "是办理工作簿，但不是下发给本县的乡镇或部门的（批次码里的单位不在县配置里），没有收取。"
            "请核对是不是外县的；是本县改了名的，请在县配置里加上原来的名称。",
            contract.extract,
        )
    if (latest := max(batch.month for batch in batches)) > month:
        return Recognition(
            f"是 {latest} 下发给{whose}的办理工作簿，晚于 {month}。请核对 --month，收取到 {latest.next} 的报送。",
            contract.extract,
        )
    filled, why_not = _filled_in(content, contract, headers)
    if filled is None:
        return Recognition(f"是下发给{whose}的办理工作簿，{why_not}", contract.extract)
    remarks = [] if filled else [_NOTHING_FILLED_IN]
    if latest < month.previous:
        remarks.append(f"是 {latest} 下发的，晚交，仍然收取")
    if len(recipients) > 1:
        remarks.append(f"里面有{whose}的表，一起收取")
    ending, part = _ending(name, content.format), "_".join(recipients)
    return Recognition("", contract.extract, ending=ending, part=part, recipients=recipients, remarks=tuple(remarks))


def _filled_in(content: Content, contract: ExtractContract, headers: Mapping[str, Headers]) -> tuple[bool | None, str]:
    """Return whether anybody has written into a workbook; None and why where there is nothing in it that can be read."""
    sheets: list[tuple[ChosenSheet, ExtractContract]] = []
    why_not = ""
    try:
        sheets += [(sheet, contract) for sheet in headers[contract.extract].choose(content.grids)]
    except FileRefusedError as refusal:
        why_not = f"但读不进：{refusal}"
    for other in load_extracts().values():
        if other.comes_with != contract.extract:
            continue
        with contextlib.suppress(FileRefusedError):
            own = sheets_of(content.grids, other, headers[other.extract])
            sheets += [(sheet, other) for sheet in headers[other.extract].choose(own)]
    if sheets:
        return any(_is_filled_in(sheet, one, headers[one.extract]) for sheet, one in sheets), ""
    if not was_to_be_filled_in(content.grids):
        why_not = "里面没有要填写的清单，不用收取；请移出这个文件夹。"
    return None, why_not


def _is_filled_in(sheet: ChosenSheet, contract: ExtractContract, headers: Headers) -> bool:
    """Return whether a sheet is no list handed out of which every line came back as it went out."""
    if not contract.unanswered_when_blank:
        return True
    rows = RowReader(contract, headers, {}).read(sheet.grid, sheet.header)
    return bool(rows.row_numbers or rows.rejected)


def _doubt(contract: ExtractContract, name: str, grid: Grid, header: Header) -> str:
    """Return why a file with the header of an extract is not taken as that; blank where it is."""
    if other := _contradicting(grid, header, contract):
        return f"表头是《{contract.title}》的，标题（或工作表名）却是《{other.title}》，不能确定是哪一种。请改正后再收取。"
    if unit := _unit_in(name, contract):
        return f"是《{contract.title}》，文件名里写着金额单位“{unit.name}”，改名后就看不到了。请把单位写在表头上方后再收取。"
    return ""


def _matches(content: Content, headers: Mapping[str, Headers]) -> list[_Match]:
    contracts = load_extracts()
    found = ((contracts[extract], grid, one.find(grid)) for extract, one in headers.items() for grid in content.grids)
    return [_Match(contract, grid, header) for contract, grid, header in found if header]


def _most_likely(matches: Sequence[_Match]) -> list[_Match]:
    """Return the matches that no other explains better; of several of one header those whose title stands above it."""
    best = [match for match in matches if not any(match.says_less(other) for other in matches)]
    named = [match for match in best if _is_named(match.grid, match.header, match.contract)]
    rest = [match for match in best if not any(match.grid is other.grid for other in named)]
    return [*named, *rest]


def _of_several(matches: Sequence[_Match]) -> str:
    titles = "》和《".join(match.contract.title for match in matches)
    if all(match.grid is matches[0].grid for match in matches):
        advice = "请在表头上方写明是哪一种，或按约定命名后自行放入部门文件夹。"
    else:
        advice = "请把各个工作表分别另存为一个文件后再收取。"
    return f"既是《{titles}》，不能确定是哪一种，没有替您选。{advice}"


def _not_recognised(content: Content, matches: Sequence[_Match], name: str) -> Recognition:
    """Return why a file is of no extract: the one that it is most like says what is missing."""
    if own := _list_of_ours(content):
        return Recognition(f"是本系统下发的《{own}》，没有要收回的答复，不用收取；请移出这个文件夹。")
    claimed = [match for match in matches if claim(name, match.contract)]
    like = [match for match in matches if match.is_mostly_its] or claimed
    most = max((len(match.places) for match in like), default=0)
    closest = {match.contract.extract: match for match in like if len(match.places) == most}
    if len(closest) != 1:
        return Recognition(_NO_TABLE)
    match = next(iter(closest.values()))
    contract = match.contract
    flaw = match.header.flaw(contract) or f"其余 {len(match.header.foreign)} 列都不是它的，也可能是别的表"
    return Recognition(
        f"像是《{contract.title}》，但{flaw}。请补上或改正列名后再收取；不是报送数据的请移出。", contract.extract
    )


def _list_of_ours(content: Content) -> str:
    """Return the title of a published list that a sheet bears; blank where none does."""
    titles = {fold_name(mart.title): mart.title for mart in load_marts().values()}
    return next((titles[name] for grid in content.grids if (name := fold_name(grid.own_name)) in titles), "")


def _contradicting(grid: Grid, header: Header, contract: ExtractContract) -> ExtractContract | None:
    """Return another extract whose title stands above a header; None where its own does as well."""
    if _is_named(grid, header, contract):
        return None
    others = (other for other in load_extracts().values() if len(other.title) > _LONGEST_COMMON_WORDS)
    return next((other for other in others if _is_named(grid, header, other)), None)


def _is_named(grid: Grid, header: Header, contract: ExtractContract) -> bool:
    """Return whether a cell above the header ends with the title of an extract, or the sheet is called so."""
    titles = tuple(map(fold_name, (contract.title, *contract.file_aliases)))
    cells = (_IN_BRACKETS.sub("", fold_name(cell)) for cell in _above(grid, header))
    return fold_name(grid.own_name) in titles or any(cell.endswith(titles) for cell in cells)


def _above(grid: Grid, header: Header) -> list[str]:
    return [cell for row in grid.rows[: header.named_at - header.rows + 1] for cell in row if isinstance(cell, str) and cell]


def _of_months(contract: ExtractContract, month: Month, grid: Grid, header: Header) -> tuple[str, tuple[str, ...]]:
    """Return why a file seems to be of another month, or what to remark on that; blank and nothing where all is well."""
    named = [months for _, months in months_above(grid, header)]
    if not named or any(months & {month, month.previous} for months in named):
        return "", ()
    said = "、".join(sorted(set[str]().union(*named)))
    # an answer to a list of long ago is late, and counts
    if contract.unanswered_when_blank and all(months and max(months) < month for months in named):
        return "", (f"标题写的是 {said}，是晚交的答复，仍然收取",)
    return (
        f"是《{contract.title}》，但标题写的是 {said}，不是 {month} 报送的。请核对期别：是那个月的，用 --month 收取到那个月；"
        "确是本月的，请改正标题后再收取，或自行放入部门文件夹。",
        (),
    )


def _unit_in(name: str, contract: ExtractContract) -> Unit | None:
    """Return a unit of money other than yuan that a file's name tells: under its new name nobody would know it."""
    if not any(column.type == "money" for column in contract.columns):
        return None
    stem = split_ending(name)[0]
    notes = (note for piece in (stem, *_AT_MARKS.split(stem)) for note in notes_in(piece))
    return next((note.unit for note in notes if not note.unit.is_yuan), None)


def _ending(name: str, kind: str) -> str:
    ending, usual = split_ending(name)[1], ENDINGS[kind]
    return ending if ending in usual else usual[0]


def _town(name: str, grid: Grid, header: Header) -> str:
    told = [found for found in (_towns_in([name]), _towns_in(_above(grid, header))) if found]
    towns = told[0].union(*told[1:]) if told else set()
    return next(iter(towns)) if len(towns) == 1 else ""


def _towns_in(texts: Collection[str]) -> set[str]:
    folded = list(map(fold_name, texts))
    return {
        town.name
        for town in load_county().towns
        for spelling in (town.name, *town.aliases)
        if any(fold_name(spelling) in text for text in folded)
    }


def shown_name(name: str) -> str:
    """Return a file's name, or its path, as it may be told."""
    return shown_file(printable(name))
