"""Code lists: the values a coded column may hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from orchestration.contracts.yaml_file import Model, parse, read_yaml, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import CONFIG


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


@cache
def load_code_lists(path: Path = CONFIG / "code_lists.yml") -> dict[str, CodeList]:
    """Return the code lists by name; raise ``ConfigError`` where a spelling stands for two values."""
    lists, problems = {}, []
    for name, values in read_yaml(path).items():
        as_records = [value if isinstance(value, dict) else {"value": value} for value in values]
        code_list = parse(CodeList, {"name": name, "values": as_records}, path)
        spellings = [spelling for code in code_list.values for spelling in (code.value, *code.aliases)]
        twice = sorted({spelling for spelling in spellings if spellings.count(spelling) > 1})
        if twice:
            problems.append(f"{shown(path)}: {name}: written twice: {', '.join(twice)}")
        lists[name] = code_list
    if problems:
        raise ConfigError("\n".join(problems))
    return lists
