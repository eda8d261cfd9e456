"""The checks of ``fangfanpin doctor``: each judges what was found, gives one diagnosis and changes nothing.

What belongs here: thresholds and what an operator is told. What does not: looking (``machine``, ``damage``, ``doctor``), so
that every fault can be tested without having it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from orchestration.contracts import County
from orchestration.contracts.upkeep import UpkeepSettings
from orchestration.foundation.months import Month
from orchestration.foundation.overlay import Overlay
from orchestration.foundation.paths import IS_CHECKOUT
from orchestration.foundation.storage_errors import shown_size
from orchestration.publications.audit import Audited
from orchestration.upkeep.diagnosis import Diagnosis, Level
from orchestration.upkeep.machine import requirements_file
from orchestration.warehouse.run_lock import Holder

_MEGABYTE = 1024 * 1024


def check_python(version: tuple[int, ...], required: str) -> Diagnosis:
    """Compare the interpreter with ``requires-python`` of the project (``>=3.11``)."""
    oldest = tuple(int(part) for part in required.removeprefix(">=").split("."))
    shown = ".".join(str(part) for part in version[:3])
    if version[: len(oldest)] < oldest:
        return Diagnosis("Python", Level.FAIL, f"{shown} 太旧，需要 {required}", "请安装较新的 Python 后重新运行 bootstrap.py")
    return Diagnosis("Python", Level.OK, shown)


def check_packages(locked: Mapping[str, str], installed: Mapping[str, str]) -> Diagnosis:
    """Compare the locked versions of packages with those installed, both by normalised name."""
    missing = sorted(name for name in locked if name not in installed)
    other = sorted(name for name, version in locked.items() if name in installed and installed[name] != version)
    remedy = (
        "请运行 python3 bootstrap.py install（离线时加 --wheelhouse DIR）"
        if IS_CHECKOUT
        else f"请运行 pip install --require-hashes --no-deps -r {requirements_file()}"
    )
    if missing:
        return Diagnosis("软件包", Level.FAIL, f"缺少 {len(missing)} 个：{_some(missing)}", remedy)
    if other:
        differences = [f"{name} {installed[name]}（应为 {locked[name]}）" for name in other]
        return Diagnosis("软件包", Level.WARN, f"{len(other)} 个与锁定的版本不同：{_some(differences)}", remedy)
    return Diagnosis("软件包", Level.OK, f"{len(locked)} 个，与锁定的版本一致")


def check_configuration(county: County, overlay: Overlay | None) -> Diagnosis:
    """Tell whose facts are in force, and which files were laid over ``config/``; what is wrong in them stops every command."""
    if overlay is None:
        return Diagnosis("县配置", Level.OK, f"{county.name}，默认配置")
    said = f"改了 {len(overlay.saying)} 个文件：{_some(overlay.saying)}" if overlay.saying else "都是默认值"
    return Diagnosis("县配置", Level.OK, f"{county.name}，{overlay.folder}，{said}")


def check_disk(free: int, used: int, settings: UpkeepSettings) -> Diagnosis:
    """Compare the free space with the least that a run needs and with what the installation takes, in bytes."""
    shown = f"可用 {shown_size(free)}，本系统已用 {shown_size(used)}"
    if free < settings.free_disk_least_mb * _MEGABYTE:
        return Diagnosis("磁盘空间", Level.FAIL, f"{shown}，运行可能中断", "请清理磁盘，或把发布文件夹移到较大的磁盘")
    if free < used * settings.free_disk_times_installation:
        return Diagnosis("磁盘空间", Level.WARN, shown, "可用空间偏少；请安排清理或扩容，并运行 fangfanpin tidy")
    return Diagnosis("磁盘空间", Level.OK, shown)


def check_raw_folder(raw: Path, exists: bool, readable: bool) -> Diagnosis:
    """Judge the folder of deliveries, which is only read."""
    if not exists:
        return Diagnosis("报送文件夹", Level.FAIL, f"没有 {raw}", "请建立该文件夹，或用 --raw 指明")
    if not readable:
        return Diagnosis("报送文件夹", Level.FAIL, f"不能读 {raw} 或其中的文件夹", "请给运行本程序的用户读取权限")
    return Diagnosis("报送文件夹", Level.OK, str(raw))


def check_deliveries(gone: str | None, odd: Sequence[str]) -> Diagnosis:
    """Judge what is in the folder of deliveries: ``gone``, why no month can be seen; ``odd``, what is no month."""
    if gone:
        return Diagnosis("报送月份", Level.FAIL, gone)
    if odd:
        return Diagnosis("报送月份", Level.WARN, f"报送文件夹里不是月份的 {len(odd)} 个：{_some(odd)}")
    return Diagnosis("报送月份", Level.OK, "报送文件夹里都是月份")


def check_written_folder(subject: str, folder: Path, mode: int | None, writable: bool) -> Diagnosis:
    """Judge a folder that runs write and that holds personal data.

    Args:
        subject: its Chinese name.
        folder: where it is.
        mode: its permission bits; None when it does not exist.
        writable: whether this user may write it, or make it.
    """
    if not writable:
        return Diagnosis(subject, Level.FAIL, f"不能写入 {folder}", "请给运行本程序的用户写入权限，或检查磁盘是否只读")
    if mode is None:
        return Diagnosis(subject, Level.OK, f"{folder} 还没有，运行时会建立")
    if mode & 0o007:
        return Diagnosis(subject, Level.WARN, f"{folder} 对本机所有用户开放，里面有个人信息", f"请运行 chmod o-rwx {folder}")
    return Diagnosis(subject, Level.OK, str(folder))


def check_modes(open_paths: Sequence[tuple[Path, int]], secrets: Collection[Path], folders: Sequence[Path]) -> Diagnosis:
    """Tell which files and folders more people can read or change than may.

    Args:
        open_paths: they, with their permission bits.
        secrets: files that only their owner may read.
        folders: in which was looked.
    """
    shown = _some([f"{path}（{mode:04o}）" for path, mode in open_paths])
    if bad := [path for path, _ in open_paths if path in secrets]:
        remedy = f"请运行 chmod 600 {' '.join(map(str, bad))}；可能有人看过的，再运行 fangfanpin rotate-key"
        return Diagnosis("文件权限", Level.FAIL, f"密钥别人也能读：{shown}", remedy)
    if open_paths:
        remedy = f"请运行 chmod -R g-w,o-rwx {' '.join(map(str, folders))}"
        return Diagnosis("文件权限", Level.WARN, f"{len(open_paths)} 个文件、文件夹开放得太多：{shown}", remedy)
    return Diagnosis("文件权限", Level.OK, "文件至多 0640、文件夹至多 0750，密钥 0600")


def check_audit(audited: Audited, changed: Sequence[str]) -> Diagnosis:
    """Tell whether the log of editions and exports is as it was written, and the editions those that it tells of last.

    Args:
        audited: what the log says of itself.
        changed: editions that are not what the log tells.
    """
    remedy = "请查明是谁、为什么改动；从备份恢复审计记录文件夹，改动前后的两份都留存。清单本身不受影响"
    if audited.problem:
        return Diagnosis("审计记录", Level.FAIL, f"{audited.problem}", remedy)
    if changed:
        remedy = "请查明来历；重新运行任一已发布的月份会重建"
        return Diagnosis("审计记录", Level.WARN, f"与最后一次记录不同：{_some(changed)}", remedy)
    return Diagnosis("审计记录", Level.OK, f"{audited.lines} 行，前后相接，末行 {audited.last[:16]}（可抄存备查）")


def check_lock(locked: bool, holder: Holder | None) -> Diagnosis:
    """Tell who works on the installation, or that a run was cut off."""
    if locked:
        return Diagnosis("运行锁", Level.OK, f"正在运行：{holder or '没有留下说明的进程'}")
    if holder:
        return Diagnosis("运行锁", Level.WARN, f"上次没有正常结束：{holder}", "重新运行该月即可，已发布的内容没有受影响")
    return Diagnosis("运行锁", Level.OK, "没有运行")


def check_leftovers(paths: Sequence[Path], locked: bool) -> Diagnosis:
    """Tell of files that runs began and did not finish; while a run goes on they may be its own."""
    if not paths or locked:
        return Diagnosis("残留文件", Level.OK, "正在运行，未检查" if locked else "没有")
    return Diagnosis("残留文件", Level.WARN, f"{len(paths)} 个，如 {paths[0]}", "不影响使用；运行 fangfanpin tidy 可清除")


def check_fonts(families: Sequence[str] | None) -> Diagnosis:
    """Judge the fonts for Chinese on this machine, where workbooks and pages may be opened; None: they cannot be listed."""
    if families is None:
        return Diagnosis("中文字体", Level.OK, "本机没有 fc-list，未检查（只影响在本机打开工作簿和页面）")
    if not families:
        return Diagnosis(
            "中文字体", Level.WARN, "本机没有中文字体", "若在本机打开工作簿和页面，请安装 fonts-noto-cjk；其他电脑不受影响"
        )
    return Diagnosis("中文字体", Level.OK, f"{len(families)} 种，如 {families[0]}")


def check_time_zone(name: str, county_offset: dt.timedelta | None, machine_offset: dt.timedelta) -> Diagnosis:
    """Compare the county's time zone (offset None: unknown to this machine) with the machine's."""
    if county_offset is None:
        return Diagnosis("时区", Level.FAIL, f"本机没有时区 {name} 的资料", "请安装系统的 tzdata 包")
    if county_offset != machine_offset:
        return Diagnosis("时区", Level.WARN, f"本机时区与 {name} 不同", f"定时运行按 {name}，不受影响；系统日志的时间会不同")
    return Diagnosis("时区", Level.OK, name)


def check_clock(now: dt.datetime, newest: dt.datetime | None, first_delivery: str) -> Diagnosis:
    """Compare the clock with the newest trace that a run left: a clock that was set back dates publications wrongly."""
    if f"{now:%Y-%m}" < first_delivery:
        told = f"本机时间 {now:%Y-%m-%d %H:%M} 早于本系统的起始月 {first_delivery}"
        return Diagnosis("时钟", Level.FAIL, told, "请校准本机时间（NTP）")
    if newest and newest > now + dt.timedelta(minutes=5):
        return Diagnosis(
            "时钟",
            Level.FAIL,
            f"本机时间 {now:%Y-%m-%d %H:%M} 早于最近一次写入（{newest:%Y-%m-%d %H:%M}）",
            "请校准本机时间（NTP）",
        )
    return Diagnosis("时钟", Level.OK, f"{now:%Y-%m-%d %H:%M}")


def check_history(place: str, problems: Sequence[str], remedy: str) -> Diagnosis:
    """Judge Dagster's storage by what went wrong on opening it."""
    if problems:
        return Diagnosis("运行历史", Level.FAIL, f"{place}：{_some(problems)}", remedy)
    return Diagnosis("运行历史", Level.OK, place)


