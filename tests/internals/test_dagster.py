"""What is relied on of Dagster's private names (``orchestration/adapters/dagster_*.py``). Run first after an upgrade."""

import importlib.util
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.instance.utils import _get_event_batch_size
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from orchestration.adapters import dagster_names
from orchestration.adapters.dagster_checks import named_check
from orchestration.adapters.dagster_run_history import BATCH_SIZE, BATCH_VARIABLE, EventHistory, History, RunHistory
from orchestration.foundation.paths import CONFIG
from orchestration.warehouse.dbt_runner import manifest_path
from tests.internals.advice import advice

HISTORY = "orchestration/adapters/dagster_run_history.py"
NAMES = "orchestration/adapters/dagster_names.py"
CHECKS = "orchestration/adapters/dagster_checks.py"


@dg.op
def nothing() -> None:
    pass


@dg.job
def idle() -> None:
    nothing()


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    settings = (CONFIG / "dagster.sqlite.yaml").read_text(encoding="utf-8")
    (tmp_path / "dagster.yaml").write_text(f"telemetry: {{enabled: false}}\n{settings}", encoding="utf-8")
    with dg.DagsterInstance.get() as made:
        yield made


@pytest.mark.parametrize(
    ("owner", "method", "parameters"),
    [
        (SqliteEventLogStorage, "__init__", ["self", "base_dir", "inst_data"]),
        (SqliteEventLogStorage, "_connect", ["self", "shard"]),
        (SqliteEventLogStorage, "_initdb", ["self", "engine", "for_index_shard"]),
        (SqliteEventLogStorage, "has_table", ["self", "table_name"]),
        (SqliteEventLogStorage, "conn_string_for_shard", ["self", "shard_name"]),
        (SqliteEventLogStorage, "store_event_batch", ["self", "events"]),
        (SqliteEventLogStorage, "dispose", ["self"]),
        (SqliteRunStorage, "__init__", ["self", "conn_string", "inst_data"]),
        (SqliteRunStorage, "connect", ["self"]),
        (SqliteRunStorage, "from_local", ["base_dir", "inst_data"]),
        (SqliteRunStorage, "dispose", ["self"]),
        (DagsterSqliteStorage, "__init__", ["self", "base_dir", "inst_data"]),
        (DagsterSqliteStorage, "from_config_value", ["inst_data", "config_value"]),
    ],
)
def test_the_storage_has_the_methods_that_are_overridden_and_called(owner: type, method: str, parameters: list[str]) -> None:
    found = getattr(owner, method, None)
    changed = advice("dagster", HISTORY, f"override or call what has taken the place of {owner.__name__}.{method}{parameters}.")
    assert found is not None and list(inspect.signature(found).parameters) == parameters, changed


def test_every_connection_of_events_goes_through_the_overridden_method(tmp_path: Path) -> None:
    opened = []

    class Watched(SqliteEventLogStorage):
        def _connect(self, shard: str) -> Any:
            opened.append(shard)
            return super()._connect(shard)

    storage = Watched(str(tmp_path))
    opened.clear()
    with storage.run_connection("a-run"):
        pass
    with storage.index_connection():
        pass
    changed = advice(
        "dagster", HISTORY, "override the method that opens the file of a run and of the index instead of _connect."
    )
    assert opened == ["a-run", INDEX_SHARD_NAME], changed


def test_the_stock_storage_keeps_what_ours_reads_and_sets(tmp_path: Path) -> None:
    stock = DagsterSqliteStorage(str(tmp_path))
    changed = advice("dagster", HISTORY, "use the attribute that has taken the place of the one named here.")
    parts = {name: getattr(stock, name, None) for name in ("_event_log_storage", "_run_storage", "_schedule_storage")}
    given = {"_event_log_storage": stock.event_log_storage, "_run_storage": stock.run_storage}
    assert parts == given | {"_schedule_storage": stock.schedule_storage}, changed
    for part, names in ((stock.event_log_storage, ("_db_lock", "_initialized_dbs")), (stock.run_storage, ("_conn_string",))):
        assert [name for name in names if not hasattr(part, name)] == [], changed
    stock.dispose()


def test_the_files_lie_where_they_are_looked_for(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    run = idle.execute_in_process(instance=instance).run_id
    expected = {"history/runs.db", "history/runs/index.db", f"history/runs/{run}.db", "schedules/schedules.db"}
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.db")}
    changed = "name the folders of DagsterSqliteStorage in History, in upkeep/tidy.py and in upkeep/backup.py."
    assert found == expected, advice("dagster", HISTORY, changed)


def test_the_configuration_names_our_storage(instance: dg.DagsterInstance) -> None:
    settings = yaml.safe_load((CONFIG / "dagster.sqlite.yaml").read_text(encoding="utf-8"))
    named = settings["storage"]["custom"]
    assert (named["module"], named["class"]) == (History.__module__, History.__name__)
    changed = "name the class as the configuration of an instance now wants it, in config/dagster.sqlite.yaml."
    assert isinstance(instance.schedule_storage, SqliteScheduleStorage), advice("dagster", HISTORY, changed)
    assert isinstance(instance.event_log_storage, EventHistory), advice("dagster", HISTORY, changed)
    assert isinstance(instance.run_storage, RunHistory), advice("dagster", HISTORY, changed)


def test_events_are_handed_on_together_where_the_variable_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BATCH_VARIABLE, BATCH_SIZE)
    changed = "look for what makes the instance call store_event_batch; without it a range of months takes minutes longer."
    assert _get_event_batch_size() == int(BATCH_SIZE), advice("dagster", HISTORY, changed)


