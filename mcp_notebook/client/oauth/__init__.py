"""Signing in at servers that ask for it: the SDK's OAuth flow, a person, and a place for the tokens."""

from .person import Nobody, Person, Visit
from .settings import OAuth
from .signing import signing
from .stores import Stores, key_of

__all__ = ["Nobody", "OAuth", "Person", "Stores", "Visit", "key_of", "signing"]
