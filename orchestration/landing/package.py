"""The package of a zipped workbook: its book, which part is which sheet, and what the parser of workbooks must be spared.

What belongs here: relationships, settings of the book, spelling a package anew. What does not: archives, the XML of a sheet.
The parser reads parts in UTF-8 under the usual names and leaves out, without a word, what it does not understand. Where a
package is written otherwise, it is written anew for the parser; the delivered bytes are kept as they are.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from orchestration.landing.grid import FileRefusedError
from orchestration.landing.guard import BROKEN, DAMAGES, LARGEST_EXTENT, ODD_EXTENT, Archive
from orchestration.landing.sheet_xml import SheetScan, scan_sheet

_TOP_LINKS, _BOOK, _BOOK_LINKS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_USUAL = {"styles": "xl/styles.xml", "sharedStrings": "xl/sharedstrings.xml"}
_XML_NAMES = (".xml", ".rels", ".vml")
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_YES = ("1", "true")


@dataclass(frozen=True)
class _Link:
    """A relationship of the book.

    Attributes:
        target: name of a part, in small letters.
        is_plain: whether the parser of workbooks finds the part by what is written.
    """

    identifier: str
    kind: str
    target: str
    is_plain: bool


@dataclass(frozen=True)
class Package:
    """A zipped workbook that is safe to parse.

    Attributes:
        data: as delivered, or written anew for the parser.
        sheets: what is known of each sheet of cells, in the order of the book.
        since_1904: whether days are counted from 1904-01-01, not from 1899-12-30.
        asks_to_calculate: whether the book says that the results saved with its formulas are not to be relied on.
        was_calculated: whether it has the order of calculation that only a program keeps which calculates.
        parts: names of all parts, in small letters.
    """

    data: bytes
    sheets: tuple[SheetScan, ...]
    since_1904: bool
    asks_to_calculate: bool
    was_calculated: bool
    parts: tuple[str, ...]


def open_package(data: bytes) -> Package:
    """Look through a zipped workbook; raise ``FileRefusedError`` where it is not safe to parse."""
    try:
        return _opened(data)
    except DAMAGES:
        raise FileRefusedError(BROKEN) from None


def _opened(data: bytes) -> Package:
    archive = Archive(data)
    book = _name_of_book(archive)
    links = _links(archive, book)
    elements = list(_elements(archive, book)) if book in archive else []
    sheets = _parts_of_sheets(elements, links)
    scans, anew = _scan_parts(archive, set(sheets))
    moved = {book: _BOOK} | {link.target: _USUAL[link.kind] for link in links if link.kind in _USUAL}
    if any(name != usual for name, usual in moved.items()) or not all(link.is_plain for link in links):
        anew[_BOOK_LINKS] = _written(links, moved)
        anew[_TOP_LINKS] = _written([_Link("rId1", "officeDocument", book, is_plain=True)], moved)
    settings = {name: attributes for name, attributes in elements if name in ("workbookPr", "calcPr")}
    calculation = settings.get("calcPr", {})
    return Package(
        data=_repacked(archive, anew, moved) if anew else data,
        sheets=tuple(scans[part] for part in sheets),
        since_1904=_says(settings.get("workbookPr", {}), "date1904"),
        asks_to_calculate=_says(calculation, "fullCalcOnLoad")
        or _says(calculation, "forceFullCalc")
        or calculation.get("calcCompleted", "1").strip() in ("0", "false"),
        was_calculated=any(link.kind == "calcChain" for link in links),
        parts=tuple(archive),
    )


def _says(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name, "").strip() in _YES


def _scan_parts(archive: Archive, sheets: set[str]) -> tuple[dict[str, SheetScan], dict[str, bytes]]:
    """Look through every part; return what is known of the sheets, and the parts that have to be written anew."""
    scans: dict[str, SheetScan] = {}
    anew: dict[str, bytes] = {}
    for name in archive:
        if name in sheets:
            scans[name] = scan = _scan_sheet(archive, name)
            if scan.spelled_anew is not None:
                anew[name] = scan.spelled_anew
        elif name.endswith(_XML_NAMES):
            encoding, pieces = archive.xml(name)
            if encoding != "utf-8":
                anew[name] = _without_declaration(b"".join(pieces))
            else:
                _go_through(pieces)
        else:
            _go_through(archive.pieces(name))
    return scans, anew


def _scan_sheet(archive: Archive, name: str) -> SheetScan:
    scan = scan_sheet(lambda: archive.xml(name)[1], is_utf8=archive.xml(name)[0] == "utf-8")
    if scan.rows * scan.columns > LARGEST_EXTENT:
        raise FileRefusedError(ODD_EXTENT)
    return scan


def _go_through(pieces: Iterable[bytes]) -> None:
    """Inflate a part for the sake of its length and checksum."""
    for _ in pieces:
        pass


def _name_of_book(archive: Archive) -> str:
    if _TOP_LINKS in archive:
        for _, attributes in _elements(archive, _TOP_LINKS):
            if attributes.get("Type", "").endswith("/officeDocument"):
                return _resolved("", attributes.get("Target", ""))
    return _BOOK


def _links(archive: Archive, book: str) -> list[_Link]:
    """Return the relationships of the book with parts of the package."""
    folder, name = posixpath.split(book)
    part = posixpath.join(folder, "_rels", f"{name}.rels")
    found = []
    for element, attributes in _elements(archive, part) if part in archive else ():
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            resolved = _resolved(folder, target)
            if resolved not in archive and _resolved("", target) in archive:
                resolved = _resolved("", target)
            is_plain = target.lower() in (f"/{resolved}", resolved.removeprefix("xl/"))
            found.append(_Link(attributes.get("Id", ""), attributes.get("Type", "").rpartition("/")[2], resolved, is_plain))
    return found


def _resolved(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    whole = target if target.startswith("/") else posixpath.join("/", folder, target)
    return posixpath.normpath(whole).lstrip("/").lower()


def _parts_of_sheets(elements: Iterable[tuple[str, Mapping[str, str]]], links: Iterable[_Link]) -> list[str]:
    """Return the parts of the sheets of cells in their order."""
    sheets = {link.identifier: link.target for link in links if link.kind == "worksheet"}
    identifiers = [attributes.get("id", "") for element, attributes in elements if element == "sheet"]
    return [sheets[identifier] for identifier in identifiers if identifier in sheets]


def _elements(archive: Archive, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the elements of a small part, and their attributes, without prefixes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda element, attributes: found.append(
        (_local(element), {_local(key): value for key, value in attributes.items()})
    )
    for piece in archive.xml(name)[1]:
        parser.Parse(piece, False)
        yield from found
        found.clear()
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _without_declaration(part: bytes) -> bytes:
    """Take off the declaration, which may name another encoding than UTF-8."""
    part = part.lstrip()
    return part.partition(b"?>")[2] if part.startswith(b"<?xml") else part


def _written(links: Iterable[_Link], moved: Mapping[str, str]) -> bytes:
    type_of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    entries = "".join(
        f"<Relationship Id={quoteattr(link.identifier)} Type={quoteattr(type_of + link.kind)} "
        f"Target={quoteattr('/' + moved.get(link.target, link.target))}/>"
        for link in links
    )
    return f'<Relationships xmlns="{_LINKS}">{entries}</Relationships>'.encode()


def _repacked(archive: Archive, anew: Mapping[str, bytes], moved: Mapping[str, str]) -> bytes:
    """Return the package with some parts written anew and some under their usual names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for name in dict.fromkeys([*archive, *anew]):
            content = anew[name] if name in anew else b"".join(archive.pieces(name))
            written.writestr(moved.get(name, name), content)
    return stream.getvalue()
