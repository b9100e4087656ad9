"""One lane → matplotlib's artists.

Rules: the bar is the time, in the colour of the status; in it the progress as a step at each event, for
nobody knows what was between. Each artist carries whose it is: `bar:12`, `progress:12`, `stall:12`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...progress.words import MARKS, SEPARATOR, duration
from ..record import Record
from ..words import reached
from .lettering import drawable, style, width
from .palette import STATUS, Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 0.68
"""of a bar, where lanes are 1 apart"""
NAME, MESSAGE, RESULT = 36, 120, 44
SMALL, SIZE = 7.0, 8.0
INDENT = 9.0
"""points, for what ran inside something"""
TICK = 0.24
SHORTEST = 10
"""characters of a message that are worth being shown"""


@dataclass(frozen=True, slots=True)
class Painter:
    """Paints into *ax*; *place* tells where a moment is, *points* are a unit of the axis on paper."""

    ax: Axes
    palette: Palette
    place: Callable[[float], float]
    points: float
    width: float

    def paint(self, record: Record, since: float, row: float) -> None:
        """Paint *record*, begun at *since* s, into the lane *row*."""
        spots = _Spots(record, self.place, since)
        self._bar(record, spots, row)
        self._progress(record, spots, row)
        self._silences(record, spots, row)
        self._messages(record, spots, row)

    def _bar(self, record: Record, spots: _Spots, row: float) -> None:
        colour, begin, end = STATUS[record.status], spots.at(0.0), spots.at(record.duration)
        heard = spots.at(record.waited) if record.waited is not None else begin
        for since, until in record.earlier:
            self._box(
                f"earlier:{record.id}",
                (spots.at(since), spots.at(until)),
                row,
                facecolor=STATUS["done"],
                edgecolor=STATUS["done"],
                linewidth=0.6,
                alpha=0.3,
            )
        if heard > begin:
            self._box(f"wait:{record.id}", (begin, heard), row, facecolor=colour, alpha=0.07)
        strength = 0.22 if record.events else 0.45  # without any news there is nothing to show inside
        self._box(f"bar:{record.id}", (heard, end), row, facecolor=colour, alpha=strength)
        self._box(f"frame:{record.id}", (begin, end), row, facecolor="none", edgecolor=colour, linewidth=0.9)

    def _progress(self, record: Record, spots: _Spots, row: float) -> None:
        heights = _heights(record)
        if not heights:
            return
        low = row + HEIGHT / 2
        xs = [spots.at(event.at) for event in record.events] + [spots.at(record.duration)]
        ys = [low - HEIGHT * share for share in (*heights, heights[-1])]
        colour, gid = STATUS[record.status], f"progress:{record.id}"
        if record.total is None:
            self.ax.plot(xs, ys, drawstyle="steps-post", color=colour, linewidth=1.2, gid=gid, zorder=3)
        else:
            self.ax.fill_between(
                xs, ys, low, step="post", color=colour, alpha=0.85, linewidth=0, gid=gid, zorder=2.5
            )

    def _silences(self, record: Record, spots: _Spots, row: float) -> None:
        for begin, end in record.stalls:
            span = (spots.at(begin), spots.at(end))
            self._box(
                f"stall:{record.id}", span, row, facecolor="none", edgecolor=self.palette.silent, linewidth=0.0,
                hatch="//////", zorder=3.2,
            )  # fmt: skip

    def _messages(self, record: Record, spots: _Spots, row: float) -> None:
        top = row - HEIGHT / 2
        ticks: list[float] = []
        for event in record.messages:
            at = spots.at(event.at)
            if not ticks or (at - ticks[-1]) * self.points >= 2:  # noqa: PLR2004 - points
                ticks.append(at)
        if ticks:
            self.ax.vlines(
                ticks, top, top + TICK * HEIGHT, color=self.palette.text, linewidth=0.9, gid=f"messages:{record.id}",
                zorder=4,
            )  # fmt: skip
        said = record.note or record.message
        if said:
            before = min((since for since, _ in record.earlier), default=0.0)
            self._say(record, said, spots.at(before), spots.at(record.duration), row)

    def _say(self, record: Record, said: str, begin: float, end: float, row: float) -> None:
        """Write *said* behind the bar, or before it, where there is room; else nowhere."""
        behind, before = (self.width - end) * self.points - 8, begin * self.points - 8
        room = max(behind, before)
        count = int(room / width("x", SMALL))
        if count < min(SHORTEST, len(said)):
            return
        text, first = drawable(said, min(count, MESSAGE)), behind >= min(before, width(said, SMALL))
        self.ax.annotate(
            text, (end if first else begin, row), (4 if first else -4, 0), textcoords="offset points",
            ha="left" if first else "right", va="center", gid=f"said:{record.id}",
            **style(SMALL, self.palette.muted),
        )  # fmt: skip

    def _box(self, gid: str, span: tuple[float, float], row: float, **looks: object) -> None:
        from matplotlib.patches import Rectangle

        begin, end = span
        looks = {"linewidth": 0.0, "zorder": 2} | looks
        self.ax.add_patch(
            Rectangle((begin, row - HEIGHT / 2), max(0.0, end - begin), HEIGHT, gid=gid, **looks)  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True)
class _Spots:
    """Where the moments of one record are."""

    record: Record
    place: Callable[[float], float]
    since: float

    def at(self, seconds: float) -> float:
        return self.place(self.since + seconds)


def result(record: Record) -> str:
    """Return what stands at the end of a lane: `2000/2000 · 2.2 s`."""
    mended = f"⚠ {record.mended} mended" if record.mended else ""
    return SEPARATOR.join(part for part in (reached(record), duration(record.duration), mended) if part)


def mark(record: Record) -> str:
    """Return the sign of the record's status, as far as the font has it."""
    return drawable(MARKS[record.status], 1)


def _heights(record: Record) -> Sequence[float]:
    """Return how high the progress stands at each event, from 0 to 1."""
    if record.total is None:
        highest = max((event.progress for event in record.events), default=0.0)
        return [event.progress / highest for event in record.events] if highest > 0 else []
    return [min(1.0, event.progress / (event.total or record.total)) for event in record.events]
