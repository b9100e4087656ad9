"""Read the arguments that a client sent, or say what is wrong with them.

Rules: unknown names first (with the nearest ones), then missing ones, then values;
a message holds the parameter, its value and what is wanted. A string that should
be an object or a list is read as JSON where it does not fit as it is: some clients
send them so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, suggest
from ..text import one_line
from .answers.plain import spoken

if TYPE_CHECKING:
    from .schemas import Takes

_TOLD = 5
_VALUE_LIMIT = 80


def bind(sent: Mapping[str, Any], takes: Takes, tool: str) -> dict[str, Any]:
    """Return *sent* as the values that the annotations ask for; raises `ArgumentError`."""
    known = takes.schema["properties"]
    unknown = [name for name in sent if name not in known]
    if unknown and not takes.open:
        rows = (
            f"{one_line(name, _VALUE_LIMIT)!r} ({suggest(name, list(known))})" for name in unknown[:_TOLD]
        )
        raise ArgumentError(f"{tool} has no parameter {', '.join(rows)}")
    missing = [name for name in takes.required if name not in sent]
    if missing:
        rows = (_row(name, known[name]) for name in sorted(missing, key=list(known).index))
        raise ArgumentError(f"{tool} needs {', '.join(rows)}")
    model = _validated({name: value for name, value in sent.items() if name in known}, takes, known, tool)
    return {**_given(model, takes), **{name: sent[name] for name in unknown}}


def _validated(sent: dict[str, Any], takes: Takes, known: Mapping[str, Any], tool: str) -> Any:
    from pydantic import ValidationError

    try:
        return takes.model.model_validate(sent)
    except ValidationError as error:
        refused = error
    parsed = takes.metadata.pre_parse_json(sent)
    wrong = {fault["loc"][0] for fault in refused.errors(include_url=False, include_context=False)}
    try:
        return takes.model.model_validate({n: parsed[n] if n in wrong else v for n, v in sent.items()})
    except ValidationError:
        faults = refused.errors(include_url=False, include_context=False)
        rows = dict.fromkeys(_fault(fault, known, tool) for fault in faults[:_TOLD])
        raise ArgumentError("; ".join(rows)) from None


def _given(model: Any, takes: Takes) -> dict[str, Any]:
    """Return what was sent, and defaults that only `Field(default=…)` knows."""
    values = {}
    for field, info in type(model).model_fields.items():
        if field in model.model_fields_set or info.alias in takes.required:
            values[info.alias] = getattr(model, field)
    return values


def _fault(fault: Mapping[str, Any], known: Mapping[str, Any], tool: str) -> str:
    """Return `epochs='x': input should be a valid integer; train wants epochs: integer`."""
    name, *inner = fault["loc"]
    place = one_line(str(name) + "".join(f"[{step!r}]" for step in inner), _VALUE_LIMIT)
    value = one_line(spoken(fault["input"]), _VALUE_LIMIT)
    problem = str(fault["msg"])
    return f"{place}={value}: {problem[:1].lower()}{problem[1:]}; {tool} wants {_row(str(name), known.get(name, {}))}"


def _row(name: str, schema: Mapping[str, Any]) -> str:
    """Return `epochs: integer (how many passes)`."""
    words = f" ({described})" if (described := schema.get("description")) else ""
    return f"{name}: {_kind(schema)}{words}"


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return one_line(" or ".join(repr(value) for value in schema["enum"]), _VALUE_LIMIT)
    if options := schema.get("anyOf"):
        return " or ".join(dict.fromkeys(_kind(option) for option in options))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    kind = str(schema.get("type", "any value"))
    return f"{kind} of {_kind(schema['items'])}" if kind == "array" and schema.get("items") else kind
