"""A bar chart as a PNG, with the standard library only."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

HEIGHT = 160
BAR = 36
GAP = 10
MARGIN = 14
TOP = (66, 165, 245)
BOTTOM = (94, 53, 177)


def bar_chart(values: Sequence[float]) -> bytes:
    """Return a PNG with one bar for each of *values*, coloured from blue to violet, on transparent ground."""
    width = 2 * MARGIN + len(values) * BAR + (len(values) - 1) * GAP
    highest = max([*values, 0.0]) or 1.0
    room = HEIGHT - 2 * MARGIN
    tops = [HEIGHT - MARGIN - round(room * (max(v, 0.0) / highest)) for v in values]
    lines = []
    for y in range(HEIGHT):
        line = bytearray(width * 4)
        colour = bytes((*_blend(y / HEIGHT), 255))
        for index, top in enumerate(tops):
            if top <= y < HEIGHT - MARGIN:
                start = (MARGIN + index * (BAR + GAP)) * 4
                line[start : start + BAR * 4] = colour * BAR
        lines.append(b"\0" + bytes(line))
    header = struct.pack(">IIBBBBB", width, HEIGHT, 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _blend(share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(TOP, BOTTOM, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
