"""Reading a YAML file of ``config/`` so that a slip in it is refused with its place, never ignored."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import RESOURCES


class Model(BaseModel):
    """A record that refuses unknown keys and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T", bound=Model)


# The loader in C where PyYAML was built with it: it is ten times as fast.
_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_SafeLoader):  # type: ignore[misc, valid-type]
    """A safe loader that refuses a key written twice; PyYAML would silently keep the last."""


def _construct_unique_mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise ConfigError(f"line {key_node.start_mark.line + 1}: the key {key!r} is written twice; keep one of them")
        seen.add(key)
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return mapping


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_unique_mapping)
# A month such as 2023-07 and a flag such as 是 stay text; only numbers, null and true/false keep a type.
_UniqueKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def shown(path: Path) -> str:
    """Return a path as a person finds it: what belongs to the program is named as in its checkout."""
    return str(path.relative_to(RESOURCES)) if path.is_relative_to(RESOURCES) else str(path)


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file; raise ``ConfigError`` with file and line where it cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as error:
        raise ConfigError(f"{shown(path)}: not readable as YAML: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{shown(path)}: {error}") from error


def parse(model: type[T], content: Any, path: Path) -> T:
    """Return ``content`` as ``model``; raise ``ConfigError`` that lists everything wrong with it."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error


def describe(error: ValidationError, path: Path) -> list[str]:
    """Return one line per problem that pydantic found in a file."""
    return [
        f"{shown(path)}: {'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
        for problem in error.errors()
    ]


def load_each(model: type[T], folder: Path) -> list[tuple[Path, T]]:
    """Return every ``*.yml`` below a folder as ``model``, in the order of the paths; report all bad files at once."""
    loaded, problems = [], []
    for path in sorted(folder.rglob("*.yml")):
        try:
            loaded.append((path, parse(model, read_yaml(path), path)))
        except ConfigError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError("\n".join(problems))
    return loaded
