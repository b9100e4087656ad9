"""The fields of one value: text, numbers, yes or no, null, and JSON for what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..arguments.json_text import why_not_json
from .field import REQUIRED, UNREADABLE, UNSET, Entry, Field, Judge, Limits, Visit, hints
from .formats import WrongFormatError, formatted
from .numbers import NotANumberError, integer, number
from .values import read, same, written


@dataclass(frozen=True, slots=True)
class TextField(Field):
    """A text; `format` is one of a spec's, `long` asks for an area of several lines."""

    kind: ClassVar[str] = "text"
    format: str = ""
    long: bool = False
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        text = entry.get("text")
        if not isinstance(text, str):
            return visit.refuse(UNREADABLE)
        if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
            return self._formatted(text, visit)
        return visit.refuse("holds half a character")

    def _formatted(self, text: str, visit: Visit) -> Any:
        if self.format in ("", "password"):
            return text
        if not text.strip():
            return visit.refuse(REQUIRED) if self.face.required else UNSET
        try:
            return formatted(text, self.format, visit.zone)
        except WrongFormatError as error:
            return visit.refuse(str(error))

    def _entry(self, value: object, judge: Judge) -> Entry | None:  # noqa: ARG002
        return {"text": value} if isinstance(value, str) else None

    def _spec(self, limits: Limits) -> Entry:
        text = (self.default or {}).get("text", "")
        shown = self.pattern is not None and len(self.pattern) <= limits.hint
        return {
            "format": self.format,
            "long": self.long or (not self.face.secret and "\n" in text),
            **hints(min_length=self.min_length, max_length=self.max_length),
            **hints(pattern=self.pattern if shown else None),
        }


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of a number as JSON writes them, where they are short."""

    minimum: str | None = None
    maximum: str | None = None
    exclusive_minimum: str | None = None
    exclusive_maximum: str | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True)
class NumberField(Field):
    """A number, typed as text so that none of its digits is lost."""

    kind: ClassVar[str] = "number"
    bounds: Bounds = Bounds()

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        text = entry.get("text")
        if not isinstance(text, str):
            return visit.refuse(UNREADABLE)
        if not text.strip():
            return visit.refuse(REQUIRED) if self.face.required else UNSET
        try:
            return self._number(text)
        except NotANumberError as error:
            return visit.refuse(str(error))

    def _number(self, text: str) -> int | float:
        return number(text)

    def _entry(self, value: object, judge: Judge) -> Entry | None:  # noqa: ARG002
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        plain = self._plain(value)
        text = written(plain) if plain is not None else None
        return {"text": text} if text is not None else None

    def _plain(self, value: float) -> int | float | None:
        return value

    def _spec(self, limits: Limits) -> Entry:  # noqa: ARG002
        bounds = self.bounds
        return hints(
            minimum=bounds.minimum,
            maximum=bounds.maximum,
            exclusive_minimum=bounds.exclusive_minimum,
            exclusive_maximum=bounds.exclusive_maximum,
            step=bounds.step,
        )


@dataclass(frozen=True, slots=True)
class IntegerField(NumberField):
    """A whole number of any size."""

    kind: ClassVar[str] = "integer"

    def _number(self, text: str) -> int | float:
        return integer(text)

    def _plain(self, value: float) -> int | float | None:
        if isinstance(value, float):
            return int(value) if value.is_integer() else None
        return value


@dataclass(frozen=True, slots=True)
class BooleanField(Field):
    """Yes or no."""

    kind: ClassVar[str] = "boolean"

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        on = entry.get("on")
        return on if isinstance(on, bool) else visit.refuse(UNREADABLE)

    def _entry(self, value: object, judge: Judge) -> Entry | None:  # noqa: ARG002
        return {"on": value} if isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class NullField(Field):
    """Null, and nothing else."""

    kind: ClassVar[str] = "null"

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:  # noqa: ARG002
        return visit.refuse(UNREADABLE)

    def _entry(self, value: object, judge: Judge) -> Entry | None:  # noqa: ARG002
        return None


@dataclass(frozen=True, slots=True)
class JsonField(Field):
    """Any JSON value, as text: for what no other field holds."""

    kind: ClassVar[str] = "json"

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        text = entry.get("text")
        if not isinstance(text, str):
            return visit.refuse(UNREADABLE)
        if not text.strip():
            return visit.refuse(REQUIRED) if self.face.required else UNSET
        try:
            return read(text)
        except ValueError as error:
            return visit.refuse(f"is not JSON ({why_not_json(error)}); text goes in double quotes")

    def _entry(self, value: object, judge: Judge) -> Entry | None:  # noqa: ARG002
        small = not isinstance(value, list | dict) or not value
        text = written(value, indent=None if small else 2)
        return {"text": text} if text is not None and _holds(text, value) else None


def _holds(text: str, value: object) -> bool:
    try:
        return same(read(text), value)
    except ValueError:
        return False
