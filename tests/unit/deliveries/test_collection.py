"""``fangfanpin collect``: files under any name find their place in a delivery, or it is told why not."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from orchestration.command_line import main
from orchestration.contracts import ExtractContract, load_extracts
from orchestration.deliveries import collection as collecting
from orchestration.deliveries.collection import Collection, CollectionError, Fate, carry_out, plan_collection
from orchestration.foundation.atomic_files import write_new
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import delivered_files

MONTH = Month("2023-09")
Rows = Sequence[Sequence[object]]
FEEDBACK = "rural_revitalization__feedback"
DEATHS, RELIEF = "civil_affairs__death_register", "civil_affairs__temporary_relief"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    (tmp_path / "raw").mkdir()
    return Installation.at(tmp_path / "raw", tmp_path / "marts")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "received").mkdir()
    return tmp_path / "received"


@pytest.fixture
def collect(installation: Installation, folder: Path) -> Callable[..., Collection]:
    def plan(*, done: bool = False) -> Collection:
        planned = plan_collection(installation, folder, MONTH)
        return carry_out(planned) if done else planned

    return plan


def contract(extract: str) -> ExtractContract:
    return load_extracts()[extract]


def table(extract: str, *above: str, mark: str = "甲") -> list[list[object]]:
    """A header as its department prints it, with columns of a list handed out, and a row that is a file's own."""
    one = contract(extract)
    headers = [*one.list_headers[:3], *(column.header for column in one.columns)]
    return [*[[line] for line in above], list(headers), [mark] * len(headers)]


def xlsx(*sheets: tuple[str, Rows]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return stream.getvalue()


def csv(rows: Rows) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode("gb18030")


def said(collection: Collection) -> str:
    return "；".join(item.said for item in collection.items)


def placed(installation: Installation, collection: Collection) -> list[str]:
    delivery = installation.raw / MONTH
    return [item.target.relative_to(delivery).as_posix() for item in collection.items if item.target]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_extract_is_recognised_by_its_header_and_read_under_its_new_name(
    installation: Installation, folder: Path, collect: Callable[..., Collection]
) -> None:
    """With all columns and with those alone without which a file is refused."""
    for number, (extract, one) in enumerate(load_extracts().items()):
        required = [column.header for column in one.required_columns]
        (folder / f"微信图片({number}) 一").write_bytes(xlsx(("Sheet1", table(extract))))
        (folder / f"微信图片({number}) 二.txt").write_bytes(csv([required, ["乙"] * len(required)]))
    before = tree(folder)
    done = collect(done=True)
    assert done.is_whole
    for number, (extract, one) in enumerate(load_extracts().items()):
        own = [item for item in done.items if item.name.startswith(f"微信图片({number}) ")]
        assert [item.extract for item in own] == [extract] * 2
        names = [f"{one.department}/{one.short_name}{end}" for end in (".xlsx", "__2.csv")]
        assert [item.target for item in own] == [installation.raw / MONTH / name for name in names]
        found = delivered_files(installation.raw, MONTH, one)
        assert [(file.is_as_agreed, file.rival) for file in found] == [(True, None)] * 2
        assert [file.path.read_bytes() for file in found] == [item.source.read_bytes() for item in own]
    assert tree(folder) == before


def test_collecting_again_finds_it_there_and_changes_nothing(
    installation: Installation, folder: Path, collect: Callable[..., Collection]
) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    collect(done=True)
    delivered = tree(installation.raw)
    again = collect(done=True)
    assert [item.fate for item in again.items] == [Fate.THERE]
    assert again.is_whole and not again.has_work
    assert tree(installation.raw) == delivered


@pytest.mark.parametrize(
    "existing", ["civil_affairs/death_register.xls", "民政局/死亡人员名册.xlsx", "县民政局/death_register.txt"]
)
def test_a_file_that_is_there_stays_and_no_two_names_say_the_same(
    existing: str, installation: Installation, folder: Path, collect: Callable[..., Collection]
) -> None:
    there = installation.raw / MONTH / existing
    there.parent.mkdir(parents=True)
    there.write_bytes(b"something else")
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    done = collect(done=True)
    assert placed(installation, done) == [f"{Path(existing).parent}/death_register__2.xlsx"]
    assert there.read_bytes() == b"something else"
    assert [file.rival for file in delivered_files(installation.raw, MONTH, contract(DEATHS))] == [None, None]
    assert "把旧的移走" in said(done)


def test_parts_are_named_by_towns_and_a_further_one_comes_behind(
    installation: Installation, folder: Path, collect: Callable[..., Collection]
) -> None:
    (folder / "1.xlsx").write_bytes(xlsx(("表", table(FEEDBACK, "新丰县马头镇预警名单（2023年8月）"))))
    (folder / "2 马头镇 改.xlsx").write_bytes(xlsx(("表", table(FEEDBACK, mark="乙"))))
    (folder / "3 沙田镇.xlsx").write_bytes(xlsx(("表", table(FEEDBACK, "马头镇", mark="丙"))))
    done = collect(done=True)
    names = [f"rural_revitalization/feedback{part}.xlsx" for part in ("__马头镇", "__马头镇_2", "")]
    assert placed(installation, done) == names
    assert len({file.part for file in delivered_files(installation.raw, MONTH, contract(FEEDBACK))}) == 3


def test_the_same_content_twice_is_placed_once(
    installation: Installation, folder: Path, collect: Callable[..., Collection]
) -> None:
    content = xlsx(("表", table(RELIEF)))
    (folder / "一").mkdir()
    (folder / "一" / "b.xlsx").write_bytes(content)
    (folder / "c.xlsx").write_bytes(content)
    done = collect(done=True)
    assert sorted(item.fate.name for item in done.items) == ["PLACED", "THERE"]
    assert len(tree(installation.raw)) == 1
    assert done.is_whole


def test_two_extracts_in_one_file_are_told(folder: Path, collect: Callable[..., Collection]) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("一", table(DEATHS)), ("二", table(RELIEF))))
    (folder / "b.xlsx").write_bytes(xlsx(("一", table(DEATHS)), ("二", table(DEATHS))))
    plan = collect()
    assert [item.fate for item in plan.items] == [Fate.LEFT, Fate.LEFT]
    assert "《死亡人员名册》" in plan.items[0].said and "《临时救助发放名册》" in plan.items[0].said
    assert "另存为一个文件" in plan.items[0].said
    assert "有 2 个工作表都像是" in plan.items[1].said


