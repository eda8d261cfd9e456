"""A disk that fills up during a run and folders that cannot be written: one clear message, status 1, nothing half published.

The disks are small memory file systems, which only root may mount; elsewhere these tests are skipped, saying so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.pipeline.conftest import Run

pytestmark = pytest.mark.pipeline


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that mounts a memory file system of some size."""
    mounted: list[Path] = []

    def small(size: str) -> Path:
        folder = tmp_path / "disk"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
            pytest.skip("a small disk cannot be mounted here: that takes root")
        mounted.append(folder)
        return folder

    yield small
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)


def remount(disk: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", disk], check=True)


def fangfanpin(*arguments: object, **environment: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "orchestration.command_line", *map(str, arguments)]
    variables = {"PYTHONPATH": str(REPOSITORY), **{name: str(value) for name, value in environment.items()}}
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=REPOSITORY, env={**os.environ, **variables})


def published(marts: Path) -> list[str]:
    return sorted(path.relative_to(marts).as_posix() for path in marts.glob("2*/v*"))


@pytest.mark.parametrize("size", ["300k", "12m"])
def test_a_disk_that_fills_up_is_told_and_the_next_run_repairs(county: Path, mount: Callable[[str], Path], size: str) -> None:
    """The disk is full while Dagster opens its history; while files are landed and the work database grows."""
    disk = mount(size)
    command = ("run", "--month", "2023-07", "--raw", county, "--marts", disk / "marts")
    ended = fangfanpin(*command)
    assert ended.returncode == 1
    assert "磁盘空间不足" in ended.stderr and "请清理" in ended.stderr and str(disk) in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr
    assert published(disk / "marts") == []
    if size == "12m":  # the smaller one stopped before there was anything to go on from
        remount(disk, "size=500m")
        assert fangfanpin(*command).returncode == 0
        assert published(disk / "marts") == ["2023-07/v01"]


def test_a_disk_that_is_read_only_is_told(county_run: Run, mount: Callable[[str], Path]) -> None:
    disk = mount("500m")
    shutil.copytree(county_run.marts, disk / "marts")
    before = published(disk / "marts")
    remount(disk, "ro")
    folders = ("--raw", county_run.raw, "--marts", disk / "marts")
    for command in (["run", "--month", "2023-07"], ["tidy"], ["backup", "--to", disk / "backups"]):
        ended = fangfanpin(*command, *folders)
        assert ended.returncode == 1
        assert "不能写入" in ended.stderr or "只读" in ended.stderr, ended.stderr
        assert "Traceback" not in ended.stderr
    ended = fangfanpin("doctor", *folders)
    assert ended.returncode == 1 and "[故障] 发布文件夹：不能写入" in ended.stdout
    assert published(disk / "marts") == before


def test_a_publication_folder_that_is_read_only_is_told(county_run: Run, tmp_path: Path, mount: Callable[[str], Path]) -> None:
    """The state lies elsewhere and can be written, so the run gets as far as publishing."""
    disk = mount("100m")
    remount(disk, "ro")
    state = shutil.copytree(county_run.marts / ".state", tmp_path / "state")
    ended = fangfanpin("run", "--month", "2023-07", "--raw", county_run.raw, FANGFANPIN_MARTS=disk, FANGFANPIN_STATE=state)
    assert ended.returncode == 1
    assert "只读" in ended.stderr and str(disk) in ended.stderr and "Traceback" not in ended.stderr, ended.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; the read-only disks above are for it")
def test_a_folder_without_the_right_to_write_is_told(county: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    ended = fangfanpin("run", "--month", "2023-07", "--raw", county, "--marts", closed)
    assert ended.returncode == 1
    assert "不能写入" in ended.stderr and "权限" in ended.stderr
