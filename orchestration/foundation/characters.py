"""Characters: what nobody sees is taken out of a text, what only looks like a character becomes that character.

What belongs here: what is known of single characters, whatever text they stand in. What does not: cells, headers, remarks.
Landing reads cells with it and contracts compare headers with it, so that both see the same text.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable

from orchestration.foundation.paths import CONFIG

CJK_RADICALS = CONFIG / "cjk_radicals.csv"

_BASIC_PLANE, _SECOND_PLANE = range(0x10000), range(0x10000, 0x20000)
# Around a text it means nothing; inside, it may part words and lines.
WHITE = "".join(filter(str.isspace, map(chr, _BASIC_PLANE)))
_SHOWN_CONTROLS = frozenset("\t\n\r\x85")
# Default_Ignorable_Code_Point of Unicode as far as its categories (Cc, Cf) do not tell: joiners and fillers without a shape,
# variation selectors, tags. U+2800, the empty pattern of Braille, is as blank.
_SHAPELESS = (
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2065, 0x2800, 0x3164),
    *(*range(0xFE00, 0xFE10), 0xFFA0, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)),
)
# Blocks of radicals and of ideographs that are kept for old encodings; NFKC gives most of their characters.
_COMPATIBILITY = (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))
# What programs that write text put for a hyphen; NFKC adds the full-width ones.
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def _invisible() -> frozenset[str]:
    hidden = {char for char in map(chr, (*_BASIC_PLANE, *_SECOND_PLANE)) if unicodedata.category(char) in ("Cc", "Cf")}
    return frozenset(hidden - _SHOWN_CONTROLS | set(map(chr, _SHAPELESS)))


def _look_alikes() -> dict[str, str]:
    with CJK_RADICALS.open(encoding="utf-8", newline="") as file:
        listed = {row["radical"]: row["character"] for row in csv.DictReader(line for line in file if line[0] != "#")}
    known = ((char, unicodedata.normalize("NFKC", char)) for char in map(chr, _COMPATIBILITY))
    return {char: meant for char, meant in known if char != meant} | listed


def _class_of(characters: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the characters; neighbours as ranges, or it would try them one by one."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return re.compile(f"[{''.join(f'{re.escape(chr(first))}-{re.escape(chr(last))}' for first, last in ranges)}]")


INVISIBLE = _invisible()
LOOK_ALIKES = _look_alikes()

_MENDED = str.maketrans({**dict.fromkeys(INVISIBLE, ""), **LOOK_ALIKES})
# White space inside of a number means nothing, but between two telephones it does.
_TELEPHONE = "(?<![0-9])(?:1[0-9]{10}|0[0-9]{2,3}-[0-9]{7,8})(?![0-9])"
_TWO_TELEPHONES = re.compile(rf"({_TELEPHONE})\s+(?={_TELEPHONE})")
_DROP_WHITE = str.maketrans("", "", WHITE)
_IDENTIFIER = str.maketrans({**dict.fromkeys(WHITE, ""), **dict.fromkeys(_HYPHENS, "-")})
_HAS_INVISIBLE = _class_of(INVISIBLE)
_HAS_LOOK_ALIKE = _class_of(LOOK_ALIKES)
_TO_BE_MENDED = _class_of([*INVISIBLE, *LOOK_ALIKES])
# Private use: characters that only the sender's fonts know.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
# Greek and Cyrillic letters: half of them look like Latin ones.
_OTHER_LETTERS = re.compile("[\u0370-\u052f]")


def mended(text: str) -> str:
    """Return a text as its reader sees it: without invisible characters, radicals as the characters that they stand for."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_MENDED) if _TO_BE_MENDED.search(text) else text


def folded(text: str) -> str:
    """Return a text as it is compared: mended, then NFKC, which makes full-width letters and digits plain ones."""
    return text if text.isascii() and text.isprintable() else unicodedata.normalize("NFKC", mended(text))


def as_identifier(text: str) -> str:
    """Return a number or code as it is compared: folded, without white space, every dash a hyphen."""
    return text if text.isascii() and text.isalnum() else _TWO_TELEPHONES.sub(r"\1/", folded(text)).translate(_IDENTIFIER)


def has_invisible(text: str) -> bool:
    """Return whether a text holds characters that nobody sees; white space is none of them."""
    return not (text.isascii() and text.isprintable()) and bool(_HAS_INVISIBLE.search(text))


def has_look_alike(text: str) -> bool:
    """Return whether a text holds radicals, or ideographs of old encodings, in the place of characters."""
    return not text.isascii() and bool(_HAS_LOOK_ALIKE.search(text))


def is_respelled(text: str) -> bool:
    """Return whether a number or code is compared otherwise than it is seen: full-width, with another dash, with a radical."""
    if text.isascii():
        return False
    return has_look_alike(text) or folded(text).translate(_IDENTIFIER) != mended(text).translate(_DROP_WHITE)


def has_private(text: str) -> bool:
    """Return whether a text holds characters that have no meaning outside of the sender's fonts."""
    return not text.isascii() and bool(_PRIVATE.search(text))


def has_other_letters(text: str) -> bool:
    """Return whether a text holds letters that look like Latin ones and are none."""
    return not text.isascii() and bool(_OTHER_LETTERS.search(text))
