"""A disk that forgets: what would be left of a folder if the power went off at any moment of what is being done.

Two disks are imagined that keep no more than they must. One keeps every name at once, and of a file's bytes only those that
were forced to it: a file that was renamed and not forced is there and empty. The other keeps neither names nor bytes that were
not forced. Unfinished files are left out, as nothing ever reads them.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.foundation.atomic_files import is_unfinished_file

# What changes names, or what is kept of them.
_MOMENTS = ("fsync", "rename", "replace", "link", "unlink", "rmdir")


class ForgetfulDisk:
    """Watches a folder and calls ``look`` with what would be left of it, at every moment at which that may differ."""

    def __init__(self, folder: Path, look: Callable[[Path], object], is_deaf: bool = False) -> None:
        """Begin with what is in the folder as safely kept; a deaf disk does not hear that it is to keep anything more."""
        self._folder, self._look, self._is_deaf = folder, look, is_deaf
        self._left = folder.with_name(f"{folder.name}-left")
        self._bytes: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._held: list[int] = []  # open files keep their numbers, which would be given to others
        for path in (folder, *folder.rglob("*")):
            self._keep(path)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Look at every moment from now on."""
        for name in _MOMENTS:
            patch.setattr(os, name, self._looking(name, getattr(os, name)))

    def look(self) -> None:
        """Look at what would be left now."""
        for rebuild in (self._keeping_names, self._keeping_only_what_was_forced):
            self._left.mkdir()
            rebuild()
            self._look(self._left)
            shutil.rmtree(self._left)

    def _looking(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any, **options: Any) -> Any:
            paths = [Path(f"/proc/self/fd/{arguments[0]}").readlink()] if name == "fsync" else list(map(Path, arguments))
            concerns = not self._left.exists() and any(self._is_seen(path) for path in paths)
            if concerns:
                self.look()
            done = function(*arguments, **options)
            if name == "fsync" and not self._is_deaf:
                self._keep(paths[0])
            if concerns:
                self.look()
            return done

        return act

    def _is_seen(self, path: Path) -> bool:
        """Return whether anybody may read what is there: not while it is unfinished."""
        if not path.is_relative_to(self._folder):
            return False
        return not any(is_unfinished_file(part) for part in (path, *path.parents) if part.is_relative_to(self._folder))

    def _keep(self, path: Path) -> None:
        if path != self._folder and not path.is_relative_to(self._folder):
            return
        self._held.append(os.open(path, os.O_RDONLY))
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            self._names[found.st_ino] = {child.name: child.stat().st_ino for child in path.iterdir()}
        else:
            self._bytes[found.st_ino] = path.read_bytes()

    def _keeping_names(self) -> None:
        for path in filter(self._is_seen, sorted(self._folder.rglob("*"))):
            target = self._left / path.relative_to(self._folder)
            if path.is_dir():
                target.mkdir()
            else:
                kept = self._bytes.get(path.stat().st_ino, b"")
                target.write_bytes(kept if kept == path.read_bytes() else b"")

    def _keeping_only_what_was_forced(self) -> None:
        self._rebuild(self._folder.stat().st_ino, self._left)

    def _rebuild(self, number: int, target: Path) -> None:
        for name, child in self._names.get(number, {}).items():
            if is_unfinished_file(Path(name)):
                continue
            if child in self._bytes:
                (target / name).write_bytes(self._bytes[child])
            else:  # a folder, or a file of which nothing was forced: as good as an empty one
                (target / name).mkdir()
                self._rebuild(child, target / name)

    def close(self) -> None:
        """Let go of the files."""
        for descriptor in self._held:
            os.close(descriptor)
