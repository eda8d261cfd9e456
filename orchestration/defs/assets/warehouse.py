"""The dbt models as assets: one invocation for however many months a run computes, and one for what rests on the rules."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from orchestration.defs.resources import InstallationResource
from orchestration.warehouse.dbt_runner import AFTER_CHECKS, BETWEEN_CHECKS, NodeResult, WarehouseError, build, manifest_path
from orchestration.warehouse.rules import keep_months_of
from orchestration.warehouse.run_request import RunRequest


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

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        # The stock description appends the whole SQL; the page is read by officials.
        return str(dbt_resource_props.get("description") or "")


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
        yield from _build(context, installation, select=[], exclude=[BETWEEN_CHECKS, AFTER_CHECKS])

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
        yield from _build(context, installation, select=[BETWEEN_CHECKS], exclude=[])

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
        yield from _build(context, installation, select=[AFTER_CHECKS], exclude=[])
        if not context.is_subset:
            # later months need of these what all models say of them
            keep_months_of(installation.get(), RunRequest.of(installation.get()))

    return [warehouse, warehouse_between_checks, warehouse_after_checks]


def _build(
    context: dg.AssetExecutionContext, installation: InstallationResource, select: list[str], exclude: list[str]
) -> Iterator[Any]:
    if context.is_subset:
        select, exclude = sorted(key.path[-1] for key in context.selected_asset_keys), []
    try:
        results = build(installation.get(), select=select, exclude=exclude)
    except WarehouseError as error:
        raise dg.Failure(description=f"数据仓库没有建成：{error}", allow_retries=False) from None
    yield from _events(results, context)
    bad = [f"{result.unique_id}: {result.message or result.status}" for result in results if result.is_bad]
    if bad:
        raise dg.Failure(description="数据仓库没有建成：\n" + "\n".join(bad), allow_retries=False)


def _events(results: list[NodeResult], context: dg.AssetExecutionContext) -> Iterator[Any]:
    checks = {key.name: key for key in context.selected_asset_check_keys}
    keys = {key.path[-1]: key for key in context.selected_asset_keys}
    for result in results:
        kind, _, name = result.unique_id.split(".")[:3]
        if kind == "model" and result.status == "success" and name in keys:
            yield dg.MaterializeResult(asset_key=keys[name], metadata={"耗时（秒）": round(result.seconds, 3)})
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
