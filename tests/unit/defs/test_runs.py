"""Starting runs: their months, one at a time, and standard error as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.defs.runs import RunError, months_between, only_run, streams_given_back
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation


def test_months_between_cross_the_year() -> None:
    assert months_between(Month("2022-11"), Month("2023-02")) == ["2022-11", "2022-12", "2023-01", "2023-02"]


def test_two_runs_of_one_installation_exclude_each_other(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    installation.state.mkdir(parents=True)
    with only_run(installation), pytest.raises(RunError, match="另一个运行"), only_run(installation):
        pass
    with only_run(installation):
        pass


def test_standard_error_is_given_back_whatever_became_of_it(tmp_path: Path) -> None:
    before = os.fstat(2)
    with (tmp_path / "captured").open("wb") as file, streams_given_back():
        os.dup2(file.fileno(), 2)
        assert os.fstat(2).st_ino != before.st_ino
    assert (os.fstat(2).st_dev, os.fstat(2).st_ino) == (before.st_dev, before.st_ino)
