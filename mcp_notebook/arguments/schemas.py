"""Read a stranger's JSON Schema: what a parameter is, whatever shape it was written in.

Rules: nothing here raises and everything ends, because each walk has a budget of
steps. `$ref` is followed inside the schema only; one that cannot be followed
stays in the result. What is not an object reads as `{}`, "anything".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

Schema = Mapping[str, Any]

Steps = Iterator[int]

_STEPS = 1_024  # parts looked at to read one schema
_WIDTH = 256  # alternatives, or parts of an `allOf`
_DEPTH = 48
_TYPES = frozenset({"null", "integer", "number", "boolean", "array", "object", "string"})


def as_schema(value: object) -> Schema:
    """Return *value* where it is an object, else the schema of anything."""
    return value if isinstance(value, Mapping) else {}


def budget(steps: int = _STEPS) -> Steps:
    """Return a budget of steps, for one walk or shared by several."""
    return iter(range(steps))


def resolve(schema: object, root: Schema, steps: Steps | None = None) -> dict[str, Any]:
    """Return *schema* with its local `$ref` and its `allOf` folded in; its own words win."""
    return _fold(schema, root, steps or budget(), _DEPTH)


def alternatives(schema: object, root: Schema, steps: Steps | None = None) -> tuple[dict[str, Any], ...]:
    """Return the resolved readings of *schema*: one per `anyOf`, `oneOf` or listed type."""
    steps = steps or budget()
    return tuple(_alternatives(resolve(schema, root, steps), root, steps, _DEPTH)) or ({},)


def kind(option: Schema) -> str:
    """Return what one alternative asks for: `enum`, a JSON Schema type, or `any`."""
    if "const" in option or isinstance(option.get("enum"), list):
        return "enum"
    declared = option.get("type")
    if isinstance(declared, str) and declared in _TYPES:
        return declared
    if "type" not in option and isinstance(option.get("properties"), Mapping):
        return "object"
    if "type" not in option and ("items" in option or "prefixItems" in option):
        return "array"
    return "any"


def choices(option: Schema) -> list[Any]:
    """Return the values an alternative of kind `enum` allows."""
    return [option["const"]] if "const" in option else list(option["enum"])


def members(schema: object, root: Schema) -> dict[str, Any]:
    """Return every property *schema* knows, those of its alternatives and conditions included."""
    found: dict[str, Any] = {}
    steps = budget()
    for option in alternatives(schema, root, steps):
        conditional = as_schema(option.get("dependentSchemas")).values()
        parts = [option, option.get("then"), option.get("else"), *conditional]
        for part in parts[:_WIDTH]:
            folded = option if part is option else resolve(part, root, steps)
            for name, inner in as_schema(folded.get("properties")).items():
                found.setdefault(name, inner)
    return found


def member(schema: object, name: str, root: Schema) -> Any:
    """Return the schema of the property *name*, that of additional properties if it is unlisted."""
    known = members(schema, root)
    if name in known:
        return known[name]
    return next((as_schema(o["additionalProperties"]) for o in alternatives(schema, root) if is_open(o)), {})


def is_open(option: Schema) -> bool:
    """Return whether an alternative says that it takes names it does not list."""
    return option.get("additionalProperties", False) is not False


def required(schema: object, root: Schema) -> tuple[str, ...]:
    """Return the names *schema* requires, each once, in its order."""
    names = resolve(schema, root).get("required")
    return tuple(dict.fromkeys(n for n in names if isinstance(n, str))) if isinstance(names, list) else ()


def item(option: Schema, index: int) -> Any:
    """Return the schema of the element at *index* of an array."""
    leading = option.get("prefixItems", option.get("items"))
    if isinstance(leading, list) and index < len(leading):
        return leading[index]
    rest = (
        option.get("items") if "prefixItems" in option else option.get("additionalItems", option.get("items"))
    )
    return as_schema(rest)


def _fold(schema: object, root: Schema, steps: Steps, depth: int) -> dict[str, Any]:
    if not isinstance(schema, Mapping) or not depth or next(steps, None) is None:
        return {}
    folded: dict[str, Any] = {}
    own = dict(schema)
    target = _target(own.get("$ref"), root)
    if target is not None:
        del own["$ref"]
        _lay(folded, _fold(target, root, steps, depth - 1))
    parts = own.get("allOf")
    if isinstance(parts, list):
        del own["allOf"]
        for part in parts[:_WIDTH]:
            _lay(folded, _fold(part, root, steps, depth - 1))
    _lay(folded, own)
    return folded


def _lay(onto: dict[str, Any], part: Schema) -> None:
    """Lay *part* over a folded schema: properties and required names add up, the rest is replaced."""
    for key, value in part.items():
        before = onto.get(key)
        if key == "properties" and isinstance(before, Mapping) and isinstance(value, Mapping):
            onto[key] = {**before, **value}
        elif key == "required" and isinstance(before, list) and isinstance(value, list):
            onto[key] = [*before, *value]
        else:
            onto[key] = value


def _target(reference: object, root: Schema) -> Schema | None:
    """Follow a JSON pointer (RFC 6901) inside *root*."""
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        return None
    found: Any = root
    for part in unquote(reference).split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and len(name) < 9 and int(name) < len(found):  # noqa: PLR2004
            found = found[int(name)]
        else:
            return None
    return found if isinstance(found, Mapping) else None


def _alternatives(folded: dict[str, Any], root: Schema, steps: Steps, depth: int) -> Iterator[dict[str, Any]]:
    if not depth or next(steps, None) is None:
        return
    key = next((k for k in ("anyOf", "oneOf") if isinstance(folded.get(k), list) and folded[k]), None)
    types = folded.get("type")
    if key is not None:
        base = {k: v for k, v in folded.items() if k not in ("anyOf", "oneOf")}
        for branch in folded[key][:_WIDTH]:
            option = dict(base)
            _lay(option, resolve(branch, root, steps))
            yield from _alternatives(option, root, steps, depth - 1)
    elif isinstance(types, list) and types:
        for name in types[:_WIDTH]:
            if next(steps, None) is not None:
                yield {**folded, "type": name}
    else:
        yield folded
