"""A raw result as JSON, with its base64 cut short so that a person can read the rest."""

from __future__ import annotations

from typing import Any

from .words import counted

_KEPT = 24
_BASE64 = ("data", "blob")


def as_json(raw: Any) -> Any:
    """Return *raw* under the names of the wire, without its empty fields."""
    dumped: dict[str, Any] = raw.model_dump(mode="json", by_alias=True, exclude_none=True)
    content = dumped.get("content")
    if isinstance(content, list):
        dumped["content"] = [_shortened(block) for block in content]
    return dumped


def _shortened(block: Any) -> Any:
    if not isinstance(block, dict):
        return block
    return {key: _short(key, value) for key, value in block.items()}


def _short(key: str, value: Any) -> Any:
    if key == "resource":
        return _shortened(value)
    if key in _BASE64 and isinstance(value, str) and len(value) > 2 * _KEPT:
        return f"{value[:_KEPT]}… ({counted(len(value), 'character')} of base64)"
    return value
