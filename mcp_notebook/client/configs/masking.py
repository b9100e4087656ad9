"""An entry for people: a row of a table, or one line; without secrets, and safe to print.

Rules: a text is cleaned first, then its secrets are taken out, then it is cut,
so that neither an unseen character nor the cut hides a token from us. Values of
variables and headers are never shown, but for a few that every program shows.
What `resolve` filled in is not shown wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...text import cut, one_line
from .entry import Entry
from .hiding import MASK, address, header, variable, words

LIMIT = 200
"""characters of one column"""
_READ = 1_000
"""characters of one text that are looked at"""
_WORDS = 40
"""words, variables or headers of one entry that are looked at"""
_SHORT = 3
"""characters up to which a filled-in value is too common to be looked for"""


def shown(entry: Entry, limit: int = LIMIT) -> dict[str, str]:
    """Return *entry* as the columns of a table: texts of one line, at most *limit* characters each.

    The columns are name, client, kind, where (command line or URL), env, headers, state and file.
    """
    return {
        "name": one_line(entry.name, 60),
        "client": entry.client,
        "kind": entry.kind,
        "where": cut(_where(entry), limit),
        "env": cut(_pairs(entry.env, "=", variable, entry.env_keys), limit),
        "headers": cut(_pairs(entry.headers, ": ", header), limit),
        "state": cut(_state(entry), limit),
        "file": one_line(str(entry.path), limit),
    }


def line(entry: Entry, limit: int = LIMIT) -> str:
    """Return *entry* as one line of at most *limit* characters."""
    row = shown(entry, limit)
    state = f" ({row['state']})" if row["state"] else ""
    return cut(f"{row['name']} [{row['client']}, {row['kind']}] {row['where']}{state}", limit)


def _where(entry: Entry) -> str:
    if entry.url and (entry.kind != "stdio" or not entry.command):
        return address(_clean(entry, entry.url))
    found = [_clean(entry, word) for word in (entry.command, *entry.args[:_WORDS]) if word]
    return " ".join([*words(found), *(["…"] if len(entry.args) > _WORDS else [])])


def _pairs(
    pairs: Mapping[str, str], sign: str, value_of: Callable[[str, str], str], kept: tuple[str, ...] = ()
) -> str:
    found = [(one_line(name, 60), one_line(value, _READ)) for name, value in [*pairs.items()][:_WORDS]]
    found += [(one_line(name, 60), "") for name in kept[:_WORDS]]
    return ", ".join(f"{name}{sign}{value_of(name, value)}" for name, value in found)


def _state(entry: Entry) -> str:
    off = ["disabled"] if entry.disabled else []
    project = [f"only in {entry.project}"] if entry.project else []
    return one_line("; ".join([*entry.problems, *off, *project, *entry.notes]), _READ)


def _clean(entry: Entry, word: str) -> str:
    """Return *word* as one line, with what was filled in taken out."""
    for secret in sorted(entry.secrets, key=len, reverse=True):
        if len(secret) > _SHORT or secret == word:
            word = word.replace(secret, MASK)
    return one_line(word, _READ)
