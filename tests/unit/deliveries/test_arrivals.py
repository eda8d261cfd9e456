"""Arriving files: what is complete, what is new, what was asked for already."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from orchestration.contracts import load_extracts
from orchestration.deliveries.arrivals import Arrival, Memory, look_for_arrivals
from orchestration.deliveries.settled import settle
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import LARGEST_DIGESTED, land_extract
from orchestration.publications.outdated import changed_since
from tests.unit.published_months import publish

MONTHS = [Month("2023-07"), Month("2023-08")]
WATER, DEATHS = "water__drinking_water", "civil_affairs__death_register"


class Watch:
    """Looks every 40 seconds at an installation; two looks have to be 30 seconds apart."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.memory, self.now = installation, Memory(), 0.0

    def look(self) -> list[Arrival]:
        self.now += 40
        found, memory = look_for_arrivals(self.installation, MONTHS, self.memory, self.now, 30)
        # what is remembered goes through the cursor of a sensor
        self.memory = Memory.from_text(memory.as_text())
        assert self.memory == memory
        return found

    def land(self, arrival: Arrival) -> None:
        for extract in arrival.extracts:
            land_extract(self.installation, load_extracts()[extract], arrival.month)


@pytest.fixture()
def watch(tmp_path: Path) -> Watch:
    return Watch(Installation.at(tmp_path / "raw", tmp_path / "marts"))


def deliver(watch: Watch, place: str, content: bytes, minutes_ago: float = 5) -> Path:
    path = watch.installation.raw / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    then = path.stat().st_mtime - minutes_ago * 60
    os.utime(path, (then, then))
    return path


def test_a_new_file_is_asked_for_once_two_looks_found_the_same(watch: Watch) -> None:
    deliver(watch, "2023-08/water/drinking_water.csv", b"a")
    assert watch.look() == [] and len(watch.memory.seen) == 1
    (arrival,) = watch.look()
    assert (arrival.month, arrival.extracts) == ("2023-08", (WATER,))
    assert list(arrival.files[WATER]) == ["water/drinking_water.csv"]
    assert arrival.run_key.startswith("2023-08-")
    # it is not landed yet and not asked for again
    assert watch.look() == watch.look() == []
    watch.land(arrival)
    assert watch.look() == []


def test_a_file_too_large_for_a_digest_does_not_keep_the_others_from_being_landed(watch: Watch) -> None:
    huge = deliver(watch, "2023-08/water/drinking_water__1.csv", b"")
    deliver(watch, "2023-08/water/drinking_water__2.csv", b"a")
    os.truncate(huge, LARGEST_DIGESTED + 1)
    os.utime(huge, (1, 1))
    watch.look()
    (arrival,) = watch.look()
    assert arrival.files[WATER]["water/drinking_water__1.csv"] == ""
    watch.land(arrival)
    os.utime(huge, (2, 2))
    assert watch.look() == watch.look() == []


def test_looks_too_close_to_each_other_prove_nothing(watch: Watch) -> None:
    deliver(watch, "2023-08/water/drinking_water.csv", b"a")
    found, memory = look_for_arrivals(watch.installation, MONTHS, Memory(), 100, 30)
    found, memory = look_for_arrivals(watch.installation, MONTHS, memory, 110, 30)
    assert found == []
    assert len(look_for_arrivals(watch.installation, MONTHS, memory, 131, 30)[0]) == 1


def test_a_file_that_grows_waits_and_holds_up_no_other(watch: Watch) -> None:
    deliver(watch, "2023-08/water/drinking_water.csv", b"a")
    deliver(watch, "2023-08/civil_affairs/death_register.csv", b"a")
    watch.look()
    deliver(watch, "2023-08/water/drinking_water.csv", b"ab", 4)
    (first,) = watch.look()
    assert first.extracts == (DEATHS,)
    (second,) = watch.look()
    assert WATER in second.extracts


