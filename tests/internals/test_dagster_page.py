"""What the adapters of Dagster's page rely on (``orchestration/adapters/dagster_page.py``, ``_run_queue.py``, ``_dev.py``)."""

import inspect
from pathlib import Path

import dagster as dg
import pytest
from dagster._cli import dev
from dagster._core.run_coordinator import SubmitRunContext
from dagster._core.workspace.context import BaseWorkspaceRequestContext, WorkspaceRequestContext
from dagster_webserver import cli
from dagster_webserver.graphql import GraphQLServer
from dagster_webserver.webserver import DagsterWebserver
from starlette.routing import Route, WebSocketRoute

from orchestration.adapters import dagster_dev
from orchestration.adapters.dagster_page import Page
from orchestration.adapters.dagster_run_queue import AttributedQueue
from orchestration.foundation.paths import CONFIG
from tests.internals.advice import advice

PAGE = "orchestration/adapters/dagster_page.py"
QUEUE = "orchestration/adapters/dagster_run_queue.py"
DEV = "orchestration/adapters/dagster_dev.py"


@pytest.mark.parametrize(
    ("owner", "method", "parameters"),
    [
        (DagsterWebserver, "__init__", ["self", "process_context", "app_path_prefix", "live_data_poll_rate"]),
        (DagsterWebserver, "build_middleware", ["self"]),
        (DagsterWebserver, "build_routes", ["self"]),
        (DagsterWebserver, "_make_request_context", ["self", "conn"]),
        (GraphQLServer, "gen_graphql_response", ["self", "request_context", "query", "variables", "operation_name"]),
        (
            GraphQLServer,
            "execute_graphql_subscription",
            ["self", "websocket", "operation_id", "query", "variables", "operation_name"],
        ),
        (BaseWorkspaceRequestContext, "get_viewer_tags", ["self"]),
        (BaseWorkspaceRequestContext, "get_reporting_user_tags", ["self"]),
        (
            WorkspaceRequestContext,
            "__init__",
            ["self", "instance", "current_workspace", "process_context", "version", "source", "read_only"],
        ),
    ],
)
def test_the_server_has_the_methods_that_are_overridden(owner: type, method: str, parameters: list[str]) -> None:
    found = getattr(owner, method, None)
    changed = advice("dagster-webserver", PAGE, f"override or call what has taken the place of {owner.__name__}.{method}.")
    assert found is not None and list(inspect.signature(found).parameters)[: len(parameters)] == parameters, changed


def test_every_document_goes_through_the_overridden_methods() -> None:
    http = inspect.getsource(GraphQLServer.graphql_execution_thread)
    socket = inspect.getsource(GraphQLServer.graphql_ws_endpoint)
    changed = advice("dagster-webserver", PAGE, "look at documents in the method by which each is executed.")
    assert "self.gen_graphql_response(" in http and "self.execute_graphql_subscription(" in socket, changed
    assert all("self.request_context(" in inspect.getsource(one) for one in (GraphQLServer.graphql_execution_thread,)), changed


def test_the_server_has_no_way_in_that_nobody_has_looked_at() -> None:
    ways = [route for route in Page(None).build_routes() if isinstance(route, Route | WebSocketRoute)]
    paths = {way.path for way in ways if getattr(way, "name", "") != "root_static"}
    changed = advice("dagster-webserver", PAGE, "see what the new way in does, and whether it asks for a permission.")
    known = {
        "/server_info",
        "/dagit_info",
        "/graphql",
        "/logs/{path:path}",
        "/download_debug/{run_id:str}",
        "/{path:path}",
        "/",
    }
    assert paths == known, changed


def test_the_program_makes_its_application_by_the_name_that_is_exchanged() -> None:
    changed = advice("dagster-webserver", PAGE, "exchange the function by which the program makes its application.")
    source = inspect.getsource(cli.host_dagster_ui_with_workspace_process_context)
    assert "app = create_app_from_workspace_process_context(\n" in source, changed


def test_dev_starts_the_server_by_the_call_that_is_exchanged() -> None:
    changed = advice("dagster", DEV, "exchange the name of the module where dagster dev starts its web server.")
    source = inspect.getsource(dev.dev_command_impl)
    assert f'open_ipc_subprocess(\n                [sys.executable, "-m", "{dagster_dev.THEIRS}"]' in source, changed
    assert dev.open_ipc_subprocess is dagster_dev.start, changed


def test_the_queue_is_ours_and_sees_the_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    parts = ("dagster.yaml", "dagster.sqlite.yaml")
    (tmp_path / "dagster.yaml").write_text("".join((CONFIG / part).read_text(encoding="utf-8") for part in parts))
    with dg.DagsterInstance.get() as instance:
        changed = advice("dagster", QUEUE, "name the class as dagster.yaml now wants it, in config/dagster.yaml.")
        assert isinstance(instance.run_coordinator, AttributedQueue), changed
        queue = instance.get_concurrency_config().run_queue_config
        assert queue and queue.max_concurrent_runs == 2, changed
    assert SubmitRunContext._fields == ("dagster_run", "workspace"), advice("dagster", QUEUE, "find the request elsewhere.")
    assert "self._source" in inspect.getsource(WorkspaceRequestContext), advice("dagster", QUEUE, "find the request elsewhere.")
