"""Which records get a lane, in what order, how deep. Pure.

Rules: calls stand below their server, loops below their cell, each below what it ran in, in the order
in which they began. Where there are more than `MOST`, what runs stays, then half of the lanes go to the
newest, the others to the longest; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..record import Record

MOST = 40


@dataclass(frozen=True, slots=True)
class Lane:
    """One row: a record, or the title of a group."""

    record: Record | None
    title: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The rows from top to bottom, and how many records have none."""

    lanes: tuple[Lane, ...]
    left_out: int = 0


def arrange(records: Sequence[Record], most: int = MOST) -> Arrangement:
    """Return the rows for *records*, which are in the order of their beginnings."""
    shown = _chosen(records, most)
    above = _above(records, {record.id for record in shown})
    inside: dict[int | None, list[Record]] = {}
    for record in shown:
        inside.setdefault(above[record.id], []).append(record)
    groups: dict[str, list[Lane]] = {}
    for record in inside.get(None, []):
        groups.setdefault(_title(record), []).extend(_branch(record, inside))
    lanes = [lane for title, branch in groups.items() for lane in (Lane(None, title), *branch)]
    return Arrangement(tuple(lanes), len(records) - len(shown))


def _chosen(records: Sequence[Record], most: int) -> list[Record]:
    if len(records) <= most:
        return list(records)
    newest = sorted(records, key=lambda r: (r.running, r.started), reverse=True)[: most // 2]
    kept = {record.id for record in newest}
    others = sorted(
        (r for r in records if r.id not in kept), key=lambda r: (r.running, r.duration), reverse=True
    )
    kept |= {record.id for record in others[: most - len(kept)]}
    return [record for record in records if record.id in kept]


def _above(records: Sequence[Record], shown: set[int]) -> dict[int, int | None]:
    """Return for each record the nearest one around it that is shown."""
    above: dict[int, int | None] = {}
    for record in records:  # what something runs in was begun before it
        parent = record.parent
        above[record.id] = parent if parent in shown else above.get(parent) if parent is not None else None
    return above


def _branch(record: Record, inside: dict[int | None, list[Record]]) -> list[Lane]:
    """Return the lanes of *record* and of what ran in it."""
    lanes: list[Lane] = []
    waiting = [(record, 0)]
    while waiting:
        one, depth = waiting.pop()
        lanes.append(Lane(one, depth=depth))
        waiting += [(child, depth + 1) for child in reversed(inside.get(one.id, []))]
    return lanes


def _title(record: Record) -> str:
    if record.kind == "loop":
        return "loops" if record.cell is None else f"In [{record.cell}]"
    return record.server or "calls"
