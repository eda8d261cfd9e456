"""``fangfanpin doctor``: what would keep an installation from working, told before a run meets it.

Each check is a function of what was found, gives one finding and changes nothing; ``examine`` finds it and asks them all.
Nothing here writes, not even a folder: a doctor may look while a run goes on.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import distributions, metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from orchestration.contracts import County, load_county, load_extracts
from orchestration.contracts.upkeep import UpkeepSettings, load_upkeep
from orchestration.defs.postgres import postgres_address
from orchestration.deliveries.unread import missing_deliveries, odd_lines
from orchestration.foundation.databases import what_is_wrong
from orchestration.foundation.months import Month, is_month
from orchestration.foundation.overlay import Overlay, overlay_in_force
from orchestration.foundation.paths import IS_CHECKOUT, REPOSITORY, REQUIREMENTS, Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.foundation.storage_errors import free_bytes, shown_size
from orchestration.foundation.whole_files import is_unfinished_file
from orchestration.landing import Kind, damaged_extracts, damaged_originals, found_below, landed_months
from orchestration.publications import PublishingError, damaged_below, latest_publications, month_versions, published_inputs
from orchestration.publications.quarters import damaged_quarters
from orchestration.publications.withdrawal import withdrawn_versions
from orchestration.upkeep.files import files_below, size_below
from orchestration.warehouse.run_lock import Holder, is_locked, noted_holder

_MEGABYTE = 1024 * 1024
_CONNECT_SECONDS = 5


class Level(Enum):
    """How bad a finding is."""

    OK = "正常"
    WARN = "注意"
    FAIL = "故障"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        subject: what was looked at, Chinese.
        level: how bad it is.
        message: what was found, Chinese.
        remedy: what to do; empty when nothing is to be done.
    """

    subject: str
    level: Level
    message: str
    remedy: str = ""


def check_python(version: tuple[int, ...], required: str) -> Finding:
    """Compare the interpreter with ``requires-python`` of the project (``>=3.11``)."""
    oldest = tuple(int(part) for part in required.removeprefix(">=").split("."))
    shown = ".".join(str(part) for part in version[:3])
    if version[: len(oldest)] < oldest:
        return Finding("Python", Level.FAIL, f"{shown} 太旧，需要 {required}", "请安装较新的 Python 后重新运行 bootstrap.py")
    return Finding("Python", Level.OK, shown)


def check_packages(locked: Mapping[str, str], installed: Mapping[str, str]) -> Finding:
    """Compare the locked versions of packages with those installed, both by normalised name."""
    missing = sorted(name for name in locked if name not in installed)
    other = sorted(name for name, version in locked.items() if name in installed and installed[name] != version)
    remedy = (
        "请运行 python3 bootstrap.py install（离线时加 --wheelhouse DIR）"
        if IS_CHECKOUT
        else f"请运行 pip install --require-hashes --no-deps -r {_requirements()}"
    )
    if missing:
        return Finding("软件包", Level.FAIL, f"缺少 {len(missing)} 个：{_some(missing)}", remedy)
    if other:
        differences = [f"{name} {installed[name]}（应为 {locked[name]}）" for name in other]
        return Finding("软件包", Level.WARN, f"{len(other)} 个与锁定的版本不同：{_some(differences)}", remedy)
    return Finding("软件包", Level.OK, f"{len(locked)} 个，与锁定的版本一致")


def check_configuration(county: County, overlay: Overlay | None) -> Finding:
    """Tell whose facts are in force, and which files were laid over ``config/``; what is wrong in them stops every command."""
    if overlay is None:
        return Finding("县配置", Level.OK, f"{county.name}，默认配置")
    said = f"改了 {len(overlay.saying)} 个文件：{_some(overlay.saying)}" if overlay.saying else "都是默认值"
    return Finding("县配置", Level.OK, f"{county.name}，{overlay.folder}，{said}")


