"""Collecting: what lies in a folder under any name, where in a month's delivery it belongs, and putting it there.

What belongs here: the plan, carrying it out, its words. What does not: what a file is (``landing``), reading it, the command.
Files are copied whole or not at all, none is moved, nothing that is there is written over. What was collected before is there
already, so that collecting again does no harm.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from orchestration.contracts import ExtractContract, fold_name, load_county, load_extracts
from orchestration.foundation.atomic_files import write_new
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.storage_errors import why_not_written
from orchestration.landing import (
    NO_FILE,
    Kind,
    LandingPool,
    Recognition,
    delivered_files,
    files_to_read,
    found_below,
    sha256_of,
    shown_name,
)

ANSWERS = "rural_revitalization__feedback"


class CollectionError(Exception):
    """Nothing can be collected. The message is Chinese: what is wrong, what to do."""


class Fate(Enum):
    """What becomes of a file, as it is headed: while it is planned, and when it is done."""

    PLACED = "放入", "已放入"
    THERE = "已经有了，不再放", "已经有了，没有再放"
    LEFT = "没有认出或不能放入", "没有认出或没有放入"

    def heading(self, *, is_done: bool) -> str:
        """Return the heading."""
        return self.value[is_done]


@dataclass(frozen=True)
class Item:
    """A file of the folder that is collected.

    Attributes:
        name: path below the folder, as it may be told.
        said: why it is left, or what else there is to say; Chinese.
        extract: that it is of, or most like; None where that cannot be said.
        target: where it goes, or where the same is already.
        sha256: of what it holds.
        recipients: to whom it was handed out, by name; of a workbook that comes back.
    """

    source: Path
    name: str
    fate: Fate
    said: str = ""
    extract: str | None = None
    target: Path | None = None
    sha256: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collection:
    """A folder, file by file, and the month to whose delivery it goes; ``is_done`` once that has been tried."""

    folder: Path
    month: Month
    items: tuple[Item, ...]
    is_done: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything in the folder is in the delivery, or would be."""
        return all(item.fate is not Fate.LEFT for item in self.items)

    @property
    def has_work(self) -> bool:
        """Whether anything is to be copied."""
        return any(item.fate is Fate.PLACED for item in self.items)


def plan_collection(installation: Installation, folder: Path, month: Month) -> Collection:
    """Return what is in a folder and where it would go; nothing is written.

    Raises:
        CollectionError: the folder, or the folder of deliveries, is not there or is not one.
        LandingError: the machine kept a file from being looked at.
    """
    folder = folder.absolute()
    _refuse_folders(installation, folder, month)
    found = [one for one in found_below(folder) if one.kind is not Kind.FOLDER]
    files = [one.path for one in found if one.kind is Kind.FILE]
    with LandingPool() as pool:
        recognised = dict(zip(files, pool.recognise_all(files, month), strict=True))
    planner = _Planner(installation, month)
    items = [
        planner.item(one.path, _name(one.path, folder), recognised[one.path])
        if one.path in recognised
        else Item(one.path, _name(one.path, folder), Fate.LEFT, NO_FILE[one.kind])
        for one in found
    ]
    return Collection(folder, month, tuple(items))


def carry_out(collection: Collection) -> Collection:
    """Copy what is planned; a file that cannot be copied is left and says why."""
    items = [_carried_out(item) if item.fate is Fate.PLACED else item for item in collection.items]
    return dataclasses.replace(collection, items=tuple(items), is_done=True)


def collection_lines(installation: Installation, collection: Collection) -> list[str]:
    """Return the plan, or what was done, in words."""
    month, raw = collection.month, installation.raw
    lines = [f"{collection.folder}：{len(collection.items)} 个文件" if collection.items else f"{collection.folder} 里没有文件"]
    for fate in Fate:
        if items := [item for item in collection.items if item.fate is fate]:
            lines += ["", f"{fate.heading(is_done=collection.is_done)}（{len(items)} 个）："]
            lines += [f"  {_line(item, raw)}" for item in items]
    lines.append("")
    if missing := missing_extracts(installation, collection):
        lines.append(f"{month} 还没有收到的（按部门）：")
        for department, contracts in missing.items():
            lines.append(f"  {department}：{'、'.join(f'《{contract.title}》' for contract in contracts)}")
    else:
        lines.append(f"{month} 各部门的名册都有了")
    return lines


