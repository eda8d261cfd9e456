"""``fangfanpin docs``: dbt's own documentation of the models as one file that opens without a network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

NOT_WRITTEN = 1


def add_docs_command(commands: Any) -> None:
    """Add the command."""
    docs = commands.add_parser(
        "docs", description="把全部模型的说明写成一个网页（dbt 的文档：模型、列、SQL、上下游图），不联网就能看"
    )
    docs.add_argument("--to", required=True, type=Path, metavar="文件", help="写到哪个新文件，如 模型说明.html")
    docs.set_defaults(command=write_docs)


def write_docs(options: argparse.Namespace) -> int:
    """Write the file; it holds no data and says nothing about anybody."""
    from orchestration.foundation.atomic_files import write_new
    from orchestration.warehouse.dbt_runner import WarehouseError, project_documentation

    path: Path = options.to
    try:
        page = project_documentation()
        write_new(path.absolute(), lambda unfinished: unfinished.write_text(page, encoding="utf-8"))
    except FileExistsError:
        return _refuse(f"{path} 已经有了，不会覆盖；请用 --to 换一个文件名")
    except OSError as error:
        return _refuse(f"不能写入 {path}（{error.strerror}）；请检查磁盘空间和权限，或用 --to 换一个地方")
    except WarehouseError as error:
        return _refuse(f"dbt 没有写成：{error}；请检查 dbt_project/ 里最近改过的文件")
    print(f"已写入 {path}（{len(page.encode()) / 1e6:.0f} MB），用浏览器打开；只有模型和说明，没有数据")
    return 0


def _refuse(message: str) -> int:
    print(f"没有写模型说明：{message}", file=sys.stderr)
    return NOT_WRITTEN
