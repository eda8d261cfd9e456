"""What lies beside the rule for names: every file of a delivery is read or named, and no odd folder ends a month."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pyarrow.parquet as pq
import pytest
from bad_files import DOCUMENT, HEADERS, MONTH, ROW, Door, contract_of, csv_of, xlsx_of
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.command_line import commands as command_line
from orchestration.command_line import summary
from orchestration.contracts import load_county, load_extracts
from orchestration.defs.definitions import build_definitions
from orchestration.defs.jobs import LANDING_JOB
from orchestration.defs.runs import RunError, run_months
from orchestration.deliveries.rosters import missing_rosters
from orchestration.deliveries.settled import settle
from orchestration.deliveries.unread import missing_deliveries, odd_lines, unread_lines
from orchestration.foundation.atomic_files import write_json
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import (
    LARGEST_DIGESTED,
    LandingPool,
    delivered_files,
    fingerprint,
    land,
    land_extract,
    landed_digest,
    odd_entries,
    plain_files,
    unrecognized_files,
    write_unrecognized,
)
from orchestration.landing.delivery import is_litter
from orchestration.landing.strangers import Stranger
from orchestration.notices.reminders import reminders
from orchestration.upkeep.diagnosis import Level
from orchestration.upkeep.judgements import check_deliveries

GOOD = csv_of([HEADERS, ROW])
CONTRACTS = list(load_extracts().values())
NOBODY = 65534


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    found = Installation.at(tmp_path / "raw", tmp_path / "marts")
    found.raw.mkdir()
    return found


def deliver(installation: Installation, place: str, content: bytes = b"x") -> Path:
    path = installation.raw / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def claimed(installation: Installation) -> dict[str, str]:
    """Return the extract of every file that one claims, by its path below the month's folder; none is claimed twice."""
    files = [
        (file.path.relative_to(installation.raw / MONTH).as_posix(), contract.extract)
        for contract in CONTRACTS
        for file in delivered_files(installation.raw, MONTH, contract)
    ]
    assert len(dict(files)) == len(files)
    return dict(files)


def strangers(installation: Installation) -> dict[str, Stranger]:
    return {stranger.file: stranger for stranger in unrecognized_files(installation.raw, MONTH, CONTRACTS)}


def as_nobody(result: Callable[[], Any]) -> Any:
    """Return what a call gives to a user whom permissions stop; root is stopped by none."""
    if os.geteuid() != 0:
        return result()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setuid(NOBODY)
        try:
            answer = result()
        except BaseException as error:
            answer = error
        with os.fdopen(writing, "wb") as stream:
            stream.write(pickle.dumps(answer))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = pickle.loads(stream.read())  # noqa: S301  from our own child
    os.waitpid(child, 0)
    if isinstance(answer, BaseException):
        raise answer
    return answer


