"""The parameters of a tool, for completion, forms and signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..text import one_line
from .json_text import short_json
from .schemas import Schema, Steps, alternatives, as_schema, budget, choices, kind, members, required, resolve

_DESCRIPTION_LIMIT = 500
_CHOICE_LIMIT = 100
_CHOICES = 200
_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `schema` is resolved; `choices` are the texts to complete, where they are few.

    `name` is the server's own (it is what is sent): pass it through `one_line` to show it.
    """

    name: str
    required: bool
    schema: dict[str, Any]
    choices: tuple[str, ...] = ()
    description: str = ""


def parameters(schema: Schema) -> dict[str, Parameter]:
    """Return the parameters of *schema* by name, in its order."""
    root = as_schema(schema)
    needed = required(root, root)
    wanted = frozenset(needed)
    known = members(root, root)
    steps = budget(_STEPS)
    unlisted = dict.fromkeys(name for name in needed if name not in known)
    return {
        name: _parameter(name, inner, root, steps, required=name in wanted)
        for name, inner in {**known, **unlisted}.items()
    }


def _parameter(name: str, schema: object, root: Schema, steps: Steps, *, required: bool) -> Parameter:
    resolved = resolve(schema, root, steps)
    told = resolved.get("description")
    description = one_line(told, _DESCRIPTION_LIMIT) if isinstance(told, str) else ""
    return Parameter(name, required, resolved, _choices(resolved, root, steps), description)


def _choices(schema: Schema, root: Schema, steps: Steps) -> tuple[str, ...]:
    """Return what may be written for a schema; a text that cannot be shown is not offered."""
    texts: dict[str, None] = {}
    for option in alternatives(schema, root, steps):
        if kind(option) == "enum":
            values = choices(option)[:_CHOICES]
            written = [v if isinstance(v, str) else short_json(v) for v in values]
            texts.update(
                dict.fromkeys(t for t in written if "…" not in t and one_line(t, _CHOICE_LIMIT) == t)
            )
        elif kind(option) == "boolean":
            texts.update({"true": None, "false": None})
    return tuple(texts)
