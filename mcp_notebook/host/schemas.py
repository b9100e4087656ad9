"""Read a function's signature with the SDK's own machinery: JSON Schema in, Python values out.

Rules. A parameter without annotation takes any JSON value. One whose annotation
JSON can't carry keeps its default and is not offered; without a default it is an
error. Only what was sent is passed on, so a default is the function's own object,
never a copy. Names are free: the SDK sees numbered ones with aliases.

An output schema is published for records (dataclass, pydantic model, TypedDict)
only. MCP clients refuse a whole answer that misses its published schema, and
annotations like `-> dict[str, float]` are often not quite true in a notebook.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, is_typeddict

from ..errors import ArgumentError
from ..text import one_line
from .answers.plain import plain, spoken

if TYPE_CHECKING:
    from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
    from pydantic.json_schema import GenerateJsonSchema

MACHINERY = "mcp.server.mcpserver.utilities.func_metadata"
_DEFAULT_LIMIT = 1_000
_EMPTY = inspect.Parameter.empty
_UNSHOWN = object()
"""stands for a default that JSON can't show and that is not to be copied"""


@dataclass(frozen=True)
class Takes:
    """What a function takes: its input *schema*, and the *model* that validates."""

    schema: dict[str, Any]
    model: Any
    metadata: FuncMetadata
    required: frozenset[str]
    open: bool


@dataclass(frozen=True)
class Returns:
    """What a function says it returns."""

    words: str = "anything"
    metadata: FuncMetadata | None = None
    published: dict[str, Any] | None = None

    @property
    def annotated(self) -> bool:
        """Whether the annotation is one that values can be converted by."""
        return self.metadata is not None

    def convert(self, value: Any) -> dict[str, Any] | None:
        """Return *value* as structured content; raises where it doesn't fit, also as plain data."""
        if self.metadata is None:
            return None
        try:
            converted = self.metadata.convert_result(value)
        except Exception:
            converted = self.metadata.convert_result(plain(value))
        structured: dict[str, Any] | None = getattr(converted, "structured_content", None)
        return structured


def takes(fn: Callable[..., Any], name: str, described: Mapping[str, str]) -> Takes:
    """Return what *fn* takes; *described* are words for its parameters. Raises `ArgumentError`."""
    signature = _evaluated(fn, name)
    parameters = list(signature.parameters.values())
    named = [p for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]
    try:
        return _takes(named, name, described, len(named) < len(parameters))
    except Exception:  # pydantic raises many kinds: which parameter is it?
        offered = [p for p in named if _is_offered(p, name)]
    try:
        return _takes(offered, name, described, len(named) < len(parameters))
    except Exception as error:
        raise ArgumentError(f"cannot describe the parameters of {name}: {one_line(str(error))}") from error


def returns(fn: Callable[..., Any], name: str) -> Returns:
    """Return what *fn* says it returns; what can't be described says nothing."""
    annotation = _evaluated(fn, name).return_annotation
    if annotation in (_EMPTY, None, str, bytes, Any, object):
        return Returns()
    from mcp.server.mcpserver.utilities.func_metadata import func_metadata

    try:
        metadata = func_metadata(_shim(name, [], annotation))
    except Exception:  # a class of somebody's library: its values speak for themselves
        return Returns()
    if metadata.output_schema is None:
        return Returns()
    published = _nullable(metadata.output_schema) if _is_record(annotation) else None
    return Returns(_spelled(annotation), metadata, published)


def _takes(
    parameters: Sequence[inspect.Parameter], name: str, described: Mapping[str, str], takes_more: bool
) -> Takes:
    from mcp.server.mcpserver.utilities.func_metadata import func_metadata

    numbered = [_numbered(i, p, described.get(p.name, "")) for i, p in enumerate(parameters)]
    metadata = func_metadata(_shim(name, numbered), structured_output=False)
    model = metadata.arg_model
    schema = model.model_json_schema(by_alias=True, schema_generator=_generator())
    schema = {"type": "object", "properties": {}, **schema, "additionalProperties": takes_more}
    schema.pop("title", None)
    for properties in schema["properties"].values():
        if not _is_shown(properties.get("default")):
            del properties["default"]
    required = frozenset(p.name for p in parameters if p.default is _EMPTY)
    return Takes(schema, model, metadata, required, takes_more)