def test_the_latest_materializations_are_found_by_partition() -> None:
    found = list(
        inspect.signature(dg.DagsterInstance.ephemeral().event_log_storage.get_latest_storage_id_by_partition).parameters
    )
    changed = (
        "find in upkeep/tidy.py the runs that a month's state rests on in another way; removing one of them forgets the month."
    )
    assert found[:2] == ["asset_key", "event_type"], advice("dagster", "orchestration/upkeep/tidy.py", changed)


def test_an_asset_job_is_of_the_type_that_is_annotated() -> None:
    made = dg.define_asset_job("some", selection="*")
    changed = "annotate with the type that define_asset_job returns."
    assert isinstance(made, dagster_names.UnresolvedAssetJobDefinition), advice("dagster", NAMES, changed)


def test_the_tags_of_a_range_make_one_run_of_its_months() -> None:
    seen: list[str] = []
    months = dg.MonthlyPartitionsDefinition(start_date="2023-01", fmt="%Y-%m")

    @dg.asset(partitions_def=months, backfill_policy=dg.BackfillPolicy.single_run())
    def counted(context: dg.AssetExecutionContext) -> None:
        seen.extend(context.partition_keys)

    tags = {
        dagster_names.ASSET_PARTITION_RANGE_START_TAG: "2023-02",
        dagster_names.ASSET_PARTITION_RANGE_END_TAG: "2023-04",
    }
    dg.Definitions(assets=[counted], jobs=[dg.define_asset_job("all")]).resolve_job_def("all").execute_in_process(tags=tags)
    changed = "tag the run of a range in defs/runs.py as a single-run backfill tags it."
    assert seen == ["2023-02", "2023-03", "2023-04"], advice("dagster", NAMES, changed)


def test_a_run_in_progress_has_begun_and_not_ended() -> None:
    found = {status.name for status in dagster_names.IN_PROGRESS_RUN_STATUSES}
    changed = "decide whether a run of the status may be dead (upkeep/tidy.py) and is waited for (defs/sensors.py)."
    assert found == {"STARTING", "STARTED", "CANCELING", "SUSPENDED"}, advice("dagster", NAMES, changed)


def test_a_check_is_called_by_code_and_title_and_names_its_partition(instance: dg.DagsterInstance) -> None:
    months, key = dg.StaticPartitionsDefinition(["2023-06", "2023-07"]), dg.AssetKey(["checked", "findings"])
    check = named_check("A01", "证件号码为空或占位", asset=key, description="问？", partitions=months)

    @dg.multi_asset(specs=[dg.AssetSpec(key, partitions_def=months)], check_specs=[check])
    def checked() -> Iterator[Any]:
        yield dg.MaterializeResult(asset_key=key)
        yield dg.AssetCheckResult(asset_key=key, check_name=check.name, passed=False)

    dg.materialize([checked], partition_key="2023-07", instance=instance)
    found = instance.event_log_storage.get_latest_asset_check_execution_by_key([check.key])
    changed = "name checks by their code alone in defs/assets/checks.py, or leave out partitions_def."
    assert [key.name for key in found] == ["A01 证件号码为空或占位"], advice("dagster", CHECKS, changed)
    assert [record.partition for record in found.values()] == ["2023-07"], advice("dagster", CHECKS, changed)


def test_the_daemon_is_a_module_that_can_be_run() -> None:
    changed = "name in DAEMON_MODULE what the program dagster-daemon calls."
    assert importlib.util.find_spec(f"{dagster_names.DAEMON_MODULE}.__main__"), advice("dagster", NAMES, changed)


def test_the_translator_is_asked_for_key_group_and_description() -> None:
    """The hooks are documented, and said to be superseded: they go first when dagster-dbt makes room."""
    asked = []

    class Watched(DagsterDbtTranslator):
        def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
            asked.append("key")
            return dg.AssetKey(["marts", dbt_resource_props["name"]])

        def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
            asked.append("group")
            return "marts"

        def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
            asked.append("description")
            return "名单"

    @dbt_assets(manifest=manifest_path(), select="warning_list", dagster_dbt_translator=Watched())
    def one() -> Iterator[Any]:
        yield from ()

    changed = "move the hooks of _Translator to what dbt_assets asks now (get_asset_spec); keys are the names of the marts."
    where = "orchestration/defs/assets/warehouse.py"
    assert set(asked) == {"key", "group", "description"}, advice("dagster-dbt", where, changed)
