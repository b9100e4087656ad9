"""Records → a figure, or somebody's axes: rows, names, results, the axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...errors import MCPNotebookError
from ...progress.words import duration
from ..record import Record
from .lanes import Arrangement, Lane, arrange
from .lettering import drawable, style, width
from .painting import INDENT, NAME, RESULT, SIZE, SMALL, Painter, mark, result
from .palette import STATUS, Palette, palette
from .scale import Scale, scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 10.0
"""inches"""
TALL, FLAT, FEW = 0.29, 0.22, 12
"""of one lane where there are few, where there are many; how many are few"""
ABOVE, BELOW = 0.28, 0.62
LABELS_APART = 0.09
"""of the width, between the lengths of two pauses"""
LONG_WAIT = 0.01
"""of the width, that can be seen"""
EMPTY = "nothing was called or tracked yet"


def draw(records: Sequence[Record], ax: Axes | None, *, dark: bool | None, gaps: bool) -> Figure | Axes:
    """Return a new figure of *records*, or *ax* with them drawn into it."""
    _want_matplotlib()
    rows, colours = arrange(records), palette(dark=dark)
    names, results = _margins(rows.lanes)
    figure = None
    if ax is None:
        figure, ax = _figure(rows, names, results, _words(records))
    if rows.lanes:
        _fill(ax, rows, colours, gaps=gaps, names=names)
    else:
        ax.text(
            0.5, 0.5, EMPTY, ha="center", va="center", transform=ax.transAxes, **style(SIZE, colours.text)
        )
        ax.set_axis_off()
    return ax if figure is None else figure


def _figure(rows: Arrangement, names: float, results: float, words: str) -> tuple[Figure, Axes]:
    from .figure import Timeline

    count = max(1, len(rows.lanes))
    height = count * (TALL if count <= FEW else FLAT) + ABOVE + BELOW
    figure = Timeline(words, (WIDTH, height))
    left, right = names / 72 / WIDTH, 1 - results / 72 / WIDTH
    return figure, figure.add_axes((left, BELOW / height, right - left, 1 - (ABOVE + BELOW) / height))


def _fill(ax: Axes, rows: Arrangement, colours: Palette, *, gaps: bool, names: float) -> None:
    records = [lane.record for lane in rows.lanes if lane.record is not None]
    first = min(
        record.started.timestamp() + min((s for s, _ in record.earlier), default=0.0) for record in records
    )
    since = {record.id: record.started.timestamp() - first for record in records}
    spans = [span for record in records for span in _spans(record, since[record.id])]
    time = scale(spans, gaps=gaps)
    points = ax.get_window_extent().width * 72 / ax.figure.dpi
    painter = Painter(ax, colours, time.place, points / time.width, time.width)
    for row, lane in enumerate(rows.lanes):
        _name(ax, lane, row, colours, names)
        if lane.record is not None:
            painter.paint(lane.record, since[lane.record.id], row)
            _result(ax, lane.record, row, colours)
    _time(ax, time, min(records, key=lambda r: since[r.id]), colours)
    _frame(ax, len(rows.lanes), time, colours)
    _remarks(ax, rows, time, colours)


def _spans(record: Record, since: float) -> list[tuple[float, float]]:
    return [(since + begin, since + end) for begin, end in ((0.0, record.duration), *record.earlier)]


def _name(ax: Axes, lane: Lane, row: int, colours: Palette, names: float) -> None:
    record = lane.record
    text = drawable(lane.title if record is None else record.label, NAME)
    look = style(SIZE, colours.text, fontweight="bold") if record is None else style(SIZE, colours.text)
    ax.annotate(
        text, (0, row), (lane.depth * INDENT + (INDENT if record is not None else 0) - names + 6, 0),
        xycoords=("axes fraction", "data"), textcoords="offset points", ha="left", va="center",
        annotation_clip=False, gid="title" if record is None else f"name:{record.id}", **look,
    )  # fmt: skip


def _result(ax: Axes, record: Record, row: int, colours: Palette) -> None:
    place: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center", "annotation_clip": False
    }  # fmt: skip
    bold = style(SIZE + 1, STATUS[record.status], fontweight="bold")
    ax.annotate(mark(record), (1, row), (6, 0), gid=f"mark:{record.id}", **place, **bold)
    text = drawable(result(record), RESULT)
    ax.annotate(text, (1, row), (19, 0), gid=f"result:{record.id}", **place, **style(SIZE, colours.text))


def _time(ax: Axes, time: Scale, first: Record, colours: Palette) -> None:
    ticks = time.ticks()
    ax.set_xlim(0, time.width)
    ax.set_xticks([place for place, _ in ticks], [said for _, said in ticks])
    ax.tick_params(axis="x", colors=colours.muted, labelsize=SMALL, labelfontfamily="DejaVu Sans", length=3)
    for place, _ in ticks:
        ax.axvline(place, color=colours.muted, alpha=0.18, linewidth=0.7, zorder=0.5)
    _pauses(ax, time, colours)
    began = first.started.strftime("%H:%M:%S on %Y-%m-%d")
    ax.set_xlabel(f"{time.unit} since {began}", labelpad=2, **style(SMALL, colours.muted))


def _pauses(ax: Axes, time: Scale, colours: Palette) -> None:
    free = 0.0
    for place, seconds in time.pauses():
        begin, end = place - time.strip / 2, place + time.strip / 2
        ax.axvspan(begin, end, color=colours.muted, alpha=0.13, linewidth=0, gid="pause")
        if place >= free:
            free = place + LABELS_APART * time.width
            ax.annotate(
                f"⋯ {duration(seconds)}", (place, 1), (0, 3), xycoords=("data", "axes fraction"),
                textcoords="offset points", ha="center", va="bottom", annotation_clip=False, gid="pause",
                **style(SMALL, colours.muted),
            )  # fmt: skip


def _frame(ax: Axes, rows: int, time: Scale, colours: Palette) -> None:
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_yticks([])
    ax.set_facecolor("none")
    ax.margins(x=0)
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(colours.muted)
    ax.set_xlim(-0.004 * time.width, time.width * 1.004)


def _remarks(ax: Axes, rows: Arrangement, time: Scale, colours: Palette) -> None:
    """Say below what the signs mean that are there, and what is not."""
    records = [lane.record for lane in rows.lanes if lane.record is not None]
    said = [
        (any(r.messages for r in records), "tick: new message"),
        (any((r.waited or 0) > LONG_WAIT * time.width for r in records), "pale: before the first news"),
        (any(r.stalls for r in records), "hatched: no news"),
        (any(r.total is None and r.events for r in records), "line: count, total unknown"),
        (rows.left_out, f"{rows.left_out} more left out: shorter, and longer ago"),
    ]
    text = "   ·   ".join(words for there, words in said if there)
    if text:
        ax.annotate(
            text, (0.5, 0), (0, -30), xycoords="axes fraction", textcoords="offset points", ha="center", va="top",
            annotation_clip=False, gid="remarks", **style(SMALL, colours.muted),
        )  # fmt: skip


def _margins(lanes: Sequence[Lane]) -> tuple[float, float]:
    """Return how many points the names and the results take."""
    names, results = [60.0], [40.0]
    for lane in lanes:
        record = lane.record
        name = drawable(lane.title if record is None else record.label, NAME)
        names.append(width(name, SIZE) + (lane.depth + 1) * INDENT + 14)
        if record is not None:
            results.append(width(result(record)[:RESULT], SIZE) + 24)
    return max(names), max(results)


def _words(records: Sequence[Record]) -> str:
    count = f"{len(records)} record{'' if len(records) == 1 else 's'}"
    return f"{count} since {records[0].started:%H:%M:%S}" if records else "nothing"


def _want_matplotlib() -> None:
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise MCPNotebookError(
            f'a timeline wants matplotlib: pip install "mcp-notebook[plot]" ({error})'
        ) from None
