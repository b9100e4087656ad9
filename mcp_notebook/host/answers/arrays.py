"""Show a numpy array: its shape, its kind, its range, and its values where they are few."""

from __future__ import annotations

import sys
from typing import Any

from ...text import block
from .plain import plain

VALUES = 1_000
TEXT_LIMIT = 10_000
_SHOWN = 200


def array_text(value: Any) -> str:
    """Return a line that sums up *value*, and its values, those in the middle left out."""
    numpy = sys.modules["numpy"]
    lines = [f"array of {value.dtype}, shape {tuple(value.shape)}{_range(value)}"]
    if value.size:
        lines.append(block(numpy.array2string(value, threshold=_SHOWN), TEXT_LIMIT))
    return "\n".join(lines)


def array_structured(value: Any) -> dict[str, Any]:
    """Return shape and dtype, with the values where there are at most `VALUES`."""
    told: dict[str, Any] = {"shape": list(value.shape), "dtype": str(value.dtype)}
    return {**told, "values": plain(value)} if value.size <= VALUES else told


def _range(value: Any) -> str:
    if not value.size or value.dtype.kind not in "iuf":
        return ""
    numpy = sys.modules["numpy"]
    finite = value[numpy.isfinite(value)]
    if not finite.size:
        return ", nothing finite"
    return f", min {finite.min():.6g}, max {finite.max():.6g}, mean {finite.mean():.6g}"