@pytest.mark.parametrize("name", ["~$drinking_water.xlsx", ".drinking_water.xlsx", "drinking_water.tmp", "其他.xlsx"])
def test_what_nobody_delivered_is_not_seen(watch: Watch, name: str) -> None:
    deliver(watch, f"2023-08/water/{name}", b"a")
    assert watch.look() == watch.look() == []
    assert watch.memory.seen == {}


@pytest.mark.parametrize("name", ["drinking_water.xlsx.part", "drinking_water.xlsx.tmp", "drinking_water.csv.crdownload"])
def test_an_unfinished_copy_waits_until_it_has_its_name(watch: Watch, name: str) -> None:
    unfinished = deliver(watch, f"2023-08/water/{name}", b"a")
    assert watch.look() == watch.look() == watch.look() == []
    unfinished.rename(unfinished.with_suffix(""))
    assert watch.look() == []
    assert [arrival.extracts for arrival in watch.look()] == [(WATER,)]


def landed(watch: Watch, place: str = "2023-08/water/drinking_water.csv") -> Path:
    path = deliver(watch, place, b"a")
    watch.look()
    for arrival in watch.look():
        watch.land(arrival)
    assert watch.look() == []
    return path


def test_a_touched_file_with_the_same_content_is_not_asked_for(watch: Watch) -> None:
    path = landed(watch)
    os.utime(path)
    assert watch.look() == watch.look() == []
    assert watch.memory.seen == {}


def test_a_changed_and_a_removed_file_are_asked_for(watch: Watch) -> None:
    path = landed(watch)
    path.write_bytes(b"b")
    assert watch.look() == []
    (changed,) = watch.look()
    watch.land(changed)
    path.unlink()
    assert watch.look() == []
    (removed,) = watch.look()
    assert removed.files == {WATER: {}} and removed.digest != changed.digest


def test_a_state_that_comes_back_has_its_key_again(watch: Watch) -> None:
    deliver(watch, "2023-08/water/drinking_water.csv", b"a")
    watch.look()
    (first,) = watch.look()
    watch.memory = Memory()  # the cursor was lost
    watch.look()
    (again,) = watch.look()
    assert again.run_key == first.run_key


def test_of_an_earlier_month_everything_is_landed_so_that_it_can_be_settled(watch: Watch) -> None:
    deliver(watch, "2023-07/water/drinking_water.csv", b"a")
    watch.look()
    (arrival,) = watch.look()
    assert (arrival.month, set(arrival.extracts)) == ("2023-07", set(load_extracts()))
    watch.land(arrival)
    # landed, but the run ended before it was settled
    (unsettled,) = watch.look()
    assert unsettled.month == "2023-07" and unsettled.files == {}
    settle(watch.installation, [Month("2023-07")])
    assert watch.look() == watch.look() == []


def test_months_that_cannot_be_run_are_left_alone(watch: Watch) -> None:
    deliver(watch, "2019-01/water/drinking_water.csv", b"a")
    deliver(watch, "旧/water/drinking_water.csv", b"a")
    assert watch.look() == watch.look() == []


def test_a_memory_that_cannot_be_read_is_none() -> None:
    assert Memory.from_text("{") == Memory.from_text('{"x": 1}') == Memory.from_text(None) == Memory()


def test_what_changed_since_a_publication_is_counted_by_file(tmp_path: Path) -> None:
    files = {"water/drinking_water__1.csv": "s1", "water/drinking_water__2.csv": "s2", "water/drinking_water__3.csv": "s3"}
    publication = publish(tmp_path, "2023-08", {WATER: files})
    arrival = Arrival(Month("2023-08"), (WATER,), "d", {WATER: files})
    assert changed_since(publication, arrival) == {}
    now = {"water/drinking_water__1.csv": "s1", "water/drinking_water__2.csv": "other", "water/drinking_water__4.csv": "s4"}
    assert changed_since(publication, dataclasses.replace(arrival, files={WATER: now})) == {WATER: 3}
