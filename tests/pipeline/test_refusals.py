"""What a refused command leaves behind: the tree of folders is the same before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contracts import load_county
from orchestration.foundation.paths import Installation
from orchestration.publications import PublishingError, publish_month
from orchestration.warehouse.run_lock import is_locked
from tests.pipeline.conftest import Outcome, Run, command
from tests.unit.publishing_samples import MONTH, build_warehouse

pytestmark = pytest.mark.pipeline


def tree(folder: Path, *, but: str = "") -> dict[str, tuple[int, int] | None]:
    """Return every entry below a folder, with size and time of change of the files."""
    entries = ((path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")))
    return {
        name: None if path.is_dir() else (path.stat().st_size, path.stat().st_mtime_ns)
        for name, path in entries
        if not (but and name.startswith(but))
    }


def refused(folder: Path, *arguments: object) -> Outcome:
    before = tree(folder)
    outcome = command(*arguments)
    assert outcome.status == 1 and outcome.err, outcome.out
    assert tree(folder) == before
    return outcome


def folders(folder: Path) -> tuple[object, ...]:
    return ("--raw", folder / "raw", "--marts", folder / "marts")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--month", "2023-07"], ["没有收到《户信息》", "没有收到《人员信息》"]),
        (["backfill", "--from", "2023-06", "--to", "2023-07"], ["2023-06：没有收到《户信息》", "2023-07：没有收到《户信息》"]),
        (["restate", "--month", "2023-07"], ["没有收到《户信息》"]),
        (["run", "--month", "1999-01"], ["不能运行"]),
        (["run", "--month", "2199-01"], ["不能运行"]),
        (["rollback", "--month", "2023-07", "--reason", "x"], ["2023-07 没有发布过"]),
        (["rollback", "--month", "2023-07", "--reason", "x", "--undo"], ["2023-07 没有发布过"]),
    ],
)
@pytest.mark.parametrize("delivered", [[], ["2023-07/water/drinking_water.csv"], ["2023-8/household_roster.xlsx"]])
def test_a_month_that_cannot_be_leaves_no_folder_of_the_installation(
    tmp_path: Path, arguments: list[str], words: list[str], delivered: list[str]
) -> None:
    (tmp_path / "raw").mkdir()
    for name in delivered:
        (tmp_path / "raw" / name).parent.mkdir(parents=True)
        (tmp_path / "raw" / name).write_bytes(b"x")
    outcome = refused(tmp_path, *arguments, *folders(tmp_path))
    assert [word for word in words if word not in outcome.err] == [], outcome.err


def test_a_folder_of_deliveries_that_is_not_there_makes_none(tmp_path: Path) -> None:
    refused(tmp_path, "run", "--month", "2023-07", *folders(tmp_path))


def test_a_month_without_a_roster_leaves_what_was_published_and_read_as_it_was(july_again: Run) -> None:
    for file in (july_again.raw / "2023-07" / "rural_revitalization").glob("member_roster*"):
        file.unlink()
    refused(
        july_again.marts.parent, "run", "--month", "2023-07", "--raw", july_again.raw, "--marts", july_again.marts
    )  # fmt: skip


def test_a_roster_that_cannot_be_read_leaves_what_was_read_and_nothing_else(county_copy: Path, tmp_path: Path) -> None:
    """Whether it can is known when the delivery has been read: that stays, with the run in Dagster's history."""
    for month in ("2023-05", "2023-06"):
        for file in sorted((county_copy / month).rglob("*"), reverse=True):
            file.unlink() if file.is_file() else file.rmdir()
        (county_copy / month).rmdir()
    for file in (county_copy / "2023-07" / "rural_revitalization").glob("member_roster*"):
        file.write_bytes(b"PK\x03\x04 not a workbook")
    raw = tree(county_copy)
    outcome = command("run", "--month", "2023-07", "--raw", county_copy, "--marts", tmp_path / "marts")
    assert outcome.status == 1 and "全部被退回" in outcome.err
    assert tree(county_copy) == raw
    assert tree(tmp_path / "marts", but=".state") == {}
    installation = Installation.at(county_copy, tmp_path / "marts")
    left = {path.name for path in installation.state.iterdir()}
    assert left <= {"archive", "dagster", "expectations", "landed", "run.lock"}
    assert not is_locked(installation)


def test_a_publication_that_is_refused_leaves_no_folder_of_its_month(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    build_warehouse(installation, {"list_status": []})
    before = tree(installation.marts)
    with pytest.raises(PublishingError):
        publish_month(installation, MONTH, MONTH, load_county().code)
    assert tree(installation.marts) == before
