"""A form where nobody can fill it in, and below it where it was saved: the arguments as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...arguments import parameters, row
from ...errors import MCPNotebookError
from ...forms import magic_line
from ...results import Table
from ...results.bundle import Bundle
from ...results.html import ERROR, Html, join, muted, tag
from ...results.table import html as table_html
from ...text import block, cut, one_line
from . import words
from .source import Offer

EMPTY = Bundle("", Html())
"""holds a place for what comes later"""

ARGUMENTS = 300


def form(server: str, offer: Offer, cure: str = "", prefill: Mapping[str, object] | None = None) -> Bundle:
    """Return one tool: what it does, its arguments, the line that calls it; *cure* says how to get the form.

    *prefill* are arguments that stand in the line, without secrets.
    """
    schema = offer.input_schema
    known = list(parameters(schema).items())[:ARGUMENTS]
    rows = tuple(
        (row(name, p.schema, schema, p.required), one_line(p.description, words.SUMMARY)) for name, p in known
    )
    table = Table(("argument", ""), rows, empty="no arguments", code=frozenset({0}))
    given = prefill or {}
    wanted = " ".join(f"{one_line(n, words.NAME)}=…" for n, p in known if p.required and n not in given)
    name = f"{server}.{one_line(offer.name, words.NAME)}"
    line = f"%mcp_call {name} {wanted}".strip()
    if given:
        called = magic_line(server, offer.name, given, schema=schema)
        line = block(called if called.startswith("%%") else f"{called} {wanted}".strip(), 4_000)
    return _page(name, cut(words.described(offer), 2_000), table, f"{line}{cure and f'   ({cure})'}")


def server(name: str, offers: Iterable[Offer], cure: str = "") -> Bundle:
    """Return a server's tools, and how to get the form of one."""
    rows = tuple((one_line(offer.name, words.NAME), words.first_line(offer)) for offer in offers)
    table = Table(("tool", ""), rows, empty="no tools", code=frozenset({0}))
    return _page(name, "", table, f"%mcp_form {name}.TOOL{cure and f'   ({cure})'}")


def failure(error: BaseException) -> Bundle:
    """Return an error as it reads beside a form: its words, no traceback."""
    kind, said = type(error).__name__, block(str(error), 4_000)
    if not isinstance(error, MCPNotebookError):
        said = f"{kind}: {said}"
    shown = tag("span", said, style="white-space:pre-wrap")
    return Bundle(
        f"{kind}: {said.removeprefix(f'{kind}: ')}",
        tag("div", tag("b", "error ", style=ERROR), shown, role="alert"),
    )


def _page(name: str, said: str, table: Table, line: str) -> Bundle:
    plain = "\n\n".join(part for part in (f"{name}\n{said}".strip(), repr(table), line) if part)
    html = join([
        tag("div", tag("b", tag("bdi", name))),
        tag("div", said, style="white-space:pre-wrap") if said else Html(),
        table_html(table),
        tag("div", muted(line), style="white-space:pre-wrap"),
    ])  # fmt: skip
    return Bundle(plain, html)
