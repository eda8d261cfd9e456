"""Arguments of the command in Chinese: usage, help and errors, and what a mistyped word was probably meant to be.

What belongs here: how any command is described and how it refuses. What does not: which commands there are (``commands``).
Nothing heavy is imported: a mistyped option and ``--help`` are answered at once.
"""

from __future__ import annotations

import argparse
import difflib
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

_WIDEST = 100
_NAMES_WIDTH = 22
_VALUES: Mapping[Any, str] = {Path: "文件夹", int: "数"}
# Signs that do not begin a line.
_CLOSING = "，。；：、！？）》”’…"
_WORDS = re.compile(rf"(?:[!-~]+|.)[{_CLOSING}]*")
# What argparse says, and how it is said here; the first that fits counts.
_REFUSALS: Sequence[tuple[str, str]] = (
    (r"argument (?P<name>.+?): expected one argument", "{name} 后面要写一个值"),
    (r"argument (?P<name>.+?): expected at least one argument", "{name} 后面至少要写一个值"),
    (r"argument (?P<name>.+?): expected (?P<count>\d+) arguments?", "{name} 后面要写 {count} 个值"),
    (r"argument (?P<name>.+?): ignored explicit argument '?(?P<value>.*?)'?", "{name} 后面不写值（写了 {value}）"),
    (r"argument (?P<name>.+?): invalid int value: '(?P<value>.*)'", "{name}：{value} 不是整数"),
    (r"argument (?P<name>.+?): not allowed with argument (?P<value>.+)", "{name} 和 {value} 不能同时使用"),
    (r"one of the arguments (?P<names>.+) is required", "{names} 要写一个"),
    (r"ambiguous option: (?P<name>.+?) could match (?P<names>.+)", "{name} 可以是 {names}；请写完整"),
    (r"argument (?P<name>.+?): (?P<said>.*)", "{name}：{said}"),
)
_CHOICE = re.compile(r"argument (?P<name>.+?): invalid choice: '?(?P<value>.*?)'? \(choose from (?P<choices>.*)\)")
_REQUIRED = re.compile(r"the following arguments are required: (?P<names>.*)")
_UNKNOWN = re.compile(r"unrecognized arguments: (?P<given>.*)")


class Parser(argparse.ArgumentParser):
    """A parser that speaks Chinese, and takes no argument that it does not know."""

    def __init__(self, **named: Any) -> None:
        self._shown: list[argparse.Action] = []
        self._commands: argparse._SubParsersAction[argparse.ArgumentParser] | None = None
        self._given: Sequence[str] = ()
        super().__init__(**{**named, "add_help": False})
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def add_argument(self, *names: Any, **named: Any) -> argparse.Action:
        """Add an argument; what stands for its value in help follows from its type unless ``metavar`` says it."""
        if "action" not in named and "choices" not in named and named.get("type") in _VALUES:
            named.setdefault("metavar", _VALUES[named["type"]])
        action = super().add_argument(*names, **named)
        self._shown.append(action)
        return action

    def add_subparsers(self, **named: Any) -> Any:
        """Add the place of a command; its commands are listed with their descriptions."""
        self._commands = super().add_subparsers(**named)
        return self._commands

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; refuse what is not known here, where its neighbours are known, and not in the parser above."""
        self._given = sys.argv[1:] if args is None else list(args)
        parsed, unknown = super().parse_known_args(self._given, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return parsed, unknown

    def error(self, message: str) -> NoReturn:
        """Say in Chinese what is wrong with the arguments, and end with 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：{self._in_chinese(message)}\n")

    def format_usage(self) -> str:
        """Return the line of usage."""
        parts = [self.prog, *(_in_usage(action) for action in self._shown if action.option_strings)]
        parts += [_in_usage(action) for action in self._shown if not action.option_strings]
        if self._commands is not None:
            parts += [str(self._commands.metavar), "……"]
        first, *others = _wrapped(parts, _columns() - 6)
        return "\n".join([f"用法：{first}", *(f"      {line}" for line in others)]) + "\n"

    def format_help(self) -> str:
        """Return usage, what the command does, its commands or arguments, and its options."""
        commands = {} if self._commands is None else self._commands.choices
        parts = {
            "命令": [(name, command.description or "") for name, command in commands.items()],
            "参数": [(_name(action), action.help or "") for action in self._shown if not action.option_strings],
            "选项": [(_name(action), action.help or "") for action in self._shown if action.option_strings],
        }
        said = [self.format_usage()]
        if self.description:
            said.append("".join(f"{line}\n" for line in wrapped(self.description, _columns())))
        said += ["".join([f"{heading}：\n", *map(_entry, entries)]) for heading, entries in parts.items() if entries]
        return "\n".join(said)

    def _in_chinese(self, message: str) -> str:
        options = [name for action in self._shown for name in action.option_strings]
        if found := _REQUIRED.fullmatch(message):
            mistyped = [word.partition("=")[0] for word in self._given if word.startswith("--")]
            unknown = [word for word in mistyped if not any(option.startswith(word) for option in options)]
            return "；".join([f"缺少 {found['names'].replace(', ', '、')}", *_meant(unknown, options)])
        if found := _UNKNOWN.fullmatch(message):
            given = found["given"].split(" ")
            unknown = [word.partition("=")[0] for word in given if word.startswith("-")] or given
            hint = "" if _meant(unknown, options) else "（--help 列出全部选项）"
            return "；".join([f"不认识 {'、'.join(unknown)}{hint}", *_meant(unknown, options)])
        if found := _CHOICE.fullmatch(message):
            choices = [choice.strip("'") for choice in found["choices"].split(", ")]
            meant = _meant([found["value"]], choices)
            return "；".join([f"{found['name']}：没有 {found['value']}", *(meant or [f"可以写 {'、'.join(choices)}"])])
        for pattern, text in _REFUSALS:
            if found := re.fullmatch(pattern, message):
                return text.format(**{name: value.replace(", ", "、") for name, value in found.groupdict().items()})
        return message