def missing_extracts(installation: Installation, collection: Collection) -> dict[str, list[ExtractContract]]:
    """Return the extracts of which the delivery has no file and gets none, by the name of their department."""
    coming = {item.extract for item in collection.items if item.fate is not Fate.LEFT}
    missing: dict[str, list[ExtractContract]] = {}
    for contract in load_extracts().values():
        is_coming = {contract.extract, contract.comes_with} & coming
        if contract.is_expected and not is_coming and not files_to_read(installation.raw, collection.month, contract):
            missing.setdefault(load_county().department(contract.department).name, []).append(contract)
    return missing


def returned_recipients(installation: Installation, collection: Collection) -> set[str]:
    """Return whose workbooks are in the delivery or come into it, by name.

    A file in the delivery whose name tells nobody, as it was put there by hand, is known by its batch code.
    """
    coming = {name for item in collection.items if item.fate is not Fate.LEFT for name in item.recipients}
    county = load_county()
    names = [*(town.name for town in county.towns), *(department.name for department in county.departments)]
    files = delivered_files(installation.raw, collection.month, load_extracts()[ANSWERS])
    named = {name: [file.path for file in files if is_part_of(file.part, name)] for name in names}
    known = {path for paths in named.values() for path in paths}
    if untold := [file.path for file in files if file.path not in known]:
        with LandingPool() as pool:
            coming |= {name for found in pool.recognise_all(untold, collection.month) for name in found.recipients if name}
    return coming | {name for name, paths in named.items() if paths}


def is_part_of(part: str, recipient: str) -> bool:
    """Return whether a part of the answers is a recipient's, by its name, alone or with others or a number behind."""
    return fold_name(recipient) in part.split("_")


def _refuse_folders(installation: Installation, folder: Path, month: Month) -> None:
    if not folder.is_dir():
        what = "不是文件夹" if folder.exists() else "没有这个文件夹"
        raise CollectionError(f"{what}：{folder}；请写收到的文件所在的文件夹")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise CollectionError(f"文件夹打不开：{folder}；请检查读取权限")
    if not installation.raw.is_dir():
        raise CollectionError(
            f"找不到报送文件夹 {installation.raw}；请检查磁盘（共享文件夹）是否挂上，或用 --raw 指明；第一次使用的请先新建它"
        )
    for own in (installation.raw, installation.marts):
        real = folder.resolve()
        if real.is_relative_to(own) or own.is_relative_to(real):
            raise CollectionError(f"{folder} 和 {own} 互相包含；请把收到的文件放在另一个文件夹里再收取")
    if month < (first := load_county().first_delivery):
        raise CollectionError(f"{month} 早于第一个报送月份 {first}；请检查 --month")