def test_a_title_that_contradicts_the_header_is_told(folder: Path, collect: Callable[..., Collection]) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("一", table(DEATHS, "新丰县临时救助发放名册（2023年8月）"))))
    (folder / "b.xlsx").write_bytes(xlsx(("死亡人员名册", table(DEATHS, "新丰县临时救助发放名册"))))
    plan = collect()
    assert [item.fate for item in plan.items] == [Fate.LEFT, Fate.PLACED]
    assert "不能确定" in plan.items[0].said


def test_a_list_that_has_some_columns_of_a_roster_is_none(folder: Path, collect: Callable[..., Collection]) -> None:
    required = [column.header for column in contract("rural_revitalization__member_roster").required_columns]
    foreign = [f"自拟栏目{number}" for number in range(2 * len(required))]
    (folder / "a.xlsx").write_bytes(xlsx(("随便", [[*required, *foreign], ["甲"] * 3 * len(required)])))
    (folder / "b.xlsx").write_bytes(xlsx(("就业台账", [[*required, *foreign], ["甲"] * 3 * len(required)])))
    plan = collect()
    assert [item.fate for item in plan.items] == [Fate.LEFT, Fate.LEFT]
    assert "本系统下发的《就业台账》" in plan.items[1].said


def test_a_header_that_lacks_a_column_says_which(folder: Path, collect: Callable[..., Collection]) -> None:
    one = contract(DEATHS)
    missing = one.required_columns[0].header
    headers = [column.header for column in one.columns if column.header != missing]
    (folder / "a.xlsx").write_bytes(xlsx(("表", [headers, ["甲"] * len(headers)])))
    [item] = collect().items
    assert item.fate is Fate.LEFT
    assert "像是《死亡人员名册》" in item.said and missing in item.said