@pytest.fixture
def open_installation() -> Iterator[Installation]:
    """An installation that every user of the machine may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    found = Installation.at(folder / "raw", folder / "marts")
    found.raw.mkdir()
    yield found
    # neither the library nor a removal of its own gets to the end of a chain of a thousand folders
    subprocess.run(["rm", "-rf", str(folder)], check=True)


# --- 92: files beside the rule


@pytest.mark.parametrize(
    ("name", "extract", "parts"),
    [
        ("rural_revitalization/income_expense (2).csv", "income_expense", ["应改名为 income_expense__2.csv", "副本，请删除"]),
        ("rural_revitalization/income_expense（2）.csv", "income_expense", ["应改名为 income_expense__2.csv"]),
        ("rural_revitalization/income_expense_2.csv", "income_expense", ["应改名为 income_expense__2.csv"]),
        ("rural_revitalization/income_expense-3.xlsx", "income_expense", ["应改名为 income_expense__3.xlsx"]),
        ("rural_revitalization/income_expense - 副本.csv", "income_expense", ["income_expense__2.csv", "副本，请删除"]),
        ("rural_revitalization/副本 of income_expense.csv", "income_expense", ["副本，请删除"]),
        ("rural_revitalization/income_expense__1 (1).csv", "income_expense", ["应改名为 income_expense__2.csv", "重名"]),
        ("rural_revitalization/income-expense.csv", "income_expense", ["应改名为 income_expense.csv"]),
        ("rural_revitalization/incom_expense.csv", "income_expense", ["应改名为 income_expense.csv"]),
        ("rural_revitalization/income_expense.zip", "income_expense", ["请解压", "命名为 income_expense.xlsx"]),
        ("rural_revitalization/income_expense.rar", "income_expense", ["请解压"]),
        ("rural_revitalization/income_expense.ods", "income_expense", ["另存为 income_expense.xlsx"]),
        ("rural_revitalization/income_expense.csv.txt", "income_expense", ["应改名为 income_expense.csv"]),
        ("rural_revitalization/income_expense", "income_expense", ["没有结尾", "income_expense.xlsx"]),
        ("rural_revitalization/2023年7月家庭收入支出登记.xlsx", "income_expense", ["应改名为 家庭收入支出登记.xlsx"]),
        ("rural_revitalization/马头镇家庭收入支出登记.xls", "income_expense", ["应改名为 家庭收入支出登记__马头镇.xls"]),
        ("rural_revitalization/新建文件夹/income_expense__2.csv", "income_expense", ["子文件夹", "请移到 2023-07/rural"]),
        ("water/settlement.csv", "settlement", ["县医保局的《医疗费用结算明细》", "请移到 2023-07/medical_insurance/"]),
        ("民证局/死亡人员名册.csv", "death_register", ["不是约定的部门文件夹", "2023-07/civil_affairs/"]),
        ("7月民政局/death_register.csv", "death_register", ["文件夹应改名为 民政局 或 civil_affairs"]),
        ("养老保险参保名册.xlsx", "pension", ["直接放在月份文件夹下", "请移到 2023-07/human_resources/"]),
        ("enrolment.csv", None, ["县教育局", "县医保局"]),
        ("civil_affairs/名单.xlsx", None, ["县民政局的文件应命名为", "assistance_roll 或 社会救助对象名册"]),
        ("财政局/名单.xlsx", None, ["不是约定的部门文件夹", "请放进部门的文件夹"]),
        ("water/无关.tmp", None, ["没有复制", "drinking_water 或 饮水安全台账"]),
    ],
)  # fmt: skip
def test_case_92_near_misses_say_what_the_name_should_be(
    installation: Installation, name: str, extract: str | None, parts: list[str]
) -> None:
    deliver(installation, f"{MONTH}/{name}")
    assert claimed(installation) == {}
    (stranger,) = strangers(installation).values()
    assert stranger.file == name
    assert (stranger.extract or "").rpartition("__")[2] == (extract or "")
    assert [part for part in ("没有读", *parts) if part not in stranger.reason] == []


NAMES = st.one_of(
    st.sampled_from([name for contract in CONTRACTS for name in contract.file_names]),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12),
)
ADDED = st.sampled_from(["", "__1", "_1", " (2)", "（马头镇）", "_马头镇", " - 副本", "__a b", "\u200b", "新", "."])
ENDINGS = st.sampled_from([".csv", ".XLSX", ".xls", ".txt", ".zip", "", ".csv.part", "．ｃｓｖ", ".et"])
FOLDERS = st.sampled_from(
    [
        "",
        "water/",
        "民政局/",
        "Civil_Affairs/",
        "rural_revitalization/",
        "rural_revitalization/旧/",
        "某局/",
        "a/b/c/",
        "水务局/x.csv/",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FOLDERS, NAMES, ADDED, ENDINGS), max_size=12))
def test_case_92_every_file_is_read_or_named(places: list[tuple[str, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation.at(Path(folder) / "raw", Path(folder) / "marts")
        for place in map("".join, places):
            try:
                deliver(installation, f"{MONTH}/{place}")
            except OSError:  # a folder of that name is there, or the name is too long
                continue
        delivery = installation.raw / MONTH
        files = {
            path.relative_to(delivery).as_posix()
            for path in delivery.rglob("*")
            if path.is_file() and not any(map(is_litter, path.relative_to(delivery).parts))
        }
        read = claimed(installation)
        named = [stranger for stranger in unrecognized_files(installation.raw, MONTH, CONTRACTS) if stranger.size is not None]
        assert set(read) <= files
        assert len(read) + len(named) == len(files)
        assert len({stranger.file for stranger in named}) == len(named)


def test_case_92_named_in_the_account_and_on_the_console(installation: Installation) -> None:
    deliver(installation, f"{MONTH}/rural_revitalization/income_expense (2).csv", b"four")
    write_unrecognized(installation, MONTH, CONTRACTS)
    (row,) = pq.read_table(installation.landed_account("intake_files", "unrecognized", MONTH)).to_pylist()
    assert (row["extract"], row["file"], row["sha256"], row["bytes"], row["outcome"], row["rows_delivered"]) == (
        None, "rural_revitalization/income_expense (2).csv", None, 4, "unrecognized", 0,
    )  # fmt: skip
    assert "income_expense__2.csv" in row["reason"]
    deliver(installation, "2023-8/water/drinking_water.csv")
    told = "\n".join(summary.unread_lines(installation, [MONTH]))
    assert f"{MONTH}/rural_revitalization/income_expense (2).csv：没有读" in told
    assert "2023-8：没有读；如是 2023-08 的报送，文件夹应改名为 2023-08" in told


def test_case_92_refused_files_are_on_the_console_too(installation: Installation) -> None:
    deliver(installation, f"{MONTH}/water/drinking_water.csv", b"")
    land_extract(installation, load_extracts()["water__drinking_water"], MONTH)
    (line,) = unread_lines(installation, MONTH)
    assert line.startswith(f"{MONTH}/water/drinking_water.csv：退回：文件是空的")


def test_case_92_a_heap_of_photographs_does_not_hide_a_misnamed_part(installation: Installation) -> None:
    for number in range(300):
        deliver(installation, f"{MONTH}/water/照片/IMG_{number:04d}.jpg")
    deliver(installation, f"{MONTH}/water/照片/饮水安全台账.csv")
    named = strangers(installation)
    assert len(named) == 202
    assert "water/照片/饮水安全台账.csv" in named
    assert "另有 100 个" in named["water/（其余）"].reason
    lines = unread_lines(installation, MONTH)
    assert len(lines) == 21 and "另有 182 个" in lines[-1]


def test_case_92_a_department_is_told_of_misnamed_files_instead_of_missing_ones(installation: Installation) -> None:
    for contract in CONTRACTS:
        deliver(installation, f"{MONTH}/{contract.department}/{contract.short_name}.csv")
    (installation.raw / MONTH / "civil_affairs/death_register.csv").rename(
        installation.raw / MONTH / "civil_affairs/death_register (1).csv"
    )
    deliver(installation, f"{MONTH}/water/张三.docx")
    messages = {message.recipient: message for message in reminders(installation, at(18), {})}
    assert set(messages) == {"civil_affairs", "water", "rural_revitalization"}
    body = messages["civil_affairs"].body
    assert "未报送" not in body and "名称或位置不对、没有读入 1 个文件，像是《死亡人员名册》" in body
    assert "death_register.xlsx 或 死亡人员名册.xlsx" in body
    assert messages["civil_affairs"].counts == {"missing": 0, "refused": 0, "unfinished": 0, "misnamed": 1}
    assert "1 个文件认不出是哪个名册的" in messages["water"].body
    assert not any("张三" in message.text for message in messages.values())


def at(day: int) -> dt.datetime:
    return dt.datetime(2023, 7, day, 10, tzinfo=ZoneInfo(load_county().time_zone))


# --- 93: Chinese names


@pytest.mark.parametrize(
    ("name", "extract"),
    [
        ("民政局/社会救助对象名册.xlsx", "civil_affairs__assistance_roll"),
        ("县民政局/社会救助对象名册_马头镇.xlsx", "civil_affairs__assistance_roll"),
        ("新丰县民政局/assistance_roll__2.csv", "civil_affairs__assistance_roll"),
        ("civil_affairs/社会救助对象名册__第一批.xls", "civil_affairs__assistance_roll"),
        ("医疗保障局/医疗费用结算明细.csv", "medical_insurance__settlement"),
        ("县残疾人联合会/持证残疾人名册_440233101.csv", "disabled_federation__certificate"),
        ("乡村振兴局/户信息表.xlsx", "rural_revitalization__household_roster"),
        ("rural_revitalization/疑似匹配判定_全县.xlsx", "rural_revitalization__match_decision"),
    ],
)
def test_case_93_chinese_names(installation: Installation, name: str, extract: str) -> None:
    deliver(installation, f"{MONTH}/{name}")
    assert claimed(installation) == {name: extract}
    (file,) = delivered_files(installation.raw, MONTH, load_extracts()[extract])
    assert file.is_as_agreed
    assert strangers(installation) == {}


def test_case_93_read_as_under_the_english_name(door: Door) -> None:
    path = door.installation.raw / MONTH / "县教育局" / "资助名册_马头镇.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(GOOD)
    (landed,) = (door.land(), door.table())[1]
    assert door.problems() == []
    assert landed["file"] == "县教育局/资助名册_马头镇.csv"
    other = Door(Installation.at(path.parents[3] / "raw2", path.parents[3] / "marts2"), door.contract)
    other.land("aid__马头镇.csv", GOOD)
    assert landed | {"file": ""} == other.table()[0] | {"file": ""}


def test_case_93_every_declared_name_means_one_extract(installation: Installation) -> None:
    county, wanted = load_county(), {}
    for contract in CONTRACTS:
        folders = county.folder_names(county.department(contract.department))
        for number, name in enumerate(contract.file_names):
            place = f"{folders[number % len(folders)]}/{name}__{number}.xlsx"
            deliver(installation, f"{MONTH}/{place}")
            wanted[place] = contract.extract
    assert claimed(installation) == wanted


# --- 94: certain, though written otherwise


@pytest.mark.parametrize(
    "place",
    [
        "education/Aid.csv",
        "education/AID__2.CSV",
        "education/ａｉｄ__2.csv",
        "education/aid__2．ｃｓｖ",
        "education/ aid .csv",
        "education/aid\u200b.csv",
        "education/aid.csv ",
        "education/资助名册（马头镇）.csv",
        "education/资助名册-马头镇.csv",
        "education/aid_马头镇（）.csv",
        "Education/aid.csv",
        "教育局 /aid.csv",
    ],
)
def test_case_94_another_spelling_that_leaves_no_doubt(door: Door, place: str) -> None:
    path = door.installation.raw / MONTH / place
    path.parent.mkdir(parents=True)
    path.write_bytes(GOOD)
    result = door.land()
    assert (result.status, result.rows_loaded) == ("received", 1)
    assert (0, "", "mended", "name_mended") in door.problems()
    assert "aid 或 资助名册" in door.messages() and "education" in door.messages()


def test_case_94_text_under_the_agreed_name(door: Door) -> None:
    assert door.land("aid__2.txt", GOOD.replace(b",", b"\t")).rows_loaded == 1
    assert door.problems() == [(0, "", "mended", "format_differs_from_name")]
    assert "没有找到" in door.refusal("aid__3.txt", "请查收。\n".encode())


# --- 95: two names that say the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("education/aid.csv", "教育局/aid.csv"),
        ("education/aid.csv", "教育局/资助名册.xlsx"),
        ("education/aid__2.csv", "education/资助名册__2.csv"),
        ("education/aid__马头镇.csv", "education/资助名册_马头镇.csv"),
        ("education/Aid.csv", "education/AID.csv"),
    ],
)
def test_case_95_two_names_for_one_part_are_told_and_neither_is_read(door: Door, one: str, other: str) -> None:
    for place in (one, other):
        path = door.installation.raw / MONTH / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(GOOD)
    result = door.land()
    assert (result.status, result.rows_loaded) == ("rejected", 0)
    for file, rival in zip(result.files, reversed(result.files), strict=True):
        assert f"与 {rival.file} 说的是《资助名册》的同一份" in str(file.reason)
        assert list(door.installation.archive.rglob(f"{file.sha256}*"))


@pytest.mark.parametrize("other", ["Aid.csv", "aid\u3000.csv", "aid.txt"])
def test_case_95_the_agreed_name_goes_before_another_spelling(door: Door, other: str) -> None:
    door.deliver("aid.csv", GOOD)
    door.deliver(other, csv_of([HEADERS, ROW, ROW]))
    result = door.land()
    assert (result.status, result.rows_loaded) == ("received", 1)
    (refused,) = (file for file in result.files if file.outcome == "refused")
    assert "与 education/aid.csv 说的是《资助名册》的同一份" in str(refused.reason)


def test_case_95_parts_and_formats_of_one_name_are_all_read(door: Door) -> None:
    for name in ("aid.csv", "aid.xlsx", "aid__1.csv", "aid__2.csv", "aid__马头镇.csv", "aid__440233101.csv", "aid__2.csv.part"):
        door.deliver(name, xlsx_of([HEADERS, ROW]) if name.endswith("xlsx") else GOOD)
    assert [file.file for file in door.land().files if file.outcome == "refused"] == ["education/aid__2.csv.part"]


# --- 96: what is no plain file, and folders that cannot be read


def test_case_96_pipes_sockets_links_and_folders_are_told_and_not_opened(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = door.deliver("aid__1.csv", GOOD).parent
    outside = tmp_path / "outside.csv"
    outside.write_bytes(GOOD)
    os.mkfifo(folder / "aid__2.csv")
    (folder / "aid__3.csv").symlink_to(outside)
    (folder / "aid__4.csv").symlink_to(folder / "aid__1.csv")
    (folder / "aid__5.csv").mkdir()
    (folder.parent / "water").symlink_to(tmp_path, target_is_directory=True)
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind("aid__6.csv")
    assert [file.file for file in door.land().files] == ["education/aid__1.csv"]
    told = {
        stranger.file: stranger for stranger in unrecognized_files(door.installation.raw, MONTH, [*CONTRACTS, door.contract])
    }
    assert set(told) == {*(f"education/aid__{number}.csv" for number in (2, 3, 4, 6)), "education/aid__5.csv/", "water"}
    assert "不是普通文件" in told["education/aid__2.csv"].reason and "不是普通文件" in told["education/aid__6.csv"].reason
    assert "链接" in told["education/aid__3.csv"].reason and "链接" in told["water"].reason
    assert "是文件夹" in told["education/aid__5.csv/"].reason


def test_case_96_a_file_that_becomes_a_pipe_or_a_link_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    (tmp_path / "target.csv").write_bytes(GOOD)
    for name in ("pipe.csv", "link.csv"):
        with pytest.raises(OSError):
            plain_files.open_plain(tmp_path / name)
        assert plain_files.sha256_of(tmp_path / name) is None
    assert plain_files.read_plain(tmp_path / "target.csv", 4)[0] == GOOD[:4]


def test_case_96_a_folder_that_may_not_be_read(open_installation: Installation) -> None:
    closed = deliver(open_installation, f"{MONTH}/civil_affairs/death_register.csv").parent
    inner = deliver(open_installation, f"{MONTH}/water/drinking_water.csv").with_name("drinking_water__2.csv")
    inner.mkdir()
    for folder in (closed, inner):
        folder.chmod(0)
    told = as_nobody(lambda: unread_lines(open_installation, MONTH))
    assert [line.partition("：")[0] for line in told] == [f"{MONTH}/civil_affairs/", f"{MONTH}/water/drinking_water__2.csv/"]
    assert all("打不开（没有读取权限" in line for line in told)
    assert list(as_nobody(lambda: claimed(open_installation))) == ["water/drinking_water.csv"]
    messages = {message.recipient: message for message in as_nobody(lambda: reminders(open_installation, at(18), {}))}
    # what it sent cannot be known, so the bureau is told and the department is not
    assert "civil_affairs" not in messages and "县民政局：文件夹打不开" in messages["rural_revitalization"].body
    assert "education" in messages


def test_case_96_a_folder_that_may_be_listed_and_not_entered(open_installation: Installation) -> None:
    path = deliver(open_installation, f"{MONTH}/education/aid.csv", GOOD)
    path.parent.chmod(0o444)
    open_installation.marts.mkdir()
    open_installation.marts.chmod(0o777)
    result = as_nobody(lambda: land_extract(open_installation, contract_of(), MONTH))
    assert (result.status, "打不开" in result.files[0].reason) == ("rejected", True)
    # it is tried again when it can be opened
    path.parent.chmod(0o755)
    assert land_extract(open_installation, contract_of(), MONTH).rows_loaded == 1


def test_case_96_a_month_that_may_not_be_read(open_installation: Installation) -> None:
    deliver(open_installation, f"{MONTH}/water/drinking_water.csv").parents[1].chmod(0)
    (line,) = as_nobody(lambda: unread_lines(open_installation, MONTH))
    assert "打不开" in line
    messages = as_nobody(lambda: reminders(open_installation, at(18), {}))
    assert [message.recipient for message in messages] == ["rural_revitalization"]
    assert "打不开" in messages[0].body


def test_case_96_folders_without_end(open_installation: Installation) -> None:
    deliver(open_installation, f"{MONTH}/education/aid.csv", GOOD)
    for start, name in (("water", "d"), ("education", "长" * 80)):
        folder = os.open(open_installation.raw / MONTH, os.O_RDONLY)
        for step in [start, *([name] * 1100)]:
            if step != "education":
                os.mkdir(step, dir_fd=folder)
            inner = os.open(step, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        os.close(folder)
    assert land_extract(open_installation, contract_of(), MONTH).rows_loaded == 1
    reasons = {
        stranger.file[0]: stranger.reason
        for stranger in unrecognized_files(open_installation.raw, MONTH, CONTRACTS)
        if "__" not in stranger.file and stranger.size is None
    }
    assert "太深" in reasons["w"]
    assert "打不开" in reasons["e"] or "太深" in reasons["e"]


def test_case_96_names_that_are_no_text(door: Door) -> None:
    folder = door.deliver("aid__1.csv", GOOD).parent
    for name in (b"aid__\xff.csv", "资助名册".encode("gb18030") + b".csv"):
        (folder / os.fsdecode(name)).write_bytes(GOOD)
    assert door.land().rows_loaded == 2
    (stranger,) = unrecognized_files(door.installation.raw, MONTH, [door.contract])
    assert stranger.file.isprintable() and "应命名为" in stranger.reason
    stranger.file.encode()


def test_case_96_a_file_that_goes_while_the_folder_is_listed(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.deliver("aid__1.csv", GOOD)
    gone = door.deliver("aid__2.csv", GOOD)
    listed = land.files_to_read

    def going(*arguments: Any) -> Any:
        files = listed(*arguments)
        gone.unlink(missing_ok=True)
        return files

    monkeypatch.setattr(land, "files_to_read", going)
    assert [file.file for file in door.land().files] == ["education/aid__1.csv"]


def test_case_96_the_pool_lands_everything_else(installation: Installation) -> None:
    folder = deliver(installation, f"{MONTH}/water/drinking_water__1.csv", b"").parent
    os.mkfifo(folder / "drinking_water__2.csv")
    (folder / "drinking_water__3.csv").symlink_to("/dev/zero")
    with LandingPool(workers=1) as pool:
        pool.submit_all(installation, CONTRACTS, [MONTH])
        results = {contract.extract: pool.result(contract.extract, MONTH) for contract in CONTRACTS}
    assert {extract for extract, result in results.items() if result.files} == {"water__drinking_water"}


# --- 97: folders that are no month, and no folder at all


@pytest.mark.parametrize(
    "name",
    [
        *("2023-8", "20238", "202308", "2023年8月", "2023年08月份", "2023-08 ", "２０２３－０８", "2023_08", "2023.08"),
        *("2023.8.1", "20230801", "2023-08 - 副本"),
    ],
)
def test_case_97_a_misspelt_month_is_told_with_the_right_spelling(installation: Installation, name: str) -> None:
    for contract in CONTRACTS:
        deliver(installation, f"{name}/{contract.department}/{contract.short_name}.csv")
    (entry,) = odd_entries(installation.raw)
    assert (entry.month, entry.is_taken) == ("2023-08", False)
    (line,) = odd_lines(installation)
    assert line == f"{name}：没有读；如是 2023-08 的报送，文件夹应改名为 2023-08"
    assert check_deliveries(None, [line]).level is Level.WARN
    for extract in CONTRACTS:
        land_extract(installation, extract, Month("2023-08"))
    (reasons,) = missing_rosters(installation, [Month("2023-08")]).values()
    assert f"{name} 如是 2023-08 的报送，文件夹应改名为 2023-08" in reasons
    # nobody is told that he sent nothing
    (message,) = reminders(installation, at(18).replace(month=8), {})
    assert message.recipient == "rural_revitalization" and name in message.body
    (installation.raw / "2023-08").mkdir()
    assert "并入已有的文件夹 2023-08" in odd_lines(installation)[0]


@pytest.mark.parametrize("name", ["2023-13", "2023-00", "八月", "备份", "202313", "12023-08"])
def test_case_97_what_is_no_month_at_all(installation: Installation, name: str) -> None:
    (installation.raw / name).mkdir()
    deliver(installation, f"{MONTH}/water/drinking_water.csv")
    deliver(installation, ".truth/links.parquet")
    assert [line.partition("：")[0] for line in odd_lines(installation)] == [name]
    assert "应写成 2023-08 的样子" in odd_lines(installation)[0]


def test_case_97_a_file_in_place_of_a_month(installation: Installation) -> None:
    deliver(installation, "2023-08")
    deliver(installation, "income_expense.csv")
    assert [line.partition("：")[0] for line in odd_lines(installation)] == ["2023-08", "income_expense.csv"]


@pytest.mark.parametrize("kind", ["vanished", "empty"])
def test_case_97_a_folder_of_deliveries_that_is_gone(
    installation: Installation, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for contract in CONTRACTS:
        deliver(installation, f"{MONTH}/{contract.department}/{contract.short_name}.csv")
        land_extract(installation, contract, MONTH)
    settle(installation, [MONTH])
    before = landed_digest(installation, CONTRACTS, MONTH)
    assert missing_deliveries(installation) is None
    away = installation.raw.rename(installation.raw.with_name("away"))
    if kind == "empty":
        installation.raw.mkdir()
    told = missing_deliveries(installation)
    assert told and "是否挂上" in told
    assert check_deliveries(told, []).level is Level.FAIL
    for day in (3, 18):
        (message,) = reminders(installation, at(day), {})
        assert message.recipient == "rural_revitalization" and "未报送" not in message.body
    with pytest.raises(RunError, match="报送文件夹"):
        run_months(installation, MONTH, MONTH)
    assert command_line.main(["run", "--month", MONTH, "--raw", str(installation.raw), "--marts", str(installation.marts)]) == 1
    assert "报送文件夹" in capsys.readouterr().err
    # what was landed is as it was
    if kind == "empty":
        installation.raw.rmdir()
    away.rename(installation.raw)
    assert landed_digest(installation, CONTRACTS, MONTH) == before


def test_case_97_the_daemon_lands_nothing_either(installation: Installation) -> None:
    contract = load_extracts()["water__drinking_water"]
    deliver(installation, f"{MONTH}/water/drinking_water.csv")
    land_extract(installation, contract, MONTH)
    write_json(installation.settled, {MONTH: "digest"})
    (installation.raw / MONTH).rename(installation.raw.with_name("away"))
    job = build_definitions(installation).resolve_job_def(LANDING_JOB)
    result = job.execute_in_process(partition_key=MONTH, raise_on_error=False, instance=dg.DagsterInstance.ephemeral())
    failed = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    assert len(failed) == len(CONTRACTS)
    assert {failure and "是否挂上" in str(failure.description) for failure in failed} == {True}
    (installation.raw.with_name("away")).rename(installation.raw / MONTH)
    assert land_extract(installation, contract, MONTH).was_unchanged


def test_case_97_a_new_installation_may_be_empty(installation: Installation) -> None:
    assert missing_deliveries(installation) is None
    for contract in CONTRACTS:
        land_extract(installation, contract, MONTH)
    settle(installation, [MONTH])
    # a run that found nothing has read nothing
    assert missing_deliveries(installation) is None
    assert "civil_affairs" in {message.recipient for message in reminders(installation, at(18), {})}


# --- 98: files over the limit of size


def test_case_98_a_file_over_the_limit_is_not_kept_whole(door: Door) -> None:
    path = door.deliver("aid.csv", b"")
    with path.open("wb") as stream:
        stream.truncate(land.LARGEST_FILE + 1)
    result = door.land()
    (file,) = result.files
    assert (file.outcome, file.bytes, len(str(file.sha256))) == ("refused", land.LARGEST_FILE + 1, 64)
    assert "MB" in str(file.reason)
    assert not door.installation.archive.exists()
    # it is not read again, and a touched one of the same bytes is known
    assert door.land().was_unchanged
    path.touch()
    assert door.land().was_unchanged
    assert landed_digest(door.installation, [door.contract], MONTH) is not None


def test_case_98_of_a_huge_file_only_name_and_size_are_kept(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    path = door.deliver("aid.csv", b"")
    with path.open("wb") as stream:
        stream.truncate(LARGEST_DIGESTED * 64)
    monkeypatch.setattr(fingerprint, "_FRESH_NS", -(10**18))
    (file,) = door.land().files
    assert (file.outcome, file.bytes, file.sha256) == ("refused", LARGEST_DIGESTED * 64, None)
    assert door.land().was_unchanged
    with path.open("wb") as stream:
        stream.write(GOOD)
    result = door.land()
    assert (result.was_unchanged, result.rows_loaded) == (False, 1)
    assert DOCUMENT not in str(file.reason)
