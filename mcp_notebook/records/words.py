"""A record in words: the same that bars and receipts use."""

from __future__ import annotations

from datetime import datetime

from ..progress import Progress, words
from ..progress.words import MARKS
from ..text import isolated, one_line
from .record import Record


def line(record: Record) -> str:
    """Return the record as one line: `demo.add  2000/2000 in 2.2 s · 889/s · done`."""
    state = progress(record)
    said = words.live(state) if state.running else words.receipt(state, record.note)
    return f"{isolated(one_line(record.what))}  {said}"


def progress(record: Record) -> Progress:
    """Return how far it came, as bars and receipts are given it."""
    return Progress(
        progress=record.progress,
        total=record.total,
        message=record.message,
        status=record.status,
        elapsed=record.duration,
        rate=record.rate,
        updates=record.updates,
        stage=record.stage,
        unit=record.unit,
    )


def reached(record: Record) -> str:
    """Return `620/2000`, `31 %` where only a share was sent, or nothing."""
    state = progress(record)
    return words.count(state) or words.percent(state)


def status(record: Record) -> str:
    """Return `✓ done`."""
    return f"{MARKS[record.status]} {record.status}"


def clock(moment: datetime, since: datetime) -> str:
    """Return the time of day, with the date where *since* was another day."""
    return moment.strftime("%H:%M:%S" if moment.date() == since.date() else "%Y-%m-%d %H:%M:%S")


def quiet(record: Record) -> str:
    """Return what a person may want to know of its silences: `silent 2 × for 31 s in all`."""
    if not record.stalls:
        return ""
    seconds = sum(until - begin for begin, until in record.stalls)
    times = f"{len(record.stalls)} × " if len(record.stalls) > 1 else ""
    return f"silent {times}for {words.duration(seconds)}{' in all' if times else ''}"
