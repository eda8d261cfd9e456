"""Advice on files that belong to no extract: which one is probably meant, and what name and folder it should have.

What belongs here: guessing, and its words. What does not: reading by a guess; nothing of it decides what is landed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from orchestration.contracts import Department, ExtractContract, fold_name, load_county
from orchestration.foundation.months import Month
from orchestration.landing.naming import COPY_MARK, SUFFIXES, claim, finished_name, is_unfinished, split_ending

_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz"})
_COPY_WORDS = re.compile("副本|复件|拷贝|备份|新建|copyof|copy|的")
_LIKE_FILE, _LIKE_FOLDER = 0.65, 0.75
_ANOTHER = "2"


@dataclass(frozen=True)
class Guess:
    """Which extract a name was probably meant for.

    Attributes:
        base: the extract's name that it resembles.
        number: of a part, blank where there is none.
        town: whose part it is, blank where that is not said.
        is_doubtful: whether it may be a copy as well as a part.
        is_plain: whether the name says nothing else.
    """

    contract: ExtractContract
    base: str
    number: str = ""
    town: str = ""
    is_doubtful: bool = False
    is_plain: bool = False


@dataclass(frozen=True)
class Adviser:
    """Puts into words what is to be done with the strangers of one delivery.

    Attributes:
        month: of the delivery, ``YYYY-MM``.
        contracts: of all extracts.
    """

    month: Month
    contracts: Sequence[ExtractContract]

    def on_file(self, parts: Sequence[str], *, is_thorough: bool) -> tuple[ExtractContract | None, str]:
        """Return which extract a file seems to be, and what is told of it.

        Args:
            parts: of its path below the month's folder.
            is_thorough: whether a name that only resembles one is worth a guess.
        """
        department = owner(parts)
        likely = department or (self._resembling(parts[0]) if len(parts) > 1 else None)
        stem, ending = _split(parts[-1])
        guesses = self._guesses(stem, likely, is_thorough=is_thorough)
        told = self._why(parts, department, likely)
        if len(guesses) == 1:
            return guesses[0].contract, f"{told}{self._remedy(guesses[0], parts, ending, department)}"
        if guesses:
            names = "或".join(f"《{guess.contract.title}》（{_sender(guess.contract)}）" for guess in guesses)
            return None, f"{told}像是{names}；请放进该部门的文件夹。"
        return None, f"{told}{self._names_of(likely)}不是报送数据的请移走。"

    @cached_property
    def _bare_names(self) -> list[tuple[str, ExtractContract, str]]:
        return [(_bare(name), contract, name) for contract in self.contracts for name in contract.file_names]

    def _guesses(self, stem: str, department: Department | None, *, is_thorough: bool) -> list[Guess]:
        """Return the extracts of which one is probably meant: the department's own before those of others."""
        bare = _bare(stem)
        own = [entry for entry in self._bare_names if department is None or entry[1].department == department.code]
        if found := _holding(stem, own):
            return found
        if is_thorough and (close := difflib.get_close_matches(bare, [name for name, _, _ in own], 1, _LIKE_FILE)):
            return [Guess(contract, name) for one, contract, name in own if one == close[0]]
        return [guess for guess in _holding(stem, self._bare_names) if guess.is_plain]

    def _why(self, parts: Sequence[str], department: Department | None, likely: Department | None) -> str:
        if is_unfinished(PurePath(parts[-1])):
            return "没有读：文件还没有复制（下载）完，名称也认不出。"
        if len(parts) == 1:
            return "没有读：直接放在月份文件夹下，没有放进部门文件夹。"
        if department is None:
            return f"没有读：所在的文件夹不是约定的部门文件夹{_renamed(likely)}。"
        if len(parts) > 2:
            return "没有读：放在子文件夹里。"
        return "没有读：文件名认不出。"

    def _remedy(self, guess: Guess, parts: Sequence[str], ending: str, department: Department | None) -> str:
        contract, is_readable = guess.contract, ending in SUFFIXES
        at_home = department is not None and contract.department == department.code
        folder = f"{self.month}/{parts[0] if at_home else contract.department}/"
        is_in_place = at_home and len(parts) == 2
        place = "" if is_in_place else f"，放在 {folder} 下"
        like = f"像是《{contract.title}》" if at_home else f"像是{_sender(contract)}的《{contract.title}》"
        if is_readable and not is_in_place and claim(parts[-1], contract):
            return f"{like}，请移到 {folder} 下。"
        act = "应改名为" if is_readable else _act(ending)
        return f"{like}，{_new_name(guess, act, ending if is_readable else '.xlsx')}{place}。"

    def _names_of(self, department: Department | None) -> str:
        if department is None:
            return f"报送数据请放进部门的文件夹，如 {self.month}/civil_affairs/ 或 {self.month}/民政局/；"
        own = (contract for contract in self.contracts if contract.department == department.code)
        names = "、".join(f"{contract.short_name} 或 {contract.title}" for contract in own)
        return f"{department.name}的文件应命名为：{names}（结尾 .xlsx、.xls 或 .csv）；"

    def _resembling(self, folder: str) -> Department | None:
        """Return the department for which a folder was probably meant."""
        names = {_bare(name): one for one in load_county().departments for name in load_county().folder_names(one)}
        bare = _bare(folder)
        held = max((name for name in names if name in bare), key=len, default=None)
        close = [held] if held else difflib.get_close_matches(bare, names, 1, _LIKE_FOLDER)
        return names[close[0]] if close else None


