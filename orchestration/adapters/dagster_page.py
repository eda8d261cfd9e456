"""Dagster's web server, read-only but for whoever is logged in (Dagster 1.13).

The server has a switch ``--read-only`` for everybody; here who asks decides, request by request, through methods of
``DagsterWebserver`` (``dagster_webserver.webserver``) and ``GraphQLServer`` (``dagster_webserver.graphql``), overridden:
``build_middleware``, ``build_routes``, ``_make_request_context``, ``gen_graphql_response``, ``execute_graphql_subscription``.
The program is Dagster's own (``dagster_webserver.cli``); the function of that module that makes its application,
``create_app_from_workspace_process_context``, is exchanged. Dagster's permissions refuse what a viewer may not do; documents
are looked at before, so that a mutation that asks for no permission is refused too.

When one of them is gone: those three modules first. ``python -m orchestration.adapters.dagster_page -h 127.0.0.1 …`` is the
server.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from dagster._core.workspace.context import WorkspaceRequestContext
from dagster_webserver import cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute

import orchestration.adapters.dagster_folders  # noqa: F401  before any instance is opened
from orchestration.adapters.graphql_documents import NotAllowedError, check_document, is_subscription_only
from orchestration.adapters.page_guard import LOGIN, Logins, PageGuard
from orchestration.foundation.settings import settings
from orchestration.foundation.who import BY_TAG, system_user

# Ways in for other systems and for notebooks: nobody here uses them.
_CLOSED = ("/report_asset", "/notebook", "/dagit/notebook")
_LOG = logging.getLogger("fangfanpin.page")


class AskedBy(WorkspaceRequestContext):
    """What a request sees: everything, and may act where it is known who asks."""

    @property
    def login(self) -> str | None:
        """Who asks; None for somebody who only looks."""
        return login_of_connection(self.source)

    @property
    def source(self) -> object:
        """The request."""
        return self._source

    def get_viewer_tags(self) -> dict[str, str]:
        """Return the tags that runs of a backfill get, whatever the request says."""
        return {BY_TAG: self.login} if self.login else {}

    def get_reporting_user_tags(self) -> dict[str, str]:
        """Return the tags of what is reported without a run."""
        return self.get_viewer_tags()


def login_of_connection(connection: object) -> str | None:
    """Return whose login the guard found; None for none, and for what never passed the guard."""
    return connection.scope.get(LOGIN) if isinstance(connection, HTTPConnection) else None


class Page(DagsterWebserver[Any, WorkspaceRequestContext]):
    """The server."""

    def build_middleware(self) -> list[Middleware]:
        """Return what looks at a request before Dagster does, the outermost first."""
        said = settings()
        logins = Logins(said.page_secret, said.page_token.get_secret_value() if said.page_token else None, system_user())
        return [
            Middleware(TrustedHostMiddleware, allowed_hosts=said.page_host_names, www_redirect=False),
            Middleware(PageGuard, logins=logins),
            *super().build_middleware(),
        ]

    def build_routes(self) -> list[BaseRoute]:
        """Return the ways in that are open."""
        routes: list[BaseRoute] = super().build_routes()  # type: ignore[no-untyped-call]
        return [route for route in routes if not getattr(route, "path", "").startswith(_CLOSED)]

    def _make_request_context(self, conn: HTTPConnection) -> WorkspaceRequestContext:
        made = self._process_context.create_request_context(conn)
        return AskedBy(
            instance=made.instance,
            current_workspace=made.get_current_workspace(),
            process_context=made.process_context,
            version=made.version,
            source=conn,
            read_only=login_of_connection(conn) is None,
        )

    async def gen_graphql_response(
        self, request_context: Any, query: str, variables: dict[str, Any] | None, operation_name: str | None
    ) -> JSONResponse:
        """Execute a document, if whoever asks may have it executed."""
        try:
            done = check_document(query, may_act=not request_context.read_only)
        except NotAllowedError as error:
            return JSONResponse({"data": None, "errors": [{"message": str(error)}]}, status_code=403)
        if done:
            _LOG.info("%s：%s", request_context.login, "、".join(done))
        return await super().gen_graphql_response(request_context, query, variables, operation_name)

    async def execute_graphql_subscription(
        self, websocket: Any, operation_id: str, query: str, variables: dict[str, Any] | None, operation_name: str | None
    ) -> Any:
        """Listen to something; a WebSocket has nothing done."""
        if not is_subscription_only(query):
            return None, {"message": "WebSocket 上只接受 subscription"}
        return await super().execute_graphql_subscription(websocket, operation_id, query, variables, operation_name)


def create_app(context: Any, path_prefix: str = "", poll_rate: int | None = None, **given: Any) -> Starlette:
    """Return the application of the server, in the place of Dagster's own."""
    return Page(context, path_prefix, poll_rate).create_asgi_app(**given)


if __name__ == "__main__":
    setattr(cli, "create_app_from_workspace_process_context", create_app)  # noqa: B010  its type is that of the other
    _LOG.addHandler(logging.StreamHandler(sys.stderr))
    _LOG.setLevel(logging.INFO)
    cli.main()  # type: ignore[no-untyped-call]
