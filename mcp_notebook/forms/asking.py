"""One line of text → the entry of a field, and the words that ask for that line.

Rules: a listed value is taken by its name or its number, names first; `null` is
null where that is allowed; the words that mean something here (`-`, `null`, nothing)
are texts when they stand in double quotes.
"""

from __future__ import annotations

from typing import Final

from ..arguments.json_text import short_json
from ..text import block, cut, one_line
from .field import UNSET, Entry, Field, Visit
from .options import ChoiceField, ChoicesField, Option
from .scalars import BooleanField, JsonField, NumberField, TextField

LINES: Final = (TextField, NumberField, JsonField, BooleanField, ChoiceField, ChoicesField)
"""the fields that one line answers"""

_YES = {"y": True, "yes": True, "true": True, "on": True, "1": True}
_NO = {"n": False, "no": False, "false": False, "off": False, "0": False}
_ANSWERS = _YES | _NO
_QUOTED = {'""': "", '"-"': "-", '"null"': "null"}
_FORMATS = {
    "date": "date, YYYY-MM-DD",
    "time": "time, HH:MM:SS",
    "date-time": "date and time, YYYY-MM-DDTHH:MM",
    "email": "e-mail address",
    "uri": "address",
    "password": "text, hidden",
}
_SHOWN = 60
_OPTIONS = 300


class RefusedError(ValueError):
    """The line is no answer; the message says why."""


def entry_of(one: Field, text: str) -> Entry:
    """Return the entry that *text* makes of a field of `LINES`; raises `RefusedError`."""
    bare = text.strip()
    if one.face.nullable and bare == "null":
        return {"null": True}
    if isinstance(one, BooleanField):
        return {"on": yes_or_no(text)}
    if isinstance(one, ChoiceField):
        return {"option": option_of(text, [option.label for option in one.options])}
    if isinstance(one, ChoicesField):
        return {"options": _several(bare, one.options)}
    return {"text": _QUOTED.get(bare, text) if isinstance(one, TextField) else text}


def yes_or_no(text: str) -> bool:
    """Return what y or n says; raises `RefusedError`."""
    answer = _ANSWERS.get(text.strip().lower())
    if answer is None:
        raise RefusedError("answer y or n")
    return answer


def option_of(text: str, labels: list[str]) -> int:
    """Return the index of the option that *text* names or numbers; raises `RefusedError`."""
    bare = text.strip()
    if bare in labels:
        return labels.index(bare)
    alike = [index for index, label in enumerate(labels) if label.lower() == bare.lower()]
    if len(alike) == 1:
        return alike[0]
    if (
        bare.isascii()
        and bare.isdigit()
        and len(bare) < len(str(_OPTIONS)) + 1
        and 0 < int(bare) <= len(labels)
    ):
        return int(bare) - 1
    raise RefusedError(f"answer a number from 1 to {len(labels)}, or a name of the list")


def hint_of(one: Field, unset: str = "optional") -> str:
    """Return what a field takes, in a few words, and what nothing means: `integer, 1 to 16, optional`."""
    words = [_kind(one)]
    words += _bounds(one) if isinstance(one, NumberField) else []
    if isinstance(one, TextField):
        words += _between(one.min_length, one.max_length, "characters")
    words += ["or null"] if one.face.nullable else []
    words += [unset] if not one.face.required and one.default is None else []
    return ", ".join(words)


def default_of(one: Field) -> str:
    """Return the entry a field begins with, as one would write it: ` [4]`, or nothing."""
    if one.default is None:
        return ""
    if one.face.secret:
        return " [•••]"
    value = one.read(one.default, Visit())
    if isinstance(one, ChoiceField) and (index := one.default.get("option")) is not None:
        shown = one.options[index].label
    elif isinstance(value, bool):
        shown = "y" if value else "n"
    else:
        shown = one_line(value, _SHOWN) if isinstance(value, str) else short_json(value)
    if value is UNSET:
        return ""
    return f" {shown}" if shown.startswith("[") and not isinstance(value, str) else f" [{shown}]"


def notes_of(one: Field, why: str) -> str:
    """Return what to print before a field is asked: why again, else what it means; and its options."""
    lines = [why] if why else [block(one.face.help, 1_000)] if one.face.help else []
    options = one.options if isinstance(one, ChoiceField | ChoicesField) else ()
    return "\n".join([*lines, *numbered([(option.label, option.help) for option in options])])


def numbered(options: list[tuple[str, str]]) -> list[str]:
    """Return one line for each option, numbered from 1."""
    width = len(str(len(options)))
    return [
        f"  {number:>{width}}  {cut(label, 100)}{f' · {told}' if told else ''}"
        for number, (label, told) in enumerate(options, 1)
    ]


def _several(bare: str, options: tuple[Option, ...]) -> list[int]:
    labels = [option.label for option in options]
    if bare in labels:
        return [labels.index(bare)]
    words = [word for word in bare.removeprefix("[").removesuffix("]").split(",") if word.strip()]
    return list(dict.fromkeys(option_of(word, labels) for word in words))


def _kind(one: Field) -> str:
    if isinstance(one, TextField):
        return _FORMATS.get(one.format, "text")
    if isinstance(one, ChoiceField):
        return f"1 to {len(one.options)}"
    if isinstance(one, ChoicesField):
        return f"any of 1 to {len(one.options)}, commas between"
    return {"boolean": "y/n", "json": "JSON"}.get(one.kind, one.kind)


def _bounds(one: NumberField) -> list[str]:
    bounds = one.bounds
    words = [f"above {bounds.exclusive_minimum}"] if bounds.exclusive_minimum is not None else []
    words += _between(bounds.minimum, bounds.maximum, "")
    words += [f"below {bounds.exclusive_maximum}"] if bounds.exclusive_maximum is not None else []
    return words + ([f"multiple of {bounds.step}"] if bounds.step is not None else [])


def _between(low: object, high: object, unit: str) -> list[str]:
    unit = f" {unit}" if unit else ""
    if low is not None and high is not None:
        return [f"{low} to {high}{unit}"]
    words = [f"at least {low}{unit}"] if low is not None else []
    return words + ([f"at most {high}{unit}"] if high is not None else [])