def check_disk(free: int, used: int, settings: UpkeepSettings) -> Finding:
    """Compare the free space with the least that a run needs and with what the installation takes, in bytes."""
    shown = f"可用 {shown_size(free)}，本系统已用 {shown_size(used)}"
    if free < settings.free_disk_least_mb * _MEGABYTE:
        return Finding("磁盘空间", Level.FAIL, f"{shown}，运行可能中断", "请清理磁盘，或把发布文件夹移到较大的磁盘")
    if free < used * settings.free_disk_times_installation:
        return Finding("磁盘空间", Level.WARN, shown, "可用空间偏少；请安排清理或扩容，并运行 fangfanpin tidy")
    return Finding("磁盘空间", Level.OK, shown)


def check_raw_folder(raw: Path, exists: bool, readable: bool) -> Finding:
    """Judge the folder of deliveries, which is only read."""
    if not exists:
        return Finding("报送文件夹", Level.FAIL, f"没有 {raw}", "请建立该文件夹，或用 --raw 指明")
    if not readable:
        return Finding("报送文件夹", Level.FAIL, f"不能读 {raw} 或其中的文件夹", "请给运行本程序的用户读取权限")
    return Finding("报送文件夹", Level.OK, str(raw))


def check_deliveries(gone: str | None, odd: Sequence[str]) -> Finding:
    """Judge what is in the folder of deliveries: ``gone``, why no month can be seen; ``odd``, what is no month."""
    if gone:
        return Finding("报送月份", Level.FAIL, gone)
    if odd:
        return Finding("报送月份", Level.WARN, f"报送文件夹里不是月份的 {len(odd)} 个：{_some(odd)}")
    return Finding("报送月份", Level.OK, "报送文件夹里都是月份")


def check_written_folder(subject: str, folder: Path, mode: int | None, writable: bool) -> Finding:
    """Judge a folder that runs write and that holds personal data.

    Args:
        subject: its Chinese name.
        folder: where it is.
        mode: its permission bits; None when it does not exist.
        writable: whether this user may write it, or make it.
    """
    if not writable:
        return Finding(subject, Level.FAIL, f"不能写入 {folder}", "请给运行本程序的用户写入权限，或检查磁盘是否只读")
    if mode is None:
        return Finding(subject, Level.OK, f"{folder} 还没有，运行时会建立")
    if mode & 0o007:
        return Finding(subject, Level.WARN, f"{folder} 对本机所有用户开放，里面有个人信息", f"请运行 chmod o-rwx {folder}")
    return Finding(subject, Level.OK, str(folder))


def check_lock(locked: bool, holder: Holder | None) -> Finding:
    """Tell who works on the installation, or that a run was cut off."""
    if locked:
        return Finding("运行锁", Level.OK, f"正在运行：{holder or '没有留下说明的进程'}")
    if holder:
        return Finding("运行锁", Level.WARN, f"上次没有正常结束：{holder}", "重新运行该月即可，已发布的内容没有受影响")
    return Finding("运行锁", Level.OK, "没有运行")


def check_leftovers(paths: Sequence[Path], locked: bool) -> Finding:
    """Tell of files that runs began and did not finish; while a run goes on they may be its own."""
    if not paths or locked:
        return Finding("残留文件", Level.OK, "正在运行，未检查" if locked else "没有")
    return Finding("残留文件", Level.WARN, f"{len(paths)} 个，如 {paths[0]}", "不影响使用；运行 fangfanpin tidy 可清除")


def check_fonts(families: Sequence[str] | None) -> Finding:
    """Judge the fonts for Chinese on this machine, where workbooks and pages may be opened; None: they cannot be listed."""
    if families is None:
        return Finding("中文字体", Level.OK, "本机没有 fc-list，未检查（只影响在本机打开工作簿和页面）")
    if not families:
        return Finding(
            "中文字体", Level.WARN, "本机没有中文字体", "若在本机打开工作簿和页面，请安装 fonts-noto-cjk；其他电脑不受影响"
        )
    return Finding("中文字体", Level.OK, f"{len(families)} 种，如 {families[0]}")


