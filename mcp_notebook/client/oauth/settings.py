"""`OAuth`: what a user may say about signing in; all of it can be left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import ArgumentError

WAIT_S = 300.0
PORTS = range(1, 65_536)


@dataclass(frozen=True)
class OAuth:
    """How to sign in: `connect(url, auth=OAuth(…))`; `auth="oauth"` is `OAuth()`.

    *client_id* and *client_secret* are those of a client that was registered by
    hand, where the authorization server registers none by itself; such a
    registration names one redirect address, `http://127.0.0.1:PORT/callback`,
    so *port* is given with it. *client_metadata_url* is the https address of a
    client id metadata document. *wait*: seconds that a person may take.
    """

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    client_metadata_url: str | None = None
    port: int | None = None
    wait: float = WAIT_S

    def __post_init__(self) -> None:
        if self.client_secret is not None and self.client_id is None:
            raise ArgumentError("client_secret= goes with client_id=")
        if self.port is not None and (type(self.port) is not int or self.port not in PORTS):
            raise ArgumentError(f"port={self.port!r} is not a port from 1 to 65535")
        if not (isinstance(self.wait, int | float) and self.wait > 0):
            raise ArgumentError(f"wait={self.wait!r} is not a number of seconds above 0")
        url = self.client_metadata_url
        if url is not None and not (url.startswith("https://") and url.partition("://")[2].partition("/")[2]):
            raise ArgumentError(f"client_metadata_url={url!r} is not an https URL with a path")
