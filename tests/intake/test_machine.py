"""The machine, not the file: what is busy, silent, killed or damaged makes no difference to what is read."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from bad_files import HEADERS, MONTH, ROW, Door, csv_of

from orchestration.landing import LandingPool, LandingResult, MachineError, land_extract

# Takes a process more than a second.
LONG = csv_of([HEADERS, *[ROW] * 800_000])
SHORT = csv_of([HEADERS, ROW])


def pooled(door: Door, seconds_per_file: float, longest_silence: float = 60.0) -> LandingResult:
    with LandingPool(1, seconds_per_file, longest_silence) as pool:
        pool.submit_all(door.installation, [door.contract], [MONTH])
        return pool.result(door.contract.extract, MONTH)


@pytest.fixture
def worker_number(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process numbers of the workers that are started."""
    from orchestration.landing import pool

    started: list[int] = []
    begin = pool._Worker.__init__

    def noted(worker: pool._Worker) -> None:
        begin(worker)
        started.append(worker._process.pid)

    monkeypatch.setattr(pool._Worker, "__init__", noted)
    yield started


def test_case_99_time_by_the_clock_is_no_limit(door: Door, worker_number: list[int]) -> None:
    """The process gets no time for longer than the file may use the processor, as on a busy machine."""
    door.deliver("aid.csv", SHORT)
    with LandingPool(1, seconds_per_file=1) as pool:
        worker = pool._worker()
        os.kill(worker_number[0], signal.SIGSTOP)
        pool._idle.put(worker)
        pool.submit_all(door.installation, [door.contract], [MONTH])
        time.sleep(3)
        os.kill(worker_number[0], signal.SIGCONT)
        assert pool.result(door.contract.extract, MONTH).rows_loaded == 1


def test_case_99_time_of_the_processor_is_and_it_is_remembered(door: Door) -> None:
    door.deliver("aid__1.csv", LONG)
    door.deliver("aid__2.csv", SHORT)
    result = pooled(door, 0.8)  # a process that has just started loads what it needs as well
    assert [file.outcome for file in result.files] == ["refused", "accepted"]
    assert "处理器" in str(result.files[0].reason) and "重新报送" in str(result.files[0].reason)
    assert land_extract(door.installation, door.contract, MONTH).was_unchanged
    # another file is new; the same bytes are not tried again, also under another name
    door.deliver("aid__3.csv", csv_of([HEADERS, ROW, ROW]))
    (door.installation.raw / MONTH / "education" / "aid__1.csv").rename(
        door.installation.raw / MONTH / "education" / "aid__0.csv"
    )
    again = land_extract(door.installation, door.contract, MONTH)
    assert [(file.outcome, file.rows_loaded) for file in again.files] == [("refused", 0), ("accepted", 1), ("accepted", 2)]


def test_case_99_other_bytes_are_tried(door: Door) -> None:
    door.deliver("aid.csv", LONG)
    assert pooled(door, 0.2).status == "rejected"
    door.deliver("aid.csv", SHORT)
    assert pooled(door, 60).rows_loaded == 1


def test_case_100_disk_that_does_not_answer(door: Door) -> None:
    door.deliver("aid.csv", SHORT)
    with pytest.raises(MachineError, match=rf"{MONTH}/education.*没有响应.*请检查.*没有被退回"):
        pooled(door, 60, longest_silence=0.01)  # a process takes longer to start
    assert not door.installation.landed_extract(door.contract.extract, MONTH).with_suffix(".json").exists()
    assert land_extract(door.installation, door.contract, MONTH).rows_loaded == 1


def test_case_100_process_that_the_system_killed(door: Door, worker_number: list[int]) -> None:
    door.deliver("aid.csv", SHORT)
    with LandingPool(1) as pool:
        pool.submit_all(door.installation, [door.contract], [MONTH])
        while not worker_number:
            time.sleep(0.01)
        os.kill(worker_number[0], signal.SIGKILL)
        with pytest.raises(MachineError, match=r"内存不足.*没有被退回"):
            pool.result(door.contract.extract, MONTH)
    assert land_extract(door.installation, door.contract, MONTH).rows_loaded == 1


@pytest.mark.parametrize("content", [b"", b"PAR1", None])
@pytest.mark.parametrize("place", ["rows", "intake_files", "intake_problems", "original", "sidecar"])
def test_case_101_landed_file_or_original_that_is_damaged(door: Door, place: str, content: bytes | None) -> None:
    whole = door.land("aid.csv", SHORT)
    landed, extract = door.installation.landed_extract(door.contract.extract, MONTH), door.contract.extract
    path = {
        "rows": landed,
        "sidecar": landed.with_suffix(".json"),
        "original": next(door.installation.archive.rglob("*.csv")),
    }.get(place) or door.installation.landed_account(place, extract, MONTH)
    before = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert not (again := door.land()).was_unchanged
    assert again == whole
    assert place == "sidecar" or path.read_bytes() == before
    assert door.land().was_unchanged
