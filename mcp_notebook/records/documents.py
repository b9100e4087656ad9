"""Records → one JSON document: `{"version": 1, "records": […]}`.

Rules: each field of `Record` under its own name; times are ISO 8601 with their offset, or s; what is
not known is null; there is no NaN, and no infinity, wherever it came from. A later version may add
fields; one that takes some away, or changes what they mean, has another number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from typing import Any

from .record import Record

VERSION = 1


def document(records: Sequence[Record], indent: int | None = None) -> str:
    """Return the JSON of *records*."""
    whole = {"version": VERSION, "records": [_record(record) for record in records]}
    return json.dumps(whole, indent=indent, ensure_ascii=False, allow_nan=False)


def _record(record: Record) -> dict[str, Any]:
    return {f.name: _plain(getattr(record, f.name)) for f in fields(record)}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    return str(value)
