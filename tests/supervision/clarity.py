"""What the tests ask of an error's words."""

from __future__ import annotations

import re
from collections.abc import Callable

from mcp_notebook import ConnectionLostError

CRYPTIC = re.compile(
    r"\b\w*(Read|Write|Protocol|Stream|Resource|Validation)Error\b|pydantic|JSONRPC|input_type|TaskGroup"
)
"""what a person cannot be expected to read"""


def is_clear(error: BaseException, names: str = "") -> bool:
    """Return whether *error* is one readable line in which *names* stands."""
    words = str(error)
    assert "\n" not in words, words
    assert 0 < len(words) < 500, words
    assert names in words, words
    assert not CRYPTIC.search(words), words
    return True


def fine_or_lost(wait: Callable[[], object], tool: str) -> str:
    """Return `fine` or `lost`: what *wait* gave is the right result, or it says clearly that it was lost."""
    try:
        result = wait()
    except ConnectionLostError as error:
        lost = error
    else:
        assert result.text == "fine"
        return "fine"
    assert is_clear(lost, tool)
    return "lost"
