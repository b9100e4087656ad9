"""A cell's body → arguments: a JSON object, a YAML mapping, or Python that gives one.

Rules: what begins with {" is JSON, the rest is YAML (which takes {a: 1} too);
nothing written is no arguments. YAML's dates are
text in ISO 8601, for JSON has none. The line's arguments are laid over these.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import ArgumentError
from ..text import one_line
from .json_text import read_json, short, why_not_json
from .schemas import Schema, as_schema
from .signature import signature

_HINT = "write a JSON object or one `name: value` a line"
_DEPTH = 200
_JSON = re.compile(r'\s*\{\s*"')


def from_body(
    body: str, schema: Schema, *, evaluate_body: Callable[[str], object] | None = None
) -> dict[str, object]:
    """Return the arguments a cell's *body* gives; raises `ArgumentError` with line and column.

    With *evaluate_body* the body is Python, and what that returns must be a
    mapping; its values pass untouched.
    """
    if evaluate_body is not None:
        value, hint = _python(body, evaluate_body), "let its last expression be a mapping, {'name': value}"
    else:
        value, hint = _written(body), _HINT
    if not isinstance(value, Mapping):
        wanted = signature(as_schema(schema))
        wants = f"; the tool wants {wanted}" if wanted else ""
        raise ArgumentError(f"the body is {short(value)}, not a mapping of arguments; {hint}{wants}")
    _check_names(value)
    return dict(value)


def merge(body: Mapping[str, object], line: Mapping[str, object]) -> dict[str, object]:
    """Return *body* with *line* laid over it, nested mappings name by name; neither is changed."""
    merged = dict(body)
    for name, value in line.items():
        before = merged.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[name] = merge(before, value) if both else value  # type: ignore[arg-type]
    return merged


def _written(body: str) -> Any:
    """Read JSON or YAML."""
    import yaml

    if _JSON.match(body):
        try:
            return read_json(body)
        except ValueError as error:
            raise ArgumentError(f"the body is not JSON ({why_not_json(error)}); {_HINT}") from error
    try:
        value = yaml.safe_load(body)
        return {} if value is None else _plain(value, _DEPTH)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ArgumentError(f"the body is not YAML ({_why_not_yaml(error)}); {_HINT}") from error


def _why_not_yaml(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
    return place + one_line(str(problem) or type(error).__name__)


def _plain(value: Any, depth: int) -> Any:
    """Return a YAML value with its dates as text; raises `ValueError` where it is too deep."""
    if depth == 0:
        raise ValueError("nested too deeply, or an alias holds itself")
    if isinstance(value, dict):
        _check_names(value)
        return {name: _plain(inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth - 1) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _check_names(value: Mapping[Any, Any]) -> None:
    for name in value:
        if not isinstance(name, str):
            raise ArgumentError(
                f"the name {short(name)} is a {type(name).__name__}, not text; write it in quotes"
            )


def _python(body: str, evaluate_body: Callable[[str], object]) -> object:
    if not body.strip():
        return {}
    try:
        return evaluate_body(body)
    except Exception as error:
        raise ArgumentError(
            f"the body failed{_place(error)}: {type(error).__name__}: {one_line(str(error))}"
        ) from error


def _place(error: Exception) -> str:
    """Return where in the body Python stopped: the innermost frame that has no file."""
    if isinstance(error, SyntaxError) and error.lineno:
        return f" at line {error.lineno}, column {error.offset or 1}"
    trace, line = error.__traceback__, 0
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        line = trace.tb_lineno if name.startswith("<") and not name.startswith("<frozen") else line
        trace = trace.tb_next
    return f" at line {line}" if line else ""
