"""Which version of a month is in force, and what withdrawing one does."""

from __future__ import annotations

import json
from collections.abc import Callable

import duckdb
import pytest

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications import (
    Publication,
    PublishingError,
    latest_publications,
    month_versions,
    refresh_current,
    roll_back,
    undo_rollback,
)
from orchestration.publications.withdrawal import WITHDRAWALS
from tests.unit.publishing_samples import MONTH, bytes_of, household

Publish = Callable[..., Publication]
TWO = {"warning_list": [household(1), household(2)]}
THREE = {"warning_list": [household(1), household(2), household(3)]}


def shown(installation: Installation) -> list[tuple[str, int, int]]:
    """Return what the analysts' database shows: month, version, rows of the warning list."""
    query = """
        select strftime(month, '%Y-%m'), version, (select count(*) from marts.warning_list w where w.month = p.month)
        from marts.publications p order by 1
    """
    with duckdb.connect(str(installation.current), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_version_that_knows_most_is_in_force_whatever_was_published_last(
    installation: Installation, publish: Publish
) -> None:
    publish()
    publish(TWO, knowledge=Month("2023-09"))
    later = publish(THREE)
    refresh_current(installation)
    assert (later.version, later.is_new) == (3, True)
    assert shown(installation) == [(MONTH, 2, 2)]
    assert latest_publications(installation.marts)[MONTH].knowledge_month == "2023-09"


def test_what_was_known_then_is_not_published_again_beside_a_restatement(installation: Installation, publish: Publish) -> None:
    first = publish()
    publish(TWO, knowledge=Month("2023-09"))
    again = publish()
    assert (again.version, again.is_new, again.withdrawn) == (first.version, False, None)
    assert not publish(TWO, knowledge=Month("2023-09")).is_new
    assert len(month_versions(installation.marts, MONTH)) == 2


def test_each_version_says_which_one_it_takes_the_place_of(publish: Publish) -> None:
    assert publish().restates is None
    assert publish(TWO, knowledge=Month("2023-09")).restates == 1
    # one with less knowledge takes the place of what was known then, never of a restatement
    assert publish(THREE).restates == 1
    assert publish(THREE, knowledge=Month("2023-10")).restates == 2


def test_a_withdrawn_version_leaves_the_database_and_no_file_of_it_changes(
    installation: Installation, publish: Publish
) -> None:
    publish()
    second = publish(TWO)
    files = bytes_of(installation.marts / MONTH, "v*/**/*.*")
    done = roll_back(installation, MONTH, "王", "收入有误")
    assert (done.publication.version, done.in_force.version if done.in_force else None) == (2, 1)
    assert shown(installation) == [(MONTH, 1, 1)]
    assert bytes_of(installation.marts / MONTH, "v*/**/*.*") == files
    (entry,) = json.loads((installation.marts / MONTH / WITHDRAWALS).read_text(encoding="utf-8"))
    assert (entry["version"], entry["by"], entry["reason"], entry["undone_at"]) == (second.version, "王", "收入有误", None)


def test_a_month_without_a_version_left_disappears(installation: Installation, publish: Publish) -> None:
    publish(month="2023-06")
    publish()
    assert roll_back(installation, MONTH, "王", "有误").in_force is None
    assert shown(installation) == [("2023-06", 1, 1)]
    with pytest.raises(PublishingError, match="1 版都已撤回"):
        roll_back(installation, MONTH, "王", "有误")


@pytest.mark.parametrize("knowledge", [MONTH, "2023-10"])
def test_withdrawn_content_does_not_come_back_by_a_run_until_that_is_undone(
    installation: Installation, publish: Publish, knowledge: str
) -> None:
    publish()
    publish(TWO, knowledge=Month("2023-09"))
    roll_back(installation, MONTH, "王", "有误")
    again = publish(TWO, knowledge=knowledge)
    assert not again.is_new
    assert again.withdrawn and (again.version, again.withdrawn.reason) == (2, "有误")
    assert len(month_versions(installation.marts, MONTH)) == 2
    assert undo_rollback(installation, MONTH, "李", "核实无误").publication.version == 2
    assert shown(installation) == [(MONTH, 2, 2)]
    (entry,) = json.loads((installation.marts / MONTH / WITHDRAWALS).read_text(encoding="utf-8"))
    assert (entry["reason"], entry["undone_by"], entry["undone_reason"]) == ("有误", "李", "核实无误")


def test_other_content_than_the_withdrawn_is_published_in_the_place_of_what_is_left(
    installation: Installation, publish: Publish
) -> None:
    publish()
    publish(TWO)
    roll_back(installation, MONTH, "王", "有误")
    third = publish(THREE)
    assert (third.version, third.is_new, third.restates) == (3, True, 1)
    assert latest_publications(installation.marts)[MONTH].version == 3


IMPOSSIBLE = [(MONTH, "王", " "), (MONTH, "", "有误"), (Month("2023-06"), "王", "有误"), ("x", "王", "有误")]


@pytest.mark.parametrize("act", [roll_back, undo_rollback])
def test_what_cannot_be_withdrawn_or_put_back_is_refused_and_changes_nothing(
    installation: Installation, publish: Publish, act: Callable[..., object]
) -> None:
    publish()
    if act is undo_rollback:
        with pytest.raises(PublishingError, match="没有撤回的版本"):
            act(installation, MONTH, "王", "有误")
    for arguments in IMPOSSIBLE:
        with pytest.raises(PublishingError):
            act(installation, *arguments)
    assert {path.name for path in (installation.marts / MONTH).iterdir()} == {".lock", "v01"}
    assert not (installation.marts / "2023-06").exists() and not installation.current.exists()


def test_withdrawals_that_cannot_be_read_are_never_taken_for_none(installation: Installation, publish: Publish) -> None:
    publish()
    (installation.marts / MONTH / WITHDRAWALS).write_text("[{", encoding="utf-8")
    with pytest.raises(PublishingError, match=r"withdrawn\.json"):
        latest_publications(installation.marts)
    with pytest.raises(PublishingError, match=r"withdrawn\.json"):
        publish(TWO)
