"""What the page says of every asset: owner, tags, columns, checks, the first month."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from orchestration.contracts import County, load_county, load_extracts, load_marts
from orchestration.defs.definitions import build_definitions
from orchestration.defs.described import LINEAGE, PERSONAL, SCHEMA, SOURCE_LABEL, PersonalData, article_tags, unique_key_words
from orchestration.defs.partitions import first_month, monitoring_months
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.dbt_runner import manifest_path


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dg.AssetSpec]:
    folder = tmp_path_factory.mktemp("page")
    definitions = build_definitions(Installation.at(folder / "raw", folder / "marts"))
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("新农组办〔2023〕3号 第二、三条", ["article-2", "article-3"]),
        ("新农组办〔2023〕3号 第十三至十六、二十一条", [f"article-{number}" for number in (13, 14, 15, 16, 21)]),
        ("新农组办〔2023〕3号 第十、二十条", ["article-10", "article-20"]),
        ("新农组办〔2023〕3号 第六条；规则第8节", ["article-6", "rules-8"]),
        ("规则第10、11节", ["rules-10", "rules-11"]),
        ("本系统默认口径", []),
    ],
)
def test_articles_are_tags(source: str, tags: list[str]) -> None:
    assert list(article_tags(source)) == tags


def test_every_asset_has_an_owner_that_the_county_knows(specs: dict[str, dg.AssetSpec]) -> None:
    county: County = load_county()
    known = {f"team:{department.name}" for department in county.departments}
    assert {key for key, spec in specs.items() if not spec.owners or not set(spec.owners) <= known} == set()
    for extract, contract in load_extracts().items():
        owner = [f"team:{county.department(contract.department).name}"]
        assert specs[f"landed/{extract}"].owners == owner
        assert specs[f"staging/stg_{extract}"].owners == owner
    assert specs["marts/warning_list"].owners == [f"team:{county.bureau.name}"]


def test_every_asset_says_whether_it_names_people(specs: dict[str, dg.AssetSpec]) -> None:
    assert {key for key, spec in specs.items() if spec.tags.get(PERSONAL) not in ("yes", "no")} == set()
    said = {key: spec.tags[PERSONAL] for key, spec in specs.items()}
    assert said["marts/warning_list"] == said["landed/medical_insurance__settlement"] == "yes"
    assert said["intermediate/int_household_months"] == said["checked/findings"] == "yes"
    assert said["marts/briefing_figures"] == said["reference/towns"] == said["intermediate/int_calendar"] == "no"


def test_a_model_that_is_made_of_rows_about_people_names_people() -> None:
    personal = PersonalData(json.loads(manifest_path().read_text(encoding="utf-8")))
    assert personal.is_in("model.fangfanpin.int_department_rows")
    assert not personal.is_in("model.fangfanpin.int_parameters")


def test_every_mart_has_its_article_and_its_columns_in_chinese(specs: dict[str, dg.AssetSpec]) -> None:
    for name, mart in load_marts().items():
        spec = specs[f"marts/{name}"]
        assert spec.metadata[SOURCE_LABEL] == mart.source
        assert set(article_tags(mart.source)) <= set(spec.tags)
        columns = spec.metadata[SCHEMA].columns
        assert [column.name for column in columns] == list(mart.columns)
        assert all("：" in (column.description or "") for column in columns)
    by_name = {column.name: column for column in specs["marts/warning_list"].metadata[SCHEMA].columns}
    assert (by_name["head_name"].tags, by_name["town"].tags) == ({PERSONAL: "yes"}, {})
    assert by_name["town"].description == "乡镇：所在乡镇（街道）；户不在册时为空"


def test_every_landed_extract_has_its_columns_with_their_headers(specs: dict[str, dg.AssetSpec]) -> None:
    for extract, contract in load_extracts().items():
        columns = {column.name: column for column in specs[f"landed/{extract}"].metadata[SCHEMA].columns}
        assert list(columns) == ["delivery_month", "file", "row_number", *contract.landed_columns]
        for column in contract.columns:
            assert columns[column.name].description.startswith(column.header)
            assert bool(columns[column.name].tags) == column.personal


def test_no_check_is_without_a_description_in_chinese(tmp_path: Path) -> None:
    definitions = build_definitions(Installation.at(tmp_path / "raw", tmp_path / "marts"))
    graph = definitions.resolve_asset_graph()
    described = {key: graph.get_check_spec(key).description or "" for key in graph.asset_check_keys}
    assert len(described) > len(load_marts())
    assert {key for key, text in described.items() if not any("\u4e00" <= sign <= "\u9fff" for sign in text)} == set()


def test_the_check_of_a_key_names_its_columns() -> None:
    assert unique_key_words("warning_list", ["month", "household_id"]) == (
        "《预警名单》每行由 监测月份（month）、户编号（household_id） 唯一确定，没有重复的行；有重复说明计算有误，该月不发布"
    )


def folder(path: Path) -> None:
    path.mkdir(parents=True)


def test_months_begin_with_the_first_delivery_or_what_was_made_of_one_before(tmp_path: Path) -> None:
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    assert first_month(installation) is None
    folder(installation.raw / "2023-06")
    folder(installation.raw / "2019-01")  # before the county's first delivery
    folder(installation.raw / "no month")
    assert first_month(installation) == "2023-06"
    assert monitoring_months(first_month(installation)).get_first_partition_key() == "2023-06"
    assert first_month(installation, Month("2023-04")) == "2023-04"
    folder(installation.quarters / "2023Q1" / "v01")
    folder(installation.marts / "2023-05" / "v01")
    assert first_month(installation) == "2023-05"
    installation.landed_extract("water__drinking_water", Month("2023-03")).parent.mkdir(parents=True)
    installation.landed_extract("water__drinking_water", Month("2023-03")).touch()
    assert first_month(installation) == "2023-03"


def test_without_any_delivery_months_begin_with_the_county(tmp_path: Path) -> None:
    assert monitoring_months(None).get_first_partition_key() == load_county().first_delivery


def test_columns_lead_to_columns_of_other_assets(specs: dict[str, dg.AssetSpec]) -> None:
    traced = {name: spec.metadata[LINEAGE].deps_by_column for name, spec in specs.items() if LINEAGE in spec.metadata}
    assert {name.split("/")[0] for name in traced} == {"staging", "intermediate", "marts"} and len(traced) > 250
    named = {dep.asset_key.to_user_string() for columns in traced.values() for deps in columns.values() for dep in deps}
    assert named <= specs.keys()
    for name, columns in traced.items():
        own = {column.name for column in specs[name].metadata[SCHEMA].columns}
        assert own <= columns.keys() if name.startswith("staging/") else own == columns.keys(), name
    assert traced["marts/warning_list"]["level"] == [
        dg.TableColumnDep(dg.AssetKey(["intermediate", "int_household_months"]), "level")
    ]
    shown = {column.name: column for column in specs["intermediate/int_household_months"].metadata[SCHEMA].columns}
    assert shown["income_12m"].description == "近12个月纯收入" and shown["head_name"].tags == {PERSONAL: "yes"}
