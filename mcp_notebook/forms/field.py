"""What all fields of a form share: a face to draw, an entry to read, a value to write.

Rules: a field is frozen. `read` turns what a person entered into a value and
never raises: what is wrong becomes a fault beside the field. `entry` is its
inverse, and returns None for a value that the field cannot hold exactly.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from ..arguments.judge import allowance, fits
from ..arguments.schemas import Schema
from ..text import cut
from .values import read

Entry = dict[str, Any]
Path = tuple[str | int, ...]

UNREADABLE: Final = "cannot be read; enter it again"
REQUIRED: Final = "is required"


class Unset:
    """The one value of what is not given: it is not sent."""


UNSET: Final = Unset()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field. `path` () is the whole form; `message` follows the field's name."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How many characters of a stranger's text a spec holds."""

    label: int = 80
    help: int = 2_000
    option: int = 100
    option_help: int = 200
    hint: int = 200
    entries: bool = True
    """whether the entries that fields begin with are held"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """How a field is called and what may be said in it; `schema` is the part that judges it."""

    name: str = ""
    label: str = ""
    help: str = ""
    required: bool = True
    nullable: bool = False
    secret: bool = False
    schema: Schema = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """One reading of a form: where it is, and what it found so far (shared by all its steps)."""

    path: Path = ()
    faults: list[Fault] = field(default_factory=list)
    chosen: list[tuple[Path, object, Schema]] = field(default_factory=list)
    """which alternative was taken where, and the value it gave"""
    zone: dt.tzinfo | None = None

    def at(self, step: str | int) -> Visit:
        """Return the visit one step further in."""
        return Visit((*self.path, step), self.faults, self.chosen, self.zone)

    def refuse(self, message: str) -> None:
        """Note a fault here; the value stays open (None)."""
        self.faults.append(Fault(self.path, message))


@dataclass(frozen=True, slots=True)
class Judge:
    """The whole schema as the judge of parts, with one allowance of steps for all of them."""

    root: Schema
    steps: list[int] = field(default_factory=allowance)

    def fits(self, value: object, part: Schema) -> bool:
        """Return whether *value* is what *part* says, True where that is too costly to tell."""
        return fits(value, part, self.root, steps=self.steps)


@dataclass(frozen=True, slots=True)
class Field(ABC):
    """One field: `default` is the entry it begins with, None where it begins unset."""

    face: Face
    default: Entry | None = field(default=None, kw_only=True)
    kind: ClassVar[str]

    def read(self, entry: object, visit: Visit) -> Any:
        """Return the value of *entry*, `UNSET`, or None with a fault noted in *visit*."""
        if not isinstance(entry, Mapping):
            return visit.refuse(UNREADABLE)
        if entry.get("null") is True:
            return None
        if isinstance(text := entry.get("json"), str):  # a value that the field itself cannot hold
            try:
                return read(text)
            except ValueError:
                return visit.refuse(UNREADABLE)
        return self._read(entry, visit)

    def entry(self, value: object, judge: Judge) -> Entry | None:
        """Return the entry that reads as *value*, None where this field cannot hold it."""
        if value is None and (self.face.nullable or self.kind == "null"):
            return {"null": True}
        return self._entry(value, judge)

    def spec(self, limits: Limits) -> Entry:
        """Return what a front end draws, as JSON."""
        face = self.face
        drawn: Entry = {
            "kind": self.kind,
            "name": face.name,
            "label": cut(face.label, limits.label),
            "help": cut(face.help, limits.help) if limits.help else "",
            "required": face.required,
            "nullable": face.nullable,
            "secret": face.secret,
        }
        if self.default is not None and limits.entries:
            drawn["entry"] = self.default
        return drawn | self._spec(limits)

    @property
    def inner(self) -> tuple[Field, ...]:
        """The fields inside this one."""
        return ()

    @property
    def count(self) -> int:
        """How many fields this is, itself included."""
        return 1 + sum(one.count for one in self.inner)

    def at(self, step: str | int) -> Field | None:  # noqa: ARG002
        """Return the field that *step* of a fault's path leads to."""
        return None

    @abstractmethod
    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any: ...

    @abstractmethod
    def _entry(self, value: object, judge: Judge) -> Entry | None: ...

    def _spec(self, limits: Limits) -> Entry:  # noqa: ARG002
        return {}


def hints(**given: object) -> Entry:
    """Return what of *given* is known."""
    return {name: value for name, value in given.items() if value is not None}