def check_time_zone(name: str, county_offset: dt.timedelta | None, machine_offset: dt.timedelta) -> Finding:
    """Compare the county's time zone (offset None: unknown to this machine) with the machine's."""
    if county_offset is None:
        return Finding("时区", Level.FAIL, f"本机没有时区 {name} 的资料", "请安装系统的 tzdata 包")
    if county_offset != machine_offset:
        return Finding("时区", Level.WARN, f"本机时区与 {name} 不同", f"定时运行按 {name}，不受影响；系统日志的时间会不同")
    return Finding("时区", Level.OK, name)


def check_clock(now: dt.datetime, newest: dt.datetime | None, first_delivery: str) -> Finding:
    """Compare the clock with the newest trace that a run left: a clock that was set back dates publications wrongly."""
    if f"{now:%Y-%m}" < first_delivery:
        told = f"本机时间 {now:%Y-%m-%d %H:%M} 早于本系统的起始月 {first_delivery}"
        return Finding("时钟", Level.FAIL, told, "请校准本机时间（NTP）")
    if newest and newest > now + dt.timedelta(minutes=5):
        return Finding(
            "时钟",
            Level.FAIL,
            f"本机时间 {now:%Y-%m-%d %H:%M} 早于最近一次写入（{newest:%Y-%m-%d %H:%M}）",
            "请校准本机时间（NTP）",
        )
    return Finding("时钟", Level.OK, f"{now:%Y-%m-%d %H:%M}")


def check_history(place: str, problems: Sequence[str], remedy: str) -> Finding:
    """Judge Dagster's storage by what went wrong on opening it."""
    if problems:
        return Finding("运行历史", Level.FAIL, f"{place}：{_some(problems)}", remedy)
    return Finding("运行历史", Level.OK, place)


def check_originals(count: int, damaged: Sequence[str]) -> Finding:
    """Tell of archived originals that are gone or not what their names say, each by where it was delivered."""
    if damaged:
        return Finding(
            "归档的原件",
            Level.FAIL,
            f"{len(damaged)} 个已损坏：{_some(damaged)}",
            "报送文件夹里还有原文件的，运行 fangfanpin backup 会重新归档；没有的，请报送单位重新报送，或从备份恢复",
        )
    return Finding("归档的原件", Level.OK, f"{count} 个，与归档时的摘要一致")


def check_landed(count: int, damaged: Mapping[Month, Sequence[str]]) -> Finding:
    """Tell of landed files that are gone or damaged, by delivery, with the titles of the extracts."""
    if damaged:
        shown = _some([f"{month} 的《{'》《'.join(titles)}》" for month, titles in damaged.items()])
        return Finding(
            "读入的内容",
            Level.FAIL,
            f"{len(damaged)} 个月的已损坏：{shown}",
            "请重新运行任一月份，会按报送文件重新读入；报送文件不在了的，请放回或从备份恢复",
        )
    return Finding("读入的内容", Level.OK, f"{count} 个月，与读入时的摘要一致")


def check_publications(count: int, damaged: Mapping[Path, str]) -> Finding:
    """Tell of publications that are not what their manifests say."""
    if damaged:
        shown = _some([f"{folder}（{reason}）" for folder, reason in damaged.items()])
        return Finding("已发布的清单", Level.FAIL, f"{len(damaged)} 版已损坏：{shown}", "请从备份恢复这些文件夹，不要手工修改")
    return Finding("已发布的清单", Level.OK, f"{count} 版，与发布时的摘要一致")


def check_withdrawals(withdrawn: Mapping[str, Sequence[int]], problem: str | None) -> Finding:
    """Tell which versions are withdrawn, by month; ``problem``: why that cannot be told."""
    if problem:
        return Finding("撤回记录", Level.FAIL, problem, "在此之前不要运行：已撤回的版本可能又被当作现行的")
    said = "、".join(f"{month} 第{version}版" for month, versions in withdrawn.items() for version in versions)
    return Finding("撤回记录", Level.OK, f"已撤回：{said}" if said else "没有撤回的版本")


