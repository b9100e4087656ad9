"""Records made by hand, and a clock that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mcp_notebook.progress import Event, Repairs
from mcp_notebook.records import Record

START = datetime(2026, 3, 1, 14, 3, 22, tzinfo=UTC)


class Clock:
    """Seconds that only a test lets pass; the calendar runs beside them."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def calendar(self):
        return START.timestamp() + self.now - 100.0


@pytest.fixture
def clock():
    """A clock at 100 s, when the calendar shows `START`."""
    return Clock()


@pytest.fixture
def make():
    """Make a record: `begin` and `duration` in s, and whatever else it is to be."""

    def record(number=1, begin=0.0, duration=2.0, *, events=(), **fields):
        events = tuple(Event(*event) for event in events)
        last = events[-1] if events else Event(0.0, 0.0, None, None)
        status = fields.get("status", "done")
        started = START + timedelta(seconds=begin)
        known = {
            "kind": "call",
            "label": "work",
            "server": "demo",
            "tool": "work",
            "arguments": {},
            "shortened": False,
            "token": f"t-{number}",
            "cell": None,
            "parent": None,
            "ended": None if status == "running" else started + timedelta(seconds=duration),
            "status": status,
            "note": None,
            "progress": last.progress,
            "total": last.total,
            "unit": None,
            "message": last.message,
            "fraction": last.progress / last.total if last.total else None,
            "rate": None,
            "updates": len(events),
            "stage": 0,
            "waited": events[0].at if events else None,
            "repairs": Repairs(),
            "stalls": (),
            "earlier": (),
            "logs": (),
        }
        return Record(id=number, started=started, duration=duration, events=events, **known | fields)

    return record
