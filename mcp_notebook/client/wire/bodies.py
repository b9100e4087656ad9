"""The body of a response: bounded, not encoded, without its progress, and ended from outside where nobody waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2

from ...text import one_line
from .events import LIMIT, Sieve
from .frames import mended

EVENTS = "text/event-stream"
_WORDS: dict[type[httpx2.TransportError], str] = {
    httpx2.ReadError: "the connection was reset",
    httpx2.WriteError: "the connection was reset",
    httpx2.ReadTimeout: "no answer in time",
    httpx2.WriteTimeout: "the request could not be sent in time",
    httpx2.ConnectTimeout: "no connection in time",
}


class Body(httpx2.AsyncByteStream):
    """The stream of *response*; *sieve* takes its progress, *rest* lets a flood wait, *on_close* hears of its end.

    Raises `StreamError` for whatever goes wrong: the SDK ends the session at anything else.
    Its words are kept in `trouble`, because the SDK drops them where it reads events.
    """

    def __init__(
        self,
        response: httpx2.Response,
        sieve: Callable[[], Sieve],
        rest: Callable[[], Awaitable[None]],
        on_close: Callable[[], object],
    ) -> None:
        self._inner: Any = response.stream
        self._encoding = response.headers.get("content-encoding", "identity")
        self._events = kind_of(response) == EVENTS
        self._sieve = sieve
        self._rest = rest
        self._on_close = on_close
        self._cut = False
        self.trouble = ""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._encoding != "identity":
            raise self._error(f"the body is {one_line(self._encoding, 20)}-encoded, which nobody asked for")
        try:
            async for piece in self._from_events() if self._events else self._whole():
                yield piece
        except httpx2.TransportError as error:
            if self._cut and self._events:
                raise httpx2.SSEError("nobody waits for it") from error  # else the SDK resumes the stream
            raise self._error(f"the connection broke: {words_of(error)}") from error

    async def aclose(self) -> None:
        self._on_close()
        await self._inner.aclose()

    async def cut(self) -> None:
        """End it: nobody waits for the answer."""
        self._cut = True
        await self._inner.aclose()

    async def _from_events(self) -> AsyncIterator[bytes]:
        sieve = self._sieve()
        async for chunk in self._inner:
            for piece in sieve.feed(chunk):
                yield piece
            await self._rest()
        yield sieve.rest()

    async def _whole(self) -> AsyncIterator[bytes]:
        chunks = []
        size = 0
        async for chunk in self._inner:
            chunks.append(chunk)
            size += len(chunk)
            if size > LIMIT:
                raise self._error(f"a body of over {LIMIT >> 20} MiB")
        yield mended(b"".join(chunks))

    def _error(self, words: str) -> httpx2.StreamError:
        self.trouble = words
        return httpx2.StreamError(words)


def kind_of(response: httpx2.Response) -> str:
    """Return the media type of *response*, without parameters."""
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def words_of(error: httpx2.TransportError) -> str:
    """Return what *error* says, or what its kind means."""
    return one_line(str(error), 200) or _WORDS.get(type(error), type(error).__name__)
