"""Each check with the fault that it is there for, and the whole examination of a damaged installation."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from small_installation import make_installation

from orchestration.command_line.commands import main
from orchestration.contracts.upkeep import load_upkeep
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.publications import refresh_current
from orchestration.publications.withdrawal import note_withdrawal
from orchestration.upkeep.damage import leftovers
from orchestration.upkeep.diagnosis import Diagnosis, Level, worst
from orchestration.upkeep.doctor import examine
from orchestration.upkeep.judgements import (
    check_clock,
    check_database,
    check_disk,
    check_fonts,
    check_history,
    check_in_force,
    check_leftovers,
    check_lock,
    check_packages,
    check_publications,
    check_python,
    check_raw_folder,
    check_time_zone,
    check_withdrawals,
    check_written_folder,
)
from orchestration.upkeep.machine import locked_packages
from orchestration.warehouse.run_lock import Holder, hold_run_lock

SETTINGS = load_upkeep()
FOLDER = Path("marts")
NOON = dt.datetime(2023, 8, 21, 12, tzinfo=dt.UTC)
HOLDER = Holder("备份", 17, "server", "2023-08-21 06:00:00")
MEGABYTE = 1024 * 1024
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("diagnosis", "level", "words"),
    [
        (check_python((3, 11, 7), ">=3.11"), Level.OK, "3.11.7"),
        (check_python((3, 10, 1), ">=3.11"), Level.FAIL, "太旧"),
        (check_packages({"duckdb": "2.0.0"}, {"duckdb": "2.0.0", "more": "1"}), Level.OK, "1 个"),
        (check_packages({"duckdb": "2.0.0"}, {"duckdb": "2.0.1"}), Level.WARN, "duckdb 2.0.1（应为 2.0.0）"),
        (check_packages({"duckdb": "2.0.0", "dagster": "1"}, {"duckdb": "2.0.1"}), Level.FAIL, "dagster"),
        (check_disk(50_000 * MEGABYTE, 100 * MEGABYTE, SETTINGS), Level.OK, "48.8 GB"),
        (check_disk(2_000 * MEGABYTE, 3_000 * MEGABYTE, SETTINGS), Level.WARN, "2.0 GB"),
        (check_disk(10 * MEGABYTE, 0, SETTINGS), Level.FAIL, "10.0 MB"),
        (check_raw_folder(FOLDER, exists=True, readable=True), Level.OK, "marts"),
        (check_raw_folder(FOLDER, exists=False, readable=False), Level.FAIL, "没有"),
        (check_raw_folder(FOLDER, exists=True, readable=False), Level.FAIL, "不能读"),
        (check_written_folder("发布文件夹", FOLDER, 0o750, writable=True), Level.OK, "marts"),
        (check_written_folder("发布文件夹", FOLDER, None, writable=True), Level.OK, "会建立"),
        (check_written_folder("发布文件夹", FOLDER, 0o755, writable=True), Level.WARN, "所有用户"),
        (check_written_folder("发布文件夹", FOLDER, 0o750, writable=False), Level.FAIL, "不能写入"),
        (check_lock(False, None), Level.OK, "没有运行"),
        (check_lock(True, HOLDER), Level.OK, "备份，server 上的进程 17，自 2023-08-21 06:00:00 起"),
        (check_lock(False, HOLDER), Level.WARN, "没有正常结束"),
        (check_leftovers([], locked=False), Level.OK, "没有"),
        (check_leftovers([FOLDER / "x.tmp"], locked=True), Level.OK, "正在运行"),
        (check_leftovers([FOLDER / "x.tmp"], locked=False), Level.WARN, "1 个"),
        (check_fonts(["Noto Sans CJK SC"]), Level.OK, "Noto"),
        (check_fonts(None), Level.OK, "未检查"),
        (check_fonts([]), Level.WARN, "没有中文字体"),
        (check_time_zone("Asia/Shanghai", 8 * HOUR, 8 * HOUR), Level.OK, "Asia/Shanghai"),
        (check_time_zone("Asia/Shanghai", 8 * HOUR, 0 * HOUR), Level.WARN, "不同"),
        (check_time_zone("Asia/Shanghai", None, 0 * HOUR), Level.FAIL, "没有时区"),
        (check_clock(NOON, None, "2021-01"), Level.OK, "12:00"),
        (check_clock(NOON, NOON - HOUR, "2021-01"), Level.OK, "12:00"),
        (check_clock(NOON, NOON + HOUR, "2021-01"), Level.FAIL, "早于"),
        (check_history("SQLite", [], ""), Level.OK, "SQLite"),
        (check_history("PostgreSQL", ["connection refused"], "请检查"), Level.FAIL, "connection refused"),
        (check_publications(7, {}), Level.OK, "7 版"),
        (check_publications(7, {FOLDER: "1 个文件缺少或被改过"}), Level.FAIL, "1 版已损坏"),
        (check_withdrawals({}, None), Level.OK, "没有撤回"),
        (check_withdrawals({"2023-07": [2]}, None), Level.OK, "2023-07 第2版"),
        (check_withdrawals({}, "withdrawn.json 已损坏"), Level.FAIL, "已损坏"),
        (check_in_force({"2023-07": 1}, {"2023-07": 1}), Level.OK, "1 个月"),
        (check_in_force({"2023-07": 2, "2023-08": 1}, {"2023-07": 1}), Level.WARN, "2023-07、2023-08"),
        (check_database("分析库", FOLDER, exists=False, problem=None, remedy=""), Level.OK, "还没有"),
        (check_database("分析库", FOLDER, exists=True, problem="IOException", remedy="请重新运行"), Level.FAIL, "打不开"),
    ],
)
def test_a_check_tells_how_bad_it_is_and_what_to_do(diagnosis: Diagnosis, level: Level, words: str) -> None:
    assert diagnosis.level is level
    assert words in diagnosis.message
    assert bool(diagnosis.remedy) == (level is not Level.OK)


def test_the_worst_diagnosis_decides() -> None:
    ok, bad = Diagnosis("", Level.OK, ""), Diagnosis("", Level.FAIL, "")
    assert worst([]) is Level.OK and worst([ok, bad, ok]) is Level.FAIL


def test_locked_packages_are_those_for_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "locked.txt"
    path.write_text(
        "Typing_Extensions==4.1 \\\n    --hash=sha256:00\npywin32==1 ; sys_platform == 'win32' \\\n    --hash=sha256:11\n"
    )
    assert locked_packages(path) == {"typing-extensions": "4.1"}


def found(installation: Installation) -> dict[str, Diagnosis]:
    return {diagnosis.subject: diagnosis for diagnosis in examine(installation)}


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.delenv(POSTGRES_VARIABLE, raising=False)
    made = make_installation(tmp_path)
    made.warehouse.unlink()  # not a database here
    made.marts.chmod(0o750)
    return made


def test_a_sound_installation_has_no_fault_and_is_not_changed(installation: Installation) -> None:
    before = {path: path.stat().st_mtime_ns for path in installation.marts.rglob("*")}
    diagnoses = found(installation)
    assert {diagnosis.subject for diagnosis in diagnoses.values() if diagnosis.level is Level.FAIL} == set()
    assert diagnoses["工作文件夹"].level is Level.OK
    assert {path: path.stat().st_mtime_ns for path in installation.marts.rglob("*")} == before


def test_an_empty_installation_is_no_fault_and_stays_unmade(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    diagnoses = found(Installation.at(tmp_path / "raw", tmp_path / "marts"))
    assert worst(list(diagnoses.values())) is not Level.FAIL
    assert not (tmp_path / "marts").exists()


def test_made_faults_are_found_together(installation: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    workbook = next(installation.marts.rglob("*.xlsx"))
    workbook.chmod(0o644)
    workbook.write_bytes(b"changed by hand")
    history = installation.dagster_home / "history" / "runs.db"
    history.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    installation.current.write_bytes(b"neither")
    future = dt.datetime.now().timestamp() + 86_400
    os.utime(installation.marts / "2023-08" / "v01", (future, future))
    assert main(["doctor", "--raw", str(installation.raw), "--marts", str(installation.marts)]) == 1
    printed = capsys.readouterr().out
    for words in (
        "已损坏",
        "runs.db（file is not a database）",
        "current.duckdb 打不开",
        "早于最近一次写入",
        "→ 请从备份恢复",
        "故障 4 项",
    ):
        assert words in printed


def test_withdrawn_versions_and_a_database_that_still_shows_them_are_told(installation: Installation) -> None:
    refresh_current(installation)
    assert found(installation)["现行版本"].level is Level.OK
    # as a withdrawal leaves it that was cut off before the database was rebuilt
    note_withdrawal(installation.marts / "2023-08", 1, "王", "有误")
    diagnoses = found(installation)
    assert "2023-08 第1版" in diagnoses["撤回记录"].message
    assert diagnoses["现行版本"].level is Level.WARN and "2023-08" in diagnoses["现行版本"].message
    (installation.marts / "2023-08" / "withdrawn.json").write_text("[", encoding="utf-8")
    assert found(installation)["撤回记录"].level is Level.FAIL


def test_a_manifest_that_is_gone_is_found(installation: Installation) -> None:
    (installation.marts / "2023-08" / "v01" / "manifest.json").unlink()
    assert "发布说明" in found(installation)["已发布的清单"].message


def test_who_holds_the_lock_and_what_a_dead_run_left_are_told(installation: Installation) -> None:
    unfinished = installation.marts / "2023-08" / ".v02-1.tmp" / "warning_list.parquet"
    unfinished.parent.mkdir()
    unfinished.touch()
    assert leftovers(installation) == [unfinished]
    assert found(installation)["残留文件"].level is Level.WARN
    with hold_run_lock(installation, "备份"):
        assert f"备份，{os.uname().nodename} 上的进程 {os.getpid()}" in found(installation)["运行锁"].message
        assert found(installation)["残留文件"].level is Level.OK
        note = installation.run_holder.read_bytes()
    assert found(installation)["运行锁"].message == "没有运行"
    installation.run_holder.write_bytes(note)  # as a killed run leaves it
    assert found(installation)["运行锁"].level is Level.WARN


@pytest.mark.parametrize("url", ["postgresql://me:geheim@127.0.0.1:1/nothing", "geheim"])
def test_a_database_server_out_of_reach_is_told_without_the_password(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    pytest.importorskip("psycopg2")
    monkeypatch.setenv(POSTGRES_VARIABLE, url)
    diagnosis = found(installation)["运行历史"]
    assert diagnosis.level is Level.FAIL and "PostgreSQL" in diagnosis.message
    assert "geheim" not in diagnosis.message + diagnosis.remedy
