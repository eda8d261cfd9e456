"""What is relied on of Great Expectations (``orchestration/adapters/great_expectations_*.py``). Run first after an upgrade."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import pytest

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.core.id_dict import IDDict
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import ColumnMapExpectation, Expectation

from orchestration.adapters.great_expectations_engine import (
    DuckDBDatasource,
    DuckDBExecutionEngine,
    ExpectationConfiguration,
    ExpectNoUnexpectedRows,
    remembering,
)
from orchestration.adapters.great_expectations_pages import page_from, result_tables
from orchestration.adapters.great_expectations_results import error_of, forget_values
from tests.internals.advice import advice

ENGINE = "orchestration/adapters/great_expectations_engine.py"
RESULTS = "orchestration/adapters/great_expectations_results.py"
PAGES = "orchestration/adapters/great_expectations_pages.py"
VALUE = "钱多多"


def check(kind: str, **arguments: Any) -> ExpectationConfiguration:
    return ExpectationConfiguration(type=kind, kwargs=arguments, meta={"key": kind}, description="说明", severity="warning")


def changed(read: str, do: str) -> str:
    return advice("great_expectations", read, do)


@pytest.fixture(scope="module")
def datasource() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    made = context.data_sources.add_duckdb("duckdb", connection_string="duckdb://")
    engine = made.get_execution_engine()
    engine.duckdb.execute("create view people_again as select 1 as x")
    engine.duckdb.execute(f"create table people as select * from (values (1, '{VALUE}'), (2, 'b'), (3, null)) as t(x, name)")
    return made


def validated(datasource: Any, *checks: ExpectationConfiguration) -> Any:
    asset = datasource.add_unwritten_asset("people") if not datasource.assets else datasource.get_asset("people")
    suite = gx.ExpectationSuite(name="people", expectations=list(checks))
    batch = asset.get_batch(asset.build_batch_request())
    return batch.validate(suite, result_format={"result_format": "BASIC", "exclude_unexpected_values": True})


@pytest.mark.parametrize(
    ("owner", "method", "parameters"),
    [
        (SqlAlchemyExecutionEngine, "resolve_metrics", ["self", "metrics_to_resolve", "metrics", "runtime_configuration"]),
        (UnexpectedRowsExpectation, "_validate", ["self", "metrics", "runtime_configuration", "execution_engine"]),
    ],
)
def test_the_library_has_the_methods_that_are_overridden(owner: type, method: str, parameters: list[str]) -> None:
    found = list(inspect.signature(getattr(owner, method)).parameters)
    assert found == parameters, changed(ENGINE, f"override {owner.__name__}.{method} with the parameters it has now.")


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (SqlAlchemyExecutionEngine, ["get_compute_domain", "dialect"]),
        (SQLDatasource, ["execution_engine_type", "get_engine", "get_execution_engine", "add_table_asset"]),
        (UnexpectedRowsExpectation, ["configuration", "metric_dependencies"]),
        (
            UnexpectedRowsExpectation,
            ["_diagnostic_observed_value_renderer", "_diagnostic_unexpected_statement_renderer"],
        ),
        (ColumnMapExpectation, ["map_metric", "success_keys"]),
    ],
)
def test_the_library_has_the_names_that_are_overridden_or_read(owner: type, names: list[str]) -> None:
    missing = [name for name in names if not hasattr(owner, name)]
    assert missing == [], changed(ENGINE, f"find what {owner.__name__} has instead of {missing}.")


def test_a_datasource_of_ours_is_added_by_its_type(datasource: Any) -> None:
    do = "register DuckDBDatasource as the library now registers datasources, with our engine."
    assert isinstance(datasource, DuckDBDatasource), changed(ENGINE, do)
    assert isinstance(datasource.get_execution_engine(), DuckDBExecutionEngine), changed(ENGINE, do)
    assert datasource.get_engine() is datasource.get_execution_engine().engine, changed(ENGINE, do)


def test_an_asset_is_added_without_writing_the_context(datasource: Any) -> None:
    assert "_data_context" in SQLDatasource.__private_attributes__, changed(ENGINE, "find what an asset that is added writes.")
    before = datasource._data_context
    datasource.add_unwritten_asset("people_again")
    do = "give the datasource its context back; nothing can be validated without it."
    assert before is not None and datasource._data_context is before, changed(ENGINE, do)
    datasource.delete_asset("people_again")


def test_our_metrics_answer_for_stock_expectations_and_ours(datasource: Any) -> None:
    results = validated(
        datasource,
        check("expect_column_values_to_match_regex", column="name", regex="^b$"),
        check("expect_column_values_to_satisfy", column="x", condition="x < 2"),
        check("expect_no_unexpected_rows", unexpected_rows_query="select * from {batch} where x > 1"),
        check("expect_column_values_to_not_be_null", column="name"),
    )
    counts = {
        one.expectation_config.meta["key"].rsplit("_", 1)[1]: one.result.get("unexpected_count") for one in results.results
    }
    do = "see how a metric provider is registered for an engine and what its hook _sqlalchemy is given."
    assert counts == {"regex": 1, "satisfy": 2, "rows": 2, "null": 1}, changed(ENGINE, do)


def test_no_metric_that_fetches_values_is_computed(datasource: Any) -> None:
    computed: list[str] = []
    resolve = SqlAlchemyExecutionEngine.resolve_metrics

    def watched(engine: Any, metrics_to_resolve: Any, *arguments: Any) -> Any:
        wanted = list(metrics_to_resolve)
        computed.extend(metric.metric_name for metric in wanted)
        return resolve(engine, wanted, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlAlchemyExecutionEngine, "resolve_metrics", watched)
        results = validated(
            datasource,
            check("expect_column_values_to_match_regex", column="name", regex="^b$"),
            check("unexpected_rows_expectation", unexpected_rows_query="select * from {batch} where x > 1"),
        )
    do = "add to _FETCHING_METRICS the metric that fetches values; no value of a household may leave the database."
    # of the metrics of columns and queries, those that count
    known = ("condition", "count", "count.aggregate_fn", "columns", "column_types")
    assert computed and [name for name in computed if not name.endswith(known)] == [], changed(ENGINE, do)
    assert VALUE not in str(results.to_json_dict()), changed(ENGINE, do)


def test_the_configuration_of_an_expectation_never_changes() -> None:
    made = ExpectNoUnexpectedRows(unexpected_rows_query="select 1", meta={"key": "a"})
    do = "override what builds the configuration now: it is asked for forty times in a validation."
    with remembering():
        assert made.configuration is made.configuration and made.configuration.meta == {"key": "a"}, changed(ENGINE, do)


def test_what_raised_is_told_without_a_value(datasource: Any) -> None:
    results = validated(
        datasource,
        check("expect_no_unexpected_rows", unexpected_rows_query="select cast(name as integer) from {batch}"),
        check("expect_column_values_to_satisfy", column="x", condition="missing > 1"),
        check("expect_column_values_to_not_be_null", column="x"),
    ).results
    raised = {one.expectation_config.meta["key"]: error_of(one) for one in results}
    do = "read exception_info as it is now: a check that did not run must not pass for one that found nothing."
    assert raised["expect_column_values_to_not_be_null"] is None, changed(RESULTS, do)
    assert raised["expect_no_unexpected_rows"] and "missing" in str(raised["expect_column_values_to_satisfy"]), changed(
        RESULTS, do
    )
    for one in results:
        forget_values(one)
    do = "empty every text of exception_info; it quotes values of the data."
    assert not any(VALUE in str(one.to_json_dict()) for one in results), changed(RESULTS, do)


def test_a_result_is_rendered_as_tables_of_expectations(datasource: Any, tmp_path: Path) -> None:
    results = validated(
        datasource, check("expect_no_unexpected_rows", unexpected_rows_query="select * from {batch} where x > 1")
    )
    tables = result_tables(results)
    do = "take the tables of expectations from where the renderer puts them now."
    assert len(tables) == 1 and "3 行中 2 行" in str(tables), changed(PAGES, do)
    template = tmp_path / "of_ours.j2"
    template.write_text("{{ tables[0].table[0][2] | render_content_block }} {{ title }}", encoding="utf-8")
    do = "make the page by an environment that knows the library's filters and our template."
    page = page_from(template, tables=tables, title="<题>")
    assert "3 行中 2 行" in page and page.endswith(" <题>"), changed(PAGES, do)


def test_what_is_remembered_is_what_would_be_said_again(datasource: Any) -> None:
    checks = (
        check("expect_column_values_to_not_be_null", column="name"),
        check("expect_column_values_to_be_in_set", column="name", value_set=["b", VALUE]),
        check("expect_column_values_to_satisfy", column="x", condition="x < 3"),
        check("expect_no_unexpected_rows", unexpected_rows_query="select * from {batch} where x = 2"),
    )
    again = changed(
        ENGINE, "see who asks Expectation.configuration and IDDict.to_id, and whether remembering still pays; it may go."
    )
    before = Expectation.configuration, IDDict.to_id
    expected = validated(datasource, *checks).to_json_dict()
    with remembering():
        assert (Expectation.configuration, IDDict.to_id) != before
        found = validated(datasource, *checks).to_json_dict()
    assert (Expectation.configuration, IDDict.to_id) == before
    for result in (expected, found):
        result["meta"] = {}
    assert found == expected, again


def test_what_is_remembered_is_told_apart_by_content_and_type() -> None:
    dictionaries = [
        {"a": 1, "b": 2},
        {"a": True, "b": 2},
        {"a": 1.0, "b": 2},
        {"a": "1", "b": 2},
        {"a": [1], "b": 2},
        {"a": 1},
        {},
    ]
    expected = [IDDict(content).to_id() for content in dictionaries]
    with remembering():
        assert [IDDict(content).to_id() for content in dictionaries * 2] == expected * 2
        assert IDDict(a=1, b=2).to_id(id_keys=["a"]) == IDDict(a=1).to_id()
