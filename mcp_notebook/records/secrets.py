"""Which arguments of a tool are secrets, by its schema and by their names.

Rules: a name that is a secret in one place of the schema is one everywhere.
Where the schema is too large to be read whole, every value is one. A number
or a flag under a telling name (`max_tokens=100`) is none, unless the schema says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..arguments.schemas import Schema, Steps, alternatives, budget

EVERYTHING = frozenset({""})
"""stands for all names"""

_PARTS = 10_000
"""parts of a schema that are looked at"""
_STEPS = 5_000
"""and steps from references to what they mean"""
_TELLING = re.compile(
    r"passw|passphrase|secret|token|credential|bearer|cookie|authorization"
    r"|(?:api|private|access)_?key|(?:^|_)(?:pwd|pat|pin|otp|auth)$"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


@lru_cache(maxsize=4_096)
def is_telling(name: str) -> bool:
    """Return whether *name* is what people call a secret: `api_key`, `accessToken`, `passwd`."""
    return _TELLING.search(_HUMP.sub("_", name).lower()) is not None


def secret_names(schema: Schema) -> frozenset[str]:
    """Return the names of properties, at any depth, that *schema* has as passwords or as write-only."""
    names = set()
    steps = budget(_STEPS)
    parts: list[Any] = [schema]
    for _ in range(_PARTS):
        if not parts:
            break
        part = parts.pop()
        if isinstance(part, list):
            parts += part
        elif isinstance(part, Mapping):
            parts += part.values()
            properties = part.get("properties")
            if isinstance(properties, Mapping):
                names |= {name for name, inner in properties.items() if _is_secret(inner, schema, steps)}
    return frozenset(names) if not parts and next(steps, None) is not None else EVERYTHING


def _is_secret(schema: object, root: Schema, steps: Steps) -> bool:
    """Return whether the values of *schema*, or the elements of the lists it takes, are secrets."""
    for option in alternatives(schema, root, steps):
        elements = alternatives(option["items"], root, steps) if "items" in option else ()
        if any(
            one.get("writeOnly") is True or one.get("format") == "password" for one in (option, *elements)
        ):
            return True
    return False
