"""A county's own facts are laid over config/: what they change, what they may not, and that every slip is told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from orchestration.command_line import main
from orchestration.contracts import (
    ConfigError,
    load_code_lists,
    load_county,
    load_extracts,
    load_holidays,
    load_parameters,
)
from orchestration.contracts.overlaid import FOLDERS, SINGLE, check_overlay, config_file
from orchestration.contracts.starter import starter_files
from orchestration.contracts.upkeep import load_demo, load_upkeep
from orchestration.foundation.code_versions import code_version, findings_code_and_facts, publication_code_and_facts
from orchestration.foundation.months import Month
from orchestration.foundation.overlay import laid_over, overlay_in_force
from orchestration.foundation.paths import CONFIG, REPOSITORY
from orchestration.generate import generated_files, stale_files
from orchestration.landing import extract_files
from tests.another_county import FILES, TOWNS, write_overlay

LINE = "parameters/income/warning_line.yml"
ROLL = "contracts/civil_affairs/assistance_roll.yml"

Lay = Callable[..., Path]


@pytest.fixture
def lay(tmp_path: Path) -> Iterator[Lay]:
    """Have an overlay of these files in force until the test ends."""
    with ExitStack() as stack:

        def write(files: dict[str, str], name: str = "overlay") -> Path:
            folder = write_overlay(tmp_path / name, files)
            stack.enter_context(laid_over(folder))
            return folder

        yield write


def refused(lay: Lay, files: dict[str, str]) -> str:
    lay(files)
    with pytest.raises(ConfigError) as error:
        check_overlay()
    return str(error.value)


def test_another_county_is_in_force_and_gone_with_its_overlay(lay: Lay, tmp_path: Path) -> None:
    before = (load_county(), load_code_lists(), load_extracts(), load_parameters(), load_rules())
    with laid_over(write_overlay(tmp_path / "other")):
        check_overlay()
        county = load_county()
        assert (county.name, county.bureau_in_full, [town.name for town in county.towns]) == (
            "云溪区",
            "云溪区乡村振兴局",
            TOWNS,
        )
        assert (county.department("education").name, county.department("water").name) == ("区教体局", "县水利局")
        assert [code.value for code in load_code_lists()["town"].values] == TOWNS
        assert load_code_lists()["town"].spellings["东江"] == "东江镇"
        owners = {rule.owner for rule in load_rules().values()}
        assert "教体局" in owners and "教育局" not in owners
    assert (load_county(), load_code_lists(), load_extracts(), load_parameters(), load_rules()) == before


def test_every_generated_file_is_the_same_for_every_county(lay: Lay) -> None:
    shipped = {path: text for path, text in generated_files().items() if "docs" not in path.parts}
    lay({**FILES, "code_lists.yml": "sex: {男: [男性]}\n"})
    check_overlay()
    assert {path: text for path, text in generated_files().items() if "docs" not in path.parts} == shipped


def test_of_the_same_county_single_towns_and_names_are_changed(lay: Lay) -> None:
    lay({"county.yml": 'run_hour: 5\ntowns: [{code: "440233101", aliases: [马头]}, {code: "440233400", name: 开发区}]\n'})
    county = load_county()
    assert (county.name, county.run_hour, county.reminder_hour) == ("新丰县", 5, 9)
    assert [town.name for town in county.towns][-2:] == ["回龙镇", "开发区"] and len(county.towns) == 8
    assert next(town.aliases for town in county.towns if town.name == "马头镇") == ("马头",)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("{from: 2024-01, to: 2024-12, value: 11600}", {"2023-06": None, "2023-12": 10800, "2024-01": 11600, "2025-01": None}),
        ("{from: 2023-09, to: 2023-09, value: 10700}", {"2023-08": 10600, "2023-09": 10700, "2023-10": 10600}),
        ("{from: 2023-01, to: open, value: 9000}", {"2023-01": 9000, "2023-12": 9000, "2031-01": 9000}),
        ("{from: 2023-11, to: 2023-12, value: null}", {"2023-10": 10600, "2023-11": None}),
        ("{from: 2023-12, to: 9999-12, value: 1}", {"2023-11": 10800, "2024-01": 1}),
    ],
)
def test_own_values_hold_in_their_months_and_the_others_in_theirs(
    lay: Lay, values: str, expected: dict[str, int | None]
) -> None:
    lay({LINE: "values:\n  - " + values.replace("}", ", document: 文, article: 第1条}")})
    parameter = load_parameters()["income.warning_line"]
    found = {month: value.value if (value := parameter.in_force(month)) else None for month in expected}
    assert found == {month: None if value is None else Decimal(value) for month, value in expected.items()}


def test_a_copy_of_the_file_with_one_value_more_is_an_overlay_too(lay: Lay) -> None:
    text = (CONFIG / LINE).read_text(encoding="utf-8")
    lay({LINE: text + "  - {from: 2024-01, to: 2024-06, value: 11000, document: 文, article: 第1条}\n"})
    check_overlay()
    assert load_parameters()["income.warning_line"].in_force(Month("2024-06")) is not None


def test_nothing_of_another_countys_line_is_left_where_all_are_replaced(lay: Lay) -> None:
    lay({LINE: "replace_all: true\nvalues: [{from: 2025-01, to: open, value: 9000, document: 文, article: 第1条}]\n"})
    assert len(load_parameters()["income.warning_line"].values) == 1


def test_holidays_of_a_year_take_the_place_of_those_of_that_year(lay: Lay) -> None:
    notice = "- {year: %d, document: 文, holidays: [{name: 元旦, from: %d-01-01, to: %d-01-03}]}\n"
    lay({"holidays.yml": notice % (2027, 2027, 2027) + notice % (2023, 2023, 2023)})
    years = {year.year: len(year.holidays) for year in load_holidays()}
    assert list(years) == sorted(years) and (years[2023], years[2024], years[2027]) == (1, 7, 1)


def test_spellings_headers_and_names_of_files_are_added(lay: Lay, tmp_path: Path) -> None:
    lay({**FILES, "code_lists.yml": 'disability_grade: {一级: [Ⅰ级]}\nsex: {男: ["1"]}\n'})
    grades = load_code_lists()["disability_grade"]
    assert (grades.spellings["Ⅰ级"], grades.spellings["壹级"], load_code_lists()["sex"].spellings["1"]) == (
        "一级",
        "一级",
        "男",
    )
    contract = load_extracts()["civil_affairs__assistance_roll"]
    assert contract.column("monthly_amount").headers_in(Month("2024-01")) == ("月救助金额", "救助金")
    for name in ("civil_affairs/assistance_roll.csv", "民政局/低保特困名册__2.xlsx", "民政局/社会救助.xlsx"):
        (tmp_path / "raw/2024-01" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw/2024-01" / name).touch()
    found = [
        path.relative_to(tmp_path / "raw/2024-01").as_posix()
        for path in extract_files(tmp_path / "raw", Month("2024-01"), contract)
    ]
    assert found == ["civil_affairs/assistance_roll.csv", "民政局/低保特困名册__2.xlsx"]


def test_numbers_of_upkeep_and_demo_are_replaced_one_by_one(lay: Lay) -> None:
    lay({"upkeep.yml": "run_history_months: 36\n", "demo.yml": "households: 30\n", "linkage_model.json": "{}"})
    check_overlay()
    assert (load_upkeep().run_history_months, load_upkeep().dead_run_hours) == (36, 24)
    assert (load_demo().households, load_demo().last_month) == (30, "2023-08")
    assert config_file("linkage_model.json").parent.name == "overlay"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("county.yml", 'code: "360899"', "还要写明 towns"),
        ("county.yml", 'towns: [{code: "360899001", name: 白沙}]', "360899001 不是本县（440233）的乡镇代码"),
        ("county.yml", 'towns: [{code: "440233999"}]', "440233999 没有写 name"),
        ("county.yml", 'towns: [{code: "440233101", aliases: [回龙镇]}]', "“回龙镇”写了两次"),
        ("county.yml", 'towns: [{code: "440233101"}, {code: "440233101"}]', "代码写了两次：440233101"),
        ("county.yml", "towns: [{code: 440233101, name: 马头镇}]", "towns 第 1 项 code：应是文字；数字、日期请加引号"),
        ("county.yml", 'towns: [{code: "440233101", name: 马头/镇}]', "写法不对"),
        ("county.yml", "departments: [{code: forestry, name: 林业局}]", "没有部门 forestry"),
        ("county.yml", "departments: [{code: water, is_register_keeper: true}]", "is_register_keeper 已编入程序"),
        ("county.yml", "departments: [{code: water, aliases: [housing]}]", "“housing”属于两个部门"),
        ("county.yml", "departments: [{code: water, name: 民政局}]", "部门名称“民政局”写了两次"),
        ("county.yml", "time_zone: 北京", "没有这个时区"),
        ("county.yml", "run_hour: 24", "不能大于 23"),
        ("county.yml", "first_delivery: 2024年1月", "月份应写成"),
        ("county.yml", "whole_county_label: 马头镇", "“马头镇”写了两次"),
        ("county.yml", "nmae: 某县", "nmae：没有这一项"),
        ("county.yml", "name：某县", "应是若干“项: 值”"),
        ("county.yml", "name: 某县\nname: 某县", "第 2 行：“name”写了两次"),
        ("county.yml", "? [a]\n: b", "不是 YAML"),
        (LINE, "values: [{from: 2024-03, to: open, value: 1, document: 文, article: 条}]", "2024-01 至 2024-02 没有取值"),
        (LINE, "values: [{from: 2024-01, to: open, value: 1万, document: 文, article: 条}]", "应是数字"),
        (LINE, "values: [{from: 2024-01, to: open, value: -1, document: 文, article: 条}]", "应是不小于 0"),
        (LINE, "values: [{from: 2024-01, to: open, value: 1, document: 文}]", "values 第 1 项 article：缺少这一项"),
        (LINE, 'values: [{from: 2024-01, to: open, value: 1, document: "", article: 条}]', "document：不能空着"),
        (LINE, "values: [{from: 2024-02, to: 2024-01, value: 1, document: 文, article: 条}]", "to 早于 from"),
        (LINE, "population: [monitored]\nvalues: [{from: 2024-01, to: open, value: 1, document: 文, article: 条}]", "不能改"),
        (LINE, "values: []", "values：至少要有一项"),
        (
            "parameters/household/headcount_method.yml",
            "values: [{from: 2024-01, to: open, value: 3, document: 文, article: 条}]",
            "文字",
        ),
        ("parameters/income/line.yml", "values: []", "不认识的文件"),
        ("parameters/incomes/warning_line.yml", "values: []", "没有这个文件夹"),
        (
            "holidays.yml",
            "- {year: 2027, document: 文, holidays: [{name: 元旦, from: 2028-01-01, to: 2028-01-01}]}",
            "不属于 2027 年",
        ),
        ("holidays.yml", "- {year: 2027, document: 文, holidays: [{name: 元旦, from: 元旦, to: 2027-01-01}]}", "应是日期"),
        ("holidays.yml", "year: 2027", "应是列表"),
        ("code_lists.yml", "town: {马头镇: [马头]}", "乡镇的别名写在 county.yml"),
        ("code_lists.yml", "gender: {男: [男性]}", "没有代码表 gender"),
        ("code_lists.yml", "sex: {男性: [M]}", "没有取值“男性”"),
        ("code_lists.yml", "sex: {男: [女]}", "“女”写了两次"),
        (ROLL, "columns: [{name: money, aliases: [钱]}]", "没有列 money"),
        (ROLL, "columns: [{name: monthly_amount, aliases: [姓名]}]", "列名“姓名”既是"),
        (ROLL, "columns: [{name: monthly_amount, header: 钱}]", "header 已编入程序"),
        (ROLL, "kind: flow", "kind 已编入程序"),
        (ROLL, "file_aliases: [death_register]", "“death_register”属于"),
        (ROLL, "file_aliases: [../x]", "写法不对"),
        (ROLL, "columns: [{name: monthly_amount, changes: [{since: 2024-1, names: [钱]}]}]", "月份应写成"),
        ("contracts/forestry/ranger.yml", "extract: forestry__ranger", "不认识的文件"),
        ("evidence.yml", "{}", "已编入程序"),
        ("marts/warning_list.yml", "{}", "已编入程序"),
        ("county.yaml", "name: 某县", "不认识的文件"),
        ("county.yml.bak", "name: 某县", "不认识的文件"),
        ("upkeep.yml", "run_history_months: 0", "不能小于 1"),
        ("upkeep.yml", "- a", "应是若干"),
        ("linkage_model.json", "no", "train-matching"),
    ],
)
def test_a_slip_is_told_with_its_file(lay: Lay, name: str, content: str, said: str) -> None:
    told = refused(lay, {name: content + "\n"})
    assert said in told and all(f"overlay/{name}: " in line for line in told.split("\n"))


def test_every_slip_of_every_file_is_told_in_one_message(lay: Lay, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "county.yml": "nmae: 某县\n",
        LINE: "values: []\n",
        "code_lists.yml": "sex: {男性: [M]}\n",
        ROLL: "kind: roll\n",
        "x.yml": "",
    }
    folder = lay(files)
    assert main(["doctor", "--config", str(folder)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "配置有误："
    assert {line.split(": ")[0].removeprefix(f"{folder}/") for line in told[1:]} == set(files)


@pytest.mark.parametrize("content", ["﻿name: 某县\n".encode(), b"# nothing\n", b""])
def test_what_an_editor_leaves_is_read(lay: Lay, content: bytes) -> None:
    folder = write_overlay(lay({}), {})
    folder.mkdir(exist_ok=True)
    (folder / "county.yml").write_bytes(content)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x")
    (folder / "README.md").write_text("x")
    with laid_over(folder):
        check_overlay()
        assert load_county().name == ("某县" if b"name" in content else "新丰县")


def test_a_file_in_another_encoding_is_refused(lay: Lay) -> None:
    folder = lay({"county.yml": ""})
    (folder / "county.yml").write_bytes("name: 某县\n".encode("gb18030"))
    with laid_over(folder), pytest.raises(ConfigError, match="UTF-8"):
        check_overlay()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(tmp_path / "none")]) == 1
    assert f"找不到县配置文件夹 {tmp_path / 'none'}" in capsys.readouterr().err


def test_what_stands_in_an_overlay_decides_what_is_computed_anew(tmp_path: Path) -> None:
    def digests(files: dict[str, str]) -> tuple[str, ...]:
        with laid_over(write_overlay(tmp_path / f"{len(list(tmp_path.iterdir()))}", files)):
            sign = code_version().partition("+")[2].rpartition("cfg")[2] if "cfg" in code_version() else ""
            return publication_code_and_facts(), findings_code_and_facts(), sign

    with laid_over(None):
        nothing = (publication_code_and_facts(), findings_code_and_facts(), "")
    assert digests({"county.yml": "# name: 某县\n", "README.md": "x"}) == nothing
    assert digests({"upkeep.yml": "run_history_months: 36\n"}) == nothing
    named = digests({"county.yml": "name: 某县\n"})
    assert digests({"county.yml": "# 名称\nname:   某县\n"}) == named
    assert all(own != of_nothing for own, of_nothing in zip(named, nothing, strict=True))
    line = digests({LINE: FILES[LINE]})
    # findings rest on the values in force in their months, which kept months digest by themselves
    assert line[0] != nothing[0] and line[1] == nothing[1]


def test_the_files_of_init_say_nothing_until_they_are_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "own"
    assert main(["init", str(folder)]) == 0
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(starter_files())
    with laid_over(folder):
        check_overlay()
        overlay = overlay_in_force()
        assert overlay and overlay.saying == ()
        assert stale_files() == []
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert main(["init", str(folder)]) == 1
    assert "不会覆盖" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_files_of_init_hold_the_defaults_once_their_marks_are_taken_away(lay: Lay) -> None:
    county, upkeep = load_county(), load_upkeep()
    uncommented = {name: re.sub("(?m)^# ", "", text) for name, text in starter_files().items() if name.endswith(".yml")}
    lay(uncommented)
    check_overlay()
    assert (load_county(), load_upkeep()) == (county, upkeep)
    overlay = overlay_in_force()
    assert overlay and set(overlay.saying) == set(uncommented)


def test_the_page_about_it_names_every_file_and_its_examples_hold(lay: Lay) -> None:
    page = (REPOSITORY / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert {row.split("/")[0] for row in re.findall(r"(?m)^\| `([^`]+)` \|", page)} == {*SINGLE, *FOLDERS}
    examples = dict(re.findall(r"`([a-z_/]+\.yml)`[^\n]*\n\n```yaml\n(.*?)```", page, flags=re.DOTALL))
    assert set(examples) >= set(FILES)
    lay(examples)
    check_overlay()
    overlay = overlay_in_force()
    assert overlay and set(overlay.saying) == set(examples)
