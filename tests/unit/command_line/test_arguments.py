"""The words of the command: Chinese help and refusals, and what a mistyped one was meant to be."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from orchestration.command_line.arguments import width, wrapped
from orchestration.command_line.commands import main
from tests.conftest import REPOSITORY

# What argparse says by itself, in help and where it refuses.
ENGLISH = re.compile(
    r"usage|positional|optional|options|show this help|error:|required|invalid|unrecognized|choose from|expected|argument", re.I
)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out + captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], ["命令：没有 rnu", "是不是要写 run？"]),
        (["backfil", "--from", "2023-01"], ["backfil 是不是要写 backfill？"]),
        (["什么"], ["没有 什么", "可以写 demo、run、backfill"]),
        ([], ["缺少 命令"]),
        (["run"], ["缺少 --month"]),
        (["rollback"], ["缺少 --month、--reason"]),
        (["run", "--mouth", "2023-08"], ["缺少 --month", "--mouth 是不是要写 --month？"]),
        (["run", "--month", "2023-08", "--rwa", "raw"], ["不认识 --rwa", "--rwa 是不是要写 --raw？"]),
        (["run", "--month", "2023-08", "--zzz=1"], ["不认识 --zzz（--help 列出全部选项）"]),
        (["run", "2023-08", "--month", "2023-08"], ["不认识 2023-08"]),
        (["run", "--month"], ["--month 后面要写一个值"]),
        (["run", "--month", "8月"], ["--month：8月 不是月份；请写成 2023-08 的样子"]),
        (["run", "--m", "2023-08"], ["--m 可以是 --month、--marts；请写完整"]),
        (["rollback", "--month", "2023-08", "--reason", "x", "--undo=1"], ["--undo 后面不写值（写了 1）"]),
        (["dev", "--port", "x"], ["--port：x 不是整数"]),
        (["synthesize", "--errors", "bas"], ["没有 bas", "是不是要写 base？"]),
        (["backfill", "--from", "2023-08", "--to", "2023-07"], ["--to 2023-07 早于 --from 2023-08"]),
    ],
)
def test_a_refusal_says_in_chinese_what_is_wrong_and_what_was_meant(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str]
) -> None:
    status, text = said(capsys, *arguments)
    assert status == 2
    assert text.startswith("用法：fangfanpin")
    assert [word for word in words if word not in text] == [], text
    assert ENGLISH.findall(text) == [], text


def commands(capsys: pytest.CaptureFixture[str]) -> list[str]:
    listed = said(capsys, "--help")[1].split("命令：")[1].split("选项：")[0]
    return re.findall(r"^  ([a-z][\w-]*) ", listed, re.M)


def test_every_command_explains_itself_in_chinese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    names = commands(capsys)
    assert {"run", "backfill", "restate", "collect", "doctor", "daemon"} <= set(names)
    for arguments in ([], *([name] for name in names)):
        status, text = said(capsys, *arguments, "--help")
        assert (status, ENGLISH.findall(text)) == (0, []), text
        assert text.startswith("用法：fangfanpin") and "显示这段说明" in text
        assert max(map(width, text.splitlines())) <= 80, text
        entries = re.findall(r"^  (?:-\S.*|[a-z\u4e00-\u9fff].*)$", text, re.M)
        undescribed = [entry for entry in entries if not re.search(r"[\u4e00-\u9fff]{2}", entry) and "|" not in entry]
        assert undescribed == []


def test_wide_signs_take_two_columns_and_no_line_begins_with_a_comma() -> None:
    assert wrapped("一个月，一个县 fangfanpin run", 6) == ["一个", "月，一", "个县", "fangfanpin", "run"]
    assert wrapped("", 8) == []


def test_help_is_there_at_once() -> None:
    """What takes seconds to import is imported by the commands that use it."""
    heavy = "import sys; from orchestration.command_line.commands import main\n" + (
        "try: main(['run', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'dagster', 'dbt', 'great_expectations', 'pandas', 'duckdb', 'pyarrow', 'rich'} & set(sys.modules)))"
    )
    outcome = subprocess.run([sys.executable, "-c", heavy], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert outcome.stdout.splitlines()[-1] == "[]"
