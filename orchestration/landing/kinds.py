"""Kinds of files: what the bytes are, whatever the file is called.

What belongs here: how each kind begins, and what the sender of another kind than a table is told. What does not: reading.
A department sends what its program calls xls: web pages, dBase tables, photographs. Each is called by its name, because "the
header is missing" would have the sender look for a header that is there.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable
from typing import Literal

from orchestration.landing.compound import SIGNATURE as OLE_MAGIC
from orchestration.landing.compound import stream_names
from orchestration.landing.grid import FileRefusedError

Kind = Literal["xlsx", "xls", "text"]

ZIP_MAGIC = b"PK\x03\x04"
LOCKED = "文件设有打开密码，读不了；请取消密码后另存并重新报送。"

_SAVE_AS = "请用 WPS 或 Excel 打开后另存为 xlsx，重新报送。"
_SEND_TABLE = "请报送可以编辑的原表格（xlsx）。"
_COPY_OUT = "请把里面的表格复制到 WPS 表格或 Excel，另存为 xlsx 后报送。"
_UNPACK = "请解压后逐个报送里面的表格。"
_EXPORT = "请从原系统把数据导出为 xlsx 后报送。"
_DECRYPT = "请在加密软件里解密（或申请外发）后重新报送。"
_RESEND = "请重新导出或复制后再报送。"

_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "图片（JPEG）", _SEND_TABLE),
    (b"\x89PNG\r\n\x1a\n", "图片（PNG）", _SEND_TABLE),
    (b"GIF8", "图片（GIF）", _SEND_TABLE),
    (b"II*\0", "图片（TIFF）", _SEND_TABLE),
    (b"MM\0*", "图片（TIFF）", _SEND_TABLE),
    (b"Rar!\x1a\x07", "RAR 压缩包", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", _UNPACK),
    (b"\x1f\x8b\x08", "gzip 压缩包", _UNPACK),
    (b"BZh", "bzip2 压缩包", _UNPACK),
    (b"\xfd7zXZ\0", "xz 压缩包", _UNPACK),
    (b"PK\x05\x06", "空的 zip 压缩包", _UNPACK),
    (b"{\\rtf", "RTF 文档", _COPY_OUT),
    (b"\0\0\x02\0\x04\x04", "Lotus 1-2-3 表格", _SAVE_AS),
    (b"\0\0\x02\0\x05\x04", "Lotus 1-2-3 表格", _SAVE_AS),
    (b"\0\0\x02\0\x06\x04", "Lotus 1-2-3 表格", _SAVE_AS),
    (b"\0\0\x1a\0\0\x10", "Lotus 1-2-3 表格", _SAVE_AS),
    (b"\0\0\x1a\0\x02\x10", "Lotus 1-2-3 表格", _SAVE_AS),
    (b"\0\0\x02\0\x20\x51", "Quattro Pro 表格", _SAVE_AS),
    (b"SQLite format 3\0", "SQLite 数据库", _EXPORT),
    (b"\0\x01\0\0Standard ", "Access 数据库", _EXPORT),
    (b"%TSD-Header-###%", "被加密软件加密的文件", _DECRYPT),
)
# Programs put some bytes of their own before what is looked for.
_WITHIN: tuple[tuple[bytes, int, str, str], ...] = (
    (b"%PDF-", 1024, "PDF 文件", _SEND_TABLE),
    (b"E-SafeNet", 512, "被加密软件加密的文件", _DECRYPT),
)
# By a name among the entries of a zip file, or how one begins; the first that fits.
_ARCHIVES: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.bin", "xlsb（二进制工作簿）", _SAVE_AS),
    ("word/", "Word 文档", _COPY_OUT),
    ("ppt/", "演示文稿", _COPY_OUT),
    ("ofd.xml", "OFD 版式文件", _SEND_TABLE),
    ("index/document.iwa", "Numbers 表格", _SAVE_AS),
    ("content.xml", "ods（OpenDocument）文件", _SAVE_AS),
)
_COMPOUNDS: tuple[tuple[str, str, str], ...] = (
    ("WordDocument", "Word 文档", _COPY_OUT),
    ("PowerPoint Document", "演示文稿", _COPY_OUT),
    ("__properties_version1.0", "Outlook 邮件", "请把邮件里的附件另存后报送。"),
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_DBASE_VERSIONS = frozenset((0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8C, 0xCB, 0xF5, 0xFB))

_LOOKED_AT = 1 << 16
_TAGS = (
    "!doctype|!--|html|head|meta|title|body|div|span|table|thead|tbody|tr|td|th|style|script|link|base|form|center|font|pre|p|br"
    "|hr|h[1-6]|ul|ol|li|b|i|u|a|img|input|iframe|frameset|noscript|section|main"
)
_PAGE = re.compile(rf"<(?:{_TAGS})(?![\w:-])", re.IGNORECASE)
_HTML = re.compile(r"<html[\s>]", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>].*?<t[rdh][\s>]", re.IGNORECASE | re.DOTALL)
_WORKBOOK = re.compile(r"<(?:\w+:)?Workbook\s")
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
# Lines such as "From: …" above the one that says so.
_MESSAGE = r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:MIME-Version|Content-Type: *multipart)"


def kind_of(data: bytes) -> Kind:
    """Return what a file is that can be read as a table.

    Raises:
        FileRefusedError: where it is something else that has a name.
    """
    if not data.strip(b"\0"):
        raise FileRefusedError(f"文件内容全是空字节（没有复制完或已损坏）；{_RESEND}")
    if data.startswith(ZIP_MAGIC):
        return _kind_of_archive(data)
    if data.startswith(OLE_MAGIC):
        return _kind_of_compound(data)
    if _is_bare_records(data):
        return "xls"
    _refuse_binary(data)
    _refuse_markup(_beginning(data))
    return "text"


def _refusal(name: str, remedy: str) -> FileRefusedError:
    return FileRefusedError(f"文件其实是“{name}”，不是 xlsx、xls 或 csv，读不了；{remedy}")


def _kind_of_archive(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "xlsx"  # a damaged one, as the guard will say
    for beginning, name, remedy in _ARCHIVES:
        if any(entry.startswith(beginning) for entry in names) and "xl/workbook.xml" not in names:
            raise _refusal(name, remedy)
    if "[content_types].xml" not in names and not any(name.endswith("workbook.xml") for name in names):
        raise _refusal("zip 压缩包", _UNPACK)
    return "xlsx"


def _kind_of_compound(data: bytes) -> Kind:
    streams = stream_names(data)
    if "EncryptedPackage" in streams or (not streams and _ENCRYPTED in data):
        raise FileRefusedError(LOCKED)
    if not streams & {"Workbook", "Book"}:
        for stream, name, remedy in _COMPOUNDS:
            if stream in streams:
                raise _refusal(name, remedy)
    return "xls"


def _is_bare_records(data: bytes) -> bool:
    """Return whether records of a workbook stand without a container: Excel 2 to 4, and some programs that write later ones."""
    return len(data) > 4 and data[0] == 0x09 and data[1] in (0, 2, 4, 8) and 4 <= data[2] <= 20 and data[3:4] == b"\0"


def _refuse_binary(data: bytes) -> None:
    for beginning, name, remedy in _BEGINNINGS:
        if data.startswith(beginning):
            raise _refusal(name, remedy)
    for part, within, name, remedy in _WITHIN:
        if part in data[:within]:
            raise _refusal(name, remedy)
    if _is_picture(data):
        raise _refusal("图片", _SEND_TABLE)
    if data[257:262] == b"ustar":
        raise _refusal("tar 压缩包", _UNPACK)
    if _is_dbase(data):
        raise _refusal("dBase（FoxPro）数据表 dbf", _SAVE_AS)


def _is_picture(data: bytes) -> bool:
    is_bitmap = data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data)
    return is_bitmap or (data.startswith(b"RIFF") and data[8:12] == b"WEBP") or data[4:12] in (b"ftypheic", b"ftypmif1")


def _is_dbase(data: bytes) -> bool:
    """Return whether the header is one of a dBase table: a date, and lengths that go with one another and with the file."""
    if len(data) < 33 or data[0] not in _DBASE_VERSIONS or data[2] > 12 or data[3] > 31:
        return False
    rows, header, row = (int.from_bytes(data[begin:end], "little") for begin, end in ((4, 8), (8, 10), (10, 12)))
    # 32 bytes for each column; Visual FoxPro adds 263 for the name of a database
    is_header = header % 32 in (1, 0, 8) and 33 <= header <= len(data)
    return is_header and row > 1 and header + rows * row <= len(data) + 2


def _beginning(data: bytes) -> str:
    """Return the first characters of a text in whatever encoding; only its ASCII characters are looked at."""
    head = data[:_LOOKED_AT]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace").strip("\ufeff \t\r\n")
    # white space or a tag in UTF-16 without a mark of its order
    for encoding, zero in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(head) > 3 and head[zero] == head[zero + 2] == 0 and head[1 - zero] and head[3 - zero]:
            return head.decode(encoding, "replace").strip()
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1").strip()


def _refuse_markup(text: str) -> None:
    for name, remedy, is_meant in _MARKUPS:
        if is_meant(text):
            raise _refusal(name, remedy)


def _is_xml_spreadsheet(text: str) -> bool:
    return text.startswith("<") and _SPREADSHEET in text and bool(_WORKBOOK.search(text)) and not _HTML.search(text)


def _is_page(text: str) -> bool:
    return bool((text.startswith("<") and (_PAGE.match(text) or _HTML.search(text))) or _TABLE.search(text))


_MARKUPS: tuple[tuple[str, str, Callable[[str], object]], ...] = (
    ("XML 表格 2003", _SAVE_AS, _is_xml_spreadsheet),
    ("网页", _SAVE_AS, _is_page),
    ("单文件网页（mht）或邮件", _SAVE_AS, re.compile(_MESSAGE, re.IGNORECASE).match),
    ("XML 文件", _SAVE_AS, re.compile(r"<\?xml\s|<\?mso-|<[A-Za-z_][\w.:-]*(?:\s[^<>]*)?>[^<]*<.*</", re.DOTALL).match),
    ("SYLK 表格", _SAVE_AS, re.compile(r"ID;P[^\r\n]*[\r\n]+[BCFOP];").match),
    ("DIF 表格", _SAVE_AS, re.compile(r"TABLE\r?\n0,1").match),
    ("JSON 数据", _EXPORT, re.compile(r"[\[{]\s*(?:\{\s*)?\"[^\"\n]*\"\s*:").match),
)
