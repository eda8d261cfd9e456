"""The power goes off while a delivery is landed: what is short is never believed, and the next landing mends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from landing_samples import HEADERS, MONTH, ROW, csv_bytes

from orchestration.contracts import ExtractContract
from orchestration.foundation.paths import Installation
from orchestration.landing import damaged_originals, land_extract, landed_digest
from tests.recovery.power_cut import ForgetfulDisk

Deliver = Callable[..., Path]


@pytest.mark.parametrize("is_deaf", [False, True], ids=["forced to disk", "not heard"])
def test_what_a_power_cut_leaves_is_whole_or_not_believed(
    installation: Installation, contract: ExtractContract, deliver: Deliver, tmp_path: Path, is_deaf: bool
) -> None:
    """Digests stand for what is landed: nothing short is believed, even of a disk that lies about what it keeps."""
    for part in ("1", "2"):
        deliver(f"aid__{part}.csv", csv_bytes([HEADERS, [*ROW[:-1], part]]))
    short: list[Path] = []
    believed: list[bool] = []

    def look(left: Path) -> None:
        found = Installation.at(installation.raw, tmp_path / "other", left)
        damaged = damaged_originals(found)
        short.extend(damaged)
        is_believed = landed_digest(found, [contract], MONTH) is not None
        assert not (is_believed and damaged)
        believed.append(is_believed)
        land_extract(found, contract, MONTH)
        assert damaged_originals(found) == {}
        assert landed_digest(found, [contract], MONTH) is not None

    installation.state.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        disk = ForgetfulDisk(installation.state, look, is_deaf)
        disk.watch(patch)
        land_extract(installation, contract, MONTH)
        believed.clear()
        disk.look()
    disk.close()
    assert bool(short) == is_deaf
    assert believed == [not is_deaf, not is_deaf]


def test_an_original_that_is_short_is_made_anew(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    deliver("aid.csv", csv_bytes([HEADERS, ROW]))
    land_extract(installation, contract, MONTH)
    (original,) = installation.archive.rglob("*.csv")
    whole = original.read_bytes()
    for content in (b"", whole[:-1], b"x" * len(whole)):
        original.write_bytes(content)
        assert landed_digest(installation, [contract], MONTH) is None
        assert not land_extract(installation, contract, MONTH).was_unchanged
        assert original.read_bytes() == whole


def test_a_copy_of_the_state_is_believed_though_its_time_stamps_are_others(
    installation: Installation, contract: ExtractContract, deliver: Deliver
) -> None:
    deliver("aid.csv", csv_bytes([HEADERS, ROW]))
    land_extract(installation, contract, MONTH)
    copy = installation.state.with_name("copy")
    shutil.copytree(installation.state, copy, copy_function=shutil.copyfile)
    moved = Installation.at(installation.raw, installation.marts, copy)
    assert land_extract(moved, contract, MONTH).was_unchanged
