"""Reading a YAML file of ``config/``, or of what is laid over it, so that a slip is refused with its place, never ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.overlay import overlay_in_force
from orchestration.foundation.paths import RESOURCES


class Model(BaseModel):
    """A record that refuses unknown keys and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Changes(Model):
    """What an overlay may say of a record of ``config/``; ``COMPILED`` are keys of that record that it may not, and why."""

    COMPILED: ClassVar[tuple[frozenset[str], str]] = (frozenset(), "")

    @model_validator(mode="before")
    @classmethod
    def _refuse_compiled(cls, content: Any) -> Any:
        keys, reason = cls.COMPILED
        if isinstance(content, dict) and (written := sorted(keys & content.keys())):
            raise ValueError(f"{'、'.join(written)} {reason}")
        return content


T = TypeVar("T", bound=BaseModel)


# The loader in C where PyYAML was built with it: it is ten times as fast.
_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What pydantic says, by its kinds of errors; any other is told in its own words.
_WORDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "string_type": "应是文字；数字、日期请加引号",
    "string_pattern_mismatch": "写法不对",
    "string_too_short": "不能空着",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "int_from_float": "应是整数",
    "float_type": "应是数字",
    "float_parsing": "应是数字",
    "decimal_type": "应是数字",
    "decimal_parsing": "应是数字",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "date_type": "应是日期，如 2024-02-10",
    "date_parsing": "应是日期，如 2024-02-10",
    "date_from_datetime_parsing": "应是日期，如 2024-02-10",
    "literal_error": "只能是 {expected}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "至少要有一项",
    "list_type": "应是列表，每项以“- ”开头",
    "tuple_type": "应是列表，每项以“- ”开头，或写成 [甲, 乙]",
    "dict_type": "应是若干“项: 值”；冒号用英文半角，后面空一格",
    "model_type": "应是若干“项: 值”；冒号用英文半角，后面空一格",
    "value_error": "{error}",
}


class _UniqueKeyLoader(_SafeLoader):  # type: ignore[misc, valid-type]
    """A safe loader that refuses a key written twice; PyYAML would silently keep the last."""


def _construct_unique_mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise ConfigError(f"第 {key_node.start_mark.line + 1} 行：“{key}”写了两次，请只留一处")
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
    return _content(path.read_bytes(), path)


def own_place(name: str) -> Path | None:
    """Return the overlay's file that is laid over a file of ``config/`` (``county.yml``); None where there is none."""
    overlay = overlay_in_force()
    return overlay.folder / name if overlay and name in overlay.names else None


def read_own(name: str) -> Any:
    """Return what the overlay says over a file of ``config/``; None where it says nothing.

    Raises:
        ConfigError: the overlay's file is no YAML.
    """
    overlay, place = overlay_in_force(), own_place(name)
    return _content(overlay.content(name) or b"", place) if overlay and place else None


def _content(content: bytes, path: Path) -> Any:
    try:
        # Notepad puts a mark in front
        return yaml.load(content.decode("utf-8-sig"), Loader=_UniqueKeyLoader)  # noqa: S506  a SafeLoader
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown(path)}: 不是 UTF-8 编码；请用记事本另存，编码选 UTF-8") from error
    except (yaml.YAMLError, TypeError) as error:  # a list cannot be a key
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行附近" if mark else "内容"
        raise ConfigError(
            f"{shown(path)}: {where}不是 YAML（{getattr(error, 'problem', error)}）；"
            "缩进请用空格，不用 Tab；冒号用英文半角，后面空一格"
        ) from error
    except ConfigError as error:
        raise ConfigError(f"{shown(path)}: {error}") from error


def parse(model: type[T], content: Any, path: Path) -> T:
    """Return ``content`` as ``model``; raise ``ConfigError`` that lists everything wrong with it."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error


def parse_laid_over(model: type[T], path: Path, name: str) -> T:
    """Return a file of ``config/`` as ``model``, each key that the overlay's file of that name writes in place of its own."""
    content, place = read_yaml(path), own_place(name)
    if place is None or (own := read_own(name)) is None:
        return parse(model, content, path)
    return parse(model, {**content, **own} if isinstance(own, dict) else own, place)


def describe(error: ValidationError, path: Path) -> list[str]:
    """Return one line per problem that pydantic found in a file."""
    problems = error.errors()
    return [f"{shown(path)}: {_where(one)}{_said(one)}" for one in problems if not _follows(one, problems)]


def _follows(problem: Mapping[str, Any], problems: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a list is only too short because its entries are wrong, each of which is told."""
    place = problem["loc"]
    return problem["type"] == "too_short" and any(one["loc"][: len(place)] == place != one["loc"] for one in problems)


def _where(problem: Mapping[str, Any]) -> str:
    parts = [f"第 {part + 1} 项" if isinstance(part, int) else part for part in problem["loc"] if not _is_pydantics(part)]
    return f"{' '.join(parts)}：" if parts else ""


def _is_pydantics(part: int | str) -> bool:
    """Return whether a part of a place is no key but how pydantic calls one of several types (``literal['open']``)."""
    return isinstance(part, str) and "[" in part


def _said(problem: Mapping[str, Any]) -> str:
    words = _WORDS.get(problem["type"])
    return words.format(**problem.get("ctx", {})) if words else problem["msg"]


def load_each(model: type[T], folder: Path) -> list[tuple[Path, T]]:
    """Return every ``*.yml`` below a folder as ``model``, in the order of the paths; report all bad files at once."""
    loaded, problems = [], []
    for path in sorted(folder.rglob("*.yml")):
        try:
            loaded.append((path, parse(model, read_yaml(path), path)))
        except ConfigError as error:
            problems.append(str(error))
    raise_all(problems)
    return loaded


def raise_all(problems: Iterable[str]) -> None:
    """Raise one ``ConfigError`` of all problems, each told once; nothing where there is none."""
    if told := list(dict.fromkeys(line for problem in problems for line in problem.split("\n"))):
        raise ConfigError("\n".join(told))
