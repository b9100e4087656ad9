"""Why a server cannot be signed in at: an HTTP fact, for the client that sends requests."""

from __future__ import annotations

import httpx2


class AccessError(httpx2.TransportError):
    """A request was not sent, or not answered, because nobody is signed in; its words can be shown."""


class Ended(BaseException):
    """The person's part ended without a code; no `Exception`, because the SDK would log its traceback."""
