"""The commands that look after an installation: ``doctor``, ``backup``, ``restore``, ``tidy``, ``page``, ``daemon``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.command_line.supervised import heeding_signals
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import PAGE_TOKEN_VARIABLE, settings

FAILED = 1
Command = Callable[[argparse.Namespace, Installation], int]


def add_upkeep_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    add_folders: Callable[[argparse.ArgumentParser], None],
    installation_of: Callable[[argparse.Namespace], Installation],
) -> None:
    """Add the commands to the parser of ``fangfanpin``.

    Args:
        commands: where to.
        add_folders: adds ``--raw`` and ``--marts``.
        installation_of: returns the installation that parsed options name.
    """

    def add(name: str, text: str, command: Command) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, description=text)
        add_folders(parser)
        parser.set_defaults(command=lambda options: command(options, installation_of(options)))
        return parser

    add("doctor", "检查本机和本系统：软件、磁盘、权限、锁、字体、时区、运行历史、已发布的清单", _doctor)
    backup = add("backup", "备份：发布、报送原件、读入的内容、运行历史", _backup)
    backup.add_argument("--to", required=True, type=Path, help="备份放在哪个文件夹（每次一个子文件夹），最好在另一块磁盘上")
    backup.add_argument(
        "--encrypt-to", metavar="指纹", help="用 gpg 加密成一个文件，只有持这个公钥所对应私钥的人能读（40 位指纹）"
    )
    restore = add("restore", "从备份恢复到新的文件夹；给出 --raw 时一并恢复报送文件", _restore)
    restore.add_argument("--from", dest="source", required=True, type=Path, help="以时间命名的备份文件夹")
    tidy = add("tidy", "清理：很早的运行记录、中断的运行留下的文件；不动发布和报送原件", _tidy)
    tidy.add_argument("--months", type=_months, metavar="月数", help="运行记录保留几个月（默认见 config/upkeep.yml）")
    add("rotate-key", "换一把分析库的代号密钥：人员、户另起一套代号，与以前的对不上；旧密钥不留", _rotate_key)
    page = add("page", "只打开 Dagster 页面：没有登录的只读（常驻服务用，见 docs/deployment.md）", _page)
    page.add_argument("--port", type=int, default=3000, metavar="端口", help="页面的端口（默认 3000）")
    add("daemon", "只运行 Dagster 后台：定时运行（常驻服务用）", _daemon)


def _months(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} 不是月数；请写成 24 的样子")
    return int(text)


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return FAILED


def _doctor(_options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.upkeep.diagnosis import Level, shown_diagnosis, worst
    from orchestration.upkeep.doctor import examine

    diagnoses = examine(installation)
    for diagnosis in diagnoses:
        print(shown_diagnosis(diagnosis))
    counts = {level: sum(diagnosis.level is level for diagnosis in diagnoses) for level in Level}
    print("\n" + "，".join(f"{level.value} {count} 项" for level, count in counts.items()))
    return FAILED if worst(diagnoses) is Level.FAIL else 0


def _backup(options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.foundation.storage_errors import shown_size
    from orchestration.upkeep.backup import BackupError, back_up

    try:
        made = back_up(installation, options.to, options.encrypt_to)
    except BackupError as error:
        return _refuse(f"没有备份：{error}")
    history = {"sqlite": "含运行历史", "postgres": "含运行历史（PostgreSQL 转储）", "none": "没有运行历史"}[made.history]
    print(f"已备份到 {made.folder}：{made.files} 个文件，{shown_size(made.size)}，{history}，已逐个核对")
    if made.damaged:
        said = "\n".join(made.damaged)
        return _refuse(f"但备份之前就已有损坏，备份里的也是坏的；请保留以前的备份，按下面处理后重新备份：\n{said}")
    return 0


def _restore(options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.upkeep.backup import BackupError, restore

    try:
        restored = restore(options.source, installation, options.raw)
    except BackupError as error:
        return _refuse(f"没有恢复：{error}")
    print(f"已恢复到 {installation.marts}：{restored.backup.files} 个文件，备份于 {restored.backup.created_at}，已逐个核对")
    if restored.deliveries is None:
        print("报送文件没有恢复；如原来的报送文件夹已丢失，请清空后加 --raw DIR 重新恢复，否则补算过去的月份会当作未报送")
    else:
        print(f"报送文件 {restored.deliveries} 个，在 {options.raw}")
    if restored.missing:
        places = "、".join(restored.missing)
        print(f"另有报送文件 {len(restored.missing)} 个的原件在备份时就已损坏或不见了，请报送单位重新报送：{places}")
    if restored.not_rebuilt:
        print(f"分析库没有重建：{restored.not_rebuilt}")
    if restored.dump:
        print(f"PostgreSQL 里的运行历史请由管理员装入空数据库：pg_restore --no-owner -d fangfanpin {restored.dump}")
    return FAILED if restored.missing or restored.not_rebuilt else 0


def _tidy(options: argparse.Namespace, installation: Installation) -> int:
    import datetime as dt
    from zoneinfo import ZoneInfo

    import dagster as dg

    from orchestration.contracts import load_county
    from orchestration.defs.runs import RunError, errors_explained, prepare
    from orchestration.foundation.storage_errors import shown_size
    from orchestration.upkeep.tidy import tidy
    from orchestration.warehouse.run_lock import RunLockedError

    if not installation.state.is_dir():
        return _refuse(f"{installation.marts} 还没有运行过，没有可清理的内容；请检查 --marts")
    try:
        prepare(installation)
        with errors_explained(installation), dg.DagsterInstance.get() as instance:
            done = tidy(installation, instance, dt.datetime.now(ZoneInfo(load_county().time_zone)), options.months)
    except (RunError, RunLockedError) as error:
        return _refuse(f"没有清理：{error}")
    print(f"已删除运行记录 {done.runs} 次（另有 {done.kept} 次也很早，但某个月份的状态以它为准，保留）")
    print(f"中断的运行 {done.dead} 次，已标记为失败；残留文件 {done.leftovers} 个、旧的 dbt 解析结果 {done.parsed} 份，已删除")
    print(f"腾出 {shown_size(done.freed)}")
    return 0


def _rotate_key(_options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.defs.runs import RunError, errors_explained, only_run
    from orchestration.publications.current import rotate_key

    if not installation.current.exists():
        return _refuse(f"没有 {installation.current}，还没有分析库，不需要换密钥；请检查 --marts")
    try:
        with only_run(installation), errors_explained(installation):
            key = rotate_key(installation)
    except RunError as error:
        return _refuse(f"没有换完：{error}")
    print(f"已换密钥，分析库 {installation.analysts} 已按第 {key.series} 系列的代号重建；代号里的数字就是系列")
    print("以前的分析库和从中取的数仍是旧系列，与新的对不上；旧密钥没有留下，请告知分析员")
    return 0


def _page(options: argparse.Namespace, installation: Installation) -> int:
    # told before anything is started: a secret that others know would let them act under any name
    may_act = settings().page_secret is not None
    os.environ.pop(PAGE_TOKEN_VARIABLE, None)
    who = "经代理登录的可以操作，其余只读" if may_act else "只读"
    print(f"Dagster 页面：http://127.0.0.1:{options.port}（{who}）", flush=True)
    # this machine only: whoever may see the page comes by an ssh tunnel or a proxy that asks who they are
    return _become(installation, "orchestration.adapters.dagster_page", "-h", "127.0.0.1", "-p", str(options.port))


def _daemon(_options: argparse.Namespace, installation: Installation) -> int:
    from orchestration.adapters.dagster_names import DAEMON_MODULE

    return _become(installation, DAEMON_MODULE, "run")


def _become(installation: Installation, module: str, *arguments: str) -> int:
    """Prepare the installation and let Dagster take the place of this process, so that signals reach it."""
    from orchestration.defs.runs import RunError, prepare

    try:
        prepare(installation)
    except RunError as error:
        return _refuse(str(error))
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    command = [
        sys.executable,
        "-m",
        "orchestration.adapters.dagster_folders",
        module,
        *arguments,
        "-m",
        "orchestration.defs.definitions",
    ]
    with heeding_signals():
        os.execv(sys.executable, command)  # noqa: S606  our own command
