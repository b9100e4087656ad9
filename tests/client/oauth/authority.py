"""A real authorization server and MCP servers that ask for its tokens, all on loopback, in a thread of the test.

The authorization server is the SDK's, over a provider in memory; the person and
the browser are one HTTP client that follows redirects.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2
import uvicorn
from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    ProviderTokenVerifier,
    RefreshToken,
    TokenError,
    construct_redirect_uri,
)
from mcp.server.auth.settings import AuthSettings, ClientRegistrationOptions
from mcp.server.mcpserver import MCPServer
from mcp.shared.auth import OAuthToken

from mcp_notebook.loopback import listen

PATIENCE_S = 20.0
BROWSER = "browser"
"""the name of its threads"""


class Authority:
    """The provider: everybody is let in, unless it is told otherwise. `issued` holds every secret it gave."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}
        self.codes: dict[str, AuthorizationCode] = {}
        self.tokens: dict[str, AccessToken] = {}
        self.refreshes: dict[str, RefreshToken] = {}
        self.issued: list[str] = []
        self.expires_in: int | None = 3600
        self.deny = False
        self.renewals = 0
        self.refuse_renewal = False
        self.rotate = True

    async def get_client(self, client_id):
        return self.clients.get(client_id)

    async def register_client(self, client_info):
        self.clients[client_info.client_id] = client_info
        if client_info.client_secret:
            self.issued.append(client_info.client_secret)

    async def authorize(self, client, params):
        base = str(params.redirect_uri)
        if self.deny:
            words = "<b>no</b>, not you"
            return construct_redirect_uri(
                base, error="access_denied", error_description=words, state=params.state
            )
        code = self._new("code")
        self.codes[code] = AuthorizationCode(
            code=code,
            scopes=params.scopes or ["notes"],
            expires_at=time.time() + 60,
            client_id=client.client_id,
            code_challenge=params.code_challenge,
            redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly,
            resource=params.resource,
        )
        return construct_redirect_uri(base, code=code, state=params.state)

    async def load_authorization_code(self, client, authorization_code):
        return self.codes.get(authorization_code)

    async def exchange_authorization_code(self, client, authorization_code):
        del self.codes[authorization_code.code]
        return self._give(client.client_id, authorization_code.scopes, authorization_code.resource)

    async def load_refresh_token(self, client, refresh_token):
        return None if self.refuse_renewal else self.refreshes.get(refresh_token)

    async def exchange_refresh_token(self, client, refresh_token, scopes):
        if self.rotate and self.refreshes.pop(refresh_token.token, None) is None:
            raise TokenError("invalid_grant", "used twice")
        self.renewals += 1
        return self._give(client.client_id, scopes, refresh_token.resource)

    async def load_access_token(self, token):
        return self.tokens.get(token)

    async def revoke_token(self, token):
        self.tokens.pop(token.token, None)

    def revoke_all(self, *, refreshes: bool = False) -> None:
        """Take every access token back, and the refresh tokens where it is said."""
        self.tokens.clear()
        if refreshes:
            self.refreshes.clear()

    def _new(self, kind: str) -> str:
        self.issued.append(f"{kind}-{secrets.token_hex(16)}")
        return self.issued[-1]

    def _give(self, client_id: str, scopes: list[str], resource: str | None) -> OAuthToken:
        access, refresh = self._new("access"), self._new("refresh")
        self.tokens[access] = AccessToken(
            token=access, client_id=client_id, scopes=scopes, resource=resource, subject="user"
        )
        self.refreshes[refresh] = RefreshToken(
            token=refresh, client_id=client_id, scopes=scopes, resource=resource, subject="user"
        )
        return OAuthToken(
            access_token=access, refresh_token=refresh, expires_in=self.expires_in, scope=" ".join(scopes)
        )


