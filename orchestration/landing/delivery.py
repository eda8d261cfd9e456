"""Deliveries: which files of a month's folder belong to which extract.

What belongs here: looking into folders. What does not: what a name says (``naming``), what is in the files, what is told of
files that belong to no extract (``strangers``).
Nothing is opened here, no link is followed, and no odd folder raises: whoever delivers may leave anything in a folder.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from orchestration.contracts import ExtractContract, load_county, load_extracts
from orchestration.foundation.months import Month, is_month
from orchestration.landing.naming import TEXTS, claim, is_unfinished

# Left behind by office programs, file managers and storage devices; nobody sent them.
_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information"})
# Nobody nests deliveries; a chain of folders without end must not keep a run busy.
_DEEPEST = 16


class Kind(Enum):
    """What something in a folder is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "pipe, socket or device"
    CLOSED = "folder that cannot be opened"
    DEEP = "folder too deep to be looked into"


@dataclass(frozen=True)
class Found:
    """Something in a folder."""

    path: Path
    kind: Kind


@dataclass(frozen=True)
class DeliveredFile:
    """A file that its name gives to an extract.

    Attributes:
        part: of the extract, folded; blank where it is the whole.
        is_as_agreed: whether folder and name are written as agreed, to the letter.
        rival: another file of which the same is said, where it is not certain that this one is meant.
        is_of_other: whether it is a file of the extract with which this one comes, which tells what is wrong with it.
    """

    path: Path
    part: str
    is_as_agreed: bool
    rival: Path | None = None
    is_of_other: bool = False


def is_litter(name: str) -> bool:
    """Return whether a file or folder is one that nobody sent."""
    return name.startswith((".", "~$")) or name.lower() in _LITTER


def delivery_months(raw: Path) -> list[Month]:
    """Return the months for which there is a folder of deliveries, in order."""
    try:
        return sorted(Month(path.name) for path in raw.iterdir() if is_month(path.name) and path.is_dir())
    except OSError:
        return []


def extract_files(raw: Path, month: Month, contract: ExtractContract) -> list[Path]:
    """Return the files in which one extract of one delivery is looked for, in the order of their paths as text."""
    return [file.path for file in files_to_read(raw, month, contract)]


def files_to_read(raw: Path, month: Month, contract: ExtractContract) -> list[DeliveredFile]:
    """Return the files in which one extract of one delivery is looked for: its own and those of the extract it comes with."""
    files = delivered_files(raw, month, contract)
    if contract.comes_with:
        others = delivered_files(raw, month, load_extracts()[contract.comes_with])
        files += [dataclasses.replace(file, is_of_other=True) for file in others]
    return sorted(files, key=lambda file: file.path.as_posix())


def delivered_files(raw: Path, month: Month, contract: ExtractContract) -> list[DeliveredFile]:
    """Return the files of one extract in one delivery, in the order of their paths as text.

    Where two names say the same, the one that is as agreed is meant; of two that both are, or both are not, neither.
    """
    files = [file for folder in _folders_of(raw / month, contract.department) for file in _claimed(folder, contract)]
    files.sort(key=lambda file: file.path.as_posix())
    by_part: dict[str, list[DeliveredFile]] = {}
    for file in files:
        if not is_unfinished(file.path):
            by_part.setdefault(file.part, []).append(file)
    return [dataclasses.replace(file, rival=_rival(file, by_part.get(file.part, []))) for file in files]


def found_in(folder: Path) -> list[Found]:
    """Return what is in a folder, in the order of names and without litter; raise ``OSError`` where it cannot be opened."""
    return [Found(Path(entry.path), _kind(entry)) for entry in _entries(folder) if not is_litter(entry.name)]


def found_below(folder: Path) -> Iterator[Found]:
    """Give everything below a folder, folders before what is in them; one that cannot be opened is given as that."""
    waiting = [(Found(folder, Kind.FOLDER), 0)]
    while waiting:
        place, depth = waiting.pop()
        if depth:
            yield place
        if place.kind is not Kind.FOLDER:
            continue
        try:
            inside = found_in(place.path)
        except OSError:
            yield Found(place.path, Kind.CLOSED)
            continue
        too_deep = depth >= _DEEPEST
        waiting += [(_not_deeper(found) if too_deep else found, depth + 1) for found in reversed(inside)]


def _not_deeper(found: Found) -> Found:
    return Found(found.path, Kind.DEEP) if found.kind is Kind.FOLDER else found


def _kind(entry: os.DirEntry[str]) -> Kind:
    try:
        if entry.is_symlink():
            return Kind.LINK
        if entry.is_dir(follow_symlinks=False):
            return Kind.FOLDER
        return Kind.FILE if entry.is_file(follow_symlinks=False) else Kind.OTHER
    except OSError:
        return Kind.OTHER


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _matching(folder: Path, kind: Kind, is_wanted: Callable[[str], object]) -> list[os.DirEntry[str]]:
    """Return what in a folder has a wanted name and is of a kind; nothing where the folder cannot be opened.

    This is asked for every extract of every delivery, each time that a daemon looks: names are compared first.
    """
    with contextlib.suppress(OSError):
        return [
            entry for entry in _entries(folder) if is_wanted(entry.name) and not is_litter(entry.name) and _kind(entry) is kind
        ]
    return []


def _folders_of(delivery: Path, department: str) -> list[Path]:
    """Return the folders of a department in a delivery; the Chinese and the English name may both be there."""
    county = load_county()

    def is_its(name: str) -> bool:
        owner = county.department_of_folder(name)
        return owner is not None and owner.code == department

    return [Path(entry.path) for entry in _matching(delivery, Kind.FOLDER, is_its)]


def _claimed(folder: Path, contract: ExtractContract) -> Iterator[DeliveredFile]:
    county = load_county()
    is_agreed_folder = folder.name in county.folder_names(county.department(contract.department))
    for entry in _matching(folder, Kind.FILE, lambda name: claim(name, contract)):
        if said := claim(entry.name, contract):
            yield DeliveredFile(Path(entry.path), said.part, said.is_as_agreed and is_agreed_folder)


def _rival(file: DeliveredFile, same: list[DeliveredFile]) -> Path | None:
    """Return a file whose name says the same in other words and that is at least as likely to be the one that is meant."""
    if is_unfinished(file.path):
        return None
    meant = (other.path for other in same if _spelling(other) != _spelling(file) and (_is_sure(other) or not _is_sure(file)))
    return next(meant, None)


def _is_sure(file: DeliveredFile) -> bool:
    return file.is_as_agreed and file.path.suffix.lower() not in TEXTS


def _spelling(file: DeliveredFile) -> tuple[str, bool]:
    """Return a name without its ending: aid.xlsx and aid.csv are two files of the delivery, aid.txt beside them is a doubt."""
    return file.path.with_suffix("").as_posix(), file.path.suffix.lower() in TEXTS
