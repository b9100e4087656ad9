"""What a page is told of a tool: its names, its tags, the state of its form; every word cleaned."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

from ...text import block, one_line
from .source import Offer

NAME = 80
TITLE = 120
SUMMARY = 200
DESCRIPTION = 20_000
LISTED = 2_000

BUTTONS: list[dict[str, str]] = [
    {"name": "run", "label": "Run", "look": "primary"},
    {"name": "cancel", "label": "Cancel", "look": "plain", "when": "busy"},
    {"name": "reset", "label": "Reset", "look": "quiet", "act": "reset"},
    {"name": "copy", "label": "Copy as magic", "look": "quiet", "when": "always"},
]

_HINTS = (
    ("read_only_hint", "read-only", "plain", "it says that it changes nothing"),
    ("destructive_hint", "destructive", "danger", "it says that it may destroy something"),
    ("idempotent_hint", "idempotent", "plain", "it says that a second run with the same values changes nothing more"),
    ("open_world_hint", "open world", "plain", "it says that it reaches beyond its own server"),
)  # fmt: skip


def destructive(offer: Offer) -> bool:
    """Return whether the server says so itself; the specification's default alone would ask for nearly every tool."""
    return _hint(offer, "destructive_hint")


def tags(offer: Offer) -> list[dict[str, str]]:
    """Return what the server says of a tool's behaviour, as small words."""
    return [
        {"label": label, "look": look, "help": help_}
        for name, label, look, help_ in _HINTS
        if _hint(offer, name)
    ]


def title(offer: Offer) -> str:
    """Return the name for people, where there is one."""
    annotations = getattr(offer.declaration, "annotations", None)
    for said in (getattr(offer.declaration, "title", None), getattr(annotations, "title", None)):
        if isinstance(said, str) and (line := one_line(said, TITLE)):
            return line
    return ""


def form_state(server: str, offer: Offer, spec: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a tool's form."""
    name = one_line(offer.name, NAME)
    said = title(offer)
    return {
        "view": "form",
        "title": said or name,
        "subtitle": f"{server}.{name}",
        "message": described(offer),
        "tags": tags(offer),
        "spec": spec,
        "buttons": BUTTONS,
    }


def list_state(server: str, offers: Iterable[Offer]) -> dict[str, Any]:
    """Return the state of a server's list of tools."""
    return {"view": "tools", "title": server, "tools": [_summary(offer) for offer in offers][:LISTED]}


def described(offer: Offer) -> str:
    """Return the description without the indent of the docstring that it was."""
    return cleandoc(block(offer.description, DESCRIPTION)).strip()


def first_line(offer: Offer) -> str:
    """Return the first line of a description."""
    return one_line(offer.description.strip().partition("\n")[0], SUMMARY)


def _summary(offer: Offer) -> dict[str, Any]:
    return {
        "name": offer.name,
        "label": one_line(offer.name, NAME),
        "title": title(offer),
        "help": first_line(offer),
        "tags": tags(offer),
    }


def _hint(offer: Offer, name: str) -> bool:
    return getattr(getattr(offer.declaration, "annotations", None), name, None) is True