def check_quarters(damaged: Sequence[Path]) -> Finding:
    """Tell of quarters whose lists are no longer copies of what was published."""
    if damaged:
        told = f"{len(damaged)} 个文件夹与发布不同：{_some([str(folder) for folder in damaged])}"
        return Finding("季度清单", Level.WARN, told, "请移走这些文件夹，再运行作业 quarter（或等定时运行），会重新汇集")
    return Finding("季度清单", Level.OK, "与发布相同")


def check_in_force(shown: Mapping[str, int], published: Mapping[str, int]) -> Finding:
    """Compare the versions that the analysts' database shows with those in force, both by month."""
    other = sorted(month for month in {*shown, *published} if shown.get(month) != published.get(month))
    if other:
        return Finding(
            "现行版本",
            Level.WARN,
            f"分析库与已发布、未撤回的版本不一致：{_some(other)}",
            "请重新运行任一已发布的月份，分析库会重建；清单本身不受影响",
        )
    return Finding("现行版本", Level.OK, f"分析库收录 {len(shown)} 个月，都是现行的一版")


def check_database(subject: str, path: Path, exists: bool, problem: str | None, remedy: str) -> Finding:
    """Judge a DuckDB file by what went wrong on opening it."""
    if not exists:
        return Finding(subject, Level.OK, "还没有")
    if problem:
        return Finding(subject, Level.FAIL, f"{path} 打不开（{problem}）", remedy)
    return Finding(subject, Level.OK, str(path))


def examine(installation: Installation) -> list[Finding]:
    """Look at everything and return a finding for each check."""
    settings, county = load_upkeep(), load_county()
    locked, holder = is_locked(installation), noted_holder(installation)
    publications = publication_folders(installation.marts)
    place, problems, remedy = _open_history(installation)
    zone = _zone(county.time_zone)
    now = dt.datetime.now(zone or dt.UTC)
    return [
        check_python(sys.version_info[:3], _required_python()),
        check_packages(locked_packages(_requirements()), _installed_packages()),
        check_configuration(county, overlay_in_force()),
        _examine_disk(installation, settings),
        check_raw_folder(installation.raw, installation.raw.is_dir(), _is_readable(installation.raw)),
        check_deliveries(missing_deliveries(installation), odd_lines(installation)),
        check_written_folder("发布文件夹", installation.marts, _mode(installation.marts), _is_writable(installation.marts)),
        # a state folder inside is as closed as the one around it
        check_written_folder(
            "工作文件夹",
            installation.state,
            _mode(installation.state, installation.marts if installation.state.is_relative_to(installation.marts) else None),
            _is_writable(installation.state),
        ),
        check_lock(locked, holder),
        check_leftovers(leftovers(installation), locked),
        check_fonts(_chinese_fonts()),
        check_time_zone(county.time_zone, now.utcoffset() if zone else None, now.astimezone().utcoffset() or dt.timedelta()),
        check_clock(now, _newest_trace(installation, now), county.first_delivery),
        check_history(place, problems, remedy),
        check_originals(_originals(installation), named_originals(installation)),
        check_landed(len(landed_months(installation)), damaged_landings(installation)),
        check_publications(len(publications), damaged_publications(publications)),
        *_examine_versions(installation),
        check_quarters(damaged_quarters(installation)),
        check_database(
            "分析库",
            installation.current,
            installation.current.exists(),
            _open_duckdb(installation.current),
            "请重新运行任一已发布的月份，它会重建；清单本身不受影响",
        ),
        check_database(
            "工作库",
            installation.warehouse,
            installation.warehouse.exists(),
            None if locked else _open_duckdb(installation.warehouse),
            "请删除它后重新运行，它会重建；清单本身不受影响",
        ),
    ]


