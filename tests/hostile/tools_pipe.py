"""What only a child process can do: bytes on its pipes, and its own end."""

from __future__ import annotations

import os
import signal
import sys

from .behaviours import misbehaves
from .protocol import OPEN, Ask
from .tools_answers import MUTE
from .tools_numbers import SOLID, solid

LOST = {"end": "ConnectionLostError: ", "status": "failed", "state": "lost"}
CHUNK = b"x" * (1 << 20)


def _noise(name: str, data: bytes, says: str) -> None:
    def play(ask: Ask) -> None:
        solid(ask)
        ask.wire.raw(data)
        ask.answer()

    play.__doc__ = says
    misbehaves(play, name=f"prints_{name}", ways="stdio", **SOLID)


_noise("a_banner", b"Welcome!\r\nlistening on port 80\n", "lines that are no JSON")
_noise("bytes", b"\xff\xfe\x00\n\xc3\x28\n\x00\x00\n", "bytes that are no UTF-8")
_noise("blank_lines", b"\n\n   \n\r\n\t\n", "blank lines")
_noise("json_of_no_message", b'[]\n{}\n42\nnull\n"text"\ntrue\n', "JSON that is no message")
_noise("escape_sequences", b"\x1b[2J\x1b]0;title\x07\n", "terminal escapes")
_noise("a_mark_of_order", b"\xef\xbb\xbf\n", "a byte order mark")
_noise("a_line_of_20_megabytes", b"y" * 20_000_000 + b"\n", "a line of 20 MB that is no message")
_noise("a_progress_that_is_no_json", b'"notifications/progress" {\n', "a line that only looks like progress")


@misbehaves(ways="stdio", end="caf\ufffd!")
def prints_bad_bytes_inside(ask: Ask) -> None:
    """A byte that is no UTF-8 inside the answer."""
    good = b'{"resultType":"complete","content":[{"type":"text","text":"caf\xe9!"}]}'
    ask.wire.raw(b'{"jsonrpc":"2.0","id":%d,"result":%s}\n' % (ask.id, good))


@misbehaves(ways="stdio")
def prints_with_returns(ask: Ask) -> None:
    """The answer ends in CR LF and has spaces before it."""
    good = b'{"resultType":"complete","content":[{"type":"text","text":"ok"}]}'
    ask.wire.raw(b'  \t{"jsonrpc":"2.0","id":%d,"result":%s}  \r\n' % (ask.id, good))


@misbehaves(ways="stdio")
def prints_byte_by_byte(ask: Ask) -> None:
    """The answer comes in 150 writes."""
    good = b'{"resultType":"complete","content":[{"type":"text","text":"ok"}]}'
    for byte in b'{"jsonrpc":"2.0","id":%d,"result":%s}\n' % (ask.id, good):
        ask.wire.raw(bytes([byte]))


@misbehaves(ways="stdio", **MUTE)
def prints_over_two_lines(ask: Ask) -> str:
    """The answer is pretty-printed."""
    good = b'{"resultType":"complete","content":[{"type":"text","text":"ok"}]}'
    ask.wire.raw(b'{"jsonrpc":"2.0",\n"id":%d,\n"result":%s}\n' % (ask.id, good))
    return OPEN


@misbehaves(ways="stdio", **SOLID)
def floods_stderr(ask: Ask) -> None:
    """100 MB on stderr, without a line's end."""
    solid(ask)
    for _ in range(100):
        sys.stderr.buffer.write(CHUNK)
    sys.stderr.buffer.flush()
    ask.answer()


@misbehaves(ways="stdio", **SOLID)
def floods_stderr_with_lines(ask: Ask) -> None:
    """100,000 lines on stderr, with control characters."""
    solid(ask)
    sys.stderr.buffer.write(b"\x1b[31mwarning\x1b[0m \xff\xfe\n" * 100_000)
    sys.stderr.buffer.flush()
    ask.answer()


@misbehaves(
    ways="stdio", **{**LOST, **SOLID, "end": "ConnectionLostError: .*a line of over 32 MiB on stdout"}
)
def prints_a_line_of_100_megabytes(ask: Ask) -> None:
    """A line of 100 MB."""
    solid(ask)
    for _ in range(100):
        ask.wire.raw(CHUNK)
    ask.wire.raw(b"\n")
    ask.answer()


@misbehaves(ways="stdio", **{**LOST, **SOLID, "end": "ConnectionLostError: .*exit status 3"})
def exits_within_a_line(ask: Ask) -> None:
    """Half a line, then exit 3."""
    solid(ask)
    ask.wire.raw(b'{"jsonrpc":"2.0","id":')
    os._exit(3)


@misbehaves(ways="stdio", **{**LOST, **SOLID, "end": "ConnectionLostError: .*exit status 0"})
def exits_well(ask: Ask) -> None:
    """Exit 0 instead of an answer."""
    solid(ask)
    os._exit(0)


@misbehaves(
    ways="stdio",
    **{**LOST, **SOLID, "end": r"ConnectionLostError: .*exit status 4.*stderr ends: .*out of memory"},
)
def exits_with_words(ask: Ask) -> None:
    """Hostile last words on stderr, then exit 4."""
    solid(ask)
    sys.stderr.buffer.write(b"\x1b[2J\xffout of memory\x00\n")
    sys.stderr.buffer.flush()
    os._exit(4)


@misbehaves(ways="stdio", **{**LOST, **SOLID, "end": "ConnectionLostError: .*killed by SIGKILL"})
def is_killed(ask: Ask) -> None:
    """SIGKILL in mid-call."""
    solid(ask)
    os.kill(os.getpid(), signal.SIGKILL)


@misbehaves(ways="stdio", **{**LOST, **SOLID})
def closes_its_stdout(ask: Ask) -> None:
    """Stdout is closed, the process lives on."""
    solid(ask)
    os.close(1)
    signal.pause()


@misbehaves(ways="stdio", state="lost")
def exits_after_the_answer(ask: Ask) -> None:
    """A good answer, then exit 0."""
    ask.answer()
    os._exit(0)
