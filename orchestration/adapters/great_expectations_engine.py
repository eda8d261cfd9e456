"""Great Expectations on DuckDB (Great Expectations 1.24). Importing this module imports the library: inside functions only.

Beside a datasource and an execution engine there are two expectations of our own. ``expect_column_values_to_satisfy`` holds a
column to a SQL condition; Great Expectations computes it with all other column expectations in one scan.
``expect_no_unexpected_rows`` is for any query: it runs once, and all the rows it finds are kept in a temporary table.

No value leaves the database: metrics that would fetch values or rows are answered empty.

The library documents expectations that users write for its own engines, no engine for another database. What is used beyond it:

- ``SqlAlchemyExecutionEngine`` (its ``resolve_metrics``, ``get_compute_domain``, ``engine``, ``dialect``) and ``SQLDatasource``
  (its ``execution_engine_type``, ``get_engine``, ``_data_context``). When they change:
  ``great_expectations/execution_engine/sqlalchemy_execution_engine.py``, ``great_expectations/datasource/fluent/``.
- The names of metrics that fetch (``_FETCHING_METRICS``), and the hook ``_sqlalchemy`` of ``ColumnMapMetricProvider`` and
  ``QueryMetricProvider``. When they change: ``great_expectations/expectations/metrics/``.
- ``Expectation.configuration`` and ``IDDict.to_id``, which a validation asks for tens of thousands of times: ``remembering``
  keeps their answers. When they change: ``great_expectations/expectations/expectation.py``, ``core/id_dict.py``.
- Of expectations ``map_metric``, ``metric_dependencies``, ``_validate``, the ``_diagnostic_…`` renderers and
  ``ExpectationConfiguration``, from which suites are made that carry a key. When they change:
  ``great_expectations/expectations/expectation.py``, ``core/unexpected_rows_expectation.py`` beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Type  # noqa: UP035

import duckdb
import sqlalchemy as sa
from great_expectations.core.id_dict import IDDict
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.sql_datasource import TableAsset
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import ColumnMapExpectation, Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.map_metric_provider import ColumnMapMetricProvider, column_condition_partial
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.render import LegacyDiagnosticRendererType
from great_expectations.render.renderer.renderer import renderer

import orchestration.adapters.duckdb_dialect  # noqa: F401  makes duckdb:// known

__all__ = ["Captured", "DuckDBDatasource", "DuckDBExecutionEngine", "ExpectationConfiguration", "remembering"]

_FETCHING_METRICS = (
    ".unexpected_values",
    ".unexpected_rows",
    ".unexpected_value_counts",
    ".unexpected_index_list",
    "unexpected_rows_query.table",
    "table.head",
)
_one_at_a_time = threading.RLock()


@dataclass(frozen=True)
class Captured:
    """Where the rows found by a query are: a temporary table of ``DuckDBExecutionEngine.duckdb``, and how many they are."""

    table: str
    rows: int


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """The stock SQL engine over one DuckDB connection.

    Attributes:
        captured: by batch and query, the rows found since ``forget_captured``.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.captured: dict[tuple[str, str], Captured] = {}
        self._tables = 0

    @property
    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """The connection that holds captured rows."""
        with self.engine.connect() as connection:
            return connection.connection.dbapi_connection  # type: ignore[return-value]

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[Any],
        metrics: dict[Any, Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[Any, Any]:
        """Return the values of metrics; what would fetch values or rows is empty and not computed."""
        wanted = list(metrics_to_resolve)
        fetching: dict[Any, Any] = {metric.id: [] for metric in wanted if metric.metric_name.endswith(_FETCHING_METRICS)}
        counted = [metric for metric in wanted if metric.id not in fetching]
        return fetching | (super().resolve_metrics(counted, metrics, runtime_configuration) if counted else {})

    def capture(self, query: str, domain: dict[str, Any]) -> Captured:
        """Keep the rows of a query in a temporary table, unless they are there already.

        Args:
            query: a complete query; ``{batch}`` stands for the relation, any other brace for itself.
            domain: what Great Expectations says about the batch.
        """
        key = (domain["batch_id"], query)
        if key not in self.captured:
            selectable, _, _ = self.get_compute_domain(domain, domain_type=MetricDomainTypes.TABLE)
            relation = str(selectable.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))
            relation = relation if isinstance(selectable, sa.Table) else f"({relation})"
            self._tables += 1
            table = f"captured_{self._tables}"
            created = f"create temporary table {table} as {query.replace('{batch}', relation)}"
            rows = self.duckdb.execute(created).fetchall()[0][0]
            self.captured[key] = Captured(table, rows)
        return self.captured[key]

    def forget_captured(self) -> None:
        """Drop the captured rows."""
        for captured in self.captured.values():
            self.duckdb.execute(f"drop table {captured.table}")
        self.captured.clear()


