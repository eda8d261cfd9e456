"""What Dagster's page is asked, looked at before Dagster sees it: from where a request comes, in what form, and who asks.

Dagster answers every page in every browser that reaches it, and takes a mutation from the address of a picture. What belongs
here: which requests are refused, and whose login a request bears; no names of Dagster. What does not: what a login may do
(``dagster_page``), which hosts there are (``settings``).

- *Host* is one of those named (``TrustedHostMiddleware`` of Starlette beside this): a name that was bound to this address
  (DNS rebinding) is refused.
- *Origin*, where the browser says one, is the page's own, port included: other pages of this machine are other pages.
  What a browser marks as asked for by another page (``Sec-Fetch-Site``) is refused but for a link that is followed.
- GraphQL comes by POST as ``application/json``, the one form that no page can send elsewhere without asking first.
- A login is believed from a proxy that knows the secret, or from the browser that was given the token of ``fangfanpin dev``.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Where in a request's scope its login stands.
LOGIN = "fangfanpin.login"
LOGIN_HEADER, SECRET_HEADER = "x-fangfanpin-login", "x-fangfanpin-secret"
COOKIE, TOKEN_PARAMETER = "fangfanpin_dev", "token"
_NAME = re.compile(r"[\w.@-]{1,64}")
_READING = ("GET", "HEAD")
_REFUSED = 403
# No page of another site may show this one in a frame and have somebody click in it.
_ANSWER_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RefusedError(Exception):
    """A request is not answered. The message is Chinese: what is wrong with it."""


@dataclass(frozen=True)
class Logins:
    """How it is known who asks; without either everybody only looks.

    Attributes:
        secret: of the proxy in front, which sends it with the name of whoever has logged in there.
        token: of the one browser that acts for whoever started the page.
        token_user: who that is.
    """

    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    token_user: str = ""


def check_request(scope: Scope) -> None:
    """Raise ``RefusedError`` for a request that another page may have sent, or that is no way to ask."""
    headers = Headers(scope=scope)
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1:
        raise RefusedError("请求里的 Host 不对")
    if origins and not (len(origins) == 1 and _is_own(origins[0], hosts[0])):
        raise RefusedError("请求来自别的网页（Origin 不同）")
    is_read = scope["type"] == "http" and scope["method"] in _READING
    is_followed = is_read and (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not is_followed:
        raise RefusedError("请求来自别的网页")
    if scope["type"] != "http":
        return
    if is_read:
        if scope["path"].rstrip("/").endswith("/graphql") and scope["query_string"]:
            raise RefusedError("GraphQL 只接受 POST")
        return
    if scope["method"] != "POST":
        raise RefusedError(f"不接受 {scope['method']}")
    kinds = headers.getlist("content-type")
    # Dagster looks for these words anywhere in the line, a browser sends text/plain;application/json without asking
    if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != "application/json":
        raise RefusedError("POST 的内容只接受 application/json")


def _is_own(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def login_of(scope: Scope, logins: Logins) -> str | None:
    """Return who asks, as it is written down; None for somebody who only looks.

    Raises:
        RefusedError: a login is said without the secret, which is an attempt or a proxy that is set up wrongly.
    """
    headers = Headers(scope=scope)
    names, secrets = headers.getlist(LOGIN_HEADER), headers.getlist(SECRET_HEADER)
    if names or secrets:
        if len(names) != 1 or len(secrets) != 1 or not _is_equal(secrets[0], logins.secret):
            raise RefusedError("登录名没有凭据，不予采信")
        name = names[0].encode("latin-1").decode("utf-8", errors="replace")
        if not _NAME.fullmatch(name):
            raise RefusedError("登录名只能是字母、数字、汉字和 . _ - @，不超过 64 个字")
        return f"{name}（页面登录）"
    if logins.token is None:
        return None
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load("; ".join(headers.getlist("cookie")))
    except CookieError:
        return None
    return logins.token_user if COOKIE in cookies and _is_equal(cookies[COOKIE].value, logins.token) else None


def _is_equal(said: str, known: str | None) -> bool:
    return bool(known) and hmac.compare_digest(said.encode("latin-1", "replace"), (known or "").encode())


class PageGuard:
    """Refuses what ``check_request`` and ``login_of`` refuse; tells the application who asks."""

    def __init__(self, app: ASGIApp, logins: Logins) -> None:
        """Stand before an application.

        Args:
            app: that answers.
            logins: how it is known who asks.
        """
        self._app, self._logins = app, logins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.update(_ANSWER_HEADERS)
                answer.append("Content-Security-Policy", "frame-ancestors 'none'")
            await send(message)

        try:
            check_request(scope)
            login = login_of(scope, self._logins)
            if (given := self._given_token(scope)) is not None:
                await given(scope, receive, with_headers)
                return
        except RefusedError as refused:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
            else:
                await PlainTextResponse(f"拒绝：{refused}", status_code=_REFUSED)(scope, receive, with_headers)
            return
        await self._app(dict(scope) | {LOGIN: login}, receive, with_headers)

    def _given_token(self, scope: Scope) -> RedirectResponse | None:
        """Return the answer to the address that ``fangfanpin dev`` printed, by which the browser keeps the token."""
        if self._logins.token is None or scope["type"] != "http" or scope["path"] != "/":
            return None
        said = parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN_PARAMETER)
        if said is None:
            return None
        if not _is_equal(said[0], self._logins.token):
            raise RefusedError("网址里的口令不对；请用本次 fangfanpin dev 打印的网址")
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(COOKIE, self._logins.token, httponly=True, samesite="strict")
        return answer
