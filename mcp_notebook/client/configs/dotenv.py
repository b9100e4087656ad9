r"""The file of variables that an entry names with `envFile`, as VS Code and Cursor read it.

Rules, those of `src/vs/base/common/envfile.ts` of microsoft/vscode (Cursor
documents the field, not the format): one `NAME=value` or `NAME: value` a line,
`export` before it means nothing; what follows a `#` outside quotes is a comment;
quotes around a value are taken off, and only in double quotes `\n` and `\r` are
line ends. No variable in it is filled in.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from ...text import one_line
from .entry import Entry

LIMIT = 1 << 20
_QUOTED = "|".join(rf"{quote}(?:[^{quote}\\]|\\.|\\\Z)*+{quote}?" for quote in "\"'`")
_LINE = re.compile(rf"\s*+(?:export\s++)?(?P<name>[\w.-]++)\s*+[=:](?P<value>(?:{_QUOTED}|[^#\"'`])*+)")


def variables_of(entry: Entry, path: Path) -> dict[str, str]:
    """Return the variables in the file *path* that *entry* names; raises `ConnectError` where it cannot."""
    where = f"envFile {one_line(str(path), 300)!r}"
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise entry.error(f"{where} is not a file; give one with NAME=value lines")
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise entry.error(f"{where} cannot be read: {why.lower()}") from None
    if len(content) > LIMIT:
        raise entry.error(f"{where} has over {LIMIT >> 20} MiB; a file of variables is smaller")
    try:
        return parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise entry.error(f"{where} is not UTF-8 text; give one with NAME=value lines") from None


def parse(text: str) -> dict[str, str]:
    """Return the variables that *text* sets; lines that set none are skipped."""
    found: dict[str, str] = {}
    for line in re.split(r"\r\n|\r|\n", text):
        if (match := _LINE.match(line)) is not None:
            found[match["name"]] = _value(match["value"])
    return found


def _value(text: str) -> str:
    value = text.strip()
    if len(value) < len("''") or value[0] != value[-1] or value[0] not in "\"'`":
        return value
    inner = value[1:-1]
    return inner.replace(r"\n", "\n").replace(r"\r", "\r") if value[0] == '"' else inner
