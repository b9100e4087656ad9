"""Make a stranger's text safe to show.

Rules: a message is one line; ANSI sequences, control characters, bidi controls
and what is there but cannot be seen never pass; a letter carries at most `MARKS`
marks, so none reaches its neighbours; what is cut says so with an ellipsis.
Nothing here knows HTML: escaping belongs to whoever writes HTML.
"""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width

BAR_LIMIT = 200
HISTORY_LIMIT = 2_000
BLOCK_LIMIT = 100_000
MARKS = 4

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_].*?(?:\x1b\\|$)|[ -/]*[0-~])", re.DOTALL
)
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # as `str.splitlines` has it
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = (  # joiners of words, annotations, private use, tags
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ue000-\uf8ff\ufdd0-\ufdef"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
# C0 and C1 controls and lone surrogates; the two joiners stay where they join what is not ASCII.
_CONTROL = re.compile(
    f"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff{_UNSEEN}{_BIDI}]"
    "|(?<![^\x00-\x7f\u200c\u200d])[\u200c\u200d]"
)
# Letters and marks that show nothing, though `str.isprintable` has them as printable.
_FILLER = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U000e0100-\U000e01ef]")
_STACK = re.compile(rf"[^\w\s\x00-\x7f\u2010-\u20cf\u2100-\u2bff]{{{MARKS + 1},}}")  # marks are among these
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATE, _END = "\u2068", "\u2069"


def one_line(text: str, limit: int = BAR_LIMIT) -> str:
    """Return *text* as a single printable line of at most *limit* characters."""
    # A megabyte of message costs no more than the part of it that can be shown.
    head = text[: limit * 4]
    line = " ".join(_cleaned(head).split())
    return cut(line if len(text) <= len(head) else line + " …", limit)


def line_of(value: object, limit: int = BAR_LIMIT) -> str:
    """Return anything as one line of text; what cannot be shown says so."""
    if type(value) is str and len(value) <= limit and value.isascii() and value.isprintable():
        return value
    try:
        return one_line(str(value), limit)
    except Exception:  # whatever somebody's `__str__` does
        return f"({type(value).__name__} that cannot be shown)"


def block(text: str, limit: int = BLOCK_LIMIT) -> str:
    """Return *text* as printable lines (tabs and newlines stay) of at most *limit* characters."""
    head = text[: limit * 2]
    lines = _cleaned(_BREAK.sub("\n", head))
    return cut(lines if len(text) <= len(head) else lines + " …", limit)


def cut(text: str, limit: int) -> str:
    """Return *text*, its end replaced by an ellipsis where it is longer than *limit*."""
    if len(text) <= limit:
        return text
    if not _is_open(text[: limit - 1]):
        return text[: limit - 1].rstrip() + "…"
    kept = text[: limit - 2].rstrip()
    return f"{kept}…{_END}" if _is_open(kept) else f"{kept}…"


def isolated(line: str) -> str:
    """Return *line* so that right-to-left letters in it do not reorder what stands beside it."""
    return line if line.isascii() or not _RIGHT_TO_LEFT.search(line) else f"{_ISOLATE}{line}{_END}"


def fitted(line: str, columns: int) -> str:
    """Return *line* cut to the *columns* of a terminal, where some characters take two."""
    if line.isascii():
        return cut(line, columns)
    taken, kept = 0, 0
    for at, char in enumerate(line):
        taken += _columns(char)
        if taken > columns:
            return cut(f"{line} ", kept + 1)  # longer than its limit, also where the last one is too wide
        if taken < columns:
            kept = at + 1
    return line


def _is_open(text: str) -> bool:
    return text.rfind(_ISOLATE) > text.rfind(_END)


def _cleaned(text: str) -> str:
    if not text.isprintable():
        text = _CONTROL.sub("", _ANSI.sub("", text))
    return text if text.isascii() else _STACK.sub(_unstacked, _FILLER.sub("", text))


def _unstacked(run: re.Match[str]) -> str:
    """Return the characters of *run*, at most `MARKS` marks on each."""
    kept, marks = "", 0
    for char in run.group():
        marks = marks + 1 if category(char).startswith("M") else 0
        kept += char if marks <= MARKS else ""
    return kept


def _columns(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