class _Planner:
    """Finds a place for one file after the other, so that no two get the same."""

    def __init__(self, installation: Installation, month: Month) -> None:
        self._raw, self._month = installation.raw, month
        self._delivered = {
            extract: delivered_files(installation.raw, month, contract) for extract, contract in load_extracts().items()
        }
        self._parts = {extract: {file.part for file in files} for extract, files in self._delivered.items()}
        self._digests = {
            extract: {digest: file.path for file in files if (digest := sha256_of(file.path))}
            for extract, files in self._delivered.items()
        }
        self._planned: dict[str, Item] = {}

    def item(self, source: Path, name: str, recognised: Recognition) -> Item:
        left = Item(
            *(source, name, Fate.LEFT, recognised.reason, recognised.extract),
            sha256=recognised.sha256,
            recipients=recognised.recipients,
        )
        if recognised.reason or recognised.extract is None:
            return left
        extract, contract = recognised.extract, load_extracts()[recognised.extract]
        if there := self._digests[extract].get(recognised.sha256):
            return dataclasses.replace(left, fate=Fate.THERE, said="内容完全相同", target=there)
        if twin := self._planned.get(recognised.sha256):
            said = f"与 {twin.name} 内容完全相同，只放一份"
            return dataclasses.replace(left, fate=Fate.THERE, said=said, target=twin.target)
        folder = self._folder(contract)
        if folder is None:
            place = f"{self._month}/{contract.department}"
            return dataclasses.replace(
                left, said=f"是《{contract.title}》，但 {place} 不是文件夹（是文件或链接），放不进去。请把它移走后再收取。"
            )
        target = self._target(contract, folder, recognised)
        remarks = [*recognised.remarks]
        # answers add up; of a roster two deliveries may say two things
        if self._delivered[extract] and not contract.unanswered_when_blank:
            remarks.append("与报送文件夹里已有的一起读；如是更正后重新报送的整份，请把旧的移走，否则旧的行仍然算数")
        remarks += self._of_same_recipient(contract, left)
        item = dataclasses.replace(left, fate=Fate.PLACED, said="；".join(remarks), target=target)
        self._planned[item.sha256] = item
        return item

    def _of_same_recipient(self, contract: ExtractContract, item: Item) -> list[str]:
        """Tell of other workbooks of a recipient: both are read, nobody is asked which one was meant."""
        remarks = []
        for recipient in item.recipients:
            others = [other.name for other in self._planned.values() if recipient in other.recipients]
            there = (file for file in self._delivered[contract.extract] if is_part_of(file.part, recipient))
            others += [shown_name(file.path.name) for file in there]
            if others:
                remarks.append(
                    f"{recipient}还有 {'、'.join(others)}，内容不同，都收取；同一条线索两份都答了的，以反馈日期晚的为准"
                )
        return remarks

    def _folder(self, contract: ExtractContract) -> Path | None:
        """Return the department's folder: the one with its files, by whichever of its names, or the one to be made."""
        if files := self._delivered[contract.extract]:
            return files[-1].path.parent
        delivery, county = self._raw / self._month, load_county()
        names = county.folder_names(county.department(contract.department))
        folders = [delivery / name for name in names if os.path.lexists(delivery / name)]
        usable = [folder for folder in folders if folder.is_dir() and not folder.is_symlink()]
        if usable:
            return usable[0]
        return None if delivery / contract.department in folders else delivery / contract.department

    def _target(self, contract: ExtractContract, folder: Path, recognised: Recognition) -> Path:
        """Return a place that nothing has, under a name that says a part of the extract that no other name says."""
        parts = self._parts[contract.extract]
        number = 1
        while True:
            part = "_".join(filter(None, (recognised.part, str(number) if number > 1 else "")))
            name = f"{contract.short_name}__{part}" if part else contract.short_name
            target = folder / f"{name}{recognised.ending}"
            if fold_name(part) not in parts and not os.path.lexists(target):
                parts.add(fold_name(part))
                return target
            number += 1


def _carried_out(item: Item) -> Item:
    assert item.target is not None  # noqa: S101  planned
    try:
        write_new(item.target, lambda unfinished: _copy(item, unfinished))
    except FileExistsError:
        said = "要放入的位置刚刚有了别的文件，没有覆盖；请再收取一次"
    except _ChangedError:
        said = "复制时内容有变化（还在复制或正在编辑），没有放入；请关闭文件后再收取一次"
    except OSError as error:
        said = why_not_written(item.target.parent, error)
    else:
        return item
    return dataclasses.replace(item, fate=Fate.LEFT, said=said)


class _ChangedError(Exception):
    """The file is no longer what was recognised."""


def _copy(item: Item, unfinished: Path) -> None:
    digest = hashlib.sha256()
    with item.source.open("rb") as source, unfinished.open("wb") as copy:
        while piece := source.read(1 << 20):
            digest.update(piece)
            copy.write(piece)
    if digest.hexdigest() != item.sha256:
        raise _ChangedError


def _name(path: Path, folder: Path) -> str:
    return shown_name(path.relative_to(folder).as_posix()) or "./"


def _line(item: Item, raw: Path) -> str:
    return "".join(_pieces(item, raw))


def _pieces(item: Item, raw: Path) -> Iterator[str]:
    yield item.name
    if item.fate is Fate.LEFT:
        yield f"：{item.said}"
        return
    yield f" → {_title(item)} {_place(item, raw)}"
    if item.said:
        yield f"（{item.said}）"


def _title(item: Item) -> str:
    return f"《{load_extracts()[item.extract].title}》" if item.extract else ""


def _place(item: Item, raw: Path) -> str:
    return shown_name(item.target.relative_to(raw).as_posix()) if item.target else ""
