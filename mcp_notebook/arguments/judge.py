"""The border to jsonschema: whether a value is what a schema says.

Rules: a stranger's schema is data. Nothing is fetched, no check is endless
(steps are counted, patterns are bounded, size is limited), and a schema that is
broken or too costly judges nothing: the server will. A schema is compiled once
and recognised by identity; it must not be changed afterwards.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Any

from .patterns import may_match
from .schemas import Schema

logger = logging.getLogger(__name__)

Keyword = Callable[[Any, Any, Any, Any], Iterator[Any] | None]

_NODES = 20_000
_STEPS = 300_000
_DEPTH = 150
_REFERENCE = 10  # steps that following a reference costs
_FAULTS = 50
_UNIQUE = 2_000
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a value breaks its schema: path, value, jsonschema's words, the part it breaks.

    `keyword` is the word of the schema that is broken, `wanted` what stands beside it.
    """

    path: tuple[str | int, ...]
    value: object
    message: str
    schema: object
    keyword: str = ""
    wanted: object = None


class _TooMuchError(Exception):
    """A check, or a schema, is larger than what is judged here."""


_steps: ContextVar[list[int]] = ContextVar("steps")


class _Kept:
    """Compiled schemas by identity, the longest unused forgotten first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._entries: OrderedDict[int, tuple[object, Any]] = OrderedDict()

    def get(self, schema: Schema) -> Any:
        with self._lock:
            entry = self._entries.get(id(schema))
            if entry is not None and entry[0] is schema:
                self._entries.move_to_end(id(schema))
                return entry[1]
        compiled = _compile(schema)
        with self._lock:
            self._entries[id(schema)] = (schema, compiled)
            while len(self._entries) > self._limit:
                self._entries.popitem(last=False)
        return compiled


def find_fault(value: object, schema: Schema) -> Fault | None:
    """Return the fault of *value* that says most, or None; *value* is JSON already."""
    validator = _kept.get(schema)
    if validator is None:
        return None
    token = _steps.set([_STEPS])
    try:
        errors = list(islice(validator.iter_errors(value), _FAULTS))
        return _most_telling(errors) if errors else None
    except Exception as error:  # the border: jsonschema over a stranger's schema
        logger.debug(
            "arguments are left to the server to judge: %s: %s", type(error).__name__, str(error)[:500]
        )
        return None
    finally:
        _steps.reset(token)


def allowance() -> list[int]:
    """Return the steps of one check, to be shared by several that belong together."""
    return [_STEPS]


def find_faults(
    value: object,
    schema: Schema,
    *,
    part: Schema | None = None,
    limit: int = _FAULTS,
    steps: list[int] | None = None,
) -> tuple[Fault, ...]:
    """Return what is wrong with *value*, at most *limit* faults, each as deep as it can be told.

    *value* is judged by the whole of *schema*, or by *part* of it. With *steps*
    (an `allowance`) several checks together take no longer than one.
    """
    validator = _kept.get(schema)
    if validator is None:
        return ()
    token = _steps.set(steps if steps is not None else [_STEPS])
    try:
        if part is not None:
            validator = validator.evolve(schema=_copied(part, [_NODES], _DEPTH))
        found = (_most_telling([error]) for error in islice(validator.iter_errors(value), limit))
        return tuple(fault for fault in found if fault is not None)
    except Exception as error:  # the border: jsonschema over a stranger's schema
        logger.debug("a form is left to the server to judge: %s: %s", type(error).__name__, str(error)[:500])
        return ()
    finally:
        _steps.reset(token)


def fits(value: object, part: Schema, root: Schema, *, steps: list[int] | None = None) -> bool:
    """Return whether *value* is what *part* of the schema *root* says; True where that cannot be judged."""
    validator = _kept.get(root)
    if validator is None:
        return True
    token = _steps.set(steps if steps is not None else [_STEPS])
    try:
        return bool(validator.evolve(schema=_copied(part, [_NODES], _DEPTH)).is_valid(value))
    except Exception as error:  # the same border
        logger.debug("a reading is taken unjudged: %s: %s", type(error).__name__, str(error)[:500])
        return True
    finally:
        _steps.reset(token)


def _most_telling(errors: list[Any]) -> Fault | None:
    from jsonschema.exceptions import best_match

    error = best_match(errors)
    return error and Fault(
        tuple(error.absolute_path),
        error.instance,
        str(error.message),
        error.schema,
        str(error.validator or ""),
        error.validator_value,
    )


def _compile(schema: Schema) -> Any:
    """Return a validator for *schema*, None if it is broken or too large."""
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import validator_for
    from referencing import Registry

    try:
        stock: Any = validator_for(dict(schema), default=Draft202012Validator)
        copy = _copied(schema, [_NODES], _DEPTH)
        bounded = _bounded(stock)
        # The metaschema is trusted and quick per node; the copy has no more nodes than _NODES.
        # Formats are not checked: that would compile each pattern, of whatever length.
        stock.check_schema(copy, format_checker=FormatChecker(()))
        return bounded(copy, registry=Registry())
    except Exception as error:  # the same border
        logger.debug("schema is left to the server: %s: %s", type(error).__name__, str(error)[:500])
        return None


def _copied(part: Any, nodes: list[int], depth: int) -> Any:
    """Copy a schema without inner `$schema`, which would call for a validator without our bounds."""
    nodes[0] -= 1
    if nodes[0] < 0 or depth == 0:
        raise _TooMuchError("the schema is too large")
    if isinstance(part, Mapping):
        kept = ((k, v) for k, v in part.items() if k != "$schema" or not isinstance(v, str))
        return {k: _copied(v, nodes, depth - 1) for k, v in kept}
    return [_copied(v, nodes, depth - 1) for v in part] if isinstance(part, list) else part


@lru_cache(maxsize=16)
def _bounded(stock: Any) -> Any:
    """Return jsonschema's validator class with every keyword counted and the costly ones bounded."""
    from jsonschema.validators import extend

    keywords: dict[str, Keyword] = dict(stock.VALIDATORS)
    keywords["pattern"] = _pattern
    for name in ("patternProperties", "additionalProperties"):
        keywords[name] = _without_patterns(keywords[name]) if name in keywords else _nothing
    keywords["uniqueItems"] = _unique(keywords["uniqueItems"])
    for name in ("unevaluatedProperties", "unevaluatedItems"):
        keywords[name] = _nothing  # these search the schema in ways that are not counted
    return extend(
        stock,
        {  # type: ignore[no-untyped-call]
            name: _counted(keyword, _REFERENCE if "Ref" in name or "ref" in name else 1)
            for name, keyword in keywords.items()
        },
    )


def _counted(keyword: Keyword, cost: int) -> Keyword:
    def count(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any] | None:
        left = _steps.get()
        left[0] -= cost
        if left[0] < 0:
            raise _TooMuchError("the check takes too many steps")
        return keyword(validator, value, instance, schema)

    return count


def _nothing(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> None:
    return None


def _pattern(_validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(instance, str) and isinstance(value, str) and not may_match(value, instance):
        yield ValidationError(f"{instance!r} does not match {value!r}")


def _without_patterns(keyword: Keyword) -> Keyword:
    """Judge names only where no pattern takes part: those run unbounded."""

    def named(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any] | None:
        return None if schema.get("patternProperties") else keyword(validator, value, instance, schema)

    return named


def _unique(keyword: Keyword) -> Keyword:
    """Compare elements only while they are few: the comparison is of each with each."""

    def unique(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any] | None:
        few = isinstance(instance, list) and len(instance) <= _UNIQUE
        return keyword(validator, value, instance, schema) if few else None

    return unique


_kept = _Kept(_KEPT)
