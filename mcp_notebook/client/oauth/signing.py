"""What `auth=` accepts, as what signs the requests to one URL."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ...errors import ConnectError
from .person import Person
from .settings import OAuth
from .stores import Stores


def signing(auth: object, url: str, headers: Mapping[str, str], person: Person) -> Any:
    """Return an `Access`, or the `httpx2.Auth` that *auth* is; raises `ConnectError` for anything else."""
    if any(name.lower() == "authorization" for name in headers):
        raise ConnectError("auth= and an Authorization header exclude each other; give one of them")
    if auth == "oauth":
        auth = OAuth()
    if isinstance(auth, OAuth):
        return _access(url, auth, person)
    http = sys.modules.get("httpx2")
    if http is not None and isinstance(auth, http.Auth):
        return auth
    given = repr(auth) if isinstance(auth, str) and len(auth) < 12 and auth.isalpha() else type(auth).__name__  # noqa: PLR2004
    raise ConnectError(f"auth={given} is not known; give 'oauth', mcpn.OAuth(…), or an httpx2.Auth object")


def _access(url: str, settings: OAuth, person: Person) -> Any:
    from .access import Access
    from .office import is_safe

    if not is_safe(url, url):
        raise ConnectError(
            "signing in needs an https URL without a user name: tokens would be readable on their way; "
            "http is for servers on this machine"
        )
    return Access(url, settings, person, Stores())
