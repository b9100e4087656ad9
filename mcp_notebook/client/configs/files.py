"""A file of settings, read with suspicion: JSON with comments, or YAML, as one table of values.

Rules:

- Only regular files of a bounded size are read, so that neither a pipe nor a
  disk image holds the kernel. A file without a word is an empty table.
- JSON may have comments and trailing commas, as VS Code allows and Gemini CLI in
  part; they are blanked in place, so that an error names the true line.
- YAML values stay the text that they were written as. There are no merge keys and
  no tags: neither Goose's reader nor ours needs them, and they can be abused.
- An error never quotes the file: what is next to a mistake may be a password.
"""

from __future__ import annotations

import json
import re
import stat
from collections import Counter
from pathlib import Path
from typing import Any

from ...errors import ConnectError

LIMIT = 32 << 20
"""bytes; Claude Code keeps a history beside its servers, which grows"""
YAML_LIMIT = 512 << 10
"""characters; this parser is slow"""
DEEP = 50
"""brackets in brackets, in YAML"""
_BLANK = re.compile(r'("(?:[^"\\\n]++|\\.)*+"?)|//[^\n]*+|/\*.*?(?:\*/|\Z)', re.DOTALL)
_COMMA = re.compile(r'("(?:[^"\\\n]++|\\.)*+"?)|,(?=\s*+[}\]])', re.DOTALL)
_OPENS = re.compile(r"\s*+[{\[]")


class Table(dict[str, Any]):
    """An object of the file, which knows the names that it was given more than once."""

    twice: tuple[str, ...] = ()


def document(path: Path) -> Table:
    """Return what *path* says.

    Raises `ConnectError` where it is not to be read, too large, not text, or neither JSON nor YAML
    with named values.
    """
    try:
        text = _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConnectError(f"{_name(path)} is not UTF-8 text; is it a client's configuration?") from None
    if not text.strip():
        return Table()
    plain = _BLANK.sub(_blanked, text)
    is_json = path.suffix not in (".yaml", ".yml") and bool(_OPENS.match(plain) or path.suffix == ".json")
    value = _json(text, plain, path) if is_json else _yaml(text, path)
    if not isinstance(value, dict):
        raise ConnectError(
            f"{_name(path)} holds {kind_of(value)} where a client's settings are an object, "
            'such as {"mcpServers": {…}}'
        )
    return value if isinstance(value, Table) else Table(value)


def kind_of(value: object) -> str:
    """Return in words what sort of value *value* is; never the value."""
    for kind, words in _KINDS:
        if isinstance(value, kind):
            return words
    return "nothing"


_KINDS: tuple[tuple[type, str], ...] = (
    (str, "a text"),
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (dict, "an object"),
    (list, "a list"),
)


def _bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ConnectError(f"{_name(path)} is a folder; give the file in it")
        if not stat.S_ISREG(status.st_mode):
            raise ConnectError(f"{_name(path)} is not a file of text; give a client's configuration")
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise ConnectError(f"there is no file {_name(path)}; is the path right?") from None
    except PermissionError:
        raise ConnectError(f"{_name(path)} may not be read; whose is it?") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ConnectError(f"{_name(path)} cannot be read: {why}") from None
    if len(content) > LIMIT:
        raise ConnectError(f"{_name(path)} has over {LIMIT >> 20} MiB; a client's configuration is smaller")
    return content


def _json(text: str, plain: str, path: Path) -> Any:
    try:
        try:
            return json.loads(text, object_pairs_hook=_table)
        except ValueError:
            return json.loads(_COMMA.sub(_blanked, plain), object_pairs_hook=_table)
    except json.JSONDecodeError as error:
        raise ConnectError(
            f"{_name(path)} is not JSON: {error.msg.lower()}, line {error.lineno}, column {error.colno}"
        ) from None
    except (ValueError, RecursionError):
        raise _too_much(path) from None


def _table(pairs: list[tuple[str, Any]]) -> Table:
    table = Table(pairs)
    if len(table) < len(pairs):
        table.twice = tuple(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    return table


def _yaml(text: str, path: Path) -> Any:
    import yaml

    if len(text) > YAML_LIMIT:
        raise ConnectError(f"{_name(path)} has over {YAML_LIMIT >> 10} KiB of YAML; a client's has less")
    try:
        return yaml.load(text, _loader())  # noqa: S506 - makes text, lists and objects, nothing else
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise ConnectError(f"{_name(path)} is not YAML{where}; is it a client's configuration?") from None
    except (yaml.YAMLError, TypeError):
        raise ConnectError(f"{_name(path)} is not YAML; is it a client's configuration?") from None
    except (ValueError, RecursionError):
        raise _too_much(path) from None


def _loader() -> type[Any]:
    from yaml import BaseLoader

    class Shallow(BaseLoader):
        """Stops early at brackets in brackets: the scanner's work grows with the square of them."""

        def fetch_flow_collection_start(self, *token: Any) -> None:
            if self.flow_level > DEEP:
                raise RecursionError
            super().fetch_flow_collection_start(*token)

    return Shallow


def _too_much(path: Path) -> ConnectError:
    return ConnectError(
        f"{_name(path)} is nested too deeply, or has a number too long; no client writes that"
    )


def _blanked(found: re.Match[str]) -> str:
    """Return a comment or a comma as blanks, a string as it is."""
    return found[1] if found[1] is not None else re.sub(r"[^\n]", " ", found[0])


def _name(path: Path) -> str:
    from ...text import one_line

    return repr(one_line(str(path), 300))
