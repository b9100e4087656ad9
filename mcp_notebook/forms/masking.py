"""Take secrets out of arguments before they are shown.

Rules: a value is secret where its schema says so (`format: password`,
`writeOnly`), in whichever alternative; where the schema is too large to tell, all is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..arguments.schemas import Schema, Steps, alternatives, as_schema, budget, item, resolve
from .naming import is_secret

MASK = "•••"
_STEPS = 200_000
_DEPTH = 64
_PARTS = 64


def masked(arguments: Mapping[str, object], schema: Schema) -> dict[str, Any]:
    """Return a copy of *arguments* in which each secret is `MASK`."""
    root = as_schema(schema)
    whole = _masked(dict(arguments), [root], root, budget(_STEPS), _DEPTH)
    return whole if isinstance(whole, dict) else dict.fromkeys(arguments, MASK)


def _masked(value: Any, parts: list[Any], root: Schema, steps: Steps, depth: int) -> Any:
    options = [option for part in parts for option in alternatives(part, root, steps)]
    # What is left of the steps tells whether the schema was read to its end.
    if not depth or next(steps, None) is None or any(is_secret(option) for option in options):
        return MASK
    if isinstance(value, Mapping):
        return {
            name: _masked(inner, _distinct(_members(options, name, root, steps)), root, steps, depth - 1)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            _masked(inner, _distinct(item(option, index) for option in options), root, steps, depth - 1)
            for index, inner in enumerate(value)
        ]
    return value


def _members(options: list[dict[str, Any]], name: str, root: Schema, steps: Steps) -> Iterator[Any]:
    """Yield all that the *options* say of the property *name*."""
    for option in options:
        conditional = [
            option.get("then"),
            option.get("else"),
            *as_schema(option.get("dependentSchemas")).values(),
        ]
        for part in (option, *(resolve(one, root, steps) for one in conditional)):
            listed = as_schema(part.get("properties"))
            if name in listed:
                yield listed[name]
            yield from as_schema(part.get("patternProperties")).values()
            yield part.get("additionalProperties")


def _distinct(parts: Iterator[Any]) -> list[Any]:
    """Return the schemas among *parts*, each once."""
    found = {id(part): part for part in parts if isinstance(part, Mapping) and part}
    return list(found.values())[:_PARTS]
