"""The SDK's OAuth flow, driven by itself: not one of our requests runs inside it.

The SDK's provider is meant as the `auth` of an HTTP client. There it holds its
lock until the head of each answer is there, so calls would go one after another;
it asks a person where a token from an earlier session is over, though it could be
renewed; and of one request out of eight that are refused at once, each asks again. So it
is given a request of ours that is never sent, and the refusal of the real one.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthMetadata,
    OAuthToken,
    ProtectedResourceMetadata,
)
from pydantic import AnyUrl

from .desk import Desk
from .errors import AccessError, Ended
from .grant import Grant
from .listener import HOST
from .office import Office, is_passing, masked, refuse_bad
from .redirect import PATH
from .settings import OAuth

OVER = 1.0
"""a time long ago"""
NAME = "mcp-notebook"
VERSION_HEADER = "mcp-protocol-version"
OK = 200


class Memory:
    """The SDK's `TokenStorage`, for as long as a connection lives; `Access` keeps what is to be kept."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Flow:
    """The state of being signed in at *server*; its coroutines must not overlap."""

    def __init__(self, server: str, settings: OAuth) -> None:
        self.server = server
        self._settings = settings
        self._memory = Memory()
        self._desk: Desk | None = None
        self._provider = OAuthClientProvider(
            server,
            OAuthClientMetadata(client_name=NAME, redirect_uris=[AnyUrl(f"http://{HOST}{PATH}")]),
            self._memory,
            redirect_handler=self._send_away,
            callback_handler=self._come_back,
            client_metadata_url=settings.client_metadata_url,
        )
        self._context: Any = self._provider.context

    @property
    def access_token(self) -> str | None:
        """The token that requests carry."""
        tokens = self._context.current_tokens
        return tokens.access_token if tokens is not None else None

    @property
    def over(self) -> bool:
        """Return whether the token is known to be over."""
        return self.access_token is not None and not self._context.is_token_valid()

    @property
    def renewable(self) -> bool:
        """Return whether it can be renewed without a person, at a server that is known."""
        return self._context.oauth_metadata is not None and bool(self._context.can_refresh_token())

    def grant(self) -> Grant:
        """Return what is to be kept."""
        context = self._context
        return Grant(
            tokens=_plain(context.current_tokens) or {},
            client=_plain(context.client_info) or {},
            server=_plain(context.oauth_metadata),
            resource=_plain(context.protected_resource_metadata),
            expires_at=context.token_expiry_time,
        )

    def adopt(self, grant: Grant) -> None:
        """Go on with *grant*; raises `ValueError` where the SDK does not take it."""
        tokens = OAuthToken.model_validate(grant.tokens)
        client = OAuthClientInformationFull.model_validate(grant.client)
        server = OAuthMetadata.model_validate(grant.server) if grant.server else None
        resource = ProtectedResourceMetadata.model_validate(grant.resource) if grant.resource else None
        self._memory.tokens, self._memory.client = tokens, client
        context = self._context
        context.current_tokens, context.client_info = tokens, client
        context.oauth_metadata, context.protected_resource_metadata = server, resource
        context.auth_server_url = str(resource.authorization_servers[0]) if resource else None
        context.token_expiry_time = grant.expires_at

    async def renew(self) -> bool:
        """Use the refresh token; returns False where the server refuses it. Raises `AccessError`."""
        context = self._context
        context.token_expiry_time = OVER
        try:
            async with Office(self.server) as office:
                await self._drive(office, self._probe(None), None)
        except _RefusedError:
            self._memory.tokens = None
            context.clear_tokens()
            return False
        return bool(context.is_token_valid())

    async def sign_in(self, refused: httpx2.Response, desk: Desk) -> None:
        """Ask at the *desk*, as the answer *refused* wants it; on failure all is as before. Raises `AccessError`."""
        before, tokens, client = dict(vars(self._context)), self._memory.tokens, self._memory.client
        self._desk = desk
        try:
            # Registered anew each time: the port is another, and servers forget their clients.
            self._memory.client = self._context.client_info = self._own_client(desk)
            self._context.client_metadata.redirect_uris = [AnyUrl(desk.redirect_uri)]
            async with Office(self.server) as office:
                probe = self._probe(refused.request)
                answer = httpx2.Response(refused.status_code, headers=refused.headers, request=probe)
                await self._drive(office, probe, answer)
        except BaseException:
            vars(self._context).update(before)
            self._memory.tokens, self._memory.client = tokens, client
            raise
        finally:
            self._desk = None

    async def _drive(self, office: Office, probe: httpx2.Request, refused: httpx2.Response | None) -> None:
        """Make the requests of the SDK's flow, until it would send *probe* with a token."""
        flow = self._provider.async_auth_flow(probe)
        try:
            outgoing = await anext(flow)
            while outgoing is not probe or refused is not None:
                if outgoing is probe:
                    response, refused = refused, None
                else:
                    response = await self._fetch(office, outgoing)
                outgoing = await flow.asend(response)  # type: ignore[arg-type]
        except StopAsyncIteration:
            return
        except (AccessError, _RefusedError):
            raise
        except Ended as ended:
            raise AccessError(str(ended)) from None
        except Exception as error:  # whatever the SDK finds wrong
            raise AccessError(f"cannot sign in: {masked(str(error), self._secrets())}") from None
        finally:
            await flow.aclose()

    async def _fetch(self, office: Office, request: httpx2.Request) -> httpx2.Response:
        response = await office.fetch(request)
        if self._desk is None and not response.is_redirect and response.status_code != OK:
            if is_passing(response.status_code):
                raise AccessError(
                    f"{request.url.host} cannot renew the token now: HTTP {response.status_code}"
                )
            raise _RefusedError
        refuse_bad(response)
        return response

    async def _send_away(self, url: str) -> None:
        if self._desk is None:
            raise Ended("nobody is asked to sign in now")
        state = parse_qs(urlsplit(url).query).get("state", [""])[0]
        self._desk.show(url, state)

    async def _come_back(self) -> AuthorizationCodeResult:
        if self._desk is None:
            raise Ended("nobody is asked to sign in now")
        found = await self._desk.wait()
        return AuthorizationCodeResult(code=found.code, state=found.state, iss=found.iss)

    def _probe(self, request: httpx2.Request | None) -> httpx2.Request:
        version = request.headers.get(VERSION_HEADER) if request is not None else None
        return httpx2.Request("POST", self.server, headers={VERSION_HEADER: version} if version else {})

    def _own_client(self, desk: Desk) -> OAuthClientInformationFull | None:
        """Return the client that was registered by hand, where there is one."""
        settings = self._settings
        if settings.client_id is None:
            return None
        return OAuthClientInformationFull(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            redirect_uris=[AnyUrl(desk.redirect_uri)],
            token_endpoint_auth_method="none" if settings.client_secret is None else "client_secret_post",
        )

    def _secrets(self) -> list[str | None]:
        tokens, client = self._context.current_tokens, self._context.client_info
        found = [tokens.access_token, tokens.refresh_token] if tokens is not None else []
        return [*found, client.client_secret if client is not None else None]


def _plain(model: Any) -> dict[str, Any] | None:
    return None if model is None else model.model_dump(mode="json", exclude_none=True)


class _RefusedError(Exception):
    """The refresh token is not taken any more."""