def _is_offered(parameter: inspect.Parameter, name: str) -> bool:
    """Return whether JSON can carry *parameter*; raises where it must and cannot."""
    try:
        _takes([parameter], name, {}, takes_more=False)
    except Exception as error:
        if parameter.default is not _EMPTY:
            return False
        raise ArgumentError(
            f"a client cannot send the parameter {parameter.name!r} of {name}: JSON has no "
            f"{_spelled(parameter.annotation)}; give it a default, or take what it is made from"
        ) from error
    return True


def _numbered(index: int, parameter: inspect.Parameter, words: str) -> inspect.Parameter:
    """Return *parameter* under a name that pydantic has no use for itself."""
    from pydantic import Field

    annotation = Any if parameter.annotation is _EMPTY else parameter.annotation
    field = Field(alias=parameter.name)
    if words and not _is_described(annotation):
        field = Field(alias=parameter.name, description=words)
    default = parameter.default
    if (
        default is not _EMPTY
        and type(default).__hash__ is None
        and not isinstance(default, list | dict | set)
    ):
        default = _UNSHOWN
    return inspect.Parameter(
        f"p{index}",
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[annotation, field],
        default=default,
    )


def _is_described(annotation: Any) -> bool:
    """Return whether `Annotated[…, Field(description=…)]` has words of its own."""
    if get_origin(annotation) is not Annotated:
        return False
    return any(getattr(extra, "description", None) for extra in get_args(annotation)[1:])


def _shim(
    name: str, parameters: Sequence[inspect.Parameter], annotation: Any = _EMPTY
) -> Callable[..., None]:
    """Return a function that has this signature, and does nothing."""

    def shim() -> None:
        """Stand in for the function."""

    shim.__name__ = "".join(c if c.isalnum() else "_" for c in name)
    shim.__signature__ = inspect.Signature(parameters, return_annotation=annotation)  # type: ignore[attr-defined]
    return shim


def _generator() -> type[GenerateJsonSchema]:
    from pydantic.json_schema import GenerateJsonSchema

    class Quiet(GenerateJsonSchema):
        """No titles, which repeat the names; no warning for a default that JSON can't show."""

        ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - pydantic's

        def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
            return False

    return Quiet


def _is_shown(default: Any) -> bool:
    try:
        return default is None or len(json.dumps(default, allow_nan=False)) <= _DEFAULT_LIMIT
    except ValueError:  # NaN, infinity
        return False


def _nullable(schema: Any) -> Any:
    """Return *schema* with null wherever a number stands: that is what NaN becomes."""
    if isinstance(schema, list):
        return [_nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _nullable(part) for key, part in schema.items()}
    if schema.get("type") == "number" and "enum" not in schema:
        changed["type"] = ["number", "null"]
    return changed


def _is_record(annotation: Any) -> bool:
    base = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return isinstance(base, type) and (
        is_typeddict(base) or hasattr(base, "__dataclass_fields__") or hasattr(base, "__pydantic_fields__")
    )


def _evaluated(fn: Callable[..., Any], name: str) -> inspect.Signature:
    try:
        return inspect.signature(fn, eval_str=True)
    except Exception as error:  # an annotation is any expression
        raise ArgumentError(
            f"cannot read the annotations of {name}: {one_line(str(error))}; define or import what they name first"
        ) from error


def _spelled(annotation: Any) -> str:
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    return one_line(spoken(annotation).replace("typing.", ""), 80)


def unwrapped(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function below the `functools.partial`s around it."""
    while isinstance(fn, partial):
        fn = fn.func
    return fn