def check_originals(count: int, damaged: Sequence[str]) -> Diagnosis:
    """Tell of archived originals that are gone or not what their names say, each by where it was delivered."""
    if damaged:
        return Diagnosis(
            "归档的原件",
            Level.FAIL,
            f"{len(damaged)} 个已损坏：{_some(damaged)}",
            "报送文件夹里还有原文件的，运行 fangfanpin backup 会重新归档；没有的，请报送单位重新报送，或从备份恢复",
        )
    return Diagnosis("归档的原件", Level.OK, f"{count} 个，与归档时的摘要一致")


def check_landed(count: int, damaged: Mapping[Month, Sequence[str]]) -> Diagnosis:
    """Tell of landed files that are gone or damaged, by delivery, with the titles of the extracts."""
    if damaged:
        shown = _some([f"{month} 的《{'》《'.join(titles)}》" for month, titles in damaged.items()])
        return Diagnosis(
            "读入的内容",
            Level.FAIL,
            f"{len(damaged)} 个月的已损坏：{shown}",
            "请重新运行任一月份，会按报送文件重新读入；报送文件不在了的，请放回或从备份恢复",
        )
    return Diagnosis("读入的内容", Level.OK, f"{count} 个月，与读入时的摘要一致")


def check_publications(count: int, damaged: Mapping[Path, str]) -> Diagnosis:
    """Tell of publications that are not what their manifests say."""
    if damaged:
        shown = _some([f"{folder}（{reason}）" for folder, reason in damaged.items()])
        return Diagnosis(
            "已发布的清单", Level.FAIL, f"{len(damaged)} 版已损坏：{shown}", "请从备份恢复这些文件夹，不要手工修改"
        )
    return Diagnosis("已发布的清单", Level.OK, f"{count} 版，与发布时的摘要一致")


