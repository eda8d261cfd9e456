"""The files of an installation, and which of them can be made anew from the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.foundation.paths import Installation


def rebuilt_files(installation: Installation) -> tuple[Path, ...]:
    """Return the files and folders that a run, or a restore, makes anew from what a backup holds."""
    return (
        installation.current,
        installation.current.with_name(f"{installation.current.name}.wal"),
        installation.current_record,
        installation.analysts,
        installation.analysts.with_name(f"{installation.analysts.name}.wal"),
        installation.analysts_dictionary,
        installation.analysts_record,
        installation.warehouse,
        installation.warehouse.with_name(f"{installation.warehouse.name}.wal"),
        installation.expectations,
        installation.reference,
        installation.dbt_target,
        installation.run_lock,
        installation.run_holder,
    )


def files_below(folder: Path, without: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Yield the files below a folder in a fixed order, not those in ``without`` or below them; links are not followed."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path in without or path.is_symlink():
            continue
        if path.is_dir():
            yield from files_below(path, without)
        elif path.is_file():
            yield path


def size_below(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in files_below(folder))
