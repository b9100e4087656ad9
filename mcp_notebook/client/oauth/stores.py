"""Where tokens are kept: the user's keyring, or else a file that only the user can read.

Rules: a grant is in one place at a time; a keyring that does not take it (none
is there, it is locked, its entries are too short for the token) leaves it to the
file; what cannot be read is as good as nothing, and is written anew. No error,
warning or record of a log holds any of it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urlsplit

from .files import FileStore
from .grant import Grant

logger = logging.getLogger(__name__)

SERVICE = "mcp-notebook"
LEAST = 1
"""the priority of keyrings that are worth the name; below it are plain files, and none at all"""
PORTS = {"http": 80, "https": 443}


class Store(Protocol):
    """A place for secrets by key; every method may block, and raise whatever its back end does."""

    def read(self, key: str) -> str | None:
        """Return what is kept."""

    def write(self, key: str, secret: str) -> None:
        """Keep *secret*."""

    def remove(self, key: str) -> bool:
        """Forget it; returns whether there was anything."""


class Stores:
    """The places of this user, in the order in which they are tried."""

    def __init__(self, places: Sequence[Store] | None = None) -> None:
        self._places = places

    def load(self, key: str) -> Grant | None:
        """Return what is kept for *key*, or None."""
        for place in self._all():
            try:
                if (text := place.read(key)) is not None:
                    return Grant.from_json(text)
            except Exception as error:
                _warn("what is kept cannot be read, and is ignored", key, error)
        return None

    def save(self, key: str, grant: Grant) -> bool:
        """Keep *grant* in the first place that takes it; returns False where none does."""
        places = self._all()
        for number, place in enumerate(places):
            try:
                place.write(key, grant.to_json())
            except Exception as error:
                _warn("a sign-in cannot be kept there", key, error)
                continue
            self._remove(key, [*places[:number], *places[number + 1 :]])
            return True
        return False

    def forget(self, key: str) -> bool:
        """Forget what is kept for *key*, everywhere; returns whether there was anything."""
        return self._remove(key, self._all())

    def _remove(self, key: str, places: Sequence[Store]) -> bool:
        found = False
        for place in places:
            try:
                found = place.remove(key) or found
            except Exception as error:
                _warn("what is kept cannot be removed", key, error)
        return found

    def _all(self) -> Sequence[Store]:
        if self._places is not None:
            return self._places
        keyring = _keyring()
        return (FileStore(),) if keyring is None else (KeyringStore(keyring), FileStore())


class KeyringStore:
    """The user's keyring, as the `keyring` library finds it."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def read(self, key: str) -> str | None:
        """Return what is kept."""
        found: str | None = self._backend.get_password(SERVICE, key)
        return found

    def write(self, key: str, secret: str) -> None:
        """Keep *secret*."""
        self._backend.set_password(SERVICE, key, secret)

    def remove(self, key: str) -> bool:
        """Forget it."""
        if self._backend.get_password(SERVICE, key) is None:
            return False
        self._backend.delete_password(SERVICE, key)
        return True


def key_of(url: str) -> str:
    """Return the canonical form of *url*: what tokens are kept by, fit to be seen.

    Scheme and host in small letters, no default port, no user name; a query,
    which may hold a secret, as its digest.
    """
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, PORTS.get(scheme)) else f":{parts.port}"
    query = f"?{sha256(parts.query.encode()).hexdigest()[:16]}" if parts.query else ""
    return f"{scheme}://{host}{port}{parts.path.rstrip('/')}{query}"


def _keyring() -> Any:
    """Return the keyring's back end where it is a real one, else None."""
    try:
        import keyring
        from keyring.backends import chainer

        found: Any = keyring.get_keyring()
        if isinstance(found, chainer.ChainerBackend):
            found = next(iter(found.backends), None)
        real = found is not None and found.priority >= LEAST
        plain = type(found).__module__.split(".")[0] == "keyrings"  # keyrings.alt: files, mostly unencrypted
    except Exception:  # not installed, or a back end that cannot say what it is
        logger.debug("there is no keyring", exc_info=True)
        return None
    return found if real and not plain else None


def _warn(words: str, key: str, error: Exception) -> None:
    logger.warning("%s: %s (%s)", key, words, type(error).__name__)  # its own words may hold the secret