class Guarded:
    """An MCP server at `url` that takes the tokens of *authority*, whose home is here or at *issuer*."""

    def __init__(
        self, authority: Authority, *, issuer: str | None = None, era: str = "modern", registers: bool = True
    ) -> None:
        self.authority = authority
        self._socket = listen("127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"{self.origin}/mcp"
        self.seen: list[tuple[str, str, str]] = []
        """method, path, authorization header of each request"""
        auth = AuthSettings(
            issuer_url=issuer or self.origin,
            resource_server_url=self.url,
            client_registration_options=ClientRegistrationOptions(
                enabled=registers, valid_scopes=["notes"], default_scopes=["notes"]
            ),
            required_scopes=["notes"],
            validate_token_resource=True,
        )
        ways = (
            {"token_verifier": ProviderTokenVerifier(authority)}
            if issuer
            else {"auth_server_provider": authority}
        )
        server = MCPServer("guarded", auth=auth, **ways)
        server.add_tool(self.add)
        server.add_tool(self.hold)
        self._released = threading.Event()
        self.holding = 0
        self.broken = False
        self.hangs: tuple[str, Callable[[], object]] | None = None
        """the beginning of a path that is never answered, and what to do when it is asked for"""
        self._news = threading.Condition()
        app = server.streamable_http_app(host="127.0.0.1", json_response=True)
        config = uvicorn.Config(
            _Front(app, self, era), log_config=None, log_level="critical", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    def add(self, a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    async def hold(self) -> str:
        """Answer when it is told to."""
        with self._news:
            self.holding += 1
            self._news.notify_all()
        while not self._released.is_set():
            await asyncio.sleep(0.01)
        return "released"

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until *condition* holds; it is looked at whenever a call of `hold` begins."""
        with self._news:
            assert self._news.wait_for(condition, PATIENCE_S), "nothing came"

    def release(self) -> None:
        self._released.set()

    def stop(self) -> None:
        self.release()
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)
        self._socket.close()

    def paths(self, prefix: str) -> list[str]:
        """Return the paths that were asked for and begin with *prefix*."""
        return [path for _, path, _ in self.seen if path.startswith(prefix)]


class _Front:
    """Writes down what comes, and plays a server of the older revisions where it is to be one."""

    def __init__(self, app: Any, server: Guarded, era: str) -> None:
        self._app = app
        self._server = server
        self._era = era

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = dict(scope["headers"])
        token = headers.get(b"authorization", b"").decode()
        self._server.seen.append((scope["method"], scope["path"], token))
        if self._server.hangs is not None and scope["path"].startswith(self._server.hangs[0]):
            self._server.hangs[1]()
            while (await receive())["type"] != "http.disconnect":
                pass
            return None
        if self._server.broken:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            return await send({"type": "http.response.body", "body": b""})
        modern = headers.get(b"mcp-method", b"") == b"server/discover"
        if self._era == "legacy" and modern and token:
            body = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"unknown"}}'
            head = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 400, "headers": head})
            return await send({"type": "http.response.body", "body": body})
        return await self._app(scope, receive, send)


class Browser:
    """The person: opens what is asked for in a thread, with *act*; remembers how each question ended."""

    present = True

    def __init__(self, act: Callable[[Any], object] | None = None) -> None:
        self.act = act or visit
        self.visits: list[Any] = []
        self.pages: list[Any] = []
        self.ended: list[str] = []
        self.news = threading.Condition()

    def ask(self, asked):
        with self.news:
            self.visits.append(asked)
            self.news.notify_all()
        threading.Thread(target=self._go, args=(asked,), name=BROWSER, daemon=True).start()

        def close(words: str) -> None:
            with self.news:
                self.ended.append(words)
                self.news.notify_all()

        return close

    def poll(self) -> None:
        """Nothing is pasted."""

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until *condition* holds."""
        with self.news:
            assert self.news.wait_for(condition, PATIENCE_S), "nothing came"

    def _go(self, asked):
        page = self.act(asked)
        with self.news:
            self.pages.append(page)
            self.news.notify_all()


def visit(asked) -> httpx2.Response:
    """Open the address, and follow it to its end."""
    with httpx2.Client(follow_redirects=True) as client:
        return client.get(asked.url)


def redirect_of(asked) -> str:
    """Return where the browser would be sent at last, without going there."""
    with httpx2.Client() as client:
        return client.get(asked.url).headers["location"]


def stay_away(_asked) -> None:
    """Never open it."""