def check_withdrawals(withdrawn: Mapping[str, Sequence[int]], problem: str | None) -> Diagnosis:
    """Tell which versions are withdrawn, by month; ``problem``: why that cannot be told."""
    if problem:
        return Diagnosis("撤回记录", Level.FAIL, problem, "在此之前不要运行：已撤回的版本可能又被当作现行的")
    said = "、".join(f"{month} 第{version}版" for month, versions in withdrawn.items() for version in versions)
    return Diagnosis("撤回记录", Level.OK, f"已撤回：{said}" if said else "没有撤回的版本")


def check_quarters(damaged: Sequence[Path]) -> Diagnosis:
    """Tell of quarters whose lists are no longer copies of what was published."""
    if damaged:
        told = f"{len(damaged)} 个文件夹与发布不同：{_some([str(folder) for folder in damaged])}"
        return Diagnosis("季度清单", Level.WARN, told, "请移走这些文件夹，再运行作业 quarter（或等定时运行），会重新汇集")
    return Diagnosis("季度清单", Level.OK, "与发布相同")


def check_in_force(shown: Mapping[str, int], published: Mapping[str, int]) -> Diagnosis:
    """Compare the versions that the analysts' database shows with those in force, both by month."""
    other = sorted(month for month in {*shown, *published} if shown.get(month) != published.get(month))
    if other:
        return Diagnosis(
            "现行版本",
            Level.WARN,
            f"分析库与已发布、未撤回的版本不一致：{_some(other)}",
            "请重新运行任一已发布的月份，分析库会重建；清单本身不受影响",
        )
    return Diagnosis("现行版本", Level.OK, f"分析库收录 {len(shown)} 个月，都是现行的一版")


def check_database(subject: str, path: Path, exists: bool, problem: str | None, remedy: str) -> Diagnosis:
    """Judge a DuckDB file by what went wrong on opening it."""
    if not exists:
        return Diagnosis(subject, Level.OK, "还没有")
    if problem:
        return Diagnosis(subject, Level.FAIL, f"{path} 打不开（{problem}）", remedy)
    return Diagnosis(subject, Level.OK, str(path))


def _some(texts: Sequence[str], most: int = 3) -> str:
    return "、".join(texts[:most]) + (f" 等 {len(texts)} 项" if len(texts) > most else "")
