"""`History`: every call and loop that is remembered, as a frozen sequence that shows itself.

It is a snapshot: what goes on afterwards is not in it; ask again. Each way out
(table, data frame, JSON, timeline) is a module of its own, imported when it is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from ..errors import suggest
from .record import Record

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from ..results import Table


class History(Sequence[Record]):
    """Records, oldest first: `history[-1]`, `history[:10]`, `history["demo.add"]`, `history.failed`."""

    __slots__ = ("_records",)

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records = tuple(records)

    @overload
    def __getitem__(self, which: int) -> Record: ...
    @overload
    def __getitem__(self, which: slice | str) -> History: ...
    def __getitem__(self, which: int | slice | str) -> Record | History:
        """Return the record at an index, those of a slice, or those of a name: label, tool, or `server.tool`."""
        if isinstance(which, slice):
            return History(self._records[which])
        if not isinstance(which, str):
            return self._records[which]
        named = self._only(lambda r: which in _names(r))
        if not named:
            known = sorted({r.what for r in self._records})
            raise KeyError(f"nothing called {which!r} is remembered; {suggest(which, known)}")
        return named

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def __eq__(self, other: object) -> bool:
        return self._records == other._records if isinstance(other, History) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    @property
    def calls(self) -> History:
        """The calls, those of a `map` one by one, without its total."""
        return self._only(lambda r: r.kind == "call")

    @property
    def loops(self) -> History:
        """The loops."""
        return self._only(lambda r: r.kind == "loop")

    @property
    def failed(self) -> History:
        """What failed or timed out."""
        return self._only(lambda r: r.failed)

    @property
    def running(self) -> History:
        """What had not ended."""
        return self._only(lambda r: r.running)

    def table(self) -> Table:
        """Return all of it as a table, newest last."""
        from .showing import table

        return table(self._records)

    def to_pandas(self, *, events: bool = False) -> DataFrame:
        """Return a data frame with a row for each record, or with *events* for each event (long form).

        Times are `datetime64` in UTC; `duration`, `waited`, `stalled` and `at` are seconds (float),
        `rate` units per second. What is not known is NaN, NaT or NA.

        Raises `MCPNotebookError` where pandas is missing.
        """
        from .frames import frame, long_frame

        return long_frame(self._records) if events else frame(self._records)

    @overload
    def to_json(self, path: None = None, *, indent: int | None = None) -> str: ...
    @overload
    def to_json(self, path: str | os.PathLike[str], *, indent: int | None = None) -> None: ...
    def to_json(self, path: str | os.PathLike[str] | None = None, *, indent: int | None = None) -> str | None:
        """Return all of it as JSON, `{"version": 1, "records": […]}`, or write it to *path*, in UTF-8.

        Times are ISO 8601 with their offset, everything else is as `Record` has it.
        """
        from .documents import document

        text = document(self._records, indent)
        if path is None:
            return text
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - any kind of path
            file.write(text)
        return None

    @overload
    def plot(
        self, ax: None = None, *, last: int | None = None, dark: bool | None = None, gaps: bool = False
    ) -> Figure: ...
    @overload
    def plot(
        self, ax: Axes, *, last: int | None = None, dark: bool | None = None, gaps: bool = False
    ) -> Axes: ...
    def plot(
        self,
        ax: Axes | None = None,
        *,
        last: int | None = None,
        dark: bool | None = None,
        gaps: bool = False,
    ) -> Figure | Axes:
        """Return a timeline as a matplotlib figure, or draw it into *ax* and return that.

        One lane for each record, below its server or cell and its parent: a bar from start to end
        in the colour of its status; in it the progress, from 0 to 100 % of the lane's height (a count
        without a total: up to its highest, as a line); ticks where the message changed, the last
        message beside it; hatched where it was silent for several times the usual gap, pale before the first news.

        *last*: only the last so many records. *dark*: colours for a dark or a light page; without,
        such as read on both. *gaps*: show long times in which nothing ran at their length; without,
        they are cut short, and marked with it.

        Raises `MCPNotebookError` where matplotlib is missing.
        """
        from .timeline import draw

        return draw(self._records if last is None else self._records[-last:], ax, dark=dark, gaps=gaps)

    def _only(self, wanted: Callable[[Record], bool]) -> History:
        return History(r for r in self._records if wanted(r))

    def __repr__(self) -> str:
        from .showing import plain

        return plain(self._records)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        from .showing import html

        return {"text/plain": repr(self), "text/html": html(self._records)}


def _names(record: Record) -> tuple[str | None, ...]:
    return record.label, record.tool, record.what, f"{record.server}.{record.tool}" if record.server else None
