"""Which words of a command line, a URL or a header give something away, and the same words without it.

Rules: better too much hidden than too little. Hidden are the values of options
and variables whose names say so, user names, passwords, queries and fragments
of URLs, headers, and what looks like a token wherever it stands: a known
prefix, a UUID, or a long run of mixed letters and digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MASK = "•••"
_SHOWN = """
APPDATA CI COLUMNS DEBUG FASTMCP_LOG_LEVEL FORCE_COLOR HOME HOST HOSTNAME LANG LANGUAGE LC_ALL LC_CTYPE
LINES LOCALAPPDATA LOG_LEVEL LOGLEVEL LOGNAME MCP_LOG_LEVEL NODE_ENV NO_COLOR PATH PORT PWD
PYTHONIOENCODING PYTHONPATH PYTHONUNBUFFERED PYTHONUTF8 RUST_LOG SHELL TEMP TERM TMP TMPDIR TZ USER
USERNAME USERPROFILE VIRTUAL_ENV
"""
HARMLESS = frozenset(_SHOWN.split())
"""environment variables that every program shows"""
HARMLESS_HEADERS = frozenset(
    {"accept", "accept-language", "content-type", "mcp-protocol-version", "user-agent"}
)
_HEADER_OPTIONS = ("-H", "--header", "--headers")
_VARIABLE_OPTIONS = ("-e", "--env")
_NAME = (
    r"(?:[\w.-]*(?:token|secret|passw|passphrase|pwd|api[-_]?key|[-_]key\b|credential|bearer|cookie|session"
    r"|signature|auth(?!or(?!iz)))[\w.-]*+|key|pat|password)"
)
_OPTION = re.compile(rf"--?{_NAME}", re.IGNORECASE)
_PLAIN_OPTION = re.compile(r"--?[A-Za-z]+(?:-[a-z]+)*")
_VALUE = r"(?:\"[^\"]*+\"?|'[^']*+'?|\S++)"
_ASSIGNED = re.compile(
    rf"(?P<name>(?<![\w.-])(?:--?{_NAME}\s+|(?:--?)?{_NAME}[\"']?\s*[=:]\s*))"
    rf"(?P<scheme>(?:Bearer|Basic|Token)\s+)?{_VALUE}",
    re.IGNORECASE,
)
_BEARER = re.compile(rf"\b(?P<scheme>Bearer|Basic)\s+{_VALUE}", re.IGNORECASE)
_URL = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<rest>\S+)", re.IGNORECASE)
_WHOLE_URL = re.compile(_URL.pattern.replace(r"\S+", r".+"), re.IGNORECASE | re.DOTALL)
_ANY = re.compile(r"(?P<scheme>)(?P<rest>.+)", re.DOTALL)
_HOST = re.compile(r"(?:\[[^\]]*\]|[^:]*)(?P<port>:(?:\d*|\$\{?\w+\}?))?")
_PREFIXES = (
    "sk|pk|rk|gh[pousr]|github_pat|glpat|xox[a-z]|xapp|hf|npm|pypi|ntn|lin_api|ya29|AKIA|ASIA|AIza|eyJ|secret"
)
_TOKEN = re.compile(
    rf"(?:(?<![A-Za-z0-9])(?:{_PREFIXES})[-_.]?(?=[\w.-]{{0,60}}\d)[\w.-]{{8,}}|(?<![\w-])(?:"
    r"[A-Za-z0-9+/]{16,}={1,2}"  # Base64 with its end
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # UUID
    r"|(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{20,}"
    r"|(?=[a-z]*\d|\d+[a-z])[a-z0-9]{24,}|(?=[A-Z]*\d|\d+[A-Z])[A-Z0-9]{20,}"
    r"|(?=[\w-]*\d)[A-Za-z0-9_-]{40,}))(?![A-Za-z0-9])"
)


def words(args: Sequence[str]) -> Iterator[str]:
    """Return the words of a command line without its secrets."""
    before = ""
    for word in args:
        yield _after(before, word)
        before = word


def text(line: str) -> str:
    """Return *line* without what gives something away."""
    line = (_URL if _WHOLE_URL.match(line) is None else _WHOLE_URL).sub(_bare, line)
    line = _ASSIGNED.sub(lambda found: f"{found['name']}{found['scheme'] or ''}{MASK}", line)
    line = _BEARER.sub(lambda found: f"{found['scheme']} {MASK}", line)
    return _TOKEN.sub(MASK, line)


def address(line: str) -> str:
    """Return the URL *line* without its secrets; its scheme may still be a variable."""
    return text(line if "://" in line else _ANY.sub(_bare, line))


def header(name: str, value: str) -> str:
    """Return the *value* of the header *name*, if it is one that everybody sends."""
    return text(value) if name.strip().lower() in HARMLESS_HEADERS else MASK


def variable(name: str, value: str) -> str:
    """Return the *value* of the environment variable *name*, if it is one that every program shows."""
    return text(value) if name.upper() in HARMLESS else MASK


def _after(before: str, word: str) -> str:
    """Return *word* as it may be shown where it follows the word *before*."""
    if before in _HEADER_OPTIONS:
        name, colon, value = word.partition(":")
        return f"{name}: {header(name, value.strip())}" if colon else MASK
    if before in _VARIABLE_OPTIONS and "=" in word:
        name, _, value = word.partition("=")
        return f"{name}={variable(name, value)}"
    option, equals, value = word.partition("=")
    if equals and option in (*_HEADER_OPTIONS, *_VARIABLE_OPTIONS):
        return f"{option}={_after(option, value)}"
    if equals and _OPTION.fullmatch(option):
        return f"{option}={MASK}"
    if _OPTION.fullmatch(before) and not _PLAIN_OPTION.fullmatch(word):
        return MASK
    return text(word)


def _bare(found: re.Match[str]) -> str:
    """Return a URL without its user, query and fragment."""
    scheme, rest = found["scheme"], found["rest"]
    end = re.search(r"[/?#]", rest)
    authority, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    _, at, host = authority.rpartition("@")
    port = _HOST.fullmatch(host)
    if port is None or (port["port"] and re.search(r"[^/]@", tail)):  # a password with a slash in it
        _, at, after = rest.rpartition("@")
        host, slash, tail = after.partition("/") if at else (MASK, "", "")
        tail = slash + tail
    path, query, _ = tail.partition("?") if "?" in tail else tail.partition("#")
    return f"{scheme}{f'{MASK}@' if at else ''}{host}{path.partition('#')[0]}{query and query + MASK}"
