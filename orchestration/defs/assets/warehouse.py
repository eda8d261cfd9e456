"""The dbt models as assets: one invocation for however many months a run computes, and one for what rests on the rules."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from orchestration.contracts import ConfigError, load_county, load_marts
from orchestration.defs.described import (
    LINEAGE,
    ROWS,
    SCHEMA,
    SOURCE_LABEL,
    PersonalData,
    article_tags,
    mart_schema,
    model_lineage,
    model_schema,
    owner_of,
    personal_tag,
    unique_key_words,
)
from orchestration.defs.resources import InstallationResource
from orchestration.foundation.progress import stage
from orchestration.warehouse.dbt_runner import AFTER_CHECKS, BETWEEN_CHECKS, NodeResult, WarehouseError, build, manifest_path
from orchestration.warehouse.rules import keep_months_of
from orchestration.warehouse.run_request import RunRequest
from orchestration.warehouse.table_rows import table_rows


class _Translator(DagsterDbtTranslator):
    """Keys by layer and name: a mart is found as ``marts / warning_list``, a source meets the asset that lands it."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_code_references=False))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([_layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return _layer(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Return the department whose rows a staging model reads, else the bureau."""
        department = dbt_resource_props["fqn"][2] if _layer(dbt_resource_props) == "staging" else None
        return owner_of(department if department in self._departments else None)

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the tags that dbt has, the articles that a mart answers, and whether rows name people."""
        tags = {**super().get_tags(dbt_resource_props), **personal_tag(self._personal.is_in(dbt_resource_props["unique_id"]))}
        mart = load_marts().get(dbt_resource_props["name"]) if _layer(dbt_resource_props) == "marts" else None
        return {**tags, **article_tags(mart.source)} if mart else tags

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what dbt says, of a model from which columns its own come; of a mart its title and what asks for it."""
        said, name = {**super().get_metadata(dbt_resource_props)}, dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] != "model":
            return said
        said[LINEAGE] = model_lineage(name, self._keys)
        mart = load_marts().get(name) if _layer(dbt_resource_props) == "marts" else None
        if mart:
            return {**said, SCHEMA: mart_schema(mart.mart), "清单": mart.title, SOURCE_LABEL: mart.source}
        return {SCHEMA: model_schema(name), **said}

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        """Return the check that a data test becomes, with what it means."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and dg.AssetCheckSpec(
            spec.name,
            asset=spec.asset_key,
            description=_meaning(manifest["nodes"][unique_id], asset_spec.key.path[-1]),
            additional_deps=spec.additional_deps,
            blocking=spec.blocking,
            metadata=spec.metadata,
        )

    @cached_property
    def _manifest(self) -> Mapping[str, Any]:
        manifest: Mapping[str, Any] = json.loads(manifest_path().read_text(encoding="utf-8"))
        return manifest

    @cached_property
    def _personal(self) -> PersonalData:
        return PersonalData(self._manifest)

    @cached_property
    def _keys(self) -> Mapping[str, dg.AssetKey]:
        """Assets by the names under which the lineage knows them."""
        models = {one["name"]: one for one in self._manifest["nodes"].values() if one["resource_type"] == "model"}
        sources = {f"{one['source_name']}.{one['name']}": one for one in self._manifest["sources"].values()}
        return {name: self.get_asset_key(one) for name, one in (models | sources).items()}

    @cached_property
    def _departments(self) -> set[str]:
        return {department.code for department in load_county().departments}

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        # The stock description appends the whole SQL; the page is read by officials.
        return str(dbt_resource_props.get("description") or "")


def _meaning(test: Mapping[str, Any], model: str) -> str:
    """Return what a data test means, in Chinese: what it says of itself, or what its kind says of these columns."""
    if test.get("description"):
        return str(test["description"])
    of = test.get("test_metadata") or {}
    if of.get("name") == "unique_key" and model in load_marts():
        return unique_key_words(model, of["kwargs"]["columns"])
    raise ConfigError(f"dbt 检查 {test['name']} 没有说明：请在 yml 中为它写 description（中文：查什么，不符说明什么）")


def _layer(dbt_resource_props: Mapping[str, Any]) -> str:
    return str(dbt_resource_props["fqn"][1])


def warehouse_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Return the assets of all dbt models, with their data tests as checks: those before the rules, between, and after.

    Between the two stages of rules stand the items of work, which the second stage looks at.
    """

    @dbt_assets(
        manifest=manifest_path(),
        exclude=f"{BETWEEN_CHECKS} {AFTER_CHECKS}",
        dagster_dbt_translator=_Translator(),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        name="warehouse",
        pool="warehouse",
    )
    def warehouse(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[Any]:
        yield from _build("计算", context, installation, select=[], exclude=[BETWEEN_CHECKS, AFTER_CHECKS])

    @dbt_assets(
        manifest=manifest_path(),
        select=BETWEEN_CHECKS,
        dagster_dbt_translator=_Translator(),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        name="warehouse_between_checks",
        pool="warehouse",
    )
    def warehouse_between_checks(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[Any]:
        yield from _build("计算线索", context, installation, select=[BETWEEN_CHECKS], exclude=[])

    @dbt_assets(
        manifest=manifest_path(),
        select=AFTER_CHECKS,
        dagster_dbt_translator=_Translator(),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        name="warehouse_after_checks",
        pool="warehouse",
    )
    def warehouse_after_checks(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[Any]:
        yield from _build("汇总核查", context, installation, select=[AFTER_CHECKS], exclude=[])
        if not context.is_subset:
            # later months need of these what all models say of them
            keep_months_of(installation.get(), RunRequest.of(installation.get()))

    return [warehouse, warehouse_between_checks, warehouse_after_checks]


def _build(
    name: str, context: dg.AssetExecutionContext, installation: InstallationResource, select: list[str], exclude: list[str]
) -> Iterator[Any]:
    if context.is_subset:
        select, exclude = sorted(key.path[-1] for key in context.selected_asset_keys), []
    try:
        with stage(name, "个模型和检查") as running:
            results = build(installation.get(), select=select, exclude=exclude, count=running.count)
    except WarehouseError as error:
        raise dg.Failure(description=f"数据仓库没有建成：{error}", allow_retries=False) from None
    yield from _events(results, context, table_rows(installation.get(), RunRequest.of(installation.get()).published))
    bad = [f"{result.unique_id}: {result.message or result.status}" for result in results if result.is_bad]
    if bad:
        raise dg.Failure(description="数据仓库没有建成：\n" + "\n".join(bad), allow_retries=False)


def _events(results: list[NodeResult], context: dg.AssetExecutionContext, rows: Mapping[str, int]) -> Iterator[Any]:
    checks = {key.name: key for key in context.selected_asset_check_keys}
    keys = {key.path[-1]: key for key in context.selected_asset_keys}
    for result in results:
        kind, _, name = result.unique_id.split(".")[:3]
        if kind == "model" and result.status == "success" and name in keys:
            counted = {ROWS: rows[name]} if name in rows else {}
            yield dg.MaterializeResult(asset_key=keys[name], metadata={"耗时（秒）": round(result.seconds, 3), **counted})
    for result in results:
        kind, _, name = result.unique_id.split(".")[:3]
        if kind == "test" and name in checks and result.status != "skipped":
            key = checks[name]
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=result.status == "pass",
                metadata={"不符行数": result.failures or 0},
            )