def owner(parts: Sequence[str]) -> Department | None:
    """Return the department in whose folder a path below the month's folder lies."""
    return load_county().department_of_folder(parts[0]) if parts else None


def _split(name: str) -> tuple[str, str]:
    """Return a name without its ending, and that; of two (``.csv.txt``, which an editor added) the first."""
    stem, ending = split_ending(finished_name(name))
    inner = split_ending(stem)
    return inner if ending in SUFFIXES and inner[1] in SUFFIXES else (stem, ending)


def _holding(stem: str, names: Iterable[tuple[str, ExtractContract, str]]) -> list[Guess]:
    """Return the extracts whose name is part of a name, those of the longest."""
    marks = COPY_MARK.search(stem)
    mark, bare = (marks[0], _bare(stem[: marks.start()])) if marks else ("", _bare(stem))
    held = [entry for entry in names if entry[0] in bare]
    longest = max((len(name) for name, _, _ in held), default=0)
    return [_guess(contract, own, bare.replace(name, "", 1), mark) for name, contract, own in held if len(name) == longest]


def _guess(contract: ExtractContract, base: str, rest: str, mark: str) -> Guess:
    """Return what a name says beside that of the extract: ``rest``, and the mark of a copy."""
    left = _COPY_WORDS.sub("", rest)
    town = next((town.name for town in load_county().towns if fold_name(town.name) in left), "")
    part = left if left.isascii() and left.isdigit() and len(left) <= len("99") else ""
    # a copy of a part says nothing of the number of another
    number = part if not mark else "" if left else "".join(filter(str.isdecimal, mark))
    is_doubtful = bool(mark) or left != rest or bool(part and not town)
    return Guess(contract, base, number, town, is_doubtful, left in ("", part, fold_name(town)))


def _new_name(guess: Guess, act: str, ending: str) -> str:
    base = guess.base
    if guess.is_doubtful:
        part = f"{base}__{guess.town or guess.number or _ANOTHER}{ending}"
        return f"如是其中一部分，{act} {part}（不要与已有的重名）；如是全部内容，{act} {base}{ending}；如是同一份的副本，请删除"
    if guess.town:
        return f"{act} {base}__{guess.town}{ending}"
    return f"{act} {base}{ending}（分几个文件的：{base}__1{ending}、{base}__2{ending}）"


def _act(ending: str) -> str:
    if ending in _ARCHIVES:
        return "压缩包不读，请解压，里面的表格应命名为"
    return f"{ending} 文件不读，应另存为" if ending else "文件名没有结尾（.xlsx、.csv 等），应改名为"


def _renamed(likely: Department | None) -> str:
    if likely is None:
        return ""
    chinese = likely.name.removeprefix(load_county().name[-1])
    return f"（如是{likely.name}的，文件夹应改名为 {chinese} 或 {likely.code}）"


def _sender(contract: ExtractContract) -> str:
    return load_county().department(contract.department).name


def _bare(name: str) -> str:
    """Return the letters, digits and characters of a name, folded."""
    return "".join(character for character in fold_name(name) if character.isalnum())
