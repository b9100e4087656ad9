"""What a function takes, read with the SDK's own machinery: JSON Schema out, Python values in.

Rules. A parameter without annotation takes any JSON value. One whose annotation
JSON can't carry keeps its default and is not offered; without a default it is an
error. Only what was sent is passed on, so a default is the function's own object,
never a copy. Names are free: the SDK sees numbered ones with aliases.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from ..errors import ArgumentError
from ..text import one_line
from .signatures import EMPTY, evaluated, spelled, stand_in

if TYPE_CHECKING:
    from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
    from pydantic.json_schema import GenerateJsonSchema

MACHINERY = "mcp.server.mcpserver.utilities.func_metadata"
_DEFAULT_LIMIT = 1_000
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


def takes(fn: Callable[..., Any], name: str, described: Mapping[str, str]) -> Takes:
    """Return what *fn* takes; *described* are words for its parameters. Raises `ArgumentError`."""
    signature = evaluated(fn, name)
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


def _takes(
    parameters: Sequence[inspect.Parameter], name: str, described: Mapping[str, str], takes_more: bool
) -> Takes:
    from mcp.server.mcpserver.utilities.func_metadata import func_metadata

    numbered = [_numbered(i, p, described.get(p.name, "")) for i, p in enumerate(parameters)]
    metadata = func_metadata(stand_in(name, numbered), structured_output=False)
    model = metadata.arg_model
    schema = model.model_json_schema(by_alias=True, schema_generator=_generator())
    schema = {"type": "object", "properties": {}, **schema, "additionalProperties": takes_more}
    schema.pop("title", None)
    for properties in schema["properties"].values():
        if not _is_shown(properties.get("default")):
            del properties["default"]
    required = frozenset(p.name for p in parameters if p.default is EMPTY)
    return Takes(schema, model, metadata, required, takes_more)


def _is_offered(parameter: inspect.Parameter, name: str) -> bool:
    """Return whether JSON can carry *parameter*; raises where it must and cannot."""
    try:
        _takes([parameter], name, {}, takes_more=False)
    except Exception as error:
        if parameter.default is not EMPTY:
            return False
        raise ArgumentError(
            f"a client cannot send the parameter {parameter.name!r} of {name}: JSON has no "
            f"{spelled(parameter.annotation)}; give it a default, or take what it is made from"
        ) from error
    return True


def _numbered(index: int, parameter: inspect.Parameter, words: str) -> inspect.Parameter:
    """Return *parameter* under a name that pydantic has no use for itself."""
    from pydantic import Field

    annotation = Any if parameter.annotation is EMPTY else parameter.annotation
    field = Field(alias=parameter.name)
    if words and not _is_described(annotation):
        field = Field(alias=parameter.name, description=words)
    default = parameter.default
    if default is not EMPTY and type(default).__hash__ is None and not isinstance(default, list | dict | set):
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
