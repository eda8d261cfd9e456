"""The commands ``query`` and ``export``: an answer as a workbook, a town's own database; both with for whom and what for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.command_line.arguments import refuse_unknown_town
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

NOT_WRITTEN = 1
InstallationOf = Callable[[argparse.Namespace], Installation]


def add_exports(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    month: Callable[[str], Month],
    add_folders: Callable[[argparse.ArgumentParser], None],
    installation_of: InstallationOf,
) -> None:
    """Add the commands to the parser of ``fangfanpin``; arguments as of ``add_explain``."""
    query = commands.add_parser("query", description="常问的问题：不写题号列出全部，写题号看查询，写 --to 把答案写成 Excel")
    query.add_argument("--question", type=int, metavar="题号", help="第几题")
    query.add_argument("--to", type=Path, metavar="文件", help="写成哪个新的 .xlsx 文件")
    query.add_argument("--month", type=month, metavar="年-月", help="监测月份（默认最近一个月）")
    query.add_argument(
        "--edition", choices=["分析版", "业务版"], default="分析版", help="取自哪种库；业务版是真实的户编号和金额"
    )
    _add_recipient(query, required=False)
    add_folders(query)
    query.set_defaults(command=lambda options: _query(options, installation_of(options)), parser=query)

    export = commands.add_parser("export", description="给一个镇街写出它自己的数据库：只有本镇街的户，含姓名")
    export.add_argument("--town", required=True, metavar="镇街", help="镇街名称，如 马头镇")
    export.add_argument("--to", required=True, type=Path, help="写到哪个文件夹，文件名为 镇街.duckdb")
    _add_recipient(export, required=True)
    add_folders(export)
    export.set_defaults(command=lambda options: _export(options, installation_of(options)), parser=export)


def _add_recipient(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--recipient", required=required, type=_said, metavar="谁", help="提供给谁；写在文件里，也记入审计记录")
    parser.add_argument("--purpose", required=required, type=_said, metavar="用途", help="做什么用；同上")


def _said(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("不能空着")
    return text.strip()


def _query(options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.contracts.questions import EDITION_WORDS, load_example_queries
    from orchestration.publications.answers import Asked, export_answer

    queries = load_example_queries()
    if options.question is None:
        for number, one in enumerate(queries, 1):
            only = (
                f"（只有{EDITION_WORDS[one.editions[0]]}）"
                if "analysts" not in one.editions or "bureau" not in one.editions
                else ""
            )
            print(f"{number:2}　{one.topic}　{one.question}{only}")
        return 0
    if not 1 <= options.question <= len(queries):
        options.parser.error(f"没有第 {options.question} 题；共 {len(queries)} 题，不写 --question 就列出")
    query = queries[options.question - 1]
    if options.to is None:
        print(*filter(None, (query.question, query.reading)), "", query.sql_of(options.month), sep="\n")
        return 0
    edition = next(name for name, words in EDITION_WORDS.items() if words == options.edition)
    if edition not in query.editions:
        options.parser.error(
            f"第 {options.question} 题不能用{options.edition}回答；请加 --edition {EDITION_WORDS[query.editions[0]]}"
        )
    if missing := [name for name in ("recipient", "purpose") if getattr(options, name) is None]:
        options.parser.error(f"写出文件要写明 {'、'.join(f'--{name}' for name in missing)}")
    if options.to.suffix.lower() != ".xlsx":
        options.parser.error(f"--to 的文件名要以 .xlsx 结尾，写的是 {options.to.name}")
    asked = Asked(options.question, edition, options.month)
    return _written(
        options.to,
        lambda: f"{export_answer(installation, asked, options.to, options.recipient, options.purpose)} 行",
        f"{options.edition}，提供给{options.recipient}",
    )


def _export(options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.publications.town_edition import export_town

    refuse_unknown_town(options)
    path: Path = options.to / f"{options.town}.duckdb"
    return _written(
        path,
        lambda: f"{export_town(installation, options.town, path, options.recipient, options.purpose).households} 户",
        f"含姓名，只供{options.recipient}",
    )


def _written(path: Path, write: Callable[[], str], said: str) -> int:
    """Write a file and tell how much is in it, or why it was not written."""
    from orchestration.publications import PublishingError

    try:
        much = write()
    except FileExistsError:
        return _refuse(f"{path} 已经有了，不会覆盖；请换一个文件名或文件夹")
    except OSError as error:
        return _refuse(f"不能写入 {path}（{error.strerror}）；请检查磁盘空间和权限")
    except PublishingError as error:
        return _refuse(str(error))
    print(f"已写入 {path}：{much}，{said}；已记入审计记录")
    return 0


def _refuse(message: str) -> int:
    print(f"没有写出：{message}", file=sys.stderr)
    return NOT_WRITTEN
