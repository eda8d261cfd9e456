"""The overlay: a folder with a county's own facts, laid over ``config/``. Which files it has, and what was in them.

What belongs here: reading the folder once, telling one state of it from another. What does not: what may stand in a file and
what it does (``contracts``). ``FANGFANPIN_CONFIG`` names the folder; ``--config`` sets it for a command and its children.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.settings import CONFIG_VARIABLE, settings

# For whoever looks after the folder; no fact of the county.
NOTES = frozenset({"README.md", "说明.md", "说明.txt"})

T = TypeVar("T")
_tried: ContextVar[Overlay | None] = ContextVar("tried", default=None)


@dataclass(frozen=True)
class Overlay:
    """The folder as it was when this process first asked for it: what is computed and what is said of it agree.

    Attributes:
        folder: where it is.
        files: content by path below the folder, in order; hidden files and notes are none of them.
    """

    folder: Path
    files: tuple[tuple[str, bytes], ...]

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The paths of its files below the folder."""
        return tuple(name for name, _ in self.files)

    def content(self, name: str) -> bytes | None:
        """Return what is in a file, None where there is none of that name."""
        return dict(self.files).get(name)

    def without(self, entry: str) -> Overlay:
        """Return the overlay without a file, or without a folder of files."""
        return Overlay(self.folder, tuple(file for file in self.files if file[0].split("/")[0] != entry))

    @functools.cached_property
    def saying(self) -> tuple[str, ...]:
        """The files in which something stands besides comments."""
        return tuple(name for name, content in self.files if _facts(content) is not None)

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of every file."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.files}

    def says_of(self, entries: Collection[str]) -> str:
        """Return what its files say of some entries of ``config/``: comments and layout are no part of it."""
        said = {name: _facts(content) for name, content in self.files if name.split("/")[0] in entries}
        return json.dumps({name: facts for name, facts in said.items() if facts is not None}, sort_keys=True)


def overlay_in_force() -> Overlay | None:
    """Return the overlay that the environment names, None where it names none; raise ``ConfigError`` where it is not there."""
    if (tried := _tried.get()) is not None:
        return tried
    folder = _folder_named(os.environ.get(CONFIG_VARIABLE))
    return _read(folder.absolute()) if folder else None


@lru_cache(maxsize=4)
def _folder_named(_variable: str | None) -> Path | None:
    """Return the folder that the variable names: asked ten thousand times a run, and the whole environment is long."""
    return settings().config


@contextmanager
def laid_over(folder: Path | None) -> Iterator[None]:
    """Have a folder in force, as it is now, for this process and those it starts; None: none, whatever the environment says."""
    before = os.environ.get(CONFIG_VARIABLE)
    _read.cache_clear()
    os.environ[CONFIG_VARIABLE] = str(folder.absolute()) if folder else ""
    try:
        yield
    finally:
        if before is None:
            del os.environ[CONFIG_VARIABLE]
        else:
            os.environ[CONFIG_VARIABLE] = before


@contextmanager
def tried_out(overlay: Overlay) -> Iterator[None]:
    """Have an overlay in force for what is called within: to see what is wrong in one file whatever is wrong in another."""
    token = _tried.set(overlay)
    try:
        yield
    finally:
        _tried.reset(token)


class KeptByOverlay(Generic[T]):
    """A function whose results are kept for each overlay apart."""

    def __init__(self, compute: Callable[..., T]) -> None:
        functools.update_wrapper(self, compute)
        self.__wrapped__ = compute
        self._kept = cache(lambda _overlay, *arguments: compute(*arguments))

    def __call__(self, *arguments: Any) -> T:
        """Return the result for the overlay in force."""
        return self._kept(overlay_in_force(), *arguments)

    def cache_clear(self) -> None:
        """Forget all results."""
        self._kept.cache_clear()


def kept_by_overlay(compute: Callable[..., T]) -> KeptByOverlay[T]:
    """Keep what a function returns, as ``functools.cache`` does, for each overlay apart."""
    return KeptByOverlay(compute)


@cache
def _read(folder: Path) -> Overlay:
    if not folder.is_dir():
        raise ConfigError(f"找不到县配置文件夹 {folder}；请检查 --config 或环境变量 {CONFIG_VARIABLE}")
    try:
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and _is_own(path.relative_to(folder))]
        return Overlay(folder, tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths))
    except OSError as error:
        raise ConfigError(f"读不出县配置文件夹 {folder}（{error.strerror}）；请检查其中文件的权限") from error


def _is_own(path: Path) -> bool:
    return not any(part.startswith(".") for part in path.parts) and path.as_posix() not in NOTES


def _facts(content: bytes) -> Any:
    """Return what a file says, as text whatever it means; None where it says nothing."""
    if content.lstrip().startswith(b"{"):  # JSON: reading outlines as YAML would take seconds
        return content.decode("utf-8", errors="replace")
    try:
        return yaml.load(content, Loader=yaml.BaseLoader)  # noqa: S506  makes nothing but texts, lists and mappings
    except yaml.YAMLError:
        return content.hex()