@pytest.mark.parametrize(
    ("extract", "banner", "expected"),
    [
        (DEATHS, "2023年8月死亡人员名册", (Fate.PLACED, "")),
        (DEATHS, "2023年6月死亡人员名册", (Fate.LEFT, "2023-06")),
        (DEATHS, "2023年11月死亡人员名册", (Fate.LEFT, "--month")),
        (FEEDBACK, "预警名单（2023年6月）", (Fate.PLACED, "晚交")),
        (FEEDBACK, "预警名单（2023年11月）", (Fate.LEFT, "2023-11")),
    ],
)
def test_a_month_in_the_banner(
    extract: str, banner: str, expected: tuple[Fate, str], folder: Path, collect: Callable[..., Collection]
) -> None:
    fate, words = expected
    (folder / "a.csv").write_bytes(csv(table(extract, banner)))
    [item] = collect().items
    assert item.fate is fate
    assert words in item.said


@pytest.mark.parametrize("name", ["发放（万元）.csv", "发放__万元.csv", "发放_单位：千元_马头镇.csv"])
def test_a_unit_that_only_the_name_tells_is_not_lost(name: str, folder: Path, collect: Callable[..., Collection]) -> None:
    (folder / name).write_bytes(csv(table(RELIEF)))
    (folder / "发放 元.csv").write_bytes(csv(table(RELIEF, mark="乙")))
    (folder / f"死亡{name}").write_bytes(csv(table(DEATHS)))
    fates = {item.name: item.fate for item in collect().items}
    assert fates == {name: Fate.LEFT, "发放 元.csv": Fate.PLACED, f"死亡{name}": Fate.PLACED}


