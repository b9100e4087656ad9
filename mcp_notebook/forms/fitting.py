"""Keep what is drawn of a stranger's schema within bounds: words go first, then hints, then defaults."""

from __future__ import annotations

import json

from .containers import ObjectField
from .field import Entry, Limits

SPEC = 512_000  # bytes of a spec as JSON
_LEVELS = (
    Limits(),
    Limits(help=400, option_help=0),
    Limits(label=40, help=0, option=30, option_help=0, hint=0),
    Limits(label=20, help=0, option=12, option_help=0, hint=0, entries=False),
)


def fitted(root: ObjectField, limit: int = SPEC) -> tuple[Entry, Limits] | None:
    """Return the fullest spec of *root* within *limit* bytes and how it was cut, None where none is."""
    for limits in _LEVELS:
        spec = root.spec(limits)
        if len(json.dumps(spec)) <= limit:
            return spec, limits
    return None
