"""The command ``cards``: the 明白卡 of a town's households, a print-ready file a village."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.command_line.arguments import refuse_unknown_town
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

NOT_WRITTEN = 1


def add_cards(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    month: Callable[[str], Month],
    add_folders: Callable[[argparse.ArgumentParser], None],
    installation_of: Callable[[argparse.Namespace], Installation],
) -> None:
    """Add the command to the parser of ``fangfanpin``; arguments as of ``add_explain``."""
    cards = commands.add_parser("cards", description="印明白卡：一个镇街每村一个文件，每户一页A4，可以张贴")
    cards.add_argument("--month", required=True, type=month, metavar="年-月", help="监测月份，如 2023-09")
    cards.add_argument("--town", required=True, metavar="镇街", help="镇街名称，如 马头镇")
    cards.add_argument("--out", type=Path, help="写到哪个新文件夹（默认当前文件夹下的 明白卡-年-月-镇街）")
    add_folders(cards)
    cards.set_defaults(command=lambda options: _cards(options, installation_of(options)), parser=cards)


def _cards(options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.publications import PublishingError, latest_publications
    from orchestration.publications.publication import content_of
    from orchestration.site.cards import card_pages

    refuse_unknown_town(options)
    out: Path = options.out or Path(f"明白卡-{options.month}-{options.town}")
    if out.exists() and any(out.iterdir()):
        return _refuse(f"{out} 里已有文件；请用 --out 换一个新文件夹")
    try:
        published = latest_publications(installation.marts)
        if options.month not in published:
            months = "、".join(published) or "还没有"
            return _refuse(f"{options.month} 没有发布过；已发布的月份：{months}")
        content = content_of(installation, published[options.month])
        pages = [(village.page.rpartition("/")[2], page) for village, page in card_pages(content, options.town)]
    except PublishingError as error:
        return _refuse(str(error))
    out.mkdir(parents=True, exist_ok=True)
    for name, page in pages:
        (out / name).write_text(page, encoding="utf-8")
    print(f"已写入 {out}：{len(pages)} 个村，用浏览器打开后打印（A4、100%）；含姓名，张贴前请核对")
    return 0


def _refuse(message: str) -> int:
    print(f"没有写明白卡：{message}", file=sys.stderr)
    return NOT_WRITTEN
