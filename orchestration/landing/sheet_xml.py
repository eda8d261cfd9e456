"""The XML of one sheet of a zipped workbook: what the parser of workbooks is silent about.

What belongs here: extent, error values, results of formulas, hidden rows, and spelling a sheet anew whose spelling the parser
misreads. What does not: archives, other parts, what cells mean.
Programs write XML as they like (prefixes, quotes, white space, references, cells without an address), so an XML parser looks at
it. A sheet of nothing but plain rows, as most are, is first recognised by its tags alone, which takes a quarter of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from orchestration.landing.formulas import Formulas, Place, column_number
from orchestration.landing.grid import column_letter

# What a piece of a sheet's plain rows is held for at most; longer without the end of a row is nothing usual.
_LONGEST_ROW = 4 << 20

# "</" stands for every end; an element that is not plain has a beginning of its own, too.
_PLAIN_TAGS = (b"</", b'<c r="', b"<v>", b'<row r="', b"<is>", b"<t>", b'<t xml:space="preserve">')
# Attributes that say more than where a cell stands and what it looks like.
_TELLING = (b"'", b'"e"', b"hidden")
# The parser of workbooks knows references in texts, not in a tag or a value; such a one is short.
_REFERENCE, _SHORT = re.compile(rb"<[^<>]*&#|[<:]v(?:\s[^<>]*)?>[^<]*&#"), 1024
_PADDED = re.compile(rb"<v>\s|\s</v>")
_LAST_CELL = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})\"")
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
# Others, of programs newer than the parser, make it give up the whole workbook.
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Pieces = Callable[[], Iterable[bytes]]


@dataclass
class SheetScan:
    """What is known of a sheet before the parser of workbooks reads it.

    Attributes:
        rows: number of the lowest row with a cell.
        columns: number of the rightmost column.
        errors: cells with an error value, which the parser gives as blank; counted from 0 like all places.
        formulas: the results of formulas.
        hidden_rows: numbers of rows that a person does not see.
        spelled_anew: the sheet in a spelling that the parser reads; None where it reads it as it is.
    """

    rows: int = 1
    columns: int = 1
    errors: set[Place] = field(default_factory=set)
    formulas: Formulas = field(default_factory=Formulas)
    hidden_rows: set[int] = field(default_factory=set)
    spelled_anew: bytes | None = None

    def reach(self, row: int, column: int) -> None:
        """Take note of a cell, counted from 1."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)


def scan_sheet(pieces: Pieces, *, is_utf8: bool) -> SheetScan:
    """Return what is known of a sheet.

    Args:
        pieces: gives the part from its beginning, in UTF-8; asked up to three times.
        is_utf8: whether the part itself is in UTF-8, the only encoding that the parser of workbooks reads.

    Raises:
        ExpatError: where the part is no XML.
    """
    if is_utf8 and (plain := _scan_plain_rows(pieces())):
        return plain
    sheet = _SheetParser.parsed(pieces(), spell_anew=not is_utf8)
    if sheet.is_misread and sheet.scan.spelled_anew is None:
        sheet = _SheetParser.parsed(pieces(), spell_anew=True)
    return sheet.scan


def _scan_plain_rows(pieces: Iterable[bytes]) -> SheetScan | None:
    """Return the extent of a sheet that has nothing but plain cells with numbers and texts, None where it may have more."""
    last_row, last_columns = 1, {b"A"}
    for rows in _whole_rows(pieces):
        if rows is None or not _is_plain(rows):
            return None
        for row in rows.split(b"</row>"):
            # the cells of a row stand in order: the last one tells how far it reaches
            if found := _LAST_CELL.match(row, row.rfind(b'<c r="') + 6):
                column, number = found.groups()
                last_columns.add(column)
                last_row = max(last_row, int(number))
    return SheetScan(last_row, max(column_number(column.decode()) for column in last_columns))


def _is_plain(rows: bytes) -> bool:
    if any(sign in rows for sign in _TELLING) or _has_misread_reference(rows):
        return False
    return rows.count(b"<") == _plain_tags(rows)


