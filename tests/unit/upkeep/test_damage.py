"""What is read again after it was damaged: each reader makes do without, or says in one message what is wrong. No runs here."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_installation import DELIVERED, FILE, MONTH, digest, make_installation

from expectations.intake import _kept
from orchestration.adapters.dagster_run_history import set_damaged_aside
from orchestration.command_line.commands import main
from orchestration.contracts import load_extracts
from orchestration.deliveries.settled import damaged_deliveries, settled_deliveries
from orchestration.foundation.atomic_files import read_json, write_json
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.settings import POSTGRES_VARIABLE
from orchestration.landing import archived, land_extract
from orchestration.notices import outbox
from orchestration.notices.outbox import Channels, Message
from orchestration.publications import PublishingError, latest_publications, refresh_current, whole_publications
from orchestration.publications.current import is_current_whole
from orchestration.publications.unchanged import as_known_then, months_to_compute
from orchestration.publications.withdrawal import note_withdrawal, read_withdrawals
from orchestration.upkeep.backup import back_up, restore
from orchestration.upkeep.diagnosis import Level
from orchestration.upkeep.doctor import examine
from orchestration.warehouse import kept_months as history
from orchestration.warehouse.dbt_runner import _is_parsed
from orchestration.warehouse.run_lock import noted_holder
from tests.recovery.damage import DAMAGES, spoil

ENROLMENT = load_extracts()["education__enrolment"]
every_damage = pytest.mark.parametrize("damage", DAMAGES)


@pytest.fixture(autouse=True)
def sqlite_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(POSTGRES_VARIABLE, raising=False)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = make_installation(tmp_path)
    made.warehouse.unlink()  # not a database here
    made.marts.chmod(0o750)
    return made


def faults(installation: Installation) -> dict[str, str]:
    return {diagnosis.subject: diagnosis.message for diagnosis in examine(installation) if diagnosis.level is Level.FAIL}


@every_damage
def test_settled_deliveries(installation: Installation, damage: str) -> None:
    """What was settled of a delivery that is still there is settled anew; of one that was taken away its sidecars say."""
    write_json(installation.settled, {MONTH: "x"})
    assert settled_deliveries(installation) == {MONTH: "x"}
    spoil(installation.settled, damage)
    assert settled_deliveries(installation) == {}


def test_settled_deliveries_that_were_taken_away_are_known_from_sidecars(installation: Installation) -> None:
    for contract in load_extracts().values():
        land_extract(installation, contract, Month("2023-07"))
    assert settled_deliveries(installation).keys() == {"2023-07"}
    spoil(installation.landed_extract(ENROLMENT.extract, Month("2023-07")), "cut in the middle")
    assert settled_deliveries(installation) == {}
    assert damaged_deliveries(installation) == {"2023-07": [ENROLMENT.title]}


@every_damage
def test_what_a_month_rested_on(installation: Installation, damage: str) -> None:
    publication = as_known_then(installation, MONTH)
    assert publication is not None
    spoil(installation.computed / f"{MONTH}.json", damage)
    assert months_to_compute(installation, [MONTH]) == [MONTH]


@every_damage
@pytest.mark.parametrize("name", ["kept.json", "findings.parquet", "follow_up_results.parquet", "extract_matches.parquet"])
def test_kept_findings(installation: Installation, damage: str, name: str) -> None:
    tables = {table: schema.empty_table() for table, schema in history._schemas().items()}
    history.keep_month(installation, MONTH, tables)
    assert history._kept_fingerprint(installation, MONTH) == history.fingerprint(installation, MONTH)
    spoil(installation.checks / "kept" / MONTH / name, damage)
    assert history._kept_fingerprint(installation, MONTH) is None
    history.keep_month(installation, MONTH, tables)
    assert history._kept_fingerprint(installation, MONTH) == history.fingerprint(installation, MONTH)


@every_damage
def test_results_of_intake_checks(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "result.json"
    write_json(path, {"fingerprint": "x", "extract": "a", "months": [MONTH], "outcomes": []})
    assert _kept(path, "x") is not None
    spoil(path, damage)
    assert _kept(path, "x") is None


@every_damage
def test_holder_of_the_lock(installation: Installation, damage: str) -> None:
    spoil(installation.run_holder, damage)
    assert noted_holder(installation) is None


@every_damage
def test_messages_are_written_again_and_do_not_keep_others_from_being_sent(tmp_path: Path, damage: str) -> None:
    first, second = (Message(code, code, code, f"{MONTH}-18T09:00", "s", "b") for code in ("a", "b"))
    assert outbox.write(tmp_path, first) and outbox.write(tmp_path, second)
    record = tmp_path / f"{MONTH}-18" / "a.json"
    spoil(record, damage)
    sent: list[str] = []

    class Told(Channels):
        def senders(self) -> dict[str, object]:  # type: ignore[override]
            return {"told": lambda message: sent.append(message.recipient) or True}

    done = outbox.send(tmp_path, Told(), dt.date.fromisoformat(f"{MONTH}-18"))
    assert (sent, done.failed) == (["b"], {})
    assert outbox.write(tmp_path, first) and not outbox.write(tmp_path, first)
    spoil(tmp_path / f"{MONTH}-18" / "b.sent.json", damage)
    outbox.send(tmp_path, Told(), dt.date.fromisoformat(f"{MONTH}-18"))
    assert sent == ["b", "a", "b"]
    (tmp_path / f"{MONTH}-18" / "a.txt").write_bytes(b"")
    assert not outbox.write(tmp_path, first)
    assert "b" in (tmp_path / f"{MONTH}-18" / "a.txt").read_text(encoding="utf-8")


@every_damage
def test_analysts_database(installation: Installation, damage: str) -> None:
    refresh_current(installation)
    assert is_current_whole(installation)
    spoil(installation.current, damage)
    assert not is_current_whole(installation)
    refresh_current(installation)
    spoil(installation.current_record, damage)
    assert not is_current_whole(installation)
    refresh_current(installation)
    assert is_current_whole(installation) and faults(installation) == {}


@every_damage
def test_a_damaged_manifest_is_told_by_its_version(installation: Installation, damage: str) -> None:
    manifest = installation.marts / MONTH / "v01" / "manifest.json"
    spoil(manifest, damage)
    with pytest.raises(PublishingError, match=rf"{MONTH} 第1版.*已损坏.*请从备份恢复") as told:
        latest_publications(installation.marts)
    assert str(manifest) in str(told.value)
    assert "发布说明" in faults(installation)["已发布的清单"]


@pytest.mark.parametrize("change", [{"month": "2023-07"}, {"version": 2}, {"marts": []}, {"marts": {"warning_list": 1}}])
def test_the_manifest_of_another_version_is_a_damaged_one(installation: Installation, change: dict[str, object]) -> None:
    manifest = installation.marts / MONTH / "v01" / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(PublishingError, match="已损坏"):
        latest_publications(installation.marts)


@every_damage
def test_withdrawals_are_never_taken_for_none(installation: Installation, damage: str) -> None:
    folder = installation.marts / MONTH
    note_withdrawal(folder, 1, "王", "有误")
    spoil(folder / "withdrawn.json", damage)
    if damage == "missing":  # as if there had been none
        assert read_withdrawals(folder) == []
        return
    with pytest.raises(PublishingError, match=r"已损坏.*请从备份恢复"):
        read_withdrawals(folder)
    assert "已损坏" in faults(installation)["撤回记录"]


def test_a_published_list_that_is_damaged_is_not_shown(installation: Installation) -> None:
    folder = installation.marts / MONTH / "v01"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["marts"]["warning_list"] = {"rows": 1, "sha256": digest(b"x"), "status": "computed", "explanation": None}
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(PublishingError, match=rf"{MONTH} 第1版.*warning_list.*fangfanpin run --month {MONTH}"):
        refresh_current(installation)
    assert MONTH in whole_publications(installation.marts, but=[MONTH])


@every_damage
@pytest.mark.parametrize("name", ["runs.db", "other.db"])
def test_run_history(tmp_path: Path, damage: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (x TEXT)")
        connection.executemany("INSERT INTO a VALUES (?)", [("x" * 1000,)] * 100)
        connection.commit()
    set_damaged_aside(path)
    assert path.exists()
    spoil(path, damage)
    set_damaged_aside(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (x TEXT)")
    told = capsys.readouterr().err
    # SQLite takes a byte for an empty database
    assert ("已损坏" in told) == (damage not in ("empty", "1", "missing", "a folder"))


@every_damage
def test_parsed_project(tmp_path: Path, damage: str) -> None:
    from orchestration.foundation.atomic_files import WrittenFile
    from orchestration.warehouse.dbt_runner import _PARSED_FILES, _READ_OF_PARSED

    for name in _READ_OF_PARSED:
        (tmp_path / name).write_bytes(b"parsed")
    vouched = [vars(WrittenFile.of(tmp_path / name, tmp_path)) for name in _READ_OF_PARSED]
    for name in (*_READ_OF_PARSED, _PARSED_FILES):
        write_json(tmp_path / _PARSED_FILES, vouched)
        assert _is_parsed(tmp_path)
        kept = (tmp_path / name).read_bytes()
        spoil(tmp_path / name, damage)
        assert not _is_parsed(tmp_path)
        if (tmp_path / name).is_dir():
            (tmp_path / name / "x").unlink()
            (tmp_path / name).rmdir()
        (tmp_path / name).write_bytes(kept)


@pytest.mark.parametrize("content", [b"", DELIVERED[:-1], b"x" * len(DELIVERED), None])
@pytest.mark.parametrize("is_delivered", [True, False], ids=["still delivered", "not delivered any more"])
def test_an_archived_original_is_found_by_its_name_and_copied_anew_where_that_is_possible(
    installation: Installation,
    tmp_path: Path,
    content: bytes | None,
    is_delivered: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (installation.raw / MONTH / FILE).unlink()
    place = f"{MONTH}/education/enrolment.csv"
    (installation.raw / place).write_bytes(DELIVERED)
    land_extract(installation, ENROLMENT, MONTH)
    original = archived(installation, digest(DELIVERED), ".csv")
    original.unlink()
    if content is not None:
        original.write_bytes(content)
    if not is_delivered:
        (installation.raw / place).write_bytes(b"other")
    assert f"1 个已损坏：{place}" in faults(installation)["归档的原件"].replace(f"{MONTH}/{FILE}、", "")
    assert str(original) in faults(installation)["归档的原件"]
    folders = ["--raw", str(installation.raw), "--marts", str(installation.marts)]
    status = main(["backup", "--to", str(tmp_path / "backups"), *folders])
    printed = capsys.readouterr()
    if is_delivered:
        assert (status, printed.err) == (0, "") and "归档的原件" not in faults(installation)
        assert original.read_bytes() == DELIVERED
        return
    assert status == 1 and place in printed.err and "请报送单位重新报送，或从备份恢复" in printed.err
    backup = next((tmp_path / "backups").iterdir())
    new = tmp_path / "new"
    assert main(["restore", "--from", str(backup), "--raw", str(new / "raw"), "--marts", str(new / "marts")]) == 1
    told = capsys.readouterr().out
    assert "请报送单位重新报送" in told and place in told
    assert not (new / "raw" / place).exists()


@every_damage
@pytest.mark.parametrize("which", ["rows", "intake_files", "intake_problems"])
def test_landed_files_are_read_to_the_last_byte_by_doctor_and_backup(
    installation: Installation, tmp_path: Path, damage: str, which: str
) -> None:
    land_extract(installation, ENROLMENT, MONTH)
    assert faults(installation) == {}
    path = (
        installation.landed_extract(ENROLMENT.extract, MONTH)
        if which == "rows"
        else installation.landed_account(which, ENROLMENT.extract, MONTH)
    )
    spoil(path, damage)
    assert ENROLMENT.title in faults(installation)["读入的内容"]
    assert damaged_deliveries(installation) == {MONTH: [ENROLMENT.title]}
    if damage != "a folder":
        made = back_up(installation, tmp_path / "backups")
        assert any(ENROLMENT.title in told for told in made.damaged)
        # whatever a restore meets, it lays out what is whole
        new = Installation.at(tmp_path / "raw2", tmp_path / "marts2")
        assert restore(made.folder, new, new.raw).deliveries == 1
    land_extract(installation, ENROLMENT, MONTH)
    assert faults(installation) == {}


def test_a_backup_tells_of_a_damaged_publication_and_copies_a_damaged_history_as_it_is(
    installation: Installation, tmp_path: Path
) -> None:
    workbook = next(installation.marts.rglob("*.xlsx"))
    workbook.chmod(0o644)
    workbook.write_bytes(b"")
    (installation.dagster_home / "history" / "runs.db").write_bytes(b"not a database" * 100)
    made = back_up(installation, tmp_path / "backups")
    assert len(made.damaged) == 1 and "已发布的清单" in made.damaged[0]
    assert (made.folder / "state" / "dagster" / "history" / "runs.db").read_bytes().startswith(b"not a database")


@every_damage
def test_a_list_of_a_backup(
    installation: Installation, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = back_up(installation, tmp_path / "backups")
    spoil(made.folder / "backup.json", damage)
    assert main(["restore", "--from", str(made.folder), "--marts", str(tmp_path / "new")]) == 1
    assert "不是备份" in capsys.readouterr().err and not (tmp_path / "new").exists()


@every_damage
def test_doctor_looks_at_everything_whatever_is_damaged(installation: Installation, damage: str) -> None:
    land_extract(installation, ENROLMENT, MONTH)
    refresh_current(installation)
    installation.warehouse.write_bytes(b"x")
    for path in [path for path in installation.marts.rglob("*") if path.is_file()]:
        path.chmod(0o644)
        spoil(path, damage)
    assert len(examine(installation)) >= 15


def test_json_that_is_deeply_nested_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[" * 100_000, encoding="utf-8")
    assert read_json(tmp_path / "x.json") is None
