"""The command ``fangfanpin``: parses arguments, calls, prints in Chinese. Everything it does can be done in Dagster's page too.

Exit status: 0 when every month asked for was published, 1 when something was not (one message says what, where, what to do),
2 for wrong usage. Heavy imports are inside the commands so that a mistyped option is answered at once.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.command_line.arguments import Parser
from orchestration.command_line.cards_command import add_cards
from orchestration.command_line.docs_command import add_docs_command, write_docs
from orchestration.command_line.explain_command import add_explain
from orchestration.command_line.export_commands import add_exports
from orchestration.command_line.progress import progress_shown
from orchestration.command_line.supervised import run_to_the_end
from orchestration.command_line.upkeep_commands import add_upkeep_commands
from orchestration.contracts import ConfigError
from orchestration.contracts.overlaid import check_overlay
from orchestration.foundation.access import close_to_others
from orchestration.foundation.months import Month, MonthError
from orchestration.foundation.overlay import laid_over
from orchestration.foundation.paths import CONFIG, IS_CHECKOUT, Installation, data_folder
from orchestration.foundation.settings import ENGINE_VARIABLE, PAGE_TOKEN_VARIABLE, settings

if TYPE_CHECKING:
    from orchestration.defs.runs import RunReport

NOT_PUBLISHED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    # The pages and messages are Chinese whatever the terminal's locale says.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    if options.command not in (_init, _templates, write_docs):  # which hold nothing about anybody and are handed on
        close_to_others()
    try:
        with laid_over(options.config or settings().config):
            if options.command is not _init:  # which is for those whose folder is not there yet
                check_overlay()
            status: int = options.command(options)
    except ConfigError as error:
        return _refuse(f"配置有误：\n{error}")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="fangfanpin", description="防返贫动态监测：读入部门名册，比对、预警、出台账")
    commands = parser.add_subparsers(required=True, metavar="命令")

    demo = commands.add_parser("demo", description="生成一个虚构小县的报送并运行，看看能得到什么")
    demo.add_argument("--out", type=Path, help="放在哪个新文件夹（默认 data/demo）")
    demo.set_defaults(command=_demo)

    run = commands.add_parser("run", description="运行一个月：读入、匹配、计算、检查、发布")
    run.add_argument("--month", required=True, type=_month, metavar="年-月", help="监测月份，如 2023-08")
    _add_folders(run)
    _add_engine(run)
    run.set_defaults(command=lambda options: _run(options, options.month, options.month))

    backfill = commands.add_parser("backfill", description="一次补算过去若干个月")
    backfill.add_argument("--from", dest="first", required=True, type=_month, metavar="年-月", help="起始月份，如 2023-01")
    backfill.add_argument("--to", dest="last", required=True, type=_month, metavar="年-月", help="截止月份，如 2023-12")
    _add_folders(backfill)
    _add_engine(backfill)
    backfill.set_defaults(command=lambda options: _run(options, options.first, options.last), is_range=True)

    _add_restatement(commands)
    add_explain(commands, _month, _add_folders, _installation)
    add_cards(commands, _month, _add_folders, _installation)
    add_exports(commands, _month, _add_folders, _installation)

    synthesize = commands.add_parser("synthesize", description="生成任意规模的虚构报送")
    synthesize.add_argument("--out", required=True, type=Path, help="写到哪个文件夹")
    synthesize.add_argument("--households", required=True, type=int, help="户数")
    synthesize.add_argument("--from", dest="first", required=True, type=_month, metavar="年-月", help="第一个报送月份")
    synthesize.add_argument("--to", dest="last", required=True, type=_month, metavar="年-月", help="最后一个报送月份")
    synthesize.add_argument("--seed", type=int, default=1, help="随机种子；同样的参数得到同样的文件")
    synthesize.add_argument("--clean", action="store_true", help="整洁的报送：没有错号、错格式和逻辑问题")
    synthesize.set_defaults(command=_synthesize, is_range=True)

    synthesize.add_argument(
        "--errors", choices=["base", "hard", "double", "half"], help="改用身份信息差错情景，用于衡量匹配（默认为平常的差错）"
    )

    _add_matching(commands)
    _add_collection(commands)
    _add_dev(commands)

    templates = commands.add_parser("templates", description="生成各部门名册的填表模板")
    templates.add_argument("--out", required=True, type=Path, help="写到哪个文件夹，如 templates")
    templates.set_defaults(command=_templates)

    add_docs_command(commands)

    init = commands.add_parser("init", description="写一个县配置文件夹：每个文件都有说明，改哪里就写哪里")
    init.add_argument("folder", type=Path, help="写到哪个新文件夹")
    init.set_defaults(command=_init)

    add_upkeep_commands(commands, _add_folders, _installation)
    for one in (parser, *commands.choices.values()):
        one.add_argument(
            "--config", type=Path, default=argparse.SUPPRESS, help="县配置文件夹，叠加在默认配置上（默认见 FANGFANPIN_CONFIG）"
        )
    parser.set_defaults(config=None)

    for command in (backfill, synthesize):
        command.set_defaults(parser=command)
    return parser


def _add_matching(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    evaluate = commands.add_parser("evaluate-matching", description="用虚构县衡量匹配的查全率、查准率（开发用）")
    evaluate.add_argument("--households", type=int, default=15_000, help="户数（默认 15000）")
    evaluate.add_argument(
        "--scenario", type=_scenarios, metavar="情景", default=["base", "hard", "double"], help="差错情景，逗号分隔"
    )
    evaluate.add_argument("--seeds", type=_seeds, metavar="种子", default=[1, 2, 3], help="随机种子，逗号分隔")
    evaluate.add_argument("--out", type=Path, help="把报送和数据库留在这个新文件夹（默认用完即删）")
    evaluate.set_defaults(command=_evaluate_matching, parser=evaluate)

    train = commands.add_parser("train-matching", description="用已运行月份的匹配结果重新训练匹配模型（开发用，一年一次）")
    _add_folders(train)
    train.add_argument(
        "--out", type=Path, metavar="文件", help="模型写到哪个文件（默认县配置文件夹或 config/ 里的 linkage_model.json）"
    )
    train.set_defaults(command=_train_matching)


def _add_restatement(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    restate = commands.add_parser("restate", description="用后来的报送重算一个过去的月份，作为新的一版发布，并列出差异")
    restate.add_argument("--month", required=True, type=_month, metavar="年-月", help="监测月份，如 2023-07")
    restate.add_argument(
        "--knowledge", type=_month, metavar="年-月", help="知晓月份：用到哪个月的报送为止（默认最近一个有户、人名册的月份）"
    )
    _add_folders(restate)
    restate.set_defaults(command=_restate, parser=restate)

    rollback = commands.add_parser("rollback", description="撤回一个月现行的一版；发布的文件不改动、不删除")
    rollback.add_argument("--month", required=True, type=_month, metavar="年-月", help="监测月份，如 2023-07")
    rollback.add_argument("--reason", required=True, type=_reason, metavar="原因", help="为什么撤回（或恢复）；不要写个人信息")
    rollback.add_argument("--undo", action="store_true", help="恢复该月最近一次撤回的版本")
    _add_folders(rollback)
    rollback.set_defaults(command=_rollback)


def _add_dev(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    dev = commands.add_parser("dev", description="打开 Dagster 页面和后台（开发用）")
    _add_folders(dev)
    dev.add_argument("--port", type=int, default=3000, metavar="端口", help="页面的端口（默认 3000）")
    dev.add_argument("--act", action="store_true", help="可以在页面上运行、撤回：打印一个带口令的网址，用它打开；不加就只读")
    dev.set_defaults(command=_dev)


def _add_collection(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    collect = commands.add_parser("collect", description="收取：认出一个文件夹里的名册和交回的清单，复制到当月的报送文件夹")
    collect.add_argument("folder", type=Path, help="收到的文件所在的文件夹；文件叫什么名字都可以，原件不动")
    collect.add_argument("--month", required=True, type=_month, metavar="年-月", help="报送月份，如 2023-08")
    collect.add_argument("--yes", action="store_true", help="照计划复制；不写就只显示计划")
    collect.add_argument("--raw", type=Path, help="报送文件夹（默认 data/raw）")
    collect.add_argument("--marts", type=Path, help="发布文件夹，看哪些单位的办理工作簿还没有交回（默认 data/marts）")
    collect.set_defaults(command=_collect)


def _month(text: str) -> Month:
    try:
        return Month(text)
    except MonthError:
        raise argparse.ArgumentTypeError(f"{text} 不是月份；请写成 2023-08 的样子") from None


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("请写明原因")
    return text.strip()


def _scenarios(text: str) -> list[str]:
    from orchestration.synthesis import SCENARIOS

    scenarios = text.split(",")
    if unknown := [scenario for scenario in scenarios if scenario not in SCENARIOS]:
        raise argparse.ArgumentTypeError(f"没有情景 {'、'.join(unknown)}；可选 {'、'.join(SCENARIOS)}")
    return scenarios


def _seeds(text: str) -> list[int]:
    if not re.fullmatch(r"[0-9]+(,[0-9]+)*", text):
        raise argparse.ArgumentTypeError(f"{text} 不是种子；请写成 1,2,3 的样子")
    return [int(seed) for seed in text.split(",")]


def _add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--raw", type=Path, help="报送文件夹（默认 data/raw）")
    parser.add_argument("--marts", type=Path, help="发布文件夹（默认 data/marts）")


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", choices=["duckdb", "spark"], help="由谁计算（默认 duckdb；spark 见 docs/scaling.md）")


def _installation(options: argparse.Namespace) -> Installation:
    default = Installation.from_environment()
    if options.marts is None:
        return Installation.at(options.raw or default.raw, default.marts, default.state)
    return Installation.at(options.raw or default.raw, options.marts)


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return NOT_PUBLISHED


def _check_range(options: argparse.Namespace) -> None:
    if options.last < options.first:
        options.parser.error(f"--to {options.last} 早于 --from {options.first}")


def _run(options: argparse.Namespace, first: Month, last: Month) -> int:
    if "first" in options:
        _check_range(options)
    if options.engine:
        os.environ[ENGINE_VARIABLE] = options.engine
    return _run_and_tell(_installation(options), first, last)


def _run_and_tell(installation: Installation, first: Month, last: Month) -> int:
    from orchestration.command_line.summary import unread_lines
    from orchestration.defs.runs import RunError, months_between, not_published_message, run_months

    print(f"正在运行 {first}" + (f" 至 {last}" if last != first else "") + " ……", flush=True)
    try:
        with progress_shown():
            report = run_months(installation, first, last)
    except RunError as error:
        print(*unread_lines(installation, months_between(first, last)), sep="\n")
        return _refuse(f"没有发布：\n{error}")
    _tell(installation, report, [*report.landed_before, *months_between(first, last)])
    if report.not_published:
        return _refuse(f"以下月份没有发布：\n{not_published_message(report)}")
    return 0


def _restate(options: argparse.Namespace) -> int:
    from orchestration.defs.runs import RunError, months_between, not_published_message, restate_month

    if options.knowledge and options.knowledge < options.month:
        options.parser.error(f"--knowledge {options.knowledge} 早于 --month {options.month}；至少要知道当月的报送")
    installation = _installation(options)
    print(f"正在重算 {options.month} ……", flush=True)
    try:
        with progress_shown():
            knowledge, report = restate_month(installation, options.month, options.knowledge)
    except RunError as error:
        return _refuse(f"没有发布：\n{error}")
    print(f"用到截至 {knowledge} 的报送")
    _tell(installation, report, months_between(options.month, knowledge))
    if report.not_published:
        return _refuse(f"没有发布：\n{not_published_message(report)}")
    return 0


def _rollback(options: argparse.Namespace) -> int:
    from orchestration.defs.runs import RunError, roll_back_month

    installation = _installation(options)
    month, act = options.month, "恢复" if options.undo else "撤回"
    try:
        done = roll_back_month(installation, month, options.reason, undo=options.undo)
    except RunError as error:
        return _refuse(f"没有{act}：{error}")
    print(f"已{act} {month} 第{done['version']}版；{installation.marts / month} 中的文件都没有改动")
    if done["in_force"] is None:
        print(f"{month} 已没有未撤回的版本，不再出现在 {installation.current} 中；更正报送后重新运行该月，或加 --undo 恢复")
    else:
        print(f"{installation.current} 现在显示该月第{done['in_force']}版")
    if done["quarter"]:
        print(f"季度清单 {done['quarter']} 是照这一版汇集的，请勿再用，并告知已领取的人")
    return 0


def _tell(installation: Installation, report: RunReport, delivered: Sequence[Month]) -> None:
    from orchestration.command_line.summary import report_lines

    print(*report_lines(installation, report, delivered), sep="\n")


def _demo(options: argparse.Namespace) -> int:
    from orchestration.contracts.upkeep import load_demo
    from orchestration.synthesis import synthesize

    settings = load_demo()
    out = options.out or _free_folder(data_folder() / "demo")
    if out.exists() and any(out.iterdir()):
        return _refuse(f"{out} 里已有文件；请用 --out 换一个新文件夹")
    installation = Installation.at(out / "raw", out / "marts")
    print(f"正在生成虚构小县（{settings.households} 户）的报送：{installation.raw} ……", flush=True)
    synthesize(installation.raw, settings.households, settings.first_delivery, settings.last_month, settings.seed)
    status = _run_and_tell(installation, settings.first_month, settings.last_month)
    if status == 0:
        print(f"\n打开 {installation.marts}/<月份>/v<版本>/ 下的")
        print("  site/index.html  月度简报（用浏览器打开）\n  workbooks/       各镇街、各部门的办理工作簿")
        program = Path(sys.executable).with_name("fangfanpin")
        print(f"在页面上看：{program} dev --raw {installation.raw} --marts {installation.marts}")
    return status


def _free_folder(folder: Path) -> Path:
    number, free = 1, folder
    while free.exists():
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free


def _synthesize(options: argparse.Namespace) -> int:
    from orchestration.synthesis import synthesize

    _check_range(options)
    if options.households < 1 or options.seed < 0:
        options.parser.error("--households 至少为 1，--seed 不能为负")
    if options.clean and options.errors:
        options.parser.error("--clean 和 --errors 不能同时使用")
    try:
        summary = synthesize(
            options.out, options.households, options.first, options.last, options.seed, options.clean, options.errors
        )
    except FileExistsError as error:
        return _refuse(f"{error}；请换一个新文件夹")
    print(f"已写入 {summary.out}：{summary.households} 户、{summary.members} 人")
    for extract, rows in summary.rows.items():
        print(f"  {extract}：{rows} 行，{summary.files[extract]} 个文件")
    return 0


def _evaluate_matching(options: argparse.Namespace) -> int:
    from orchestration.evaluation.trials import report, run_trials

    if options.households < 1:
        options.parser.error("--households 至少为 1")
    if options.out and options.out.exists() and any(options.out.iterdir()):
        return _refuse(f"{options.out} 里已有文件；请用 --out 换一个新文件夹")
    trials = run_trials(options.households, options.scenario, options.seeds, options.out, lambda line: print(line, flush=True))
    print(f"\n{report(trials)}")
    return 0


def _train_matching(options: argparse.Namespace) -> int:
    import duckdb

    from orchestration.contracts.overlaid import MODEL
    from orchestration.foundation.overlay import overlay_in_force
    from orchestration.warehouse.linkage import save, train, training_records

    warehouse = _installation(options).warehouse
    if not warehouse.exists():
        return _refuse(f"还没有运行过任何月份（没有 {warehouse}）；请先运行 fangfanpin run --month YYYY-MM")
    overlay = overlay_in_force()
    out = options.out or (overlay.folder if overlay else CONFIG) / MODEL
    if not options.out and not overlay and not IS_CHECKOUT:
        return _refuse("请用 --out 指明模型写到哪个文件，或用 --config 指明县配置文件夹")
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            records = training_records(connection)
    except duckdb.Error as error:
        return _refuse(f"工作库 {warehouse} 读不出（{type(error).__name__}）；请重新运行任一月份，它会重建")
    save(train(records), out)
    print(f"已写入 {out}；用了 {records.num_rows} 条记录。采用前请用 fangfanpin evaluate-matching 比较新旧模型")
    return 0


def _collect(options: argparse.Namespace) -> int:
    from orchestration.deliveries.collection import CollectionError, carry_out, collection_lines, plan_collection
    from orchestration.landing import LandingError
    from orchestration.publications.returned_workbooks import awaited_lines

    installation = _installation(options)
    try:
        collection = plan_collection(installation, options.folder, options.month)
    except (CollectionError, LandingError) as error:
        return _refuse(f"没有收取：{error}")
    if options.yes:
        collection = carry_out(collection)
    print(*collection_lines(installation, collection), sep="\n")
    if awaited := awaited_lines(installation, collection):
        print("", *awaited, sep="\n")
    if not options.yes and collection.has_work:
        print("\n以上只是计划，还没有复制；无误的话请加 --yes 再运行一次。原文件不会移动，报送文件夹里已有的不会覆盖")
    return 0 if collection.is_whole else NOT_PUBLISHED


def _templates(options: argparse.Namespace) -> int:
    from orchestration.documents import write_templates

    try:
        paths = write_templates(options.out)
    except FileExistsError as error:
        return _refuse(f"{error}，可能已经填过；请换一个新文件夹")
    except OSError as error:
        return _refuse(f"不能写入 {options.out}（{error.strerror}）；请检查磁盘空间和权限，或用 --out 换一个文件夹")
    print(f"已写入 {options.out}：{len(paths)} 个填表模板，每个部门一个文件夹")
    return 0


def _init(options: argparse.Namespace) -> int:
    from orchestration.contracts.starter import write_starter

    try:
        with laid_over(None):
            paths = write_starter(options.folder)
    except FileExistsError as error:
        return _refuse(f"{error}，不会覆盖；请换一个新文件夹")
    except OSError as error:
        return _refuse(f"不能写入 {options.folder}（{error.strerror}）；请检查磁盘空间和权限，或换一个文件夹")
    print(f"已写入 {options.folder}：{len(paths)} 个文件，都只有说明和默认值，还没有改变什么；从 README.md 看起")
    print(f"改好以后检查：fangfanpin doctor --config {options.folder}")
    return 0


def _dev(options: argparse.Namespace) -> int:
    from orchestration.defs.runs import RunError, prepare

    installation = _installation(options)
    try:
        prepare(installation)
    except RunError as error:
        return _refuse(str(error))
    token = secrets.token_urlsafe(32) if options.act else ""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", PAGE_TOKEN_VARIABLE: token}
    address = f"http://127.0.0.1:{options.port}/"
    if options.act:
        print(f"Dagster 页面，可以操作，请用这个网址打开，不要给别人：{address}?token={token}", flush=True)
    print(f"Dagster 页面{'，只读' if options.act else '（只读；要操作请加 --act）'}：{address}（按 Ctrl+C 结束）", flush=True)
    command = [
        sys.executable,
        "-m",
        "orchestration.adapters.dagster_dev",
        "dev",
        "-m",
        "orchestration.defs.definitions",
        "-h",
        "127.0.0.1",
        "-p",
        str(options.port),
    ]
    return run_to_the_end(command, environment)
