"""The grammar of a magic's line: where words end, and what quotes hide.

Rules: whitespace ends a word outside shell quotes ('…', "…", backslash) and
outside balanced {…} and […]. Inside brackets quotes are those of JSON and
Python, kept as written. `{{` and `}}` are a brace of text, not a bracket. What
is opened and never closed is an `ArgumentError` with its column.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import ArgumentError
from ..text import one_line

LITERAL, QUOTED, BARE = "'", '"', "."
_CLOSING = {"[": "]", "{": "}"}
_ESCAPED_IN_QUOTES = '"\\$`\n'


def split_words(line: str) -> list[str]:
    """Return the raw words of *line*, quotes kept."""
    words: list[str] = []
    start: int | None = None
    at = 0
    while at < len(line):
        if line[at].isspace():
            if start is not None:
                words.append(line[start:at])
            start = None
            at += 1
        else:
            start = at if start is None else start
            at = atom_end(line, at)
    if start is not None:
        words.append(line[start:])
    return words


def unquote(word: str) -> str:
    """Return *word* without its shell quotes; nothing is expanded."""
    return "".join(text for text, _ in _unquoted(word, brackets=False))


def shell(raw: str) -> tuple[str, str]:
    """Return *raw* without its quotes, and one mark per character.

    Marks: LITERAL never expands, QUOTED expands inside text, BARE may be a
    Python object if it stands alone. Brackets keep what is in them as written.
    """
    pieces = list(_unquoted(raw, brackets=True))
    return "".join(text for text, _ in pieces), "".join(marks for _, marks in pieces)


def split_key(word: str) -> tuple[str, str, bool] | None:
    """Return the name, the raw value and whether it is `:=` JSON; None where there is no `=`."""
    at = 0
    while at < len(word) and word[at] != "=":
        at = atom_end(word, at) if word[at] in "'\"\\" else at + 1
    if at >= len(word):
        return None
    as_json = at > 0 and word[at - 1] == ":"
    return unquote(word[: at - as_json]), word[at + 1 :], as_json


def atom_end(text: str, at: int) -> int:
    """Return the index after the quote, bracket, escape or plain character at *at*."""
    char = text[at]
    if char == "\\":
        if at + 1 == len(text):
            raise ArgumentError(
                f"nothing follows the backslash at {_place(text, at)}; write \\\\ for a backslash"
            )
        return at + 2
    if char in "'\"":
        return _quote_end(text, at, escapes=char == '"')
    if text.startswith(("{{", "}}"), at):
        return at + 2
    if char in _CLOSING:
        return bracket_end(text, at)
    if char in _CLOSING.values():
        raise ArgumentError(f"nothing opens the {char} at {_place(text, at)}; {_cure(char)}")
    return at + 1


def bracket_end(text: str, at: int) -> int:
    """Return the index after the bracket that closes the one at *at*."""
    opened = [at]
    here = at + 1
    while here < len(text):
        char = text[here]
        if char in "'\"":
            here = _quote_end(text, here, escapes=True)
            continue
        if char == "\\":
            here += 1
        elif char in _CLOSING:
            opened.append(here)
        elif char in _CLOSING.values():
            if char != _CLOSING[text[opened[-1]]]:
                break
            opened.pop()
            if not opened:
                return here + 1
        here += 1
    char = text[opened[-1]]
    raise ArgumentError(f"the {char} at {_place(text, opened[-1])} is never closed; {_cure(char)}")


def _quote_end(text: str, at: int, *, escapes: bool) -> int:
    here = at + 1
    while here < len(text) and text[here] != text[at]:
        here += 2 if escapes and text[here] == "\\" else 1
    if here < len(text):
        return here + 1
    raise ArgumentError(
        f"the quote {text[at]} at {_place(text, at)} is never closed; "
        f"close it, or quote the text, or write \\{text[at]} for the character"
    )


def _unquoted(raw: str, *, brackets: bool) -> Iterator[tuple[str, str]]:
    """Yield the text of each atom of *raw* with the marks of its characters."""
    at = 0
    while at < len(raw):
        char = raw[at]
        end = atom_end(raw, at) if brackets or char in "'\"\\" else at + 1
        atom = raw[at:end]
        if char == "\\":
            yield atom[1:], LITERAL
        elif char == "'":
            yield atom[1:-1], LITERAL * (len(atom) - 2)
        elif char == '"':
            yield from _double_quoted(atom[1:-1])
        elif char == "[":
            yield atom, _marks_in_list(atom)
        else:
            yield atom, BARE * len(atom)
        at = end


def _double_quoted(inner: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(inner):
        escaped = inner[at] == "\\" and inner[at + 1 : at + 2] in tuple(_ESCAPED_IN_QUOTES)
        at += escaped
        if not (escaped and inner[at] == "\n"):
            yield inner[at], LITERAL if escaped and inner[at] == "$" else QUOTED
        at += 1


def _marks_in_list(atom: str) -> str:
    """Mark what single quotes hide inside a […] that stays as written."""
    marks = ""
    at = 0
    while at < len(atom):
        end = _quote_end(atom, at, escapes=True) if atom[at] in "'\"" else at + 1
        marks += (LITERAL if atom[at] == "'" else BARE) * (end - at)
        at = end
    return marks


def _place(text: str, at: int) -> str:
    return f"column {at + 1} ({one_line(text[at : at + 20])})"


def _cure(char: str) -> str:
    doubled = f", or write {char * 2} for the character" if char in "{}" else ""
    return f"balance it, or put the text in single quotes{doubled}"