def _has_misread_reference(piece: bytes) -> bool:
    return b"&" in piece and b"&#" in piece and bool(_REFERENCE.search(piece))


def _plain_tags(rows: bytes) -> int:
    """Return how many tags of the usual ones there are; the others need not be counted once all are found."""
    found, every = 0, rows.count(b"<")
    for tag in _PLAIN_TAGS:
        found += rows.count(tag)
        if found == every:
            break
    return found


def _whole_rows(pieces: Iterable[bytes]) -> Iterator[bytes | None]:
    """Give the data of a sheet in pieces of whole rows; None where it does not begin, go on or end as usual."""
    held, has_begun, has_ended = b"", False, False
    for piece in pieces:
        if has_ended:
            continue
        held += piece
        if not has_begun:
            _, tag, held = held.rpartition(b"<sheetData>") if held.count(b"<sheetData>") == 1 else (b"", b"", held)
            if has_begun := bool(tag):
                yield None if _PADDED.search(held) else b""
        if has_begun:
            body, tag, _ = held.partition(b"</sheetData>")
            if has_ended := bool(tag):
                yield body
                continue
            rows, tag, held = held.rpartition(b"</row>")
            yield rows + tag
        if len(held) > _LONGEST_ROW:
            break
    if not has_ended:
        yield None