def locked_packages(requirements: Path) -> dict[str, str]:
    """Return the versions that a locked requirements file wants on this machine, by normalised name."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    locked = {}
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip("\\ "))
            if not requirement.marker or requirement.marker.evaluate():
                locked[str(canonicalize_name(requirement.name))] = str(requirement.specifier).removeprefix("==")
    return locked


def leftovers(installation: Installation) -> list[Path]:
    """Return what dead runs left unfinished in an installation's folders."""
    inside = [path for path in files_below(installation.marts) if _is_leftover(path, installation.marts)]
    if not installation.state.is_relative_to(installation.marts):
        inside += [path for path in files_below(installation.state) if _is_leftover(path, installation.state)]
    return inside


def named_originals(installation: Installation) -> list[str]:
    """Return the damaged originals by where they were delivered, as sidecars and publications tell, and where they lie."""
    damaged = damaged_originals(installation)
    published = _published_originals(installation) if damaged else {}
    return [f"{'、'.join(places or published.get(path.stem, ['不知名的文件']))}（{path}）" for path, places in damaged.items()]


def damaged_landings(installation: Installation) -> dict[Month, list[str]]:
    """Return the deliveries of which landed files are not what was written, to the last byte, with titles of the extracts."""
    contracts = load_extracts().values()
    damaged = {
        month: damaged_extracts(installation, contracts, month, thoroughly=True) for month in landed_months(installation)
    }
    return {month: [contract.title for contract in extracts] for month, extracts in damaged.items() if extracts}


def publication_folders(marts: Path) -> list[Path]:
    """Return the folder of every version of every month."""
    return [
        version
        for month in _months(marts)
        for version in sorted(month.iterdir())
        if version.is_dir() and not is_unfinished_file(version)
    ]


def _months(marts: Path) -> list[Path]:
    return [folder for folder in sorted(marts.iterdir()) if is_month(folder.name)] if marts.is_dir() else []


def damaged_publications(folders: Sequence[Path]) -> dict[Path, str]:
    """Return those whose files are gone or are not those of their manifest, with a Chinese reason."""
    damaged = {}
    for folder in folders:
        try:
            wrong = damaged_below(folder)
        except PublishingError:
            damaged[folder] = "发布说明不见了或已损坏"
            continue
        if wrong:
            damaged[folder] = f"{len(wrong)} 个文件缺少或被改过，如 {wrong[0]}"
    return damaged


def shown_finding(finding: Finding) -> str:
    """Return a finding as the command prints it."""
    remedy = f"\n        → {finding.remedy}" if finding.remedy else ""
    return f"[{finding.level.value}] {finding.subject}：{finding.message}{remedy}"


def _some(texts: Sequence[str], most: int = 3) -> str:
    return "、".join(texts[:most]) + (f" 等 {len(texts)} 项" if len(texts) > most else "")


def _required_python() -> str:
    if not IS_CHECKOUT:
        return metadata("fangfanpin")["Requires-Python"]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["requires-python"])


def _requirements() -> Path:
    return REQUIREMENTS / ("postgres.txt" if postgres_address() else "runtime.txt")


def _installed_packages() -> dict[str, str]:
    from packaging.utils import canonicalize_name

    return {
        str(canonicalize_name(found.metadata["Name"])): found.version for found in distributions() if found.metadata["Name"]
    }


def _examine_disk(installation: Installation, settings: UpkeepSettings) -> Finding:
    inside = installation.state.is_relative_to(installation.marts)
    used = size_below(installation.marts) + (0 if inside else size_below(installation.state))
    return check_disk(min(free_bytes(installation.marts), free_bytes(installation.state)), used, settings)


def _is_readable(folder: Path) -> bool:
    return all(
        found.kind is not Kind.CLOSED and (found.kind is not Kind.FILE or os.access(found.path, os.R_OK))
        for found in found_below(folder)
    )


def _mode(folder: Path, around: Path | None = None) -> int | None:
    if not folder.exists():
        return None
    return folder.stat().st_mode & (around.stat().st_mode if around else 0o777)


def _is_writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def _is_leftover(path: Path, root: Path) -> bool:
    return any(is_unfinished_file(part) for part in (path, *path.parents) if part.is_relative_to(root))


