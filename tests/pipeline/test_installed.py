"""A wheel runs by itself: outside a checkout, from a folder that it may not write, in a folder where there is nothing yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

SOURCES = ("orchestration", "expectations", "config", "dbt_project", "deploy", "requirements")
FACTS = ("pyproject.toml", "setup.py", "README.md")
SHIPPED = ("config", "dbt_project", "deploy", "requirements")
# Made on the spot, or for those who change the program.
NOT_SHIPPED = (
    "dbt_project/target",
    "dbt_project/logs",
    "expectations/examples",
    "requirements/development.txt",
    "requirements/README.md",
    "requirements/packages.yml",
)

Fangfanpin = Callable[..., str]

pytestmark = pytest.mark.pipeline


def pip(*arguments: object) -> None:
    quiet = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*quiet, *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of what stands here; built from a copy, because a build leaves files of its own beside its sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copytree(
            REPOSITORY / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__", "target", "logs")
        )
    for name in FACTS:
        shutil.copy(REPOSITORY / name, folder / "source")
    pip("wheel", folder / "source", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", folder, wheel)
    return folder


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def fangfanpin(installed: Path, elsewhere: Path) -> Fangfanpin:
    """Runs the installed command in the empty folder and returns what it printed; other Python of the test is its libraries."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FANGFANPIN_")}
    environment = {
        **ours,
        "PYTHONPATH": str(installed),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(elsewhere.parent / "cache"),
    }

    def run(*arguments: object) -> str:
        command = [sys.executable, "-m", "orchestration.command_line", *map(str, arguments)]
        done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_a_wheel_has_every_file_of_the_checkout_that_is_read(wheel: Path) -> None:
    there = set(zipfile.ZipFile(wheel).namelist())
    files = [path for name in SOURCES for path in (REPOSITORY / name).rglob("*") if path.is_file()]
    names = [path.relative_to(REPOSITORY).as_posix() for path in files]
    wanted = [
        name for name in names if not name.startswith(NOT_SHIPPED) and not {"__pycache__", ".user.yml"} & {*Path(name).parts}
    ]
    assert [
        name for name in wanted if (f"orchestration/_shipped/{name}" if name.startswith(SHIPPED) else name) not in there
    ] == []
    assert {name.split("/")[0] for name in there if ".dist-info/" not in name} == {"orchestration", "expectations"}


def test_an_installed_program_runs_a_month_and_writes_nothing_beside_itself(
    installed: Path, elsewhere: Path, fangfanpin: Fangfanpin
) -> None:
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*")}
    fangfanpin("templates", "--out", "templates")
    fangfanpin("synthesize", "--out", "data/raw", "--households", 12, "--from", "2023-06", "--to", "2023-07")
    told = fangfanpin("run", "--month", "2023-07")
    published = elsewhere / "data" / "marts" / "2023-07" / "v01"
    assert str(published) in told and (published / "manifest.json").exists()
    assert (elsewhere / "templates" / "water" / "drinking_water.xlsx").exists()
    assert "故障 0 项" in fangfanpin("doctor")
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*")} == before


def test_it_is_the_installed_program_that_ran(installed: Path, elsewhere: Path) -> None:
    code = "import orchestration, expectations; print(orchestration.__file__, expectations.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=elsewhere, env=environment, capture_output=True, text=True, check=True
    )
    assert all(Path(place).is_relative_to(installed) for place in done.stdout.split())
