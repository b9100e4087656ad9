"""One question to a person: the listener that waits, what is shown, and for how long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from ...text import one_line
from .errors import Ended
from .listener import Listener
from .office import is_safe
from .person import Person, Visit
from .redirect import Redirect


class Desk:
    """Sends a person away, and waits until the browser comes back to *listener*."""

    def __init__(self, listener: Listener, person: Person, server: str, shown: str, wait: float) -> None:
        self.redirect_uri = listener.redirect_uri
        self._listener = listener
        self._person = person
        self._server = server
        self._shown = shown
        self._wait = wait
        self._host = ""
        self._since: float | None = None
        self._take_back: Callable[[str], None] | None = None

    @property
    def asked_s(self) -> float:
        """How long the person has had so far, in s."""
        return 0.0 if self._since is None else time.monotonic() - self._since

    def show(self, url: str, state: str) -> None:
        """Ask the person to visit *url*; raises `Ended` where that is no address for a browser."""
        if not is_safe(url, self._server) or not state:
            raise Ended(
                f"its authorization server names no https address: {one_line(url.partition('?')[0], 120)!r}"
            )
        self._host = urlsplit(url).netloc
        self._since = time.monotonic()
        self._listener.expect(state)
        self._take_back = self._person.ask(
            Visit(self._shown, one_line(self._host, 100), url, self._listener.paste)
        )

    async def wait(self) -> Redirect:
        """Return the code; raises `Ended` where there is none."""
        try:
            async with asyncio.timeout(self._wait):
                found = await self._listener.answer()
        except TimeoutError:
            raise Ended(
                f"nobody signed in at {one_line(self._host, 100)} within {self._wait:g} s; "
                f"waited for the browser to come back to {self.redirect_uri}"
            ) from None
        if found.refusal:
            raise Ended(f"{one_line(self._host, 100)} refused: {found.refusal}")
        return found

    def close(self, words: str) -> None:
        """Take the question back, and say how it ended."""
        take_back, self._take_back = self._take_back, None
        if take_back is not None:
            with suppress(Exception):  # a display that fails changes nothing
                take_back(words)
