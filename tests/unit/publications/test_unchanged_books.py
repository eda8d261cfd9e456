"""A workbook that says what it said in the version that is replaced is that of this version."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from orchestration.contracts import load_county
from orchestration.documents import unchanged_books, workbooks
from orchestration.foundation.handed_out import BATCH
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import (
    Publication,
    damaged_files,
    latest_publications,
    month_versions,
    roll_back,
    undo_rollback,
)
from tests.unit.publishing_samples import MONTH, household, manifest, worker

Publish = Callable[..., Publication]

TOWN = household(1)["town"]
OTHER_TOWN = next(town.name for town in load_county().towns if town.name != TOWN)
OWN, OTHER, COUNTY = (f"workbooks/{name}.xlsx" for name in (f"办理工作簿_{TOWN}", f"办理工作簿_{OTHER_TOWN}", "总簿_全县"))
BUREAU = f"workbooks/办理工作簿_{next(one.name for one in load_county().departments if one.is_register_keeper)}.xlsx"
CHANGED = {"warning_list": [household(1), household(2)]}


def same(first: Publication, second: Publication, name: str) -> bool:
    return (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def versions_named(path: Path) -> set[int]:
    book = openpyxl.load_workbook(path)
    codes = (BATCH.fullmatch(cell.value) for sheet in book for row in sheet for cell in row if isinstance(cell.value, str))
    return {int(code[2]) for code in codes if code}


def test_only_workbooks_that_would_say_something_else_are_written_anew(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish()
    written: list[str] = []
    write = workbooks._write_book
    # a second process, started when this one has written enough, would not know of the list
    monkeypatch.setattr(workbooks, "ROWS_FOR_TWO_PROCESSES", 10**9)
    monkeypatch.setattr(
        workbooks, "_write_book", lambda folder, book: (written.append(book.content.recipient.name), write(folder, book))
    )
    second = publish(CHANGED)
    assert not same(first, second, OWN) and not same(first, second, COUNTY)
    assert same(first, second, OTHER)
    assert TOWN in written and OTHER_TOWN not in written
    assert versions_named(second.folder / OWN) == {2}
    assert versions_named(second.folder / OTHER) == {1}, "what is taken over is the workbook that the town has"
    assert not same(first, second, BUREAU), "it tells how each version differs from the one before"
    assert set(manifest(second.folder)["workbooks"]) == set(manifest(first.folder)["workbooks"])
    assert damaged_files(second) == []


def test_versions_stand_by_themselves(installation: Installation, publish: Publish) -> None:
    first, second = publish(), publish(CHANGED)
    roll_back(installation, Month(MONTH), "王敏", "误报")
    assert latest_publications(installation.marts)[MONTH].version == 1
    undo_rollback(installation, Month(MONTH), "王敏", "无误")
    assert (second.folder / OTHER).stat().st_nlink == 1
    shutil.rmtree(first.folder)
    assert damaged_files(second) == []


def test_of_a_damaged_version_and_of_a_withdrawn_one_nothing_is_taken_over(
    installation: Installation, publish: Publish
) -> None:
    first = publish()
    path = first.folder / OTHER
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    assert versions_named(publish(CHANGED).folder / OTHER) == {2}
    roll_back(installation, Month(MONTH), "王敏", "误报")
    third = publish({"warning_list": [household(1), household(2), household(3)]})
    assert versions_named(third.folder / OTHER) == {3}


def test_a_workbook_that_is_damaged_while_it_is_taken_over_is_written(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    monkeypatch.setattr(unchanged_books.shutil, "copyfile", lambda _, target: Path(target).write_bytes(b"half"))
    second = publish(CHANGED)
    assert versions_named(second.folder / OTHER) == {2}
    assert damaged_files(second) == []


def test_a_run_that_dies_while_it_takes_over_leaves_the_version_before(
    installation: Installation, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish()

    def die(_: object, target: Path) -> None:
        Path(target).write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(unchanged_books.shutil, "copyfile", die)
        with pytest.raises(KeyboardInterrupt):
            publish(CHANGED)
    assert [one.version for one in month_versions(installation.marts, Month(MONTH))] == [1]
    assert damaged_files(first) == []
    assert publish(CHANGED).version == 2


@pytest.mark.parametrize("change", ["knowledge", "password", "code"])
def test_what_is_printed_or_protects_is_a_change(publish: Publish, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    publish()
    if change == "password":
        monkeypatch.setattr(unchanged_books, "password_mark", lambda _: "1")
    if change == "code":
        monkeypatch.setattr(unchanged_books, "publication_code_and_facts", lambda: "1")
    second = publish(CHANGED, knowledge="2023-09" if change == "knowledge" else None)
    assert versions_named(second.folder / OTHER) == {2}


def test_a_change_in_a_ledger_is_a_change_of_those_who_hold_it(publish: Publish) -> None:
    first = publish()
    second = publish({"employment_ledger": [worker(1), worker(2)]})
    assert not same(first, second, OWN)
    assert same(first, second, OTHER) and same(first, second, COUNTY)
