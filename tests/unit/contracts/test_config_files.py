"""A slip in config/ is refused with its place and every slip at once; what is right is read as it is meant."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.contracts import (
    Column,
    ConfigError,
    ExtractContract,
    load_code_lists,
    load_county,
    load_extracts,
    load_fields,
    load_holidays,
    load_marts,
    load_parameters,
)
from orchestration.contracts.extract import normalize_header
from orchestration.foundation.months import Month
from orchestration.foundation.paths import CONFIG

WARNING_LINE = """\
parameter: income.warning_line
description: 预警线
unit: yuan_per_person_year
comparator: "<"
population: [poverty_alleviated]
outside: not_in_force
values:
  - {from: 2023-07, to: 2023-10, value: 10600, document: 文, article: 第3条}
  - {from: 2023-11, to: 2023-12, value: 10800, document: 文, article: 第3条}
"""


@pytest.fixture()
def parameters(tmp_path: Path) -> Path:
    (tmp_path / "income").mkdir()
    (tmp_path / "income" / "warning_line.yml").write_text(WARNING_LINE, encoding="utf-8")
    return tmp_path


def spoil(parameters: Path, old: str, new: str) -> str:
    file = parameters / "income" / "warning_line.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_parameters(parameters)
    assert "warning_line.yml" in str(refused.value)
    return str(refused.value)


def test_everything_under_config_loads() -> None:
    assert len(load_extracts()) >= 29
    assert len(load_marts()) >= 19
    assert {code.value for code in load_code_lists()["town"].values} == {town.name for town in load_county().towns}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from: 2023-11", "from: 2023-10", "重叠"),
        ("from: 2023-11", "from: 2023-12", "2023-11 至 2023-11 没有取值"),
        ("to: 2023-10", "to: 2023-06", "to 早于 from"),
        ("unit:", "unti:", "unti"),
        ("unit:", "comparator: '<='\nunit:", "写了两次"),
        ("outside: not_in_force", "outside: previous_value", "outside"),
        ("from: 2023-11", "from: 2023-13", "values 第 2 项 from"),
        (", article: 第3条}\n  - {from: 2023-11", "}\n  - {from: 2023-11", "article"),
        ("population: [poverty_alleviated]", "population: [everybody]", "population"),
        ('comparator: "<"\n', "", "comparator 和 population"),
        ("parameter: income.warning_line", "parameter: income.warning", "按文件名应是"),
    ],
)
def test_a_slip_in_a_parameter_is_refused(parameters: Path, old: str, new: str, said: str) -> None:
    assert said in spoil(parameters, old, new)


def test_slips_of_several_files_are_told_at_once(parameters: Path) -> None:
    other = parameters / "income" / "inclusion_line.yml"
    other.write_text(WARNING_LINE.replace("unit:", "unti:").replace("warning", "inclusion"), encoding="utf-8")
    message = spoil(parameters, "unit:", "unti:")
    assert "inclusion_line.yml" in message and "warning_line.yml" in message


@pytest.mark.parametrize(
    ("month", "value"),
    [("2023-06", None), ("2023-07", 10600), ("2023-10", 10600), ("2023-11", 10800), ("2023-12", 10800), ("2024-01", None)],
)
def test_the_warning_line_of_the_county_by_month(month: str, value: int | None) -> None:
    found = load_parameters()["income.warning_line"].in_force(month)
    assert (found and found.value) == (value and Decimal(value))


@pytest.mark.parametrize(("month", "value"), [("2022-12", None), ("2023-01", 10420), ("2023-12", 10420), ("2024-01", None)])
def test_the_inclusion_line_of_the_county_by_month(month: str, value: int | None) -> None:
    found = load_parameters()["income.inclusion_line"].in_force(month)
    assert (found and found.value) == (value and Decimal(value))


def test_every_number_says_where_it_comes_from() -> None:
    assert all(value.document and value.article for parameter in load_parameters().values() for value in parameter.values)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("key: true, required: true}", "key: true, requird: true}", "requird"),
        ("type: money", "type: mony", "type"),
        ("code_list: disability_subsidy", "code_list: unheard_of", "unheard_of"),
        ("dated_by: [payment_month]", "dated_by: [payment_day]", "payment_day"),
        ("header: 补贴金额", "header: 姓名", "又是"),
        ("kind: flow", "kind: roll", "dated_by"),
        ("extract: civil_affairs__disability_subsidy", "extract: civil_affairs__subsidy", "belongs in"),
    ],
)
def test_a_slip_in_a_contract_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = Path(shutil.copytree(CONFIG / "contracts", tmp_path / "contracts"))
    file = folder / "civil_affairs" / "disability_subsidy.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"disability_subsidy\.yml") as refused:
        load_extracts(folder)
    assert said in str(refused.value)


# Weekdays off less weekend days worked: what a year's holidays take from its Mondays to Fridays.
@pytest.mark.parametrize(("year", "taken"), [(2022, 11), (2023, 11), (2024, 11), (2025, 13), (2026, 13)])
def test_a_year_of_holidays_takes_the_statutory_number_of_working_days(year: int, taken: int) -> None:
    holidays = next(notice.holidays for notice in load_holidays() if notice.year == year)
    weekdays_off = [day for holiday in holidays for day in holiday.days_off if day.weekday() < 5]
    assert len(weekdays_off) - sum(len(holiday.work) for holiday in holidays) == taken


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: 2023-10-06", "to: 2023-09-06", "to 早于 from"),
        ("work: [2023-10-07, 2023-10-08]", "work: [2023-10-09, 2023-10-08]", "2023-10-09 不是"),
        ("from: 2023-09-29", "from: 2032-09-29", "holidays.yml"),
        ("work: [2023-10-07, 2023-10-08]", "work: [2023-10-01, 2023-10-08]", "写了两次：2023-10-01"),
        ("work: [2023-10-07, 2023-10-08]", "work: [2024-10-12, 2023-10-08]", "不属于 2023 年的通知：2024-10-12"),
        ("from: 2023-09-29", "frm: 2023-09-29", "frm"),
    ],
)
def test_a_slip_in_the_holidays_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (CONFIG / "holidays.yml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    file = tmp_path / "holidays.yml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"holidays\.yml") as refused:
        load_holidays(file)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("name", "alias"),
    [("visit", "人员信息"), ("visit", " ｍember_roster"), ("visit", "人员信息__二"), ("feedback", "户信息表")],
)
def test_a_file_name_that_could_mean_two_extracts_is_refused(tmp_path: Path, name: str, alias: str) -> None:
    folder = shutil.copytree(CONFIG / "contracts", tmp_path / "contracts")
    file = folder / "rural_revitalization" / f"{name}.yml"
    file.write_text(file.read_text(encoding="utf-8") + f'file_aliases: ["{alias}"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="也可能属于"):
        load_extracts(folder)


def test_a_folder_that_could_be_two_departments_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "county.yml"
    text = (CONFIG / "county.yml").read_text(encoding="utf-8")
    file.write_text(text.replace("aliases: [医疗保障局]", "aliases: [民政局]"), encoding="utf-8")
    with pytest.raises(ConfigError, match="“民政局”属于两个部门"):
        load_county(file)


@pytest.mark.parametrize(
    "name", ["civil_affairs", "民政局", "县民政局", "新丰县民政局", " Civil_Affairs", "民政局\u200b", "ｃivil_affairs"]
)
def test_a_department_is_known_by_the_names_of_its_folder(name: str) -> None:
    found = load_county().department_of_folder(name)
    assert found and found.code == "civil_affairs"


def test_a_header_is_accepted_from_the_month_in_which_it_changes() -> None:
    column = load_extracts()["civil_affairs__disability_subsidy"].column("amount")
    changed = Column.model_validate(column.model_dump() | {"changes": [{"since": "2023-08", "names": ["实发金额"]}]})
    assert "实发金额" not in changed.headers_in(Month("2023-07"))
    assert "实发金额" in changed.headers_in(Month("2023-08"))


@pytest.mark.parametrize("header", ["其中：养老金", " 其中:\n养老 金 ", "其中：养老　金"])
def test_headers_are_compared_without_spaces_and_in_one_width(header: str) -> None:
    assert normalize_header(header) == "其中:养老金"


def test_a_mart_with_an_unknown_column_extract_or_group_of_parameters_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some_list.yml").write_text(
        "mart: some_list\ntitle: 表\ndescription: 表\nsource: 第1条\nanalysts: none\nkey: [household_id]\n"
        "columns: [month, household_id, unheard_of]\nneeds: [nobody__nothing]\n"
        "parameters: [no_such_group]\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as refused:
        load_marts(tmp_path)
    assert "unheard_of" in str(refused.value) and "nobody__nothing" in str(refused.value)
    assert "no_such_group is no group of config/parameters" in str(refused.value)


def test_every_published_column_has_a_chinese_label_and_description() -> None:
    for name, field in load_fields().items():
        assert any("一" <= character <= "鿿" for character in field.label + field.description), name


def test_every_number_by_which_something_is_found_is_an_identifier() -> None:
    texts = [column for contract in load_extracts().values() for column in contract.columns if column.type == "text"]
    numbers = {column.name for column in texts if re.search("编号|代码|电话|[证籍案]号$", column.header)}
    assert {column.name for column in texts if column.identifier} == numbers
    shared = {column.name for contract in load_extracts().values() for column in contract.key_columns if column.identifier}
    assert {column.name for column in texts if column.name in shared and not column.identifier} == set()


def test_an_identifier_is_a_text() -> None:
    column = {"name": "paid_on", "header": "日期", "type": "date", "key": True, "identifier": True}
    with pytest.raises(ValueError, match="identifier goes with type text"):
        ExtractContract.model_validate({"extract": "education__aid", "title": "名册", "kind": "roll", "columns": [column]})


TABLE = """\
parameter: income.warning_line
description: 对照表
unit: table
values:
  - from: 2020-01
    to: open
    entries: {车间: [帮扶车间, 扶贫车间], 培训: [培训]}
    document: 文
    article: 第3条