def _meant(words: Iterable[str], known: Sequence[str]) -> list[str]:
    """Return for each word what it was probably meant to be, as a question; nothing for a word that is like no other."""
    found = ((word, difflib.get_close_matches(word, known, n=1)) for word in words)
    return [f"{word} 是不是要写 {close[0]}？" for word, close in found if close]


def _name(action: argparse.Action) -> str:
    value = _value(action)
    return ", ".join(f"{name} {value}".rstrip() for name in action.option_strings) or value


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.metavar is None and action.choices is not None:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest)


def _in_usage(action: argparse.Action) -> str:
    if not action.option_strings:
        return _value(action)
    text = f"{action.option_strings[0]} {_value(action)}".rstrip()
    return text if action.required else f"[{text}]"


def _entry(entry: tuple[str, str]) -> str:
    name, said = entry
    first, *others = wrapped(said, max(_columns() - _NAMES_WIDTH - 4, 20)) or [""]
    space = " " * (_NAMES_WIDTH + 4)
    begin = f"  {padded(name, _NAMES_WIDTH)}  " if width(name) <= _NAMES_WIDTH else f"  {name}\n{space}"
    return "".join(f"{line}\n".replace(" \n", "\n") for line in [f"{begin}{first}", *(f"{space}{line}" for line in others)])


def _columns() -> int:
    return min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, columns: int) -> str:
    """Return a text with the spaces behind it that make it as wide as a column."""
    return text + " " * max(columns - width(text), 0)


def wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of a text in Chinese, none wider than ``columns`` but for a word that is."""
    lines, line = list[str](), ""
    for word in _WORDS.findall(text):
        if line and width(line + word.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += word if line else word.lstrip()
    return [*lines, line] if line else lines


def _wrapped(parts: Sequence[str], columns: int) -> list[str]:
    lines = [parts[0]]
    for part in parts[1:]:
        if width(f"{lines[-1]} {part}") > columns:
            lines.append(part)
        else:
            lines[-1] += f" {part}"
    return lines


def refuse_unknown_town(options: argparse.Namespace) -> None:
    """End the program, saying which town may be meant, unless ``options.town`` is one that the county declares.

    Args:
        options: with ``town`` and the ``parser`` of the command.
    """
    from orchestration.contracts import load_county

    towns = [town.name for town in load_county().towns]
    if options.town not in towns:
        close = difflib.get_close_matches(options.town, towns, n=1)
        hint = f"是不是要写 {close[0]}？" if close else f"可以写 {'、'.join(towns)}"
        options.parser.error(f"没有镇街 {options.town}；{hint}")
