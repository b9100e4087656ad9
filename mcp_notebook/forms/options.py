"""The fields of listed values: one of them, or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .field import UNREADABLE, Entry, Field, Judge, Limits, Visit, hints
from .values import same


@dataclass(frozen=True, slots=True)
class Option:
    """One listed value, and how it is called."""

    value: Any
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceField(Field):
    """One of several values."""

    kind: ClassVar[str] = "choice"
    options: tuple[Option, ...] = ()

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        index = entry.get("option")
        if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(self.options):
            return self.options[index].value
        return visit.refuse(UNREADABLE)

    def _entry(self, value: object, judge: Judge) -> Entry | None:  # noqa: ARG002
        index = index_of(value, self.options)
        return {"option": index} if index is not None else None

    def _spec(self, limits: Limits) -> Entry:
        return {"options": _drawn(self.options, limits)}


@dataclass(frozen=True, slots=True)
class ChoicesField(Field):
    """Any of several values, each at most once."""

    kind: ClassVar[str] = "choices"
    options: tuple[Option, ...] = ()
    min_items: int | None = None
    max_items: int | None = None

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        chosen = entry.get("options")
        if not isinstance(chosen, list):
            return visit.refuse(UNREADABLE)
        last = len(self.options)
        if not all(isinstance(i, int) and not isinstance(i, bool) and 0 <= i < last for i in chosen):
            return visit.refuse(UNREADABLE)
        return [self.options[index].value for index in chosen]

    def _entry(self, value: object, judge: Judge) -> Entry | None:  # noqa: ARG002
        if not isinstance(value, list):
            return None
        chosen = [index_of(one, self.options) for one in value[: len(self.options) + 1]]
        if None in chosen or len(set(chosen)) < len(value):  # a repeat is more than a checkbox can say
            return None
        return {"options": chosen}

    def _spec(self, limits: Limits) -> Entry:
        drawn = _drawn(self.options, limits)
        return {"options": drawn, **hints(min_items=self.min_items, max_items=self.max_items)}


def index_of(value: object, options: tuple[Option, ...]) -> int | None:
    """Return which of *options* is *value*."""
    return next((index for index, option in enumerate(options) if same(option.value, value)), None)


def _drawn(options: tuple[Option, ...], limits: Limits) -> list[Entry]:
    return [
        {
            "label": option.label[: limits.option],
            "help": option.help[: limits.option_help] if limits.option_help else "",
        }
        for option in options
    ]
