"""A history as a table; in a notebook with the messages of each record below, folded.

A picture of a notebook is dead: nothing of it can be pointed at once it is saved. So the messages,
which a timeline has no room for, stand here, where they work without a kernel, too.
Rules: at most `SHOWN` records, the newest; the same of their messages; what is left out is counted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice

from ..progress import Event, Progress
from ..progress.state import quotient
from ..progress.words import SEPARATOR, count, duration, percentage
from ..results import Table
from ..results.html import Html, details, join, muted, pre, root, tag
from ..results.table import html as table_html
from ..results.words import counted, more
from ..text import isolated, one_line
from . import words
from .record import Record

SHOWN = 100
TOLD = 40
"""records whose messages are told"""
HEAD, TAIL = 12, 28
"""messages of one record, from its beginning and from its end"""
MESSAGE = 120
EMPTY = "nothing was called or tracked yet; try %mcp_call, or for x in track(range(100)): ..."
COLUMNS = ("id", "when", "what", "status", "progress", "took", "messages", "note")


def table(records: Sequence[Record], caption: str = "") -> Table:
    """Return *records* as a table, newest last."""
    depths = _depths(records)
    rows = tuple(_row(record, depths[record.id], records[0]) for record in records)
    return Table(COLUMNS, rows, caption=caption, empty=EMPTY, right=frozenset({0, 5, 6}))


def log_table(record: Record) -> Table:
    """Return what the server logged during *record*."""
    rows = tuple((f"{log.at:.2f}", log.level, log.logger or "", log.text) for log in record.logs)
    empty = f"the server logged nothing during {one_line(record.what)}"
    return Table(("s", "level", "logger", "text"), rows, empty=empty, right=frozenset({0}))


def plain(records: Sequence[Record]) -> str:
    """Return the newest of *records* as lines."""
    return repr(_newest(records))


def html(records: Sequence[Record]) -> str:
    """Return the newest of *records* as a table, with what was said of each below."""
    told = [record for record in records[-SHOWN:] if record.messages or record.arguments or record.logs]
    folds = [_told(record) for record in told[-TOLD:]]
    inside = details(muted("arguments and messages"), *folds) if folds else Html()
    return str(root(table_html(_newest(records)), inside))


def _newest(records: Sequence[Record]) -> Table:
    newest = records[-SHOWN:]
    cut = f"the last {len(newest)} of {len(records):,}; .table() has them all" if len(records) > SHOWN else ""
    return table(newest, cut)


def _row(record: Record, depth: int, first: Record) -> tuple[str, ...]:
    notes = [
        record.note,
        words.quiet(record),
        f"{record.mended} mended" if record.mended else None,
    ]
    return (
        str(record.id),
        words.clock(record.started, first.started),
        "└ " * depth + record.what,
        words.status(record),
        words.reached(record),
        duration(record.duration),
        str(len(record.messages) or ""),
        SEPARATOR.join(note for note in notes if note),
    )


def _depths(records: Sequence[Record]) -> dict[int, int]:
    """Return how deep each record lies below others that are there."""
    depths: dict[int, int] = {}
    for record in records:  # what something runs in was begun before it
        above = depths.get(record.parent) if record.parent is not None else None
        depths[record.id] = 0 if above is None else above + 1
    return depths


def _told(record: Record) -> Html:
    said = record.messages
    summary = join(
        [tag("bdi", record.what), muted(f" {record.id}{SEPARATOR}{counted(len(said), 'message')}")]
    )
    parts = []
    if record.arguments:
        given = one_line(json.dumps(record.arguments, ensure_ascii=False), 400)
        parts.append(tag("div", tag("code", given, style="background-color:transparent")))
    lines = [_said(record, event) for event in said]
    parts += [pre("\n".join(_ends(lines)))] if lines else []
    parts += [tag("div", one_line(str(log), MESSAGE)) for log in islice(record.logs, HEAD)]
    return tag("div", details(summary, *parts), style="margin-left:14px")


def _said(record: Record, event: Event) -> str:
    """Return one event as a line: `  1.13 s  9/40  22 %  page 1`."""
    share = quotient(event.progress, event.total)
    done = count(Progress(event.progress, event.total, updates=1, unit=record.unit))
    numbers = f"{event.at:8.2f} s  {done:>9}  {percentage(share):>5}"
    return f"{numbers}  {isolated(one_line(event.message or '', MESSAGE))}"


def _ends(lines: Sequence[str]) -> list[str]:
    """Return the first and the last of many, and how many are left out between."""
    if len(lines) <= HEAD + TAIL:
        return list(lines)
    return [*lines[:HEAD], more(len(lines) - HEAD - TAIL, "message"), *lines[-TAIL:]]