def test_what_is_no_table_is_told_and_litter_is_not(folder: Path, collect: Callable[..., Collection]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", csv(table(DEATHS)))
    (folder / "a.zip").write_bytes(packed.getvalue())
    (folder / "b.xlsx").write_bytes(b"")
    (folder / "c.xlsx.crdownload").write_bytes(xlsx(("表", table(DEATHS))))
    (folder / "d.xlsx").symlink_to("/etc/hostname")
    (folder / "e.xlsx").write_bytes(xlsx(("表", table(DEATHS)))[:300])
    (folder / "f.docx").write_bytes(b"%PDF-1.4 ...")
    for litter in ("~$a.xlsx", ".DS_Store", "Thumbs.db"):
        (folder / litter).write_bytes(b"x")
    plan = collect()
    assert {item.fate for item in plan.items} == {Fate.LEFT}
    words = dict(zip("abcdef", ("解压", "空的", "下载", "链接", "损坏", "PDF"), strict=True))
    assert {item.name[0]: words[item.name[0]] in item.said for item in plan.items} == dict.fromkeys("abcdef", True)


def test_names_are_told_as_those_of_deliveries(
    folder: Path, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "张某440233196812265002 13800138000\n.xlsx").write_bytes(xlsx(("表", table(DEATHS, mark="秘密的值"))))
    assert main(["collect", str(folder), "--month", MONTH, "--raw", str(installation.raw)]) == 0
    shown = capsys.readouterr().out
    assert not any(secret in shown for secret in ("440233196812265002", "13800138000", "秘密的值"))
    assert "\\u000a" in shown


def test_the_command_plans_copies_and_tells_what_is_missing(
    folder: Path, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    command = ["collect", str(folder), "--month", MONTH, "--raw", str(installation.raw)]
    assert main(command) == 0
    plan = capsys.readouterr().out
    assert "a.xlsx → 《死亡人员名册》 2023-09/civil_affairs/death_register.xlsx" in plan
    assert "还没有复制" in plan and "加 --yes" in plan
    assert tree(installation.raw) == {}
    assert "县民政局：《社会救助对象名册》、《残疾人两项补贴发放名册》、《临时救助发放名册》" in plan
    assert main([*command, "--yes"]) == 0
    assert "已放入（1 个）" in capsys.readouterr().out
    assert list(tree(installation.raw)) == ["2023-09/civil_affairs/death_register.xlsx"]
    (folder / "b.txt").write_text("说明")
    assert main([*command, "--yes"]) == 1
    assert "已经有了，没有再放（1 个）" in capsys.readouterr().out


def test_folders_that_cannot_be_collected(folder: Path, installation: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    raw = ["--month", MONTH, "--raw", str(installation.raw)]
    assert main(["collect", str(folder), *raw]) == 0
    assert "里没有文件" in capsys.readouterr().out
    (folder / "file").write_text("")
    (installation.raw / MONTH).mkdir()
    for wrong, words in (
        (folder / "nowhere", "没有这个文件夹"),
        (folder / "file", "不是文件夹"),
        (installation.raw / MONTH, "互相包含"),
        (folder.parent, "互相包含"),
    ):
        assert main(["collect", str(wrong), *raw, "--yes"]) == 1
        assert words in capsys.readouterr().err
    with pytest.raises(CollectionError, match="挂上"):
        plan_collection(Installation.at(folder.parent / "no raw", folder.parent / "marts"), folder, MONTH)
    with pytest.raises(CollectionError, match="第一个报送月份"):
        plan_collection(installation, folder, Month("2020-12"))


def test_a_target_that_cannot_be_written_leaves_nothing(
    installation: Installation, folder: Path, collect: Callable[..., Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    for error, words in (
        (PermissionError(13, "Permission denied"), "没有权限"),
        (OSError(28, "No space left on device"), "空间不足"),
        (OSError(30, "Read-only file system"), "只读"),
        (OSError(5, "Input/output error"), "检查磁盘"),
    ):

        def fail(*_: object, error: OSError = error) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(collecting, "write_new", fail)
            done = collect(done=True)
        assert [item.fate for item in done.items] == [Fate.LEFT]
        assert words in said(done)
    assert tree(installation.raw) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(
    installation: Installation, folder: Path, collect: Callable[..., Collection]
) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    installation.raw.chmod(0o500)
    try:
        assert "没有权限" in said(collect(done=True))
    finally:
        installation.raw.chmod(0o700)


def test_a_department_folder_that_is_none(
    installation: Installation, folder: Path, collect: Callable[..., Collection], tmp_path: Path
) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    (installation.raw / MONTH).mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (installation.raw / MONTH / "civil_affairs").symlink_to(elsewhere)
    assert "不是文件夹" in said(collect(done=True))
    assert tree(elsewhere) == {}


def test_a_file_that_changes_between_plan_and_copy_is_left(
    installation: Installation, folder: Path, collect: Callable[..., Collection]
) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    plan = collect()
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(RELIEF))))
    assert "有变化" in said(carry_out(plan))
    assert tree(installation.raw) == {}


def test_what_appears_between_plan_and_copy_is_not_written_over(
    installation: Installation, folder: Path, collect: Callable[..., Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.xlsx").write_bytes(xlsx(("表", table(DEATHS))))
    target = installation.raw / MONTH / "civil_affairs" / "death_register.xlsx"
    for has_links in (True, False):
        plan = plan_collection(installation, folder, MONTH)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"another")
        if not has_links:
            monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(95, "not supported")))
        assert "没有覆盖" in said(carry_out(plan))
        assert tree(installation.raw) == {"2023-09/civil_affairs/death_register.xlsx": b"another"}
        target.unlink()
    write_new(target, lambda unfinished: unfinished.write_bytes(b"new"))
    assert tree(target.parent) == {"death_register.xlsx": b"new"}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["xlsx", "xls", "csv:Text - txt - csv (StarCalc):44,34,76"])
def test_a_list_returned_by_libreoffice(
    form: str, installation: Installation, folder: Path, collect: Callable[..., Collection], tmp_path: Path
) -> None:
    source, ending = tmp_path / "list.xlsx", form.partition(":")[0]
    source.write_bytes(xlsx(("预警名单", table(FEEDBACK, "新丰县马头镇预警名单（2023年8月）", "说明"))))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (folder / f"list.{ending}").rename(folder / "好的收到")
    done = collect(done=True)
    assert placed(installation, done) == [f"rural_revitalization/feedback__马头镇.{ending}"]
    assert done.is_whole