class _SheetParser:
    """Takes the events of the XML parser for one sheet, and spells it anew where that is asked for.

    Most cells are plain ones: of them nothing is looked at but where they stand.
    """

    def __init__(self, *, spell_anew: bool) -> None:
        self.scan = SheetScan()
        # whether the parser of workbooks would read another value than stands there, or none
        self.is_misread = False
        self.anew: list[str] | None = [] if spell_anew else None
        self.merged: list[str] = []
        self._row = -1
        # the last address in the row, and the number of cells after it that have none
        self._address, self._since = "", 0
        self._areas: list[tuple[int, int, int, int]] = []
        self._cell: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._has_value = self._is_looked_at = False
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.StartCdataSectionHandler = self._misread
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = self._misread
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "v": self._start_value,
            "is": self._start_value,
            "t": lambda _: self._listen("t"),
            "rPh": lambda _: self._ignore_phonetic(),
            "mergeCell": self._keep_merged,
        }

    @classmethod
    def parsed(cls, pieces: Iterable[bytes], *, spell_anew: bool) -> _SheetParser:
        """Return the parser after it has read a whole sheet."""
        sheet = cls(spell_anew=spell_anew)
        before = b""
        for piece in pieces:
            # a program that puts white space around a value does so around the first ones
            sheet.is_misread |= _has_misread_reference(before + piece) or (not before and bool(_PADDED.search(piece)))
            before = piece[-_SHORT:]
            sheet.parser.Parse(piece, False)
        sheet.parser.Parse(b"", True)
        sheet.reach()
        if sheet.anew is not None:
            merged = f"<mergeCells>{''.join(sheet.merged)}</mergeCells>" if sheet.merged else ""
            body = f"<sheetData>{''.join(sheet.anew)}</sheetData>{merged}"
            sheet.scan.spelled_anew = f'<worksheet xmlns="{_NAMESPACE}">{body}</worksheet>'.encode()
        return sheet

    def _misread(self, *_: str) -> None:
        self.is_misread = True

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._starts.get(name)
        if start is None:
            start = self._starts[name] = self._starts.get(name.rpartition(":")[2], _ignore)
        start(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.reach()
        number = attributes.get("r", "").strip()
        self._row = int(number) - 1 if number.isdecimal() else self._row + 1
        self._address, self._since = "", 0
        if attributes.get("hidden", "").strip() in ("1", "true"):
            self.scan.hidden_rows.add(self._row + 1)

    def reach(self) -> None:
        """Take note how far the row goes: its cells stand in order."""
        if self._address or self._since:
            row, column = self._place()
            self.scan.reach(row + 1, column + 1)

    def _place(self) -> Place:
        found = _ADDRESS.fullmatch(self._address.strip())
        if not found:
            return max(self._row, 0), self._since - 1
        # after a cell with an address, those without one go on in the row of the others
        return max(self._row, 0) if self._since else int(found[2]) - 1, column_number(found[1]) - 1 + self._since

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._has_value = attributes, False
        if "r" in attributes:
            self._address, self._since = attributes["r"], 0
        else:
            self._since += 1
        if self.anew is not None or self._areas or attributes.get("t") == "e":
            self._look_at_cell()

    def _look_at_cell(self) -> None:
        self._is_looked_at, self._texts = True, {}
        self.parser.EndElementHandler = self._end

    def _start_formula(self, attributes: dict[str, str]) -> None:
        # a value that stands before its formula has gone by: the sheet is looked at again, cell by cell
        self.is_misread |= self._has_value
        if not self._is_looked_at:
            self._look_at_cell()
        self._listen("f")
        corners = _ADDRESS.findall(attributes.get("ref", ""))
        if attributes.get("t") in ("array", "dataTable") and len(corners) == 2:
            # one formula for all cells of an area, which stands only in the first
            (left, top), (right, bottom) = corners
            self._areas.append((int(top) - 1, column_number(left) - 1, int(bottom) - 1, column_number(right) - 1))

    def _start_value(self, _: dict[str, str]) -> None:
        self._has_value = True
        self._listen("v")

    def _listen(self, text: str) -> None:
        if self._is_looked_at:
            self.parser.CharacterDataHandler = self._texts.setdefault(text, []).append

    def _ignore_phonetic(self) -> None:
        if self._is_looked_at:
            self._starts["t"] = _ignore

    def _keep_merged(self, attributes: dict[str, str]) -> None:
        self.merged.append(f"<mergeCell ref={quoteattr(attributes.get('ref', ''))}/>")

    def _end(self, name: str) -> None:
        self.parser.CharacterDataHandler = None
        local = name.rpartition(":")[2]
        if local == "rPh":
            self._starts["t"] = lambda _: self._listen("t")
        elif local == "c":
            self._end_cell(self._cell.get("t", "n"))
            self._is_looked_at = False
            self.parser.EndElementHandler = None

    def _end_cell(self, kind: str) -> None:
        place = self._place()
        value, text = "".join(self._texts.get("v", ())), "".join(self._texts.get("t", ()))
        if kind == "e":
            self.scan.errors.add(place)
            self.is_misread |= value not in _ERRORS and value != ""
            return
        self.is_misread |= kind not in ("str", "inlineStr") and value != value.strip()
        if "f" in self._texts or any(
            top <= place[0] <= bottom and left <= place[1] <= right for top, left, bottom, right in self._areas
        ):
            self._note_result(place, kind, value, text)
        if self.anew is not None and (value or text):
            self.anew.append(_spelled(place, self._cell, kind, value, text))

    def _note_result(self, place: Place, kind: str, value: str, text: str) -> None:
        formulas = self.scan.formulas
        if kind in ("str", "inlineStr"):
            if value or text:
                formulas.answered.add(place[1])
            else:
                formulas.empties.add(place)
        elif not value.strip():
            formulas.missing.add(place)
        elif kind == "n" and _is_zero(value):
            formulas.zeros[place] = "".join(self._texts.get("f", ()))
        else:
            formulas.answered.add(place[1])


def _ignore(_: dict[str, str]) -> None:
    """Let an element pass that says nothing of cells."""


def _spelled(place: Place, cell: dict[str, str], kind: str, value: str, text: str) -> str:
    """Return a cell as the parser of workbooks reads it, in a row of its own, which that parser does not mind."""
    row, column = place
    style = f" s={quoteattr(cell['s'])}" if "s" in cell else ""
    if kind == "inlineStr":
        content = f'<is><t xml:space="preserve">{escape(text)}</t></is>'
    else:
        content = f"<v>{escape(value if kind == 'str' else value.strip())}</v>"
    address = f"{column_letter(column)}{row + 1}"
    return f'<row r="{row + 1}"><c r="{address}"{style} t={quoteattr(kind)}>{content}</c></row>'


def _is_zero(value: str) -> bool:
    with suppress(ValueError):
        return float(value) == 0
    return False
