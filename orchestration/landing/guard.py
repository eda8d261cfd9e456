"""The guard: looks through a zipped workbook before the parser does, within bounded memory.

What belongs here: what makes a file unsafe to parse. What does not: parsing, what the parts mean, contracts.
A parser lays out a sheet as a full rectangle; a few kilobytes can describe one of 17 billion cells, and the process then ends
instead of raising. The limits are some ten times a large county's largest extract.
"""

from __future__ import annotations

import codecs
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from xml.parsers import expat

from orchestration.landing.grid import FileRefusedError

LARGEST_INFLATED = 1024**3
LARGEST_EXTENT = 40_000_000
# Tables repeat themselves and pack well; a small file of zeros harms nobody, so the ratio counts from a size on.
LARGEST_RATIO, RATIO_COUNTS_FROM = 200, 64 * 1024**2

_CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<26xHH")
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))

BROKEN = "文件已损坏（可能没有传完），打不开；请重新导出或另存后再报送。"
ODD_EXTENT = "工作表的使用范围异常（远处的单元格有内容或格式）；请把数据复制到新的工作簿后另存，重新报送。"
_TOO_LARGE = "文件解开后过大，不予读取；请删除与报表无关的内容后另存，重新报送。"
_ENTITIES = "文件里有外部实体声明（DOCTYPE），不是正常的表格，不予读取；请用 WPS 或 Excel 打开核对后另存为 xlsx，重新报送。"

# What a damaged archive or part makes the standard library raise.
DAMAGES = (
    zipfile.BadZipFile, EOFError, OSError, ValueError, LookupError, struct.error, NotImplementedError, RuntimeError, zlib.error,
    expat.ExpatError,
)  # fmt: skip


class Archive:
    """The parts of a zipped workbook, by names in small letters, inflated piece by piece."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > LARGEST_INFLATED:
            raise FileRefusedError(_TOO_LARGE)
        self._entries = {_plain_name(entry.filename): entry for entry in entries}
        if len(self._entries) < len(entries):
            raise zipfile.BadZipFile  # of two parts of one name, each program takes another
        self._lengths: dict[str, int] = {}
        self._inflated = 0

    def __contains__(self, name: str) -> bool:
        return _plain_name(name) in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give the content of a part; raise where it is damaged, or the archive larger than any honest one."""
        name = _plain_name(name)
        length = 0
        for chunk in _inflate(self._data, self._entries[name]):
            length += len(chunk)
            # a part that is looked at again is not more than it was
            self._inflated += max(0, length - self._lengths.get(name, 0))
            self._lengths[name] = max(length, self._lengths.get(name, 0))
            self._refuse_more()
            yield chunk

    def _refuse_more(self) -> None:
        grows_unlike_tables = self._inflated > max(RATIO_COUNTS_FROM, LARGEST_RATIO * len(self._data))
        if self._inflated > LARGEST_INFLATED or grows_unlike_tables:
            raise FileRefusedError(_TOO_LARGE)

    def xml(self, name: str) -> tuple[str, Iterator[bytes]]:
        """Return the encoding of a part, and its content in UTF-8; refuse one that declares a document type."""
        pieces = self.pieces(name)
        looked_at: list[bytes] = []
        encoding = _read_prolog(looked_at, pieces)
        rest = chain(looked_at, pieces)
        return encoding, rest if encoding == "utf-8" else _transcoded(rest, encoding)


def _plain_name(name: str) -> str:
    """Return the name of a part as it is compared: some programs write backslashes, some other capitals."""
    return name.replace("\\", "/").lstrip("/").lower()


def _read_prolog(looked_at: list[bytes], pieces: Iterable[bytes]) -> str:
    """Look at the pieces up to the first element; return the encoding."""
    begun: list[str] = []
    declared: list[str | None] = []
    parser = expat.ParserCreate()
    parser.XmlDeclHandler = lambda version, encoding, standalone: declared.append(encoding)
    parser.StartElementHandler = lambda name, attributes: begun.append(name)
    parser.StartDoctypeDeclHandler = _refuse_document_type
    for piece in pieces:
        looked_at.append(piece)
        try:
            # the first element of most stands among the first bytes
            for part in (piece[:1024], piece[1024:]):
                if not begun:
                    parser.Parse(part, False)
        except (expat.ExpatError, ValueError):  # no XML, or in an encoding that only Python knows
            break
        if begun:
            break
    return _encoding(looked_at[0] if looked_at else b"", declared[0] if declared else None)


def _refuse_document_type(*_: object) -> None:
    raise FileRefusedError(_ENTITIES)


def _encoding(beginning: bytes, declared: str | None) -> str:
    for mark, encoding in _WIDE:
        if beginning.startswith(mark):
            return encoding
    declared = (declared or "utf-8").lower()
    # where a letter of the declaration is one byte, it cannot be UTF-16 as some programs say
    if declared.startswith(("utf-16", "utf-8", "us-ascii", "ascii")):
        return "utf-8"
    b"".decode(declared)  # raises where Python does not know it, or it is none for texts
    return declared


def _transcoded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", True).encode()


def _inflate(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the content of an entry piece by piece, however much more it is than the entry says."""
    if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    name, extra = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
    start = entry.header_offset + _LOCAL_HEADER.size + name + extra
    packed = memoryview(data)[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise zipfile.BadZipFile
    checksum = 0
    for chunk in _stored(packed) if entry.compress_type == zipfile.ZIP_STORED else _deflated(packed):
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if checksum != entry.CRC:
        raise zipfile.BadZipFile


def _stored(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), _CHUNK):
        yield bytes(packed[start : start + _CHUNK])


def _deflated(packed: memoryview) -> Iterator[bytes]:
    inflater, rest = zlib.decompressobj(-zlib.MAX_WBITS), bytes(packed)
    while rest or not inflater.eof:
        chunk = inflater.decompress(rest, _CHUNK)
        rest = inflater.unconsumed_tail
        if chunk:
            yield chunk
        elif not inflater.eof and not rest:
            raise zipfile.BadZipFile
        if inflater.eof:
            return
