"""Code lists: the values a coded column may hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import RootModel

from orchestration.contracts import county
from orchestration.contracts.county import load_county
from orchestration.contracts.yaml_file import Model, own_place, parse, raise_all, read_own, read_yaml, shown
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FILE = "code_lists.yml"
TOWN = "town"


class CodeValue(Model):
    """One value of a code list, with the other spellings under which deliveries bring it."""

    value: str
    aliases: tuple[str, ...] = ()


class CodeList(Model):
    """The values of one code list, in the order that rules refer to."""

    name: str
    values: tuple[CodeValue, ...]

    @property
    def spellings(self) -> dict[str, str]:
        """Every accepted spelling and the value it stands for."""
        return {spelling: code.value for code in self.values for spelling in (code.value, *code.aliases)}


class Spellings(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """An overlay's ``code_lists.yml``: further spellings, by code list and value."""


@kept_by_overlay
def load_code_lists(path: Path = CONFIG / FILE) -> dict[str, CodeList]:
    """Return the code lists by name, the towns of the county first.

    Raises:
        ConfigError: a spelling stands for two values, or an overlay names a value that there is not.
    """
    towns = [CodeValue(value=town.name, aliases=town.aliases) for town in load_county().towns]
    lists = {TOWN: CodeList(name=TOWN, values=tuple(towns))}
    for name, values in read_yaml(path).items():
        as_records = [value if isinstance(value, dict) else {"value": value} for value in values]
        lists[name] = parse(CodeList, {"name": name, "values": as_records}, path)
    place = own_place(FILE)
    if place and (own := read_own(FILE)) is not None:
        lists |= _with_spellings(lists, own, place)
    raise_all(
        f"{shown(place or path)}: {name}：“{spelling}”写了两次"
        for name, code_list in lists.items()
        for spelling in _twice([spelling for code in code_list.values for spelling in (code.value, *code.aliases)])
    )
    return lists


def _with_spellings(lists: dict[str, CodeList], own: Any, place: Path) -> dict[str, CodeList]:
    """Return the code lists that an overlay adds spellings to, with them."""
    changed, problems = {}, []
    for name, spellings in parse(Spellings, own, place).root.items():
        if name == TOWN or name not in lists:
            hint = f"乡镇的别名写在 {county.FILE}" if name == TOWN else "请检查拼写"
            problems.append(f"{shown(place)}: 没有代码表 {name}；{hint}")
            continue
        known = [code.value for code in lists[name].values]
        unknown = [value for value in spellings if value not in known]
        problems += [f"{shown(place)}: {name}：没有取值“{value}”，只能给已有的取值加别的写法" for value in unknown]
        values = tuple(_with_aliases(code, spellings.get(code.value, ())) for code in lists[name].values)
        changed[name] = lists[name].model_copy(update={"values": values})
    raise_all(problems)
    return changed


def _with_aliases(code: CodeValue, aliases: tuple[str, ...]) -> CodeValue:
    return code.model_copy(update={"aliases": (*code.aliases, *aliases)})


def _twice(texts: Sequence[str]) -> list[str]:
    return sorted({text for text in texts if texts.count(text) > 1})
