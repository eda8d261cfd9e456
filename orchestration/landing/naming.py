"""Names of delivered files: which extract and which part a name claims.

What belongs here: what is certain of a name. What does not: looking into folders (``delivery``), what to tell of a name that
claims nothing (``advice``).
A file is named ``<name>`` or ``<name>__<part>``, where a name is the extract's short name, its Chinese title or one of its
``file_aliases``; a part that is a town or the whole county may also stand as 名册_马头镇 or 名册（马头镇）.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from orchestration.contracts import ExtractContract, fold_name, load_county
from orchestration.foundation.overlay import kept_by_overlay

# Delimited text under another ending; its content decides, and it gives way to a table of the same name.
TEXTS = frozenset({".txt", ".tsv"})
# What a file's name ends with by its format, the one that we give first.
ENDINGS = {"xlsx": (".xlsx", ".xlsm"), "xls": (".xls", ".et"), "csv": (".csv",)}
SUFFIXES = frozenset(ending for endings in ENDINGS.values() for ending in endings) | TEXTS
# Names that programs give to a file as long as they copy or download it.
UNFINISHED = frozenset({".part", ".partial", ".tmp", ".temp", ".crdownload", ".download"})

_AROUND_A_TOWN = "_-–—·()[]【】〔〕「」"
# What file managers and browsers add to the name of a second copy; whether it is a copy or a part, nobody can know.
COPY_MARK = re.compile(r"(?:\([0-9]+\)|[-_]*(?:副本|复件|拷贝|copy)(?:\(?[0-9]*\)?))$")


@dataclass(frozen=True)
class Claim:
    """What the name of a file says.

    Attributes:
        part: folded; blank where the file is the whole extract.
        is_as_agreed: whether it is written as agreed, to the letter.
    """

    part: str
    is_as_agreed: bool


def is_unfinished(path: PurePath) -> bool:
    """Return whether a file's name says that it is still being copied."""
    return path.suffix.lower() in UNFINISHED


def finished_name(name: str) -> str:
    """Return a file's name as it will be when it is copied completely."""
    path = PurePath(name)
    return path.stem if is_unfinished(path) else name


def split_ending(name: str) -> tuple[str, str]:
    """Return a file's name, folded, without and with nothing but its ending (``.xlsx``; blank where it has none)."""
    folded = fold_name(name)
    stem, _dot, ending = folded.rpartition(".")
    return (stem, f".{ending}") if stem else (folded, "")


def claim(name: str, contract: ExtractContract) -> Claim | None:
    """Return what a file's name says, None where it is not certain that it is one of the extract's."""
    return _claim(finished_name(name), contract.file_names, _places())


@lru_cache(maxsize=65_536)
def _claim(name: str, own_names: tuple[str, ...], places: frozenset[str]) -> Claim | None:
    stem, ending = split_ending(name)
    if ending not in SUFFIXES:
        return None
    for own in own_names:
        part = _part(stem, fold_name(own), places)
        if part is not None:
            return Claim(part, PurePath(name).suffix.lower() == ending and _is_as_agreed(PurePath(name).stem, own, places))
    return None


def _part(stem: str, own: str, places: frozenset[str]) -> str | None:
    rest = stem.removeprefix(own)
    if stem == own:
        return ""
    if rest == stem:
        return None
    if rest.startswith("__"):
        return None if COPY_MARK.search(rest[2:]) else rest[2:]
    place = rest.strip(_AROUND_A_TOWN)
    return place if place in places else None


def _is_as_agreed(stem: str, own: str, places: frozenset[str]) -> bool:
    written = unicodedata.normalize("NFC", stem)
    rest = written.removeprefix(own)
    return written == own or (rest != written and (rest.startswith("__") or (rest[:1] == "_" and rest[1:] in places)))


@kept_by_overlay
def _places() -> frozenset[str]:
    """Return the towns by name and code, and the word for the whole county, folded."""
    county = load_county()
    towns = (name for town in county.towns for name in (town.code, town.name, *town.aliases))
    return frozenset(map(fold_name, (county.whole_county_label, *towns)))