def _chinese_fonts() -> list[str] | None:
    program = shutil.which("fc-list")
    if not program:
        return None
    try:
        asked = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return sorted({line.split(",")[0].strip() for line in asked.stdout.splitlines() if line.strip()})


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None


def _examine_versions(installation: Installation) -> list[Finding]:
    try:
        withdrawn = {folder.name: sorted(withdrawn_versions(folder)) for folder in _months(installation.marts)}
    except PublishingError as error:
        return [check_withdrawals({}, str(error))]
    findings = [check_withdrawals(withdrawn, None)]
    try:
        published = {month: one.version for month, one in latest_publications(installation.marts).items()}
    except PublishingError:  # told by check_publications
        return findings
    shown = _shown_versions(installation.current)
    return findings if shown is None else [*findings, check_in_force(shown, published)]


def _shown_versions(path: Path) -> dict[str, int] | None:
    """Return the versions that the analysts' database shows; None where it does not exist or cannot be opened."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute("SELECT strftime(month, '%Y-%m'), version FROM marts.publications").fetchall()
    except duckdb.Error:  # told by check_database
        return None
    return dict(rows)


def _originals(installation: Installation) -> int:
    return sum(1 for _ in files_below(installation.archive))


def _published_originals(installation: Installation) -> dict[str, list[str]]:
    """Return where originals were delivered that publications rest on, by SHA-256."""
    places: dict[str, list[str]] = {}
    for month in _months(installation.marts):
        try:
            inputs = [
                one for version in month_versions(installation.marts, Month(month.name)) for one in published_inputs(version)
            ]
        except PublishingError:  # told by check_publications
            continue
        for one in inputs:
            place = f"{one['delivery_month']}/{one['file']}"
            if place not in places.setdefault(one["sha256"], []):
                places[one["sha256"]].append(place)
    return places


def _newest_trace(installation: Installation, now: dt.datetime) -> dt.datetime | None:
    traces = [*publication_folders(installation.marts), installation.warehouse, installation.settled]
    times = [path.stat().st_mtime for path in traces if path.exists()]
    return dt.datetime.fromtimestamp(max(times), now.tzinfo) if times else None


def _open_history(installation: Installation) -> tuple[str, list[str], str]:
    if url := postgres_address():
        problem = _open_postgres(url)
        remedy = f"请检查 PostgreSQL 是否在运行，以及 {POSTGRES_VARIABLE} 的设置（docs/deployment.md）"
        return "PostgreSQL", [problem] if problem else [], remedy
    files = [path for path in files_below(installation.dagster_home) if path.suffix == ".db"]
    if not files:
        return "SQLite，还没有运行过", [], ""
    problems = [f"{path.name}（{problem}）" for path in files if (problem := what_is_wrong(path, _CONNECT_SECONDS))]
    remedy = "请运行 fangfanpin tidy，会移开损坏的文件、重新开始记录，清单不受影响；要保留以前的运行记录，请从备份恢复"
    return f"SQLite，{len(files)} 个文件", problems, remedy


def _open_postgres(url: str) -> str | None:
    try:
        import psycopg2
    except ImportError:
        return "没有安装 psycopg2；请运行 python3 bootstrap.py install --postgres"
    try:
        with psycopg2.connect(url, connect_timeout=_CONNECT_SECONDS) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close()
    except psycopg2.OperationalError as error:
        # what the server says names host, port and user, never the password
        return str(error).strip().splitlines()[0]
    except psycopg2.Error as error:
        return f"地址写法有误（{type(error).__name__}）"
    return None


def _open_duckdb(path: Path) -> str | None:
    """Return what is wrong with a database that is read to the last block, None where nothing is."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            for schema, table in tables:
                connection.execute(f'SELECT bit_xor(hash(rows)) FROM "{schema}"."{table}" AS rows').fetchall()
    except duckdb.Error as error:
        return type(error).__name__
    return None


def worst(findings: Iterator[Finding] | Sequence[Finding]) -> Level:
    """Return the worst level among findings."""
    return max((finding.level for finding in findings), key=list(Level).index, default=Level.OK)
