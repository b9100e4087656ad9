"""Access to one server: signs its requests, renews the token, asks a person where nothing else helps.

Rules: a token is renewed silently, once for all who need it; what another kernel
has renewed meanwhile is taken over; a person is asked only for a request that
somebody waits for, never for a notice or a stream; nobody is asked twice for
the same refusal; a sign-in that nobody waits for any more leaves no listener behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from http import HTTPStatus

import httpx2
from mcp.client.auth.utils import extract_field_from_www_auth

from .desk import Desk
from .errors import AccessError
from .flow import Flow
from .grant import Grant
from .listener import Listener
from .person import Person
from .settings import OAuth
from .shared import Shared
from .stores import Stores, key_of

Carry = Callable[[], Awaitable[httpx2.Response]]
"""sends a request as it is, as often as it is called"""
Waiting = Callable[[], AbstractContextManager[None]]
"""entered while a person is asked"""


class Access:
    """Being signed in at *server*; lives on the background loop, through all sessions of a connection."""

    def __init__(self, server: str, settings: OAuth, person: Person, stores: Stores) -> None:
        self._settings = settings
        self._person = person
        self._stores = stores
        self._key = key_of(server)
        self._flow = Flow(server, settings)
        self._loading: Shared[None] = Shared(spared=True)
        self._renewing: Shared[None] = Shared(spared=True)  # a token that is on its way must not be lost
        self._asking: Shared[None] = Shared(spared=False)
        self._loaded = False
        self._desk: Desk | None = None
        self._asked_s = 0.0

    def __repr__(self) -> str:
        return f"<Access {self._key}>"

    @property
    def asked_s(self) -> float:
        """For how long persons have been asked, in s: a time in which no server was slow."""
        return self._asked_s + (self._desk.asked_s if self._desk is not None else 0.0)

    async def send(
        self, request: httpx2.Request, carry: Carry, *, asks: bool, waiting: Waiting = nullcontext
    ) -> httpx2.Response:
        """Return the answer to *request*, sent by *carry*; *asks*: a person may be asked, *waiting* meanwhile.

        Raises `AccessError`.
        """
        if not self._loaded:
            await self._loading.join(self._load)
        if self._flow.over:
            await self._another(self._flow.access_token)
        used = self._sign(request)
        response = await carry()
        if response.status_code == HTTPStatus.UNAUTHORIZED and await self._another(used):
            await response.aclose()
            used = self._sign(request)
            response = await carry()
        if not asks or not _is_refusal(response):
            return response
        await response.aclose()
        if self._flow.access_token in (used, None):  # else somebody has signed in meanwhile
            with waiting():
                await self._asking.join(partial(self._ask, response))
        self._sign(request)
        response = await carry()
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            await response.aclose()
            raise AccessError(
                "the server does not take the token that its authorization server has just given"
            )
        return response

    def _sign(self, request: httpx2.Request) -> str | None:
        token = self._flow.access_token
        request.headers.pop("authorization", None)
        if token is not None:
            request.headers["authorization"] = f"Bearer {token}"
        return token

    async def _load(self) -> None:
        self._adopt(await asyncio.to_thread(self._stores.load, self._key))
        self._loaded = True

    def _adopt(self, grant: Grant | None) -> bool:
        """Take over what is kept, where it is for us; returns whether the token is another now."""
        known = self._flow.access_token
        own = self._settings.client_id
        if grant is None or grant.access_token == known or (own is not None and grant.client_id != own):
            return False
        try:
            self._flow.adopt(grant)
        except ValueError:  # kept by another version
            return False
        return True

    async def _another(self, used: str | None) -> bool:
        """Return whether there is another token than *used* now, renewing it where that is possible."""
        if self._flow.access_token == used and used is not None:
            await self._renewing.join(self._renew)
        return self._flow.access_token not in (used, None)

    async def _renew(self) -> None:
        """Renew the token; where it is refused there is none any more."""
        if self._adopt(await asyncio.to_thread(self._stores.load, self._key)) and not self._flow.over:
            return
        if not self._flow.renewable:
            return
        if await self._flow.renew():
            await asyncio.to_thread(self._update)
        else:  # refused; another kernel may have been quicker
            self._adopt(await asyncio.to_thread(self._stores.load, self._key))

    def _update(self) -> None:
        """Keep the renewed token where one is kept: what was forgotten meanwhile stays forgotten."""
        if self._stores.load(self._key) is not None:
            self._stores.save(self._key, self._flow.grant())

    async def _ask(self, refused: httpx2.Response) -> None:
        """Let a person sign in."""
        if not self._person.present:
            raise AccessError(
                "it asks to sign in, and nobody is here to do so; connect once where a browser is at hand "
                "(the sign-in is kept), or give a token: headers={'Authorization': 'Bearer …'}"
            )
        try:
            listener = Listener(self._settings.port)
        except OSError:
            port = self._settings.port
            raise AccessError(
                f"port {port} of this machine is taken; the browser is to come back there"
            ) from None
        shown = self._key.partition("?")[0]
        desk = self._desk = Desk(listener, self._person, self._flow.server, shown, self._settings.wait)
        words = "stopped"
        try:
            async with listener:
                await self._flow.sign_in(refused, desk)
            words = "signed in"
        except AccessError as error:
            words = str(error)
            raise
        finally:
            self._asked_s += desk.asked_s
            self._desk = None
            desk.close(words)
        await asyncio.to_thread(self._stores.save, self._key, self._flow.grant())


def _is_refusal(response: httpx2.Response) -> bool:
    """Return whether the server wants somebody to sign in, or to allow more."""
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        return True
    if response.status_code != HTTPStatus.FORBIDDEN:
        return False
    return extract_field_from_www_auth(response, "error") == "insufficient_scope"
