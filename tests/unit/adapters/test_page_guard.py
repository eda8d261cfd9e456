"""The guard before Dagster's page, without Dagster: the address that ``fangfanpin dev --act`` prints, secrets, documents."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from orchestration.adapters.graphql_documents import NotAllowedError, check_document, is_subscription_only
from orchestration.adapters.page_guard import COOKIE, LOGIN, LOGIN_HEADER, SECRET_HEADER, Logins, PageGuard
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.settings import settings
from tests.conftest import REPOSITORY

DEV = Logins(None, "t" * 43, "wang")


def ask(
    logins: Logins, path: str = "/", query: str = "", kind: str = "http", **headers: str
) -> tuple[int, dict[str, str], Any]:
    """Return status and headers of the guard's answer, and whose login the application was told (or that it was not asked)."""
    sent: list[dict[str, Any]] = []
    told: list[Any] = []

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        told.append(scope[LOGIN])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    given = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, value in {"host": "127.0.0.1:3000", **headers}.items()
    ]
    scope = {"type": kind, "method": "GET", "path": path, "query_string": query.encode(), "headers": given}
    asyncio.run(PageGuard(application, logins)(scope, receive, send))
    answer = {name.decode(): value.decode() for name, value in sent[0].get("headers", [])}
    return sent[0].get("status", sent[0].get("code")), answer, told[0] if told else "not asked"


def test_the_printed_address_gives_the_token_to_the_browser_and_leaves_the_address() -> None:
    status, headers, told = ask(DEV, query=f"token={DEV.token}")
    assert (status, headers["location"], told) == (303, "/", "not asked")
    assert headers["set-cookie"].startswith(f"{COOKIE}={DEV.token};")
    assert "HttpOnly" in headers["set-cookie"] and "SameSite=strict" in headers["set-cookie"]
    assert ask(DEV, query="token=wrong")[0] == 403
    # no page elsewhere finds out whether there is one
    assert ask(DEV, query=f"token={DEV.token}", origin="https://evil.example")[0] == 403


@pytest.mark.parametrize(
    ("cookie", "told"),
    [
        (f"{COOKIE}={'t' * 43}", "wang"),
        (f"a=b; {COOKIE}={'t' * 43}", "wang"),
        (f"{COOKIE}={'t' * 42}", None),
        ("=;=", None),
        ("", None),
    ],
)
def test_only_the_browser_with_the_token_acts(cookie: str, told: str | None) -> None:
    assert ask(DEV, cookie=cookie)[2] == told
    assert ask(Logins(), cookie=cookie)[2] is None
    assert ask(DEV, kind="websocket", cookie=cookie, origin="http://127.0.0.1:3001")[0] == 1008


def test_an_empty_secret_is_nobody_s() -> None:
    for logins in (Logins(), Logins(secret=""), DEV):
        assert ask(logins, x_fangfanpin_login="wang", x_fangfanpin_secret="")[0] == 403
        assert ask(logins, cookie=f"{COOKIE}=")[2] is None


def test_secrets_show_in_no_representation() -> None:
    assert "t" * 43 not in repr(DEV) and "s" * 32 not in repr(Logins(secret="s" * 32))


@pytest.mark.parametrize(
    ("secret", "mode", "said"),
    [("s" * 64, 0o640, "冒充"), ("s" * 31, 0o600, "太短"), (None, 0, "读不出来"), ("口" * 32, 0o600, "读不出来")],
)
def test_a_secret_that_is_none_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str | None, mode: int, said: str
) -> None:
    file = tmp_path / "secret"
    if secret:
        file.write_text(secret, encoding="utf-8")
        file.chmod(mode)
    monkeypatch.setenv("FANGFANPIN_PAGE_SECRET_FILE", str(file))
    with pytest.raises(ConfigError, match=said) as refused:
        assert settings().page_secret
    assert not secret or secret not in str(refused.value)


def test_a_proxy_s_names_stand_beside_this_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANGFANPIN_PAGE_HOSTS", " ffp.example.invalid ,, ")
    assert settings().page_host_names == ["127.0.0.1", "localhost", "ffp.example.invalid"]


def test_documents() -> None:
    assert check_document("{ version }", may_act=False) == []
    assert check_document("mutation { a: launchRun b: reloadWorkspace }", may_act=True) == ["launchRun", "reloadWorkspace"]
    assert check_document("mutation {", may_act=False) == []  # which Dagster refuses
    for query in ("query A { a } mutation B { launchRun }", "mutation { ... on Mutation { a } }", ["mutation { a }"], None):
        with pytest.raises(NotAllowedError):
            check_document(query, may_act=False)
    with pytest.raises(NotAllowedError, match="wipeAssets"):
        check_document("mutation { launchRun wipeAssets }", may_act=True)
    assert is_subscription_only("subscription { a }") and not is_subscription_only("subscription { a } query B { b }")
    assert not is_subscription_only("fragment F on Query { a }") and not is_subscription_only(None)


def test_the_proxy_that_is_delivered_passes_on_what_the_guard_reads() -> None:
    said = (REPOSITORY / "deploy" / "nginx" / "fangfanpin.conf").read_text(encoding="utf-8").lower()
    assert f"proxy_set_header {LOGIN_HEADER} $remote_user;" in said and f"proxy_set_header {SECRET_HEADER} " in said
    assert "auth_basic_user_file" in said and "proxy_set_header host $http_host;" in said and "ssl_certificate " in said
