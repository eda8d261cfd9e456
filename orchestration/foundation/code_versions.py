"""What computes what: for each thing that is computed, one digest of the code, the facts and the libraries it comes out of.

Code is named by whole rooms (packages), facts by the entries of ``config/``. Nothing can be missed in silence: an entry of
``config/`` that is not assigned and a room that does not exist are refused, and a test holds the rooms against the imports.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from orchestration.foundation.overlay import kept_by_overlay, overlay_in_force
from orchestration.foundation.paths import CONFIG, DBT_PROJECT, REPOSITORY

_DISTRIBUTION = "fangfanpin"

# What landed rows come out of, beside the contract of their extract and its code lists.
LANDING_ROOMS = ("orchestration/foundation", "orchestration/contracts", "orchestration/landing")
# What the findings of a month come out of, beside its deliveries, the values of parameters and the dbt project.
FINDING_ROOMS = (
    *LANDING_ROOMS,
    "orchestration/adapters",
    "orchestration/deliveries",
    "orchestration/warehouse",
    "expectations",
)
PUBLICATION_ROOMS = ("orchestration", "expectations")
EXAMPLES = "expectations/examples"
_LIBRARIES = {
    "dbt": ("dbt-core", "dbt-duckdb"),
    "landing": ("pyarrow", "python-calamine", "xlrd"),
    "publication": (
        "altair",
        "dbt-core",
        "dbt-duckdb",
        "duckdb",
        "great-expectations",
        "pyarrow",
        "splink",
        "vl-convert-python",
        "xlsxwriter",
    ),
}
_CODE = frozenset({".py", ".html", ".css", ".js", ".j2", ".sql", ".yml", ".csv", ".json"})

# Each entry of config/: whether rows rest on it, on its value in a month, only what is shown, or nothing of a publication.
COMPUTED, BY_MONTH, SHOWN, OPERATED = "computed", "by month", "shown", "operated"
FACTS = {
    "character_sounds.csv": COMPUTED,
    "cjk_radicals.csv": COMPUTED,
    "code_lists.yml": COMPUTED,
    "contracts": COMPUTED,
    "county.yml": COMPUTED,
    "evidence.yml": COMPUTED,
    "holidays.yml": COMPUTED,
    "linkage_model.json": COMPUTED,
    "parameters": BY_MONTH,
    "analyst_edition.yml": SHOWN,
    "check_words.yml": SHOWN,
    "database_tables": SHOWN,
    "example_queries.yml": SHOWN,
    "fields.yml": SHOWN,
    "figure_rows.yml": SHOWN,
    "policy_applications.yml": SHOWN,
    "marts": SHOWN,
    "publication_lists": SHOWN,
    "reading_notes.yml": SHOWN,
    "restatement.yml": SHOWN,
    "town_edition.yml": OPERATED,
    "value_labels.yml": SHOWN,
    "sheets.yml": SHOWN,
    "town_outlines.geojson": SHOWN,
    "dagster.postgres.yaml": OPERATED,
    "dagster.sqlite.yaml": OPERATED,
    "dagster.yaml": OPERATED,
    "demo.yml": OPERATED,
    "upkeep.yml": OPERATED,
}


@cache
def landing_code() -> str:
    """Return a digest of what turns a delivered file into landed rows, but for the contract of its extract."""
    return _digest(_files(LANDING_ROOMS), _LIBRARIES["landing"])


@kept_by_overlay
def findings_code_and_facts() -> str:
    """Return a digest of what the findings of a month come out of, but for deliveries and the values of parameters."""
    paths, own = [*_files(FINDING_ROOMS), *_facts(COMPUTED)], _own_facts(COMPUTED)
    return _digest(paths, _LIBRARIES["publication"], dbt_project(), own)


@kept_by_overlay
def publication_code_and_facts() -> str:
    """Return a digest of what a publication comes out of, but for deliveries: code, facts, libraries, the dbt project."""
    # examples of rules stand in the handbook that is published, and are no part of what finds
    code = [*_files(PUBLICATION_ROOMS), *(REPOSITORY / EXAMPLES).rglob("*.yml")]
    paths, own = [*code, *_facts(COMPUTED, BY_MONTH, SHOWN)], _own_facts(COMPUTED, BY_MONTH, SHOWN)
    return _digest(paths, _LIBRARIES["publication"], dbt_project(), own)


@cache
def dbt_project() -> str:
    """Return a digest of everything that parsing the dbt project depends on; what is parsed is dbt's own form of it."""
    files = (path for path in DBT_PROJECT.rglob("*") if path.is_file())
    own = (
        path
        for path in files
        if path.relative_to(DBT_PROJECT).parts[0] not in ("target", "logs") and not path.name.startswith(".")
    )
    return _digest(own, _LIBRARIES["dbt"])


def code_version() -> str:
    """Return the package version, the git commit (``.dirty``: uncommitted changes) in a checkout, and a sign of the overlay.

    A publication with another sign was computed with other facts of the county (``<version>+g<commit>.cfg<digits>``).
    """
    parts = [part for part in (_commit(), _sign_of_overlay()) if part]
    return "+".join(filter(None, [_package_version(), ".".join(parts)]))


def _sign_of_overlay() -> str:
    own = _own_facts(COMPUTED, BY_MONTH, SHOWN)
    return f"cfg{hashlib.sha256(own.encode()).hexdigest()[:8]}" if own else ""


def _package_version() -> str:
    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "0"


def _commit() -> str:
    commit = _git("rev-parse", "--short=12", "HEAD")
    if commit is None:
        return ""
    return f"g{commit}" + (".dirty" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _files(rooms: Iterable[str]) -> Iterator[Path]:
    for room in rooms:
        folder = REPOSITORY / room
        if not folder.is_dir():
            raise FileNotFoundError(f"{room} is named in code_versions and does not exist")
        # what examples say is about rules, it is no part of them
        yield from (path for path in folder.rglob("*") if path.suffix in _CODE and "examples" not in path.parts)


def _facts(*uses: str) -> Iterator[Path]:
    for entry in CONFIG.iterdir():
        if entry.name not in FACTS:
            raise KeyError(f"config/{entry.name} is assigned to nothing in code_versions.FACTS")
        if FACTS[entry.name] in uses:
            yield from (path for path in (entry.rglob("*") if entry.is_dir() else [entry]) if path.is_file())


def _own_facts(*uses: str) -> str:
    """Return what the overlay says that is of some use; empty where it says nothing of the kind."""
    overlay = overlay_in_force()
    own = overlay.says_of([entry for entry, use in FACTS.items() if use in uses]) if overlay else "{}"
    return "" if own == "{}" else own


def _digest(paths: Iterable[Path], libraries: Iterable[str] = (), *more: str) -> str:
    digest = hashlib.sha256("\n".join((*more, *(f"{name} {metadata.version(name)}" for name in libraries))).encode())
    for path in sorted(paths):
        digest.update(path.relative_to(REPOSITORY).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _git(*arguments: str) -> str | None:
    program = shutil.which("git")
    if program is None or not (REPOSITORY / ".git").exists():
        return None
    try:
        done = subprocess.run(  # noqa: S603  fixed arguments
            [program, "-C", str(REPOSITORY), *arguments], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
