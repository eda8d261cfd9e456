"""Dagster's queue of runs, which writes down who asked for each (Dagster 1.13).

A run coordinator that looks at the request is what Dagster documents for attributing runs to users; private is only that the
request is ``workspace.source`` of the ``SubmitRunContext`` (``get_request_header`` of it reads nothing but headers).
"""

from __future__ import annotations

from dagster import DagsterInvariantViolationError, DagsterRun, QueuedRunCoordinator
from dagster._core.run_coordinator import SubmitRunContext
from starlette.requests import HTTPConnection

from orchestration.adapters.page_guard import LOGIN
from orchestration.foundation.who import BY_TAG


class AttributedQueue(QueuedRunCoordinator):
    """Queues runs; those that were asked for over the network bear the login, whatever tags the request put on them."""

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Queue a run; refuse it where it comes from a web server and nobody is logged in."""
        request = getattr(context.workspace, "source", None)
        if isinstance(request, HTTPConnection):
            login = request.scope.get(LOGIN)
            if login is None:
                self._instance.report_run_canceled(context.dagster_run, "没有登录")
                raise DagsterInvariantViolationError("没有登录，不能运行；请用 fangfanpin page 或 fangfanpin dev 打开页面")
            self._instance.add_run_tags(context.dagster_run.run_id, {BY_TAG: login})
        return super().submit_run(context)