class DuckDBDatasource(SQLDatasource):
    """A datasource for ``context.data_sources.add_duckdb``."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> Type[SqlAlchemyExecutionEngine]:  # noqa: UP006  ``type`` is a field here
        """The engine that runs the expectations."""
        return DuckDBExecutionEngine

    def get_engine(self) -> sa.Engine:
        """Return the SQLAlchemy engine of the execution engine; a second one would be another database in memory."""
        return self.get_execution_engine().engine

    def add_unwritten_asset(self, relation: str) -> TableAsset:
        """Return a new asset of a table or view.

        A datasource that knows its context writes all of it as YAML with every new asset, for nobody: it ends with us.
        """
        context, self._data_context = self._data_context, None
        try:
            return self.add_table_asset(relation, table_name=relation)
        finally:
            self._data_context = context


@contextmanager
def remembering() -> Iterator[None]:
    """Let expectations and metrics say once within what they are asked over and over: their configuration, their identifier.

    Neither changes during a validation: an expectation is not altered, and what an identifier is made of decides it. The two
    are exchanged for the whole process, so one validates at a time.
    """
    with _one_at_a_time:
        configuration, to_id = Expectation.configuration, IDDict.to_id
        Expectation.configuration = _known_configuration(configuration)  # type: ignore[assignment,method-assign]
        IDDict.to_id = _known_id(to_id)  # type: ignore[method-assign]
        try:
            yield
        finally:
            Expectation.configuration, IDDict.to_id = configuration, to_id  # type: ignore[method-assign]


def _known_configuration(asked: Any) -> property:
    # the expectation is kept with its answer, or another could come to stand in its place
    known: dict[int, tuple[Expectation, ExpectationConfiguration]] = {}

    def configuration(self: Expectation) -> ExpectationConfiguration:
        if id(self) not in known:
            known[id(self)] = self, asked.__get__(self)
        return known[id(self)][1]

    return property(configuration)


def _known_id(asked: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def to_id(self: IDDict, *arguments: Any, **options: Any) -> Any:
        if arguments or options:
            return asked(self, *arguments, **options)
        content = type(self), tuple((name, type(value), value) for name, value in self.items())
        try:
            if content not in known:
                known[content] = asked(self)
            return known[content]
        except TypeError:  # a list among the values
            return asked(self)

    return to_id


class _MatchesRegex(ColumnMapMetricProvider):
    condition_metric_name = "column_values.match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=DuckDBExecutionEngine)
    def _sqlalchemy(cls, column: sa.ColumnElement[Any], regex: str, **_: Any) -> sa.ColumnElement[Any]:  # noqa: N805
        return sa.func.regexp_matches(column, regex)


class _SatisfiesCondition(ColumnMapMetricProvider):
    condition_metric_name = "column_values.satisfy"
    condition_value_keys = ("condition",)

    @column_condition_partial(engine=DuckDBExecutionEngine)
    def _sqlalchemy(cls, column: sa.ColumnElement[Any], condition: str, **_: Any) -> sa.ColumnElement[Any]:  # noqa: N805
        return sa.func.coalesce(sa.literal_column(f"({condition})", sa.Boolean), sa.false())


class _CountsCapturedRows(QueryMetricProvider):
    metric_name = "unexpected_rows_query.row_count"
    value_keys = ("unexpected_rows_query",)

    @metric_value(engine=DuckDBExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805
        execution_engine: DuckDBExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> int:
        return execution_engine.capture(metric_value_kwargs["unexpected_rows_query"], metric_domain_kwargs).rows


class ExpectColumnValuesToSatisfy(ColumnMapExpectation):
    """Hold every filled value of a column to a SQL condition over its row; a condition that is null does not hold."""

    condition: str

    map_metric: ClassVar[str] = "column_values.satisfy"
    success_keys: ClassVar[tuple[str, ...]] = ("condition", "mostly")


class ExpectNoUnexpectedRows(UnexpectedRowsExpectation):
    """Hold a relation to a query that finds nothing; counts like a column expectation, over all rows of the relation."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count", "table.row_count")

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        found = metrics["unexpected_rows_query.row_count"]
        rows = metrics["table.row_count"]
        percent = 100.0 * found / rows if rows else 0.0
        return {
            "success": found == 0,
            "result": {"element_count": rows, "unexpected_count": found, "unexpected_percent": percent},
        }

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: dict[str, Any] | None = None, **kwargs: Any
    ) -> str:
        counts = result.result if result else {}
        if "unexpected_count" not in counts:
            return "没有算成"
        return f"{counts['element_count']:,} 行中 {counts['unexpected_count']:,} 行"

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[Any]:
        return []  # the observed value says it
