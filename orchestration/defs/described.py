"""What the page says of an asset beside its name: whose it is, which article asks for it, whether it names people, its columns.

What belongs here: Dagster's words for what contracts and dbt's manifest say. What does not: the facts themselves, any value.
Dagster takes letters and digits alone in tags, so an article is ``article-7``; its Chinese words stand in the metadata.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.contracts import ExtractContract, load_county, load_extracts, load_fields, load_marts, mart_fields
from orchestration.explanations.lineage import ROWS as ALL_ROWS
from orchestration.explanations.lineage import Place, load_lineage

PERSONAL, SCHEMA, ROWS = "personal", "dagster/column_schema", "dagster/row_count"
LINEAGE = "dagster/column_lineage"
SOURCE_LABEL = "依据"
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_NUMERAL = "[零一二三四五六七八九十]+"
_ARTICLES = re.compile(rf"第({_NUMERAL}(?:[、至]{_NUMERAL})*)条")
_SECTIONS = re.compile(r"(?<=规则)第([0-9]+(?:[、至][0-9]+)*)节")


def owner_of(department: str | None = None) -> list[str]:
    """Return the owner of what a department (code) sends, or of what the bureau makes of it."""
    county = load_county()
    return [f"team:{(county.department(department) if department else county.bureau).name}"]


def article_tags(source: str) -> dict[str, str]:
    """Return a tag for each article of the notice, and each section of the rules, that a source names."""
    articles = [f"article-{number}" for said in _ARTICLES.findall(source) for number in _numbers(said)]
    sections = [f"rules-{number}" for said in _SECTIONS.findall(source) for number in _numbers(said)]
    return dict.fromkeys([*articles, *sections], "")


def _numbers(said: str) -> list[int]:
    numbers: list[int] = []
    for part in said.split("、"):
        first, _, last = part.partition("至")
        numbers += range(_number(first), _number(last or first) + 1)
    return numbers


def _number(said: str) -> int:
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    return (10 * (_DIGITS[tens] if tens else 1) if ten else 0) + (_DIGITS[ones] if ones else 0)


def personal_tag(is_personal: bool) -> dict[str, str]:
    """Return the tag that says whether rows name people."""
    return {PERSONAL: "yes" if is_personal else "no"}


def landed_schema(contract: ExtractContract) -> dg.TableSchema:
    """Return the columns of an extract's landed rows, each with its header."""
    columns = [
        dg.TableColumn("delivery_month", "date", "报送月份"),
        dg.TableColumn("file", "string", "文件，当月文件夹下的路径"),
        dg.TableColumn("row_number", "integer", "文件中的行号"),
    ]
    by_name = {column.name: column for column in contract.columns}
    for name in contract.landed_columns:
        column = by_name.get(name) or by_name[name.removesuffix("_normalized")]
        said = [column.header, *(["关键列"] if column.key else []), *(["必填"] if column.required else [])]
        if name != column.name:
            said = [f"{column.header}（整理后，用于比对）"]
        columns.append(_column(name, "string", "，".join(said), column.personal))
    return dg.TableSchema(columns)


def mart_schema(mart: str) -> dg.TableSchema:
    """Return the columns of a mart, each with its label and meaning."""
    fields = mart_fields(load_marts()[mart], load_fields())
    return dg.TableSchema(
        [_column(name, field.type, f"{field.label}：{field.description}", field.personal) for name, field in fields.items()]
    )


def _column(name: str, kind: str, description: str, is_personal: bool) -> dg.TableColumn:
    return dg.TableColumn(name, kind, description, tags={PERSONAL: "yes"} if is_personal else {})


def model_schema(model: str) -> dg.TableSchema:
    """Return the columns of a model that is not published; a name that a published column has says what that is."""
    fields = load_fields()
    return dg.TableSchema(
        [
            _column(name, fields[name].type, fields[name].label, fields[name].personal)
            if name in fields
            else dg.TableColumn(name)
            for name in load_lineage().columns[model]
            if name != ALL_ROWS
        ]
    )


def model_lineage(model: str, keys: Mapping[str, dg.AssetKey]) -> dg.TableColumnLineage:
    """Return from which columns of which assets each column of a model comes, one step back.

    Args:
        model: name of the model.
        keys: assets by the name of their model; what is no model by source and name (``landed.finance__microcredit``).
    """
    lineage = load_lineage()
    return dg.TableColumnLineage(
        {
            name: [
                dg.TableColumnDep(keys[place.table], place.column)
                for place in lineage.step(Place(model, name))
                if place.column != ALL_ROWS and place.table in keys
            ]
            for name in lineage.columns[model]
            if name != ALL_ROWS
        }
    )


def unique_key_words(mart: str, columns: list[str]) -> str:
    """Return what dbt's test of a mart's key means."""
    fields = mart_fields(load_marts()[mart], load_fields())
    named = "、".join(f"{fields[name].label}（{name}）" for name in columns)
    return f"《{load_marts()[mart].title}》每行由 {named} 唯一确定，没有重复的行；有重复说明计算有误，该月不发布"


class PersonalData:
    """Which nodes of dbt's project hold rows that name people.

    A mart and a staging model say it of their columns, an extract in its contract; another model holds such rows if anything
    that it is made of does.
    """

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._nodes: Mapping[str, Any] = {**manifest["sources"], **manifest["nodes"]}
        self._parents: Mapping[str, list[str]] = manifest["parent_map"]
        self._known: dict[str, bool] = {}

    def is_in(self, unique_id: str) -> bool:
        """Return whether a node's rows name people; to be careful of what is not said."""
        if unique_id not in self._known:
            self._known[unique_id] = self._look(unique_id)
        return self._known[unique_id]

    def _look(self, unique_id: str) -> bool:
        node = self._nodes[unique_id]
        if node["resource_type"] == "source":
            contract = load_extracts().get(node["name"])
            if contract:
                return any(column.personal for column in contract.columns)
            return node["source_name"] in ("checked", "kept")
        if node["fqn"][1] == "marts" or (node["fqn"][1] == "staging" and node["columns"]):
            return any(_meta(column).get("personal") for column in node["columns"].values())
        return any(self.is_in(parent) for parent in self._parents.get(unique_id, ()) if parent in self._nodes)


def _meta(column: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**(column.get("config") or {}).get("meta", {}), **column.get("meta", {})}
