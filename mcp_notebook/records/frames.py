"""Records → pandas: a row for each, or for each of their events.

Rules: times of day are `datetime64` in UTC, because the local zone's offset may change within a
session (`frame.started.dt.tz_convert(…)` gives any other); lengths of time are seconds as floats,
as everywhere in this package. Numbers that may be missing are `Int64` or float with NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ..errors import MCPNotebookError
from ..progress import Repairs
from ..progress.state import quotient
from .record import Record

if TYPE_CHECKING:
    from pandas import DataFrame

Column = tuple[str, Callable[[Record], Any]]

_COLUMNS: dict[str, tuple[str, Callable[[Record], Any]]] = {
    "id": ("int64", lambda r: r.id),
    "kind": ("category", lambda r: r.kind),
    "label": ("string", lambda r: r.label),
    "server": ("string", lambda r: r.server),
    "tool": ("string", lambda r: r.tool),
    "arguments": ("object", lambda r: None if r.arguments is None else dict(r.arguments)),
    "token": ("string", lambda r: r.token),
    "cell": ("Int64", lambda r: r.cell),
    "parent": ("Int64", lambda r: r.parent),
    "started": ("time", lambda r: r.started),
    "ended": ("time", lambda r: r.ended),
    "duration": ("float64", lambda r: r.duration),
    "status": ("category", lambda r: r.status),
    "note": ("string", lambda r: r.note),
    "progress": ("float64", lambda r: r.progress),
    "total": ("float64", lambda r: r.total),
    "unit": ("string", lambda r: r.unit),
    "message": ("string", lambda r: r.message),
    "fraction": ("float64", lambda r: r.fraction),
    "rate": ("float64", lambda r: r.rate),
    "updates": ("int64", lambda r: r.updates),
    "stage": ("int64", lambda r: r.stage),
    "waited": ("float64", lambda r: r.waited),
    "events": ("int64", lambda r: len(r.events)),
    "messages": ("int64", lambda r: len(r.messages)),
    "stalls": ("int64", lambda r: len(r.stalls)),
    "stalled": ("float64", lambda r: sum(until - begin for begin, until in r.stalls)),
    "logs": ("int64", lambda r: len(r.logs)),
}


def frame(records: Sequence[Record]) -> DataFrame:
    """Return a row for each record."""
    columns = {name: _column(kind, [read(r) for r in records]) for name, (kind, read) in _COLUMNS.items()}
    for field in fields(Repairs):
        mended = [getattr(r.repairs, field.name) for r in records]
        columns[f"repairs_{field.name}"] = _column("int64", mended)
    return _pandas().DataFrame(columns)


def long_frame(records: Sequence[Record]) -> DataFrame:
    """Return a row for each event of each record, `at` in s since the record's start."""
    rows = [(r, event) for r in records for event in r.events]
    pd = _pandas()
    at = _column("float64", [event.at for _, event in rows])
    started = _column("time", [r.started for r, _ in rows])
    return pd.DataFrame(
        {
            **{
                name: _column(*_of(name, [r for r, _ in rows]))
                for name in ("id", "kind", "label", "server", "tool")
            },
            "at": at,
            "time": started + pd.to_timedelta(at, unit="s"),
            "progress": _column("float64", [event.progress for _, event in rows]),
            "total": _column("float64", [event.total for _, event in rows]),
            "fraction": _column("float64", [quotient(event.progress, event.total) for _, event in rows]),
            "message": _column("string", [event.message for _, event in rows]),
        }
    )


def _of(name: str, records: Sequence[Record]) -> tuple[str, list[Any]]:
    kind, read = _COLUMNS[name]
    return kind, [read(record) for record in records]


def _column(kind: str, values: list[Any]) -> Any:
    pd = _pandas()
    if kind == "time":
        return pd.Series(pd.to_datetime(values, utc=True)).astype("datetime64[ns, UTC]")
    return pd.Series(values, dtype=kind)


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise MCPNotebookError(f"a data frame wants pandas: pip install pandas ({error})") from None
    return pd
