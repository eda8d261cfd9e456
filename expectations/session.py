"""Running checks: one Great Expectations context and one DuckDB database in memory for all relations of a process."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.suite import SuiteCheck
from orchestration.adapters.great_expectations_results import error_of, forget_values

if TYPE_CHECKING:
    import duckdb


class CheckNotRunError(Exception):
    """A check could not be computed, which says nothing about the data. The message names the checks, never a value."""


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes:
        element_count: rows looked at; None for a check of the whole relation.
        unexpected_count: rows found; None as above.
        captured: temporary table of the rows found, for a check by query.
        error: why the check could not be computed, never a value; None where it was. Such a check says nothing about the data.
    """

    check: SuiteCheck
    success: bool
    element_count: int | None
    unexpected_count: int | None
    captured: str | None = None
    error: str | None = None


def warm_up() -> None:
    """Import Great Expectations, which takes seconds, so that the first check need not; may run in a thread of its own."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import orchestration.adapters.great_expectations_engine  # noqa: F401


class ValidationSession:
    """A context, a datasource and a connection, made once.

    Great Expectations mixes up results of threads that share a datasource: hold ``lock`` from ``define_view`` to the last use
    of captured rows.

    Attributes:
        validated: by relation, what Great Expectations last said about it, in its own form; without a value of the data.
    """

    def __init__(self) -> None:
        self.validated: dict[str, Any] = {}
        warm_up()
        import great_expectations

        self.lock = threading.RLock()
        context = great_expectations.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        self._datasource: Any = context.data_sources.add_duckdb("duckdb", connection_string="duckdb://")
        self._engine: Any = self._datasource.get_execution_engine()

    @property
    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """The connection, for what views are made of and for captured rows."""
        connection: duckdb.DuckDBPyConnection = self._engine.duckdb
        return connection

    def define_view(self, name: str, query: str) -> None:
        """Make or replace the view that checks of ``name`` look at."""
        self.duckdb.execute(f'create or replace view "{name}" as {query}')

    def validate(self, relation: str, checks: Sequence[SuiteCheck]) -> list[Verdict]:
        """Return the verdicts on a relation, in the order of the checks; rows captured before are dropped.

        Raises:
            CheckNotRunError: at least one check could not be computed.
        """
        with self.lock:
            self.forget_captured()
            verdicts = self.judge(relation, checks)
        errors = [f"{verdict.check.key}: {verdict.error}" for verdict in verdicts if verdict.error]
        if errors:
            raise CheckNotRunError(f"{relation}: {len(errors)} checks could not run: {'; '.join(errors)}")
        return verdicts

    def judge(self, relation: str, checks: Sequence[SuiteCheck]) -> list[Verdict]:
        """Return the verdicts on a relation as ``validate`` does; one that could not be computed says so in its ``error``.

        Rows captured before stay: a relation may be judged again only as long as it holds the same rows.
        """
        from great_expectations import ExpectationSuite

        from orchestration.adapters.great_expectations_engine import remembering

        with self.lock:
            suite = ExpectationSuite(name=relation, expectations=[_configuration(check) for check in checks])
            with remembering():
                validated = self._batch(relation).validate(
                    suite, result_format={"result_format": "BASIC", "exclude_unexpected_values": True}
                )
            results = {result.expectation_config.meta["key"]: result for result in validated.results}
            validated.results = [results[check.key] for check in checks]
            for result in validated.results:
                forget_values(result)
            self.validated[relation] = validated
            return [self._verdict(check, results[check.key]) for check in checks]

    def forget_captured(self) -> None:
        """Drop captured rows."""
        self._engine.forget_captured()

    def _batch(self, relation: str) -> Any:
        asset = self._asset(relation)
        return asset.get_batch(asset.build_batch_request())

    def _asset(self, relation: str) -> Any:
        if relation in self._datasource.get_asset_names():
            return self._datasource.get_asset(relation)
        return self._datasource.add_unwritten_asset(relation)

    def _verdict(self, check: SuiteCheck, result: Any) -> Verdict:
        if error := error_of(result):
            return Verdict(check, False, None, None, error=error)
        key = (result.expectation_config.kwargs.get("batch_id"), check.arguments.get("unexpected_rows_query"))
        captured = self._engine.captured.get(key)
        counts = result.result
        return Verdict(
            check,
            bool(result.success),
            counts.get("element_count"),
            counts.get("unexpected_count"),
            captured.table if captured else None,
        )


def _configuration(check: SuiteCheck) -> Any:
    from orchestration.adapters.great_expectations_engine import ExpectationConfiguration

    return ExpectationConfiguration(
        type=check.expectation,
        kwargs=dict(check.arguments),
        meta={"key": check.key},
        description=check.description,
        severity=check.severity,  # type: ignore[arg-type]
    )
