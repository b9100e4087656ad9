"""Read a docstring: what a function does, and what each parameter means.

Rules: Google, NumPy and Sphinx styles are told apart by `docstring_parser`; a
docstring it can't read is a description as it stands, never an error.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..text import block, one_line

if TYPE_CHECKING:
    from docstring_parser import Docstring

DESCRIPTION_LIMIT = 4_000
PARAMETER_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Doc:
    """The *description* without its parameter section, and the *parameters* by name."""

    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def read(docstring: str | None) -> Doc:
    """Return what *docstring* says."""
    text = inspect.cleandoc(docstring or "")
    if not text:
        return Doc()
    from docstring_parser import ParseError, parse

    try:
        parsed = parse(text)
    except ParseError:
        return Doc(block(text, DESCRIPTION_LIMIT))
    return Doc(block(_description(parsed), DESCRIPTION_LIMIT), dict(_parameters(parsed)))


def _description(parsed: Docstring) -> str:
    """Return summary and body, with what is returned and raised as a line each."""
    lines = [parsed.description or ""]
    if parsed.returns is not None and parsed.returns.description:
        lines.append(f"Returns: {one_line(parsed.returns.description, PARAMETER_LIMIT)}")
    lines += [
        f"Raises {raised.type_name}: {one_line(raised.description or '', PARAMETER_LIMIT)}"
        for raised in parsed.raises
        if raised.type_name
    ]
    return "\n\n".join(line for line in lines if line)


def _parameters(parsed: Docstring) -> Iterator[tuple[str, str]]:
    """Yield names and words; NumPy's `x, y : float` describes both."""
    for parameter in parsed.params:
        words = one_line(parameter.description or "", PARAMETER_LIMIT)
        for name in parameter.arg_name.split(","):
            if words:
                yield name.strip().lstrip("*"), words
