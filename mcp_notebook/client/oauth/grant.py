"""What a sign-in gave, as it is kept: tokens, until when, the client they were given to, who renews them.

All of it is secret: the representation shows nothing. A refresh token goes to
the authorization server that gave it, so that one's metadata is kept with it.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

VERSION = 1


@dataclass(frozen=True, repr=False)
class Grant:
    """The state of the SDK's flow after a sign-in; every part is JSON."""

    tokens: dict[str, Any]
    client: dict[str, Any]
    server: dict[str, Any] | None
    """the authorization server's metadata"""
    resource: dict[str, Any] | None
    """the protected resource's metadata"""
    expires_at: float | None = None
    """s since the epoch"""

    @property
    def access_token(self) -> str:
        return str(self.tokens.get("access_token", ""))

    @property
    def client_id(self) -> str:
        return str(self.client.get("client_id", ""))

    def to_json(self) -> str:
        """Return it as text."""
        return json.dumps({"version": VERSION, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> Grant:
        """Read `to_json`; raises `ValueError` for anything else."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.pop("version", None) != VERSION or set(found) != _FIELDS:
            raise ValueError("it is not a kept sign-in")
        grant = cls(**found)
        whole = isinstance(grant.tokens, dict) and isinstance(grant.client, dict)
        parts = all(isinstance(part, dict | None) for part in (grant.server, grant.resource))
        if not (whole and parts and grant.access_token and grant.client_id and _is_time(grant.expires_at)):
            raise ValueError("it is not a kept sign-in")
        return grant


_FIELDS = set(Grant.__dataclass_fields__)


def _is_time(value: object) -> bool:
    return value is None or (type(value) in (int, float) and math.isfinite(value))  # type: ignore[arg-type]