"""


LIST = TABLE.replace("unit: table", "unit: list").replace("{车间: [帮扶车间, 扶贫车间], 培训: [培训]}", "[省外, 县内]")


@pytest.mark.parametrize(
    ("written", "pairs", "text"),
    [
        (TABLE, (("车间", "帮扶车间"), ("车间", "扶贫车间"), ("培训", "培训")), "车间：帮扶车间、扶贫车间；培训：培训"),
        (LIST, (("省外", "省外"), ("县内", "县内")), "省外、县内"),
    ],
)
def test_the_entries_of_a_table_and_of_a_list_keep_their_order(
    parameters: Path, written: str, pairs: tuple[tuple[str, str], ...], text: str
) -> None:
    (parameters / "income" / "warning_line.yml").write_text(written, encoding="utf-8")
    found = load_parameters(parameters)["income.warning_line"]
    assert found.has_entries
    assert (found.values[0].pairs, found.values[0].text) == (pairs, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("unit: table", "unit: list"),
        ("unit: table", "unit: days"),
        ("培训: [培训]", "培训: 培训"),
        ("entries:", "value: 1\n    entries:"),
    ],
)
def test_a_table_is_a_list_of_texts_for_each_item(parameters: Path, old: str, new: str) -> None:
    (parameters / "income" / "warning_line.yml").write_text(TABLE, encoding="utf-8")
    assert re.search("取值应是一|entries.*应是列表|要写其中一个", spoil(parameters, old, new))
